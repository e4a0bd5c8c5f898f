// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps a mirror that is complete fresh by the account's events: polls Stripe for them at the rhythm that somebody's looking, the read budget and
// webhooks ask for (PollRhythm.h), applies what comes by any way (EventApplier.h), and says through when the data is known and how.
//
// Programs on one data folder share how far the account is known, in the records file: whoever looks most closely polls, the others see its
// revisions and are as fresh, and poll themselves when it ends. Two do not poll at once (a lock of its own), and none while one syncs.
// Away for more than 25 days, or a mirror that is older than the log: a repair is asked for, which is a sync, with the reason. Off-line: tries again
// soon, and takes up where it was. Sleep is seen by the wall clock running ahead of the other: it polls at once.
// Engine thread; what is around is used, not owned, and outlives it.
#pragma once

#include "sync/EventApplier.h"
#include "sync/EventPoll.h"
#include "sync/PollRhythm.h"

#include <QLockFile>
#include <QMetaType>

namespace ch::sync {

/// How fresh the data is, and why. A plain value that crosses threads.
struct FeedState {
    bool isOn = false;             ///< a key is there, and may read events
    qint64 throughMs = 0;          ///< what happened up to here is in the mirror (store::Completeness), UTC; 0: nothing, or not known yet
    store::ThroughBy by = store::ThroughBy::Sync;
    qint64 webhookMs = 0;          ///< when the newest event came by webhook, UTC; 0: never
    Rhythm rhythm;
    qint64 behind = 0;             ///< events that came and are not applied yet
    std::optional<Error> error;    ///< of the last try, where it did not get through
    BudgetState budget;
    bool operator==(const FeedState&) const = default;
};

class EventFeed : public QObject {
    Q_OBJECT
public:
    struct Around {
        stripe::StripeClient& client;
        Applier& applier;
        store::EventLog& log;
        EventIntake& intake;
        ReadBudget& budget;
        Clock& clock;
        QString dir;                          ///< the profile's folder, for the locks
        EventMeaning meaning;
        std::function<bool()> isSyncing;      ///< this program is
    };
    EventFeed(Around around, QObject* parent);
    ~EventFeed() override;

    /// From now on. Takes up what a killed program left.
    /// repairAsked: a reason that was told already.
    void start(const QString& repairAsked = {});
    /// Somebody looks at what could change.
    void setLooked(bool on);
    /// As soon as may be, whatever the rhythm says: a person asks, or something was just done in Stripe.
    void pollSoon();
    /// A sync of this program begins or has ended.
    void syncBegins();
    void syncEnded(const Status& status);
    struct Listed {
        qint64 askedMs = 0;        ///< from when on events were asked for, UTC
        qint64 nowMs = 0;          ///< UTC
        store::ThroughBy by = store::ThroughBy::Sync;
    };
    /// Events were listed to their end, and what they tell is in the mirror: for who syncs, too.
    [[nodiscard]] static Status noteThrough(store::Mirror& mirror, store::EventLog& log, const Listed& listed);

    [[nodiscard]] FeedState state() const { return m_state; }

Q_SIGNALS:
    void stateChanged(const ch::sync::FeedState& state);
    /// The mirror is to be read anew; asked once for each reason until a sync has ended. "first": it never was read; "away": too long ago for events to
    /// tell; "older": the mirror's file is older than the log.
    void repairNeeded(const QString& reason);
    /// Events were applied.
    void applied();
    /// Another program has written to the mirror.
    void mirrorMoved(qint64 revision);

private:
    void tick();
    void wakeIn(qint64 ms);
    void look(qint64 nowMs);
    [[nodiscard]] bool isDue(qint64 nowMs);
    /// Through when the data is known, as it stands now. False: that could not be read.
    [[nodiscard]] bool renewThrough();
    [[nodiscard]] QString reasonToRepair(const store::EventLogState& known, qint64 nowMs);
    void poll();
    void polled(const Result<PollEnd>& end);
    void drained(const Status& status);
    void finish(const Status& status);
    void keepThrough(const PollEnd& end);
    void tell();
    void renewRhythm();

    Around d;
    EventApplier m_events;
    FeedState m_state;
    FeedState m_told;
    std::unique_ptr<QLockFile> m_lock;
    QPointer<Job> m_poll;
    std::unique_ptr<QObject> m_ticker;     ///< context of the next tick
    std::optional<PollEnd> m_polled;       ///< and its events are being applied
    QString m_repairAsked;
    std::unique_ptr<QObject> m_repairAgain; ///< context of when a repair that failed is asked for once more
    qint64 m_revision = 0;
    qint64 m_wallMs = 0;
    qint64 m_monotonicMs = 0;
    qint64 m_notBeforeMs = 0;              ///< monotonic
    qint64 m_rhythmMs = 0;                 ///< monotonic: when it was last reckoned
    qint64 m_deepMs = 0;                   ///< monotonic: the last poll that went far back
    qint64 m_missedMs = 0;                 ///< UTC: when a poll last found what webhooks had not brought
    int m_failures = 0;
    bool m_isStarted = false;
    bool m_isLooked = false;
    bool m_isSoon = false;
};

} // namespace ch::sync

Q_DECLARE_METATYPE(ch::sync::FeedState)
