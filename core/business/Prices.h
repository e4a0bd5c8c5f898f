// SPDX-License-Identifier: GPL-3.0-or-later
// The pre-created prices that businesses subscribe to, one a type, found by lookup key ("countinghouse_saas_monthly"): Stripe refuses
// prices made up inside a subscription for a new product. ensurePrices makes product and price of each type where there is none, once:
// the product has an id of its own ("countinghouse_saas"), the lookup key is unique in Stripe, and the idempotency keys derive from account
// and particulars, so that a second run, also at the same time, makes nothing more. What exists is never changed.
// Engine thread. The client is used, not owned, and outlives the job.
#pragma once

#include "base/Job.h"
#include "stripe/Objects.h"
#include "stripe/StripeClient.h"

#include <QList>

namespace ch::business {

/// saas, ecommerce, content, api, tool.
[[nodiscard]] const QStringList& businessTypes();

[[nodiscard]] QString lookupKeyOf(const QString& businessType);

/// "5.00" for a price of 500 US cents a month; empty for another currency or interval, tiers, or a fraction of a cent.
[[nodiscard]] QString monthlyUsd(const stripe::Price& price);

/// What ensurePrices asks of a type, in US cents a month; 0 for a type that is not one of the five.
[[nodiscard]] qint64 monthlyCents(const QString& businessType, bool tiers);

struct EnsuredPrice {
    QString businessType;
    QString lookupKey;
    QString priceId;
    QString productId;
    CurrencyCode currency;
    QString unitAmountDecimal;    ///< in minor units, as Stripe writes it
    bool created = false;
    bool differs = false;         ///< it was there, with another amount than the one asked for
};

/// The active prices with the lookup keys of these types (at most 10), in no order; a type without one is not among them.
[[nodiscard]] ResultJob<QList<stripe::Price>>* readPrices(stripe::StripeClient& client, const QStringList& businessTypes, QObject* parent);

/// tiers false: 5.00 USD a month for all; true: saas 50, ecommerce 30, content 20, api 15, tool 10. account: as for Provision.
[[nodiscard]] ResultJob<QList<EnsuredPrice>>* ensurePrices(stripe::StripeClient& client, const QString& account, bool tiers, QObject* parent);

} // namespace ch::business
