// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/PlanRead.h"

#include "base/Log.h"
#include "business/Cancel.h"
#include "store/BusinessKeys.h"

namespace ch::business {

namespace cancel_plan {

tl::unexpected<Error> unknown(const QString& id)
{
    Error error;
    error.kind = ErrorKind::NotFound;
    error.code = QStringLiteral("resource_missing");
    error.message = QStringLiteral("No subscription \u201c%1\u201d is known. Check the id, and that it is of this account and mode.").arg(id);
    return fail(error);
}

CancelPlan planOf(const store::MirrorReader& mirror, const stripe::Subscription& subscription)
{
    CancelPlan made;
    made.subscription = plannedFrom(subscription);
    made.customerId = subscription.customerId;
    made.endedStatus = subscription.isEnded() ? subscription.status : QString();
    if (const auto values = valuesOf(mirror, subscription.customerId); values && values->contains(subscription.id)) {
        made.subscription.mrr = values->value(subscription.id);
    }
    if (const auto customer = mirror.customer(subscription.customerId); customer && *customer) {
        made.customerName = (*customer)->name;
        made.businessId = store::businessTags((*customer)->metadata).id;
        made.mayMailCustomer = !(*customer)->email.isEmpty();
    }
    return made;
}

/// Reads the subscription, its customer, and what stays open of it.
class Read final : public ResultJob<CancelPlan> {
public:
    Read(stripe::StripeClient& client, sync::Applier& applier, Clock& clock, const QString& id, QObject* parent) : ResultJob(parent), m_client(&client), m_applier(applier), m_clock(clock), m_id(id)
    {
        auto* job = stripe::retrieve<stripe::Subscription>(client, id, withCouponsOfSubscription(), {}, this);
        m_active = job;
        job->onFinished(this, [this](const auto& result) { subscriptionRead(result); });
    }

    void cancel() override
    {
        if (m_active) {
            m_active->disconnect(this);
            m_active->cancel();
        }
        ResultJob::cancel();
    }

private:
    void subscriptionRead(const Result<stripe::Answered<stripe::Subscription>>& result)
    {
        if (!result) {
            settle(isGone(result.error()) ? Result<CancelPlan>(unknown(m_id)) : Result<CancelPlan>(fail(result.error())));
            return;
        }
        m_subscription = result->object;
        store::Batch batch;
        batch.subscriptions.push_back({result->object, result->answer.json});
        apply(std::move(batch));
        if (!m_client) {
            ResultJob::cancel();
            return;
        }
        auto* job = stripe::retrieve<stripe::Customer>(*m_client, m_subscription.customerId, withCouponOfCustomer(), {}, this);
        m_active = job;
        job->onFinished(this, [this](const auto& customer) { customerRead(customer); });
    }

    void customerRead(const Result<stripe::Answered<stripe::Customer>>& result)
    {
        if (!result && !isGone(result.error())) {
            settle(fail(result.error()));
            return;
        }
        store::Batch batch;
        if (!result || result->object.deleted) {
            batch.deletedCustomers << m_subscription.customerId;
        } else {
            batch.customers.push_back({result->object, result->answer.json});
        }
        apply(std::move(batch));
        m_plan = planOf(m_applier.mirror().reader(), m_subscription);
        m_plan.fromStripe = true;
        if (m_subscription.isEnded() || !m_client) {
            settle(m_plan);
            return;
        }
        auto* job = new RemaindersRead(*m_client, m_applier, m_clock, m_subscription.customerId, m_id, {m_subscription}, this);
        m_active = job;
        job->onFinished(this, [this](const Result<FoundRemainders>& read) {
            if (!read) {
                settle(fail(read.error()));
                return;
            }
            m_plan.remainders = read->remainders;
            m_plan.notReadable = read->notReadable;
            sumRemainders(m_plan.remainders, m_plan.subscription);
            settle(m_plan);
        });
    }

    void apply(store::Batch batch)
    {
        batch.receivedAtMs = m_clock.nowMs();
        if (const Status applied = m_applier.apply(batch); !applied) {
            log::warning(QStringLiteral("plan: the mirror did not take an answer: %1").arg(applied.error().message));
        }
    }

    QPointer<stripe::StripeClient> m_client;
    sync::Applier& m_applier;
    Clock& m_clock;
    QString m_id;
    stripe::Subscription m_subscription;
    CancelPlan m_plan;
    QPointer<Job> m_active;
};

} // namespace cancel_plan

Result<CancelPlan> planCancel(const store::MirrorReader& mirror, const QString& subscriptionId)
{
    const auto known = mirror.subscription(subscriptionId);
    if (!known) {
        return fail(known.error());
    }
    if (!known->has_value()) {
        return cancel_plan::unknown(subscriptionId);
    }
    CancelPlan made = cancel_plan::planOf(mirror, **known);
    const auto invoices = mirror.invoicesOfCustomer(made.customerId);
    const auto completeness = mirror.completeness();
    if (!invoices || !completeness) {
        return fail(invoices ? completeness.error() : invoices.error());
    }
    for (const stripe::Invoice& invoice : *invoices) {
        if (invoice.subscriptionId == subscriptionId && (invoice.status == QLatin1String("open") || invoice.status == QLatin1String("draft"))) {
            made.remainders.push_back(remainderOf(invoice));
        }
    }
    made.mirrorAsOfMs = completeness->completeAsOfMs;
    return made;
}

ResultJob<CancelPlan>* readCancelPlan(stripe::StripeClient& client, sync::Applier& applier, Clock& clock, const QString& subscriptionId, QObject* parent)
{
    return new cancel_plan::Read(client, applier, clock, subscriptionId, parent);
}

} // namespace ch::business
