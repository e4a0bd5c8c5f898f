// SPDX-License-Identifier: GPL-3.0-or-later
// Setup intents, checkout sessions, payment links, promotion codes and capture: by request, and on their pages.
#include "sandbox/Browser.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;
using ch::test::Browser;

class TstCheckout : public QObject {
    Q_OBJECT

    static constexpr const char* kUrls = "&success_url=https://shop.example/done?s={CHECKOUT_SESSION_ID}&cancel_url=https://shop.example/cart";
    static QByteArray urlOf(const Account::Got& got) { return got.json["url"].toString().toLatin1(); }
    static Account::Got read(Account& a, const Account::Got& of) { return a.get("/v1/checkout/sessions/" + of.id().toLatin1()); }
    static int count(Account& a, const QByteArray& type) { return static_cast<int>(a.get("/v1/events?limit=100&type=" + type).data().size()); }

private Q_SLOTS:
    void setupIntentsGoTheirWay();
    void setupIntentsRefuseWhatIsOver();
    void aSetupSessionSavesACard();
    void aSetupSessionAsksTheBank();
    void aSetupSessionNeedsACurrency();
    void sessionsRefuseNonsense_data();
    void sessionsRefuseNonsense();
    void sessionsExpire();
    void aSubscriptionIsBought();
    void aDeclinedSaleMakesNothing();
    void theBankAsksBeforeASubscription();
    void aTrialCostsNothing();
    void aPaymentIsMade();
    void sessionsAreListed();
    void aLinkSellsToEach();
    void linksClose();
    void promotionCodesCountAndRefuse();
    void promotionCodesOnSubscriptionsAndPages();
    void captureTakesAPart();
};

void TstCheckout::setupIntentsGoTheirWay()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer();
    const auto made = a.post("/v1/setup_intents", "customer=" + customer + "&metadata[a]=b");
    QCOMPARE(made.json["status"].toString(), QString("requires_payment_method"));
    const QByteArray path = "/v1/setup_intents/" + made.id().toLatin1();
    QCOMPARE(a.post(path + "/confirm").code(), QString("setup_intent_unexpected_state"));
    const auto declined = a.post(path + "/confirm", "payment_method=pm_card_visa_chargeDeclined");
    QCOMPARE(declined.status, 402);
    QCOMPARE(a.get(path).json["last_setup_error"].toObject()["decline_code"].toString(), QString("generic_decline"));
    QCOMPARE(a.post(path, "payment_method=pm_card_visa").json["status"].toString(), QString("requires_confirmation"));
    const auto done = a.post(path + "/confirm");
    QCOMPARE(done.json["status"].toString(), QString("succeeded"));
    QVERIFY(done.json["last_setup_error"].isNull());
    QCOMPARE(a.get("/v1/payment_methods/" + done.json["payment_method"].toString().toLatin1()).json["customer"].toString(), QString::fromLatin1(customer));
    for (const char* type : {"setup_intent.created", "setup_intent.setup_failed", "setup_intent.succeeded", "payment_method.attached"})
        QVERIFY2(count(a, type) == 1, type);
    QCOMPARE(a.get("/v1/setup_intents?customer=" + customer).data().size(), 1);
    QCOMPARE(a.get("/v1/setup_intents?customer=" + a.makeCustomer()).data().size(), 0);
}

void TstCheckout::setupIntentsRefuseWhatIsOver()
{
    Account a(Account::empty());
    const QByteArray done = a.post("/v1/setup_intents", "payment_method=pm_card_visa&confirm=true").id().toLatin1();
    QCOMPARE(a.post("/v1/setup_intents/" + done + "/confirm").message(), QString("You cannot confirm this SetupIntent because it has already succeeded."));
    QVERIFY(a.post("/v1/setup_intents/" + done + "/cancel").message().contains("has a status of succeeded"));
    const QByteArray open = a.post("/v1/setup_intents").id().toLatin1();
    QCOMPARE(a.post("/v1/setup_intents/" + open + "/cancel", "cancellation_reason=abandoned").json["status"].toString(), QString("canceled"));
    QCOMPARE(a.post("/v1/setup_intents/" + open + "/cancel").code(), QString("setup_intent_unexpected_state"));
    QCOMPARE(count(a, "setup_intent.canceled"), 1);
    const auto session = a.post("/v1/checkout/sessions", QByteArray("mode=setup&currency=usd") + kUrls);
    QVERIFY(a.post("/v1/setup_intents/" + session.json["setup_intent"].toString().toLatin1() + "/cancel").message().contains("Expire the Checkout Session"));
    QCOMPARE(a.post("/v1/setup_intents", "allowed_payment_method_types[0]=sepa_debit").code(), QString("sandbox_unsupported"));
}

