// SPDX-License-Identifier: GPL-3.0-or-later
// What a chart over months shows, as plain values made from the history of revenue. Amounts are minor units of one currency. Pure.
#pragma once

#include "revenue/Figures.h"
#include "ui/theme/Roles.h"

#include <QStringList>

namespace ch::ui {

struct MonthSet {
    QString name;
    QColor colour;
    std::vector<qint64> minor;   ///< one a month; below 0 is drawn below the line
    bool any = false;            ///< a value other than 0

    bool operator==(const MonthSet&) const = default;
};

struct MonthValues {
    CurrencyCode currency;
    std::vector<QDate> months;   ///< first days, rising
    std::vector<MonthSet> sets;  ///< bottom first

    bool operator==(const MonthValues&) const = default;
};

/// Closing MRR by business type. Types beyond the six known are summed as Other. At most the newest months.
[[nodiscard]] MonthValues mrrByType(const revenue::History& history, const CurrencyCode& currency, int months, Scheme scheme);
/// Gains above, losses below.
[[nodiscard]] MonthValues movementsByMonth(const revenue::History& history, const CurrencyCode& currency, int months, Scheme scheme);
/// Currencies of the history, in its order.
[[nodiscard]] QStringList currenciesOf(const revenue::History& history);
/// The newest months of one currency, oldest first.
[[nodiscard]] std::vector<revenue::MonthFigures> monthsOf(const revenue::History& history, const CurrencyCode& currency, int months);

/// Ticks of an axis that shows [least, most] and zero: a step of 1, 2 or 5 times a power of ten, at most five steps a side.
struct AxisTicks {
    qint64 low = 0;
    qint64 high = 0;
    qint64 step = 1;
};
[[nodiscard]] AxisTicks axisTicks(qint64 least, qint64 most);

/// One sentence for those who cannot see the chart.
[[nodiscard]] QString chartDescription(const MonthValues& values);

} // namespace ch::ui
