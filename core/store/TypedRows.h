// SPDX-License-Identifier: GPL-3.0-or-later
// The items and discounts of a subscription as rows of their own, so that the revenue ledger reads a million subscriptions without unpacking
// one. What a discount's coupon or an item's price said stands beside them where no list may show it (any more). For the .cpp files of this
// room. Throws SQLite::Exception.
#pragma once

#include "store/Database.h"
#include "stripe/Objects.h"

namespace ch::store {

/// What collection_method and pause_collection come to in the table: 0 none, 1 drafts are kept, 2 nothing is charged.
[[nodiscard]] int pauseNumber(const std::optional<stripe::PauseCollection>& pause);

/// When an invoice was voided or marked uncollectible; 0: it was not.
[[nodiscard]] qint64 givenUpAt(const stripe::Invoice& invoice);

/// Replaces the rows of a subscription that stands in the table as n. isNew: it had none.
void writeItemRows(Database& db, qint64 n, const stripe::Subscription& subscription, bool isNew);

/// The terms of a coupon, and a price, as JSON that stripe::parseObject reads to the same value; numbers as Stripe wrote them.
[[nodiscard]] QByteArray couponTermsText(const stripe::Coupon& coupon);
[[nodiscard]] QByteArray priceText(const stripe::Price& price);

/// Fills all of it from the objects that the mirror holds already.
void fillTypedRows(Database& db);

} // namespace ch::store
