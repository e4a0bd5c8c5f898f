// SPDX-License-Identifier: GPL-3.0-or-later
// Statements that write rows of the mirror, made of the names of their columns. For the .cpp files of this room.
#pragma once

#include <string>
#include <vector>

namespace ch::store::writing {

using Columns = std::vector<std::string>;

/// INSERT ... ON CONFLICT(id) DO UPDATE of all columns but the first, which is id.
[[nodiscard]] std::string upsert(const std::string& table, const Columns& columns);

/// For a row of many indexes: SQLite writes each index of a column that is set, whether its value is another or not, and most of what comes again
/// differs in none that an index has.
struct RowSql {
    std::string insert;     ///< id, the columns that indexes have, the others, received_ms, run, digest, raw
    std::string indexed;    ///< n, the columns that indexes have; nothing is written where none differs
    std::string others;     ///< n, the others, received_ms, run, digest, raw
};
[[nodiscard]] RowSql rowSql(const std::string& table, const Columns& indexed, const Columns& others);

/// For rows that belong to another row and stand in an order: what comes again is mostly the same.
struct PlacedSql {
    std::string insert;     ///< the owner, the place, the columns
    std::string replace;    ///< the same, for an owner that has rows; nothing is written where none differs
    std::string dropRest;   ///< the owner, and the first place that is none any more
};
[[nodiscard]] PlacedSql placedSql(const std::string& table, const std::string& owner, const Columns& columns);

} // namespace ch::store::writing
