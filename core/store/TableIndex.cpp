// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/TableIndex.h"

#include "store/MirrorWriter.h"
#include "store/Text.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace ch::store {

namespace {

// detail=none keeps which rows hold a trigram and not where, a third of the size: what holds all trigrams of a word is looked at once more.
std::string indexTexts(const std::string& owner, const std::string& texts)
{
    const std::string insert = "INSERT INTO " + texts + "(n, search) VALUES(new.n, new.search); INSERT INTO " + texts + "_trigrams(rowid, search) VALUES(new.n, new.search);";
    const std::string remove = "INSERT INTO " + texts + "_trigrams(" + texts + "_trigrams, rowid, search) VALUES('delete', old.n, old.search); DELETE FROM " + texts + " WHERE n = old.n;";
    return "CREATE TABLE " + texts + "(n INTEGER PRIMARY KEY, search TEXT NOT NULL) STRICT;"
           "INSERT INTO " + texts + " SELECT n, search FROM " + owner + ";"
           "CREATE VIRTUAL TABLE " + texts + "_trigrams USING fts5(search, content='', detail=none, columnsize=0, tokenize='trigram case_sensitive 1');"
           "INSERT INTO " + texts + "_trigrams(rowid, search) SELECT n, search FROM " + texts + ";"
           "CREATE TRIGGER " + texts + "_insert AFTER INSERT ON " + owner + " BEGIN " + insert + " END;"
           "CREATE TRIGGER " + texts + "_update AFTER UPDATE OF search ON " + owner + " WHEN new.search <> old.search BEGIN " + remove + insert + " END;"
           "CREATE TRIGGER " + texts + "_delete AFTER DELETE ON " + owner + " BEGIN " + remove + " END;";
}

std::string indexNoTexts(const std::string& texts)
{
    return "DROP TRIGGER " + texts + "_insert; DROP TRIGGER " + texts + "_update; DROP TRIGGER " + texts + "_delete; DROP TABLE " + texts + "_trigrams; DROP TABLE " + texts + ";";
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
        db.run(indexTexts("customers", "customer_texts") + indexTexts("subscriptions", "subscription_texts") + kIndexes);
    }
}

void dropTableIndex(Database& db)
{
    if (hasTableIndex(db)) {
        db.run(indexNoTexts("customer_texts") + indexNoTexts("subscription_texts") + kNoIndexes);
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
