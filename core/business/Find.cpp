// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Find.h"

#include "store/BusinessKeys.h"

#include <algorithm>
#include <deque>

namespace ch::business {

bool isGone(const Error& error)
{
    return error.kind == ErrorKind::NotFound || error.code == QLatin1String("resource_missing");
}

namespace find {

class CustomersJob final : public ResultJob<FoundCustomers> {
public:
    CustomersJob(stripe::StripeClient& client, const QString& businessId, const QStringList& known, qint64 since, QObject* parent)
        : ResultJob(parent), m_client(&client), m_businessId(businessId), m_since(since), m_known(known.begin(), known.end())
    {
        next();
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
    void next()
    {
        if (!m_client) {
            ResultJob::cancel();
            return;
        }
        if (m_known.empty()) {
            list();
            return;
        }
        const QString id = m_known.front();
        m_known.pop_front();
        auto* job = stripe::retrieve<stripe::Customer>(*m_client, id, withCouponOfCustomer(), {}, this);
        m_active = job;
        job->onFinished(this, [this](const auto& result) {
            if (result) {
                if (!take({result->object, result->answer.json}, true)) {
                    return;
                }
            } else if (!isGone(result.error())) {
                settle(fail(result.error()));
                return;
            }
            next();
        });
    }

    void list()
    {
        stripe::Params query;
        if (m_since > 0) {
            query.add(QStringLiteral("created[gte]"), m_since);
        }
        auto* job = stripe::listAll<stripe::Customer>(*m_client, stripe::listPath<stripe::Customer>(), query, {}, [this](const auto& page) {
            for (const auto& received : page->objects) {
                (void)take(received, false);
            }
        }, this);
        m_active = job;
        job->onFinished(this, [this](const Result<stripe::ListEnd>& end) {
            if (!end) {
                settle(fail(end.error()));
                return;
            }
            std::stable_sort(m_found.begin(), m_found.end(), [](const auto& a, const auto& b) { return a.object.created > b.object.created; });
            settle(std::move(m_found));
        });
    }

    bool take(const stripe::Received<stripe::Customer>& customer, bool isNamed)
    {
        const QString says = store::businessTags(customer.object.metadata).id;
        const bool isThere = std::any_of(m_found.begin(), m_found.end(), [&](const auto& other) { return other.object.id == customer.object.id; });
        if (customer.object.deleted || isThere) {
            return true;
        }
        if (isNamed && !says.isEmpty() && says != m_businessId) {
            Error error;
            error.kind = ErrorKind::Safety;
            error.code = QStringLiteral("another_business");
            error.message = QStringLiteral("In Stripe the customer %1, which is known here as that of \u201c%2\u201d, belongs to the business \u201c%3\u201d. Sync and correct the record.").arg(customer.object.id, m_businessId, says);
            settle(fail(error));
            return false;
        }
        if (isNamed || says == m_businessId) {
            m_found.push_back(customer);
        }
        return true;
    }

    QPointer<stripe::StripeClient> m_client;
    QString m_businessId;
    qint64 m_since;
    std::deque<QString> m_known;
    FoundCustomers m_found;
    QPointer<Job> m_active;
};

} // namespace find

std::optional<qint64> unseenSince(const store::MirrorReader& mirror, qint64 nowMs)
{
    constexpr qint64 kTwoDaysMs = 2LL * 24 * 3600 * 1000;
    const auto completeness = mirror.completeness();
    if (!completeness || !completeness->complete || completeness->completeAsOfMs <= 0) {
        return std::nullopt;
    }
    return qMax<qint64>(0, qMin(completeness->completeAsOfMs, nowMs) - kTwoDaysMs) / 1000;
}

ResultJob<FoundCustomers>* findCustomers(stripe::StripeClient& client, const QString& businessId, const QStringList& knownIds, qint64 sinceSeconds, QObject* parent)
{
    return new find::CustomersJob(client, businessId, knownIds, sinceSeconds, parent);
}

stripe::Params withCouponsOfSubscription()
{
    return {{QStringLiteral("expand[0]"), QStringLiteral("discounts.source.coupon")}, {QStringLiteral("expand[1]"), QStringLiteral("items.data.discounts")}};
}

stripe::Params withCouponOfCustomer()
{
    return {{QStringLiteral("expand[0]"), QStringLiteral("discount.source.coupon")}};
}

ResultJob<FoundSubscriptions>* findSubscriptions(stripe::StripeClient& client, const QString& customerId, QObject* parent)
{
    const stripe::Params query{{QStringLiteral("customer"), customerId}, {QStringLiteral("status"), QStringLiteral("all")},
        {QStringLiteral("expand[0]"), QStringLiteral("data.discounts.source.coupon")}, {QStringLiteral("expand[1]"), QStringLiteral("data.items.data.discounts")}};
    return listOf<stripe::Subscription>(client, stripe::listPath<stripe::Subscription>(), query, parent);
}

std::optional<stripe::Received<stripe::Subscription>> livingOne(const FoundSubscriptions& subscriptions)
{
    for (const auto& received : subscriptions) {
        if (!received.object.isEnded()) {
            return received;
        }
    }
    return std::nullopt;
}

ResultJob<std::optional<stripe::Received<stripe::Price>>>* findPrice(stripe::StripeClient& client, const QString& lookupKey, QObject* parent)
{
    using Found = std::optional<stripe::Received<stripe::Price>>;
    auto* job = new SimpleJob<Found>(parent);
    const stripe::Params query{{QStringLiteral("lookup_keys[0]"), lookupKey}, {QStringLiteral("active"), QStringLiteral("true")}, {QStringLiteral("limit"), QStringLiteral("1")}};
    stripe::listPage<stripe::Price>(client, stripe::listPath<stripe::Price>(), query, {}, job)->onFinished(job, [job, lookupKey](const Result<stripe::Page<stripe::Price>>& page) {
        if (!page) {
            job->end(fail(page.error()));
        } else if (page->objects.empty() || page->objects.front().object.lookupKey != lookupKey) {
            job->end(Found());
        } else {
            job->end(Found(page->objects.front()));
        }
    });
    return job;
}

} // namespace ch::business
