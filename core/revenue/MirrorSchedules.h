// SPDX-License-Identifier: GPL-3.0-or-later
// What a mirror holds beside subscriptions and invoices, told to a FactsMaker: phases of schedules, attempts to pay, past
// discounts. Where a list may not be read it
// is empty, and what it would have said is less exact. The reader's thread.
#pragma once

#include "revenue/PastDue.h"
#include "store/MirrorReader.h"

namespace ch::revenue {

/// After the subscriptions.
[[nodiscard]] Status addSchedules(const store::MirrorReader& reader, const QString& customerId, FactsMaker* maker);
/// Before the invoices.
[[nodiscard]] Status addAttempts(const store::MirrorReader& reader, const QString& customerId, PastDue* pastDue);

/// Discounts that any object named, and their events. After the subscriptions.
[[nodiscard]] Status addDiscounts(const store::MirrorReader& reader, const QString& customerId, FactsMaker* maker);

} // namespace ch::revenue
