// SPDX-License-Identifier: GPL-3.0-or-later
// The movements of the last months as a table, newest month first: opening, what moved, closing. Whole amounts of one currency. GUI thread.
#pragma once

#include "revenue/Figures.h"

#include <QAbstractTableModel>

namespace ch::ui {

class MonthsModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    /// months: oldest first; the last is the running one.
    void setMonths(const std::vector<revenue::MonthFigures>& months);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<revenue::MonthFigures> m_months; // newest first
};

} // namespace ch::ui