void TstCheckout::aSetupSessionSavesACard()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray customer = a.makeCustomer();
    const auto made = a.post("/v1/checkout/sessions",
                             "mode=setup&currency=usd&customer=" + customer + "&setup_intent_data[metadata][subscription_id]=sub_7&metadata[x]=y" + kUrls);
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json["status"].toString(), QString("open"));
    QVERIFY(made.id().startsWith("cs_test_"));
    const auto page = person.open(urlOf(made));
    QVERIFY(page.shows("Save card"));
    QVERIFY(page.shows("https://shop.example/cart"));
    QVERIFY(page.header("Content-Security-Policy").contains("form-action 'self' https://shop.example;"));
    const auto refused = person.send(page, {{"act", "pay"}, {"card", "pm_card_visa_chargeDeclinedInsufficientFunds"}});
    QCOMPARE(refused.status, 402);
    QVERIFY(refused.shows("insufficient funds"));
    QCOMPARE(read(a, made).json["status"].toString(), QString("open"));
    const auto done = person.send(refused, {{"act", "pay"}, {"card", "pm_card_mastercard"}});
    QCOMPARE(done.location(), "https://shop.example/done?s=" + made.id().toLatin1());
    const auto session = a.get("/v1/checkout/sessions/" + made.id().toLatin1() + "?expand[]=setup_intent").json;
    QCOMPARE(session["status"].toString(), QString("complete"));
    QCOMPARE(session["payment_status"].toString(), QString("no_payment_required"));
    QVERIFY(session["url"].isNull());
    const auto setup = session["setup_intent"].toObject();
    QCOMPARE(setup["status"].toString(), QString("succeeded"));
    QCOMPARE(setup["metadata"].toObject()["subscription_id"].toString(), QString("sub_7"));
    const auto method = a.get("/v1/payment_methods/" + setup["payment_method"].toString().toLatin1()).json;
    QCOMPARE(method["customer"].toString(), QString::fromLatin1(customer));
    QCOMPARE(method["card"].toObject()["last4"].toString(), QString("4444"));
    QCOMPARE(count(a, "checkout.session.completed"), 1);
    QCOMPARE(count(a, "setup_intent.setup_failed"), 1);
    // Once more, by the page that was open before: nothing happens.
    QCOMPARE(person.send(refused, {{"act", "pay"}, {"card", "pm_card_visa"}}).status, 200);
    QCOMPARE(a.get("/v1/customers/" + customer + "/payment_methods").data().size(), 1);
}

void TstCheckout::aSetupSessionAsksTheBank()
{
    Account a(Account::empty());
    Browser person(a);
    const auto made = a.post("/v1/checkout/sessions", "mode=setup&currency=usd&customer=" + a.makeCustomer() + kUrls);
    auto bank = person.send(person.open(urlOf(made)), {{"act", "pay"}, {"card", "pm_card_authenticationRequired"}});
    QVERIFY(bank.location().contains("/authenticate/seti_"));
    auto no = person.send(person.open(bank.location()), {{"answer", "no"}});
    QCOMPARE(no.location(), urlOf(made));
    QCOMPARE(read(a, made).json["status"].toString(), QString("open"));
    bank = person.send(person.open(urlOf(made)), {{"act", "pay"}, {"card", "pm_card_authenticationRequired"}});
    const auto yes = person.send(person.open(bank.location()), {{"answer", "yes"}});
    QVERIFY(yes.location().startsWith("https://shop.example/done"));
    QCOMPARE(read(a, made).json["status"].toString(), QString("complete"));
    QCOMPARE(count(a, "setup_intent.requires_action"), 2);
}

