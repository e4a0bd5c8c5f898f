// SPDX-License-Identifier: GPL-3.0-or-later
// The hosted invoice page and the step at a bank, as a person uses them and as another site would try to.
#include "sandbox/Browser.h"
#include "sandbox/Html.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;
using ch::test::Browser;
using ch::test::Fields;

class TstHostedPages : public QObject {
    Q_OBJECT

    struct Owed {
        QByteArray subscription, invoice, url, customer;
    };
    /// An incomplete subscription whose first invoice waits to be paid by hand.
    static Owed owed(Account& a, const QByteArray& customer = {}, const QByteArray& more = {}, const QByteArray& price = {})
    {
        Owed out;
        out.customer = customer.isEmpty() ? a.makeCustomer() : customer;
        const auto got = a.subscribe(out.customer, price.isEmpty() ? a.makePrice() : price, "&payment_behavior=default_incomplete&expand[]=latest_invoice" + more);
        const auto invoice = got.json["latest_invoice"].toObject();
        out.subscription = got.id().toLatin1();
        out.invoice = invoice["id"].toString().toLatin1();
        out.url = invoice["hosted_invoice_url"].toString().toLatin1();
        return out;
    }
    static QString statusOf(Account& a, const Owed& of) { return a.get("/v1/subscriptions/" + of.subscription).json["status"].toString(); }
    static QStringList events(Account& a, const QByteArray& filter = {})
    {
        QStringList types;
        for (const auto& event : a.walk("/v1/events", filter))
            types.prepend(event["type"].toString());
        return types;
    }

private Q_SLOTS:
    void aPersonPaysTheFirstInvoice();
    void aDeclineIsSaidAndTriedAgain_data();
    void aDeclineIsSaidAndTriedAgain();
    void aNumberIsTypedInstead();
    void aDoubleClickPaysOnce();
    void aDoubleClickDeclinesOnce();
    void invoicesThatNeedNoPaymentSaySo();
    void unknownAddressesAreHonest();
    void formsOfOtherSitesDoNothing_data();
    void formsOfOtherSitesDoNothing();
    void namesCannotBreakThePage();
    void amountsAreWrittenRight_data();
    void amountsAreWrittenRight();
    void nothingComesFromElsewhere();
    void theBankAsksFirst();
    void theBankSaysNo();
    void authenticationOfALoneIntentLeadsBack();
    void renewalsAskForAuthentication();
    void pageAddressesNameTheServer();
};

void TstHostedPages::aPersonPaysTheFirstInvoice()
{
    Account a(Account::empty());
    Browser person(a);
    const Owed of = owed(a);
    QCOMPARE(statusOf(a, of), QString("incomplete"));
    const auto page = person.open(of.url);
    QCOMPARE(page.status, 200);
    QVERIFY(page.shows("Pay $10.00 USD"));
    QVERIFY(page.shows("SIMULATED"));
    const auto paid = person.send(page, {{"card", "pm_card_visa"}});
    QCOMPARE(paid.status, 303);
    QCOMPARE(paid.location(), of.url);
    QVERIFY(person.follow(paid).shows("Paid on 01 Nov 2026"));
    QVERIFY(!person.follow(paid).hasForm());
    QCOMPARE(statusOf(a, of), QString("active"));
    const auto invoice = a.get("/v1/invoices/" + of.invoice).json;
    QCOMPARE(invoice["status"].toString(), QString("paid"));
    QCOMPARE(invoice["amount_paid"].toInt(), 1000);
    // The card stays, for the renewals that nobody pays by hand.
    const QByteArray method = a.get("/v1/subscriptions/" + of.subscription).json["default_payment_method"].toString().toLatin1();
    QCOMPARE(a.get("/v1/payment_methods/" + method).json["customer"].toString(), QString::fromLatin1(of.customer));
    const QStringList types = events(a);
    for (const char* type : {"payment_method.attached", "charge.succeeded", "payment_intent.succeeded", "invoice.paid", "customer.subscription.updated"})
        QVERIFY2(types.contains(QLatin1String(type)), type);
    a.clock.advance(32LL * 86400 * 1000);
    QCOMPARE(a.get("/v1/invoices?subscription=" + of.subscription).data().size(), 2);
    QCOMPARE(a.get("/v1/invoices?status=paid&subscription=" + of.subscription).data().size(), 2);
}

