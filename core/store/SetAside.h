// SPDX-License-Identifier: GPL-3.0-or-later
// The first backfill of a mirror fills it without the indexes that only readers ask: made at once at the end they cost a fraction of what they
// cost row by row. What an index is stands in the schema's steps alone: its text is kept in the table set_aside while it is away, so
// that a mirror whose backfill was killed has it back at the next opening; so has it the index of the tables (TableIndex.h), which goes with them. A later step that changes one of them has to expect it in set_aside
// (its text, or DROP INDEX IF EXISTS), since steps run before. For Mirror alone. Throws SQLite::Exception.
#pragma once

#include "store/Database.h"

#include <functional>

namespace ch::store {

/// Within the transaction in which a mirror's first run begins; does nothing where the mirror holds anything.
void setIndexesAside(Database& db);

[[nodiscard]] bool areIndexesAside(Database& db);

/// Each in a transaction of its own: what was put back stays when a later one fails. built is called after each.
void putIndexesBack(Database& db, const std::function<void(const char* name)>& built = {});

} // namespace ch::store
