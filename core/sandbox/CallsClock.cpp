// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/CallsList.h"

namespace ch::sandbox {

Answer Calls::listClocks(const Call& call)
{
    return list(call, Kind::TestClock, s.clocks, s.clocks.order(), [](const TestClock& row) { return !row.deleted; });
}

Answer Calls::getClock(const Call& call)
{
    const auto index = target(call, Kind::TestClock);
    return index ? show(call, Kind::TestClock, *index) : Answer(tl::unexpected(index.error()));
}

// A customer that exists may join a new clock, for good. What it has would have to move into the clock's time, which is not simulated.
tl::expected<Index, Fault> Calls::attachable(const QByteArray& customer) const
{
    const auto index = liveCustomer(customer, "customer");
    if (!index)
        return index;
    if (s.customers[*index].clock != kNone)
        return tl::unexpected(invalid("The customer '" + customer + "' is already attached to a test clock.", "customer"));
    if (!s.subscriptionsOf(*index).empty() || !s.invoicesOf(*index).empty())
        return tl::unexpected(invalid("The simulated account attaches customers without subscriptions and invoices only to a test clock.", "customer", "sandbox_unsupported"));
    return index;
}

std::optional<Fault> Calls::clockBusy(const Call& call) const
{
    Index busy = kNone;
    const auto look = [&](Index clock) {
        if (clock != kNone && s.clocks[clock].target != 0)
            busy = clock;
    };
    const auto lookAt = [&](const QByteArray& id) {
        const auto owner = [&](Kind kind, const auto& table) {
            if (const Index row = s.find(kind, id); row != kNone && table[row].customer != kNone)
                look(s.customers[table[row].customer].clock);
        };
        look(s.find(Kind::TestClock, id));
        if (const Index customer = s.find(Kind::Customer, id); customer != kNone)
            look(s.customers[customer].clock);
        if (const Index item = s.find(Kind::Item, id); item != kNone)
            look(s.subscriptions[s.subscriptionOfItem(item)].clock);
        owner(Kind::Subscription, s.subscriptions);
        owner(Kind::Invoice, s.invoices);
        owner(Kind::InvoiceItem, s.invoiceItems);
        owner(Kind::PaymentIntent, s.intents);
        owner(Kind::PaymentMethod, s.methods);
        owner(Kind::Charge, s.charges);
        owner(Kind::CreditNote, s.creditNotes);
    };
    const auto advancing = [this] { // the usual answer is quick
        for (Index i = 0; i < s.clocks.size(); ++i) {
            if (s.clocks[i].target != 0)
                return true;
        }
        return false;
    };
    if (!advancing())
        return std::nullopt;
    lookAt(call.id);
    for (const char* name : {"customer", "subscription", "invoice", "charge", "payment_intent", "test_clock"})
        lookAt(call.params.text(name));
    if (busy == kNone)
        return std::nullopt;
    Fault fault = invalid("Test clock advancement underway - cannot perform modifications: " + s.id(Kind::TestClock, busy), {}, "rate_limit");
    fault.status = 429;
    fault.beforeExecution = true;
    return fault;
}

Answer Calls::createClock(const Call& call)
{
    if (s.live)
        return tl::unexpected(invalid("Test clocks can only be used in test mode."));
    TestClock made;
    made.created = s.now;
    made.frozen = call.params.number("frozen_time");
    made.name = call.params.text("name");
    Index customer = kNone;
    if (call.params.has("customer")) {
        const auto named = attachable(call.params.text("customer"));
        if (!named)
            return tl::unexpected(named.error());
        customer = *named;
        made.customers.push_back(customer);
    }
    const TestClock& row = s.clocks.add(std::move(made));
    if (customer != kNone)
        s.customers.edit(customer).clock = row.self;
    m_log.record("test_helpers.test_clock.created", s.now, row);
    return show(call, Kind::TestClock, row.self);
}

// Two intervals of the subscription with the shortest one, or two years when there is none.
qint64 Calls::furthest(const TestClock& row) const
{
    qint64 most = addMonths(row.frozen, 24);
    for (const Index customer : row.customers) {
        for (const Index index : s.subscriptionsOf(customer)) {
            const Subscription& subscription = s.subscriptions[index];
            if (subscription.status == SubStatus::Canceled || subscription.status == SubStatus::IncompleteExpired)
                continue;
            for (const Item& item : subscription.items) {
                const Price& price = s.prices[item.price];
                most = std::min(most, stepFrom(row.frozen, price.interval, 2 * price.intervalCount));
            }
        }
    }
    return most;
}

Answer Calls::advanceClock(const Call& call)
{
    const auto index = target(call, Kind::TestClock);
    if (!index)
        return tl::unexpected(index.error());
    TestClock& row = s.clocks.edit(*index);
    const qint64 to = call.params.number("frozen_time");
    if (to <= row.frozen)
        return tl::unexpected(invalid("Invalid frozen_time: a test clock can only be advanced, and it stands at " + QByteArray::number(row.frozen) + '.', "frozen_time"));
    if (to > furthest(row))
        return tl::unexpected(invalid("Invalid frozen_time: a test clock can be advanced by at most two intervals of its shortest subscription at once, or two "
                                      "years without subscriptions: to " + QByteArray::number(furthest(row)) + " here.", "frozen_time"));
    row.target = to; // the work is done when it is ready
    row.looks = 1;
    row.settlesAtMs = s.monotonicMs + s.clockAdvanceMs;
    m_log.record("test_helpers.test_clock.advancing", s.now, row);
    return show(call, Kind::TestClock, *index);
}

Answer Calls::deleteClock(const Call& call)
{
    const auto index = target(call, Kind::TestClock);
    if (!index)
        return tl::unexpected(index.error());
    m_billing.deleteClock(s.clocks.edit(*index));
    return m_render.object(Kind::TestClock, *index);
}

} // namespace ch::sandbox
