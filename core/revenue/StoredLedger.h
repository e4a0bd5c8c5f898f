// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the ledger of one definition in the mirror, with its sums by local day and month: made anew when definition, zone or most of the
// account have changed, else only for the customers of whom something new is known. The engine's thread, which waits for it.
#pragma once

#include "revenue/Ledger.h"
#include "store/Mirror.h"

#include <QTimeZone>
#include <map>

namespace ch::revenue {

/// Brings it up to date. Made anew it must come to what the present subscriptions are worth, each valued alone (CurrentMrr.h). Internal when an
/// identity does not hold (also those of Ledger.h), Storage and Damaged as the mirror says; the ledger that was there
/// stays then.
[[nodiscard]] Status keepLedger(store::Mirror& mirror, const Definition& definition, const QTimeZone& zone, qint64 nowMs);

/// What is written for a mirror's facts: blocks of rows as they are made, then the sums. Gives what it comes to in each currency, without those of
/// 0. Public for benchmarks and tests.
[[nodiscard]] Result<std::map<CurrencyCode, qint64>> writeLedger(const std::shared_ptr<const Facts>& facts, const Definition& definition, const QTimeZone& zone, Seconds now, store::LedgerSink& sink);

/// What a stored row's flags say.
enum RowFlag : int { kRowPause = 1, kRowUnexplained = 2, kRowLapse = 4, kRowApproximate = 8 };

} // namespace ch::revenue
