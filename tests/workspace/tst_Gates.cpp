// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Counts.h"
#include "business/SandboxHouse.h"
#include "business/Weather.h"
#include "store/Database.h"
#include "store/Faults.h"
#include "store/Schema.h"
#include "support/TestMain.h"
#include "workspace/Gates.h"
#include "workspace/House.h"

#include <QSignalSpy>
#include <cmath>

using namespace ch;
using namespace ch::business;
using namespace ch::test;
using namespace ch::workspace;

namespace gateways {

const auto kShop = QStringLiteral("shop-1");

/// The environment as it was, at the end of a test.
struct Environment {
    explicit Environment(const char* word) { word == nullptr ? qunsetenv("ENABLE_PAYMENTS") : qputenv("ENABLE_PAYMENTS", word); }
    ~Environment() { qunsetenv("ENABLE_PAYMENTS"); }
};

qint64 countOf(store::RecordsFile& records, const char* status)
{
    const auto all = *records.counters().all();
    for (const store::Count& count : all) {
        if (count.name == QLatin1String(kSubscriptionsCounter) && count.labels.value(QStringLiteral("status")) == QLatin1String(status)) {
            return count.amount;
        }
    }
    return 0;
}

std::shared_ptr<Workspace> openOn(const QString& dir, const Account& account, access::Vault& vault, Clock& clock, QObject* parent, const Secret& key = madeKey())
{
    auto opened = ended(Workspace::open(keyOptions(dir, account, key), vault, clock, parent));
    if (!opened) {
        qFatal("%s", qPrintable(opened.error().message));
    }
    return *opened;
}

ProvisionRequest shopRequest(const QString& businessId = kShop)
{
    return Program::requestOf(businessId);
}

} // namespace gateways

using namespace gateways;

