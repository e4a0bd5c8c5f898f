// SPDX-License-Identifier: GPL-3.0-or-later
// The style sheet: resources/style/window.qss with @names of colour roles put in. Widgets choose a look by dynamic properties
// (look="primary", kind="secondary" ...), listed at the head of that file. Pure.
#pragma once

#include "ui/theme/Roles.h"

#include <QString>

class QWidget;

namespace ch::ui {

[[nodiscard]] QString styleSheet(const Roles& roles);

/// Sets a property that the style sheet reads and lets the widget be styled anew.
void setLook(QWidget* widget, const char* property, const QString& value);

} // namespace ch::ui
