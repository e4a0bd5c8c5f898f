// SPDX-License-Identifier: GPL-3.0-or-later
// The one way in for events, whichever way they came: commits them to the event log in the records file, which comes before the mirror, and
// hands those that are new to the feed, which applies them. An event that the log has is absorbed by its id, also after a restart; one that a
// person replays is handed on once more, and so is one that only a sync has listed which did not end well. What is committed here and not applied
// (a kill) is taken up by the feed at its next start.
// Refuses an event of the other mode (Safety) and one without an id (InvalidInput), and then takes none of its batch.
// Engine thread. The log is used, not owned. What take() answers is final: a sender may be told so.
#pragma once

#include "store/EventLog.h"
#include "stripe/ApiKey.h"

#include <functional>

namespace ch::sync {

using Events = std::vector<stripe::Received<stripe::Event>>;

/// What became of a batch.
struct Taken {
    QStringList newIds;            ///< committed now, in their order
    QStringList knownIds;          ///< had before: duplicates
};

class EventIntake {
public:
    /// Hands on what is to be applied, in the order in which it came; called before take() returns. Must not call take().
    using Feed = std::function<void(Events events, store::EventSource source)>;

    EventIntake(store::EventLog& log, stripe::Mode mode) : m_log(log), m_mode(mode) {}

    void setFeed(Feed feed) { m_feed = std::move(feed); }

    /// receivedMs: UTC, when they came. Events of a sync are logged and handed to nobody: a sync reads the objects themselves. Storage where
    /// they could not be committed: then none of them was.
    [[nodiscard]] Result<Taken> take(const Events& events, store::EventSource source, qint64 receivedMs);

private:
    store::EventLog& m_log;
    stripe::Mode m_mode;
    Feed m_feed;
};

} // namespace ch::sync
