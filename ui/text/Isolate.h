// SPDX-License-Identifier: GPL-3.0-or-later
// Names in sentences: a name that is written from right to left must not turn the sentence round it. Pure.
#pragma once

#include <QString>

namespace ch::ui {

/// The text between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (Unicode Standard Annex 9). For sentences, not for titles of windows,
/// which other programs draw.
[[nodiscard]] inline QString isolated(const QString& text)
{
    return QChar(0x2068) + text + QChar(0x2069);
}

/// A sentence of ours with names in it, for a label whose text can be selected: Qt's text documents look into isolates when they choose a
/// paragraph's direction, so that one is told outright (LEFT-TO-RIGHT MARK, or the other where the language runs so).
[[nodiscard]] QString inOurDirection(const QString& sentence);

} // namespace ch::ui
