// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/TableOrders.h"

#include "store/KeySorter.h"
#include "store/TableColumns.h"
#include "store/TableFilters.h"
#include "store/TableIndex.h"
#include "store/Text.h"

#include <algorithm>

namespace ch::store {

namespace {

qint32 orderRowId(const Query& query, int column)
{
    return static_cast<qint32>(query.integer(column));
}

/// Every row of query (key, n), of those that are in only, into a sorter.
KeySorter orderKeys(Query& query, bool isNumber, const RowBits* only = nullptr)
{
    KeySorter sorter;
    while (query.next()) {
        const qint32 n = orderRowId(query, 1);
        if (only && !only->has(n)) {
            continue;
        }
        if (query.isNull(0)) {
            sorter.addMissing(n);
        } else if (isNumber || query.isInteger(0)) {
            sorter.addNumber(query.integer(0), n);
        } else {
            sorter.addText(query.view(0), n);
        }
    }
    return sorter;
}

/// What missing text is to an order: nothing, as nothing is shown.
std::string orderKey(const TableColumn& column)
{
    const std::string key = column.order ? column.order : column.value;
    const bool isText = column.spec.kind == CellKind::Text || column.spec.kind == CellKind::Id || column.spec.kind == CellKind::Status || column.spec.kind == CellKind::Currency;
    return isText ? "nullif(" + key + ", '')" : key;
}

bool orderIsNumber(CellKind kind)
{
    return kind == CellKind::Amount || kind == CellKind::Time || kind == CellKind::Count;
}

/// What an order is read from: a FROM and the condition that its rows fulfil.
struct OrderSource {
    std::string from;
    TableCondition where;
};

OrderSource orderWhole(const TableGround& ground)
{
    const TableShape shape = tableShape(ground.table, ground.hasRecords);
    // Invoices are joined: no column of theirs is listed by itself.
    return {ground.table == Table::Invoices ? shape.from : shape.ownSource, {shape.where, {}, false, false, {}}};
}

/// Amounts of different currencies cannot be compared, so they sort within their currency, the one with the most rows first.
RowOrder orderAmounts(const TableGround& ground, const TableColumn& column, const OrderSource& source)
{
    const std::string currency = tableColumn(ground.table, QString::fromLatin1(column.spec.currencyKey))->value;
    struct Part {
        std::string currency;
        KeySorter sorter;
        size_t rows = 0;
    };
    std::vector<Part> parts;
    KeySorter missing;
    size_t last = 0;
    Query query(ground.db, "SELECT " + currency + ", " + column.value + ", " + tableShape(ground.table, false).n + " FROM " + source.from + " WHERE " + source.where.sql);
    tableBind(query, source.where.binds);
    while (query.next()) {
        const qint32 n = orderRowId(query, 2);
        if (query.isNull(1)) {
            missing.addMissing(n);
            continue;
        }
        const std::string_view code = query.view(0);
        if (last >= parts.size() || parts[last].currency != code) {
            last = 0;
            while (last < parts.size() && parts[last].currency != code) {
                ++last;
            }
            if (last == parts.size()) {
                parts.push_back({std::string(code), {}, 0});
            }
        }
        parts[last].sorter.addNumber(query.integer(1), n);
        ++parts[last].rows;
    }
    std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.rows != b.rows ? a.rows > b.rows : a.currency < b.currency; });
    RowOrder order;
    for (Part& part : parts) {
        const RowOrder its = part.sorter.finish();
        order.ids.insert(order.ids.end(), its.ids.begin(), its.ids.end());
        order.partEnds.push_back(order.ids.size());
    }
    const RowOrder without = missing.finish();
    order.ids.insert(order.ids.end(), without.ids.begin(), without.ids.end());
    order.partEnds.push_back(order.ids.size());
    return order;
}

