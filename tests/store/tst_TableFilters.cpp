// SPDX-License-Identifier: GPL-3.0-or-later
// Filters and orders of tables, held against what the rows themselves show: with the index and without it, from the cache and past it.
#include "store/RecordsFile.h"
#include "store/StoreObjects.h"
#include "store/TableCache.h"
#include "store/Text.h"
#include "support/TestMain.h"

#include <QRandomGenerator>
#include <algorithm>

using namespace ch;
using namespace ch::test;
using namespace ch::store;
using Kind = ColumnFilter::Kind;

namespace {

const std::vector<Table> kTables = {Table::Businesses, Table::Customers, Table::Subscriptions, Table::Invoices};

/// What people are called, and what would be an operator, a wildcard or the end of a string somewhere.
const QStringList& nasty()
{
    static const QStringList names = {
        QStringLiteral("O'Reilly & Sons"), QStringLiteral("100% Pure_Juice"), QStringLiteral("Robert'); DROP TABLE customers;--"), QStringLiteral("acme AND nothing OR NOT NEAR(x y)"),
        QStringLiteral("star*caret^colon:minus-(paren)"), QStringLiteral("{curly} [square] <angle>"), QString::fromUtf8("\xf0\x9f\x9a\x80\xf0\x9f\x8d\x95 Rocket Pizza"),
        QString::fromUtf8("\xe6\xa0\xaa\xe5\xbc\x8f\xe4\xbc\x9a\xe7\xa4\xbe\xe3\x81\x95\xe3\x81\x8f\xe3\x82\x89\xe3\x83\x87\xe3\x83\xbc\xe3\x82\xbf"), QString::fromUtf8("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd7\xa2\xd7\x95\xd7\x9c\xd7\x9d"),
        QString::fromUtf8("\xd8\xb4\xd8\xb1\xd9\x83\xd8\xa9 \xd8\xa7\xd9\x84\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85"), QString::fromUtf8("Cafe\xcc\x81 Zo\xc3\xab"), QString::fromUtf8("Stra\xc3\x9f" "e GmbH"),
        QString::fromUtf8("\xef\xbd\xa6\xef\xbd\xb7\xef\xbd\xad halfwidth"), QStringLiteral("tab\\tand \\\"quotes\\\""), QStringLiteral("x"), QString::fromUtf8("\xc5\xbd")};
    return names;
}

/// The name as it comes out of the JSON.
QString spoken(const QString& name)
{
    return QString(name).replace(QStringLiteral("\\t"), QStringLiteral("\t")).replace(QStringLiteral("\\\""), QStringLiteral("\""));
}

Batch account()
{
    Batch batch = batchAt(1000);
    QRandomGenerator random(5);
    const char* const statuses[] = {"active", "past_due", "canceled", "trialing"};
    const char* const currencies[] = {"usd", "usd", "eur", "jpy", "kwd"};
    for (int i = 0; i < 220; ++i) {
        const QString id = QStringLiteral("cus_%1x%2").arg(i * 7919 % 220, 3, 10, QLatin1Char('0')).arg(i);
        QMap<QString, QString> metadata;
        if (i % 4 != 0) {
            metadata.insert("business_id", QStringLiteral("biz-%1").arg(i % 180)); // some are two customers of one business
            metadata.insert("business_type", i % 3 == 0 ? QString("saas") : QString("api"));
        }
        if (i % 5 != 0) {
            metadata.insert("Seats", QString::number(i * 37 % 90));
        }
        if (i % 11 == 0) {
            metadata.insert("Seats", QStringLiteral("many"));
        }
        if (i % 7 == 0) {
            metadata.insert(QString::fromUtf8("Gr\xc3\xbc" "n"), QStringLiteral("No. %1").arg(i % 3));
        }
        const QString name = i < nasty().size() ? nasty()[i] : i % 6 == 0 ? QString() : QStringLiteral("Firm %1").arg(i % 40);
        batch.customers.push_back(received<stripe::Customer>(customerJson(id, name, i % 9 == 0 ? QString() : QStringLiteral("Mail%1@Example.com").arg(i), metadata, 1700000000 + random.bounded(100000))));
        for (int k = 0; k < i % 3; ++k) {
            batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson(QStringLiteral("sub_%1_%2").arg(i).arg(k), id, statuses[random.bounded(4)], "price_1",
                1700000000 + random.bounded(50), currencies[random.bounded(5)], i % 2 == 0 ? QMap<QString, QString>{{"order", QString::number(i)}} : QMap<QString, QString>{})));
            batch.invoices.push_back(received<stripe::Invoice>(invoiceJson(QStringLiteral("in_%1_%2").arg(i).arg(k), id, QStringLiteral("sub_%1_%2").arg(i).arg(k), random.bounded(9000))));
        }
    }
    return batch;
}

