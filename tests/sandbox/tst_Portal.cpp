// SPDX-License-Identifier: GPL-3.0-or-later
// The billing portal: its configurations and sessions, and what a person does there.
#include "sandbox/Browser.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;
using ch::test::Browser;

class TstPortal : public QObject {
    Q_OBJECT

    static constexpr const char* kFeatures = "features[subscription_cancel][enabled]=true&features[payment_method_update][enabled]=true&features[invoice_history][enabled]=true";
    static QByteArray configure(Account& a, const QByteArray& more = {}) { return a.post("/v1/billing_portal/configurations", kFeatures + more).id().toLatin1(); }
    static Account::Got session(Account& a, const QByteArray& customer, const QByteArray& configuration, const QByteArray& more = {})
    {
        return a.post("/v1/billing_portal/sessions", "customer=" + customer + "&configuration=" + configuration + "&return_url=https://shop.example/account" + more);
    }
    static QByteArray urlOf(const Account::Got& got) { return got.json["url"].toString().toLatin1(); }
    static int count(Account& a, const QByteArray& type) { return static_cast<int>(a.get("/v1/events?limit=100&type=" + type).data().size()); }

private Q_SLOTS:
    void aSessionNeedsAConfiguration();
    void configurationsAreKept();
    void aPersonCancelsAndComesBack();
    void cancelsAtOnceWhereConfigured();
    void aPersonReplacesTheCard();
    void theCardFlowLeadsBack();
    void theCancelFlowLeadsBack();
    void flowsRefuseNonsense();
    void sessionsClose();
    void nobodyReachesAnotherCustomer();
    void detailsAreChanged();
};

void TstPortal::aSessionNeedsAConfiguration()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer();
    const auto refused = a.post("/v1/billing_portal/sessions", "customer=" + customer);
    QCOMPARE(refused.status, 400);
    QVERIFY(refused.message().contains("default configuration has not been created"));
    QVERIFY(refused.message().contains("https://dashboard.stripe.com/test/settings/billing/portal"));
    const auto made = session(a, customer, configure(a));
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json["object"].toString(), QString("billing_portal.session"));
    QCOMPARE(count(a, "billing_portal.session.created"), 1);
    Account grown; // its owner has saved the settings
    const QByteArray id = grown.get("/v1/customers?limit=1").data()[0].toObject()["id"].toString().toLatin1();
    QCOMPARE(grown.post("/v1/billing_portal/sessions", "customer=" + id).status, 200);
    QCOMPARE(grown.get("/v1/billing_portal/configurations?is_default=true").data().size(), 1);
}

void TstPortal::configurationsAreKept()
{
    Account a(Account::empty());
    QCOMPARE(a.post("/v1/billing_portal/configurations", "name=x").code(), QString("parameter_missing"));
    QCOMPARE(a.post("/v1/billing_portal/configurations", "features[subscription_update][enabled]=true").code(), QString("sandbox_unsupported"));
    const QByteArray id = configure(a, "&name=First&business_profile[headline]=Hello");
    const QByteArray path = "/v1/billing_portal/configurations/" + id;
    QCOMPARE(a.get(path).json["business_profile"].toObject()["headline"].toString(), QString("Hello"));
    QCOMPARE(a.post(path, "features[subscription_cancel][mode]=immediately&active=false").json["active"].toBool(), false);
    QCOMPARE(a.get(path).json["features"].toObject()["subscription_cancel"].toObject()["mode"].toString(), QString("immediately"));
    QVERIFY(session(a, a.makeCustomer(), id).message().contains("is not active"));
    QCOMPARE(count(a, "billing_portal.configuration.updated"), 1);
}

void TstPortal::aPersonCancelsAndComesBack()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray payer = a.makePayer();
    const QByteArray subscription = a.subscribe(payer, a.makePrice()).id().toLatin1();
    const QByteArray url = urlOf(session(a, payer, configure(a, "&features[subscription_cancel][cancellation_reason][enabled]=true"
                                                                "&features[subscription_cancel][cancellation_reason][options][0]=too_expensive")));
    auto home = person.open(url);
    QVERIFY(home.shows("renews on 01 Dec 2026"));
    QVERIFY(home.shows("visa ending in 4242"));
    QVERIFY(home.shows("$10.00 USD"));
    QVERIFY(home.shows("https://shop.example/account"));
    const auto ask = person.open(url + "/cancel/" + subscription);
    QVERIFY(ask.shows("Cancel this subscription?"));
    QVERIFY(ask.shows("It is too expensive"));
    QCOMPARE(a.get("/v1/subscriptions/" + subscription).json["cancel_at_period_end"].toBool(), false);
    home = person.follow(person.send(ask, {{"reason", "too_expensive"}}));
    QVERIFY(home.shows("ends on 01 Dec 2026"));
    const auto leaving = a.get("/v1/subscriptions/" + subscription).json;
    QCOMPARE(leaving["cancel_at_period_end"].toBool(), true);
    QCOMPARE(leaving["cancellation_details"].toObject()["feedback"].toString(), QString("too_expensive"));
    person.send(ask, {}); // a double click
    QCOMPARE(count(a, "customer.subscription.updated"), 1);
    home = person.follow(person.send(home, {}, url + "/undo/" + subscription));
    QVERIFY(home.shows("renews on 01 Dec 2026"));
    QCOMPARE(a.get("/v1/subscriptions/" + subscription).json["cancel_at_period_end"].toBool(), false);
    QCOMPARE(count(a, "customer.subscription.updated"), 2);
}

