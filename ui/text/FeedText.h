// SPDX-License-Identifier: GPL-3.0-or-later
// The words for how fresh the data is, how that is known, how often Stripe is asked, and what of the read budget is left. Pure.
#pragma once

#include "store/MirrorReader.h"
#include "sync/EventFeed.h"

#include <QTimeZone>

namespace ch::ui {

/// "Data through 21 Nov 2026 05:30 UTC, by webhook", or that nothing was read yet.
[[nodiscard]] QString freshnessText(const store::Completeness& completeness, const QTimeZone& zone);
/// "Asks Stripe every 20 s", "Asks every 5 min: few reads are left for today"; empty while no feed runs.
[[nodiscard]] QString feedText(const sync::FeedState& state);
/// Why, in a sentence or two.
[[nodiscard]] QString feedToolTip(const sync::FeedState& state, const QTimeZone& zone);
/// "1,204 of 10,000 reads this month".
[[nodiscard]] QString budgetText(const sync::BudgetState& budget);
/// By whom, what is left, and what a larger account does.
[[nodiscard]] QString budgetToolTip(const sync::BudgetState& budget);

} // namespace ch::ui
