// SPDX-License-Identifier: GPL-3.0-or-later
// Invoices by hand: drafts and their lines, finalized, paid, sent, voided or deleted; what advances by itself and what waits.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

class TstManualInvoices : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDraftTakesWhatWaits();
    void aDraftWaitsForAPersonUnlessItAdvances();
    void paymentsAreFoundByWhenTheyWereCreated();
    void sentInvoicesAreSentAndComeDue();
    void aFailingCardIsTriedAgain();
    void linesComeChangeAndGo();
    void finalizedOnesHardlyChange();
    void draftsOfPeopleAreDeleted();
    void discountsOfTheInvoice();
    void forOneSubscription();
    void wrongOnesAreRefused();
    void sentFirstInvoiceOfASubscription();
    void ofATestClock();

private:
    static QStringList types(Account& a, const QByteArray& object)
    {
        QStringList out;
        for (const QJsonObject& event : a.walk("/v1/events")) {
            if (event["data"].toObject()["object"].toObject()["id"].toString() == QString::fromLatin1(object))
                out.prepend(event["type"].toString());
        }
        return out;
    }
    static QByteArray draft(Account& a, const QByteArray& customer, const QByteArray& more = {})
    {
        a.post("/v1/invoiceitems", "customer=" + customer + "&amount=1200&currency=usd&description=Work");
        return a.post("/v1/invoices", "customer=" + customer + "&pending_invoice_items_behavior=include" + more).id().toLatin1();
    }
};

void TstManualInvoices::aDraftTakesWhatWaits()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    a.post("/v1/invoiceitems", "customer=" + customer + "&amount=1200&currency=usd");
    const auto without = a.post("/v1/invoices", "customer=" + customer + "&description=None&footer=F&metadata[k]=v&custom_fields[0][name]=PO&custom_fields[0][value]=7");
    QCOMPARE(without.status, 200);
    QCOMPARE(without.json["total"].toInteger(), 0);
    QCOMPARE(without.json["status"].toString(), "draft");
    QCOMPARE(without.json["billing_reason"].toString(), "manual");
    QCOMPARE(without.json["auto_advance"].toBool(), false);
    QVERIFY(without.json["parent"].isNull() && without.json["number"].isNull() && without.json["automatically_finalizes_at"].isNull());
    QCOMPARE(without.json["description"].toString(), "None");
    QCOMPARE(without.json["custom_fields"].toArray()[0].toObject()["value"].toString(), "7");
    const auto with = a.post("/v1/invoices", "customer=" + customer + "&pending_invoice_items_behavior=include");
    QCOMPARE(with.json["amount_due"].toInteger(), 1200);
    QCOMPARE(a.get("/v1/invoiceitems?invoice=" + with.id().toLatin1()).data().size(), 1);
    QCOMPARE(a.post("/v1/invoices", "customer=" + customer + "&pending_invoice_items_behavior=include").json["total"].toInteger(), 0); // once only
    const auto paid = a.post("/v1/invoices/" + with.id().toLatin1() + "/pay");
    QCOMPARE(paid.json["status"].toString(), "paid");
    QCOMPARE(paid.json["amount_paid"].toInteger(), 1200);
    QCOMPARE(types(a, with.id().toLatin1()), QStringList({"invoice.created", "invoice.updated", "invoice.finalized", "invoice.updated", "invoice.paid", "invoice.payment_succeeded"}));
    QCOMPARE(a.get("/v1/charges").data()[0].toObject()["amount"].toInteger(), 1200);
}

