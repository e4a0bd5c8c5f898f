// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/Client.h"

#include <QDateTime>
#include <QLocale>
#include <QPointer>
#include <QSet>

namespace ch::http {

namespace {
class ClientJob;
}

class Client::Core {
public:
    Core(Transport& transport_, const RetryPolicy& policy_, const RateLimits& limits, Clock& clock_)
        : transport(transport_), policy(policy_), clock(clock_), limiter(limits, clock_)
    {
    }

    Transport& transport;
    RetryPolicy policy;
    Clock& clock;
    RateLimiter limiter;
    std::function<Status()> gate;
    std::function<void(const AttemptReport&)> observer;
    QSet<ReplyJob*> jobs; // alive and not settled
    qint64 attemptsSent = 0;
    qint64 readsSent = 0;
    Purpose backgroundPurpose = Purpose::Sync;
    std::optional<qint64> clocksApartMs;
    QByteArray date; // as it was last read

    void readDate(const Reply& reply)
    {
        const QByteArray told = reply.header("Date");
        if (told.isEmpty() || told == date) {
            return;
        }
        date = told;
        const QDateTime at = QLocale::c().toDateTime(QString::fromLatin1(told), QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"));
        if (at.isValid()) {
            clocksApartMs = QDateTime(at.date(), at.time(), Qt::UTC).toMSecsSinceEpoch() - clock.nowMs();
        }
    }
};

namespace {

/// An answer after which it is plain whether a write was done: carried out, or refused for what it asks.
bool answerSettlesWrite(int status)
{
    if (status >= 200 && status < 300) {
        return true;
    }
    const bool aboutTheSender = status == 401 || status == 403 || status == 407 || status == 408 || status == 409 || status == 429;
    return status >= 400 && status < 500 && !aboutTheSender;
}

/// One request through all its attempts. Holds the core by a weak pointer: the client may go first.
class ClientJob final : public ReplyJob {
public:
    ClientJob(const std::shared_ptr<Client::Core>& core, const Request& request, QObject* parent)
        : ReplyJob(parent), m_core(core), m_request(request)
    {
        if (m_request.priority == Priority::Background) {
            m_request.purpose = core->backgroundPurpose;
        }
        core->jobs.insert(this);
        queueAttempt();
    }

    ~ClientJob() override
    {
        leaveWire(ErrorKind::Cancelled);
        forget();
    }

    void cancel() override
    {
        if (isSettled()) {
            return;
        }
        if (m_onWire) {
            m_inDoubt = m_inDoubt || m_request.isWrite;
            Job* const attempt = m_onWire;
            leaveWire(ErrorKind::Cancelled);
            attempt->disconnect(this);
            attempt->cancel();
        }
        Error error;
        error.kind = ErrorKind::Cancelled;
        error.message = QStringLiteral("Stopped before it ended.");
        endWith(std::move(error));
    }

private:
    void queueAttempt()
    {
        const auto core = m_core.lock();
        if (!core) {
            return;
        }
        m_waiting = std::make_unique<QObject>();
        m_queuedMs = core->clock.monotonicMs();
        core->limiter.acquire(m_request, m_waiting.get(), [this] { sendAttempt(); });
    }

    /// May this write still go? Asked here, at the last moment, since the wait in the queue can be long.
    Status askGates(const Client::Core& core) const
    {
        if (!m_request.isWrite) {
            return {};
        }
        if (core.gate) {
            if (const Status status = core.gate(); !status) {
                return status;
            }
        }
        return m_request.gate ? m_request.gate() : Status();
    }

    void sendAttempt()
    {
        const auto core = m_core.lock();
        if (!core) {
            return;
        }
        if (const Status allowed = askGates(*core); !allowed) {
            core->limiter.done(m_request);
            endWith(allowed.error());
            return;
        }
        ++m_attempts;
        ++core->attemptsSent;
        core->readsSent += m_request.method == "GET" ? 1 : 0;
        m_startedMs = core->clock.monotonicMs();
        ReplyJob* const attempt = core->transport.send(m_request, this);
        m_onWire = attempt;
        attempt->onFinished(this, [this](const Result<Reply>& outcome) { attemptEnded(outcome); });
    }

    void attemptEnded(const Result<Reply>& outcome)
    {
        const auto core = m_core.lock();
        if (!core || isSettled()) {
            return;
        }
        if (outcome) {
            core->readDate(*outcome);
        }
        const bool earlierLost = m_inDoubt;
        takeDoubt(outcome);
        const QPointer<ClientJob> alive(this);
        leaveWire(outcome ? ErrorKind::Internal : outcome.error().kind, outcome ? &*outcome : nullptr);
        if (!alive || isSettled()) {
            return; // the observer stopped us
        }
        const std::optional<qint64> wait = core->policy.waitBeforeNext(m_request, outcome, m_attempts);
        if (outcome && outcome->status == 429) {
            core->limiter.refused(m_request, outcome->header("Stripe-Rate-Limited-Reason").toLower());
            holdBack(*core, *outcome, wait);
        } else if (outcome && outcome->status < 500) {
            core->limiter.succeeded(m_request);
        }
        if (wait) {
            m_waiting = std::make_unique<QObject>();
            core->clock.callAfter(*wait, m_waiting.get(), [this] { queueAttempt(); });
            return;
        }
        if (!outcome) {
            endWith(outcome.error());
            return;
        }
        Reply reply = *outcome;
        reply.receivedMs = core->clock.nowMs();
        reply.attempts = m_attempts;
        reply.outcomeKnown = !m_inDoubt;
        reply.earlierAnswerLost = earlierLost;
        forget();
        settle(std::move(reply));
    }

