// SPDX-License-Identifier: GPL-3.0-or-later
// What each item of a subscription was sold at, and since when, put together from everything that saw it. Each source gives atoms: the item at
// this price and quantity, known from an instant on. Sources are ranked, best first: our own log, events, schedules, debit lines of
// prorations, the creation of an item, lines of renewals, what stands there now. A line carries price and quantity, and those are read; nothing
// is ever computed back from a prorated amount, which is rounded (off by dollars when an hour of the month was left).
// Where two atoms disagree and neither says when, the change lies between them, and is placed at the later. Pure; any thread.
#pragma once

#include "revenue/Facts.h"

namespace ch::revenue {

/// What proves something: the number of an object in Facts, by kind.
struct Evidence {
    enum class Kind : quint8 { None, Line, Event, Object };   ///< Object: an id alone
    Kind kind = Kind::None;
    quint32 at = 0;              ///< in Facts::lines, Facts::events or Facts::ids
    bool operator==(const Evidence&) const = default;
};

struct Atom {
    Seconds at = 0;
    Seconds until = 0;           ///< it is known to have stayed so; at: seen only then
    quint32 price = 0;
    qint64 quantity = 1;
    Source source = Source::CurrentState;
    bool present = true;
    bool change = false;         ///< it became so at that very instant
    Evidence evidence;
};

/// One state of an item, until the next one begins.
struct Segment {
    Seconds at = 0;              ///< where the change is placed
    Seconds earliest = 0;        ///< it lies in (earliest, latest]; exact when both are at
    Seconds latest = 0;
    quint32 price = 0;
    qint64 quantity = 1;
    bool present = true;
    Source source = Source::CurrentState;
    Evidence before;             ///< the last that showed the state before
    Evidence evidence;           ///< the first that shows this one
    [[nodiscard]] bool isExact() const { return earliest == latest; }
};

struct ItemHistory {
    Ref item = kNone;
    quint32 facts = kNone;               ///< in Facts::items, for an item that is there now
    std::vector<Segment> segments;
    std::vector<Seconds> periodStarts;   ///< of renewals, ascending
};

/// A way to learn about items; the table of all of them is atomSources().
struct AtomContext {
    const Facts& facts;
    const SubscriptionFacts& subscription;
    Ref item;
    quint32 itemFacts;                   ///< kNone: it is not there now
    Seconds now;
};
struct AtomSource {
    Source source;
    void (*gather)(const AtomContext& context, std::vector<Atom>* atoms);
};
[[nodiscard]] const std::vector<AtomSource>& atomSources();

/// Every item that the subscription has or ever had.
[[nodiscard]] std::vector<ItemHistory> itemHistories(const Facts& facts, const SubscriptionFacts& subscription, Seconds now);

} // namespace ch::revenue
