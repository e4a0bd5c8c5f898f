// SPDX-License-Identifier: GPL-3.0-or-later
// The numbered steps of both files. A step that was once released is never changed: what comes later is a further step.
#pragma once

#include "store/Database.h"

namespace ch::store {

[[nodiscard]] const FileKind& mirrorFile();
[[nodiscard]] const FileKind& recordsFile();

[[nodiscard]] QString mirrorPath(const QString& dir);
[[nodiscard]] QString recordsPath(const QString& dir);

} // namespace ch::store
