// SPDX-License-Identifier: GPL-3.0-or-later
// Reads every list of the account into the mirror, to its end, long ones in several windows of "created" at once. Resumes where it was after
// a kill, at most a page a window lost (windows and page are one transaction).
// Complete only when every window of every list has ended and they leave no gap, the heads of the lists were read once more, and what events
// say has changed meanwhile was read again; a list that the key may not read leaves the mirror partial and is named. Prices that no list
// shows (inline, tiers) are fetched by id, nested lists that were cut are paged on. Refuses a list that repeats a cursor, never ends or heeds
// no "created", and an object of more than 8 MiB (Protocol); an object of the other mode, and a list that at the end holds nothing of what it
// held (Safety); another process syncing (Busy). A price or coupon that is not there when asked for by id is asked for again after seven days,
// not at every sync.
#pragma once

#include "base/Job.h"
#include "stripe/StripeClient.h"
#include "sync/Applier.h"

#include <optional>

namespace ch::sync {

struct SyncProgress {
    QString list;                 ///< name of the list being read
    qint64 objects = 0;           ///< stored so far, all lists
    qint64 requests = 0;
    int listsEnded = 0;
    int listsInAll = 0;
    qint64 objectsPerSecond = 0;  ///< over the last seconds; 0: cannot be told yet
    std::optional<qint64> secondsLeft; ///< nothing: cannot be told, since some list's length is not in sight
};

/// The JSON contract of "countinghousectl sync".
struct SyncSummary {
    bool complete = false;
    bool livemode = false;
    store::MirrorCounts counts;
    qint64 requests = 0;
    qint64 milliseconds = 0;
    QStringList notPermittedLists;
};

class Backfill : public ResultJob<SyncSummary> {
    Q_OBJECT
public:
    static constexpr int kPageSize = 100; ///< the most that Stripe gives

    /// Starts at the next turn of the event loop. dir: the profile's folder, for the sync lock. pageSize: smaller in tests alone.
    Backfill(stripe::StripeClient& client, Applier& applier, Clock& clock, const QString& dir, QObject* parent, int pageSize = kPageSize);
    ~Backfill() override;
    void cancel() override;

Q_SIGNALS:
    void progressed(const ch::sync::SyncProgress& progress);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::sync
