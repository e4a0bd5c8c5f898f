// SPDX-License-Identifier: GPL-3.0-or-later
// Provisioning and the gates, of Workspace.h: what may be done now, and what becomes of a provision that may not.
#include "base/Log.h"
#include "workspace/WorkspaceJobs.h"
#include "workspace/WorkspacePrivate.h"

namespace ch::workspace {

namespace provisioning {

business::ProvisionOutcome refused(const QString& businessId, const Error& error)
{
    business::ProvisionOutcome outcome;
    outcome.businessId = businessId;
    outcome.status = error.outcomeKnown ? QStringLiteral("failed") : QStringLiteral("unknown");
    outcome.error = error;
    return outcome;
}

Error keyInInput()
{
    Error error;
    error.kind = ErrorKind::Safety;
    error.code = QStringLiteral("key_in_input");
    error.message = QStringLiteral("What was given holds something with the form of a Stripe key, so nothing was sent. Take it out and try again.");
    return error;
}

} // namespace provisioning

ResultJob<business::ProvisionOutcome>* Workspace::provision(const business::ProvisionRequest& request, QObject* parent)
{
    using Outcome = business::ProvisionOutcome;
    for (const QString& text : {request.businessId, request.name, request.type, request.email, request.description}) {
        if (access::holdsKey(text)) {
            // It would go to Stripe and come back into the mirror: a key would lie in a file.
            return new SimpleJob<Outcome>(parent, provisioning::refused(request.businessId, provisioning::keyInInput()));
        }
    }
    Act act;
    act.kind = ActKind::Provision;
    act.businessId = request.businessId.trimmed();
    act.liveIsMeant = request.liveIsMeant;
    if (!request.resumeId.isEmpty()) {
        const auto operation = d->records->journal().operation(request.resumeId);
        const auto steps = d->records->journal().steps(request.resumeId);
        if (!operation || !steps) {
            return new SimpleJob<Outcome>(parent, provisioning::refused({}, !operation ? operation.error() : steps.error()));
        }
        act.businessId = *operation ? (*operation)->subject.businessId : QString();
        act.isBegun = !steps->empty();
    }
    const auto asOutcome = [id = act.businessId](const Error& error) -> Result<Outcome> { return provisioning::refused(id, error); };
    const Status may = d->mayAct(act);
    const std::optional<Error> why = !may ? std::optional(may.error()) : !hasKey() ? std::optional(noKey()) : std::nullopt;
    const bool isOff = why && (why->code == QLatin1String(kPaymentsOff) || why->code == noKey().code);
    if (isOff && request.resumeId.isEmpty() && request.whenOff == business::WhenOff::Queue) {
        // What stands against it beside the switch is said now, not days later.
        if (const Status later = d->gates->mayActOncePaymentsAreOn(act, d->mirror->reader(), d->isLive(), d->isLive() || d->state.demo); !later) {
            return new SimpleJob<Outcome>(parent, d->notProvisioned(request, later.error()));
        }
        if (!hasKey() || !d->state.accountId.isEmpty()) {
            return new SimpleJob<Outcome>(parent, d->queued(request, *why));
        }
        // Whose account it is: reading goes on while payments are off.
        return new ActJob<Outcome>(*this, [request, why](Private& inside, QObject* nest) { return new SimpleJob<Outcome>(nest, inside.queued(request, *why)); }, asOutcome, parent);
    }
    if (why) {
        return new SimpleJob<Outcome>(parent, d->notProvisioned(request, *why));
    }
    return new ActJob<Outcome>(*this, [request](Private& inside, QObject* nest) {
        return new business::Provision(inside.connection->client(), *inside.applier, *inside.records, inside.clock, inside.accountOfKeys(), request, nest);
    }, asOutcome, parent);
}

business::ProvisionOutcome Workspace::Private::notProvisioned(const business::ProvisionRequest& request, const Error& why)
{
    business::ProvisionOutcome outcome = provisioning::refused(request.businessId.trimmed(), why);
    if (!request.resumeId.isEmpty()) {
        outcome.operationId = request.resumeId;
        outcome.status = store::wordOf(store::OperationState::Waiting);
        leaveWaiting(request.resumeId, why);
        return outcome;
    }
    const bool isOff = why.code == QLatin1String(kPaymentsOff) || why.code == noKey().code;
    if (isOff && request.whenOff == business::WhenOff::Skip) {
        outcome.status = QStringLiteral("skipped");
        outcome.note = QStringLiteral("Skipped: no customer and no subscription was made for \u201c%1\u201d. %2").arg(outcome.businessId, why.message);
    }
    tellTrail(outcome, why);
    return outcome;
}

void Workspace::Private::tellTrail(const business::ProvisionOutcome& outcome, const Error& why)
{
    store::AuditEntry entry;
    entry.atMs = clock.nowMs();
    entry.actor = business::actorName();
    entry.action = store::wordOf(store::OperationKind::Provision);
    entry.businessId = outcome.businessId;
    entry.outcome = outcome.status;
    entry.detail = (outcome.operationId.isEmpty() ? QString() : outcome.operationId + QStringLiteral("; ")) + QStringLiteral("error:") + errorCode(why);
    if (const Status written = records->appendAudit(entry); !written) {
        log::error(QStringLiteral("provision: the trail could not be written: %1").arg(written.error().message));
    }
}

business::ProvisionOutcome Workspace::Private::queued(const business::ProvisionRequest& request, const Error& why)
{
    QString account = accountOfKeys();
    if (state.accountId.isEmpty() && fingerprint.isEmpty()) {
        // Without a key here: whose account it is was learnt when this folder was filled.
        const QString keyOfFolder = mirror->meta(QStringLiteral("bound_key")).value_or(QString());
        if (keyOfFolder.isEmpty()) {
            Error error = noKey();
            error.code = QStringLiteral("account_unknown");
            error.message = QStringLiteral("Nothing can be queued here yet: this profile has never been connected to its account. Sync it once with its key.");
            return provisioning::refused(request.businessId.trimmed(), error);
        }
        account = QStringLiteral("key:") + keyOfFolder;
    }
    const auto operation = business::queueProvision(*records, clock, account, state.mode, request);
    if (!operation) {
        return provisioning::refused(request.businessId.trimmed(), operation.error());
    }
    business::ProvisionOutcome outcome = provisioning::refused(operation->subject.businessId, why);
    outcome.operationId = operation->id;
    outcome.status = QStringLiteral("queued");
    outcome.note = operation->resumed ? QStringLiteral("A provision of \u201c%1\u201d stands in the journal already and waits there as it was given then.").arg(outcome.businessId)
        : QStringLiteral("Queued: \u201c%1\u201d is provisioned when payments are on and a key is there%2.").arg(outcome.businessId,
              state.mode == stripe::Mode::Live ? QStringLiteral(", and a person resumes it") : QString());
    if (!operation->resumed) {
        tellTrail(outcome, why);
    }
    return outcome;
}

/// An operation that the gates stop waits, and says why; one whose last answer was lost stays unknown.
void Workspace::Private::leaveWaiting(const QString& operationId, const Error& why)
{
    store::Journal& journal = records->journal();
    const auto operation = journal.operation(operationId);
    if (!operation || !*operation || (*operation)->isSettled() || (*operation)->state == store::OperationState::Unknown) {
        return;
    }
    const bool isQueued = (*operation)->error == QLatin1String(business::kQueued);
    const QString error = isQueued ? QString::fromLatin1(business::kQueued) : errorCode(why);
    if ((*operation)->state == store::OperationState::Waiting && (*operation)->error == error) {
        return; // it waits and says so
    }
    if (const auto claimed = journal.claim(operationId, clock.nowMs()); claimed) {
        (void)journal.release(operationId, store::OperationState::Waiting, error, clock.nowMs());
    }
}

// --- gates

void Workspace::Private::refreshWrites()
{
    const Status may = gates->mayWrite();
    const QString reason = !stopReason.isEmpty() ? stopReason : may ? QString() : errorCode(may.error());
    if (reason == state.writesOffReason && state.writesOff == !reason.isEmpty()) {
        return;
    }
    state.writesOff = !reason.isEmpty();
    state.writesOffReason = reason;
    log::info(reason.isEmpty() ? QStringLiteral("writes are on") : QStringLiteral("writes are off: %1").arg(reason));
    Q_EMIT q.accountChanged(state);
}

Status Workspace::Private::mayAct(const Act& act)
{
    refreshWrites();
    return gates->mayAct(act, mirror->reader(), isLive(), isLive() || state.demo);
}

Result<GatesState> Workspace::gates()
{
    d->refreshWrites();
    return d->gates->read();
}

Result<bool> Workspace::setPayments(bool on)
{
    const auto changed = d->gates->setPayments(on);
    d->refreshWrites();
    return changed;
}

Result<bool> Workspace::setRollout(int percent)
{
    return d->gates->setRollout(percent);
}

Result<bool> Workspace::protect(const QString& id, QString* protectedId)
{
    return d->gates->protect(id, d->mirror->reader(), protectedId);
}

Result<bool> Workspace::unprotect(const QString& id, QString* protectedId)
{
    return d->gates->unprotect(id, d->mirror->reader(), protectedId);
}

} // namespace ch::workspace
