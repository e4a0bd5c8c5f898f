// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/RateLimiter.h"

#include <QHash>
#include <QPointer>
#include <QSet>
#include <deque>
#include <limits>
#include <list>

namespace ch::http {

namespace limiter {

constexpr qint64 kLimiterWindowMs = 1000;
constexpr qint64 kLimiterNever = std::numeric_limits<qint64>::max();

/// The starts of the last second.
class StartWindow {
public:
    void add(qint64 now) { m_starts.push_back(now); }

    /// When the next may start: now or earlier when there is room.
    qint64 freeAt(qint64 now, int perSecond)
    {
        while (!m_starts.empty() && m_starts.front() <= now - kLimiterWindowMs) {
            m_starts.pop_front();
        }
        if (static_cast<int>(m_starts.size()) < perSecond) {
            return now;
        }
        return m_starts[m_starts.size() - static_cast<size_t>(perSecond)] + kLimiterWindowMs;
    }

private:
    std::deque<qint64> m_starts;
};

struct LimitedEndpoint {
    StartWindow window;
    qint64 heldUntil = 0;
};

struct LimiterWaiting {
    QByteArray endpoint;
    Priority priority;
    QPointer<QObject> context;
    std::function<void()> go;
};

QByteArray limiterEndpointOf(const Request& request)
{
    const QString path = request.pathTemplate.isEmpty() ? request.url.path() : request.pathTemplate;
    return request.method + ' ' + path.toUtf8();
}

RateLimits sensibleLimits(RateLimits limits)
{
    limits.perEndpointPerSecond = qMax(1, limits.perEndpointPerSecond);
    limits.totalPerSecond = qMax(1, limits.totalPerSecond);
    limits.concurrent = qMax(1, limits.concurrent);
    return limits;
}

} // namespace limiter

class RateLimiter::Private {
public:
    Private(RateLimiter* q, const RateLimits& limits, Clock& clock) : m_q(q), m_limits(limiter::sensibleLimits(limits)), m_clock(clock) {}

    void schedule();
    void pump();

    RateLimiter* m_q;
    RateLimits m_limits;
    Clock& m_clock;
    std::list<limiter::LimiterWaiting> m_interactive;
    std::list<limiter::LimiterWaiting> m_background;
    QHash<QByteArray, limiter::LimitedEndpoint> m_endpoints;
    limiter::StartWindow m_all;
    qint64 m_allHeldUntil = 0;
    int m_inFlight = 0;
    bool m_scheduled = false;
    std::unique_ptr<QObject> m_wake; // context of the pending timer; a new one calls the old off

private:
    /// Starts what may start of one queue; returns when the next of it may.
    qint64 pumpQueue(std::list<limiter::LimiterWaiting>& queue, int concurrent, qint64 now, std::vector<limiter::LimiterWaiting>& started);
};

void RateLimiter::Private::schedule()
{
    if (m_scheduled) {
        return;
    }
    m_scheduled = true;
    QMetaObject::invokeMethod(m_q, [this] { pump(); }, Qt::QueuedConnection);
}

qint64 RateLimiter::Private::pumpQueue(std::list<limiter::LimiterWaiting>& queue, int concurrent, qint64 now, std::vector<limiter::LimiterWaiting>& started)
{
    qint64 next = limiter::kLimiterNever;
    QSet<QByteArray> full; // what stands behind a request of the same endpoint stays behind it
    for (auto it = queue.begin(); it != queue.end();) {
        if (!it->context) {
            it = queue.erase(it);
            continue;
        }
        if (m_inFlight >= concurrent) {
            return next; // done() pumps again
        }
        const qint64 allFreeAt = qMax(m_allHeldUntil, m_all.freeAt(now, m_limits.totalPerSecond));
        if (allFreeAt > now) {
            return qMin(next, allFreeAt);
        }
        limiter::LimitedEndpoint& endpoint = m_endpoints[it->endpoint];
        const qint64 freeAt = qMax(endpoint.heldUntil, endpoint.window.freeAt(now, m_limits.perEndpointPerSecond));
        if (freeAt > now || full.contains(it->endpoint)) {
            full.insert(it->endpoint);
            next = qMin(next, freeAt);
            ++it;
            continue;
        }
        endpoint.window.add(now);
        m_all.add(now);
        ++m_inFlight;
        started.push_back(std::move(*it));
        it = queue.erase(it);
    }
    return next;
}

void RateLimiter::Private::pump()
{
    m_scheduled = false;
    const qint64 now = m_clock.monotonicMs();
    std::vector<limiter::LimiterWaiting> started;
    const int forBackground = m_limits.concurrent > 1 ? m_limits.concurrent - 1 : 1;
    qint64 next = pumpQueue(m_interactive, m_limits.concurrent, now, started);
    next = qMin(next, pumpQueue(m_background, forBackground, now, started));
    m_wake.reset();
    if (next != limiter::kLimiterNever) {
        m_wake = std::make_unique<QObject>();
        m_clock.callAfter(qMax<qint64>(1, next - now), m_wake.get(), [this] { schedule(); });
    }
    const QPointer<RateLimiter> alive(m_q);
    for (limiter::LimiterWaiting& waiting : started) {
        if (!alive) {
            return;
        }
        if (waiting.context) {
            waiting.go();
        } else {
            --m_inFlight; // died through a go before it; nobody will say done
            schedule();
        }
    }
}

RateLimiter::RateLimiter(const RateLimits& limits, Clock& clock, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(this, limits, clock))
{
}

RateLimiter::~RateLimiter() = default;

void RateLimiter::acquire(const Request& request, QObject* context, std::function<void()> go)
{
    auto& queue = request.priority == Priority::Interactive ? d->m_interactive : d->m_background;
    queue.push_back({limiter::limiterEndpointOf(request), request.priority, context, std::move(go)});
    d->schedule();
}

void RateLimiter::done(const Request&)
{
    d->m_inFlight = qMax(0, d->m_inFlight - 1);
    d->schedule();
}

void RateLimiter::holdBack(const Request& request, qint64 waitMs, bool everything)
{
    const qint64 until = d->m_clock.monotonicMs() + qMax<qint64>(0, waitMs);
    qint64& held = everything ? d->m_allHeldUntil : d->m_endpoints[limiter::limiterEndpointOf(request)].heldUntil;
    held = qMax(held, until);
    d->schedule();
}

void RateLimiter::setLimits(const RateLimits& limits)
{
    d->m_limits = limiter::sensibleLimits(limits);
    d->schedule();
}

int RateLimiter::queued() const
{
    int count = 0;
    for (const auto* queue : {&d->m_interactive, &d->m_background}) {
        for (const limiter::LimiterWaiting& waiting : *queue) {
            count += waiting.context ? 1 : 0;
        }
    }
    return count;
}

} // namespace ch::http
