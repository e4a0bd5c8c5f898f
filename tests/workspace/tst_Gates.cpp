// SPDX-License-Identifier: GPL-3.0-or-later
// The gates themselves: whom the roll-out lets in, and that with payments off no write leaves, whenever they were switched off.
#include "business/Weather.h"
#include "store/Database.h"
#include "store/Faults.h"
#include "store/Schema.h"
#include "support/TestMain.h"
#include "workspace/Gates.h"
#include "workspace/Gateways.h"

#include <QSignalSpy>
#include <cmath>

using namespace ch;
using namespace ch::business;
using namespace ch::test;
using namespace ch::workspace;

namespace switches {

/// The environment as it was, at the end of a test.
struct Environment {
    explicit Environment(const char* word) { word == nullptr ? qunsetenv("ENABLE_PAYMENTS") : qputenv("ENABLE_PAYMENTS", word); }
    ~Environment() { qunsetenv("ENABLE_PAYMENTS"); }
};

} // namespace switches

using namespace switches;

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

private:
    NoVault m_vault;
    SystemClock m_clock;
};

CH_TEST(TstGates)
#include "tst_Gates.moc"
