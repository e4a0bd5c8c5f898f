// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Takedown.h"

#include "store/BusinessKeys.h"

#include <map>

namespace ch::business {

namespace plan {

/// MRR of each subscription of a customer, as the table shows it.
Result<std::map<QString, Money>> valuesOf(const store::MirrorReader& mirror, const QString& customerId)
{
    const auto& columns = store::columnsOf(store::Table::Subscriptions);
    size_t mrr = columns.size();
    size_t currency = columns.size();
    for (size_t i = 0; i < columns.size(); ++i) {
        if (qstrcmp(columns[i].key, "mrr") == 0) {
            mrr = i;
        } else if (qstrcmp(columns[i].key, "currency") == 0) {
            currency = i;
        }
    }
    store::TableFilter filter;
    filter.customerId = customerId;
    const auto ids = mirror.rowIds(store::Table::Subscriptions, filter, {});
    if (!ids) {
        return fail(ids.error());
    }
    const auto rows = mirror.rows(store::Table::Subscriptions, *ids);
    if (!rows) {
        return fail(rows.error());
    }
    std::map<QString, Money> values;
    for (const store::Row& row : *rows) {
        if (mrr >= row.cells.size() || currency >= row.cells.size()) {
            continue;
        }
        const qint64* minor = std::get_if<qint64>(&row.cells[mrr]);
        const QString* code = std::get_if<QString>(&row.cells[currency]);
        values[row.objectId] = Money{minor ? *minor : 0, code ? *code : QString()};
    }
    return values;
}

void addLoss(std::vector<Money>& lost, const Money& money)
{
    if (money.minor == 0) {
        return;
    }
    for (Money& sum : lost) {
        if (sum.currency == money.currency) {
            (void)addMinor(sum.minor, money.minor, &sum.minor);
            return;
        }
    }
    lost.push_back(money);
}

/// Adds the subscriptions of one customer that are not ended. True when it had any at all.
Result<bool> addCustomer(const store::MirrorReader& mirror, const QString& customerId, TakedownPlan& plan)
{
    const auto subscriptions = mirror.subscriptionsOfCustomer(customerId);
    if (!subscriptions) {
        return fail(subscriptions.error());
    }
    const auto values = valuesOf(mirror, customerId);
    if (!values) {
        return fail(values.error());
    }
    for (const stripe::Subscription& subscription : *subscriptions) {
        if (subscription.isEnded()) {
            continue;
        }
        const auto value = values->find(subscription.id);
        const Money mrr = value == values->end() ? Money{0, subscription.currency} : value->second;
        plan.cancels.push_back({subscription.id, subscription.status, mrr, subscription.currentPeriodEnd});
        addLoss(plan.mrrLost, mrr);
    }
    return !subscriptions->empty();
}

} // namespace plan

QStringList customersMeant(const store::Business& business, const QString& businessId)
{
    return business.customerIds.contains(businessId) ? QStringList{businessId} : business.customerIds;
}

QString conflictRefusal(const QString& businessId, const QStringList& customerIds)
{
    return QStringLiteral("The business \u201c%1\u201d has %2 customers in Stripe (%3), and which one is meant cannot be guessed. "
                          "Take them down one by one by customer id, or correct the metadata in Stripe and sync.")
        .arg(businessId)
        .arg(customerIds.size())
        .arg(customerIds.join(QStringLiteral(", ")));
}

QString anothersRefusal(const QString& customerId, const QString& says, const QString& businessId)
{
    return QStringLiteral("In Stripe the customer %1 belongs to the business \u201c%2\u201d, not to \u201c%3\u201d. Sync and look again; correct the record, or take down by customer id if it is meant.")
        .arg(customerId, says, businessId);
}

Result<TakedownPlan> planTakedown(const store::MirrorReader& mirror, const QString& businessId, bool deleteCustomerByDefault)
{
    const auto business = mirror.business(businessId);
    if (!business) {
        return fail(business.error());
    }
    if (!business->has_value()) {
        return fail(ErrorKind::NotFound, QStringLiteral("No business or customer \u201c%1\u201d is known here. Sync first, or check the id.").arg(businessId));
    }
    TakedownPlan made;
    made.business = **business;
    made.deleteCustomerByDefault = deleteCustomerByDefault;
    made.customerIds = customersMeant(made.business, businessId);
    if (made.customerIds.size() > 1) {
        made.refusal = conflictRefusal(businessId, made.customerIds);
    }
    bool hadSubscriptions = false;
    for (const QString& customerId : made.customerIds) {
        const auto customer = mirror.customer(customerId);
        if (!customer) {
            return fail(customer.error());
        }
        const QString says = *customer ? (*customer)->metadata.value(QLatin1String(store::kBusinessIdKey)).trimmed() : QString();
        if (customerId != businessId && !says.isEmpty() && says != made.business.businessId && made.refusal.isEmpty()) {
            made.refusal = anothersRefusal(customerId, says, made.business.businessId);
        }
        const auto added = plan::addCustomer(mirror, customerId, made);
        if (!added) {
            return fail(added.error());
        }
        hadSubscriptions = hadSubscriptions || *added;
    }
    if (!hadSubscriptions && made.business.subscriptionIds.isEmpty()) {
        made.paymentIntentId = made.business.paymentIntentId;
    } else if (!hadSubscriptions) {
        // Known from a record alone: Stripe is asked for it when it is taken down.
        for (const QString& id : made.business.subscriptionIds) {
            const auto known = mirror.subscription(id);
            if (!known) {
                return fail(known.error());
            }
            if (!known->has_value()) {
                made.cancels.push_back({id, QString(), Money{}, 0});
            }
        }
    }
    const auto completeness = mirror.completeness();
    if (!completeness) {
        return fail(completeness.error());
    }
    made.mirrorComplete = completeness->complete;
    made.mirrorAsOfMs = completeness->completeAsOfMs;
    made.nothingToDo = made.cancels.empty() && (made.paymentIntentId.isEmpty() || made.business.status == QLatin1String("taken_down"));
    return made;
}

} // namespace ch::business
