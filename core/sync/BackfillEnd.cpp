// SPDX-License-Identifier: GPL-3.0-or-later
// What a backfill does when every list has ended: heads, what changed meanwhile, what no list shows.
#include "stripe/Calls.h"
#include "sync/BackfillPrivate.h"
#include "sync/EventRules.h"
#include "sync/PageRules.h"

#include <QMap>

namespace ch::sync {

namespace {

constexpr int kFetchesAtOnce = 6;

bool backfillIsAbsent(const Error& error)
{
    return error.kind == ErrorKind::NotFound || error.code == QLatin1String("resource_missing");
}

/// What the events since the run's first look are about, by the feed's own rule, as far as the mirror's copy may be older than they are.
Result<std::vector<store::ObjectRef>> backfillChanged(const store::Mirror& mirror, qint64 run)
{
    QMap<std::pair<int, QString>, qint64> newest; // event of each object, by list and id: one that was removed is read too, since it may be there again
    QStringList endedSubscriptions;
    QStringList settledInvoices;
    qint64 settledAt = 0;
    const Status visited = mirror.forEachEventDuring(run, aimedByJson(), [&](const stripe::Event& event, const QByteArray& json) {
        for (const EventAim& aim : aimsOf(event, json)) {
            qint64& created = newest[{static_cast<int>(aim.object.list), aim.object.id}];
            created = std::max(created, event.created);
        }
        if (endsSubscription(event) || settlesInvoice(event)) {
            (endsSubscription(event) ? endedSubscriptions : settledInvoices) << event.objectId;
            settledAt = std::max(settledAt, event.created);
        }
    });
    if (!visited) {
        return fail(visited.error());
    }
    const Result<std::vector<store::ObjectRef>> beside = mirror.unsettledOf(endedSubscriptions, settledInvoices);
    if (!beside) {
        return beside;
    }
    for (const store::ObjectRef& object : *beside) {
        qint64& created = newest[{static_cast<int>(object.list), object.id}];
        created = std::max(created, settledAt);
    }
    std::vector<store::ToldObject> told;
    told.reserve(static_cast<size_t>(newest.size()));
    for (auto object = newest.constBegin(); object != newest.constEnd(); ++object) {
        told.push_back({{static_cast<ObjectList>(object.key().first), object.key().second}, *object});
    }
    return mirror.notReadSince(told);
}

} // namespace

/// Lists are newest first, so what is made while they are read stands before their first page: their heads are looked at once more.
void Backfill::Private::readHeads()
{
    for (const ObjectList list : kReadOrder) {
        if (known.value(static_cast<int>(list)).notPermitted) {
            continue;
        }
        ++running;
        newReader(list)->startHead([this](const Status& status) { headEnded(status); });
    }
    if (running == 0) {
        readChanged();
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
        readChanged();
    }
}

/// An object that changed behind its page is read again: the events since the start tell of it.
void Backfill::Private::readChanged()
{
    Result<std::vector<store::ObjectRef>> told = backfillChanged(applier.mirror(), run);
    if (!told) {
        end(fail(told.error()));
        return;
    }
    changed = *std::move(told);
    std::erase_if(changed, [this](const store::ObjectRef& object) { return known.value(static_cast<int>(object.list)).notPermitted; });
    readNextChanged();
}

void Backfill::Private::readNextChanged()
{
    while (!isOver && running < kFetchesAtOnce && !changed.empty()) {
        const store::ObjectRef object = changed.back();
        changed.pop_back();
        ListReader*& reader = readers[static_cast<int>(object.list)];
        reader = reader ? reader : newReader(object.list);
        ++running;
        reader->readAgain(object.id, [this, object](const Status& status) { changedEnded(object, status); });
    }
    if (!isOver && running == 0) {
        beginFetches();
    }
}

void Backfill::Private::changedEnded(const store::ObjectRef& object, const Status& status)
{
    if (isOver) {
        return;
    }
    --running;
    const Status kept = !status && backfillIsAbsent(status.error()) ? applier.mirror().unsee(object, run) : status;
    if (!kept) {
        end(fail(kept.error()));
        return;
    }
    readNextChanged();
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
        const Status kept = backfillIsAbsent(status.error()) ? applier.mirror().rememberAbsent(id, clock.nowMs()) : status;
        if (!kept) {
            end(fail(kept.error()));
            return;
        }
    }
    fetchNext();
}

/// Values before it says that the mirror is complete: a figure of a complete mirror holds all of its subscriptions.
void Backfill::Private::finish()
{
    value([this] { finishValued(); });
}

void Backfill::Private::finishValued()
{
    const Status finished = applier.mirror().finishRun(run, clock.nowMs());
    if (!finished) {
        end(fail(finished.error()));
        return;
    }
    applier.setBackfilling(false);
    if (const Status valued = applier.valueNow(clock.nowMs()); !valued) { // what has gone from its list
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

} // namespace ch::sync
