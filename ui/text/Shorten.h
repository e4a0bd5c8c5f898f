// SPDX-License-Identifier: GPL-3.0-or-later
// Ids shortened in the middle, whole on hover and when copied; the dash of what is missing; names as words of buttons. Pure.
#pragma once

#include <QString>

namespace ch::ui {

/// "sub_1Q…x9Kp": keeps the prefix and the last four characters; text of up to most characters stays whole.
[[nodiscard]] QString shortenedId(const QString& id, int most = 14);

/// For a button or a menu: an & of a name is shown, where Qt would take it as the sign of a key.
[[nodiscard]] QString withoutMnemonics(const QString& text);

/// The dash shown where a value is missing.
[[nodiscard]] QString missingText();

} // namespace ch::ui
