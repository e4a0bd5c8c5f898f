// SPDX-License-Identifier: GPL-3.0-or-later
// A program that syncs a simulated account and keeps it fresh by events, without a socket, on a fake clock. For the tests of the feed.
#pragma once

#include "store/RecordsFile.h"
#include "sync/EventFeed.h"
#include "sync/SyncAccount.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace backfilltest {

constexpr qint64 kMinuteMs = 60'000;
constexpr qint64 kHourMs = 60 * kMinuteMs;
constexpr qint64 kDayMs = 24 * kHourMs;

/// One run of a program with a feed: everything in it dies with it, as in a kill.
struct FeedProgram : Program {
    explicit FeedProgram(Account& itsAccount) : Program(itsAccount), records(store::RecordsFile::open(itsAccount.dir.path()).value())
    {
        intake = std::make_unique<EventIntake>(records->eventLog(), stripe::Mode::Test);
        budget = std::make_unique<ReadBudget>(records->readCounts(), account.clock);
        applier->setEventSink([this](const auto& events) -> Status {
            const auto taken = intake->take(events, store::EventSource::Backfill, account.clock.nowMs());
            return taken ? Status() : Status(fail(taken.error()));
        });
        http.setObserver([this](const http::AttemptReport& report) {
            if (report.method == "GET") {
                budget->sent(report.purpose);
            }
        });
        feed = std::make_unique<EventFeed>(EventFeed::Around{client, *applier, records->eventLog(), *intake, *budget, account.clock, account.dir.path(),
                                               [this](const stripe::Event& event) { return meaning ? meaning(event) : store::EventEffect::None; }, [this] { return isSyncing; }},
            nullptr);
        QObject::connect(feed.get(), &EventFeed::repairNeeded, &owner, [this](const QString& reason) { repairs << reason; });
    }
    ~FeedProgram()
    {
        feed.reset();
        const QObjectList under = owner.children(); // a sync that is killed under way hands what it has to what goes first
        qDeleteAll(under);
        http.setObserver({});
    }

    /// Reads everything, as a workspace does it.
    bool read()
    {
        isSyncing = true;
        feed->syncBegins();
        const qint64 askedMs = account.clock.nowMs();
        const auto summary = sync();
        isSyncing = false;
        Status noted = summary ? EventFeed::noteThrough(*mirror, records->eventLog(), {askedMs, account.clock.nowMs()}) : Status();
        noted = summary && noted ? records->eventLog().considered() : noted;
        feed->syncEnded(summary ? noted : Status(fail(summary.error())));
        return summary && summary->complete && noted;
    }
    /// Synced, with the feed at work and its first poll behind it.
    bool begin()
    {
        const bool isRead = read();
        feed->start();
        account.clock.advance(5'000);
        return isRead;
    }
    [[nodiscard]] store::EventEntry entryOf(const QString& eventId) const
    {
        store::EventQuery query;
        query.text = eventId;
        const auto found = records->eventLog().find(query);
        return found && !found->entries.empty() ? found->entries.front() : store::EventEntry{};
    }
    [[nodiscard]] store::EventEntry newestEntry(const QString& type) const
    {
        store::EventQuery query;
        query.text = type;
        const auto found = records->eventLog().find(query);
        return found && !found->entries.empty() ? found->entries.front() : store::EventEntry{};
    }

    std::unique_ptr<store::RecordsFile> records;
    std::unique_ptr<EventIntake> intake;
    std::unique_ptr<ReadBudget> budget;
    std::unique_ptr<EventFeed> feed;
    std::function<store::EventEffect(const stripe::Event&)> meaning;
    QStringList repairs;
    bool isSyncing = false;
};

inline QJsonObject objectAt(Account& account, const QByteArray& target)
{
    return QJsonDocument::fromJson(askAccount(account, "GET", target).body).object();
}

/// The first of a list.
inline QByteArray firstId(Account& account, const QByteArray& list)
{
    return objectAt(account, "/v1/" + list + (list.contains('?') ? "&" : "?") + "limit=1").value("data").toArray().at(0).toObject().value("id").toString().toLatin1();
}

inline QByteArray nameOf(Account& account, const FeedProgram& program, const QByteArray& customer)
{
    Q_UNUSED(account);
    const auto held = program.mirror->reader().customer(QString::fromLatin1(customer));
    return held && *held ? (*held)->name.toUtf8() : QByteArray("?");
}

/// What Stripe would send to a webhook: the newest events, newest first.
inline Events newestEvents(Account& account, int many)
{
    Events events;
    const QJsonArray listed = objectAt(account, "/v1/events?limit=" + QByteArray::number(many)).value("data").toArray();
    for (const QJsonValue& shown : listed) {
        const QByteArray json = QJsonDocument(shown.toObject()).toJson(QJsonDocument::Compact);
        events.push_back({stripe::parseObject<stripe::Event>(json).value(), json});
    }
    return events;
}

/// Requests for events that reach the account.
struct Polls {
    explicit Polls(Account& account)
    {
        account.transport.intercept = [this](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            ++requests;
            polls += request.url.path() == QLatin1String("/v1/events") ? 1 : 0;
            if (offline) {
                return Result<http::Reply>(fail(ErrorKind::Network, QStringLiteral("The network is away.")));
            }
            return edit && request.url.path() == QLatin1String("/v1/events") ? edit(request) : std::nullopt;
        };
    }
    int requests = 0;
    int polls = 0;
    bool offline = false;
    std::function<std::optional<Result<http::Reply>>(const http::Request&)> edit;
};

inline void rename(Account& account, const QByteArray& customer, const QByteArray& name)
{
    QCOMPARE(askAccount(account, "POST", "/v1/customers/" + customer, "name=" + name).status, 200);
}

} // namespace backfilltest
