// SPDX-License-Identifier: GPL-3.0-or-later
// takedown and cancel: the plan in words, the confirmation, and what came of it.
#include "Figures.h"
#include "Run.h"

namespace ch::ctl {

namespace {

Error confirmationMissing()
{
    Error error;
    error.kind = ErrorKind::Safety;
    error.code = QStringLiteral("confirmation_missing");
    error.message = QStringLiteral("Nothing was done. To do it, run the command again with --yes.");
    return error;
}

QString choiceText(business::RemainderChoice choice)
{
    switch (choice) {
    case business::RemainderChoice::Leave: return QStringLiteral("is left as it is");
    case business::RemainderChoice::Void: return QStringLiteral("is voided");
    case business::RemainderChoice::MarkUncollectible: return QStringLiteral("is marked uncollectible");
    case business::RemainderChoice::Delete: return QStringLiteral("is deleted");
    case business::RemainderChoice::Refund: return QStringLiteral("is refunded");
    }
    return {};
}

QString remainderText(const business::Remainder& remainder, business::RemainderChoice choice)
{
    static const QHash<business::RemainderKind, QString> kWhat{{business::RemainderKind::OpenInvoice, QStringLiteral("open invoice")}, {business::RemainderKind::DraftInvoice, QStringLiteral("draft invoice")},
        {business::RemainderKind::PendingItem, QStringLiteral("pending item")}, {business::RemainderKind::UnusedTime, QStringLiteral("paid unused time, invoice")}};
    const bool isOffered = remainder.choices.contains(choice);
    const QString label = remainder.label.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(remainder.label);
    QString text = QStringLiteral("  %1 %2%3, %4: %5").arg(kWhat.value(remainder.kind), remainder.objectId, label, moneyText(remainder.amount),
        choiceText(isOffered ? choice : business::RemainderChoice::Leave));
    if (!isOffered && choice != business::RemainderChoice::Leave) {
        text += QStringLiteral(" (Stripe does not allow what was chosen)");
    }
    return text;
}

/// What a cancel in this way does to one subscription.
QStringList cancelLines(const business::PlannedCancel& cancel, const Arguments& ways)
{
    const QString name = QStringLiteral("%1 (%2, %3 a month)").arg(cancel.subscriptionId, cancel.status.isEmpty() ? QStringLiteral("not in the mirror") : cancel.status, moneyText(cancel.mrr));
    if (ways.atPeriodEnd) {
        return {QStringLiteral("  lets the subscription %1 end by itself on %2; until then it goes on and may be undone").arg(name, dateText(cancel.currentPeriodEnd))};
    }
    QStringList lines{QStringLiteral("  cancels the subscription %1 at once").arg(name)};
    if (ways.invoiceNow) {
        lines << QStringLiteral("    a final invoice is made%1%2").arg(cancel.pending.minor != 0 ? QStringLiteral(", with pending items of %1").arg(moneyText(cancel.pending)) : QString(),
            cancel.isMetered ? QStringLiteral(", with the usage not billed yet") : QString());
    } else if (cancel.isMetered) {
        lines << QStringLiteral("    usage that is not billed yet is not billed any more (--invoice-now bills it)");
    }
    if (ways.prorate) {
        lines << QStringLiteral("    the time not used is credited%1").arg(cancel.unusedTime.minor != 0 ? QStringLiteral(", about %1").arg(moneyText(cancel.unusedTime)) : QString());
    }
    return lines;
}

QString leftOutText(const QStringList& notReadable)
{
    return QStringLiteral("  The key may not read the %1, so what stays open there is not shown.").arg(notReadable.join(QStringLiteral(" and the ")));
}

} // namespace

business::TakedownRequest Run::takedownRequest() const
{
    business::TakedownRequest request;
    request.businessId = m_arguments.target;
    request.reason = m_arguments.reason;
    const bool byDefault = m_workspace->account().deleteCustomerOnTakeDown && !m_arguments.keepCustomer;
    request.deleteCustomer = m_arguments.deleteCustomer || byDefault;
    request.atPeriodEnd = m_arguments.atPeriodEnd;
    request.invoiceNow = m_arguments.invoiceNow;
    request.prorate = m_arguments.prorate;
    const auto choose = [&request](business::RemainderKind kind, const QString& word, business::RemainderChoice choice) {
        if (!word.isEmpty() && word != QLatin1String("leave")) {
            request.choicesByKind.insert(kind, choice);
        }
    };
    choose(business::RemainderKind::OpenInvoice, m_arguments.invoices,
        m_arguments.invoices == QLatin1String("void") ? business::RemainderChoice::Void : business::RemainderChoice::MarkUncollectible);
    choose(business::RemainderKind::DraftInvoice, m_arguments.drafts, business::RemainderChoice::Delete);
    choose(business::RemainderKind::PendingItem, m_arguments.items, business::RemainderChoice::Delete);
    choose(business::RemainderKind::UnusedTime, m_arguments.refundUnused ? QStringLiteral("refund") : QString(), business::RemainderChoice::Refund);
    // --yes stands for the typed id; in live mode only together with --live.
    const bool isMeant = m_workspace->account().mode != stripe::Mode::Live || m_workspace->account().demo || m_arguments.live;
    request.liveIsMeant = m_arguments.live;
    request.typedId = m_arguments.yes && isMeant ? m_arguments.target : QString();
    return request;
}

void Run::takedown()
{
    const business::TakedownRequest request = takedownRequest();
    if (const auto refused = business::refusedChoices(request)) {
        takedownRefused(*refused);
        return;
    }
    if (m_arguments.yes && m_workspace->account().mode == stripe::Mode::Live && !m_workspace->account().demo && !m_arguments.live) {
        takedownRefused(workspace::liveNotMeant());
        return;
    }
    if (m_arguments.yes) {
        takeDown(request);
        return;
    }
    auto* job = m_workspace->planTakedown(m_arguments.target, this);
    m_active = job;
    job->onFinished(this, [this](const Result<business::TakedownPlan>& plan) {
        m_active.clear();
        takedownPlanned(plan);
    });
}

void Run::takedownRefused(const Error& error)
{
    business::TakedownOutcome outcome;
    outcome.businessId = m_arguments.target;
    outcome.status = QStringLiteral("failed");
    outcome.stripe = QStringLiteral("error:") + errorCode(error);
    outcome.error = error;
    takenDown(outcome);
}

void Run::takedownPlanned(const Result<business::TakedownPlan>& plan)
{
    if (!plan && plan.error().kind == ErrorKind::NotFound && plan.error().code != QLatin1String("resource_missing")) {
        business::TakedownOutcome outcome;
        outcome.businessId = m_arguments.target;
        outcome.status = QStringLiteral("not_found");
        outcome.stripe = QStringLiteral("skipped");
        outcome.error = plan.error();
        takenDown(outcome);
    } else if (!plan) {
        takedownRefused(plan.error());
    } else if (!plan->refusal.isEmpty()) {
        Error refused;
        refused.kind = ErrorKind::Safety;
        refused.code = plan->refusalCode;
        refused.message = plan->refusal;
        takedownRefused(refused);
    } else {
        business::TakedownRequest request = takedownRequest();
        showPlan(*plan, request);
        request.shown = *plan;
        request.liveIsMeant = true; // the person is shown the mode and types the id
        if (!Terminal::isInteractive()) {
            takedownRefused(confirmationMissing());
        } else {
            request.typedId = Terminal::readLine(QStringLiteral("Type %1 to do it: ").arg(m_arguments.target));
            request.typedId == m_arguments.target ? takeDown(request) : takedownRefused(confirmationMissing());
        }
    }
}

void Run::takeDown(const business::TakedownRequest& request)
{
    sayAccount();
    auto* job = m_workspace->takeDown(request, this);
    m_active = job;
    job->onFinished(this, [this](const Result<business::TakedownOutcome>& result) {
        m_active.clear();
        if (result) {
            takenDown(*result);
        } else {
            failed(result.error());
        }
    });
}

void Run::showPlan(const business::TakedownPlan& plan, const business::TakedownRequest& request)
{
    sayAccount();
    QStringList lines{QStringLiteral("Taking down \"%1\" (%2):").arg(plan.business.businessId, plan.business.name.isEmpty() ? QStringLiteral("no name") : plan.business.name)};
    for (const business::PlannedCancel& cancel : plan.cancels) {
        lines << cancelLines(cancel, m_arguments);
    }
    if (!plan.paymentIntentId.isEmpty()) {
        const bool isMade = plan.paymentIntentStatus == QLatin1String("succeeded");
        lines << (isMade ? QStringLiteral("  leaves the legacy payment %1, which was made already").arg(plan.paymentIntentId) : QStringLiteral("  cancels the legacy payment %1").arg(plan.paymentIntentId));
    }
    if (plan.nothingToDo) {
        lines << QStringLiteral("  has nothing left to cancel");
    }
    for (const business::Remainder& remainder : plan.remainders) {
        lines << remainderText(remainder, request.choicesByKind.value(remainder.kind, business::RemainderChoice::Leave));
    }
    if (!plan.notReadable.isEmpty()) {
        lines << leftOutText(plan.notReadable);
    }
    lines << (request.deleteCustomer ? QStringLiteral("  DELETES the customer %1 in Stripe, for good, with what is known of them here").arg(plan.customerIds.join(QStringLiteral(", ")))
                                     : QStringLiteral("  keeps the customer %1").arg(plan.customerIds.join(QStringLiteral(", "))));
    lines << QStringLiteral("  MRR that goes: %1").arg(moneyText(plan.mrrLost));
    if (plan.mayMailCustomer) {
        lines << QStringLiteral("  Stripe may write to the customer about it, by the account's e-mail settings.");
    }
    m_terminal.say(lines.join(QLatin1Char('\n')));
}

void Run::takenDown(const business::TakedownOutcome& outcome)
{
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(takedownJson(outcome)));
    } else {
        m_terminal.table({QStringLiteral("business"), QStringLiteral("status"), QStringLiteral("stripe"), QStringLiteral("customer deleted")},
            {{outcome.businessId, outcome.status, outcome.stripe, outcome.customerDeleted ? QStringLiteral("yes") : QStringLiteral("no")}});
        if (!outcome.requestIds.isEmpty()) {
            m_terminal.text(QStringLiteral("Stripe's request ids: %1").arg(outcome.requestIds.join(QStringLiteral(", "))));
        }
    }
    if (!outcome.note.isEmpty()) {
        m_terminal.say(outcome.note);
    }
    const bool isDone = outcome.status == QLatin1String("taken_down") || outcome.status == QLatin1String("scheduled");
    if (outcome.error) {
        if (isDone) {
            m_terminal.say(QStringLiteral("The subscriptions are cancelled; not all that was to follow is done:"));
        } else if (outcome.partly) {
            m_terminal.say(QStringLiteral("Some subscriptions are cancelled; then it stopped:"));
        }
        m_terminal.tell(*outcome.error);
    }
    sayWaiting(outcome.status, outcome.operationId);
    if (outcome.status == QLatin1String("unknown")) {
        finish(OutcomeUnknown);
    } else if (outcome.partly) {
        finish(DoneInPart);
    } else if (isDone) {
        finish(Done);
    } else {
        finish(outcome.error ? exitCodeOf(*outcome.error) : Failed);
    }
}

