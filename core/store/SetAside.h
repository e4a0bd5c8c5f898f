// SPDX-License-Identifier: GPL-3.0-or-later
// The first backfill of a mirror fills it without the indexes that only readers ask: made at once at the end they cost a fraction of what they
// cost row by row. What an index or trigger is stands in the schema's steps alone: its text is kept in the table set_aside while it is away, so
// that a mirror whose backfill was killed has it back at the next opening. For Mirror alone. Throws SQLite::Exception.
#pragma once

#include "store/Database.h"

namespace ch::store {

/// Within the transaction in which a mirror's first run begins; does nothing where the mirror holds anything.
void setIndexesAside(Database& db);

[[nodiscard]] bool areIndexesAside(Database& db);

/// Each in a transaction of its own: what was put back stays when a later one fails.
void putIndexesBack(Database& db);

} // namespace ch::store
