// SPDX-License-Identifier: GPL-3.0-or-later
// An endpoint on a fake clock before a real socket, and deliveries to it as Stripe signs them.
#pragma once

#include "endpoint/Endpoint.h"
#include "endpoint/Letters.h"
#include "serve/RawClient.h"
#include "support/FakeClock.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace ch::test {

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

    [[nodiscard]] Letters letters() const { return Letters{clock}; }
    [[nodiscard]] QByteArray signedBy(const QByteArray& body, const Secret& secret = whsec(), qint64 agoSeconds = 0) const { return letters().signedBy(body, secret, agoSeconds); }
    [[nodiscard]] QByteArray request(const QByteArray& body, const QByteArray& headers) const { return letters().request(body, headers); }
    [[nodiscard]] QByteArray delivery(const QByteArray& body) const { return letters().delivery(body); }

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
