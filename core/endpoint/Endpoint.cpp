// SPDX-License-Identifier: GPL-3.0-or-later
#include "endpoint/Endpoint.h"

#include "base/Log.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <utility>

namespace ch::endpoint {

namespace answers {

constexpr size_t kMostAtOnce = 500; // in one commit
constexpr qint64 kQuietMs = 10'000;

serve::Limits limits()
{
    serve::Limits limits;
    limits.connections = 128;
    limits.bodyBytes = kMostBodyBytes;
    limits.idleMs = 30'000;
    limits.requestMs = 10'000;
    limits.sendMs = 10'000;
    limits.requestsPerSecond = 2'000;
    return limits;
}

serve::Reply json(int status, const QJsonObject& object)
{
    serve::Reply reply;
    reply.status = status;
    reply.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
    reply.body = QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
    return reply;
}

serve::Reply error(int status, const QString& code, const QString& message)
{
    return json(status, {{QStringLiteral("error"), QJsonObject{{QStringLiteral("code"), code}, {QStringLiteral("message"), message}}}});
}

serve::Reply notAllowed(const QByteArray& allowed)
{
    serve::Reply reply = error(405, QStringLiteral("method_not_allowed"), QStringLiteral("This address is asked with %1.").arg(QString::fromLatin1(allowed)));
    reply.headers.append(qMakePair(QByteArray("Allow"), allowed));
    return reply;
}

serve::Reply received(const QString& id, bool isNew)
{
    return json(200, {{QStringLiteral("received"), true}, {QStringLiteral("id"), id}, {QStringLiteral("duplicate"), !isNew}});
}

} // namespace answers

QString deliveryResultOf(const QString& refusalCode)
{
    if (refusalCode.startsWith(QLatin1String("signature_"))) {
        return QStringLiteral("bad_signature");
    }
    const bool isNotOurs = refusalCode == QLatin1String("other_mode") || refusalCode == QLatin1String("other_account");
    const bool isOwnName = refusalCode == QLatin1String("no_secret") || refusalCode == QLatin1String("not_kept");
    return isNotOurs ? QStringLiteral("other_account") : isOwnName ? refusalCode : QStringLiteral("bad_payload");
}

Endpoint::Endpoint(Clock& clock, Take take, std::function<Health()> health, Metrics metrics, QObject* parent)
    : QObject(parent), m_clock(clock), m_take(std::move(take)), m_health(std::move(health)), m_metrics(std::move(metrics))
{
}

Endpoint::~Endpoint() = default;

Status Endpoint::checkPath(const QByteArray& path)
{
    const bool isAbsolute = path.startsWith('/') && path.size() > 1 && path.size() <= 200;
    bool isPlain = isAbsolute && !path.contains("//") && !path.contains("..") && path != kHealthPath && path != kMetricsPath;
    for (const char c : path) {
        const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        isPlain = isPlain && (isLetter || c == '/' || c == '-' || c == '_' || c == '.');
    }
    return isPlain ? Status()
                   : fail(ErrorKind::InvalidInput, QStringLiteral("The path of webhooks begins with / and holds letters, digits, -, _ and / alone, as in %1; %2 is taken.")
                                                       .arg(QLatin1String(kUsualPath), path == kMetricsPath ? QLatin1String(kMetricsPath) : QLatin1String(kHealthPath)));
}

Result<quint16> Endpoint::open(quint16 port, const QByteArray& path)
{
    if (const Status fits = checkPath(path); !fits) {
        return fail(fits.error());
    }
    close();
    m_path = path;
    auto server = std::make_unique<serve::Server>(m_clock, answers::limits(), [this](const serve::Request& request, const serve::Responder& responder) { handle(request, responder); });
    Result<quint16> listening = server->listen(port);
    if (listening) {
        m_server = std::move(server);
    }
    return listening;
}

void Endpoint::close()
{
    m_waiting.clear();
    m_server.reset();
}

void Endpoint::handle(const serve::Request& request, const serve::Responder& responder)
{
    const QByteArray path = request.path();
    if (path == m_path) {
        if (request.method == "POST") {
            receive(request, responder);
        } else {
            responder.send(answers::notAllowed("POST"));
        }
    } else if (path == kHealthPath || path == kMetricsPath) {
        const bool reads = request.method == "GET" || request.method == "HEAD";
        responder.send(!reads ? answers::notAllowed("GET, HEAD") : path == kHealthPath ? healthReply() : metricsReply());
    } else {
        responder.send(answers::error(404, QStringLiteral("not_found"), QStringLiteral("There is nothing at this address. Webhooks are taken at %1.").arg(QString::fromLatin1(m_path))));
    }
}

void Endpoint::receive(const serve::Request& request, const serve::Responder& responder)
{
    auto payload = judge(request, m_expected, m_clock.nowSeconds());
    if (!payload) {
        refuse(payload.error(), responder);
        return;
    }
    m_waiting.push_back({*std::move(payload), responder});
    if (m_waiting.size() == 1) {
        // What else has come by then is committed with it.
        m_clock.callAfter(0, this, [this] { commitWaiting(); });
    }
}

void Endpoint::refuse(const Error& error, const serve::Responder& responder)
{
    responder.send(answers::error(error.code == QLatin1String("no_secret") ? 503 : 400, error.code, error.message));
    // Whoever sends them without end is told of once in a while, not once a delivery.
    if (m_clock.monotonicMs() >= m_quietUntilMs) {
        m_quietUntilMs = m_clock.monotonicMs() + answers::kQuietMs;
        log::warning(QStringLiteral("a webhook was refused: %1").arg(error.code));
    }
    Q_EMIT refused({m_clock.nowMs(), error.code, error.message});
}

void Endpoint::commitWaiting()
{
    while (!m_waiting.empty()) {
        const size_t count = std::min(m_waiting.size(), answers::kMostAtOnce);
        std::vector<Waiting> batch(std::make_move_iterator(m_waiting.begin()), std::make_move_iterator(m_waiting.begin() + static_cast<std::ptrdiff_t>(count)));
        m_waiting.erase(m_waiting.begin(), m_waiting.begin() + static_cast<std::ptrdiff_t>(count));
        if (commit(batch) || batch.size() == 1) {
            continue;
        }
        // One that cannot be kept must not stand in the way of the others; but where it is the log itself (locked, a full disk), not each of
        // them waits for it in turn.
        constexpr int kFailuresInARow = 2;
        int failures = 0;
        for (const Waiting& one : batch) {
            if (!one.responder.isOpen()) {
                continue;
            }
            if (failures < kFailuresInARow) {
                failures = commit({one}) ? 0 : failures + 1;
            } else {
                refuseUnkept(one, m_unkept);
            }
        }
    }
}

/// Answers when all of them stand in the log; of a single one also when it does not.
bool Endpoint::commit(const std::vector<Waiting>& waiting)
{
    std::vector<stripe::WebhookPayload> payloads;
    payloads.reserve(waiting.size());
    for (const Waiting& one : waiting) {
        payloads.push_back(one.payload);
    }
    auto fresh = m_take(payloads, m_clock.nowMs());
    if (!fresh) {
        log::error(QStringLiteral("webhooks could not be written to the event log: %1").arg(fresh.error().message));
        if (waiting.size() == 1) {
            m_unkept = fresh.error().message;
            refuseUnkept(waiting.front(), m_unkept);
        }
        return false;
    }
    for (const Waiting& one : waiting) {
        const QString& id = one.payload.event.object.id;
        const bool isNew = fresh->remove(id); // of several with one id the first is the new one
        one.responder.send(answers::received(id, isNew));
        Q_EMIT taken(id, isNew);
    }
    return true;
}

void Endpoint::refuseUnkept(const Waiting& waiting, const QString& why)
{
    waiting.responder.send(answers::error(500, QStringLiteral("not_kept"), QStringLiteral("The event could not be written to the event log. It is to be sent again.")));
    Q_EMIT refused({m_clock.nowMs(), QStringLiteral("not_kept"), why});
}

serve::Reply Endpoint::healthReply() const
{
    const Health health = m_health();
    const QJsonValue through = health.dataThroughMs > 0 ? QJsonValue(QDateTime::fromMSecsSinceEpoch(health.dataThroughMs, Qt::UTC).toString(Qt::ISODate)) : QJsonValue();
    return answers::json(200, {{QStringLiteral("stripe_ready"), health.stripeReady}, {QStringLiteral("stripe_key_is_test"), health.stripeKeyIsTest},
                                  {QStringLiteral("mirror_complete"), health.mirrorComplete}, {QStringLiteral("data_through"), through}});
}

serve::Reply Endpoint::metricsReply() const
{
    const auto text = m_metrics();
    if (!text) {
        log::warning(QStringLiteral("the metrics could not be read: %1").arg(text.error().message));
        return answers::error(500, QStringLiteral("metrics_unreadable"), QStringLiteral("The metrics could not be read. The log says why."));
    }
    serve::Reply reply;
    reply.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
    reply.body = *text;
    return reply;
}

} // namespace ch::endpoint