/// By what the customers have, as ranks: rows of equal rank by their own ids, those of no customer or without a value last.
RowOrder orderByCustomer(const TableGround& ground, const TableColumn& column)
{
    std::vector<qint32> ranks;
    {
        // Names come from their index, in order.
        Query query(ground.db, std::string("SELECT ") + column.ofCustomer + ", c.n FROM customers c" + (column.order ? std::string(" ORDER BY ") + column.order : std::string()));
        ranks = orderKeys(query, false).ranks();
    }
    const auto links = tableLinks(ground);
    std::vector<quint32> many(2);
    std::vector<std::pair<qint32, qint32>> rows; // rank, n; the missing ones have the rank 0
    {
        const TableShape shape = tableShape(ground.table, ground.hasRecords);
        Query query(ground.db, "SELECT " + shape.n + " FROM " + shape.ownSource + " WHERE " + shape.where);
        while (query.next()) {
            const qint32 n = orderRowId(query, 0);
            const auto customer = static_cast<size_t>(static_cast<size_t>(n) < links->size() ? (*links)[static_cast<size_t>(n)] : 0);
            rows.emplace_back(customer < ranks.size() ? ranks[customer] : 0, n);
        }
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    qint32 most = 0;
    for (const auto& row : rows) {
        most = std::max(most, row.first);
    }
    // Counted, not compared: a rank is a place.
    std::vector<size_t> places(static_cast<size_t>(most) + 2);
    const auto placeOf = [most](qint32 rank) { return static_cast<size_t>(rank == 0 ? most : rank - 1); };
    for (const auto& row : rows) {
        ++places[placeOf(row.first) + 1];
    }
    for (size_t i = 1; i < places.size(); ++i) {
        places[i] += places[i - 1];
    }
    RowOrder order;
    order.ids.resize(rows.size());
    order.partEnds = {places[static_cast<size_t>(most)], rows.size()};
    for (const auto& row : rows) {
        order.ids[places[placeOf(row.first)]++] = row.second;
    }
    return order;
}

RowOrder orderByColumn(const TableGround& ground, const TableColumn& column, const OrderSource& source)
{
    Query query(ground.db, "SELECT " + orderKey(column) + ", " + tableShape(ground.table, false).n + " FROM " + source.from + " WHERE " + source.where.sql);
    tableBind(query, source.where.binds);
    return orderKeys(query, orderIsNumber(column.spec.kind)).finish();
}

RowOrder orderByMetadata(const TableGround& ground, const QString& key)
{
    const TableShape shape = tableShape(ground.table, ground.hasRecords);
    const std::string shown = " FROM " + shape.ownSource + " WHERE " + shape.where;
    if (ground.table == Table::Businesses || !hasTableIndex(ground.db)) {
        Query query(ground.db, "SELECT " + *tableMetadataValue(ground.table) + ", " + shape.n + shown);
        query.bind(key);
        return orderKeys(query, false).finish();
    }
    // The texts alone are a tenth of the rows.
    const RowBits rows = tableBits(ground.db, "SELECT " + shape.n + shown);
    Query query(ground.db, std::string("SELECT ch_metadata(search, ?), n FROM ") + (ground.table == Table::Customers ? "customer_texts" : "subscription_texts"));
    query.bind(key);
    return orderKeys(query, false, &rows).finish();
}

RowOrder orderOf(const TableGround& ground, const TableColumn* column, const std::optional<QString>& metadataKey)
{
    if (metadataKey) {
        return orderByMetadata(ground, folded(*metadataKey));
    }
    if (column->spec.kind == CellKind::Amount) {
        return orderAmounts(ground, *column, orderWhole(ground));
    }
    if (column->ofCustomer) {
        return orderByCustomer(ground, *column);
    }
    if (column->isIndexed) {
        const TableShape shape = tableShape(ground.table, ground.hasRecords);
        const RowBits rows = tableBits(ground.db, "SELECT " + shape.n + " FROM " + shape.ownSource + " WHERE " + shape.where);
        Query query(ground.db, "SELECT " + orderKey(*column) + ", " + shape.n + " FROM " + shape.ownSource);
        return orderKeys(query, false, &rows).finish();
    }
    return orderByColumn(ground, *column, orderWhole(ground));
}

/// Row ids by a text that both sides have in an index: SELECTs of (text, n) in the order of the text, the second with each text once.
RowLinks orderMerge(Database& db, const char* ofMany, const char* ofOne)
{
    RowLinks links;
    Query many(db, ofMany);
    Query one(db, ofOne);
    bool isThere = one.next();
    while (many.next()) {
        const std::string_view key = many.view(0);
        while (isThere && one.view(0) < key) {
            isThere = one.next();
        }
        const auto n = static_cast<size_t>(many.integer(1));
        if (n >= links.size()) {
            links.resize(n + 1 + links.size() / 2);
        }
        links[n] = isThere && one.view(0) == key ? orderRowId(one, 1) : 0;
    }
    return links;
}

} // namespace

