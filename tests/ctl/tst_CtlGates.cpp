// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/Programs.h"
#include "support/TestMain.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>

using namespace ch::test;

namespace gated {

qint64 customers(const Sandbox& sandbox)
{
    return sandbox.ask("GET", QStringLiteral("/v1/customers?limit=100")).object().value(QStringLiteral("data")).toArray().size();
}

QString word(const Ran& ran, const char* key)
{
    return ran.json().object().value(QLatin1String(key)).toString();
}

/// A business whose one subscription is paid.
QJsonObject living(Ctl& ctl)
{
    (void)ctl.run(words("sync"));
    for (const QJsonValue& value : ctl.run(words("--json businesses")).json().array()) {
        if (value.toObject().value(QStringLiteral("status")).toString() == QLatin1String("active") && value.toObject().value(QStringLiteral("subscriptions")).toArray().size() == 1) {
            return value.toObject();
        }
    }
    return {};
}

/// As Stripe has it.
QString statusOf(const Sandbox& sandbox, const QString& subscription)
{
    return sandbox.ask("GET", QStringLiteral("/v1/subscriptions/") + subscription).object().value(QStringLiteral("status")).toString();
}

/// The same through the program, which has the live key.
QString statusBy(Ctl& ctl, const QString& subscription)
{
    (void)ctl.run(words("sync"));
    for (const QJsonValue& value : ctl.run(words("--json subscriptions")).json().array()) {
        if (value.toObject().value(QStringLiteral("id")).toString() == subscription) {
            return value.toObject().value(QStringLiteral("status")).toString();
        }
    }
    return {};
}

} // namespace gated

