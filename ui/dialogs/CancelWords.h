// SPDX-License-Identifier: GPL-3.0-or-later
// Every sentence of the dialog that cancels one subscription. Pure.
#pragma once

#include "ui/dialogs/EndWords.h"

namespace ch::ui {

[[nodiscard]] EndWords cancelWords(const business::CancelPlan& plan, const StripWords& strip, const EndChoices& choices, const QTimeZone& zone);
[[nodiscard]] OutcomeWords cancelOutcomeWords(const business::CancelOutcome& outcome, const business::CancelPlan& plan, const business::CancelRequest& request, const QTimeZone& zone);

} // namespace ch::ui
