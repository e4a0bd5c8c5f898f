// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/WebhookControl.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace ch::sandbox {

namespace webhook_control {

Status roll(Deliveries& deliveries, const QString& value, QJsonObject* secrets)
{
    const QString endpoint = value.section(QLatin1Char(','), 0, 0);
    bool ok = true;
    const qint64 seconds = value.contains(QLatin1Char(',')) ? value.section(QLatin1Char(','), 1).toLongLong(&ok) : kDay;
    if (!ok || seconds < 0 || seconds > kDay) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("The old secret can sign for 0 to %1 seconds more.").arg(kDay));
    }
    const Result<QByteArray> secret = deliveries.roll(endpoint.toUtf8(), seconds);
    if (!secret) {
        return fail(secret.error());
    }
    secrets->insert(endpoint, QString::fromLatin1(*secret));
    return {};
}

Status obey(Deliveries& deliveries, const QString& line, QJsonObject* secrets)
{
    const QString name = line.section(QLatin1Char('='), 0, 0).trimmed();
    const QString value = line.section(QLatin1Char('='), 1).trimmed();
    if (name == QLatin1String("resend")) {
        return deliveries.resend(value.section(QLatin1Char(','), 0, 0).toUtf8(), value.section(QLatin1Char(','), 1).toUtf8());
    }
    if (name == QLatin1String("roll")) {
        return roll(deliveries, value, secrets);
    }
    WebhookPlan plan = deliveries.plan();
    const Status status = plan.set(name, value);
    if (status) {
        deliveries.setPlan(plan);
    }
    return status;
}

} // namespace webhook_control

serve::Reply webhookControl(Deliveries& deliveries, const serve::Request& request)
{
    QJsonObject secrets;
    if (request.method == "POST") {
        for (const QString& line : QString::fromUtf8(request.body).split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
            if (const Status status = webhook_control::obey(deliveries, line, &secrets); !status) {
                return serve::textReply(400, status.error().message.toUtf8());
            }
        }
    } else if (request.method != "GET") {
        serve::Reply reply = serve::textReply(405, "This path knows GET, POST.");
        reply.headers.append(qMakePair(QByteArray("Allow"), QByteArray("GET, POST")));
        return reply;
    }
    QJsonObject report = QJsonDocument::fromJson(deliveries.report()).object();
    if (!secrets.isEmpty()) {
        report.insert(QStringLiteral("secrets"), secrets);
    }
    serve::Reply reply;
    reply.headers = {{"Content-Type", "application/json"}};
    reply.body = QJsonDocument(report).toJson(QJsonDocument::Indented);
    return reply;
}

} // namespace ch::sandbox
