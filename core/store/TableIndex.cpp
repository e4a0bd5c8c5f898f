// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/TableIndex.h"

#include "store/MirrorWriter.h"
#include "store/Text.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace ch::store {

namespace {

// What the full text is made of, and where.
struct IndexedTexts {
    MetadataOwner number;       ///< in late_texts
    std::string owner;
    std::string texts;
};
const IndexedTexts kIndexedTexts[] = {{MetadataOwner::Customers, "customers", "customer_texts"}, {MetadataOwner::Subscriptions, "subscriptions", "subscription_texts"}};

// The triggers only note whose text has changed (see indexLateTexts).
std::string textTriggers(const IndexedTexts& of)
{
    const auto late = [&of](const char* row) {
        return " BEGIN INSERT INTO late_texts(owner, n) VALUES(" + std::to_string(static_cast<int>(of.number)) + ", " + row + ".n) ON CONFLICT DO NOTHING; END;";
    };
    return "CREATE TRIGGER " + of.texts + "_insert AFTER INSERT ON " + of.owner + late("new") +
           "CREATE TRIGGER " + of.texts + "_update AFTER UPDATE OF search ON " + of.owner + " WHEN new.search <> old.search" + late("new") +
           "CREATE TRIGGER " + of.texts + "_delete AFTER DELETE ON " + of.owner + late("old");
}

std::string noTextTriggers(const IndexedTexts& of)
{
    return "DROP TRIGGER " + of.texts + "_insert; DROP TRIGGER " + of.texts + "_update; DROP TRIGGER " + of.texts + "_delete;";
}

// detail=none keeps which rows hold a trigram and not where, a third of the size: what holds all trigrams of a word is looked at once more.
std::string indexTexts(const IndexedTexts& of)
{
    return "CREATE TABLE " + of.texts + "(n INTEGER PRIMARY KEY, search TEXT NOT NULL) STRICT;"
           "INSERT INTO " + of.texts + " SELECT n, search FROM " + of.owner + ";"
           "CREATE VIRTUAL TABLE " + of.texts + "_trigrams USING fts5(search, content='', detail=none, columnsize=0, tokenize='trigram case_sensitive 1');"
           "INSERT INTO " + of.texts + "_trigrams(rowid, search) SELECT n, search FROM " + of.texts + ";" + textTriggers(of);
}

std::string indexNoTexts(const IndexedTexts& of)
{
    return noTextTriggers(of) + "DROP TABLE " + of.texts + "_trigrams; DROP TABLE " + of.texts + ";";
}

std::optional<QByteArray> textIn(Database& db, const std::string& table, qint64 n)
{
    Query query(db, "SELECT search FROM " + table + " WHERE n = ?");
    query.bind(n);
    return query.next() ? std::optional(query.blob(0)) : std::nullopt;
}

void indexLateText(Database& db, const IndexedTexts& of, qint64 n)
{
    const std::optional<QByteArray> before = textIn(db, of.texts, n);
    const std::optional<QByteArray> now = textIn(db, of.owner, n);
    const std::string trigrams = of.texts + "_trigrams";
    if (before) {
        Query(db, "INSERT INTO " + trigrams + "(" + trigrams + ", rowid, search) VALUES('delete', ?, ?)").bind(n).bindText(std::string_view(before->constData(), static_cast<size_t>(before->size()))).run();
    }
    if (now) {
        const std::string_view text(now->constData(), static_cast<size_t>(now->size()));
        Query(db, "INSERT INTO " + trigrams + "(rowid, search) VALUES(?, ?)").bind(n).bindText(text).run();
        Query(db, "INSERT INTO " + of.texts + "(n, search) VALUES(?1, ?2) ON CONFLICT(n) DO UPDATE SET search = ?2").bind(n).bindText(text).run();
    } else {
        Query(db, "DELETE FROM " + of.texts + " WHERE n = ?").bind(n).run();
    }
}

// *_listed: every column that is cheap to keep, in the order in which the table stands at first, so that a filter reads these alone. *_worded:
// the words, of all rows.
constexpr char kIndexes[] = R"sql(
CREATE INDEX subscriptions_listed ON subscriptions(created, n, status, currency, valued, problem, mrr_minor, current_period_end, cancel_at, ended_at) WHERE hidden = 0;
CREATE INDEX subscriptions_mrr ON subscriptions(currency, mrr_minor) WHERE hidden = 0 AND valued = 1 AND problem = '';
CREATE INDEX customers_listed ON customers(created, n, status, mrr_currency, mrr_minor, subscriptions, currencies, business_type) WHERE deleted = 0 AND hidden = 0 AND created > 0;
CREATE INDEX customers_mrr ON customers(mrr_currency, mrr_minor) WHERE deleted = 0 AND hidden = 0 AND created > 0 AND mrr_minor IS NOT NULL;
CREATE INDEX customers_worded ON customers(name, business_name, email, business_id);
CREATE INDEX customers_hidden ON customers(hidden) WHERE hidden <> 0;
CREATE INDEX businesses_listed ON businesses(created, n, status, type, mrr_currency, mrr_minor, subscriptions, currencies, conflict);
CREATE INDEX businesses_mrr ON businesses(mrr_currency, mrr_minor) WHERE mrr_minor IS NOT NULL;
CREATE INDEX businesses_name ON businesses(name_key);
CREATE INDEX businesses_worded ON businesses(name, email, customer_id);
)sql";

