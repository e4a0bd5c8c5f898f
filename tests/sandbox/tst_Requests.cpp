// SPDX-License-Identifier: GPL-3.0-or-later
// Keys, parameters, idempotency: what is refused, and in whose words.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

class TstRequests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ratesAreLimitedWhereAskedFor();
    void liveEndpointsHaveALimitOfTheirOwn();
    void refusesBadKeys();
    void takesBasicAuthorization();
    void restrictedKeysNameThePermission();
    void theOtherModeSeesNothing();
    void everyAnswerHasItsHeaders();
    void unknownThingsAreRefused_data();
    void unknownThingsAreRefused();
    void parametersArriveInEveryEncoding();
    void hostileFormsAreCheap();
    void expandIsCheckedBeforeAnythingHappens();
    void expandsToFourLevels();
    void aKeyIsReplayed();
    void aKeyIsBoundToItsParameters();
    void refusedParametersAreNotKept();
    void failedExecutionIsKept();
    void keysAreForgottenAfterADay();
    void otherVersionsAreRefused();
};

void TstRequests::refusesBadKeys()
{
    auto options = Account::empty();
    const QByteArray expired = Account::key("sk", "test", "expired99");
    options.expiredKeys = {QString::fromLatin1(expired)};
    Account account(options);
    const auto as = [&](const QByteArray& authorization) { return account.send("GET", "/v1/customers", {}, {}, authorization); };
    QCOMPARE(as({}).status, 401);
    QVERIFY(as({}).message().startsWith("You did not provide an API key."));
    QCOMPARE(as("Bearer nonsense").status, 401);
    const auto wrong = as("Bearer " + Account::key("xx"));
    QVERIFY(wrong.message().startsWith("Invalid API Key provided: xx_test_***"));
    QVERIFY(wrong.message().endsWith("1234"));
    QVERIFY(!wrong.body.contains("abcdefgh"));
    QCOMPARE(as("Bearer " + expired).code(), "api_key_expired");
    QCOMPARE(as("Bearer " + expired).status, 401);
    QCOMPARE(as("Bearer " + Account::key("pk")).code(), "secret_key_required");
    QCOMPARE(as("Bearer " + Account::key()).status, 200);
    QVERIFY(!wrong.header("Request-Id").isEmpty());

    options.acceptedKeys = {QString::fromLatin1(Account::key("sk", "test", "onlythisone"))};
    Account strict(options);
    QCOMPARE(strict.get("/v1/customers").status, 401);
    QCOMPARE(strict.send("GET", "/v1/customers", {}, {}, "Bearer " + Account::key("sk", "test", "onlythisone")).status, 200);
}

void TstRequests::takesBasicAuthorization()
{
    Account account(Account::empty());
    const QByteArray basic = "Basic " + (Account::key() + ':').toBase64();
    QCOMPARE(account.send("GET", "/v1/balance", {}, {}, basic).status, 200);
}

void TstRequests::restrictedKeysNameThePermission()
{
    auto options = Account::empty();
    const QByteArray key = Account::key("rk", "test", "restrictedqs8Kgd");
    options.restrictedKeys.insert(QString::fromLatin1(key), {"rak_customer_write", "rak_subscription_read"});
    Account account(options);
    const auto as = [&](const QByteArray& method, const QByteArray& target) { return account.send(method, target, {}, {}, "Bearer " + key); };
    QCOMPARE(as("GET", "/v1/customers").status, 200); // write includes read
    QCOMPARE(as("POST", "/v1/customers").status, 200);
    QCOMPARE(as("GET", "/v1/subscriptions").status, 200);
    const auto refused = as("DELETE", "/v1/subscriptions/sub_x");
    QCOMPARE(refused.status, 403);
    QCOMPARE(refused.error()["type"].toString(), "invalid_request_error");
    QVERIFY(refused.code().isEmpty());
    QVERIFY(refused.message().contains("Having the 'rak_subscription_write' permission would allow this request to continue."));
    QVERIFY(refused.message().contains("rk_test_****"));
    QVERIFY(!refused.body.contains("restricted" "qs8"));
    QVERIFY(as("GET", "/v1/balance").message().contains("'rak_balance_read'"));
    QVERIFY(as("GET", "/v1/account").message().contains("'rak_accounts_kyc_basic_read'"));
}