RowBits tableBits(Database& db, const std::string& sql)
{
    RowBits bits;
    Query query(db, sql);
    while (query.next()) {
        bits.add(orderRowId(query, 0));
    }
    return bits;
}

QString tableOrderKey(Table table, const QString& columnKey)
{
    return QString::number(static_cast<int>(table)) + QLatin1Char(' ') + (metadataKeyOf(columnKey) ? folded(columnKey) : columnKey);
}

std::shared_ptr<const RowOrder> tableOrder(const TableGround& ground, const QString& columnKey)
{
    if (!checkTableColumn(ground.table, columnKey)) {
        return nullptr;
    }
    const QString key = tableOrderKey(ground.table, columnKey);
    const bool isMirrorAlone = ground.table != Table::Businesses || !ground.hasRecords; // records have no revision
    if (const auto kept = ground.cache.order(key); kept.value && (ground.mayBeOld || (kept.revision == ground.revision && isMirrorAlone))) {
        return kept.value;
    }
    auto order = std::make_shared<const RowOrder>(orderOf(ground, tableColumn(ground.table, columnKey), metadataKeyOf(columnKey)));
    ground.cache.keepOrder(key, ground.revision, order);
    return order;
}

Status checkTableColumn(Table table, const QString& columnKey)
{
    const bool isThere = metadataKeyOf(columnKey) ? tableMetadataValue(table).has_value() : tableColumn(table, columnKey) != nullptr;
    return isThere ? Status() : fail(ErrorKind::InvalidInput, QStringLiteral("This table has no column \"%1\".").arg(columnKey));
}

Result<RowOrder> tableOrderOfFew(const TableGround& ground, const TableFilter& filter, const QString& columnKey)
{
    const TableShape shape = tableShape(ground.table, ground.hasRecords);
    Result<TableCondition> where = tableWhere(ground.table, shape, filter);
    if (!where) {
        return fail(where.error());
    }
    const OrderSource source{shape.from, *std::move(where)};
    const TableColumn* column = tableColumn(ground.table, columnKey);
    if (column && column->spec.kind == CellKind::Amount) {
        return orderAmounts(ground, *column, source);
    }
    if (column) {
        return orderByColumn(ground, *column, source);
    }
    Query query(ground.db, "SELECT " + *tableMetadataValue(ground.table) + ", " + shape.n + " FROM " + source.from + " WHERE " + source.where.sql);
    query.bind(folded(metadataKeyOf(columnKey).value_or(QString())));
    tableBind(query, source.where.binds);
    return orderKeys(query, false).finish();
}

RowIds tableDirected(const RowOrder& order, bool descending)
{
    if (!descending) {
        return std::make_shared<const std::vector<qint32>>(order.ids);
    }
    auto turned = std::make_shared<std::vector<qint32>>(order.ids);
    size_t begin = 0;
    for (const size_t end : order.partEnds) {
        std::reverse(turned->begin() + static_cast<ptrdiff_t>(begin), turned->begin() + static_cast<ptrdiff_t>(end));
        begin = end;
    }
    return turned;
}

