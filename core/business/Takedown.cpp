// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Takedown.h"

#include "base/Log.h"
#include "business/OperationDesk.h"
#include "business/StepRules.h"

#include <QPointer>

#ifdef Q_OS_UNIX
#include <pwd.h>
#include <unistd.h>
#endif

namespace ch::business {

QString actorName()
{
    QString user = qEnvironmentVariable("USER", qEnvironmentVariable("USERNAME"));
#ifdef Q_OS_UNIX
    if (const passwd* entry = user.isEmpty() ? getpwuid(geteuid()) : nullptr; entry) {
        user = QString::fromLocal8Bit(entry->pw_name);
    }
#endif
    return user.isEmpty() ? QStringLiteral("unknown") : user;
}

class Takedown::Private {
public:
    Private(Takedown& job, stripe::StripeClient& stripeClient, sync::Applier& mirrorApplier, store::RecordsFile& recordsFile, Clock& time, const QString& account, const TakedownRequest& wish)
        : q(job), client(&stripeClient), applier(mirrorApplier), records(recordsFile), clock(time), request(wish),
          desk(recordsFile, time, {store::OperationKind::TakeDown, account, stripe::modeName(stripeClient.mode()), wish.businessId, {}}, nullptr)
    {
        outcome.businessId = wish.businessId;
    }

    void begin();
    void resolve();
    void planned(const Result<TakedownPlan>& plan);
    void open(const QByteArray& inputs);
    void opened(const Result<store::Operation>& operation);
    void ran(const StepRunEnd& end);
    void say(const StepRunEnd& end, store::OperationState state);
    void refuse(const Error& error);
    [[nodiscard]] std::optional<store::Record> closedRecord() const;
    [[nodiscard]] QString auditWord(store::OperationState state) const;
    [[nodiscard]] bool stopsHere();

    template <typename T>
    ResultJob<T>* follow(ResultJob<T>* job)
    {
        active = job;
        return job;
    }

