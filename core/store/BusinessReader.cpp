// SPDX-License-Identifier: GPL-3.0-or-later
// Businesses one by one: what Stripe says of their customers, and what our record says, put together.
#include "store/BusinessKeys.h"
#include "store/ReaderPrivate.h"
#include "store/StatusRank.h"

#include <QMap>
#include <algorithm>

namespace ch::store {

namespace {

struct BusinessSub {
    QString id;
    QString status;
    QString currency;
    qint64 created = 0;
    QString valueCurrency;
    qint64 mrrMinor = 0;
};

struct BusinessRecord {
    bool exists = false;
    QString businessId, name, type, customerId, subscriptionId, paymentIntentId;
    bool isTakenDown = false;
};

constexpr char kBusinessRecordColumns[] = "SELECT business_id, business_name, business_type, customer_id, subscription_id, payment_intent_id, "
                                          "taken_down_at_ms FROM rec.records WHERE ";

BusinessRecord businessRecordRow(const Query& query)
{
    return {true, query.text(0), query.text(1), query.text(2), query.text(3), query.text(4), query.text(5), query.integer(6) != 0};
}

BusinessRecord businessRecord(Database& db, const QString& where, const QString& value)
{
    Query query(db, kBusinessRecordColumns + where.toStdString() + " = ? AND ? <> '' ORDER BY business_id LIMIT 1");
    query.bind(value).bind(value);
    return query.next() ? businessRecordRow(query) : BusinessRecord();
}

/// Puts the customers that where finds into business. Returns how many there are.
int businessAddCustomers(Database& db, const char* where, const QString& value, Business& business, QStringList& allCustomers)
{
    Query query(db, std::string("SELECT id, name, email, business_type, business_name, created, deleted FROM customers WHERE ") + where +
                        " = ? AND hidden = 0 ORDER BY deleted, created DESC, n DESC");
    query.bind(value);
    QString firstName;
    while (query.next()) {
        const bool isDeleted = query.integer(6) != 0;
        if (business.customerIds.isEmpty()) {
            business.isDeletedInStripe = isDeleted;
            business.created = query.integer(5);
        }
        // Deleted ones are named only when no other is there, and then the newest of them: several are no conflict.
        if (!isDeleted || business.customerIds.isEmpty()) {
            business.customerIds << query.text(0);
        }
        allCustomers << query.text(0);
        business.created = query.integer(5) > 0 ? std::min(business.created, query.integer(5)) : business.created;
        const auto takeFirst = [&query](QString& into, int column) {
            if (into.isEmpty()) {
                into = query.text(column);
            }
        };
        takeFirst(firstName, 1);
        takeFirst(business.email, 2);
        takeFirst(business.type, 3);
        takeFirst(business.name, 4);
    }
    if (business.name.isEmpty()) {
        business.name = firstName;
    }
    return static_cast<int>(allCustomers.size());
}

std::vector<BusinessSub> businessSubs(Database& db, const QStringList& customers)
{
    std::vector<BusinessSub> subs;
    for (const QString& customer : customers) {
        Query query(db, "SELECT id, status, currency, created, value_currency, mrr_minor FROM subscriptions WHERE customer_id = ? AND hidden = 0 "
                        "ORDER BY created DESC, n DESC");
        query.bind(customer);
        while (query.next()) {
            subs.push_back({query.text(0), query.text(1), query.text(2), query.integer(3), query.text(4), query.integer(5)});
        }
    }
    std::stable_sort(subs.begin(), subs.end(), [](const BusinessSub& a, const BusinessSub& b) { return a.created > b.created; });
    return subs;
}

void businessAddSubs(const std::vector<BusinessSub>& subs, const BusinessRecord& record, Business& business)
{
    const BusinessSub* best = nullptr;
    const BusinessSub* newestAlive = nullptr;
    QMap<QString, qint64> sums;
    for (const BusinessSub& sub : subs) {
        business.subscriptionIds << sub.id;
        best = !best || statusRank(sub.status) < statusRank(best->status) ? &sub : best;
        const bool isOver = sub.status == QLatin1String("canceled") || sub.status == QLatin1String("incomplete_expired");
        newestAlive = !newestAlive && !isOver ? &sub : newestAlive;
        if (sub.mrrMinor != 0) {
            sums[sub.valueCurrency] += sub.mrrMinor;
        }
    }
    for (auto sum = sums.constBegin(); sum != sums.constEnd(); ++sum) {
        if (sum.value() != 0) {
            business.mrr.push_back({sum.value(), sum.key()});
        }
    }
    if (best) {
        business.status = best->status;
        if (business.mrr.empty()) {
            business.mrr.push_back({0, best->currency});
        }
    }
    const bool isRecordsKnown = business.subscriptionIds.contains(record.subscriptionId);
    business.subscriptionId = isRecordsKnown ? record.subscriptionId
        : newestAlive                        ? newestAlive->id
        : !subs.empty()                      ? subs.front().id
                                             : record.subscriptionId;
}

/// The business of this id, from customers and record; businessId stays empty when neither knows it.
Business businessOf(Database& db, bool hasRecords, const QString& id)
{
    Business business;
    QStringList customers;
    BusinessRecord record = hasRecords ? businessRecord(db, QStringLiteral("business_id"), id) : BusinessRecord();
    bool isFound = businessAddCustomers(db, "business_id <> '' AND business_id", id, business, customers) > 0;
    if (!isFound && record.exists && !record.customerId.isEmpty()) {
        // A customer that does not say whose it is belongs to the business whose record names it.
        isFound = businessAddCustomers(db, "business_id = '' AND id", record.customerId, business, customers) > 0;
    }
    if (!isFound && !record.exists) {
        isFound = businessAddCustomers(db, "id", id, business, customers) > 0;
        if (!isFound) {
            return {};
        }
    }
    business.businessId = id;
    business.hasRecord = record.exists;
    businessAddSubs(businessSubs(db, customers), record, business);
    if (business.name.isEmpty()) {
        business.name = record.name.isEmpty() ? id : record.name;
    }
    if (business.type.isEmpty()) {
        business.type = record.type.isEmpty() ? QString::fromLatin1(kUnclassified) : record.type;
    }
    // A record that names another customer than Stripe's metadata does is a conflict like any other.
    if (!record.customerId.isEmpty() && !business.customerIds.contains(record.customerId)) {
        business.customerIds << record.customerId;
    }
    business.paymentIntentId = record.paymentIntentId;
    // Taken down by us, and nothing of it lives in Stripe. A subscription that came back since has Stripe's word.
    const bool isOver = business.status.isEmpty() || business.status == QLatin1String("canceled") || business.status == QLatin1String("incomplete_expired");
    if (record.isTakenDown && isOver) {
        business.status = QStringLiteral("taken_down");
    } else if (business.status.isEmpty()) {
        const bool isLegacy = record.subscriptionId.isEmpty() && !record.paymentIntentId.isEmpty();
        business.status = isLegacy ? QStringLiteral("legacy") : QStringLiteral("none");
    }
    return business;
}

/// A customer id stands for the business that its customer (or a record) says.
QString businessIdFor(Database& db, bool hasRecords, const QString& id)
{
    if (hasRecords && businessRecord(db, QStringLiteral("business_id"), id).exists) {
        return id;
    }
    {
        Query query(db, "SELECT 1 FROM customers WHERE business_id = ? AND business_id <> '' AND hidden = 0");
        query.bind(id);
        if (query.next()) {
            return id;
        }
    }
    Query query(db, "SELECT business_id FROM customers WHERE id = ?");
    query.bind(id);
    const bool isCustomer = query.next();
    if (isCustomer && !query.text(0).isEmpty()) {
        return query.text(0);
    }
    const BusinessRecord record = hasRecords ? businessRecord(db, QStringLiteral("customer_id"), id) : BusinessRecord();
    return record.exists ? record.businessId : id;
}

} // namespace

Result<std::optional<Business>> MirrorReader::business(const QString& businessId) const
{
    return guarded(*d->db, [&]() -> Result<std::optional<Business>> {
        d->attachRecords();
        const ReadScope scope(*d->db);
        Business business = businessOf(*d->db, d->hasRecords, businessIdFor(*d->db, d->hasRecords, businessId));
        return business.businessId.isEmpty() ? std::nullopt : std::optional<Business>(std::move(business));
    });
}

Status MirrorReader::forEachBusiness(bool withUnclassified, const std::function<void(const Business&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        d->attachRecords();
        const ReadScope scope(*d->db);
        std::string ids = "SELECT business_id AS id FROM businesses";
        if (d->hasRecords) {
            ids += " UNION SELECT business_id FROM rec.records";
        }
        if (withUnclassified) {
            ids += " UNION SELECT id FROM customers WHERE business_id = '' AND hidden = 0 AND deleted = 0 AND received_ms > 0";
            if (d->hasRecords) {
                ids += " AND id NOT IN (SELECT customer_id FROM rec.records)";
            }
        }
        Query query(*d->db, ids + " ORDER BY id");
        while (query.next()) {
            const Business business = businessOf(*d->db, d->hasRecords, query.text(0));
            if (!business.businessId.isEmpty()) {
                visit(business);
            }
        }
        return {};
    });
}

} // namespace ch::store
