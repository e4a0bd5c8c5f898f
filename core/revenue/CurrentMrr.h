// SPDX-License-Identifier: GPL-3.0-or-later
// What the account brings in now, valued subscription by subscription from the mirror's typed rows, without any history: the other way to the
// figure that the ledger ends at, and what it is held against. The reader's thread.
#pragma once

#include "revenue/Definition.h"
#include "store/MirrorReader.h"

#include <map>

namespace ch::revenue {

struct CurrentMrr {
    std::map<CurrencyCode, qint64> byCurrency;   ///< without those of 0
    qint64 subscriptions = 0;                    ///< that bring something
    qint64 notValued = 0;                        ///< that count, but cannot be valued
};

/// Internal when a sum leaves 64 bits.
[[nodiscard]] Result<CurrentMrr> currentMrr(const store::MirrorReader& reader, const Definition& definition, qint64 nowSeconds);

} // namespace ch::revenue
