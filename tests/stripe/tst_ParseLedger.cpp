// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger reads beside subscriptions and invoices, as Stripe's types have it (cjs/resources/*.d.ts), ids and expanded.
#include "stripe/Parse.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::stripe;

namespace {

template <typename T>
T parsed(const QByteArray& json)
{
    const Result<T> object = parseObject<T>(json);
    if (!object) {
        qFatal("%s in %s", qPrintable(object.error().message), json.constData());
    }
    return *object;
}

} // namespace

class TstParseLedger : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void schedulesWithTheirPhases()
    {
        const auto schedule = parsed<SubscriptionSchedule>(R"({"id":"sub_sched_1","object":"subscription_schedule","created":10,"customer":"cus_1","subscription":null,
            "released_subscription":"sub_1","released_at":90,"canceled_at":null,"completed_at":null,"status":"released","end_behavior":"release","livemode":false,"test_clock":null,
            "phases":[{"start_date":10,"end_date":50,"currency":"USD","trial_end":20,"discounts":[{"coupon":{"id":"co_1","object":"coupon"},"discount":null,"promotion_code":null}],
              "items":[{"price":{"id":"price_1","object":"price"},"quantity":3,"discounts":[{"coupon":"co_2"}]},{"price":"price_2","discounts":[]}]},
             {"start_date":50,"end_date":90,"currency":"usd","trial_end":null,"discounts":[],"items":[]}]})");
        QCOMPARE(schedule.subscriptionId, QString("sub_1"));
        QCOMPARE(schedule.status, QString("released"));
        QCOMPARE(schedule.endBehavior, QString("release"));
        QCOMPARE(schedule.releasedAt.value(), 90);
        QVERIFY(!schedule.completedAt);
        QCOMPARE(schedule.phases.size(), size_t(2));
        const SchedulePhase& first = schedule.phases[0];
        QCOMPARE(first.start, 10);
        QCOMPARE(first.end, 50);
        QCOMPARE(first.trialEnd.value(), 20);
        QCOMPARE(first.currency, QString("usd"));
        QCOMPARE(first.couponIds, QStringList("co_1"));
        QCOMPARE(first.items[0].priceId, QString("price_1"));
        QCOMPARE(first.items[0].quantity.value(), 3);
        QCOMPARE(first.items[0].couponIds, QStringList("co_2"));
        QVERIFY(!first.items[1].quantity);
        QVERIFY(!schedule.phases[1].trialEnd);
    }

    void aRateIsTheTextThatCame()
    {
        const QByteArray json = R"({"id":"txn_1","object":"balance_transaction","amount":1080,"currency":"usd","exchange_rate":1.0800000000000001,"fee":61,"net":1019,"type":"charge",
            "source":{"id":"ch_1","object":"charge"},"created":5,"available_on":7})";
        const auto transaction = parsed<BalanceTransaction>(json);
        QCOMPARE(transaction.exchangeRate, QString("1.0800000000000001"));
        QCOMPARE(transaction.sourceId, QString("ch_1"));
        QCOMPARE(transaction.net, 1019);
        QCOMPARE(transaction.fee, 61);
        QByteArray none = json;
        none.replace("1.0800000000000001", "null");
        QVERIFY(parsed<BalanceTransaction>(none).exchangeRate.isEmpty());
        none.replace("null", "[]");
        QVERIFY(!parseObject<BalanceTransaction>(none));
    }

    void chargesRefundsAndNotes()
    {
        const auto charge = parsed<Charge>(R"({"id":"ch_1","object":"charge","amount":500,"amount_captured":0,"amount_refunded":0,"balance_transaction":null,"created":7,"currency":"eur",
            "customer":"cus_1","failure_code":"card_declined","payment_intent":"pi_1","payment_method":"pm_1","payment_method_details":{"type":"card","card":{}},"paid":false,"status":"failed",
            "disputed":false,"livemode":false})");
        QCOMPARE(charge.status, QString("failed"));
        QCOMPARE(charge.failureCode, QString("card_declined"));
        QCOMPARE(charge.methodType, QString("card"));
        QCOMPARE(charge.paymentMethodId, QString("pm_1"));
        QVERIFY(charge.balanceTransactionId.isEmpty());
        QCOMPARE(charge.created, 7);
        QCOMPARE(charge.amount, 500);
        const auto refund = parsed<Refund>(R"({"id":"re_1","object":"refund","amount":5,"balance_transaction":"txn_2","charge":"ch_1","created":8,"currency":"eur","customer":"cus_1",
            "failure_reason":"expired_or_canceled_card","metadata":null,"payment_intent":"pi_1","status":"failed"})");
        QCOMPARE(refund.balanceTransactionId, QString("txn_2"));
        QCOMPARE(refund.customerId, QString("cus_1"));
        QCOMPARE(refund.failureReason, QString("expired_or_canceled_card"));
        const auto note = parsed<CreditNote>(R"({"id":"cn_1","object":"credit_note","amount":9,"created":8,"currency":"eur","customer":"cus_1","invoice":{"id":"in_1","object":"invoice"},
            "livemode":true,"reason":"duplicate","status":"void","type":"pre_payment","voided_at":9})");
        QCOMPARE(note.invoiceId, QString("in_1"));
        QCOMPARE(note.status, QString("void"));
        QCOMPARE(note.voidedAt.value(), 9);
        QVERIFY(note.livemode);
        const auto payment = parsed<InvoicePayment>(R"({"id":"inpay_1","object":"invoice_payment","amount_paid":null,"amount_requested":5,"created":4,"currency":"eur","invoice":"in_1","is_default":true,
            "livemode":false,"payment":{"type":"charge","charge":"ch_2"},"status":"open"})");
        QCOMPARE(payment.chargeId, QString("ch_2"));
        QCOMPARE(payment.created, 4);
        const auto method = parsed<PaymentMethod>(R"({"id":"pm_1","object":"payment_method","type":"card","customer":null,"created":3,"livemode":false,
            "card":{"brand":"visa","country":"DE","exp_month":8,"exp_year":2031,"last4":"4242"}})");
        QCOMPARE(method.cardBrand, QString("visa"));
        QCOMPARE(method.cardCountry, QString("DE"));
        QCOMPARE(method.expiryYear, 2031);
    }

    void anInvoicesDiscountsAlsoThoseThatAreGone()
    {
        const auto invoice = parsed<Invoice>(R"({"id":"in_1","object":"invoice","customer":"cus_1","status":"paid","currency":"usd","total":5,"created":7,"livemode":false,
            "total_discount_amounts":[{"amount":5,"discount":{"id":"di_1","object":"discount","deleted":true,"customer":"cus_1","subscription":"sub_1","subscription_item":null,"start":3,
              "source":{"type":"coupon","coupon":"co_1"}}},{"amount":1,"discount":"di_2"}],"lines":{"object":"list","data":[],"has_more":false}})");
        QCOMPARE(invoice.discounts.size(), 1);
        QCOMPARE(invoice.discounts[0].id, QString("di_1"));
        QCOMPARE(invoice.discounts[0].couponId, QString("co_1"));
        QCOMPARE(invoice.discounts[0].subscriptionId, QString("sub_1"));
        QCOMPARE(invoice.discounts[0].start, 3);
        QVERIFY(invoice.discounts[0].subscriptionItem.isEmpty());
    }

    void anotherObjectIsRefused()
    {
        QVERIFY(!parseObject<SubscriptionSchedule>(R"({"id":"x","object":"subscription"})"));
        QVERIFY(!parseObject<BalanceTransaction>(R"({"id":"x","object":"charge"})"));
        QVERIFY(!parseObject<CreditNote>(R"({"object":"credit_note"})"));
        QVERIFY(!parsePage<SubscriptionSchedule>(R"({"object":"list","data":[{"id":"x","object":"charge"}],"has_more":false})"));
    }
};

CH_TEST(TstParseLedger)
#include "tst_ParseLedger.moc"