class TstGates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { qunsetenv("ENABLE_PAYMENTS"); }
    void cleanup()
    {
        qunsetenv("ENABLE_PAYMENTS");
        store::failWrite(0);
    }

    // --- roll-out

    void aBusinessHasItsPlaceOnEveryMachine()
    {
        // Written down once: another hash, or another order of bytes, would move businesses in and out of a roll-out that is under way.
        QCOMPARE(rolloutPlace("shop-1"), 8182);
        QCOMPARE(rolloutPlace(" shop-1 "), rolloutPlace("shop-1"));
        QCOMPARE(rolloutPlace(QString::fromUtf8("caf\xc3\xa9")), 1767);
        QCOMPARE(rolloutPlace(""), 763);
    }

    void raisingTheRolloutNeverDropsOneThatWasInAndSharesAreEven()
    {
        constexpr int kMany = 50'000;
        QMap<int, int> in;
        for (int i = 0; i < kMany; ++i) {
            const QString id = QStringLiteral("biz_%1").arg(i);
            bool wasIn = false;
            for (const int percent : kRolloutSteps) {
                const bool isIn = isInRollout(id, percent);
                QVERIFY(isIn || !wasIn);
                wasIn = isIn;
                in[percent] += isIn ? 1 : 0;
            }
        }
        QCOMPARE(in[0], 0);
        QCOMPARE(in[100], kMany);
        for (const int percent : {10, 25, 50}) {
            // Four standard deviations of a fair draw.
            const double share = percent / 100.0;
            const double spread = 4 * std::sqrt(kMany * share * (1 - share));
            QVERIFY2(qAbs(in[percent] - kMany * share) < spread, qPrintable(QStringLiteral("%1 %: %2").arg(percent).arg(in[percent])));
        }
    }

    void theRolloutLetsInWhoIsInAndStopsNothingHalfWay()
    {
        Stripe stripe;
        Program program(stripe);
        Gates gates(*program.records, stripe.clock);
        const auto& reader = program.mirror->reader();
        Act act;
        act.businessId = QStringLiteral("shop-2"); // its place: 33.01 %
        QVERIFY(gates.mayAct(act, reader, false, false));
        for (const int percent : {0, 10, 25}) {
            QVERIFY(*gates.setRollout(percent));
            QCOMPARE(gates.mayAct(act, reader, false, false).error().code, QStringLiteral("not_in_rollout"));
            Act begun = act;
            begun.isBegun = true;
            QVERIFY(gates.mayAct(begun, reader, false, false));
            Act takedown = act;
            takedown.kind = ActKind::TakeDown;
            QVERIFY(gates.mayAct(takedown, reader, false, false));
        }
        QVERIFY(*gates.setRollout(50));
        QVERIFY(gates.mayAct(act, reader, false, false));
        QVERIFY(!*gates.setRollout(50));
        QCOMPARE(gates.setRollout(30).error().kind, ErrorKind::InvalidInput);
        QCOMPARE(gates.read()->rolloutPercent, 50);
        const auto trail = *program.records->audit(9);
        QCOMPARE(trail.size(), size_t(4)); // not for what changed nothing
        QCOMPARE(trail[0].action, QStringLiteral("gates"));
        QCOMPARE(trail[0].detail, QStringLiteral("rollout 50 percent"));
        // What cannot be understood lets nobody in.
        QVERIFY(program.records->settings().change("rollout_percent", "lots", {}));
        QCOMPARE(gates.mayAct(act, reader, false, false).error().code, QStringLiteral("not_in_rollout"));
    }

    // --- payments

    void paymentsAreOffByEnvironmentOrSwitch_data()
    {
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<bool>("off");
        for (const char* word : {"false", "0", "off", "no", "FALSE", " No ", "flase"}) {
            QTest::newRow(word) << QByteArray(word) << true;
        }
        for (const char* word : {"true", "1", "on", "yes", "TRUE", ""}) {
            QTest::addRow("on: %s", word) << QByteArray(word) << false;
        }
    }

    void paymentsAreOffByEnvironmentOrSwitch()
    {
        QFETCH(QByteArray, word);
        QFETCH(bool, off);
        Stripe stripe;
        Program program(stripe);
        Gates gates(*program.records, stripe.clock);
        QVERIFY(gates.read()->payments);
        QCOMPARE(gates.read()->paymentsBy, QStringLiteral("default"));
        const Environment environment(word.constData());
        QCOMPARE(gates.read()->payments, !off);
        QCOMPARE(gates.mayWrite().has_value(), !off);
        // The environment's no wins over the switch; its yes does not.
        QVERIFY(*gates.setPayments(true));
        QCOMPARE(gates.mayWrite().has_value(), !off);
        QCOMPARE(gates.read()->paymentsBy, off ? QStringLiteral("environment") : QStringLiteral("switch"));
        QVERIFY(*gates.setPayments(false));
        QCOMPARE(gates.mayWrite().error().code, QLatin1String(kPaymentsOff));
        QCOMPARE(gates.mayWrite().error().kind, ErrorKind::Safety);
        QVERIFY(!*gates.setPayments(false));
        QCOMPARE(program.records->audit(9)->size(), size_t(2));
        QCOMPARE(program.records->audit(1)->front().detail, QStringLiteral("payments off"));
    }

    void aSwitchAndItsEntryAreOne()
    {
        Stripe stripe;
        Program program(stripe);
        Gates gates(*program.records, stripe.clock);
        int failed = 0;
        for (qint64 n = 1; n < 20; ++n) {
            store::failWrite(n);
            const bool changed = gates.setPayments(false).has_value();
            store::failWrite(0);
            QCOMPARE(gates.read()->payments, !changed);
            QCOMPARE(program.records->audit(9)->size(), size_t(changed ? 1 : 0));
            if (changed) {
                QVERIFY(failed >= 3);
                return;
            }
            ++failed;
        }
        QFAIL("it never succeeded");
    }

    /// Switched off by another program while a request waits to be sent again.
    void aRetryInFlightIsStoppedToo()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        Program other(stripe, 3, program.path);
        Gates gates(*program.records, stripe.clock);
        program.http->setWriteGate([&gates] { return gates.mayWrite(); });
        Weather weather(program);
        weather.set(Bad::ErrorBefore, 3, true); // the customer's POST: a 500, each time
        program.begin(shopRequest());
        program.run([&] { return weather.struck; });
        QCOMPARE(weather.keys.size(), 1);
        QVERIFY(*Gates(*other.records, stripe.clock).setPayments(false));
        program.run([&] { return program.outcome.has_value(); });
        QCOMPARE(weather.keys.size(), 1); // no second attempt
        QCOMPARE(program.outcome->status, QStringLiteral("unknown")); // what became of the first is not known
        QCOMPARE(program.outcome->error->code, QLatin1String(kPaymentsOff));
        QVERIFY(!program.outcome->error->outcomeKnown);
        // On again: the same operation comes to its end.
        weather.set(Bad::None, 0);
        QVERIFY(*gates.setPayments(true));
        const auto made = program.provision(shopRequest());
        QVERIFY2(!made.error, made.error ? qPrintable(made.error->message) : "");
        QCOMPARE(made.operationId, program.records->journal().operations(9)->front().id);
        QCOMPARE(program.records->journal().operations(9)->size(), size_t(1));
        QCOMPARE(stripe.customers(kShop), 1);
        QCOMPARE(stripe.living(kShop), 1);
        QCOMPARE(countOf(*program.records, kCountedSuccess), 1);
    }

    void withPaymentsOffReadsGoOnAndNoWriteLeaves()
    {
        Account stripe;
        QTemporaryDir dir;
        const auto open = openOn(dir.path(), stripe, m_vault, m_clock, this);
        QVERIFY(!open->account().writesOff);
        QSignalSpy told(open.get(), &Workspace::accountChanged);
        QVERIFY(*open->setPayments(false));
        QCOMPARE(told.size(), 1);
        QVERIFY(open->account().writesOff);
        QCOMPARE(open->account().writesOffReason, QLatin1String(kPaymentsOff));
        const QByteArray before = stripe.server->engine().dump();
        QVERIFY(ended(open->sync(this))->complete);
        const auto business = *open->reader().business("biz_000001");
        QVERIFY(business);
        const auto refused = *ended(open->provision(shopRequest(), this));
        QCOMPARE(refused.status, QStringLiteral("failed"));
        QCOMPARE(refused.error->code, QLatin1String(kPaymentsOff));
        QCOMPARE(ended(open->ensurePrices(false, this)).error().code, QLatin1String(kPaymentsOff));
        // Past every question: the client itself sends nothing.
        const auto taken = *ended(open->takeDown({business->businessId, "test"}, this));
        QVERIFY(taken.error && taken.error->kind == ErrorKind::Safety);
        QCOMPARE(stripe.server->engine().dump(), before);
        // Another program switches them on; this one tells it at its next look.
        const auto other = openOn(dir.path(), stripe, m_vault, m_clock, this);
        QVERIFY(other->account().writesOff);
        QVERIFY(*other->setPayments(true));
        QVERIFY(open->gates()->payments);
        QVERIFY(!open->account().writesOff);
        QVERIFY(ended(open->ensurePrices(false, this)));
        QVERIFY(!(*ended(open->provision(shopRequest(), this))).error);
    }

    /// Another program switches them off between the customer and the subscription.
    void switchedOffHalfWayItStopsBeforeTheNextWrite()
    {
        Account stripe;
        QTemporaryDir dir;
        const auto open = openOn(dir.path(), stripe, m_vault, m_clock, this);
        QVERIFY(ended(open->ensurePrices(false, this)));
        const auto other = openOn(dir.path(), stripe, m_vault, m_clock, this);
        const auto before = stripe.server->engine().counts();
        stripe.server->setLatencyMs(100);
        auto* job = open->provision(shopRequest(), this);
        std::optional<ProvisionOutcome> outcome;
        job->onFinished(this, [&outcome](const Result<ProvisionOutcome>& result) { outcome = *result; });
        QVERIFY(QTest::qWaitFor([&] { return stripe.server->engine().counts().customers > before.customers; }, kLongestMs));
        QVERIFY(*other->setPayments(false));
        QVERIFY(QTest::qWaitFor([&] { return outcome.has_value(); }, kLongestMs));
        QCOMPARE(outcome->status, QStringLiteral("waiting"));
        QCOMPARE(outcome->error->code, QLatin1String(kPaymentsOff));
        QCOMPARE(stripe.server->engine().counts().subscriptions, before.subscriptions);
        QVERIFY(open->account().writesOff);
        stripe.server->setLatencyMs(0);
        QVERIFY(*open->setPayments(true));
        QCOMPARE(ended(open->resumeOperations(false, this))->front().state, store::OperationState::Done);
        QCOMPARE(stripe.server->engine().counts().customers, before.customers + 1);
        QCOMPARE(stripe.server->engine().counts().subscriptions, before.subscriptions + 1);
    }

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

    void aGateThatCannotBeReadIsClosed()
    {
        Stripe stripe;
        Program program(stripe);
        Gates gates(*program.records, stripe.clock);
        {
            SQLite::Database db(store::recordsPath(program.path).toStdString(), SQLite::OPEN_READWRITE);
            db.exec("DROP TABLE settings");
        }
        QVERIFY(!gates.mayWrite());
        QVERIFY(!gates.read());
        QVERIFY(!gates.mayAct({}, program.mirror->reader(), false, false));
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

CH_TEST(TstGates)
#include "tst_Gates.moc"
