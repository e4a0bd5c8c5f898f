// SPDX-License-Identifier: GPL-3.0-or-later
// Amounts as people read them: the locale's grouping and decimal point, the currency's own number of digits, the true minus sign
// (U+2212). Whole numbers only, from end to end: never a double. Pure.
#pragma once

#include "base/Money.h"

#include <QLocale>

namespace ch::ui {

/// "1,234.50", "−1,234.50", "1,235" for jpy.
[[nodiscard]] QString amountText(qint64 minor, const CurrencyCode& currency, const QLocale& locale = QLocale());
/// The same with a plus in front of what is above 0; for changes.
[[nodiscard]] QString changeText(qint64 minor, const CurrencyCode& currency, const QLocale& locale = QLocale());
/// "1,234.50 USD", with a space that does not break.
[[nodiscard]] QString moneyText(const Money& money, const QLocale& locale = QLocale());
[[nodiscard]] QString currencyText(const CurrencyCode& currency);
/// "1,234".
[[nodiscard]] QString countText(qint64 count, const QLocale& locale = QLocale());
/// For axes: "12k", "1.2M" of whole currency units.
[[nodiscard]] QString shortAmountText(qint64 minor, const CurrencyCode& currency, const QLocale& locale = QLocale());

} // namespace ch::ui