SubscriptionValue oddValue(const stripe::Subscription& subscription, const MirrorReader&)
{
    SubscriptionValue value;
    value.subscriptionId = subscription.id;
    value.currency = subscription.currency;
    value.mrrMinor = static_cast<qint64>(qHash(subscription.id, 3) % 5000);
    value.problem = subscription.id.contains(QLatin1String("_8")) ? QStringLiteral("no_price") : QString();
    return value;
}

const Cell& cellAt(Table table, const Row& row, const QString& key)
{
    size_t at = 0;
    while (key != QLatin1String(columnsOf(table)[at].key)) {
        ++at;
    }
    return row.cells[at];
}

QString textOf(const Cell& cell)
{
    const auto* number = std::get_if<qint64>(&cell);
    const auto* text = std::get_if<QString>(&cell);
    return number ? QString::number(*number) : text ? *text : QString();
}

qint64 thousandths(qint64 minor, const QString& currency)
{
    const int exponent = currencyExponent(currency);
    return minor * (exponent == 0 ? 1000 : exponent == 3 ? 1 : 10);
}

/// Whether the row's own cells fulfil a filter, as a person would read it.
bool fits(Table table, const Row& row, const ColumnFilter& filter)
{
    const Cell& cell = cellAt(table, row, filter.columnKey);
    const ColumnSpec spec = *std::find_if(columnsOf(table).begin(), columnsOf(table).end(), [&](const ColumnSpec& one) { return filter.columnKey == QLatin1String(one.key); });
    switch (filter.kind) {
    case Kind::Contains: return folded(textOf(cell)).contains(folded(filter.text));
    case Kind::OneOf: return filter.values.contains(textOf(cell));
    case Kind::Missing: return textOf(cell).isEmpty();
    case Kind::Present: return !textOf(cell).isEmpty();
    case Kind::Range: break;
    }
    if (!std::holds_alternative<qint64>(cell)) {
        return false;
    }
    qint64 number = std::get<qint64>(cell);
    if (spec.currencyKey) {
        number = thousandths(number, textOf(cellAt(table, row, QLatin1String(spec.currencyKey))));
    }
    return (!filter.from || number >= *filter.from) && (!filter.to || number <= *filter.to);
}

std::vector<Row> rowsOf(const MirrorReader& reader, Table table, const TableFilter& filter = {}, const TableOrder& order = {})
{
    const auto ids = reader.rowIds(table, filter, order);
    return ids ? reader.rows(table, *ids).value() : std::vector<Row>();
}

QStringList idsOf(const std::vector<Row>& rows)
{
    QStringList ids;
    for (const Row& row : rows) {
        ids << row.objectId;
    }
    return ids;
}

QStringList sorted(QStringList list)
{
    list.sort();
    return list;
}

} // namespace

