// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/SetAside.h"

#include "store/Faults.h"
#include "store/TableIndex.h"

#include <sqlite3.h>

namespace ch::store {

namespace {

// What a first backfill does without. Not what writing and valuing ask for row by row: subscriptions_customer, customers_business, subscription_refs_owner and their like. Nor what
// the whole ledger is read by: charges_intent, charges_failed, invoice_payments_invoice and invoice_payments_intent.
constexpr const char* kAsideItems[] = {
    "customers_created", "customers_name", "subscriptions_created", "invoices_customer", "invoices_created", "invoices_subscription",
    "invoice_lines_price", "invoice_lines_subscription", "payment_intents_customer", "events_object", "events_created", "events_owner",
    "charges_customer", "refunds_customer", "refunds_charge", "credit_notes_customer", "credit_notes_invoice", "balance_transactions_source",
    "payment_methods_customer"};

/// Random keys touch pages all over the file: while that is filled, more of them stay in memory.
constexpr char kAsideCache[] = "PRAGMA cache_size=-98304";
constexpr char kAsideNoCache[] = "PRAGMA cache_size=-32768; PRAGMA shrink_memory";

bool asideIsEmpty(Database& db)
{
    return db.integer("SELECT NOT EXISTS(SELECT 1 FROM runs WHERE finished_ms IS NOT NULL) AND NOT EXISTS(SELECT 1 FROM customers) "
                      "AND NOT EXISTS(SELECT 1 FROM subscriptions) AND NOT EXISTS(SELECT 1 FROM invoices) AND NOT EXISTS(SELECT 1 FROM events)") == 1;
}

/// False: it was not away.
bool asidePutBack(Database& db, const char* name)
{
    WriteScope scope(db);
    std::string sql;
    {
        Query query(db, "SELECT sql FROM set_aside WHERE name = ?");
        query.bindText(name);
        if (!query.next()) {
            return false;
        }
        sql = query.view(0);
    }
    countWrite();
    db.run(sql);
    Query(db, "DELETE FROM set_aside WHERE name = ?").bindText(name).run();
    scope.commit();
    return true;
}

} // namespace

void setIndexesAside(Database& db)
{
    if (!asideIsEmpty(db)) {
        return;
    }
    for (const char* const name : kAsideItems) {
        Query(db, "INSERT INTO set_aside(name, sql) SELECT name, sql FROM sqlite_master WHERE name = ? AND type = 'index'").bindText(name).run();
        db.run(std::string("DROP INDEX ") + name);
    }
    dropTableIndex(db);
    db.run(kAsideCache);
}

bool areIndexesAside(Database& db)
{
    return !hasTableIndex(db) || db.integer("SELECT EXISTS(SELECT 1 FROM set_aside)") == 1;
}

void putIndexesBack(Database& db, const std::function<void(const char* name)>& built)
{
    if (!areIndexesAside(db)) {
        return;
    }
    for (const char* const name : kAsideItems) {
        if (asidePutBack(db, name) && built) {
            built(name);
        }
    }
    if (!hasTableIndex(db)) {
        WriteScope scope(db);
        countWrite();
        makeTableIndex(db);
        scope.commit();
        if (built) {
            built("search");
        }
    }
    db.run(kAsideNoCache);
}

} // namespace ch::store
