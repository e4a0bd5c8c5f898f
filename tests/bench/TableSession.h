// SPDX-License-Identifier: GPL-3.0-or-later
// One person at the window over a mirror: opens it, types, sorts, drags the scroll bar while a synchronisation writes; and how long each took,
// from the act to the painted rows. A process of its own, so that its start and its memory are those of the program.
#pragma once

#include <QString>

namespace ch::bench {

/// Prints a line "name<TAB>value" for each figure. startedNs: when the process was started, of CLOCK_MONOTONIC.
int runTableSession(const QString& folder, int subscriptions, qint64 startedNs);

/// Of CLOCK_MONOTONIC.
[[nodiscard]] qint64 nowNs();

} // namespace ch::bench
