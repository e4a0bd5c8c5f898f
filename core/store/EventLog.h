// SPDX-License-Identifier: GPL-3.0-or-later
// Our own log of the account's events, in the records file: Stripe keeps events for 30 days (docs.stripe.com/api/events), and what they
// say of an exact date is nowhere else. Only added to; beside each event stands how it came and what it did. What is personal is not written:
// of an event stay the fields of an allow list (ids, states, amounts, quantities, times), so that deleting a customer leaves nothing to erase here.
// Part of a RecordsFile, in its thread. Each function is one transaction.
#pragma once

#include "base/Error.h"
#include "stripe/Parse.h"

#include <QStringList>
#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace ch::store {

class Database;

/// Stripe keeps events for so long.
inline constexpr qint64 kEventsKeptMs = 30LL * 24 * 3600 * 1000;
/// A person is told when the newest listing is older: five days are left before events are lost.
inline constexpr qint64 kEventsWarnAfterMs = 25LL * 24 * 3600 * 1000;

struct LoggedEvent {
    QString id;
    qint64 created = 0;           ///< seconds UTC
    QString type;
    QString objectId;
    QString customerId;           ///< empty: none
    QByteArray json;              ///< what was kept of it
};

/// How an event came: asked of Stripe by the feed, sent by Stripe or somebody who forwards it, read with all lists by a sync, or given again by a person.
enum class EventSource { Poll, Webhook, Backfill, Replay };

/// What an event did to the mirror. Waiting: it is committed here and not applied yet. Listed: it came with a sync, which reads the objects themselves.
/// Older: the mirror held something newer already. Nothing: it concerns nothing that the mirror holds, or is of a type that is not known.
enum class EventDeed { Waiting, Listed, Applied, ReadAgain, Removed, Older, Nothing, Failed };

/// What it did beside that. Pending: what it means for our businesses could not be written down, and is tried again.
enum class EventEffect { None, MarkedForTakedown, TakenDown, Notified, Pending };

/// "poll" ...; "waiting" ...; "marked_for_take_down" ..., None is empty: as stored and as in JSON.
[[nodiscard]] QString wordOf(EventSource source);
[[nodiscard]] QString wordOf(EventDeed deed);
[[nodiscard]] QString wordOf(EventEffect effect);

/// One row of the table of events.
struct EventEntry {
    qint64 n = 0;                 ///< in the order in which they came
    QString id;
    qint64 created = 0;           ///< seconds UTC, by Stripe's clock
    QString type;
    QString objectId;
    QString customerId;
    EventSource source = EventSource::Backfill;
    qint64 receivedMs = 0;        ///< UTC, by our clock; 0: it came before that was written down
    EventDeed deed = EventDeed::Listed;
    EventEffect effect = EventEffect::None;
    QString why;                  ///< why it failed or was left alone: a sentence or a short code; no personal data
};

struct EventQuery {
    QString text = {};            ///< in ids and type, case-insensitive for ASCII
    std::optional<EventSource> source = {};
    std::optional<EventDeed> deed = {};
    qint64 olderThan = 0;         ///< an entry's n: go on below it; 0: from the newest
    int most = 200;
};

struct FoundEvents {
    std::vector<EventEntry> entries; ///< newest first, by when they came
    bool more = false;
};

/// How it is known that nothing newer is missing.
enum class ThroughBy { Sync, Poll, Webhook };
[[nodiscard]] QString wordOf(ThroughBy by);
/// Sync for what is no word of these.
[[nodiscard]] ThroughBy throughByOf(const QString& word);

struct EventLogState {
    struct Gap {
        qint64 fromMs = 0;
        qint64 toMs = 0;
    };
    qint64 entries = 0;
    qint64 throughMs = 0;         ///< every event up to here was listed; 0: never
    ThroughBy throughBy = ThroughBy::Sync;
    qint64 webhookMs = 0;         ///< when the newest event came by webhook; 0: never
    qint64 cursor = 0;            ///< created of the newest event that such a listing knew, seconds by Stripe's clock; 0: none
    std::vector<Gap> gaps;        ///< in which events were lost, since nobody asked in time

