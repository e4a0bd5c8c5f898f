// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/FakeStripe.h"
#include "business/Takedown.h"
#include "stripe/Calls.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"

#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::business;
using namespace ch::test;

namespace houses {

const auto kBiz = QStringLiteral("biz-1");
const auto kCus = QStringLiteral("cus_1");

stripe::ApiKey madeKey()
{
    return *stripe::ApiKey::parse(Secret(QByteArray("sk_") + "test_" + QByteArray(20, 'k') + "4242"));
}

/// One account with its mirror and records, everything below the transport seam faked. attempts: of the HTTP client.
struct House {
    explicit House(int attempts = 3)
    {
        records = *store::RecordsFile::open(dir.path());
        mirror = *store::Mirror::open(dir.path(), {QStringLiteral("acct_1"), false});
        applier = std::make_unique<sync::Applier>(*mirror, [](const stripe::Subscription& s, const store::MirrorReader&) {
            store::SubscriptionValue value;
            value.subscriptionId = s.id;
            value.currency = QStringLiteral("usd");
            value.mrrMinor = s.status == QLatin1String("active") ? 500 : 0;
            return value;
        });
        http::RetryPolicy policy;
        policy.attempts = attempts;
        policy.random = [] { return 0.5; };
        http = std::make_unique<http::Client>(stripe, policy, http::RateLimits{}, clock);
        client = std::make_unique<stripe::StripeClient>(*http, madeKey(), QUrl(QStringLiteral("https://api.stripe.com")));
    }

    /// What a sync would have brought by now.
    void mirrorAll()
    {
        store::Batch batch;
        batch.receivedAtMs = clock.nowMs();
        for (const auto& [id, customer] : stripe.customers) {
            const QByteArray json = stripe.customerJson(id);
            batch.customers.push_back({*stripe::parseObject<stripe::Customer>(json), json});
        }
        for (const auto& s : stripe.subscriptions) {
            const QByteArray json = stripe.subscriptionJson(s.id);
            batch.subscriptions.push_back({*stripe::parseObject<stripe::Subscription>(json), json});
        }
        const Status applied = applier->apply(batch);
        QVERIFY2(applied, applied ? "" : qPrintable(applied.error().message));
        clock.advance(1000);
    }

    Takedown* begin(const TakedownRequest& request)
    {
        stripe.sent = 0;
        auto* job = new Takedown(*client, *applier, *records, clock, QStringLiteral("acct_1"), request, &context);
        ends = 0;
        job->onFinished(&context, [this](const Result<TakedownOutcome>& result) {
            ++ends;
            outcome = result.value_or(TakedownOutcome{});
        });
        return job;
    }

    TakedownOutcome takeDown(const QString& id, bool deleteCustomer = false, const QString& reason = QStringLiteral("closed"))
    {
        begin({id, reason, deleteCustomer});
        // A long chain of requests without a wait between them needs more than one turn of the fake event loop.
        for (int turn = 0; turn < 100 && ends == 0; ++turn) {
            clock.runUntil([this] { return ends > 0; });
        }
        return outcome;
    }

    [[nodiscard]] QString mirroredStatus(const QString& id) const
    {
        const auto known = mirror->reader().subscription(id);
        return known && *known ? (*known)->status : QString();
    }

    QTemporaryDir dir;
    FakeClock clock;
    FakeStripe stripe;
    std::unique_ptr<store::RecordsFile> records;
    std::unique_ptr<store::Mirror> mirror;
    std::unique_ptr<sync::Applier> applier;
    std::unique_ptr<http::Client> http;
    std::unique_ptr<stripe::StripeClient> client;
    QObject context;
    TakedownOutcome outcome;
    int ends = 0;
};

void fillTwo(House& house)
{
    house.stripe.addCustomer(kCus, kBiz);
    house.stripe.addSubscription(QStringLiteral("sub_old"), kCus, QStringLiteral("canceled"));
    house.stripe.addSubscription(QStringLiteral("sub_a"), kCus);
    house.stripe.addSubscription(QStringLiteral("sub_b"), kCus, QStringLiteral("past_due"));
    house.mirrorAll();
}

store::Record legacyRecord()
{
    store::Record record;
    record.businessId = QStringLiteral("old-1");
    record.businessType = QStringLiteral("tool");
    record.paymentIntentId = QStringLiteral("pi_1");
    return record;
}

} // namespace houses

using namespace houses;

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

CH_TEST(TstTakedown)

#include "tst_Takedown.moc"