void TstCheckout::aSetupSessionNeedsACurrency()
{
    Account a(Account::empty());
    const auto missing = a.post("/v1/checkout/sessions", QByteArray("mode=setup") + kUrls);
    QCOMPARE(missing.code(), QString("parameter_missing"));
    QCOMPARE(missing.param(), QString("currency"));
    const auto cards = a.post("/v1/checkout/sessions", QByteArray("mode=setup&allowed_payment_method_types[0]=card") + kUrls);
    QCOMPARE(cards.status, 200);
    QVERIFY(cards.json["currency"].isNull());
    // Endive has no payment_method_types there any more.
    QCOMPARE(a.post("/v1/checkout/sessions", QByteArray("mode=setup&payment_method_types[0]=card") + kUrls).code(), QString("parameter_unknown"));
}

void TstCheckout::sessionsRefuseNonsense_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("says");
    const QByteArray setup = "mode=setup&currency=usd";
    QTest::newRow("no success_url") << setup << QString("Missing required param: success_url.");
    QTest::newRow("script") << setup + "&success_url=javascript:alert(1)" << QString("Not a valid URL");
    QTest::newRow("no host") << setup + "&success_url=https://" << QString("Not a valid URL");
    QTest::newRow("too soon") << setup + kUrls + "&expires_at=1793491300" << QString("at least 30 minutes");
    QTest::newRow("too late") << setup + kUrls + "&expires_at=1793591300" << QString("less than 24 hours");
    QTest::newRow("items in setup") << setup + kUrls + "&line_items[0][price]=x&line_items[0][quantity]=1" << QString("You can not pass `line_items` in `setup` mode.");
    QTest::newRow("no items") << QByteArray("mode=payment") + kUrls << QString("Missing required param: line_items.");
    QTest::newRow("recurring in payment") << QByteArray("mode=payment&line_items[0][price]=PRICE&line_items[0][quantity]=1") + kUrls
                                          << QString("You specified `payment` mode but passed a recurring price.");
    QTest::newRow("once in subscription") << QByteArray("mode=subscription&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=5&"
                                                        "line_items[0][price_data][product_data][name]=x&line_items[0][quantity]=1") + kUrls
                                          << QString("at least one recurring price");
    QTest::newRow("no quantity") << QByteArray("mode=subscription&line_items[0][price]=PRICE") + kUrls << QString("Quantity is required.");
    QTest::newRow("no mode") << QByteArray(kUrls).mid(1) << QString("Missing required param: mode.");
    QTest::newRow("both discounts") << QByteArray("mode=subscription&line_items[0][price]=PRICE&line_items[0][quantity]=1&allow_promotion_codes=true&discounts[0][coupon]=x") + kUrls
                                    << QString("You may only specify one of these parameters: allow_promotion_codes, discounts.");
    QTest::newRow("embedded") << setup + kUrls + "&ui_mode=embedded_page" << QString("hosted pages only");
    QTest::newRow("creation for a subscription") << QByteArray("mode=subscription&customer_creation=always&line_items[0][price]=PRICE&line_items[0][quantity]=1") + kUrls
                                                 << QString("`customer_creation` can only be used");
}

void TstCheckout::sessionsRefuseNonsense()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, says);
    Account a(Account::empty());
    const auto got = a.post("/v1/checkout/sessions", body.replace("PRICE", a.makePrice()));
    QCOMPARE(got.status, 400);
    QVERIFY2(got.message().contains(says), qPrintable(got.message()));
}

