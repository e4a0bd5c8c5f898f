// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/Workspace.h"

#include "base/Log.h"
#include "revenue/StoredLedger.h"
#include "workspace/WatchedAccount.h"
#include "workspace/WorkspaceJobs.h"
#include "workspace/WorkspacePrivate.h"

namespace ch::workspace {

Workspace::Workspace() = default;
Workspace::~Workspace()
{
    if (d && d->records) {
        d->keepMeasures();
        d->willKeepMeasures = true; // requests that are let go of from here on are not kept: nobody is there any more to do it later
    }
}

AccountState Workspace::account() const
{
    return d->state;
}

const store::MirrorReader& Workspace::reader() const
{
    return d->mirror->reader();
}

store::RecordsFile& Workspace::records()
{
    return *d->records;
}

sync::EventIntake& Workspace::intake()
{
    return *d->intake;
}

bool Workspace::hasKey() const
{
    return d->connection != nullptr;
}

Webhooks& Workspace::webhooks()
{
    return *d->webhooks;
}

bool Workspace::isSyncing() const
{
    return d->syncing && !d->syncing->isFinished();
}

ResultJob<AccountState>* Workspace::confirmAccount(QObject* parent)
{
    if (!hasKey()) {
        return new SimpleJob<AccountState>(parent, fail(noKey()));
    }
    return new ConfirmJob(*this, parent);
}

ResultJob<sync::SyncSummary>* Workspace::sync(QObject* parent)
{
    if (!hasKey()) {
        return new SimpleJob<sync::SyncSummary>(parent, fail(noKey()));
    }
    if (isSyncing()) {
        return new SimpleJob<sync::SyncSummary>(parent, fail(ErrorKind::Busy, QStringLiteral("This account is being synced already. Wait until that has ended.")));
    }
    auto* job = new SyncJob(*this, parent);
    d->syncing = job;
    return job;
}

ResultJob<QList<business::EnsuredPrice>>* Workspace::ensurePrices(bool tiers, QObject* parent)
{
    using Prices = QList<business::EnsuredPrice>;
    Act act;
    act.kind = ActKind::EnsurePrices;
    act.liveIsMeant = true; // nothing is charged by a price, and what exists is never changed
    if (const Status may = d->mayAct(act); !may) {
        return new SimpleJob<Prices>(parent, fail(may.error()));
    }
    return new ActJob<Prices>(*this, [tiers](Private& inside, QObject* nest) {
        auto* job = business::ensurePrices(inside.connection->client(), inside.accountOfKeys(), tiers, nest);
        job->onFinished(nest, [&inside](const Result<Prices>& ended) { inside.tellTrailOfPrices(ended); });
        return job;
    }, [](const Error& error) -> Result<Prices> { return fail(error); }, parent);
}

void Workspace::Private::tellTrailOfPrices(const Result<QList<business::EnsuredPrice>>& ended)
{
    const auto action = QStringLiteral("prices_ensure");
    if (!ended) {
        const QString request = ended.error().requestId.isEmpty() ? QString() : QStringLiteral("; ") + ended.error().requestId;
        tellTrail(action, ended.error().outcomeKnown ? QStringLiteral("failed") : QStringLiteral("unknown"), QStringLiteral("error:") + errorCode(ended.error()) + request);
        return;
    }
    QStringList made;
    for (const business::EnsuredPrice& price : *ended) {
        made << (price.created ? QStringList{price.priceId} : QStringList());
    }
    tellTrail(action, QStringLiteral("done"), QStringLiteral("made %1 of %2").arg(made.size()).arg(ended->size()), made);
}

void Workspace::Private::tellTrail(const QString& action, const QString& outcome, const QString& detail, const QStringList& objectIds)
{
    store::AuditEntry entry;
    entry.atMs = clock.nowMs();
    entry.actor = business::actorName();
    entry.action = action;
    entry.outcome = outcome;
    entry.detail = detail;
    entry.objectIds = objectIds;
    if (const Status written = records->appendAudit(entry); !written) {
        log::error(QStringLiteral("%1: the trail could not be written: %2").arg(action, written.error().message));
    }
}

Result<Metrics> Workspace::metrics()
{
    d->keepMeasures();
    TrailWatch trail;
    return readMetrics({*d->records, d->mirror->reader(), d->health(), d->clock, trail});
}

endpoint::EndpointThread::Metrics Workspace::Private::watched()
{
    if (keeper) {
        keeper->kept(tether.get())->onFinished(tether.get(), [trail = trailWatch](const Result<std::optional<store::AuditHead>>& kept) {
            if (kept && *kept) {
                trail->know(**kept);
            }
        });
    }
    return [account = std::make_shared<WatchedAccount>(state.folder, trailWatch)](store::RecordsFile& file, const endpoint::Health& now, Clock& time) { return account->text(file, now, time); };
}

void Workspace::Private::keepMeasures()
{
    willKeepMeasures = false;
    if (!connection) {
        return;
    }
    http::Measures& measures = connection->measures();
    const std::vector<http::BucketPart> buckets = measures.takeBuckets();
    const std::vector<http::CountPart> amounts = measures.takeCounts();
    std::vector<store::HistogramPart> parts;
    for (const http::BucketPart& part : buckets) {
        parts.push_back({part.name, store::CounterLabels(part.labels), part.upToMs.value_or(store::kEndlessMs), part.count, part.sumMs});
    }
    std::vector<store::Count> counts;
    for (const http::CountPart& part : amounts) {
        counts.push_back({part.name, store::CounterLabels(part.labels), part.amount});
    }
    const Status partsKept = parts.empty() ? Status() : records->counters().add(parts);
    const Status countsKept = counts.empty() ? Status() : records->counters().add(counts);
    if (!partsKept) {
        measures.giveBack(buckets);
    }
    if (!countsKept) {
        measures.giveBack(amounts);
    }
    if (!partsKept || !countsKept) {
        log::warning(QStringLiteral("what requests measured could not be kept, and is tried again: %1").arg((partsKept ? countsKept : partsKept).error().message));
    }
}

ResultJob<QList<stripe::Price>>* Workspace::readPrices(const QStringList& businessTypes, QObject* parent)
{
    using Prices = QList<stripe::Price>;
    return new ActJob<Prices>(*this, [businessTypes](Private& inside, QObject* nest) { return business::readPrices(inside.connection->client(), businessTypes, nest); },
        [](const Error& error) -> Result<Prices> { return fail(error); }, parent, true);
}

ResultJob<std::vector<store::Operation>>* Workspace::resumeOperations(bool byPerson, QObject* parent, const QStringList& only)
{
    return new ResumeJob(*this, byPerson, parent, only);
}

Result<store::ImportSummary> Workspace::importRecords(const QByteArray& json)
{
    const auto parsed = store::parseRecords(json);
    if (!parsed) {
        return fail(parsed.error());
    }
    const auto summary = d->records->importRecords(*parsed);
    if (!summary) {
        return fail(summary.error());
    }
    if (summary->added + summary->updated > 0) { // a record may say of which type a business is
        if (const Status forgotten = d->mirror->forgetLedger(); !forgotten) {
            return fail(forgotten.error());
        }
    }
    d->tellTrail(QStringLiteral("import"), QStringLiteral("done"), QStringLiteral("added %1, updated %2, unchanged %3").arg(summary->added).arg(summary->updated).arg(summary->unchanged));
    (void)d->bringFiguresUpToDate(); // and tells of it
    return *summary;
}

Result<QByteArray> Workspace::exportRecords() const
{
    const auto records = d->records->records();
    if (!records) {
        return fail(records.error());
    }
    return store::recordsToJson(*records);
}

ResultJob<store::AuditCheck>* Workspace::verifyAudit(QObject* parent)
{
    if (!d->keeper) {
        return new SimpleJob<store::AuditCheck>(parent, d->records->verifyAudit(std::nullopt));
    }
    auto* job = new SimpleJob<store::AuditCheck>(parent);
    QObject::connect(d->tether.get(), &QObject::destroyed, job, [job] { job->end(fail(stoppedByClosing())); });
    d->keeper->kept(d->tether.get())->onFinished(job, [this, job](const Result<std::optional<store::AuditHead>>& kept) {
        job->end(d->records->verifyAudit(kept.value_or(std::nullopt)));
    });
    return job;
}

ResultJob<bool>* Workspace::trailKept(QObject* parent)
{
    if (!d->keeper || !d->keeper->isKeeping()) {
        return new SimpleJob<bool>(parent, true);
    }
    auto* job = new SimpleJob<bool>(parent);
    QObject::connect(d->tether.get(), &QObject::destroyed, job, [job] { job->end(fail(stoppedByClosing())); });
    QObject::connect(d->keeper.get(), &AuditKeeper::settled, job, [job] { job->end(true); });
    return job;
}

// --- what a workspace learns of its account

Status Workspace::Private::stopWrites(const char* reason, const QString& message)
{
    stopReason = QLatin1String(reason);
    state.writesOff = true;
    state.writesOffReason = stopReason;
    log::error(QStringLiteral("writes are off: %1").arg(stopReason));
    Q_EMIT q.accountChanged(state);
    Error error;
    error.kind = ErrorKind::Safety;
    error.code = QLatin1String(reason);
    error.message = message;
    return fail(error);
}

Status Workspace::Private::accountChecked(const stripe::KeyCheck& checked)
{
    const bool keyIsLive = connection->client().mode() == stripe::Mode::Live;
    if (checked.modeMismatch) {
        state.mode = stripe::Mode::Live;
        return stopWrites("mode_mismatch", QStringLiteral("The key looks like one for %1 mode, but Stripe answers in %2 mode. Nothing is read into this account or written. Check the key in Stripe's Dashboard.")
                                               .arg(keyIsLive ? QStringLiteral("live") : QStringLiteral("test"), keyIsLive ? QStringLiteral("test") : QStringLiteral("live")));
    }
    if (const Status bound = bind(checked); !bound) {
        return bound;
    }
    state.modeConfirmed = checked.isModeConfirmed;
    state.missingPermissions = checked.missingPermissions;
    QString name = profile ? profile->accountName : QString();
    if (checked.account) {
        state.accountId = checked.account->id;
        state.timezone = checked.account->timezone;
        name = checked.account->displayName;
    }
    state.accountName = !name.isEmpty() ? name : !state.accountId.isEmpty() ? state.accountId : state.keyMasked;
    for (const auto& [key, text] : {std::pair("timezone", state.timezone), std::pair("account_name", state.accountName)}) {
        if (const Status kept = mirror->setMeta(QLatin1String(key), text); !kept) {
            return kept;
        }
    }
    saveProfile(checked);
    confirmed = true;
    Q_EMIT q.accountChanged(state);
    if (isFeedWanted) {
        feed->start(repairAsked);
    }
    return {};
}

/// Ties the mirror to the account that fills it, and refuses another one.
Status Workspace::Private::bind(const stripe::KeyCheck& checked)
{
    const auto other = [this, &checked] {
        const QString theirs = checked.account ? checked.account->id : QString();
        return stopWrites("account_mismatch",
            theirs.isEmpty() ? QStringLiteral("This key may not say which account it belongs to, so it is not known whether it is the account of this data. "
                                              "Allow the key to read the account (Connect, Accounts: Read), or connect it under a name of its own.")
                             : QStringLiteral("This key belongs to another Stripe account (%1) than the data kept under this name. Connect it under a name of its own.").arg(theirs));
    };
    const QString theirs = checked.account ? checked.account->id : QString();
    if (profile && !profile->accountId.isEmpty() && !theirs.isEmpty() && profile->accountId != theirs) {
        return other();
    }
    const auto account = mirror->meta(QStringLiteral("bound_account"));
    const auto key = mirror->meta(QStringLiteral("bound_key"));
    if (!account || !key) {
        return fail(account ? key.error() : account.error());
    }
    const bool isNew = account->isEmpty() && key->isEmpty();
    const bool sameKey = *key == fingerprint;
    const bool sameAccount = !account->isEmpty() && *account == theirs;
    const bool learntItNow = account->isEmpty() && sameKey;
    const bool mayNotSay = theirs.isEmpty() && sameKey;
    const bool profileKnows = isNew && theirs.isEmpty() && profile && !profile->accountId.isEmpty() && profile->keyMasked != state.keyMasked;
    if (profileKnows || !(isNew || sameAccount || learntItNow || mayNotSay)) {
        return other();
    }
    const QString bound = theirs.isEmpty() ? *account : theirs;
    if (bound != *account || !sameKey) {
        const Status kept = mirror->setMeta(QStringLiteral("bound_account"), bound);
        return kept ? mirror->setMeta(QStringLiteral("bound_key"), fingerprint) : kept;
    }
    return {};
}

void Workspace::Private::saveProfile(const stripe::KeyCheck& checked)
{
    if (!profile) {
        return;
    }
    access::Profile updated = *profile;
    if (checked.account) {
        updated.accountId = checked.account->id;
        updated.accountName = checked.account->displayName;
    }
    if (updated == *profile) {
        return;
    }
    auto profiles = access::Profiles::load(dataDir);
    const Status saved = profiles ? profiles->put(updated) : Status(fail(profiles.error()));
    if (saved) {
        profile = updated;
    } else {
        log::warning(QStringLiteral("the profile could not be saved: %1").arg(saved.error().message));
    }
}

endpoint::Health Workspace::Private::health() const
{
    endpoint::Health health;
    health.stripeReady = connection && confirmed && stopReason.isEmpty();
    health.stripeKeyIsTest = state.mode == stripe::Mode::Test;
    if (const auto completeness = mirror->reader().completeness()) {
        health.mirrorComplete = completeness->complete;
        health.dataThroughMs = completeness->throughMs;
    }
    return health;
}

Status Workspace::Private::bringFiguresUpToDate()
{
    refreshWrites();
    keepMeasures();
    const Status valued = applier->valueNow(clock.nowMs());
    const QTimeZone zone(state.timezone.toUtf8());
    const Status moved = valued ? revenue::keepLedger(*mirror, revenue::Definition{}, zone.isValid() ? zone : QTimeZone::utc(), clock.nowMs()) : valued;
    if (!moved) {
        log::error(QStringLiteral("the figures could not be brought up to date: %1").arg(moved.error().message));
    }
    figuresRevision = mirror->revision();
    Q_EMIT q.mirrorChanged(figuresRevision);
    return moved;
}

} // namespace ch::workspace