void TstRequests::theOtherModeSeesNothing()
{
    Account account;
    const QByteArray live = "Bearer " + Account::key("sk", "live");
    const QByteArray id = account.get("/v1/customers?limit=1").data()[0].toObject()["id"].toString().toLatin1();
    QCOMPARE(account.send("GET", "/v1/customers", {}, {}, live).data().size(), 0);
    const auto missing = account.send("GET", "/v1/customers/" + id, {}, {}, live);
    QCOMPARE(missing.status, 404);
    QCOMPARE(missing.message(), "No such customer: '" + QString::fromLatin1(id)
                                    + "'; a similar object exists in test mode, but a live mode key was used to make this request.");
    QCOMPARE(account.send("GET", "/v1/balance", {}, {}, live).json["livemode"].toBool(), true);
    QCOMPARE(account.send("POST", "/v1/customers", {}, {}, live).status, 400);
    auto options = Account::small();
    options.live = true;
    Account real(options);
    QCOMPARE(real.send("GET", "/v1/customers?limit=1", {}, {}, live).data()[0].toObject()["livemode"].toBool(), true);
    QCOMPARE(real.get("/v1/balance").json["livemode"].toBool(), false);
}

void TstRequests::everyAnswerHasItsHeaders()
{
    Account account(Account::empty());
    const auto first = account.post("/v1/customers", "name=A", "key-1"), second = account.get("/v1/nothing");
    for (const auto& got : {first, second}) {
        QVERIFY(got.header("Request-Id").startsWith("req_"));
        QCOMPARE(got.header("Stripe-Version"), "2026-10-28.endive");
        QCOMPARE(got.header("Content-Type"), "application/json");
    }
    QVERIFY(first.header("Request-Id") != second.header("Request-Id"));
    QCOMPARE(first.header("Idempotency-Key"), "key-1");
}

void TstRequests::unknownThingsAreRefused_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("param");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const char* method, const char* target, const char* body, int status, const char* code, const char* param, const char* message) {
        QTest::newRow(name) << QByteArray(method) << QByteArray(target) << QByteArray(body) << status << QString::fromUtf8(code) << QString::fromUtf8(param) << QString::fromUtf8(message);
    };
    row("near", "GET", "/v1/customers?limt=3", "", 400, "parameter_unknown", "limt", "Received unknown parameter: limt. Did you mean limit?");
    row("far", "GET", "/v1/customers?frobnicate=3", "", 400, "parameter_unknown", "frobnicate", "Received unknown parameter: frobnicate");
    row("product_data", "POST", "/v1/subscriptions", "customer=cus_1&items[0][price_data][product_data][name]=x", 400, "parameter_unknown",
        "items[0][price_data][product_data]", "Received unknown parameter: items[0][price_data][product_data]. Did you mean product?");
    row("missing", "POST", "/v1/products", "", 400, "parameter_missing", "name", "Missing required param: name.");
    row("missing below", "POST", "/v1/subscriptions", "customer=c&items[0][price_data][product]=p&items[0][price_data][recurring][interval]=month", 400,
        "parameter_missing", "items[0][price_data][currency]", "Missing required param: items[0][price_data][currency].");
    row("no integer", "GET", "/v1/customers?limit=ten", "", 400, "parameter_invalid_integer", "limit", "Invalid integer: ten");
    row("too many", "GET", "/v1/customers?limit=101", "", 400, "parameter_invalid_integer", "limit", "This value must be less than or equal to 100 (it currently is '101').");
    row("too few", "GET", "/v1/customers?limit=0", "", 400, "parameter_invalid_integer", "limit", "This value must be greater than or equal to 1.");
    row("no boolean", "GET", "/v1/prices?active=yes", "", 400, "", "active", "Invalid boolean: yes");
    row("no choice", "GET", "/v1/invoices?status=late", "", 400, "", "status", "Invalid status: must be one of draft, open, paid, uncollectible, or void");
    row("empty", "POST", "/v1/products", "name=", 400, "parameter_invalid_empty", "name", "");
    row("hash for text", "POST", "/v1/customers", "name[a]=b", 400, "", "name", "Invalid string: {}");
    row("text for array", "POST", "/v1/subscriptions", "customer=c&items=x", 400, "", "items", "Invalid array");
    row("bound", "GET", "/v1/customers?created[after]=3", "", 400, "parameter_unknown", "created[after]", "");
    row("cursor", "GET", "/v1/customers?starting_after=cus_none", "", 400, "resource_missing", "starting_after", "No such customer: 'cus_none'");
    row("both cursors", "GET", "/v1/customers?starting_after=a&ending_before=b", "", 400, "parameters_exclusive", "starting_after", "");
    row("no such", "GET", "/v1/customers/cus_x", "", 404, "resource_missing", "id", "No such customer: 'cus_x'");
    row("no such sub", "DELETE", "/v1/subscriptions/sub_x", "", 404, "resource_missing", "id", "No such subscription: 'sub_x'");
    row("no such in body", "POST", "/v1/payment_intents", "amount=5&currency=usd&customer=cus_x", 400, "resource_missing", "customer", "No such customer: 'cus_x'");
    row("url", "GET", "/v1/x", "", 404, "", "", "Unrecognized request URL (GET: /v1/x). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.");
    row("method", "DELETE", "/v1/prices/price_1", "", 404, "", "", "");
    row("unsupported", "POST", "/v1/customers", "cash_balance[x]=1", 400, "sandbox_unsupported", "cash_balance", "");
    row("long name", "POST", "/v1/customers", QByteArray("name=" + QByteArray(257, 'n')).constData(), 400, "", "name", "");
    row("metadata key", "POST", "/v1/customers", "metadata[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]=1", 400, "", "metadata[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]", "");
    row("json", "POST", "/v1/customers", "{\"name\":\"x\"}", 400, "parameter_unknown", "{\"name\":\"x\"}", "");
    row("clash", "POST", "/v1/customers", "metadata=1&metadata[a]=2", 400, "", "metadata[a]", "");
}

