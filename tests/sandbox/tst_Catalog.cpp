// SPDX-License-Identifier: GPL-3.0-or-later
// Products, prices, invoices by hand, payment intents and methods; calendar and arithmetic below them.
#include "sandbox/Account.h"
#include "sandbox/Amounts.h"
#include "sandbox/Endpoints.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;
using namespace ch::sandbox;

class TstCatalog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lookupKeysAreUniqueAndMove();
    void productsAndTheirIds();
    void pricesSayWhatIsWrong();
    void intentsCancelOnlyWhileOpen();
    void invoiceTransitions();
    void methodsBelongToOneCustomer();
    void monthsKeepTheirDay();
    void decimalsAreExact();
    void idsCannotBeGuessed();
    void everyEndpointAnswers();
    void neverChokesOnAnything();
};

void TstCatalog::lookupKeysAreUniqueAndMove()
{
    Account a(Account::empty());
    const QByteArray first = a.makePrice("100", "&lookup_key=k");
    const QByteArray more = "currency=usd&unit_amount=5&recurring[interval]=month&product_data[name]=P&lookup_key=k";
    const auto products = a.engine.counts().products;
    QVERIFY(a.post("/v1/prices", more).message().contains("already uses that lookup key"));
    QCOMPARE(a.engine.counts().products, products); // nothing half done
    const auto second = a.post("/v1/prices", more + "&transfer_lookup_key=true");
    QCOMPARE(second.json["lookup_key"].toString(), "k");
    QVERIFY(a.get("/v1/prices/" + first).json["lookup_key"].isNull());
    QCOMPARE(a.get("/v1/prices?lookup_keys[]=k").data()[0].toObject()["id"].toString(), second.id());
    QCOMPARE(a.post("/v1/prices/" + first, "lookup_key=k&transfer_lookup_key=true").json["lookup_key"].toString(), "k");
    QVERIFY(a.get("/v1/prices/" + second.id().toLatin1()).json["lookup_key"].isNull());
}

void TstCatalog::productsAndTheirIds()
{
    Account a(Account::empty());
    QCOMPARE(a.post("/v1/products", "name=P&id=my_product&images[]=https://example.com/a.png").id(), "my_product");
    QCOMPARE(a.post("/v1/products", "name=P&id=my_product").code(), "resource_already_exists");
    QCOMPARE(a.get("/v1/products/my_product").json["images"].toArray().size(), 1);
    a.post("/v1/prices", "currency=usd&unit_amount=5&product=my_product");
    QCOMPARE(a.del("/v1/products/my_product").status, 400); // it has a price
    a.post("/v1/products", "name=Q&id=other");
    QCOMPARE(a.del("/v1/products/other").json["deleted"].toBool(), true);
    QCOMPARE(a.get("/v1/products?ids[]=other&ids[]=my_product").data().size(), 1);
}

void TstCatalog::pricesSayWhatIsWrong()
{
    Account a(Account::empty());
    const QByteArray base = "currency=usd&product_data[name]=P";
    QCOMPARE(a.post("/v1/prices", base).code(), "parameter_missing");
    QCOMPARE(a.post("/v1/prices", base + "&unit_amount=1&unit_amount_decimal=1").code(), "parameters_exclusive");
    QCOMPARE(a.post("/v1/prices", "currency=usd&unit_amount=1").param(), "product");
    QCOMPARE(a.post("/v1/prices", base + "&unit_amount=1&recurring[interval]=year&recurring[interval_count]=4").status, 400);
    QCOMPARE(a.post("/v1/prices", base + "&unit_amount_decimal=0.1234567890123").status, 400); // thirteen decimals
    QCOMPARE(a.post("/v1/prices", base + "&billing_scheme=tiered&tiers_mode=volume&tiers[0][up_to]=5&tiers[0][unit_amount]=1").status, 400);
    const auto fine = a.post("/v1/prices", base + "&unit_amount_decimal=12.50&recurring[interval]=week");
    QCOMPARE(fine.json["unit_amount_decimal"].toString(), "12.5");
    QVERIFY(fine.json["unit_amount"].isNull());
    QCOMPARE(fine.json["recurring"].toObject()["interval"].toString(), "week");
}

