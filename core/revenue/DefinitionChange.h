// SPDX-License-Identifier: GPL-3.0-or-later
// One ledger by two definitions: another one goes from an instant on, so that a roll-forward over a change of settings adds up and says what the
// change alone did. Nobody came or left by it: it stands in rows of class Definition, never in churn. Pure; any thread.
#pragma once

#include "revenue/Ledger.h"

namespace ch::revenue {

/// before and after: ledgers of the same Facts, InvalidInput otherwise. The answer has before's rows up to the instant (not included), at the
/// instant for every item and price the difference between what the two say it was worth by then, and after's rows from the instant on. So any
/// figure before the instant is before's and any later one after's, by whatever it is grouped. Classes are those of the customer's balance in this
/// very ledger: who was counted before the change is a reactivation and not new when it counts again after it.
/// Windows are those of the rows that are in it: near the instant the certainty of a figure is that of the definition whose rows stand there.
/// Definition, edge of buckets and now are after's. Internal when a sum leaves 64 bits, or when a customer does not come out at what after says.
[[nodiscard]] Result<Ledger> joined(const Ledger& before, const Ledger& after, Seconds at);

} // namespace ch::revenue
