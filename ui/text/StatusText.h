// SPDX-License-Identifier: GPL-3.0-or-later
// Words, shapes and tones of a status. Stripe's words stay Stripe's; ours are legacy, taken_down and none,
// and those of operations and their steps (step_...), and of events (event_...). A word we do not know is shown
// as it came. Pure.
#pragma once

#include <QString>

namespace ch::ui {

enum class StatusShape { Disc, HalfDisc, Triangle, Diamond, Pause, CrossedRing, DashedRing, Square, CrossedSquare, Dash };
enum class Tone { Ok, Info, Warning, Danger, Quiet };

struct StatusLook {
    QString word;
    StatusShape shape = StatusShape::DashedRing;
    Tone tone = Tone::Quiet;
    QString meaning; ///< one sentence for hover; empty for a status we do not know
};

[[nodiscard]] StatusLook statusLook(const QString& status);

/// "SaaS", "E-commerce", "API" ...; another type as it came.
[[nodiscard]] QString businessTypeText(const QString& type);

} // namespace ch::ui
