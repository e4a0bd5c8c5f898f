// SPDX-License-Identifier: GPL-3.0-or-later
// The history of a subscription that comes as JSON with its invoices and events, without account or mirror. Pure; any thread.
#pragma once

#include "base/Error.h"
#include "revenue/Mrr.h"

#include <QJsonArray>
#include <QJsonObject>

namespace ch::revenue {

/// given: "invoices" (Stripe's, with their lines), "events" and "prices" (those that only lines and events name), each an array, each may be
/// left out. Gives the rows of the ledger that change MRR, oldest first: {"at", "item_id", "delta_minor", "class", "cause", "earliest",
/// "latest", "source"}; times in seconds; exact where earliest is latest. InvalidInput names what cannot be read.
[[nodiscard]] Result<QJsonArray> historyOf(const QJsonObject& given, const stripe::Subscription& subscription, Surroundings surroundings, const Definition& definition, stripe::Seconds now);

} // namespace ch::revenue
