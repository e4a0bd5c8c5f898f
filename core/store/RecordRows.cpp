// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/RecordRows.h"

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

void auditAppend(Database& db, const AuditEntry& entry)
{
    Query(db, "INSERT INTO audit(at_ms, actor, action, business_id, outcome, detail, request_ids) VALUES(?, ?, ?, ?, ?, ?, ?)")
        .bind(entry.atMs)
        .bind(entry.actor)
        .bind(entry.action)
        .bind(entry.businessId)
        .bind(entry.outcome)
        .bind(entry.detail)
        .bind(entry.requestIds.join(QLatin1Char(' ')))
        .run();
}

} // namespace ch::store
