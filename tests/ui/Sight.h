// SPDX-License-Identifier: GPL-3.0-or-later
// Colours as eyes see them: WCAG 2 contrast, CIEDE2000 distance, and dichromatic sight after Machado, Oliveira and Fernandes (2009), in
// linear RGB.
#pragma once

#include <QColor>

namespace ch::test {

/// 1 to 21. WCAG 2.2, "contrast ratio".
[[nodiscard]] double contrast(const QColor& a, const QColor& b);
/// Sharma, Wu, Dalal (2005), kL = kC = kH = 1.
[[nodiscard]] double ciede2000(const QColor& a, const QColor& b);

enum class Sight { Normal, Protan, Deutan, Tritan };
[[nodiscard]] QColor seenBy(Sight sight, const QColor& colour);

} // namespace ch::test
