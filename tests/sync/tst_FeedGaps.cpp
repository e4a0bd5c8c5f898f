// SPDX-License-Identifier: GPL-3.0-or-later
// What could slip between a sync and the feed, or between two tries of the feed: each of these once left the mirror behind for good.
#include "store/Faults.h"
#include "support/TestMain.h"
#include "sync/FeedAccount.h"

using namespace backfilltest;
using store::EventDeed;
using store::EventSource;

namespace feedgaps {

/// Every list but the events' is out of reach.
std::optional<Result<http::Reply>> eventsAlone(const http::Request& request, int)
{
    if (request.url.path() == QLatin1String("/v1/events")) {
        return std::nullopt;
    }
    return Result<http::Reply>(fail(ErrorKind::Network, QStringLiteral("The network is away.")));
}

/// A sync that has read the head of the events and nothing else yet.
bool beginSync(FeedProgram& program, const QString& eventId, QPointer<Backfill>* sync)
{
    program.account.transport.intercept = eventsAlone;
    program.isSyncing = true;
    program.feed->syncBegins();
    *sync = program.Program::begin();
    return program.account.clock.runUntil([&program, &eventId] { return program.entryOf(eventId).id == eventId; });
}

/// How often it was asked what the event means.
void countMeaning(FeedProgram& program, const QString& eventId, int* asked)
{
    program.meaning = [eventId, asked](const stripe::Event& event) {
        *asked += event.id == eventId ? 1 : 0;
        return store::EventEffect::None;
    };
}

QByteArray textAt(const QJsonObject& object, const char* key)
{
    return object.value(QLatin1String(key)).toString().toLatin1();
}

/// A subscription of a customer who pays, its price made up on the spot; the price's id.
QString subscribeInline(Account& account)
{
    const QJsonObject paying = objectAt(account, "/v1/subscriptions?status=active&limit=1").value("data").toArray().at(0).toObject();
    const QJsonObject price = paying.value("items").toObject().value("data").toArray().at(0).toObject().value("price").toObject();
    const QByteArray data = "items[0][price_data]";
    const auto made = askAccount(account, "POST", "/v1/subscriptions",
        "customer=" + textAt(paying, "customer") + '&' + data + "[currency]=" + textAt(price, "currency") + '&' + data + "[product]=" + textAt(price, "product") + '&' + data +
            "[recurring][interval]=month&" + data + "[unit_amount]=500");
    const QJsonObject subscription = QJsonDocument::fromJson(made.body).object();
    return subscription.value("items").toObject().value("data").toArray().at(0).toObject().value("price").toObject().value("id").toString();
}

/// Invoices that are sent and then given up: the payments of each are to be listed.
Events giveUpInvoices(Account& account, int many)
{
    const QJsonObject paying = objectAt(account, "/v1/subscriptions?status=active&limit=1").value("data").toArray().at(0).toObject();
    const QByteArray price = textAt(paying.value("items").toObject().value("data").toArray().at(0).toObject().value("price").toObject(), "id");
    QByteArrayList invoices;
    for (int i = 0; i < many; ++i) {
        const auto made = askAccount(account, "POST", "/v1/subscriptions",
            "customer=" + textAt(paying, "customer") + "&items[0][price]=" + price + "&collection_method=send_invoice&days_until_due=30");
        invoices << textAt(QJsonDocument::fromJson(made.body).object(), "latest_invoice");
        (void)askAccount(account, "POST", "/v1/invoices/" + invoices.back() + "/finalize");
    }
    for (const QByteArray& invoice : std::as_const(invoices)) {
        (void)askAccount(account, "POST", "/v1/invoices/" + invoice + "/void");
    }
    Events events = newestEvents(account, 100);
    std::erase_if(events, [](const auto& event) { return event.object.type != QLatin1String("invoice.voided"); });
    return events;
}

} // namespace feedgaps

using namespace feedgaps;