/// Which is when their invoice was finalized: that can be long after it was made, and after others were.
void TstManualInvoices::paymentsAreFoundByWhenTheyWereCreated()
{
    ch::sandbox::Options options;
    options.businesses = 120;
    options.months = 6;
    Account a(options);
    const QByteArray longAgo = draft(a, a.makePayer());
    a.clock.advance(70LL * 86400 * 1000);
    const QByteArray waited = draft(a, a.makePayer());
    a.clock.advance(9LL * 86400 * 1000);
    QCOMPARE(a.post("/v1/invoices/" + longAgo + "/finalize").status, 200);
    a.clock.advance(86400LL * 1000);
    QCOMPARE(a.post("/v1/invoices/" + waited + "/finalize").status, 200);
    a.clock.advance(86400LL * 1000);
    const auto loaded = ch::sandbox::Engine::load(a.engine.save(), {}, a.clock);
    QVERIFY(loaded);
    const QList<QJsonObject> all = a.walk("/v1/invoice_payments");
    QVERIFY(all.size() > 150);
    const qint64 last = a.clock.nowSeconds();
    for (qint64 from = last - 200LL * 86400; from < last; from += 7 * 86400) {
        QStringList expected;
        for (const QJsonObject& payment : all) {
            if (payment["created"].toInteger() >= from && payment["created"].toInteger() < from + 7 * 86400)
                expected << payment["id"].toString();
        }
        const QByteArray filter = "created[gte]=" + QByteArray::number(from) + "&created[lt]=" + QByteArray::number(from + 7 * 86400);
        QStringList found;
        for (const QJsonObject& payment : a.walk("/v1/invoice_payments", filter, 5))
            found << payment["id"].toString();
        QCOMPARE(found, expected);
        const auto page = (*loaded)->handle({"GET", "/v1/invoice_payments?limit=100&" + filter, {{"Authorization", "Bearer " + Account::key()}}, {}});
        found.clear();
        for (const QJsonValue& payment : QJsonDocument::fromJson(page.body)["data"].toArray())
            found << payment["id"].toString();
        QCOMPARE(found, expected.mid(0, 100));
    }
}

void TstManualInvoices::aDraftWaitsForAPersonUnlessItAdvances()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const QByteArray waits = draft(a, customer), goes = draft(a, customer, "&auto_advance=true");
    const QByteArray later = draft(a, customer, "&automatically_finalizes_at=" + QByteArray::number(a.clock.nowSeconds() + 5 * 3600));
    QCOMPARE(a.get("/v1/invoices/" + goes).json["automatically_finalizes_at"].toInteger(), a.clock.nowSeconds() + 3600);
    a.clock.advance(3600000);
    QCOMPARE(a.get("/v1/invoices/" + goes).json["status"].toString(), "paid");
    QCOMPARE(a.get("/v1/invoices/" + goes).json["auto_advance"].toBool(), false);
    QCOMPARE(a.get("/v1/invoices/" + later).json["status"].toString(), "draft");
    a.clock.advance(4 * 3600000);
    QCOMPARE(a.get("/v1/invoices/" + later).json["status"].toString(), "paid");
    a.clock.advance(qint64(90) * 86400000);
    QCOMPARE(a.get("/v1/invoices/" + waits).json["status"].toString(), "draft");
    const auto open = a.post("/v1/invoices/" + waits + "/finalize");
    QCOMPARE(open.json["status"].toString(), "open");
    QVERIFY(open.json["next_payment_attempt"].isNull());
    a.clock.advance(qint64(9) * 86400000);
    QCOMPARE(a.get("/v1/invoices/" + waits).json["status"].toString(), "open");
    a.post("/v1/invoices/" + waits, "auto_advance=true");
    a.clock.advance(3600000);
    QCOMPARE(a.get("/v1/invoices/" + waits).json["status"].toString(), "paid");
}

