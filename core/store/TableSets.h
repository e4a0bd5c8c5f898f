// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows of a table a filter leaves, as a set of row ids: words by the trigram index where they are rare, by reading the narrow texts through
// where they are not or have less than three characters; columns by the covering indexes; what the customer has by the customers and who has
// which. For the .cpp files that answer MirrorReader's questions about tables. Throws SQLite::Exception.
#pragma once

#include "store/TableFilters.h"
#include "store/TableOrders.h"

namespace ch::store {

/// Nothing: the filter leaves all. Rows that are not in the table at all may be among them.
[[nodiscard]] std::optional<RowBits> tableSet(const TableGround& ground, const QStringList& words, const std::vector<TableCondition>& conditions);

/// Rows that may hold the words, when that can be said at once: by the trigram index, and where they are few. Those of which some words are the
/// customer's and others their own may be wanting: for a first look.
[[nodiscard]] std::optional<RowBits> tableCandidates(const TableGround& ground, const QStringList& words);

} // namespace ch::store