void TstCatalog::intentsCancelOnlyWhileOpen()
{
    Account a(Account::empty());
    const QByteArray open = a.post("/v1/payment_intents", "amount=500&currency=usd").id().toLatin1();
    const auto canceled = a.post("/v1/payment_intents/" + open + "/cancel", "cancellation_reason=abandoned");
    QCOMPARE(canceled.json["status"].toString(), "canceled");
    QCOMPARE(canceled.json["cancellation_reason"].toString(), "abandoned");
    const auto again = a.post("/v1/payment_intents/" + open + "/cancel");
    QCOMPARE(again.status, 400);
    QCOMPARE(again.code(), "payment_intent_unexpected_state");
    const auto paid = a.post("/v1/payment_intents", "amount=500&currency=usd&payment_method=pm_card_visa&confirm=true");
    QCOMPARE(paid.json["status"].toString(), "succeeded");
    QCOMPARE(paid.json["amount_received"].toInteger(), 500);
    QVERIFY(a.post("/v1/payment_intents/" + paid.id().toLatin1() + "/cancel").message().startsWith("You cannot cancel this PaymentIntent because it has a status of succeeded."));
    QCOMPARE(a.post("/v1/payment_intents", "amount=500&currency=usd&payment_method=pm_card_chargeCustomerFail&confirm=true").status, 402);
}

void TstCatalog::invoiceTransitions()
{
    Account a(Account::empty());
    const auto made = a.subscribe(a.makeCustomer(), a.makePrice("700"), "&collection_method=send_invoice&days_until_due=14");
    const QByteArray path = "/v1/invoices/" + made.json["latest_invoice"].toString().toLatin1();
    QCOMPARE(a.post(path + "/void").status, 400); // a draft
    QVERIFY(a.get(path).json["number"].isNull());
    const auto open = a.post(path + "/finalize");
    QCOMPARE(open.json["status"].toString(), "open");
    QCOMPARE(open.json["due_date"].toInteger(), a.clock.nowSeconds() + 14 * 86400);
    QVERIFY(open.json["number"].toString().endsWith("-0001"));
    QCOMPARE(a.post(path + "/finalize").status, 400);
    QCOMPARE(a.post(path + "/pay").status, 400); // nothing to pay with
    QCOMPARE(a.post(path + "/mark_uncollectible").json["status"].toString(), "uncollectible");
    QCOMPARE(a.post(path + "/pay", "paid_out_of_band=true").json["status"].toString(), "paid");
    QCOMPARE(a.post(path + "/void").status, 400);
}

void TstCatalog::methodsBelongToOneCustomer()
{
    Account a(Account::empty());
    const QByteArray one = a.makeCustomer(), two = a.makeCustomer();
    const QByteArray method = a.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + one).id().toLatin1();
    QVERIFY(method != "pm_card_visa");
    QCOMPARE(a.post("/v1/payment_methods/" + method + "/attach", "customer=" + two).status, 400);
    QCOMPARE(a.post("/v1/customers/" + two, "invoice_settings[default_payment_method]=" + method).status, 400);
    QCOMPARE(a.post("/v1/customers/" + one, "invoice_settings[default_payment_method]=" + method).status, 200);
    QCOMPARE(a.get("/v1/customers/" + one + "/payment_methods").data().size(), 1);
    a.post("/v1/payment_methods/" + method + "/detach");
    QVERIFY(a.get("/v1/customers/" + one).json["invoice_settings"].toObject()["default_payment_method"].isNull());
    QCOMPARE(a.get("/v1/payment_methods?customer=" + one).data().size(), 0);
}

void TstCatalog::monthsKeepTheirDay()
{
    const auto at = [](const char* date) { return QDateTime::fromString(date, Qt::ISODate).toSecsSinceEpoch(); };
    const qint64 anchor = at("2024-01-31T10:00:00Z");
    QCOMPARE(stepFrom(anchor, Interval::Month, 1), at("2024-02-29T10:00:00Z"));
    QCOMPARE(stepFrom(anchor, Interval::Month, 2), at("2024-03-31T10:00:00Z")); // the day is not lost
    QCOMPARE(stepFrom(anchor, Interval::Month, 13), at("2025-02-28T10:00:00Z"));
    QCOMPARE(stepFrom(at("2024-02-29T00:00:00Z"), Interval::Year, 1), at("2025-02-28T00:00:00Z"));
    QCOMPARE(nextStep(anchor, Interval::Month, 1, at("2024-02-29T10:00:00Z")), at("2024-03-31T10:00:00Z"));
    QCOMPARE(nextStep(anchor, Interval::Month, 3, at("2025-01-01T00:00:00Z")), at("2025-01-31T10:00:00Z"));
    QCOMPARE(nextStep(anchor, Interval::Week, 1, anchor), anchor + 7 * 86400);
    QCOMPARE(addMonths(at("2024-03-31T01:02:03Z"), -1), at("2024-02-29T01:02:03Z"));
    for (qint64 day = -800; day < 40000; day += 13) {
        const QDate date = QDate(1970, 1, 1).addDays(day);
        QCOMPARE(addMonths(day * 86400, 5), date.addMonths(5).startOfDay(Qt::UTC).toSecsSinceEpoch());
    }
}