void TstRequests::unknownThingsAreRefused()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QString, message);
    Account account(Account::empty());
    const auto before = account.engine.dump();
    const auto got = account.send(method, target, body);
    QCOMPARE(got.status, status);
    QCOMPARE(got.error()["type"].toString(), "invalid_request_error");
    QTEST(got.code(), "code");
    QTEST(got.param(), "param");
    if (!message.isEmpty())
        QCOMPARE(got.message(), message);
    QVERIFY(!got.message().isEmpty());
    QVERIFY(account.engine.dump() == before);
}

void TstRequests::parametersArriveInEveryEncoding()
{
    Account account(Account::empty());
    const auto got = account.post("/v1/customers", "name=A%2BB+c%20%C3%A9%22&metadata%5Ba%20b%5D=x%26y&metadata[k]=%3D&email=a@example.com&preferred_locales[]=en&preferred_locales[]=de");
    QCOMPARE(got.json["name"].toString(), QString::fromUtf8("A+B c é\""));
    QCOMPARE(got.json["metadata"].toObject()["a b"].toString(), "x&y");
    QCOMPARE(got.json["metadata"].toObject()["k"].toString(), "=");
    QCOMPARE(got.json["preferred_locales"].toArray(), (QJsonArray{"en", "de"}));
    const QByteArray id = got.id().toLatin1();
    const auto changed = account.post("/v1/customers/" + id, "metadata[k]=&metadata[n]=1&email=");
    QCOMPARE(changed.json["metadata"].toObject(), (QJsonObject{{"a b", "x&y"}, {"n", "1"}}));
    QVERIFY(changed.json["email"].isNull());
    QCOMPARE(account.post("/v1/customers/" + id, "metadata=").json["metadata"].toObject(), QJsonObject());
    const auto odd = account.post("/v1/customers", "name=%FF%FEbad%00");
    QCOMPARE(odd.status, 200);
    QVERIFY(!odd.json.isEmpty()); // still JSON
}

void TstRequests::hostileFormsAreCheap()
{
    Account account(Account::empty());
    QByteArray deep = "a";
    for (int i = 0; i < 200000; ++i)
        deep += "[a]";
    QCOMPARE(account.post("/v1/customers", deep + "=1").code(), "parameter_unknown");
    QByteArray many;
    for (int i = 0; i < 50000; ++i)
        many += "metadata[k" + QByteArray::number(i) + "]=1&";
    QCOMPARE(account.post("/v1/customers", many).status, 400);
}

