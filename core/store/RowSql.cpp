// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/RowSql.h"

namespace ch::store::writing {

namespace {

/// Each name as make says it, with commas between.
template <typename Make>
std::string listed(const Columns& columns, Make make)
{
    std::string all;
    for (size_t i = 0; i < columns.size(); ++i) {
        all += (i == 0 ? "" : ", ") + make(columns[i], i);
    }
    return all;
}

std::string names(const Columns& columns)
{
    return listed(columns, [](const std::string& name, size_t) { return name; });
}

/// Numbered parameters, the first of which is ?2.
std::string marks(const Columns& columns)
{
    return listed(columns, [](const std::string&, size_t i) { return '?' + std::to_string(i + 2); });
}

std::string sets(const Columns& columns)
{
    return listed(columns, [](const std::string& name, size_t i) { return name + " = ?" + std::to_string(i + 2); });
}

std::string excluded(const Columns& columns)
{
    return listed(columns, [](const std::string& name, size_t) { return "excluded." + name; });
}

std::string insertInto(const std::string& table, const Columns& columns)
{
    return "INSERT INTO " + table + "(" + names(columns) + ") VALUES(" + listed(columns, [](const std::string&, size_t) { return std::string("?"); }) + ")";
}

std::string setToExcluded(const Columns& columns)
{
    return listed(columns, [](const std::string& name, size_t) { return name + " = excluded." + name; });
}

Columns together(const Columns& first, const Columns& then)
{
    Columns all = first;
    all.insert(all.end(), then.begin(), then.end());
    return all;
}

} // namespace

std::string upsert(const std::string& table, const Columns& columns)
{
    return insertInto(table, together({"id"}, columns)) + " ON CONFLICT(id) DO UPDATE SET " + setToExcluded(columns);
}

RowSql rowSql(const std::string& table, const Columns& indexed, const Columns& others)
{
    const Columns rest = together(others, {"received_ms", "run", "digest", "raw"});
    const std::string update = "UPDATE " + table + " SET ";
    return {insertInto(table, together(together({"id"}, indexed), rest)),
            update + sets(indexed) + " WHERE n = ?1 AND (" + names(indexed) + ") IS NOT (" + marks(indexed) + ")", update + sets(rest) + " WHERE n = ?1"};
}

PlacedSql placedSql(const std::string& table, const std::string& owner, const Columns& columns)
{
    const std::string insert = insertInto(table, together({owner, "place"}, columns));
    return {insert, insert + " ON CONFLICT(" + owner + ", place) DO UPDATE SET " + setToExcluded(columns) + " WHERE (" + names(columns) + ") IS NOT (" + excluded(columns) + ")",
            "DELETE FROM " + table + " WHERE " + owner + " = ? AND place >= ?"};
}

} // namespace ch::store::writing
