// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a mirror, inserted once more into another mirror's empty tables through SQLite's C interface and nothing else: what storing them
// costs at least. For benchmarks.
#pragma once

#include <QString>
#include <QtGlobal>
#include <sqlite3.h>
#include <vector>

namespace ch::bench {

class BareMirror {
public:
    /// from holds the rows; into has the same tables, empty. Both are opened with the settings of our own connection.
    BareMirror(const QString& from, const QString& into);
    ~BareMirror();
    BareMirror(const BareMirror&) = delete;
    BareMirror& operator=(const BareMirror&) = delete;

    /// Keeps the rows of the subscriptions n from first to last in memory; returns how many there are, with those of their own tables.
    qint64 read(qint64 first, qint64 last);
    /// Inserts them, in one transaction.
    bool insert();
    [[nodiscard]] qint64 number(const char* sql) const;

private:
    struct Table {
        sqlite3_stmt* select = nullptr;
        sqlite3_stmt* insert = nullptr;
        int columns = 0;
        std::vector<sqlite3_value*> values; ///< row after row
    };
    void forget();

    sqlite3* m_from = nullptr;
    sqlite3* m_into = nullptr;
    std::vector<Table> m_tables;
};

} // namespace ch::bench
