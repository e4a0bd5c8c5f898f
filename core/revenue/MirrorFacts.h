// SPDX-License-Identifier: GPL-3.0-or-later
// Facts of a mirror, whole or of one customer: subscriptions, what was billed for them, their events, the prices that any of them names. Read
// from typed columns; objects are unpacked only for prices, coupons, customers with a discount, and events. The reader's thread.
#pragma once

#include "revenue/Facts.h"
#include "store/MirrorReader.h"

#include <QHash>

namespace ch::revenue {

/// customerId empty: of all.
[[nodiscard]] Result<Facts> factsOf(const store::MirrorReader& reader, const QString& customerId = {});

/// Countries of customers, by customer id.
[[nodiscard]] Result<QHash<QString, QString>> countriesOf(const store::MirrorReader& reader);

} // namespace ch::revenue