void TstCheckout::sessionsExpire()
{
    Account a(Account::empty());
    Browser person(a);
    const auto first = a.post("/v1/checkout/sessions", QByteArray("mode=setup&currency=usd") + kUrls);
    QCOMPARE(first.json["expires_at"].toInteger() - first.json["created"].toInteger(), 86400);
    const auto second = a.post("/v1/checkout/sessions", "mode=setup&currency=usd&expires_at=" + QByteArray::number(1793491200 + 1800) + kUrls);
    const auto page = person.open(urlOf(first));
    a.clock.advance(1800 * 1000);
    QCOMPARE(read(a, second).json["status"].toString(), QString("expired"));
    QCOMPARE(read(a, first).json["status"].toString(), QString("open"));
    QCOMPARE(person.open(urlOf(second)).status, 410);
    const QByteArray path = "/v1/checkout/sessions/" + first.id().toLatin1();
    QCOMPARE(a.post(path + "/expire").json["status"].toString(), QString("expired"));
    QVERIFY(a.post(path + "/expire").message().contains("has a status of expired"));
    QCOMPARE(count(a, "checkout.session.expired"), 2);
    QCOMPARE(a.get("/v1/setup_intents/" + first.json["setup_intent"].toString().toLatin1()).json["status"].toString(), QString("canceled"));
    QCOMPARE(person.send(page, {{"act", "pay"}, {"card", "pm_card_visa"}}).status, 410);
    a.clock.advance(2LL * 86400 * 1000);
    QCOMPARE(count(a, "checkout.session.expired"), 2);
}

void TstCheckout::aSubscriptionIsBought()
{
    Account a(Account::empty());
    Browser person(a);
    const auto made = a.post("/v1/checkout/sessions", "mode=subscription&line_items[0][price]=" + a.makePrice() + "&line_items[0][quantity]=3"
                                 "&subscription_data[metadata][business_id]=b1&client_reference_id=ref" + kUrls);
    QCOMPARE(made.json["amount_total"].toInt(), 3000);
    QVERIFY(made.json["subscription"].isNull());
    const auto page = person.open(urlOf(made));
    QVERIFY(page.shows("Subscribe and pay $30.00 USD"));
    const auto incomplete = person.send(page, {{"act", "pay"}, {"card", "pm_card_visa"}, {"email", "nobody"}, {"name", "<b>Ada</b>"}});
    QCOMPARE(incomplete.status, 400);
    QVERIFY(incomplete.shows("value=\"&lt;b&gt;Ada&lt;/b&gt;\"")); // what was typed stays
    const auto done = person.send(incomplete, {{"act", "pay"}, {"card", "pm_card_visa"}, {"email", "ada@example.com"}, {"name", "Ada"}});
    QCOMPARE(done.status, 303);
    const auto session = a.get("/v1/checkout/sessions/" + made.id().toLatin1() + "?expand[]=subscription.latest_invoice&expand[]=customer&expand[]=line_items").json;
    QCOMPARE(session["payment_status"].toString(), QString("paid"));
    QCOMPARE(session["customer_details"].toObject()["email"].toString(), QString("ada@example.com"));
    QCOMPARE(session["customer"].toObject()["name"].toString(), QString("Ada"));
    QCOMPARE(session["line_items"].toObject()["data"].toArray()[0].toObject()["amount_total"].toInt(), 3000);
    const auto subscription = session["subscription"].toObject();
    QCOMPARE(subscription["status"].toString(), QString("active"));
    QCOMPARE(subscription["metadata"].toObject()["business_id"].toString(), QString("b1"));
    QCOMPARE(subscription["latest_invoice"].toObject()["status"].toString(), QString("paid"));
    QVERIFY(!subscription["default_payment_method"].isNull());
    for (const char* type : {"customer.created", "customer.subscription.created", "invoice.paid", "checkout.session.completed"})
        QVERIFY2(count(a, type) == 1, type);
    QCOMPARE(a.get("/v1/checkout/sessions/" + made.id().toLatin1() + "/line_items").data()[0].toObject()["object"].toString(), QString("item"));
}

