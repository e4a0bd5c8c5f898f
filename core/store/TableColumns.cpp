// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/TableColumns.h"

#include <array>

namespace ch::store {

namespace {

constexpr char kNameOf[] = "nullif(coalesce(nullif(c.business_name, ''), c.name), '')";

constexpr char kMirrorBusinesses[] =
    "SELECT b.n AS n, b.business_id AS business_id, b.name AS name, b.name_key AS name_key, b.type AS type, "
    "coalesce(nullif(b.status, ''), 'none') AS status, b.mrr_minor AS mrr_minor, b.mrr_currency AS mrr_currency, b.currencies AS currencies, "
    "b.subscriptions AS subscriptions, b.email AS email, b.customer_id AS customer_id, b.created AS created, b.conflict AS conflict, b.search AS search "
    "FROM businesses b";

// With the record beside it.
constexpr char kJoinedBusinesses[] =
    "SELECT b.n AS n, b.business_id AS business_id, CASE WHEN b.name = b.business_id THEN coalesce(nullif(r.business_name, ''), b.name) ELSE b.name END AS name, "
    "CASE WHEN b.name = b.business_id THEN coalesce(r.name_key, b.name_key) ELSE b.name_key END AS name_key, "
    "CASE WHEN b.type = 'unclassified' THEN coalesce(nullif(r.business_type, ''), b.type) ELSE b.type END AS type, "
    "CASE WHEN r.taken_down_at_ms > 0 AND b.status IN ('', 'canceled', 'incomplete_expired') THEN 'taken_down' WHEN b.status <> '' THEN b.status "
    "WHEN r.subscription_id = '' AND r.payment_intent_id <> '' THEN 'legacy' ELSE 'none' END AS status, b.mrr_minor AS mrr_minor, "
    "b.mrr_currency AS mrr_currency, b.currencies AS currencies, b.subscriptions AS subscriptions, b.email AS email, b.customer_id AS customer_id, "
    "b.created AS created, CASE WHEN r.customer_id <> '' AND b.customer_id <> '' AND r.customer_id <> b.customer_id THEN 1 ELSE b.conflict END AS conflict, "
    "b.search || char(10) || coalesce(r.search, '') AS search "
    "FROM businesses b LEFT JOIN rec.records r ON r.business_id = b.business_id";

// Known from our records only; one whose customer does not say whose it is shows that customer's figures.
constexpr char kRecordBusinesses[] =
    "SELECT -r.n AS n, r.business_id AS business_id, coalesce(nullif(r.business_name, ''), nullif(c.name, ''), r.business_id) AS name, r.name_key AS name_key, "
    "coalesce(nullif(r.business_type, ''), nullif(c.business_type, ''), 'unclassified') AS type, "
    "CASE WHEN r.taken_down_at_ms > 0 AND coalesce(c.status, '') IN ('', 'canceled', 'incomplete_expired') THEN 'taken_down' WHEN c.status <> '' THEN c.status "
    "WHEN r.subscription_id = '' AND r.payment_intent_id <> '' THEN 'legacy' ELSE 'none' END AS status, c.mrr_minor AS mrr_minor, "
    "coalesce(c.mrr_currency, '') AS mrr_currency, coalesce(c.currencies, 0) AS currencies, coalesce(c.subscriptions, 0) AS subscriptions, "
    "coalesce(c.email, '') AS email, r.customer_id AS customer_id, coalesce(c.created, 0) AS created, 0 AS conflict, "
    "r.search || char(10) || coalesce(c.search, '') AS search "
    "FROM rec.records r LEFT JOIN customers c ON c.id = r.customer_id AND c.business_id = '' AND c.hidden = 0 "
    "WHERE r.business_id NOT IN (SELECT business_id FROM businesses)";

} // namespace

const std::vector<TableColumn>& tableColumns(Table table)
{
    static const std::vector<TableColumn> kBusinesses = {
        {{"business_id", CellKind::Id}, "t.business_id"},
        {{"name", CellKind::Text}, "t.name", "t.name_key"},
        {{"business_type", CellKind::Text}, "t.type"},
        {{"status", CellKind::Status}, "t.status"},
        {{"mrr", CellKind::Amount, "currency"}, "t.mrr_minor"},
        {{"currency", CellKind::Currency}, "t.mrr_currency"},
        {{"subscriptions", CellKind::Count}, "t.subscriptions"},
        {{"email", CellKind::Text}, "t.email", "lower(t.email)"},
        {{"customer_id", CellKind::Id}, "t.customer_id"},
        {{"created", CellKind::Time}, "nullif(t.created, 0)"},
        {{"conflict", CellKind::Count}, "t.conflict"},
        {{"currencies", CellKind::Count}, "t.currencies"}};
    static const std::vector<TableColumn> kCustomers = {
        {{"customer_id", CellKind::Id}, "c.id", nullptr, true},
        {{"name", CellKind::Text}, "c.name", "c.name_key", true},
        {{"email", CellKind::Text}, "c.email", "lower(c.email)", true},
        {{"business_id", CellKind::Id}, "c.business_id", nullptr, true},
        {{"business_type", CellKind::Text}, "coalesce(nullif(c.business_type, ''), 'unclassified')"},
        {{"status", CellKind::Status}, "c.status"},
        {{"mrr", CellKind::Amount, "currency"}, "c.mrr_minor"},
        {{"currency", CellKind::Currency}, "c.mrr_currency"},
        {{"subscriptions", CellKind::Count}, "c.subscriptions"},
        {{"created", CellKind::Time}, "c.created"},
        {{"currencies", CellKind::Count}, "c.currencies"}};
    static const std::vector<TableColumn> kSubscriptions = {
        {{"subscription_id", CellKind::Id}, "s.id", nullptr, true},
        {{"name", CellKind::Text}, kNameOf, "c.name_key", false, "nullif(c.name_key, '')"},
        {{"business_id", CellKind::Id}, "c.business_id", nullptr, false, "nullif(c.business_id, '')"},
        {{"business_type", CellKind::Text}, "coalesce(nullif(c.business_type, ''), 'unclassified')", nullptr, false, "coalesce(nullif(c.business_type, ''), 'unclassified')"},
        {{"status", CellKind::Status}, "s.status"},
        {{"mrr", CellKind::Amount, "currency"}, "CASE WHEN s.valued = 1 AND s.problem = '' THEN s.mrr_minor END"},
        {{"currency", CellKind::Currency}, "s.currency"},
        {{"created", CellKind::Time}, "s.created"},
        {{"current_period_end", CellKind::Time}, "s.current_period_end"},
        {{"cancel_at", CellKind::Time}, "s.cancel_at"},
        {{"ended_at", CellKind::Time}, "s.ended_at"},
        {{"trial_end", CellKind::Time}, "nullif(s.trial_end, 0)"},
        {{"customer_id", CellKind::Id}, "s.customer_id", nullptr, true}};
    static const std::vector<TableColumn> kInvoices = {
        {{"invoice_id", CellKind::Id}, "i.id"},
        {{"number", CellKind::Text}, "i.number"},
        {{"name", CellKind::Text}, kNameOf, "c.name_key"},
        {{"status", CellKind::Status}, "i.status"},
        {{"total", CellKind::Amount, "currency"}, "i.total"},
        {{"amount_paid", CellKind::Amount, "currency"}, "i.amount_paid"},
        {{"amount_remaining", CellKind::Amount, "currency"}, "i.amount_remaining"},
        {{"currency", CellKind::Currency}, "i.currency"},
        {{"created", CellKind::Time}, "i.created"},
        {{"due_date", CellKind::Time}, "i.due_date"},
        {{"paid_at", CellKind::Time}, "i.paid_at"},
        {{"subscription_id", CellKind::Id}, "i.subscription_id"},
        {{"customer_id", CellKind::Id}, "i.customer_id"}};
    switch (table) {
    case Table::Businesses: return kBusinesses;
    case Table::Customers: return kCustomers;
    case Table::Subscriptions: return kSubscriptions;
    case Table::Invoices: return kInvoices;
    }
    return kBusinesses;
}

TableShape tableShape(Table table, bool hasRecords)
{
    switch (table) {
    case Table::Businesses: {
        const std::string from = std::string("(") + (hasRecords ? std::string(kJoinedBusinesses) + " UNION ALL " + kRecordBusinesses : kMirrorBusinesses) + ") t";
        return {from, "t.n", "t.business_id", "1", "t.customer_id", from, {"t.search"}, "mrr"};
    }
    case Table::Customers:
        // Known by name alone, it has no time of creation; received_ms would be as true, but an index by it would be written at each sync.
        return {"customers c", "c.n", "c.id", "c.deleted = 0 AND c.hidden = 0 AND c.created > 0", "c.id", "customers c", {"c.search"}, "created"};
    case Table::Subscriptions:
        return {"subscriptions s LEFT JOIN customers c ON c.id = s.customer_id", "s.n", "s.id", "s.hidden = 0", "s.customer_id", "subscriptions s",
                {"s.search", "coalesce(c.search, '')"}, "created"};
    case Table::Invoices:
        return {"invoices i LEFT JOIN customers c ON c.id = i.customer_id", "i.n", "i.id", "i.hidden = 0", "i.customer_id", "invoices i",
                {"i.search", "coalesce(c.search, '')"}, "created"};
    }
    return {};
}

const TableColumn* tableColumn(Table table, const QString& key)
{
    for (const TableColumn& column : tableColumns(table)) {
        if (key == QLatin1String(column.spec.key)) {
            return &column;
        }
    }
    return nullptr;
}

std::string tableRowFrom(Table table, bool hasRecords, bool isRecord)
{
    if (table != Table::Businesses) {
        const TableShape shape = tableShape(table, hasRecords);
        return shape.from + " WHERE " + shape.where + " AND " + shape.n + " = ?";
    }
    // Each arm of the businesses by its own key: over both, every row would read through all records.
    const std::string arm = isRecord ? std::string(kRecordBusinesses) + " AND r.n = ?" : std::string(hasRecords ? kJoinedBusinesses : kMirrorBusinesses) + " WHERE b.n = ?";
    return "(" + arm + ") t WHERE 1";
}

std::string tableRecordRows()
{
    return kRecordBusinesses;
}

const std::vector<ColumnSpec>& columnsOf(Table table)
{
    static const auto specs = [] {
        std::array<std::vector<ColumnSpec>, 4> all;
        for (const Table each : {Table::Businesses, Table::Customers, Table::Subscriptions, Table::Invoices}) {
            for (const TableColumn& column : tableColumns(each)) {
                all[static_cast<size_t>(each)].push_back(column.spec);
            }
        }
        return all;
    }();
    return specs[static_cast<size_t>(table)];
}

} // namespace ch::store
