// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/SetAside.h"

#include "store/Faults.h"

#include <sqlite3.h>

namespace ch::store {

namespace {

/// What a first backfill does without.
struct AsideItem {
    const char* name;   ///< of an index or a trigger of the schema
    const char* fill;   ///< what a trigger would have done meanwhile; run before it is back. Null: nothing, as with every index
};

// Not what writing and valuing ask for row by row: subscriptions_customer, customers_business, subscription_refs_owner and their like. Nor what
// the whole ledger is read by: charges_intent, charges_failed, invoice_payments_invoice and invoice_payments_intent.
constexpr AsideItem kAsideItems[] = {{"customers_created", nullptr},
                                     {"customers_name", nullptr},
                                     {"subscriptions_created", nullptr},
                                     {"invoices_customer", nullptr},
                                     {"invoices_created", nullptr},
                                     {"invoices_subscription", nullptr},
                                     {"invoice_lines_price", nullptr},
                                     {"invoice_lines_subscription", nullptr},
                                     {"payment_intents_customer", nullptr},
                                     {"events_object", nullptr},
                                     {"events_created", nullptr},
                                     {"events_owner", nullptr},
                                     {"charges_customer", nullptr},
                                     {"refunds_customer", nullptr},
                                     {"refunds_charge", nullptr},
                                     {"credit_notes_customer", nullptr},
                                     {"credit_notes_invoice", nullptr},
                                     {"balance_transactions_source", nullptr},
                                     {"payment_methods_customer", nullptr}};

/// Random keys touch pages all over the file: while that is filled, more of them stay in memory.
constexpr char kAsideCache[] = "PRAGMA cache_size=-98304";
constexpr char kAsideNoCache[] = "PRAGMA cache_size=-32768; PRAGMA shrink_memory";

bool asideIsEmpty(Database& db)
{
    return db.integer("SELECT NOT EXISTS(SELECT 1 FROM runs WHERE finished_ms IS NOT NULL) AND NOT EXISTS(SELECT 1 FROM customers) "
                      "AND NOT EXISTS(SELECT 1 FROM subscriptions) AND NOT EXISTS(SELECT 1 FROM invoices) AND NOT EXISTS(SELECT 1 FROM events)") == 1;
}

/// False: it was not away.
bool asidePutBack(Database& db, const AsideItem& item)
{
    WriteScope scope(db);
    std::string sql;
    {
        Query query(db, "SELECT sql FROM set_aside WHERE name = ?");
        query.bindText(item.name);
        if (!query.next()) {
            return false;
        }
        sql = query.view(0);
    }
    countWrite();
    if (item.fill != nullptr) {
        db.run(item.fill);
    }
    db.run(sql);
    Query(db, "DELETE FROM set_aside WHERE name = ?").bindText(item.name).run();
    scope.commit();
    return true;
}

} // namespace

void setIndexesAside(Database& db)
{
    if (!asideIsEmpty(db)) {
        return;
    }
    for (const AsideItem& item : kAsideItems) {
        std::string type;
        {
            Query query(db, "SELECT type FROM sqlite_master WHERE name = ? AND type IN ('index', 'trigger')");
            query.bindText(item.name);
            if (!query.next()) {
                throw SQLite::Exception(std::string("the schema has no ") + item.name, SQLITE_ERROR);
            }
            type = query.view(0);
        }
        Query(db, "INSERT INTO set_aside(name, sql) SELECT name, sql FROM sqlite_master WHERE name = ?").bindText(item.name).run();
        db.run("DROP " + type + " " + item.name);
    }
    db.run(kAsideCache);
}

bool areIndexesAside(Database& db)
{
    return db.integer("SELECT EXISTS(SELECT 1 FROM set_aside)") == 1;
}

void putIndexesBack(Database& db, const std::function<void(const char* name)>& built)
{
    if (!areIndexesAside(db)) {
        return;
    }
    for (const AsideItem& item : kAsideItems) {
        if (asidePutBack(db, item) && built) {
            built(item.name);
        }
    }
    db.run(kAsideNoCache);
}

} // namespace ch::store
