// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/ReadBudget.h"

#include "base/Log.h"

#include <QDate>
#include <QDateTime>

namespace ch::sync {

namespace {

constexpr qint64 kKeepWithinMs = 10'000;

QDate budgetDay(qint64 nowMs)
{
    return QDateTime::fromMSecsSinceEpoch(nowMs, Qt::UTC).date();
}

} // namespace

void ReadBudget::sent(http::Purpose purpose)
{
    const QString today = budgetDay(m_clock.nowMs()).toString(Qt::ISODate);
    if (today != m_day) {
        flush();
        m_day = today;
    }
    ++m_unsaved[http::wordOf(purpose)];
    if (!std::exchange(m_isWaiting, true)) {
        m_clock.callAfter(kKeepWithinMs, this, [this] {
            m_isWaiting = false;
            flush();
        });
    }
}

void ReadBudget::flush()
{
    if (m_unsaved.isEmpty()) {
        return;
    }
    if (const Status kept = m_counts.add(m_day, m_unsaved); !kept) {
        log::warning(QStringLiteral("the count of reads could not be kept, and is tried again: %1").arg(kept.error().message));
        return;
    }
    m_unsaved.clear();
}

Result<BudgetState> ReadBudget::state()
{
    flush();
    const QDate today = budgetDay(m_clock.nowMs());
    BudgetState state;
    state.month = today.toString(QStringLiteral("yyyy-MM"));
    state.budget = m_budget;
    state.daysLeft = today.daysInMonth() - today.day() + 1;
    const auto ofMonth = m_counts.between(state.month + QStringLiteral("-01"), state.month + QStringLiteral("-31"));
    const auto ofToday = m_counts.between(today.toString(Qt::ISODate), today.toString(Qt::ISODate));
    if (!ofMonth || !ofToday) {
        return fail(!ofMonth ? ofMonth.error() : ofToday.error());
    }
    state.by = *ofMonth;
    for (const qint64 amount : *ofMonth) {
        state.spent += amount;
    }
    for (const qint64 amount : *ofToday) {
        state.spentToday += amount;
    }
    return state;
}

} // namespace ch::sync
