// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of Mirror share. For Mirror's .cpp files alone.
#pragma once

#include "store/Checkpointer.h"
#include "store/Database.h"
#include "store/Mirror.h"
#include "store/MirrorReader.h"

#include <QFile>

namespace ch::store {

/// A coupon made again under an old id comes with its list; this long is for what no list shows.
inline constexpr qint64 kAbsentForMs = 7 * 24LL * 3600 * 1000;
/// Says how the ledger was made; empty: there is none, or it is to be made anew.
constexpr char kLedgerMadeMeta[] = "ledger_made";
/// Up to when events were listed and applied to this mirror, and the newest backfill that had ended by then. Mirror::setMeta would name them so.
inline constexpr char kEventsThroughMeta[] = "x.events_through_ms";
inline constexpr char kEventsThroughRunMeta[] = "x.events_through_run";
[[nodiscard]] QString mirrorMeta(Database& db, const QString& key);
void mirrorSetMeta(Database& db, const QString& key, const QString& text);
/// One revision on.
void mirrorBump(Database& db);
void mirrorWriteProgress(Database& db, const ListProgress& progress);
void mirrorWriteWindow(Database& db, const WindowProgress& window);
void mirrorWriteNewestEvents(Database& db, qint64 run, const QStringList& ids);
/// The first list of the run whose windows leave something out; empty: none.
[[nodiscard]] QString mirrorGapIn(Database& db, qint64 run);

class MirrorWriter;

class Mirror::Private {
public:
    std::unique_ptr<Database> db;
    std::unique_ptr<Checkpointer> checkpoints;
    std::unique_ptr<MirrorReader> reader;
    bool wasRebuilt = false;
    bool logHoldsErased = false; ///< a customer was erased, and the write-ahead log not emptied since

    [[nodiscard]] Status checkIdentity(const MirrorIdentity& identity);
    /// The batch, with how far its list came.
    void write(MirrorWriter& writer, const Batch& batch);
    /// Values the first some thousand of what is dirty; writer sums it. True: there is more.
    bool valueSome(MirrorWriter& writer, const ValueOf& value, qint64 nowMs);
    /// After the commit of what writer wrote: what was erased stands in the write-ahead log until that is emptied too. A reader that is at work keeps
    /// it: the next batch tries again.
    void emptyLogAfter(const MirrorWriter& writer);
    /// guarded, and a file found damaged is marked, so that the next start begins anew.
    template <typename Fn>
    auto safely(Fn&& fn) -> decltype(fn())
    {
        auto result = guarded(*db, std::forward<Fn>(fn));
        if (!result && result.error().kind == ErrorKind::Damaged) {
            QFile mark(db->path() + QStringLiteral(".damaged"));
            (void)mark.open(QIODevice::WriteOnly);
            result.error().message += QStringLiteral(" It is set aside and read anew from Stripe at the next start.");
        }
        return result;
    }
};

} // namespace ch::store
