// SPDX-License-Identifier: GPL-3.0-or-later
// What every table of the window shows: rows with an id, columns with a key, a look and a kind of cell. TableView shows it, TableDelegate
// paints it by the roles. GUI thread.
#pragma once

#include "ui/tables/Columns.h"

#include <QAbstractTableModel>

namespace ch::ui {

class RowsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        KindRole = Qt::UserRole + 1, ///< int(store::CellKind)
        LoadedRole,                  ///< false: the row is on its way
        StatusRole,                  ///< Stripe's word or ours, for the shape
        MissingRole,                 ///< true: a dash is shown
        AttentionRole,               ///< true: the hover says what a person is to know of the row
        CopyRole                     ///< what stands in the clipboard for the cell: whole, and for a spreadsheet
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// Empty while the row is not in memory.
    [[nodiscard]] virtual QString objectIdAt(int row) const = 0;
    [[nodiscard]] virtual QString columnKey(int column) const = 0;
    [[nodiscard]] virtual ColumnLook lookOf(int column) const = 0;
    [[nodiscard]] virtual store::CellKind kindOf(int column) const = 0;
    /// Shown first whatever the order of the columns; -1: none.
    [[nodiscard]] virtual int leadingColumn() const { return -1; }

    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    [[nodiscard]] QVariant alignmentOf(int column) const;
};

/// Tab-separated lines for a spreadsheet out of CopyRole: tabs and line breaks are blanks, and what it would take for a formula is not one.
[[nodiscard]] QString tabSeparated(const RowsModel& model, const std::vector<int>& rows, const std::vector<int>& columns, bool withHeaders);

} // namespace ch::ui
