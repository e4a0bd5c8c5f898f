// SPDX-License-Identifier: GPL-3.0-or-later
// What this computer answers to others on it: POST at the webhooks' path, GET /health and GET /metrics. A server of core/serve on 127.0.0.1, made for
// "stripe listen --forward-to" or a relay that hands on bytes and header as they came.
//
//   POST /stripe/webhook (the path is a setting)
//     200 when the event stands in the event log, however often it was sent before; what it changes in the mirror comes after the answer
//     400 {"error": {"code", "message"}}: a signature or a payload that is refused (Delivery.h), an event of another mode or account
//     503 no signing secret is set; 500 the event log could not be written: both are sent again by Stripe
//   GET /health
//     {"stripe_ready": bool, "stripe_key_is_test": bool, "mirror_complete": bool, "data_through": "2026-11-01T00:00:00Z" or null}
//   GET /metrics
//     the text that Prometheus reads (prometheus.io/docs/instrumenting/exposition_formats, 0.0.4); 500 where it could not be read
//   404, 405, 408, 413, 421, 429, 431, 503: what core/serve refuses, within the limits below.
//
// Deliveries that come while a commit runs wait for the next one together: so many a second share few commits, and each is answered only after
// its own. Nothing of a body or a secret is logged. One thread, that of the clock; what is handed in is called there and outlives this.
#pragma once

#include "base/Clock.h"
#include "endpoint/Delivery.h"
#include "serve/Server.h"

#include <QObject>
#include <QSet>
#include <memory>

namespace ch::endpoint {

inline constexpr quint16 kUsualPort = 4242;
inline constexpr char kUsualPath[] = "/stripe/webhook";
inline constexpr char kHealthPath[] = "/health";
inline constexpr char kMetricsPath[] = "/metrics";
inline constexpr qsizetype kMostBodyBytes = 1 << 20;

struct Health {
    bool stripeReady = false;       ///< there is a key, Stripe took it, and nothing stands against using it
    bool stripeKeyIsTest = true;
    bool mirrorComplete = false;
    qint64 dataThroughMs = 0;       ///< UTC; 0: nothing was read yet
    bool operator==(const Health&) const = default;
};

/// A counter (store/Counters.h) of deliveries. Label result, of kDeliveryResults.
inline constexpr char kDeliveriesCounter[] = "countinghouse_webhook_deliveries_total";
/// bad_signature: no signature that fits, or its time is off; no_secret: none is set here; other_account: of another account or mode; not_kept: the
/// event log could not be written; bad_payload: refused for anything else.
inline constexpr const char* kDeliveryResults[] = {"taken", "duplicate", "bad_signature", "bad_payload", "other_account", "no_secret", "not_kept"};
/// Which of them the code of a refusal is.
[[nodiscard]] QString deliveryResultOf(const QString& refusalCode);

/// A delivery that was not taken.
struct Refusal {
    qint64 atMs = 0;                ///< UTC
    QString code;
    QString message;
    bool operator==(const Refusal&) const = default;
};

class Endpoint final : public QObject {
    Q_OBJECT
public:
    /// Commits events to the event log and says which were new, by id; an error: none of them stands there.
    using Take = std::function<Result<QSet<QString>>(const std::vector<stripe::WebhookPayload>&, qint64 receivedMs)>;

    /// What is answered at /metrics. May take as long as reading the figures takes.
    using Metrics = std::function<Result<QByteArray>()>;

    Endpoint(Clock& clock, Take take, std::function<Health()> health, Metrics metrics, QObject* parent = nullptr);
    ~Endpoint() override;

    /// Listens and returns the port; 0 asks for a free one. Fails as serve::Server::listen, and with InvalidInput for a path that is refused.
    [[nodiscard]] Result<quint16> open(quint16 port, const QByteArray& path);
    void close();
    [[nodiscard]] bool isOpen() const { return m_server != nullptr; }

    /// From the next delivery on.
    void setExpected(const Expected& expected) { m_expected = expected; }

    /// A path for webhooks: absolute, of plain segments, not /health or /metrics.
    [[nodiscard]] static Status checkPath(const QByteArray& path);

Q_SIGNALS:
    /// An event was taken, or was there already.
    void taken(const QString& eventId, bool isNew);
    void refused(const ch::endpoint::Refusal& refusal);

private:
    struct Waiting {
        stripe::WebhookPayload payload;
        serve::Responder responder;
    };
    void handle(const serve::Request& request, const serve::Responder& responder);
    void receive(const serve::Request& request, const serve::Responder& responder);
    void refuse(const Error& error, const serve::Responder& responder);
    void commitWaiting();
    [[nodiscard]] bool commit(const std::vector<Waiting>& waiting);
    void refuseUnkept(const Waiting& waiting, const QString& why);
    [[nodiscard]] serve::Reply healthReply() const;
    [[nodiscard]] serve::Reply metricsReply() const;

    Clock& m_clock;
    const Take m_take;
    const std::function<Health()> m_health;
    const Metrics m_metrics;
    Expected m_expected;
    QByteArray m_path;
    std::vector<Waiting> m_waiting;   // verified, not yet committed
    QString m_unkept;                 // why the last one could not be written
    qint64 m_quietUntilMs = 0;        // monotonic; until then refusals are not logged
    std::unique_ptr<serve::Server> m_server;
};

} // namespace ch::endpoint

Q_DECLARE_METATYPE(ch::endpoint::Refusal)