void TstCheckout::aDeclinedSaleMakesNothing()
{
    Account a(Account::empty());
    Browser person(a);
    const auto made = a.post("/v1/checkout/sessions", "mode=subscription&customer_email=a@b.example&line_items[0][price]=" + a.makePrice() + "&line_items[0][quantity]=1" + kUrls);
    const auto page = person.open(urlOf(made));
    QVERIFY(page.shows("value=\"a@b.example\""));
    for (const char* card : {"pm_card_visa_chargeDeclined", "pm_card_chargeCustomerFail"}) {
        const auto declined = person.send(person.open(urlOf(made)), {{"act", "pay"}, {"card", card}, {"email", "a@b.example"}});
        QCOMPARE(declined.status, 402);
        QVERIFY(declined.shows("Your card was declined."));
    }
    QCOMPARE(a.get("/v1/subscriptions?status=all").data().size(), 0);
    QCOMPARE(a.get("/v1/customers").data().size(), 0);
    QCOMPARE(read(a, made).json["status"].toString(), QString("open"));
}

void TstCheckout::theBankAsksBeforeASubscription()
{
    Account a(Account::empty());
    Browser person(a);
    const auto made = a.post("/v1/checkout/sessions", "mode=subscription&customer=" + a.makeCustomer() + "&line_items[0][price]=" + a.makePrice() + "&line_items[0][quantity]=1" + kUrls);
    auto bank = person.send(person.open(urlOf(made)), {{"act", "pay"}, {"card", "pm_card_authenticationRequired"}});
    QVERIFY(bank.location().contains("/authenticate/pi_"));
    QCOMPARE(person.send(person.open(bank.location()), {{"answer", "no"}}).location(), urlOf(made));
    QCOMPARE(read(a, made).json["status"].toString(), QString("open"));
    bank = person.send(person.open(urlOf(made)), {{"act", "pay"}, {"card", "pm_card_authenticationRequired"}});
    const auto yes = person.send(person.open(bank.location()), {{"answer", "yes"}});
    QVERIFY(yes.location().startsWith("https://shop.example/done?s=cs_test_"));
    QCOMPARE(read(a, made).json["payment_status"].toString(), QString("paid"));
    const auto all = a.get("/v1/subscriptions?status=all").data();
    QCOMPARE(all.size(), 1);
    QCOMPARE(all[0].toObject()["status"].toString(), QString("active"));
    QCOMPARE(count(a, "checkout.session.completed"), 1);
}

void TstCheckout::aTrialCostsNothing()
{
    Account a(Account::empty());
    Browser person(a);
    const auto made = a.post("/v1/checkout/sessions", "mode=subscription&customer=" + a.makeCustomer() + "&line_items[0][price]=" + a.makePrice()
                                 + "&line_items[0][quantity]=1&subscription_data[trial_period_days]=14" + kUrls);
    const auto page = person.open(urlOf(made));
    QVERIFY(page.shows("Start trial"));
    QVERIFY(page.shows("15 Nov 2026"));
    QCOMPARE(person.send(page, {{"act", "pay"}, {"card", "pm_card_visa"}}).status, 303);
    QCOMPARE(read(a, made).json["payment_status"].toString(), QString("no_payment_required"));
    QCOMPARE(a.get("/v1/subscriptions").data()[0].toObject()["status"].toString(), QString("trialing"));
    QCOMPARE(a.get("/v1/charges").data().size(), 0);
    a.clock.advance(15LL * 86400 * 1000);
    QCOMPARE(a.get("/v1/subscriptions").data()[0].toObject()["status"].toString(), QString("active"));
    QCOMPARE(a.get("/v1/charges").data().size(), 1);
}

