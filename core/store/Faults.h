// SPDX-License-Identifier: GPL-3.0-or-later
// For tests of this room and the rooms above: a disk that is full, or a program that is killed, at a chosen moment.
#pragma once

#include <QtGlobal>
#include <functional>

namespace ch::store {

/// The n-th write or commit from now on (1: the next) fails in this thread as on a full disk, once. 0: none.
void failWrite(qint64 n);
/// Whether the failure asked for is still to come.
[[nodiscard]] bool isWriteFailurePending();
/// Called before each write or commit of this thread. It may ask for failWrite(1); what it throws leaves the transaction undone, as a
/// program does that is killed at that moment. Empty: nothing is called.
void watchWrites(std::function<void()> watch);
/// Files opened for writing from now on in this thread may hold this many pages. 0: as many as the disk.
void limitPages(int pages);
/// Files opened for writing from now on in this thread do not wait for the disk: a test of many runs, not of power cuts.
void skipSyncs(bool on);

/// For Database: counts a write or commit, and throws SQLite::Exception at the one that is to fail.
void countWrite();
/// For Database: what skipSyncs and limitPages said.
[[nodiscard]] bool areSyncsSkipped();
[[nodiscard]] int pageLimit();

} // namespace ch::store
