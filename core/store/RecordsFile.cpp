// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/RecordsFile.h"

#include "store/Schema.h"
#include "store/Text.h"

#include <QSet>

namespace ch::store {

namespace {

constexpr char kRecordColumns[] = "business_id, business_name, business_type, customer_id, subscription_id, payment_intent_id, subscription_status, "
                                  "monthly_price_usd, taken_down_at_ms";

Record recordsRow(const Query& query)
{
    Record record;
    record.businessId = query.text(0);
    record.businessName = query.text(1);
    record.businessType = query.text(2);
    record.customerId = query.text(3);
    record.subscriptionId = query.text(4);
    record.paymentIntentId = query.text(5);
    record.subscriptionStatus = query.text(6);
    record.monthlyPriceUsd = query.text(7);
    record.takenDownAtMs = query.integer(8);
    return record;
}

void recordsWrite(Database& db, const Record& record)
{
    const QStringList found = {record.businessId,     record.businessName,    record.businessType,      record.customerId,
                               record.subscriptionId, record.paymentIntentId, record.subscriptionStatus};
    Query(db, "INSERT INTO records(business_id, business_name, business_type, customer_id, subscription_id, payment_intent_id, subscription_status, "
              "monthly_price_usd, taken_down_at_ms, name_key, search) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
              "ON CONFLICT(business_id) DO UPDATE SET business_name = ?2, business_type = ?3, customer_id = ?4, subscription_id = ?5, "
              "payment_intent_id = ?6, subscription_status = ?7, monthly_price_usd = ?8, taken_down_at_ms = ?9, name_key = ?10, search = ?11")
        .bind(record.businessId)
        .bind(record.businessName)
        .bind(record.businessType)
        .bind(record.customerId)
        .bind(record.subscriptionId)
        .bind(record.paymentIntentId)
        .bind(record.subscriptionStatus)
        .bind(record.monthlyPriceUsd)
        .bind(record.takenDownAtMs)
        .bind(folded(record.businessName.isEmpty() ? record.businessId : record.businessName))
        .bind(folded(found.join(QLatin1Char('\n'))))
        .run();
}

std::optional<Record> recordsFind(Database& db, const QString& businessId)
{
    Query query(db, std::string("SELECT ") + kRecordColumns + " FROM records WHERE business_id = ?");
    query.bind(businessId);
    return query.next() ? std::optional<Record>(recordsRow(query)) : std::nullopt;
}

/// Fields that are set replace; an empty one leaves what is there.
Record recordsMerged(Record old, const Record& update)
{
    for (QString Record::*member : {&Record::businessName, &Record::businessType, &Record::customerId, &Record::subscriptionId, &Record::paymentIntentId,
                                    &Record::subscriptionStatus, &Record::monthlyPriceUsd}) {
        if (!(update.*member).isEmpty()) {
            old.*member = update.*member;
        }
    }
    if (update.takenDownAtMs != 0) {
        old.takenDownAtMs = update.takenDownAtMs;
    }
    return old;
}

} // namespace

class RecordsFile::Private {
public:
    std::unique_ptr<Database> db;
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
            const std::optional<Record> old = recordsFind(*d->db, record.businessId);
            if (!old) {
                recordsWrite(*d->db, record);
                ++summary.added;
                continue;
            }
            const Record merged = recordsMerged(*old, record);
            if (merged == *old) {
                ++summary.unchanged;
                continue;
            }
            recordsWrite(*d->db, merged);
            ++summary.updated;
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
    return guarded(*d->db, [&]() -> Status {
        Query(*d->db, "INSERT INTO audit(at_ms, actor, action, business_id, outcome, detail, request_ids) VALUES(?, ?, ?, ?, ?, ?, ?)")
            .bind(entry.atMs)
            .bind(entry.actor)
            .bind(entry.action)
            .bind(entry.businessId)
            .bind(entry.outcome)
            .bind(entry.detail)
            .bind(entry.requestIds.join(QLatin1Char(' ')))
            .run();
        return {};
    });
}

Result<std::vector<AuditEntry>> RecordsFile::audit(int newest) const
{
    return guarded(*d->db, [&]() -> Result<std::vector<AuditEntry>> {
        std::vector<AuditEntry> entries;
        Query query(*d->db, "SELECT at_ms, actor, action, business_id, outcome, detail, request_ids FROM audit ORDER BY n DESC LIMIT ?");
        query.bind(qMax(0, newest));
        while (query.next()) {
            entries.push_back({query.integer(0), query.text(1), query.text(2), query.text(3), query.text(4), query.text(5),
                               query.text(6).split(QLatin1Char(' '), Qt::SkipEmptyParts)});
        }
        return entries;
    });
}

} // namespace ch::store
