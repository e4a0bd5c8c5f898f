// SPDX-License-Identifier: GPL-3.0-or-later
#include "endpoint/Delivery.h"

#include "stripe/Refused.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace ch::endpoint {

namespace delivery {

/// A header that was sent several times is one, its values joined: so Node gives it to the official package.
QByteArray signatureOf(const serve::Request& request)
{
    QByteArray joined;
    for (const auto& [name, value] : request.headers) {
        if (name.compare("Stripe-Signature", Qt::CaseInsensitive) == 0) {
            joined += (joined.isEmpty() ? QByteArray() : QByteArray(", ")) + value;
        }
    }
    return joined;
}

} // namespace delivery

Result<stripe::WebhookPayload> judge(const serve::Request& request, const Expected& expected, qint64 nowSeconds)
{
    const Status verified = stripe::verifySignature(request.body, delivery::signatureOf(request), expected.secrets, nowSeconds, expected.tolerance);
    if (!verified) {
        return fail(verified.error());
    }
    auto payload = stripe::parseWebhook(request.body);
    if (!payload) {
        return fail(payload.error());
    }
    const bool isLive = payload->event.object.livemode;
    if (isLive != expected.live) {
        return stripe::refused("other_mode", QStringLiteral("The event is of %1 mode; this account is open in %2 mode.")
                                                   .arg(isLive ? QStringLiteral("live") : QStringLiteral("test"), expected.live ? QStringLiteral("live") : QStringLiteral("test")));
    }
    if (!payload->accountId.isEmpty() && payload->accountId != expected.accountId) {
        return stripe::refused("other_account", QStringLiteral("The event is of another Stripe account (%1) than the one that is open here.").arg(payload->accountId.left(64)));
    }
    return payload;
}

QByteArray trialBody(const QString& eventId, bool live, qint64 nowSeconds)
{
    const QJsonObject object{{QStringLiteral("id"), eventId}, {QStringLiteral("object"), QLatin1String(kTrialType)}};
    return QJsonDocument(QJsonObject{{QStringLiteral("id"), eventId}, {QStringLiteral("object"), QStringLiteral("event")}, {QStringLiteral("type"), QLatin1String(kTrialType)},
                             {QStringLiteral("created"), nowSeconds}, {QStringLiteral("livemode"), live}, {QStringLiteral("data"), QJsonObject{{QStringLiteral("object"), object}}}})
        .toJson(QJsonDocument::Compact);
}

} // namespace ch::endpoint
