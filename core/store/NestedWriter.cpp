// SPDX-License-Identifier: GPL-3.0-or-later
// What has no list of its own and comes inside of what names it, in MirrorWriter: payment methods and discounts.
#include "store/Text.h"
#include "store/WriterPrivate.h"

namespace ch::store {

QByteArray MirrorWriter::takePaymentMethod(const QByteArray& json, const QString& customerId)
{
    const QByteArray digest = m_prepacked.isEmpty() ? QByteArray() : writing::digestOf(json);
    const bool isWhole = !m_prepacked.isEmpty() && !m_prepacked.packed(digest).isEmpty();
    std::optional<PartedJson> parted = m_prepacked.parted(digest);
    if (!parted && !isWhole) {
        parted = partedJson(json);
    }
    if (!parted) {
        return json;
    }
    writePaymentMethod(parted->paymentMethod, customerId);
    return parted->owner;
}

void MirrorWriter::writePaymentMethod(const QByteArray& json, const QString& customerId)
{
    const Result<stripe::PaymentMethod> method = stripe::parseObject<stripe::PaymentMethod>(json, stripe::JsonText::Checked);
    if (!method || isCustomerDeleted(customerId)) {
        return; // one of a shape that is not known hinders nothing
    }
    const Known known = look("payment_methods", method->id, json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql = writing::upsert("payment_methods", {"customer_id", "type", "card_brand", "card_country", "expiry_month", "expiry_year", "created", "received_ms",
                                                                    "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(method->id)
        .bind(customerId)
        .bind(method->type)
        .bind(method->cardBrand)
        .bind(method->cardCountry)
        .bind(method->expiryMonth)
        .bind(method->expiryYear)
        .bind(method->created)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(known.packed)
        .run();
}

void MirrorWriter::writeDiscounts(const QList<stripe::Discount>& discounts, const QString& customerId, const QString& subscriptionId, const QString& itemId)
{
    for (const stripe::Discount& discount : discounts) {
        const QString coupon = discount.coupon ? discount.coupon->id : discount.couponId;
        if (discount.id.isEmpty() || coupon.isEmpty()) {
            continue;
        }
        Query(m_db, "INSERT INTO discounts(id, coupon_id, customer_id, subscription_id, item_id, start_at, end_at, received_ms) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                    "ON CONFLICT(id) DO UPDATE SET coupon_id = ?2, customer_id = coalesce(nullif(?3, ''), customer_id), subscription_id = coalesce(nullif(?4, ''), subscription_id), "
                    "item_id = coalesce(nullif(?5, ''), item_id), start_at = ?6, end_at = ?7, received_ms = ?8 WHERE received_ms <= ?8")
            .bind(discount.id)
            .bind(coupon)
            .bind(discount.customerId.isEmpty() ? customerId : discount.customerId)
            .bind(discount.subscriptionId.isEmpty() ? subscriptionId : discount.subscriptionId)
            .bind(discount.subscriptionItem.isEmpty() ? itemId : discount.subscriptionItem)
            .bind(discount.start)
            .bind(discount.end)
            .bind(m_receivedMs)
            .run();
    }
}

} // namespace ch::store
