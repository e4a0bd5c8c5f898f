// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of one of the mirror's tables as a Qt model: words, alignment, tooltips. Where the rows come from is the subclass's matter:
// MirrorTableModel loads a window of them, FixedTableModel holds a few. data() reads memory only. GUI thread.
#pragma once

#include "ui/tables/RowsModel.h"

#include <QHash>
#include <QTimeZone>

namespace ch::ui {

class TableModel : public RowsModel {
    Q_OBJECT
public:
    TableModel(store::Table table, QObject* parent);

    [[nodiscard]] store::Table table() const { return m_table; }
    [[nodiscard]] const QTimeZone& zone() const { return m_zone; }
    void setZone(const QTimeZone& zone);
    /// Null while the row is not in memory.
    [[nodiscard]] virtual const store::Row* rowAt(int row) const = 0;
    [[nodiscard]] QString objectIdAt(int row) const override;
    [[nodiscard]] QString columnKey(int column) const override;
    [[nodiscard]] ColumnLook lookOf(int column) const override;
    [[nodiscard]] store::CellKind kindOf(int column) const override;
    /// The name leads, but for invoices.
    [[nodiscard]] int leadingColumn() const override;
    /// What a person is to know of rows, by business id or customer id: a sign at the name, and the words on hover.
    void setMarks(const QHash<QString, QString>& sentences);
    /// The metadata keys of the columns after the table's own.
    [[nodiscard]] const QStringList& extraKeys() const { return m_extraKeys; }
    /// A text cell of a row in memory, by the column's key.
    [[nodiscard]] QString textAt(int row, const QString& key) const;

    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

protected:
    void setExtraKeys(const QStringList& keys);

private:
    [[nodiscard]] QString toolTipOf(const store::Row& row, int column) const;
    [[nodiscard]] bool isConflict(const store::Row& row) const;
    [[nodiscard]] QString markOf(const store::Row& row) const;

    store::Table m_table;
    QTimeZone m_zone = QTimeZone::utc();
    QStringList m_extraKeys;
    QHash<QString, QString> m_marks;
};

class FixedTableModel final : public TableModel {
    Q_OBJECT
public:
    using TableModel::TableModel;
    /// The same ones again change nothing.
    void setRows(std::vector<store::Row> rows);
    [[nodiscard]] const store::Row* rowAt(int row) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;

private:
    std::vector<store::Row> m_rows;
};

} // namespace ch::ui
