// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/TakedownPrivate.h"

namespace ch::business {

namespace takedown {

constexpr int kPageSize = 100;

/// Stripe keeps what was deleted or canceled readable, so a 404 for an id that the mirror never held is a slip in the record.
Error neverThere(const QString& businessId, const QString& noun, const QString& id)
{
    return withCode(ErrorKind::NotFound, "resource_missing",
        QStringLiteral("Stripe knows no %1 %2, which the record of \u201c%3\u201d names: it is of another account or mode, or mistyped. Nothing was done; correct the record and import it again.")
            .arg(noun, id, businessId));
}

} // namespace takedown

void Takedown::Private::resolve()
{
    if (stopsHere()) {
        return;
    }
    const auto known = applier.mirror().reader().business(request.businessId);
    if (!known) {
        stepFailed(known.error());
        return;
    }
    if (!known->has_value()) {
        outcome.status = QStringLiteral("not_found");
        outcome.stripe = QStringLiteral("skipped");
        outcome.error = takedown::withCode(ErrorKind::NotFound, "not_found",
            QStringLiteral("No business or customer \u201c%1\u201d is known here. Sync first, or check the id.").arg(request.businessId));
        q.settle(outcome);
        return;
    }
    business = **known;
    const auto kept = records.record(business.businessId);
    if (!kept) {
        stepFailed(kept.error());
        return;
    }
    record = *kept;
    if (record && !record->customerId.isEmpty() && !business.customerIds.contains(record->customerId)) {
        business.customerIds << record->customerId;
    }
    customers = customersMeant(business, request.businessId);
    if (customers.size() > 1) {
        stepFailed(takedown::withCode(ErrorKind::Safety, "conflict", conflictRefusal(request.businessId, customers)));
        return;
    }
    customersToRead.assign(customers.begin(), customers.end());
    customersToList = customersToRead;
    readNextCustomer();
}

void Takedown::Private::readNextCustomer()
{
    if (stopsHere()) {
        return;
    }
    if (customersToRead.empty()) {
        listNextCustomer();
        return;
    }
    const QString id = customersToRead.front();
    customersToRead.pop_front();
    follow(stripe::retrieve<stripe::Customer>(client, id, {}, interactive(), &q))->onFinished(&q, [this, id](const auto& result) { customerRead(id, result); });
}

void Takedown::Private::customerRead(const QString& id, const Result<stripe::Answered<stripe::Customer>>& result)
{
    if (!result && !takedown::isGone(result.error())) {
        stepFailed(result.error());
        return;
    }
    const auto mirrored = applier.mirror().reader().customer(id);
    if (!result && mirrored && !*mirrored) {
        stepFailed(takedown::neverThere(business.businessId, QStringLiteral("customer"), id));
        return;
    }
    store::Batch batch;
    if (!result || result->object.deleted) {
        customersGone << id;
        batch.deletedCustomers << id;
    } else {
        const QString says = result->object.metadata.value(takedown::kBusinessIdKey).trimmed();
        if (id != request.businessId && !says.isEmpty() && says != business.businessId) {
            stepFailed(takedown::withCode(ErrorKind::Safety, "changed", anothersRefusal(id, says, business.businessId)));
            return;
        }
        batch.customers.push_back({result->object, result->answer.json});
    }
    apply(std::move(batch));
    readNextCustomer();
}

void Takedown::Private::listNextCustomer()
{
    if (customersToList.empty()) {
        collectRest();
        return;
    }
    const QString id = customersToList.front();
    customersToList.pop_front();
    listPage(id, {});
}

void Takedown::Private::listPage(const QString& customerId, const QString& startingAfter)
{
    if (stopsHere()) {
        return;
    }
    stripe::Params query;
    query.add(QStringLiteral("customer"), customerId).add(QStringLiteral("status"), "all").add(QStringLiteral("limit"), takedown::kPageSize);
    if (!startingAfter.isEmpty()) {
        query.add(QStringLiteral("starting_after"), startingAfter);
    }
    follow(stripe::listPage<stripe::Subscription>(client, stripe::listPath<stripe::Subscription>(), query, interactive(), &q))
        ->onFinished(&q, [this, customerId, startingAfter](const auto& result) { pageRead(customerId, startingAfter, result); });
}

void Takedown::Private::pageRead(const QString& customerId, const QString& startingAfter, const Result<stripe::Page<stripe::Subscription>>& result)
{
    if (!result) {
        if (takedown::isGone(result.error())) {
            listNextCustomer();
        } else {
            stepFailed(result.error());
        }
        return;
    }
    store::Batch batch;
    QString last;
    for (const auto& received : result->objects) {
        if (seen.contains(received.object.id)) {
            stepFailed(takedown::withCode(ErrorKind::Protocol, "cursor_repeated",
                QStringLiteral("Stripe's list of this customer's subscriptions repeats itself, so it is not known which there are. Nothing was cancelled; try again.")));
            return;
        }
        last = received.object.id;
        found(received);
        batch.subscriptions.push_back(received);
    }
    apply(std::move(batch));
    if (!result->hasMore) {
        listNextCustomer();
    } else if (last.isEmpty() || last == startingAfter) {
        stepFailed(takedown::withCode(ErrorKind::Protocol, "list_never_ends",
            QStringLiteral("Stripe's list of this customer's subscriptions does not end. Nothing was cancelled; try again.")));
    } else {
        listPage(customerId, last);
    }
}

void Takedown::Private::found(const stripe::Received<stripe::Subscription>& subscription)
{
    seen << subscription.object.id;
    if (newestSeen.isEmpty()) {
        newestSeen = subscription.object.id;
    }
    if (!subscription.object.isEnded()) {
        toCancel.push_back(subscription.object.id);
    }
}

/// What the mirror or the record name and no list showed: of a customer that is gone, or of a record that names no customer.
void Takedown::Private::collectRest()
{
    QStringList named = business.subscriptionIds;
    if (record && !record->subscriptionId.isEmpty() && customers.size() == business.customerIds.size()) {
        named << record->subscriptionId;
    }
    named.removeDuplicates();
    for (const QString& id : named) {
        if (seen.contains(id)) {
            continue;
        }
        const auto known = applier.mirror().reader().subscription(id);
        const bool isAnothers = known && *known && !customers.isEmpty() && !customers.contains((*known)->customerId);
        const bool isOfRecord = record && record->subscriptionId == id;
        if (!isAnothers || isOfRecord) {
            subscriptionsToRead.push_back(id);
        }
    }
    readRest();
}

void Takedown::Private::readRest()
{
    if (stopsHere()) {
        return;
    }
    if (subscriptionsToRead.empty()) {
        cancelNext();
        return;
    }
    const QString id = subscriptionsToRead.front();
    subscriptionsToRead.pop_front();
    follow(stripe::retrieve<stripe::Subscription>(client, id, {}, interactive(), &q))->onFinished(&q, [this, id](const auto& result) { restRead(id, result); });
}

void Takedown::Private::restRead(const QString& id, const Result<stripe::Answered<stripe::Subscription>>& result)
{
    if (!result && !takedown::isGone(result.error())) {
        stepFailed(result.error());
        return;
    }
    const auto mirrored = applier.mirror().reader().subscription(id);
    if (!result && mirrored && !*mirrored) {
        stepFailed(takedown::neverThere(business.businessId, QStringLiteral("subscription"), id));
        return;
    }
    if (result) {
        const stripe::Subscription& subscription = result->object;
        const QString says = subscription.metadata.value(takedown::kBusinessIdKey).trimmed();
        const bool isOurs = customers.isEmpty() ? says.isEmpty() || says == business.businessId : customers.contains(subscription.customerId);
        if (!isOurs) {
            stepFailed(takedown::withCode(ErrorKind::Safety, "subscription_of_another",
                QStringLiteral("The record of \u201c%1\u201d names the subscription %2, which belongs to another customer (%3) in Stripe. Correct the record and import it again, or take that customer down by its id.")
                    .arg(business.businessId, id, subscription.customerId)));
            return;
        }
        found(stripe::Received<stripe::Subscription>{subscription, result->answer.json});
        store::Batch batch;
        batch.subscriptions.push_back({subscription, result->answer.json});
        apply(std::move(batch));
    }
    readRest();
}

} // namespace ch::business
