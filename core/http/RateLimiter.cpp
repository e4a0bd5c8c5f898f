// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/RateLimiter.h"

#include "http/Allowance.h"

#include <QPointer>
#include <QSet>
#include <cmath>
#include <deque>
#include <limits>
#include <list>
#include <map>

namespace ch::http {

namespace limiter {

constexpr double kAfterTooManyAtOnce = 0.5;
/// A refusal near the rate that Stripe names is a matter of how requests arrived; another well below it says that the server's rate is a smaller one.
constexpr double kAfterTooClose = 0.98;
constexpr double kAfterTooFast = 0.9;
constexpr double kNearTheRate = 0.95;
constexpr double kSlotsSlowly = 0.05;
constexpr double kRateSlowly = 0.2;
constexpr qint64 kLimiterNever = std::numeric_limits<qint64>::max();

Allowance rateOf(int perSecond)
{
    return {static_cast<double>(perSecond), static_cast<double>(perSecond), kRateSlowly};
}

void slowDown(Allowance& rate, int perSecond)
{
    rate.cut(perSecond, rate.now() >= kNearTheRate * perSecond ? kAfterTooClose : kAfterTooFast);
}

/// The starts of the last second.
class StartWindow {
public:
    void add(qint64 now) { m_starts.push_back(now); }

    /// When the next may start: now or earlier when there is room. A little below the rate that was named as many may start in a little more than a
    /// second: rounded down, a twentieth of 25 would be given away.
    qint64 freeAt(qint64 now, const Allowance& rate, int named, qint64 oneSecondMs)
    {
        const bool isNear = rate.now() >= kNearTheRate * named;
        const int perSecond = isNear ? named : rate.whole();
        const auto secondMs = isNear ? static_cast<qint64>(std::ceil(static_cast<double>(oneSecondMs) * named / rate.now())) : oneSecondMs;
        while (!m_starts.empty() && m_starts.front() <= now - secondMs) {
            m_starts.pop_front();
        }
        if (static_cast<int>(m_starts.size()) < perSecond) {
            return now;
        }
        return m_starts[m_starts.size() - static_cast<size_t>(perSecond)] + secondMs;
    }

private:
    std::deque<qint64> m_starts;
};

/// How many are under way, and the most that were lately: when a refusal comes back, most of those that it was sent with have been answered.
class UnderWay {
public:
    void begin(qint64 now)
    {
        forget(now);
        m_lately.emplace_back(now, ++m_count);
    }
    void end() { m_count = std::max(0, m_count - 1); }
    [[nodiscard]] int count() const { return m_count; }
    [[nodiscard]] int mostLately(qint64 now)
    {
        forget(now);
        int most = m_count + 1; // the one that was refused is under way no more
        for (const auto& [at, many] : m_lately) {
            most = std::max(most, many);
        }
        return most;
    }

private:
    void forget(qint64 now)
    {
        while (!m_lately.empty() && m_lately.front().first <= now - kLatelyMs) {
            m_lately.pop_front();
        }
    }

    static constexpr qint64 kLatelyMs = 1000;
    std::deque<std::pair<qint64, int>> m_lately; // when one began, and how many were under way then
    int m_count = 0;
};

struct LimitedEndpoint {
    explicit LimitedEndpoint(const RateLimits& limits) : rate(rateOf(limits.perEndpointPerSecond)), atOnce(kManySlots, kManySlots, kSlotsSlowly) {}
    static constexpr int kManySlots = 1000; // no number of its own until the server says so
    StartWindow window;
    Allowance rate;
    Allowance atOnce;
    UnderWay underWay;
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
    limits.concurrentAtMost = qMax(limits.concurrent, limits.concurrentAtMost);
    limits.secondMs = qMax(1000, limits.secondMs);
    return limits;
}

} // namespace limiter

class RateLimiter::Private {
public:
    Private(RateLimiter* q, const RateLimits& limits, Clock& clock)
        : m_q(q), m_limits(limiter::sensibleLimits(limits)), m_clock(clock), m_rate(limiter::rateOf(m_limits.totalPerSecond)),
          m_atOnce(m_limits.concurrent, m_limits.concurrentAtMost, limiter::kSlotsSlowly)
    {
    }

    void schedule();
    void pump();
    limiter::LimitedEndpoint& endpointOf(const QByteArray& name);

