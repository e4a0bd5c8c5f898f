// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/Backfill.h"

#include "sync/ListReader.h"
#include "sync/SyncLock.h"

#include <QHash>
#include <QPointer>
#include <array>

namespace ch::sync {

namespace {

using store::ObjectList;

// What others refer to comes first; four at a time keep Stripe's test limit of 25 requests a second busy at 150 ms an answer.
constexpr std::array kReadOrder = {ObjectList::Products,      ObjectList::Prices,   ObjectList::Coupons,        ObjectList::Customers,
                                   ObjectList::Subscriptions, ObjectList::Invoices, ObjectList::PaymentIntents, ObjectList::Events,
                                   ObjectList::SubscriptionSchedules, ObjectList::Charges, ObjectList::InvoicePayments, ObjectList::Refunds,
                                   ObjectList::CreditNotes, ObjectList::BalanceTransactions};
constexpr int kListsAtOnce = 4;
constexpr int kFetchesAtOnce = 6;

} // namespace

class Backfill::Private {
public:
    Private(Backfill* job, stripe::StripeClient& stripeClient, Applier& itsApplier, Clock& itsClock, const QString& itsDir)
        : q(job), client(stripeClient), applier(itsApplier), clock(itsClock), dir(itsDir)
    {
    }

    void begin();
    void startLists();
    void listEnded(ObjectList list, const Status& status);
    Status valueEarly(ObjectList list);
    void readHeads();
    void headEnded(const Status& status);
    void beginFetches();
    void fetchNext();
    void fetchPrice(const QString& id);
    void fetchCoupon(const QString& id);
    void fetched(const QString& id, const Status& status);
    void finish();
    void end(Result<SyncSummary> result);
    void report(ObjectList list);

