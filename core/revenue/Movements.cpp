// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Movements.h"

#include "revenue/LocalDays.h"

#include <QDateTime>
#include <algorithm>

namespace ch::revenue {

namespace {

bool addMonthly(qint64* sum, qint64 minor)
{
    return addMinor(*sum, minor, sum);
}

qint64* memberOf(MonthFigures& figures, MovementClass movement)
{
    switch (movement) {
    case MovementClass::New:
        return &figures.newMrr;
    case MovementClass::Expansion:
        return &figures.expansion;
    case MovementClass::Reactivation:
        return &figures.reactivation;
    case MovementClass::Contraction:
        return &figures.contraction;
    case MovementClass::Churn:
        return &figures.churn;
    case MovementClass::Paused:
        return &figures.paused;
    case MovementClass::Resumed:
        return &figures.resumed;
    case MovementClass::Reconciliation:
    case MovementClass::Definition: // Home has one definition and converts nothing: neither comes
    case MovementClass::Fx:
        return &figures.reconciliation;
    }
    return &figures.newMrr;
}

} // namespace

MonthBook::MonthBook(const QTimeZone& zone, int months, qint64 nowMs)
{
    const QDate today = QDateTime::fromMSecsSinceEpoch(nowMs, zone).date();
    const QDate running(today.year(), today.month(), 1);
    for (int back = std::max(months, 1) - 1; back >= 0; --back) {
        m_months.push_back(running.addMonths(-back));
    }
}

int MonthBook::firstMonth() const
{
    return dayNumber(m_months.front());
}

void MonthBook::add(const store::LedgerSum& sum)
{
    Book& book = m_books[sum.currency];
    book.months.resize(m_months.size());
    const auto after = std::upper_bound(m_months.begin(), m_months.end(), sum.start, [](int start, const QDate& month) { return start < dayNumber(month); });
    Bucket& bucket = after == m_months.begin() ? book.before : book.months[static_cast<size_t>(std::distance(m_months.begin(), after)) - 1];
    const bool fits = addMonthly(&bucket.sums[static_cast<MovementClass>(sum.movementClass)], sum.minor) && addMonthly(&bucket.byType[sum.businessType], sum.minor);
    m_overflow = m_overflow || !fits;
}

Result<std::vector<MonthFigures>> MonthBook::figures() const
{
    std::vector<MonthFigures> all;
    bool fits = !m_overflow;
    for (const auto& [currency, book] : m_books) {
        std::map<QString, qint64> byType = book.before.byType;
        qint64 opening = 0;
        for (const auto& [movement, minor] : book.before.sums) {
            fits = fits && addMonthly(&opening, minor);
        }
        for (size_t i = 0; i < m_months.size(); ++i) {
            MonthFigures month;
            month.month = m_months[i];
            month.currency = currency;
            month.opening = opening;
            month.closing = opening;
            for (const auto& [movement, minor] : book.months[i].sums) {
                *memberOf(month, movement) = minor;
                fits = fits && addMonthly(&month.closing, minor);
            }
            for (const auto& [type, minor] : book.months[i].byType) {
                fits = fits && addMonthly(&byType[type], minor);
            }
            std::copy_if(byType.begin(), byType.end(), std::back_inserter(month.closingByType), [](const auto& entry) { return entry.second != 0; });
            opening = month.closing;
            all.push_back(std::move(month));
        }
    }
    if (!fits) {
        return sumTooLarge();
    }
    return all;
}

} // namespace ch::revenue