void TstPortal::cancelsAtOnceWhereConfigured()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray payer = a.makePayer();
    const QByteArray subscription = a.subscribe(payer, a.makePrice()).id().toLatin1();
    const QByteArray url = urlOf(session(a, payer, configure(a, "&features[subscription_cancel][mode]=immediately")));
    const auto ask = person.open(url + "/cancel/" + subscription);
    QVERIFY(ask.shows("It ends at once."));
    QVERIFY(person.follow(person.send(ask, {})).shows("None that runs."));
    QCOMPARE(a.get("/v1/subscriptions/" + subscription).json["status"].toString(), QString("canceled"));
    QCOMPARE(count(a, "customer.subscription.deleted"), 1);
}

void TstPortal::aPersonReplacesTheCard()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray payer = a.makePayer("pm_card_chargeCustomerFail");
    const QByteArray subscription = a.subscribe(payer, a.makePrice(), "&trial_period_days=3").id().toLatin1();
    const QByteArray url = urlOf(session(a, payer, configure(a)));
    const auto declined = person.send(person.open(url + "/card"), {{"card", "pm_card_visa_chargeDeclined"}});
    QCOMPARE(declined.status, 402);
    QVERIFY(declined.shows("Your card was declined."));
    QVERIFY(person.follow(person.send(declined, {{"card", "pm_card_mastercard"}}, url + "/card")).shows("mastercard ending in 4444"));
    const auto bank = person.send(person.open(url + "/card"), {{"number", "4000 0027 6000 3184"}});
    QVERIFY(bank.location().contains("/authenticate/seti_"));
    QVERIFY(person.follow(person.send(person.open(bank.location()), {{"answer", "yes"}})).shows("ending in 3184"));
    QVERIFY(person.follow(person.send(person.open(url + "/card"), {{"card", "pm_card_visa"}})).shows("visa ending in 4242"));
    QCOMPARE(count(a, "setup_intent.succeeded"), 3);
    QCOMPARE(count(a, "setup_intent.setup_failed"), 1);
    QVERIFY(count(a, "customer.updated") >= 3);
    a.clock.advance(4LL * 86400 * 1000);
    QCOMPARE(a.get("/v1/subscriptions/" + subscription).json["status"].toString(), QString("active"));
}

void TstPortal::theCardFlowLeadsBack()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray payer = a.makePayer();
    const auto made = session(a, payer, configure(a), "&flow_data[type]=payment_method_update&flow_data[after_completion][type]=redirect"
                                                      "&flow_data[after_completion][redirect][return_url]=https://shop.example/thanks");
    QCOMPARE(made.json["flow"].toObject()["type"].toString(), QString("payment_method_update"));
    const auto page = person.open(urlOf(made));
    QVERIFY(page.shows("Replace the card"));
    QVERIFY(page.header("Content-Security-Policy").contains("https://shop.example;"));
    QCOMPARE(person.send(page, {{"card", "pm_card_amex"}}, urlOf(made) + "/card").location(), QByteArray("https://shop.example/thanks"));
    const QByteArray method = a.get("/v1/customers/" + payer).json["invoice_settings"].toObject()["default_payment_method"].toString().toLatin1();
    QCOMPARE(a.get("/v1/payment_methods/" + method).json["card"].toObject()["last4"].toString(), QString("0005"));
    const auto confirmed = session(a, payer, configure(a), "&flow_data[type]=payment_method_update&flow_data[after_completion][type]=hosted_confirmation"
                                                           "&flow_data[after_completion][hosted_confirmation][custom_message]=Well%20done");
    QVERIFY(person.follow(person.send(person.open(urlOf(confirmed)), {{"card", "pm_card_visa"}}, urlOf(confirmed) + "/card")).shows("Well done"));
}