void TstCatalog::decimalsAreExact()
{
    for (const char* text : {"0", "12.5", "0.000000000001", "-3.25", "99999999.999999999999"})
        QCOMPARE(decimalText(parseDecimal(text).value()), text);
    for (const char* text : {"", ".", "1.2.3", "1e5", "0.0000000000001", "x"})
        QVERIFY(!parseDecimal(text));
    QCOMPARE(scaledRound(5, 1, 10), 1);
    QCOMPARE(scaledRound(-5, 1, 10), -1); // half away from zero
    QCOMPARE(scaledRound(4, 1, 10), 0);
}

void TstCatalog::idsCannotBeGuessed()
{
    const Ids ids(7), others(8);
    for (Index i = 0; i < 3000; ++i) {
        const QByteArray id = ids.make(Kind::Customer, i);
        QCOMPARE(ids.find(Kind::Customer, id), i);
        QCOMPARE(ids.find(Kind::Invoice, id), kNone);
        QCOMPARE(others.find(Kind::Customer, id), kNone);
        QByteArray wrong = id;
        wrong[6] = wrong[6] == 'a' ? 'b' : 'a';
        QCOMPARE(ids.find(Kind::Customer, wrong), kNone);
    }
}

void TstCatalog::everyEndpointAnswers()
{
    Account a;
    QCOMPARE(a.get("/v1/account").json["object"].toString(), "account");
    QCOMPARE(a.get("/v1/balance").json["available"].toArray().isEmpty(), false);
    for (const Endpoint& endpoint : endpoints()) {
        QByteArray path = endpoint.path;
        path.replace("{id}", "none");
        const auto got = a.send(endpoint.method, path);
        QVERIFY2(got.status == 200 || got.status == 400 || got.status == 404, path.constData());
        QVERIFY2(!got.message().startsWith("Unrecognized"), path.constData());
        QVERIFY2(!got.json.isEmpty(), path.constData());
    }
}

void TstCatalog::neverChokesOnAnything()
{
    // Random requests over the table's own parameter names and real ids: always an answer in JSON, never a crash.
    Account a;
    QRandomGenerator random(5);
    QList<QByteArray> ids{"none", "", "pm_card_visa", "%00"};
    for (const char* path : {"/v1/customers", "/v1/subscriptions", "/v1/invoices", "/v1/prices", "/v1/payment_intents", "/v1/coupons", "/v1/events"})
        ids.append(a.get(path + QByteArray("?limit=1")).data()[0].toObject()["id"].toString().toLatin1());
    const QList<QByteArray> values = ids + QList<QByteArray>{"1", "-1", "0", "true", "false", "now", "month", "usd", "99999999999999999999", "void", "all"};
    const auto any = [&random](const auto& list) { return list.at(random.bounded(list.size())); };
    for (int i = 0; i < 6000; ++i) {
        const Endpoint endpoint = any(endpoints());
        QByteArray path = endpoint.path, body;
        path.replace("{id}", any(ids));
        for (int n = random.bounded(5); n > 0; --n) {
            const Param param = any(endpoint.params);
            QByteArray name = param.name;
            if (param.type == ParamType::Hashes)
                name += "[0]";
            if (!param.children.isEmpty())
                name += '[' + any(param.children).name + ']';
            else if (param.type == ParamType::Texts || param.type == ParamType::TextMap)
                name += "[0]";
            body += name + '=' + any(values) + '&';
        }
        const bool post = endpoint.method == "POST";
        const auto got = a.send(endpoint.method, post ? path : path + '?' + body, post ? body : QByteArray());
        QVERIFY2(got.status >= 200 && got.status < 500 && !got.json.isEmpty(), (endpoint.method + char(32) + path + char(32) + body).constData());
    }
    QVERIFY(!a.engine.dump().isEmpty());
}

CH_TEST(TstCatalog)
#include "tst_Catalog.moc"
