// SPDX-License-Identifier: GPL-3.0-or-later
// Row ids, rows and sums of the tables. A table is a source (FROM) and an expression a column; row ids of businesses that only our records
// know are negative. No OFFSET anywhere.
#include "store/MirrorWriter.h"
#include "store/ReaderPrivate.h"
#include "store/Text.h"

#include <QHash>
#include <algorithm>

namespace ch::store {

namespace {

struct TableColumn {
    ColumnSpec spec;
    const char* value;          ///< SQL of what the row shows
    const char* order;          ///< SQL to sort by; nullptr: value
};

constexpr char kNameOf[] = "nullif(coalesce(nullif(c.business_name, ''), c.name), '')";

const std::vector<TableColumn>& tableColumns(Table table)
{
    static const std::vector<TableColumn> kBusinesses = {
        {{"business_id", CellKind::Id, nullptr}, "t.business_id", nullptr},
        {{"name", CellKind::Text, nullptr}, "t.name", "t.name_key"},
        {{"business_type", CellKind::Text, nullptr}, "t.type", nullptr},
        {{"status", CellKind::Status, nullptr}, "t.status", nullptr},
        {{"mrr", CellKind::Amount, "currency"}, "t.mrr_minor", nullptr},
        {{"currency", CellKind::Currency, nullptr}, "t.mrr_currency", nullptr},
        {{"subscriptions", CellKind::Count, nullptr}, "t.subscriptions", nullptr},
        {{"email", CellKind::Text, nullptr}, "t.email", "lower(t.email)"},
        {{"customer_id", CellKind::Id, nullptr}, "t.customer_id", nullptr},
        {{"created", CellKind::Time, nullptr}, "nullif(t.created, 0)", nullptr},
        {{"conflict", CellKind::Count, nullptr}, "t.conflict", nullptr},
        {{"currencies", CellKind::Count, nullptr}, "t.currencies", nullptr}};
    static const std::vector<TableColumn> kCustomers = {
        {{"customer_id", CellKind::Id, nullptr}, "c.id", nullptr},
        {{"name", CellKind::Text, nullptr}, "c.name", "c.name_key"},
        {{"email", CellKind::Text, nullptr}, "c.email", "lower(c.email)"},
        {{"business_id", CellKind::Id, nullptr}, "c.business_id", nullptr},
        {{"business_type", CellKind::Text, nullptr}, "coalesce(nullif(c.business_type, ''), 'unclassified')", nullptr},
        {{"status", CellKind::Status, nullptr}, "c.status", nullptr},
        {{"mrr", CellKind::Amount, "currency"}, "c.mrr_minor", nullptr},
        {{"currency", CellKind::Currency, nullptr}, "c.mrr_currency", nullptr},
        {{"subscriptions", CellKind::Count, nullptr}, "c.subscriptions", nullptr},
        {{"created", CellKind::Time, nullptr}, "c.created", nullptr},
        {{"currencies", CellKind::Count, nullptr}, "c.currencies", nullptr}};
    static const std::vector<TableColumn> kSubscriptions = {
        {{"subscription_id", CellKind::Id, nullptr}, "s.id", nullptr},
        {{"name", CellKind::Text, nullptr}, kNameOf, "c.name_key"},
        {{"business_id", CellKind::Id, nullptr}, "c.business_id", nullptr},
        {{"business_type", CellKind::Text, nullptr}, "coalesce(nullif(c.business_type, ''), 'unclassified')", nullptr},
        {{"status", CellKind::Status, nullptr}, "s.status", nullptr},
        {{"mrr", CellKind::Amount, "currency"}, "CASE WHEN s.valued = 1 AND s.problem = '' THEN s.mrr_minor END",
         nullptr},
        {{"currency", CellKind::Currency, nullptr}, "s.currency", nullptr},
        {{"created", CellKind::Time, nullptr}, "s.created", nullptr},
        {{"current_period_end", CellKind::Time, nullptr}, "s.current_period_end", nullptr},
        {{"cancel_at", CellKind::Time, nullptr}, "s.cancel_at", nullptr},
        {{"ended_at", CellKind::Time, nullptr}, "s.ended_at", nullptr},
        {{"customer_id", CellKind::Id, nullptr}, "s.customer_id", nullptr}};
    static const std::vector<TableColumn> kInvoices = {
        {{"invoice_id", CellKind::Id, nullptr}, "i.id", nullptr},
        {{"number", CellKind::Text, nullptr}, "i.number", nullptr},
        {{"name", CellKind::Text, nullptr}, kNameOf, "c.name_key"},
        {{"status", CellKind::Status, nullptr}, "i.status", nullptr},
        {{"total", CellKind::Amount, "currency"}, "i.total", nullptr},
        {{"amount_paid", CellKind::Amount, "currency"}, "i.amount_paid", nullptr},
        {{"amount_remaining", CellKind::Amount, "currency"}, "i.amount_remaining", nullptr},
        {{"currency", CellKind::Currency, nullptr}, "i.currency", nullptr},
        {{"created", CellKind::Time, nullptr}, "i.created", nullptr},
        {{"due_date", CellKind::Time, nullptr}, "i.due_date", nullptr},
        {{"paid_at", CellKind::Time, nullptr}, "i.paid_at", nullptr},
        {{"subscription_id", CellKind::Id, nullptr}, "i.subscription_id", nullptr},
        {{"customer_id", CellKind::Id, nullptr}, "i.customer_id", nullptr}};
    switch (table) {
    case Table::Businesses: return kBusinesses;
    case Table::Customers: return kCustomers;
    case Table::Subscriptions: return kSubscriptions;
    case Table::Invoices: return kInvoices;
    }
    return kBusinesses;
}

struct TableShape {
    std::string from;
    std::string n;              ///< the row id
    std::string id;             ///< the object's id
    std::string where;          ///< what is in the table at all
    std::string customer;       ///< the customer of a row
    std::string ownOrder;
    std::vector<std::string> searched;
};

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

TableShape tableShape(Table table, bool hasRecords)
{
    switch (table) {
    case Table::Businesses:
        return {std::string("(") + (hasRecords ? std::string(kJoinedBusinesses) + " UNION ALL " + kRecordBusinesses : kMirrorBusinesses) + ") t", "t.n", "t.business_id", "1", "t.customer_id",
                "", {"t.search"}};
    case Table::Customers:
        return {"customers c", "c.n", "c.id", "c.deleted = 0 AND c.hidden = 0 AND c.received_ms > 0", "c.id", "c.created DESC", {"c.search"}};
    case Table::Subscriptions:
        return {"subscriptions s LEFT JOIN customers c ON c.id = s.customer_id", "s.n", "s.id", "s.hidden = 0", "s.customer_id", "s.created DESC",
                {"s.search", "coalesce(c.search, '')"}};
    case Table::Invoices:
        return {"invoices i LEFT JOIN customers c ON c.id = i.customer_id", "i.n", "i.id", "i.hidden = 0", "i.customer_id", "i.created DESC",
                {"i.search", "coalesce(c.search, '')"}};
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

tl::unexpected<Error> tableNoColumn(const QString& key)
{
    return fail(ErrorKind::InvalidInput, QStringLiteral("This table has no column \"%1\".").arg(key));
}

/// WHERE of a filter, and the texts to bind, in order.
struct TableWhere {
    std::string sql;
    QStringList binds;
};

Result<TableWhere> tableWhere(Table table, const TableShape& shape, const TableFilter& filter)
{
    TableWhere where{" WHERE " + shape.where, {}};
    // Each word must be there, in whatever field: "acme past" finds what holds both.
    const QStringList words = folded(filter.text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString& word : words) {
        std::string any;
        for (const std::string& column : shape.searched) {
            any += (any.empty() ? "instr(" : " OR instr(") + column + ", ?) > 0";
            where.binds << word;
        }
        where.sql += " AND (" + any + ")";
    }
    for (const auto& [key, value] : filter.equals) {
        const TableColumn* column = tableColumn(table, key);
        if (!column) {
            return tableNoColumn(key);
        }
        where.sql += std::string(" AND coalesce(CAST(") + column->value + " AS TEXT), '') = ?";
        where.binds << value;
    }
    if (!filter.customerId.isEmpty()) {
        if (table == Table::Businesses) {
            where.sql += " AND (t.customer_id = ? OR t.business_id = (SELECT nullif(business_id, '') FROM customers WHERE id = ?))";
            where.binds << filter.customerId << filter.customerId;
        } else {
            where.sql += " AND " + shape.customer + " = ?";
            where.binds << filter.customerId;
        }
    }
    return where;
}

void tableBind(Query& query, const TableWhere& where)
{
    for (const QString& text : where.binds) {
        query.bind(text);
    }
}

/// Amounts of different currencies cannot be compared, so a column of amounts sorts within its currency, the one with the most rows
/// first. The rank of a row's currency, as SQL.
std::string tableCurrencyRank(Database& db, const TableShape& shape, const std::string& currency)
{
    std::string ranks;
    int rank = 0;
    Query query(db, "SELECT " + currency + " AS code, count(*) AS many FROM " + shape.from + " WHERE " + shape.where + " GROUP BY 1 ORDER BY many DESC, code");
    while (query.next()) {
        const QString code = query.text(0);
        const bool isCode = !code.isEmpty() && std::all_of(code.begin(), code.end(), [](QChar c) { return c >= QLatin1Char('a') && c <= QLatin1Char('z'); });
        if (isCode) { // it goes into the statement as it is
            ranks += " WHEN '" + code.toStdString() + "' THEN " + std::to_string(rank++);
        }
    }
    return ranks.empty() ? "NULL" : "CASE " + currency + ranks + " ELSE " + std::to_string(rank) + " END";
}

Cell tableCell(const Query& query, int column, CellKind kind)
{
    if (query.isNull(column)) {
        return {};
    }
    switch (kind) {
    case CellKind::Amount:
    case CellKind::Time:
    case CellKind::Count:
        return query.integer(column);
    case CellKind::Text:
    case CellKind::Id:
    case CellKind::Status:
    case CellKind::Currency:
        break;
    }
    const QString text = query.text(column);
    return text.isEmpty() ? Cell() : Cell(text);
}

/// Amounts by currency of the rows that filtered (a SELECT of n) finds.
std::string tableSumsSql(Table table, const TableShape& shape, const std::string& where, bool hasRecords)
{
    const std::string filtered = "(SELECT " + shape.n + " AS n FROM " + shape.from + where + ")";
    switch (table) {
    case Table::Businesses: {
        std::string sums = "SELECT business_n AS n, currency, minor FROM business_mrr";
        if (hasRecords) {
            sums += " UNION ALL SELECT -r.n, m.currency, m.minor FROM rec.records r JOIN customers c ON c.id = r.customer_id AND c.business_id = '' "
                    "AND c.hidden = 0 JOIN customer_mrr m ON m.customer_n = c.n WHERE r.business_id NOT IN (SELECT business_id FROM businesses)";
        }
        return "SELECT m.currency, sum(m.minor), count(*) FROM (" + sums + ") m WHERE m.n IN " + filtered + " GROUP BY m.currency ORDER BY m.currency";
    }
    case Table::Customers:
        return "SELECT m.currency, sum(m.minor), count(*) FROM customer_mrr m WHERE m.customer_n IN " + filtered + " GROUP BY m.currency ORDER BY m.currency";
    case Table::Subscriptions:
        return "SELECT s.currency, sum(s.mrr_minor), count(*) FROM " + shape.from + where + " GROUP BY s.currency ORDER BY s.currency";
    case Table::Invoices:
        return "SELECT i.currency, sum(i.total), count(*) FROM " + shape.from + where + " GROUP BY i.currency ORDER BY i.currency";
    }
    return {};
}

} // namespace

const std::vector<ColumnSpec>& columnsOf(Table table)
{
    static const auto specs = [] {
        QHash<int, std::vector<ColumnSpec>> all;
        for (const Table each : {Table::Businesses, Table::Customers, Table::Subscriptions, Table::Invoices}) {
            for (const TableColumn& column : tableColumns(each)) {
                all[static_cast<int>(each)].push_back(column.spec);
            }
        }
        return all;
    }();
    return *specs.constFind(static_cast<int>(table));
}

Result<std::vector<qint64>> MirrorReader::rowIds(Table table, const TableFilter& filter, const TableOrder& order) const
{
    return guarded(*d->db, [&]() -> Result<std::vector<qint64>> {
        d->attachRecords();
        const TableShape shape = tableShape(table, d->hasRecords);
        const Result<TableWhere> where = tableWhere(table, shape, filter);
        if (!where) {
            return fail(where.error());
        }
        const bool byOwn = order.columnKey.isEmpty();
        std::string by = shape.ownOrder + ", " + shape.n + " DESC";
        if (!byOwn || shape.ownOrder.empty()) {
            const TableColumn* column = tableColumn(table, byOwn ? QStringLiteral("mrr") : order.columnKey);
            if (!column) {
                return tableNoColumn(order.columnKey);
            }
            const bool descending = byOwn || order.descending;
            by = std::string(column->order ? column->order : column->value) + (descending ? " DESC NULLS LAST, " : " ASC NULLS LAST, ") + shape.n + (descending ? " DESC" : " ASC");
            if (column->spec.kind == CellKind::Amount) {
                const std::string currency = tableColumn(table, QString::fromLatin1(column->spec.currencyKey))->value;
                by = std::string(column->value) + " IS NULL, " + tableCurrencyRank(*d->db, shape, currency) + ", " + by;
            }
        }
        std::vector<qint64> ids;
        Query query(*d->db, "SELECT " + shape.n + " FROM " + shape.from + where->sql + " ORDER BY " + by);
        tableBind(query, *where);
        while (query.next()) {
            ids.push_back(query.integer(0));
        }
        return ids;
    });
}

Result<std::vector<Row>> MirrorReader::rows(Table table, const std::vector<qint64>& rowIds) const
{
    return guarded(*d->db, [&]() -> Result<std::vector<Row>> {
        d->attachRecords();
        const ReadScope scope(*d->db);
        const TableShape shape = tableShape(table, d->hasRecords);
        std::string sql = "SELECT " + shape.id;
        for (const TableColumn& column : tableColumns(table)) {
            sql += std::string(", ") + column.value;
        }
        // Each arm of the businesses by its own key: over both, every row would read through all records.
        const bool areBusinesses = table == Table::Businesses;
        const std::string from = !areBusinesses ? shape.from : std::string("(") + (d->hasRecords ? kJoinedBusinesses : kMirrorBusinesses) + " WHERE b.n = ?) t";
        Query query(*d->db, areBusinesses ? sql + " FROM " + from : sql + " FROM " + from + " WHERE " + shape.where + " AND " + shape.n + " = ?");
        std::optional<Query> fromRecord;
        if (areBusinesses && d->hasRecords) {
            fromRecord.emplace(*d->db, sql + " FROM (" + kRecordBusinesses + " AND r.n = ?) t");
        }
        std::vector<Row> rows;
        rows.reserve(rowIds.size());
        for (const qint64 rowId : rowIds) {
            Row row;
            row.rowId = rowId;
            Query& of = rowId < 0 && fromRecord ? *fromRecord : query;
            of.bind(rowId < 0 ? -rowId : rowId);
            if (of.next() && (rowId > 0 || fromRecord)) {
                row.objectId = of.text(0);
                int at = 1;
                for (const TableColumn& column : tableColumns(table)) {
                    row.cells.push_back(tableCell(of, at++, column.spec.kind));
                }
            } else {
                row.cells.resize(tableColumns(table).size());
            }
            of.reset();
            rows.push_back(std::move(row));
        }
        return rows;
    });
}

Result<std::vector<CurrencySum>> MirrorReader::sums(Table table, const TableFilter& filter) const
{
    return guarded(*d->db, [&]() -> Result<std::vector<CurrencySum>> {
        d->attachRecords();
        const TableShape shape = tableShape(table, d->hasRecords);
        const Result<TableWhere> where = tableWhere(table, shape, filter);
        if (!where) {
            return fail(where.error());
        }
        std::vector<CurrencySum> sums;
        Query query(*d->db, tableSumsSql(table, shape, where->sql, d->hasRecords));
        tableBind(query, *where);
        while (query.next()) {
            sums.push_back({query.text(0), query.integer(1), query.integer(2)});
        }
        return sums;
    });
}

} // namespace ch::store
