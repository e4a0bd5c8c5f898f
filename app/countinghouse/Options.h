// SPDX-License-Identifier: GPL-3.0-or-later
// The program's arguments. Never a key: keys come from the keychain, the environment or a person.
#pragma once

#include "base/Error.h"
#include "ui/shell/WindowController.h"

#include <QStringList>

namespace ch {

struct Options {
    ui::StartOptions start;
    QString screenshots;     ///< folder; empty: the window is shown
    QString link;            ///< what is to be shown, as it was given; empty: nothing
    bool version = false;
    bool help = false;
};

/// arguments: without the program's name. InvalidInput names what is wrong.
[[nodiscard]] Result<Options> readOptions(const QStringList& arguments);
[[nodiscard]] QString helpText();

} // namespace ch
