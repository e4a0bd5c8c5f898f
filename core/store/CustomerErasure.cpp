// SPDX-License-Identifier: GPL-3.0-or-later
// What a deleted customer leaves behind, in MirrorWriter: their id, their business id, and objects without a person in them.
#include "store/Text.h"
#include "store/WriterPrivate.h"

namespace ch::store {

namespace writing {

QByteArray scrubbed(QByteArray json)
{
    // Free text may name a person, links lead to pages that do, and an expanded object repeats them.
    static constexpr const char* kPersonal[] = {"customer_name", "customer_email", "customer_phone", "customer_address", "customer_shipping", "customer_tax_ids",
                                                "customer_details", "receipt_email", "shipping", "description", "footer", "custom_fields", "hosted_invoice_url",
                                                "invoice_pdf", "client_secret", "last_payment_error", "last_finalization_error", "charges"};
    static constexpr const char* kExpanded[] = {"customer", "payment_method", "default_payment_method", "source", "default_source", "latest_charge", "charge"};
    const auto replace = [&json](const char* key, const QByteArray& raw) {
        if (Result<QByteArray> without = withJsonField(json, key, raw)) {
            json = *std::move(without);
        }
    };
    for (const char* key : kPersonal) {
        if (jsonField(json, key)) {
            replace(key, "null");
        }
    }
    for (const char* key : kExpanded) {
        const std::optional<QByteArray> whole = jsonField(json, key);
        if (whole && whole->startsWith('{')) {
            replace(key, jsonField(*whole, "id").value_or("null"));
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
    Query(m_db, "UPDATE events SET raw = NULL WHERE owner_id = ?1 OR owner_id IN (SELECT id FROM payment_intents WHERE customer_id = ?1) "
                "OR owner_id IN (SELECT id FROM invoices WHERE customer_id = ?1) OR object_id IN (SELECT id FROM invoices WHERE customer_id = ?1)")
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

void MirrorWriter::eraseEventsOf(const QString& objectId)
{
    Query(m_db, "UPDATE events SET raw = NULL WHERE raw IS NOT NULL AND (owner_id = ?1 OR object_id = ?1)").bind(objectId).run();
}

bool MirrorWriter::isCustomerDeleted(const QString& customerId)
{
    Query query(m_db, "SELECT 1 FROM customers WHERE id = ? AND deleted = 1");
    query.bind(customerId);
    return query.next();
}

} // namespace ch::store
