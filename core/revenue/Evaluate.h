// SPDX-License-Identifier: GPL-3.0-or-later
// Values subscriptions that come as JSON, without account or mirror: for checking our figures against one's own. Pure; any thread.
#pragma once

#include "base/Error.h"
#include "revenue/Mrr.h"

#include <QJsonArray>

namespace ch::revenue {

/// Takes an array of {"id", "subscription", "discount_durations_subtracted"?, "at"?}. "subscription" is Stripe's object, whose ids may be
/// left out; beside Stripe's fields it may hold "customer_discount" (a discount), and an item "tax_rate_inclusive_percent" (for a price
/// with tax inside). The durations (of forever, repeating, once) say which discounts mrr_minor leaves out; without them the definition
/// decides. "at", in seconds UTC, is the instant for which is asked; without it now.
/// With "invoices", "events" and "prices" beside it the answer has the "history" too (EvaluateHistory.h).
/// Gives, in the same order, an array of {"id", "list_minor", "contracted_minor", "net_minor", "mrr_minor", "items_minor", "currency",
/// "problem", "approximate"}; where "problem" names why it cannot be valued, the amounts are null.
/// InvalidInput, and nothing is valued, for what is not that array; the sentence names the entry.
[[nodiscard]] Result<QJsonArray> evaluate(const QByteArray& json, const Definition& definition, stripe::Seconds now);

} // namespace ch::revenue
