// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/PlanRead.h"
#include "store/BusinessKeys.h"

namespace ch::business {

Result<QMap<QString, Money>> valuesOf(const store::MirrorReader& mirror, const QString& customerId)
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
    QMap<QString, Money> values;
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

void sumLoss(TakedownPlan& plan)
{
    plan.mrrLost.clear();
    for (const PlannedCancel& cancel : plan.cancels) {
        if (cancel.mrr.minor == 0) {
            continue;
        }
        const auto sum = std::find_if(plan.mrrLost.begin(), plan.mrrLost.end(), [&](const Money& money) { return money.currency == cancel.mrr.currency; });
        if (sum == plan.mrrLost.end()) {
            plan.mrrLost.push_back(cancel.mrr);
        } else {
            (void)addMinor(sum->minor, cancel.mrr.minor, &sum->minor);
        }
    }
}

void sumRemainders(const std::vector<Remainder>& remainders, PlannedCancel& cancel)
{
    for (const Remainder& remainder : remainders) {
        Money* sum = remainder.kind == RemainderKind::UnusedTime ? &cancel.unusedTime : remainder.kind == RemainderKind::PendingItem ? &cancel.pending : nullptr;
        if (sum && remainder.subscriptionId == cancel.subscriptionId && remainder.amount.currency == sum->currency) {
            (void)addMinor(sum->minor, remainder.amount.minor, &sum->minor);
        }
    }
}

namespace plan {

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
        plan.newestSubscriptionId = plan.newestSubscriptionId.isEmpty() ? subscription.id : plan.newestSubscriptionId;
        if (!subscription.isEnded()) {
            plan.cancels.push_back(plannedFrom(subscription));
            plan.cancels.back().mrr = values->value(subscription.id, Money{0, subscription.currency});
        }
    }
    return !subscriptions->empty();
}

/// A customer as a person tells it from another one.
PlannedCustomer shownCustomer(const store::MirrorReader& mirror, const QString& id, const std::optional<stripe::Customer>& customer)
{
    PlannedCustomer made;
    made.id = id;
    if (customer) {
        made.name = customer->name;
        made.email = customer->email;
        made.created = customer->created;
    }
    const auto subscriptions = mirror.subscriptionsOfCustomer(id);
    for (const stripe::Subscription& subscription : subscriptions ? *subscriptions : std::vector<stripe::Subscription>()) {
        made.subscriptions += subscription.isEnded() ? 0 : 1;
    }
    return made;
}

/// The invoices that the mirror knows as open or drafts. What may be done with them is asked of Stripe when it can be.
Status addInvoices(const store::MirrorReader& mirror, const QString& customerId, TakedownPlan& plan)
{
    const auto invoices = mirror.invoicesOfCustomer(customerId);
    if (!invoices) {
        return fail(invoices.error());
    }
    for (const stripe::Invoice& invoice : *invoices) {
        if (invoice.status == QLatin1String("open") || invoice.status == QLatin1String("draft")) {
            plan.remainders.push_back(remainderOf(invoice));
        }
    }
    return {};
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
        made.refusalCode = QStringLiteral("conflict");
    }
    bool hadSubscriptions = false;
    for (const QString& customerId : made.customerIds) {
        const auto customer = mirror.customer(customerId);
        if (!customer) {
            return fail(customer.error());
        }
        const QString says = *customer ? store::businessTags((*customer)->metadata).id : QString();
        if (customerId != businessId && !says.isEmpty() && says != made.business.businessId && made.refusal.isEmpty()) {
            made.refusal = anothersRefusal(customerId, says, made.business.businessId);
            made.refusalCode = QStringLiteral("changed");
        }
        made.customers.push_back(plan::shownCustomer(mirror, customerId, *customer));
        made.mayMailCustomer = made.mayMailCustomer || !made.customers.back().email.isEmpty();
        if (*customer && (*customer)->deleted) {
            made.deletedCustomerIds << customerId;
        }
        if (const Status listed = plan::addInvoices(mirror, customerId, made); !listed) {
            return fail(listed.error());
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
                made.cancels.emplace_back();
                made.cancels.back().subscriptionId = id;
            }
        }
    }
    const auto completeness = mirror.completeness();
    if (!completeness) {
        return fail(completeness.error());
    }
    made.mirrorComplete = completeness->complete;
    made.mirrorAsOfMs = completeness->completeAsOfMs;
    sumLoss(made);
    made.nothingToDo = made.cancels.empty() && (made.paymentIntentId.isEmpty() || made.business.status == QLatin1String("taken_down"));
    return made;
}

} // namespace ch::business
