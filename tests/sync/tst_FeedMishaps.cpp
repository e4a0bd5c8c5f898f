// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong around the feed: networks that go away for a moment, clocks that are set, other programs on the same folder.
#include "support/TestMain.h"
#include "sync/FeedAccount.h"

using namespace backfilltest;
using store::EventSource;

class TstFeedMishaps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aWebhookWhoseObjectCouldNotBeReadIsTriedAgainSoon()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "Webhook");
        QVERIFY(program.intake->take(newestEvents(account, 1), EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(16 * kMinuteMs); // the poll that proves webhooks
        QCOMPARE(program.feed->state().rhythm.why, Rhythm::Why::Webhooks);
        Polls network(account);
        network.offline = true;
        rename(account, customer, "First");
        rename(account, customer, "Second"); // of one second: the object is read
        QVERIFY(program.intake->take(newestEvents(account, 2), EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(2'000);
        QVERIFY(program.feed->state().error);
        QCOMPARE(program.feed->state().rhythm.why, Rhythm::Why::Failing);
        network.offline = false;
        account.clock.advance(20'000);
        QCOMPARE(nameOf(account, program, customer), QByteArray("Second"));
        QVERIFY(!program.feed->state().error);
        QVERIFY(program.records->eventLog().waiting()->empty());
    }

    void whatHappenedWhileAPollWasUnderWayIsNotPassedOver()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        const QByteArray lost = firstId(account, "customers");
        account.transport.latencyMs = 3'000;
        program.feed->pollSoon();
        account.clock.advance(1'000); // Stripe has listed, and the answer is on its way
        rename(account, lost, "Lost");  // a webhook that does not come
        account.clock.jumpWallTime(3 * kHourMs); // the computer sleeps
        (void)askAccount(account, "POST", "/v1/customers", "name=Brought");
        QVERIFY(program.intake->take(newestEvents(account, 1), EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(10'000);
        account.transport.latencyMs = 1;
        account.clock.advance(20 * kMinuteMs);
        QCOMPARE(nameOf(account, program, lost), QByteArray("Lost"));
    }

    void aPaymentThatIsToldOfLateIsListed()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        const QByteArray customer = firstId(account, "customers");
        const QByteArray price = firstId(account, "prices?active=true");
        Polls network(account);
        network.edit = [](const http::Request&) { return std::optional(Result<http::Reply>(fail(ErrorKind::Network, QStringLiteral("Webhooks alone come.")))); };
        const auto subscribed = [&] {
            QCOMPARE(askAccount(account, "POST", "/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + price).status, 200);
        };
        const auto newestOf = [&](const QByteArray& type) {
            const QByteArray json = QJsonDocument(objectAt(account, "/v1/events?limit=1&type=" + type).value("data").toArray().at(0).toObject()).toJson(QJsonDocument::Compact);
            return stripe::Received<stripe::Event>{stripe::parseObject<stripe::Event>(json).value(), json};
        };
        const auto come = [&](const stripe::Received<stripe::Event>& event) {
            QVERIFY(program.intake->take({event}, EventSource::Webhook, account.clock.nowMs()));
            account.clock.advance(20'000);
        };
        const auto paymentOf = [&](const stripe::Received<stripe::Event>& event) {
            return objectAt(account, "/v1/invoice_payments?invoice=" + event.object.objectId.toLatin1()).value("data").toArray().at(0).toObject().value("id").toString();
        };
        subscribed();
        const auto late = newestOf("invoice.paid");
        account.clock.advance(3 * kHourMs);
        subscribed();
        const auto newer = newestOf("invoice.paid");
        QVERIFY(late.object.id != newer.object.id);
        come(newer);
        QVERIFY(program.mirror->reader().json(paymentOf(newer)).value().has_value());
        QVERIFY(!program.mirror->reader().json(paymentOf(late)).value().has_value());
        come(late);
        QVERIFY(program.mirror->reader().json(paymentOf(late)).value().has_value());
    }

    void aClockThatIsSetBackCostsOnePoll_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::newRow("seconds") << qint64(20'000);
        QTest::newRow("an hour") << kHourMs;
        QTest::newRow("years") << 2000 * kDayMs;
    }

    void aClockThatIsSetBackCostsOnePoll()
    {
        QFETCH(qint64, ms);
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        account.clock.advance(kMinuteMs);
        program.feed->pollSoon();
        account.clock.advance(2'000);
        Polls counted(account);
        account.clock.jumpWallTime(-ms);
        account.clock.advance(kMinuteMs);
        QVERIFY2(counted.polls <= 1, qPrintable(QString::number(counted.polls)));
        QCOMPARE(program.repairs, QStringList());
        QVERIFY(program.feed->state().throughMs <= account.clock.nowMs());
        // And it goes on as before.
        account.clock.advance(kHourMs);
        QVERIFY2(counted.polls >= 4 && counted.polls <= 6, qPrintable(QString::number(counted.polls)));
        QCOMPARE(program.repairs, QStringList());
    }

    void aWebhookThatCameBeforeTheClockWasSetBackProvesNothing()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        rename(account, firstId(account, "customers"), "Webhook");
        QVERIFY(program.intake->take(newestEvents(account, 1), EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(kMinuteMs);
        program.feed->pollSoon();
        account.clock.advance(2'000);
        QCOMPARE(program.feed->state().rhythm.why, Rhythm::Why::Webhooks);
        account.clock.jumpWallTime(-30 * kDayMs);
        account.clock.advance(kMinuteMs);
        QCOMPARE(program.feed->state().rhythm.why, Rhythm::Why::Idle);
    }

    void aRepairThatAnotherProgramDidIsSeen()
    {
        Account account(6);
        FeedProgram waits(account);
        waits.feed->start();
        account.clock.advance(5'000);
        QCOMPARE(waits.repairs, QStringList("first"));
        // It does not sync: the other one has begun to.
        const QByteArray customer = firstId(account, "customers");
        {
            FeedProgram syncs(account);
            QVERIFY(syncs.begin());
            rename(account, customer, "Read");
            QVERIFY(waits.intake->take(newestEvents(account, 1), EventSource::Webhook, account.clock.nowMs()));
        }
        account.clock.advance(20 * kMinuteMs);
        QCOMPARE(nameOf(account, waits, customer), QByteArray("Read"));
        QVERIFY(waits.records->eventLog().waiting()->empty());
        rename(account, customer, "Polled");
        account.clock.advance(31 * kMinuteMs);
        QCOMPARE(nameOf(account, waits, customer), QByteArray("Polled"));
        QCOMPARE(waits.repairs, QStringList("first"));
    }
};

CH_TEST(TstFeedMishaps)
#include "tst_FeedMishaps.moc"