void TstCheckout::aPaymentIsMade()
{
    Account a(Account::empty());
    Browser person(a);
    const auto made = a.post("/v1/checkout/sessions", QByteArray("mode=payment&line_items[0][price_data][currency]=jpy&line_items[0][price_data][unit_amount]=1200&"
                                 "line_items[0][price_data][product_data][name]=Tea&line_items[0][quantity]=2&payment_intent_data[metadata][k]=v&customer_creation=always") + kUrls);
    QCOMPARE(made.json["amount_total"].toInt(), 2400);
    const auto page = person.open(urlOf(made));
    QVERIFY(page.shows("Pay ¥2,400 JPY"));
    const auto declined = person.send(page, {{"act", "pay"}, {"card", "pm_card_chargeDeclinedExpiredCard"}, {"email", "a@b.example"}});
    QVERIFY(declined.shows("expired"));
    QCOMPARE(person.send(declined, {{"act", "pay"}, {"card", "pm_card_visa"}, {"email", "a@b.example"}}).status, 303);
    const auto session = a.get("/v1/checkout/sessions/" + made.id().toLatin1() + "?expand[]=payment_intent").json;
    QCOMPARE(session["payment_status"].toString(), QString("paid"));
    QCOMPARE(session["payment_intent"].toObject()["metadata"].toObject()["k"].toString(), QString("v"));
    QCOMPARE(session["payment_intent"].toObject()["amount_received"].toInt(), 2400);
    QVERIFY(!session["customer"].isNull());
    QCOMPARE(a.get("/v1/charges").data().size(), 2);
}

void TstCheckout::sessionsAreListed()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer("name=Someone&email=s@e.example");
    const auto first = a.post("/v1/checkout/sessions", "mode=setup&currency=usd&customer=" + customer + kUrls);
    a.post("/v1/checkout/sessions", QByteArray("mode=setup&currency=usd") + kUrls);
    QCOMPARE(a.get("/v1/checkout/sessions").data().size(), 2);
    QCOMPARE(a.get("/v1/checkout/sessions?customer=" + customer).data().size(), 1);
    a.post("/v1/checkout/sessions/" + first.id().toLatin1() + "/expire");
    QCOMPARE(a.get("/v1/checkout/sessions?status=expired").data().size(), 1);
    QCOMPARE(a.get("/v1/checkout/sessions?status=complete").data().size(), 0);
    QCOMPARE(a.post("/v1/checkout/sessions/" + first.id().toLatin1(), "metadata[a]=b").json["metadata"].toObject()["a"].toString(), QString("b"));
    QCOMPARE(a.get("/v1/checkout/sessions/cs_test_" + QByteArray(58, 'a')).status, 404);
    QCOMPARE(a.get("/v1/checkout/sessions/cs_live_" + first.id().mid(8).toLatin1()).status, 404);
}

void TstCheckout::aLinkSellsToEach()
{
    Account a(Account::empty());
    Browser person(a);
    const auto link = a.post("/v1/payment_links", "line_items[0][price]=" + a.makePrice("500") + "&line_items[0][quantity]=2&subscription_data[metadata][from]=link"
                                 "&after_completion[type]=hosted_confirmation&after_completion[hosted_confirmation][custom_message]=See%20you");
    QCOMPARE(link.status, 200);
    QCOMPARE(link.json["currency"].toString(), QString("usd"));
    QCOMPARE(count(a, "payment_link.created"), 1);
    for (const char* email : {"one@e.example", "two@e.example"}) {
        const auto opened = person.open(urlOf(link));
        QCOMPARE(opened.status, 303);
        const auto done = person.send(person.follow(opened), {{"act", "pay"}, {"card", "pm_card_visa"}, {"email", email}}, opened.location());
        QVERIFY(person.follow(done).shows("See you"));
    }
    QCOMPARE(a.get("/v1/customers").data().size(), 2);
    QCOMPARE(a.get("/v1/subscriptions").data().size(), 2);
    QCOMPARE(a.get("/v1/subscriptions").data()[0].toObject()["metadata"].toObject()["from"].toString(), QString("link"));
    QCOMPARE(a.get("/v1/invoices?status=paid").data().size(), 2);
    QCOMPARE(a.get("/v1/checkout/sessions?payment_link=" + link.id().toLatin1()).data().size(), 2);
    QCOMPARE(a.get("/v1/payment_links/" + link.id().toLatin1() + "/line_items").data().size(), 1);
}

