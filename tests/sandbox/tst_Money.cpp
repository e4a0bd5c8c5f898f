// SPDX-License-Identifier: GPL-3.0-or-later
// Charges, refunds and the account's balance.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

class TstMoney : public QObject {
    Q_OBJECT

    static QByteArray chargeOf(Account& a, const QByteArray& subscription)
    {
        const auto got = a.get("/v1/subscriptions/" + subscription + "?expand[]=latest_invoice.payments.data.payment");
        const auto payment = got.json["latest_invoice"].toObject()["payments"].toObject()["data"].toArray()[0].toObject()["payment"].toObject();
        return a.get("/v1/payment_intents/" + payment["payment_intent"].toString().toLatin1()).json["latest_charge"].toString().toLatin1();
    }
    static QJsonObject entryOf(Account& a, const QByteArray& source)
    {
        return a.get("/v1/balance_transactions?source=" + source).data().at(0).toObject();
    }

private Q_SLOTS:
    void unknownCurrenciesAreRefused();
    void amountsBelowTheLeastAreRefused();
    void aPaidInvoiceHasAChargeAndAFee();
    void feesAreRoundedToACent_data();
    void feesAreRoundedToACent();
    void otherCurrenciesAreConverted();
    void everyAttemptIsACharge();
    void testCardsAreDeclinedInTheirOwnWords_data();
    void testCardsAreDeclinedInTheirOwnWords();
    void paidOutOfBandHasNone();
    void refundsInPartsAndNoMore();
    void refundsRefuseNonsense();
    void creditNotesOnOpenInvoices();
    void creditNotesOnPaidInvoices();
    void balanceIsWhatItsMovementsSay();
};

void TstMoney::aPaidInvoiceHasAChargeAndAFee()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), id = a.subscribe(customer, a.makePrice("2000")).id().toLatin1();
    const QByteArray charge = chargeOf(a, id);
    const auto got = a.get("/v1/charges/" + charge + "?expand[]=balance_transaction").json;
    QCOMPARE(got["amount"].toInteger(), 2000);
    QCOMPARE(got["status"].toString(), "succeeded");
    QVERIFY(got["paid"].toBool() && got["captured"].toBool() && !got["refunded"].toBool());
    QCOMPARE(got["customer"].toString().toLatin1(), customer);
    QCOMPARE(got["payment_method_details"].toObject()["card"].toObject()["last4"].toString(), "4242");
    const QJsonObject entry = got["balance_transaction"].toObject();
    QCOMPARE(entry["amount"].toInteger(), 2000);
    QCOMPARE(entry["fee"].toInteger(), 88); // 58 + 30
    QCOMPARE(entry["net"].toInteger(), 1912);
    QCOMPARE(entry["fee_details"].toArray()[0].toObject()["amount"].toInteger(), 88);
    QCOMPARE(entry["source"].toString().toLatin1(), charge);
    QCOMPARE(entry["status"].toString(), "pending");
    QCOMPARE(a.get("/v1/charges?customer=" + customer).data().size(), 1);
    QCOMPARE(a.get("/v1/events?type=charge.succeeded").data().size(), 1);
    a.clock.advance(2LL * 86400 * 1000);
    QCOMPARE(entryOf(a, charge)["status"].toString(), "available");
    QCOMPARE(a.get("/v1/charges/ch_none").status, 404);
}

void TstMoney::feesAreRoundedToACent_data()
{
    QTest::addColumn<QByteArray>("amount");
    QTest::addColumn<qint64>("fee");
    QTest::newRow("50 cents") << QByteArray("50") << qint64(31);     // 1.45
    QTest::newRow("half up") << QByteArray("500") << qint64(45);     // 14.5
    QTest::newRow("below half") << QByteArray("1010") << qint64(59); // 29.29
    QTest::newRow("large") << QByteArray("99999999") << qint64(2900030);
}

void TstMoney::feesAreRoundedToACent()
{
    QFETCH(QByteArray, amount);
    QFETCH(qint64, fee);
    Account a(Account::empty());
    const auto intent = a.post("/v1/payment_intents", "amount=" + amount + "&currency=usd&payment_method=pm_card_visa&confirm=true");
    QCOMPARE(entryOf(a, intent.json["latest_charge"].toString().toLatin1())["fee"].toInteger(), fee);
}