void TstManualInvoices::sentInvoicesAreSentAndComeDue()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer("name=S&email=s%40example.com");
    const QByteArray id = draft(a, customer, "&collection_method=send_invoice&days_until_due=10&auto_advance=true");
    QCOMPARE(a.get("/v1/invoices/" + id).json["due_date"].toInteger(), a.clock.nowSeconds() + 10 * 86400);
    a.clock.advance(3600000);
    QCOMPARE(a.get("/v1/invoices/" + id).json["status"].toString(), "open");
    QCOMPARE(types(a, id), QStringList({"invoice.created", "invoice.updated", "invoice.finalized", "invoice.sent"}));
    QCOMPARE(a.post("/v1/invoices/" + id + "/send").status, 200);
    a.clock.advance(qint64(10) * 86400000);
    QVERIFY(types(a, id).contains("invoice.overdue"));
    QCOMPARE(a.post("/v1/invoices/" + id + "/pay", "paid_out_of_band=true").json["status"].toString(), "paid");
    const QByteArray drafted = draft(a, customer, "&collection_method=send_invoice&due_date=" + QByteArray::number(a.clock.nowSeconds() + 86400));
    QCOMPARE(a.post("/v1/invoices/" + drafted + "/send").json["status"].toString(), "open"); // finalized on the way
    QCOMPARE(a.post("/v1/invoices/" + draft(a, customer) + "/send").status, 400);
    const QByteArray nameless = a.makeCustomer();
    QCOMPARE(a.post("/v1/invoices/" + draft(a, nameless, "&collection_method=send_invoice&days_until_due=1") + "/send").status, 400);
}

void TstManualInvoices::aFailingCardIsTriedAgain()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer("pm_card_chargeCustomerFail");
    const QByteArray id = draft(a, customer, "&auto_advance=true");
    a.clock.advance(3600000);
    auto got = a.get("/v1/invoices/" + id);
    QCOMPARE(got.json["status"].toString(), "open");
    QCOMPARE(got.json["attempt_count"].toInt(), 1);
    QVERIFY(got.json["next_payment_attempt"].toInteger() > a.clock.nowSeconds());
    const QByteArray good = a.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + customer).id().toLatin1();
    QCOMPARE(a.post("/v1/invoices/" + id, "default_payment_method=" + good).status, 200);
    a.clock.advance(qint64(8) * 86400000);
    got = a.get("/v1/invoices/" + id);
    QCOMPARE(got.json["status"].toString(), "paid"); // by the invoice's own method
    QCOMPARE(got.json["attempt_count"].toInt(), 2);
}

void TstManualInvoices::linesComeChangeAndGo()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), id = draft(a, customer), path = "/v1/invoices/" + id;
    const QByteArray waiting = a.post("/v1/invoiceitems", "customer=" + customer + "&amount=50&currency=usd").id().toLatin1();
    const auto added = a.post(path + "/add_lines", "lines[0][amount]=300&lines[0][description]=More&lines[1][invoice_item]=" + waiting + "&invoice_metadata[x]=y");
    QCOMPARE(added.json["total"].toInteger(), 1550);
    QCOMPARE(added.json["metadata"].toObject()["x"].toString(), "y");
    QCOMPARE(a.get("/v1/invoiceitems?pending=true").data().size(), 0);
    const QJsonArray lines = added.json["lines"].toObject()["data"].toArray();
    const auto line = [&](int i) { return lines[i].toObject()["id"].toString().toLatin1(); };
    const auto one = a.post(path + "/lines/" + line(1), "amount=350&description=Much%20more");
    QCOMPARE(one.json["object"].toString(), "line_item");
    QCOMPARE(one.id().toLatin1(), line(1));
    QCOMPARE(one.json["amount"].toInteger(), 350);
    const QByteArray item = one.json["parent"].toObject()["invoice_item_details"].toObject()["invoice_item"].toString().toLatin1();
    QCOMPARE(a.get("/v1/invoiceitems/" + item).json["amount"].toInteger(), 350);
    QCOMPARE(a.post(path + "/update_lines", "lines[0][id]=" + line(0) + "&lines[0][amount]=1&lines[1][id]=il_no&lines[1][amount]=1").status, 400);
    QCOMPARE(a.get(path).json["total"].toInteger(), 1600); // nothing of it stays
    QCOMPARE(a.post(path + "/update_lines", "lines[0][id]=" + line(0) + "&lines[0][amount]=1000&lines[1][id]=" + line(2) + "&lines[1][amount]=60").json["total"].toInteger(), 1410);
    const auto less = a.post(path + "/remove_lines", "lines[0][id]=" + line(0) + "&lines[0][behavior]=delete&lines[1][id]=" + line(2) + "&lines[1][behavior]=unassign");
    QCOMPARE(less.json["total"].toInteger(), 350);
    QCOMPARE(a.get("/v1/invoiceitems?pending=true").data()[0].toObject()["id"].toString().toLatin1(), waiting);
    QCOMPARE(a.walk("/v1/invoiceitems").size(), 2);
    QCOMPARE(a.post(path + "/lines/" + line(0), "amount=1").status, 404);
    a.post(path + "/finalize");
    QCOMPARE(a.post(path + "/add_lines", "lines[0][amount]=1").code(), "invoice_not_editable");
    QCOMPARE(a.post(path + "/lines/" + line(1), "amount=1").code(), "invoice_not_editable");
}

