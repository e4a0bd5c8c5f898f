// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of the records file, for the .cpp files of this room that write them within a transaction of their own. Throw as Database does.
#pragma once

#include "store/Database.h"
#include "store/Records.h"

namespace ch::store {

inline constexpr char kRecordColumns[] = "business_id, business_name, business_type, customer_id, subscription_id, payment_intent_id, subscription_status, "
                                         "monthly_price_usd, taken_down_at_ms";

[[nodiscard]] Record recordsRow(const Query& query);
[[nodiscard]] std::optional<Record> recordsFind(Database& db, const QString& businessId);
void recordsWrite(Database& db, const Record& record);
/// Adds, or updates without overwriting a field by an empty one, and counts which.
void recordsTakeIn(Database& db, const Record& record, ImportSummary& summary);

[[nodiscard]] inline AuditEntry ofProfile(AuditEntry entry, const QString& profile)
{
    entry.profile = entry.profile.isEmpty() ? profile : entry.profile;
    return entry;
}
/// Gives the entry its number and its hash.
void auditAppend(Database& db, AuditEntry entry);
inline constexpr char kAuditColumns[] = "n, at_ms, actor, profile, action, business_id, outcome, detail, object_ids, inputs, request_ids, keys, hash";
[[nodiscard]] AuditEntry auditRow(const Query& query);
/// The step that makes a chain of the trail: hashes for what was written before there was one, then no row is ever changed.
void auditBeginChain(Database& db);

} // namespace ch::store
