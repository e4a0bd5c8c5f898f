// SPDX-License-Identifier: GPL-3.0-or-later
#include "endpoint/EndpointThread.h"

#include "base/Log.h"

#include <map>

namespace ch::endpoint {

namespace {

constexpr qint64 kCountWithinMs = 10'000;

} // namespace

/// What lives in the thread.
class EndpointThread::Inside final : public QObject {
public:
    /// owner outlives the thread.
    Inside(const QString& folder, Clock& clock, Metrics metrics, EndpointThread& owner)
        : m_folder(folder), m_metrics(std::move(metrics)), m_owner(owner), m_clock(clock),
          m_endpoint(clock, [this](const auto& payloads, qint64 receivedMs) { return take(payloads, receivedMs); }, [this] { return m_health; }, [this] { return tellMetrics(); }, this)
    {
        connect(&m_endpoint, &Endpoint::taken, &m_owner, &EndpointThread::taken);
        connect(&m_endpoint, &Endpoint::refused, &m_owner, &EndpointThread::refused);
        connect(&m_endpoint, &Endpoint::taken, this, [this](const QString&, bool isNew) { count(isNew ? QStringLiteral("taken") : QStringLiteral("duplicate")); });
        connect(&m_endpoint, &Endpoint::refused, this, [this](const Refusal& refusal) { count(deliveryResultOf(refusal.code)); });
    }

    ~Inside() override { keepCounts(); }

    Result<quint16> open(quint16 port, const QByteArray& path)
    {
        if (!m_records) {
            auto records = store::RecordsFile::open(m_folder);
            if (!records) {
                return fail(records.error());
            }
            m_records = *std::move(records);
        }
        return m_endpoint.open(port, path);
    }

    void close()
    {
        m_endpoint.close();
        keepCounts();
        m_records.reset();
    }

    void setExpected(const Expected& expected) { m_endpoint.setExpected(expected); }
    void setHealth(const Health& health) { m_health = health; }

private:
    Result<QSet<QString>> take(const std::vector<stripe::WebhookPayload>& payloads, qint64 receivedMs)
    {
        std::vector<stripe::Received<stripe::Event>> events;
        events.reserve(payloads.size());
        for (const stripe::WebhookPayload& payload : payloads) {
            events.push_back(payload.event);
        }
        const auto added = m_records->eventLog().append(events, store::EventSource::Webhook, receivedMs);
        if (!added) {
            return fail(added.error());
        }
        const QSet<QString> fresh(added->cbegin(), added->cend());
        handOn(payloads, fresh, receivedMs);
        return fresh;
    }

    void handOn(const std::vector<stripe::WebhookPayload>& payloads, QSet<QString> fresh, qint64 receivedMs)
    {
        Came news{{}, receivedMs};
        for (const stripe::WebhookPayload& payload : payloads) {
            const stripe::Event& event = payload.event.object;
            if (!fresh.remove(event.id)) {
                continue;
            }
            if (event.type == QLatin1String(kTrialType)) {
                if (const Status done = m_records->eventLog().done({{event.id, store::EventDeed::Nothing}}); !done) {
                    log::warning(QStringLiteral("a trial could not be marked as done: %1").arg(done.error().message));
                }
            } else {
                news.payloads.push_back(payload);
            }
        }
        if (!news.payloads.empty()) {
            QMetaObject::invokeMethod(&m_owner, [owner = &m_owner, news] { Q_EMIT owner->came(news); }, Qt::QueuedConnection);
        }
    }

    Result<QByteArray> tellMetrics()
    {
        keepCounts();
        return m_metrics(*m_records, m_health, m_clock);
    }

    void count(const QString& result)
    {
        ++m_counts[result];
        if (!m_willKeep) {
            m_willKeep = true;
            m_clock.callAfter(kCountWithinMs, this, [this] { keepCounts(); });
        }
    }

    /// What cannot be written is kept for the next time.
    void keepCounts()
    {
        m_willKeep = false;
        std::vector<store::Count> counts;
        for (const auto& [result, amount] : m_counts) {
            counts.push_back({QLatin1String(kDeliveriesCounter), {{QStringLiteral("result"), result}}, amount});
        }
        if (counts.empty() || !m_records) {
            return;
        }
        if (const Status kept = m_records->counters().add(counts); kept) {
            m_counts.clear();
        } else {
            log::warning(QStringLiteral("deliveries could not be counted, and are with the next: %1").arg(kept.error().message));
        }
    }

    const QString m_folder;
    const Metrics m_metrics;
    EndpointThread& m_owner;
    Clock& m_clock;
    Health m_health;
    std::map<QString, qint64> m_counts; // of deliveries by result, not kept yet
    bool m_willKeep = false;
    std::unique_ptr<store::RecordsFile> m_records;
    Endpoint m_endpoint;
};

EndpointThread::EndpointThread(const QString& folder, Clock& clock, Metrics metrics, QObject* parent)
    : QObject(parent), m_inside(new Inside(folder, clock, std::move(metrics), *this))
{
    qRegisterMetaType<Came>();
    qRegisterMetaType<Refusal>();
    m_inside->moveToThread(&m_thread);
    // Deleted by its own thread, after its event loop: sockets and database die where they lived.
    connect(&m_thread, &QThread::finished, m_inside, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("endpoint"));
    m_thread.start();
}

EndpointThread::~EndpointThread()
{
    m_thread.quit();
    m_thread.wait();
}

Result<quint16> EndpointThread::open(quint16 port, const QByteArray& path)
{
    Result<quint16> opened = fail(ErrorKind::Internal, QStringLiteral("The endpoint's thread did not answer."));
    QMetaObject::invokeMethod(m_inside, [this, port, path, &opened] { opened = m_inside->open(port, path); }, Qt::BlockingQueuedConnection);
    m_port = opened.value_or(0);
    return opened;
}

void EndpointThread::close()
{
    m_port = 0;
    QMetaObject::invokeMethod(m_inside, [inside = m_inside] { inside->close(); }, Qt::BlockingQueuedConnection);
}

void EndpointThread::setExpected(const Expected& expected)
{
    QMetaObject::invokeMethod(m_inside, [inside = m_inside, expected] { inside->setExpected(expected); }, Qt::QueuedConnection);
}

void EndpointThread::setHealth(const Health& health)
{
    QMetaObject::invokeMethod(m_inside, [inside = m_inside, health] { inside->setHealth(health); }, Qt::QueuedConnection);
}

} // namespace ch::endpoint
