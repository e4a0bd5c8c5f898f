// SPDX-License-Identifier: GPL-3.0-or-later
// What the gates do to acts: what is protected, what live mode asks for, the four levels of what goes wrong, and what is queued.
#include "business/Weather.h"
#include "support/TestMain.h"
#include "workspace/Gates.h"
#include "workspace/Gateways.h"

#include <algorithm>

using namespace ch;
using namespace ch::business;
using namespace ch::test;
using namespace ch::workspace;

class TstGatedActs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { qunsetenv("ENABLE_PAYMENTS"); }
    void cleanup() { qunsetenv("ENABLE_PAYMENTS"); }

    // --- protected

    void whatIsProtectedIsRefusedByAllItsNames()
    {
        Account stripe;
        QTemporaryDir dir;
        const auto open = openOn(dir.path(), stripe, m_vault, m_clock, this);
        QVERIFY(ended(open->sync(this)));
        const auto business = **open->reader().business("biz_000001");
        QVERIFY(!business.subscriptionIds.isEmpty());
        store::Record legacy;
        legacy.businessId = business.businessId;
        legacy.paymentIntentId = QStringLiteral("pi_old");
        QVERIFY(open->records().importRecords({legacy}));
        Gates gates(open->records(), m_clock);
        QString taken;
        QVERIFY(*open->protect(business.customerIds.first(), &taken)); // by its customer's id
        QCOMPARE(taken, business.businessId);
        QVERIFY(!*open->protect(business.businessId));
        QCOMPARE(open->gates()->protectedBusinesses.size(), size_t(1));
        QCOMPARE(open->gates()->protectedBusinesses[0].businessId, business.businessId);
        QVERIFY(!open->gates()->protectedBusinesses[0].who.isEmpty());
        QCOMPARE(open->records().audit(1)->front().action, QStringLiteral("protect"));
        QCOMPARE(open->records().audit(1)->front().businessId, business.businessId);
        const auto codeOf = [&](const Act& act) {
            const Status may = gates.mayAct(act, open->reader(), false, false);
            return may ? QString() : may.error().code;
        };
        for (const ActKind kind : {ActKind::Provision, ActKind::TakeDown, ActKind::Cancel}) {
            for (const QString& id : {business.businessId, business.customerIds.first()}) {
                Act act;
                act.kind = kind;
                act.businessId = id;
                QCOMPARE(codeOf(act), QStringLiteral("protected"));
                act.businessId = QStringLiteral("biz_000002");
                QCOMPARE(codeOf(act), QString());
                act.customerIds = QStringList{business.customerIds.first()};
                QCOMPARE(codeOf(act), QStringLiteral("protected"));
            }
        }
        for (const QString& object : {business.subscriptionIds.first(), QStringLiteral("pi_old")}) {
            Act act;
            act.kind = ActKind::Cancel;
            act.objectId = object;
            QCOMPARE(codeOf(act), QStringLiteral("protected"));
        }
        QCOMPARE((*ended(open->provision(shopRequest(business.businessId), this))).error->code, QStringLiteral("protected"));
        // Also one that is not there yet.
        QVERIFY(*open->protect("later-1"));
        QCOMPARE((*ended(open->provision(shopRequest("later-1"), this))).error->code, QStringLiteral("protected"));
        QVERIFY(*open->unprotect("later-1"));
        QVERIFY(*open->unprotect(business.customerIds.first()));
        QVERIFY(!*open->unprotect(business.businessId));
        QVERIFY(open->gates()->protectedBusinesses.empty());
        QVERIFY(!open->protect("  "));
        QVERIFY(!open->protect(QString::fromLatin1(madeKey().reveal())));
        QVERIFY(open->records().verifyAudit({})->ok);
    }

    // --- live

    void whatCannotBeUndoneIsTypedInLiveModeAndInTheDemo()
    {
        Account stripe;
        QTemporaryDir dir;
        const auto open = openOn(dir.path(), stripe, m_vault, m_clock, this);
        QVERIFY(ended(open->sync(this)));
        const auto business = **open->reader().business("biz_000001");
        Gates gates(open->records(), m_clock);
        const auto codeOf = [&](const Act& act, bool live, bool asks) {
            const Status may = gates.mayAct(act, open->reader(), live, asks);
            return may ? QString() : may.error().code;
        };
        Act act;
        act.kind = ActKind::TakeDown;
        act.businessId = business.businessId;
        act.isIrreversible = true;
        QCOMPARE(codeOf(act, false, false), QString()); // test mode asks nothing more
        for (const QString& typed : {QString(), QString("  "), business.name, QStringLiteral("biz_000002"), business.businessId.toUpper(), business.subscriptionIds.first()}) {
            act.typedId = typed;
            QCOMPARE(codeOf(act, true, true), QStringLiteral("type_the_id"));
            QCOMPARE(codeOf(act, false, true), QStringLiteral("type_the_id"));
            act.liveIsMeant = true; // is not a confirmation
            QCOMPARE(codeOf(act, true, true), QStringLiteral("type_the_id"));
            act.liveIsMeant = false;
        }
        for (const QString& typed : {business.businessId, QString(" " + business.businessId + " "), business.customerIds.first()}) {
            act.typedId = typed;
            QCOMPARE(codeOf(act, true, true), QString());
        }
        Act cancel;
        cancel.kind = ActKind::Cancel;
        cancel.objectId = business.subscriptionIds.first();
        cancel.isIrreversible = true;
        QCOMPARE(codeOf(cancel, true, true), QStringLiteral("type_the_id"));
        for (const QString& typed : {business.businessId, business.customerIds.first(), cancel.objectId}) {
            cancel.typedId = typed;
            QCOMPARE(codeOf(cancel, true, true), QString());
        }
        cancel.typedId = QStringLiteral("sub_other");
        QCOMPARE(codeOf(cancel, true, true), QStringLiteral("type_the_id"));
        // What can be undone needs live to be meant, no more.
        Act provision;
        provision.businessId = kShop;
        QCOMPARE(codeOf(provision, true, true), QStringLiteral("live_not_meant"));
        provision.liveIsMeant = true;
        QCOMPARE(codeOf(provision, true, true), QString());
    }

    void aLiveAccountIsProvisionedOnlyWhereLiveIsMeant()
    {
        Account stripe(1, 5, [](sandbox::Options& options) { options.live = true; });
        QTemporaryDir dir;
        const auto open = openOn(dir.path(), stripe, m_vault, m_clock, this, madeKey("4242", "sk", "live"));
        QVERIFY(ended(open->ensurePrices(false, this)));
        const qint64 customers = stripe.server->engine().counts().customers;
        QCOMPARE((*ended(open->provision(shopRequest(), this))).error->code, QStringLiteral("live_not_meant"));
        QCOMPARE(stripe.server->engine().counts().customers, customers);
        ProvisionRequest meant = shopRequest();
        meant.liveIsMeant = true;
        QVERIFY(!(*ended(open->provision(meant, this))).error);
        // Queued in live mode, it waits for a person.
        QVERIFY(*open->setPayments(false));
        ProvisionRequest later = shopRequest("shop-2");
        later.liveIsMeant = true;
        later.whenOff = WhenOff::Queue;
        const auto queued = *ended(open->provision(later, this));
        QCOMPARE(queued.status, QStringLiteral("queued"));
        QVERIFY(queued.note.contains("person"));
        QVERIFY(*open->setPayments(true));
        QCOMPARE(ended(open->resumeOperations(false, this))->front().state, store::OperationState::Waiting);
        QCOMPARE(ended(open->resumeOperations(true, this))->front().state, store::OperationState::Done);
    }

    // --- the four levels of what goes wrong

    void levelOneAllIsWell()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        QVERIFY(!program.provision(shopRequest()).error);
        QCOMPARE(countOf(*program.records, kCountedSuccess), 1);
        QCOMPARE(countOf(*program.records, kCountedFailed), 0);
    }

    void levelTwoWhatPassesIsTriedAgain()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        Weather weather(program);
        weather.set(Bad::Unavailable, 3);
        QVERIFY(!program.provision(shopRequest()).error);
        QVERIFY(weather.struck);
        QCOMPARE(stripe.customers(kShop), 1);
        QCOMPARE(countOf(*program.records, kCountedSuccess), 1);
        QCOMPARE(countOf(*program.records, kCountedFailed), 0);
    }

    void levelThreeWhatLastsIsWrittenDownAndTheRestGoesOn()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        for (int i = 1; i <= 5; ++i) {
            ProvisionRequest request = shopRequest(QStringLiteral("shop-%1").arg(i));
            request.email = i == 3 ? QStringLiteral("no address") : request.email;
            QCOMPARE(program.provision(request).error.has_value(), i == 3);
        }
        QCOMPARE(countOf(*program.records, kCountedSuccess), 4);
        QCOMPARE(countOf(*program.records, kCountedFailed), 1);
        const auto operations = *program.records->journal().operations(9);
        QCOMPARE(std::count_if(operations.begin(), operations.end(), [](const auto& operation) { return operation.state == store::OperationState::Failed; }), 1);
        const auto trail = *program.records->audit(9);
        QCOMPARE(std::count_if(trail.begin(), trail.end(), [](const auto& entry) { return entry.outcome == QLatin1String("failed") && entry.businessId == QLatin1String("shop-3"); }), 1);
    }

    void levelFourStripeOffIsSkippedOrQueued_data()
    {
        QTest::addColumn<bool>("byKey");
        QTest::newRow("payments off") << false;
        QTest::newRow("no key") << true;
    }

    void levelFourStripeOffIsSkippedOrQueued()
    {
        QFETCH(bool, byKey);
        Account stripe;
        QTemporaryDir dir;
        access::SessionVault vault;
        auto connected = ended(Workspace::connectKey(madeKey(), "main", true, stripe.base(), dir.path(), vault, m_clock, this));
        QVERIFY(connected);
        OpenOptions offline;
        offline.dataDir = dir.path();
        offline.profile = QStringLiteral("main");
        offline.offlineAllowed = true;
        access::SessionVault empty;
        const auto openIt = [&](bool withKey) { return *ended(Workspace::open(offline, withKey ? vault : empty, m_clock, this)); };
        auto open = openIt(true);
        QVERIFY(ended(open->ensurePrices(false, this)));
        if (byKey) {
            open = openIt(false);
            QVERIFY(!open->hasKey());
        } else {
            QVERIFY(*open->setPayments(false));
        }
        const QByteArray before = stripe.server->engine().dump();
        const QString code = byKey ? QStringLiteral("no_key") : QLatin1String(kPaymentsOff);
        ProvisionRequest request = shopRequest();
        QCOMPARE((*ended(open->provision(request, this))).status, QStringLiteral("failed"));
        request.whenOff = WhenOff::Skip;
        const auto skipped = *ended(open->provision(request, this));
        QCOMPARE(skipped.status, QStringLiteral("skipped"));
        QCOMPARE(skipped.error->code, code);
        QVERIFY(skipped.note.startsWith("Skipped"));
        QVERIFY(skipped.operationId.isEmpty());
        QVERIFY(open->records().journal().operations(9)->empty());
        QCOMPARE(open->records().audit(1)->front().outcome, QStringLiteral("skipped"));
        request.whenOff = WhenOff::Queue;
        const auto queued = *ended(open->provision(request, this));
        QCOMPARE(queued.status, QStringLiteral("queued"));
        QCOMPARE(queued.error->code, code);
        const auto operation = **open->records().journal().operation(queued.operationId);
        QCOMPARE(operation.state, store::OperationState::Waiting);
        QCOMPARE(operation.error, QStringLiteral("queued"));
        QCOMPARE(open->records().audit(1)->front().outcome, QStringLiteral("queued"));
        // Again: it stands there already.
        QCOMPARE((*ended(open->provision(request, this))).operationId, queued.operationId);
        QCOMPARE(open->records().journal().operations(9)->size(), size_t(1));
        // What could never be done is not queued.
        ProvisionRequest nameless = request;
        nameless.name.clear();
        QCOMPARE((*ended(open->provision(nameless, this))).error->code, QStringLiteral("incomplete"));
        QVERIFY(*open->protect("shop-9"));
        ProvisionRequest guarded = request;
        guarded.businessId = QStringLiteral("shop-9");
        QCOMPARE((*ended(open->provision(guarded, this))).error->code, QStringLiteral("protected"));
        if (!byKey) {
            // Resumed too early it goes on waiting.
            QCOMPARE(ended(open->resumeOperations(true, this))->front().state, store::OperationState::Waiting);
            QCOMPARE((*open->records().journal().operation(queued.operationId))->error, QStringLiteral("queued"));
        }
        QCOMPARE(stripe.server->engine().dump(), before);
        QCOMPARE(countOf(open->records(), kCountedSuccess), 0);
        QCOMPARE(countOf(open->records(), kCountedFailed), 0);
        // On again, with a key: it goes on by itself.
        QVERIFY(open->setPayments(true));
        open = openIt(true);
        const auto resumed = *ended(open->resumeOperations(false, this));
        QCOMPARE(resumed.size(), size_t(1));
        QCOMPARE(resumed.front().id, queued.operationId);
        QCOMPARE(resumed.front().state, store::OperationState::Done);
        QCOMPARE(countOf(open->records(), kCountedSuccess), 1);
        QVERIFY(!(*open->records().record(kShop))->subscriptionId.isEmpty());
        QVERIFY(filesWith(open->account().folder, "jane.roe").filter("records").isEmpty());
        QVERIFY(open->records().verifyAudit({})->ok);
    }

    void whatWasQueuedBeforeTheAccountWasKnownIsItsOwn()
    {
        Account stripe;
        QTemporaryDir dir;
        {
            const auto open = openOn(dir.path(), stripe, m_vault, m_clock, this);
            QVERIFY(*open->setPayments(false));
            ProvisionRequest request = shopRequest();
            request.whenOff = WhenOff::Queue;
            QCOMPARE((*ended(open->provision(request, this))).status, QStringLiteral("queued"));
            QVERIFY(open->setPayments(true));
        }
        const auto open = openOn(dir.path(), stripe, m_vault, m_clock, this);
        QVERIFY(ended(open->ensurePrices(false, this)));
        QCOMPARE(ended(open->resumeOperations(false, this))->front().state, store::OperationState::Done);
    }

private:
    NoVault m_vault;
    SystemClock m_clock;
};

CH_TEST(TstGatedActs)
#include "tst_GatedActs.moc"
