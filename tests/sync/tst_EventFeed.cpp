// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"
#include "sync/FeedAccount.h"

#include <QFile>

using namespace backfilltest;
using store::EventDeed;
using store::EventSource;

class TstEventFeed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aChangeIsThereWithinTwentySecondsWhileSomebodyLooks()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        program.feed->setLooked(true);
        account.clock.advance(25'000);
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "Renamed");
        account.clock.advance(21'000);
        QCOMPARE(nameOf(account, program, customer), QByteArray("Renamed"));
        const auto entry = program.newestEntry("customer.updated");
        QCOMPARE(entry.source, EventSource::Poll);
        QVERIFY(entry.deed == EventDeed::Applied || entry.deed == EventDeed::ReadAgain);
        const FeedState state = program.feed->state();
        QCOMPARE(state.by, store::ThroughBy::Poll);
        QCOMPARE(state.rhythm.why, Rhythm::Why::Looked);
        QVERIFY(account.clock.nowMs() - state.throughMs <= 21'000);
    }

    void aSeldomPollWhenNobodyLooks()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        Polls counted(account);
        account.clock.advance(kDayMs);
        QVERIFY2(counted.requests <= 100, qPrintable(QString::number(counted.requests)));
        QVERIFY(counted.polls >= 90);
        QCOMPARE(program.feed->state().rhythm.why, Rhythm::Why::Idle);
        QCOMPARE(program.budget->state()->by.value("feed") >= counted.requests, true);
    }

    void aPersonWhoComesBackIsServedAtOnce()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        account.clock.advance(10 * kMinuteMs);
        Polls counted(account);
        program.feed->setLooked(true);
        account.clock.advance(2'000);
        QCOMPARE(counted.polls, 1);
    }

    void theComputerSlept()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        Polls counted(account);
        account.clock.jumpWallTime(5 * kMinuteMs);
        account.clock.advance(6'000);
        QCOMPARE(counted.polls, 1);
    }

    void offLineAndBack()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        program.feed->setLooked(true);
        Polls network(account);
        network.offline = true;
        account.clock.advance(kHourMs);
        QVERIFY(program.feed->state().error);
        QCOMPARE(program.feed->state().rhythm.why, Rhythm::Why::Failing);
        const qint64 through = program.feed->state().throughMs;
        QVERIFY(account.clock.nowMs() - through >= kHourMs - kMinuteMs);
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "Meanwhile");
        network.offline = false;
        account.clock.advance(kMinuteMs + 2'000);
        QVERIFY(!program.feed->state().error);
        QCOMPARE(nameOf(account, program, customer), QByteArray("Meanwhile"));
    }

    void anEventThatIsSeenLateIsNotLost()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        program.feed->setLooked(true);
        const QByteArray first = firstId(account, "customers");
        Polls network(account);
        rename(account, first, "Late");
        QString hidden = objectAt(account, "/v1/events?limit=1").value("data").toArray().at(0).toObject().value("id").toString();
        network.edit = [&](const http::Request& request) -> std::optional<Result<http::Reply>> {
            QJsonObject page = objectAt(account, request.url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority));
            QJsonArray shown;
            for (const QJsonValue& event : page.value("data").toArray()) {
                if (event.toObject().value("id").toString() != hidden) {
                    shown.append(event);
                }
            }
            page["data"] = shown;
            return answerWith(200, QJsonDocument(page).toJson(QJsonDocument::Compact));
        };
        account.clock.advance(21'000);
        const QByteArray other = askAccount(account, "POST", "/v1/customers", "name=Other").body; // a newer one is seen first
        account.clock.advance(5 * kMinuteMs);
        QVERIFY(nameOf(account, program, first) != "Late");
        hidden.clear();
        account.clock.advance(6 * kMinuteMs);
        QCOMPARE(nameOf(account, program, first), QByteArray("Late"));
    }

    void theNewestOfAnObjectWinsWhateverComesLast()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "One");
        account.clock.advance(3'000);
        rename(account, customer, "Two");
        account.clock.advance(3'000);
        const Events both = newestEvents(account, 2);
        QVERIFY(program.intake->take({both[0]}, EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(1'000);
        QCOMPARE(nameOf(account, program, customer), QByteArray("Two"));
        QVERIFY(program.intake->take({both[1]}, EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(1'000);
        QCOMPARE(nameOf(account, program, customer), QByteArray("Two"));
    }

    void aDeletedCustomerDoesNotComeBack()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "Jane");
        const Events late = newestEvents(account, 1);
        account.clock.advance(3'000);
        QCOMPARE(askAccount(account, "DELETE", "/v1/customers/" + customer).status, 200);
        program.feed->pollSoon();
        account.clock.advance(5'000);
        const auto deleted = program.mirror->reader().business(QString::fromLatin1(customer));
        QCOMPARE(program.newestEntry("customer.deleted").deed, EventDeed::Removed);
        const auto forged = program.intake->take(late, EventSource::Replay, account.clock.nowMs());
        QVERIFY(forged);
        account.clock.advance(3'000);
        QVERIFY(nameOf(account, program, customer) != "Jane");
        QCOMPARE(program.entryOf(late.front().object.id).deed, EventDeed::Older);
    }

    void whatIsInDoubtIsReadAgain_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::newRow("older API version") << QByteArray("\"api_version\":\"2026-10-28.endive\"") << QByteArray("\"api_version\":\"2020-08-27\"");
        QTest::newRow("a shape that does not parse") << QByteArray("\"livemode\":false,\"metadata\":") << QByteArray("\"livemode\":false,\"metadata\":7,\"x\":");
    }

    void whatIsInDoubtIsReadAgain()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        account.clock.advance(kHourMs);
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "Fresh");
        Events events = newestEvents(account, 1);
        QVERIFY(events.front().json.contains(from));
        QByteArray json = QByteArray(events.front().json).replace(from, to).replace("\"Fresh\"", "\"Stale\"");
        QVERIFY(program.intake->take({{stripe::parseObject<stripe::Event>(json).value(), json}}, EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(3'000);
        QCOMPARE(nameOf(account, program, customer), QByteArray("Fresh"));
        QCOMPARE(program.newestEntry("customer.updated").deed, EventDeed::ReadAgain);
    }

    void anUnknownTypeIsKeptAndDoesNothing()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        const QByteArray json = "{\"id\":\"evt_new\",\"object\":\"event\",\"created\":" + QByteArray::number(account.clock.nowSeconds()) +
                                ",\"livemode\":false,\"type\":\"telepathy.sent\",\"data\":{\"object\":{\"id\":\"tp_1\",\"object\":\"telepathy\"}}}";
        QVERIFY(program.intake->take({{stripe::parseObject<stripe::Event>(json).value(), json}}, EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(2'000);
        QCOMPARE(program.entryOf("evt_new").deed, EventDeed::Nothing);
    }

    void whatAKillLeftIsAppliedAtTheNextStart()
    {
        Account account(6);
        QByteArray customer;
        {
            FeedProgram program(account);
            QVERIFY(program.begin());
            customer = firstId(account, "customers");
            rename(account, customer, "Killed");
            QVERIFY(program.intake->take(newestEvents(account, 1), EventSource::Webhook, account.clock.nowMs()));
            QCOMPARE(program.records->eventLog().waiting()->size(), size_t(1));
        }
        FeedProgram next(account);
        next.feed->start();
        account.clock.advance(3'000);
        QCOMPARE(nameOf(account, next, customer), QByteArray("Killed"));
        QVERIFY(next.records->eventLog().waiting()->empty());
    }

    void theBudgetStretchesThePolls()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        program.feed->setLooked(true);
        account.clock.advance(2 * kMinuteMs);
        QCOMPARE(program.feed->state().rhythm.everyMs, kLookedEveryMs);
        const QString today = QDateTime::fromMSecsSinceEpoch(account.clock.nowMs(), Qt::UTC).date().toString(Qt::ISODate);
        const BudgetState before = program.feed->state().budget;
        QVERIFY(program.records->readCounts().add(today, {{"sync", before.shareOfToday() * 6 / 10}}));
        account.clock.advance(2 * kMinuteMs);
        QCOMPARE(program.feed->state().rhythm.why, Rhythm::Why::Budget);
        QVERIFY(program.feed->state().rhythm.everyMs > kLookedEveryMs);
        QVERIFY(program.records->readCounts().add(today, {{"person", 10'000}}));
        account.clock.advance(2 * kMinuteMs);
        QCOMPARE(program.feed->state().rhythm.why, Rhythm::Why::BudgetSpent);
        QCOMPARE(program.feed->state().budget.left(), 0);
        program.budget->setBudget(5'000'000);
        account.clock.advance(2 * kMinuteMs);
        QCOMPARE(program.feed->state().rhythm.why, Rhythm::Why::Looked);
    }

    void aWorkingDayOfLookingStaysInTheBudget()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        constexpr int kDays = 3;
        for (int day = 0; day < kDays; ++day) {
            program.feed->setLooked(true);
            account.clock.advance(9 * kHourMs);
            program.feed->setLooked(false);
            account.clock.advance(15 * kHourMs);
        }
        const BudgetState state = *program.budget->state();
        const qint64 share = BudgetState::kFloor * kDays / 30;
        QVERIFY2(state.spent < share, qPrintable(QString::number(state.spent)));
        QVERIFY2(state.spent > share / 2, qPrintable(QString::number(state.spent))); // and what there is is used
    }

    void webhooksThatWorkMakePollsNeedless()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        program.feed->setLooked(true);
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "ByWebhook");
        QVERIFY(program.intake->take(newestEvents(account, 1), EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(30'000);
        QCOMPARE(program.feed->state().by, store::ThroughBy::Webhook);
        QCOMPARE(program.feed->state().rhythm.why, Rhythm::Why::Webhooks);
        Polls counted(account);
        account.clock.advance(kHourMs);
        QVERIFY2(counted.polls <= 13, qPrintable(QString::number(counted.polls)));
        // One that was not brought: polls again, as often as before.
        rename(account, customer, "Missing"); // perhaps seen so soon that it may be on its way
        account.clock.advance(6 * kMinuteMs);
        rename(account, customer, "Missed");
        account.clock.advance(6 * kMinuteMs + 2'000);
        QCOMPARE(nameOf(account, program, customer), QByteArray("Missed"));
        QCOMPARE(program.feed->state().by, store::ThroughBy::Poll);
        QCOMPARE(program.feed->state().rhythm.why, Rhythm::Why::Looked);
    }

    void twoProgramsPollLikeOneAndOneTakesOver()
    {
        Account account(6);
        auto first = std::make_unique<FeedProgram>(account);
        QVERIFY(first->begin());
        FeedProgram second(account);
        second.feed->start();
        account.clock.advance(5'000);
        first->feed->setLooked(true);
        second.feed->setLooked(true);
        account.clock.advance(kMinuteMs);
        qint64 moved = 0;
        QObject::connect(second.feed.get(), &EventFeed::mirrorMoved, &second.owner, [&moved](qint64) { ++moved; });
        Polls counted(account);
        account.clock.advance(10 * kMinuteMs);
        QVERIFY2(counted.polls <= 32, qPrintable(QString::number(counted.polls)));
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "Shared");
        account.clock.advance(22'000);
        QCOMPARE(nameOf(account, second, customer), QByteArray("Shared"));
        QCOMPARE(nameOf(account, *first, customer), QByteArray("Shared"));
        QVERIFY(moved > 0);
        first.reset();
        rename(account, customer, "TakenOver");
        account.clock.advance(25'000);
        QCOMPARE(nameOf(account, second, customer), QByteArray("TakenOver"));
    }

    void awayForTooLongIsRepairedAndSaid()
    {
        Account account(6);
        {
            FeedProgram program(account);
            QVERIFY(program.begin());
        }
        account.clock.advance(26 * kDayMs);
        FeedProgram program(account);
        program.feed->start();
        account.clock.advance(3'000);
        QCOMPARE(program.repairs, QStringList("away"));
        QVERIFY(program.read());
        account.clock.advance(5'000);
        QCOMPARE(program.repairs, QStringList("away"));
        QCOMPARE(program.feed->state().by, store::ThroughBy::Poll);
    }

    void aMirrorThatWasNeverReadIsAskedForOnce()
    {
        Account account(6);
        FeedProgram program(account);
        program.feed->start();
        account.clock.advance(kMinuteMs);
        QCOMPARE(program.repairs, QStringList("first"));
        QVERIFY(!program.feed->state().throughMs);
        QVERIFY(program.read());
        account.clock.advance(5'000);
        QVERIFY(program.feed->state().throughMs);
    }

    void aMirrorFromAnOldCopyIsReadAnew()
    {
        Account account(6);
        const QString file = account.dir.filePath("mirror.sqlite");
        const QString copy = account.dir.filePath("copy.sqlite");
        qint64 through = 0;
        {
            FeedProgram program(account);
            QVERIFY(program.begin());
            through = program.feed->state().throughMs;
        }
        QVERIFY(QFile::copy(file, copy));
        {
            FeedProgram program(account);
            program.feed->start();
            account.clock.advance(kHourMs);
        }
        QVERIFY(QFile::remove(file));
        QVERIFY(QFile::rename(copy, file));
        FeedProgram program(account);
        program.feed->start();
        account.clock.advance(3'000);
        QCOMPARE(program.repairs, QStringList("older"));
        QVERIFY(through > 0);
        QCOMPARE(program.feed->state().throughMs, through); // whatever the log knows
    }

    void aKeyThatMayNotReadEventsEndsTheFeed()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        Polls network(account);
        network.edit = [](const http::Request&) { return answerWith(403, stripeError("invalid_request_error", "")); };
        account.clock.advance(kDayMs);
        QVERIFY(!program.feed->state().isOn);
        QVERIFY(network.polls <= 2);
    }
};

CH_TEST(TstEventFeed)
#include "tst_EventFeed.moc"