void TstHostedPages::aDeclineIsSaidAndTriedAgain_data()
{
    QTest::addColumn<QByteArray>("card");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("generic") << QByteArray("pm_card_visa_chargeDeclined") << QByteArray("Your card was declined.");
    QTest::newRow("funds") << QByteArray("pm_card_visa_chargeDeclinedInsufficientFunds") << QByteArray("Your card has insufficient funds.");
    QTest::newRow("expired") << QByteArray("pm_card_chargeDeclinedExpiredCard") << QByteArray("Your card has expired.");
    QTest::newRow("cvc") << QByteArray("pm_card_chargeDeclinedIncorrectCvc") << QByteArray("Your card&#39;s security code is incorrect.");
    QTest::newRow("fails later") << QByteArray("pm_card_chargeCustomerFail") << QByteArray("Your card was declined.");
}

void TstHostedPages::aDeclineIsSaidAndTriedAgain()
{
    QFETCH(QByteArray, card);
    QFETCH(QByteArray, says);
    Account a(Account::empty());
    Browser person(a);
    const Owed of = owed(a);
    const auto declined = person.send(person.open(of.url), {{"card", card}});
    QCOMPARE(declined.status, 402);
    QVERIFY(declined.shows(says));
    QCOMPARE(statusOf(a, of), QString("incomplete"));
    QVERIFY(events(a).contains("invoice.payment_failed"));
    QVERIFY(person.open(of.url).shows(says)); // also for whoever comes back later
    QCOMPARE(person.send(declined, {{"card", "pm_card_visa"}}).status, 303);
    QCOMPARE(statusOf(a, of), QString("active"));
    QCOMPARE(a.get("/v1/charges").data().size(), 2);
}

void TstHostedPages::aNumberIsTypedInstead()
{
    Account a(Account::empty());
    Browser person(a);
    const Owed of = owed(a);
    auto page = person.send(person.open(of.url), {{"card", "pm_card_visa"}, {"number", "4242 4242 4242 4241"}});
    QCOMPARE(page.status, 402);
    QVERIFY(page.shows("Your card number is incorrect."));
    page = person.send(page, {{"card", "pm_card_visa"}, {"number", "4111111111111111"}}); // a number, but none of the test cards
    QVERIFY(page.shows("used a non test card"));
    QVERIFY(!page.shows("4111111111111111"));
    QCOMPARE(a.get("/v1/charges").data().size(), 0);
    page = person.send(page, {{"card", "pm_card_visa"}, {"number", "4000-0000-0000-9995"}});
    QVERIFY(page.shows("insufficient funds"));
    QCOMPARE(person.send(page, {{"card", "pm_card_visa_chargeDeclined"}, {"number", "5555 5555 5555 4444"}}).status, 303);
    QCOMPARE(statusOf(a, of), QString("active"));
    QCOMPARE(person.send(page, {}).status, 303);
}

void TstHostedPages::aDoubleClickPaysOnce()
{
    Account a(Account::empty());
    Browser person(a);
    const Owed of = owed(a);
    const auto page = person.open(of.url);
    QCOMPARE(person.send(page, {{"card", "pm_card_visa"}}).status, 303);
    const auto again = person.send(page, {{"card", "pm_card_visa"}});
    QCOMPARE(again.status, 303);
    QVERIFY(person.follow(again).shows("Paid on"));
    QCOMPARE(a.get("/v1/charges").data().size(), 1);
}

void TstHostedPages::aDoubleClickDeclinesOnce()
{
    Account a(Account::empty());
    Browser person(a);
    const auto page = person.open(owed(a).url);
    QCOMPARE(person.send(page, {{"card", "pm_card_visa_chargeDeclined"}}).status, 402);
    const auto again = person.send(page, {{"card", "pm_card_visa_chargeDeclined"}});
    QCOMPARE(again.status, 303);
    QVERIFY(person.follow(again).shows("Your card was declined."));
    QCOMPARE(a.get("/v1/charges").data().size(), 1);
    const auto third = person.post(page.url, {{"card", "pm_card_visa"}, {"turn", "made up"}}, {});
    QCOMPARE(third.status, 303);
    QCOMPARE(a.get("/v1/charges").data().size(), 1);
}

