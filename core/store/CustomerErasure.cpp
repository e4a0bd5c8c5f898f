// SPDX-License-Identifier: GPL-3.0-or-later
// What a deleted customer leaves behind, in MirrorWriter: their id, their business id, and objects without a person in them.
#include "store/Text.h"
#include "store/WriterPrivate.h"

namespace ch::store {

namespace writing {

QByteArray scrubbed(QByteArray json)
{
    for (const char* key : {"customer_name", "customer_email", "customer_phone", "customer_address", "customer_shipping", "receipt_email", "shipping"}) {
        if (!jsonField(json, key)) {
            continue;
        }
        if (Result<QByteArray> without = withJsonField(json, key, "null")) {
            json = *std::move(without);
        }
    }
    return json;
}

} // namespace writing

void MirrorWriter::deleteCustomer(const QString& id)
{
    QString businessId;
    QString type;
    {
        Query known(m_db, "SELECT business_id, business_type, deleted, received_ms FROM customers WHERE id = ?");
        known.bind(id);
        if (known.next()) {
            if (known.integer(2) == 1 || known.integer(3) > m_receivedMs) {
                return;
            }
            businessId = known.text(0);
            type = known.text(1);
        }
    }
    static const std::string sql = writing::upsert("customers", {"name", "name_key", "email", "phone", "business_id", "business_type", "business_name", "deleted",
                                                              "coupon_id", "search", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(id)
        .bind(QString())
        .bind(QString())
        .bind(QString())
        .bind(QString())
        .bind(businessId)
        .bind(type)
        .bind(QString())
        .bind(1)
        .bind(QString())
        .bind(folded(QStringList{id, businessId}.join(QLatin1Char('\n'))))
        .bind(m_receivedMs)
        .bind(m_run)
        .bindNull()
        .bindNull()
        .run();
    m_changed = true;
    erasePersonalTraces(id);
    markDirtyOf(id);
    touchCustomer(id);
}

void MirrorWriter::erasePersonalTraces(const QString& customerId)
{
    Query(m_db, "UPDATE events SET raw = NULL WHERE object_id = ?1 OR (object_type = 'invoice' AND object_id IN (SELECT id FROM invoices WHERE customer_id = ?1))")
        .bind(customerId)
        .run();
    for (const char* table : {"invoices", "payment_intents"}) {
        std::vector<std::pair<qint64, QByteArray>> scrubbed;
        Query all(m_db, std::string("SELECT n, raw FROM ") + table + " WHERE customer_id = ?");
        all.bind(customerId);
        while (all.next()) {
            scrubbed.emplace_back(all.integer(0), writing::scrubbed(unpackedJson(all.blob(1))));
        }
        for (const auto& [n, json] : scrubbed) {
            Query(m_db, std::string("UPDATE ") + table + " SET raw = ?, digest = ? WHERE n = ?").bind(packedJson(json)).bind(writing::digestOf(json)).bind(n).run();
        }
    }
}

bool MirrorWriter::isCustomerDeleted(const QString& customerId)
{
    Query query(m_db, "SELECT 1 FROM customers WHERE id = ? AND deleted = 1");
    query.bind(customerId);
    return query.next();
}

} // namespace ch::store
