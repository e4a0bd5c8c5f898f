// SPDX-License-Identifier: GPL-3.0-or-later
// Customers, in MirrorWriter.
#include "store/BusinessKeys.h"
#include "store/Text.h"
#include "store/WriterPrivate.h"

namespace ch::store {

void MirrorWriter::writeCustomer(const stripe::Received<stripe::Customer>& received)
{
    const stripe::Customer& customer = received.object;
    const QByteArray json = takePaymentMethod(received.json, customer.id);
    const Known known = look("customers", customer.id, json, true);
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
    static const writing::RowSql sql = writing::rowSql(
        "customers", {"name", "name_key", "email", "business_id", "business_type", "business_name", "created", "deleted", "hidden", "coupon_id"}, {"phone", "search"});
    writeRow(sql, customer.id, known, [&](Query& indexed, Query& others) {
        indexed.bind(customer.name)
            .bind(folded(customer.name))
            .bind(customer.email)
            .bind(tags.id)
            .bind(tags.type)
            .bind(tags.name)
            .bind(customer.created)
            .bind(0)
            .bind(customer.testClock.isEmpty() ? 0 : writing::kHiddenTestClock)
            .bind(coupon);
        others.bind(customer.phone).bind(writing::searchText({customer.id, customer.name, customer.email, customer.phone, customer.description}, customer.metadata));
    });
    m_owners.remove(customer.id);
    if (customer.discount) {
        writeDiscounts({*customer.discount}, customer.id, {}, {});
    }
    m_metadataKeys.note(m_db, MetadataOwner::Customers, customer.metadata);
    markDirtyOf(customer.id);
    touchCustomer(customer.id);
}

void MirrorWriter::ensureCustomer(const stripe::Subscription& subscription)
{
    if (subscription.customerId.isEmpty() || ownerOf(subscription.customerId).isReceived) {
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
        .bind(subscription.testClock.isEmpty() ? 0 : writing::kHiddenTestClock)
        .bind(folded(QStringList{subscription.customerId, tags.id}.join(QLatin1Char('\n'))))
        .run();
    m_owners.remove(subscription.customerId);
}

} // namespace ch::store