void TstRequests::expandIsCheckedBeforeAnythingHappens()
{
    Account account(Account::empty());
    const auto got = account.post("/v1/customers", "name=A&expand[]=nothing");
    QCOMPARE(got.status, 400);
    QCOMPARE(got.message(), "This property cannot be expanded (nothing).");
    QCOMPARE(account.engine.counts().customers, 0);
    QCOMPARE(account.get("/v1/subscriptions?expand[]=customer").status, 400); // a list's paths start with data
    QCOMPARE(account.get("/v1/subscriptions?expand[]=data.customer").status, 200);
    QCOMPARE(account.get("/v1/subscriptions?expand[]=data.latest_invoice.subscription").status, 400);
    QVERIFY(account.get("/v1/subscriptions?expand[]=data.latest_invoice.payments.data.payment").message().startsWith("You cannot expand more than 4 levels"));
}

void TstRequests::expandsToFourLevels()
{
    Account account;
    const auto page = account.get("/v1/subscriptions?limit=100&expand[]=data.discounts.source.coupon&expand[]=data.latest_invoice.customer&expand[]=data.items.data.price");
    int coupons = 0;
    for (const QJsonValue& value : page.data()) {
        const QJsonObject invoice = value.toObject()["latest_invoice"].toObject();
        QCOMPARE(invoice["object"].toString(), "invoice");
        QCOMPARE(invoice["customer"].toObject()["id"].toString(), value.toObject()["customer"].toString());
        for (const QJsonValue& discount : value.toObject()["discounts"].toArray())
            coupons += discount.toObject()["source"].toObject()["coupon"].toObject()["object"].toString() == "coupon";
    }
    QVERIFY(coupons > 0);
    const auto prices = account.get("/v1/prices?limit=100&lookup_keys[0]=seats_volume_eur&expand[]=data.tiers&expand[]=data.product");
    QCOMPARE(prices.data().size(), 1);
    QCOMPARE(prices.data()[0].toObject()["tiers"].toArray().size(), 3);
    QCOMPARE(prices.data()[0].toObject()["product"].toObject()["name"].toString(), "Team seats");
    QVERIFY(prices.data()[0].toObject()["unit_amount"].isNull());
    QVERIFY(!account.get("/v1/prices?lookup_keys[0]=seats_volume_eur").data()[0].toObject().contains("tiers"));
}

void TstRequests::aKeyIsReplayed()
{
    Account account(Account::empty());
    const auto first = account.post("/v1/customers", "name=A", "k1"), again = account.post("/v1/customers", "name=A", "k1");
    QCOMPARE(again.status, 200);
    QCOMPARE(again.body, first.body);
    QCOMPARE(again.header("Idempotent-Replayed"), "true");
    QCOMPARE(again.header("Original-Request"), first.header("Request-Id"));
    QVERIFY(again.header("Request-Id") != first.header("Request-Id"));
    QVERIFY(first.header("Idempotent-Replayed").isEmpty());
    QCOMPARE(account.engine.counts().customers, 1);
    QVERIFY(account.post("/v1/customers", "name=A", "k2").id() != first.id());
    const auto event = account.get("/v1/events?type=customer.created&limit=1").data()[0].toObject()["request"].toObject();
    QCOMPARE(event["idempotency_key"].toString(), "k2");
}

void TstRequests::aKeyIsBoundToItsParameters()
{
    Account account(Account::empty());
    account.post("/v1/customers", "name=A", "k1");
    const auto other = account.post("/v1/customers", "name=B", "k1");
    QCOMPARE(other.status, 400);
    QCOMPARE(other.error()["type"].toString(), "idempotency_error");
    QCOMPARE(other.message(), "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other "
                              "than 'k1' if you meant to execute a different request.");
    QCOMPARE(account.post("/v1/products", "name=A", "k1").error()["type"].toString(), "idempotency_error");
    QCOMPARE(account.engine.counts().customers, 1);
}