void TstManualInvoices::finalizedOnesHardlyChange()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), path = "/v1/invoices/" + draft(a, customer);
    QCOMPARE(a.post(path, "description=A&collection_method=send_invoice&days_until_due=3").json["collection_method"].toString(), "send_invoice");
    QCOMPARE(a.post(path, "collection_method=charge_automatically").json["due_date"].isNull(), true);
    const auto event = a.get("/v1/events?type=invoice.updated&limit=1").data()[0].toObject()["data"].toObject()["previous_attributes"].toObject();
    QCOMPARE(event["collection_method"].toString(), "send_invoice");
    a.post(path + "/finalize");
    for (const QByteArray& param : {QByteArray("description=B"), QByteArray("footer=B"), QByteArray("collection_method=send_invoice"), QByteArray("discounts=")}) {
        const auto refused = a.post(path, param);
        QCOMPARE(refused.status, 400);
        QCOMPARE(refused.code(), "invoice_not_editable");
    }
    QCOMPARE(a.post(path, "metadata[a]=b").json["metadata"].toObject()["a"].toString(), "b");
    QCOMPARE(a.get(path).json["description"].toString(), "A");
}

void TstManualInvoices::draftsOfPeopleAreDeleted()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), id = draft(a, customer);
    QCOMPARE(a.del("/v1/invoices/" + id).json["deleted"].toBool(), true);
    QCOMPARE(a.get("/v1/invoices/" + id).status, 404);
    QCOMPARE(a.get("/v1/invoices").data().size(), 0);
    QCOMPARE(a.walk("/v1/invoiceitems").size(), 0);
    QCOMPARE(types(a, id), QStringList({"invoice.created", "invoice.deleted"}));
    const QByteArray open = draft(a, customer);
    a.post("/v1/invoices/" + open + "/finalize");
    QCOMPARE(a.del("/v1/invoices/" + open).code(), "invoice_not_editable");
    QCOMPARE(a.post("/v1/invoices/" + open + "/void").json["status"].toString(), "void");
    a.subscribe(customer, a.makePrice());
    a.clock.advance(qint64(30) * 86400000 + 60000);
    const auto renewal = a.get("/v1/invoices?status=draft").data()[0].toObject();
    QCOMPARE(a.del("/v1/invoices/" + renewal["id"].toString().toLatin1()).status, 400);
}

void TstManualInvoices::discountsOfTheInvoice()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), coupon = a.post("/v1/coupons", "percent_off=50&duration=once").id().toLatin1();
    const QByteArray path = "/v1/invoices/" + draft(a, customer, "&discounts[0][coupon]=" + coupon);
    QCOMPARE(a.get(path).json["total"].toInteger(), 600);
    QCOMPARE(a.get(path).json["subtotal"].toInteger(), 1200); // the whole invoice's are not in it
    QCOMPARE(a.post(path + "/add_lines", "lines[0][amount]=800&lines[1][amount]=300&lines[1][discountable]=false").json["total"].toInteger(), 1300);
    QCOMPARE(a.post(path, "discounts=").json["total"].toInteger(), 2300);
}