void TstMoney::otherCurrenciesAreConverted()
{
    Account a(Account::empty());
    const auto intent = a.post("/v1/payment_intents", "amount=1000&currency=eur&payment_method=pm_card_visa&confirm=true");
    const QJsonObject entry = entryOf(a, intent.json["latest_charge"].toString().toLatin1());
    QCOMPARE(entry["currency"].toString(), "usd");
    QCOMPARE(entry["amount"].toInteger(), 1080);
    QCOMPARE(entry["exchange_rate"].toDouble(), 1.08);
    QCOMPARE(entry["fee"].toInteger(), 61); // 31.32 + 30
    QCOMPARE(a.get("/v1/balance").json["pending"].toArray()[0].toObject()["amount"].toInteger(), 1080 - 61);
}

void TstMoney::everyAttemptIsACharge()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer("pm_card_chargeCustomerFail");
    a.subscribe(customer, a.makePrice(), "&trial_period_days=1");
    a.clock.advance((5LL * 86400 + 3600) * 1000); // the first attempt and one retry
    const auto charges = a.get("/v1/charges?customer=" + customer).data();
    QCOMPARE(charges.size(), 2);
    for (const QJsonValue& value : charges) {
        const QJsonObject charge = value.toObject();
        QCOMPARE(charge["status"].toString(), "failed");
        QCOMPARE(charge["failure_code"].toString(), "card_declined");
        QCOMPARE(charge["outcome"].toObject()["reason"].toString(), "generic_decline");
        QVERIFY(charge["balance_transaction"].isNull() && !charge["paid"].toBool());
    }
    const auto intent = a.get("/v1/payment_intents/" + charges[0].toObject()["payment_intent"].toString().toLatin1()).json;
    QCOMPARE(intent["latest_charge"], charges[0].toObject()["id"]); // the newest
    QCOMPARE(intent["last_payment_error"].toObject()["charge"], charges[0].toObject()["id"]);
    QCOMPARE(a.get("/v1/events?type=charge.failed").data().size(), 2);
    QCOMPARE(a.get("/v1/balance_transactions").data().size(), 0);
}

void TstMoney::testCardsAreDeclinedInTheirOwnWords_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("reason");
    QTest::newRow("pm_card_visa_chargeDeclined") << "card_declined" << "generic_decline";
    QTest::newRow("pm_card_visa_chargeDeclinedInsufficientFunds") << "card_declined" << "insufficient_funds";
    QTest::newRow("pm_card_visa_chargeDeclinedLostCard") << "card_declined" << "lost_card";
    QTest::newRow("pm_card_visa_chargeDeclinedStolenCard") << "card_declined" << "stolen_card";
    QTest::newRow("pm_card_chargeDeclinedExpiredCard") << "expired_card" << "expired_card";
    QTest::newRow("pm_card_chargeDeclinedIncorrectCvc") << "incorrect_cvc" << "incorrect_cvc";
    QTest::newRow("pm_card_chargeDeclinedProcessingError") << "processing_error" << "processing_error";
    QTest::newRow("pm_card_visa_chargeDeclinedVelocityLimitExceeded") << "card_declined" << "card_velocity_exceeded";
}

void TstMoney::testCardsAreDeclinedInTheirOwnWords()
{
    QFETCH(QString, code);
    QFETCH(QString, reason);
    const QByteArray token = QTest::currentDataTag();
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer();
    for (const auto& got : {a.post("/v1/payment_methods/" + token + "/attach", "customer=" + customer),
                            a.post("/v1/customers", "payment_method=" + token),
                            a.post("/v1/payment_intents", "amount=700&currency=usd&confirm=true&payment_method=" + token)}) {
        QCOMPARE(got.status, 402);
        QCOMPARE(got.error()["type"].toString(), "card_error");
        QCOMPARE(got.code(), code);
        QCOMPARE(got.error()["decline_code"].toString(), reason);
    }
    QCOMPARE(a.get("/v1/customers").data().size(), 1); // none was made with such a card
    const auto intent = a.get("/v1/payment_intents").data().at(0).toObject(); // it stays, and can be tried with another
    QCOMPARE(intent["status"].toString(), "requires_payment_method");
    QCOMPARE(intent["last_payment_error"].toObject()["decline_code"].toString(), reason);
    const auto charge = a.get("/v1/charges/" + intent["latest_charge"].toString().toLatin1()).json;
    QCOMPARE(charge["failure_code"].toString(), code);
    QCOMPARE(charge["outcome"].toObject()["reason"].toString(), reason);
    const auto paid = a.post("/v1/payment_intents/" + intent["id"].toString().toLatin1() + "/confirm", "payment_method=pm_card_amex");
    QCOMPARE(paid.json["status"].toString(), "succeeded");
    QVERIFY(paid.json["last_payment_error"].isNull());
    QCOMPARE(a.post("/v1/payment_methods/pm_card_ofMine/attach", "customer=" + customer).status, 400);
}

