// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Faults.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <utility>

namespace ch::store {

namespace {

thread_local qint64 t_writesToFailure = 0;
thread_local int t_pages = 0;
thread_local bool t_skipSyncs = false;
thread_local std::function<void()> t_watch;

} // namespace

void failWrite(qint64 n)
{
    t_writesToFailure = n;
}

void watchWrites(std::function<void()> watch)
{
    t_watch = std::move(watch);
}

void limitPages(int pages)
{
    t_pages = pages;
}

bool isWriteFailurePending()
{
    return t_writesToFailure > 0;
}

void skipSyncs(bool on)
{
    t_skipSyncs = on;
}

bool areSyncsSkipped()
{
    return t_skipSyncs;
}

int pageLimit()
{
    return t_pages;
}

void countWrite()
{
    if (t_watch) {
        t_watch();
    }
    if (t_writesToFailure > 0 && --t_writesToFailure == 0) {
        throw SQLite::Exception("database or disk is full", SQLITE_FULL);
    }
}

} // namespace ch::store
