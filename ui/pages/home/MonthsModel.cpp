// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/MonthsModel.h"

#include "ui/text/MoneyText.h"
#include "ui/text/MovementText.h"
#include "ui/text/Shorten.h"
#include "ui/text/TimeText.h"

#include <algorithm>

namespace ch::ui {

namespace {

using Figures = revenue::MonthFigures;
constexpr qint64 Figures::*kMonthColumns[] = {&Figures::opening, &Figures::newMrr, &Figures::expansion, &Figures::reactivation,
    &Figures::resumed, &Figures::contraction, &Figures::churn, &Figures::paused, &Figures::reconciliation, &Figures::closing};
constexpr int kMonthColumnCount = 1 + static_cast<int>(std::size(kMonthColumns));

bool isBalance(int column)
{
    return column == 1 || column == kMonthColumnCount - 1;
}

bool showsSame(const Figures& a, const Figures& b)
{
    return a.month == b.month && a.currency == b.currency
        && std::all_of(std::begin(kMonthColumns), std::end(kMonthColumns), [&](qint64 Figures::*column) { return a.*column == b.*column; });
}

} // namespace

void MonthsModel::setMonths(const std::vector<revenue::MonthFigures>& months)
{
    if (std::equal(months.rbegin(), months.rend(), m_months.begin(), m_months.end(), showsSame)) {
        return;
    }
    beginResetModel();
    m_months.assign(months.rbegin(), months.rend());
    endResetModel();
}

int MonthsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_months.size());
}

int MonthsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kMonthColumnCount;
}

QVariant MonthsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const Figures& month = m_months[static_cast<size_t>(index.row())];
    if (role == Qt::TextAlignmentRole) {
        return QVariant(Qt::AlignVCenter | (index.column() == 0 ? Qt::AlignLeft : Qt::AlignRight));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (index.column() == 0) {
        return index.row() == 0 ? tr("%1, so far").arg(monthText(month.month)) : monthText(month.month);
    }
    const qint64 minor = month.*kMonthColumns[index.column() - 1];
    if (isBalance(index.column())) {
        return amountText(minor, month.currency);
    }
    return minor == 0 ? missingText() : changeText(minor, month.currency);
}

QVariant MonthsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant(Qt::AlignVCenter | (section == 0 ? Qt::AlignLeft : Qt::AlignRight));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    using revenue::MovementClass;
    switch (section) {
    case 0: return tr("Month");
    case 1: return tr("Opening");
    case 2: return movementText(MovementClass::New);
    case 3: return movementText(MovementClass::Expansion);
    case 4: return movementText(MovementClass::Reactivation);
    case 5: return movementText(MovementClass::Resumed);
    case 6: return movementText(MovementClass::Contraction);
    case 7: return movementText(MovementClass::Churn);
    case 8: return movementText(MovementClass::Paused);
    case 9: return movementText(MovementClass::Reconciliation);
    default: return tr("Closing");
    }
}

} // namespace ch::ui
