// SPDX-License-Identifier: GPL-3.0-or-later
// An endpoint on a fake clock before a real socket, and deliveries to it as Stripe signs them.
#pragma once

#include "endpoint/Endpoint.h"
#include "serve/RawClient.h"
#include "support/FakeClock.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace ch::test {

/// Put together at run time, so that nothing in the source looks like a secret.
inline Secret whsec(const QByteArray& tail = "A")
{
    return Secret(QByteArray("whsec") + '_' + QByteArray(31, 'k') + tail);
}

inline QByteArray eventBody(const QByteArray& id = "evt_1", const QByteArray& more = {}, const QByteArray& type = "customer.updated")
{
    return "{\n  \"id\": \"" + id + "\",\n  \"object\": \"event\",\n  \"type\": \"" + type + "\",\n  \"created\": 1793491200,\n  \"livemode\": false,\n"
        "  \"data\": {\"object\": {\"id\": \"cus_1\", \"object\": \"customer\", \"name\": \"J\xc3\xa9r\xc3\xb4me\"}}" + more + "\n}";
}

inline QByteArray thinBody(const QByteArray& url, const QByteArray& id = "evt_thin_1")
{
    return "{\"id\":\"" + id + "\",\"object\":\"v2.core.event\",\"type\":\"v1.customer.subscription.updated\",\"created\":\"2026-11-01T00:00:00.123Z\",\"livemode\":false,"
        "\"context\":null,\"related_object\":{\"id\":\"sub_1\",\"type\":\"subscription\",\"url\":\"" + url + "\"}}";
}

struct Rig {
    FakeClock clock;
    QSet<QString> log;                 // the event log, as it would be kept
    QList<stripe::WebhookPayload> taken;
    std::optional<Error> broken;       // what the log refuses with
    int commits = 0;
    endpoint::Health health;
    Result<QByteArray> metrics = QByteArray("a_total 1\n");
    endpoint::Endpoint endpoint;
    quint16 port = 0;
    QList<endpoint::Refusal> refusals;

    explicit Rig(std::vector<Secret> secrets = {whsec()})
        : endpoint(clock, [this](const auto& payloads, qint64) { return take(payloads); }, [this] { return health; }, [this] { return metrics; })
    {
        endpoint::Expected expected;
        expected.secrets = std::move(secrets);
        expected.accountId = QStringLiteral("acct_1");
        endpoint.setExpected(expected);
        port = endpoint.open(0, endpoint::kUsualPath).value_or(0);
        QObject::connect(&endpoint, &endpoint::Endpoint::refused, &endpoint, [this](const endpoint::Refusal& refusal) { refusals << refusal; });
    }

    Result<QSet<QString>> take(const std::vector<stripe::WebhookPayload>& payloads)
    {
        ++commits;
        if (broken) {
            return fail(*broken);
        }
        QSet<QString> fresh;
        for (const stripe::WebhookPayload& payload : payloads) {
            const QString& id = payload.event.object.id;
            if (!log.contains(id)) {
                log.insert(id);
                fresh.insert(id);
                taken << payload;
            }
        }
        return fresh;
    }

    [[nodiscard]] QByteArray signedBy(const QByteArray& body, const Secret& secret = whsec(), qint64 agoSeconds = 0) const
    {
        return "Stripe-Signature: " + stripe::signatureHeader(body, clock.nowSeconds() - agoSeconds, secret) + "\r\n";
    }

    [[nodiscard]] QByteArray request(const QByteArray& body, const QByteArray& headers) const { return post(endpoint::kUsualPath, body, headers); }
    [[nodiscard]] QByteArray delivery(const QByteArray& body) const { return request(body, signedBy(body)); }

    struct Answer {
        int status = 0;
        QByteArray body;
        [[nodiscard]] QString code() const { return QJsonDocument::fromJson(body)[QStringLiteral("error")][QStringLiteral("code")].toString(); }
    };

    /// Sends and waits for one whole answer; the fake clock runs on by the turns that a commit needs, and no further.
    [[nodiscard]] Answer ask(const QByteArray& bytes)
    {
        RawClient client(port);
        client.send(bytes);
        const bool whole = waitUntil([&] {
            clock.advance(0);
            return isWhole(client.received()) || client.isEnded();
        });
        return whole ? Answer{client.status(), client.body()} : Answer{};
    }

    static bool isWhole(const QByteArray& answer)
    {
        const qsizetype head = answer.indexOf("\r\n\r\n");
        const qsizetype length = answer.indexOf("Content-Length: ");
        return head > 0 && length > 0 && answer.size() >= head + 4 + answer.sliced(length + 16, answer.indexOf("\r\n", length) - length - 16).toInt();
    }
};

} // namespace ch::test
