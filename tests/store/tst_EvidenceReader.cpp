// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger asks of the lists beside subscriptions and invoices.
#include "store/StoreObjects.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::test;
using namespace ch::store;

namespace {

QByteArray chargeJson(const char* id, const char* intent, const char* status, qint64 created, const char* currency = "usd", const char* method = "card")
{
    return QStringLiteral("{\"id\":\"%1\",\"object\":\"charge\",\"customer\":\"cus_1\",\"payment_intent\":\"%2\",\"status\":\"%3\",\"paid\":%4,\"currency\":\"%5\",\"amount\":500,\"created\":%6,"
                          "\"livemode\":false,\"payment_method_details\":{\"type\":\"%7\"}}")
        .arg(QString::fromLatin1(id), QString::fromLatin1(intent), QString::fromLatin1(status), qstrcmp(status, "succeeded") == 0 ? QStringLiteral("true") : QStringLiteral("false"),
            QString::fromLatin1(currency)).arg(created).arg(QString::fromLatin1(method)).toUtf8();
}

QByteArray paymentJson(const char* id, const char* invoice, const char* intent)
{
    return QByteArray("{\"id\":\"") + id + "\",\"object\":\"invoice_payment\",\"invoice\":\"" + invoice + "\",\"status\":\"paid\",\"currency\":\"usd\",\"amount_paid\":500,\"created\":5,\"livemode\":false,"
        "\"payment\":{\"type\":\"payment_intent\",\"payment_intent\":\"" + intent + "\"}}";
}

QByteArray transactionJson(const char* id, const char* source, const char* rate, qint64 created = 5)
{
    return QByteArray("{\"id\":\"") + id + "\",\"object\":\"balance_transaction\",\"type\":\"charge\",\"source\":\"" + source + "\",\"amount\":540,\"currency\":\"usd\",\"exchange_rate\":" + rate +
        ",\"fee\":30,\"net\":510,\"created\":" + QByteArray::number(created) + ",\"available_on\":9}";
}

QByteArray scheduleJson(const char* id, const char* subscription, const QByteArray& rest = "\"test_clock\":null", const char* status = "active")
{
    return QByteArray("{\"id\":\"") + id + "\",\"object\":\"subscription_schedule\",\"customer\":\"cus_1\",\"subscription\":\"" + subscription + "\",\"status\":\"" + status +
        "\",\"end_behavior\":\"cancel\",\"created\":5,\"livemode\":false," + rest + ",\"phases\":[{\"start_date\":10,\"end_date\":20,\"items\":[{\"price\":\"price_1\",\"quantity\":2},"
        "{\"price\":\"price_m\"}]},{\"start_date\":20,\"end_date\":30,\"items\":[{\"price\":\"price_2\",\"quantity\":1}]}]}";
}

} // namespace

