// SPDX-License-Identifier: GPL-3.0-or-later
// The tables as SQL: a source (FROM) and an expression a column. For the .cpp files that answer MirrorReader's questions about tables. Row ids
// of businesses that only our records know are negative. No OFFSET anywhere.
#pragma once

#include "store/MirrorReader.h"

#include <string>
#include <vector>

namespace ch::store {

struct TableColumn {
    ColumnSpec spec;
    const char* value;                   ///< SQL of what the row shows
    const char* order = nullptr;         ///< SQL to sort by; nullptr: value
    bool isIndexed = false;              ///< an index of all rows holds what it sorts by
    const char* ofCustomer = nullptr;    ///< SQL over customers c alone, where the column is the customer's; what it sorts by
};

struct TableShape {
    std::string from;
    std::string n;              ///< the row id
    std::string id;             ///< the object's id
    std::string where;          ///< what is in the table at all
    std::string customer;       ///< the customer of a row
    std::string ownSource;      ///< FROM without the customers, for columns that are the table's own
    std::vector<std::string> searched;
    const char* ownColumn;      ///< in which order the table stands where none is asked for: by this column, descending
};

[[nodiscard]] const std::vector<TableColumn>& tableColumns(Table table);
[[nodiscard]] TableShape tableShape(Table table, bool hasRecords);
/// Null: no such column.
[[nodiscard]] const TableColumn* tableColumn(Table table, const QString& key);
/// The FROM of one row, with one parameter for its id (for a negative one: its positive).
[[nodiscard]] std::string tableRowFrom(Table table, bool hasRecords, bool isRecord);
/// What the records alone know, as a SELECT with the columns of the shape.
[[nodiscard]] std::string tableRecordRows();

} // namespace ch::store
