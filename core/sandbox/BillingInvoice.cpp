// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Billing.h"

namespace ch::sandbox {

void Billing::previewDue(Invoice& row) const
{
    const qint64 balance = s.customers[row.customer].balance;
    row.startingBalance = balance;
    row.amountDue = std::max<qint64>(0, row.total + balance);
    row.endingBalance = row.total + balance - row.amountDue;
}

void Billing::finalize(Invoice& row, qint64 at)
{
    {
        Change<Invoice> change(m_log, "invoice.updated", at, row);
        previewDue(row);
        row.finalizedAt = at;
        s.longestDraft = std::max(s.longestDraft, at - row.created);
        row.status = InvoiceStatus::Open;
        row.sequence = s.customers.edit(row.customer).nextInvoice++;
        if (row.collection == Collection::Send && row.reason != Reason::Manual)
            row.dueDate = at + s.subscriptions[row.subscription].daysUntilDue * kDay;
    }
    CustomerEntry why;
    why.invoice = row.self;
    why.type = EntryType::AppliedToInvoice;
    moveBalance(row.customer, row.endingBalance - row.startingBalance, std::move(why), at);
    if (row.amountDue > 0) {
        PaymentIntent made;
        made.created = at;
        made.customer = row.customer;
        made.invoice = row.self;
        made.amount = row.amountDue;
        made.currency = row.currency;
        made.description = row.reason == Reason::Create ? "Subscription creation" : row.reason == Reason::Manual ? "Payment for Invoice" : "Subscription update";
        const PaymentIntent& intent = s.addIntent(std::move(made));
        row.intent = intent.self;
        m_log.record("payment_intent.created", at, intent);
    }
    m_log.record("invoice.finalized", at, row);
    if (row.amountDue == 0)
        pay(row, at);
}

Index Billing::addEntry(Index customer, qint64 amount, CustomerEntry why, qint64 at)
{
    const Customer& of = s.customers[customer];
    why.created = at;
    why.customer = customer;
    why.amount = amount;
    why.ending = of.balance;
    if (why.currency.isEmpty())
        why.currency = why.invoice != kNone ? s.invoices[why.invoice].currency : of.currency.isEmpty() ? QByteArray(kAccountCurrency) : of.currency;
    return s.addCustomerEntry(std::move(why)).self;
}

Index Billing::moveBalance(Index customer, qint64 amount, CustomerEntry why, qint64 at)
{
    if (amount == 0)
        return kNone;
    Customer& row = s.customers.edit(customer);
    Change<Customer> change(m_log, "customer.updated", at, row);
    row.balance += amount;
    return addEntry(customer, amount, std::move(why), at);
}

void Billing::send(Invoice& row, qint64 at)
{
    m_log.record("invoice.sent", at, row);
}

void Billing::pay(Invoice& row, qint64 at, bool outOfBand, Index method)
{
    {
        Change<Invoice> change(m_log, "invoice.updated", at, row);
        row.status = InvoiceStatus::Paid;
        row.paidAt = at;
        row.autoAdvance = false;
        row.amountPaid = row.amountDue - row.creditedBefore;
        row.nextAttempt = 0;
        row.outOfBand = outOfBand;
        if (row.amountPaid > 0 && !outOfBand)
            ++row.attempts;
    }
    if (row.intent != kNone) {
        PaymentIntent& intent = s.intents.edit(row.intent);
        if (outOfBand || row.amountPaid == 0) {
            intent.status = PiStatus::Canceled;
            intent.canceledAt = at;
            m_log.record("payment_intent.canceled", at, intent);
        } else {
            intent.status = PiStatus::Succeeded;
            intent.received = intent.amount;
            intent.succeededAt = at;
            intent.decline = nullptr;
            if (method != kNone)
                intent.method = method;
            else
                intent.method = s.methodFor(row);
            charge(intent, at, true);
            m_log.record("payment_intent.succeeded", at, intent);
            m_log.record("invoice_payment.paid", at, row);
        }
    }
    m_log.record("invoice.paid", at, row);
    m_log.record("invoice.payment_succeeded", at, row);
    if (row.subscription == kNone)
        return;
    Subscription& subscription = s.subscriptions.edit(row.subscription);
    const bool waiting = subscription.status == SubStatus::Incomplete;
    const bool behind = subscription.status == SubStatus::PastDue || subscription.status == SubStatus::Unpaid;
    if (waiting || (behind && subscription.latestInvoice == row.self))
        setStatus(subscription, SubStatus::Active, at);
    if (subscription.awaited && subscription.awaited->invoice == row.self)
        fulfil(subscription, at, subscription.awaited->status);
    Customer& customer = s.customers.edit(row.customer);
    if (customer.delinquent && (waiting || behind)) {
        Change<Customer> change(m_log, "customer.updated", at, customer);
        customer.delinquent = false;
    }
}

qint64 Billing::nextRetry(int attempts, qint64 at) const
{
    const auto made = static_cast<size_t>(attempts);
    return made >= 1 && made <= s.retryAfter.size() ? at + s.retryAfter[made - 1] : 0;
}

void Billing::decline(Invoice& row, qint64 at, qint64 nextAttempt, bool asked, Index method)
{
    {
        Change<Invoice> change(m_log, "invoice.updated", at, row);
        if (!asked || row.attempts == 0)
            ++row.attempts;
        row.nextAttempt = nextAttempt;
    }
    if (row.intent != kNone) {
        PaymentIntent& intent = s.intents.edit(row.intent);
        if (method == kNone)
            method = s.methodFor(row);
        if (method != kNone && s.methods[method].decline == &kNeedsAuthentication) {
            needAction(row.intent, method, at);
            m_log.record("invoice.payment_action_required", at, row);
        } else {
            intent.method = method;
            intent.decline = method != kNone && s.methods[method].decline ? s.methods[method].decline : &kGenericDecline;
            if (method != kNone)
                charge(intent, at, false);
            intent.method = kNone; // it needs another
            intent.status = PiStatus::NeedsMethod;
            m_log.record("payment_intent.payment_failed", at, intent);
        }
    }
    m_log.record("invoice.payment_failed", at, row);
    if (row.subscription != kNone) {
        Subscription& subscription = s.subscriptions.edit(row.subscription);
        const bool awaited = subscription.awaited && subscription.awaited->invoice == row.self;
        if (awaited && subscription.awaited->resumes && !subscription.awaited->onSuccess) {
            row.nextAttempt = 0; // resumed on the attempt; nobody tries again
            fulfil(subscription, at, SubStatus::PastDue);
        } else if (!awaited && (subscription.status == SubStatus::Active || subscription.status == SubStatus::Trialing)) {
            setStatus(subscription, SubStatus::PastDue, at);
        }
    }
    Customer& customer = s.customers.edit(row.customer);
    if (!customer.delinquent) {
        Change<Customer> change(m_log, "customer.updated", at, customer);
        customer.delinquent = true;
    }
}

void Billing::voidInvoice(Invoice& row, qint64 at)
{
    if (row.finalizedAt == 0)
        finalize(row, at);
    if (row.status == InvoiceStatus::Paid)
        return; // nothing was due
    row.status = InvoiceStatus::Void;
    row.voidedAt = at;
    row.autoAdvance = false;
    row.nextAttempt = 0;
    if (row.intent != kNone) {
        PaymentIntent& intent = s.intents.edit(row.intent);
        intent.status = PiStatus::Canceled;
        intent.canceledAt = at;
        intent.cancellationReason = "void_invoice";
        m_log.record("payment_intent.canceled", at, intent);
    }
    CustomerEntry why; // what it took from the customer's balance goes back
    why.invoice = row.self;
    why.type = EntryType::UnappliedFromInvoice;
    moveBalance(row.customer, row.startingBalance - row.endingBalance, std::move(why), at);
    m_log.record("invoice.voided", at, row);
    if (row.subscription == kNone)
        return;
    Subscription& subscription = s.subscriptions.edit(row.subscription);
    if (subscription.awaited && subscription.awaited->invoice == row.self)
        giveUp(subscription, at, false);
    if (subscription.status == SubStatus::Incomplete && subscription.latestInvoice == row.self)
        setStatus(subscription, SubStatus::IncompleteExpired, at);
}

void Billing::markUncollectible(Invoice& row, qint64 at)
{
    if (row.finalizedAt == 0)
        finalize(row, at);
    if (row.status == InvoiceStatus::Paid)
        return;
    row.status = InvoiceStatus::Uncollectible;
    row.uncollectibleAt = at;
    row.autoAdvance = false;
    row.nextAttempt = 0;
    m_log.record("invoice.marked_uncollectible", at, row);
    if (row.subscription == kNone)
        return;
    Subscription& subscription = s.subscriptions.edit(row.subscription);
    if (subscription.awaited && subscription.awaited->invoice == row.self && subscription.awaited->resumes)
        fulfil(subscription, at, SubStatus::Active);
}

void Billing::deleteCustomer(Customer& row, qint64 at)
{
    for (const Index index : s.subscriptionsOf(row.self)) {
        Subscription& subscription = s.subscriptions.edit(index);
        if (subscription.status == SubStatus::Incomplete)
            setStatus(subscription, SubStatus::IncompleteExpired, at);
        else if (subscription.status != SubStatus::Canceled && subscription.status != SubStatus::IncompleteExpired)
            cancel(subscription, at, CancelReason::Requested);
    }
    for (const Index method : s.methodsOf(row.self))
        s.methods.edit(method).customer = kNone;
    row.defaultMethod = kNone;
    row.deleted = true;
    m_log.record("customer.deleted", at, row);
}

void Billing::deleteClock(TestClock& row)
{
    for (const Index index : row.customers) {
        if (!s.customers[index].deleted)
            deleteCustomer(s.customers.edit(index), row.frozen);
    }
    row.deleted = true;
    m_log.record("test_helpers.test_clock.deleted", s.now, row);
}

} // namespace ch::sandbox
