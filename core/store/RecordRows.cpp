// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/RecordRows.h"

#include "store/AuditChain.h"
#include "store/Text.h"

namespace ch::store {

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

namespace {

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

void recordsTakeIn(Database& db, const Record& record, ImportSummary& summary)
{
    const std::optional<Record> old = recordsFind(db, record.businessId);
    if (!old) {
        recordsWrite(db, record);
        ++summary.added;
        return;
    }
    const Record merged = recordsMerged(*old, record);
    if (merged == *old) {
        ++summary.unchanged;
        return;
    }
    recordsWrite(db, merged);
    ++summary.updated;
}

AuditEntry auditRow(const Query& query)
{
    const auto words = [&query](int column) { return query.text(column).split(QLatin1Char(' '), Qt::SkipEmptyParts); };
    AuditEntry entry;
    entry.n = query.integer(0);
    entry.atMs = query.integer(1);
    entry.actor = query.text(2);
    entry.profile = query.text(3);
    entry.action = query.text(4);
    entry.businessId = query.text(5);
    entry.outcome = query.text(6);
    entry.detail = query.text(7);
    entry.objectIds = words(8);
    entry.inputs = words(9);
    entry.requestIds = words(10);
    entry.keys = words(11);
    entry.hash = query.text(12);
    return entry;
}

void auditAppend(Database& db, AuditEntry entry)
{
    QString before;
    entry.n = 1;
    {
        Query newest(db, "SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1");
        if (newest.next()) {
            entry.n = newest.integer(0) + 1;
            before = newest.text(1);
        }
    }
    const auto joined = [](const QStringList& words) { return words.join(QLatin1Char(' ')); };
    Query(db, std::string("INSERT INTO audit(") + kAuditColumns + ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(entry.n)
        .bind(entry.atMs)
        .bind(entry.actor)
        .bind(entry.profile)
        .bind(entry.action)
        .bind(entry.businessId)
        .bind(entry.outcome)
        .bind(entry.detail)
        .bind(joined(entry.objectIds))
        .bind(joined(entry.inputs))
        .bind(joined(entry.requestIds))
        .bind(joined(entry.keys))
        .bind(auditHash(before, entry))
        .run();
}

void auditBeginChain(Database& db)
{
    std::vector<AuditEntry> all;
    {
        Query query(db, std::string("SELECT ") + kAuditColumns + " FROM audit ORDER BY n");
        while (query.next()) {
            all.push_back(auditRow(query));
        }
    }
    QString before;
    for (const AuditEntry& entry : all) {
        before = auditHash(before, entry);
        Query(db, "UPDATE audit SET hash = ? WHERE n = ?").bind(before).bind(entry.n).run();
    }
    db.run("CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END;"
           "CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END;");
}

} // namespace ch::store
