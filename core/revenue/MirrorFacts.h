// SPDX-License-Identifier: GPL-3.0-or-later
// Facts of a whole mirror: subscriptions, what was billed for them, their events, the prices that any of them names. The reader's thread.
#pragma once

#include "revenue/Facts.h"
#include "store/MirrorReader.h"

#include <QHash>

namespace ch::revenue {

[[nodiscard]] Result<Facts> factsOf(const store::MirrorReader& reader);

/// Countries of customers, by customer id.
[[nodiscard]] Result<QHash<QString, QString>> countriesOf(const store::MirrorReader& reader);

} // namespace ch::revenue
