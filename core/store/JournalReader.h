// SPDX-License-Identifier: GPL-3.0-or-later
// Reads operations, trail and event log out of a records file that somebody else writes: the window's pages, beside the engine. Read-only connection,
// one thread; answers are plain values, consistent within one call. NotFound where there is no file yet. Times are UTC milliseconds.
#pragma once

#include "store/EventLog.h"
#include "store/Journal.h"
#include "store/Marks.h"

#include <memory>

namespace ch::store {

/// Failed operations want a person's eye for so long, unless a later attempt at the same was begun.
inline constexpr qint64 kFailedInSightMs = 7LL * 24 * 3600 * 1000;

struct OperationQuery {
    /// NeedsPerson: open ones that nobody works on, and failed ones in sight. Running: those that a living program works on.
    enum class Which { All, NeedsPerson, Running };
    Which which = Which::All;
    std::optional<OperationKind> kind = {};
    std::optional<OperationState> state = {};
    QString text = {};            ///< in the ids of business, operation and object, and in the error; case-insensitive for ASCII
    QString olderThan = {};       ///< an operation's id: go on after it; empty: from the newest
    int most = 200;
};

struct FoundOperations {
    std::vector<Operation> operations; ///< newest first
    bool more = false;                 ///< there are older ones
};

struct OperationCounts {
    int needsPerson = 0;          ///< operations, and businesses that are marked for take-down
    int running = 0;
    bool operator==(const OperationCounts&) const = default;
};

struct TrailQuery {
    QString text = {};            ///< in every field but the hashes, case-insensitive for ASCII
    QString businessId = {};      ///< only what was done to it: its id, or that of an object of its
    qint64 fromMs = 0;
    qint64 untilMs = 0;           ///< exclusive; 0: no end
    qint64 olderThan = 0;         ///< an entry's number: go on below it; 0: from the newest
    int most = 200;
};

struct FoundEntries {
    std::vector<AuditEntry> entries; ///< newest first
    bool more = false;
};

class JournalReader {
public:
    /// dir holds records.sqlite.
    [[nodiscard]] static Result<std::unique_ptr<JournalReader>> open(const QString& dir);
    ~JournalReader();

    [[nodiscard]] Result<FoundOperations> operations(const OperationQuery& query, qint64 nowMs) const;
    [[nodiscard]] Result<OperationCounts> counts(qint64 nowMs) const;
    [[nodiscard]] Result<std::vector<JournalStep>> steps(const QString& operationId) const;
    [[nodiscard]] Result<FoundEntries> trail(const TrailQuery& query) const;
    [[nodiscard]] Result<FoundEvents> events(const EventQuery& query) const;
    /// As Marks::open.
    [[nodiscard]] Result<std::vector<Mark>> marks() const;

private:
    JournalReader();
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::store
