// SPDX-License-Identifier: GPL-3.0-or-later
// Who works on an operation: a process, told from every other one, also from a later one of the same number. Pure; any thread.
#pragma once

#include <QString>

namespace ch::store {

struct Holder {
    qint64 pid = 0;
    QString host;
    QString start;                ///< when the process began, as its system counts it; empty where that is not known

    bool operator==(const Holder&) const = default;
};

[[nodiscard]] Holder thisProcess();

enum class HolderLife { Alive, Dead, OfAnotherHost };

/// A process of that number that began at another time is another one. What the system does not tell counts as alive.
[[nodiscard]] HolderLife lifeOf(const Holder& holder);

} // namespace ch::store
