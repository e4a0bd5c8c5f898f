// SPDX-License-Identifier: GPL-3.0-or-later
// Whose keys open what: organizations, unclaimed sandboxes, other accounts, the permissions of restricted keys, and both modes.
#include "sandbox/Account.h"
#include "sandbox/Endpoints.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

class TstKeys : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keysOfOrganizations();
    void keysOfUnclaimedSandboxes();
    void otherAccountsAreOutOfReach();
    void permissionsHaveStripesNames();
    void everyEndpointAsksForItsPermission();
    void somePermissionsImplyOthers();
    void everyObjectOfALiveAccountSaysSo();
};

void TstKeys::keysOfOrganizations()
{
    Account a(Account::empty());
    const QByteArray own = a.get("/v1/account").id().toLatin1();
    const auto as = [&](const QByteArray& key, const ch::sandbox::Headers& headers) { return a.send("GET", "/v1/customers", {}, headers, "Bearer " + key); };
    const ch::sandbox::Headers context = {{"Stripe-Context", own}}, version = {{"Stripe-Version", "2026-10-28.endive"}};
    for (const QByteArray& key : {QByteArray("sk_org_") + "abcdefgh1234", QByteArray("sk_org_") + "test_abcdefgh1234"}) {
        QCOMPARE(as(key, context + version).status, 200);
        QVERIFY(as(key, version).message().contains("Stripe-Context"));
        QCOMPARE(as(key, version).status, 400);
        QVERIFY(as(key, context).message().contains("Stripe-Version"));
        QCOMPARE(as(key, version + ch::sandbox::Headers{{"Stripe-Context", "org_1/" + own}}).status, 200);
        QCOMPARE(as(key, version + ch::sandbox::Headers{{"Stripe-Context", "acct_other"}}).code(), "account_invalid");
    }
    a.makeCustomer();
    QCOMPARE(as(QByteArray("sk_org_") + "live_abcdefgh1234", context + version).data().size(), 0); // the other mode
    QCOMPARE(as(QByteArray("sk_org_") + "abcdefgh1234", context + version).data().size(), 1);
    QCOMPARE(as(QByteArray("sk_org_") + "ab", context + version).status, 401);
    QCOMPARE(as(QByteArray("rk_org_") + "abcdefgh1234", context + version).status, 401); // there are none
}

void TstKeys::keysOfUnclaimedSandboxes()
{
    Account a(Account::empty());
    QCOMPARE(a.send("GET", "/v1/customers", {}, {}, "Bearer " + Account::key("rkcs")).status, 200);
    QCOMPARE(a.send("GET", "/v1/customers", {}, {}, "Bearer " + Account::key("rkcs", "live")).status, 401);
    QCOMPARE(a.send("GET", "/v1/customers", {}, {}, "Bearer " + Account::key("pk")).code(), "secret_key_required");
}

void TstKeys::otherAccountsAreOutOfReach()
{
    Account a(Account::empty());
    const QByteArray own = a.get("/v1/account").id().toLatin1();
    QCOMPARE(a.send("GET", "/v1/customers", {}, {{"Stripe-Account", own}}).status, 200);
    for (const char* header : {"Stripe-Account", "Stripe-Context"}) {
        const auto refused = a.send("POST", "/v1/customers", "name=A", {{header, "acct_other"}});
        QCOMPARE(refused.status, 403);
        QCOMPARE(refused.code(), "account_invalid");
        QVERIFY2(refused.message().startsWith("The provided key 'sk_test_****1234' does not have access to account 'acct_other'")
                     || refused.message().contains("does not have access to account 'acct_other' (or that account does not exist)."), qPrintable(refused.message()));
        QVERIFY(!refused.body.contains("abcdefgh"));
    }
    QCOMPARE(a.engine.counts().customers, 0);
}

void TstKeys::permissionsHaveStripesNames()
{
    // docs.stripe.com/keys/permissions-reference and /stripe-apps/reference/permissions; the account's from its measured 403;
    // that of adjustments is believed to follow the other meters' (README).
    const QList<QByteArray> known = QByteArray("accounts_kyc_basic balance balance_transaction_source billing_clock billing_meter billing_meter_event billing_meter_event_adjustment charge checkout_session coupon "
                                               "credit_note customer customer_portal event invoice payment_intent payment_links payment_method plan product promotion_code setup_intent "
                                               "subscription webhook").split(' ');
    for (const auto& endpoint : ch::sandbox::endpoints()) {
        const bool reads = endpoint.method == "GET";
        const QByteArray tail = reads ? "_read" : "_write";
        const bool preview = endpoint.path == "/v1/invoices/create_preview"; // writes nothing
        QVERIFY2(endpoint.permission.endsWith(tail) || preview, endpoint.path.constData());
        QVERIFY2(known.contains(endpoint.permission.left(endpoint.permission.lastIndexOf('_'))), endpoint.permission.constData());
    }
}

void TstKeys::everyEndpointAsksForItsPermission()
{
    auto options = Account::empty();
    const QByteArray none = Account::key("rk", "test", "nothingatall99");
    options.restrictedKeys.insert(QString::fromLatin1(none), {"rak_file_read"});
    Account a(options);
    for (const auto& endpoint : ch::sandbox::endpoints()) {
        const auto refused = a.send(endpoint.method, QByteArray(endpoint.path).replace("{id}", "x1"), {}, {}, "Bearer " + none);
        QCOMPARE(refused.status, 403);
        QVERIFY(refused.code().isEmpty() && refused.param().isEmpty());
        QVERIFY2(refused.message().endsWith(". Having the 'rak_" + QString::fromLatin1(endpoint.permission) + "' permission would allow this request to continue."),
                 qPrintable(refused.message()));
    }
}

void TstKeys::somePermissionsImplyOthers()
{
    auto options = Account::empty();
    const QByteArray key = Account::key("rk", "test", "sourcesonly99");
    options.restrictedKeys.insert(QString::fromLatin1(key), {"rak_balance_transaction_source_read"});
    Account a(options);
    const auto as = [&](const char* path) { return a.send("GET", path, {}, {}, "Bearer " + key).status; };
    QCOMPARE(as("/v1/balance_transactions"), 200);
    QCOMPARE(as("/v1/balance"), 200);
    QCOMPARE(as("/v1/charges"), 403);
}

void TstKeys::everyObjectOfALiveAccountSaysSo()
{
    auto options = Account::small();
    options.live = true;
    Account a(options);
    int objects = 0;
    for (const auto& endpoint : ch::sandbox::endpoints()) {
        if (endpoint.method != "GET" || endpoint.path.contains('{') || endpoint.path.endsWith("search"))
            continue;
        const auto got = a.send("GET", endpoint.path + (endpoint.path.contains("balance") ? "" : "?limit=100"), {}, {}, "Bearer " + Account::key("sk", "live"));
        if (got.status != 200)
            continue; // needs a parameter
        objects += got.body.count("\"livemode\":true");
        QVERIFY2(!got.body.contains("\"livemode\":false"), endpoint.path.constData());
    }
    QVERIFY(objects > 500);
}

CH_TEST(TstKeys)
#include "tst_Keys.moc"
