// SPDX-License-Identifier: GPL-3.0-or-later
// What a take-down says of itself is so: of legacy records, at each fault, when it is stopped, and before a closed gate.
#include "business/FakeHouse.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::business;
using namespace ch::test;

class TstTakedownOutcomes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void legacyRecordsCancelTheirPaymentIntent()
    {
        House house;
        QVERIFY(house.records->importRecords({legacyRecord()}));
        house.stripe.intents[QStringLiteral("pi_1")] = QStringLiteral("requires_payment_method");
        const TakedownOutcome outcome = house.takeDown(QStringLiteral("old-1"), true);
        QCOMPARE(outcome.status, QStringLiteral("taken_down"));
        QCOMPARE(outcome.stripe, QStringLiteral("cancelled_legacy"));
        QVERIFY(!outcome.customerDeleted && !outcome.partly);
        QCOMPARE(house.stripe.intents[QStringLiteral("pi_1")], QStringLiteral("canceled"));
        QVERIFY((*house.records->record(QStringLiteral("old-1")))->takenDownAtMs > 0);
        const TakedownOutcome again = house.takeDown(QStringLiteral("old-1"));
        QCOMPARE(again.stripe, QStringLiteral("already_cancelled"));
        QCOMPARE(house.stripe.writes(), 1);
    }

    void aLegacyPaymentThatWasMadeIsSkippedAndTheRecordClosed()
    {
        House house;
        QVERIFY(house.records->importRecords({legacyRecord()}));
        house.stripe.intents[QStringLiteral("pi_1")] = QStringLiteral("succeeded");
        const TakedownOutcome outcome = house.takeDown(QStringLiteral("old-1"));
        QCOMPARE(outcome.status, QStringLiteral("taken_down"));
        QCOMPARE(outcome.stripe, QStringLiteral("skipped"));
        QVERIFY(outcome.note.contains(QLatin1String("pi_1")));
        QCOMPARE(house.stripe.writes(), 0);
        QVERIFY((*house.records->record(QStringLiteral("old-1")))->takenDownAtMs > 0);
    }

    void aRecordWithASubscriptionLeavesItsPaymentIntent()
    {
        House house;
        fillTwo(house);
        store::Record record;
        record.businessId = kBiz;
        record.paymentIntentId = QStringLiteral("pi_1");
        QVERIFY(house.records->importRecords({record}));
        house.stripe.intents[QStringLiteral("pi_1")] = QStringLiteral("requires_payment_method");
        QCOMPARE(house.takeDown(kBiz).stripe, QStringLiteral("cancelled"));
        QCOMPARE(house.stripe.intents[QStringLiteral("pi_1")], QStringLiteral("requires_payment_method"));
    }

    void theKeyOfALegacyCancelStaysUntilARefusalWasSeen()
    {
        House house(1);
        QVERIFY(house.records->importRecords({legacyRecord()}));
        house.stripe.intents[QStringLiteral("pi_1")] = QStringLiteral("requires_action");
        const auto lastKey = [&house] {
            QByteArray last;
            for (const QByteArray& key : house.stripe.keys) {
                last = key.isEmpty() ? last : key;
            }
            return last;
        };
        house.stripe.faultAt = 3; // after the plan's look at it and the one just before
        house.stripe.fault = Fault::LostBefore;
        QCOMPARE(house.takeDown(QStringLiteral("old-1")).status, QStringLiteral("unknown"));
        const QByteArray first = lastKey();
        QVERIFY(!first.isEmpty() && first.size() <= 255);
        house.stripe.faultAt = 2;
        house.stripe.fault = Fault::RefusedError;
        QCOMPARE(house.takeDown(QStringLiteral("old-1")).status, QStringLiteral("failed"));
        QCOMPARE(lastKey(), first);
        house.stripe.fault = Fault::None;
        QCOMPARE(house.takeDown(QStringLiteral("old-1")).stripe, QStringLiteral("cancelled_legacy"));
        QVERIFY(lastKey() != first);
    }

    void everyFaultEndsInTheTruthAndTheNextRunInTheSameEnd_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<bool>("legacy");
        QTest::addColumn<int>("attempts");
        const std::pair<const char*, Fault> faults[] = {{"500", Fault::ServerError}, {"400", Fault::RefusedError}, {"lost before", Fault::LostBefore}, {"lost after", Fault::LostAfter}};
        for (const auto& [name, fault] : faults) {
            for (const bool legacy : {false, true}) {
                for (const int attempts : {1, 3}) {
                    QTest::addRow("%s%s, %d attempts", name, legacy ? ", legacy" : "", attempts) << int(fault) << legacy << attempts;
                }
            }
        }
    }

    void everyFaultEndsInTheTruthAndTheNextRunInTheSameEnd()
    {
        QFETCH(int, fault);
        QFETCH(bool, legacy);
        QFETCH(int, attempts);
        const QString id = legacy ? QStringLiteral("old-1") : kBiz;
        for (int n = 1;; ++n) {
            QVERIFY2(n < 60, "the loop never reaches a run without a fault");
            House house(attempts);
            if (legacy) {
                QVERIFY(house.records->importRecords({legacyRecord()}));
                house.stripe.intents[QStringLiteral("pi_1")] = QStringLiteral("requires_action");
            } else {
                fillTwo(house);
            }
            house.stripe.faultAt = n;
            house.stripe.fault = Fault(fault);
            const TakedownOutcome first = house.takeDown(id, !legacy);
            const bool wasHit = house.stripe.sent >= n;
            checkTruth(house, first, legacy, n);
            house.stripe.fault = Fault::None;
            const TakedownOutcome second = house.takeDown(id, !legacy);
            QVERIFY2(second.status == QLatin1String("taken_down") && !second.partly && !second.error,
                qPrintable(QStringLiteral("n=%1: %2 %3").arg(n).arg(second.status, second.stripe)));
            checkTruth(house, second, legacy, n);
            QVERIFY((*house.records->record(id))->takenDownAtMs > 0);
            QCOMPARE(house.stripe.deletedWhileLive, 0);
            QVERIFY2(house.stripe.faults.isEmpty(), qPrintable(house.stripe.faults.join(QLatin1Char(' '))));
            if (!wasHit) {
                QCOMPARE(first.status, QStringLiteral("taken_down"));
                break;
            }
        }
    }

    void stoppingBeforeTheStartSendsNothing()
    {
        House house;
        fillTwo(house);
        house.begin({kBiz, {}, true})->cancel();
        house.clock.runUntil([&house] { return house.ends > 0; });
        QCOMPARE(house.outcome.status, QStringLiteral("failed"));
        QCOMPARE(house.outcome.error->kind, ErrorKind::Cancelled);
        QCOMPARE(house.stripe.sent, 0);
    }

    void stoppingAWriteOnTheWireIsUnknown()
    {
        House house;
        fillTwo(house);
        auto* job = house.begin({kBiz, {}, true});
        house.stripe.holdWrites = true;
        house.clock.runUntil([&house] { return house.stripe.writes() > 0; }, 2000);
        QCOMPARE(house.stripe.writes(), 1);
        job->cancel();
        house.clock.runUntil([&house] { return house.ends > 0; });
        QCOMPARE(house.outcome.status, QStringLiteral("unknown"));
        QVERIFY(!house.outcome.error->outcomeKnown);
        QCOMPARE(house.ends, 1);
        QCOMPARE((*house.records->audit(1))[0].outcome, QStringLiteral("unknown"));
        QVERIFY(!*house.records->record(kBiz));
        house.stripe.holdWrites = false;
        QCOMPARE(house.takeDown(kBiz, true).stripe, QStringLiteral("cancelled"));
    }

    void aClosedGateSendsNoWrite()
    {
        House house;
        fillTwo(house);
        house.http->setWriteGate([]() -> Status { return fail(ErrorKind::Safety, QStringLiteral("Writes are off.")); });
        const TakedownOutcome outcome = house.takeDown(kBiz, true);
        QCOMPARE(outcome.status, QStringLiteral("failed"));
        QCOMPARE(outcome.error->kind, ErrorKind::Safety);
        QCOMPARE(house.stripe.writes(), 0);
    }

