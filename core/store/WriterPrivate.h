// SPDX-License-Identifier: GPL-3.0-or-later
// What the writers of one kind of object each have in common. For MirrorWriter's .cpp files alone.
#pragma once

#include "store/MirrorWriter.h"
#include "store/RowSql.h"

#include <functional>

namespace ch::store::writing {

/// In the column hidden: of a test clock.
constexpr int kHiddenTestClock = 2;

/// What a search looks through: the parts and every pair of the metadata, folded.
[[nodiscard]] QString searchText(const QStringList& parts, const stripe::Metadata& metadata);

/// Whether what was kept came later than what has come now. A lead of more than ten minutes is no later answer but a clock that was ahead
/// when it was written, and has been set back since.
[[nodiscard]] bool isLater(qint64 keptMs, qint64 nowMs);

/// Tells a change; guards nothing.
[[nodiscard]] QByteArray digestOf(const QByteArray& json);

/// 0 stands for absent in Stripe's times.
[[nodiscard]] std::optional<qint64> timeOrNothing(qint64 seconds);

/// An object's JSON without what an erased customer's other objects repeat of them.
[[nodiscard]] QByteArray scrubbed(QByteArray json);

} // namespace ch::store::writing
