// SPDX-License-Identifier: GPL-3.0-or-later
// What Stripe itself shows of a business, by its lists: never by Search (up to an hour late) and never from the mirror. Each job ends with
// what was found, or with the error of the read that failed: then nothing is known. Owned by parent. Engine thread.
#pragma once

#include "base/Job.h"
#include "store/MirrorReader.h"
#include "stripe/Calls.h"

#include <optional>
#include <vector>

namespace ch::business {

/// Every object of a list, as Stripe gives them (newest first).
template <typename T>
[[nodiscard]] ResultJob<std::vector<stripe::Received<T>>>* listOf(stripe::StripeClient& client, const QString& path, const stripe::Params& query, QObject* parent)
{
    auto* job = new SimpleJob<std::vector<stripe::Received<T>>>(parent);
    const auto found = std::make_shared<std::vector<stripe::Received<T>>>();
    stripe::listAll<T>(client, path, query, {}, [found](const auto& page) {
        found->insert(found->end(), page->objects.begin(), page->objects.end());
    }, job)->onFinished(job, [job, found](const Result<stripe::ListEnd>& end) {
        if (end) {
            job->end(std::move(*found));
        } else {
            job->end(fail(end.error()));
        }
    });
    return job;
}

/// Stripe says that there is none.
[[nodiscard]] bool isGone(const Error& error);

/// What a subscription and a customer are asked for with, so that the mirror can value what it is given: without their coupons a discounted
/// subscription would lose its MRR by being looked at. As sync's lists ask (ListReader).
[[nodiscard]] stripe::Params withCouponsOfSubscription();
[[nodiscard]] stripe::Params withCouponOfCustomer();

using FoundCustomers = std::vector<stripe::Received<stripe::Customer>>;
using FoundSubscriptions = std::vector<stripe::Received<stripe::Subscription>>;

/// Customers, not deleted, that say by their metadata that they are of this business, newest first: of those created since (seconds UTC;
/// 0: all there are), and of known ids, whenever they were created. A known one that says no business counts too; one that says another
/// business ends the job with Safety, code another_business.
[[nodiscard]] ResultJob<FoundCustomers>* findCustomers(stripe::StripeClient& client, const QString& businessId, const QStringList& knownIds, qint64 sinceSeconds, QObject* parent);

/// From when on customers may have been made that the mirror does not know, seconds UTC: two days before its last complete sync, since
/// clocks differ. Nothing where it never was complete.
[[nodiscard]] std::optional<qint64> unseenSince(const store::MirrorReader& mirror, qint64 nowMs);

/// All subscriptions of a customer, ended ones too, newest first.
[[nodiscard]] ResultJob<FoundSubscriptions>* findSubscriptions(stripe::StripeClient& client, const QString& customerId, QObject* parent);

/// The newest that is not ended; nothing when all are.
[[nodiscard]] std::optional<stripe::Received<stripe::Subscription>> livingOne(const FoundSubscriptions& subscriptions);

/// The active price with that lookup key; nothing when there is none.
[[nodiscard]] ResultJob<std::optional<stripe::Received<stripe::Price>>>* findPrice(stripe::StripeClient& client, const QString& lookupKey, QObject* parent);

} // namespace ch::business
