// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/PlanRead.h"

#include "base/Log.h"
#include "store/BusinessKeys.h"

namespace ch::business {

namespace plan_read {

/// Stripe keeps what was deleted or canceled readable, so a 404 for an id that the mirror never held is a slip in the record.
Error neverThere(const QString& businessId, const QString& noun, const QString& id)
{
    Error error;
    error.kind = ErrorKind::NotFound;
    error.code = QStringLiteral("resource_missing");
    error.message = QStringLiteral("Stripe knows no %1 %2, which the record of \u201c%3\u201d names: it is of another account or mode, or mistyped. Nothing was done; correct the record and import it again.")
                        .arg(noun, id, businessId);
    return error;
}

} // namespace plan_read

ResultJob<TakedownPlan>* readTakedownPlan(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const QString& businessId,
                                          bool deleteCustomerByDefault, PlanDepth depth, QObject* parent)
{
    return new PlanRead(client, applier, records, clock, businessId, deleteCustomerByDefault, depth, parent);
}

PlanRead::PlanRead(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const QString& businessId, bool deleteByDefault, PlanDepth depth, QObject* parent)
    : ResultJob(parent), m_client(&client), m_applier(applier), m_records(records), m_clock(clock), m_businessId(businessId), m_deleteByDefault(deleteByDefault), m_depth(depth)
{
    QMetaObject::invokeMethod(this, &PlanRead::begin, Qt::QueuedConnection);
}

void PlanRead::cancel()
{
    m_stopping = true;
    if (m_active) {
        m_active->disconnect(this);
        m_active->cancel();
    }
    ResultJob::cancel();
}

bool PlanRead::stopsHere()
{
    if (m_stopping || !m_client) {
        ResultJob::cancel();
        return true;
    }
    return isSettled();
}

void PlanRead::refuse(const char* code, const QString& message)
{
    m_plan.refusal = message;
    m_plan.refusalCode = QLatin1String(code);
    settle(m_plan);
}

/// What is known here says whom to ask for; what it says of their state is forgotten.
void PlanRead::begin()
{
    if (stopsHere()) {
        return;
    }
    auto known = planTakedown(m_applier.mirror().reader(), m_businessId, m_deleteByDefault);
    const auto record = known ? m_records.record(known->business.businessId) : Result<std::optional<store::Record>>(fail(known.error()));
    if (!record) {
        settle(fail(record.error()));
        return;
    }
    m_record = *record;
    m_plan = *std::move(known);
    m_plan.fromStripe = true;
    if (m_record && !m_record->customerId.isEmpty() && !m_plan.business.customerIds.contains(m_record->customerId)) {
        m_plan.business.customerIds << m_record->customerId;
        m_plan.customerIds = customersMeant(m_plan.business, m_businessId);
    }
    m_plan.refusal.clear();
    m_plan.refusalCode.clear();
    m_plan.cancels.clear();
    m_plan.remainders.clear();
    m_plan.deletedCustomerIds.clear();
    m_plan.mayMailCustomer = false;
    m_plan.newestSubscriptionId.clear();
    lookForNewCustomers();
}

/// Another computer may have given the business a customer since the mirror was filled: what is taken down then is that one too.
void PlanRead::lookForNewCustomers()
{
    const auto since = unseenSince(m_applier.mirror().reader(), m_clock.nowMs());
    const bool isOneCustomer = m_plan.business.customerIds.contains(m_businessId); // meant by its own id
    if (!since || isOneCustomer || m_businessId != m_plan.business.businessId) {
        readCustomers();
        return;
    }
    follow(findCustomers(*m_client, m_businessId, {}, *since, this))->onFinished(this, [this](const Result<FoundCustomers>& newer) {
        if (!newer) {
            settle(fail(newer.error()));
            return;
        }
        for (const auto& received : *newer) {
            m_plan.business.customerIds << received.object.id;
        }
        m_plan.business.customerIds.removeDuplicates();
        m_plan.customerIds = customersMeant(m_plan.business, m_businessId);
        readCustomers();
    });
}

void PlanRead::readCustomers()
{
    m_toRead.assign(m_plan.customerIds.begin(), m_plan.customerIds.end());
    m_toList = m_toRead;
    readNextCustomer();
}

void PlanRead::readNextCustomer()
{
    if (stopsHere()) {
        return;
    }
    if (m_toRead.empty()) {
        chooseCustomer();
        return;
    }
    const QString id = m_toRead.front();
    m_toRead.pop_front();
    follow(stripe::retrieve<stripe::Customer>(*m_client, id, withCouponOfCustomer(), {}, this))->onFinished(this, [this, id](const auto& result) { customerRead(id, result); });
}

/// Several are known here: those that Stripe says are deleted are none to choose from.
void PlanRead::chooseCustomer()
{
    if (m_plan.customerIds.size() > 1) {
        QStringList living;
        for (const QString& id : std::as_const(m_plan.customerIds)) {
            living << (m_plan.deletedCustomerIds.contains(id) ? QStringList() : QStringList{id});
        }
        if (living.size() > 1) {
            refuse("conflict", conflictRefusal(m_businessId, living));
            return;
        }
        if (living.size() == 1) {
            m_former = m_plan.deletedCustomerIds;
            m_plan.customerIds = living;
            m_plan.business.customerIds = living;
            m_plan.deletedCustomerIds.clear();
            m_toList.assign(living.begin(), living.end());
        }
    }
    listNextCustomer();
}

void PlanRead::customerRead(const QString& id, const Result<stripe::Answered<stripe::Customer>>& result)
{
    if (!result && !isGone(result.error())) {
        settle(fail(result.error()));
        return;
    }
    const auto mirrored = m_applier.mirror().reader().customer(id);
    if (!result && mirrored && !*mirrored && m_plan.customerIds.size() > 1) {
        refuse("conflict", conflictRefusal(m_businessId, m_plan.customerIds)); // one of them is a slip in the record
        return;
    }
    if (!result && mirrored && !*mirrored) {
        settle(fail(plan_read::neverThere(m_plan.business.businessId, QStringLiteral("customer"), id)));
        return;
    }
    store::Batch batch;
    if (!result || result->object.deleted) {
        m_plan.deletedCustomerIds << id;
        batch.deletedCustomers << id;
    } else {
        const QString says = store::businessTags(result->object.metadata).id;
        if (id != m_businessId && !says.isEmpty() && says != m_plan.business.businessId) {
            refuse("changed", anothersRefusal(id, says, m_plan.business.businessId));
            return;
        }
        m_plan.mayMailCustomer = m_plan.mayMailCustomer || !result->object.email.isEmpty();
        batch.customers.push_back({result->object, result->answer.json});
    }
    apply(std::move(batch));
    readNextCustomer();
}

void PlanRead::listNextCustomer()
{
    if (stopsHere()) {
        return;
    }
    if (!m_toList.empty()) {
        const QString id = m_toList.front();
        m_toList.pop_front();
        follow(findSubscriptions(*m_client, id, this))->onFinished(this, [this](const Result<FoundSubscriptions>& listed) {
            if (!listed && !isGone(listed.error())) {
                settle(fail(listed.error()));
                return;
            }
            store::Batch batch;
            for (const auto& received : listed ? *listed : FoundSubscriptions()) {
                found(received.object);
                batch.subscriptions.push_back(received);
            }
            apply(std::move(batch));
            listNextCustomer();
        });
        return;
    }
    // What the mirror or the record name and no list showed: of a customer that is gone, or of a record that names no customer.
    QStringList named = m_plan.business.subscriptionIds;
    if (m_record && !m_record->subscriptionId.isEmpty() && m_plan.customerIds.size() == m_plan.business.customerIds.size()) {
        named << m_record->subscriptionId;
    }
    named.removeDuplicates();
    for (const QString& id : named) {
        const auto known = m_applier.mirror().reader().subscription(id);
        const bool isAnothers = known && *known && !m_plan.customerIds.isEmpty() && !m_plan.customerIds.contains((*known)->customerId);
        const bool isOfRecord = m_record && m_record->subscriptionId == id;
        if (!m_seen.contains(id) && (!isAnothers || isOfRecord)) {
            m_rest.push_back(id);
        }
    }
    readRest();
}

void PlanRead::readRest()
{
    if (stopsHere()) {
        return;
    }
    if (m_rest.empty()) {
        readIntent();
        return;
    }
    const QString id = m_rest.front();
    m_rest.pop_front();
    follow(stripe::retrieve<stripe::Subscription>(*m_client, id, withCouponsOfSubscription(), {}, this))->onFinished(this, [this, id](const auto& result) { restRead(id, result); });
}

void PlanRead::restRead(const QString& id, const Result<stripe::Answered<stripe::Subscription>>& result)
{
    if (!result && !isGone(result.error())) {
        settle(fail(result.error()));
        return;
    }
    const auto mirrored = m_applier.mirror().reader().subscription(id);
    if (!result && mirrored && !*mirrored) {
        settle(fail(plan_read::neverThere(m_plan.business.businessId, QStringLiteral("subscription"), id)));
        return;
    }
    if (result) {
        const stripe::Subscription& subscription = result->object;
        const QString says = store::businessTags(subscription.metadata).id;
        const bool isOurs = m_plan.customerIds.isEmpty() ? says.isEmpty() || says == m_plan.business.businessId : (m_plan.customerIds + m_former).contains(subscription.customerId);
        if (!isOurs) {
            refuse("subscription_of_another",
                QStringLiteral("The record of \u201c%1\u201d names the subscription %2, which belongs to another customer (%3) in Stripe. Correct the record and import it again, or take that customer down by its id.")
                    .arg(m_plan.business.businessId, id, subscription.customerId));
            return;
        }
        found(subscription);
        store::Batch batch;
        batch.subscriptions.push_back({subscription, result->answer.json});
        apply(std::move(batch));
    }
    readRest();
}

void PlanRead::found(const stripe::Subscription& subscription)
{
    m_seen << subscription.id;
    if (m_plan.newestSubscriptionId.isEmpty()) {
        m_plan.newestSubscriptionId = subscription.id;
    }
    if (!subscription.isEnded()) {
        m_living.push_back(subscription);
    }
}

void PlanRead::readIntent()
{
    const QString intent = m_record ? m_record->paymentIntentId : m_plan.business.paymentIntentId;
    const bool isRecordsCustomer = m_plan.customerIds.size() == m_plan.business.customerIds.size() || (m_record && m_plan.customerIds.contains(m_record->customerId));
    m_plan.paymentIntentId = m_seen.isEmpty() && isRecordsCustomer ? intent : QString();
    if (m_plan.paymentIntentId.isEmpty()) {
        readRemainders();
        return;
    }
    follow(stripe::retrieve<stripe::PaymentIntent>(*m_client, m_plan.paymentIntentId, {}, {}, this))->onFinished(this, [this](const auto& result) {
        if (!result) {
            settle(fail(result.error()));
            return;
        }
        m_plan.paymentIntentStatus = result->object.status;
        store::Batch batch;
        batch.paymentIntents.push_back({result->object, result->answer.json});
        apply(std::move(batch));
        readRemainders();
    });
}

void PlanRead::readRemainders()
{
    if (stopsHere()) {
        return;
    }
    for (const stripe::Subscription& subscription : m_living) {
        m_plan.cancels.push_back(plannedFrom(subscription));
    }
    const QString customer = m_plan.customerIds.value(0);
    if (m_depth == PlanDepth::SubscriptionsOnly || customer.isEmpty()) {
        end();
        return;
    }
    follow(new RemaindersRead(*m_client, m_applier, m_clock, customer, {}, m_living, this))->onFinished(this, [this](const Result<FoundRemainders>& read) {
        if (!read) {
            settle(fail(read.error()));
            return;
        }
        m_plan.remainders = read->remainders;
        m_plan.notReadable = read->notReadable;
        end();
    });
}

void PlanRead::end()
{
    for (PlannedCancel& cancel : m_plan.cancels) {
        if (const auto values = valuesOf(m_applier.mirror().reader(), cancel.customerId); values && values->contains(cancel.subscriptionId)) {
            cancel.mrr = values->value(cancel.subscriptionId);
        }
        sumRemainders(m_plan.remainders, cancel);
    }
    sumLoss(m_plan);
    const bool isIntentOver = m_plan.paymentIntentStatus == QLatin1String("canceled") || m_plan.paymentIntentStatus == QLatin1String("succeeded");
    m_plan.nothingToDo = m_plan.cancels.empty() && (m_plan.paymentIntentId.isEmpty() || isIntentOver);
    settle(m_plan);
}

/// The mirror is a copy: that it could not take an answer hides nothing. The next sync brings it.
void PlanRead::apply(store::Batch batch)
{
    batch.receivedAtMs = m_clock.nowMs();
    if (const Status applied = m_applier.apply(batch); !applied) {
        log::warning(QStringLiteral("plan: the mirror did not take an answer: %1").arg(applied.error().message));
    }
}

} // namespace ch::business
