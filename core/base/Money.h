// SPDX-License-Identifier: GPL-3.0-or-later
// Amounts: whole minor units of one currency, as Stripe has them. No arithmetic across currencies, never a double.
// Plain values; any thread. Source of the exponents: docs.stripe.com/currencies (zero-decimal and three-decimal lists).
#pragma once

#include <QMetaType>
#include <QString>

namespace ch {

/// Lower-case three-letter code as Stripe writes it ("usd").
using CurrencyCode = QString;

/// Digits after the point in the API's minor unit: 0 (jpy), 3 (kwd) or 2 (all others, unknown ones too).
[[nodiscard]] int currencyExponent(const CurrencyCode& currency);

/// Whether the code is or was in Stripe's list of presentment currencies. An unknown one is shown, but flagged; nobody knows its digits.
[[nodiscard]] bool isKnownCurrency(const CurrencyCode& currency);

struct Money {
    qint64 minor = 0;
    CurrencyCode currency;

    bool operator==(const Money&) const = default;
};

/// For machines and logs: "-1234.50", point, no grouping, the currency's own digits. People's form is made in ui.
[[nodiscard]] QString machineAmount(qint64 minor, const CurrencyCode& currency);

/// a + b, or nothing when it would not fit into int64.
[[nodiscard]] bool addMinor(qint64 a, qint64 b, qint64* sum);

} // namespace ch

Q_DECLARE_METATYPE(ch::Money)
