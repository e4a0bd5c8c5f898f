// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/RecordsFile.h"

#include "store/RecordRows.h"
#include "store/Schema.h"

#include <QSet>

namespace ch::store {

class RecordsFile::Private {
public:
    std::unique_ptr<Database> db;
    std::unique_ptr<Journal> journal;
    std::unique_ptr<Counters> counters;
    std::unique_ptr<EventLog> eventLog;
    std::unique_ptr<ReadCounts> readCounts;
    std::unique_ptr<Marks> marks;
    std::unique_ptr<Settings> settings;
    std::function<void(const AuditHead&)> keeper;
};

RecordsFile::RecordsFile() : d(std::make_unique<Private>()) {}
RecordsFile::~RecordsFile() = default;

Result<std::unique_ptr<RecordsFile>> RecordsFile::open(const QString& dir)
{
    Result<std::unique_ptr<Database>> db = Database::openForWriting(recordsPath(dir), recordsFile());
    if (!db) {
        return fail(db.error());
    }
    std::unique_ptr<RecordsFile> file(new RecordsFile);
    file->d->db = *std::move(db);
    file->d->journal.reset(new Journal(*file->d->db));
    file->d->counters.reset(new Counters(*file->d->db));
    file->d->eventLog.reset(new EventLog(*file->d->db));
    file->d->readCounts.reset(new ReadCounts(*file->d->db));
    file->d->marks.reset(new Marks(*file->d->db));
    file->d->settings.reset(new Settings(*file));
    file->d->journal->m_trailGrew = [records = file.get()] { records->trailGrew(); };
    return file;
}

Result<std::optional<Record>> RecordsFile::record(const QString& businessId) const
{
    return guarded(*d->db, [&]() -> Result<std::optional<Record>> { return recordsFind(*d->db, businessId); });
}

Result<std::vector<Record>> RecordsFile::records() const
{
    return guarded(*d->db, [&]() -> Result<std::vector<Record>> {
        std::vector<Record> all;
        Query query(*d->db, std::string("SELECT ") + kRecordColumns + " FROM records ORDER BY business_id");
        while (query.next()) {
            all.push_back(recordsRow(query));
        }
        return all;
    });
}

Result<ImportSummary> RecordsFile::importRecords(const std::vector<Record>& records)
{
    QSet<QString> seen;
    for (const Record& record : records) {
        if (record.businessId.isEmpty()) {
            return fail(ErrorKind::InvalidInput, QStringLiteral("A record has no business id. Nothing was imported."));
        }
        if (seen.contains(record.businessId)) {
            return fail(ErrorKind::InvalidInput, QStringLiteral("The business \"%1\" is named twice. Nothing was imported.").arg(record.businessId));
        }
        seen.insert(record.businessId);
    }
    return guarded(*d->db, [&]() -> Result<ImportSummary> {
        ImportSummary summary;
        WriteScope scope(*d->db);
        for (const Record& record : records) {
            recordsTakeIn(*d->db, record, summary);
        }
        scope.commit();
        return summary;
    });
}

Status RecordsFile::markTakenDown(const QString& businessId, const QString& subscriptionStatus, qint64 atMs)
{
    if (businessId.isEmpty()) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("A record has no business id."));
    }
    return guarded(*d->db, [&]() -> Status {
        WriteScope scope(*d->db);
        Record record = recordsFind(*d->db, businessId).value_or(Record());
        record.businessId = businessId;
        if (!subscriptionStatus.isEmpty()) {
            record.subscriptionStatus = subscriptionStatus;
        }
        record.takenDownAtMs = atMs;
        recordsWrite(*d->db, record);
        scope.commit();
        return {};
    });
}

Status RecordsFile::appendAudit(const AuditEntry& entry)
{
    const auto written = changeWithTrail(entry, [](Database&) { return true; });
    return written ? Status() : Status(fail(written.error()));
}