void TstPortal::theCancelFlowLeadsBack()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray payer = a.makePayer(), configuration = configure(a);
    const QByteArray subscription = a.subscribe(payer, a.makePrice()).id().toLatin1();
    const QByteArray flow = "&flow_data[type]=subscription_cancel&flow_data[subscription_cancel][subscription]=" + subscription
        + "&flow_data[after_completion][type]=redirect&flow_data[after_completion][redirect][return_url]=https://shop.example/bye";
    const auto made = session(a, payer, configuration, flow);
    QCOMPARE(made.json["flow"].toObject()["subscription_cancel"].toObject()["subscription"].toString(), QString::fromLatin1(subscription));
    const auto page = person.open(urlOf(made));
    QVERIFY(page.shows("Cancel this subscription?"));
    QCOMPARE(person.send(page, {}, urlOf(made) + "/cancel/" + subscription).location(), QByteArray("https://shop.example/bye"));
    QCOMPARE(a.get("/v1/subscriptions/" + subscription).json["cancel_at_period_end"].toBool(), true);
    QVERIFY(session(a, payer, configuration, flow).message().contains("already canceled or set to be canceled"));
}

void TstPortal::flowsRefuseNonsense()
{
    Account a(Account::empty());
    const QByteArray payer = a.makePayer(), configuration = configure(a);
    QCOMPARE(session(a, payer, configuration, "&flow_data[type]=subscription_cancel").code(), QString("parameter_missing"));
    const QByteArray other = a.subscribe(a.makePayer(), a.makePrice()).id().toLatin1();
    QCOMPARE(session(a, payer, configuration, "&flow_data[type]=subscription_cancel&flow_data[subscription_cancel][subscription]=" + other).code(), QString("resource_missing"));
    QCOMPARE(session(a, payer, configuration, "&flow_data[type]=subscription_update&flow_data[subscription_update][subscription]=" + other).code(), QString("sandbox_unsupported"));
    const QByteArray none = a.post("/v1/billing_portal/configurations", "features[invoice_history][enabled]=true").id().toLatin1();
    QVERIFY(session(a, payer, none, "&flow_data[type]=payment_method_update").message().contains("is disabled"));
    QCOMPARE(session(a, "cus_none", configuration).code(), QString("resource_missing"));
    QCOMPARE(a.post("/v1/billing_portal/sessions", "customer=" + payer + "&configuration=" + configuration + "&return_url=nowhere").code(), QString("url_invalid"));
}

void TstPortal::sessionsClose()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray payer = a.makePayer(), configuration = configure(a);
    const QByteArray late = urlOf(session(a, payer, configuration)), used = urlOf(session(a, payer, configuration));
    QCOMPARE(person.open(used).status, 200);
    a.clock.advance(301 * 1000);
    QCOMPARE(person.open(late).status, 410);
    QCOMPARE(person.open(used).status, 200);
    a.clock.advance(3601 * 1000);
    QCOMPARE(person.open(used).status, 410);
    const QByteArray gone = urlOf(session(a, payer, configuration));
    a.del("/v1/customers/" + payer);
    QCOMPARE(person.open(gone).status, 410);
}

void TstPortal::nobodyReachesAnotherCustomer()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray other = a.subscribe(a.makePayer(), a.makePrice()).id().toLatin1();
    const QByteArray url = urlOf(session(a, a.makePayer(), configure(a)));
    const auto home = person.open(url);
    QCOMPARE(person.open(url + "/cancel/" + other).status, 404);
    QCOMPARE(person.send(home, {}, url + "/cancel/" + other).status, 404);
    QCOMPARE(a.get("/v1/subscriptions/" + other).json["status"].toString(), QString("active"));
    const QByteArray bare = a.post("/v1/billing_portal/configurations", "features[invoice_history][enabled]=true").id().toLatin1();
    const QByteArray payer = a.makePayer();
    const QByteArray own = a.subscribe(payer, a.makePrice()).id().toLatin1();
    const QByteArray locked = urlOf(session(a, payer, bare));
    for (const QByteArray& part : {QByteArray("/card"), "/cancel/" + own, QByteArray("/details"), QByteArray("/nowhere")})
        QCOMPARE(person.send(person.open(locked), {{"card", "pm_card_visa"}}, locked + part).status, 404);
}

void TstPortal::detailsAreChanged()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray customer = a.makeCustomer("name=Old&email=old@e.example");
    const QByteArray url = urlOf(session(a, customer, configure(a, "&features[customer_update][enabled]=true&features[customer_update][allowed_updates][0]=name")));
    const auto page = person.open(url + "/details");
    QVERIFY(page.shows("value=\"Old\""));
    QVERIFY(!page.shows("old@e.example"));
    const auto home = person.follow(person.send(page, {{"name", "New"}, {"email", "sneaked@e.example"}}));
    QVERIFY(home.shows("New"));
    const auto now = a.get("/v1/customers/" + customer).json;
    QCOMPARE(now["name"].toString(), QString("New"));
    QCOMPARE(now["email"].toString(), QString("old@e.example"));
    QCOMPARE(count(a, "customer.updated"), 1);
}

CH_TEST(TstPortal)
#include "tst_Portal.moc"
