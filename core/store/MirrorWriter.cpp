// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/MirrorWriter.h"

#include "store/BusinessKeys.h"
#include "store/Text.h"

#include <QCryptographicHash>
#include <QMap>

namespace ch::store {

namespace {

constexpr int kHiddenTestClock = 2;
constexpr int kRefPrice = 1;
constexpr int kRefWholeCoupon = 2;
constexpr int kRefCouponById = 3;

/// INSERT ... ON CONFLICT(id) DO UPDATE of all columns but the first, which is id.
std::string writerUpsert(const std::string& table, std::initializer_list<const char*> columns)
{
    std::string names = "id";
    std::string marks = "?";
    std::string sets;
    for (const char* column : columns) {
        names += std::string(", ") + column;
        marks += ", ?";
        sets += (sets.empty() ? std::string() : std::string(", ")) + column + " = excluded." + column;
    }
    return "INSERT INTO " + table + "(" + names + ") VALUES(" + marks + ") ON CONFLICT(id) DO UPDATE SET " + sets;
}

QString writerSearchText(const QStringList& parts, const stripe::Metadata& metadata)
{
    QStringList all = parts;
    for (auto pair = metadata.constBegin(); pair != metadata.constEnd(); ++pair) {
        all << pair.key() + QLatin1Char('=') + pair.value();
    }
    all.removeAll(QString());
    return folded(all.join(QLatin1Char('\n')));
}

QByteArray writerDigest(const QByteArray& json)
{
    return QCryptographicHash::hash(json, QCryptographicHash::Md5); // tells a change; guards nothing
}

/// 0 stands for absent in Stripe's times.
std::optional<qint64> writerTime(qint64 seconds)
{
    return seconds == 0 ? std::nullopt : std::optional<qint64>(seconds);
}

/// The object's JSON without what an erased customer's other objects repeat of them.
QByteArray writerScrubbed(QByteArray json)
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

} // namespace

QByteArray packedJson(const QByteArray& json)
{
    return qCompress(json, 3);
}

QByteArray unpackedJson(const QByteArray& packed)
{
    return packed.isEmpty() ? QByteArray() : qUncompress(packed);
}

void MirrorWriter::write(const Batch& batch)
{
    for (const auto& received : batch.products) {
        writeProduct(received);
    }
    for (const auto& received : batch.prices) {
        writePrice(received);
    }
    for (const auto& received : batch.coupons) {
        writeCoupon(received);
    }
    for (const auto& received : batch.customers) {
        if (received.object.deleted) {
            deleteCustomer(received.object.id);
        } else {
            writeCustomer(received);
        }
    }
    for (const auto& received : batch.subscriptions) {
        writeSubscription(received);
    }
    for (const auto& received : batch.invoices) {
        writeInvoice(received);
    }
    for (const auto& received : batch.paymentIntents) {
        writePaymentIntent(received);
    }
    for (const auto& received : batch.events) {
        writeEvent(received);
    }
    for (const QString& id : batch.deletedCustomers) {
        deleteCustomer(id);
    }
    refreshTouched();
}

MirrorWriter::Known MirrorWriter::look(const char* table, const QString& id, const QByteArray& json, bool canHide)
{
    Known known;
    known.digest = writerDigest(json);
    qint64 receivedMs = 0;
    bool same = false;
    {
        Query query(m_db, std::string("SELECT n, received_ms, digest, ") + (canHide ? "hidden" : "0") + " FROM " + table + " WHERE id = ?");
        query.bind(id);
        if (!query.next()) {
            m_changed = true;
            return known;
        }
        known.n = query.integer(0);
        receivedMs = query.integer(1);
        same = query.blob(2) == known.digest && query.integer(3) != 1;
    }
    const bool isOlder = receivedMs > m_receivedMs;
    if (!isOlder && !same) {
        known.fate = Fate::Replace;
        m_changed = true;
        return known;
    }
    known.fate = Fate::Skip;
    Query(m_db, std::string("UPDATE ") + table + " SET received_ms = max(received_ms, ?), run = max(run, ?) WHERE n = ?")
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.n)
        .run();
    return known;
}

