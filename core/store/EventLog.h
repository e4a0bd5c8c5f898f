// SPDX-License-Identifier: GPL-3.0-or-later
// Our own log of the account's events, in the records file: Stripe keeps events for 30 days (docs.stripe.com/api/events), and what they
// say of an exact date is nowhere else. Only added to. What is personal is not written: of an event stay the fields of an allow list
// (ids, states, amounts, quantities, times), so that deleting a customer leaves nothing to erase here.
// Part of a RecordsFile, in its thread. Each function is one transaction.
#pragma once

#include "base/Error.h"
#include "stripe/Parse.h"

#include <functional>
#include <vector>

namespace ch::store {

class Database;

/// Stripe keeps events for so long.
inline constexpr qint64 kEventsKeptMs = 30LL * 24 * 3600 * 1000;
/// A person is told when the newest listing is older: five days are left before events are lost.
inline constexpr qint64 kEventsWarnAfterMs = 25LL * 24 * 3600 * 1000;

struct LoggedEvent {
    QString id;
    qint64 created = 0;           ///< seconds UTC
    QString type;
    QString objectId;
    QString customerId;           ///< empty: none
    QByteArray json;              ///< what was kept of it
};

struct EventLogState {
    struct Gap {
        qint64 fromMs = 0;
        qint64 toMs = 0;
    };
    qint64 entries = 0;
    qint64 firstCreated = 0;      ///< of the oldest entry, seconds UTC; 0: none
    qint64 throughMs = 0;         ///< every event up to here was listed; 0: never
    std::vector<Gap> gaps;        ///< in which events were lost, since nobody asked in time

    [[nodiscard]] bool isClosing(qint64 nowMs) const { return throughMs > 0 && nowMs - throughMs > kEventsWarnAfterMs; }
};

/// An event's JSON with the fields of the allow list alone, at every depth; of metadata the business's id and type. Empty for what is
/// no JSON object.
[[nodiscard]] QByteArray strippedEvent(const QByteArray& json);

class EventLog {
public:
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;

    /// Adds those that are not there yet.
    [[nodiscard]] Status append(const std::vector<stripe::Received<stripe::Event>>& events);
    /// Stripe's list was read to its end, from an instant on at which it was asked first. Longer than 30 days after the one before, what
    /// lies between is a gap.
    [[nodiscard]] Status listedThrough(qint64 askedMs);
    [[nodiscard]] Result<EventLogState> state() const;
    /// In the order in which they were created.
    [[nodiscard]] Status forEach(const std::function<void(const LoggedEvent&)>& visit) const;

private:
    friend class RecordsFile;
    explicit EventLog(Database& db) : m_db(db) {}
    Database& m_db;
};

} // namespace ch::store