void Run::sayWaiting(const QString& status, const QString& operationId)
{
    if (status == QLatin1String("waiting")) {
        m_terminal.say(QStringLiteral("The operation %1 is not at its end: run the same command again, or \"operations resume\", to go on.").arg(operationId));
    }
}

// --- one subscription

business::CancelRequest Run::cancelRequest() const
{
    business::CancelRequest request;
    request.subscriptionId = m_arguments.target;
    request.reason = m_arguments.reason;
    request.atPeriodEnd = m_arguments.atPeriodEnd;
    request.invoiceNow = m_arguments.invoiceNow;
    request.prorate = m_arguments.prorate;
    const bool isMeant = m_workspace->account().mode != stripe::Mode::Live || m_workspace->account().demo || m_arguments.live;
    request.liveIsMeant = m_arguments.live;
    request.typedId = m_arguments.yes && isMeant ? m_arguments.target : QString();
    return request;
}

void Run::cancelOne()
{
    const business::CancelRequest request = cancelRequest();
    if (const auto refused = business::refusedChoices(request)) {
        cancelRefused(*refused);
        return;
    }
    if (m_arguments.yes && m_workspace->account().mode == stripe::Mode::Live && !m_workspace->account().demo && !m_arguments.live) {
        cancelRefused(workspace::liveNotMeant());
        return;
    }
    if (m_arguments.yes) {
        cancelSubscription(request);
        return;
    }
    auto* job = m_workspace->planCancel(m_arguments.target, this);
    m_active = job;
    job->onFinished(this, [this](const Result<business::CancelPlan>& plan) {
        m_active.clear();
        cancelPlanned(plan);
    });
}