void TstMoney::paidOutOfBandHasNone()
{
    Account a(Account::empty());
    const auto made = a.subscribe(a.makeCustomer(), a.makePrice(), "&collection_method=send_invoice&days_until_due=5");
    a.post("/v1/invoices/" + made.json["latest_invoice"].toString().toLatin1() + "/pay", "paid_out_of_band=true");
    QCOMPARE(a.get("/v1/charges").data().size(), 0);
    QCOMPARE(a.get("/v1/balance_transactions").data().size(), 0);
}

void TstMoney::refundsInPartsAndNoMore()
{
    Account a(Account::empty());
    const auto intent = a.post("/v1/payment_intents", "amount=1012&currency=eur&payment_method=pm_card_visa&confirm=true");
    const QByteArray charge = intent.json["latest_charge"].toString().toLatin1();
    const auto first = a.post("/v1/refunds", "charge=" + charge + "&amount=506&reason=requested_by_customer&metadata[why]=late");
    QCOMPARE(first.json["status"].toString(), "succeeded");
    QCOMPARE(first.json["metadata"].toObject()["why"].toString(), "late");
    QCOMPARE(first.json["payment_intent"].toString(), intent.id());
    auto now = a.get("/v1/charges/" + charge + "?expand[]=refunds").json;
    QCOMPARE(now["amount_refunded"].toInteger(), 506);
    QVERIFY(!now["refunded"].toBool());
    QCOMPARE(now["refunds"].toObject()["data"].toArray()[0].toObject()["id"].toString(), first.id());
    QCOMPARE(a.post("/v1/refunds", "charge=" + charge + "&amount=507").param(), "amount");
    QCOMPARE(a.post("/v1/refunds", "payment_intent=" + intent.id().toLatin1()).json["amount"].toInteger(), 506); // the rest
    QVERIFY(a.get("/v1/charges/" + charge).json["refunded"].toBool());
    QCOMPARE(a.post("/v1/refunds", "charge=" + charge).code(), "charge_already_refunded");
    qint64 back = 0;
    for (const QJsonValue& entry : a.get("/v1/balance_transactions?type=refund").data()) {
        QCOMPARE(entry.toObject()["fee"].toInteger(), 0);
        back += entry.toObject()["amount"].toInteger();
    }
    QCOMPARE(back, -entryOf(a, charge)["amount"].toInteger()); // both parts, each converted, are the whole
    QCOMPARE(a.get("/v1/refunds?charge=" + charge).data().size(), 2);
    QCOMPARE(a.get("/v1/events?type=charge.refunded").data().size(), 2);
    const auto event = a.get("/v1/events?type=charge.refunded").data()[1].toObject()["data"].toObject();
    QCOMPARE(event["previous_attributes"].toObject()["amount_refunded"].toInteger(), 0);
    QCOMPARE(a.get("/v1/events?type=refund.created").data().size(), 2);
    QCOMPARE(a.post("/v1/refunds/" + first.id().toLatin1(), "metadata[a]=b").json["metadata"].toObject().size(), 2);
}

void TstMoney::refundsRefuseNonsense()
{
    Account a(Account::empty());
    QCOMPARE(a.post("/v1/refunds", "amount=5").code(), "parameter_missing");
    QCOMPARE(a.post("/v1/refunds", "charge=ch_none").code(), "resource_missing");
    QCOMPARE(a.post("/v1/refunds", "charge=ch_none&reason=bored").param(), "reason");
    const auto waiting = a.post("/v1/payment_intents", "amount=500&currency=usd");
    QCOMPARE(a.post("/v1/refunds", "payment_intent=" + waiting.id().toLatin1()).status, 400);
    a.post("/v1/payment_intents/" + waiting.id().toLatin1() + "/confirm", "payment_method=pm_card_chargeCustomerFail");
    const QByteArray failed = a.get("/v1/payment_intents/" + waiting.id().toLatin1()).json["latest_charge"].toString().toLatin1();
    QVERIFY(!failed.isEmpty());
    QCOMPARE(a.post("/v1/refunds", "charge=" + failed).status, 400);
    QCOMPARE(a.get("/v1/refunds").data().size(), 0);
}

