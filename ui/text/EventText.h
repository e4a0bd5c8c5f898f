// SPDX-License-Identifier: GPL-3.0-or-later
// An event of the log in words: how it came, what it did. Stripe's names of types stay Stripe's. Pure.
#pragma once

#include "store/EventLog.h"

#include <QString>

namespace ch::ui {

/// "Webhook", "Asked for", "Sync", "Replayed".
[[nodiscard]] QString eventSourceText(store::EventSource source);
/// The word of a deed for statusLook(): "event_applied" ...
[[nodiscard]] QString eventStatus(store::EventDeed deed);
/// What it did, in a sentence, with what it did beside that; and why, where the log says so.
[[nodiscard]] QString eventSentence(const store::EventEntry& entry);
/// Stripe's name of the type; for a trial of ours that it is one.
[[nodiscard]] QString eventTypeText(const QString& type);

} // namespace ch::ui
