// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/BackfillPrivate.h"
#include "sync/PageRules.h"
#include "sync/ValueJob.h"

#include <utility>

namespace ch::sync {

namespace {

/// Of Stripe's 100 requests a second 25 may go to one endpoint.
constexpr int kListsAtOnce = 4;
/// Of one list, whatever the server bears: more would only wait for each other.
constexpr int kWindowsAtMost = 36;
constexpr int kWindowsAtLeast = 8;

qint64 backfillHeld(const store::MirrorCounts& counts, ObjectList list)
{
    switch (list) {
    case ObjectList::Products: return counts.products;
    case ObjectList::Prices: return counts.prices;
    case ObjectList::Coupons: return counts.coupons;
    case ObjectList::Customers: return counts.customers;
    case ObjectList::Subscriptions: return counts.subscriptions;
    case ObjectList::Invoices: return counts.invoices;
    case ObjectList::PaymentIntents: return counts.paymentIntents;
    case ObjectList::Events: return counts.events;
    case ObjectList::SubscriptionSchedules: return counts.schedules;
    case ObjectList::Charges: return counts.charges;
    case ObjectList::Refunds: return counts.refunds;
    case ObjectList::CreditNotes: return counts.creditNotes;
    case ObjectList::InvoicePayments: return counts.invoicePayments;
    case ObjectList::BalanceTransactions: return counts.balanceTransactions;
    case ObjectList::PaymentMethods:
    case ObjectList::Discounts: break;
    }
    return 0;
}

} // namespace

Backfill::Backfill(stripe::StripeClient& client, Applier& applier, Clock& clock, const QString& dir, QObject* parent, int pageSize)
    : ResultJob<SyncSummary>(parent), d(std::make_unique<Private>(this, client, applier, clock, dir, pageSize))
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
    if (const Status begun = takeUp(); !begun) {
        end(fail(begun.error()));
        return;
    }
    applier.setBackfilling(true);
    client.http().setBackgroundPurpose(http::Purpose::Sync);
    // A long sync must not begin under figures that yesterday's discounts made.
    value([this] { lookAtEvents(); });
}

void Backfill::Private::value(const std::function<void()>& then)
{
    (new ValueJob(applier, clock, work.get()))->onFinished(work.get(), [this, then](const Result<bool>& valued) {
        if (isOver) {
            return;
        }
        if (!valued) {
            end(fail(valued.error()));
        } else {
            then();
        }
    });
}

/// Begins a run, or takes up the one that did not end.
Status Backfill::Private::takeUp()
{
    const Result<qint64> begun = applier.mirror().beginRun(clock.nowMs());
    if (!begun) {
        return fail(begun.error());
    }
    run = *begun;
    const Result<std::vector<store::ListProgress>> lists = applier.mirror().progress(run);
    const Result<std::vector<store::WindowProgress>> parts = applier.mirror().windows(run);
    const Result<store::Completeness> completeness = applier.mirror().reader().completeness();
    const Result<store::MirrorCounts> counts = applier.mirror().reader().counts();
    if (!lists || !parts || !completeness || !counts) {
        return fail(!lists ? lists.error() : !parts ? parts.error() : !completeness ? completeness.error() : counts.error());
    }
    for (const store::ListProgress& progress : *lists) {
        known.insert(static_cast<int>(progress.list), progress);
    }
    for (const store::WindowProgress& window : *parts) {
        windows[static_cast<int>(window.list)].push_back(window);
    }
    if (completeness->completeAsOfMs > 0) {
        for (const ObjectList list : kReadOrder) {
            held.insert(static_cast<int>(list), backfillHeld(*counts, list));
        }
    }
    return {};
}

ListReader* Backfill::Private::newReader(ObjectList list)
{
    // As many as the server bears, shared among the lists under way; the least, which is enough for its limit of one list at 300 ms an answer, where
    // requests wait as it is: each window more would only cost another page that is half empty.
    const auto windowsAtOnce = [this] {
        const int borne = client.http().isShort() ? 0 : 2 * client.http().concurrent() / qMax(1, running) + 1;
        return qBound(kWindowsAtLeast, borne, kWindowsAtMost);
    };
    return readerOf(list, {client, applier, clock, run, pageSize, windowsAtOnce, client.worker(), pages}, known.value(static_cast<int>(list)),
                    windows.value(static_cast<int>(list)), work.get());
}

