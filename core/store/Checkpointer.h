// SPDX-License-Identifier: GPL-3.0-or-later
// Takes the write-ahead log of a file into the file in a thread of its own, with a connection of its own, so that who writes does not wait for the
// disk. What is written meanwhile, little, the writer takes over itself when the thread is done: only then does the log begin anew. Where the
// thread cannot keep up, or a reader holds the log, the log grows to kAtMost times as much, and the writer does what SQLite does without us.
// For the .cpp files of this room. Made and destroyed in the thread of the connection, which outlives it; destroying waits for the thread.
#pragma once

#include "store/Database.h"

#include <QThreadPool>
#include <atomic>

namespace ch::store {

class Checkpointer {
public:
    static constexpr int kMany = 16'384;        ///< pages of 4 KiB, 64 MiB
    static constexpr int kAtMost = 4;

    /// Takes the place of SQLite's own automatic checkpoints on that connection. many: pages in the log from which on the thread is at it.
    explicit Checkpointer(Database& db, int many = kMany);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

private:
    enum class State { Idle, Running, Done };

    static int committed(void* self, sqlite3* db, const char* name, int pages);
    void run();

    Database& m_db;
    int m_many;
    std::string m_path;
    QThreadPool m_pool;
    std::atomic<State> m_state = State::Idle;
};

} // namespace ch::store
