// SPDX-License-Identifier: GPL-3.0-or-later
// Exchange rates: a table that the user owns, or any other rows. The rate in force at an instant is the newest that is not later. What the table
// does not hold is an Error that names the currency and the day: no rate is guessed, turned round or crossed over a third currency. Exact
// fractions; plain values; any thread.
#pragma once

#include "base/Error.h"
#include "base/Fraction.h"
#include "base/Money.h"
#include "stripe/Objects.h"

#include <QTimeZone>
#include <map>
#include <optional>
#include <vector>

namespace ch::revenue {

/// From an instant on, one of from is worth rate of to: whole units of both (1 usd is 0.92 eur), whatever their minor units are.
struct RateRow {
    stripe::Seconds at = 0;
    CurrencyCode from;
    CurrencyCode to;
    QString rate;            ///< decimal, as it was written
};

struct Rate {
    stripe::Seconds since = 0;
    QString text;            ///< as it was written
    Fraction factor;         ///< from minor units into minor units
    bool operator==(const Rate&) const = default;
};

/// All rates into one currency.
class Rates {
public:
    /// Those of the rows that lead into it; others are passed over. Of several of one instant and currency the last goes. InvalidInput names a rate
    /// that is no decimal above 0 with at most 12 decimals.
    [[nodiscard]] static Result<Rates> of(const std::vector<RateRow>& rows, const CurrencyCode& into);

    [[nodiscard]] const CurrencyCode& into() const { return m_into; }
    /// The rate in force; 1 for the currency itself. Nothing: the table begins later.
    [[nodiscard]] std::optional<Rate> at(const CurrencyCode& from, stripe::Seconds at) const;

private:
    CurrencyCode m_into;
    std::map<CurrencyCode, std::map<stripe::Seconds, Rate>> m_rates;
};

/// Reads a table "date,currency,rate": 2026-01-31,usd,0.9215 says that from that day on (in the zone) 1 usd is 0.9215 of into. A line with these three
/// names may head it; empty lines and lines that begin with # are passed over; any order. InvalidInput names the line and what is wrong with it:
/// fields, day, currency, rate, or a second rate for the same day and currency.
[[nodiscard]] Result<std::vector<RateRow>> ratesFromCsv(const QByteArray& csv, const CurrencyCode& into, const QTimeZone& zone);

/// A currency as it was typed ("EUR"): lower case. Nothing when Stripe has none of that name.
[[nodiscard]] std::optional<CurrencyCode> currencyNamed(const QString& word);

} // namespace ch::revenue
