// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/ChangeStep.h"

#include "base/Log.h"
#include "business/Find.h"
#include "business/Planned.h"
#include "business/Runner.h"
#include "business/StepRules.h"

#include <QPointer>

namespace ch::business {

class ChangeStep::Private {
public:
    Private(ChangeStep& job, stripe::StripeClient& stripeClient, store::Journal& operations, Clock& time, const store::Operation& op, ChangeWish&& what)
        : q(job), client(&stripeClient), journal(operations), clock(time), operation(op), wish(std::move(what))
    {
    }

    void begin();
    void readFirst();
    void readBefore(const Result<stripe::Answer>& result);
    void intend(const std::optional<store::JournalStep>& replaced, int generation);
    void send();
    void answered(const Result<stripe::Answer>& result);
    void look(const Error& error);
    void looked(const Error& error, const Result<stripe::Answer>& result);
    void notReached(const Error& error, Standing standing, const QByteArray& json);
    void usedUp(const QString& why);
    void changed(const QByteArray& json);
    void done(const QByteArray& json);
    void failed(const Error& error, store::StepState state);
    void take(const QString& requestId);
    [[nodiscard]] Status writeDown(const store::StepAnswer& answer);
    [[nodiscard]] Result<Standing> standingOf(const Result<stripe::Answer>& result) const;
    [[nodiscard]] bool isMaybe() const { return wasSentBefore || wasSentNow; }

    template <typename T>
    ResultJob<T>* follow(ResultJob<T>* job)
    {
        active = job;
        return job;
    }

