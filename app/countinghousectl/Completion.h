// SPDX-License-Identifier: GPL-3.0-or-later
// What a shell needs to complete the commands of countinghousectl, made from the program's own list of them, so that none is missing.
// Completes commands, their options, and names of files and folders where one is asked for; asks no account for ids.
#pragma once

#include "Arguments.h"

namespace ch::ctl {

/// shell: "bash", "zsh" or "fish"; another one is InvalidInput.
[[nodiscard]] Result<QString> completionScript(const QString& shell);

} // namespace ch::ctl
