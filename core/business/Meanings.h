// SPDX-License-Identifier: GPL-3.0-or-later
// Asks of each event once what it means for a business of ours (EventMeaning.h). What cannot be written down for a reason that passes (a locked
// file, a full disk, an object that a sync has to read anew) is pending in the event log, also over a restart, and asked again at settle() until it is
// written down; what is new is told once, when its mark is there. What fails for good is said in the log and left.
// Engine thread; mirror and records are used, not owned, and outlive it.
#pragma once

#include "business/EventMeaning.h"

#include <functional>

namespace ch::business {

class Meanings {
public:
    /// A business was marked that was not marked so before.
    using Noticed = std::function<void(const EventMeant& meant)>;

    Meanings(const store::MirrorReader& mirror, store::RecordsFile& records, Noticed noticed) : m_mirror(mirror), m_records(records), m_noticed(std::move(noticed)) {}

    /// For who writes down what the event did. Asked when the mirror holds what it tells.
    [[nodiscard]] store::EventEffect take(const stripe::Event& event) { return ask(event).value_or(store::EventEffect::Pending); }
    /// Asks again of what is pending. Where nothing is, that costs next to nothing.
    void settle();
    /// A sync has ended well: asks of the events that came with it, and says so to the log. isFirst: they happened before anybody looked, and mean nothing
    /// any more. Storage: it is not known that they were asked, and they are to be asked again.
    [[nodiscard]] Status considerListed(bool isFirst);

private:
    /// Fails where the same question may be answered later.
    [[nodiscard]] Result<store::EventEffect> ask(const stripe::Event& event);

    const store::MirrorReader& m_mirror;
    store::RecordsFile& m_records;
    Noticed m_noticed;
    bool m_isBehind = false;       ///< and has said so
};

} // namespace ch::business