void TstMoney::creditNotesOnOpenInvoices()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer("pm_card_chargeCustomerFail");
    const auto made = a.subscribe(customer, a.makePrice("1000"));
    const QByteArray invoice = made.json["latest_invoice"].toString().toLatin1();
    QCOMPARE(a.post("/v1/credit_notes", "invoice=" + invoice).param(), "amount");
    QCOMPARE(a.post("/v1/credit_notes", "amount=1001&invoice=" + invoice).status, 400);
    QCOMPARE(a.post("/v1/credit_notes", "amount=400&refund_amount=400&invoice=" + invoice).status, 400);
    const auto note = a.post("/v1/credit_notes", "amount=400&reason=duplicate&memo=Sorry&invoice=" + invoice);
    QCOMPARE(note.json["type"].toString(), "pre_payment");
    QCOMPARE(note.json["pre_payment_amount"].toInteger(), 400);
    QVERIFY(note.json["number"].toString().endsWith("-0001-CN-01"));
    QCOMPARE(note.json["lines"].toObject()["data"].toArray()[0].toObject()["description"].toString(), "Sorry");
    auto now = a.get("/v1/invoices/" + invoice).json;
    QCOMPARE(now["amount_due"].toInteger(), 1000);
    QCOMPARE(now["amount_remaining"].toInteger(), 600);
    QCOMPARE(now["pre_payment_credit_notes_amount"].toInteger(), 400);
    QCOMPARE(a.post("/v1/credit_notes/" + note.id().toLatin1() + "/void").json["status"].toString(), "void");
    QCOMPARE(a.get("/v1/invoices/" + invoice).json["amount_remaining"].toInteger(), 1000);
    QCOMPARE(a.post("/v1/credit_notes/" + note.id().toLatin1() + "/void").status, 400);
    // What is left is charged; and when nothing is left the invoice is paid and the subscription active.
    a.post("/v1/credit_notes", "amount=300&invoice=" + invoice);
    const QByteArray good = a.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + customer).id().toLatin1();
    const auto paid = a.post("/v1/invoices/" + invoice + "/pay", "payment_method=" + good).json;
    QCOMPARE(paid["amount_paid"].toInteger(), 700);
    QCOMPARE(paid["amount_remaining"].toInteger(), 0);
    QCOMPARE(a.get("/v1/balance_transactions").data()[0].toObject()["amount"].toInteger(), 700);
    const auto other = a.subscribe(customer, a.makePrice("500"));
    QCOMPARE(other.json["status"].toString(), "incomplete");
    a.post("/v1/credit_notes", "amount=500&invoice=" + other.json["latest_invoice"].toString().toLatin1());
    QCOMPARE(a.get("/v1/subscriptions/" + other.id().toLatin1()).json["status"].toString(), "active");
    QCOMPARE(a.get("/v1/balance_transactions").data().size(), 1);
    QCOMPARE(a.get("/v1/credit_notes?invoice=" + invoice).data().size(), 2);
}

void TstMoney::creditNotesOnPaidInvoices()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const QByteArray id = a.subscribe(customer, a.makePrice("1000")).id().toLatin1();
    const QByteArray invoice = a.get("/v1/subscriptions/" + id).json["latest_invoice"].toString().toLatin1();
    QCOMPARE(a.post("/v1/credit_notes", "amount=500&refund_amount=200&invoice=" + invoice).status, 400); // 300 are nowhere
    const auto note = a.post("/v1/credit_notes", "amount=600&refund_amount=200&credit_amount=300&out_of_band_amount=100&invoice=" + invoice);
    QCOMPARE(note.json["type"].toString(), "post_payment");
    QCOMPARE(note.json["refunds"].toArray()[0].toObject()["amount_refunded"].toInteger(), 200);
    QCOMPARE(a.get("/v1/charges/" + chargeOf(a, id)).json["amount_refunded"].toInteger(), 200);
    QCOMPARE(a.get("/v1/customers/" + customer).json["balance"].toInteger(), -300);
    const auto now = a.get("/v1/invoices/" + invoice).json;
    QCOMPARE(now["post_payment_credit_notes_amount"].toInteger(), 600);
    QCOMPARE(now["amount_paid"].toInteger(), 1000); // an invoice stays as it was paid
    QCOMPARE(now["amount_remaining"].toInteger(), 0);
    QCOMPARE(a.post("/v1/credit_notes", "amount=401&credit_amount=401&invoice=" + invoice).status, 400);
    QCOMPARE(a.post("/v1/credit_notes", "amount=400&credit_amount=400&invoice=" + invoice).status, 200);
    QCOMPARE(a.get("/v1/events?type=credit_note.created").data().size(), 2);
    QCOMPARE(a.post("/v1/credit_notes/" + note.id().toLatin1(), "memo=Later").json["memo"].toString(), "Later");
    QCOMPARE(a.get("/v1/credit_notes/" + note.id().toLatin1() + "/lines").data().size(), 1);
}