    ChangeStep& q;
    QPointer<stripe::StripeClient> client;
    store::Journal& journal;
    Clock& clock;
    store::Operation operation;
    ChangeWish wish;
    store::JournalStep step;    ///< n 0: not in the journal
    bool wasSentBefore = false; ///< by an earlier run of this operation, whose answer is not known
    bool wasSentNow = false;
    QStringList requestIds;     ///< over all generations
    QPointer<Job> active;
    bool stopping = false;
};

ChangeStep::ChangeStep(stripe::StripeClient& client, store::Journal& journal, Clock& clock, const store::Operation& operation, ChangeWish wish, QObject* parent)
    : ResultJob(parent), d(std::make_unique<Private>(*this, client, journal, clock, operation, std::move(wish)))
{
    QMetaObject::invokeMethod(this, [this] { d->begin(); }, Qt::QueuedConnection);
}

ChangeStep::~ChangeStep() = default;

void ChangeStep::cancel()
{
    d->stopping = true;
    if (d->active) {
        d->active->cancel();
    }
}

void ChangeStep::Private::begin()
{
    const auto steps = journal.steps(operation.id);
    if (!steps) {
        q.settle(fail(steps.error()));
        return;
    }
    for (const store::JournalStep& candidate : *steps) {
        step = candidate.name == wish.name ? candidate : step;
    }
    requestIds = step.requestIds;
    switch (step.n == 0 ? store::StepState::Intended : step.state) {
    case store::StepState::Done:
        q.settle(ChangeEnd{step.firstSentMs > 0 ? ChangeEnd::How::Done : ChangeEnd::How::AlreadyDone, {}, requestIds});
        return;
    case store::StepState::Skipped:
        q.settle(ChangeEnd{ChangeEnd::How::Changed, {}, requestIds});
        return;
    case store::StepState::Sent:
    case store::StepState::Unknown:
        wasSentBefore = true;
        break;
    case store::StepState::Intended:
    case store::StepState::Failed: // left open for want of a network or a permission
        break;
    }
    readFirst();
}

void ChangeStep::Private::readFirst()
{
    if (stopping || !client) {
        failed(rules::stopped(!wasSentBefore), wasSentBefore ? store::StepState::Unknown : store::StepState::Intended);
        return;
    }
    follow(client->fetch(wish.readPath, wish.readQuery, {}, &q))->onFinished(&q, [this](const auto& result) { readBefore(result); });
}

Result<Standing> ChangeStep::Private::standingOf(const Result<stripe::Answer>& result) const
{
    if (result) {
        return wish.judge(result->json);
    }
    return isGone(result.error()) && wish.isReachedWhenGone ? Result<Standing>(Standing::Reached) : Result<Standing>(fail(result.error()));
}

void ChangeStep::Private::readBefore(const Result<stripe::Answer>& result)
{
    active = nullptr;
    const auto standing = standingOf(result);
    if (!standing) {
        Error error = standing.error();
        error.outcomeKnown = !wasSentBefore;
        failed(error, wasSentBefore ? store::StepState::Unknown : store::StepState::Intended);
        return;
    }
    const QByteArray json = result ? result->json : QByteArray();
    switch (*standing) {
    case Standing::Reached:
        if (wasSentBefore) {
            take(result ? result->requestId : result.error().requestId); // what settled it
        }
        done(json);
        return;
    case Standing::Changed:
        if (wasSentBefore && qAbs(clock.nowMs() - step.firstSentMs) < rules::kNothingOnWireMs) {
            Error error = rules::stopped(false);
            error.kind = ErrorKind::Conflict;
            error.code = QLatin1String(kChangedSincePreview);
            error.message = QStringLiteral("The %1 %2 has changed while an answer of Stripe was missing, and the request may still come to pass. Go on with it in two minutes.").arg(wish.noun, wish.objectId);
            failed(error, store::StepState::Unknown);
        } else {
            changed(json);
        }
        return;
    case Standing::ToDo:
        break;
    }
    if (step.n == 0) {
        intend(std::nullopt, 1);
    } else {
        send(); // the same key: within its life Stripe knows the request, later nothing is left of it, and the object says that nothing came of it
    }
}

void ChangeStep::Private::intend(const std::optional<store::JournalStep>& replaced, int generation)
{
    store::JournalStep next;
    next.name = wish.name;
    next.generation = generation;
    next.method = wish.method;
    next.path = wish.path;
    next.body = replaced ? replaced->body : wish.params.encoded();
    if (wish.method == QLatin1String("POST")) {
        next.idempotencyKey = operationKey(operation.subject, wish.name, {}, generation);
    }
    auto written = journal.intend(operation.id, next, replaced, clock.nowMs());
    if (!written) {
        q.settle(fail(written.error()));
        return;
    }
    step = *std::move(written);
    send();
}

void ChangeStep::Private::send()
{
    if (stopping || !client) {
        failed(rules::stopped(!isMaybe()), isMaybe() ? store::StepState::Unknown : store::StepState::Intended);
        return;
    }
    // Committed before the request leaves: a program that is killed after this knows that it may have been sent.
    if (const Status written = journal.sent(operation.id, step.n, clock.nowMs()); !written) {
        q.settle(fail(written.error()));
        return;
    }
    step.firstSentMs = step.firstSentMs == 0 ? clock.nowMs() : step.firstSentMs;
    const auto params = stripe::Params::fromEncoded(step.body);
    auto* const write = step.method == QLatin1String("POST") ? client->post(step.path, params, step.idempotencyKey, {}, &q) : client->remove(step.path, params, {}, &q);
    follow(write)->onFinished(&q, [this](const auto& result) { answered(result); });
}

void ChangeStep::Private::take(const QString& requestId)
{
    if (!requestId.isEmpty()) {
        step.requestIds << requestId;
        requestIds << requestId;
    }
}

void ChangeStep::Private::answered(const Result<stripe::Answer>& result)
{
    active = nullptr;
    take(result ? result->requestId : result.error().requestId);
    if (result) {
        wasSentNow = true;
        const auto standing = wish.judge(result->json);
        if (standing && *standing == Standing::Reached && !result->replayed) {
            done(result->json);
            return;
        }
        // Replayed: it tells what was. Else success in name only, of another object, or leaving it as it was.
        Error error;
        error.kind = ErrorKind::Protocol;
        error.message = QStringLiteral("Stripe reported success, but the %1 %2 is not as it should be.").arg(wish.noun, wish.objectId);
        error.httpStatus = result->httpStatus;
        error.requestId = result->requestId;
        error.replayed = result->replayed;
        error.outcomeKnown = false;
        look(error);
        return;
    }
    const Error& error = result.error();
    wasSentNow = wasSentNow || !error.outcomeKnown;
    const bool wasStopped = error.kind == ErrorKind::Cancelled;
    if (!wasStopped && (!error.outcomeKnown || rules::isVerdict(error))) {
        look(error);
        return;
    }
    // It did not leave, or came to nothing. What became of an earlier sending is as open as before.
    Error end = error;
    end.outcomeKnown = error.outcomeKnown && !wasSentBefore;
    failed(end, end.outcomeKnown ? store::StepState::Failed : store::StepState::Unknown);
}

void ChangeStep::Private::look(const Error& error)
{
    if (stopping || !client) {
        Error end = error;
        end.outcomeKnown = false;
        failed(end, store::StepState::Unknown);
        return;
    }
    follow(client->fetch(wish.readPath, wish.readQuery, {}, &q))->onFinished(&q, [this, error](const auto& result) {
        active = nullptr;
        looked(error, result);
    });
}

void ChangeStep::Private::looked(const Error& error, const Result<stripe::Answer>& result)
{
    const auto standing = standingOf(result);
    if (!standing) {
        const bool isAbsent = !result && isGone(result.error());
        Error end = isAbsent ? standing.error() : error;
        const bool isRefusal = error.outcomeKnown && error.kind != ErrorKind::NotFound; // Stripe's own word: nothing was done
        end.outcomeKnown = isAbsent || isRefusal;
        if (!isAbsent && end.detail.isEmpty()) {
            end.detail = QStringLiteral("The look at it failed too: %1").arg(standing.error().message);
        }
        failed(end, end.outcomeKnown ? store::StepState::Failed : store::StepState::Unknown);
        return;
    }
    if (*standing == Standing::Reached) {
        take(result ? result->requestId : result.error().requestId);
        done(result ? result->json : QByteArray());
    } else {
        notReached(error, *standing, result->json);
    }
}

/// The object says that what was asked for is not so. What Stripe answered says whether it may still come to pass.
void ChangeStep::Private::notReached(const Error& error, Standing standing, const QByteArray& json)
{
    const bool isOfBefore = error.replayed && (error.httpStatus >= 500 || error.httpStatus < 300 || !wasSentBefore);
    if (!error.outcomeKnown && !isOfBefore) {
        failed(error, store::StepState::Unknown);
    } else if (standing == Standing::Changed) {
        changed(json);
    } else if (isOfBefore || error.kind == ErrorKind::Idempotency) {
        usedUp(errorCode(error));
    } else if (error.kind == ErrorKind::NotFound) {
        Error conflict = error;
        conflict.kind = ErrorKind::Conflict;
        conflict.message = QStringLiteral("Stripe says that there is no such %1, but shows it as it was. Nothing was changed.").arg(wish.noun);
        failed(conflict, store::StepState::Failed);
    } else {
        failed(error, store::StepState::Failed);
    }
}

void ChangeStep::Private::usedUp(const QString& why)
{
    if (step.generation >= rules::kHighestGeneration) {
        failed(rules::triedTooOften(), store::StepState::Failed);
        return;
    }
    log::info(QStringLiteral("%1: step %2, generation %3 is used up (%4)").arg(operation.id, wish.name).arg(step.generation).arg(why));
    store::JournalStep old = step;
    old.error = why;
    wasSentBefore = false;
    wasSentNow = false;
    intend(old, step.generation + 1);
}

Status ChangeStep::Private::writeDown(const store::StepAnswer& answer)
{
    return step.n > 0 ? journal.answered(operation.id, step.n, answer, clock.nowMs()) : journal.note(operation.id, wish.name, answer, clock.nowMs());
}

void ChangeStep::Private::changed(const QByteArray& json)
{
    if (const Status written = writeDown({store::StepState::Skipped, step.requestIds, wish.objectId, QLatin1String(kChangedSincePreview)}); !written) {
        q.settle(fail(written.error()));
        return;
    }
    q.settle(ChangeEnd{ChangeEnd::How::Changed, json, requestIds});
}

void ChangeStep::Private::done(const QByteArray& json)
{
    if (const Status written = writeDown({store::StepState::Done, step.requestIds, wish.objectId, {}}); !written) {
        q.settle(fail(written.error()));
        return;
    }
    q.settle(ChangeEnd{step.firstSentMs > 0 ? ChangeEnd::How::Done : ChangeEnd::How::AlreadyDone, json, requestIds});
}

void ChangeStep::Private::failed(const Error& error, store::StepState state)
{
    if (step.n > 0) {
        const QString code = rules::journalCode(error, state == store::StepState::Failed);
        if (const Status written = journal.answered(operation.id, step.n, {state, step.requestIds, wish.objectId, code}, clock.nowMs()); !written) {
            log::error(QStringLiteral("%1: the journal could not be written: %2").arg(operation.id, written.error().message));
        }
    }
    q.settle(fail(error));
}

} // namespace ch::business