class TstEvidenceReader : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void phasesInTheirOrder()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        const auto asked = [&] {
            QStringList told;
            const Status read = mirror->reader().forEachScheduledItem({}, [&told](const MirrorReader::ScheduledItem& item) {
                told << QString::fromStdString(std::string(item.scheduleId) + ' ' + std::string(item.subscriptionId) + ' ' + std::string(item.status) + ' ' + std::string(item.endBehavior) + ' '
                    + std::string(item.priceId) + ' ' + std::to_string(item.phase) + ' ' + std::to_string(item.phaseStart) + '-' + std::to_string(item.phaseEnd) + " x"
                    + (item.quantity ? std::to_string(*item.quantity) : "-") + ' ' + std::to_string(item.endedAt));
            });
            return read ? told : QStringList(read.error().message);
        };
        Batch batch = batchAt(1000);
        batch.schedules.push_back(received<stripe::SubscriptionSchedule>(scheduleJson("sub_sched_1", "sub_1")));
        batch.schedules.push_back(received<stripe::SubscriptionSchedule>(scheduleJson("sub_sched_clock", "sub_2", "\"test_clock\":\"clock_1\"")));
        QVERIFY(mirror->apply(batch));
        QCOMPARE(asked(), QStringList({"sub_sched_1 sub_1 active cancel price_1 0 10-20 x2 0", "sub_sched_1 sub_1 active cancel price_m 0 10-20 x- 0",
                              "sub_sched_1 sub_1 active cancel price_2 1 20-30 x1 0"}));
        QCOMPARE(mirror->reader().counts()->schedules, 1);
        // Newest wins, and the phases of before are gone.
        QByteArray released = scheduleJson("sub_sched_1", "sub_1", "\"released_at\":22", "released");
        released.replace(",{\"price\":\"price_m\"}", "");
        batch = batchAt(2000);
        batch.schedules.push_back(received<stripe::SubscriptionSchedule>(released));
        QVERIFY(mirror->apply(batch));
        batch = batchAt(1500); // an answer that comes late
        batch.schedules.push_back(received<stripe::SubscriptionSchedule>(scheduleJson("sub_sched_1", "sub_1")));
        QVERIFY(mirror->apply(batch));
        QCOMPARE(asked(), QStringList({"sub_sched_1 sub_1 released cancel price_1 0 10-20 x2 22", "sub_sched_1 sub_1 released cancel price_2 1 20-30 x1 22"}));
    }

    void attemptsOfInvoicesThatHadATroubledOne()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = batchAt(1000);
        for (const char* id : {"in_1", "in_2", "in_3"}) {
            batch.invoices.push_back(received<stripe::Invoice>(invoiceJson(QString::fromLatin1(id), "cus_1", "sub_1", 500, 100)));
        }
        batch.charges.push_back(received<stripe::Charge>(chargeJson("ch_bad", "pi_1", "failed", 110)));
        batch.charges.push_back(received<stripe::Charge>(chargeJson("ch_debit", "pi_1b", "failed", 120, "usd", "sepa_debit"))); // the same invoice by another intent
        batch.charges.push_back(received<stripe::Charge>(chargeJson("ch_wait", "pi_1", "pending", 125)));
        batch.charges.push_back(received<stripe::Charge>(chargeJson("ch_good", "pi_1", "succeeded", 130)));
        batch.charges.push_back(received<stripe::Charge>(chargeJson("ch_fine", "pi_2", "succeeded", 105))); // paid at once
        batch.charges.push_back(received<stripe::Charge>(chargeJson("ch_alone", "", "failed", 106)));       // of no invoice
        batch.invoicePayments.push_back(received<stripe::InvoicePayment>(paymentJson("inpay_1", "in_1", "pi_1")));
        batch.invoicePayments.push_back(received<stripe::InvoicePayment>(paymentJson("inpay_1b", "in_1", "pi_1b")));
        batch.invoicePayments.push_back(received<stripe::InvoicePayment>(paymentJson("inpay_2", "in_2", "pi_2")));
        batch.invoicePayments.push_back(received<stripe::InvoicePayment>(paymentJson("inpay_3", "in_3", "")));
        QVERIFY(mirror->apply(batch));
        QStringList told;
        QVERIFY(mirror->reader().forEachPaymentAttempt({}, [&told](const MirrorReader::PaymentAttempt& one) {
            told << QStringLiteral("%1 %2 %3 %4 %5 %6 %7 %8").arg(QString::fromUtf8(one.chargeId.data(), qsizetype(one.chargeId.size())), QString::fromUtf8(one.invoiceId.data(), qsizetype(one.invoiceId.size())),
                QString::fromUtf8(one.subscriptionId.data(), qsizetype(one.subscriptionId.size())), QString::fromUtf8(one.billingReason.data(), qsizetype(one.billingReason.size())))
                        .arg(one.created).arg(one.invoicePaidAt).arg(one.succeeded ? "ok" : "failed").arg(one.atOnce ? "at once" : "later");
        }));
        QCOMPARE(told, QStringList({"ch_bad in_1 sub_1 subscription_cycle 110 100 failed at once", "ch_debit in_1 sub_1 subscription_cycle 120 100 failed later",
                           "ch_good in_1 sub_1 subscription_cycle 130 100 ok at once"}));
    }

    void ratesThatWereReallyUsed()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = batchAt(1000);
        batch.charges.push_back(received<stripe::Charge>(chargeJson("ch_eur", "pi_1", "succeeded", 5, "eur")));
        batch.charges.push_back(received<stripe::Charge>(chargeJson("ch_usd", "pi_2", "succeeded", 5)));
        batch.refunds.push_back(received<stripe::Refund>("{\"id\":\"re_1\",\"object\":\"refund\",\"charge\":\"ch_eur\",\"status\":\"succeeded\",\"amount\":100,\"currency\":\"eur\",\"created\":7}"));
        batch.balanceTransactions.push_back(received<stripe::BalanceTransaction>(transactionJson("txn_2", "re_1", "1.09", 7)));
        batch.balanceTransactions.push_back(received<stripe::BalanceTransaction>(transactionJson("txn_1", "ch_eur", "1.0800000000000001")));
        batch.balanceTransactions.push_back(received<stripe::BalanceTransaction>(transactionJson("txn_3", "ch_usd", "null")));
        batch.balanceTransactions.push_back(received<stripe::BalanceTransaction>(transactionJson("txn_4", "po_1", "1.5"))); // of what, is not known
        QVERIFY(mirror->apply(batch));
        QStringList told;
        QVERIFY(mirror->reader().forEachExchangeRate([&told](const MirrorReader::ExchangeRate& one) {
            told << QString::fromStdString(std::string(one.transactionId) + ' ' + std::string(one.sourceId) + ' ' + std::string(one.from) + ">" + std::string(one.to) + ' ' + std::string(one.rate) + ' '
                + std::to_string(one.created));
        }));
        QCOMPARE(told, QStringList({"txn_1 ch_eur eur>usd 1.0800000000000001 5", "txn_2 re_1 eur>usd 1.09 7"}));
    }

    void discountsWhereverTheyWereNamed()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = batchAt(1000);
        QByteArray subscription = subscriptionJson("sub_1", "cus_1", "active", "price_1");
        subscription.replace("\"discounts\":[],\"items\"", "\"discounts\":[{\"id\":\"di_now\",\"object\":\"discount\",\"start\":5,\"end\":null,\"source\":{\"type\":\"coupon\",\"coupon\":{\"id\":\"co_1\","
                                                           "\"object\":\"coupon\",\"percent_off\":10,\"duration\":\"forever\"}}}],\"items\"");
        batch.subscriptions.push_back(received<stripe::Subscription>(subscription));
        QByteArray invoice = invoiceJson("in_1", "cus_1", "sub_1", 500);
        invoice.insert(1, "\"total_discount_amounts\":[{\"amount\":5,\"discount\":{\"id\":\"di_past\",\"object\":\"discount\",\"deleted\":true,\"customer\":\"cus_1\",\"subscription\":\"sub_1\",\"start\":3,"
                          "\"source\":{\"type\":\"coupon\",\"coupon\":\"co_2\"}}}],");
        batch.invoices.push_back(received<stripe::Invoice>(invoice));
        QVERIFY(mirror->apply(batch));
        QStringList told;
        QVERIFY(mirror->reader().forEachDiscount({}, [&told](const MirrorReader::KnownDiscount& one) {
            told << QString::fromStdString(std::string(one.id) + ' ' + std::string(one.couponId) + ' ' + std::string(one.customerId) + ' ' + std::string(one.subscriptionId) + ' ' + std::to_string(one.start));
        }));
        QCOMPARE(told, QStringList({"di_now co_1 cus_1 sub_1 5", "di_past co_2 cus_1 sub_1 3"}));
    }
};

CH_TEST(TstEvidenceReader)
#include "tst_EvidenceReader.moc"