void TstMoney::balanceIsWhatItsMovementsSay()
{
    Account a;
    const qint64 now = a.clock.nowSeconds();
    qint64 available = 0, pending = 0;
    for (const QJsonObject& entry : a.walk("/v1/balance_transactions", "created[gt]=" + QByteArray::number(now - 9 * 86400))) {
        QCOMPARE(entry["net"].toInteger(), entry["amount"].toInteger() - entry["fee"].toInteger());
        (entry["status"].toString() == "available" ? available : pending) += entry["net"].toInteger();
    }
    const auto balance = a.get("/v1/balance").json;
    QVERIFY(available > 0 && pending > 0);
    QCOMPARE(balance["available"].toArray()[0].toObject()["amount"].toInteger(), available);
    QCOMPARE(balance["pending"].toArray()[0].toObject()["amount"].toInteger(), pending);
}

void TstMoney::unknownCurrenciesAreRefused()
{
    Account a(Account::empty());
    for (const auto& [path, body, param] : {std::tuple<QByteArray, QByteArray, const char*>{"/v1/payment_intents", "amount=500&currency=zzz", "currency"},
                                            {"/v1/prices", "currency=ZZZ&unit_amount=500&product_data[name]=P", "currency"},
                                            {"/v1/coupons", "duration=once&amount_off=5&currency=zzz", "currency"},
                                            {"/v1/invoiceitems", "customer=" + a.makeCustomer() + "&amount=5&currency=zzz", "currency"},
                                            {"/v1/payment_intents", "amount=500&currency=us", "currency"}}) {
        const auto got = a.post(path, body);
        QCOMPARE(got.status, 400);
        QCOMPARE(got.param(), param);
    }
    const auto got = a.post("/v1/payment_intents", "amount=500&currency=zzz");
    QVERIFY2(got.message().startsWith("Invalid currency: zzz. Stripe currently supports these currencies: usd, aed, afn, "), qPrintable(got.message()));
    QCOMPARE(a.post("/v1/payment_intents", "amount=5000&currency=ISK").json["currency"].toString(), "isk");
}

void TstMoney::amountsBelowTheLeastAreRefused()
{
    Account a(Account::empty());
    for (const auto& [currency, least, text] : {std::tuple<QByteArray, int, const char*>{"usd", 50, "$0.50 usd"}, {"eur", 50, "\u20ac0.50 eur"},
                                                {"gbp", 30, "\u00a30.30 gbp"}, {"jpy", 50, "\u00a550 jpy"}}) {
        const auto small = a.post("/v1/payment_intents", "amount=" + QByteArray::number(least - 1) + "&currency=" + currency);
        QCOMPARE(small.status, 400);
        QCOMPARE(small.code(), "amount_too_small");
        QCOMPARE(small.param(), "amount");
        QCOMPARE(small.message(), QString("Amount must be at least ") + QString::fromUtf8(text));
        QCOMPARE(a.post("/v1/payment_intents", "amount=" + QByteArray::number(least) + "&currency=" + currency).status, 200);
    }
    QCOMPARE(a.get("/v1/payment_intents").data().size(), 4); // nothing of a refused one stays
    const QByteArray intent = "/v1/payment_intents/" + a.post("/v1/payment_intents", "amount=30&currency=gbp").id().toLatin1();
    QCOMPARE(a.post(intent, "amount=29").code(), "amount_too_small");
    QCOMPARE(a.post(intent, "currency=usd").code(), "amount_too_small"); // the amount that it has
    QCOMPARE(a.get(intent).json["amount"].toInteger(), 30);
    QCOMPARE(a.get(intent).json["currency"].toString(), "gbp");
    QCOMPARE(a.post(intent, "amount=50&currency=usd").status, 200);
}

CH_TEST(TstMoney)
#include "tst_Money.moc"