void TstCheckout::linksClose()
{
    Account a(Account::empty());
    Browser person(a);
    const auto link = a.post("/v1/payment_links", "line_items[0][price]=" + a.makePrice() + "&line_items[0][quantity]=1&restrictions[completed_sessions][limit]=1"
                                 "&after_completion[type]=redirect&after_completion[redirect][url]=https://shop.example/thanks");
    const auto opened = person.open(urlOf(link));
    const auto done = person.send(person.follow(opened), {{"act", "pay"}, {"card", "pm_card_visa"}, {"email", "a@b.example"}}, opened.location());
    QCOMPARE(done.location(), QByteArray("https://shop.example/thanks"));
    QCOMPARE(person.open(urlOf(link)).status, 410);
    const QByteArray path = "/v1/payment_links/" + link.id().toLatin1();
    QCOMPARE(a.get(path).json["restrictions"].toObject()["completed_sessions"].toObject()["count"].toInt(), 1);
    a.post(path, "restrictions=&active=false&inactive_message=Sold%20out");
    QVERIFY(person.open(urlOf(link)).shows("Sold out"));
    QCOMPARE(count(a, "payment_link.updated"), 1);
    QCOMPARE(a.get("/v1/payment_links?active=true").data().size(), 0);
    a.post(path, "active=true");
    QCOMPARE(person.open(urlOf(link)).status, 303);
    QVERIFY(a.post("/v1/payment_links", "line_items[0][price]=" + a.makePrice() + "&line_items[0][quantity]=1&payment_intent_data[description]=x").message().contains("payment_intent_data"));
    QCOMPARE(a.get("/v1/checkout/sessions").data().size(), 2); // no session for those who came in vain
}

void TstCheckout::promotionCodesCountAndRefuse()
{
    Account a(Account::empty());
    const QByteArray coupon = a.post("/v1/coupons", "percent_off=50&duration=once").id().toLatin1();
    const QByteArray base = "promotion[type]=coupon&promotion[coupon]=" + coupon;
    const auto made = a.post("/v1/promotion_codes", base + "&code=HALF-OFF&max_redemptions=1");
    QCOMPARE(made.json["promotion"].toObject()["coupon"].toString(), QString::fromLatin1(coupon));
    QVERIFY(a.post("/v1/promotion_codes", base + "&code=half-off").message().contains("already exists"));
    QVERIFY(a.post("/v1/promotion_codes", base + "&code=no%20spaces").status == 400);
    QCOMPARE(a.post("/v1/promotion_codes", base).json["code"].toString().size(), 8);
    QCOMPARE(a.get("/v1/promotion_codes?code=HALF-OFF").data().size(), 1);
    const QByteArray use = "&discounts[0][promotion_code]=" + made.id().toLatin1();
    const auto first = a.subscribe(a.makePayer(), a.makePrice(), use + "&expand[]=latest_invoice&expand[]=discounts");
    QCOMPARE(first.status, 200);
    QCOMPARE(first.json["latest_invoice"].toObject()["total"].toInt(), 500);
    const auto after = a.get("/v1/promotion_codes/" + made.id().toLatin1()).json;
    QCOMPARE(after["times_redeemed"].toInt(), 1);
    QCOMPARE(after["active"].toBool(), false);
    QVERIFY(a.subscribe(a.makePayer(), a.makePrice(), use).message().contains("expired or inactive"));
    const QByteArray rich = a.post("/v1/promotion_codes", base + "&restrictions[minimum_amount]=5000&restrictions[minimum_amount_currency]=usd").id().toLatin1();
    QVERIFY(a.subscribe(a.makePayer(), a.makePrice(), "&discounts[0][promotion_code]=" + rich).message().contains("minimum amount"));
    const QByteArray fresh = a.post("/v1/promotion_codes", base + "&restrictions[first_time_transaction]=true").id().toLatin1();
    const QByteArray regular = a.makePayer(), price = a.makePrice();
    QCOMPARE(a.subscribe(regular, price).status, 200);
    QVERIFY(a.subscribe(regular, price, "&discounts[0][promotion_code]=" + fresh).message().contains("prior transactions"));
    a.post("/v1/promotion_codes/" + fresh, "active=false");
    QCOMPARE(a.get("/v1/promotion_codes?active=true").data().size(), 2);
    QCOMPARE(count(a, "promotion_code.created"), 4);
    QCOMPARE(count(a, "promotion_code.updated"), 1);
}

