// SPDX-License-Identifier: GPL-3.0-or-later
// What operations count, under the names that dashboards and alerts know already: one home for names, labels and units.
#pragma once

#include "store/Counters.h"
#include "stripe/Objects.h"

namespace ch::business {

/// Label status: success (a provision made a subscription), failed (a provision ended failed, at whichever step), cancelled (each
/// subscription that a take-down or a cancel ended). Pieces.
inline constexpr char kSubscriptionsCounter[] = "genesis_meta_agent_stripe_subscriptions_total";
/// Label business_type. The price at each success; counted in cents, exposed in dollars.
inline constexpr char kRevenueCounter[] = "genesis_meta_agent_stripe_revenue_total_usd_total";

inline constexpr char kCountedSuccess[] = "success";
inline constexpr char kCountedFailed[] = "failed";
inline constexpr char kCountedCancelled[] = "cancelled";

/// amount subscriptions under that status; put it into Journal::Ending::counts.
[[nodiscard]] store::Count subscriptionsCount(const char* status, qint64 amount = 1);

/// Nothing where the price is in another currency than USD, has no unit amount, or a fraction of a cent.
[[nodiscard]] std::vector<store::Count> revenueCount(const QString& businessType, const stripe::Price& price);

} // namespace ch::business
