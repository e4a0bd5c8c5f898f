// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/TableSets.h"

#include "store/TableColumns.h"
#include "store/TableIndex.h"

#include <QSet>

namespace ch::store {

namespace {

/// More rows than these are read through rather than looked up one by one: where an index covers what is read, and where it does not, for then
/// it is read from rows with their objects beside them.
constexpr size_t kFew = 20'000;
constexpr size_t kFewOfWide = 250'000;
/// So many tell whether there will be a good deal more than a few: rows are numbered in the order in which they came, and found in that order.
constexpr size_t kTelling = 5'000;
constexpr int kTrigram = 3;

/// A query of the trigram index: the letters of each word in threes, the last three among them, as strings with " doubled, so that nothing
/// typed is an operator. Each letter is asked for; all threes that overlap would take twice the time and exclude hardly a row more, and what
/// is found is looked at anyway. Words of less than three letters ask for nothing.
QString setTrigrams(const QStringList& words)
{
    QSet<QString> all;
    for (const QString& word : words) {
        const QList<uint> letters = word.toUcs4();
        for (qsizetype i = 0; letters.size() >= kTrigram && i < letters.size(); i += kTrigram) {
            const qsizetype from = std::min(i, letters.size() - kTrigram);
            QString trigram = QString::fromUcs4(reinterpret_cast<const char32_t*>(letters.constData() + from), kTrigram);
            all.insert(QLatin1Char('"') + trigram.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"'));
        }
    }
    return QStringList(all.cbegin(), all.cend()).join(QStringLiteral(" AND "));
}

/// Rows with all trigrams of the words, if they are few. Nothing: they are many, or the words are too short, or there is no index.
std::optional<RowBits> setByTrigrams(Database& db, const std::string& texts, const QStringList& words)
{
    const QString trigrams = setTrigrams(words);
    if (trigrams.isEmpty() || !hasTableIndex(db)) {
        return std::nullopt;
    }
    const qint64 newest = db.integer("SELECT max(n) FROM " + texts);
    RowBits rows;
    size_t many = 0;
    Query query(db, "SELECT rowid FROM " + texts + "_trigrams WHERE " + texts + "_trigrams MATCH ?");
    query.bind(trigrams);
    while (query.next()) {
        const qint64 n = query.integer(0);
        const bool willBeMany = ++many == kTelling && n * static_cast<qint64>(2 * kFew / kTelling) < newest;
        if (many > kFew || willBeMany) {
            return std::nullopt;
        }
        rows.add(static_cast<qint32>(n));
    }
    return rows;
}

/// Rows of owner whose searched text holds the word.
RowBits setOfOwner(Database& db, const std::string& owner, const std::string& texts, const QString& word)
{
    const bool isIndexed = hasTableIndex(db);
    const std::string holds = "SELECT n FROM " + (isIndexed ? texts : owner) + " WHERE instr(search, ?) > 0";
    const std::optional<RowBits> candidates = setByTrigrams(db, texts, {word});
    RowBits rows;
    if (candidates && word.toUcs4().size() == kTrigram) {
        return *candidates;
    }
    if (!candidates) {
        Query query(db, holds);
        query.bind(word);
        while (query.next()) {
            rows.add(static_cast<qint32>(query.integer(0)));
        }
        return rows;
    }
    Query query(db, holds + " AND n = ?");
    candidates->forEach([&](qint32 n) {
        query.bind(word).bind(static_cast<qint64>(n));
        if (query.next()) {
            rows.add(n);
        }
        query.reset();
    });
    return rows;
}

/// Adds what belongs to the customers.
void setAddLinked(const RowLinks& links, Table table, const RowBits& customers, RowBits& rows)
{
    if (table == Table::Businesses) {
        customers.forEach([&](qint32 n) {
            if (static_cast<size_t>(n) < links.size() && links[static_cast<size_t>(n)] != 0) {
                rows.add(links[static_cast<size_t>(n)]);
            }
        });
        return;
    }
    for (size_t n = 0; n < links.size(); ++n) {
        if (links[n] != 0 && customers.has(links[n])) {
            rows.add(static_cast<qint32>(n));
        }
    }
}

/// Businesses whose record holds the word, and those that the records alone know.
void setAddRecords(Database& db, const QString& word, RowBits& rows)
{
    Query query(db, "SELECT b.n FROM rec.records r JOIN businesses b ON b.business_id = r.business_id WHERE instr(r.search, ?) > 0 UNION ALL SELECT n FROM (" + tableRecordRows() +
                        ") WHERE instr(search, ?) > 0");
    query.bind(word).bind(word);
    while (query.next()) {
        rows.add(static_cast<qint32>(query.integer(0)));
    }
}

/// Rows of the table, given the customers with the word.
RowBits setOfWord(const TableGround& ground, const QString& word, const RowBits& customers)
{
    if (ground.table == Table::Customers) {
        return customers;
    }
    RowBits rows;
    if (ground.table == Table::Subscriptions) {
        rows = setOfOwner(ground.db, "subscriptions", "subscription_texts", word);
    }
    setAddLinked(*tableLinks(ground), ground.table, customers, rows);
    if (ground.table == Table::Businesses && ground.hasRecords) {
        setAddRecords(ground.db, word, rows);
    }
    return rows;
}

void setKeep(std::optional<RowBits>& set, RowBits rows)
{
    if (set) {
        set->keepOnly(rows);
    } else {
        set = std::move(rows);
    }
}

/// Rows of all (nothing: of the table) that fulfil a condition of the table's own columns.
RowBits setOwn(const TableGround& ground, const TableCondition& condition, const std::optional<RowBits>& all)
{
    const TableShape shape = tableShape(ground.table, ground.hasRecords);
    RowBits rows;
    const bool isWide = !condition.word.isEmpty() && !condition.ofAnyRow;
    if (!all || all->count() > (isWide ? kFewOfWide : kFew)) {
        const std::string shown = condition.ofAnyRow && hasTableIndex(ground.db) ? std::string() : "(" + shape.where + ") AND ";
        Query query(ground.db, "SELECT " + shape.n + " FROM " + shape.ownSource + " WHERE " + shown + "(" + condition.sql + ")");
        tableBind(query, condition.binds);
        while (query.next()) {
            rows.add(static_cast<qint32>(query.integer(0)));
        }
        return rows;
    }
    for (const bool isRecord : {false, true}) {
        if (isRecord && (ground.table != Table::Businesses || !ground.hasRecords)) {
            continue;
        }
        Query query(ground.db, "SELECT 1 FROM " + tableRowFrom(ground.table, ground.hasRecords, isRecord) + " AND (" + condition.sql + ")");
        all->forEach([&](qint32 n) {
            if ((n < 0) == isRecord) {
                query.bind(static_cast<qint64>(n < 0 ? -static_cast<qint64>(n) : n));
                tableBind(query, condition.binds);
                if (query.next()) {
                    rows.add(n);
                }
                query.reset();
            }
        });
    }
    return rows;
}

/// Subscriptions whose customer fulfils the condition.
RowBits setByCustomer(const TableGround& ground, const TableCondition& condition)
{
    RowBits customers;
    const std::optional<RowBits> few = condition.word.isEmpty() ? std::nullopt : setByTrigrams(ground.db, "customer_texts", {condition.word});
    const std::string sql = "SELECT c.n FROM customers c WHERE (" + condition.sql + ")";
    if (few) {
        Query query(ground.db, sql + " AND c.n = ?");
        few->forEach([&](qint32 n) {
            tableBind(query, condition.binds);
            query.bind(static_cast<qint64>(n));
            if (query.next()) {
                customers.add(n);
            }
            query.reset();
        });
    } else {
        Query query(ground.db, sql);
        tableBind(query, condition.binds);
        while (query.next()) {
            customers.add(static_cast<qint32>(query.integer(0)));
        }
    }
    RowBits rows;
    const auto links = tableLinks(ground);
    setAddLinked(*links, ground.table, customers, rows);
    // One without a customer has what a customer of nothing would have.
    Query none(ground.db, "SELECT 1 FROM (SELECT 1) LEFT JOIN customers c ON c.n IS NULL WHERE (" + condition.sql + ")");
    tableBind(none, condition.binds);
    if (none.next()) {
        for (size_t n = 1; n < links->size(); ++n) {
            if ((*links)[n] == 0) {
                rows.add(static_cast<qint32>(n));
            }
        }
    }
    return rows;
}

} // namespace

std::optional<RowBits> tableSet(const TableGround& ground, const QStringList& words, const std::vector<TableCondition>& conditions)
{
    std::optional<RowBits> set;
    for (const QString& word : words) {
        setKeep(set, setOfWord(ground, word, setOfOwner(ground.db, "customers", "customer_texts", word)));
    }
    for (const TableCondition& condition : conditions) {
        if (condition.ofCustomer) {
            setKeep(set, setByCustomer(ground, condition));
            continue;
        }
        if (!condition.word.isEmpty() && !condition.ofAnyRow) {
            setKeep(set, setOfWord(ground, condition.word, setOfOwner(ground.db, "customers", "customer_texts", condition.word)));
        } else if (!condition.word.isEmpty() && ground.table == Table::Customers) {
            if (std::optional<RowBits> few = setByTrigrams(ground.db, "customer_texts", {condition.word})) {
                setKeep(set, *std::move(few));
            }
        }
        set = setOwn(ground, condition, set);
    }
    return set;
}

std::optional<RowBits> tableCandidates(const TableGround& ground, const QStringList& words)
{
    std::optional<RowBits> customers = setByTrigrams(ground.db, "customer_texts", words);
    if (!customers || ground.table == Table::Customers) {
        return customers;
    }
    RowBits rows;
    if (ground.table == Table::Subscriptions) {
        std::optional<RowBits> own = setByTrigrams(ground.db, "subscription_texts", words);
        if (!own) {
            return std::nullopt;
        }
        rows = *std::move(own);
    }
    setAddLinked(*tableLinks(ground), ground.table, *customers, rows);
    if (ground.table == Table::Businesses && ground.hasRecords) {
        for (const QString& word : words) {
            setAddRecords(ground.db, word, rows);
        }
    }
    return rows;
}

} // namespace ch::store
