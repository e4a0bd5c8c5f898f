// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Runner.h"

#include "base/Log.h"
#include "business/StepRules.h"

#include <QCryptographicHash>
#include <QPointer>

namespace ch::business {

namespace runner {

constexpr qint64 kDaySeconds = 24LL * 3600;
constexpr qint64 kClocksDifferMs = 3600LL * 1000; ///< ours and Stripe's, at most
/// In the journal, of a step that is done: its object is not of this operation's making.
constexpr char kMadeByAnother[] = "made_by_another";

} // namespace runner

QByteArray operationKey(const store::OperationSubject& subject, const QString& step, const QString& keyedBy, int generation)
{
    return derivedKey({subject.account, subject.mode, subject.businessId, subject.objectId, store::wordOf(subject.kind), step, keyedBy, QString::number(generation)});
}

QByteArray derivedKey(const QStringList& parts)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QString& part : parts) {
        const QByteArray bytes = part.toUtf8();
        hash.addData(QByteArray::number(bytes.size()) + ':');
        hash.addData(bytes);
    }
    return "countinghouse-" + hash.result().toHex();
}

class Runner::Private {
public:
    /// Why it looks, which decides what absence means.
    enum class Look { ServerError, OtherParameters, KeyExpired };

    Private(Runner& job, stripe::StripeClient& stripeClient, store::Journal& operations, Clock& time, const store::Operation& op, StepWish&& what)
        : q(job), client(&stripeClient), journal(operations), clock(time), operation(op), wish(std::move(what))
    {
    }

    void begin();
    void intend(const std::optional<store::JournalStep>& replaced, int generation, const QByteArray& body);
    void send();
    void answered(const Result<stripe::Answer>& result);
    void refused(const Error& error);
    void readAgain(const StepObject& object, bool fromAnother);
    void look(Look why, const Error& error);
    void looked(Look why, const Error& error, const Result<std::optional<StepObject>>& found);
    void usedUp(const QString& why);
    void done(const StepObject& object, bool replayed);
    void failed(Error error, store::StepState state);
    [[nodiscard]] bool isOverElsewhere();
    [[nodiscard]] bool isKeyAlive() const;
    [[nodiscard]] bool isOwn(const StepObject& object) const;

    template <typename T>
    ResultJob<T>* follow(ResultJob<T>* job)
    {
        active = job;
        return job;
    }

    Runner& q;
    QPointer<stripe::StripeClient> client;
    store::Journal& journal;
    Clock& clock;
    store::Operation operation;
    StepWish wish;
    store::JournalStep step;
    bool wasSentBefore = false; ///< by an earlier run of this operation, whose answer is not known
    QStringList requestIds;     ///< over all generations
    QPointer<Job> active;
    bool stopping = false;
};

Runner::Runner(stripe::StripeClient& client, store::Journal& journal, Clock& clock, const store::Operation& operation, StepWish wish, QObject* parent)
    : ResultJob(parent), d(std::make_unique<Private>(*this, client, journal, clock, operation, std::move(wish)))
{
    QMetaObject::invokeMethod(this, [this] { d->begin(); }, Qt::QueuedConnection);
}

Runner::~Runner() = default;

void Runner::cancel()
{
    d->stopping = true;
    if (d->active) {
        d->active->cancel();
    }
}

void Runner::Private::begin()
{
    const auto steps = journal.steps(operation.id);
    if (!steps) {
        q.settle(fail(steps.error()));
        return;
    }
    const store::JournalStep* last = nullptr;
    for (const store::JournalStep& candidate : *steps) {
        last = candidate.name == wish.name ? &candidate : last;
    }
    if (!last) {
        intend(std::nullopt, 1, wish.body.encoded());
        return;
    }
    step = *last;
    requestIds = step.requestIds;
    switch (step.state) {
    case store::StepState::Done:
        q.settle(StepEnd{StepObject{step.objectId, {}, false}, step.error == QLatin1String(runner::kMadeByAnother), requestIds});
        return;
    case store::StepState::Intended:
        if (isKeyAlive()) {
            send();
        } else {
            look(Look::KeyExpired, {}); // it was replayed and could not be read, or another program has done the same meanwhile
        }
        return;
    case store::StepState::Skipped:
    case store::StepState::Failed:
        // Failed with nothing sent, and the operation left open for want of a network or a permission.
        if (step.state == store::StepState::Failed && !isKeyAlive()) {
            look(Look::KeyExpired, {});
            return;
        }
        intend(std::nullopt, step.state == store::StepState::Skipped ? step.generation + 1 : step.generation, step.body);
        return;
    case store::StepState::Sent:
    case store::StepState::Unknown:
        wasSentBefore = true;
        if (isKeyAlive()) {
            send();
        } else {
            look(Look::KeyExpired, {});
        }
        return;
    }
}