    RateLimiter* m_q;
    RateLimits m_limits;
    Clock& m_clock;
    std::list<limiter::LimiterWaiting> m_interactive;
    std::list<limiter::LimiterWaiting> m_background;
    std::map<QByteArray, limiter::LimitedEndpoint> m_endpoints;
    limiter::StartWindow m_all;
    Allowance m_rate;
    Allowance m_atOnce;
    bool m_slotsAreShort = false; // something waits for a slot and for nothing else
    bool m_isShort = false;       // something waits
    qint64 m_allHeldUntil = 0;
    limiter::UnderWay m_underWay;
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

limiter::LimitedEndpoint& RateLimiter::Private::endpointOf(const QByteArray& name)
{
    return m_endpoints.try_emplace(name, m_limits).first->second;
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
        const qint64 allFreeAt = qMax(m_allHeldUntil, m_all.freeAt(now, m_rate, m_limits.totalPerSecond, m_limits.secondMs));
        if (allFreeAt > now) {
            return qMin(next, allFreeAt);
        }
        limiter::LimitedEndpoint& endpoint = endpointOf(it->endpoint);
        const qint64 freeAt = qMax(endpoint.heldUntil, endpoint.window.freeAt(now, endpoint.rate, m_limits.perEndpointPerSecond, m_limits.secondMs));
        if (freeAt > now || full.contains(it->endpoint) || endpoint.underWay.count() >= endpoint.atOnce.whole()) {
            full.insert(it->endpoint);
            next = freeAt > now ? qMin(next, freeAt) : next;
            ++it;
            continue;
        }
        if (m_underWay.count() >= concurrent) {
            m_slotsAreShort = true;
            return next; // done() pumps again
        }
        endpoint.window.add(now);
        m_all.add(now);
        endpoint.underWay.begin(now);
        m_underWay.begin(now);
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
    m_slotsAreShort = false;
    const int atOnce = m_atOnce.whole();
    const int forBackground = atOnce > 1 ? atOnce - 1 : 1;
    qint64 next = pumpQueue(m_interactive, atOnce, now, started);
    next = qMin(next, pumpQueue(m_background, forBackground, now, started));
    m_isShort = !m_interactive.empty() || !m_background.empty();
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
            m_underWay.end(); // died through a go before it; nobody will say done
            endpointOf(waiting.endpoint).underWay.end();
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

void RateLimiter::done(const Request& request)
{
    d->m_underWay.end();
    d->endpointOf(limiter::limiterEndpointOf(request)).underWay.end();
    d->schedule();
}

void RateLimiter::succeeded(const Request& request)
{
    limiter::LimitedEndpoint& endpoint = d->endpointOf(limiter::limiterEndpointOf(request));
    endpoint.rate.earn();
    endpoint.atOnce.earn();
    d->m_rate.earn();
    if (d->m_slotsAreShort) {
        d->m_atOnce.earn();
    }
}

void RateLimiter::refused(const Request& request, const QByteArray& reason)
{
    limiter::LimitedEndpoint& endpoint = d->endpointOf(limiter::limiterEndpointOf(request));
    if (reason == "global-concurrency") {
        d->m_atOnce.cut(d->m_underWay.mostLately(d->m_clock.monotonicMs()), limiter::kAfterTooManyAtOnce);
    } else if (reason == "global-rate") {
        limiter::slowDown(d->m_rate, d->m_limits.totalPerSecond);
    } else if (reason == "endpoint-concurrency") {
        endpoint.atOnce.cut(endpoint.underWay.mostLately(d->m_clock.monotonicMs()), limiter::kAfterTooManyAtOnce);
    } else if (reason == "endpoint-rate") {
        limiter::slowDown(endpoint.rate, d->m_limits.perEndpointPerSecond);
    }
}

void RateLimiter::holdBack(const Request& request, qint64 waitMs, bool everything)
{
    const qint64 until = d->m_clock.monotonicMs() + qMax<qint64>(0, waitMs);
    qint64& held = everything ? d->m_allHeldUntil : d->endpointOf(limiter::limiterEndpointOf(request)).heldUntil;
    held = qMax(held, until);
    d->schedule();
}

void RateLimiter::setLimits(const RateLimits& limits)
{
    d->m_limits = limiter::sensibleLimits(limits);
    d->m_rate.bound(d->m_limits.totalPerSecond, d->m_limits.totalPerSecond);
    d->m_atOnce.bound(d->m_limits.concurrent, d->m_limits.concurrentAtMost);
    for (auto& [name, endpoint] : d->m_endpoints) {
        endpoint.rate.bound(d->m_limits.perEndpointPerSecond, d->m_limits.perEndpointPerSecond);
    }
    d->schedule();
}

int RateLimiter::concurrent() const
{
    return d->m_atOnce.whole();
}

bool RateLimiter::isShort() const
{
    return d->m_isShort;
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