constexpr char kNoIndexes[] = "DROP INDEX subscriptions_listed; DROP INDEX subscriptions_mrr; DROP INDEX customers_listed; DROP INDEX customers_mrr; DROP INDEX customers_worded; DROP INDEX customers_hidden; "
                              "DROP INDEX businesses_listed; DROP INDEX businesses_mrr; DROP INDEX businesses_name; DROP INDEX businesses_worded;";

} // namespace

bool hasTableIndex(Database& db)
{
    return db.integer("SELECT count(*) FROM sqlite_master WHERE name = 'customer_texts'") != 0;
}

void makeTableIndex(Database& db)
{
    if (!hasTableIndex(db)) {
        db.run(indexTexts(kIndexedTexts[0]) + indexTexts(kIndexedTexts[1]) + kIndexes);
    }
}

void dropTableIndex(Database& db)
{
    if (hasTableIndex(db)) {
        db.run(indexNoTexts(kIndexedTexts[0]) + indexNoTexts(kIndexedTexts[1]) + kNoIndexes);
    }
}

void remakeTextTriggers(Database& db)
{
    if (hasTableIndex(db)) {
        for (const IndexedTexts& each : kIndexedTexts) {
            db.run(noTextTriggers(each) + textTriggers(each));
        }
    }
}

void indexLateTexts(Database& db)
{
    std::vector<std::pair<qint64, qint64>> late;
    {
        Query query(db, "SELECT owner, n FROM late_texts ORDER BY owner, n");
        while (query.next()) {
            late.emplace_back(query.integer(0), query.integer(1));
        }
    }
    if (late.empty()) {
        return;
    }
    Query(db, "DELETE FROM late_texts").run(); // first: see the header
    for (const auto& [owner, n] : late) {
        indexLateText(db, kIndexedTexts[owner == static_cast<int>(MetadataOwner::Customers) ? 0 : 1], n);
    }
}

void MetadataKeys::note(Database& db, MetadataOwner owner, const stripe::Metadata& metadata)
{
    for (auto pair = metadata.constBegin(); pair != metadata.constEnd(); ++pair) {
        const std::pair<int, QString> key(static_cast<int>(owner), pair.key());
        if (!m_noted.contains(key)) {
            m_noted.insert(key);
            Query(db, "INSERT INTO metadata_keys(owner, key) VALUES(?, ?) ON CONFLICT DO NOTHING").bind(key.first).bind(key.second).run();
        }
    }
}

void noteStoredMetadataKeys(Database& db)
{
    MetadataKeys keys;
    for (const auto& [table, owner] : {std::pair("customers", MetadataOwner::Customers), std::pair("subscriptions", MetadataOwner::Subscriptions)}) {
        Query query(db, std::string("SELECT raw FROM ") + table + " WHERE raw IS NOT NULL");
        while (query.next()) {
            const std::optional<QByteArray> json = jsonField(unpackedJson(query.blob(0)), "metadata");
            const QJsonObject fields = QJsonDocument::fromJson(json.value_or(QByteArray())).object();
            stripe::Metadata metadata;
            for (auto field = fields.constBegin(); field != fields.constEnd(); ++field) {
                metadata.insert(field.key(), field.value().toString());
            }
            keys.note(db, owner, metadata);
        }
    }
}

} // namespace ch::store
