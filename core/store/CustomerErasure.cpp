// SPDX-License-Identifier: GPL-3.0-or-later
// What a deleted customer leaves behind, in MirrorWriter: their id, their business id, and objects without a person in them.
#include "store/Text.h"
#include "store/WriterPrivate.h"

namespace ch::store {

namespace writing {

/// json with the text of key in its field of objects (an object, or a list's data) set to null.
QByteArray withoutNested(const QByteArray& json, const char* field, const char* key)
{
    const std::optional<QByteArray> whole = jsonField(json, field);
    if (!whole) {
        return json;
    }
    QByteArray scrubbedField = *whole;
    const std::optional<QByteArray> data = whole->startsWith('{') ? jsonField(*whole, "data") : std::nullopt;
    if (data) {
        QByteArrayList elements = jsonObjects(*data);
        if (elements.isEmpty() && *data != "[]") {
            return withJsonField(json, field, "null").value_or(json); // not of a shape that could be kept
        }
        for (QByteArray& element : elements) {
            element = jsonField(element, key) ? withJsonField(element, key, "null").value_or(element) : element;
        }
        scrubbedField = withJsonField(*whole, "data", '[' + elements.join(',') + ']').value_or(*whole);
    } else if (whole->startsWith('{') && jsonField(*whole, key)) {
        scrubbedField = withJsonField(*whole, key, "null").value_or(*whole);
    }
    return withJsonField(json, field, scrubbedField).value_or(json);
}

/// Of a schedule: what its invoices are to say. phases is a plain array.
QByteArray withoutScheduleTexts(const QByteArray& json)
{
    const auto silenced = [](QByteArray part) {
        for (const char* key : {"description", "invoice_settings"}) {
            part = jsonField(part, key) ? withJsonField(part, key, "null").value_or("{}") : part;
        }
        return part;
    };
    QByteArray without = json;
    if (const std::optional<QByteArray> settings = jsonField(json, "default_settings"); settings && settings->startsWith('{')) {
        without = withJsonField(without, "default_settings", silenced(*settings)).value_or(without);
    }
    if (const std::optional<QByteArray> phases = jsonField(json, "phases"); phases && phases->startsWith('[')) {
        QByteArrayList elements = jsonObjects(*phases);
        for (QByteArray& element : elements) {
            element = silenced(element);
        }
        without = withJsonField(without, "phases", '[' + elements.join(',') + ']').value_or(without);
    }
    return without;
}

QByteArray scrubbed(QByteArray json)
{
    // Free text may name a person, links lead to pages that do, and an expanded object repeats them.
    static constexpr const char* kPersonal[] = {"customer_name", "customer_email", "customer_phone", "customer_address", "customer_shipping", "customer_tax_ids",
                                                "customer_details", "receipt_email", "shipping", "description", "footer", "custom_fields", "hosted_invoice_url",
                                                "invoice_pdf", "client_secret", "last_payment_error", "last_finalization_error", "charges", "billing_details",
                                                "payment_method_details", "receipt_url", "receipt_number", "level3", "fraud_details", "destination_details",
                                                "instructions_email", "next_action", "memo", "pdf"};
    static constexpr const char* kExpanded[] = {"customer", "payment_method", "default_payment_method", "source", "default_source", "latest_charge", "charge",
                                                "payment_intent", "invoice"};
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
    json = withoutNested(json, "lines", "description");          // of an invoice or a credit note: items are named by hand
    json = withoutScheduleTexts(json);
    return withoutNested(json, "cancellation_details", "comment"); // of a subscription: the reason, in a person's words
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
            if (known.integer(2) == 1 || writing::isLater(known.integer(3), m_receivedMs)) {
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
    m_owners.remove(id);
    m_changed = true;
    m_hasErased = true;
    erasePersonalTraces(id);
    markDirtyOf(id);
    touchCustomer(id);
}

void MirrorWriter::erasePersonalTraces(const QString& customerId)
{
    // owner_id <> '' for the index of owners, which is of these alone: without it all events are read.
    Query(m_db, "WITH owners(id) AS (SELECT ?1 UNION SELECT id FROM payment_intents WHERE customer_id = ?1 UNION SELECT id FROM invoices WHERE customer_id = ?1) "
                "UPDATE events SET raw = NULL WHERE raw IS NOT NULL AND ((owner_id <> '' AND owner_id IN (SELECT id FROM owners)) "
                "OR object_id IN (SELECT id FROM invoices WHERE customer_id = ?1))")
        .bind(customerId)
        .run();
    Query(m_db, "UPDATE invoice_lines SET description = '' WHERE description <> '' AND invoice_n IN (SELECT n FROM invoices WHERE customer_id = ?)").bind(customerId).run();
    Query(m_db, "DELETE FROM payment_methods WHERE customer_id = ?").bind(customerId).run();
    // What hangs on a charge need not name the customer.
    scrubRows("balance_transactions", "source_id IN (SELECT id FROM charges WHERE customer_id = ?1 UNION SELECT r.id FROM refunds r LEFT JOIN charges c ON c.id = r.charge_id "
                                      "WHERE r.customer_id = ?1 OR c.customer_id = ?1)", customerId);
    scrubRows("refunds", "customer_id = ?1 OR charge_id IN (SELECT id FROM charges WHERE customer_id = ?1)", customerId);
    for (const char* table : {"invoices", "payment_intents", "subscriptions", "subscription_schedules", "charges", "credit_notes"}) {
        scrubRows(table, "customer_id = ?1", customerId);
    }
}

void MirrorWriter::scrubRows(const char* table, const std::string& where, const QString& parameter)
{
    std::vector<std::pair<qint64, QByteArray>> scrubbed;
    Query all(m_db, std::string("SELECT n, raw FROM ") + table + " WHERE " + where);
    all.bind(parameter);
    while (all.next()) {
        if (!all.isNull(1)) {
            scrubbed.emplace_back(all.integer(0), writing::scrubbed(unpackedJson(all.blob(1))));
        }
    }
    for (const auto& [n, json] : scrubbed) {
        Query(m_db, std::string("UPDATE ") + table + " SET raw = ?, digest = ? WHERE n = ?").bind(packedJson(table, json)).bind(writing::digestOf(json)).bind(n).run();
    }
}

void MirrorWriter::scrubTransactionsOf(const QString& sourceId)
{
    scrubRows("balance_transactions", "source_id = ?1 OR source_id IN (SELECT id FROM refunds WHERE charge_id = ?1)", sourceId);
}

void MirrorWriter::eraseEventsOf(const QString& objectId)
{
    Query(m_db, "UPDATE events SET raw = NULL WHERE raw IS NOT NULL AND ((owner_id <> '' AND owner_id = ?1) OR object_id = ?1)").bind(objectId).run();
}

} // namespace ch::store
