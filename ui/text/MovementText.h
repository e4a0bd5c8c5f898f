// SPDX-License-Identifier: GPL-3.0-or-later
// Words for what moves MRR, and for why a subscription could not be valued. Pure.
#pragma once

#include "revenue/Figures.h"
#include "ui/theme/Roles.h"

namespace ch::ui {

[[nodiscard]] QString movementText(revenue::MovementClass movement);
[[nodiscard]] MovementColour movementColourOf(revenue::MovementClass movement);
/// problem: revenue's short code.
[[nodiscard]] QString valueProblemText(const QString& problem);
/// "Not read to their end: invoices and events. The key may not read: charges." Empty when complete.
[[nodiscard]] QString partialText(const store::Completeness& completeness);
/// A list's name in words.
[[nodiscard]] QString listText(const QString& list);

} // namespace ch::ui
