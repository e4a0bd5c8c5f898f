// SPDX-License-Identifier: GPL-3.0-or-later
// Applies events that are committed in the log to the mirror, through the one door. The newest event of an object wins, by Stripe's time. An
// object is read again by its id where it is in doubt which copy is newer: two events of one second, a copy that was read at about the time of the
// event or by clocks that do not agree, or a snapshot that is not whole (EventRules.h). Then it is asked what the event means for our businesses,
// and what it did is written into the log. Events whose object could not be read wait there until retry().
//
// Holds back while a backfill runs: what is on its way then still comes, and nothing more is asked for. Engine thread; what is around is used, not
// owned, and outlives it.
#pragma once

#include "base/Clock.h"
#include "sync/EventIntake.h"
#include "sync/EventRules.h"
#include "sync/ListReader.h"

#include <QHash>
#include <QSet>
#include <deque>

namespace ch::sync {

/// Asked of each event after the mirror holds what it tells: what it means for our businesses. Workspace hands it down.
using EventMeaning = std::function<store::EventEffect(const stripe::Event& event)>;

class EventApplier : public QObject {
public:
    /// Stripe's clock and ours count as agreeing within this; a copy that was read less than that before an event is in doubt.
    static constexpr qint64 kClocksDifferMs = 10LL * 60 * 1000;

    struct Around {
        stripe::StripeClient& client;
        Applier& applier;
        store::EventLog& log;
        Clock& clock;
        EventMeaning meaning;
    };
    EventApplier(Around around, QObject* parent);
    ~EventApplier() override;

    /// Events that the log holds as waiting.
    void add(Events events);
    /// Takes up what the log holds as waiting since before then: left by a killed program, or by one that could not read the object.
    [[nodiscard]] Status takeUpWaiting(qint64 beforeMs);
    /// While a backfill runs.
    void hold(bool on);
    [[nodiscard]] bool isHeld() const { return m_isHeld; }
    /// Tries again what could not be read.
    void retry();

    [[nodiscard]] bool isIdle() const { return !hasWork() && !m_batch; }
    /// Events that are committed and not applied, as far as this program knows.
    [[nodiscard]] qint64 behind() const;

    /// Told when everything that was handed over is applied; or it stopped at an error, and the rest waits.
    void onDrained(std::function<void(const Status& status)> drained) { m_drained = std::move(drained); }

private:
    struct Queued {
        stripe::Received<stripe::Event> event;
        bool isStripped = false;       ///< from the log: without what is personal
        store::EventLog::Done done = {};
        bool isOpen = false;           ///< one of its objects could not be read
        int tries = 0;
    };
    struct Read {
        store::ObjectRef object;
        std::vector<size_t> events;    ///< of the batch
    };
    /// An object that no event shows and that one of them makes wanted: a price, or an unpaid invoice of a subscription that ended.
    struct Need {
        store::ObjectRef object;
        int tries = 0;
    };
    struct ShownBy {
        qint64 created = 0;            ///< of the event that the held copy came from, seconds
        qint64 receivedMs = 0;         ///< of that copy: another one has another
    };
    struct Batch;

    [[nodiscard]] bool hasWork() const;
    void wake();
    void work();
    void packBeside();
    [[nodiscard]] Status plan();
    [[nodiscard]] Status planObject(const store::ObjectRef& object, const std::vector<std::pair<size_t, EventAim::How>>& aims, store::Batch* batch);
    /// Newer than what the mirror holds for certain, older for certain, or in doubt.
    enum class Age { Newer, Older, InDoubt };
    [[nodiscard]] Result<Age> ageOf(const store::ObjectRef& object, const std::vector<std::pair<size_t, EventAim::How>>& aims) const;
    void readNext();
    void readEnded(const Read& read, const Status& status);
    [[nodiscard]] Status keepAbsent(const Read& read);
    void readFailed(const Read& read, const Error& error);
    void need(store::ObjectList list, const QString& id);
    void needsNext();
    [[nodiscard]] Status askNeeds();
    void arePaymentsDue(const stripe::Received<stripe::Event>& received);
    void listNext();
    template <typename T>
    void list(const stripe::Params& query, std::function<void()> listed);
    void finishBatch();
    void putBack();
    void stop(const Status& status);
    void tellDrained(const Status& status);
    void noteDue(store::ObjectList list, qint64 created);
    [[nodiscard]] ListReader* readerFor(store::ObjectList list);
    [[nodiscard]] static QString keyOf(const store::ObjectRef& object);

    Around d;
    std::deque<Queued> m_queue;
    QSet<QString> m_queued;            ///< ids in the queue and the batch
    std::unique_ptr<Batch> m_batch;
    QHash<QString, ShownBy> m_shownBy;
    QHash<int, ListReader*> m_readers;
    QHash<int, qint64> m_newest;       ///< by list: created of the newest that is held
    std::unique_ptr<QObject> m_work;   ///< parent of what is under way
    std::function<void(const Status&)> m_drained;
    bool m_isBalanceDue = false;       ///< until the list was read
    QHash<QString, Need> m_needs;      ///< until each was read or is absent
    QSet<QString> m_paymentsDue;       ///< invoices whose payments are to be listed; empty id: the newest of all
    QHash<int, qint64> m_dueSince;     ///< by list that is to be read: when the oldest of the events that say so was
    bool m_isHeld = false;
    bool m_isAwake = false;
    bool m_isStopped = false;          ///< at an error, until retry() or more comes
};

} // namespace ch::sync
