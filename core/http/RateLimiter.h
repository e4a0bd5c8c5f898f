// SPDX-License-Identifier: GPL-3.0-or-later
// Requests a second, for each endpoint (method and path template) and in all, interactive before background, first come first
// served within each. One slot of the concurrent ones is kept for interactive requests where there are two or more. Stripe: 25 for an endpoint; 100 in all in live mode, 25 in test mode (docs.stripe.com/rate-limits).
// A second is any second: a sliding window, not the clock's. A 429 holds the endpoint (or all, for a global reason) back until its wait is over.
// What a server bears at once Stripe does not say, so it is found out (Allowance.h): one more for every success, after the first refusal for every
// round of successes, while requests wait for a slot alone; half as many after a 429 that says "concurrency", a little less of the rate after one that
// says "rate".
// One thread.
#pragma once

#include "base/Clock.h"
#include "http/Message.h"

#include <QObject>
#include <functional>
#include <memory>

namespace ch::http {

struct RateLimits {
    int perEndpointPerSecond = 25;
    int totalPerSecond = 25;
    int concurrent = 6;
    int concurrentAtMost = 0;   ///< what successes may raise it to; 0: it stays
    int secondMs = 1000;        ///< a second and what the way to the server may squeeze out of it
};

class RateLimiter : public QObject {
    Q_OBJECT
public:
    RateLimiter(const RateLimits& limits, Clock& clock, QObject* parent = nullptr);
    ~RateLimiter() override;

    /// Calls go once, when this request may be sent, never at once from within this call; not at all when context has died.
    /// The caller says done() for each go when its answer is there.
    void acquire(const Request& request, QObject* context, std::function<void()> go);
    void done(const Request& request);
    /// How it went, after done. reason: Stripe-Rate-Limited-Reason.
    void succeeded(const Request& request);
    void refused(const Request& request, const QByteArray& reason);

    /// Nothing goes to this endpoint (or, with everything, to any) before waitMs have passed.
    void holdBack(const Request& request, qint64 waitMs, bool everything);

    void setLimits(const RateLimits& limits);
    [[nodiscard]] int queued() const;
    /// Whether some had to wait when it was last looked who may go.
    [[nodiscard]] bool isShort() const;
    /// How many may be under way at once, as far as is known.
    [[nodiscard]] int concurrent() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::http
