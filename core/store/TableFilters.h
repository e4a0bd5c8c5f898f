// SPDX-License-Identifier: GPL-3.0-or-later
// Filters of tables as SQL conditions. What a person types is bound, never written into a statement. For the .cpp files that answer
// MirrorReader's questions about tables.
#pragma once

#include "store/Database.h"
#include "store/MirrorReader.h"

#include <variant>

namespace ch::store {

using TableBind = std::variant<qint64, QString>;

/// A condition over the aliases of the table's shape.
struct TableCondition {
    std::string sql;
    std::vector<TableBind> binds = {};
    bool ofCustomer = false;     ///< it reads customers c, and nothing of the table's own
    bool ofAnyRow = false;       ///< an index of all rows, those that the table does not show too, holds what it reads
    QString word = {};           ///< folded: no row fulfils it whose searched text does not hold this; empty: nothing of the kind
};

/// The words that a row's searched text must hold, folded.
[[nodiscard]] QStringList tableWords(const QString& text);
/// The conditions of filter.equals and filter.columns. InvalidInput: no such column, or a filter that its kind of cell cannot have.
[[nodiscard]] Result<std::vector<TableCondition>> tableConditions(Table table, const TableFilter& filter);
/// All of a filter as one condition over the whole shape, what is in the table at all included.
[[nodiscard]] Result<TableCondition> tableWhere(Table table, const struct TableShape& shape, const TableFilter& filter);
/// The SQL of a column of the metadata, with one parameter, the folded key. Nothing: the table has none.
[[nodiscard]] std::optional<std::string> tableMetadataValue(Table table);

void tableBind(Query& query, const std::vector<TableBind>& binds);

/// Adds the SQL functions that the conditions use: ch_fold(text), ch_metadata(searched text, folded key), ch_thousandths(minor, currency).
void addTableFunctions(Database& db);

} // namespace ch::store
