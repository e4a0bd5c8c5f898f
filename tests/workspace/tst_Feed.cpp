// SPDX-License-Identifier: GPL-3.0-or-later
// The event feed of an open account over real sockets, and what events mean for its businesses.
#include "store/JournalReader.h"
#include "support/TestMain.h"
#include "workspace/Desk.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>

using namespace ch;
using namespace ch::test;
using workspace::EventNotice;
using workspace::Workspace;

class TstFeed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aChangeInStripeComesWithoutASync()
    {
        Desk desk;
        QVERIFY(desk.isRead);
        const store::Business business = desk.single();
        const QByteArray customer = business.customerIds.front().toLatin1();
        QSignalSpy changed(desk.open.get(), &Workspace::mirrorChanged);
        QSignalSpy told(desk.open.get(), &Workspace::feedChanged);
        (void)desk.ask("POST", "/v1/customers/" + customer, "name=Changed");
        QVERIFY(desk.comes([&] { return (*desk.open->reader().customer(business.customerIds.front()))->name == QLatin1String("Changed"); }));
        QVERIFY(!changed.isEmpty());
        QVERIFY(QTest::qWaitFor([&] { return desk.open->feed().by == store::ThroughBy::Poll; }, kLongestMs));
        QVERIFY(!told.isEmpty());
        const auto completeness = desk.open->reader().completeness();
        QCOMPARE(completeness->throughBy, store::ThroughBy::Poll);
        QVERIFY(completeness->throughMs > completeness->completeAsOfMs);
        const auto budget = desk.open->budget();
        QVERIFY(budget->by.value("feed") > 0 && budget->by.value("sync") > 0 && budget->by.value("check") > 0);
        qint64 all = 0;
        for (const qint64 amount : budget->by) {
            all += amount;
        }
        QCOMPARE(budget->spent, all);
    }

    void theLastSubscriptionThatEndsMarksItsBusiness()
    {
        Desk desk;
        const store::Business business = desk.single();
        QSignalSpy noticed(desk.open.get(), &Workspace::eventNoticed);
        (void)desk.ask("DELETE", "/v1/subscriptions/" + business.subscriptionId.toLatin1());
        QVERIFY(desk.comes([&] { return noticed.count() > 0; }));
        const auto notice = noticed[0][0].value<EventNotice>();
        QCOMPARE(notice.mark.businessId, business.businessId);
        QCOMPARE(notice.mark.kind, store::MarkKind::TakeDown);
        QCOMPARE(notice.mark.objectId, business.subscriptionId);
        QVERIFY(!notice.takenDown);
        const auto reader = store::JournalReader::open(desk.open->account().folder);
        QCOMPARE((*reader)->marks()->size(), size_t(1));
        QCOMPARE((*reader)->counts(desk.clock.nowMs())->needsPerson, 1);
        store::EventQuery query;
        query.text = notice.mark.eventId;
        QTRY_COMPARE_WITH_TIMEOUT((*reader)->events(query)->entries.front().effect, store::EventEffect::MarkedForTakedown, kLongestMs);
        // The customer is untouched, and the business is not closed.
        QVERIFY(!(*desk.open->reader().customer(business.customerIds.front()))->deleted);
        QVERIFY((*desk.open->reader().business(business.businessId))->status != QLatin1String("taken_down"));
        // A person leaves it.
        QVERIFY(*desk.open->leaveMarked(business.businessId, store::MarkKind::TakeDown));
        QVERIFY((*reader)->marks()->empty());
        QCOMPARE(desk.open->records().audit(1)->front().action, QStringLiteral("mark_left"));
    }

    void bySettingItIsTakenDownAndItsCustomerStays()
    {
        Desk desk;
        QVERIFY(*desk.open->setTakesDown(true));
        const store::Business business = desk.single();
        QSignalSpy noticed(desk.open.get(), &Workspace::eventNoticed);
        (void)desk.ask("DELETE", "/v1/subscriptions/" + business.subscriptionId.toLatin1());
        QVERIFY(desk.comes([&] { return noticed.count() > 0; }));
        QVERIFY(noticed[0][0].value<EventNotice>().takenDown);
        QCOMPARE((*desk.open->reader().business(business.businessId))->status, QStringLiteral("taken_down"));
        QVERIFY(!desk.ask("GET", "/v1/customers/" + business.customerIds.front().toLatin1()).value("deleted").toBool());
        QVERIFY(desk.open->records().marks().open()->empty());
    }

    void bySettingWhatTheMirrorHasNotSeenIsNeverCancelled()
    {
        // A change of plan as cancel and create: the cancel is told before the new subscription is.
        Desk desk;
        QVERIFY(*desk.open->setTakesDown(true));
        const store::Business business = desk.single();
        const QByteArray customer = business.customerIds.front().toLatin1();
        const QByteArray price = desk.ask("GET", "/v1/prices?active=true&type=recurring&limit=1").value("data").toArray().at(0).toObject().value("id").toString().toLatin1();
        const QJsonObject ended = desk.ask("DELETE", "/v1/subscriptions/" + business.subscriptionId.toLatin1());
        const QJsonObject second = desk.ask("POST", "/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + price + "&collection_method=send_invoice&days_until_due=7");
        const QByteArray secondId = second.value("id").toString().toLatin1();
        QVERIFY(secondId.startsWith("sub_"));
        const QJsonObject event{{"id", "evt_ended"}, {"object", "event"}, {"api_version", stripe::kApiVersion}, {"created", desk.clock.nowSeconds()}, {"livemode", false},
            {"type", "customer.subscription.deleted"}, {"data", QJsonObject{{"object", ended}}}};
        const QByteArray json = QJsonDocument(event).toJson(QJsonDocument::Compact);
        QSignalSpy noticed(desk.open.get(), &Workspace::eventNoticed);
        QVERIFY(desk.open->intake().take({{stripe::parseObject<stripe::Event>(json).value(), json}}, store::EventSource::Webhook, desk.clock.nowMs()));
        QVERIFY(QTest::qWaitFor([&] { return noticed.count() > 0; }, kLongestMs));
        QVERIFY(!noticed[0][0].value<EventNotice>().takenDown);
        QCOMPARE(desk.ask("GET", "/v1/subscriptions/" + secondId).value("status").toString(), QStringLiteral("active"));
        const auto record = desk.open->records().record(business.businessId);
        QVERIFY(record && (!*record || (*record)->takenDownAtMs == 0));
    }

    void aBusinessIdWithABlankAroundItIsOursToo()
    {
        Desk desk;
        const store::Business business = desk.single();
        const QByteArray customer = business.customerIds.front().toLatin1();
        (void)desk.ask("POST", "/v1/customers/" + customer, "metadata[business_id]=" + business.businessId.toLatin1() + "%20");
        QVERIFY(desk.comes([&] { return (*desk.open->reader().customer(business.customerIds.front()))->metadata.value("business_id").endsWith(' '); }));
        QSignalSpy noticed(desk.open.get(), &Workspace::eventNoticed);
        (void)desk.ask("DELETE", "/v1/subscriptions/" + business.subscriptionId.toLatin1());
        QVERIFY(desk.comes([&] { return noticed.count() > 0; }));
        QCOMPARE(noticed[0][0].value<EventNotice>().mark.businessId, business.businessId);
    }

    void whatIsClosedOrLivesOnIsLeftAlone()
    {
        Desk desk;
        const store::Business closed = desk.single();
        QVERIFY(desk.open->records().markTakenDown(closed.businessId, QStringLiteral("active"), desk.clock.nowMs()));
        const store::Business two = [&] {
            store::Business found;
            (void)desk.open->reader().forEachBusiness(false, [&](const store::Business& business) {
                found = business.status == QLatin1String("active") && business.businessId != closed.businessId ? business : found;
            });
            return found;
        }();
        const QByteArray customer = two.customerIds.front().toLatin1();
        const QByteArray price = desk.ask("GET", "/v1/prices?active=true&type=recurring&limit=1").value("data").toArray().at(0).toObject().value("id").toString().toLatin1();
        const QJsonObject second = desk.ask("POST", "/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + price + "&collection_method=send_invoice&days_until_due=7");
        QVERIFY2(second.contains("id"), QJsonDocument(second).toJson().constData());
        (void)desk.ask("DELETE", "/v1/subscriptions/" + closed.subscriptionId.toLatin1());
        (void)desk.ask("DELETE", "/v1/subscriptions/" + second.value("id").toString().toLatin1());
        QVERIFY(desk.comes([&] {
            const auto held = desk.open->reader().subscription(second.value("id").toString());
            return held && *held && (*held)->isEnded();
        }));
        QTRY_VERIFY_WITH_TIMEOUT(desk.open->records().eventLog().waiting()->empty(), kLongestMs);
        QVERIFY(desk.open->records().marks().open()->empty());
    }

    void aPaymentThatFailedIsToldUntilItIsPaid()
    {
        Desk desk;
        const store::Business business = desk.single();
        const QByteArray customer = business.customerIds.front().toLatin1();
        const QByteArray price = desk.ask("GET", "/v1/prices?active=true&type=recurring&limit=1").value("data").toArray().at(0).toObject().value("id").toString().toLatin1();
        const QJsonObject made = desk.ask("POST", "/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + price + "&collection_method=send_invoice&days_until_due=7&expand[0]=latest_invoice");
        QJsonObject invoice = made.value("latest_invoice").toObject();
        const QString invoiceId = invoice.value("id").toString();
        (void)desk.ask("POST", "/v1/invoices/" + invoiceId.toLatin1() + "/finalize");
        invoice = desk.ask("GET", "/v1/invoices/" + invoiceId.toLatin1());
        QCOMPARE(invoice.value("status").toString(), QStringLiteral("open"));
        const QJsonObject event{{"id", "evt_failed"}, {"object", "event"}, {"api_version", stripe::kApiVersion}, {"created", desk.clock.nowSeconds()}, {"livemode", false},
            {"type", "invoice.payment_failed"}, {"data", QJsonObject{{"object", invoice}}}};
        const QByteArray json = QJsonDocument(event).toJson(QJsonDocument::Compact);
        QSignalSpy noticed(desk.open.get(), &Workspace::eventNoticed);
        QVERIFY(desk.open->intake().take({{stripe::parseObject<stripe::Event>(json).value(), json}}, store::EventSource::Webhook, desk.clock.nowMs()));
        QVERIFY(QTest::qWaitFor([&] { return noticed.count() > 0; }, kLongestMs));
        QCOMPARE(noticed[0][0].value<EventNotice>().mark.kind, store::MarkKind::AtRisk);
        QCOMPARE(noticed[0][0].value<EventNotice>().mark.objectId, invoiceId);
        QCOMPARE(desk.open->records().marks().open()->size(), size_t(1));
        const QJsonObject paid = desk.ask("POST", "/v1/invoices/" + invoiceId.toLatin1() + "/pay", "paid_out_of_band=true");
        QCOMPARE(paid.value("status").toString(), QStringLiteral("paid"));
        QVERIFY(desk.comes([&] { return desk.open->records().marks().open()->empty(); }));
    }

    void aBusinessIsAtRiskUntilNothingThatFailedIsOpen()
    {
        Desk desk;
        const store::Business business = desk.single();
        const QByteArray customer = business.customerIds.front().toLatin1();
        const QStringList unpaid{failingSubscription(desk, customer), failingSubscription(desk, customer)};
        const auto marked = [&desk] {
            const auto marks = desk.open->records().marks().open();
            return marks->size() == 1 && marks->front().kind == store::MarkKind::AtRisk ? marks->front().objectId : QString();
        };
        QVERIFY(desk.comes([&] { return unpaid.contains(marked()); }));
        const QString first = marked();
        const QString second = unpaid.at(1 - unpaid.indexOf(first));
        QCOMPARE(desk.ask("POST", "/v1/invoices/" + first.toLatin1() + "/pay", "paid_out_of_band=true").value("status").toString(), QStringLiteral("paid"));
        QVERIFY(desk.comes([&] { return marked() == second; }));
        QCOMPARE(desk.ask("POST", "/v1/invoices/" + second.toLatin1() + "/pay", "paid_out_of_band=true").value("status").toString(), QStringLiteral("paid"));
        QVERIFY(desk.comes([&] { return desk.open->records().marks().open()->empty(); }));
    }

    /// It could not be written down when the event came: the next poll does it, also of another start, and it is told once.
    void whatAnEventMeansIsWrittenDownLater()
    {
        Desk desk;
        const store::Business business = desk.single();
        const auto leavePending = [&](const QString& id) {
            const QJsonObject event{{"id", id}, {"object", "event"}, {"created", desk.clock.nowSeconds()}, {"livemode", false}, {"type", "invoice.payment_failed"},
                {"data", QJsonObject{{"object", QJsonObject{{"id", "in_unknown"}, {"object", "invoice"}, {"customer", business.customerIds.front()}}}}}};
            const QByteArray json = QJsonDocument(event).toJson(QJsonDocument::Compact);
            store::EventLog& log = desk.open->records().eventLog();
            QVERIFY(log.append({{stripe::parseObject<stripe::Event>(json).value(), json}}, store::EventSource::Webhook, desk.clock.nowMs()));
            QVERIFY(log.done({{id, store::EventDeed::Applied, store::EventEffect::Pending}}));
        };
        QSignalSpy noticed(desk.open.get(), &Workspace::eventNoticed);
        leavePending(QStringLiteral("evt_first"));
        QVERIFY(desk.comes([&] { return desk.open->records().eventLog().pending()->empty(); }));
        QCOMPARE(noticed.count(), 1);
        QCOMPARE(noticed[0][0].value<EventNotice>().mark.businessId, business.businessId);
        QVERIFY(*desk.open->leaveMarked(business.businessId, store::MarkKind::AtRisk));
        const qint64 through = desk.open->feed().throughMs;
        QVERIFY(desk.comes([&] { return desk.open->feed().throughMs > through; }));
        QCOMPARE(noticed.count(), 1);
        QVERIFY(desk.open->records().marks().open()->empty());
        leavePending(QStringLiteral("evt_second"));
        desk.open.reset();
        desk.open = ended(Workspace::open(keyOptions(desk.dir.path(), desk.stripe), desk.vault, desk.clock, &desk.owner)).value();
        QSignalSpy later(desk.open.get(), &Workspace::eventNoticed);
        desk.open->startFeed();
        QVERIFY(QTest::qWaitFor([&] { return desk.open->records().eventLog().pending()->empty(); }, kLongestMs));
        QCOMPARE(later.count(), 1);
        QCOMPARE(later[0][0].value<EventNotice>().mark.eventId, QStringLiteral("evt_second"));
    }

    void nothingOfADeletedCustomerIsAtRisk()
    {
        Desk desk;
        const store::Business business = desk.single();
        const QByteArray customer = business.customerIds.front().toLatin1();
        QVERIFY(!failingSubscription(desk, customer).isEmpty());
        QVERIFY(desk.comes([&] { return desk.open->records().marks().open()->size() == 1; }));
        (void)desk.ask("DELETE", "/v1/customers/" + customer);
        QVERIFY(desk.comes([&] { return (*desk.open->reader().customer(business.customerIds.front()))->deleted && desk.open->feed().behind == 0; }));
        QTRY_VERIFY_WITH_TIMEOUT(desk.open->records().marks().open()->empty(), kLongestMs);
    }

    void theLedgerAddsUpToWhatIsThereAfterEvents()
    {
        Desk desk;
        const QByteArray price = desk.ask("GET", "/v1/prices?active=true&type=recurring&limit=1").value("data").toArray().at(0).toObject().value("id").toString().toLatin1();
        std::vector<store::Business> paying;
        (void)desk.open->reader().forEachBusiness(false, [&](const store::Business& business) {
            if (business.status == QLatin1String("active") && !business.isConflict()) {
                paying.push_back(business);
            }
        });
        QVERIFY(paying.size() >= 4);
        const auto id = [&](size_t i) { return paying[i].subscriptionId.toLatin1(); };
        (void)desk.ask("DELETE", "/v1/subscriptions/" + id(0));
        (void)desk.ask("DELETE", "/v1/customers/" + paying[1].customerIds.front().toLatin1());
        const QString item = desk.ask("GET", "/v1/subscriptions/" + id(2)).value("items").toObject().value("data").toArray().at(0).toObject().value("id").toString();
        (void)desk.ask("POST", "/v1/subscriptions/" + id(2), "items[0][id]=" + item.toLatin1() + "&items[0][quantity]=7");
        const QJsonObject made = desk.ask("POST", "/v1/subscriptions",
            "customer=" + paying[3].customerIds.front().toLatin1() + "&items[0][price]=" + price + "&collection_method=send_invoice&days_until_due=7");
        QVERIFY(desk.comes([&] {
            const auto held = desk.open->reader().subscription(made.value("id").toString());
            return held && *held && desk.open->records().eventLog().waiting()->empty() && desk.open->feed().behind == 0;
        }));
        const auto state = desk.open->reader().ledgerState();
        QVERIFY(state && state->isCurrent());
        for (const store::Business& before : paying) {
            const auto business = desk.open->reader().business(before.businessId);
            QMap<QString, qint64> rows;
            for (const QString& customer : (*business)->customerIds) {
                QVERIFY(desk.open->reader().forEachLedgerRow(customer, [&rows](const store::LedgerRow& row) { rows[QString::fromUtf8(row.currency.data(), qsizetype(row.currency.size()))] += row.mrr; }));
            }
            for (const Money& mrr : (*business)->mrr) {
                QCOMPARE(rows.value(mrr.currency), mrr.minor);
            }
        }
    }

    void settingsAreKeptWithTheTrail()
    {
        Desk desk;
        QCOMPARE(desk.open->feedSettings()->readsOfAMonth, sync::BudgetState::kFloor);
        QVERIFY(!desk.open->setReadsOfAMonth(5));
        QVERIFY(*desk.open->setReadsOfAMonth(250'000));
        QVERIFY(!*desk.open->setReadsOfAMonth(250'000));
        QCOMPARE(desk.open->budget()->budget, 250'000);
        QCOMPARE(desk.open->records().audit(1)->front().detail, QStringLiteral("reads_a_month=250000"));
    }

private:
    /// A subscription whose first payment fails; its open invoice.
    static QString failingSubscription(Desk& desk, const QByteArray& customer)
    {
        const QByteArray card = desk.ask("POST", "/v1/payment_methods/pm_card_chargeCustomerFail/attach", "customer=" + customer).value("id").toString().toLatin1();
        const QByteArray price = desk.ask("GET", "/v1/prices?active=true&type=recurring&limit=1").value("data").toArray().at(0).toObject().value("id").toString().toLatin1();
        return desk.ask("POST", "/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + price + "&default_payment_method=" + card).value("latest_invoice").toString();
    }
};

CH_TEST(TstFeed)
#include "tst_Feed.moc"
