// SPDX-License-Identifier: GPL-3.0-or-later
// Take-downs with every choice, against the simulated account: what the plan shows, and what each choice does.
#include "business/RichBusiness.h"
#include "business/Weather.h"
#include "store/Faults.h"
#include "support/Files.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::business;
using namespace ch::test;

namespace steps {

const Remainder* remainderOf(const TakedownPlan& plan, const QString& id)
{
    for (const Remainder& remainder : plan.remainders) {
        if (remainder.objectId == id) {
            return &remainder;
        }
    }
    return nullptr;
}

QStringList resultsOf(const TakedownOutcome& outcome)
{
    QStringList all;
    for (const StepOutcome& step : outcome.steps) {
        all << step.action + QLatin1Char(' ') + step.result;
    }
    return all;
}

} // namespace steps

using namespace steps;

class TstTakedownSteps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { store::skipSyncs(true); }
    void cleanupTestCase() { store::skipSyncs(false); }

    void thePlanListsWhatStaysOpen()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program);
        Weather weather(program);
        const auto plan = program.plan(rich.id);
        QVERIFY2(plan, plan ? "" : qPrintable(plan.error().message));
        QCOMPARE(weather.posts, 0);
        QVERIFY(plan->fromStripe && plan->refusal.isEmpty() && plan->notReadable.isEmpty() && plan->mayMailCustomer && !plan->nothingToDo);
        QCOMPARE(plan->cancels.size(), 2U);
        const Remainder* open = remainderOf(*plan, rich.open);
        QVERIFY(open && open->kind == RemainderKind::OpenInvoice && open->amount == (Money{1200, "usd"}));
        QCOMPARE(open->choices, QList<RemainderChoice>({RemainderChoice::Leave, RemainderChoice::Void, RemainderChoice::MarkUncollectible}));
        const Remainder* draft = remainderOf(*plan, rich.draft);
        QVERIFY(draft && draft->kind == RemainderKind::DraftInvoice && draft->amount == (Money{800, "usd"}) && draft->choices.contains(RemainderChoice::Delete));
        const Remainder* item = remainderOf(*plan, rich.item);
        QVERIFY(item && item->kind == RemainderKind::PendingItem && item->amount == (Money{700, "usd"}));
        qint64 unused = 0;
        int ofSubscription = 0;
        for (const Remainder& remainder : plan->remainders) {
            unused += remainder.kind == RemainderKind::UnusedTime ? remainder.amount.minor : 0;
            ofSubscription += remainder.subscriptionId == rich.byInvoice && remainder.kind == RemainderKind::OpenInvoice ? 1 : 0;
        }
        QCOMPARE(ofSubscription, 1); // what the second one's first invoice asks for
        // 10 days and 2 hours of November's 30 are used, of 5.00.
        QVERIFY2(unused >= 325 && unused <= 335, QByteArray::number(unused).constData());
        for (const PlannedCancel& cancel : plan->cancels) {
            const bool isCard = cancel.subscriptionId == rich.byCard;
            QCOMPARE(cancel.status, QStringLiteral("active"));
            QCOMPARE(cancel.unusedTime.minor, isCard ? unused : 0);
            QCOMPARE(cancel.pending.minor, isCard ? 300 : 0);
            QCOMPARE(cancel.items.size(), 1U);
            QVERIFY(cancel.currentPeriodEnd > stripe.clock.nowSeconds());
        }
    }

    void aDraftOfASubscriptionCannotBeDeleted()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
        const QString sub = rich.subscribe(rich.otherPrice, "&collection_method=send_invoice&days_until_due=30");
        const auto plan = program.plan(rich.id);
        int drafts = 0;
        for (const Remainder& remainder : plan->remainders) {
            if (remainder.kind == RemainderKind::DraftInvoice && remainder.subscriptionId == sub) {
                QCOMPARE(remainder.choices, QList<RemainderChoice>{RemainderChoice::Leave});
                TakedownRequest wish{rich.id, "test"};
                wish.shown = *plan;
                wish.choices = {{remainder.objectId, RemainderChoice::Delete}};
                const TakedownOutcome refused = program.takeDown(wish);
                QCOMPARE(refused.error->code, QStringLiteral("not_offered"));
                QVERIFY(refused.operationId.isEmpty());
                ++drafts;
            }
        }
        QCOMPARE(drafts, 1);
        QCOMPARE(stripe.living(rich.id), 2);
    }

    void everyChoiceIsDoneOnce()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program);
        const TakedownOutcome outcome = program.takeDown(rich.everything());
        QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
        QCOMPARE(outcome.status, QStringLiteral("taken_down"));
        QCOMPARE(outcome.stripe, QStringLiteral("cancelled"));
        QVERIFY(outcome.customerDeleted && !outcome.partly && outcome.operationId.startsWith("op_"));
        rich.verifyAllIsDone(program);
        const QJsonObject refund = rich.refunds().at(0).toObject();
        QCOMPARE(refund.value("metadata").toObject().value("countinghouse_operation").toString(), outcome.operationId);
        QVERIFY(refund.value("amount").toInt() >= 325 && refund.value("amount").toInt() <= 335);
        QCOMPARE(rich.invoiceStatus(rich.open), QStringLiteral("void"));
        QCOMPARE(rich.ask("GET", "/v1/subscriptions/" + rich.byCard).value("cancellation_details").toObject().value("comment").toString(), QStringLiteral("Jane Roe asked for it"));
        QCOMPARE(RichBusiness::counted(program), 2);
        // The trail names what was done to what, with keys, and nobody.
        const store::AuditEntry entry = program.records->audit(1)->front();
        QCOMPARE(entry.action, QStringLiteral("take_down"));
        QCOMPARE(entry.outcome, QStringLiteral("done"));
        for (const QString& id : {rich.customer, rich.byCard, rich.byInvoice, rich.open, rich.draft, rich.item}) {
            QVERIFY2(entry.objectIds.contains(id), qPrintable(id));
        }
        QVERIFY(entry.keys.size() >= 2 && entry.inputs.size() == 1 && entry.inputs.first().startsWith("reason:"));
        QCOMPARE(entry.requestIds, outcome.requestIds);
        QVERIFY(!entry.detail.contains("Jane"));
        QVERIFY(!(*program.mirror->reader().business(rich.id))->email.contains("jane"));
        // Again: nothing left to do, and nothing is done or counted.
        Weather weather(program);
        const TakedownOutcome again = program.takeDown(rich.everything());
        QCOMPARE(again.stripe, QStringLiteral("already_cancelled"));
        QCOMPARE(weather.posts, 0);
        QCOMPARE(RichBusiness::counted(program), 2);
        QCOMPARE(rich.refunds().size(), 1);
    }

    void noBytesOfThePersonAreLeftInAnyFile()
    {
        QTemporaryDir dir;
        QString id;
        {
            Stripe stripe;
            Program program(stripe, 3, dir.path());
            RichBusiness rich(stripe, program);
            QVERIFY(program.plan(rich.id));
            QVERIFY(!filesWith(dir.path(), "jane.roe").isEmpty());
            QVERIFY(program.takeDown(rich.everything()).customerDeleted);
            id = rich.id;
            // While the files are open: in the write-ahead logs neither.
            for (const char* text : {"jane.roe", "Jane Roe", "jane roe", "Elm Street", "elm street", "asked for it"}) {
                QVERIFY2(filesWith(dir.path(), text).isEmpty(), text);
            }
        }
        for (const char* text : {"jane.roe", "Jane Roe", "jane roe", "Elm Street", "elm street", "asked for it"}) {
            QVERIFY2(filesWith(dir.path(), text).isEmpty(), text);
        }
        QVERIFY(!filesWith(dir.path(), id.toUtf8()).isEmpty());
    }

    void uncollectibleInsteadOfVoid()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program);
        TakedownRequest wish{rich.id, "test"};
        wish.choicesByKind = {{RemainderKind::OpenInvoice, RemainderChoice::MarkUncollectible}};
        const TakedownOutcome outcome = program.takeDown(wish);
        QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
        QCOMPARE(rich.invoiceStatus(rich.open), QStringLiteral("uncollectible"));
        QCOMPARE(rich.invoiceStatus(rich.draft), QStringLiteral("draft"));
        QCOMPARE(rich.refunds().size(), 0);
        QVERIFY(!rich.isDeleted() && !outcome.customerDeleted);
        QVERIFY(rich.openInvoices().isEmpty());
    }

    void choicesThatExcludeEachOther_data()
    {
        QTest::addColumn<int>("unused"); // the name says it
        for (const char* name : {"delete and period end", "delete and invoice now", "period end and invoice now", "period end and prorate", "refund and period end", "refund and prorate"}) {
            QTest::addRow("%s", name) << 0;
        }
    }

    void choicesThatExcludeEachOther()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
        const QString tag = QString::fromLatin1(QTest::currentDataTag());
        TakedownRequest wish{rich.id, "test"};
        wish.deleteCustomer = tag.startsWith("delete");
        wish.atPeriodEnd = tag.contains("period end");
        wish.invoiceNow = tag.contains("invoice now");
        wish.prorate = tag.contains("prorate");
        if (tag.startsWith("refund")) {
            wish.choicesByKind = {{RemainderKind::UnusedTime, RemainderChoice::Refund}};
        }
        const int sent = program.transport.sent;
        const TakedownOutcome refused = program.takeDown(wish);
        QVERIFY(refused.error);
        QCOMPARE(refused.error->code, QStringLiteral("exclusive_choices"));
        QCOMPARE(refused.stripe, QStringLiteral("error:exclusive_choices"));
        QCOMPARE(program.transport.sent, sent);
        QVERIFY(refused.operationId.isEmpty());
        QCOMPARE(program.records->audit(1)->front().outcome, QStringLiteral("failed"));
    }

    void atThePeriodsEndTheyGoOnUntilThen()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
        TakedownRequest wish{rich.id, "closing"};
        wish.atPeriodEnd = true;
        const TakedownOutcome outcome = program.takeDown(wish);
        QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
        QCOMPARE(outcome.status, QStringLiteral("scheduled"));
        QCOMPARE(outcome.stripe, QStringLiteral("scheduled"));
        QVERIFY(outcome.note.contains("end of its period"));
        const QJsonObject now = rich.ask("GET", "/v1/subscriptions/" + rich.byCard);
        QCOMPARE(now.value("status").toString(), QStringLiteral("active"));
        QCOMPARE(now.value("cancel_at_period_end"), QJsonValue(true));
        QCOMPARE(now.value("cancellation_details").toObject().value("comment").toString(), QStringLiteral("closing"));
        // Undone by hand and asked for again within the life of the key: it is set again, not believed to be.
        rich.ask("POST", "/v1/subscriptions/" + rich.byCard, "cancel_at_period_end=false");
        const TakedownOutcome again = program.takeDown(wish);
        QVERIFY2(!again.error, again.error ? qPrintable(again.error->message) : "");
        QCOMPARE(rich.ask("GET", "/v1/subscriptions/" + rich.byCard).value("cancel_at_period_end"), QJsonValue(true));
        stripe.clock.advance(25LL * 24 * 3600 * 1000);
        QCOMPARE(rich.statusOf(rich.byCard), QStringLiteral("canceled"));
        rich.verifySettled(program);
    }

    void aFinalInvoiceDoesNotBillWhatIsToGo()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
        const QString second = rich.ask("POST", "/v1/invoiceitems", "amount=111&currency=usd&customer=" + rich.customer.toUtf8() + "&subscription=" + rich.byCard.toUtf8()).value("id").toString();
        const auto plan = program.plan(rich.id);
        TakedownRequest wish{rich.id, "test"};
        wish.invoiceNow = true;
        wish.shown = *plan;
        wish.choices = {{rich.itemOfCard, RemainderChoice::Delete}};
        const TakedownOutcome outcome = program.takeDown(wish);
        QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
        QCOMPARE(outcome.steps.front().action, QStringLiteral("delete"));
        const QString last = rich.ask("GET", "/v1/subscriptions/" + rich.byCard).value("latest_invoice").toString();
        QCOMPARE(rich.ask("GET", "/v1/invoices/" + last).value("total").toInt(), 111); // the other item alone
        QVERIFY(rich.ask("GET", "/v1/invoiceitems/" + rich.itemOfCard).contains("error"));
        QVERIFY(!rich.ask("GET", "/v1/invoiceitems/" + second).value("invoice").toString().isEmpty());
    }

    void prorationCreditsTheTimeLeft()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
        TakedownRequest wish{rich.id, "test"};
        wish.prorate = true;
        QVERIFY(!program.takeDown(wish).error);
        int credits = 0;
        for (const QJsonValue& item : rich.list("/v1/invoiceitems?limit=100&pending=true&customer=" + rich.customer)) {
            credits += item.toObject().value("amount").toInt() < 0 ? 1 : 0;
        }
        QCOMPARE(credits, 1);
    }

    void aRefusedRemainderHidesNothing()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program);
        program.transport.intercept = [](const http::Request& request, int) {
            return request.url.path().endsWith("/refunds") && request.method == "POST"
                ? answerWith(400, "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"charge_already_refunded\",\"message\":\"Charge has already been refunded.\"}}") : std::nullopt;
        };
        const TakedownOutcome outcome = program.takeDown(rich.everything());
        QCOMPARE(outcome.status, QStringLiteral("taken_down"));
        QCOMPARE(outcome.stripe, QStringLiteral("cancelled"));
        QVERIFY(outcome.partly && !outcome.customerDeleted);
        QCOMPARE(outcome.error->code, QStringLiteral("charge_already_refunded"));
        QVERIFY(resultsOf(outcome).contains("refund failed") && resultsOf(outcome).contains("void done"));
        QCOMPARE(stripe.living(rich.id), 0);
        QVERIFY(!rich.isDeleted());
        QCOMPARE((*program.records->journal().operations(1))[0].state, store::OperationState::Failed);
        QVERIFY((*program.records->record(rich.id))->takenDownAtMs > 0);
    }

    void aSubscriptionKeepsItsDiscountsInTheMirror()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
        const QString coupon = rich.ask("POST", "/v1/coupons", "percent_off=20&duration=forever").value("id").toString();
        rich.ask("POST", "/v1/subscriptions/" + rich.byCard, "discounts[0][coupon]=" + coupon.toUtf8());
        CancelRequest wish{rich.byCard};
        wish.atPeriodEnd = true;
        const CancelOutcome outcome = program.cancel(wish);
        QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
        const auto known = program.mirror->reader().subscription(rich.byCard);
        QVERIFY(known && *known && (*known)->cancelAtPeriodEnd);
        // An id alone would take its MRR away until the next sync.
        QCOMPARE((*known)->discounts.size(), 1);
        QCOMPARE((*known)->discounts[0].coupon->percentOff, QStringLiteral("20"));
    }

    void aKeyThatMayNotReadInvoicesStillPlans()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
        program.transport.intercept = [](const http::Request& request, int) {
            return request.url.path().startsWith("/v1/invoice") ? answerWith(403, "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"No.\"}}") : std::nullopt;
        };
        const auto plan = program.plan(rich.id);
        QVERIFY2(plan, plan ? "" : qPrintable(plan.error().message));
        QCOMPARE(plan->notReadable, QStringList{"invoices"});
        QVERIFY(plan->remainders.empty() && plan->cancels.size() == 1);
        // What cannot be seen cannot be done with: nothing is begun.
        QCOMPARE(program.takeDown(rich.everything()).error->code, QStringLiteral("remainders_not_readable"));
        QCOMPARE(stripe.living(rich.id), 1);
        QVERIFY(!program.takeDown(rich.id, false).error);
    }
};

CH_TEST(TstTakedownSteps)
#include "tst_TakedownSteps.moc"
