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

Answer Calls::createClock(const Call& call)
{
    if (s.live)
        return tl::unexpected(invalid("Test clocks can only be used in test mode."));
    TestClock made;
    made.created = s.now;
    made.frozen = call.params.number("frozen_time");
    made.name = call.params.text("name");
    const TestClock& row = s.clocks.add(std::move(made));
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
    row.target = to; // the work is done before the next request is answered
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
