// SPDX-License-Identifier: GPL-3.0-or-later
// Take-downs at the transport seam: which requests leave for whom, who is refused, and what the plan shows.
#include "business/FakeHouse.h"
#include "support/TestMain.h"

#include <QFile>

using namespace ch;
using namespace ch::business;
using namespace ch::test;

class TstTakedown : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cancelsWhatIsNotEndedAndLeavesTheCustomer()
    {
        House house;
        fillTwo(house);
        const TakedownOutcome outcome = house.takeDown(kBiz);
        QCOMPARE(outcome.status, QStringLiteral("taken_down"));
        QCOMPARE(outcome.stripe, QStringLiteral("cancelled"));
        QCOMPARE(outcome.businessId, kBiz);
        QVERIFY(!outcome.customerDeleted && !outcome.partly && !outcome.error);
        QCOMPARE(outcome.requestIds.size(), 2);
        QCOMPARE(house.stripe.statusOf(QStringLiteral("sub_a")), QStringLiteral("canceled"));
        QCOMPARE(house.stripe.statusOf(QStringLiteral("sub_b")), QStringLiteral("canceled"));
        QCOMPARE(house.stripe.writes(), 2);
        QVERIFY(!house.stripe.customers[kCus].deleted);
        QVERIFY(!house.stripe.lines.contains(QStringLiteral("DELETE /v1/subscriptions/sub_old")));
        // The reason goes along with each cancel.
        for (qsizetype i = 0; i < house.stripe.lines.size(); ++i) {
            if (house.stripe.lines[i].startsWith(QLatin1String("DELETE"))) {
                QCOMPARE(house.stripe.queries[i].queryItemValue(QStringLiteral("cancellation_details[comment]"), QUrl::FullyDecoded), QStringLiteral("closed"));
            }
        }
        // The mirror has what Stripe answered, the record is closed, the trail is written.
        QCOMPARE(house.mirroredStatus(QStringLiteral("sub_a")), QStringLiteral("canceled"));
        const auto record = *house.records->record(kBiz);
        QVERIFY(record.has_value());
        QVERIFY(record->takenDownAtMs > 0);
        QCOMPARE(record->customerId, kCus);
        QCOMPARE(record->subscriptionStatus, QStringLiteral("canceled"));
        const auto trail = *house.records->audit(10);
        QCOMPARE(trail.size(), 1U);
        QCOMPARE(trail[0].action, QStringLiteral("take_down"));
        QCOMPARE(trail[0].outcome, QStringLiteral("done"));
        QCOMPARE(trail[0].businessId, kBiz);
        QVERIFY(trail[0].detail.contains(QLatin1String("sub_a cancelled")));
        QCOMPARE(trail[0].requestIds, outcome.requestIds);
        QVERIFY2(house.stripe.faults.isEmpty(), qPrintable(house.stripe.faults.join(QLatin1Char(' '))));
    }

    void deletesTheCustomerOnlyWhereAsked()
    {
        House house;
        fillTwo(house);
        const TakedownOutcome outcome = house.takeDown(kBiz, true);
        QCOMPARE(outcome.status, QStringLiteral("taken_down"));
        QVERIFY(outcome.customerDeleted);
        QVERIFY(house.stripe.customers[kCus].deleted);
        QCOMPARE(house.stripe.deletedWhileLive, 0);
        QCOMPARE(outcome.requestIds.size(), 3);
        const auto customer = *house.mirror->reader().customer(kCus);
        QVERIFY(!customer || customer->email.isEmpty());
    }

    void aSecondTakeDownFindsItDoneAndWritesNothing()
    {
        House house;
        fillTwo(house);
        house.takeDown(kBiz, true);
        const auto closedAt = (*house.records->record(kBiz))->takenDownAtMs;
        const int writes = house.stripe.writes();
        house.clock.advance(60'000);
        const TakedownOutcome again = house.takeDown(kBiz, true);
        QCOMPARE(again.status, QStringLiteral("taken_down"));
        QCOMPARE(again.stripe, QStringLiteral("already_cancelled"));
        QVERIFY(again.customerDeleted);
        QCOMPARE(house.stripe.writes(), writes);
        QCOMPARE((*house.records->record(kBiz))->takenDownAtMs, closedAt);
    }

    void cancelsWhatTheMirrorDoesNotKnow()
    {
        House house;
        fillTwo(house);
        house.stripe.addSubscription(QStringLiteral("sub_new"), kCus, QStringLiteral("trialing"));
        QCOMPARE(house.takeDown(kBiz).stripe, QStringLiteral("cancelled"));
        QCOMPARE(house.stripe.statusOf(QStringLiteral("sub_new")), QStringLiteral("canceled"));
        QCOMPARE(house.mirroredStatus(QStringLiteral("sub_new")), QStringLiteral("canceled"));
    }

    void readsEveryPageOfACustomerWithMany()
    {
        House house;
        house.stripe.addCustomer(kCus, kBiz);
        house.mirrorAll();
        for (int i = 0; i < 230; ++i) {
            house.stripe.addSubscription(QStringLiteral("sub_%1").arg(i), kCus, i % 10 == 0 ? QStringLiteral("active") : QStringLiteral("canceled"));
        }
        house.stripe.addSubscription(QStringLiteral("sub_last"), kCus);
        QCOMPARE(house.takeDown(kBiz).status, QStringLiteral("taken_down"));
        QCOMPARE(house.stripe.writes(), 24); // one in ten of 230, and the last
        for (const auto& s : house.stripe.subscriptions) {
            QCOMPARE(s.status, QStringLiteral("canceled"));
        }
    }

    void aCustomerWithoutSubscriptionsIsSkippedAndSaysWhy()
    {
        House house;
        house.stripe.addCustomer(kCus, kBiz);
        house.mirrorAll();
        const TakedownOutcome outcome = house.takeDown(kBiz, true);
        QCOMPARE(outcome.status, QStringLiteral("taken_down"));
        QCOMPARE(outcome.stripe, QStringLiteral("skipped"));
        QVERIFY(!outcome.note.isEmpty());
        QVERIFY(outcome.customerDeleted);
    }

    void aBusinessThatNobodyKnowsIsNotFound()
    {
        House house;
        fillTwo(house);
        const TakedownOutcome outcome = house.takeDown(QStringLiteral("biz-unknown"), true);
        QCOMPARE(outcome.status, QStringLiteral("not_found"));
        QCOMPARE(outcome.stripe, QStringLiteral("skipped"));
        QCOMPARE(outcome.error->kind, ErrorKind::NotFound);
        QCOMPARE(house.stripe.sent, 0);
        QVERIFY(!*house.records->record(QStringLiteral("biz-unknown")));
    }

    void severalCustomersAreRefusedAndOneByIdIsNot()
    {
        House house;
        fillTwo(house);
        house.stripe.addCustomer(QStringLiteral("cus_2"), kBiz);
        house.stripe.addSubscription(QStringLiteral("sub_two"), QStringLiteral("cus_2"));
        house.mirrorAll();
        const TakedownOutcome refused = house.takeDown(kBiz, true);
        QCOMPARE(refused.status, QStringLiteral("failed"));
        QCOMPARE(refused.error->kind, ErrorKind::Safety);
        QVERIFY(refused.error->message.contains(kCus) && refused.error->message.contains(QLatin1String("cus_2")));
        QCOMPARE(house.stripe.writes(), 0);
        const TakedownOutcome one = house.takeDown(QStringLiteral("cus_2"), true);
        QCOMPARE(one.status, QStringLiteral("taken_down"));
        QCOMPARE(one.stripe, QStringLiteral("cancelled"));
        QVERIFY(house.stripe.customers[QStringLiteral("cus_2")].deleted);
        QVERIFY(!house.stripe.customers[kCus].deleted);
        QCOMPARE(house.stripe.statusOf(QStringLiteral("sub_a")), QStringLiteral("active"));
        // The business lives on under its other customer.
        const auto record = *house.records->record(kBiz);
        QVERIFY(!record || record->takenDownAtMs == 0);
    }

    void aCustomerThatMovedToAnotherBusinessIsLeftAlone()
    {
        House house;
        fillTwo(house);
        house.stripe.customers[kCus].metadata.insert(QStringLiteral("business_id"), QStringLiteral("biz-2"));
        const TakedownOutcome outcome = house.takeDown(kBiz, true);
        QCOMPARE(outcome.error->kind, ErrorKind::Safety);
        QVERIFY(outcome.error->message.contains(QLatin1String("biz-2")));
        QCOMPARE(house.stripe.writes(), 0);
    }

    void aRecordThatNamesAnothersSubscriptionCancelsNothing()
    {
        House house;
        fillTwo(house);
        house.stripe.addCustomer(QStringLiteral("cus_2"), QStringLiteral("biz-2"));
        house.stripe.addSubscription(QStringLiteral("sub_two"), QStringLiteral("cus_2"));
        house.mirrorAll();
        store::Record record;
        record.businessId = kBiz;
        record.customerId = kCus;
        record.subscriptionId = QStringLiteral("sub_two");
        QVERIFY(house.records->importRecords({record}));
        const TakedownOutcome outcome = house.takeDown(kBiz);
        QCOMPARE(outcome.status, QStringLiteral("failed"));
        QCOMPARE(outcome.error->kind, ErrorKind::Safety);
        QVERIFY(outcome.error->message.contains(QLatin1String("sub_two")));
        QCOMPARE(house.stripe.writes(), 0);
    }

    void aRecordOfWhatStripeNeverHadIsNotCalledTakenDown()
    {
        for (const bool namesCustomer : {false, true}) {
            House house;
            house.mirrorAll();
            store::Record record;
            record.businessId = QStringLiteral("ghost");
            record.subscriptionId = QStringLiteral("sub_doesnotexist");
            record.customerId = namesCustomer ? QStringLiteral("cus_doesnotexist") : QString();
            QVERIFY(house.records->importRecords({record}));
            const TakedownOutcome outcome = house.takeDown(QStringLiteral("ghost"));
            QCOMPARE(outcome.status, QStringLiteral("failed"));
            QCOMPARE(outcome.stripe, QStringLiteral("error:resource_missing"));
            QVERIFY(outcome.error->message.contains(namesCustomer ? QLatin1String("cus_doesnotexist") : QLatin1String("sub_doesnotexist")));
            QCOMPARE(house.records->record(QStringLiteral("ghost")).value()->takenDownAtMs, 0);
            QCOMPARE(house.stripe.writes(), 0);
        }
    }

    void nothingPersonalStaysBehind()
    {
        House house;
        fillTwo(house);
        house.takeDown(kBiz, true, QStringLiteral("Jane Roe asked, jane.roe@example.com"));
        const auto trail = *house.records->audit(10);
        QVERIFY(!trail[0].detail.contains(QLatin1String("Jane")));
        house.records.reset();
        QFile file(house.dir.filePath(QStringLiteral("records.sqlite")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.size() > 0);
        QVERIFY(!bytes.contains("jane.roe") && !bytes.contains("Jane Roe"));
    }

    void thePlanSaysWhatGoes()
    {
        House house;
        fillTwo(house);
        const auto plan = planTakedown(house.mirror->reader(), kBiz, true);
        QVERIFY(plan);
        QCOMPARE(plan->cancels.size(), 2U);
        QCOMPARE(plan->mrrLost, std::vector<Money>({Money{500, QStringLiteral("usd")}}));
        QCOMPARE(plan->customerIds, QStringList{kCus});
        QVERIFY(plan->deleteCustomerByDefault && plan->refusal.isEmpty() && !plan->nothingToDo && !plan->mirrorComplete);
        QCOMPARE(house.stripe.sent, 0);
        QCOMPARE(planTakedown(house.mirror->reader(), QStringLiteral("nobody"), false).error().kind, ErrorKind::NotFound);
        house.takeDown(kBiz);
        const auto after = planTakedown(house.mirror->reader(), kBiz, true);
        QVERIFY(after && after->nothingToDo && after->mrrLost.empty());
    }

    void thePlanRefusesAConflictAndNamesTheWayOn()
    {
        House house;
        fillTwo(house);
        house.stripe.addCustomer(QStringLiteral("cus_2"), kBiz);
        house.mirrorAll();
        const auto plan = planTakedown(house.mirror->reader(), kBiz, false);
        QVERIFY(plan && plan->refusal.contains(QLatin1String("cus_2")));
        const auto one = planTakedown(house.mirror->reader(), kCus, false);
        QVERIFY(one && one->refusal.isEmpty());
        QCOMPARE(one->customerIds, QStringList{kCus});
        QCOMPARE(one->cancels.size(), 2U);
    }

    void thePlanPromisesNothingThatTheActRefuses()
    {
        House house;
        fillTwo(house);
        house.stripe.addCustomer(QStringLiteral("cus_2"), QStringLiteral("biz_other"));
        house.mirrorAll();
        store::Record foreign; // a business that is known from a record alone, which names another's customer
        foreign.businessId = QStringLiteral("foreign");
        foreign.customerId = QStringLiteral("cus_2");
        store::Record second; // a business of Stripe whose record names a second customer
        second.businessId = kBiz;
        second.customerId = QStringLiteral("cus_3");
        QVERIFY(house.records->importRecords({foreign, second}));
        for (const QString& id : {QStringLiteral("foreign"), QString(kBiz)}) {
            const auto plan = planTakedown(house.mirror->reader(), id, false);
            QVERIFY2(plan && !plan->refusal.isEmpty(), qPrintable(id));
            QCOMPARE(house.takeDown(id).error->kind, ErrorKind::Safety);
        }
        QVERIFY(house.mirror->reader().business(kBiz).value()->isConflict());
        QCOMPARE(house.stripe.writes(), 0);
    }

    void thePlanOfALegacyRecordNamesItsPayment()
    {
        House house;
        QVERIFY(house.records->importRecords({legacyRecord()}));
        const auto plan = planTakedown(house.mirror->reader(), QStringLiteral("old-1"), false);
        QVERIFY2(plan, plan ? "" : qPrintable(plan.error().message));
        QCOMPARE(plan->paymentIntentId, QStringLiteral("pi_1"));
        QVERIFY(plan->cancels.empty() && !plan->nothingToDo);
    }
};

CH_TEST(TstTakedown)

#include "tst_Takedown.moc"
