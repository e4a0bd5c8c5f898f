// SPDX-License-Identifier: GPL-3.0-or-later
// Provisions of which each request, each write to the disk, the clock or the program itself fails in its turn: begun again, whatever
// was lost, one customer and one subscription are there.
#include "business/Provisioned.h"
#include "business/Weather.h"
#include "store/Faults.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::business;
using namespace ch::test;

class TstProvisionFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { store::skipSyncs(true); }
    void cleanupTestCase() { store::skipSyncs(false); }
    void cleanup() { store::failWrite(0); }

    void whateverRequestFailsItEndsWithOneOfEach_data()
    {
        addWeather([](Bad) { return QList<int>{1, 3}; });
    }

    /// Each request in its turn goes wrong; then the same is asked for again until it is done.
    void whateverRequestFailsItEndsWithOneOfEach()
    {
        QFETCH(int, bad);
        QFETCH(int, attempts);
        int failures = 0;
        for (int at = 1; at < 40; ++at) {
            Stripe stripe;
            Program program(stripe, attempts);
            program.ensure();
            Weather weather(program);
            weather.set(static_cast<Bad>(bad), at);
            ProvisionOutcome outcome = program.provision(Program::requestOf(kShop));
            failures += outcome.error ? 1 : 0;
            const bool struck = weather.struck;
            weather.set(Bad::None, 0);
            for (int again = 0; again < 4 && outcome.error; ++again) {
                QVERIFY(stripe.customers(kShop) <= 1 && stripe.living(kShop) <= 1);
                stripe.clock.advance(1000);
                outcome = program.provision(Program::requestOf(kShop));
            }
            QVERIFY2(!outcome.error, outcome.error ? qPrintable(QStringLiteral("request %1: %2").arg(at).arg(outcome.error->message)) : "");
            QCOMPARE(outcome.status, QStringLiteral("incomplete"));
            wholeFor(stripe, program, kShop);
            countedOnce(program);
            if (QTest::currentTestFailed()) {
                qWarning("at request %d", at);
                return;
            }
            if (!struck) {
                QVERIFY(at > 6);
                QVERIFY(failures > 0 || attempts > 1);
                return;
            }
        }
        QFAIL("it never came to an end without a fault");
    }

    /// The disk refuses each write in its turn, also within a run that the network has broken.
    void whateverWriteFailsItEndsWithOneOfEach()
    {
        for (const Bad bad : {Bad::None, Bad::LostAfter}) {
            int at = 1;
            for (bool struck = true; struck; ++at) {
                QVERIFY(at < 400);
                Stripe stripe;
                Program program(stripe, 1);
                program.ensure();
                Weather weather(program);
                weather.set(bad, 3);
                store::failWrite(at);
                ProvisionOutcome outcome = program.provision(Program::requestOf(kShop));
                struck = !store::isWriteFailurePending();
                store::failWrite(0);
                weather.set(Bad::None, 0);
                for (int again = 0; again < 3 && outcome.error; ++again) {
                    outcome = program.provision(Program::requestOf(kShop));
                }
                QVERIFY2(!outcome.error, outcome.error ? qPrintable(QStringLiteral("write %1: %2").arg(at).arg(outcome.error->message)) : "");
                wholeFor(stripe, program, kShop);
                countedOnce(program);
                if (QTest::currentTestFailed()) {
                    qWarning("at write %d", at);
                    return;
                }
            }
            QVERIFY(at > 12);
        }
    }

    /// Killed after each turn of the event loop; another program on the same directory goes on.
    void killedAnywhereItIsResumed()
    {
        for (int turns = 1; turns < 60; ++turns) {
            Stripe stripe;
            QTemporaryDir dir;
            {
                Program preparing(stripe);
                preparing.ensure();
            }
            bool ended = false;
            QString id;
            {
                Program program(stripe, 3, dir.path());
                program.begin(Program::requestOf(kShop));
                int seen = 0;
                stripe.clock.runUntil([&] { return ++seen > turns || program.outcome; });
                ended = program.outcome.has_value();
                program.jobs.reset();
            }
            Program next(stripe, 3, dir.path());
            const auto open = *next.records->journal().abandoned(stripe.clock.nowMs());
            ProvisionRequest request = Program::requestOf(kShop);
            if (!open.empty()) {
                QCOMPARE(open.size(), size_t(1));
                request = {};
                request.resumeId = open.front().id;
            }
            const ProvisionOutcome outcome = next.provision(request);
            QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
            QCOMPARE(outcome.businessId, kShop);
            wholeFor(stripe, next, kShop);
            countedOnce(next);
            if (QTest::currentTestFailed()) {
                qWarning("killed after %d turns", turns);
                return;
            }
            if (ended) {
                QVERIFY(turns > 4);
                return;
            }
        }
        QFAIL("it never came to an end");
    }

    void twoAtOnceMakeOne_data()
    {
        QTest::addColumn<bool>("oneFolder");
        QTest::addColumn<bool>("sameSecond");
        QTest::newRow("one program twice") << true << true;
        QTest::newRow("two folders, same parameters") << false << true;
        QTest::newRow("two folders, other parameters") << false << false;
    }

    void twoAtOnceMakeOne()
    {
        QFETCH(bool, oneFolder);
        QFETCH(bool, sameSecond);
        for (int lead = 0; lead < 14; ++lead) {
            Stripe stripe;
            Program one(stripe);
            one.ensure();
            Program two(stripe, 3, oneFolder ? one.path : QString());
            one.begin(Program::requestOf(kShop));
            // The second comes when the first has had so many answers.
            const int before = one.transport.sent;
            one.run([&] { return one.transport.sent - before >= lead || one.outcome; });
            ProvisionRequest request = Program::requestOf(kShop);
            request.name = sameSecond ? request.name : QStringLiteral("Another name");
            two.begin(request);
            one.run([&] { return one.outcome && two.outcome; });
            QVERIFY(one.outcome && two.outcome);
            QVERIFY2(!one.outcome->error, one.outcome->error ? qPrintable(one.outcome->error->message) : "");
            QVERIFY2(!two.outcome->error, two.outcome->error ? qPrintable(two.outcome->error->message) : "");
            QCOMPARE(one.outcome->subscriptionId, two.outcome->subscriptionId);
            QVERIFY(!one.outcome->replayed || !two.outcome->replayed);
            QVERIFY(one.outcome->replayed || two.outcome->replayed);
            wholeFor(stripe, one, kShop);
            wholeFor(stripe, two, kShop);
            QCOMPARE(counted(one, kCountedSuccess) + (oneFolder ? 0 : counted(two, kCountedSuccess)), 1);
            if (QTest::currentTestFailed()) {
                qWarning("lead %d", lead);
                return;
            }
        }
    }

    /// A program dies with its answer lost, and the next start is days later: Stripe has forgotten the key.
    void aKeyThatStripeForgotIsNotUsedBlindly()
    {
        for (const Bad bad : {Bad::LostBefore, Bad::LostAfter}) {
            for (const int at : {3, 4}) { // the customer's POST; the subscription's
                Stripe stripe;
                Program program(stripe, 1);
                program.ensure();
                Weather weather(program);
                weather.set(bad, at);
                const ProvisionOutcome lost = program.provision(Program::requestOf(kShop));
                QCOMPARE(lost.status, QStringLiteral("unknown"));
                QVERIFY(!lost.error->outcomeKnown);
                QCOMPARE(program.records->audit(1)->front().outcome, QStringLiteral("unknown"));
                weather.set(Bad::None, 0);
                const int posts = weather.posts;
                stripe.clock.advance(26LL * 3600 * 1000);
                ProvisionRequest request;
                request.resumeId = lost.operationId;
                const ProvisionOutcome found = program.provision(request);
                QVERIFY2(!found.error, found.error ? qPrintable(found.error->message) : "");
                QCOMPARE(stripe.customers(kShop), 1);
                if (at == 3 || bad == Bad::LostBefore) {
                    QCOMPARE(stripe.living(kShop), 1);
                    QCOMPARE(weather.posts - posts, at == 3 && bad == Bad::LostBefore ? 2 : 1);
                }
            }
        }
    }

    /// Lost, sent again and replayed; but what it made could not be read. A day later the key is forgotten, and the customer is there.
    void aReplayThatCouldNotBeReadIsLookedForAfterADay()
    {
        for (const bool isSentTwice : {true, false}) {
            Stripe stripe;
            Program program(stripe);
            program.ensure();
            Weather weather(program);
            weather.set(isSentTwice ? Bad::LostAfter : Bad::None, 3);
            const auto own = program.transport.intercept;
            program.transport.intercept = [&, own](const http::Request& request, int number) -> std::optional<Result<http::Reply>> {
                if (request.method == "GET" && request.url.path().startsWith(QLatin1String("/v1/customers/"))) {
                    return Result<http::Reply>(fail(ErrorKind::Network, QStringLiteral("gone")));
                }
                if (!isSentTwice && request.method == "POST" && stripe.customers(kShop) == 0) {
                    weather.work(request); // another program sends the same within the same second, and is first
                }
                return own(request, number);
            };
            const ProvisionOutcome lost = program.provision(Program::requestOf(kShop));
            QCOMPARE(lost.status, QStringLiteral("unknown"));
            QCOMPARE(stripe.customers(kShop), 1);
            program.transport.intercept = nullptr;
            stripe.clock.advance(26LL * 3600 * 1000);
            ProvisionRequest request;
            request.resumeId = lost.operationId;
            QVERIFY(!program.provision(request).error);
            wholeFor(stripe, program, kShop);
        }
    }

    /// Written down and never sent, since the disk was full; another computer has done the same, and its key is forgotten by now.
    void whatWasIntendedLongAgoIsLookedForFirst()
    {
        bool wasIntended = false;
        for (int at = 1; at < 40 && !wasIntended; ++at) {
            Stripe stripe;
            Program program(stripe);
            program.ensure();
            store::failWrite(at);
            const ProvisionOutcome broken = program.provision(Program::requestOf(kShop));
            store::failWrite(0);
            const auto steps = program.records->journal().steps(broken.operationId);
            wasIntended = steps && !steps->empty() && steps->back().state == store::StepState::Intended && broken.error;
            if (!wasIntended) {
                continue;
            }
            Program other(stripe);
            QVERIFY(!other.provision(Program::requestOf(kShop)).error);
            stripe.clock.advance(26LL * 3600 * 1000);
            ProvisionRequest request;
            request.resumeId = broken.operationId;
            QVERIFY(!program.provision(request).error);
            wholeFor(stripe, program, kShop);
        }
        QVERIFY(wasIntended);
    }

    /// The lid is closed between two attempts of one request, for longer than Stripe keeps its key.
    void aSleepLongerThanTheKeyLivesIsNotSentThrough()
    {
        for (const int at : {3, 4}) {
            Stripe stripe;
            Program program(stripe);
            program.ensure();
            Weather weather(program);
            weather.set(Bad::LostAfter, at);
            const auto own = program.transport.intercept;
            program.transport.intercept = [&, own](const http::Request& request, int number) {
                auto instead = own(request, number);
                if (weather.struck && weather.keys.size() == at - 2) {
                    stripe.clock.jumpWallTime(26LL * 3600 * 1000);
                    weather.keys << QByteArray();
                }
                return instead;
            };
            const ProvisionOutcome slept = program.provision(Program::requestOf(kShop));
            QCOMPARE(slept.status, QStringLiteral("unknown"));
            QCOMPARE(slept.error->code, QStringLiteral("key_expired"));
            QVERIFY(!slept.error->outcomeKnown);
            ProvisionRequest request;
            request.resumeId = slept.operationId;
            QVERIFY(!program.provision(request).error);
            QCOMPARE(stripe.customers(kShop), 1);
            QCOMPARE(stripe.living(kShop), 1);
        }
    }

    /// Killed when the key has replayed the cancelled subscription of an earlier operation: the resumed one does not take that for its own.
    void aDeadObjectOfAnEarlierOperationIsNotTakenForOurs()
    {
        for (const bool oneFolder : {true, false}) {
            Stripe stripe;
            Program before(stripe);
            before.ensure();
            QVERIFY(!before.provision(Program::requestOf(kShop)).error);
            QCOMPARE(before.takeDown(kShop, false).status, QStringLiteral("taken_down"));
            stripe.clock.advance(2LL * 3600 * 1000);
            QTemporaryDir dir;
            const QString folder = oneFolder ? before.path : dir.path();
            bool isReplayed = false;
            {
                Program program(stripe, 3, folder);
                bool isSent = false;
                program.transport.intercept = [&](const http::Request& request, int) {
                    isReplayed = isReplayed || (isSent && request.method == "GET");
                    isSent = isSent || (request.method == "POST" && request.url.path() == QLatin1String("/v1/subscriptions"));
                    return std::optional<Result<http::Reply>>();
                };
                program.begin(Program::requestOf(kShop));
                program.run([&] { return isReplayed || program.outcome; });
                program.jobs.reset();
            }
            QVERIFY(isReplayed);
            Program next(stripe, 3, folder);
            ProvisionRequest request;
            request.resumeId = next.records->journal().abandoned(stripe.clock.nowMs())->front().id;
            const ProvisionOutcome made = next.provision(request);
            QVERIFY(!made.error);
            QCOMPARE(made.status, QStringLiteral("incomplete"));
            wholeFor(stripe, next, kShop);
        }
    }

    void aClockSetBackLooksFirst()
    {
        Stripe stripe;
        Program program(stripe, 1);
        program.ensure();
        Weather weather(program);
        weather.set(Bad::LostAfter, 3);
        QCOMPARE(program.provision(Program::requestOf(kShop)).status, QStringLiteral("unknown"));
        weather.set(Bad::None, 0);
        weather.keys.clear();
        stripe.clock.jumpWallTime(-3600 * 1000);
        QVERIFY(!program.provision(Program::requestOf(kShop)).error);
        QCOMPARE(weather.keys.size(), 1); // the subscription's alone: the customer was found
        wholeFor(stripe, program, kShop);
    }

    void aKeyRevokedMeanwhileLeavesTheUnknownOpen()
    {
        Stripe stripe;
        Program program(stripe, 1);
        program.ensure();
        Weather weather(program);
        weather.set(Bad::LostAfter, 3);
        QCOMPARE(program.provision(Program::requestOf(kShop)).status, QStringLiteral("unknown"));
        weather.set(Bad::Denied, 2, true); // the price may be read, the customer may not be written
        QCOMPARE(program.provision(Program::requestOf(kShop)).status, QStringLiteral("unknown"));
        weather.set(Bad::NotSent, 1, true);
        const ProvisionOutcome offline = program.provision(Program::requestOf(kShop));
        QCOMPARE(offline.status, QStringLiteral("waiting"));
        weather.set(Bad::None, 0);
        QVERIFY(!program.provision(Program::requestOf(kShop)).error);
        wholeFor(stripe, program, kShop);
    }
};

CH_TEST(TstProvisionFaults)
#include "tst_ProvisionFaults.moc"
