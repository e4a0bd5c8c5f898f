// SPDX-License-Identifier: GPL-3.0-or-later
// Sends requests through write gate, rate limiter, transport and retry policy, in that order, and reports each attempt.
// Ends with a Reply for every status that is not retried any more (the caller reads 4xx and 5xx), else with an Error.
// A write whose answer was lost in any attempt (no answer, or 5xx) and never settled by a later one ends with outcomeKnown = false, in
// the Reply or in the Error. What settles: 2xx, and a 4xx that tells of execution (not 401, 403, 407, 408, 409, 429).
// A 429 that names its reason holds the endpoint, or everything, back in the limiter, which also learns from it how much the server bears; one
// for too many at once holds back only where it says for how long.
// Jobs that are alive when the client goes end as Cancelled.
// Lives in one thread (the engine's); transport and clock are used, not owned, and outlive it.
#pragma once

#include "base/Clock.h"
#include "http/RateLimiter.h"
#include "http/RetryPolicy.h"
#include "http/Transport.h"

#include <QObject>
#include <functional>
#include <memory>
#include <optional>

namespace ch::http {

/// One attempt, for the log and counters. No body, no key, no id in it.
struct AttemptReport {
    QByteArray method;
    QString pathTemplate;
    int status = 0;            ///< 0: no answer
    ErrorKind errorKind = ErrorKind::Internal; ///< meaningful when status is 0
    qint64 milliseconds = 0;   ///< from sending to the last byte
    qint64 waitedMs = 0;       ///< for its turn under the rate limits, before that
    int attempt = 1;
    QByteArray requestId;      ///< the Request-Id header
    QByteArray rateLimitedReason;
    Priority priority = Priority::Background;
    Purpose purpose = Purpose::Person;
};

class Client : public QObject {
    Q_OBJECT
public:
    class Core; ///< shared with the jobs; private to Client.cpp

    Client(Transport& transport, const RetryPolicy& policy, const RateLimits& limits, Clock& clock, QObject* parent = nullptr);
    ~Client() override;

    /// May this write leave the program? Asked at the moment of sending, before each attempt. Default: yes.
    void setWriteGate(std::function<Status()> gate);
    void setObserver(std::function<void(const AttemptReport&)> observer);
    void setLimits(const RateLimits& limits);
    /// Whose work background requests are from now on: said by a sync and by the feed, which never work at once.
    void setBackgroundPurpose(Purpose purpose);
    /// By how much the server's clock (the Date of its newest answer) is ahead of ours, to the second; nothing: it has not said.
    [[nodiscard]] std::optional<qint64> clocksApartMs() const;

    [[nodiscard]] ReplyJob* send(const Request& request, QObject* parent);

    /// How many requests may be under way at once, as far as is known.
    [[nodiscard]] int concurrent() const;
    /// Whether requests wait for the rate or for a slot: more of them would change nothing.
    [[nodiscard]] bool isShort() const;

    /// Attempts sent since the start, all methods; and those that were GETs (Stripe's read allocation).
    [[nodiscard]] qint64 attemptsSent() const;
    [[nodiscard]] qint64 readsSent() const;

private:
    std::shared_ptr<Core> d;
};

} // namespace ch::http
