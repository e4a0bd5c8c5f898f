// SPDX-License-Identifier: GPL-3.0-or-later
// Whole tables in the order of a column: read from an index that covers the column where there is one, else sorted here, which is several times
// as fast as SQLite's sorter; columns that are the customer's by the customers' order and who has which customer, without a join. Missing values
// come last; equal ones by row id. For the .cpp files that answer MirrorReader's questions about tables. Throws SQLite::Exception.
#pragma once

#include "store/Database.h"
#include "store/MirrorReader.h"
#include "store/TableCache.h"

namespace ch::store {

/// What an order or a set is read from.
struct TableGround {
    Database& db;
    Table table;
    bool hasRecords;
    TableCache& cache;
    qint64 revision;            ///< of the mirror, within the transaction of the question
    bool mayBeOld = false;      ///< what is in the cache will do, of whichever revision: there is no time for more
};

/// The same for the rows of a filter that finds few of them by an index, or of a table that has none, without the cache. Fails as tableWhere.
[[nodiscard]] Result<RowOrder> tableOrderOfFew(const TableGround& ground, const TableFilter& filter, const QString& columnKey);
/// InvalidInput where the table has no such column, nor metadata.
[[nodiscard]] Status checkTableColumn(Table table, const QString& columnKey);

/// From the cache where it is of this revision. Nothing: no such column.
[[nodiscard]] std::shared_ptr<const RowOrder> tableOrder(const TableGround& ground, const QString& columnKey);
/// The row ids that a SELECT finds.
[[nodiscard]] RowBits tableBits(Database& db, const std::string& sql);
/// The name of an order in the cache.
[[nodiscard]] QString tableOrderKey(Table table, const QString& columnKey);
[[nodiscard]] RowIds tableDirected(const RowOrder& order, bool descending);

/// Of each subscription (Subscriptions) or customer (Businesses) the customer, or the business; test clocks' customers belong to none.
[[nodiscard]] std::shared_ptr<const RowLinks> tableLinks(const TableGround& ground);

[[nodiscard]] QString tableLinksKey(Table table);

/// SELECTs of row ids that are in the order asked for at once, one after the other, each with what it binds. Empty: there is no index for it.
struct TableCursor {
    std::string sql;
    QStringList binds = {};
};
[[nodiscard]] std::vector<TableCursor> tableCursors(const TableGround& ground, const QString& columnKey, bool descending);

} // namespace ch::store
