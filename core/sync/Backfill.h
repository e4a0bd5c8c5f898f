// SPDX-License-Identifier: GPL-3.0-or-later
// Reads every list of the account into the mirror, to its end. Resumes where it was after a kill (cursor and page are one transaction).
// Complete only when every list has ended; a list that the key may not read leaves the mirror partial and is named. Prices that no list
// shows (inline, tiers) are fetched by id, nested lists that were cut are paged on. Refuses a list that repeats a cursor or never ends
// (Protocol), an object of the other mode (Safety), another process syncing (Busy). A price or coupon that is not there when asked for by id
// is asked for again after seven days, not at every sync.
// Limit: a server that brings new ids for ever is read for ever, until it is stopped. Growing created times along a list would tell most such
// servers, but objects of test clocks carry times of their own, and no number of pages is too many for an account.
#pragma once

#include "base/Job.h"
#include "stripe/StripeClient.h"
#include "sync/Applier.h"

namespace ch::sync {

struct SyncProgress {
    QString list;                 ///< name of the list being read
    qint64 objects = 0;           ///< stored so far, all lists
    qint64 requests = 0;
    int listsEnded = 0;
    int listsInAll = 0;
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
    /// Starts at the next turn of the event loop. dir: the profile's folder, for the sync lock.
    Backfill(stripe::StripeClient& client, Applier& applier, Clock& clock, const QString& dir, QObject* parent);
    ~Backfill() override;
    void cancel() override;

Q_SIGNALS:
    void progressed(const ch::sync::SyncProgress& progress);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::sync