class TstFeedGaps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { store::failWrite(0); }

    void whatASyncListedThatDidNotEndIsApplied_data()
    {
        QTest::addColumn<QString>("how");
        for (const char* how : {"stopped", "failed", "killed"}) {
            QTest::newRow(how) << QString::fromLatin1(how);
        }
    }

    /// The head of the events comes first, and only the lists after it would have brought what these tell.
    void whatASyncListedThatDidNotEndIsApplied()
    {
        QFETCH(QString, how);
        Account account(6);
        auto program = std::make_unique<FeedProgram>(account);
        QVERIFY(program->begin());
        account.clock.advance(5 * kMinuteMs);
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "Meanwhile");
        const QString event = newestEvents(account, 1).front().object.id;
        int asked = 0;
        countMeaning(*program, event, &asked);
        if (how == QLatin1String("failed")) {
            account.transport.intercept = eventsAlone;
            QVERIFY(!program->read());
        } else {
            QPointer<Backfill> sync;
            QVERIFY(beginSync(*program, event, &sync));
            QCOMPARE(program->entryOf(event).deed, EventDeed::Listed);
            if (how == QLatin1String("stopped")) {
                sync->cancel();
                program->isSyncing = false;
                program->feed->syncEnded(fail(ErrorKind::Cancelled, QStringLiteral("Stopped.")));
            }
        }
        QVERIFY(nameOf(account, *program, customer) != "Meanwhile");
        account.transport.intercept = nullptr;
        if (how == QLatin1String("killed")) {
            program.reset();
            program = std::make_unique<FeedProgram>(account);
            countMeaning(*program, event, &asked);
            program->feed->start();
        }
        account.clock.advance(20 * kMinuteMs);
        QCOMPARE(nameOf(account, *program, customer), QByteArray("Meanwhile"));
        const EventDeed deed = program->entryOf(event).deed;
        QVERIFY(deed == EventDeed::Applied || deed == EventDeed::ReadAgain);
        QCOMPARE(asked, 1);
        QCOMPARE(program->repairs, QStringList());
        QVERIFY(program->records->eventLog().waiting()->empty());
    }

    void aWebhookOfWhatASyncListedThatFailedIsApplied()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        account.clock.advance(5 * kMinuteMs);
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "Meanwhile");
        account.transport.intercept = eventsAlone;
        QVERIFY(!program.read());
        account.transport.intercept = nullptr;
        QVERIFY(program.intake->take(newestEvents(account, 1), EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(2'000);
        QCOMPARE(nameOf(account, program, customer), QByteArray("Meanwhile"));
    }

    void whatASyncListedThatEndedWellIsNotAppliedOnceMore()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        account.clock.advance(5 * kMinuteMs);
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "Read");
        const Events event = newestEvents(account, 1);
        QVERIFY(program.read());
        QCOMPARE(nameOf(account, program, customer), QByteArray("Read"));
        Polls counted(account);
        account.clock.advance(5'000); // the poll after it lists the event again
        QVERIFY(counted.polls > 0);
        QVERIFY(program.intake->take(event, EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(5'000);
        QCOMPARE(counted.requests, counted.polls);
        QCOMPARE(program.entryOf(event.front().object.id).deed, EventDeed::Listed);
    }

    /// Thirty days of events would each have their object read again.
    void aFirstSyncThatIsKilledBeforeItSaysSoIsNotDoneOver()
    {
        Account account(6);
        {
            FeedProgram program(account);
            program.isSyncing = true;
            program.feed->syncBegins();
            QVERIFY(program.sync());
        }
        FeedProgram program(account);
        Polls counted(account);
        program.feed->start();
        account.clock.advance(6'000);
        QVERIFY(program.feed->state().throughMs > 0);
        QVERIFY(counted.polls > 0);
        QCOMPARE(counted.requests, counted.polls);
        store::EventQuery query;
        query.most = 100'000;
        const auto found = program.records->eventLog().find(query);
        QVERIFY(!found->entries.empty());
        for (const store::EventEntry& entry : found->entries) {
            QCOMPARE(entry.deed, EventDeed::Listed);
        }
        // And the next sync does not ask what they all mean.
        QVERIFY(program.records->eventLog().notConsidered({found->entries.front().type})->empty());
    }

    void whatWasUnderWayWhenASyncBeganIsDoneOnce()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "First");
        rename(account, customer, "Second"); // of one second: the object is read
        const Events both = newestEvents(account, 2);
        int asked = 0;
        countMeaning(program, both.front().object.id, &asked);
        account.transport.latencyMs = 3'000;
        QVERIFY(program.intake->take(both, EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(1'000); // the question is on its way
        QVERIFY(program.read());
        QCOMPARE(asked, 0);
        QCOMPARE(program.records->eventLog().waiting()->size(), size_t(2));
        account.transport.latencyMs = 1;
        account.clock.advance(20'000);
        QCOMPARE(nameOf(account, program, customer), QByteArray("Second"));
        QVERIFY(program.records->eventLog().waiting()->empty());
        QCOMPARE(asked, 1);
    }

    void aListThatCouldNotBeStoredIsReadOnceMore()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        account.clock.advance(2 * kMinuteMs);
        QVERIFY(!subscribeInline(account).isEmpty()); // it is paid at once
        const QString moved = QString::fromLatin1(firstId(account, "balance_transactions"));
        account.transport.intercept = [isFirst = true](const http::Request& request, int) mutable -> std::optional<Result<http::Reply>> {
            if (request.url.path() == QLatin1String("/v1/balance_transactions") && std::exchange(isFirst, false)) {
                store::failWrite(1);
            }
            return std::nullopt;
        };
        program.feed->pollSoon();
        account.clock.advance(3'000);
        QVERIFY(!store::isWriteFailurePending());
        QVERIFY(program.feed->state().error);
        QVERIFY(!program.mirror->reader().json(moved).value());
        account.clock.advance(2 * kMinuteMs);
        QVERIFY(!program.feed->state().error);
        QVERIFY(program.mirror->reader().json(moved).value());
    }

    void aPriceThatCouldNotBeReadIsNotForgotten()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        account.clock.advance(2 * kMinuteMs);
        const QString price = subscribeInline(account);
        QVERIFY(!price.isEmpty());
        bool isAway = true;
        account.transport.intercept = [&isAway](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            if (isAway && request.url.path().startsWith(QLatin1String("/v1/prices/"))) {
                return Result<http::Reply>(fail(ErrorKind::Network, QStringLiteral("The network is away.")));
            }
            return std::nullopt;
        };
        program.feed->pollSoon();
        account.clock.advance(3'000);
        QVERIFY(program.feed->state().error);
        QVERIFY(!program.mirror->reader().json(price).value());
        isAway = false;
        account.clock.advance(2 * kMinuteMs);
        QVERIFY(!program.feed->state().error);
        QVERIFY(program.mirror->reader().json(price).value());
    }

    void listsOfSingleInvoicesLetEventsPass()
    {
        constexpr int kMany = 10;
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        const Events givenUp = giveUpInvoices(account, kMany);
        QCOMPARE(givenUp.size(), size_t(kMany));
        int lists = 0;
        account.transport.intercept = [&lists](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            lists += request.url.path() == QLatin1String("/v1/invoice_payments") && request.url.query().contains(QLatin1String("invoice=")) ? 1 : 0;
            return std::nullopt;
        };
        account.transport.latencyMs = 1'000;
        QVERIFY(program.intake->take(givenUp, EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(1'500);
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "Passes");
        QVERIFY(program.intake->take(newestEvents(account, 1), EventSource::Webhook, account.clock.nowMs()));
        QVERIFY(account.clock.runUntil([&] { return nameOf(account, program, customer) == "Passes"; }, kMinuteMs));
        QVERIFY2(lists > 0 && lists < kMany, qPrintable(QString::number(lists))); // six, and the first of those after it
        account.clock.advance(30'000);
        QVERIFY2(lists >= kMany, qPrintable(QString::number(lists)));
        QVERIFY(program.records->eventLog().waiting()->empty());
    }

    void aCouponThatIsMadeAgainIsThere()
    {
        Account account(6);
        QCOMPARE(askAccount(account, "POST", "/v1/coupons", "id=SPRING&percent_off=10&duration=once").status, 200);
        FeedProgram program(account);
        QVERIFY(program.begin());
        const qint64 before = program.mirror->reader().counts()->coupons;
        QCOMPARE(askAccount(account, "DELETE", "/v1/coupons/SPRING").status, 200);
        account.clock.advance(2'000);
        QCOMPARE(askAccount(account, "POST", "/v1/coupons", "id=SPRING&percent_off=20&duration=once").status, 200);
        program.feed->pollSoon();
        account.clock.advance(3'000);
        QCOMPARE(program.mirror->reader().counts()->coupons, before);
        const QByteArray held = program.mirror->reader().json("SPRING").value().value_or(QByteArray());
        QCOMPARE(QJsonDocument::fromJson(held).object().value("percent_off"), QJsonValue(20));
        // And once it is deleted for good it is gone.
        account.clock.advance(2'000);
        QCOMPARE(askAccount(account, "DELETE", "/v1/coupons/SPRING").status, 200);
        program.feed->pollSoon();
        account.clock.advance(3'000);
        QCOMPARE(program.mirror->reader().counts()->coupons, before - 1);
        QCOMPARE(program.newestEntry("coupon.deleted").deed, EventDeed::Removed);
    }

    /// Just before a repair that failed would be asked for again: the question falls away, and what waited must not wait for good.
    void aRepairThatAnotherProgramDidInTheLastMomentIsSeen()
    {
        Account account(6);
        FeedProgram waits(account);
        waits.feed->start();
        account.clock.advance(12'500); // between two looks
        QCOMPARE(waits.repairs, QStringList("first"));
        waits.isSyncing = true;
        waits.feed->syncBegins();
        waits.isSyncing = false;
        waits.feed->syncEnded(fail(ErrorKind::Network, QStringLiteral("The network is away.")));
        account.clock.advance(5 * kMinuteMs - 2'400);
        const QByteArray customer = firstId(account, "customers");
        {
            FeedProgram syncs(account);
            QVERIFY(syncs.read());
        }
        rename(account, customer, "Waits");
        QVERIFY(waits.intake->take(newestEvents(account, 1), EventSource::Webhook, account.clock.nowMs()));
        account.clock.advance(20'000);
        QCOMPARE(nameOf(account, waits, customer), QByteArray("Waits"));
        QCOMPARE(waits.repairs, QStringList("first"));
        QVERIFY(waits.records->eventLog().waiting()->empty());
    }

    void aFeedThatWasRefusedComesBackWithTheNextSync()
    {
        Account account(6);
        FeedProgram program(account);
        QVERIFY(program.begin());
        Polls network(account);
        network.edit = [](const http::Request&) { return answerWith(403, stripeError("invalid_request_error", "")); };
        account.clock.advance(kHourMs);
        QVERIFY(!program.feed->state().isOn);
        network.edit = nullptr; // the key was given the right
        QVERIFY(program.read());
        account.clock.advance(5'000);
        QVERIFY(program.feed->state().isOn);
        QVERIFY(!program.feed->state().error);
        const QByteArray customer = firstId(account, "customers");
        rename(account, customer, "Polled");
        account.clock.advance(20 * kMinuteMs);
        QCOMPARE(nameOf(account, program, customer), QByteArray("Polled"));
    }
};

CH_TEST(TstFeedGaps)
#include "tst_FeedGaps.moc"
