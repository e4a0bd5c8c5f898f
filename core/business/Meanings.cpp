// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Meanings.h"

#include "base/Log.h"

namespace ch::business {

namespace {

using store::EventEffect;

bool meaningMayFollow(const Error& error)
{
    return error.kind == ErrorKind::Storage || error.kind == ErrorKind::Damaged || error.kind == ErrorKind::Busy || error.kind == ErrorKind::Cancelled;
}

/// Else it is one object that cannot be read.
bool meaningOfAllFails(const Result<EventEffect>& effect)
{
    return !effect && effect.error().kind != ErrorKind::Damaged;
}

} // namespace

Result<EventEffect> Meanings::ask(const stripe::Event& event)
{
    const auto meant = takeMeaning(event, m_mirror, m_records);
    if (!meant && !meaningMayFollow(meant.error())) {
        log::error(QStringLiteral("what %1 means cannot be told: %2").arg(event.id, meant.error().message));
        return EventEffect::None;
    }
    if (!meant) {
        if (!std::exchange(m_isBehind, true)) {
            log::warning(QStringLiteral("what %1 means could not be written down, and is tried again: %2").arg(event.id, meant.error().message));
        }
        return fail(meant.error());
    }
    if (meant->effect != EventEffect::None && meant->isNew) {
        m_noticed(*meant);
    }
    return meant->effect;
}

void Meanings::settle()
{
    store::EventLog& log = m_records.eventLog();
    const auto pending = log.pending();
    if (!pending || pending->empty()) {
        m_isBehind = m_isBehind && !pending;
        return;
    }
    std::vector<std::pair<QString, EventEffect>> settled;
    for (const store::LoggedEvent& logged : *pending) {
        const auto event = stripe::parseObject<stripe::Event>(logged.json);
        const Result<EventEffect> effect = event ? ask(*event) : Result<EventEffect>(EventEffect::None);
        if (meaningOfAllFails(effect)) {
            break;
        }
        if (effect) {
            settled.emplace_back(logged.id, *effect);
        }
    }
    if (settled.empty() || !log.settle(settled)) { // what has its mark keeps it, and is not told again
        return;
    }
    m_isBehind = settled.size() < pending->size();
    log::info(QStringLiteral("what %1 events mean is written down now").arg(settled.size()));
}

Status Meanings::considerListed(bool isFirst)
{
    store::EventLog& log = m_records.eventLog();
    if (!isFirst) {
        const auto events = log.notConsidered(meaningfulEvents());
        if (!events) {
            return fail(events.error());
        }
        std::vector<store::EventLog::Done> done;
        bool isStuck = false;
        for (const store::LoggedEvent& logged : *events) {
            const auto event = stripe::parseObject<stripe::Event>(logged.json);
            const Result<EventEffect> effect = isStuck ? Result<EventEffect>(EventEffect::Pending) : event ? ask(*event) : Result<EventEffect>(EventEffect::None);
            isStuck = isStuck || meaningOfAllFails(effect);
            if (const EventEffect kept = effect.value_or(EventEffect::Pending); kept != EventEffect::None) {
                done.push_back({logged.id, store::EventDeed::Listed, kept});
            }
        }
        if (const Status told = log.done(done); !told) {
            return told;
        }
    }
    const Status considered = log.considered();
    if (considered) {
        settle();
    }
    return considered;
}

} // namespace ch::business