void TstRequests::refusedParametersAreNotKept()
{
    Account account(Account::empty());
    QCOMPARE(account.post("/v1/customers", "nam=A", "k1").status, 400);
    QCOMPARE(account.post("/v1/customers", "name=A", "k1").status, 200); // the key is still free
    QCOMPARE(account.send("POST", "/v1/customers", "name=A", {{"Idempotency-Key", "k2"}}, "Bearer x").status, 401);
    QCOMPARE(account.post("/v1/customers", "name=B", "k2").status, 200);
}

void TstRequests::failedExecutionIsKept()
{
    Account account(Account::empty());
    const auto first = account.post("/v1/customers/cus_x", "name=A", "k1"), again = account.post("/v1/customers/cus_x", "name=A", "k1");
    QCOMPARE(first.status, 404);
    QCOMPARE(again.body, first.body);
    QCOMPARE(again.header("Idempotent-Replayed"), "true");
}

void TstRequests::keysAreForgottenAfterADay()
{
    Account account(Account::empty());
    const auto first = account.post("/v1/customers", "name=A", "k1");
    account.clock.advance(23LL * 3600 * 1000);
    QCOMPARE(account.post("/v1/customers", "name=A", "k1").id(), first.id());
    account.clock.advance(2LL * 3600 * 1000);
    QVERIFY(account.post("/v1/customers", "name=A", "k1").id() != first.id());
}

void TstRequests::otherVersionsAreRefused()
{
    Account account(Account::empty());
    QCOMPARE(account.send("GET", "/v1/balance", {}, {{"Stripe-Version", "2026-10-28.endive"}}).status, 200);
    QCOMPARE(account.send("GET", "/v1/balance", {}, {{"stripe-version", "2019-01-01"}}).status, 400);
}

void TstRequests::ratesAreLimitedWhereAskedFor()
{
    auto options = Account::empty();
    options.rateLimits = true;
    Account a(options);
    for (int i = 0; i < 24; ++i)
        QCOMPARE(a.get(i % 2 ? "/v1/customers" : "/v1/prices").status, 200);
    QCOMPARE(a.post("/v1/customers", "name=A", QByteArray("once")).status, 200);
    const auto refused = a.post("/v1/customers", "name=B", QByteArray("twice"));
    QCOMPARE(refused.status, 429);
    QCOMPARE(refused.code(), "rate_limit");
    QCOMPARE(refused.error()["type"].toString(), "invalid_request_error");
    QCOMPARE(refused.header("Stripe-Rate-Limited-Reason"), "global-rate");
    QVERIFY(!refused.header("Request-Id").isEmpty());
    a.clock.advance(999);
    QCOMPARE(a.get("/v1/prices").status, 429);
    a.clock.advance(1);
    const auto again = a.post("/v1/customers", "name=B", QByteArray("twice")); // a refusal is not kept for the key
    QCOMPARE(again.status, 200);
    QVERIFY(again.header("Idempotent-Replayed").isEmpty());
    QCOMPARE(a.get("/v1/customers").data().size(), 2);
    Account free(Account::empty());
    for (int i = 0; i < 60; ++i)
        QCOMPARE(free.get("/v1/prices").status, 200);
}

void TstRequests::liveEndpointsHaveALimitOfTheirOwn()
{
    auto options = Account::empty();
    options.rateLimits = options.live = true;
    Account a(options);
    const auto ask = [&](const QByteArray& target) { return a.send("GET", target, {}, {}, "Bearer " + Account::key("sk", "live")); };
    for (int i = 0; i < 25; ++i)
        QCOMPARE(ask("/v1/customers/cus_" + QByteArray::number(i)).status, 404); // ids do not make another endpoint
    QCOMPARE(ask("/v1/customers/cus_x").header("Stripe-Rate-Limited-Reason"), "endpoint-rate");
    QCOMPARE(ask("/v1/customers").status, 200);
    for (const char* path : {"/v1/prices", "/v1/products", "/v1/coupons"}) {
        for (int i = 0; i < 24; ++i)
            QCOMPARE(ask(path).status, 200);
    }
    QCOMPARE(ask("/v1/prices").status, 200);
    QCOMPARE(ask("/v1/nowhere").status, 404); // the hundredth
    QCOMPARE(ask("/v1/invoices").header("Stripe-Rate-Limited-Reason"), "global-rate");
}

CH_TEST(TstRequests)
#include "tst_Requests.moc"
