// SPDX-License-Identifier: GPL-3.0-or-later
// What MirrorReader answers about tables: row ids in order, and rows; sums: TableSums.cpp.
#include "store/MirrorWriter.h"
#include "store/ReaderPrivate.h"
#include "store/TableColumns.h"
#include "store/TableIndex.h"
#include "store/TableSets.h"
#include "store/Text.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <sqlite3.h>

namespace ch::store {

namespace {

constexpr qint64 kQuickMs = 12;
constexpr int kStepsBetweenLooks = 4'000; ///< of SQLite's machine, some 20 microseconds

int tableIsStopped(void* flag)
{
    return static_cast<const std::atomic_bool*>(flag)->load(std::memory_order_relaxed) ? 1 : 0;
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

/// The metadata of an object, as a person wrote it. Keys are compared folded, as filters and orders do.
void tableAddMetadata(const QByteArray& packed, const QStringList& foldedKeys, Row& row)
{
    const std::optional<QByteArray> json = packed.isEmpty() ? std::nullopt : jsonField(unpackedJson(packed), "metadata");
    const QJsonObject fields = QJsonDocument::fromJson(json.value_or(QByteArray())).object();
    for (const QString& key : foldedKeys) {
        Cell cell;
        for (auto field = fields.constBegin(); field != fields.constEnd(); ++field) {
            const QString text = field.value().toString();
            if (folded(field.key()) == key && !text.isEmpty()) {
                cell = text;
                break;
            }
        }
        row.cells.push_back(cell);
    }
}

/// The SQL of the JSON that holds a row's metadata.
std::string tableRaw(Table table)
{
    switch (table) {
    case Table::Businesses: return "(SELECT x.raw FROM customers x WHERE x.id = t.customer_id)";
    case Table::Customers: return "c.raw";
    case Table::Subscriptions: return "s.raw";
    case Table::Invoices: break;
    }
    return "NULL";
}

/// How rows are asked for, with the table's own order where none is.
struct TableQuestion {
    TableGround ground;
    QString columnKey;
    bool descending;
    QStringList words;
    std::vector<TableCondition> conditions;
    bool areFew;               ///< found by the customer's index, or of a table without indexes of its own

    [[nodiscard]] bool isWhole() const { return words.isEmpty() && conditions.empty(); }
};

Result<TableQuestion> tableQuestion(const TableGround& ground, const TableFilter& filter, const TableOrder& order)
{
    const bool byOwn = order.columnKey.isEmpty();
    const QString columnKey = byOwn ? QString::fromLatin1(tableShape(ground.table, false).ownColumn) : order.columnKey;
    Result<std::vector<TableCondition>> conditions = tableConditions(ground.table, filter);
    const Status isThere = checkTableColumn(ground.table, columnKey);
    if (!conditions || !isThere) {
        return fail(!conditions ? conditions.error() : isThere.error());
    }
    return TableQuestion{ground, columnKey, byOwn || order.descending, tableWords(filter.text), *std::move(conditions), !filter.customerId.isEmpty() || ground.table == Table::Invoices};
}

/// Goes along an order and takes the rows that fulfil a condition, until there are enough or no time is left.
class TableWalk {
public:
    TableWalk(const TableQuestion& question, const TableCondition& where, std::optional<RowBits> candidates, size_t most)
        : m_isChecked(!question.isWhole()), m_where(where), m_candidates(std::move(candidates)), m_most(most),
          m_row(question.ground.db, "SELECT 1 FROM " + tableRowFrom(question.ground.table, question.ground.hasRecords, false) + " AND " + where.sql)
    {
        if (question.ground.hasRecords && question.ground.table == Table::Businesses) {
            m_record.emplace(question.ground.db, "SELECT 1 FROM " + tableRowFrom(question.ground.table, true, true) + " AND " + where.sql);
        }
        m_timer.start();
    }
    /// False: it is over.
    bool pass(qint32 n)
    {
        if (m_candidates && !m_candidates->has(n)) {
            return true;
        }
        if (!m_isChecked || holds(n)) {
            found.push_back(n);
        }
        return found.size() < m_most && (!m_isChecked || (++m_looks % 64 != 0) || m_timer.elapsed() < kQuickMs);
    }
    std::vector<qint64> found;

private:
    bool holds(qint32 n)
    {
        if (n < 0 && !m_record) {
            return false;
        }
        Query& query = n < 0 ? *m_record : m_row;
        query.bind(static_cast<qint64>(n < 0 ? -static_cast<qint64>(n) : n));
        tableBind(query, m_where.binds);
        const bool is = query.next();
        query.reset();
        return is;
    }
    bool m_isChecked;
    const TableCondition& m_where;
    std::optional<RowBits> m_candidates;
    size_t m_most;
    Query m_row;
    std::optional<Query> m_record;
    QElapsedTimer m_timer;
    int m_looks = 0;
};

void tableWalkCursors(const TableQuestion& question, TableWalk& walk)
{
    for (const TableCursor& cursor : tableCursors(question.ground, question.columnKey, question.descending)) {
        Query query(question.ground.db, cursor.sql);
        for (const QString& bind : cursor.binds) {
            query.bind(bind);
        }
        while (query.next()) {
            if (!walk.pass(static_cast<qint32>(query.integer(0)))) {
                return;
            }
        }
    }
}

} // namespace

bool MirrorReader::Private::anyRecords()
{
    attachRecords();
    if (!hasFunctions) {
        addTableFunctions(*db);
        hasFunctions = true;
    }
    return hasRecords && db->integer("SELECT EXISTS(SELECT 1 FROM rec.records)") != 0;
}

TableGround MirrorReader::Private::ground(Table table)
{
    if (stop && stop->load()) {
        throw SQLite::Exception("stopped", SQLITE_INTERRUPT); // as a statement in hand would be
    }
    return {*db, table, anyRecords(), *cache, db->integer("SELECT revision FROM counter")};
}

void MirrorReader::stopBy(StopFlag flag) const
{
    sqlite3_progress_handler(d->db->handle().getHandle(), flag ? kStepsBetweenLooks : 0, flag ? &tableIsStopped : nullptr, flag.get());
    d->stop = std::move(flag); // it has to live as long as it is looked at
}

Result<RowIds> MirrorReader::tableIds(Table table, const TableFilter& filter, const TableOrder& order) const
{
    return guarded(*d->db, [&]() -> Result<RowIds> {
        d->attachRecords();
        const ReadScope scope(*d->db);
        const Result<TableQuestion> question = tableQuestion(d->ground(table), filter, order);
        if (!question) {
            return fail(question.error());
        }
        if (question->areFew) {
            const Result<RowOrder> few = tableOrderOfFew(question->ground, filter, question->columnKey);
            return few ? Result<RowIds>(tableDirected(*few, question->descending)) : fail(few.error());
        }
        const RowIds all = tableDirected(*tableOrder(question->ground, question->columnKey), question->descending);
        const std::optional<RowBits> set = tableSet(question->ground, question->words, question->conditions);
        if (!set) {
            return all;
        }
        auto kept = std::make_shared<std::vector<qint32>>();
        std::copy_if(all->begin(), all->end(), std::back_inserter(*kept), [&set](qint32 n) { return set->has(n); });
        return RowIds(std::move(kept));
    });
}

Result<std::vector<qint64>> MirrorReader::rowIds(Table table, const TableFilter& filter, const TableOrder& order) const
{
    const Result<RowIds> ids = tableIds(table, filter, order);
    return ids ? Result<std::vector<qint64>>(std::vector<qint64>((*ids)->begin(), (*ids)->end())) : fail(ids.error());
}

Result<std::optional<std::vector<qint64>>> MirrorReader::firstIds(Table table, const TableFilter& filter, const TableOrder& order, size_t most) const
{
    using Answer = std::optional<std::vector<qint64>>;
    return guarded(*d->db, [&]() -> Result<Answer> {
        d->attachRecords();
        const ReadScope scope(*d->db);
        TableGround ground = d->ground(table);
        ground.mayBeOld = true;
        const Result<TableQuestion> question = tableQuestion(ground, filter, order);
        const Result<TableCondition> where = tableWhere(table, tableShape(table, ground.hasRecords), filter);
        if (!question || !where) {
            return fail(!question ? question.error() : where.error());
        }
        if (question->areFew) {
            return Answer();
        }
        QStringList words = question->words;
        for (const TableCondition& condition : question->conditions) {
            words += condition.word.isEmpty() ? QStringList() : QStringList{condition.word};
        }
        const bool hasLinks = table == Table::Customers || ground.cache.links(tableLinksKey(table)).value;
        std::optional<RowBits> candidates = hasLinks ? tableCandidates(ground, words) : std::nullopt;
        if (candidates && words.size() > 1 && candidates->count() == 0) {
            candidates.reset(); // they may be one word here and one there
        }
        TableWalk walk(*question, *where, std::move(candidates), most);
        if (const auto kept = ground.cache.order(tableOrderKey(table, question->columnKey)).value) {
            const RowIds all = tableDirected(*kept, question->descending);
            for (const qint32 n : *all) {
                if (!walk.pass(n)) {
                    break;
                }
            }
        } else {
            tableWalkCursors(*question, walk);
        }
        return walk.found.empty() ? Answer() : Answer(std::move(walk.found));
    });
}

Status MirrorReader::prepare(Table table) const
{
    return guarded(*d->db, [&]() -> Status {
        d->attachRecords();
        const ReadScope scope(*d->db);
        if (table == Table::Invoices) {
            return {};
        }
        TableGround ground = d->ground(table);
        ground.mayBeOld = true; // made once; what is asked in earnest makes it anew
        if (table != Table::Customers) {
            (void)tableLinks(ground);
        }
        (void)tableOrder(ground, QStringLiteral("mrr"));
        return {};
    });
}

Result<std::vector<Row>> MirrorReader::rows(Table table, const std::vector<qint64>& rowIds, const QStringList& metadataKeys) const
{
    return guarded(*d->db, [&]() -> Result<std::vector<Row>> {
        d->attachRecords();
        const ReadScope scope(*d->db);
        const TableShape shape = tableShape(table, d->hasRecords);
        std::string sql = "SELECT " + shape.id;
        for (const TableColumn& column : tableColumns(table)) {
            sql += std::string(", ") + column.value;
        }
        QStringList foldedKeys;
        for (const QString& key : metadataKeys) {
            foldedKeys << folded(key);
        }
        sql += foldedKeys.isEmpty() ? ", NULL FROM " : ", " + tableRaw(table) + " FROM ";
        Query query(*d->db, sql + tableRowFrom(table, d->hasRecords, false));
        std::optional<Query> fromRecord;
        if (table == Table::Businesses && d->hasRecords) {
            fromRecord.emplace(*d->db, sql + tableRowFrom(table, true, true));
        }
        const auto columns = static_cast<int>(tableColumns(table).size());
        std::vector<Row> rows;
        rows.reserve(rowIds.size());
        for (const qint64 rowId : rowIds) {
            Row row;
            row.rowId = rowId;
            Query& of = rowId < 0 && fromRecord ? *fromRecord : query;
            of.bind(rowId < 0 ? -rowId : rowId);
            if (of.next() && (rowId > 0 || fromRecord)) {
                row.objectId = of.text(0);
                for (int at = 0; at < columns; ++at) {
                    row.cells.push_back(tableCell(of, at + 1, tableColumns(table)[static_cast<size_t>(at)].spec.kind));
                }
                tableAddMetadata(of.blob(columns + 1), foldedKeys, row);
            } else {
                row.cells.resize(static_cast<size_t>(columns + foldedKeys.size()));
            }
            of.reset();
            rows.push_back(std::move(row));
        }
        return rows;
    });
}

Result<QStringList> MirrorReader::metadataKeys(Table table) const
{
    return guarded(*d->db, [&]() -> Result<QStringList> {
        QStringList keys;
        if (table == Table::Invoices) {
            return keys;
        }
        Query query(*d->db, "SELECT key FROM metadata_keys WHERE owner = ? ORDER BY key");
        query.bind(static_cast<int>(table == Table::Subscriptions ? MetadataOwner::Subscriptions : MetadataOwner::Customers));
        while (query.next()) {
            keys << query.text(0);
        }
        return keys;
    });
}

} // namespace ch::store