void TstManualInvoices::forOneSubscription()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const auto subscription = a.subscribe(customer, a.makePrice());
    const QByteArray id = subscription.id().toLatin1();
    QCOMPARE(a.post("/v1/invoices", "customer=" + customer + "&subscription=" + id).code(), "invoice_no_subscription_line_items");
    a.post("/v1/invoiceitems", "customer=" + customer + "&amount=10&currency=usd");
    a.post("/v1/invoiceitems", "customer=" + customer + "&amount=70&currency=usd&subscription=" + id);
    const auto got = a.post("/v1/invoices", "customer=" + customer + "&subscription=" + id);
    QCOMPARE(got.json["total"].toInteger(), 70);
    QCOMPARE(got.json["parent"].toObject()["subscription_details"].toObject()["subscription"].toString(), subscription.id());
    QCOMPARE(a.get("/v1/subscriptions/" + id).json["items"].toObject()["data"].toArray()[0].toObject()["current_period_end"],
             subscription.json["items"].toObject()["data"].toArray()[0].toObject()["current_period_end"]);
}

void TstManualInvoices::wrongOnesAreRefused()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    QCOMPARE(a.post("/v1/invoices").param(), "customer");
    QCOMPARE(a.post("/v1/invoices", "customer=" + customer + "&days_until_due=3").param(), "days_until_due");
    QCOMPARE(a.post("/v1/invoices", "customer=" + customer + "&collection_method=send_invoice").status, 400);
    QCOMPARE(a.post("/v1/invoices", "customer=" + customer + "&default_payment_method=pm_x").status, 400);
    QCOMPARE(a.post("/v1/invoices", "customer=" + customer + "&subscription=sub_x").status, 400);
    QCOMPARE(a.post("/v1/invoices", "customer=" + customer + "&from_invoice[action]=revision").code(), "sandbox_unsupported");
    QCOMPARE(a.get("/v1/invoices").data().size(), 0);
}

void TstManualInvoices::sentFirstInvoiceOfASubscription()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer();
    const auto got = a.subscribe(customer, a.makePrice(), "&collection_method=send_invoice&days_until_due=30");
    const QByteArray id = got.json["latest_invoice"].toString().toLatin1();
    QCOMPARE(a.get("/v1/invoices/" + id).json["status"].toString(), "draft");
    a.clock.advance(3600000);
    QCOMPARE(a.get("/v1/invoices/" + id).json["status"].toString(), "open");
    QCOMPARE(a.get("/v1/invoices/" + id).json["due_date"].toInteger(), a.clock.nowSeconds() + 30 * 86400);
    QCOMPARE(types(a, id), QStringList({"invoice.created", "invoice.updated", "invoice.finalized", "invoice.sent"}));
}

void TstManualInvoices::ofATestClock()
{
    Account a(Account::empty());
    const QByteArray clock = a.post("/v1/test_helpers/test_clocks", "frozen_time=1700000000").id().toLatin1();
    const QByteArray customer = a.makeCustomer("name=T&test_clock=" + clock);
    const QByteArray id = draft(a, customer, "&auto_advance=true");
    QCOMPARE(a.get("/v1/invoices/" + id).json["created"].toInteger(), 1700000000);
    QCOMPARE(a.get("/v1/invoices").data().size(), 0); // hidden
    QCOMPARE(a.get("/v1/invoiceitems").data().size(), 0);
    a.clock.advance(86400000);
    QCOMPARE(a.get("/v1/invoices/" + id).json["status"].toString(), "draft");
    a.post("/v1/test_helpers/test_clocks/" + clock + "/advance", "frozen_time=1700007200");
    QCOMPARE(a.get("/v1/invoices/" + id).json["status"].toString(), "open"); // nobody can pay
}

CH_TEST(TstManualInvoices)

#include "tst_ManualInvoices.moc"
