// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/EventFeed.h"

#include "base/Log.h"
#include "sync/SyncLock.h"

#include <QDir>

namespace ch::sync {

namespace {

constexpr qint64 kLookedTickMs = 1'000;
constexpr qint64 kIdleTickMs = 5'000;
/// The wall clock ahead of the other by so much between two looks: the computer slept, or somebody set its clock.
constexpr qint64 kSleptMs = 30'000;
constexpr qint64 kBusyMs = 2'000;
constexpr qint64 kRhythmEveryMs = 60'000;
/// How far before the newest event that is known a poll asks: events may be seen late. Every few minutes it asks further back.
constexpr qint64 kOverlapSeconds = 30;
constexpr qint64 kDeepOverlapSeconds = 600;
constexpr qint64 kDeepEveryMs = 5LL * 60 * 1000;
/// A webhook of within so long may be what keeps the mirror fresh.
constexpr qint64 kWebhookLatelyMs = 2LL * 3600 * 1000;
/// A repair that failed is tried again after so long.
constexpr qint64 kRepairAgainMs = 5LL * 60 * 1000;
/// What waits in the log for so long is nobody's work any more.
constexpr qint64 kLeftBehindMs = 2LL * 60 * 1000;

/// What is dated ahead was dated by a clock that has been set back since.
bool feedIsLately(qint64 webhookMs, qint64 nowMs)
{
    return webhookMs > nowMs - kWebhookLatelyMs && webhookMs < nowMs + kSleptMs;
}

} // namespace

EventFeed::EventFeed(Around around, QObject* parent)
    : QObject(parent), d(std::move(around)), m_events({d.client, d.applier, d.log, d.clock, d.meaning}, this)
{
    d.intake.setFeed([this](Events events, store::EventSource) { m_events.add(std::move(events)); });
    m_events.hold(true); // until the account is known to be the one
    m_events.onDrained([this](const Status& status) { drained(status); });
}

EventFeed::~EventFeed()
{
    d.intake.setFeed({});
}

void EventFeed::start(const QString& repairAsked)
{
    if (std::exchange(m_isStarted, true)) {
        return;
    }
    m_state.isOn = true;
    m_repairAsked = repairAsked;
    m_wallMs = d.clock.nowMs();
    m_monotonicMs = d.clock.monotonicMs();
    m_deepMs = m_monotonicMs - kDeepEveryMs;
    m_revision = d.applier.mirror().revision();
    m_events.hold(d.isSyncing() || !m_repairAsked.isEmpty());
    if (const Status taken = m_events.takeUpWaiting(d.clock.nowMs()); !taken) {
        log::warning(QStringLiteral("events that wait could not be taken up: %1").arg(taken.error().message));
    }
    renewRhythm();
    m_isSoon = true;
    tick();
}

void EventFeed::setLooked(bool on)
{
    if (m_isLooked != on) {
        m_isLooked = on;
        if (m_isStarted) {
            renewRhythm();
            wakeIn(0);
        }
    }
}

void EventFeed::pollSoon()
{
    m_isSoon = true;
    m_notBeforeMs = m_state.isOn ? 0 : m_notBeforeMs;
    if (m_isStarted) {
        wakeIn(0);
    }
}

void EventFeed::syncBegins()
{
    m_events.hold(true);
    m_repairAgain.reset();
    if (m_poll) {
        m_poll->cancel();
    }
    if (m_polled) { // what it found waits, and the next poll tells through when
        m_polled.reset();
        m_lock.reset();
    }
}

Status EventFeed::noteThrough(store::Mirror& mirror, store::EventLog& log, const Listed& listed)
{
    const auto known = log.through();
    if (!known) {
        return fail(known.error());
    }
    // The mirror first, see reasonToRepair.
    const Status kept = mirror.setEventsThrough(known->throughAfter(listed.askedMs, listed.nowMs));
    return kept ? log.listedThrough(listed.askedMs, listed.by, listed.nowMs) : kept;
}

void EventFeed::syncEnded(const Status& status)
{
    m_repairAgain.reset();
    if (!status) {
        // What a person stopped stays so; what failed by itself is asked for again after a while.
        const bool mayAgain = status.error().kind != ErrorKind::Cancelled && !m_repairAsked.isEmpty();
        m_events.hold(!m_repairAsked.isEmpty());
        if (mayAgain) {
            m_repairAgain = std::make_unique<QObject>();
            d.clock.callAfter(kRepairAgainMs, m_repairAgain.get(), [this] { m_repairAsked.clear(); });
        }
        return;
    }
    m_repairAsked.clear();
    m_events.hold(false);
    if (m_isStarted) {
        m_state.isOn = true; // the key may have been given the right meanwhile
        m_notBeforeMs = 0;
        m_failures = 0;
        renewRhythm();
        pollSoon(); // what happened while it ran
    }
}

void EventFeed::tick()
{
    const qint64 wall = d.clock.nowMs();
    const qint64 monotonic = d.clock.monotonicMs();
    if (std::abs((wall - m_wallMs) - (monotonic - m_monotonicMs)) > kSleptMs) {
        m_isSoon = true;
        m_notBeforeMs = m_state.isOn ? 0 : m_notBeforeMs;
        m_failures = 0;
        m_rhythmMs = 0;
    }
    m_wallMs = wall;
    m_monotonicMs = monotonic;
    look(wall);
    wakeIn(m_isLooked ? kLookedTickMs : kIdleTickMs);
}

/// The next tick; the one that was to come is called off.
void EventFeed::wakeIn(qint64 ms)
{
    m_ticker = std::make_unique<QObject>();
    d.clock.callAfter(ms, m_ticker.get(), [this] { tick(); });
}

void EventFeed::look(qint64 nowMs)
{
    if (const qint64 revision = d.applier.mirror().revision(); revision != m_revision) {
        m_revision = revision;
        Q_EMIT mirrorMoved(revision);
    }
    if (m_rhythmMs == 0 || m_monotonicMs - m_rhythmMs > kRhythmEveryMs) {
        renewRhythm();
    }
    if (!m_poll && !m_polled && !d.isSyncing() && isDue(nowMs)) {
        poll();
    }
    tell();
}

bool EventFeed::isDue(qint64 nowMs)
{
    const qint64 knownAge = nowMs - m_state.throughMs; // of what was last seen; others only make it less
    const bool isFresh = m_state.throughMs > 0 && knownAge >= 0 && knownAge < m_state.rhythm.everyMs && !m_events.isHeld();
    if (m_monotonicMs < m_notBeforeMs || (isFresh && !m_isSoon && m_failures == 0)) {
        return false;
    }
    const auto known = d.log.through();
    if (!known || !renewThrough()) {
        return false;
    }
    m_state.webhookMs = known->webhookMs;
    // A list that the key may not read leaves it partial for good; what the others hold is kept fresh all the same.
    const QString reason = m_state.throughMs == 0 ? QStringLiteral("first") : reasonToRepair(*known, nowMs);
    if (!reason.isEmpty()) {
        if (m_repairAsked != reason) {
            m_repairAsked = reason;
            m_events.hold(true);
            Q_EMIT repairNeeded(reason);
        }
        return false;
    }
    if (!m_repairAsked.isEmpty() || m_events.isHeld()) { // another program has done it; look() asks only while this one does not sync
        m_repairAgain.reset();
        m_repairAsked.clear();
        m_events.hold(false);
    }
    const qint64 age = nowMs - known->throughMs;
    return m_isSoon || age < 0 || age >= m_state.rhythm.everyMs || m_failures > 0;
}

bool EventFeed::renewThrough()
{
    const auto completeness = d.applier.mirror().reader().completeness();
    if (completeness) {
        m_state.throughMs = completeness->throughMs;
        m_state.by = completeness->throughBy;
    }
    return completeness.has_value();
}

QString EventFeed::reasonToRepair(const store::EventLogState& known, qint64 nowMs)
{
    if (known.isClosing(nowMs)) {
        return QStringLiteral("away");
    }
    const std::optional<qint64> held = d.applier.mirror().eventsThrough().value_or(std::nullopt);
    if (!held) {
        (void)d.applier.mirror().setEventsThrough(known.throughMs); // of before there was a feed
        return {};
    }
    // Each poll writes the mirror first: one that lags behind was put back from a copy, and what the log knows was applied to another.
    return *held < known.throughMs ? QStringLiteral("older") : QString();
}

void EventFeed::poll()
{
    auto lock = std::make_unique<QLockFile>(QDir(d.dir).filePath(QStringLiteral("feed.lock")));
    lock->setStaleLockTime(0);
    const bool isFree = lock->tryLock(0);
    // One that syncs elsewhere reads everything; it is only looked whether somebody does.
    if (!isFree || !SyncLock::take(d.dir)) {
        m_notBeforeMs = m_monotonicMs + kBusyMs;
        return;
    }
    const auto known = d.log.through();
    if (!known) {
        return;
    }
    m_lock = std::move(lock);
    m_isSoon = false;
    const bool isDeep = m_monotonicMs - m_deepMs >= kDeepEveryMs;
    m_deepMs = isDeep ? m_monotonicMs : m_deepMs;
    const qint64 from = known->cursor == 0 ? 0 : qMax<qint64>(1, known->cursor - (isDeep ? kDeepOverlapSeconds : kOverlapSeconds));
    d.client.http().setBackgroundPurpose(http::Purpose::Feed);
    auto* job = new EventPoll(d.client, d.intake, d.clock, from, this);
    m_poll = job;
    job->onFinished(this, [this](const Result<PollEnd>& end) { polled(end); });
}

void EventFeed::polled(const Result<PollEnd>& end)
{
    m_poll.clear();
    if (!end && end.error().kind == ErrorKind::Cancelled) {
        m_lock.reset(); // a sync has begun, which reads everything
        return;
    }
    if (!end) {
        finish(fail(end.error()));
        return;
    }
    m_polled = *end;
    m_events.retry();
    if (const Status taken = m_events.takeUpWaiting(d.clock.nowMs() - kLeftBehindMs); !taken) {
        drained(taken);
    } else if (m_events.isIdle()) {
        drained({});
    }
}

void EventFeed::drained(const Status& status)
{
    Q_EMIT applied();
    if (m_polled) {
        if (status) {
            keepThrough(*m_polled);
        }
        finish(status);
    } else if (!status && !m_poll) {
        finish(status); // by webhook: the next poll, soon, tries it again
    } else {
        tell();
    }
}

/// Everything up to the question is in the mirror.
void EventFeed::keepThrough(const PollEnd& end)
{
    const auto known = d.log.through();
    m_missedMs = end.missed > 0 ? end.askedMs : m_missedMs; // until one comes again
    const bool areProven = known && feedIsLately(known->webhookMs, d.clock.nowMs()) && known->webhookMs > m_missedMs;
    const auto by = areProven ? store::ThroughBy::Webhook : store::ThroughBy::Poll;
    // The first listing of all: what a sync listed before it was read with the lists, and killed before it could say so.
    Status kept = known && known->throughMs == 0 ? d.log.considered() : Status();
    kept = kept ? noteThrough(d.applier.mirror(), d.log, {end.askedMs, d.clock.nowMs(), by}) : kept;
    if (!kept) {
        log::warning(QStringLiteral("how far events are read could not be kept: %1").arg(kept.error().message));
    }
}

void EventFeed::finish(const Status& status)
{
    m_polled.reset();
    m_lock.reset();
    m_failures = status ? 0 : m_failures + 1;
    m_state.error = status ? std::optional<Error>() : std::optional(status.error());
    if (!status && status.error().kind == ErrorKind::Permission) {
        m_state.isOn = false; // a sync is what this key allows
        m_notBeforeMs = std::numeric_limits<qint64>::max();
    }
    renewRhythm();
    if (m_failures > 0 && m_notBeforeMs != std::numeric_limits<qint64>::max()) {
        m_notBeforeMs = m_monotonicMs + m_state.rhythm.everyMs;
    }
    tell();
}

void EventFeed::renewRhythm()
{
    m_rhythmMs = m_monotonicMs;
    const auto budget = d.budget.state();
    const auto known = d.log.through();
    if (!budget || !known) {
        return;
    }
    m_state.budget = *budget;
    m_state.webhookMs = known->webhookMs;
    (void)renewThrough(); // else it stays as it was
    const bool areProven = known->throughBy == store::ThroughBy::Webhook && feedIsLately(known->webhookMs, d.clock.nowMs());
    m_state.rhythm = rhythmOf({m_isLooked, areProven, m_failures, m_state.budget});
}

void EventFeed::tell()
{
    m_state.behind = m_events.behind();
    if (m_state != m_told) {
        m_told = m_state;
        Q_EMIT stateChanged(m_state);
    }
}

} // namespace ch::sync
