// SPDX-License-Identifier: GPL-3.0-or-later
// Prices, products and coupons, in MirrorWriter.
#include "store/Text.h"
#include "store/WriterPrivate.h"

namespace ch::store {

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
    static const std::string sql = writing::upsert(
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
        .bind(known.packed)
        .run();
    markDirtyBy(price.id);
    if (known.fate == Fate::Insert && hasLedger()) { // what lines of the past cost is known from now on
        Query(m_db, "INSERT INTO ledger_dirty(customer_id) SELECT DISTINCT i.customer_id FROM invoice_lines l JOIN invoices i ON i.n = l.invoice_n "
                    "WHERE l.price_id = ? AND i.customer_id <> '' ON CONFLICT(customer_id) DO NOTHING")
            .bind(price.id)
            .run();
    }
}

void MirrorWriter::writeProduct(const stripe::Received<stripe::Product>& received)
{
    const stripe::Product& product = received.object;
    const Known known = look("products", product.id, received.json, true);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql = writing::upsert("products", {"name", "active", "hidden", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(product.id)
        .bind(product.name)
        .bind(product.active)
        .bind(product.deleted ? 1 : 0)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(known.packed)
        .run();
}

void MirrorWriter::writeCoupon(const stripe::Received<stripe::Coupon>& received)
{
    const stripe::Coupon& coupon = received.object;
    const Known known = look("coupons", coupon.id, received.json, true);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql = writing::upsert("coupons", {"name", "hidden", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(coupon.id)
        .bind(coupon.name)
        .bind(coupon.deleted ? 1 : 0)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(known.packed)
        .run();
    markDirtyBy(coupon.id);
    if (hasLedger()) {
        Query(m_db, "INSERT INTO ledger_dirty(customer_id) SELECT DISTINCT customer_id FROM discounts WHERE coupon_id = ? AND customer_id <> '' ON CONFLICT(customer_id) DO NOTHING").bind(coupon.id).run();
    }
    Query customers(m_db, "SELECT id FROM customers WHERE coupon_id = ? AND coupon_id <> ''");
    customers.bind(coupon.id);
    while (customers.next()) {
        markDirtyOf(customers.text(0));
    }
}

} // namespace ch::store
