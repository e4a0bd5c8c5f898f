// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/TableModel.h"

#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

namespace ch::ui {

TableModel::TableModel(store::Table table, QObject* parent) : RowsModel(parent), m_table(table) {}

void TableModel::setZone(const QTimeZone& zone)
{
    m_zone = zone;
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
}

QString TableModel::objectIdAt(int row) const
{
    const store::Row* held = rowAt(row);
    return held ? held->objectId : QString();
}

QString TableModel::columnKey(int column) const
{
    const auto own = static_cast<int>(store::columnsOf(m_table).size());
    return column < own ? QString(QLatin1String(columnSpec(m_table, column).key)) : store::metadataColumn(m_extraKeys.value(column - own));
}

void TableModel::setExtraKeys(const QStringList& keys)
{
    const auto own = static_cast<int>(store::columnsOf(m_table).size());
    for (int i = static_cast<int>(m_extraKeys.size()) - 1; i >= 0; --i) {
        if (!keys.contains(m_extraKeys[i])) {
            beginRemoveColumns({}, own + i, own + i);
            m_extraKeys.removeAt(i);
            endRemoveColumns();
        }
    }
    for (const QString& key : keys) {
        if (!m_extraKeys.contains(key)) {
            const int at = own + static_cast<int>(m_extraKeys.size());
            beginInsertColumns({}, at, at);
            m_extraKeys << key;
            endInsertColumns();
        }
    }
}

ColumnLook TableModel::lookOf(int column) const
{
    return columnLook(m_table, columnKey(column));
}

store::CellKind TableModel::kindOf(int column) const
{
    return columnSpec(m_table, column).kind;
}

int TableModel::leadingColumn() const
{
    return m_table == store::Table::Invoices ? -1 : columnIndex(m_table, QStringLiteral("name"));
}

QString TableModel::textAt(int row, const QString& key) const
{
    const store::Row* held = rowAt(row);
    const int column = columnIndex(m_table, key);
    if (!held || column < 0 || static_cast<size_t>(column) >= held->cells.size()) {
        return {};
    }
    const auto* text = std::get_if<QString>(&held->cells[static_cast<size_t>(column)]);
    return text ? *text : QString();
}

int TableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(store::columnsOf(m_table).size() + static_cast<size_t>(m_extraKeys.size()));
}

bool TableModel::isConflict(const store::Row& row) const
{
    const int column = columnIndex(m_table, QStringLiteral("conflict"));
    if (column < 0 || static_cast<size_t>(column) >= row.cells.size()) {
        return false;
    }
    const store::Cell& cell = row.cells[static_cast<size_t>(column)];
    const auto* number = std::get_if<qint64>(&cell);
    const auto* text = std::get_if<QString>(&cell);
    return (number && *number > 0) || (text && !text->isEmpty());
}

void TableModel::setMarks(const QHash<QString, QString>& sentences)
{
    if (sentences != m_marks) {
        m_marks = sentences;
        if (rowCount() > 0) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        }
    }
}

QString TableModel::markOf(const store::Row& row) const
{
    const auto ofCell = [&](const char* key) {
        const int column = m_marks.isEmpty() ? -1 : columnIndex(m_table, QLatin1String(key));
        const auto* id = column >= 0 && static_cast<size_t>(column) < row.cells.size() ? std::get_if<QString>(&row.cells[static_cast<size_t>(column)]) : nullptr;
        return id && !id->isEmpty() ? m_marks.value(*id) : QString();
    };
    const QString ofBusiness = ofCell("business_id");
    return ofBusiness.isEmpty() ? ofCell("customer_id") : ofBusiness;
}

QString TableModel::toolTipOf(const store::Row& row, int column) const
{
    const store::ColumnSpec& spec = columnSpec(m_table, column);
    const store::Cell& cell = row.cells[static_cast<size_t>(column)];
    if (isMissing(row, column)) {
        return missingReason(columnKey(column));
    }
    if (spec.kind == store::CellKind::Time && std::holds_alternative<qint64>(cell)) {
        return exactTimeText(std::get<qint64>(cell), m_zone);
    }
    if (spec.kind == store::CellKind::Status && std::holds_alternative<QString>(cell)) {
        return statusLook(std::get<QString>(cell)).meaning;
    }
    if (qstrcmp(spec.key, "name") == 0 && (isConflict(row) || !markOf(row).isEmpty())) {
        return isConflict(row) ? tr("Several customers carry this business id. Open it to see them.") : markOf(row);
    }
    return spec.kind == store::CellKind::Id || spec.kind == store::CellKind::Text ? copyText(m_table, row, column, m_zone) : QString();
}

QVariant TableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.column() >= columnCount()) {
        return {};
    }
    const store::ColumnSpec& spec = columnSpec(m_table, index.column());
    if (role == KindRole) {
        return static_cast<int>(spec.kind);
    }
    if (role == Qt::TextAlignmentRole) {
        return alignmentOf(index.column());
    }
    const store::Row* row = rowAt(index.row());
    const bool loaded = row && static_cast<size_t>(index.column()) < row->cells.size();
    if (role == LoadedRole) {
        return loaded;
    }
    if (!loaded) {
        return {};
    }
    switch (role) {
    case Qt::DisplayRole: return cellText(m_table, *row, index.column(), m_zone);
    case Qt::ToolTipRole: return toolTipOf(*row, index.column());
    case CopyRole: return copyText(m_table, *row, index.column(), m_zone);
    case StatusRole: return spec.kind == store::CellKind::Status ? copyText(m_table, *row, index.column(), m_zone) : QString();
    case MissingRole: return isMissing(*row, index.column());
    case AttentionRole: return qstrcmp(spec.key, "name") == 0 && (isConflict(*row) || !markOf(*row).isEmpty());
    default: return {};
    }
}

void FixedTableModel::setRows(std::vector<store::Row> rows)
{
    if (rows == m_rows) {
        return; // selection and focus stay
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

const store::Row* FixedTableModel::rowAt(int row) const
{
    return row >= 0 && static_cast<size_t>(row) < m_rows.size() ? &m_rows[static_cast<size_t>(row)] : nullptr;
}

int FixedTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

} // namespace ch::ui