/// Whether Stripe surely knows the key still, since its first sending: here, or by another program since this operation looked.
bool Runner::Private::isKeyAlive() const
{
    const qint64 age = clock.nowMs() - (step.firstSentMs > 0 ? step.firstSentMs : operation.createdMs);
    return age >= 0 && age < rules::kKeyLivesMs;
}

/// Whether an object that the key replays is of this operation's making: not of an earlier one's, nor older than the first sending.
bool Runner::Private::isOwn(const StepObject& object) const
{
    const auto earlier = journal.earlierStep(step.idempotencyKey, operation.id);
    const bool isThere = earlier && *earlier;
    const bool hasUsedItUp = isThere && (*earlier)->state == store::StepState::Skipped && step.firstSentMs - (*earlier)->firstSentMs < rules::kKeyLivesMs;
    const bool isOfEarlier = hasUsedItUp || (isThere && (*earlier)->objectId == object.id);
    return !isOfEarlier && (object.created == 0 || object.created * 1000 >= step.firstSentMs - runner::kClocksDifferMs);
}

/// Writes the next generation down, and that the one before is used up, in one transaction.
void Runner::Private::intend(const std::optional<store::JournalStep>& replaced, int generation, const QByteArray& body)
{
    store::JournalStep next;
    next.name = wish.name;
    next.generation = generation;
    next.method = QStringLiteral("POST");
    next.path = wish.path;
    next.body = body;
    next.idempotencyKey = operationKey(operation.subject, wish.name, wish.keyedBy, generation);
    auto written = journal.intend(operation.id, next, replaced, clock.nowMs());
    if (!written) {
        q.settle(fail(written.error()));
        return;
    }
    step = *std::move(written);
    send();
}

void Runner::Private::send()
{
    if (stopping || !client) {
        failed(rules::stopped(!wasSentBefore), wasSentBefore ? store::StepState::Unknown : store::StepState::Intended);
        return;
    }
    // Committed before the request leaves: a program that is killed after this knows that it may have been sent.
    if (const Status written = journal.sent(operation.id, step.n, clock.nowMs()); !written) {
        q.settle(fail(written.error()));
        return;
    }
    step.firstSentMs = step.firstSentMs == 0 ? clock.nowMs() : step.firstSentMs;
    // A computer may sleep for days between two attempts of one call: the key is then sent no more without a look.
    stripe::CallOptions options;
    options.gate = [&time = clock, since = isKeyAlive() ? step.firstSentMs : clock.nowMs()]() -> Status {
        return time.nowMs() - since < rules::kKeyLivesMs ? Status() : fail(rules::keyExpired());
    };
    follow(client->post(step.path, stripe::Params::fromEncoded(step.body), step.idempotencyKey, options, &q))->onFinished(&q, [this](const auto& result) { answered(result); });
}

void Runner::Private::answered(const Result<stripe::Answer>& result)
{
    active = nullptr;
    const QString requestId = result ? result->requestId : result.error().requestId;
    if (!requestId.isEmpty()) {
        step.requestIds << requestId;
        requestIds << requestId;
    }
    if (!result) {
        refused(result.error());
        return;
    }
    const auto object = wish.read(result->json);
    if (!object) {
        Error error = object.error();
        error.outcomeKnown = false;
        failed(error, store::StepState::Unknown);
    } else if (result->replayed) {
        // After attempts of our own the replayed answer is ours.
        readAgain(*object, !wasSentBefore && result->attempts == 1);
    } else {
        done(*object, false);
    }
}

void Runner::Private::refused(const Error& error)
{
    if (wasSentBefore && error.outcomeKnown && !rules::isVerdict(error)) {
        // This try came to nothing, a key refused or the network away: what became of the earlier one is as open as before.
        Error open = error;
        open.outcomeKnown = false;
        failed(open, store::StepState::Unknown);
        return;
    }
    if (error.replayed && error.httpStatus >= 500) {
        look(Look::ServerError, error);
    } else if (!error.outcomeKnown) {
        failed(error, store::StepState::Unknown);
    } else if (error.kind == ErrorKind::Idempotency) {
        look(Look::OtherParameters, error);
    } else if (error.replayed && !wasSentBefore) {
        usedUp(errorCode(error)); // the refusal is of an earlier attempt: this one asks for itself
    } else {
        failed(error, store::StepState::Failed);
    }
}

