// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/RowsModel.h"

namespace ch::ui {

QVariant RowsModel::alignmentOf(int column) const
{
    const store::CellKind kind = kindOf(column);
    const bool right = kind == store::CellKind::Amount || kind == store::CellKind::Count;
    return QVariant(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft));
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    if (role == Qt::DisplayRole) {
        return lookOf(section).title;
    }
    return role == Qt::TextAlignmentRole ? alignmentOf(section) : QVariant();
}

QString tabSeparated(const RowsModel& model, const std::vector<int>& rows, const std::vector<int>& columns, bool withHeaders)
{
    QStringList lines;
    if (withHeaders) {
        QStringList titles;
        for (const int column : columns) {
            titles << model.lookOf(column).title;
        }
        lines << titles.join(u'\t');
    }
    for (const int row : rows) {
        QStringList cells;
        for (const int column : columns) {
            cells << spreadsheetSafe(model.index(row, column).data(RowsModel::CopyRole).toString(), model.kindOf(column));
        }
        lines << cells.join(u'\t');
    }
    return lines.join(u'\n') + u'\n';
}

} // namespace ch::ui