/// What happens from here on stands above the first page of the events: that is read before anything else.
void Backfill::Private::lookAtEvents()
{
    const Result<bool> seen = applier.mirror().hasSeenEvents(run);
    if (!seen) {
        end(fail(seen.error()));
        return;
    }
    store::ListProgress& progress = known[static_cast<int>(ObjectList::Events)];
    if (*seen || progress.ended) {
        startLists();
        return;
    }
    progress.list = ObjectList::Events;
    progress.run = run;
    progress.notPermitted = false; // the key may have been given the right meanwhile
    ++running;
    ListReader* const reader = newReader(ObjectList::Events);
    readers.insert(static_cast<int>(ObjectList::Events), reader);
    reader->look(
        [this] {
            --running;
            startLists();
        },
        [this] { report(ObjectList::Events); }, [this](const Status& status) { listEnded(ObjectList::Events, status); });
}

void Backfill::Private::startLists()
{
    while (!isOver && running < kListsAtOnce && nextList < kReadOrder.size()) {
        startList(kReadOrder[nextList++]);
    }
    if (!isOver && running == 0 && nextList >= kReadOrder.size()) {
        readHeads();
    }
}

void Backfill::Private::startList(ObjectList list)
{
    const int key = static_cast<int>(list);
    if (list == ObjectList::Events && readers.contains(key)) {
        ++running;
        readers.value(key)->goOn();
        return;
    }
    store::ListProgress& progress = known[key];
    if (progress.ended || listsEnded.contains(key)) {
        listsEnded.insert(key);
        waitedForByValues.removeOne(list);
        return;
    }
    progress.list = list;
    progress.run = run;
    progress.notPermitted = false; // the key may have been given the right meanwhile
    ++running;
    ListReader* const reader = newReader(list);
    readers.insert(key, reader);
    reader->start([this, list] { report(list); }, [this, list](const Status& status) { listEnded(list, status); });
}

std::optional<qint64> Backfill::Private::objectsLeft() const
{
    qint64 left = 0;
    for (const ObjectList list : kReadOrder) {
        const store::ListProgress progress = known.value(static_cast<int>(list));
        const ListReader* const reader = readers.value(static_cast<int>(list));
        if (progress.ended || progress.notPermitted) {
            continue;
        }
        const std::optional<qint64> seen = reader ? reader->left() : std::nullopt;
        if (!seen && !held.contains(static_cast<int>(list))) {
            return std::nullopt;
        }
        left += seen ? *seen : qMax<qint64>(0, held.value(static_cast<int>(list)) - progress.objects);
    }
    return left;
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
    progress.listsEnded = static_cast<int>(listsEnded.size());
    progress.listsInAll = static_cast<int>(kReadOrder.size());
    pace.add(clock.monotonicMs(), progress.objects);
    progress.objectsPerSecond = pace.objectsPerSecond();
    progress.secondsLeft = pace.secondsLeft(objectsLeft());
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
    listsEnded.insert(static_cast<int>(list));
    report(list);
    if (isOver) { // who heard of it has called it off
        return;
    }
    if (ListReader* const reader = readers.take(static_cast<int>(list))) {
        reader->deleteLater();
    }
    valueEarly(list);
    startLists();
}

/// Invoices and events are most of the reading and add nothing to what a subscription is worth today: a person who waits sees MRR
/// as soon as the lists that make it have ended. The end values once more.
void Backfill::Private::valueEarly(ObjectList list)
{
    waitedForByValues.removeOne(list);
    if (waitedForByValues.isEmpty() && !std::exchange(valuedEarly, true)) {
        value([] {});
    }
}

void Backfill::Private::end(Result<SyncSummary> result)
{
    if (isOver) {
        return;
    }
    isOver = true;
    // Not at once: this may have been called by one of work's own.
    if (QObject* const rest = work.release()) {
        pages->close();
        const QList<Job*> jobs = rest->findChildren<Job*>();
        for (Job* const job : jobs) {
            job->disconnect(); // an answer that is queued already must not be stored any more
            job->cancel();     // and what waits for its turn is not sent
        }
        rest->deleteLater();
    }
    applier.setBackfilling(false);
    if (!result && result.error().code == QLatin1String(kOtherAccount)) {
        (void)applier.mirror().abandonRun(run);
    }
    lock.reset();
    if (!result && result.error().kind != ErrorKind::Storage && result.error().kind != ErrorKind::Damaged) {
        (void)applier.valuePiece(clock.nowMs()); // what is there is shown as partial, with its values
    }
    q->settle(std::move(result));
}

} // namespace ch::sync
