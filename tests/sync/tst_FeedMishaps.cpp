// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong around the feed: networks that go away for a moment, clocks that are set, other programs on the same folder.
#include "support/TestMain.h"
#include "sync/FeedAccount.h"

using namespace backfilltest;
using store::EventSource;

namespace {

std::optional<Result<http::Reply>> onlyWebhooks(const http::Request&)
{
    return Result<http::Reply>(fail(ErrorKind::Network, QStringLiteral("Webhooks alone come.")));
}

/// Invoices of a customer who pays.
struct Bills {
    explicit Bills(Account& itsAccount) : account(itsAccount)
    {
        const QJsonObject paying = objectAt(account, "/v1/subscriptions?status=active&limit=1").value("data").toArray().at(0).toObject();
        const QByteArray price = paying.value("items").toObject().value("data").toArray().at(0).toObject().value("price").toObject().value("id").toString().toLatin1();
        customer = paying.value("customer").toString().toLatin1();
        form = "customer=" + customer + "&items[0][price]=" + price;
    }
    /// One that is paid at once.
    void subscribe() { QCOMPARE(askAccount(account, "POST", "/v1/subscriptions", form).status, 200); }
    /// One that waits for the customer.
    QByteArray send()
    {
        const auto answer = askAccount(account, "POST", "/v1/subscriptions", form + "&collection_method=send_invoice&days_until_due=30");
        const QByteArray invoice = QJsonDocument::fromJson(answer.body).object().value("latest_invoice").toString().toLatin1();
        (void)askAccount(account, "POST", "/v1/invoices/" + invoice + "/finalize");
        return invoice;
    }
    [[nodiscard]] QByteArray method() const { return firstId(account, "payment_methods?customer=" + customer); }
    [[nodiscard]] stripe::Received<stripe::Event> newest(const QByteArray& type) const
    {
        const QByteArray json = QJsonDocument(objectAt(account, "/v1/events?limit=1&type=" + type).value("data").toArray().at(0).toObject()).toJson(QJsonDocument::Compact);
        return {stripe::parseObject<stripe::Event>(json).value(), json};
    }
    void come(FeedProgram& program, const stripe::Received<stripe::Event>& event) const
    {
        QVERIFY(program.intake->take({event}, EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(20'000);
    }
    /// What the mirror holds of the invoice's payment; empty: nothing.
    [[nodiscard]] QByteArray heldPayment(const FeedProgram& program, const QByteArray& invoice) const
    {
        const QString id = QString::fromLatin1(firstId(account, "invoice_payments?invoice=" + invoice));
        return program.mirror->reader().json(id).value().value_or(QByteArray());
    }

    Account& account;
    QByteArray customer;
    QByteArray form;
};

} // namespace

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

    void anInvoiceThatIsPaidLaterShowsItsPayment()
    {
        Account account(6);
        Bills bills(account);
        FeedProgram program(account);
        QVERIFY(program.begin());
        Polls network(account);
        network.edit = onlyWebhooks;
        const QByteArray invoice = bills.send();
        bills.come(program, bills.newest("invoice.finalized"));
        account.clock.advance(5 * kHourMs);
        bills.subscribe();
        bills.come(program, bills.newest("invoice.paid")); // what is newest is newer now
        QCOMPARE(QJsonDocument::fromJson(bills.heldPayment(program, invoice)).object().value("status"), QJsonValue("open"));
        QCOMPARE(askAccount(account, "POST", "/v1/invoices/" + invoice + "/pay", "paid_out_of_band=false&payment_method=" + bills.method()).status, 200);
        bills.come(program, bills.newest("invoice.paid"));
        QCOMPARE(QJsonDocument::fromJson(bills.heldPayment(program, invoice)).object().value("status"), QJsonValue("paid"));
    }

    void aPaymentThatIsToldOfLateIsListed()
    {
        Account account(6);
        Bills bills(account);
        Polls network(account);
        stripe::Received<stripe::Event> late;
        {
            FeedProgram program(account);
            QVERIFY(program.begin());
            network.edit = onlyWebhooks;
            bills.subscribe();
            late = bills.newest("invoice.paid"); // its webhook is lost
            account.clock.advance(2 * kHourMs);
            const QByteArray invoice = bills.send();
            QCOMPARE(askAccount(account, "POST", "/v1/invoices/" + invoice + "/void").status, 200);
            bills.come(program, bills.newest("invoice.voided")); // its payments alone are listed
            QVERIFY(!bills.heldPayment(program, invoice).isEmpty());
            QVERIFY(bills.heldPayment(program, late.object.objectId.toLatin1()).isEmpty());
        }
        FeedProgram again(account);
        QVERIFY(again.feed);
        again.feed->start();
        bills.come(again, late);
        QVERIFY(!bills.heldPayment(again, late.object.objectId.toLatin1()).isEmpty());
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