void TstHostedPages::invoicesThatNeedNoPaymentSaySo()
{
    Account a(Account::empty());
    Browser person(a);
    const Owed voided = owed(a);
    const auto before = person.open(voided.url);
    a.post("/v1/invoices/" + voided.invoice + "/void");
    QVERIFY(person.open(voided.url).shows("Void since"));
    QCOMPARE(person.send(before, {{"card", "pm_card_visa"}}).status, 303); // the page was open in another window
    QCOMPARE(a.get("/v1/charges").data().size(), 0);
    const Owed given = owed(a);
    a.post("/v1/invoices/" + given.invoice + "/mark_uncollectible");
    const auto page = person.open(given.url);
    QVERIFY(page.shows("uncollectible"));
    QCOMPARE(person.send(page, {{"card", "pm_card_visa"}}).status, 303);
    QCOMPARE(a.get("/v1/invoices/" + given.invoice).json["status"].toString(), QString("paid"));
    const Owed left = owed(a);
    a.del("/v1/customers/" + left.customer);
    QVERIFY(!person.open(left.url).hasForm());
    const QByteArray expired = owed(a).url;
    a.clock.advance(24LL * 3600 * 1000);
    QVERIFY(person.open(expired).shows("Void since"));
    const auto print = person.open(expired + "/pdf");
    QCOMPARE(print.status, 200);
    QVERIFY(!print.hasForm());
}

void TstHostedPages::unknownAddressesAreHonest()
{
    Account a(Account::empty());
    Browser person(a);
    const Owed of = owed(a);
    for (const QByteArray& url : {of.url.chopped(1), of.url + "x", of.url + "/more", QByteArray("/pay/in_1abc/def"), QByteArray("/portal/x/y"), QByteArray("/checkout/"),
                                  QByteArray(of.url).replace("/pay/", "/checkout/"), "/link/" + of.invoice + "/", QByteArray("/authenticate/pi_1/x")}) {
        const auto page = person.open(url);
        QCOMPARE(page.status, 404);
        QVERIFY(page.shows("Nothing here"));
        QVERIFY(page.header("Content-Type").startsWith("text/html"));
    }
    QCOMPARE(a.engine.handle({"DELETE", of.url.mid(16), {}, {}}).status, 405);
    const auto head = a.engine.handle({"HEAD", of.url.mid(16), {}, {}});
    QCOMPARE(head.status, 200);
}

void TstHostedPages::formsOfOtherSitesDoNothing_data()
{
    QTest::addColumn<ch::sandbox::Headers>("headers");
    QTest::addColumn<int>("status");
    using Headers = ch::sandbox::Headers;
    QTest::newRow("origin") << Headers{{"Origin", "https://evil.example"}} << 403;
    QTest::newRow("no origin told") << Headers{{"Origin", "null"}} << 403;
    QTest::newRow("another port") << Headers{{"Origin", "http://127.0.0.1:81"}} << 403;
    QTest::newRow("cross-site") << Headers{{"Sec-Fetch-Site", "cross-site"}} << 403;
    QTest::newRow("rebound name") << Headers{{"Host", "evil.example"}} << 421;
    QTest::newRow("text") << Headers{{"Content-Type", "text/plain"}} << 415;
    QTest::newRow("its own") << Headers{{"Origin", "http://127.0.0.1"}} << 303;
    QTest::newRow("a test without either") << Headers{} << 303;
}

void TstHostedPages::formsOfOtherSitesDoNothing()
{
    QFETCH(ch::sandbox::Headers, headers);
    QFETCH(int, status);
    Account a(Account::empty());
    Browser person(a);
    const Owed of = owed(a);
    const auto page = person.open(of.url);
    const auto reply = person.post(of.url, {{"card", "pm_card_visa"}, {"turn", page.turn()}}, headers);
    QCOMPARE(reply.status, status);
    QCOMPARE(statusOf(a, of), QString(status == 303 ? "active" : "incomplete"));
}

void TstHostedPages::namesCannotBreakThePage()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray evil = "<script>alert(\"1\")</script>&'";
    const Owed of = owed(a, a.makeCustomer("name=" + evil.toPercentEncoding()), {},
                         a.post("/v1/prices", "currency=usd&unit_amount=100&recurring[interval]=month&product_data[name]=" + evil.toPercentEncoding()).id().toLatin1());
    const auto page = person.open(of.url);
    QVERIFY(!page.shows("<script"));
    QVERIFY(page.shows("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;"));
    const QByteArray arabic = QString(256, QChar(0x0645)).toUtf8();
    const auto second = person.open(owed(a, a.makeCustomer("name=" + arabic.toPercentEncoding())).url);
    QVERIFY(second.shows("<dd dir=\"auto\">" + arabic + "</dd>"));
    const auto control = person.open(owed(a, a.makeCustomer("name=a%00%1Bb")).url);
    QVERIFY(!control.body.contains('\0') && !control.body.contains('\x1b'));
}

