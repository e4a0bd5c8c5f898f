// SPDX-License-Identifier: GPL-3.0-or-later
// The words that warn before Stripe forgets events that were never read: some dates of the revenue ledger stand nowhere else. Pure.
#pragma once

#include "ui/shell/MessageStrip.h"

#include <QTimeZone>
#include <optional>

namespace ch::ui {

/// throughMs: every event up to here was listed, 0: never; both UTC milliseconds. Nothing while there is time. Without its action.
[[nodiscard]] std::optional<Message> eventsNotice(qint64 throughMs, qint64 nowMs, const QTimeZone& zone);

} // namespace ch::ui