/// A replayed answer tells what was; what is now, Stripe says.
void Runner::Private::readAgain(const StepObject& object, bool fromAnother)
{
    const auto id = stripe::pathId(object.id);
    if (!id || !client) {
        done(object, fromAnother);
        return;
    }
    follow(client->fetch(step.path + QLatin1Char('/') + *id, {}, {}, &q))->onFinished(&q, [this, object, fromAnother](const Result<stripe::Answer>& result) {
        active = nullptr;
        const bool isGone = !result && result.error().kind == ErrorKind::NotFound;
        if (!result && !isGone) {
            // It was made; whether it lives is not known. Asked again at the next run, of another's as the first time.
            Error error = result.error();
            error.outcomeKnown = false;
            failed(error, fromAnother ? store::StepState::Intended : store::StepState::Unknown);
            return;
        }
        const auto now = isGone ? Result<StepObject>(StepObject{object.id, {}, true}) : wish.read(result->json);
        if (now && now->isOver && !(wasSentBefore && isOwn(object))) {
            usedUp(QStringLiteral("over"));
        } else {
            done(now ? *now : object, fromAnother || !isOwn(object));
        }
    });
}

void Runner::Private::look(Look why, const Error& error)
{
    if (stopping || !client) {
        failed(rules::stopped(false), store::StepState::Unknown);
        return;
    }
    // A day for the life of another program's key, and a day for a clock that is wrong.
    const qint64 sent = qMin(step.firstSentMs > 0 ? step.firstSentMs : operation.createdMs, clock.nowMs());
    follow(wish.look(qMax<qint64>(0, sent / 1000 - 2 * runner::kDaySeconds), &q))->onFinished(&q, [this, why, error](const auto& found) {
        active = nullptr;
        looked(why, error, found);
    });
}

void Runner::Private::looked(Look why, const Error& error, const Result<std::optional<StepObject>>& found)
{
    if (!found) {
        Error unknown = why == Look::KeyExpired ? found.error() : error;
        unknown.outcomeKnown = false;
        failed(unknown, store::StepState::Unknown);
        return;
    }
    if (found->has_value()) {
        // What a look just before did not find and this key may have made counts as made here; of other parameters it cannot be.
        done(**found, why == Look::OtherParameters);
        return;
    }
    switch (why) {
    case Look::ServerError:
        usedUp(QStringLiteral("server_error"));
        return;
    case Look::KeyExpired:
        send(); // nothing came of it: the same key again, which a program that begins anew would use too
        return;
    case Look::OtherParameters:
        if (isOverElsewhere()) {
            usedUp(QStringLiteral("other_parameters"));
            return;
        }
        Error refusal = error;
        refusal.code = QStringLiteral("begun_elsewhere");
        refusal.message = QStringLiteral("Another program has begun the same with other particulars, and nothing of it is in Stripe yet. Nothing was done here. Wait two minutes and try again.");
        failed(refusal, store::StepState::Failed);
        return;
    }
}

/// Whether the request that first used this key is surely over: an operation of this journal that has ended used it, long enough ago.
bool Runner::Private::isOverElsewhere()
{
    const auto earlier = journal.earlierStep(step.idempotencyKey, operation.id);
    if (!earlier || !*earlier || (*earlier)->firstSentMs == 0) {
        return false;
    }
    const store::StepState state = (*earlier)->state;
    const bool isAnswered = state == store::StepState::Done || state == store::StepState::Skipped || (state == store::StepState::Failed && rules::wasRefused((*earlier)->error));
    return isAnswered || clock.nowMs() - (*earlier)->firstSentMs >= rules::kNothingOnWireMs;
}

void Runner::Private::usedUp(const QString& why)
{
    if (step.generation >= rules::kHighestGeneration) {
        failed(rules::triedTooOften(), store::StepState::Failed);
        return;
    }
    log::info(QStringLiteral("%1: step %2, generation %3 is used up (%4)").arg(operation.id, wish.name).arg(step.generation).arg(why));
    store::JournalStep old = step;
    old.error = why;
    wasSentBefore = false;
    intend(old, step.generation + 1, step.body);
}

void Runner::Private::done(const StepObject& object, bool replayed)
{
    if (const Status written = journal.answered(operation.id, step.n, {store::StepState::Done, step.requestIds, object.id, replayed ? QString::fromLatin1(runner::kMadeByAnother) : QString()}, clock.nowMs()); !written) {
        q.settle(fail(written.error()));
        return;
    }
    q.settle(StepEnd{object, replayed, requestIds});
}

void Runner::Private::failed(Error error, store::StepState state)
{
    const QString code = rules::journalCode(error, state == store::StepState::Failed);
    if (const Status written = journal.answered(operation.id, step.n, {state, step.requestIds, {}, code}, clock.nowMs()); !written) {
        log::error(QStringLiteral("%1: the journal could not be written: %2").arg(operation.id, written.error().message));
    }
    q.settle(fail(std::move(error)));
}

} // namespace ch::business
