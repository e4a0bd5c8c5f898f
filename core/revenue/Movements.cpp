// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Movements.h"

#include <QDateTime>
#include <algorithm>
#include <tuple>

namespace ch::revenue {

namespace {

MovementClass classOf(qint64 before, qint64 after, bool seen, bool pause)
{
    if (pause && after < before) {
        return MovementClass::Paused;
    }
    if (before <= 0) {
        return !seen ? MovementClass::New : pause ? MovementClass::Resumed : MovementClass::Reactivation;
    }
    if (after <= 0) {
        return MovementClass::Churn;
    }
    if (after < before) {
        return MovementClass::Contraction;
    }
    return pause ? MovementClass::Resumed : MovementClass::Expansion;
}

using StepIterator = std::vector<CustomerStep>::const_iterator;

/// One movement of the steps at one instant, in one currency of one customer; its delta may be 0.
Movement combined(StepIterator from, StepIterator to, bool* pause)
{
    Movement movement;
    movement.at = from->at;
    movement.customerId = from->customerId;
    movement.currency = from->currency;
    *pause = true;
    StepIterator largest = from;
    for (StepIterator step = from; step != to; ++step) {
        movement.deltaMinor += step->deltaMinor;
        movement.exact = movement.exact && step->exact;
        *pause = *pause && step->pause;
        largest = qAbs(step->deltaMinor) > qAbs(largest->deltaMinor) ? step : largest;
    }
    movement.subscriptionId = largest->subscriptionId;
    movement.businessType = largest->businessType;
    return movement;
}

/// All movements of one customer, whose steps lie in [from, to) by time and currency.
void classifyCustomer(StepIterator from, StepIterator to, std::vector<Movement>* movements)
{
    std::map<CurrencyCode, qint64> balances;
    bool seen = false;
    while (from != to) {
        const StepIterator next = std::find_if(from, to, [&](const CustomerStep& step) { return step.at != from->at || step.currency != from->currency; });
        bool pause = false;
        Movement movement = combined(from, next, &pause);
        from = next;
        if (movement.deltaMinor == 0) {
            continue;
        }
        qint64& balance = balances[movement.currency];
        movement.movement = classOf(balance, balance + movement.deltaMinor, seen, pause);
        balance += movement.deltaMinor;
        seen = true;
        movements->push_back(std::move(movement));
    }
}

bool addTo(qint64* sum, qint64 minor)
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
    }
    return &figures.newMrr;
}

} // namespace

QString movementClassName(MovementClass movement)
{
    switch (movement) {
    case MovementClass::New:
        return QStringLiteral("new");
    case MovementClass::Expansion:
        return QStringLiteral("expansion");
    case MovementClass::Reactivation:
        return QStringLiteral("reactivation");
    case MovementClass::Contraction:
        return QStringLiteral("contraction");
    case MovementClass::Churn:
        return QStringLiteral("churn");
    case MovementClass::Paused:
        return QStringLiteral("paused");
    case MovementClass::Resumed:
        return QStringLiteral("resumed");
    }
    return {};
}

std::vector<Movement> classify(std::vector<CustomerStep> steps)
{
    std::stable_sort(steps.begin(), steps.end(),
        [](const CustomerStep& a, const CustomerStep& b) { return std::tie(a.customerId, a.at, a.currency) < std::tie(b.customerId, b.at, b.currency); });
    std::vector<Movement> movements;
    for (auto from = steps.cbegin(); from != steps.cend();) {
        const auto to = std::find_if(from, steps.cend(), [&](const CustomerStep& step) { return step.customerId != from->customerId; });
        classifyCustomer(from, to, &movements);
        from = to;
    }
    std::stable_sort(movements.begin(), movements.end(), [](const Movement& a, const Movement& b) { return a.at < b.at; });
    return movements;
}

MonthBook::MonthBook(const QTimeZone& zone, int months, qint64 nowMs)
{
    const QDate today = QDateTime::fromMSecsSinceEpoch(nowMs, zone).date();
    const QDate running(today.year(), today.month(), 1);
    for (int back = std::max(months, 1) - 1; back >= 0; --back) {
        const QDate month = running.addMonths(-back);
        m_months.push_back(month);
        m_starts.push_back(month.startOfDay(zone).toSecsSinceEpoch());
    }
}

void MonthBook::add(const Movement& movement)
{
    Book& book = m_books[movement.currency];
    book.months.resize(m_months.size());
    const auto after = std::upper_bound(m_starts.begin(), m_starts.end(), movement.at);
    Bucket& bucket = after == m_starts.begin() ? book.before : book.months[static_cast<size_t>(std::distance(m_starts.begin(), after)) - 1];
    const bool fits = addTo(&bucket.sums[movement.movement], movement.deltaMinor) && addTo(&bucket.byType[movement.businessType], movement.deltaMinor);
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
            fits = fits && addTo(&opening, minor);
        }
        for (size_t i = 0; i < m_months.size(); ++i) {
            MonthFigures month;
            month.month = m_months[i];
            month.currency = currency;
            month.opening = opening;
            month.closing = opening;
            for (const auto& [movement, minor] : book.months[i].sums) {
                *memberOf(month, movement) = minor;
                fits = fits && addTo(&month.closing, minor);
            }
            for (const auto& [type, minor] : book.months[i].byType) {
                fits = fits && addTo(&byType[type], minor);
            }
            std::copy_if(byType.begin(), byType.end(), std::back_inserter(month.closingByType), [](const auto& entry) { return entry.second != 0; });
            opening = month.closing;
            all.push_back(std::move(month));
        }
    }
    if (!fits) {
        return fail(ErrorKind::Internal, QStringLiteral("The account's revenue is too large to be added up."));
    }
    return all;
}

} // namespace ch::revenue