private:
    /// What the outcome says is so in Stripe.
    static void checkTruth(House& house, const TakedownOutcome& outcome, bool legacy, int n)
    {
        const QString canceled = QStringLiteral("canceled");
        const bool ended = legacy ? house.stripe.intents[QStringLiteral("pi_1")] == canceled
                                  : house.stripe.statusOf(QStringLiteral("sub_a")) == canceled && house.stripe.statusOf(QStringLiteral("sub_b")) == canceled;
        const bool someEnded = legacy ? ended : house.stripe.statusOf(QStringLiteral("sub_a")) == canceled || house.stripe.statusOf(QStringLiteral("sub_b")) == canceled;
        const QByteArray seen = QStringLiteral("n=%1: %2 %3 deleted=%4").arg(n).arg(outcome.status, outcome.stripe).arg(outcome.customerDeleted).toUtf8();
        if (outcome.status == QLatin1String("taken_down")) {
            QVERIFY2(ended, seen.constData());
        } else if (outcome.status == QLatin1String("failed") || outcome.status == QLatin1String("waiting")) {
            QVERIFY2(!ended, seen.constData());
            QVERIFY2(outcome.status == QLatin1String("failed") || someEnded, seen.constData());
            QVERIFY2(outcome.partly == someEnded, seen.constData());
            QVERIFY2(outcome.stripe.startsWith(QLatin1String("error:")), seen.constData());
        } else {
            QCOMPARE(outcome.status, QStringLiteral("unknown"));
        }
        if (!legacy) {
            const bool deleted = house.stripe.customers[kCus].deleted;
            const bool isKnown = !outcome.error || outcome.error->outcomeKnown;
            QVERIFY2(outcome.customerDeleted == deleted || (!isKnown && deleted), seen.constData());
            QVERIFY2(outcome.status != QLatin1String("taken_down") || deleted || outcome.partly, seen.constData());
        }
    }
};

CH_TEST(TstTakedownOutcomes)
#include "tst_TakedownOutcomes.moc"
