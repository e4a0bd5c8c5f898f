// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/StepRun.h"

#include "base/Log.h"
#include "business/Find.h"
#include "business/StepRules.h"

namespace ch::business {

namespace step_run {

const auto kRefund = QStringLiteral("refund");

Error changedSince(const QString& message)
{
    Error error;
    error.kind = ErrorKind::Conflict;
    error.code = QLatin1String(kChangedSincePreview);
    error.message = message;
    return error;
}

} // namespace step_run

StepRun::StepRun(stripe::StripeClient& client, sync::Applier& applier, store::Journal& journal, Clock& clock, const store::Operation& operation, const FrozenAct& act, QObject* parent)
    : ResultJob(parent), m_client(&client), m_applier(applier), m_journal(journal), m_clock(clock), m_operation(operation), m_act(act)
{
    lineUp();
    QMetaObject::invokeMethod(this, &StepRun::next, Qt::QueuedConnection);
}

void StepRun::cancel()
{
    m_stopping = true;
    if (m_active) {
        m_active->cancel();
    }
}

void StepRun::lineUp()
{
    using Phase = Step::Phase;
    std::deque<Step> rest;
    for (const FrozenRemainder& remainder : m_act.remainders) {
        const bool isRefund = remainder.choice == RemainderChoice::Refund;
        // An item that is to go would be billed by a final invoice.
        const bool goesFirst = m_act.invoiceNow && remainder.remainder.kind == RemainderKind::PendingItem;
        Step step{goesFirst ? Phase::Before : Phase::Remainder, wordOf(remainder.choice), remainder.remainder.objectId, remainder.remainder.subscriptionId,
            isRefund ? std::nullopt : std::optional(remainderWish(remainder)), isRefund ? std::optional(remainder) : std::nullopt};
        (goesFirst ? m_steps : rest).push_back(std::move(step));
    }
    for (const PlannedCancel& shown : m_act.cancels) {
        m_steps.push_back({Phase::Cancel, m_act.atPeriodEnd ? QStringLiteral("cancel_at_period_end") : QStringLiteral("cancel"), shown.subscriptionId, {}, cancelWish(shown, m_act), {}});
    }
    const bool isOver = m_act.paymentIntentStatus == QLatin1String("succeeded") || m_act.paymentIntentStatus == QLatin1String("canceled");
    if (m_act.cancels.empty() && !m_act.paymentIntentId.isEmpty() && !isOver) {
        m_steps.push_back({Phase::Cancel, QStringLiteral("cancel_legacy"), m_act.paymentIntentId, {}, intentWish(m_act), {}});
    }
    m_end.intentSucceeded = m_act.paymentIntentStatus == QLatin1String("succeeded");
    m_steps.insert(m_steps.end(), rest.begin(), rest.end());
    const bool isTakeDown = m_operation.subject.kind == store::OperationKind::TakeDown;
    for (const QString& customer : m_act.customerIds) {
        if (isTakeDown && !m_act.deletedCustomerIds.contains(customer)) {
            m_steps.push_back({Phase::Appeared, {}, customer, {}, {}, {}});
        }
    }
    for (const QString& customer : m_act.customerIds) {
        if (m_act.deleteCustomer && !m_act.deletedCustomerIds.contains(customer)) {
            m_steps.push_back({Phase::Deletion, QStringLiteral("delete_customer"), customer, {}, deletionWish(customer, m_act), {}});
        }
    }
}

void StepRun::next()
{
    if (m_steps.empty()) {
        finish();
        return;
    }
    const Step step = m_steps.front();
    if (m_stopping || !m_client) {
        broken(step, rules::stopped(true));
        return;
    }
    m_steps.pop_front();
    if (step.phase == Step::Phase::Appeared) {
        m_steps.push_front(step);
        lookForAppeared();
    } else if (step.phase == Step::Phase::Remainder && m_kept.contains(step.subscriptionId)) {
        skip(step, QStringLiteral("%1 was left as it is, since its subscription was not cancelled.").arg(step.objectId));
    } else if (step.phase == Step::Phase::Deletion && !m_mayDelete) {
        add(step, "skipped", QStringLiteral("not_reached"));
        m_end.notes << QStringLiteral("The customer %1 was not deleted, since not everything before it was done.").arg(step.objectId);
        next();
    } else if (step.refund) {
        refund(step);
    } else {
        follow(new ChangeStep(*m_client, m_journal, m_clock, m_operation, *step.change, this))->onFinished(this, [this, step](const auto& end) { ended(step, end); });
    }
}

void StepRun::ended(const Step& step, const Result<ChangeEnd>& end)
{
    m_active = nullptr;
    if (!end) {
        broken(step, end.error());
        return;
    }
    m_end.requestIds << end->requestIds;
    if (end->how != ChangeEnd::How::Changed) {
        reached(step, *end);
        return;
    }
    applyJson(step, end->json);
    if (step.action == QLatin1String("cancel_legacy")) {
        m_end.intentSucceeded = true; // it was made meanwhile: there is nothing to cancel any more
        add(step, "skipped", QStringLiteral("succeeded"));
        next();
        return;
    }
    if (step.phase == Step::Phase::Cancel) {
        m_kept << step.objectId;
    }
    skip(step, step.phase == Step::Phase::Deletion ? QStringLiteral("The customer %1 belongs to another business by now and was not deleted.").arg(step.objectId)
                                                   : QStringLiteral("%1 is not as it was shown any more and was left as it is. Look again, and decide anew.").arg(step.objectId));
}

void StepRun::reached(const Step& step, const ChangeEnd& end)
{
    add(step, end.how == ChangeEnd::How::Done ? "done" : "already_done");
    applyJson(step, end.json);
    if (step.phase == Step::Phase::Cancel) {
        m_end.intentCancelled = m_end.intentCancelled || (step.action == QLatin1String("cancel_legacy") && end.how == ChangeEnd::How::Done);
        m_end.anyCancelled = true;
        m_end.subscriptionJson = end.json;
    } else if (step.phase == Step::Phase::Deletion) {
        m_end.customerDeleted = true;
        store::Batch batch;
        batch.receivedAtMs = m_clock.nowMs();
        batch.deletedCustomers << step.objectId;
        if (const Status applied = m_applier.apply(batch); !applied) {
            // Their data is to be gone from here too: the operation stays open until it is.
            m_end.notes << QStringLiteral("The customer is deleted in Stripe, but what is known of them here could not be erased yet.");
            m_end.error = applied.error();
            m_end.stopped = true;
            finish();
            return;
        }
    }
    next();
}

/// Not done, and known to be so: the rest goes on, but nobody is deleted.
void StepRun::skip(const Step& step, const QString& message)
{
    add(step, "skipped", QLatin1String(kChangedSincePreview));
    m_mayDelete = false;
    m_end.notes << message;
    matters(step_run::changedSince(message));
    next();
}

void StepRun::matters(const Error& error)
{
    if (!m_end.error) {
        m_end.error = error;
    }
}

void StepRun::broken(const Step& step, const Error& error)
{
    m_active = nullptr;
    if (!error.requestId.isEmpty()) {
        m_end.requestIds << error.requestId;
    }
    const bool isKnown = error.outcomeKnown;
    const bool isOfRest = step.phase == Step::Phase::Remainder && isKnown && !rules::mayBeMended(error);
    if (!step.action.isEmpty()) {
        add(step, isKnown ? "failed" : "unknown", errorCode(error));
    }
    m_mayDelete = false;
    if (isOfRest) {
        matters(error);
        next(); // refused for good: what else stays open does not wait for it
        return;
    }
    m_cancelBroke = m_cancelBroke || step.phase == Step::Phase::Before || step.phase == Step::Phase::Cancel;
    m_end.error = error;
    m_end.stopped = true;
    finish();
}

void StepRun::refund(const Step& step)
{
    const auto steps = m_journal.steps(m_operation.id);
    if (!steps) {
        broken(step, steps.error());
        return;
    }
    const StepWish wish = refundWish(m_client, *step.refund, m_operation.id);
    const store::JournalStep* last = nullptr;
    for (const store::JournalStep& each : *steps) {
        last = each.name == wish.name ? &each : last;
    }
    if (last && last->state == store::StepState::Skipped) {
        skip(step, QStringLiteral("Less than was shown is left to refund of %1; nothing was refunded.").arg(step.objectId));
        return;
    }
    if (!last) {
        follow(lookForRefund(*m_client, *step.refund, this))->onFinished(this, [this, step](const auto& found) { refundLooked(step, found); });
        return;
    }
    runRefund(step);
}

void StepRun::runRefund(const Step& step)
{
    if (!m_client || m_stopping) {
        broken(step, rules::stopped(true));
        return;
    }
    follow(new Runner(*m_client, m_journal, m_clock, m_operation, refundWish(m_client, *step.refund, m_operation.id), this))->onFinished(this, [this, step](const Result<StepEnd>& end) {
        if (end) {
            ended(step, ChangeEnd{end->replayed ? ChangeEnd::How::AlreadyDone : ChangeEnd::How::Done, {}, end->requestIds});
        } else {
            ended(step, fail(end.error()));
        }
    });
}

/// Just before the first sending: one of ours may be there, made by another program or an operation of old, and something may have been
/// refunded by hand.
void StepRun::refundLooked(const Step& step, const Result<std::optional<StepObject>>& found)
{
    m_active = nullptr;
    if (!found) {
        broken(step, found.error());
        return;
    }
    const QString name = refundWish(m_client, *step.refund, m_operation.id).name;
    if (!found->has_value()) {
        if (const Status noted = m_journal.note(m_operation.id, name, {store::StepState::Skipped, {}, step.objectId, QLatin1String(kChangedSincePreview)}, m_clock.nowMs()); !noted) {
            broken(step, noted.error());
            return;
        }
        skip(step, QStringLiteral("Less than was shown is left to refund of %1; nothing was refunded.").arg(step.objectId));
    } else if (!(*found)->id.isEmpty()) {
        if (const Status noted = m_journal.note(m_operation.id, name, {store::StepState::Done, {}, (*found)->id, {}}, m_clock.nowMs()); !noted) {
            broken(step, noted.error());
            return;
        }
        reached(step, {ChangeEnd::How::AlreadyDone, {}, {}});
    } else {
        runRefund(step);
    }
}

/// A subscription that nobody was shown is not cancelled; and its customer is not deleted, which would end it.
void StepRun::lookForAppeared()
{
    const Step step = m_steps.front();
    m_steps.pop_front();
    follow(findSubscriptions(*m_client, step.objectId, this))->onFinished(this, [this, step](const Result<FoundSubscriptions>& found) {
        m_active = nullptr;
        if (!found && !isGone(found.error())) {
            broken(step, found.error());
            return;
        }
        store::Batch batch;
        batch.receivedAtMs = m_clock.nowMs();
        for (const auto& received : found ? *found : FoundSubscriptions()) {
            const QString& id = received.object.id;
            const bool wasShown = std::any_of(m_act.cancels.begin(), m_act.cancels.end(), [&id](const PlannedCancel& shown) { return shown.subscriptionId == id; });
            batch.subscriptions.push_back(received);
            if (wasShown || received.object.isEnded()) {
                continue;
            }
            m_kept << id;
            Step seen = step;
            seen.action = QStringLiteral("cancel");
            seen.objectId = id;
            add(seen, "skipped", QLatin1String(kChangedSincePreview));
            m_mayDelete = false;
            const QString message = QStringLiteral("The subscription %1 has appeared since and was not cancelled. Look again, and decide anew.").arg(id);
            m_end.notes << message;
            matters(step_run::changedSince(message));
        }
        if (const Status applied = m_applier.apply(batch); !applied) {
            log::warning(QStringLiteral("the mirror did not take an answer: %1").arg(applied.error().message));
        }
        next();
    });
}

void StepRun::add(const Step& step, const char* result, const QString& code)
{
    m_end.steps.push_back({step.action, step.objectId, QLatin1String(result), code});
}

/// The mirror is a copy: that it could not take an answer never stops or hides what was done in Stripe. The next sync brings it.
void StepRun::applyJson(const Step& step, const QByteArray& json)
{
    store::Batch batch;
    batch.receivedAtMs = m_clock.nowMs();
    if (step.action == QLatin1String("cancel_legacy")) {
        if (const auto intent = stripe::parseObject<stripe::PaymentIntent>(json); intent) {
            batch.paymentIntents.push_back({*intent, json});
        }
    } else if (step.phase == Step::Phase::Cancel) {
        if (const auto subscription = stripe::parseObject<stripe::Subscription>(json); subscription) {
            batch.subscriptions.push_back({*subscription, json});
        }
    } else if (const auto invoice = stripe::parseObject<stripe::Invoice>(json); invoice && !invoice->deleted) {
        batch.invoices.push_back({*invoice, json});
    }
    if (const Status applied = m_applier.apply(batch); !applied) {
        log::warning(QStringLiteral("the mirror did not take an answer: %1").arg(applied.error().message));
    }
}

void StepRun::finish()
{
    const bool isBehindCancels = std::none_of(m_steps.begin(), m_steps.end(), [](const Step& step) { return step.phase == Step::Phase::Before || step.phase == Step::Phase::Cancel; });
    m_end.isCancelled = isBehindCancels && !m_cancelBroke && m_kept.isEmpty();
    m_end.requestIds.removeDuplicates();
    settle(std::move(m_end));
}

} // namespace ch::business