    Backfill* q;
    stripe::StripeClient& client;
    Applier& applier;
    Clock& clock;
    QString dir;
    std::unique_ptr<SyncLock> lock;
    std::unique_ptr<QObject> work = std::make_unique<QObject>(); // parent of everything under way: deleting it calls all of it off
    QHash<int, store::ListProgress> known;
    QHash<int, ListReader*> readers;
    size_t nextList = 0;
    QList<ObjectList> waitedForByValues = {ObjectList::Prices, ObjectList::Coupons, ObjectList::Customers, ObjectList::Subscriptions};
    bool valuedEarly = false;
    int running = 0;
    int listsEnded = 0;
    QStringList prices;
    QStringList coupons;
    int fetching = 0;
    qint64 run = 0;
    qint64 startedMs = 0;
    qint64 sentBefore = 0;
    bool isOver = false;
};

Backfill::Backfill(stripe::StripeClient& client, Applier& applier, Clock& clock, const QString& dir, QObject* parent)
    : ResultJob<SyncSummary>(parent), d(std::make_unique<Private>(this, client, applier, clock, dir))
{
    clock.callAfter(0, this, [this] { d->begin(); });
}

Backfill::~Backfill()
{
    if (!d->isOver) {
        d->work.reset();
        d->applier.setBackfilling(false);
    }
}

void Backfill::cancel()
{
    d->end(fail(ErrorKind::Cancelled, QStringLiteral("The sync was stopped. What was stored is kept; the next sync goes on from there.")));
}

void Backfill::Private::begin()
{
    if (isOver) {
        return;
    }
    startedMs = clock.monotonicMs();
    sentBefore = client.http().attemptsSent();
    Result<std::unique_ptr<SyncLock>> taken = SyncLock::take(dir);
    if (!taken) {
        end(fail(taken.error()));
        return;
    }
    lock = *std::move(taken);
    if (client.hasModeMismatch()) {
        end(fail(wrongMode(QString())));
        return;
    }
    const Result<qint64> begun = applier.mirror().beginRun(clock.nowMs());
    if (!begun) {
        end(fail(begun.error()));
        return;
    }
    run = *begun;
    const Result<std::vector<store::ListProgress>> before = applier.mirror().progress(run);
    if (!before) {
        end(fail(before.error()));
        return;
    }
    for (const store::ListProgress& progress : *before) {
        known.insert(static_cast<int>(progress.list), progress);
    }
    // A long sync must not begin under figures that yesterday's discounts made.
    if (const Status valued = applier.valueNow(clock.nowMs()); !valued) {
        end(fail(valued.error()));
        return;
    }
    applier.setBackfilling(true);
    startLists();
}

void Backfill::Private::startLists()
{
    while (!isOver && running < kListsAtOnce && nextList < kReadOrder.size()) {
        const ObjectList list = kReadOrder[nextList++];
        store::ListProgress progress = known.value(static_cast<int>(list));
        progress.list = list;
        progress.run = run;
        progress.notPermitted = false; // the key may have been given the right meanwhile
        known.insert(static_cast<int>(list), progress);
        if (progress.ended) {
            ++listsEnded;
            waitedForByValues.removeOne(list);
            continue;
        }
        ++running;
        ListReader* const reader = readerOf(list, {client, applier, clock, run}, progress, work.get());
        readers.insert(static_cast<int>(list), reader);
        reader->start([this, list] { report(list); }, [this, list](const Status& status) { listEnded(list, status); });
    }
    if (!isOver && running == 0 && nextList >= kReadOrder.size()) {
        readHeads();
    }
}

/// Lists are newest first, so what is made while they are read stands before their first page: their heads are looked at once more.
void Backfill::Private::readHeads()
{
    for (const ObjectList list : kReadOrder) {
        if (known.value(static_cast<int>(list)).notPermitted) {
            continue;
        }
        ++running;
        ListReader* const reader = readerOf(list, {client, applier, clock, run}, known.value(static_cast<int>(list)), work.get());
        reader->startHead([this](const Status& status) { headEnded(status); });
    }
    if (running == 0) {
        beginFetches();
    }
}

void Backfill::Private::headEnded(const Status& status)
{
    if (isOver) {
        return;
    }
    if (!status) {
        end(fail(status.error()));
        return;
    }
    if (--running == 0) {
        beginFetches();
    }
}

void Backfill::Private::report(ObjectList list)
{
    if (ListReader* const reader = readers.value(static_cast<int>(list))) {
        known.insert(static_cast<int>(list), reader->progress());
    }
    SyncProgress progress;
    progress.list = store::objectListName(list);
    for (const store::ListProgress& each : std::as_const(known)) {
        progress.objects += each.objects;
    }
    progress.requests = client.http().attemptsSent() - sentBefore;
    progress.listsEnded = listsEnded;
    progress.listsInAll = static_cast<int>(kReadOrder.size());
    Q_EMIT q->progressed(progress);
}

void Backfill::Private::listEnded(ObjectList list, const Status& status)
{
    if (isOver) {
        return;
    }
    if (!status) {
        end(fail(status.error()));
        return;
    }
    --running;
    ++listsEnded;
    report(list);
    if (ListReader* const reader = readers.take(static_cast<int>(list))) {
        reader->deleteLater();
    }
    if (const Status valued = valueEarly(list); !valued) {
        end(fail(valued.error()));
        return;
    }
    startLists();
}

/// Invoices and events are most of the reading and add nothing to what a subscription is worth today: a person who waits sees MRR
/// as soon as the lists that make it have ended. The end values once more.
Status Backfill::Private::valueEarly(ObjectList list)
{
    waitedForByValues.removeOne(list);
    if (!waitedForByValues.isEmpty() || valuedEarly) {
        return {};
    }
    valuedEarly = true;
    return applier.valueNow(clock.nowMs());
}

void Backfill::Private::beginFetches()
{
    // Inline prices are in no list, and items' discounts name coupons by id only.
    if (!known.value(static_cast<int>(ObjectList::Prices)).notPermitted) {
        const Result<QStringList> missing = applier.mirror().missingPrices(clock.nowMs());
        if (!missing) {
            end(fail(missing.error()));
            return;
        }
        prices = *missing;
    }
    if (!known.value(static_cast<int>(ObjectList::Coupons)).notPermitted) {
        const Result<QStringList> missing = applier.mirror().missingCoupons(clock.nowMs());
        if (!missing) {
            end(fail(missing.error()));
            return;
        }
        coupons = *missing;
    }
    fetchNext();
}

void Backfill::Private::fetchNext()
{
    while (!isOver && fetching < kFetchesAtOnce && !(prices.isEmpty() && coupons.isEmpty())) {
        ++fetching;
        if (!prices.isEmpty()) {
            fetchPrice(prices.takeLast());
        } else {
            fetchCoupon(coupons.takeLast());
        }
    }
    if (!isOver && fetching == 0) {
        finish();
    }
}

void Backfill::Private::fetchPrice(const QString& id)
{
    const stripe::Params query = {{QStringLiteral("expand[0]"), QStringLiteral("tiers")}};
    stripe::retrieve<stripe::Price>(client, id, query, stripe::inBackground(), work.get())
        ->onFinished(work.get(), [this, id](const Result<stripe::Answered<stripe::Price>>& answered) {
            if (!answered) {
                fetched(id, fail(answered.error()));
                return;
            }
            if (answered->object.livemode != (client.mode() == stripe::Mode::Live)) {
                fetched(id, fail(wrongMode(answered->object.id)));
                return;
            }
            store::Batch batch;
            batch.receivedAtMs = clock.nowMs();
            batch.run = run;
            batch.prices.push_back({answered->object, answered->answer.json});
            fetched(id, applier.apply(batch));
        });
}

void Backfill::Private::fetchCoupon(const QString& id)
{
    const stripe::Params query = {{QStringLiteral("expand[0]"), QStringLiteral("applies_to")}};
    stripe::retrieve<stripe::Coupon>(client, id, query, stripe::inBackground(), work.get())
        ->onFinished(work.get(), [this, id](const Result<stripe::Answered<stripe::Coupon>>& answered) {
            if (!answered) {
                fetched(id, fail(answered.error()));
                return;
            }
            store::Batch batch;
            batch.receivedAtMs = clock.nowMs();
            batch.run = run;
            batch.coupons.push_back({answered->object, answered->answer.json});
            fetched(id, applier.apply(batch));
        });
}

void Backfill::Private::fetched(const QString& id, const Status& status)
{
    if (isOver) {
        return;
    }
    --fetching;
    if (!status) {
        // What Stripe has deleted since is not there any more: revenue says of such a subscription that it cannot value it.
        const bool isAbsent = status.error().kind == ErrorKind::NotFound || status.error().code == QLatin1String("resource_missing");
        const Status kept = isAbsent ? applier.mirror().rememberAbsent(id, clock.nowMs()) : status;
        if (!kept) {
            end(fail(kept.error()));
            return;
        }
    }
    fetchNext();
}

void Backfill::Private::finish()
{
    const Status finished = applier.mirror().finishRun(run, clock.nowMs());
    if (!finished) {
        end(fail(finished.error()));
        return;
    }
    applier.setBackfilling(false);
    if (const Status valued = applier.valueNow(clock.nowMs()); !valued) {
        end(fail(valued.error()));
        return;
    }
    const Result<store::Completeness> completeness = applier.mirror().reader().completeness();
    const Result<store::MirrorCounts> counts = applier.mirror().reader().counts();
    if (!completeness || !counts) {
        end(fail(completeness ? counts.error() : completeness.error()));
        return;
    }
    SyncSummary summary;
    summary.complete = completeness->complete;
    summary.livemode = client.mode() == stripe::Mode::Live;
    summary.counts = *counts;
    summary.requests = client.http().attemptsSent() - sentBefore;
    summary.milliseconds = clock.monotonicMs() - startedMs;
    summary.notPermittedLists = completeness->notPermittedLists;
    end(summary);
}

void Backfill::Private::end(Result<SyncSummary> result)
{
    if (isOver) {
        return;
    }
    isOver = true;
    // Not at once: this may have been called by one of work's own.
    if (QObject* const rest = work.release()) {
        const QList<Job*> jobs = rest->findChildren<Job*>();
        for (Job* const job : jobs) {
            job->disconnect(); // an answer that is queued already must not be stored any more
            job->cancel();     // and what waits for its turn is not sent
        }
        rest->deleteLater();
    }
    applier.setBackfilling(false);
    lock.reset();
    if (!result && result.error().kind != ErrorKind::Storage && result.error().kind != ErrorKind::Damaged) {
        (void)applier.valueNow(clock.nowMs()); // what is there is shown as partial, with its values
    }
    q->settle(std::move(result));
}

} // namespace ch::sync