class TstCtlGates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { qunsetenv("ENABLE_PAYMENTS"); }
    void cleanup() { qunsetenv("ENABLE_PAYMENTS"); }

    void gatesStandAsTheyAreSet()
    {
        Sandbox sandbox(words("--businesses 4 --months 1"));
        Ctl ctl(sandbox);
        const Ran first = ctl.run(words("--json gates"));
        QVERIFY2(first.exitCode == 0, first.err.constData());
        QCOMPARE(first.json().object().keys(), words("payments payments_by protected rollout_percent"));
        QCOMPARE(gated::word(first, "payments"), QString("on"));
        QCOMPARE(gated::word(first, "payments_by"), QString("default"));
        QCOMPARE(first.json().object().value("rollout_percent").toInt(), 100);
        const Ran set = ctl.run(words("--json gates --payments off --rollout 25"));
        QCOMPARE(gated::word(set, "payments"), QString("off"));
        QCOMPARE(gated::word(set, "payments_by"), QString("switch"));
        QCOMPARE(set.json().object().value("rollout_percent").toInt(), 25);
        QCOMPARE(ctl.run(words("gates --payments maybe")).exitCode, 2);
        QCOMPARE(ctl.run(words("gates --rollout 30")).exitCode, 2);
        QCOMPARE(ctl.run(words("sync --payments off")).exitCode, 2);
        // Reads go on, writes do not.
        QCOMPARE(ctl.run(words("sync")).exitCode, 0);
        const Ran prices = ctl.run(words("prices ensure"));
        QCOMPARE(prices.exitCode, 5);
        QVERIFY(prices.err.contains("switched off"));
        QCOMPARE(gated::word(ctl.run(words("--json gates --payments on --rollout 100")), "payments"), QString("on"));
        QCOMPARE(ctl.run(words("prices ensure")).exitCode, 0);
        qputenv("ENABLE_PAYMENTS", "false");
        const Ran off = ctl.run(words("--json gates --payments on"));
        QCOMPARE(gated::word(off, "payments"), QString("off"));
        QCOMPARE(gated::word(off, "payments_by"), QString("environment"));
        QVERIFY(off.err.contains("ENABLE_PAYMENTS"));
        QCOMPARE(ctl.run(words("prices ensure")).exitCode, 5);
        const Ran trail = ctl.run(words("--json audit"));
        QStringList actions;
        for (const QJsonValue& entry : trail.json().array()) {
            actions << entry.toObject().value("action").toString();
        }
        QCOMPARE(actions.count("gates"), 4);
        QCOMPARE(actions.count("prices_ensure"), 1);
        QCOMPARE(ctl.run(words("audit verify")).exitCode, 0);
    }

    void whatIsProtectedIsRefused()
    {
        Sandbox sandbox(words("--businesses 4 --months 1"));
        Ctl ctl(sandbox);
        QCOMPARE(ctl.run(words("sync")).exitCode, 0);
        QCOMPARE(ctl.run(words("prices ensure")).exitCode, 0);
        const Ran on = ctl.run(words("--json protect later-1"));
        QCOMPARE(on.exitCode, 0);
        QCOMPARE(on.json().object().value("known"), QJsonValue(false));
        QVERIFY(on.err.contains("No business with this id"));
        QCOMPARE(ctl.run(words("--json protect later-1")).json().object().value("changed"), QJsonValue(false));
        const QJsonArray all = ctl.run(words("--json gates")).json().object().value("protected").toArray();
        QCOMPARE(all.size(), 1);
        QCOMPARE(all[0].toObject().keys(), words("business_id by since"));
        const qint64 before = gated::customers(sandbox);
        const Ran refused = ctl.run(provision("later-1"));
        QCOMPARE(refused.exitCode, 5);
        QCOMPARE(gated::word(refused, "error"), QString("protected"));
        QCOMPARE(gated::customers(sandbox), before);
        QCOMPARE(ctl.run(words("unprotect later-1")).exitCode, 0);
        QCOMPARE(ctl.run(provision("later-1")).exitCode, 0);
        QCOMPARE(ctl.run(words("protect")).exitCode, 2);
    }

    /// By none of its names, in neither way.
    void whatIsProtectedIsNeitherTakenDownNorCancelled()
    {
        Sandbox sandbox(words("--businesses 6 --months 1"));
        Ctl ctl(sandbox);
        const QJsonObject business = gated::living(ctl);
        const QString id = business.value("business_id").toString();
        const QString customer = business.value("customer_id").toString();
        const QString subscription = business.value("subscription_id").toString();
        QCOMPARE(ctl.run(words("protect") + QStringList{customer}).exitCode, 0);
        for (const QString& target : {id, customer}) {
            const Ran refused = ctl.run(words("--json takedown --reason x --yes") + QStringList{target});
            QCOMPARE(refused.exitCode, 5);
            QCOMPARE(gated::word(refused, "stripe"), QString("error:protected"));
        }
        const Ran cancelled = ctl.run(words("--json cancel --yes") + QStringList{subscription});
        QCOMPARE(cancelled.exitCode, 5);
        QVERIFY(cancelled.err.contains("protected"));
        // Also where the mirror knows nothing of it: Stripe says whose it is.
        QVERIFY(QFile::remove(mirrorOf(ctl)));
        QCOMPARE(ctl.run(words("--json cancel --yes") + QStringList{subscription}).exitCode, 5);
        QCOMPARE(gated::statusOf(sandbox, subscription), business.value("status").toString());
        QCOMPARE(ctl.run(words("unprotect") + QStringList{id}).exitCode, 0);
        QCOMPARE(ctl.run(words("gates --payments off")).exitCode, 0);
        for (const QStringList& act : {words("takedown --reason x --yes") + QStringList{id}, words("cancel --yes") + QStringList{subscription}}) {
            const Ran off = ctl.run(act);
            QCOMPARE(off.exitCode, 5);
            QVERIFY(off.err.contains("switched off"));
        }
        QCOMPARE(gated::statusOf(sandbox, subscription), business.value("status").toString());
        QCOMPARE(ctl.run(words("gates --payments on")).exitCode, 0);
        QCOMPARE(ctl.run(words("--json cancel --yes") + QStringList{subscription}).exitCode, 0);
        QCOMPARE(gated::statusOf(sandbox, subscription), QString("canceled"));
        QVERIFY(ctl.run(words("counters --prometheus")).out.contains("genesis_meta_agent_stripe_subscriptions_total{status=\"cancelled\"} 1\n"));
    }

    void inLiveModeYesAloneIsNotEnough()
    {
        Sandbox sandbox(words("--businesses 6 --months 1 --live"));
        Ctl ctl(sandbox);
        ctl.setKey(keyText("4242", "sk", "live"));
        const QJsonObject business = gated::living(ctl);
        const QString subscription = business.value("subscription_id").toString();
        const QStringList takedown = words("--json takedown --reason x --yes") + QStringList{business.value("business_id").toString()};
        const Ran refused = ctl.run(takedown);
        QCOMPARE(refused.exitCode, 5);
        QCOMPARE(gated::word(refused, "stripe"), QString("error:live_not_meant"));
        QCOMPARE(ctl.run(words("cancel --yes") + QStringList{subscription}).exitCode, 5);
        QCOMPARE(gated::statusBy(ctl, subscription), business.value("status").toString());
        const Ran done = ctl.run(takedown + QStringList{QStringLiteral("--live")});
        QVERIFY2(done.exitCode == 0, done.err.constData());
        QCOMPARE(gated::statusBy(ctl, subscription), QString("canceled"));
    }

    /// What a script meets: asked for, it is done; not asked for, it ends with what stood against it.
    void withStripeOffItIsSkippedOrQueued()
    {
        Sandbox sandbox(words("--businesses 4 --months 1"));
        Ctl ctl(sandbox);
        QCOMPARE(ctl.run(words("prices ensure")).exitCode, 0);
        QCOMPARE(ctl.run(words("gates --payments off")).exitCode, 0);
        const qint64 before = gated::customers(sandbox);
        const Ran unasked = ctl.run(provision("b1"));
        QCOMPARE(unasked.exitCode, 5);
        QCOMPARE(gated::word(unasked, "status"), QString("skipped"));
        QCOMPARE(gated::word(unasked, "error"), QString("payments_off"));
        QVERIFY(unasked.err.contains("Skipped"));
        const Ran asked = ctl.run(provision("b1", words("--when-off skip")));
        QCOMPARE(asked.exitCode, 0);
        QCOMPARE(gated::word(asked, "status"), QString("skipped"));
        const Ran queued = ctl.run(provision("b1", words("--when-off queue")));
        QCOMPARE(queued.exitCode, 0);
        QCOMPARE(gated::word(queued, "status"), QString("queued"));
        const QJsonObject operation = ctl.run(words("--json operations")).json().array()[0].toObject();
        QCOMPARE(operation.value("operation_id").toString(), gated::word(queued, "operation_id"));
        QCOMPARE(operation.value("state").toString(), QString("waiting"));
        QCOMPARE(operation.value("error").toString(), QString("queued"));
        QCOMPARE(ctl.run(provision("b1", words("--when-off later"))).exitCode, 2);
        QCOMPARE(gated::customers(sandbox), before);
        QCOMPARE(ctl.run(words("gates --payments on")).exitCode, 0);
        // The next command that asks Stripe goes on with it.
        QCOMPARE(ctl.run(words("sync")).exitCode, 0);
        QCOMPARE(ctl.run(words("--json operations")).json().array()[0].toObject().value("state").toString(), QString("done"));
        QCOMPARE(gated::customers(sandbox), before + 1);
    }

    void withoutAKeyItIsSkippedOrQueuedInItsProfile()
    {
        Sandbox sandbox(words("--businesses 4 --months 1"));
        Ctl ctl(sandbox);
        QCOMPARE(ctl.run(words("--profile shop sync")).exitCode, 0);
        QCOMPARE(ctl.run(words("--profile shop prices ensure")).exitCode, 0);
        const QByteArray key = keyText();
        ctl.setKey({});
        const QStringList profile = words("--profile shop");
        const Ran unasked = ctl.run(profile + provision("b1"));
        QCOMPARE(unasked.exitCode, 3);
        QCOMPARE(gated::word(unasked, "status"), QString("skipped"));
        QCOMPARE(gated::word(unasked, "error"), QString("no_key"));
        QCOMPARE(ctl.run(profile + provision("b1", words("--when-off skip"))).exitCode, 0);
        const Ran queued = ctl.run(profile + provision("b1", words("--when-off queue")));
        QVERIFY2(queued.exitCode == 0, queued.err.constData());
        QCOMPARE(gated::word(queued, "status"), QString("queued"));
        ctl.setKey(key);
        QCOMPARE(ctl.run(words("--profile shop --json operations resume")).json().array()[0].toObject().value("state").toString(), QString("done"));
        // Without any account: skipped as asked, but there is nothing that could hold a queue.
        Ctl nobody(sandbox);
        nobody.setKey({});
        const Ran skipped = nobody.run(provision("b1", words("--when-off skip")));
        QCOMPARE(skipped.exitCode, 0);
        QCOMPARE(gated::word(skipped, "status"), QString("skipped"));
        QCOMPARE(nobody.run(provision("b1")).exitCode, 2);
        QCOMPARE(nobody.run(provision("b1", words("--when-off queue"))).exitCode, 2);
    }

    void theTrailIsSearchedAndWrittenOut()
    {
        const QDate begun = QDateTime::currentDateTimeUtc().date(); // at midnight the two days still hold all of it
        const QString today = begun.toString(Qt::ISODate);
        const QString tomorrow = begun.addDays(1).toString(Qt::ISODate);
        Sandbox sandbox(words("--businesses 4 --months 1"));
        Ctl ctl(sandbox);
        QCOMPARE(ctl.run(words("prices ensure")).exitCode, 0);
        QCOMPARE(ctl.run(provision("=cmd()")).exitCode, 0);
        const Ran made = ctl.run(provision("b2"));
        QCOMPARE(ctl.run(words("protect b2")).exitCode, 0);
        const auto found = [&ctl](const QByteArray& more) { return ctl.run(words("--json audit") + words(more.constData())).json().array(); };
        QCOMPARE(found("").size(), 4);
        QCOMPARE(found("--search PROVISION").size(), 2);
        QCOMPARE(found("--business b2").size(), 2);
        const QByteArray customer = gated::word(made, "customer_id").toLatin1();
        QCOMPARE(found("--business " + customer).size(), 1);
        QCOMPARE(found("--business b2 --search protect").size(), 1);
        QCOMPARE(found("--business nobody").size(), 0);
        QCOMPARE(found("--from 2026-01-01").size(), 4);
        QCOMPARE(found("--to 2026-01-01").size(), 0);
        QCOMPARE(found(("--from " + today + " --to " + tomorrow).toUtf8()).size(), 4);
        QCOMPARE(found(("--from " + tomorrow + "T23:59:59Z").toUtf8()).size(), 0);
        for (const char* wrong : {"--from yesterday", "--to 2026-13-01", "--export trail", "--export trail.xlsx"}) {
            QCOMPARE(ctl.run(words("audit") + words(wrong)).exitCode, 2);
        }
        const QString csv = ctl.file("trail.csv");
        const Ran written = ctl.run(words("--json audit --export") + QStringList{csv});
        QCOMPARE(written.exitCode, 0);
        QCOMPARE(written.json().object().value("entries").toInt(), 4);
        QFile file(csv);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QCOMPARE(text.count("\r\n"), 5);
        QVERIFY(text.contains(",'=cmd(),"));
        QVERIFY(!text.contains("Jane"));
        QCOMPARE(file.permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther), QFileDevice::Permissions());
        const QString json = ctl.file("trail.json");
        QCOMPARE(ctl.run(words("audit --business b2 --export") + QStringList{json}).exitCode, 0);
        QFile other(json);
        QVERIFY(other.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(other.readAll()).array().size(), 2);
        QCOMPARE(ctl.run(words("audit --export /nowhere/at/all.csv")).exitCode, 1);
    }

    /// No keychain answers here: what only looks, and what is switched in an emergency, asks none.
    void lookingAndSwitchingNeedNoKeychain()
    {
        Sandbox sandbox(words("--businesses 4 --months 1"));
        Ctl ctl(sandbox);
        QCOMPARE(ctl.run(words("--profile shop sync")).exitCode, 0);
        ctl.setKey({});
        QFile profiles(ctl.dataDir() + QStringLiteral("/profiles.json"));
        QVERIFY(profiles.open(QIODevice::ReadWrite));
        QByteArray text = profiles.readAll();
        const QByteArray kept = "\"key_in_vault\": false";
        QVERIFY2(text.contains(kept), text.constData());
        text.replace(kept, "\"key_in_vault\": true");
        profiles.resize(0);
        profiles.seek(0);
        profiles.write(text);
        profiles.close();
        for (const char* command : {"businesses", "mrr", "operations", "audit", "gates", "counters", "records export"}) {
            const Ran ran = ctl.run(words("--profile shop") + words(command));
            QVERIFY2(ran.exitCode == 0, ran.err.constData());
            QVERIFY2(!ran.err.contains("keychain"), ran.err.constData());
        }
        const Ran off = ctl.run(words("--profile shop --json gates --payments off"));
        QCOMPARE(off.exitCode, 0);
        QCOMPARE(gated::word(off, "payments"), QString("off"));
        QCOMPARE(ctl.run(words("--profile shop protect b1")).exitCode, 0);
        const Ran verified = ctl.run(words("--profile shop --json audit verify"));
        QCOMPARE(verified.exitCode, 0);
        QCOMPARE(verified.json().object().value("end_known"), QJsonValue(false));
        QCOMPARE(verified.json().object().value("entries").toInt(), 3); // connect, gates, protect
        QVERIFY(ctl.run(words("--profile shop --verbose sync")).exitCode == 3);
    }

    void liveIsMeantOrNotDone()
    {
        Sandbox sandbox(words("--businesses 4 --months 1 --live"));
        Ctl ctl(sandbox);
        ctl.setKey(keyText("4242", "sk", "live"));
        QCOMPARE(ctl.run(words("prices ensure")).exitCode, 0);
        const Ran refused = ctl.run(provision("b1"));
        QCOMPARE(refused.exitCode, 5);
        QCOMPARE(gated::word(refused, "error"), QString("live_not_meant"));
        QCOMPARE(ctl.run(provision("b1", words("--live"))).exitCode, 0);
        Sandbox test(words("--businesses 4 --months 1"));
        Ctl other(test);
        const Ran mistaken = other.run(provision("b1", words("--live")));
        QCOMPARE(mistaken.exitCode, 5);
        QVERIFY(mistaken.err.contains("not a live account"));
    }

    void countersForPeopleScriptsAndPrometheus()
    {
        Sandbox sandbox(words("--businesses 4 --months 1"));
        Ctl ctl(sandbox);
        QCOMPARE(ctl.run(words("sync")).exitCode, 0);
        QCOMPARE(ctl.run(words("prices ensure")).exitCode, 0);
        QCOMPARE(ctl.run(provision("b1")).exitCode, 0);
        QCOMPARE(ctl.run(provision("b1")).exitCode, 0); // replayed: counts nothing
        const Ran json = ctl.run(words("--json counters"));
        QCOMPARE(json.exitCode, 0);
        QCOMPARE(json.json().object().keys(), words("histograms metrics"));
        QHash<QString, QString> values;
        for (const QJsonValue& value : json.json().object().value("metrics").toArray()) {
            const QJsonObject metric = value.toObject();
            QCOMPARE(metric.keys(), words("labels name type value"));
            const QJsonObject labels = metric.value("labels").toObject();
            values.insert(metric.value("name").toString() + labels.value("status").toString() + labels.value("business_type").toString(), metric.value("value").toString());
        }
        QCOMPARE(values.value("genesis_meta_agent_stripe_subscriptions_totalsuccess"), QString("1"));
        QCOMPARE(values.value("genesis_meta_agent_stripe_subscriptions_totalfailed"), QString("0"));
        QCOMPARE(values.value("genesis_meta_agent_stripe_subscriptions_totalcancelled"), QString("0"));
        QCOMPARE(values.value("genesis_meta_agent_stripe_revenue_total_usd_totalsaas"), QString("5.00"));
        QVERIFY(values.contains("countinghouse_mrrsaas"));
        QVERIFY(!json.json().object().value("histograms").toArray().isEmpty());
        const Ran text = ctl.run(words("counters --prometheus"));
        QVERIFY(text.out.contains("\ngenesis_meta_agent_stripe_subscriptions_total{status=\"success\"} 1\n"));
        QVERIFY(text.out.contains("\ngenesis_meta_agent_stripe_revenue_total_usd_total{business_type=\"saas\"} 5\n"));
        QVERIFY(text.out.contains("\n# TYPE countinghouse_stripe_request_seconds histogram\n"));
        QVERIFY(text.out.contains("countinghouse_stripe_request_seconds_count{method=\"POST\",path=\"/v1/customers\"} 1\n"));
        QVERIFY(ctl.run(words("--text counters")).out.contains("status=success"));
    }
};

CH_TEST(TstCtlGates)
#include "tst_CtlGates.moc"
