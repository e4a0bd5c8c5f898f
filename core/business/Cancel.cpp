// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Cancel.h"

#include "base/Log.h"
#include "business/OperationDesk.h"
#include "business/StepRules.h"

#include <QPointer>

namespace ch::business {

class Cancel::Private {
public:
    Private(Cancel& job, stripe::StripeClient& stripeClient, sync::Applier& mirrorApplier, store::RecordsFile& recordsFile, Clock& time, const QString& account, const CancelRequest& wish)
        : q(job), client(&stripeClient), applier(mirrorApplier), records(recordsFile), clock(time), request(wish),
          desk(recordsFile, time, {store::OperationKind::Cancel, account, stripe::modeName(stripeClient.mode()), {}, wish.subscriptionId}, nullptr)
    {
        outcome.subscriptionId = wish.subscriptionId;
    }

    void begin();
    void planned(const Result<CancelPlan>& plan);
    void opened(const Result<store::Operation>& operation);
    void ran(const StepRunEnd& run);
    void refuse(const Error& error);
    void take(const stripe::Subscription& subscription);
    [[nodiscard]] std::optional<store::Record> recordNow() const;

    template <typename T>
    ResultJob<T>* follow(ResultJob<T>* job)
    {
        active = job;
        return job;
    }

    Cancel& q;
    QPointer<stripe::StripeClient> client;
    sync::Applier& applier;
    store::RecordsFile& records;
    Clock& clock;
    CancelRequest request;
    OperationDesk desk;
    std::function<Status(const CancelPlan&)> gate;
    FrozenAct act;
    CancelOutcome outcome;
    bool stopping = false;
    QPointer<Job> active;
};

Cancel::Cancel(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const QString& account, const CancelRequest& request, QObject* parent)
    : ResultJob(parent), d(std::make_unique<Private>(*this, client, applier, records, clock, account, request))
{
    QMetaObject::invokeMethod(this, [this] { d->begin(); }, Qt::QueuedConnection);
}

Cancel::~Cancel() = default;

void Cancel::setGate(std::function<Status(const CancelPlan& plan)> mayBegin)
{
    d->gate = std::move(mayBegin);
}

void Cancel::cancel()
{
    d->stopping = true;
    d->desk.stop();
    if (d->active) {
        d->active->cancel();
    }
}

void Cancel::Private::begin()
{
    if (stopping || !client) {
        refuse(rules::stopped(true));
        return;
    }
    if (!request.resumeId.isEmpty()) {
        desk.resume(request.resumeId, [this](const auto& operation) { opened(operation); });
        return;
    }
    request.subscriptionId = request.subscriptionId.trimmed();
    if (const auto refused = refusedChoices(request)) {
        refuse(*refused);
    } else if (request.shown) {
        planned(*request.shown);
    } else {
        follow(readCancelPlan(*client, applier, clock, request.subscriptionId, &q))->onFinished(&q, [this](const auto& plan) { planned(plan); });
    }
}

/// What ends it before there is an operation.
void Cancel::Private::refuse(const Error& error)
{
    active = nullptr;
    outcome.error = error;
    outcome.status = error.kind == ErrorKind::NotFound ? QStringLiteral("not_found") : error.outcomeKnown ? QStringLiteral("failed") : QStringLiteral("unknown");
    OperationDesk::End end;
    end.auditWord = QStringLiteral("failed");
    end.detail = QStringList{QStringLiteral("error:") + errorCode(error)};
    end.objectIds = QStringList{request.subscriptionId};
    end.reason = request.reason;
    if (const Status written = desk.refuse(end); !written) {
        log::error(QStringLiteral("cancel: the trail could not be written: %1").arg(written.error().message));
    }
    q.settle(outcome);
}

void Cancel::Private::planned(const Result<CancelPlan>& plan)
{
    active = nullptr;
    if (!plan) {
        refuse(plan.error());
        return;
    }
    if (const Status may = gate ? gate(*plan) : Status(); !may) {
        refuse(may.error());
        return;
    }
    store::OperationSubject subject = desk.subject();
    subject.businessId = plan->businessId.isEmpty() ? plan->customerId : plan->businessId;
    subject.objectId = request.subscriptionId;
    desk.setSubject(subject);
    desk.begin(FrozenAct::of(request, *plan).json(), [this](const auto& operation) { opened(operation); });
}

void Cancel::Private::opened(const Result<store::Operation>& operation)
{
    if (!operation) {
        refuse(operation.error());
        return;
    }
    outcome.operationId = operation->id;
    outcome.subscriptionId = operation->subject.objectId;
    const auto fixed = FrozenAct::fromJson(operation->inputs);
    StepRunEnd nothing;
    nothing.stopped = true;
    if (!fixed) {
        nothing.error = fixed.error();
        ran(nothing);
        return;
    }
    act = *fixed;
    outcome.businessId = act.businessId;
    outcome.customerId = act.customerIds.value(0);
    if (operation->resumed && request.resumeId.isEmpty()) {
        outcome.note = QStringLiteral("A cancel of this subscription that was begun before was gone on with, as it was asked for then.");
    }
    if (stopping || !client) {
        nothing.error = rules::stopped(true);
        ran(nothing);
        return;
    }
    follow(new StepRun(*client, applier, records.journal(), clock, *operation, act, &q))->onFinished(&q, [this](const Result<StepRunEnd>& end) { ran(end.value_or(StepRunEnd())); });
}

void Cancel::Private::take(const stripe::Subscription& subscription)
{
    outcome.status = subscription.status;
    outcome.endsAt = subscription.isEnded() ? subscription.endedAt.value_or(0) : subscription.cancelAt.value_or(subscription.cancelAtPeriodEnd ? subscription.currentPeriodEnd : 0);
}

void Cancel::Private::ran(const StepRunEnd& run)
{
    active = nullptr;
    const store::OperationState state = desk.stateAfter(run);
    outcome.requestIds = run.requestIds;
    outcome.error = run.error;
    outcome.alreadyDone = !run.steps.empty() && run.steps.front().result == QLatin1String("already_done");
    outcome.note = (QStringList{outcome.note} + run.notes).join(QLatin1Char(' ')).trimmed();
    if (state != store::OperationState::Done) {
        outcome.status = store::wordOf(state);
    } else if (const auto fresh = stripe::parseObject<stripe::Subscription>(run.subscriptionJson); fresh) {
        take(*fresh);
    } else if (const auto known = applier.mirror().reader().subscription(outcome.subscriptionId); known && *known) {
        take(**known); // an earlier run of the operation did it, and the mirror has its answer
    }
    OperationDesk::End end;
    end.state = state;
    end.error = run.error;
    end.auditWord = store::wordOf(state);
    end.reason = act.reason;
    end.requestIds = outcome.requestIds;
    end.objectIds = QStringList{outcome.subscriptionId, outcome.customerId};
    for (const StepOutcome& step : run.steps) {
        end.detail << QStringList{step.objectId, step.action, step.result, step.code}.join(QLatin1Char(' ')).trimmed();
    }
    end.record = state == store::OperationState::Done ? recordNow() : std::nullopt;
    if (const Status written = desk.end(end); !written && !outcome.error) {
        outcome.error = written.error();
        outcome.status = QStringLiteral("waiting");
    }
    q.settle(outcome);
}

/// The record of the business, where it names this subscription.
std::optional<store::Record> Cancel::Private::recordNow() const
{
    const auto kept = act.businessId.isEmpty() ? Result<std::optional<store::Record>>(std::nullopt) : records.record(act.businessId);
    if (!kept || !*kept || (*kept)->subscriptionId != outcome.subscriptionId || outcome.status.isEmpty()) {
        return std::nullopt;
    }
    store::Record record = **kept;
    record.subscriptionStatus = outcome.status;
    return record;
}

} // namespace ch::business
