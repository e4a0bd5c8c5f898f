// SPDX-License-Identifier: GPL-3.0-or-later
// What things cost: exact 128-bit arithmetic on decimal strings, every line rounded to the minor unit half away from zero,
// as Stripe's invoices have it. Prices are minor units times 10^12 (Stripe allows twelve decimals). Pure functions.
#pragma once

#include "sandbox/State.h"

#include <optional>

namespace ch::sandbox {

inline constexpr qint64 kScale = 1000000000000; // 10^12

/// "12.5" to 12.5 * 10^12; nothing when it is no decimal or has more than twelve decimals.
[[nodiscard]] std::optional<Wide> parseDecimal(const QByteArray& text);
/// Without trailing zeros: "12.5", "500".
[[nodiscard]] QByteArray decimalText(Wide scaled);
/// Whole minor units, or nothing when there is a fraction (Stripe shows unit_amount null then).
[[nodiscard]] std::optional<qint64> wholeMinor(Wide scaled);
/// a * b / c, half away from zero. c > 0.
[[nodiscard]] qint64 scaledRound(Wide a, Wide b, Wide c);

/// The price of a quantity for one full period, in one sum.
[[nodiscard]] qint64 periodAmount(const Price& price, qint64 quantity);

/// The same as an invoice shows it: one line, or one for each tier reached and its flat fee.
struct Portion {
    qint64 quantity = 0, amount = 0;
    qint8 tier = -1;
    bool flat = false;
};
[[nodiscard]] std::vector<Portion> portions(const Price& price, qint64 quantity);

/// Calendar steps in UTC from an anchor; the day is cut to the month's length but never lost (31st, 28th, 31st).
[[nodiscard]] qint64 stepFrom(qint64 anchor, Interval interval, int count);
/// The first step after an instant.
[[nodiscard]] qint64 nextStep(qint64 anchor, Interval interval, int intervalCount, qint64 after);
[[nodiscard]] qint64 addMonths(qint64 instant, int months);
/// "12 Mar 2026"
[[nodiscard]] QByteArray shortDate(qint64 instant);
/// "$5.00", "¥500"
[[nodiscard]] QByteArray shownAmount(Wide scaled, const QByteArray& currency);
[[nodiscard]] bool zeroDecimal(const QByteArray& currency);

} // namespace ch::sandbox
