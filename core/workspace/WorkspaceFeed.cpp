// SPDX-License-Identifier: GPL-3.0-or-later
// How a workspace keeps its mirror fresh by events, of Workspace.h, and what events mean for its businesses.
#include "base/Log.h"
#include "workspace/WorkspaceJobs.h"
#include "workspace/WorkspacePrivate.h"

namespace ch::workspace {

namespace feeding {

const auto kReadsKey = QStringLiteral("reads_a_month");
const auto kEndedKey = QStringLiteral("subscription_ended");
const auto kDo = QStringLiteral("take_down");
const auto kAsk = QStringLiteral("ask");
constexpr qint64 kMeasuresWithinMs = 10'000;
constexpr qint64 kConfirmAgainMs = 30'000;
constexpr qint64 kMostReads = 1'000'000'000;

bool mayPass(const Error& error)
{
    return error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout || error.kind == ErrorKind::Server || error.kind == ErrorKind::RateLimited || error.kind == ErrorKind::Cancelled;
}

} // namespace feeding

void Workspace::startFeed()
{
    if (!hasKey() || d->isFeedWanted) {
        return;
    }
    d->isFeedWanted = true;
    const auto completeness = d->mirror->reader().completeness();
    if (completeness && completeness->completeAsOfMs == 0 && !d->confirmed) {
        // The sync that follows confirms the account, and the feed begins with that.
        d->repairAsked = QStringLiteral("first");
        Q_EMIT repairNeeded(d->repairAsked);
        return;
    }
    d->confirmForFeed();
}

void Workspace::Private::confirmForFeed()
{
    if (confirmed) {
        feed->start(repairAsked);
        return;
    }
    q.confirmAccount(tether.get())->onFinished(tether.get(), [this](const Result<AccountState>& result) {
        if (!result && feeding::mayPass(result.error())) {
            clock.callAfter(feeding::kConfirmAgainMs, tether.get(), [this] { confirmForFeed(); });
        }
    });
}

void Workspace::Private::makeFeed()
{
    budget = std::make_unique<sync::ReadBudget>(records->readCounts(), clock);
    budget->setBudget(records->settings().value(feeding::kReadsKey).value_or(QString()).toLongLong());
    connection->setObserved([this](const http::AttemptReport& report) { observe(report); });
    meanings = std::make_unique<business::Meanings>(mirror->reader(), *records, [this](const business::EventMeant& meant) { meaningNoticed(meant); });
    feed = std::make_unique<sync::EventFeed>(sync::EventFeed::Around{connection->client(), *applier, records->eventLog(), *intake, *budget, clock, state.folder,
                                                 [this](const stripe::Event& event) { return meanings->take(event); }, [this] { return q.isSyncing(); }},
        nullptr);
    QObject::connect(feed.get(), &sync::EventFeed::stateChanged, &q, &Workspace::feedChanged);
    QObject::connect(feed.get(), &sync::EventFeed::repairNeeded, &q, &Workspace::repairNeeded);
    QObject::connect(feed.get(), &sync::EventFeed::mirrorMoved, &q, &Workspace::mirrorChanged);
    QObject::connect(feed.get(), &sync::EventFeed::applied, &q, [this] {
        if (!q.isSyncing()) { // its end asks too
            meanings->settle();
        }
        if (mirror->revision() != figuresRevision) {
            (void)bringFiguresUpToDate();
        }
    });
}

void Workspace::Private::observe(const http::AttemptReport& report)
{
    if (report.method == "GET") {
        budget->sent(report.purpose);
    }
    if (!std::exchange(willKeepMeasures, true)) {
        clock.callAfter(feeding::kMeasuresWithinMs, tether.get(), [this] { keepMeasures(); });
    }
}

void Workspace::setLooked(bool on)
{
    if (d->feed) {
        d->feed->setLooked(on);
    }
}

void Workspace::pollSoon()
{
    if (d->feed) {
        d->feed->pollSoon();
    }
}

sync::FeedState Workspace::feed() const
{
    return d->feed ? d->feed->state() : sync::FeedState{};
}

Result<sync::BudgetState> readBudgetOf(store::RecordsFile& records, Clock& clock)
{
    sync::ReadBudget shared(records.readCounts(), clock);
    shared.setBudget(records.settings().value(feeding::kReadsKey).value_or(QString()).toLongLong());
    return shared.state();
}

Result<sync::BudgetState> Workspace::budget()
{
    if (d->budget) {
        return d->budget->state();
    }
    return readBudgetOf(*d->records, d->clock); // without a key nothing is spent here
}

Result<FeedSettings> Workspace::feedSettings() const
{
    const auto reads = d->records->settings().value(feeding::kReadsKey);
    const auto ended = d->records->settings().value(feeding::kEndedKey);
    if (!reads || !ended) {
        return fail(!reads ? reads.error() : ended.error());
    }
    return FeedSettings{qMax(sync::BudgetState::kFloor, reads->toLongLong()), *ended == feeding::kDo};
}

Result<bool> Workspace::setReadsOfAMonth(qint64 reads)
{
    if (reads < sync::BudgetState::kFloor || reads > feeding::kMostReads) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("Stripe allows at least %1 reads a month; more where the account has many payments: 500 for each.").arg(sync::BudgetState::kFloor));
    }
    const auto changed = d->changeSetting(feeding::kReadsKey, QString::number(reads));
    if (changed && d->budget) {
        d->budget->setBudget(reads);
    }
    return changed;
}