void TstCheckout::promotionCodesOnSubscriptionsAndPages()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray coupon = a.post("/v1/coupons", "amount_off=300&currency=usd&duration=forever").id().toLatin1();
    const QByteArray code = a.post("/v1/promotion_codes", "promotion[type]=coupon&code=THREE&promotion[coupon]=" + coupon).id().toLatin1();
    const auto made = a.post("/v1/checkout/sessions", "mode=subscription&allow_promotion_codes=true&customer=" + a.makeCustomer() + "&line_items[0][price]=" + a.makePrice()
                                 + "&line_items[0][quantity]=1" + kUrls);
    auto page = person.send(person.open(urlOf(made)), {{"act", "promotion"}, {"promotion", "nothing"}});
    QVERIFY(page.shows("This code is invalid."));
    page = person.follow(person.send(page, {{"act", "promotion"}, {"promotion", "three"}}));
    QVERIFY(page.shows("Subscribe and pay $7.00 USD"));
    page = person.follow(person.send(page, {{"act", "drop"}}));
    QVERIFY(page.shows("Subscribe and pay $10.00 USD"));
    page = person.follow(person.send(page, {{"act", "promotion"}, {"promotion", "THREE"}}));
    QCOMPARE(person.send(page, {{"act", "pay"}, {"card", "pm_card_visa"}}).status, 303);
    const auto session = a.get("/v1/checkout/sessions/" + made.id().toLatin1() + "?expand[]=subscription.discounts").json;
    QCOMPARE(session["amount_total"].toInt(), 700);
    QCOMPARE(session["total_details"].toObject()["amount_discount"].toInt(), 300);
    const auto discount = session["subscription"].toObject()["discounts"].toArray()[0].toObject();
    QCOMPARE(discount["promotion_code"].toString(), QString::fromLatin1(code));
    QCOMPARE(a.get("/v1/charges").data()[0].toObject()["amount"].toInt(), 700);
    QCOMPARE(a.get("/v1/promotion_codes/" + code).json["times_redeemed"].toInt(), 1);
}

void TstCheckout::captureTakesAPart()
{
    Account a(Account::empty());
    const auto made = a.post("/v1/payment_intents", "amount=2000&currency=usd&payment_method=pm_card_visa&confirm=true&capture_method=manual");
    QCOMPARE(made.json["status"].toString(), QString("requires_capture"));
    QCOMPARE(made.json["amount_capturable"].toInt(), 2000);
    QCOMPARE(count(a, "payment_intent.amount_capturable_updated"), 1);
    QCOMPARE(a.get("/v1/balance_transactions").data().size(), 0);
    const QByteArray path = "/v1/payment_intents/" + made.id().toLatin1();
    QVERIFY(a.post(path + "/capture", "amount_to_capture=2001").message().contains("(2000)"));
    const auto done = a.post(path + "/capture", "amount_to_capture=1500&expand[]=latest_charge.balance_transaction");
    QCOMPARE(done.json["status"].toString(), QString("succeeded"));
    QCOMPARE(done.json["amount_received"].toInt(), 1500);
    QCOMPARE(done.json["amount_capturable"].toInt(), 0);
    const auto charge = done.json["latest_charge"].toObject();
    QCOMPARE(charge["amount_captured"].toInt(), 1500);
    QCOMPARE(charge["balance_transaction"].toObject()["amount"].toInt(), 1500);
    QCOMPARE(charge["balance_transaction"].toObject()["fee"].toInt(), 74);
    QCOMPARE(count(a, "charge.captured"), 1);
    QVERIFY(a.post(path + "/capture").message().contains("has a status of succeeded"));
    QVERIFY(a.post("/v1/refunds", "amount=1501&charge=" + charge["id"].toString().toLatin1()).status == 400);
    QCOMPARE(a.post("/v1/refunds", "charge=" + charge["id"].toString().toLatin1()).json["amount"].toInt(), 1500);
    QCOMPARE(a.get("/v1/charges/" + charge["id"].toString().toLatin1()).json["refunded"].toBool(), true);
}

CH_TEST(TstCheckout)
#include "tst_Checkout.moc"
