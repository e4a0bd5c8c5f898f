// SPDX-License-Identifier: GPL-3.0-or-later
// Many runs, or one that is told: what tests/simulation/run calls.
#pragma once

#include "simulation/World.h"

#include <QTemporaryDir>

namespace ch::sim {

/// In memory where the system has a place for it.
[[nodiscard]] std::unique_ptr<QTemporaryDir> quickFolder();

/// --seeds N [--from N]: that many runs, with the counts and the seeds that failed. --seed N: one, told line by line. 0: no rule was broken.
[[nodiscard]] int runCommand(const QStringList& words);

} // namespace ch::sim