QString tableLinksKey(Table table)
{
    return table == Table::Businesses ? QStringLiteral("businesses") : QStringLiteral("subscriptions");
}

std::shared_ptr<const RowLinks> tableLinks(const TableGround& ground)
{
    const bool areBusinesses = ground.table == Table::Businesses;
    const QString key = tableLinksKey(ground.table);
    if (const auto kept = ground.cache.links(key); kept.value && (ground.mayBeOld || kept.revision == ground.revision)) {
        return kept.value;
    }
    RowLinks links = areBusinesses
        ? orderMerge(ground.db, "SELECT business_id, n FROM customers WHERE business_id <> '' ORDER BY business_id", "SELECT business_id, n FROM businesses ORDER BY business_id")
        : orderMerge(ground.db, "SELECT customer_id, n FROM subscriptions ORDER BY customer_id", "SELECT id, n FROM customers ORDER BY id");
    if (areBusinesses) {
        tableBits(ground.db, "SELECT n FROM customers WHERE hidden <> 0").forEach([&links](qint32 n) {
            if (static_cast<size_t>(n) < links.size()) {
                links[static_cast<size_t>(n)] = 0;
            }
        });
    }
    auto shared = std::make_shared<const RowLinks>(std::move(links));
    ground.cache.keepLinks(key, ground.revision, shared);
    return shared;
}

std::vector<TableCursor> tableCursors(const TableGround& ground, const QString& columnKey, bool descending)
{
    if (!hasTableIndex(ground.db) || ground.table == Table::Invoices) {
        return {};
    }
    const TableShape shape = tableShape(ground.table, false);
    const std::string direction = descending ? " DESC" : "";
    const std::string byId = ", " + shape.n + direction;
    const std::string select = "SELECT " + shape.n + " FROM " + shape.ownSource + " WHERE " + shape.where;
    if (columnKey == QLatin1String("created") && ground.table != Table::Businesses) {
        return {{select + " ORDER BY created" + direction + byId}};
    }
    if (columnKey == QLatin1String("name") && ground.table != Table::Subscriptions && !ground.hasRecords) {
        const std::string key = shape.n.substr(0, 1) + ".name_key";
        return {{select + " AND " + key + " > '' ORDER BY " + key + direction + byId}, {select + " AND " + key + " = '' ORDER BY " + shape.n + direction}};
    }
    if (columnKey != QLatin1String("mrr")) {
        return {};
    }
    // The same conditions as those of the indexes *_mrr.
    const bool areSubscriptions = ground.table == Table::Subscriptions;
    const std::string table = areSubscriptions ? "subscriptions" : ground.table == Table::Customers ? "customers" : "businesses";
    const std::string currency = areSubscriptions ? "currency" : "mrr_currency";
    const std::string shown = areSubscriptions ? "hidden = 0" : ground.table == Table::Customers ? "deleted = 0 AND hidden = 0 AND created > 0" : "1";
    const std::string valued = areSubscriptions ? "valued = 1 AND problem = ''" : "mrr_minor IS NOT NULL";
    const std::string from = " FROM " + table + " WHERE " + shown;
    std::vector<TableCursor> cursors;
    Query ranks(ground.db, "SELECT " + currency + ", count(*) AS many" + from + " AND " + valued + " GROUP BY 1 ORDER BY many DESC, 1");
    while (ranks.next()) {
        cursors.push_back({"SELECT n" + from + " AND " + valued + " AND " + currency + " = ? ORDER BY mrr_minor" + direction + ", n" + direction, {ranks.text(0)}});
    }
    cursors.push_back({"SELECT n" + from + " AND NOT (" + valued + ") ORDER BY n" + direction});
    return cursors;
}

} // namespace ch::store
