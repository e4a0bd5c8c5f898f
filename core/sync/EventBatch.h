// SPDX-License-Identifier: GPL-3.0-or-later
// What EventApplier is at work on. For its .cpp files alone.
#pragma once

#include "sync/EventApplier.h"

namespace ch::sync {

struct EventApplier::Batch {
    std::vector<Queued> events;                       ///< oldest first
    std::vector<Read> reads;
    std::vector<store::ObjectRef> gone;
    std::vector<std::pair<QString, qint64>> marks;    ///< what was stored as an event shows it, and of which second
    EventNeeds needs;
    bool needsAsked = false;
    int running = 0;
    std::optional<Error> error;                       ///< the first that may pass
};

} // namespace ch::sync
