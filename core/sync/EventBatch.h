// SPDX-License-Identifier: GPL-3.0-or-later
// What EventApplier is at work on. For its .cpp files alone.
#pragma once

#include "sync/EventApplier.h"

#include <future>

namespace ch::sync {

struct EventApplier::Batch {
    std::vector<Queued> events;                       ///< oldest first
    std::future<store::Prepacked> packed;             ///< theirs, beside the planning
    std::vector<Read> reads;
    std::vector<store::ObjectRef> gone;
    std::vector<std::pair<QString, qint64>> shownBy;  ///< what was stored as an event shows it, and of which second
    bool needsAsked = false;
    int listsOfOne = 0;                               ///< lists of one invoice's payments that were asked for
    int running = 0;
    std::optional<Error> error;                       ///< the first that may pass
};

} // namespace ch::sync
