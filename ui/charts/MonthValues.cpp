// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/MonthValues.h"

#include "ui/text/MoneyText.h"
#include "ui/text/MovementText.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>

namespace ch::ui {

std::vector<revenue::MonthFigures> monthsOf(const revenue::History& history, const CurrencyCode& currency, int months)
{
    std::vector<revenue::MonthFigures> own;
    for (const revenue::MonthFigures& month : history.months) {
        if (month.currency == currency) {
            own.push_back(month);
        }
    }
    if (own.size() > static_cast<size_t>(months)) {
        own.erase(own.begin(), own.end() - months);
    }
    return own;
}

QStringList currenciesOf(const revenue::History& history)
{
    QStringList currencies;
    for (const revenue::MonthFigures& month : history.months) {
        if (!currencies.contains(month.currency)) {
            currencies << month.currency;
        }
    }
    return currencies;
}

MonthValues mrrByType(const revenue::History& history, const CurrencyCode& currency, int months, Scheme scheme)
{
    static const QStringList kTypes{"saas", "ecommerce", "content", "api", "tool", "unclassified"};
    MonthValues values;
    values.currency = currency;
    const auto own = monthsOf(history, currency, months);
    for (int i = 0; i < kSeriesCount; ++i) {
        MonthSet set;
        set.name = i < kTypes.size() ? businessTypeText(kTypes[i]) : QCoreApplication::translate("ch::ui::Charts", "Other");
        set.colour = seriesColours(scheme)[static_cast<size_t>(i)];
        set.minor.assign(own.size(), 0);
        values.sets.push_back(std::move(set));
    }
    for (size_t m = 0; m < own.size(); ++m) {
        values.months.push_back(own[m].month);
        for (const auto& [type, minor] : own[m].closingByType) {
            MonthSet& set = values.sets[static_cast<size_t>(seriesOfType(type))];
            set.minor[m] += minor;
            set.any = set.any || minor != 0;
        }
    }
    return values;
}

MonthValues movementsByMonth(const revenue::History& history, const CurrencyCode& currency, int months, Scheme scheme)
{
    using revenue::MonthFigures;
    using revenue::MovementClass;
    static constexpr std::pair<MovementClass, qint64 MonthFigures::*> kParts[] = {{MovementClass::New, &MonthFigures::newMrr},
        {MovementClass::Expansion, &MonthFigures::expansion}, {MovementClass::Reactivation, &MonthFigures::reactivation},
        {MovementClass::Resumed, &MonthFigures::resumed}, {MovementClass::Contraction, &MonthFigures::contraction},
        {MovementClass::Churn, &MonthFigures::churn}, {MovementClass::Paused, &MonthFigures::paused},
        {MovementClass::Reconciliation, &MonthFigures::reconciliation}};
    MonthValues values;
    values.currency = currency;
    const auto own = monthsOf(history, currency, months);
    for (const MonthFigures& month : own) {
        values.months.push_back(month.month);
    }
    for (const auto& [movement, part] : kParts) {
        MonthSet set;
        set.name = movementText(movement);
        set.colour = movementColour(scheme, movementColourOf(movement));
        for (const MonthFigures& month : own) {
            set.minor.push_back(month.*part);
            set.any = set.any || month.*part != 0;
        }
        values.sets.push_back(std::move(set));
    }
    return values;
}

AxisTicks axisTicks(qint64 least, qint64 most)
{
    least = qMin<qint64>(0, least);
    most = qMax<qint64>(0, most);
    constexpr qint64 kLargest = 1'000'000'000'000'000'000;
    const qint64 span = qBound<qint64>(1, qMax(most / 5 + (most % 5 != 0), -(least / 5) + (least % 5 != 0)), kLargest / 10);
    qint64 step = 1;
    for (qint64 power = 1; step < span; power *= 10) {
        for (const qint64 digit : {1, 2, 5}) {
            step = power * digit;
            if (step >= span) {
                break;
            }
        }
    }
    AxisTicks ticks;
    ticks.step = step;
    ticks.high = (most + step - 1) / step * step;
    ticks.low = -((-least + step - 1) / step * step);
    if (ticks.low == ticks.high) {
        ticks.high = step;
    }
    return ticks;
}

QString chartDescription(const MonthValues& values)
{
    if (values.months.empty()) {
        return QCoreApplication::translate("ch::ui::Charts", "No months to show.");
    }
    const size_t last = values.months.size() - 1;
    QStringList parts;
    for (const MonthSet& set : values.sets) {
        if (set.any) {
            parts << set.name + u' ' + amountText(set.minor[last], values.currency);
        }
    }
    return QCoreApplication::translate("ch::ui::Charts", "%1 to %2, in %3. In the last month: %4.")
        .arg(monthText(values.months.front()), monthText(values.months[last]), currencyText(values.currency),
            parts.join(QStringLiteral(", ")));
}

} // namespace ch::ui
