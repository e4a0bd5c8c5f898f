// SPDX-License-Identifier: GPL-3.0-or-later
// The records file: our own lasting facts, precious, never rebuilt. Records of businesses (imported or written by our operations), the
// journal of operations, the trail of what we did, a chain that is only added to, switches and counters. Migrated with numbered steps, backed up beside itself
// before a migration; a file from a newer version is refused with NewerVersion and left alone; a damaged one is refused with Damaged and
// left alone, naming the newest backup.
// 0600, WAL, secure_delete. One connection an object, one thread.
#pragma once

#include "base/Error.h"
#include "store/AuditChain.h"
#include "store/Counters.h"
#include "store/EventLog.h"
#include "store/Journal.h"
#include "store/Marks.h"
#include "store/ReadCounts.h"
#include "store/Records.h"
#include "store/Settings.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace ch::store {

/// Reads the JSON form: an object keyed by business id, or an array. InvalidInput names the place and the fault: not JSON, a business
/// named twice, no business id, a field of the wrong type. Fields that we do not know are passed over.
[[nodiscard]] Result<std::vector<Record>> parseRecords(const QByteArray& json);
/// The same form, an object keyed by business id, sorted; reading it back gives equal records.
[[nodiscard]] QByteArray recordsToJson(const std::vector<Record>& records);

class RecordsFile {
public:
    /// Opens or creates dir/records.sqlite.
    [[nodiscard]] static Result<std::unique_ptr<RecordsFile>> open(const QString& dir);
    ~RecordsFile();

    [[nodiscard]] Result<std::optional<Record>> record(const QString& businessId) const;
    [[nodiscard]] Result<std::vector<Record>> records() const;
    /// Adds, or updates without overwriting a field by an empty one. All or nothing.
    [[nodiscard]] Result<ImportSummary> importRecords(const std::vector<Record>& records);
    [[nodiscard]] Status markTakenDown(const QString& businessId, const QString& subscriptionStatus, qint64 atMs);

    [[nodiscard]] Status appendAudit(const AuditEntry& entry);
    /// Newest first.
    [[nodiscard]] Result<std::vector<AuditEntry>> audit(int newest) const;
    [[nodiscard]] Result<AuditHead> auditHead() const;
    /// Whether the trail was that head once and has only been added to since, as far as its newest hash says.
    [[nodiscard]] Result<bool> grewFrom(const AuditHead& head) const;
    /// Reads the whole trail. kept: the head as it was kept elsewhere, where there is one; it may be older than the newest entry.
    [[nodiscard]] Result<AuditCheck> verifyAudit(const std::optional<AuditHead>& kept) const;
    /// Which profile the entries that name none are of.
    void setAuditProfile(const QString& profile);
    /// Called after each entry that was written, with the new head.
    void setAuditKeeper(std::function<void(const AuditHead&)> keeper);

    /// The operations in this file; lives as long as the file.
    [[nodiscard]] Journal& journal() const;
    /// What was counted; lives as long as the file.
    [[nodiscard]] Counters& counters() const;
    /// Likewise.
    [[nodiscard]] EventLog& eventLog() const;
    [[nodiscard]] ReadCounts& readCounts() const;
    [[nodiscard]] Marks& marks() const;
    /// The account's switches; lives as long as the file.
    [[nodiscard]] Settings& settings() const;
    /// The businesses whose record names one of these ids, as its own or as its customer, subscription or payment intent.
    [[nodiscard]] Result<QStringList> businessesOf(const QStringList& ids) const;

private:
    friend class Settings;
    RecordsFile();
    [[nodiscard]] Database& database() const;
    /// change and, where it says that it changed something, the entry, in one transaction.
    [[nodiscard]] Result<bool> changeWithTrail(const AuditEntry& entry, const std::function<bool(Database&)>& change);
    void trailGrew();
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::store