void TstHostedPages::amountsAreWrittenRight_data()
{
    QTest::addColumn<qint64>("amount");
    QTest::addColumn<QByteArray>("currency");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("usd") << qint64(123456789) << QByteArray("usd") << QByteArray("$1,234,567.89 USD");
    QTest::newRow("cents") << qint64(5) << QByteArray("usd") << QByteArray("$0.05 USD");
    QTest::newRow("eur") << qint64(100000) << QByteArray("eur") << QByteArray("€1,000.00 EUR");
    QTest::newRow("jpy") << qint64(1234) << QByteArray("jpy") << QByteArray("¥1,234 JPY");
    QTest::newRow("hundreds") << qint64(999) << QByteArray("jpy") << QByteArray("¥999 JPY");
    QTest::newRow("another") << qint64(123456) << QByteArray("chf") << QByteArray("1,234.56 CHF");
    QTest::newRow("minus") << qint64(-123456) << QByteArray("usd") << QByteArray("\xE2\x88\x92$1,234.56 USD");
    QTest::newRow("nothing") << qint64(0) << QByteArray("eur") << QByteArray("€0.00 EUR");
}

void TstHostedPages::amountsAreWrittenRight()
{
    QFETCH(qint64, amount);
    QFETCH(QByteArray, currency);
    QFETCH(QByteArray, text);
    QCOMPARE(ch::sandbox::html::money(amount, currency), text);
}

