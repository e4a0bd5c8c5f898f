// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/Connection.h"

#include "http/AttemptLog.h"

#include <QCryptographicHash>

namespace ch::workspace {

Result<std::unique_ptr<Connection>> Connection::make(const stripe::ApiKey& key, const QUrl& base, int attempts, Clock& clock)
{
    if (const Status allowed = stripe::StripeClient::checkBaseUrl(base); !allowed) {
        return fail(allowed.error());
    }
    std::unique_ptr<Connection> made(new Connection);
    http::RetryPolicy policy;
    policy.attempts = qBound(1, attempts, 10);
    made->m_transport = std::make_unique<http::QnamTransport>(clock);
    made->m_http = std::make_unique<http::Client>(*made->m_transport, policy, stripe::limitsOf(key.mode()), clock);
    made->m_http->setObserver([connection = made.get()](const http::AttemptReport& report) {
        http::logAttempt(report);
        connection->m_measures.add(report);
        if (connection->m_observed) {
            connection->m_observed(report);
        }
    });
    made->m_client = std::make_unique<stripe::StripeClient>(*made->m_http, key, base);
    made->m_client->setWorker(&made->m_worker);
    return made;
}

QString keyFingerprint(const Secret& key)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView("countinghouse key fingerprint"));
    hash.addData(key.reveal());
    return QString::fromLatin1(hash.result().toHex().left(16));
}

QUrl defaultApiBase()
{
    return QUrl(QStringLiteral("https://api.stripe.com"));
}

} // namespace ch::workspace