    void takeDoubt(const Result<Reply>& outcome)
    {
        if (!m_request.isWrite) {
            return;
        }
        if (!outcome) {
            m_inDoubt = m_inDoubt || outcome.error().code != QLatin1String(kNotSent);
        } else if (outcome->status >= 500) {
            m_inDoubt = true; // Stripe: the result of a 500 is indeterminate
        } else if (answerSettlesWrite(outcome->status)) {
            m_inDoubt = false;
        }
    }

    /// The reason says whom it concerns (docs.stripe.com/rate-limits). A 429 without one is a lock on an object: only we wait.
    void holdBack(Client::Core& core, const Reply& reply, std::optional<qint64> wait) const
    {
        const QByteArray reason = reply.header("Stripe-Rate-Limited-Reason").toLower();
        // Too many at once: fewer slots are the answer to that, unless the server says how long to wait.
        const bool isSlots = reason.endsWith("-concurrency") || reason.isEmpty();
        if (reason == "resource-specific" || (isSlots && !retryAfterMs(reply))) {
            return;
        }
        constexpr qint64 kSoonMs = 200; // the refused one waits its turn; the rest goes on a little slower
        const qint64 asked = qMin(retryAfterMs(reply).value_or(kSoonMs), core.policy.longestRetryAfterMs);
        const qint64 hold = retryAfterMs(reply) ? wait.value_or(asked) : asked;
        core.limiter.holdBack(m_request, hold, reason.startsWith("global"));
    }

    /// The attempt on the wire is over, however it went: gives its slot back and reports it, once.
    void leaveWire(ErrorKind errorKind, const Reply* reply = nullptr)
    {
        if (!m_onWire) {
            return;
        }
        m_onWire = nullptr;
        const auto core = m_core.lock();
        if (!core) {
            return;
        }
        core->limiter.done(m_request);
        if (!core->observer) {
            return;
        }
        AttemptReport report;
        report.method = m_request.method;
        report.pathTemplate = m_request.pathTemplate;
        report.errorKind = errorKind;
        report.milliseconds = core->clock.monotonicMs() - m_startedMs;
        report.waitedMs = m_startedMs - m_queuedMs;
        report.attempt = m_attempts;
        report.priority = m_request.priority;
        report.purpose = m_request.purpose;
        if (reply) {
            report.status = reply->status;
            report.requestId = reply->header("Request-Id");
            report.rateLimitedReason = reply->header("Stripe-Rate-Limited-Reason");
        }
        core->observer(report);
    }

    void endWith(Error error)
    {
        error.outcomeKnown = !m_inDoubt;
        m_waiting.reset();
        forget();
        settle(fail(std::move(error)));
    }

    void forget()
    {
        if (const auto core = m_core.lock()) {
            core->jobs.remove(this);
        }
    }

    std::weak_ptr<Client::Core> m_core;
    Request m_request;
    std::unique_ptr<QObject> m_waiting; // context of the queue's or the timer's call; gone: called off
    QPointer<ReplyJob> m_onWire;
    qint64 m_queuedMs = 0;  // when this attempt asked for its turn
    qint64 m_startedMs = 0;
    int m_attempts = 0;
    bool m_inDoubt = false; // a write may have been carried out without our hearing of it
};

} // namespace

Client::Client(Transport& transport, const RetryPolicy& policy, const RateLimits& limits, Clock& clock, QObject* parent)
    : QObject(parent), d(std::make_shared<Core>(transport, policy, limits, clock))
{
}

Client::~Client()
{
    d->observer = nullptr; // what it would tell may be gone already
    const QSet<ReplyJob*> jobs = d->jobs;
    for (ReplyJob* job : jobs) {
        job->cancel();
    }
}

void Client::setWriteGate(std::function<Status()> gate)
{
    d->gate = std::move(gate);
}

void Client::setObserver(std::function<void(const AttemptReport&)> observer)
{
    d->observer = std::move(observer);
}

void Client::setLimits(const RateLimits& limits)
{
    d->limiter.setLimits(limits);
}

ReplyJob* Client::send(const Request& request, QObject* parent)
{
    return new ClientJob(d, request, parent);
}

void Client::setBackgroundPurpose(Purpose purpose)
{
    d->backgroundPurpose = purpose;
}

std::optional<qint64> Client::clocksApartMs() const
{
    return d->clocksApartMs;
}

int Client::concurrent() const
{
    return d->limiter.concurrent();
}

bool Client::isShort() const
{
    return d->limiter.isShort();
}

qint64 Client::attemptsSent() const
{
    return d->attemptsSent;
}

qint64 Client::readsSent() const
{
    return d->readsSent;
}

} // namespace ch::http