void TstHostedPages::nothingComesFromElsewhere()
{
    Account a(Account::empty());
    const auto page = Browser(a).open(owed(a).url);
    const QByteArray policy = page.header("Content-Security-Policy");
    QVERIFY(policy.startsWith("default-src 'none'; style-src 'sha256-"));
    QVERIFY(policy.contains("form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
    const qsizetype from = page.body.indexOf("<style>") + 7, to = page.body.indexOf("</style>");
    QVERIFY(policy.contains(QCryptographicHash::hash(page.body.mid(from, to - from), QCryptographicHash::Sha256).toBase64()));
    for (const char* word : {"<script", "<img", "<link", "url(", "@import", "style=\"", "https://", " on"})
        QVERIFY2(!page.body.mid(to).contains(word) || qstrcmp(word, " on") == 0, word);
    QVERIFY(page.shows("<html lang=\"en\">"));
    QVERIFY(page.shows("<label for=\"card\">"));
    QVERIFY(page.shows("<label for=\"number\">"));
    QCOMPARE(page.header("Referrer-Policy"), QByteArray("same-origin"));
}

void TstHostedPages::theBankAsksFirst()
{
    Account a(Account::empty());
    Browser person(a);
    const Owed of = owed(a);
    const auto asked = person.send(person.open(of.url), {{"card", "pm_card_authenticationRequired"}});
    QCOMPARE(asked.status, 303);
    QVERIFY(asked.location().contains("/authenticate/pi_"));
    const auto secret = a.get("/v1/invoices/" + of.invoice + "?expand[]=payments.data.payment.payment_intent").json;
    const auto intent = secret["payments"].toObject()["data"].toArray()[0].toObject()["payment"].toObject()["payment_intent"].toObject();
    QCOMPARE(intent["status"].toString(), QString("requires_action"));
    QCOMPARE(intent["next_action"].toObject()["redirect_to_url"].toObject()["url"].toString().toLatin1(), asked.location());
    QCOMPARE(a.get("/v1/events?type=invoice.payment_action_required").data().size(), 1);
    QCOMPARE(statusOf(a, of), QString("incomplete"));
    QVERIFY(person.open(of.url).shows("Answer the bank"));
    const auto bank = person.open(asked.location());
    QVERIFY(bank.shows("$10.00 USD"));
    const auto done = person.send(bank, {{"answer", "yes"}});
    QCOMPARE(done.location(), of.url);
    QCOMPARE(statusOf(a, of), QString("active"));
    QVERIFY(person.open(asked.location()).shows("Nothing to answer"));
    QCOMPARE(person.send(bank, {{"answer", "yes"}}).status, 200);
    QCOMPARE(a.get("/v1/charges").data().size(), 1);
}

void TstHostedPages::theBankSaysNo()
{
    Account a(Account::empty());
    Browser person(a);
    const Owed of = owed(a);
    const auto asked = person.send(person.open(of.url), {{"card", "pm_card_authenticationRequired"}});
    const auto refused = person.follow(person.send(person.open(asked.location()), {{"answer", "no"}}));
    QVERIFY(refused.shows("failed authentication"));
    QCOMPARE(statusOf(a, of), QString("incomplete"));
    QCOMPARE(a.get("/v1/events?type=payment_intent.payment_failed").data().size(), 1);
    QCOMPARE(person.send(refused, {{"card", "pm_card_visa"}}).status, 303);
    QCOMPARE(statusOf(a, of), QString("active"));
}

void TstHostedPages::authenticationOfALoneIntentLeadsBack()
{
    Account a(Account::empty());
    Browser person(a);
    const auto made = a.post("/v1/payment_intents", "amount=2500&currency=eur&payment_method=pm_card_threeDSecure2Required&confirm=true&return_url=https://shop.example/back?a=1");
    QCOMPARE(made.json["status"].toString(), QString("requires_action"));
    const auto action = made.json["next_action"].toObject()["redirect_to_url"].toObject();
    QCOMPARE(action["return_url"].toString(), QString("https://shop.example/back?a=1"));
    const auto bank = person.open(action["url"].toString().toLatin1());
    QVERIFY(bank.shows("€25.00 EUR"));
    QVERIFY(bank.header("Content-Security-Policy").contains("form-action 'self' https://shop.example;"));
    const auto done = person.send(bank, {{"answer", "yes"}});
    QCOMPARE(done.location(), "https://shop.example/back?a=1&payment_intent=" + made.id().toLatin1() + "&redirect_status=succeeded");
    QCOMPARE(a.get("/v1/payment_intents/" + made.id().toLatin1()).json["status"].toString(), QString("succeeded"));
}

void TstHostedPages::renewalsAskForAuthentication()
{
    Account a(Account::empty());
    Browser person(a);
    const QByteArray payer = a.makePayer("pm_card_authenticationRequired");
    const auto made = a.subscribe(payer, a.makePrice(), "&expand[]=latest_invoice");
    QCOMPARE(made.json["status"].toString(), QString("incomplete"));
    const QByteArray url = made.json["latest_invoice"].toObject()["hosted_invoice_url"].toString().toLatin1();
    QVERIFY(person.open(url).shows("Answer the bank"));
    QCOMPARE(person.send(person.open(url), {{"card", "pm_card_authenticationRequired"}}).status, 303);
    const auto bank = person.follow(person.send(person.open(url), {{"card", "pm_card_authenticationRequired"}}));
    QCOMPARE(person.send(bank, {{"answer", "yes"}}).status, 303);
    QCOMPARE(a.get("/v1/subscriptions/" + made.id().toLatin1()).json["status"].toString(), QString("active"));
    a.clock.advance(31LL * 86400 * 1000);
    QCOMPARE(a.get("/v1/subscriptions/" + made.id().toLatin1()).json["status"].toString(), QString("past_due"));
    QVERIFY(!a.get("/v1/events?type=invoice.payment_action_required").data().isEmpty()); // the first ones are more than 30 days old
}

void TstHostedPages::pageAddressesNameTheServer()
{
    Account a(Account::empty());
    a.engine.setBaseUrl("http://127.0.0.1:4711");
    const QByteArray url = owed(a).url;
    QVERIFY(url.startsWith("http://127.0.0.1:4711/pay/in_"));
    // By another of this computer's names: led to the one that the forms are sent to.
    const auto led = a.engine.handle({"GET", url.mid(21), {{"Host", "localhost:4711"}}, {}});
    QCOMPARE(led.status, 303);
    QCOMPARE(led.headers.at(0).second, url);
    QCOMPARE(a.engine.handle({"GET", url.mid(21), {{"Host", "127.0.0.1:4711"}}, {}}).status, 200);
}

CH_TEST(TstHostedPages)
#include "tst_HostedPages.moc"
