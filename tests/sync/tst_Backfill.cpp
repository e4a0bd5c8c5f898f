// SPDX-License-Identifier: GPL-3.0-or-later
// Backfill over the simulated account, without a socket, on a fake clock.
#include "store/Faults.h"
#include "support/TestMain.h"
#include "sync/SyncAccount.h"
#include "sync/SyncLock.h"

#include <QSignalSpy>

using namespace backfilltest;

class TstBackfill : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void endsCompleteWithTheServersCounts()
    {
        Account account(60, 12);
        Program program(account);
        QSignalSpy changed(program.applier.get(), &Applier::changed);
        const auto summary = program.sync();
        QVERIFY2(summary, qPrintable(said(summary)));
        QVERIFY(summary->complete);
        QVERIFY(!summary->livemode);
        QCOMPARE(summary->requests, qint64(account.transport.sent));
        compareCounts(summary->counts, account.engine.counts());
        QCOMPARE(program.lastProgress.listsEnded, 14);
        QCOMPARE(program.lastProgress.listsInAll, 14);
        QVERIFY(changed.count() > 5);
        QCOMPARE(program.mirror->missingPrices(program.account.clock.nowMs())->size(), 0);
        QVERIFY(program.mirror->reader().completeness()->complete);
        qint64 valued = 0;
        QVERIFY(program.mirror->reader().forEachValue([&](const store::MirrorReader::ValuedSubscription& value) { valued += value.mrrMinor; }));
        QVERIFY(valued > 0);
        // Once more: nothing new, nothing changed, still complete.
        const QByteArray before = contentOf(program.mirror->reader());
        account.clock.advance(1000);
        const auto again = program.sync();
        QVERIFY2(again && again->complete, qPrintable(said(again)));
        QCOMPARE(contentOf(program.mirror->reader()), before);
        compareCounts(again->counts, account.engine.counts());
    }

    void whatIsMadeWhileTheListsAreReadIsThereAtTheEnd()
    {
        Account account(40, 12);
        Program program(account);
        bool made = false;
        QObject::connect(program.applier.get(), &Applier::changed, &program.owner, [&] {
            if (made || program.lastProgress.listsEnded < 5) {
                return; // the customers have been read by now
            }
            made = true;
            for (int i = 0; i < 130; ++i) { // more than a page
                const sandbox::Reply reply = account.engine.handle({"POST", "/v1/customers",
                    {{"Authorization", "Bearer " + testKey().reveal()}, {"Content-Type", "application/x-www-form-urlencoded"}}, "name=Late+" + QByteArray::number(i)});
                QCOMPARE(reply.status, 200);
            }
        });
        const auto summary = program.sync();
        QVERIFY2(summary.has_value(), qPrintable(said(summary)));
        QVERIFY(made);
        QVERIFY(summary->complete);
        compareCounts(summary->counts, account.engine.counts());
    }

    void valuesAreThereBeforeTheLongListsEnd()
    {
        Account account(40, 12);
        Program program(account);
        int endedWhenFirstValued = -1;
        QObject::connect(program.applier.get(), &Applier::changed, &program.owner, [&] {
            (void)program.mirror->reader().forEachValue([&](const store::MirrorReader::ValuedSubscription& value) {
                if (value.mrrMinor > 0 && endedWhenFirstValued < 0) {
                    endedWhenFirstValued = program.lastProgress.listsEnded;
                }
            });
        });
        QVERIFY(program.sync().has_value());
        QVERIFY2(endedWhenFirstValued >= 4 && endedWhenFirstValued < program.lastProgress.listsInAll, qPrintable(QString::number(endedWhenFirstValued)));
    }

    void aKillAtAnyRequestResumesAndReachesTheSameEnd()
    {
        Account whole(6, 2);
        QByteArray expected;
        int requests = 0;
        {
            Program program(whole);
            const auto summary = program.sync();
            QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
            expected = contentOf(program.mirror->reader());
            requests = whole.transport.sent;
        }
        for (int n = 1; n <= requests; ++n) {
            Account account(6, 2);
            bool killed = false;
            account.transport.intercept = [&](const http::Request&, int number) -> std::optional<Result<http::Reply>> {
                killed = killed || number == n;
                return std::nullopt;
            };
            {
                Program program(account);
                auto* job = new Backfill(program.client, *program.applier, account.clock, account.dir.path(), &program.owner);
                QVERIFY(job);
                account.clock.runUntil([&] { return killed; });
            } // everything is destroyed with answers under way
            account.transport.intercept = nullptr;
            Program program(account);
            QVERIFY(!program.mirror->wasRebuilt());
            const auto summary = program.sync();
            QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
            QCOMPARE(contentOf(program.mirror->reader()), expected);
        }
    }

    void afterAKillItGoesOnAtItsCursors()
    {
        Account account(150, 3);
        QStringList after;
        int killedAt = 0;
        account.transport.intercept = [&](const http::Request& request, int number) -> std::optional<Result<http::Reply>> {
            if (request.url.path() == QLatin1String("/v1/invoices")) {
                after << request.url.query();
                killedAt = after.size() == 3 ? number : killedAt;
            }
            return std::nullopt;
        };
        {
            Program program(account);
            auto* job = new Backfill(program.client, *program.applier, account.clock, account.dir.path(), &program.owner);
            QVERIFY(job);
            account.clock.runUntil([&] { return killedAt > 0; });
        }
        QVERIFY(after.size() >= 3);
        after.clear();
        Program program(account);
        QVERIFY(!program.mirror->wasRebuilt());
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QVERIFY2(after.first().contains("starting_after"), qPrintable(after.first()));
        compareCounts(summary->counts, account.engine.counts());
    }

    void everyRequestThatFailsIsMadeUpForByTheNextSync()
    {
        Account account(5, 2);
        QByteArray expected;
        int requests = 0;
        {
            Program program(account);
            QVERIFY(program.sync());
            expected = contentOf(program.mirror->reader());
            requests = account.transport.sent;
        }
        for (int n = 1; n <= requests; ++n) {
            Account broken(5, 2);
            broken.transport.intercept = [n](const http::Request&, int number) -> std::optional<Result<http::Reply>> {
                return number == n ? std::optional<Result<http::Reply>>(fail(ErrorKind::Network, QStringLiteral("The connection was lost."))) : std::nullopt;
            };
            Program program(broken);
            const auto first = program.sync();
            QVERIFY(!first);
            QCOMPARE(first.error().kind, ErrorKind::Network);
            QVERIFY(!program.mirror->reader().completeness()->complete);
            const auto second = program.sync();
            QVERIFY2(second && second->complete, qPrintable(said(second)));
            QCOMPARE(contentOf(program.mirror->reader()), expected);
        }
    }

    void everyWriteThatFailsIsMadeUpForByTheNextSync()
    {
        Account account(3, 1);
        QByteArray expected;
        {
            Program program(account);
            QVERIFY(program.sync());
            expected = contentOf(program.mirror->reader());
        }
        int failures = 0;
        // A prime step: every kind of write is met, not every write of a kind.
        for (qint64 n = 1;; n += 7) {
            Account full(3, 1);
            Program program(full);
            store::failWrite(n);
            const auto first = program.sync();
            const bool wentThrough = store::isWriteFailurePending();
            store::failWrite(0);
            if (wentThrough) {
                QVERIFY(first);
                break;
            }
            ++failures;
            QVERIFY(!first);
            QCOMPARE(first.error().kind, ErrorKind::Storage);
            const auto second = program.sync();
            QVERIFY2(second && second->complete, qPrintable(said(second)));
            QCOMPARE(contentOf(program.mirror->reader()), expected);
        }
        QVERIFY(failures > 10);
    }

    void aListThatMayNotBeReadIsNamed()
    {
        Account account(5, 2);
        account.transport.intercept = [](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            return request.url.path() == QLatin1String("/v1/events") ? answerWith(403, "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"The provided key does not have the required permissions. Having the 'rak_event_read' permission would allow this request to continue.\"}}")
                                                                     : std::nullopt;
        };
        Program program(account);
        const auto summary = program.sync();
        QVERIFY2(summary, qPrintable(said(summary)));
        QVERIFY(!summary->complete);
        QCOMPARE(summary->notPermittedLists, QStringList("events"));
        QCOMPARE(summary->counts.customers, account.engine.counts().customers);
        // Given the right, the next sync is complete.
        account.transport.intercept = nullptr;
        const auto second = program.sync();
        QVERIFY2(second && second->complete, qPrintable(said(second)));
        QVERIFY(second->notPermittedLists.isEmpty());
    }

    void badAnswersEndTheSyncAndKeepWhatIsThere_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<ErrorKind>("kind");
        const QByteArray list = "{\"object\":\"list\",\"url\":\"/v1/customers\",\"has_more\":true,\"data\":[";
        QTest::newRow("401") << 401 << stripeError("invalid_request_error", "") << ErrorKind::Authentication;
        QTest::newRow("html") << 200 << QByteArray("<html><body>Hotel Wi-Fi</body></html>") << ErrorKind::Protocol;
        QTest::newRow("html 502") << 502 << QByteArray("<html>Bad gateway</html>") << ErrorKind::Server;
        QTest::newRow("cut") << 200 << QByteArray(list + "{\"id\":\"cus_1\",\"obj") << ErrorKind::Protocol;
        QTest::newRow("empty") << 200 << QByteArray() << ErrorKind::Protocol;
        QTest::newRow("more but nothing") << 200 << QByteArray(list + "]}") << ErrorKind::Protocol;
        QTest::newRow("other objects") << 200 << QByteArray(list + "{\"id\":\"in_1\",\"object\":\"invoice\",\"livemode\":false}]}") << ErrorKind::Protocol;
        QTest::newRow("repeats") << 200 << QByteArray(list + "{\"id\":\"cus_1\",\"object\":\"customer\",\"created\":1,\"livemode\":false,\"metadata\":{}}]}") << ErrorKind::Protocol;
        QTest::newRow("other mode") << 200 << QByteArray(list + "{\"id\":\"cus_1\",\"object\":\"customer\",\"created\":1,\"livemode\":true,\"metadata\":{}}]}") << ErrorKind::Safety;
    }

    void badAnswersEndTheSyncAndKeepWhatIsThere()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(ErrorKind, kind);
        Account account(5, 2);
        Program program(account);
        QVERIFY(program.sync());
        const auto before = program.mirror->reader().counts();
        account.transport.intercept = [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            return request.url.path() == QLatin1String("/v1/customers") ? answerWith(status, body) : std::nullopt;
        };
        account.clock.advance(5000);
        const auto broken = program.sync();
        QVERIFY(!broken);
        QVERIFY2(broken.error().kind == kind, qPrintable(said(broken)));
        QVERIFY(!broken.error().message.isEmpty());
        QVERIFY(program.mirror->reader().counts()->customers >= before->customers);
        if (kind == ErrorKind::Safety) {
            QVERIFY(!program.mirror->reader().customer("cus_1").value());
        }
    }

    void aCursorWhoseObjectIsGoneBeginsThatListAnew()
    {
        Account account(150, 2);
        int refused = 0;
        account.transport.intercept = [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            if (request.url.path() == QLatin1String("/v1/customers") && request.url.query().contains("starting_after") && refused == 0) {
                ++refused;
                return answerWith(400, stripeError("invalid_request_error", "resource_missing", "starting_after"));
            }
            return std::nullopt;
        };
        Program program(account);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QCOMPARE(refused, 1);
        compareCounts(summary->counts, account.engine.counts());
        // Refused again and again it ends.
        account.transport.intercept = [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            return request.url.query().contains("starting_after") ? answerWith(400, stripeError("invalid_request_error", "resource_missing", "starting_after")) : std::nullopt;
        };
        account.clock.advance(5000);
        QVERIFY(!program.sync());
    }

    void whatStripeDeletedDisappears()
    {
        Account account(5, 2);
        Program program(account);
        QVERIFY(program.sync());
        const auto ids = program.mirror->reader().rowIds(store::Table::Customers, {}, {});
        const QString gone = program.mirror->reader().rows(store::Table::Customers, {ids->front()})->front().objectId;
        QCOMPARE(askAccount(account, "DELETE", "/v1/customers/" + gone.toUtf8()).status, 200);
        account.clock.advance(5000);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QVERIFY(program.mirror->reader().customer(gone).value()->deleted);
        compareCounts(summary->counts, account.engine.counts());
    }

    void stoppedItKeepsItsState()
    {
        Account account(150, 2);
        Program program(account);
        auto* job = new Backfill(program.client, *program.applier, account.clock, account.dir.path(), &program.owner);
        std::optional<Result<SyncSummary>> result;
        job->onFinished(&program.owner, [&](const Result<SyncSummary>& ended) { result = ended; });
        account.clock.runUntil([&] { return account.transport.sent >= 6; });
        job->cancel();
        const int sent = account.transport.sent;
        const qint64 revision = program.mirror->revision();
        account.clock.runUntil([&] { return result.has_value(); });
        QCOMPARE(result->error().kind, ErrorKind::Cancelled);
        account.clock.advance(60'000);
        QCOMPARE(account.transport.sent, sent);
        QCOMPARE(program.mirror->revision(), revision);
        QVERIFY(program.mirror->reader().completeness()->running);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
    }

    void anotherSyncOfTheFolderIsBusy()
    {
        Account account(3, 1);
        Program program(account);
        auto held = SyncLock::take(account.dir.path());
        QVERIFY(held);
        const auto busy = program.sync();
        QVERIFY(!busy);
        QCOMPARE(busy.error().kind, ErrorKind::Busy);
        QVERIFY(busy.error().message.contains(QString::number(QCoreApplication::applicationPid())));
        QCOMPARE(account.transport.sent, 0);
        held->reset();
        QVERIFY(program.sync());
    }

    void aLiveAccountIsReadAsOne()
    {
        Account account(3, 1, true);
        Program program(account, true);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete && summary->livemode, qPrintable(said(summary)));
    }

    void outsideABackfillValuesComeAtOnce()
    {
        Account account(3, 1);
        Program program(account);
        QVERIFY(program.sync());
        QString id;
        QVERIFY(program.mirror->reader().forEachSubscription([&](const stripe::Subscription& subscription) {
            id = subscription.status == QLatin1String("active") ? subscription.id : id;
        }));
        QVERIFY(!id.isEmpty());
        QByteArray json = *program.mirror->reader().json(id).value();
        json.replace("\"status\": \"active\"", "\"status\": \"canceled\"");
        store::Batch batch;
        batch.receivedAtMs = account.clock.nowMs() + 1;
        batch.subscriptions.push_back({*stripe::parseObject<stripe::Subscription>(json), json});
        QSignalSpy changed(program.applier.get(), &Applier::changed);
        QVERIFY(program.applier->apply(batch));
        QCOMPARE(changed.count(), 1);
        QVERIFY(program.mirror->reader().forEachValue([&](const store::MirrorReader::ValuedSubscription& value) {
            if (value.subscriptionId == id) {
                QCOMPARE(value.mrrMinor, 0);
            }
        }));
    }
};

CH_TEST(TstBackfill)
#include "tst_Backfill.moc"
