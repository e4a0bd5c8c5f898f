// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace ch::store {

/// Which of several subscriptions speaks for their customer: the best alive (active, trialing, past_due, unpaid, paused, incomplete) before
/// those that are over. Lower is better.
[[nodiscard]] int statusRank(const QString& status);

} // namespace ch::store
