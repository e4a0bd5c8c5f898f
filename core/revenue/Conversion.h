// SPDX-License-Identifier: GPL-3.0-or-later
// Reports in one reporting currency. Currencies are converted one by one and only then added up; without this they are never added. Each figure of a
// currency and group is multiplied exactly and rounded once, half away from zero, to whole minor units of the reporting currency. Pure; any thread.
#pragma once

#include "revenue/Rates.h"
#include "revenue/RollForward.h"

namespace ch::revenue {

/// The rates that one currency was converted at in one bucket; nothing where nothing had to be converted.
struct RateUsed {
    QDate start;
    std::optional<Rate> opening;
    std::optional<Rate> closing;
};

struct Converted {
    RollForward report;                                       ///< every series in the reporting currency
    std::map<CurrencyCode, std::vector<RateUsed>> rates;      ///< of every currency but the reporting one, by bucket
};

/// opening x r0 + fx + movements x r1 = closing x r1: what a bucket opens at is converted at the rate in force at the end of the bucket before it, all
/// else at the one at its own end (or now, where that comes first), in the report's zone. fx is what the opening gained by that, and what makes the
/// whole units add up, so that it carries the rounding: half a unit at most for each figure of the bucket that is not 0, for each currency and group.
/// Where the rate of a currency did not change its fx is 0, and a movement is what the rounded balance moved by: within one unit of its own.
/// constantAt: everything at the rate of that instant.
/// Groups are converted by themselves, so that each is what a report filtered for it says; how far their sum is from the total is in rounding.
/// InvalidInput names the currency and the day for which a rate that is needed is missing. Internal for what leaves 64 bits, and for a failed identity.
[[nodiscard]] Result<Converted> converted(const RollForward& report, const RollForwardQuestion& question, const Rates& rates, Seconds now, std::optional<Seconds> constantAt);

/// Figures at an instant, added up over currencies by group; the largest first. Errors as above; the zone names the day.
[[nodiscard]] Result<std::vector<FigureLine>> converted(const std::vector<FigureLine>& lines, const Rates& rates, Seconds at, const QTimeZone& zone);

/// How much more the MRR of some lines is than that of others: of the totals and the groups of one converted report, their rounding.
[[nodiscard]] qint64 mrrBeyond(const std::vector<FigureLine>& lines, const std::vector<FigureLine>& others);

} // namespace ch::revenue
