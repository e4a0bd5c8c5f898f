// SPDX-License-Identifier: GPL-3.0-or-later
// What makes the tables of the window quick: the searched text of customers and subscriptions in narrow tables with a trigram index over
// them, brought up to date at the end of each transaction, and covering indexes of the columns that tables sort and filter by. Writing a row at a time into all of it costs
// several times the row, so the first backfill goes without and it is made at the end; readers then scan, which is slower and finds the same.
// Within a transaction of the caller. Throws SQLite::Exception.
#pragma once

#include "store/Database.h"
#include "stripe/Objects.h"

#include <QSet>

namespace ch::store {

/// The tables that stay when the index goes, for Schema.cpp.
inline constexpr char kTableIndexStep[] = R"sql(
CREATE TABLE metadata_keys(owner INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY(owner, key)) STRICT, WITHOUT ROWID;
)sql";

/// Whose text was changed in the transaction under way.
inline constexpr char kLateTextsStep[] = R"sql(
CREATE TABLE late_texts(owner INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(owner, n)) STRICT, WITHOUT ROWID;
)sql";

/// Makes and fills it. Nothing where it is there.
void makeTableIndex(Database& db);
/// Nothing where it is not there.
void dropTableIndex(Database& db);
[[nodiscard]] bool hasTableIndex(Database& db);
/// For the step that began to index late.
void remakeTextTriggers(Database& db);

/// Brings the full text up to date with the rows that have changed: once for each, and before the transaction ends. SQLite has FTS5 write out
/// what it holds at each statement that may have to be taken back, and nearly every statement with a trigger is such a one: so nothing but
/// statements of one row come after the first that touches the full text.
void indexLateTexts(Database& db);

/// Whose metadata a key was seen in; the numbers are kept in the mirror.
enum class MetadataOwner { Customers = 1, Subscriptions = 2 };

/// Notes which keys of metadata there are, so that a person can choose among them without anything being read through. Lives as long as a batch.
class MetadataKeys {
public:
    void note(Database& db, MetadataOwner owner, const stripe::Metadata& metadata);

private:
    QSet<std::pair<int, QString>> m_noted;
};

/// Of every object that is there already, for the step that began to note them.
void noteStoredMetadataKeys(Database& db);

} // namespace ch::store
