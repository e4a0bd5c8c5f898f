// SPDX-License-Identifier: GPL-3.0-or-later
// Every sentence of the take-down dialog, made from the plan, what was chosen, and the outcome: the act with name, amount and mode, what it
// brings, what the buttons say, and what came of it. Pure.
#pragma once

#include "ui/dialogs/EndWords.h"

namespace ch::ui {

[[nodiscard]] EndWords planWords(const business::TakedownPlan& plan, const StripWords& strip, const EndChoices& choices, const QTimeZone& zone);

[[nodiscard]] OutcomeWords outcomeWords(const business::TakedownOutcome& outcome, const QString& name, const business::TakedownRequest& request);
/// Something was not done because it differs from what was shown: the plan is to be looked at anew.
[[nodiscard]] bool hasChangedSince(const business::TakedownOutcome& outcome);

/// The name of a business for people: its name, else its id; set apart for sentences (Isolate.h).
[[nodiscard]] QString nameOf(const store::Business& business);

} // namespace ch::ui