class TstTableFilters : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Mirror> m_mirror;
    qint64 m_run = 0;

    void endRun()
    {
        for (const ObjectList list : allLists()) {
            Batch batch = batchAt(1500, m_run);
            batch.progress = ListProgress{list, m_run, 0, true, false};
            QVERIFY(m_mirror->apply(batch));
        }
        QVERIFY(m_mirror->finishRun(m_run, kNowMs));
    }

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<bool>("indexed");
        QTest::newRow("with the index") << true;
        QTest::newRow("while the first backfill goes without it") << false;
    }

    void init()
    {
        QFETCH_GLOBAL(bool, indexed);
        m_dir = QTemporaryDir();
        m_run = 0;
        m_mirror = openMirror(m_dir.path());
        if (!indexed) {
            m_run = m_mirror->beginRun(kNowMs).value();
        }
        QVERIFY(m_mirror->apply(account()));
        QVERIFY(m_mirror->revalue(oddValue, kNowMs));
    }

    void everyColumnFilterLeavesWhatItsCellsSay()
    {
        const MirrorReader& reader = m_mirror->reader();
        for (const Table table : kTables) {
            const std::vector<Row> all = rowsOf(reader, table);
            QVERIFY(all.size() > 100);
            for (const ColumnSpec& spec : columnsOf(table)) {
                const QString key = QLatin1String(spec.key);
                const QString some = textOf(cellAt(table, all[all.size() / 3], key));
                std::vector<ColumnFilter> filters{{key, Kind::Missing, {}, {}, {}, {}}, {key, Kind::Present, {}, {}, {}, {}}, {key, Kind::OneOf, {}, {some}, {}, {}},
                    {key, Kind::OneOf, {}, {some, QStringLiteral("active"), QString()}, {}, {}}};
                if (spec.kind == CellKind::Amount || spec.kind == CellKind::Count || spec.kind == CellKind::Time) {
                    const qint64 middle = spec.kind == CellKind::Time ? 1700000040 : spec.kind == CellKind::Amount ? 20000 : 1;
                    filters.push_back({key, Kind::Range, {}, {}, middle, {}});
                    filters.push_back({key, Kind::Range, {}, {}, {}, middle});
                    filters.push_back({key, Kind::Range, {}, {}, middle - 5, middle + 90000});
                } else {
                    for (const QString& text : {some.left(1), some.mid(1, 2), some.toUpper().mid(1, 5), QStringLiteral("e"), QStringLiteral("firm"), QStringLiteral("%"), QStringLiteral("zz")}) {
                        filters.push_back({key, Kind::Contains, text, {}, {}, {}});
                    }
                }
                for (const ColumnFilter& filter : filters) {
                    QStringList expected;
                    for (const Row& row : all) {
                        expected << (fits(table, row, filter) ? QStringList{row.objectId} : QStringList());
                    }
                    const QStringList found = idsOf(rowsOf(reader, table, {{}, {}, {}, {filter}}));
                    QVERIFY2(found == expected, qPrintable(QStringLiteral("%1 %2 kind %3 '%4': %5 rows, not %6").arg(int(table)).arg(key).arg(int(filter.kind)).arg(filter.text + filter.values.join('|')).arg(found.size()).arg(expected.size())));
                    // Two at once, with a word.
                    const TableFilter both{QStringLiteral("mail"), {}, {}, {filter, {QStringLiteral("created"), Kind::Range, {}, {}, 1700000010, {}}}};
                    const QStringList words = idsOf(rowsOf(reader, table, {QStringLiteral("mail"), {}, {}, {}}));
                    expected.clear();
                    for (const Row& row : all) {
                        expected << (fits(table, row, filter) && fits(table, row, both.columns[1]) && words.contains(row.objectId) ? QStringList{row.objectId} : QStringList());
                    }
                    QCOMPARE(idsOf(rowsOf(reader, table, both)), expected);
                }
            }
        }
    }

    void everyOrderIsRisingWithMissingOnesLast()
    {
        const MirrorReader& reader = m_mirror->reader();
        for (const Table table : kTables) {
            for (const ColumnSpec& spec : columnsOf(table)) {
                for (const bool descending : {false, true}) {
                    const QString key = QLatin1String(spec.key);
                    const std::vector<Row> rows = rowsOf(reader, table, {}, {key, descending});
                    for (size_t i = 1; i < rows.size(); ++i) {
                        const Cell& a = cellAt(table, rows[i - 1], key);
                        const Cell& b = cellAt(table, rows[i], key);
                        const bool aMissing = std::holds_alternative<std::monostate>(a);
                        const bool bMissing = std::holds_alternative<std::monostate>(b);
                        QVERIFY2(!aMissing || bMissing, qPrintable(key));
                        QVERIFY(!aMissing || (descending ? rows[i - 1].rowId > rows[i].rowId : rows[i - 1].rowId < rows[i].rowId));
                        if (aMissing || bMissing || (spec.currencyKey && textOf(cellAt(table, rows[i - 1], spec.currencyKey)) != textOf(cellAt(table, rows[i], spec.currencyKey)))) {
                            continue;
                        }
                        const bool isNumber = std::holds_alternative<qint64>(a);
                        const auto order = isNumber ? std::get<qint64>(a) <=> std::get<qint64>(b) : folded(textOf(a)).toUtf8().compare(folded(textOf(b)).toUtf8()) <=> 0;
                        if (isNumber || key == "name" || key == "email") {
                            QVERIFY2(descending ? order >= 0 : order <= 0, qPrintable(key + ' ' + textOf(a) + ' ' + textOf(b)));
                            QVERIFY(order != 0 || (descending ? rows[i - 1].rowId > rows[i].rowId : rows[i - 1].rowId < rows[i].rowId));
                        }
                    }
                }
            }
        }
    }

    void whatIsTypedIsMeant()
    {
        const MirrorReader& reader = m_mirror->reader();
        const QString own = reader.rows(Table::Customers, {1})->front().objectId;
        QVERIFY(!own.isEmpty());
        for (int i = 0; i < nasty().size(); ++i) {
            const QString name = spoken(nasty()[i]);
            const QString id = rowsOf(reader, Table::Customers, {{}, {{"name", name}}, {}, {}}).front().objectId;
            const auto finds = [&](const QString& text) { return idsOf(rowsOf(reader, Table::Customers, {text, {}, {}, {}})).contains(id); };
            QVERIFY2(finds(name), qPrintable(name));
            QVERIFY2(finds(QString(name).replace(QChar(0xdf), QChar(u'\0')).split(QChar(u'\0')).first().toUpper()), qPrintable(name)); // up to an \u00df, whose capital is two letters
            const QStringList words = folded(name).split(' ', Qt::SkipEmptyParts);
            for (const QString& word : words) {
                const QList<uint> letters = word.toUcs4();
                for (qsizetype from = 0; from < letters.size(); ++from) {
                    for (const qsizetype size : {1, 2, 3, 5}) {
                        if (from + size <= letters.size()) {
                            const QString part = QString::fromUcs4(reinterpret_cast<const char32_t*>(letters.constData() + from), size);
                            QVERIFY2(finds(part), qPrintable(name + ": " + part));
                        }
                    }
                }
            }
            QVERIFY(!finds(name + QStringLiteral(" zq")));
        }
        // All trigrams of it are there, in another order.
        QVERIFY(rowsOf(reader, Table::Customers, {"rocket pizzarocket", {}, {}, {}}).empty());
        for (const QString& text : {QStringLiteral("\""), QStringLiteral("\"\"\""), QStringLiteral("' OR 1=1 --"), QStringLiteral("* OR *"), QStringLiteral("NEAR(a b)"), QStringLiteral("search:x"), QStringLiteral("%%%")}) {
            for (const Table table : kTables) {
                const auto ids = reader.tableIds(table, {text, {}, {}, {{"name", Kind::Contains, text, {}, {}, {}}}}, {});
                QVERIFY2(ids.has_value(), qPrintable(text));
                QVERIFY((*ids)->size() < 5);
            }
        }
    }

    void theFirstIdsAreThoseOfAll()
    {
        const auto cache = std::make_shared<TableCache>();
        const std::unique_ptr<MirrorReader> reader(MirrorReader::open(m_dir.path(), cache).value().release());
        for (const bool isCached : {false, true}) {
            for (const Table table : kTables) {
                if (isCached) {
                    QVERIFY(reader->prepare(table));
                }
                for (const QString& key : {QString(), QStringLiteral("created"), QStringLiteral("mrr"), QStringLiteral("name"), QStringLiteral("status"), QStringLiteral("email")}) {
                    for (const QString& text : {QString(), QStringLiteral("f"), QStringLiteral("firm"), QStringLiteral("mail10"), QStringLiteral("no such")}) {
                        for (const bool descending : {false, true}) {
                            const TableFilter filter{text, {}, {}, {}};
                            const auto first = reader->firstIds(table, filter, {key, descending}, 30);
                            const auto all = reader->rowIds(table, filter, {key, descending});
                            QCOMPARE(first.has_value(), all.has_value());
                            if (all && *first) {
                                QCOMPARE(**first, std::vector<qint64>(all->begin(), all->begin() + static_cast<ptrdiff_t>(std::min<size_t>(30, all->size()))));
                            }
                            QVERIFY(!isCached || !all || all->empty() || first->has_value() || table == Table::Invoices);
                        }
                    }
                }
            }
        }
    }

    void metadataIsShownSortedAndFiltered()
    {
        const MirrorReader& reader = m_mirror->reader();
        const QString green = QString::fromUtf8("Gr\xc3\xbcn");
        QCOMPARE(reader.metadataKeys(Table::Customers).value(), QStringList({green, "Seats", "business_id", "business_type"}));
        QCOMPARE(reader.metadataKeys(Table::Subscriptions).value(), QStringList("order"));
        QVERIFY(reader.metadataKeys(Table::Invoices)->isEmpty());
        const QString seats = metadataColumn("Seats");
        for (const bool descending : {false, true}) {
            const auto ids = reader.rowIds(Table::Customers, {}, {seats, descending}).value();
            const auto rows = reader.rows(Table::Customers, ids, {"Seats", green}).value();
            QStringList shown;
            for (const Row& row : rows) {
                QCOMPARE(row.cells.size(), columnsOf(Table::Customers).size() + 2);
                shown << textOf(row.cells[columnsOf(Table::Customers).size()]);
            }
            const auto before = [](const QString& a, const QString& b) {
                bool aIs = false;
                bool bIs = false;
                const int aNumber = a.toInt(&aIs);
                const int bNumber = b.toInt(&bIs);
                return aIs && bIs ? aNumber < bNumber : aIs != bIs ? aIs : a < b; // numbers by size, before words
            };
            shown.resize(static_cast<int>(std::find(shown.begin(), shown.end(), QString()) - shown.begin()));
            QVERIFY(shown.size() > 100);
            if (descending) {
                std::reverse(shown.begin(), shown.end());
            }
            QVERIFY(std::is_sorted(shown.begin(), shown.end(), before));
        }
        const auto count = [&](Table table, const ColumnFilter& filter) { return reader.rowIds(table, {{}, {}, {}, {filter}}, {})->size(); };
        QCOMPARE(count(Table::Customers, {seats, Kind::OneOf, {}, {"many"}, {}, {}}), size_t(20));
        QCOMPARE(count(Table::Customers, {metadataColumn("SEATS"), Kind::Contains, "AN", {}, {}, {}}), size_t(20));
        QCOMPARE(count(Table::Customers, {metadataColumn(green.toUpper()), Kind::Contains, "no. 1", {}, {}, {}}), size_t(11));
        QVERIFY(count(Table::Customers, {seats, Kind::Range, {}, {}, 10, 40}) > 20);
        QCOMPARE(count(Table::Customers, {seats, Kind::Missing, {}, {}, {}, {}}) + count(Table::Customers, {seats, Kind::Present, {}, {}, {}, {}}), size_t(220));
        QCOMPARE(count(Table::Subscriptions, {metadataColumn("order"), Kind::Range, {}, {}, 4, 4}), size_t(1));
        QVERIFY(count(Table::Businesses, {seats, Kind::Present, {}, {}, {}, {}}) > 100);
        QCOMPARE(reader.rowIds(Table::Invoices, {}, {seats, false}).error().kind, ErrorKind::InvalidInput);
        QCOMPARE(reader.rowIds(Table::Customers, {{}, {}, {}, {{"status", Kind::Range, {}, {}, 1, {}}}}, {}).error().kind, ErrorKind::InvalidInput);
        // A line break in a name does not make it a pair of the metadata.
        Batch batch = batchAt(1600);
        batch.customers.push_back(received<stripe::Customer>(customerJson("cus_line", "Liar\\nseats=many", "l@example.com", {})));
        QVERIFY(m_mirror->apply(batch));
        QCOMPARE(count(Table::Customers, {seats, Kind::OneOf, {}, {"many"}, {}, {}}), size_t(20));
    }

    void whatChangesIsFoundAsItIsNow()
    {
        const MirrorReader& reader = m_mirror->reader();
        const auto found = [&](const QString& text, Table table = Table::Customers) { return idsOf(rowsOf(reader, table, {text, {}, {}, {}})); };
        Batch batch = batchAt(2000);
        batch.customers.push_back(received<stripe::Customer>(customerJson("cus_new", "Quetzal Before", "q@example.com", {{"business_id", "biz-q"}})));
        batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_q", "cus_new", "active", "price_1")));
        QVERIFY(m_mirror->apply(batch));
        QCOMPARE(found("quetzal bef"), QStringList("cus_new"));
        QCOMPARE(found("quetzal", Table::Subscriptions), QStringList("sub_q"));
        QCOMPARE(found("quetzal", Table::Businesses), QStringList("biz-q"));
        batch = batchAt(3000);
        batch.customers.push_back(received<stripe::Customer>(customerJson("cus_new", "Quetzal After", "q@example.com", {{"business_id", "biz-q"}})));
        QVERIFY(m_mirror->apply(batch));
        QVERIFY(found("quetzal bef").isEmpty() && found("before").isEmpty());
        QCOMPARE(found("quetzal after"), QStringList("cus_new"));
        batch = batchAt(4000);
        batch.deletedCustomers << "cus_new";
        QVERIFY(m_mirror->apply(batch));
        QVERIFY(found("quetzal").isEmpty() && found("quetzal", Table::Subscriptions).isEmpty());
        if (m_run != 0) {
            endRun();
            QCOMPARE(found("firm 7"), found("firm 7"));
        }
    }

    void theIndexComesWithTheEndOfTheFirstBackfill()
    {
        QFETCH_GLOBAL(bool, indexed);
        if (indexed) {
            m_run = m_mirror->beginRun(kNowMs).value(); // rows are there, but no backfill has ever ended: it goes away
        }
        const MirrorReader& reader = m_mirror->reader();
        const TableFilter filter{"firm 1", {}, {}, {{"created", Kind::Range, {}, {}, 1700000500, {}}}};
        Batch batch = batchAt(1200, m_run); // seen by the run, so that they stay
        const Batch same = account();
        batch.customers = same.customers;
        batch.subscriptions = same.subscriptions;
        batch.invoices = same.invoices;
        QVERIFY(m_mirror->apply(batch));
        std::vector<QStringList> before;
        for (const Table table : kTables) {
            before.push_back(idsOf(rowsOf(reader, table, filter)));
            QVERIFY(!reader.firstIds(table, {}, {"name", false}, 9)->has_value() || indexed);
        }
        QVERIFY(before[1].size() > 5);
        endRun();
        for (size_t i = 0; i < kTables.size(); ++i) {
            QCOMPARE(idsOf(rowsOf(reader, kTables[i], filter)), before[i]);
        }
        QVERIFY(reader.firstIds(Table::Customers, {}, {"name", false}, 9)->has_value());
    }

    void sumsAreOfTheseRowsByCurrency()
    {
        const MirrorReader& reader = m_mirror->reader();
        for (const Table table : kTables) {
            const QString amount = table == Table::Invoices ? QStringLiteral("total") : QStringLiteral("mrr");
            const std::vector<Row> rows = rowsOf(reader, table, {"firm", {}, {}, {}});
            QMap<QString, qint64> expected;
            std::vector<qint32> ids;
            bool isPlain = true;
            for (size_t i = 0; i < rows.size(); i += 2) {
                ids.push_back(static_cast<qint32>(rows[i].rowId));
                expected[textOf(cellAt(table, rows[i], "currency"))] += textOf(cellAt(table, rows[i], amount)).toLongLong();
                isPlain = isPlain && (table == Table::Invoices || table == Table::Subscriptions || textOf(cellAt(table, rows[i], "currencies")).toInt() < 2);
            }
            const auto sums = reader.sumsOf(table, ids).value();
            for (const CurrencySum& sum : sums) {
                if (isPlain) { // a row shows one of its currencies, sums have them all
                    QCOMPARE(sum.minor, expected.value(sum.currency));
                }
            }
            QVERIFY(sums.size() >= (table == Table::Invoices ? 1U : 3U));
            QVERIFY(reader.sumsOf(table, {})->empty());
        }
    }

    void aQuestionCanBeStopped()
    {
        const std::unique_ptr<MirrorReader> reader(MirrorReader::open(m_dir.path()).value().release());
        reader->stopBy(std::make_shared<std::atomic_bool>(true));
        const auto stopped = reader->tableIds(Table::Subscriptions, {"firm", {}, {}, {}}, {});
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().kind, ErrorKind::Cancelled);
        reader->stopBy(std::make_shared<std::atomic_bool>(false));
        QVERIFY((*reader->tableIds(Table::Subscriptions, {"firm", {}, {}, {}}, {}))->size() > 50);
        reader->stopBy(nullptr);
        QVERIFY(reader->tableIds(Table::Subscriptions, {}, {}).has_value());
    }

    void recordsAreSearchedBesideTheMirror()
    {
        const MirrorReader& reader = m_mirror->reader();
        const std::unique_ptr<RecordsFile> records(RecordsFile::open(m_dir.path()).value().release());
        Record alone;
        alone.businessId = "rec-only";
        alone.businessName = "Remembered Widgets";
        Record known;
        known.businessId = "biz-7";
        known.paymentIntentId = "pi_widgets";
        QVERIFY(records->importRecords({alone, known}));
        const auto found = [&](const TableFilter& filter) { return sorted(idsOf(rowsOf(reader, Table::Businesses, filter))); };
        QCOMPARE(found({"widgets", {}, {}, {}}), QStringList({"biz-7", "rec-only"}));
        QCOMPARE(found({"wi", {}, {}, {{"name", Kind::Contains, "widg", {}, {}, {}}}}), QStringList("rec-only"));
        QCOMPARE(found({"remembered widgets", {}, {}, {{"status", Kind::OneOf, {}, {"none"}, {}, {}}}}), QStringList("rec-only"));
        QVERIFY(found({{}, {}, {}, {{"created", Kind::Missing, {}, {}, {}, {}}}}).contains("rec-only"));
    }
};

CH_TEST(TstTableFilters)
#include "tst_TableFilters.moc"