    Takedown& q;
    QPointer<stripe::StripeClient> client;
    sync::Applier& applier;
    store::RecordsFile& records;
    Clock& clock;
    TakedownRequest request;
    OperationDesk desk;
    std::function<Status(const TakedownPlan&)> gate;
    FrozenAct act;
    TakedownOutcome outcome;
    bool stopping = false;
    QPointer<Job> active;
};

Takedown::Takedown(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const QString& account, const TakedownRequest& request, QObject* parent)
    : ResultJob(parent), d(std::make_unique<Private>(*this, client, applier, records, clock, account, request))
{
    QMetaObject::invokeMethod(this, [this] { d->begin(); }, Qt::QueuedConnection);
}

Takedown::~Takedown() = default;

void Takedown::setGate(std::function<Status(const TakedownPlan& plan)> mayBegin)
{
    d->gate = std::move(mayBegin);
}

void Takedown::cancel()
{
    d->stopping = true;
    d->desk.stop();
    if (d->active) {
        d->active->cancel();
    }
}

bool Takedown::Private::stopsHere()
{
    if (stopping || !client) {
        refuse(rules::stopped(true));
        return true;
    }
    return false;
}

/// What ends it before there is an operation.
void Takedown::Private::refuse(const Error& error)
{
    active = nullptr;
    outcome.error = error;
    outcome.status = error.outcomeKnown ? QStringLiteral("failed") : QStringLiteral("unknown");
    outcome.stripe = QStringLiteral("error:") + errorCode(error);
    OperationDesk::End end;
    end.auditWord = QStringLiteral("failed");
    end.detail = QStringList{outcome.stripe};
    end.reason = request.reason;
    if (const Status written = desk.refuse(end); !written) {
        log::error(QStringLiteral("take-down: the trail could not be written: %1").arg(written.error().message));
    }
    q.settle(outcome);
}

void Takedown::Private::begin()
{
    if (stopsHere()) {
        return;
    }
    if (!request.resumeId.isEmpty()) {
        desk.resume(request.resumeId, [this](const auto& operation) { opened(operation); });
        return;
    }
    if (const auto refused = refusedChoices(request)) {
        refuse(*refused);
        return;
    }
    resolve();
}

/// Which business is meant, as far as it is known here: that makes two take-downs one and the same.
void Takedown::Private::resolve()
{
    const auto known = planTakedown(applier.mirror().reader(), request.businessId, false);
    if (!known && known.error().kind == ErrorKind::NotFound) {
        outcome.status = QStringLiteral("not_found");
        outcome.stripe = QStringLiteral("skipped");
        outcome.error = known.error();
        outcome.error->code = QStringLiteral("not_found");
        q.settle(outcome);
        return;
    }
    if (!known) {
        refuse(known.error());
        return;
    }
    store::OperationSubject subject = desk.subject();
    subject.businessId = known->business.businessId;
    subject.objectId = known->customerIds.size() < known->business.customerIds.size() ? request.businessId : QString();
    desk.setSubject(subject);
    const auto open = records.journal().open(subject);
    if (!open) {
        refuse(open.error());
        return;
    }
    if (*open) {
        // It goes on as it was begun, here or where it runs; when it has ended meanwhile this one is looked at anew.
        desk.goOn((*open)->id, [this](const auto& operation) { operation || operation.error().code != QLatin1String("settled") ? opened(operation) : begin(); });
    } else if (request.shown) {
        planned(*request.shown);
    } else {
        const bool isPlain = request.choices.isEmpty() && request.choicesByKind.isEmpty();
        follow(readTakedownPlan(*client, applier, records, clock, request.businessId, false, isPlain ? PlanDepth::SubscriptionsOnly : PlanDepth::WithRemainders, &q))
            ->onFinished(&q, [this](const auto& plan) { planned(plan); });
    }
}

void Takedown::Private::planned(const Result<TakedownPlan>& plan)
{
    active = nullptr;
    if (stopsHere()) {
        return;
    }
    if (!plan) {
        refuse(plan.error());
        return;
    }
    if (!plan->refusal.isEmpty()) {
        Error error;
        error.kind = ErrorKind::Safety;
        error.code = plan->refusalCode;
        error.message = plan->refusal;
        refuse(error);
        return;
    }
    if (const Status may = gate ? gate(*plan) : Status(); !may) {
        refuse(may.error());
        return;
    }
    const auto isChosen = [](RemainderChoice choice) { return choice != RemainderChoice::Leave; };
    const auto byKind = request.choicesByKind.values();
    if (!plan->notReadable.isEmpty() && std::any_of(byKind.begin(), byKind.end(), isChosen)) {
        Error error;
        error.kind = ErrorKind::Permission;
        error.code = QStringLiteral("remainders_not_readable");
        error.message = QStringLiteral("The key may not read the %1, so what was chosen for what stays open cannot be done. Nothing was done: allow the key to, or leave these choices away.").arg(plan->notReadable.join(QStringLiteral(" and the ")));
        refuse(error);
        return;
    }
    const auto frozen = FrozenAct::of(request, *plan);
    if (!frozen) {
        refuse(frozen.error());
        return;
    }
    open(frozen->json());
}

void Takedown::Private::open(const QByteArray& inputs)
{
    desk.begin(inputs, [this](const auto& operation) { opened(operation); });
}

void Takedown::Private::opened(const Result<store::Operation>& operation)
{
    if (!operation) {
        refuse(operation.error());
        return;
    }
    outcome.operationId = operation->id;
    const auto fixed = FrozenAct::fromJson(operation->inputs);
    StepRunEnd nothing;
    if (!fixed) {
        nothing.error = fixed.error();
        nothing.stopped = true;
        ran(nothing);
        return;
    }
    act = *fixed;
    if (!request.resumeId.isEmpty()) {
        outcome.businessId = act.targetId;
    } else if (operation->resumed) {
        outcome.note = QStringLiteral("A take-down of this business that was begun before was gone on with, as it was asked for then.");
    }
    if (stopping || !client) {
        nothing.error = rules::stopped(true);
        nothing.stopped = true;
        ran(nothing);
        return;
    }
    follow(new StepRun(*client, applier, records.journal(), clock, *operation, act, &q))->onFinished(&q, [this](const Result<StepRunEnd>& end) { ran(end.value_or(StepRunEnd())); });
}

void Takedown::Private::ran(const StepRunEnd& run)
{
    active = nullptr;
    const store::OperationState state = desk.stateAfter(run);
    say(run, state);
    OperationDesk::End end;
    end.state = state;
    end.error = run.error;
    end.auditWord = auditWord(state);
    end.reason = act.reason;
    end.requestIds = outcome.requestIds;
    end.objectIds = act.customerIds;
    for (const StepOutcome& step : run.steps) {
        end.objectIds << step.objectId;
        static const QHash<QString, QString> kDone{{QStringLiteral("cancel"), QStringLiteral("cancelled")}, {QStringLiteral("cancel_legacy"), QStringLiteral("cancelled")},
            {QStringLiteral("delete_customer"), QStringLiteral("deleted")}};
        const bool isDone = step.result == QLatin1String("done") || step.result == QLatin1String("already_done");
        const QString word = isDone ? kDone.value(step.action, step.action) + (step.result == QLatin1String("done") ? QString() : QStringLiteral(" already")) : step.action + QLatin1Char(' ') + step.result;
        end.detail << QStringList{step.objectId, word, step.code}.join(QLatin1Char(' ')).trimmed();
    }
    end.detail << outcome.stripe;
    if (outcome.error && !outcome.stripe.startsWith(QLatin1String("error:"))) {
        end.detail << QStringLiteral("error:") + errorCode(*outcome.error);
    }
    if (run.isCancelled) {
        end.record = closedRecord();
    }
    if (const Status written = desk.end(end); !written && !outcome.error) {
        outcome.error = written.error();
        outcome.partly = true;
    }
    q.settle(outcome);
}

/// The seed's words. Past the cancels a failure never hides that they succeeded.
void Takedown::Private::say(const StepRunEnd& run, store::OperationState state)
{
    outcome.requestIds = run.requestIds;
    outcome.steps = run.steps;
    outcome.error = run.error;
    const bool wasDeletedBefore = !act.customerIds.isEmpty() && act.deletedCustomerIds.size() == act.customerIds.size();
    outcome.customerDeleted = run.customerDeleted || (act.deleteCustomer && wasDeletedBefore && !run.error);
    QStringList notes = run.notes;
    if (run.isCancelled) {
        outcome.status = QStringLiteral("taken_down");
        outcome.partly = run.error.has_value();
        if (!act.cancels.empty()) {
            outcome.stripe = QStringLiteral("cancelled");
        } else if (!act.newestSubscriptionId.isEmpty()) {
            outcome.stripe = QStringLiteral("already_cancelled");
        } else if (run.intentSucceeded) {
            outcome.stripe = QStringLiteral("skipped");
            notes << QStringLiteral("The payment %1 was made already, so there is nothing to cancel; the record is closed.").arg(act.paymentIntentId);
        } else if (!act.paymentIntentId.isEmpty()) {
            outcome.stripe = run.intentCancelled ? QStringLiteral("cancelled_legacy") : QStringLiteral("already_cancelled");
        } else {
            outcome.stripe = QStringLiteral("skipped");
            notes << QStringLiteral("There was nothing to cancel.");
        }
        if (act.atPeriodEnd && !act.cancels.empty()) {
            outcome.status = QStringLiteral("scheduled");
            outcome.stripe = QStringLiteral("scheduled");
            notes << QStringLiteral("Each subscription goes on to the end of its period and then ends by itself.");
        }
    } else {
        outcome.status = state == store::OperationState::Done ? store::wordOf(store::OperationState::Failed) : store::wordOf(state);
        outcome.stripe = QStringLiteral("error:") + (run.error ? errorCode(*run.error) : QLatin1String(kChangedSincePreview));
        outcome.partly = run.anyCancelled;
    }
    if (!outcome.note.isEmpty()) {
        notes.prepend(outcome.note);
    }
    outcome.note = notes.join(QLatin1Char(' '));
}

QString Takedown::Private::auditWord(store::OperationState state) const
{
    if (state == store::OperationState::Unknown) {
        return store::wordOf(state);
    }
    return outcome.partly ? QStringLiteral("partly") : state == store::OperationState::Done ? store::wordOf(state) : outcome.status;
}

/// A business without a record gets one: when its customer is deleted nothing in Stripe says any more that there was one.
std::optional<store::Record> Takedown::Private::closedRecord() const
{
    const auto kept = records.record(act.businessId);
    const store::Record known = kept && *kept ? **kept : store::Record();
    const bool isRecords = !known.customerId.isEmpty() && act.customerIds.contains(known.customerId);
    if ((!act.isWhole && !isRecords) || act.businessId.isEmpty() || act.customerIds.contains(act.businessId)) {
        return std::nullopt;
    }
    store::Record closed = known;
    closed.businessId = act.businessId;
    closed.businessType = known.businessId.isEmpty() ? act.businessType : QString();
    if (closed.customerId.isEmpty() && act.customerIds.size() == 1) {
        closed.customerId = act.customerIds.front();
    }
    if (closed.subscriptionId.isEmpty()) {
        closed.subscriptionId = act.newestSubscriptionId;
    }
    if (closed.takenDownAtMs == 0) {
        closed.takenDownAtMs = clock.nowMs();
    }
    const bool isOver = !act.newestSubscriptionId.isEmpty() || outcome.stripe == QLatin1String("cancelled_legacy") || outcome.stripe == QLatin1String("already_cancelled");
    if (isOver && !(act.atPeriodEnd && !act.cancels.empty())) {
        closed.subscriptionStatus = QStringLiteral("canceled");
    }
    return closed;
}

} // namespace ch::business
