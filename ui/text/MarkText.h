// SPDX-License-Identifier: GPL-3.0-or-later
// What events have marked businesses with, in words (store/Marks.h). Pure.
#pragma once

#include "store/Marks.h"

#include <QHash>
#include <QTimeZone>
#include <vector>

namespace ch::ui {

/// "A payment failed on 3 Nov 2026: its invoice is open, and what it brings is at risk."
[[nodiscard]] QString markSentence(const store::Mark& mark, const QTimeZone& zone);
/// "Events tell: a payment of 1 business failed, 2 businesses have no subscription any more." Empty where there is none.
[[nodiscard]] QString marksSentence(const std::vector<store::Mark>& marks);
/// Sentences by business id and by customer id, for rows of tables; several in lines.
[[nodiscard]] QHash<QString, QString> marksById(const std::vector<store::Mark>& marks, const QTimeZone& zone);

} // namespace ch::ui