Result<bool> RecordsFile::changeWithTrail(const AuditEntry& entry, const std::function<bool(Database&)>& change)
{
    const auto changed = guarded(*d->db, [&]() -> Result<bool> {
        WriteScope scope(*d->db);
        if (!change(*d->db)) {
            return false;
        }
        auditAppend(*d->db, ofProfile(entry, d->journal->m_profile));
        scope.commit();
        return true;
    });
    if (changed && *changed) {
        trailGrew();
    }
    return changed;
}

void RecordsFile::setAuditProfile(const QString& profile)
{
    d->journal->m_profile = profile;
}

void RecordsFile::setAuditKeeper(std::function<void(const AuditHead&)> keeper)
{
    d->keeper = std::move(keeper);
}

void RecordsFile::trailGrew()
{
    if (!d->keeper) {
        return;
    }
    if (const auto head = auditHead(); head) {
        d->keeper(*head);
    }
}

Result<AuditHead> RecordsFile::auditHead() const
{
    return guarded(*d->db, [&]() -> Result<AuditHead> {
        Query query(*d->db, "SELECT (SELECT count(*) FROM audit), hash FROM audit ORDER BY n DESC LIMIT 1");
        return query.next() ? AuditHead{query.integer(0), query.text(1)} : AuditHead();
    });
}

Result<bool> RecordsFile::grewFrom(const AuditHead& head) const
{
    return guarded(*d->db, [&]() -> Result<bool> {
        Query query(*d->db, "SELECT hash FROM audit WHERE n = ?");
        query.bind(head.entries);
        return head.entries == 0 || (query.next() && query.text(0) == head.hash);
    });
}

Result<AuditCheck> RecordsFile::verifyAudit(const std::optional<AuditHead>& kept) const
{
    return guarded(*d->db, [&]() -> Result<AuditCheck> {
        AuditCheck check;
        check.endKnown = kept.has_value();
        QString before;
        qint64 last = 0;
        Query query(*d->db, std::string("SELECT ") + kAuditColumns + " FROM audit ORDER BY n");
        while (query.next()) {
            const AuditEntry entry = auditRow(query);
            ++check.entries;
            const bool isWhole = auditHash(before, entry) == entry.hash;
            const bool isAsKept = !kept || kept->entries != check.entries || kept->hash == entry.hash;
            if (!check.firstBad && !(isWhole && isAsKept)) {
                check.firstBad = isWhole ? entry.n : qMin(entry.n, last + 1);
            }
            before = entry.hash;
            last = entry.n;
        }
        if (!check.firstBad && kept && kept->entries > check.entries) {
            check.firstBad = last + 1;
        }
        check.ok = !check.firstBad;
        return check;
    });
}

Journal& RecordsFile::journal() const
{
    return *d->journal;
}

Counters& RecordsFile::counters() const
{
    return *d->counters;
}

EventLog& RecordsFile::eventLog() const
{
    return *d->eventLog;
}

ReadCounts& RecordsFile::readCounts() const
{
    return *d->readCounts;
}

Marks& RecordsFile::marks() const
{
    return *d->marks;
}

Settings& RecordsFile::settings() const
{
    return *d->settings;
}

Database& RecordsFile::database() const
{
    return *d->db;
}

Result<QStringList> RecordsFile::businessesOf(const QStringList& ids) const
{
    return guarded(*d->db, [&]() -> Result<QStringList> {
        QStringList found;
        for (const QString& id : ids) {
            Query query(*d->db, "SELECT business_id FROM records WHERE ?1 <> '' AND ?1 IN (business_id, customer_id, subscription_id, payment_intent_id)");
            query.bind(id);
            while (query.next()) {
                found << query.text(0);
            }
        }
        found.removeDuplicates();
        return found;
    });
}

Result<std::vector<AuditEntry>> RecordsFile::audit(int newest) const
{
    return guarded(*d->db, [&]() -> Result<std::vector<AuditEntry>> {
        std::vector<AuditEntry> entries;
        Query query(*d->db, std::string("SELECT ") + kAuditColumns + " FROM audit ORDER BY n DESC LIMIT ?");
        query.bind(qMax(0, newest));
        while (query.next()) {
            entries.push_back(auditRow(query));
        }
        return entries;
    });
}

} // namespace ch::store
