// SPDX-License-Identifier: GPL-3.0-or-later
// Subscriptions and what their value depends on, in MirrorWriter.
#include "store/TypedRows.h"
#include "store/WriterPrivate.h"

#include <QMap>

namespace ch::store {

namespace {

constexpr int kRefPrice = 1;
constexpr int kRefWholeCoupon = 2;
constexpr int kRefCouponById = 3;

QMap<QString, int> refsOf(Database& db, qint64 n)
{
    QMap<QString, int> refs;
    Query query(db, "SELECT ref, kind FROM subscription_refs WHERE subscription_n = ?");
    query.bind(n);
    while (query.next()) {
        refs.insert(query.text(0), static_cast<int>(query.integer(1)));
    }
    return refs;
}

} // namespace

void MirrorWriter::writeSubscription(const stripe::Received<stripe::Subscription>& received)
{
    const stripe::Subscription& subscription = received.object;
    const bool isErased = isCustomerDeleted(subscription.customerId);
    const QByteArray json = isErased ? writing::scrubbed(received.json) : takePaymentMethod(received.json, subscription.customerId);
    const Known known = look("subscriptions", subscription.id, json, true);
    if (known.fate == Fate::Skip) {
        return;
    }
    ensureCustomer(subscription);
    static const writing::RowSql sql = writing::rowSql("subscriptions", {"customer_id", "status", "currency", "created", "current_period_end", "cancel_at", "ended_at", "hidden"},
                                                       {"search", "start_date", "trial_start", "trial_end", "canceled_at", "pause", "by_invoice", "cancel_reason",
                                                        "items_complete", "discounts"});
    std::optional<qint64> cancelAt = subscription.cancelAt;
    if (!cancelAt && subscription.cancelAtPeriodEnd) {
        cancelAt = writing::timeOrNothing(subscription.currentPeriodEnd);
    }
    const bool isNew = known.fate == Fate::Insert;
    writeRow(sql, subscription.id, known, [&](Query& indexed, Query& others) {
        indexed.bind(subscription.customerId)
            .bind(subscription.status)
            .bind(subscription.currency)
            .bind(subscription.created)
            .bind(writing::timeOrNothing(subscription.currentPeriodEnd))
            .bind(cancelAt)
            .bind(subscription.endedAt)
            .bind(subscription.testClock.isEmpty() ? 0 : writing::kHiddenTestClock);
        others.bind(writing::searchText({subscription.id}, subscription.metadata))
            .bind(subscription.startDate)
            .bind(subscription.trialStart.value_or(0))
            .bind(subscription.trialEnd.value_or(0))
            .bind(subscription.canceledAt.value_or(0))
            .bind(pauseNumber(subscription.pauseCollection))
            .bind(subscription.collectionMethod == QLatin1String("send_invoice"))
            .bind(subscription.cancellationReason)
            .bind(subscription.itemsComplete)
            .bind(!subscription.discounts.isEmpty() || !subscription.discountIds.isEmpty());
    });
    if (!isNew) { // a new row is dirty by itself
        Query(m_db, "UPDATE subscriptions SET dirty = 1 WHERE n = ?").bind(known.n).run();
    }
    const qint64 n = isNew ? m_db.lastRowId() : known.n;
    writeRefs(n, subscription, isNew);
    writeItemRows(m_db, n, subscription, isNew);
    m_metadataKeys.note(m_db, MetadataOwner::Subscriptions, subscription.metadata);
    writeDiscounts(subscription.discounts, subscription.customerId, subscription.id, {});
    for (const stripe::SubscriptionItem& item : subscription.items) {
        writeDiscounts(item.discounts, subscription.customerId, subscription.id, item.id);
    }
    if (!isFilling()) {
        touchCustomer(subscription.customerId);
        m_writtenSubscriptions.insert(n, isErased ? nullptr : &subscription);
    }
}

void MirrorWriter::writeRefs(qint64 n, const stripe::Subscription& subscription, bool isNew)
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
    if (!isNew) {
        if (refsOf(m_db, n) == refs) {
            return; // as nearly always: they are another's only when the price or the discount is
        }
        Query(m_db, "DELETE FROM subscription_refs WHERE subscription_n = ?").bind(n).run();
    }
    Query insert(m_db, "INSERT INTO subscription_refs(ref, kind, subscription_n) VALUES(?, ?, ?)");
    for (auto ref = refs.constBegin(); ref != refs.constEnd(); ++ref) {
        insert.bind(ref.key()).bind(ref.value()).bind(n).run();
    }
}

} // namespace ch::store
