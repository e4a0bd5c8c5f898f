// SPDX-License-Identifier: GPL-3.0-or-later
// A trail changed behind its program's back, as somebody with a hex editor would: past the triggers. Only for tests that link ch::store.
#pragma once

#include "store/Schema.h"

#include <QString>
#include <SQLiteCpp/SQLiteCpp.h>

namespace ch::test {

inline void tamper(const QString& folder, const char* sql)
{
    SQLite::Database db(store::recordsPath(folder).toStdString(), SQLite::OPEN_READWRITE);
    db.exec("DROP TRIGGER IF EXISTS audit_is_not_changed; DROP TRIGGER IF EXISTS audit_is_not_shortened");
    db.exec(sql);
}

} // namespace ch::test
