// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Provision.h"

#include "base/Log.h"
#include "business/Counts.h"
#include "business/ProvisionPrivate.h"
#include "business/StepRules.h"
#include "business/Takedown.h"

namespace ch::business {

namespace provision {

constexpr qint64 kWaitStepMs = 500;
constexpr qint64 kLongestWaitMs = 5LL * 60 * 1000;

} // namespace provision

Provision::Provision(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const QString& account, const ProvisionRequest& request, QObject* parent)
    : ResultJob(parent), d(std::make_unique<Private>(*this, client, applier, records, clock, account, request))
{
    QMetaObject::invokeMethod(this, [this] { d->begin(); }, Qt::QueuedConnection);
}

Provision::~Provision() = default;

void Provision::cancel()
{
    d->stopping = true;
    if (d->active) {
        d->active->cancel();
    }
}

void Provision::Private::begin()
{
    if (request.resumeId.isEmpty()) {
        auto fixed = provision::Inputs::of(request, clock, &outcome.note);
        if (!fixed) {
            failWith(fixed.error());
            return;
        }
        inputs = *std::move(fixed);
        subject.businessId = request.businessId.trimmed();
        outcome.businessId = subject.businessId;
    }
    waitsUntilMs = clock.monotonicMs() + provision::kLongestWaitMs;
    openOperation();
}

void Provision::Private::openOperation()
{
    opened(request.resumeId.isEmpty() ? records.journal().begin(subject, inputs.json(), clock.nowMs()) : records.journal().claim(request.resumeId, clock.nowMs()));
}

void Provision::Private::opened(const Result<store::Operation>& made)
{
    if (!made) {
        // Somebody does the same right now: when that has ended there is nothing left to do, or it is tried here.
        if (made.error().kind == ErrorKind::Busy && request.resumeId.isEmpty() && !stopping && clock.monotonicMs() < waitsUntilMs) {
            clock.callAfter(provision::kWaitStepMs, &q, [this] { openOperation(); });
        } else {
            failWith(made.error());
        }
        return;
    }
    operation = *made;
    outcome.operationId = operation.id;
    if (operation.subject.kind != store::OperationKind::Provision || operation.subject.account != subject.account || operation.subject.mode != subject.mode) {
        leaveOpen(provision::errorOf(ErrorKind::Safety, "account_mismatch", QStringLiteral("This operation is of another account, mode or kind.")), store::OperationState::Waiting);
        return;
    }
    subject = operation.subject;
    outcome.businessId = subject.businessId;
    inputs = provision::Inputs::fromJson(operation.inputs);
    if (operation.resumed && request.resumeId.isEmpty()) {
        outcome.note = QStringLiteral("A provision of this business that was begun before was gone on with, as it was given then.");
    }
    if (const Status read = readJournal(); !read) {
        failWith(read.error());
        return;
    }
    if (subscriptionStepped) {
        makeCustomer(); // both are in the journal: nothing is looked for, the keys say what became of them
    } else {
        lookForCustomer();
    }
}

/// What an earlier run of this operation has begun.
Status Provision::Private::readJournal()
{
    const auto steps = records.journal().steps(operation.id);
    if (!steps) {
        return fail(steps.error());
    }
    for (const store::JournalStep& step : *steps) {
        const bool isCustomer = step.name == provision::kCustomerStep;
        customerStepped = customerStepped || isCustomer;
        customerIsMaybe = customerIsMaybe || step.state == store::StepState::Done || step.state == store::StepState::Sent || step.state == store::StepState::Unknown;
        subscriptionStepped = subscriptionStepped || step.name == provision::kSubscriptionStep;
        subscriptionNoted = step.name == provision::kSubscriptionStep && step.method.isEmpty();
        outcome.requestIds << step.requestIds;
    }
    return {};
}

bool Provision::Private::stopsHere()
{
    if (stopping || !client) {
        failWith(provision::errorOf(ErrorKind::Cancelled, "stopped", QStringLiteral("Stopped before it ended. The operation waits and can be resumed.")));
        return true;
    }
    return false;
}

void Provision::Private::succeed()
{
    outcome.status = subscription ? subscription->object.status : QStringLiteral("unknown");
    close(store::OperationState::Done, std::nullopt);
}

/// Where the steps end early. An operation of which something is done or may be done stays open, unless no further try can mend it.
void Provision::Private::failWith(const Error& error)
{
    if (!error.requestId.isEmpty()) {
        outcome.requestIds << error.requestId;
    }
    const bool isBegun = customerIsMaybe || !outcome.customerId.isEmpty();
    if (operation.id.isEmpty()) {
        outcome.error = error;
        outcome.status = QStringLiteral("failed");
        end();
    } else if (!error.outcomeKnown) {
        leaveOpen(error, store::OperationState::Unknown);
    } else if ((isBegun && rules::mayBeMended(error)) || error.kind == ErrorKind::Storage) {
        leaveOpen(error, store::OperationState::Waiting);
    } else {
        close(store::OperationState::Failed, error);
    }
}

void Provision::Private::leaveOpen(const Error& error, store::OperationState state)
{
    outcome.error = error;
    outcome.status = store::wordOf(state);
    if (const Status released = records.journal().release(operation.id, state, errorCode(error), clock.nowMs()); !released) {
        log::error(QStringLiteral("%1: the journal could not be written: %2").arg(operation.id, released.error().message));
    }
    if (const Status written = records.appendAudit(auditNow(outcome.status)); !written) {
        log::error(QStringLiteral("%1: the trail could not be written: %2").arg(operation.id, written.error().message));
    }
    end();
}

void Provision::Private::close(store::OperationState state, const std::optional<Error>& error)
{
    store::Journal::Ending ending;
    ending.state = state;
    if (state == store::OperationState::Done) {
        ending.record = recordNow();
        ending.reopens = true;
    } else {
        outcome.error = error;
        outcome.status = QStringLiteral("failed");
        ending.error = error ? errorCode(*error) : QString();
    }
    ending.audit = auditNow(store::wordOf(state));
    ending.counts = countsNow(state);
    if (const Status settled = records.journal().settle(operation.id, ending, clock.nowMs()); !settled) {
        // Everything is in Stripe, but not written down: the operation is open, and the next run ends it without sending anything twice.
        log::error(QStringLiteral("%1: the end could not be written: %2").arg(operation.id, settled.error().message));
        if (!outcome.error) {
            outcome.error = settled.error();
            outcome.status = QStringLiteral("waiting");
        }
    }
    end();
}

void Provision::Private::end()
{
    active = nullptr;
    outcome.requestIds.removeDuplicates();
    q.settle(outcome);
}

/// An operation counts when it ends. One that found its subscription made, by an earlier operation or another program, adds nothing.
std::vector<store::Count> Provision::Private::countsNow(store::OperationState state) const
{
    if (state != store::OperationState::Done) {
        return {subscriptionsCount(kCountedFailed)};
    }
    if (!madeSubscription) {
        return {};
    }
    std::vector<store::Count> counts{subscriptionsCount(kCountedSuccess)};
    if (subscription && !subscription->object.items.empty()) {
        for (store::Count& revenue : revenueCount(inputs.type, subscription->object.items.front().price)) {
            counts.push_back(std::move(revenue));
        }
    }
    return counts;
}

store::AuditEntry Provision::Private::auditNow(const QString& word) const
{
    store::AuditEntry entry;
    entry.atMs = clock.nowMs();
    entry.actor = actorName();
    entry.action = store::wordOf(store::OperationKind::Provision);
    entry.businessId = subject.businessId;
    entry.outcome = word;
    QStringList detail{operation.id};
    if (outcome.error) {
        detail << QStringLiteral("error:") + errorCode(*outcome.error);
    } else if (outcome.replayed) {
        detail << QStringLiteral("replayed");
    }
    entry.detail = detail.join(QStringLiteral("; "));
    entry.requestIds = outcome.requestIds;
    entry.requestIds.removeDuplicates();
    for (const QString& id : {outcome.customerId, outcome.subscriptionId, outcome.priceId}) {
        if (!id.isEmpty()) {
            entry.objectIds << id;
        }
    }
    for (const auto& [name, value] : {std::pair("name", inputs.name), std::pair("email", inputs.email)}) {
        if (!value.isEmpty()) {
            entry.inputs << store::auditInput(QLatin1String(name), value);
        }
    }
    if (const auto steps = records.journal().steps(operation.id); steps) {
        for (const store::JournalStep& step : *steps) {
            if (!step.idempotencyKey.isEmpty() && step.firstSentMs > 0) {
                entry.keys << QString::fromLatin1(step.idempotencyKey);
            }
        }
    }
    entry.keys.removeDuplicates();
    return entry;
}

/// The mirror is a copy: that it could not take an answer never stops or hides what was done in Stripe. The next sync brings it.
void Provision::Private::apply(store::Batch batch)
{
    batch.receivedAtMs = clock.nowMs();
    if (const Status applied = applier.apply(batch); !applied) {
        log::warning(QStringLiteral("provision: the mirror did not take an answer: %1").arg(applied.error().message));
    }
}

} // namespace ch::business
