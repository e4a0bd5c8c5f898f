// SPDX-License-Identifier: GPL-3.0-or-later
// Where the pages Operations and Event feed read from: a thread of its own over the records file, which the engine and the terminal write. Jobs are owned by
// the parent given. Exists while an account is open. GUI thread.
#pragma once

#include "store/TrailFile.h"
#include "ui/reading/ReadingThread.h"

namespace ch::ui {

class RecordsSource final {
public:
    /// folder: AccountState::folder.
    explicit RecordsSource(const QString& folder) : m_reading(folder) {}

    ResultJob<store::FoundOperations>* operations(const store::OperationQuery& query, QObject* parent);
    ResultJob<store::OperationCounts>* counts(QObject* parent);
    ResultJob<std::vector<store::Mark>>* marks(QObject* parent);
    ResultJob<std::vector<store::JournalStep>>* steps(const QString& operationId, QObject* parent);
    ResultJob<store::FoundEntries>* trail(const store::TrailQuery& query, QObject* parent);
    ResultJob<store::FoundEvents>* events(const store::EventQuery& query, QObject* parent);
    /// Writes every entry of the query, newest first, into a file that is whole or not there, and its owner's alone. Ends with how many.
    ResultJob<qint64>* exportTrail(const store::TrailQuery& query, store::TrailForm form, const QString& path, QObject* parent);

private:
    ReadingThread m_reading;
};

} // namespace ch::ui
