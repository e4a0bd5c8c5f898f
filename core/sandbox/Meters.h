// SPDX-License-Identifier: GPL-3.0-or-later
// What customers have used: reports (meter events) found by meter and customer, and sums of them over time. Made-up subscriptions
// have usage that nobody reported: it is worked out from the item and its period, evenly over the period, so that what a summary shows
// adds up to what an invoice bills. Whole units; instants are seconds since 1970 (UTC). One thread.
#pragma once

#include "sandbox/Table.h"
#include "sandbox/Rows.h"

#include <QHash>

namespace ch::sandbox {

class State;

class Meters {
public:
    explicit Meters(Tables& all) : rows(all, Kind::Meter), events(all, Kind::MeterEvent) {}

    Table<Meter> rows;
    Table<MeterEvent> events;

    /// The latest event of this identifier, be it canceled; kNone where there is none.
    [[nodiscard]] Index byIdentifier(const QByteArray& identifier) const;
    /// The meter that reads events of this name: the active one, else the newest that was.
    [[nodiscard]] Index byEventName(const QByteArray& name) const;
    /// What was reported from an instant (inclusive) to another (exclusive) and counts by now, aggregated in the meter's way.
    [[nodiscard]] qint64 reported(Index meter, Index customer, qint64 from, qint64 to, qint64 now) const;

private:
    void takeIn() const;

    mutable Index m_takenIn = 0; ///< events that the two below know of
    mutable QHash<QByteArray, Index> m_identifiers;
    mutable QHash<quint64, std::vector<Index>> m_of; ///< meter and customer to events, oldest timestamp first
};

/// What a made-up subscriber uses in the period of an item that starts then: as much as the one whose copy it is.
[[nodiscard]] qint64 madeUpUsage(const State& state, Index item, qint64 periodStart);
/// Reported and made-up usage of a customer from an instant (inclusive) to another (exclusive), as far as it is past.
[[nodiscard]] qint64 usageOf(const State& state, Index meter, Index customer, qint64 from, qint64 to);

} // namespace ch::sandbox
