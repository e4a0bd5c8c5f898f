// SPDX-License-Identifier: GPL-3.0-or-later
// What deliveries of webhooks go through on purpose, as the network does to them: some come twice, some overtake each other, some are late, some
// are lost: taken by a forwarder that says so and does not hand them on, so that nobody sends them again.
// Written as NAME=VALUE: duplicates=RATE, reorder=RATE, lost=RATE (0 to 1), delay=MS or delay=MS-MS, seed=N. Plain value.
#pragma once

#include "base/Error.h"

namespace ch::sandbox {

struct WebhookPlan {
    qint64 duplicatesPerMillion = 0;
    qint64 reorderPerMillion = 0;
    qint64 lostPerMillion = 0;
    qint64 delayLeastMs = 0, delayMostMs = 0; ///< real time, whatever the speed of the account's clock
    quint64 seed = 1;

    /// Takes one setting in. Fails with InvalidInput and a sentence about what is possible.
    [[nodiscard]] Status set(const QString& name, const QString& value);
};

} // namespace ch::sandbox
