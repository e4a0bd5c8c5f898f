// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Checkpointer.h"

#include <sqlite3.h>

namespace ch::store {

Checkpointer::Checkpointer(Database& db, int many) : m_db(db), m_many(many), m_path(db.path().toStdString())
{
    m_pool.setMaxThreadCount(1);
    m_pool.setObjectName(QStringLiteral("checkpoints"));
    sqlite3_wal_hook(db.handle().getHandle(), &Checkpointer::committed, this);
}

Checkpointer::~Checkpointer()
{
    sqlite3_wal_hook(m_db.handle().getHandle(), nullptr, nullptr);
    m_pool.waitForDone();
}

/// SQLite calls it after each commit, in the writer's thread, outside of any transaction.
int Checkpointer::committed(void* self, sqlite3* db, const char* name, int pages)
{
    auto* const its = static_cast<Checkpointer*>(self);
    const State state = its->m_state;
    if (state == State::Done || pages >= its->m_many * kAtMost) {
        // Fails where the thread or a reader is at it: the next commit tries again.
        sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    }
    if (state == State::Done) {
        its->m_state = State::Idle;
    } else if (state == State::Idle && pages >= its->m_many) {
        its->m_state = State::Running;
        its->m_pool.start([its] { its->run(); });
    }
    return SQLITE_OK;
}

void Checkpointer::run()
{
    sqlite3* db = nullptr;
    // What goes wrong here goes wrong for the writer too, which says so.
    if (sqlite3_open_v2(m_path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK) {
        sqlite3_exec(db, "PRAGMA synchronous=NORMAL", nullptr, nullptr, nullptr);
        sqlite3_wal_checkpoint_v2(db, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    }
    sqlite3_close(db);
    m_state = State::Done;
}

} // namespace ch::store