void Run::cancelRefused(const Error& error)
{
    business::CancelOutcome outcome;
    outcome.subscriptionId = m_arguments.target;
    outcome.status = error.kind == ErrorKind::NotFound ? QStringLiteral("not_found") : QStringLiteral("failed");
    outcome.error = error;
    cancelled(outcome);
}

void Run::cancelPlanned(const Result<business::CancelPlan>& plan)
{
    if (!plan) {
        cancelRefused(plan.error());
        return;
    }
    sayAccount();
    QStringList lines{QStringLiteral("Cancelling one subscription of %1:").arg(plan->customerName.isEmpty() ? plan->customerId : plan->customerName)};
    lines << (plan->endedStatus.isEmpty() ? cancelLines(plan->subscription, m_arguments) : QStringList{QStringLiteral("  it has ended already (%1)").arg(plan->endedStatus)});
    for (const business::Remainder& remainder : plan->remainders) {
        lines << remainderText(remainder, business::RemainderChoice::Leave);
    }
    if (!plan->notReadable.isEmpty()) {
        lines << leftOutText(plan->notReadable);
    }
    if (plan->mayMailCustomer) {
        lines << QStringLiteral("  Stripe may write to the customer about it, by the account's e-mail settings.");
    }
    m_terminal.say(lines.join(QLatin1Char('\n')));
    business::CancelRequest request = cancelRequest();
    request.shown = *plan;
    request.liveIsMeant = true;
    if (!Terminal::isInteractive()) {
        cancelRefused(confirmationMissing());
        return;
    }
    request.typedId = Terminal::readLine(QStringLiteral("Type %1 to do it: ").arg(m_arguments.target));
    request.typedId == m_arguments.target ? cancelSubscription(request) : cancelRefused(confirmationMissing());
}

