// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Log.h"
#include "support/TestMain.h"
#include "workspace/House.h"

#include <QSignalSpy>

using namespace ch;
using namespace ch::test;
using workspace::Workspace;

namespace flows {

QString firstPaying(const Workspace& open)
{
    QString found;
    (void)open.reader().forEachBusiness(false, [&found](const store::Business& business) {
        if (found.isEmpty() && business.status == QLatin1String("active") && !business.isConflict() && !business.mrr.empty() && business.mrr.front().minor > 0) {
            found = business.businessId;
        }
    });
    return found;
}

qint64 mrrIn(const Workspace& open, const CurrencyCode& currency)
{
    const auto now = revenue::mrrNow(open.reader(), 0);
    for (const revenue::MrrLine& line : now->byCurrency) {
        if (line.currency == currency) {
            return line.minor;
        }
    }
    return 0;
}

} // namespace flows

using namespace flows;

class TstWorkspace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAnAccountAndTakesABusinessDown()
    {
        Account stripe;
        QTemporaryDir dir;
        auto opened = ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
        const auto open = *opened;
        QVERIFY(!open->account().modeConfirmed);
        QCOMPARE(open->account().mode, stripe::Mode::Test);
        QSignalSpy changes(open.get(), &Workspace::mirrorChanged);
        QSignalSpy progress(open.get(), &Workspace::syncProgressed);
        const auto summary = ended(open->sync(this));
        QVERIFY2(summary, summary ? "" : qPrintable(summary.error().message));
        const auto counts = stripe.server->engine().counts();
        QVERIFY(summary->complete && !summary->livemode);
        QCOMPARE(summary->counts.customers, counts.customers);
        QCOMPARE(summary->counts.subscriptions, counts.subscriptions);
        QCOMPARE(summary->counts.invoices, counts.invoices);
        QCOMPARE(summary->counts.prices, counts.prices);
        QCOMPARE(summary->counts.products, counts.products);
        QCOMPARE(summary->counts.events, counts.events);
        QVERIFY(changes.count() > 0 && progress.count() > 0);
        const auto log = open->records().eventLog().state();
        QCOMPARE(log->entries, counts.events); // kept for longer than Stripe does
        QVERIFY(log->throughMs > 0 && log->gaps.empty());
        QVERIFY(open->account().modeConfirmed);
        QVERIFY(open->account().accountId.startsWith(QLatin1String("acct_")));
        QCOMPARE(open->account().timezone, QStringLiteral("Etc/UTC"));

        const QString id = firstPaying(*open);
        QVERIFY(!id.isEmpty());
        const auto plan = ended(open->planTakedown(id, this));
        QVERIFY(plan && !plan->cancels.empty() && plan->mirrorComplete);
        const Money lost = plan->mrrLost.front();
        const qint64 before = mrrIn(*open, lost.currency);
        const auto outcome = ended(open->takeDown({id, QStringLiteral("test"), true}, this));
        QVERIFY(outcome);
        QCOMPARE(outcome->status, QStringLiteral("taken_down"));
        QCOMPARE(outcome->stripe, QStringLiteral("cancelled"));
        QVERIFY(outcome->customerDeleted && !outcome->requestIds.isEmpty());
        // Stripe has one customer fewer, and the figures follow without another sync.
        QCOMPARE(stripe.server->engine().counts().customers, counts.customers - 1);
        QVERIFY(stripe.server->engine().counts().subscriptionsNotCanceled < counts.subscriptionsNotCanceled);
        QCOMPARE(mrrIn(*open, lost.currency), before - lost.minor);
        QCOMPARE((*open->reader().business(id))->status, QStringLiteral("taken_down"));
        qint64 churned = 0;
        QVERIFY(open->reader().forEachLedgerRow(plan->customerIds.front(), [&churned](const store::LedgerRow& row) { churned += row.mrr; }));
        QCOMPARE(churned, 0);
    }

    void theEndOfTheTrailIsKeptInTheVault()
    {
        Account stripe;
        QTemporaryDir dir;
        const auto connected = ended(Workspace::connectKey(madeKey(), QStringLiteral("kept"), true, stripe.base(), dir.path(), m_vault, m_clock, this));
        QVERIFY(connected);
        const auto open = *ended(Workspace::open(connected->options, m_vault, m_clock, this));
        const auto before = ended(open->verifyAudit(this));
        QVERIFY(before->ok && before->endKnown); // who connected the key is the first entry
        const store::AuditEntry first = open->records().audit(1)->front();
        QCOMPARE(first.action, QStringLiteral("connect"));
        QCOMPARE(first.profile, QStringLiteral("kept"));
        QVERIFY(!first.actor.isEmpty());
        QCOMPARE(first.objectIds, QStringList{connected->profile.accountId});
        QVERIFY(!first.detail.contains(QString::fromLatin1(madeKey().reveal())));
        QVERIFY(open->importRecords("{\"b1\":{}}"));
        QVERIFY(open->importRecords("{\"b2\":{}}"));
        QVERIFY(ended(open->trailKept(this)));
        QVERIFY(ended(open->trailKept(this))); // nothing left to wait for
        auto check = ended(open->verifyAudit(this));
        QVERIFY(check->ok && check->endKnown);
        QCOMPARE(check->entries, 3);
        QCOMPARE(open->records().audit(1)->front().profile, QStringLiteral("kept"));
        QVERIFY(ended(m_vault.read(connected->profile.auditEntry(), this))->equals(Secret(open->records().auditHead()->text())));
        // What the vault says was longer: the end is cut off.
        QVERIFY(ended(m_vault.write(connected->profile.auditEntry(), Secret(QByteArray("4:abc")), this)));
        check = ended(open->verifyAudit(this));
        QVERIFY(!check->ok);
        QCOMPARE(*check->firstBad, 4);
        // What is done next does not cover it up: a head that this trail never had is not written over.
        QVERIFY(open->importRecords("{\"b5\":{}}"));
        QVERIFY(open->importRecords("{\"b6\":{}}"));
        QVERIFY(ended(open->trailKept(this)));
        QVERIFY(!ended(open->verifyAudit(this))->ok);
        {
            const auto later = *ended(Workspace::open(connected->options, m_vault, m_clock, this));
            QVERIFY(later->importRecords("{\"b7\":{}}"));
            QVERIFY(ended(later->trailKept(this)));
            QVERIFY(!ended(later->verifyAudit(this))->ok);
        }
        QVERIFY(ended(m_vault.write(connected->profile.auditEntry(), Secret(open->records().auditHead()->text()), this)));
        QVERIFY(ended(open->verifyAudit(this))->ok);
        // A keychain that refuses stops nothing, and then it is not known.
        workspace::OpenOptions options = connected->options;
        options.key = madeKey();
        NoVault locked;
        const auto without = *ended(Workspace::open(options, locked, m_clock, this));
        QVERIFY(without->importRecords("{\"b3\":{}}"));
        QVERIFY(ended(without->trailKept(this)));
        QVERIFY(without->importRecords("{\"b4\":{}}"));
        check = ended(without->verifyAudit(this));
        QVERIFY(check->ok && !check->endKnown);
        QCOMPARE(check->entries, 8);
        // The same key again, and another one.
        QVERIFY(ended(Workspace::connectKey(madeKey(), QStringLiteral("kept"), true, stripe.base(), dir.path(), m_vault, m_clock, this)));
        QCOMPARE(open->records().audit(1)->front().action, QStringLiteral("key_given"));
        QVERIFY(ended(Workspace::connectKey(madeKey("4243"), QStringLiteral("kept"), true, stripe.base(), dir.path(), m_vault, m_clock, this)));
        QCOMPARE(open->records().audit(1)->front().action, QStringLiteral("key_changed"));
        check = ended(open->verifyAudit(this));
        QVERIFY(check->ok && check->endKnown);
    }

    void whatWasReadIsThereWithoutKeyAndWithoutNetwork()
    {
        QTemporaryDir dir;
        QString name;
        {
            Account stripe;
            auto connected = ended(Workspace::connectKey(madeKey(), QStringLiteral("shop"), true, stripe.base(), dir.path(), m_vault, m_clock, this));
            QVERIFY(connected);
            auto open = *ended(Workspace::open(connected->options, m_vault, m_clock, this));
            QVERIFY(ended(open->sync(this)));
            name = open->account().accountName;
        }
        NoVault locked;
        workspace::OpenOptions options;
        options.dataDir = dir.path();
        options.profile = QStringLiteral("shop");
        auto refused = ended(Workspace::open(options, locked, m_clock, this));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Vault);
        options.offlineAllowed = true;
        auto offline = ended(Workspace::open(options, locked, m_clock, this));
        QVERIFY2(offline, offline ? "" : qPrintable(offline.error().message));
        QCOMPARE((*offline)->account().accountName, name);
        QCOMPARE((*offline)->account().writesOffReason, QStringLiteral("no_key"));
        QVERIFY((*offline)->reader().completeness()->complete);
        QVERIFY((*offline)->reader().counts()->customers > 0);
        QCOMPARE(ended((*offline)->sync(this)).error().code, QStringLiteral("no_key"));
        QCOMPARE(ended((*offline)->takeDown({QStringLiteral("x"), {}, false}, this))->stripe, QStringLiteral("error:no_key"));
    }

    void aMirrorNeverMixesTwoAccounts()
    {
        Account one(1);
        Account two(2);
        QTemporaryDir dir;
        auto connected = ended(Workspace::connectKey(madeKey(), QStringLiteral("shop"), true, one.base(), dir.path(), m_vault, m_clock, this));
        QVERIFY(connected);
        auto first = *ended(Workspace::open(connected->options, m_vault, m_clock, this));
        QVERIFY(ended(first->sync(this)));
        const qint64 customers = first->reader().counts()->customers;
        const QString business = firstPaying(*first);
        first.reset();
        // The same name and key, but the server behind them is another account.
        workspace::OpenOptions other = connected->options;
        other.apiBase = two.base();
        auto second = *ended(Workspace::open(other, m_vault, m_clock, this));
        const auto synced = ended(second->sync(this));
        QVERIFY(!synced);
        QCOMPARE(synced.error().kind, ErrorKind::Safety);
        QCOMPARE(second->account().writesOffReason, QStringLiteral("account_mismatch"));
        QCOMPARE(second->reader().counts()->customers, customers);
        const auto takedown = ended(second->takeDown({business, QStringLiteral("test"), false}, this));
        QCOMPARE(takedown->status, QStringLiteral("failed"));
        QCOMPARE(two.server->requestCount("DELETE /v1/subscriptions/{id}"), 0);
        // Nor is the name given to another account's key.
        const auto again = ended(Workspace::connectKey(madeKey("9999"), QStringLiteral("Shop"), true, two.base(), dir.path(), m_vault, m_clock, this));
        QVERIFY(!again);
        QCOMPARE(again.error().code, QStringLiteral("account_mismatch"));
        QVERIFY(ended(m_vault.read(connected->profile.vaultEntry(), this))->equals(madeKey()));
    }

    void aKeyThatMayNotSayItsAccountStandsForItself()
    {
        const Secret key = madeKey("r1", "rk");
        const Secret other = madeKey("r2", "rk");
        const QStringList may{QStringLiteral("rak_customer_read"), QStringLiteral("rak_subscription_read"), QStringLiteral("rak_invoice_read"), QStringLiteral("rak_plan_read"),
            QStringLiteral("rak_product_read"), QStringLiteral("rak_event_read"), QStringLiteral("rak_coupon_read"), QStringLiteral("rak_payment_intent_read"), QStringLiteral("rak_price_read")};
        Account stripe(1, 12, [&](sandbox::Options& options) {
            for (const Secret& one : {key, other}) {
                options.restrictedKeys.insert(QString::fromLatin1(one.reveal()), may);
            }
        });
        QTemporaryDir dir;
        auto connected = ended(Workspace::connectKey(key, QStringLiteral("narrow"), true, stripe.base(), dir.path(), m_vault, m_clock, this));
        QVERIFY2(connected, connected ? "" : qPrintable(connected.error().message));
        QVERIFY(connected->profile.accountId.isEmpty());
        for (int round = 0; round < 2; ++round) {
            auto open = *ended(Workspace::open(connected->options, m_vault, m_clock, this));
            const auto synced = ended(open->sync(this));
            QVERIFY2(synced, synced ? "" : qPrintable(synced.error().message));
            QVERIFY(!open->account().missingPermissions.isEmpty());
        }
        // Another key that may not say its account either could be anybody's.
        workspace::OpenOptions options = connected->options;
        options.key = other;
        auto open = *ended(Workspace::open(options, m_vault, m_clock, this));
        const auto refused = ended(open->sync(this));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, QStringLiteral("account_mismatch"));
    }

    void aKeyOfTheOtherModeIsRefusedBeforeItIsUsed()
    {
        Account stripe;
        QTemporaryDir dir;
        auto connected = ended(Workspace::connectKey(madeKey(), QStringLiteral("shop"), true, stripe.base(), dir.path(), m_vault, m_clock, this));
        QVERIFY(connected);
        stripe.server->forgetRequests();
        workspace::OpenOptions options = connected->options;
        options.key = madeKey("4242", "sk", "live");
        const auto refused = ended(Workspace::open(options, m_vault, m_clock, this));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, QStringLiteral("mode_mismatch"));
        QCOMPARE(stripe.server->requestCount(), 0);
    }

    void anAnswerOfTheOtherModeStopsEverything()
    {
        // A server that answers a test key with live data: Stripe would not, a proxy or a mistaken base URL might.
        int writes = 0;
        serve::Server server(m_clock, serve::Limits{}, [&writes](const serve::Request& request, const serve::Responder& responder) {
            writes += request.method == "GET" ? 0 : 1;
            serve::Reply reply;
            reply.status = 200;
            reply.headers = {{"Content-Type", "application/json"}, {"Request-Id", "req_1"}};
            reply.body = request.path() == "/v1/balance" ? R"({"object":"balance","livemode":true,"available":[],"pending":[]})"
                : request.path() == "/v1/account"        ? R"({"id":"acct_1","object":"account"})"
                                                         : R"({"object":"list","data":[],"has_more":false,"url":"/v1/x"})";
            responder.send(reply);
        });
        const auto port = server.listen();
        QVERIFY(port);
        QTemporaryDir dir;
        workspace::OpenOptions options;
        options.dataDir = dir.path();
        options.apiBase = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(*port));
        options.key = madeKey();
        auto open = *ended(Workspace::open(options, m_vault, m_clock, this));
        QVERIFY(open->importRecords(R"([{"business_id":"b","stripe_customer_id":"cus_1","stripe_subscription_id":"sub_1"}])"));
        const auto synced = ended(open->sync(this));
        QVERIFY(!synced);
        QCOMPARE(synced.error().kind, ErrorKind::Safety);
        QVERIFY(open->account().writesOff);
        QCOMPARE(open->account().writesOffReason, QStringLiteral("mode_mismatch"));
        QCOMPARE(open->account().mode, stripe::Mode::Live);
        const auto outcome = ended(open->takeDown({QStringLiteral("b"), QStringLiteral("test"), true}, this));
        QCOMPARE(outcome->status, QStringLiteral("failed"));
        QCOMPARE(writes, 0);
        QCOMPARE(ended(Workspace::connectKey(madeKey(), QStringLiteral("shop"), true, options.apiBase, dir.path(), m_vault, m_clock, this)).error().code, QStringLiteral("mode_mismatch"));
        QVERIFY(access::Profiles::load(dir.path())->all().empty());
    }

    void badKeysAndAddressesAreRefusedWithTheirReason()
    {
        Account stripe(1, 5, [](sandbox::Options& options) { options.acceptedKeys = {QString::fromLatin1(madeKey().reveal())}; });
        QTemporaryDir dir;
        auto wrong = *ended(Workspace::open(keyOptions(dir.path(), stripe, madeKey("0000")), m_vault, m_clock, this));
        const auto synced = ended(wrong->sync(this));
        QVERIFY(!synced);
        QCOMPARE(synced.error().kind, ErrorKind::Authentication);
        QVERIFY(!synced.error().message.contains(QLatin1String("kkkk")));
        QCOMPARE(ended(Workspace::connectKey(madeKey("0000"), QStringLiteral("shop"), true, stripe.base(), dir.path(), m_vault, m_clock, this)).error().kind, ErrorKind::Authentication);
        QVERIFY(access::Profiles::load(dir.path())->all().empty());
        QCOMPARE(ended(Workspace::open(keyOptions(dir.path(), stripe, madeKey("1", "pk")), m_vault, m_clock, this)).error().kind, ErrorKind::InvalidInput);
        workspace::OpenOptions plain = keyOptions(dir.path(), stripe);
        plain.apiBase = QUrl(QStringLiteral("http://example.com"));
        QCOMPARE(ended(Workspace::open(plain, m_vault, m_clock, this)).error().kind, ErrorKind::InvalidInput);
        workspace::OpenOptions nobody;
        nobody.dataDir = dir.path();
        nobody.profile = QStringLiteral("nobody");
        QCOMPARE(ended(Workspace::open(nobody, m_vault, m_clock, this)).error().kind, ErrorKind::NotFound);
    }

    void aKeptKeyGoesToItsOwnAddressAlone()
    {
        Account stripe;
        Account other(2);
        QTemporaryDir dir;
        QVERIFY(ended(Workspace::connectKey(madeKey(), QStringLiteral("shop"), true, stripe.base(), dir.path(), m_vault, m_clock, this)));
        workspace::OpenOptions options;
        options.dataDir = dir.path();
        options.profile = QStringLiteral("shop");
        options.apiBase = other.base();
        const auto refused = ended(Workspace::open(options, m_vault, m_clock, this));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Safety);
        QVERIFY(refused.error().message.contains(stripe.base().toString()));
        QVERIFY(other.server->requests().isEmpty());
        options.apiBase = stripe.base();
        QVERIFY(ended(Workspace::open(options, m_vault, m_clock, this)));
    }

    void withoutAKeychainTheKeyIsForThisSession()
    {
        Account stripe;
        QTemporaryDir dir;
        NoVault none;
        const auto connected = ended(Workspace::connectKey(madeKey(), QStringLiteral("shop"), true, stripe.base(), dir.path(), none, m_clock, this));
        QVERIFY(connected);
        QCOMPARE(connected->notKept->kind, ErrorKind::Vault);
        QVERIFY(!connected->profile.keyInVault);
        QVERIFY(connected->options.key->equals(madeKey()));
        auto open = *ended(Workspace::open(connected->options, none, m_clock, this));
        QVERIFY(ended(open->sync(this)));
        open.reset();
        workspace::OpenOptions later;
        later.dataDir = dir.path();
        later.profile = QStringLiteral("shop");
        QCOMPARE(ended(Workspace::open(later, none, m_clock, this)).error().code, QStringLiteral("no_key"));
    }

    void aDamagedMirrorIsToldAndBegunAnew()
    {
        Account stripe;
        QTemporaryDir dir;
        QString folder;
        {
            auto open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
            QVERIFY(ended(open->sync(this)));
            QVERIFY(open->importRecords(R"([{"business_id":"old","stripe_payment_intent_id":"pi_1"}])"));
            QVERIFY(!open->account().mirrorWasRebuilt);
            folder = open->account().folder;
        }
        {
            // A sound mirror opens again as what it is.
            auto open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
            QVERIFY(!open->account().mirrorWasRebuilt);
            QVERIFY(open->reader().completeness()->complete);
        }
        QFile file(folder + QStringLiteral("/mirror.sqlite"));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.write(QByteArray(8192, 'x'));
        file.close();
        auto open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        QVERIFY(open->account().mirrorWasRebuilt);
        QVERIFY(!open->reader().completeness()->complete);
        QVERIFY(open->exportRecords()->contains("\"old\""));
        QVERIFY(ended(open->sync(this))->complete);
    }

    void oneSyncAtATimeAndStopping()
    {
        Account stripe;
        stripe.server->setLatencyMs(20);
        QTemporaryDir dir;
        auto open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        auto* first = open->sync(this);
        QVERIFY(open->isSyncing());
        QCOMPARE(ended(open->sync(this)).error().kind, ErrorKind::Busy);
        QSignalSpy progress(open.get(), &Workspace::syncProgressed);
        QVERIFY(QTest::qWaitFor([&progress] { return progress.count() > 1; }, kLongestMs));
        first->cancel();
        const auto stopped = ended(first); // still running when it is asked: a job ends never at once
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().kind, ErrorKind::Cancelled);
        QVERIFY(!open->isSyncing());
        QVERIFY(!open->reader().completeness()->complete);
        QVERIFY(ended(open->sync(this))->complete);
    }

    void closingWhileWorkRunsEndsItsJobs()
    {
        Account stripe;
        stripe.server->setLatencyMs(30);
        QTemporaryDir dir;
        for (int after = 0; after < 4; ++after) {
            auto open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
            auto* sync = open->sync(this);
            auto* takedown = open->takeDown({QStringLiteral("nobody"), QStringLiteral("test"), false}, this);
            int ends = 0;
            sync->onFinished(this, [&ends](const auto& result) { ends += !result && result.error().kind == ErrorKind::Cancelled ? 1 : 100; });
            takedown->onFinished(this, [&ends](const auto& result) { ends += result && result->error ? 1 : 100; });
            stripe.server->forgetRequests();
            QVERIFY(QTest::qWaitFor([&stripe, after] { return stripe.server->requestCount() >= after; }, kLongestMs));
            open.reset();
            QVERIFY(QTest::qWaitFor([&ends] { return ends >= 2; }, kLongestMs));
            QCOMPARE(ends, 2);
        }
    }

    void noKeyStaysBehind()
    {
        Account stripe;
        QTemporaryDir dir;
        auto connected = ended(Workspace::connectKey(madeKey(), QStringLiteral("shop"), true, stripe.base(), dir.path(), m_vault, m_clock, this));
        auto open = *ended(Workspace::open(connected->options, m_vault, m_clock, this));
        QVERIFY(ended(open->sync(this)));
        // Pasted into the reason it would come back from Stripe into the mirror.
        QCOMPARE(ended(open->takeDown({firstPaying(*open), QString::fromLatin1(madeKey().reveal()), true}, this))->stripe, QStringLiteral("error:key_in_reason"));
        QCOMPARE(stripe.server->requestCount("DELETE /v1/subscriptions/{id}"), 0);
        QVERIFY(ended(open->takeDown({firstPaying(*open), QStringLiteral("test"), true}, this)));
        log::flush();
        QVERIFY2(filesWith(dir.path(), "kkkkkkkk").isEmpty(), qPrintable(filesWith(dir.path(), "kkkkkkkk").join(QLatin1Char(' '))));
        QVERIFY(!log::recentLines().join(QLatin1Char('\n')).contains(QLatin1String("kkkkkkkk")));
        QVERIFY(log::recentLines().join(QLatin1Char('\n')).contains(QLatin1String("GET /v1/customers 200")));
    }

    void recordsComeAndGo()
    {
        Account stripe;
        QTemporaryDir dir;
        auto open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        const QByteArray json = R"([{"business_id":"old","business_name":"Old","stripe_payment_intent_id":"pi_1"}])";
        const auto summary = open->importRecords(json);
        QVERIFY(summary);
        QCOMPARE(summary->added, 1);
        QCOMPARE(open->importRecords(json)->unchanged, 1);
        QCOMPARE(open->importRecords("not json").error().kind, ErrorKind::InvalidInput);
        QCOMPARE(store::parseRecords(*open->exportRecords())->size(), 1U);
        QCOMPARE((*open->reader().business(QStringLiteral("old")))->status, QStringLiteral("legacy"));
        QCOMPARE(open->records().audit(10)->front().action, QStringLiteral("import"));
    }

private:
    SystemClock m_clock;
    access::SessionVault m_vault;
};

CH_TEST(TstWorkspace)

#include "tst_Workspace.moc"
