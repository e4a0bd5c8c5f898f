// SPDX-License-Identifier: GPL-3.0-or-later
// From a figure to its proof: the customers that make it up, a customer's timeline, and for each change its cause, how certain its date is and
// the ids of the Stripe objects and invoice lines that show it. And why a figure changed between two instants, ranked by customer. As JSON:
// it is shown, copied and kept, not computed with. Pure; any thread.
#pragma once

#include "revenue/AsOf.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTimeZone>

namespace ch::revenue {

/// One change of an item: {"at", "class", "cause", "delta_minor", "before", "after", "exact", "earliest", "latest", "source", "evidence"...}.
/// before and after: {"price", "quantity"} or null. Times are ISO 8601 in the zone.
[[nodiscard]] QJsonObject changeJson(const Ledger& ledger, size_t from, size_t to, const QTimeZone& zone);

/// The changes of a customer up to an instant, oldest first, each with the customer's balance after it.
[[nodiscard]] QJsonArray timelineJson(const Ledger& ledger, const QString& customerId, Seconds until, const QTimeZone& zone);

/// What a customer's subscriptions are worth at an instant: {"subscription_id", "item_id", "price", "quantity", "currency", "mrr_minor" ...}.
[[nodiscard]] QJsonArray holdingsJson(const Ledger& ledger, const QString& customerId, Seconds at);

/// The customers of a figure at an instant: {"customer_id", "currency", "mrr_minor"}, largest first; those and that of them which the filters take.
[[nodiscard]] QJsonArray customersJson(const Ledger& ledger, Seconds at, const Grouping& taken);

/// Why a figure changed in (from, to]: by customer and currency, the largest change first, each with its changes in that time. Of a change in which an
/// item leaves what the filters take for what they do not, or comes in, only the half that they take is told.
[[nodiscard]] QJsonArray changesJson(const Ledger& ledger, Seconds from, Seconds to, const QTimeZone& zone, const Grouping& taken);

} // namespace ch::revenue
