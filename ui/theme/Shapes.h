// SPDX-License-Identifier: GPL-3.0-or-later
// Small drawn signs that tell states apart by shape, not by colour alone. Pure painting; GUI thread.
#pragma once

#include "ui/text/StatusText.h"
#include "ui/theme/Roles.h"

#include <QPainter>

namespace ch::ui {

/// Fills rect (best 10 to 12 px square) with the shape.
void drawStatusShape(QPainter& painter, const QRectF& rect, StatusShape shape, const QColor& colour);
[[nodiscard]] QColor toneColour(const Roles& roles, Tone tone);
[[nodiscard]] QColor tintOfTone(const Roles& roles, Tone tone);

/// The sign of a message: triangle, crossed disc, i or check mark.
enum class Sign { Info, Warning, Danger, Ok };
void drawSign(QPainter& painter, const QRectF& rect, Sign sign, const QColor& colour);
[[nodiscard]] QColor signColour(const Roles& roles, Sign sign);

} // namespace ch::ui