void MirrorWriter::writeCustomer(const stripe::Received<stripe::Customer>& received)
{
    const stripe::Customer& customer = received.object;
    const Known known = look("customers", customer.id, received.json, true);
    if (known.fate == Fate::Skip) {
        return;
    }
    const BusinessTags tags = businessTags(customer.metadata);
    if (known.fate == Fate::Replace) {
        Query before(m_db, "SELECT business_id FROM customers WHERE n = ?");
        before.bind(known.n);
        if (before.next()) {
            touchBusiness(before.text(0)); // it may leave that one
        }
    }
    const QString coupon = !customer.discount ? QString() : customer.discount->coupon ? customer.discount->coupon->id : customer.discount->couponId;
    static const std::string sql =
        writerUpsert("customers", {"name", "name_key", "email", "phone", "business_id", "business_type", "business_name", "created", "deleted", "hidden",
                                   "coupon_id", "search", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(customer.id)
        .bind(customer.name)
        .bind(folded(customer.name))
        .bind(customer.email)
        .bind(customer.phone)
        .bind(tags.id)
        .bind(tags.type)
        .bind(tags.name)
        .bind(customer.created)
        .bind(0)
        .bind(customer.testClock.isEmpty() ? 0 : kHiddenTestClock)
        .bind(coupon)
        .bind(writerSearchText({customer.id, customer.name, customer.email, customer.phone, customer.description}, customer.metadata))
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(packedJson(received.json))
        .run();
    markDirtyOf(customer.id);
    touchCustomer(customer.id);
}

void MirrorWriter::ensureCustomer(const stripe::Subscription& subscription)
{
    if (subscription.customerId.isEmpty()) {
        return;
    }
    // A customer that Stripe lists no more is still named by its subscriptions, and these say which business it was.
    const BusinessTags tags = businessTags(subscription.metadata);
    Query(m_db, "INSERT INTO customers(id, business_id, business_type, hidden, search) VALUES(?, ?, ?, ?, ?) "
                "ON CONFLICT(id) DO UPDATE SET business_id = excluded.business_id, business_type = excluded.business_type "
                "WHERE received_ms = 0 AND customers.business_id = '' AND excluded.business_id <> ''")
        .bind(subscription.customerId)
        .bind(tags.id)
        .bind(tags.type)
        .bind(subscription.testClock.isEmpty() ? 0 : kHiddenTestClock)
        .bind(folded(QStringList{subscription.customerId, tags.id}.join(QLatin1Char('\n'))))
        .run();
}

void MirrorWriter::writeSubscription(const stripe::Received<stripe::Subscription>& received)
{
    const stripe::Subscription& subscription = received.object;
    const Known known = look("subscriptions", subscription.id, received.json, true);
    if (known.fate == Fate::Skip) {
        return;
    }
    ensureCustomer(subscription);
    static const std::string sql = writerUpsert("subscriptions", {"customer_id", "status", "currency", "created", "current_period_end", "cancel_at", "ended_at",
                                                                  "hidden", "search", "dirty", "received_ms", "run", "digest", "raw"});
    std::optional<qint64> cancelAt = subscription.cancelAt;
    if (!cancelAt && subscription.cancelAtPeriodEnd) {
        cancelAt = writerTime(subscription.currentPeriodEnd);
    }
    Query(m_db, sql)
        .bind(subscription.id)
        .bind(subscription.customerId)
        .bind(subscription.status)
        .bind(subscription.currency)
        .bind(subscription.created)
        .bind(writerTime(subscription.currentPeriodEnd))
        .bind(cancelAt)
        .bind(subscription.endedAt)
        .bind(subscription.testClock.isEmpty() ? 0 : kHiddenTestClock)
        .bind(writerSearchText({subscription.id}, subscription.metadata))
        .bind(1)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(packedJson(received.json))
        .run();
    writeRefs(known.fate == Fate::Replace ? known.n : m_db.lastRowId(), subscription);
    touchCustomer(subscription.customerId);
}

void MirrorWriter::writeRefs(qint64 n, const stripe::Subscription& subscription)
{
    QMap<QString, int> refs;
    const auto addDiscounts = [&refs](const QList<stripe::Discount>& discounts) {
        for (const stripe::Discount& discount : discounts) {
            if (discount.coupon) {
                refs.insert(discount.coupon->id, kRefWholeCoupon);
            } else {
                refs.insert(discount.couponId, kRefCouponById);
            }
        }
    };
    addDiscounts(subscription.discounts);
    for (const stripe::SubscriptionItem& item : subscription.items) {
        refs.insert(item.price.id, kRefPrice);
        addDiscounts(item.discounts);
    }
    refs.remove(QString());
    Query(m_db, "DELETE FROM subscription_refs WHERE subscription_n = ?").bind(n).run();
    Query insert(m_db, "INSERT INTO subscription_refs(ref, kind, subscription_n) VALUES(?, ?, ?)");
    for (auto ref = refs.constBegin(); ref != refs.constEnd(); ++ref) {
        insert.bind(ref.key()).bind(ref.value()).bind(n).run();
    }
}

void MirrorWriter::writeInvoice(const stripe::Received<stripe::Invoice>& received)
{
    const stripe::Invoice& invoice = received.object;
    const QByteArray json = isCustomerDeleted(invoice.customerId) ? writerScrubbed(received.json) : received.json;
    const Known known = look("invoices", invoice.id, json, true);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql =
        writerUpsert("invoices", {"number", "customer_id", "subscription_id", "status", "currency", "total", "amount_paid", "amount_remaining",
                                  "billing_reason", "created", "due_date", "paid_at", "hidden", "search", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(invoice.id)
        .bind(invoice.number)
        .bind(invoice.customerId)
        .bind(invoice.subscriptionId)
        .bind(invoice.status)
        .bind(invoice.currency)
        .bind(invoice.total)
        .bind(invoice.amountPaid)
        .bind(invoice.amountRemaining)
        .bind(invoice.billingReason)
        .bind(invoice.created)
        .bind(invoice.dueDate)
        .bind(invoice.paidAt)
        .bind(hiddenLike(invoice.customerId))
        .bind(writerSearchText({invoice.id, invoice.number, invoice.subscriptionId}, {}))
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(packedJson(json))
        .run();
    writeLines(known.fate == Fate::Replace ? known.n : m_db.lastRowId(), invoice);
}

void MirrorWriter::writeLines(qint64 n, const stripe::Invoice& invoice)
{
    Query(m_db, "DELETE FROM invoice_lines WHERE invoice_n = ?").bind(n).run();
    Query insert(m_db, "INSERT INTO invoice_lines(invoice_n, place, id, amount, discount_amount, tax_amount, description, period_start, period_end, price_id, "
                       "product_id, unit_amount_decimal, quantity, subscription_id, subscription_item_id, proration, discount_ids) "
                       "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    int place = 0;
    for (const stripe::InvoiceLine& line : invoice.lines) {
        insert.bind(n)
            .bind(place++)
            .bind(line.id)
            .bind(line.amount)
            .bind(line.discountAmount)
            .bind(line.taxAmount)
            .bind(line.description)
            .bind(line.periodStart)
            .bind(line.periodEnd)
            .bind(line.priceId)
            .bind(line.productId)
            .bind(line.unitAmountDecimal)
            .bind(line.quantity)
            .bind(line.subscriptionId)
            .bind(line.subscriptionItemId)
            .bind(line.proration)
            .bind(line.discountIds.join(QLatin1Char(' ')))
            .run();
    }
}

void MirrorWriter::writePrice(const stripe::Received<stripe::Price>& received)
{
    const stripe::Price& price = received.object;
    QByteArray json = received.json;
    bool tiersKnown = price.tiersKnown;
    if (!tiersKnown && price.billingScheme == QLatin1String("tiered")) {
        // Tiers are shown only when asked for and never change: an answer without them does not take them away.
        Query before(m_db, "SELECT raw FROM prices WHERE id = ? AND tiers_known = 1");
        before.bind(price.id);
        const std::optional<QByteArray> tiers = before.next() ? jsonField(unpackedJson(before.blob(0)), "tiers") : std::nullopt;
        if (tiers) {
            if (Result<QByteArray> whole = withJsonField(json, "tiers", *tiers)) {
                json = *std::move(whole);
                tiersKnown = true;
            }
        }
    }
    const Known known = look("prices", price.id, json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql = writerUpsert(
        "prices", {"product_id", "active", "currency", "tiered", "tiers_known", "lookup_key", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(price.id)
        .bind(price.productId)
        .bind(price.active)
        .bind(price.currency)
        .bind(price.billingScheme == QLatin1String("tiered"))
        .bind(tiersKnown)
        .bind(price.lookupKey)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(packedJson(json))
        .run();
    markDirtyBy(price.id);
}

void MirrorWriter::writeProduct(const stripe::Received<stripe::Product>& received)
{
    const stripe::Product& product = received.object;
    const Known known = look("products", product.id, received.json, true);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql = writerUpsert("products", {"name", "active", "hidden", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(product.id)
        .bind(product.name)
        .bind(product.active)
        .bind(product.deleted ? 1 : 0)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(packedJson(received.json))
        .run();
}

void MirrorWriter::writeCoupon(const stripe::Received<stripe::Coupon>& received)
{
    const stripe::Coupon& coupon = received.object;
    const Known known = look("coupons", coupon.id, received.json, true);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql = writerUpsert("coupons", {"name", "hidden", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(coupon.id)
        .bind(coupon.name)
        .bind(coupon.deleted ? 1 : 0)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(packedJson(received.json))
        .run();
    markDirtyBy(coupon.id);
    Query customers(m_db, "SELECT id FROM customers WHERE coupon_id = ? AND coupon_id <> ''");
    customers.bind(coupon.id);
    while (customers.next()) {
        markDirtyOf(customers.text(0));
    }
}

void MirrorWriter::writePaymentIntent(const stripe::Received<stripe::PaymentIntent>& received)
{
    const stripe::PaymentIntent& intent = received.object;
    const QByteArray json = isCustomerDeleted(intent.customerId) ? writerScrubbed(received.json) : received.json;
    const Known known = look("payment_intents", intent.id, json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql =
        writerUpsert("payment_intents", {"customer_id", "status", "currency", "amount", "created", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(intent.id)
        .bind(intent.customerId)
        .bind(intent.status)
        .bind(intent.currency)
        .bind(intent.amount)
        .bind(intent.created)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(packedJson(json))
        .run();
}

void MirrorWriter::writeEvent(const stripe::Received<stripe::Event>& received)
{
    const stripe::Event& event = received.object;
    const Known known = look("events", event.id, received.json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    bool isErased = isCustomerDeleted(event.objectId);
    if (!isErased && event.objectType == QLatin1String("invoice")) {
        Query owner(m_db, "SELECT 1 FROM invoices i JOIN customers c ON c.id = i.customer_id WHERE i.id = ? AND c.deleted = 1");
        owner.bind(event.objectId);
        isErased = owner.next();
    }
    static const std::string sql = writerUpsert("events", {"type", "object_type", "object_id", "created", "received_ms", "run", "digest", "raw"});
    Query write(m_db, sql);
    write.bind(event.id).bind(event.type).bind(event.objectType).bind(event.objectId).bind(event.created).bind(m_receivedMs).bind(m_run).bind(known.digest);
    if (isErased) {
        write.bindNull();
    } else {
        write.bind(packedJson(received.json));
    }
    write.run();
}

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
    static const std::string sql = writerUpsert("customers", {"name", "name_key", "email", "phone", "business_id", "business_type", "business_name", "deleted",
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
            scrubbed.emplace_back(all.integer(0), writerScrubbed(unpackedJson(all.blob(1))));
        }
        for (const auto& [n, json] : scrubbed) {
            Query(m_db, std::string("UPDATE ") + table + " SET raw = ?, digest = ? WHERE n = ?").bind(packedJson(json)).bind(writerDigest(json)).bind(n).run();
        }
    }
}

bool MirrorWriter::isCustomerDeleted(const QString& customerId)
{
    Query query(m_db, "SELECT 1 FROM customers WHERE id = ? AND deleted = 1");
    query.bind(customerId);
    return query.next();
}

int MirrorWriter::hiddenLike(const QString& customerId)
{
    Query query(m_db, "SELECT 1 FROM customers WHERE id = ? AND hidden = 2");
    query.bind(customerId);
    return query.next() ? kHiddenTestClock : 0;
}

void MirrorWriter::markDirtyBy(const QString& ref)
{
    Query(m_db, "UPDATE subscriptions SET dirty = 1 WHERE n IN (SELECT subscription_n FROM subscription_refs WHERE ref = ?)").bind(ref).run();
}

void MirrorWriter::markDirtyOf(const QString& customerId)
{
    Query(m_db, "UPDATE subscriptions SET dirty = 1 WHERE customer_id = ?").bind(customerId).run();
}

void MirrorWriter::touchBusiness(const QString& businessId)
{
    if (!businessId.isEmpty()) {
        m_touchedBusinesses.insert(businessId);
    }
}

} // namespace ch::store