void Run::cancelSubscription(const business::CancelRequest& request)
{
    sayAccount();
    auto* job = m_workspace->cancelSubscription(request, this);
    m_active = job;
    job->onFinished(this, [this](const Result<business::CancelOutcome>& result) {
        m_active.clear();
        if (result) {
            cancelled(*result);
        } else {
            failed(result.error());
        }
    });
}

void Run::cancelled(const business::CancelOutcome& outcome)
{
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(cancelJson(outcome)));
    } else {
        m_terminal.table({QStringLiteral("subscription"), QStringLiteral("status"), QStringLiteral("ends")}, {{outcome.subscriptionId, outcome.status, dateText(outcome.endsAt)}});
        if (!outcome.requestIds.isEmpty()) {
            m_terminal.text(QStringLiteral("Stripe's request ids: %1").arg(outcome.requestIds.join(QStringLiteral(", "))));
        }
    }
    if (!outcome.note.isEmpty()) {
        m_terminal.say(outcome.note);
    }
    sayWaiting(outcome.status, outcome.operationId);
    if (!outcome.error) {
        finish(Done);
        return;
    }
    m_terminal.tell(*outcome.error);
    finish(outcome.status == QLatin1String("unknown") ? OutcomeUnknown : exitCodeOf(*outcome.error));
}

} // namespace ch::ctl