Result<bool> Workspace::setTakesDown(bool on)
{
    return d->changeSetting(feeding::kEndedKey, on ? feeding::kDo : feeding::kAsk);
}

Result<bool> Workspace::leaveMarked(const QString& businessId, store::MarkKind kind)
{
    const auto removed = d->records->marks().remove(businessId, kind);
    if (removed && *removed) {
        d->tellTrail(QStringLiteral("mark_left"), QStringLiteral("done"), store::wordOf(kind), {businessId});
    }
    return removed;
}

Result<bool> Workspace::Private::changeSetting(const QString& key, const QString& value)
{
    store::AuditEntry entry;
    entry.atMs = clock.nowMs();
    entry.actor = business::actorName();
    entry.action = QStringLiteral("setting");
    entry.outcome = QStringLiteral("done");
    entry.detail = key + QLatin1Char('=') + value;
    return records->settings().change(key, value, entry);
}

void Workspace::Private::meaningNoticed(const business::EventMeant& meant)
{
    const bool takesDown = meant.effect == store::EventEffect::MarkedForTakedown && records->settings().value(feeding::kEndedKey).value_or(QString()) == feeding::kDo;
    if (takesDown) {
        takeDownEnded(meant.mark, meant.name);
    } else {
        Q_EMIT q.eventNoticed({meant.mark, meant.name, false});
    }
}

/// By the setting. Its subscriptions have ended already: what is left is to close the record, and nothing of the customer is touched. What the mirror has seen
/// is what is "shown": a subscription that Stripe has by now is left alone, the business stays marked, and a person is asked.
void Workspace::Private::takeDownEnded(const store::Mark& mark, const QString& name)
{
    auto ended = business::planTakedown(mirror->reader(), mark.businessId, false);
    if (!ended || !ended->cancels.empty() || !ended->paymentIntentId.isEmpty()) {
        Q_EMIT q.eventNoticed({mark, name, false});
        return;
    }
    business::TakedownRequest request;
    request.shown = std::move(*ended);
    request.businessId = mark.businessId;
    request.reason = QStringLiteral("its last subscription has ended");
    request.typedId = mark.businessId; // a person has agreed to this by the setting
    request.liveIsMeant = true;
    q.takeDown(request, tether.get())->onFinished(tether.get(), [this, mark, name](const Result<business::TakedownOutcome>& outcome) {
        const bool isDone = outcome && outcome->status == QLatin1String("taken_down");
        if (isDone) {
            const Status told = records->eventLog().setEffect(mark.eventId, store::EventEffect::TakenDown);
            const auto removed = records->marks().remove(mark.businessId, store::MarkKind::TakeDown);
            if (!told || !removed) { // nobody is asked all the same: its record is closed
                log::warning(QStringLiteral("that a business was taken down could not be written to its event: %1").arg(told ? removed.error().message : told.error().message));
            }
        }
        Q_EMIT q.eventNoticed({mark, name, isDone}); // else it stays marked, and a person is asked
    });
}

} // namespace ch::workspace
