// SPDX-License-Identifier: GPL-3.0-or-later
// Take-downs and cancels, of Workspace.h: their plans, and what the gates say before one begins.
#include "base/Log.h"
#include "workspace/WorkspaceJobs.h"
#include "workspace/WorkspacePrivate.h"

namespace ch::workspace {

namespace takedowns {

/// The reason goes to Stripe and comes back into the mirror: a key that was pasted into it would lie in a file.
Error keyInReason()
{
    Error error;
    error.kind = ErrorKind::Safety;
    error.code = QStringLiteral("key_in_reason");
    error.message = QStringLiteral("The reason holds something with the form of a Stripe key, so nothing was sent. Take it out and try again.");
    return error;
}

Result<business::TakedownOutcome> takedownOutcome(const QString& businessId, const Error& error)
{
    business::TakedownOutcome outcome;
    outcome.businessId = businessId;
    outcome.status = error.outcomeKnown ? QStringLiteral("failed") : QStringLiteral("unknown");
    outcome.stripe = QStringLiteral("error:") + errorCode(error);
    outcome.error = error;
    return outcome;
}

Result<business::CancelOutcome> cancelOutcome(const QString& subscriptionId, const Error& error)
{
    business::CancelOutcome outcome;
    outcome.subscriptionId = subscriptionId;
    outcome.status = error.outcomeKnown ? QStringLiteral("failed") : QStringLiteral("unknown");
    outcome.error = error;
    return outcome;
}

} // namespace takedowns

ResultJob<business::TakedownPlan>* Workspace::planTakedown(const QString& businessId, QObject* parent)
{
    using business::TakedownPlan;
    if (!hasKey()) {
        return new SimpleJob<TakedownPlan>(parent, business::planTakedown(d->mirror->reader(), businessId, d->state.deleteCustomerOnTakeDown));
    }
    return new ActJob<TakedownPlan>(*this, [businessId](Private& inside, QObject* nest) {
        return business::readTakedownPlan(inside.connection->client(), *inside.applier, *inside.records, inside.clock, businessId, inside.state.deleteCustomerOnTakeDown,
            business::PlanDepth::WithRemainders, nest);
    }, [](const Error& error) -> Result<TakedownPlan> { return fail(error); }, parent);
}

ResultJob<business::CancelPlan>* Workspace::planCancel(const QString& subscriptionId, QObject* parent)
{
    using business::CancelPlan;
    if (!hasKey()) {
        return new SimpleJob<CancelPlan>(parent, business::planCancel(d->mirror->reader(), subscriptionId));
    }
    return new ActJob<CancelPlan>(*this, [subscriptionId](Private& inside, QObject* nest) {
        return business::readCancelPlan(inside.connection->client(), *inside.applier, inside.clock, subscriptionId, nest);
    }, [](const Error& error) -> Result<CancelPlan> { return fail(error); }, parent);
}

/// What the gates say, with an entry in the trail where they refuse. A person confirmed an operation when it began: resumed, it is asked for
/// everything but that.
Status Workspace::Private::mayEnd(Act act, const QString& resumeId)
{
    if (!resumeId.isEmpty()) {
        const auto operation = records->journal().operation(resumeId);
        if (!operation) {
            return fail(operation.error());
        }
        act.businessId = *operation ? (*operation)->subject.businessId : QString();
        act.objectId = *operation && act.kind == ActKind::Cancel ? (*operation)->subject.objectId : QString();
        act.isIrreversible = false;
        act.isBegun = true;
    }
    const Status may = mayAct(act);
    if (may) {
        return may;
    }
    if (!resumeId.isEmpty()) {
        leaveWaiting(resumeId, may.error());
    }
    store::AuditEntry entry;
    entry.atMs = clock.nowMs();
    entry.actor = business::actorName();
    entry.action = store::wordOf(act.kind == ActKind::Cancel ? store::OperationKind::Cancel : store::OperationKind::TakeDown);
    entry.businessId = act.businessId;
    entry.outcome = QStringLiteral("failed");
    entry.detail = (resumeId.isEmpty() ? QString() : resumeId + QStringLiteral("; ")) + QStringLiteral("error:") + errorCode(may.error());
    if (!act.objectId.isEmpty()) {
        entry.objectIds << act.objectId;
    }
    if (const Status written = records->appendAudit(entry); !written) {
        log::error(QStringLiteral("%1: the trail could not be written: %2").arg(entry.action, written.error().message));
    }
    return may;
}

ResultJob<business::TakedownOutcome>* Workspace::takeDown(const business::TakedownRequest& request, QObject* parent)
{
    using business::TakedownOutcome;
    const auto asOutcome = [id = request.businessId](const Error& error) { return takedowns::takedownOutcome(id, error); };
    if (access::holdsKey(request.reason)) {
        return new SimpleJob<TakedownOutcome>(parent, asOutcome(takedowns::keyInReason()));
    }
    if (!hasKey()) {
        return new SimpleJob<TakedownOutcome>(parent, asOutcome(noKey()));
    }
    Act act;
    act.kind = ActKind::TakeDown;
    act.businessId = request.businessId;
    act.customerIds = request.shown ? request.shown->customerIds : QStringList();
    act.isIrreversible = business::isIrreversible(request);
    act.typedId = request.typedId;
    act.liveIsMeant = request.liveIsMeant;
    if (const Status may = d->mayEnd(act, request.resumeId); !may) {
        return new SimpleJob<TakedownOutcome>(parent, asOutcome(may.error()));
    }
    return new ActJob<TakedownOutcome>(*this, [request, act](Private& inside, QObject* nest) {
        auto* job = new business::Takedown(inside.connection->client(), *inside.applier, *inside.records, inside.clock, inside.accountOfKeys(), request, nest);
        job->setGate([&inside, act](const business::TakedownPlan& plan) {
            Act known = act;
            known.customerIds << plan.customerIds;
            return inside.mayAct(known);
        });
        return job;
    }, asOutcome, parent);
}

ResultJob<business::CancelOutcome>* Workspace::cancelSubscription(const business::CancelRequest& request, QObject* parent)
{
    using business::CancelOutcome;
    const auto asOutcome = [id = request.subscriptionId](const Error& error) { return takedowns::cancelOutcome(id, error); };
    if (access::holdsKey(request.reason)) {
        return new SimpleJob<CancelOutcome>(parent, asOutcome(takedowns::keyInReason()));
    }
    if (!hasKey()) {
        return new SimpleJob<CancelOutcome>(parent, asOutcome(noKey()));
    }
    Act act;
    act.kind = ActKind::Cancel;
    act.objectId = request.subscriptionId.trimmed();
    if (request.shown) {
        act.businessId = request.shown->businessId;
        act.customerIds = QStringList{request.shown->customerId};
    }
    act.isIrreversible = !request.atPeriodEnd;
    act.typedId = request.typedId;
    act.liveIsMeant = request.liveIsMeant;
    if (const Status may = d->mayEnd(act, request.resumeId); !may) {
        return new SimpleJob<CancelOutcome>(parent, asOutcome(may.error()));
    }
    return new ActJob<CancelOutcome>(*this, [request, act](Private& inside, QObject* nest) {
        auto* job = new business::Cancel(inside.connection->client(), *inside.applier, *inside.records, inside.clock, inside.accountOfKeys(), request, nest);
        job->setGate([&inside, act](const business::CancelPlan& plan) {
            Act known = act;
            known.businessId = plan.businessId;
            known.customerIds << plan.customerId;
            return inside.mayAct(known);
        });
        return job;
    }, asOutcome, parent);
}

} // namespace ch::workspace
