// SPDX-License-Identifier: GPL-3.0-or-later
// Take-downs and cancels of which each request, each write to the disk, or the program itself fails in its turn: begun again they reach
// the same end, and each thing was done once.
#include "business/RichBusiness.h"
#include "business/Weather.h"
#include "store/Faults.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::business;
using namespace ch::test;

namespace takedown_faults {

void addFaults()
{
    addWeather([](Bad bad) { return bad == Bad::LostAfter || bad == Bad::ErrorAfter ? QList<int>{1, 3} : QList<int>{1}; });
}

/// What it says of itself is so: never failed where something is done, never done where it is not.
void verifyTruth(Stripe& stripe, const RichBusiness& rich, const TakedownOutcome& outcome)
{
    const QByteArray seen = QStringLiteral("%1 %2, error %3").arg(outcome.status, outcome.stripe, outcome.error ? outcome.error->message : QString()).toUtf8();
    const int living = stripe.living(rich.id);
    QVERIFY2(rich.refunds().size() <= 1, seen.constData());
    QVERIFY2(!rich.isDeleted() || living == 0, seen.constData());
    if (outcome.status == QLatin1String("taken_down")) {
        QVERIFY2(living == 0, seen.constData());
        QVERIFY2(outcome.error || (rich.isDeleted() && outcome.customerDeleted), seen.constData());
    } else if (outcome.status == QLatin1String("failed")) {
        QVERIFY2(living > 0 && rich.refunds().isEmpty() && !rich.isDeleted(), seen.constData());
        QVERIFY2(outcome.partly == (living < 2), seen.constData());
    } else {
        QVERIFY2(outcome.status == QLatin1String("unknown") || outcome.status == QLatin1String("waiting"), seen.constData());
        QVERIFY2(!outcome.operationId.isEmpty(), seen.constData());
    }
    QVERIFY2(!outcome.customerDeleted || rich.isDeleted(), seen.constData());
}

} // namespace takedown_faults

using namespace takedown_faults;

class TstTakedownFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { store::skipSyncs(true); }
    void cleanupTestCase() { store::skipSyncs(false); }
    void cleanup() { store::failWrite(0); }

    void whateverRequestFailsEachThingIsDoneOnce_data() { addFaults(); }

    void whateverRequestFailsEachThingIsDoneOnce()
    {
        QFETCH(int, bad);
        QFETCH(int, attempts);
        for (int at = 1; at < 80; ++at) {
            Stripe stripe;
            Program program(stripe, attempts);
            RichBusiness rich(stripe, program);
            Weather weather(program);
            weather.set(static_cast<Bad>(bad), at);
            TakedownOutcome outcome = program.takeDown(rich.everything());
            const bool struck = weather.struck;
            weather.set(Bad::None, 0);
            verifyTruth(stripe, rich, outcome);
            for (int again = 0; again < 4 && outcome.error; ++again) {
                stripe.clock.advance(1000);
                outcome = program.takeDown(rich.everything());
                verifyTruth(stripe, rich, outcome);
            }
            QVERIFY2(!outcome.error, outcome.error ? qPrintable(QStringLiteral("request %1: %2").arg(at).arg(outcome.error->message)) : "");
            rich.verifyAllIsDone(program);
            QCOMPARE(RichBusiness::counted(program), 2);
            if (QTest::currentTestFailed()) {
                qWarning("at request %d", at);
                return;
            }
            if (!struck) {
                QVERIFY(at > 25);
                return;
            }
        }
        QFAIL("it never came to an end without a fault");
    }

    void whateverWriteFailsEachThingIsDoneOnce()
    {
        for (const Bad bad : {Bad::None, Bad::LostAfter}) {
            int at = 1;
            for (bool struck = true; struck; ++at) {
                QVERIFY(at < 400);
                Stripe stripe;
                Program program(stripe, 1);
                RichBusiness rich(stripe, program);
                Weather weather(program);
                weather.set(bad, 14); // a cancel
                store::failWrite(at);
                TakedownOutcome outcome = program.takeDown(rich.everything());
                struck = !store::isWriteFailurePending();
                store::failWrite(0);
                weather.set(Bad::None, 0);
                verifyTruth(stripe, rich, outcome);
                for (int again = 0; again < 4 && outcome.error; ++again) {
                    outcome = program.takeDown(rich.everything());
                }
                QVERIFY2(!outcome.error, outcome.error ? qPrintable(QStringLiteral("write %1: %2").arg(at).arg(outcome.error->message)) : "");
                rich.verifyAllIsDone(program);
                if (QTest::currentTestFailed()) {
                    qWarning("at write %d", at);
                    return;
                }
            }
            QVERIFY(at > 30);
        }
    }

    /// Killed after each turn of the event loop; another program on the same directory goes on.
    void killedAnywhereItIsResumed()
    {
        for (int turns = 1; turns < 200; ++turns) {
            Stripe stripe;
            QTemporaryDir dir;
            bool ended = false;
            std::unique_ptr<RichBusiness> rich;
            {
                Program program(stripe, 3, dir.path());
                rich = std::make_unique<RichBusiness>(stripe, program);
                auto* job = program.beginTakedown(rich->everything());
                QObject::connect(job, &Job::finished, job, [&ended] { ended = true; });
                int seen = 0;
                stripe.clock.runUntil([&] { return ++seen > turns || ended; });
                program.jobs.reset();
            }
            Program next(stripe, 3, dir.path());
            const std::vector<store::Operation> open = next.records->journal().abandoned(stripe.clock.nowMs()).value();
            TakedownRequest request = rich->everything();
            if (!open.empty()) {
                QCOMPARE(open.size(), size_t(1));
                request = {};
                request.resumeId = open.front().id;
            }
            const TakedownOutcome outcome = next.takeDown(request);
            QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
            rich->verifyAllIsDone(next);
            if (QTest::currentTestFailed()) {
                qWarning("killed after %d turns", turns);
                return;
            }
            if (ended) {
                QVERIFY(turns > 25);
                return;
            }
        }
        QFAIL("it never came to an end");
    }

    void twoAtOnceDoItOnce_data()
    {
        QTest::addColumn<bool>("oneFolder");
        QTest::newRow("one folder") << true;
        QTest::newRow("two folders") << false;
    }

    void twoAtOnceDoItOnce()
    {
        QFETCH(bool, oneFolder);
        for (int lead = 0; lead < 40; lead += 3) {
            Stripe stripe;
            Program one(stripe);
            RichBusiness rich(stripe, one);
            Program two(stripe, 3, oneFolder ? one.path : QString());
            rich.know(two);
            const TakedownPlan shown = *two.plan(rich.id);
            std::optional<TakedownOutcome> first;
            std::optional<TakedownOutcome> second;
            one.beginTakedown(rich.everything())->onFinished(one.jobs.get(), [&first](const auto& end) { first = *end; });
            const int before = one.transport.sent;
            one.run([&] { return one.transport.sent - before >= lead || first; });
            TakedownRequest agreed = rich.everything();
            agreed.shown = shown; // both had the dialog open
            two.beginTakedown(agreed)->onFinished(two.jobs.get(), [&second](const auto& end) { second = *end; });
            one.run([&] { return first && second; });
            QVERIFY(first && second);
            for (const auto* outcome : {&*first, &*second}) {
                QVERIFY2(!outcome->error || (!oneFolder && outcome->partly), outcome->error ? qPrintable(outcome->error->message) : "");
            }
            QCOMPARE(rich.refunds().size(), 1);
            QCOMPARE(stripe.living(rich.id), 0);
            QVERIFY(rich.isDeleted());
            rich.verifySettled(one);
            rich.verifySettled(two);
            if (QTest::currentTestFailed()) {
                qWarning("lead %d: %s / %s", lead, qPrintable(first->stripe), qPrintable(second->stripe));
                return;
            }
        }
    }

    void whateverRequestOfACancelFailsItIsDoneOnce_data() { addFaults(); }

    void whateverRequestOfACancelFailsItIsDoneOnce()
    {
        QFETCH(int, bad);
        QFETCH(int, attempts);
        for (const bool atPeriodEnd : {false, true}) {
            for (int at = 1; at < 40; ++at) {
                Stripe stripe;
                Program program(stripe, attempts);
                RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
                Weather weather(program);
                weather.set(static_cast<Bad>(bad), at);
                CancelRequest request{rich.byCard};
                request.atPeriodEnd = atPeriodEnd;
                CancelOutcome outcome = program.cancel(request);
                const bool struck = weather.struck;
                weather.set(Bad::None, 0);
                const auto isDone = [&] {
                    const QJsonObject now = rich.ask("GET", "/v1/subscriptions/" + rich.byCard);
                    return atPeriodEnd ? now.value("cancel_at_period_end").toBool() : now.value("status").toString() == QLatin1String("canceled");
                };
                QVERIFY2(outcome.status != QLatin1String("failed") || !isDone(), qPrintable(outcome.status));
                QVERIFY2(outcome.error || isDone(), qPrintable(outcome.status));
                for (int again = 0; again < 4 && outcome.error; ++again) {
                    stripe.clock.advance(1000);
                    outcome = program.cancel(request);
                }
                QVERIFY2(!outcome.error, outcome.error ? qPrintable(QStringLiteral("request %1: %2").arg(at).arg(outcome.error->message)) : "");
                QVERIFY(isDone() && !rich.isDeleted());
                QCOMPARE(outcome.status, atPeriodEnd ? QStringLiteral("active") : QStringLiteral("canceled"));
                QVERIFY(outcome.endsAt > 0);
                rich.verifySettled(program);
                QCOMPARE(RichBusiness::counted(program), 1);
                if (QTest::currentTestFailed()) {
                    qWarning("at request %d", at);
                    return;
                }
                if (!struck) {
                    QVERIFY(at > 5);
                    break;
                }
            }
        }
    }

    void whateverWriteOfACancelFailsItIsDoneOnce()
    {
        int at = 1;
        for (bool struck = true; struck; ++at) {
            QVERIFY(at < 200);
            Stripe stripe;
            Program program(stripe, 1);
            RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
            store::failWrite(at);
            CancelOutcome outcome = program.cancel({rich.byCard});
            struck = !store::isWriteFailurePending();
            store::failWrite(0);
            for (int again = 0; again < 3 && outcome.error; ++again) {
                outcome = program.cancel({rich.byCard});
            }
            QVERIFY2(!outcome.error, outcome.error ? qPrintable(QStringLiteral("write %1: %2").arg(at).arg(outcome.error->message)) : "");
            QCOMPARE(rich.statusOf(rich.byCard), QStringLiteral("canceled"));
            rich.verifySettled(program);
        }
        QVERIFY(at > 8);
    }

    /// Stripe has forgotten the refund's key: its list is looked at before the same is sent again.
    void aRefundOfDaysAgoIsNotMadeTwice()
    {
        for (const Bad bad : {Bad::LostBefore, Bad::LostAfter}) {
            Stripe stripe;
            Program program(stripe, 1);
            RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
            bool lost = false;
            program.transport.intercept = [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
                if (lost || request.method != "POST" || !request.url.path().endsWith("/refunds")) {
                    return std::nullopt;
                }
                lost = true;
                if (bad == Bad::LostAfter) {
                    rich.ask("POST", "/v1/refunds", request.body);
                }
                Error error;
                error.kind = ErrorKind::Network;
                error.outcomeKnown = false;
                return Result<http::Reply>(fail(error));
            };
            const TakedownOutcome unknown = program.takeDown(rich.everything());
            QVERIFY(unknown.error && !unknown.error->outcomeKnown && unknown.partly);
            QCOMPARE(unknown.status, QStringLiteral("taken_down"));
            QVERIFY(!rich.isDeleted());
            stripe.clock.advance(26LL * 3600 * 1000);
            TakedownRequest resume;
            resume.resumeId = unknown.operationId;
            const TakedownOutcome settled = program.takeDown(resume);
            QVERIFY2(!settled.error, settled.error ? qPrintable(settled.error->message) : "");
            rich.verifyAllIsDone(program);
        }
    }

    void stoppedItWaits()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program);
        std::optional<TakedownOutcome> ended;
        auto* job = program.beginTakedown(rich.everything());
        job->onFinished(program.jobs.get(), [&ended](const auto& end) { ended = *end; });
        program.run([&] { return stripe.living(rich.id) == 1; });
        job->cancel();
        program.run([&] { return ended.has_value(); });
        QVERIFY(ended->status == "waiting" || ended->status == "unknown");
        QVERIFY(ended->partly || ended->status == "unknown");
        QVERIFY(!rich.isDeleted());
        const TakedownOutcome outcome = program.takeDown(rich.everything());
        QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
        QVERIFY(outcome.note.contains("begun before"));
        rich.verifyAllIsDone(program);
    }

    void theCancelOfOneSubscriptionAndItsRefusals()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program);
        store::Record record;
        record.businessId = rich.id;
        record.subscriptionId = rich.byCard;
        record.subscriptionStatus = QStringLiteral("active");
        QVERIFY(program.records->importRecords({record}));
        const auto plan = program.cancelPlan(rich.byCard);
        QVERIFY2(plan, plan ? "" : qPrintable(plan.error().message));
        QVERIFY(plan->fromStripe && plan->businessId == rich.id && plan->customerId == rich.customer && plan->endedStatus.isEmpty());
        QVERIFY(plan->subscription.unusedTime.minor > 0 && plan->subscription.pending.minor == 300);
        for (const Remainder& remainder : plan->remainders) {
            QCOMPARE(remainder.subscriptionId, rich.byCard);
        }
        const CancelOutcome nobody = program.cancel({QStringLiteral("sub_none")});
        QCOMPARE(nobody.status, QStringLiteral("not_found"));
        CancelRequest both{rich.byCard};
        both.atPeriodEnd = both.prorate = true;
        QCOMPARE(program.cancel(both).error->code, QStringLiteral("exclusive_choices"));
        CancelRequest stale{rich.byCard};
        stale.shown = *plan;
        stale.shown->subscription.items.front().quantity = 7;
        const CancelOutcome changed = program.cancel(stale);
        QCOMPARE(changed.status, QStringLiteral("failed"));
        QCOMPARE(changed.error->code, QStringLiteral("changed_since_preview"));
        QCOMPARE(rich.statusOf(rich.byCard), QStringLiteral("active"));
        CancelRequest request{rich.byCard, QStringLiteral("Jane Roe asked")};
        request.shown = *plan;
        const CancelOutcome outcome = program.cancel(request);
        QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
        QCOMPARE(outcome.status, QStringLiteral("canceled"));
        QVERIFY(!outcome.alreadyDone && outcome.requestIds.size() == 1 && outcome.operationId.startsWith("op_"));
        QCOMPARE((*program.records->record(rich.id))->subscriptionStatus, QStringLiteral("canceled"));
        QCOMPARE((*program.records->record(rich.id))->takenDownAtMs, 0);
        QCOMPARE(rich.statusOf(rich.byInvoice), QStringLiteral("active"));
        const store::AuditEntry entry = program.records->audit(1)->front();
        QCOMPARE(entry.action, QStringLiteral("cancel"));
        QCOMPARE(entry.outcome, QStringLiteral("done"));
        QVERIFY(entry.objectIds.contains(rich.byCard) && !entry.detail.contains("Jane"));
        QCOMPARE(RichBusiness::counted(program), 1);
        const CancelOutcome again = program.cancel({rich.byCard});
        QVERIFY(!again.error && again.alreadyDone);
        QCOMPARE(again.status, QStringLiteral("canceled"));
        QCOMPARE(RichBusiness::counted(program), 1);
        rich.verifySettled(program);
    }
};

CH_TEST(TstTakedownFaults)
#include "tst_TakedownFaults.moc"