    /// What it becomes by a listing that was begun at askedMs and has ended now: see EventLog::listedThrough.
    [[nodiscard]] qint64 throughAfter(qint64 askedMs, qint64 nowMs) const { return throughMs > nowMs ? askedMs : qMax(askedMs, throughMs); }
    [[nodiscard]] bool isClosing(qint64 nowMs) const { return throughMs > 0 && nowMs - throughMs > kEventsWarnAfterMs; }
};

/// An event's JSON, which is compact, with the fields of the allow list alone, at every depth; of metadata the business's id and type. Empty for what is
/// no JSON object.
[[nodiscard]] QByteArray strippedEvent(const QByteArray& json);

/// Counters (Counters.h), written in the transaction of what they count. Label source: how events came that were not there before, each once.
inline constexpr char kEventsCounter[] = "countinghouse_stripe_events_total";
/// Label result: what was done with those that were to be applied, a replay included: applied, read_again, removed, older, nothing, failed.
inline constexpr char kEventsDoneCounter[] = "countinghouse_stripe_events_done_total";

class EventLog {
public:
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;

    /// Adds those that are not there yet, and answers with their ids, in order. Those of a sync are Listed, all others Waiting.
    [[nodiscard]] Result<QStringList> append(const std::vector<stripe::Received<stripe::Event>>& events, EventSource source = EventSource::Backfill, qint64 receivedMs = 0);
    /// Stripe's list was read to its end, from an instant on at which it was asked first. Longer than 30 days after the one before, what
    /// lies between is a gap. nowMs: an earlier listing that is dated later than now was dated by a clock that has been set back since, and is not
    /// believed; else the later one stays.
    [[nodiscard]] Status listedThrough(qint64 askedMs, ThroughBy by = ThroughBy::Sync, qint64 nowMs = std::numeric_limits<qint64>::max());
    [[nodiscard]] Result<EventLogState> state() const;
    /// The same without counting: entries and gaps are left out.
    [[nodiscard]] Result<EventLogState> through() const;

    /// What an event did, written down with others in one transaction.
    struct Done {
        QString id;
        EventDeed deed = EventDeed::Applied;
        EventEffect effect = EventEffect::None;
        QString why = {};
    };
    /// An effect that stands there already stays, unless it is Pending: an event has its effect once.
    [[nodiscard]] Status done(const std::vector<Done>& events);
    /// What it did beside that has become another; what it did to the mirror stays.
    [[nodiscard]] Status setEffect(const QString& id, EventEffect effect);
    /// Events whose effect is Pending, in the order in which they were created. At once where there are none, however long the log.
    [[nodiscard]] Result<std::vector<LoggedEvent>> pending() const;
    /// What these did, where it still is Pending; in one transaction.
    [[nodiscard]] Status settle(const std::vector<std::pair<QString, EventEffect>>& events);
    /// A person wants it applied once more, its effect too. NotFound.
    [[nodiscard]] Status waitAgain(const QString& id);
    /// Committed before then and not applied: what a killed program left, in the order in which they were created.
    [[nodiscard]] Result<std::vector<LoggedEvent>> waiting(qint64 receivedBeforeMs = std::numeric_limits<qint64>::max()) const;
    /// How many wait.
    [[nodiscard]] Result<qint64> waitingCount() const;
    /// Which of these wait.
    [[nodiscard]] Result<QStringList> waitingAmong(const QStringList& ids) const;
    /// Of these, those that a sync listed which never came to considered(): nobody has read what they tell, and they wait from now on. None before
    /// the first listing that ended: there whole lists were read, or still have to be.
    [[nodiscard]] Status waitWhereUnread(const QStringList& ids);
    /// Events of these types that came with a sync and of which it was not asked yet what they mean, oldest first.
    [[nodiscard]] Result<std::vector<LoggedEvent>> notConsidered(const QStringList& types) const;
    /// A sync has ended well: everything that is here now counts as read and asked. One that was stopped or failed must not say so.
    [[nodiscard]] Status considered();
    [[nodiscard]] Result<FoundEvents> find(const EventQuery& wanted) const;
    /// In the order in which they were created.
    [[nodiscard]] Status forEach(const std::function<void(const LoggedEvent&)>& visit) const;

private:
    friend class RecordsFile;
    friend class JournalReader;
    explicit EventLog(Database& db) : m_db(db) {}
    Database& m_db;
};

} // namespace ch::store
