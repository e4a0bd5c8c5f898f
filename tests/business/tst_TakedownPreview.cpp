// SPDX-License-Identifier: GPL-3.0-or-later
// Take-downs of what is no more as the plan showed it: changed, paid, refunded or made elsewhere since. What nobody agreed to is left.
#include "business/RichBusiness.h"
#include "store/Faults.h"
#include "support/TestMain.h"
#include "sync/Backfill.h"

using namespace ch;
using namespace ch::business;
using namespace ch::test;

class TstTakedownPreview : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { store::skipSyncs(true); }
    void cleanupTestCase() { store::skipSyncs(false); }

    void whatHasChangedSinceThePreviewIsLeft_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("quantity") << "/v1/subscriptions/" << QByteArray("items[0][id]=ITEM&items[0][quantity]=3");
        QTest::newRow("price") << "/v1/subscriptions/" << QByteArray("items[0][id]=ITEM&items[0][price]=OTHER");
        QTest::newRow("status") << "/v1/subscriptions/PAUSE" << QByteArray("type=subscription");
    }

    void whatHasChangedSinceThePreviewIsLeft()
    {
        QFETCH(QString, path);
        QFETCH(QByteArray, body);
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program);
        TakedownRequest wish = rich.everything();
        wish.shown = *program.plan(rich.id);
        const QString itemId = rich.ask("GET", "/v1/subscriptions/" + rich.byCard).value("items").toObject().value("data").toArray().first().toObject().value("id").toString();
        const bool pauses = path.endsWith("PAUSE");
        const QJsonObject changed = rich.ask("POST", pauses ? "/v1/subscriptions/" + rich.byCard + "/pause" : path + rich.byCard, body.replace("ITEM", itemId.toUtf8()).replace("OTHER", rich.otherPrice.toUtf8()));
        QVERIFY2(!changed.contains("error"), QJsonDocument(changed).toJson().constData());
        const TakedownOutcome outcome = program.takeDown(wish);
        QCOMPARE(outcome.status, QStringLiteral("failed"));
        QCOMPARE(outcome.stripe, QStringLiteral("error:changed_since_preview"));
        QVERIFY(outcome.partly && outcome.note.contains(rich.byCard));
        QVERIFY(rich.statusOf(rich.byCard) != "canceled");
        QCOMPARE(rich.statusOf(rich.byInvoice), QStringLiteral("canceled"));
        QVERIFY(!rich.isDeleted() && !outcome.customerDeleted);
        QCOMPARE(rich.refunds().size(), 0); // its time goes on
        QCOMPARE(rich.invoiceStatus(rich.open), QStringLiteral("void"));
        QVERIFY(program.records->audit(1)->front().detail.contains("changed_since_preview"));
        QCOMPARE(program.records->audit(1)->front().outcome, QStringLiteral("partly"));
        QVERIFY(!*program.records->record(rich.id) || (*program.records->record(rich.id))->takenDownAtMs == 0);
        QCOMPARE(RichBusiness::counted(program), 1);
        rich.verifySettled(program);
        // Looked at again and agreed anew, it is done.
        const TakedownOutcome again = program.takeDown(rich.everything());
        QVERIFY2(!again.error, again.error ? qPrintable(again.error->message) : "");
        QVERIFY(again.customerDeleted);
        QCOMPARE(RichBusiness::counted(program), 2);
    }

    void aSubscriptionThatAppearedIsLeftWithItsCustomer()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
        TakedownRequest wish{rich.id, "test", true};
        wish.shown = *program.plan(rich.id);
        const QString appeared = rich.subscribe(rich.otherPrice, "");
        const TakedownOutcome outcome = program.takeDown(wish);
        QCOMPARE(outcome.stripe, QStringLiteral("error:changed_since_preview"));
        QVERIFY(outcome.partly && !outcome.customerDeleted && outcome.note.contains(appeared));
        QCOMPARE(rich.statusOf(appeared), QStringLiteral("active"));
        QCOMPARE(rich.statusOf(rich.byCard), QStringLiteral("canceled"));
        QVERIFY(!rich.isDeleted());
        QVERIFY(*program.mirror->reader().subscription(appeared)); // and it is shown from now on
    }

    void anInvoicePaidMeanwhileIsLeftAndSoIsTheCustomer()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program);
        TakedownRequest wish = rich.everything();
        wish.shown = *program.plan(rich.id);
        rich.ask("POST", "/v1/invoices/" + rich.open + "/pay", "paid_out_of_band=true");
        const TakedownOutcome outcome = program.takeDown(wish);
        QCOMPARE(outcome.status, QStringLiteral("taken_down")); // the subscriptions are
        QVERIFY(outcome.partly && outcome.error->code == QLatin1String("changed_since_preview"));
        QCOMPARE(rich.invoiceStatus(rich.open), QStringLiteral("paid"));
        QVERIFY(!rich.isDeleted());
        QCOMPARE(rich.refunds().size(), 1);
    }

    void aRefundMadeByHandMeanwhileIsSeen()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
        TakedownRequest wish = rich.everything();
        wish.shown = *program.plan(rich.id);
        for (const Remainder& remainder : wish.shown->remainders) {
            if (remainder.kind == RemainderKind::UnusedTime) {
                QVERIFY(!rich.ask("POST", "/v1/refunds", "amount=400&payment_intent=" + remainder.paymentIntentId.toUtf8()).contains("error"));
            }
        }
        const TakedownOutcome outcome = program.takeDown(wish);
        QVERIFY(outcome.partly && outcome.error->code == QLatin1String("changed_since_preview"));
        QCOMPARE(rich.refunds().size(), 0);
        QCOMPARE(rich.statusOf(rich.byCard), QStringLiteral("canceled"));
        rich.verifySettled(program);
    }

    void severalCustomersAreListedForAPersonToChoose()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
        RichBusiness other(stripe, program, QStringLiteral("biz-1"), false);
        const auto plan = program.plan("biz-1");
        QVERIFY(plan && plan->refusalCode == QLatin1String("conflict"));
        QCOMPARE(plan->customers.size(), 2U);
        QVERIFY(!plan->customers[0].name.isEmpty() && plan->customers[0].created > 0);
        const auto one = program.plan(other.customer);
        QVERIFY(one && one->refusal.isEmpty());
        QCOMPARE(one->customerIds, QStringList{other.customer});
        TakedownRequest wish{other.customer, "test", true};
        wish.shown = *one;
        QVERIFY(program.takeDown(wish).customerDeleted);
        QVERIFY(!rich.isDeleted() && other.isDeleted());
        QCOMPARE(rich.statusOf(rich.byCard), QStringLiteral("active"));
    }

    void aCustomerDeletedElsewhereIsNoConflict()
    {
        Stripe stripe;
        Program program(stripe);
        RichBusiness gone(stripe, program, QStringLiteral("biz-1"), false);
        RichBusiness rich(stripe, program, QStringLiteral("biz-1"), false);
        gone.ask("DELETE", "/v1/customers/" + gone.customer); // in the Dashboard: nobody here knows
        const TakedownOutcome outcome = program.takeDown({QStringLiteral("biz-1"), QStringLiteral("test"), true});
        QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
        QCOMPARE(outcome.stripe, QStringLiteral("cancelled"));
        QVERIFY(outcome.customerDeleted && rich.isDeleted());
        rich.verifySettled(program);
    }

    void whatAnotherComputerHasMadeSinceIsTakenDownToo()
    {
        Stripe stripe;
        Program here(stripe);
        Program there(stripe);
        here.ensure();
        const QString id = QStringLiteral("biz-1");
        const ProvisionOutcome first = here.provision(Program::requestOf(id));
        QVERIFY(!first.error);
        const auto summary = here.ended(new sync::Backfill(*here.client, *here.applier, stripe.clock, here.path, here.jobs.get()));
        QVERIFY2(summary && summary->complete, summary ? "" : qPrintable(summary.error().message));
        stripe.clock.advance(24LL * 3600 * 1000);
        // Taken down and made anew elsewhere: nobody here knows.
        const auto known = there.ended(new sync::Backfill(*there.client, *there.applier, stripe.clock, there.path, there.jobs.get()));
        QVERIFY(known && !there.takeDown(id, true).error);
        const ProvisionOutcome second = there.provision(Program::requestOf(id));
        QVERIFY(!second.error && second.customerId != first.customerId);
        QCOMPARE(stripe.living(id), 1);

        const auto plan = here.plan(id);
        QVERIFY2(plan && plan->refusal.isEmpty(), plan ? qPrintable(plan->refusal) : qPrintable(plan.error().message));
        QCOMPARE(plan->customerIds, QStringList{second.customerId});
        QCOMPARE(plan->cancels.size(), 1U);
        QCOMPARE(here.takeDown(id, false).stripe, QStringLiteral("cancelled"));
        QCOMPARE(stripe.living(id), 0);
    }
};

CH_TEST(TstTakedownPreview)
#include "tst_TakedownPreview.moc"
