// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Billing.h"
#include "sandbox/Cards.h"

namespace ch::sandbox {

namespace hand_detail {

constexpr Decline kFailedPayment{"payment_intent_authentication_failure", nullptr,
                                 "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to "
                                 "attempt to fulfill this PaymentIntent again."};
constexpr Decline kFailedSetup{"setup_intent_authentication_failure", nullptr,
                               "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to "
                               "attempt to fulfill this SetupIntent again."};

} // namespace hand_detail

Index Billing::newMethod(const TestCard& card, qint64 at)
{
    PaymentMethod made;
    made.created = at;
    made.brand = card.brand;
    made.last4 = card.last4;
    made.decline = card.decline;
    made.keeps = card.attaches;
    return s.addMethod(made).self;
}

void Billing::attach(Index method, Index customer, qint64 at)
{
    PaymentMethod& row = s.methods.edit(method);
    if (row.customer == customer)
        return;
    s.attach(row, customer);
    m_log.record("payment_method.attached", at, row);
}

void Billing::needAction(Index intent, Index method, qint64 at)
{
    PaymentIntent& row = s.intents.edit(intent);
    row.method = method;
    row.decline = nullptr;
    row.status = PiStatus::NeedsAction;
    m_log.record("payment_intent.requires_action", at, row);
}

void Billing::succeed(Index intent, qint64 at)
{
    PaymentIntent& row = s.intents.edit(intent);
    const Index session = row.session;
    if (row.invoice != kNone) {
        const Index invoice = row.invoice, method = row.method;
        keep(invoice, method, at);
        pay(s.invoices.edit(invoice), at, false, method);
    } else {
        row.decline = nullptr;
        row.status = row.manualCapture ? PiStatus::NeedsCapture : PiStatus::Succeeded;
        row.received = row.manualCapture ? 0 : row.amount;
        row.succeededAt = row.manualCapture ? 0 : at;
        charge(row, at, true);
        m_log.record(row.manualCapture ? "payment_intent.amount_capturable_updated" : "payment_intent.succeeded", at, row);
    }
    if (session != kNone)
        complete(session, at);
}

Billing::Attempt Billing::take(Index intent, Index method, qint64 at)
{
    const Decline* decline = s.methods[method].decline;
    const Index invoice = s.intents[intent].invoice;
    s.intents.edit(intent).method = method;
    if (!decline) {
        succeed(intent, at);
        return Attempt::Done;
    }
    if (invoice != kNone) {
        const qint64 next = s.invoices[invoice].nextAttempt;
        this->decline(s.invoices.edit(invoice), at, next, true, method);
        return decline == &kNeedsAuthentication ? Attempt::NeedsAction : Attempt::Declined;
    }
    if (decline == &kNeedsAuthentication) {
        needAction(intent, method, at);
        return Attempt::NeedsAction;
    }
    PaymentIntent& row = s.intents.edit(intent);
    row.decline = decline;
    row.status = PiStatus::NeedsMethod;
    charge(row, at, false);
    row.method = kNone;
    m_log.record("payment_intent.payment_failed", at, row);
    return Attempt::Declined;
}

void Billing::keep(Index invoice, Index method, qint64 at)
{
    const Index owner = s.invoices[invoice].subscription;
    if (owner == kNone || method == kNone || s.customers[s.invoices[invoice].customer].deleted)
        return;
    const Index holder = s.methods[method].customer;
    if (holder != kNone && holder != s.invoices[invoice].customer)
        return;
    attach(method, s.invoices[invoice].customer, at);
    const Subscription& of = s.subscriptions[owner];
    if (of.collection != Collection::Charge || !of.saveMethod || of.defaultMethod == method)
        return;
    Subscription& changed = s.subscriptions.edit(owner);
    Change<Subscription> change(m_log, "customer.subscription.updated", at, changed);
    changed.defaultMethod = method;
}

Billing::Attempt Billing::payByHand(Index invoice, Index method, qint64 at)
{
    const Index intent = s.invoices[invoice].intent, owner = s.invoices[invoice].subscription;
    // The page keeps the card for the subscription, whose next invoices nobody will pay by hand.
    const bool keeps = owner != kNone && s.subscriptions[owner].collection == Collection::Charge;
    const Attempt attempt = take(intent, method, at);
    if (attempt != Attempt::Done || !keeps || s.methods[method].customer != s.invoices[invoice].customer || s.subscriptions[owner].defaultMethod == method)
        return attempt;
    Subscription& changed = s.subscriptions.edit(owner);
    Change<Subscription> change(m_log, "customer.subscription.updated", at, changed);
    changed.defaultMethod = method;
    return attempt;
}

void Billing::authenticate(Index intent, bool passed, qint64 at)
{
    const Index invoice = s.intents[intent].invoice;
    if (passed) {
        succeed(intent, at);
        return;
    }
    PaymentIntent& row = s.intents.edit(intent);
    row.status = PiStatus::NeedsMethod;
    row.decline = &hand_detail::kFailedPayment;
    row.method = kNone;
    m_log.record("payment_intent.payment_failed", at, row);
    if (invoice != kNone)
        m_log.record("invoice.payment_failed", at, s.invoices[invoice]);
}

void Billing::capture(Index intent, qint64 amount, qint64 at)
{
    PaymentIntent& row = s.intents.edit(intent);
    row.status = PiStatus::Succeeded;
    row.received = amount;
    row.succeededAt = at;
    {
        Charge& charge = s.charges.edit(row.charge);
        Change<Charge> change(m_log, "charge.captured", at, charge);
        charge.captured = true;
        charge.taken = amount;
        settle(charge, at);
    }
    m_log.record("payment_intent.succeeded", at, row);
}

Billing::Attempt Billing::confirmSetup(Index setup, Index method, qint64 at)
{
    SetupIntent& row = s.setups.edit(setup);
    const Decline* decline = s.methods[method].decline;
    row.method = method;
    row.decline = nullptr;
    if (decline == &kNeedsAuthentication) {
        row.status = SetupStatus::NeedsAction;
        m_log.record("setup_intent.requires_action", at, row);
        return Attempt::NeedsAction;
    }
    if (!s.methods[method].keeps) {
        row.decline = decline;
        row.method = kNone;
        row.status = SetupStatus::NeedsMethod;
        m_log.record("setup_intent.setup_failed", at, row);
        return Attempt::Declined;
    }
    succeedSetup(setup, at);
    return Attempt::Done;
}

Index Billing::openSetup(SetupIntent row)
{
    const SetupIntent& added = s.setups.add(std::move(row));
    if (added.customer != kNone)
        s.setupsOf[added.customer].push_back(added.self);
    m_log.record("setup_intent.created", added.created, added);
    return added.self;
}

void Billing::succeedSetup(Index setup, qint64 at)
{
    SetupIntent& row = s.setups.edit(setup);
    row.status = SetupStatus::Succeeded;
    row.decline = nullptr;
    if (row.customer != kNone)
        attach(row.method, row.customer, at);
    m_log.record("setup_intent.succeeded", at, row);
    if (row.portal != kNone)
        replaceCard(row.customer, row.method, at);
}

void Billing::replaceCard(Index customer, Index method, qint64 at)
{
    {
        Customer& row = s.customers.edit(customer);
        Change<Customer> change(m_log, "customer.updated", at, row);
        row.defaultMethod = method;
    }
    const std::vector<Index> own = s.subscriptionsOf(customer);
    for (const Index index : own) {
        const Subscription& row = s.subscriptions[index];
        if (row.defaultMethod == kNone || row.status == SubStatus::Canceled || row.status == SubStatus::IncompleteExpired)
            continue;
        Subscription& changed = s.subscriptions.edit(index);
        Change<Subscription> change(m_log, "customer.subscription.updated", at, changed);
        changed.defaultMethod = method;
    }
}

void Billing::authenticateSetup(Index setup, bool passed, qint64 at)
{
    if (!passed) {
        SetupIntent& row = s.setups.edit(setup);
        row.status = SetupStatus::NeedsMethod;
        row.decline = &hand_detail::kFailedSetup;
        row.method = kNone;
        m_log.record("setup_intent.setup_failed", at, row);
        return;
    }
    succeedSetup(setup, at);
    if (s.setups[setup].session != kNone)
        complete(s.setups[setup].session, at);
}

void Billing::cancelSetup(Index setup, const QByteArray& reason, qint64 at)
{
    SetupIntent& row = s.setups.edit(setup);
    row.status = SetupStatus::Canceled;
    row.cancellationReason = reason;
    m_log.record("setup_intent.canceled", at, row);
}

} // namespace ch::sandbox
