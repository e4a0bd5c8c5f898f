// SPDX-License-Identifier: GPL-3.0-or-later
// When a subscription counted at all, by a definition: its start, its end, and the gaps between: trials, pauses, dunning. Each bound with how
// certain it is and what proves it. Beside them the stretches that only colour what counts: at risk, and leaving. Pure; any thread.
#pragma once

#include "revenue/Segments.h"

namespace ch::revenue {

enum class Cause : quint8 { Start, TrialEnd, Price, Quantity, ItemAdded, ItemRemoved, DiscountOn, DiscountOff, Pause, Resume, Dunning, Recovered, Cancel, Takedown, FirstPayment, Unexplained, Definition };
/// "price", "item_added" ...
[[nodiscard]] const char* causeName(Cause cause);

/// An instant at which something changed: placed at, within (earliest, latest].
struct Instant {
    Seconds at = 0;
    Seconds earliest = 0;
    Seconds latest = 0;
    Cause cause = Cause::Start;
    Evidence before;
    Evidence evidence;
    [[nodiscard]] bool isExact() const { return earliest == latest; }
};

struct Stretch {
    Instant from;
    Instant to;                  ///< at kForever: still so
    bool pause = false;          ///< a pause: it goes on afterwards, and is no churn
    [[nodiscard]] bool holds(Seconds at) const { return at >= from.at && at < to.at; }
};

struct Counting {
    bool never = false;          ///< no status of it ever counted
    Instant start;
    Instant end;                 ///< at kForever: it goes on
    std::vector<Stretch> gaps;
    std::vector<Stretch> atRisk;     ///< past due, and counted
    std::vector<Stretch> leaving;    ///< its end is asked for, but it counts until then

    [[nodiscard]] bool isOpen(Seconds at) const;
};

[[nodiscard]] Counting countingOf(const Facts& facts, const SubscriptionFacts& subscription, const Definition& definition, Seconds now);

/// Whether it counts as it stands now: the rule of counts() over Facts.
[[nodiscard]] bool countsNow(const SubscriptionFacts& subscription, const Definition& definition);

} // namespace ch::revenue
