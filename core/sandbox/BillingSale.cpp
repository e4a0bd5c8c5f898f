// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Billing.h"

namespace ch::sandbox {

void Billing::openPortal(qint64 at)
{
    PortalConfiguration made;
    made.created = made.updated = at;
    made.isDefault = made.canUpdateCustomer = made.showsInvoices = made.canUpdateMethod = made.canCancel = true;
    made.customerUpdates = {"name", "email", "phone"};
    made.cancelReasons = {"too_expensive", "missing_features", "switched_service", "unused", "other"};
    made.asksReason = true;
    s.portalConfigurations.add(std::move(made));
}

Index Billing::openSession(CheckoutSession row, SetupIntent setup)
{
    const Index session = s.sessions.size();
    if (row.mode == SaleMode::Setup) {
        setup.session = session;
        row.setup = openSetup(std::move(setup));
    }
    if (row.customer != kNone)
        s.sessionsOf[row.customer].push_back(session);
    s.sessions.add(std::move(row));
    m_log.touch(Kind::CheckoutSession, session); // there is no event for it
    return session;
}

NewSubscription Billing::wishOf(const CheckoutSession& row, Index method, qint64 at) const
{
    NewSubscription wish;
    wish.customer = row.customer;
    wish.defaultMethod = method;
    wish.description = row.description;
    wish.metadata = row.madeMetadata;
    for (const Index coupon : row.coupons)
        wish.coupons.emplace_back(coupon, row.promotion);
    wish.trialEnd = row.trialDays > 0 ? at + row.trialDays * kDay : row.trialEnd;
    for (const SaleLine& line : row.lines) {
        ItemSpec spec;
        spec.price = line.price;
        spec.quantity = line.quantity;
        spec.metadata = line.metadata;
        wish.items.push_back(spec);
    }
    return wish;
}

Index Billing::buyer(Index session, qint64 at)
{
    CheckoutSession& row = s.sessions.edit(session);
    if (row.customer != kNone || (row.mode != SaleMode::Subscription && !row.alwaysCustomer))
        return row.customer;
    Customer made;
    made.created = at;
    made.name = row.name;
    made.email = row.email;
    const Customer& added = s.addCustomer(std::move(made));
    row.customer = added.self;
    s.sessionsOf[added.self].push_back(session);
    m_log.record("customer.created", at, added);
    return added.self;
}

Billing::Attempt Billing::buy(Index session, Index method, qint64 at)
{
    switch (s.sessions[session].mode) {
    case SaleMode::Subscription: return subscribe(session, method, at);
    case SaleMode::Payment: return sell(session, method, at);
    case SaleMode::Setup: break;
    }
    const Index setup = s.sessions[session].setup, customer = buyer(session, at);
    if (customer != kNone && s.setups[setup].customer == kNone) {
        s.setups.edit(setup).customer = customer;
        s.setupsOf[customer].push_back(setup);
    }
    const Attempt attempt = confirmSetup(setup, method, at);
    if (attempt == Attempt::Done)
        complete(session, at);
    return attempt;
}

Billing::Attempt Billing::subscribe(Index session, Index method, qint64 at)
{
    const Decline* decline = s.methods[method].decline;
    const bool asks = decline == &kNeedsAuthentication;
    const qint64 total = s.saleAmounts(s.sessions[session]).second;
    if (!s.methods[method].keeps || (decline && !asks && total > 0))
        return Attempt::Declined;
    // What an attempt has made that was not authenticated is used again, while it is open.
    const Index waiting = s.sessions[session].subscription;
    if (waiting != kNone && s.invoices[s.subscriptions[waiting].latestInvoice].status == InvoiceStatus::Open) {
        attach(method, s.sessions[session].customer, at);
        s.subscriptions.edit(waiting).defaultMethod = method;
        return take(s.invoices[s.subscriptions[waiting].latestInvoice].intent, method, at);
    }
    const Index customer = buyer(session, at);
    attach(method, customer, at);
    const Index made = start(wishOf(s.sessions[session], method, at), at, total == 0 || !decline ? Outcome::Paid : Outcome::Declined).self;
    s.sessions.edit(session).subscription = made;
    if (s.subscriptions[made].status != SubStatus::Incomplete) {
        complete(session, at);
        return Attempt::Done;
    }
    s.intents.edit(s.invoices[s.subscriptions[made].latestInvoice].intent).session = session;
    return Attempt::NeedsAction;
}

Billing::Attempt Billing::sell(Index session, Index method, qint64 at)
{
    if (s.sessions[session].intent == kNone) {
        const Index customer = buyer(session, at);
        const CheckoutSession& row = s.sessions[session];
        PaymentIntent made;
        made.created = at;
        made.customer = customer;
        made.amount = s.saleAmounts(row).second;
        made.currency = row.currency;
        made.description = row.description;
        made.metadata = row.madeMetadata;
        made.manualCapture = row.manualCapture;
        made.session = session;
        if (made.amount > 0) {
            const PaymentIntent& added = s.addIntent(std::move(made));
            m_log.record("payment_intent.created", at, added);
            s.sessions.edit(session).intent = added.self;
        }
    }
    if (s.sessions[session].intent != kNone)
        return take(s.sessions[session].intent, method, at);
    complete(session, at); // there is nothing to pay
    return Attempt::Done;
}

void Billing::complete(Index session, qint64 at)
{
    CheckoutSession& row = s.sessions.edit(session);
    if (row.status != SaleStatus::Open)
        return;
    row.status = SaleStatus::Complete;
    row.paid = row.mode != SaleMode::Setup && (row.intent == kNone || s.intents[row.intent].status == PiStatus::Succeeded);
    if (row.mode == SaleMode::Payment) { // a subscription's discounts have been counted
        if (row.promotion != kNone)
            ++s.promotions.edit(row.promotion).timesRedeemed;
        for (const Index coupon : row.coupons)
            ++s.coupons.edit(coupon).timesRedeemed;
    }
    m_log.record("checkout.session.completed", at, row);
    if (row.link == kNone)
        return;
    PaymentLink& link = s.links.edit(row.link);
    ++link.completed;
}

void Billing::expireSession(Index session, qint64 at)
{
    CheckoutSession& row = s.sessions.edit(session);
    row.status = SaleStatus::Expired;
    if (row.setup != kNone && s.setups[row.setup].status != SetupStatus::Canceled)
        cancelSetup(row.setup, {}, at);
    if (row.intent != kNone) {
        PaymentIntent& intent = s.intents.edit(row.intent);
        intent.status = PiStatus::Canceled;
        intent.canceledAt = at;
        intent.cancellationReason = "expired";
        m_log.record("payment_intent.canceled", at, intent);
    }
    m_log.record("checkout.session.expired", at, row);
}

} // namespace ch::sandbox
