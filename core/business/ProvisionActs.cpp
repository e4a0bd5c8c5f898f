// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/ProvisionPrivate.h"
#include "business/Prices.h"
#include "stripe/Calls.h"

namespace ch::business {

namespace provision {

Result<StepObject> readCustomer(const QByteArray& json)
{
    const auto customer = stripe::parseObject<stripe::Customer>(json);
    if (!customer) {
        return fail(customer.error());
    }
    return StepObject{customer->id, json, customer->deleted, customer->created};
}

Result<StepObject> readSubscription(const QByteArray& json)
{
    const auto subscription = stripe::parseObject<stripe::Subscription>(json);
    if (!subscription) {
        return fail(subscription.error());
    }
    return StepObject{subscription->id, json, subscription->isEnded(), subscription->created};
}

using Look = ResultJob<std::optional<StepObject>>;

Look* lookForCustomer(const QPointer<stripe::StripeClient>& client, const QString& businessId, qint64 since, QObject* parent)
{
    auto* job = new SimpleJob<std::optional<StepObject>>(parent);
    findCustomers(*client, businessId, {}, since, job)->onFinished(job, [job](const Result<FoundCustomers>& found) {
        if (!found) {
            job->end(fail(found.error()));
        } else if (found->empty()) {
            job->end(std::optional<StepObject>());
        } else {
            job->end(std::optional(StepObject{found->front().object.id, found->front().json, false}));
        }
    });
    return job;
}

Look* lookForSubscription(const QPointer<stripe::StripeClient>& client, const QString& customerId, QObject* parent)
{
    auto* job = new SimpleJob<std::optional<StepObject>>(parent);
    findSubscriptions(*client, customerId, job)->onFinished(job, [job](const Result<FoundSubscriptions>& found) {
        if (!found) {
            job->end(fail(found.error()));
            return;
        }
        const auto living = livingOne(*found);
        job->end(living ? std::optional(StepObject{living->object.id, living->json, false}) : std::nullopt);
    });
    return job;
}

} // namespace provision

void Provision::Private::lookForCustomer()
{
    if (stopsHere()) {
        return;
    }
    if (customerStepped) {
        lookForPrice();
        return;
    }
    QStringList known;
    if (const auto business = applier.mirror().reader().business(subject.businessId); business && *business && (*business)->businessId == subject.businessId) {
        known = (*business)->customerIds;
    }
    if (const auto record = records.record(subject.businessId); record && *record && !(*record)->customerId.isEmpty()) {
        known << (*record)->customerId;
    }
    known.removeDuplicates();
    follow(findCustomers(*client, subject.businessId, known, unseenSince(applier.mirror().reader(), clock.nowMs()).value_or(0), &q))->onFinished(&q, [this](const auto& found) { customersFound(found); });
}

void Provision::Private::customersFound(const Result<FoundCustomers>& found)
{
    if (!found) {
        failWith(found.error());
        return;
    }
    if (found->empty()) {
        lookForPrice();
        return;
    }
    if (found->size() > 1) {
        QStringList ids;
        for (const auto& received : *found) {
            ids << received.object.id;
        }
        failWith(provision::errorOf(ErrorKind::Safety, "conflict", QStringLiteral("The business \u201c%1\u201d has %2 customers in Stripe already (%3), and which one is meant cannot be guessed. Correct the metadata in Stripe.")
            .arg(subject.businessId).arg(ids.size()).arg(ids.join(QStringLiteral(", ")))));
        return;
    }
    const auto& customer = found->front();
    store::Batch batch;
    batch.customers.push_back(customer);
    apply(std::move(batch));
    if (const Status noted = records.journal().note(operation.id, provision::kCustomerStep, {store::StepState::Done, {}, customer.object.id, {}}, clock.nowMs()); !noted) {
        failWith(noted.error());
        return;
    }
    outcome.customerId = customer.object.id;
    lookForSubscription();
}

void Provision::Private::lookForSubscription()
{
    if (stopsHere()) {
        return;
    }
    follow(findSubscriptions(*client, outcome.customerId, &q))->onFinished(&q, [this](const auto& found) { subscriptionsFound(found); });
}

void Provision::Private::subscriptionsFound(const Result<FoundSubscriptions>& found)
{
    if (!found) {
        failWith(found.error());
        return;
    }
    const auto living = livingOne(*found);
    if (!living) {
        if (price) {
            makeSubscription();
        } else {
            lookForPrice();
        }
        return;
    }
    if (const Status noted = records.journal().note(operation.id, provision::kSubscriptionStep, {store::StepState::Done, {}, living->object.id, {}}, clock.nowMs()); !noted) {
        failWith(noted.error());
        return;
    }
    outcome.subscriptionId = living->object.id;
    outcome.replayed = true;
    readSubscription();
}

void Provision::Private::lookForPrice()
{
    if (stopsHere()) {
        return;
    }
    follow(findPrice(*client, inputs.lookupKey, &q))->onFinished(&q, [this](const auto& found) {
        if (!found) {
            failWith(found.error());
        } else if (!*found) {
            failWith(provision::errorOf(ErrorKind::NotFound, "price_missing",
                QStringLiteral("Stripe has no active price with the lookup key \u201c%1\u201d. Make it once with \u201ccountinghousectl prices ensure\u201d, or in the Dashboard.").arg(inputs.lookupKey)));
        } else {
            price = *found;
            outcome.priceId = price->object.id;
            store::Batch batch;
            batch.prices.push_back(*price);
            apply(std::move(batch));
            makeCustomer();
        }
    });
}

stripe::Params Provision::Private::customerBody() const
{
    stripe::Params body;
    body.add(QStringLiteral("name"), inputs.name);
    if (!inputs.email.isEmpty()) {
        body.add(QStringLiteral("email"), inputs.email);
    }
    body.add(QStringLiteral("description"), inputs.description);
    body.addMetadata({{QStringLiteral("business_id"), subject.businessId}, {QStringLiteral("business_type"), inputs.type}, {QStringLiteral("business_name"), inputs.name},
        {QStringLiteral("genesis_created"), inputs.genesisCreated}, {QStringLiteral("autonomous"), QStringLiteral("true")}});
    return body;
}

void Provision::Private::makeCustomer()
{
    if (stopsHere()) {
        return;
    }
    customerStepped = true;
    StepWish wish;
    wish.name = provision::kCustomerStep;
    wish.path = stripe::listPath<stripe::Customer>();
    wish.body = customerBody();
    wish.read = &provision::readCustomer;
    wish.look = [here = client, id = subject.businessId](qint64 since, QObject* parent) { return provision::lookForCustomer(here, id, since, parent); };
    follow(new Runner(*client, records.journal(), clock, operation, std::move(wish), &q))->onFinished(&q, [this](const auto& end) { customerMade(end); });
}

void Provision::Private::customerMade(const Result<StepEnd>& end)
{
    if (!end) {
        failWith(end.error());
        return;
    }
    outcome.customerId = end->object.id;
    outcome.requestIds << end->requestIds;
    customerReplayed = end->replayed;
    customerIsFresh = !end->replayed && !end->object.json.isEmpty() && !operation.resumed;
    if (const auto customer = stripe::parseObject<stripe::Customer>(end->object.json); customer) {
        store::Batch batch;
        batch.customers.push_back({*customer, end->object.json});
        apply(std::move(batch));
    }
    if (subscriptionStepped || customerIsFresh) {
        makeSubscription();
    } else {
        lookForSubscription();
    }
}

stripe::Params Provision::Private::subscriptionBody() const
{
    stripe::Params body;
    body.add(QStringLiteral("customer"), outcome.customerId);
    body.add(QStringLiteral("items[0][price]"), price ? price->object.id : QString());
    body.add(QStringLiteral("payment_behavior"), "default_incomplete");
    body.add(QStringLiteral("payment_settings[payment_method_types][0]"), "card");
    body.add(QStringLiteral("payment_settings[save_default_payment_method]"), "on_subscription");
    body.addMetadata({{QStringLiteral("business_id"), subject.businessId}, {QStringLiteral("business_name"), inputs.name}, {QStringLiteral("business_type"), inputs.type}});
    body.add(QStringLiteral("expand[0]"), "latest_invoice.confirmation_secret");
    return body;
}

void Provision::Private::makeSubscription()
{
    if (stopsHere()) {
        return;
    }
    subscriptionStepped = true;
    StepWish wish;
    wish.name = provision::kSubscriptionStep;
    wish.keyedBy = outcome.customerId;
    wish.path = stripe::listPath<stripe::Subscription>();
    wish.body = subscriptionBody();
    wish.read = &provision::readSubscription;
    wish.look = [here = client, customer = outcome.customerId](qint64, QObject* parent) { return provision::lookForSubscription(here, customer, parent); };
    follow(new Runner(*client, records.journal(), clock, operation, std::move(wish), &q))->onFinished(&q, [this](const auto& end) { subscriptionMade(end); });
}

void Provision::Private::subscriptionMade(const Result<StepEnd>& end)
{
    if (!end) {
        failWith(end.error());
        return;
    }
    outcome.subscriptionId = end->object.id;
    outcome.requestIds << end->requestIds;
    outcome.replayed = end->replayed || customerReplayed || subscriptionNoted;
    madeSubscription = !end->replayed && !subscriptionNoted;
    readSubscription();
}

/// As it is now and without its secrets: the answer to the POST held the invoice's confirmation secret, which no file of ours is to hold.
void Provision::Private::readSubscription()
{
    if (stopsHere()) {
        return;
    }
    follow(stripe::retrieve<stripe::Subscription>(*client, outcome.subscriptionId, withCouponsOfSubscription(), {}, &q))->onFinished(&q, [this](const auto& result) {
        if (!result) {
            // It was made, and what it is like is not known: the operation is ended at the next run, when it can be read.
            Error error = result.error();
            error.outcomeKnown = true;
            leaveOpen(error, store::OperationState::Waiting);
            return;
        }
        subscription = stripe::Received<stripe::Subscription>{result->object, result->answer.json};
        if (!result->object.items.empty()) {
            outcome.priceId = result->object.items.front().price.id;
        }
        store::Batch batch;
        batch.subscriptions.push_back(*subscription);
        apply(std::move(batch));
        readInvoice(result->object.latestInvoiceId);
    });
}

void Provision::Private::readInvoice(const QString& invoiceId)
{
    if (invoiceId.isEmpty() || !client || stopping) {
        succeed();
        return;
    }
    follow(stripe::retrieve<stripe::Invoice>(*client, invoiceId, {}, {}, &q))->onFinished(&q, [this](const auto& result) {
        if (result) {
            outcome.paymentUrl = result->object.status == QLatin1String("open") ? result->object.hostedInvoiceUrl : QString();
            store::Batch batch;
            batch.invoices.push_back({result->object, result->answer.json});
            apply(std::move(batch));
        } else {
            outcome.note = QStringLiteral("The payment link could not be read: run the same command again to see it.");
        }
        succeed();
    });
}

store::Record Provision::Private::recordNow() const
{
    store::Record record;
    record.businessId = subject.businessId;
    record.businessName = inputs.name;
    record.businessType = inputs.type;
    record.customerId = outcome.customerId;
    record.subscriptionId = outcome.subscriptionId;
    record.subscriptionStatus = subscription ? subscription->object.status : QString();
    if (subscription && !subscription->object.items.empty()) {
        record.monthlyPriceUsd = monthlyUsd(subscription->object.items.front().price);
    }
    return record;
}

} // namespace ch::business
