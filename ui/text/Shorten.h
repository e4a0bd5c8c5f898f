// SPDX-License-Identifier: GPL-3.0-or-later
// Ids shortened in the middle, whole on hover and when copied. Pure.
#pragma once

#include <QString>

namespace ch::ui {

/// "sub_1Q…x9Kp": keeps the prefix and the last four characters; text of up to most characters stays whole.
[[nodiscard]] QString shortenedId(const QString& id, int most = 14);

/// The dash shown where a value is missing.
[[nodiscard]] QString missingText();

} // namespace ch::ui
