// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/Programs.h"
#include "support/Files.h"
#include "support/TestMain.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>
#include <csignal>

using namespace ch::test;

namespace ctl {

QStringList keysOf(const QJsonObject& object)
{
    return object.keys();
}

bool holds(const QJsonObject& object, const char* names)
{
    for (const QString& name : words(names)) {
        if (!object.contains(name)) {
            return false;
        }
    }
    return true;
}

/// A business that pays, has one customer and one subscription.
QJsonObject firstPaying(Ctl& ctl)
{
    const QJsonArray all = ctl.run(words("--json businesses")).json().array();
    for (const QJsonValue& value : all) {
        const QJsonObject business = value.toObject();
        if (business.value(QStringLiteral("status")) == QLatin1String("active") && !business.contains(QStringLiteral("conflict"))
            && business.value(QStringLiteral("mrr")).toObject().value(QStringLiteral("minor")).toInteger() > 0) {
            return business;
        }
    }
    return {};
}

/// mrr at instants, movements, explain and bridge: they hold their fields, and their sums are those of mrr.
void ledgerKeepsItsContracts(Ctl& ctl, const QJsonObject& mrr)
{
    QMap<QString, qint64> now;
    for (const QJsonValue& line : mrr.value(QStringLiteral("by_currency")).toArray()) {
        QVERIFY(holds(line.toObject(), "currency minor subscriptions list_minor contracted_minor net_minor at_risk_minor committed_minor exact_share"));
        now[line[QStringLiteral("currency")].toString()] = line[QStringLiteral("minor")].toInteger();
    }
    for (const char* line : {"--json movements --bucket month", "--json movements --bucket quarter --group-by product --view net", "--json movements --bucket week --zone Asia/Kolkata"}) {
        const Ran ran = ctl.run(words(line));
        QVERIFY2(ran.exitCode == 0, ran.err.constData());
        const QJsonObject currencies = ran.json().object().value(QStringLiteral("currencies")).toObject();
        for (const QString& currency : currencies.keys()) {
            const QJsonArray buckets = currencies.value(currency)[QStringLiteral("buckets")].toArray();
            for (const QJsonValue& bucket : buckets) {
                QVERIFY(holds(bucket.toObject(), "start opening new reactivation expansion contraction churn paused resumed fx definition reconciliation closing"));
                qint64 sum = bucket[QStringLiteral("opening")].toInteger();
                for (const char* part : {"new", "reactivation", "expansion", "contraction", "churn", "paused", "resumed", "fx", "definition", "reconciliation"}) {
                    sum += bucket[QLatin1String(part)].toInteger();
                }
                QCOMPARE(sum, bucket[QStringLiteral("closing")].toInteger());
            }
            QCOMPARE(buckets.last()[QStringLiteral("closing")].toInteger(), now.value(currency));
        }
    }
    const QJsonObject early = ctl.run(words("--json mrr --at 2001-01-01 --zone UTC --group-by price --definition paddle")).json().object();
    QVERIFY(early.value(QStringLiteral("by_currency")).toArray().isEmpty());
    QCOMPARE(early.value(QStringLiteral("at")).toString(), QStringLiteral("2001-01-01T00:00:00Z"));
    const QJsonArray customers = ctl.run(words("--json explain")).json().object().value(QStringLiteral("customers")).toArray();
    QVERIFY(!customers.isEmpty());
    const QString customer = customers.first()[QStringLiteral("customer_id")].toString();
    const QJsonObject one = ctl.run(words("--json explain --customer") + QStringList{customer}).json().object();
    QCOMPARE(one.value(QStringLiteral("timeline")).toArray().last()[QStringLiteral("balance_minor")].toInteger(), customers.first()[QStringLiteral("mrr_minor")].toInteger());
    for (const QJsonValue& change : one.value(QStringLiteral("timeline")).toArray()) {
        QVERIFY(holds(change.toObject(), "at class cause delta_minor subscription_id item_id before after exact earliest latest source evidence balance_minor"));
        QVERIFY(!change[QStringLiteral("evidence")].toArray().isEmpty());
    }
    const QJsonObject bridged = ctl.run(words("--json bridge --from-definition stripe --to-definition paddle")).json().object().value(QStringLiteral("currencies")).toObject();
    for (const QString& currency : bridged.keys()) {
        qint64 sum = bridged.value(currency)[QStringLiteral("from_minor")].toInteger();
        QCOMPARE(sum, now.value(currency));
        for (const QJsonValue& line : bridged.value(currency)[QStringLiteral("lines")].toArray()) {
            sum += line[QStringLiteral("delta_minor")].toInteger();
        }
        QCOMPARE(sum, bridged.value(currency)[QStringLiteral("to_minor")].toInteger());
    }
    for (const char* wrong : {"movements --bucket fortnight", "movements --view sideways", "mrr --group-by colour", "bridge --from-definition stripe"}) {
        QCOMPARE(ctl.run(words(wrong)).exitCode, 2);
    }
    QVERIFY(ctl.run(words("mrr --zone Mars/Olympus")).err.contains("time zone"));
}

QStringList takedownWords(const QString& id, const QStringList& more)
{
    return QStringList{QStringLiteral("--json"), QStringLiteral("takedown"), id, QStringLiteral("--reason"), QStringLiteral("closed by a test")} + more;
}

} // namespace ctl

class TstCtl : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void usageErrorsAreTwoAndSayWhat_data()
    {
        QTest::addColumn<QString>("line");
        for (const char* line : {"", "frob", "sync now", "customer", "takedown biz_1 --yes", "sync --yes", "--api-base http://example.com sync", "--nonsense", "records", "--demo --profile a sync", "connect",
                 "takedown a --reason b --delete-customer --keep-customer"}) {
            QTest::newRow(line) << QString::fromLatin1(line);
        }
    }

    void usageErrorsAreTwoAndSayWhat()
    {
        QFETCH(QString, line);
        Ctl ctl;
        const Ran ran = ctl.run(line.split(QLatin1Char(' '), Qt::SkipEmptyParts));
        QCOMPARE(ran.exitCode, 2);
        QVERIFY(ran.out.isEmpty() && ran.err.contains("--help"));
    }

    void aKeyAsArgumentIsRefusedAndNotRepeated()
    {
        Ctl ctl;
        for (const QString& key : {QString::fromLatin1(keyText()), QStringLiteral("--reason=") + QString::fromLatin1(keyText("1", "rk", "live"))}) {
            const Ran ran = ctl.run({QStringLiteral("sync"), key});
            QCOMPARE(ran.exitCode, 2);
            QVERIFY(ran.err.contains("connect --profile"));
            QVERIFY(!(ran.err + ran.out).contains("kkkkkkkk"));
        }
    }

    void versionAndHelp()
    {
        Ctl ctl;
        QVERIFY(ctl.run(words("--version")).out.startsWith("countinghousectl "));
        const Ran help = ctl.run(words("--help"));
        QCOMPARE(help.exitCode, 0);
        QVERIFY(help.out.contains("takedown") && help.out.contains("Exit codes"));
    }

    void everyCommandKeepsItsContract()
    {
        Sandbox sandbox(words("--businesses 25 --months 6 --seed 3"));
        Ctl ctl(sandbox);
        // Before any sync: empty, partial, and said.
        const Ran early = ctl.run(words("--json mrr"));
        QCOMPARE(early.exitCode, 0);
        QCOMPARE(early.json().object().value(QStringLiteral("complete")), QJsonValue(false));
        QVERIFY(early.json().object().value(QStringLiteral("as_of")).isNull());
        QVERIFY(early.err.contains("never synced"));
        QVERIFY(ctl.run(words("--json businesses")).json().isArray());

        const Ran synced = ctl.run(words("--json sync"));
        QVERIFY2(synced.exitCode == 0, synced.err.constData());
        const QJsonObject summary = synced.json().object();
        QCOMPARE(summary.value(QStringLiteral("complete")), QJsonValue(true));
        QCOMPARE(summary.value(QStringLiteral("mode")), QJsonValue(QStringLiteral("test")));
        QVERIFY(summary.value(QStringLiteral("requests")).toInt() > 5 && summary.value(QStringLiteral("seconds")).isDouble());
        const QJsonObject counts = sandbox.ask("GET", QStringLiteral("/_sandbox/counts")).object();
        const QJsonObject objects = summary.value(QStringLiteral("objects")).toObject();
        for (const QString& list : words("customers subscriptions invoices prices products events")) {
            QCOMPARE(objects.value(list).toInteger(-1), counts.value(list).toInteger());
        }

        const Ran businesses = ctl.run(words("--json businesses --all"));
        QCOMPARE(businesses.exitCode, 0);
        for (const QJsonValue& value : businesses.json().array()) {
            QVERIFY(ctl::holds(value.toObject(), "business_id name business_type status customer_id subscription_id subscriptions payment_intent_id mrr"));
            QVERIFY(ctl::holds(value.toObject().value(QStringLiteral("mrr")).toObject(), "currency minor"));
        }
        QVERIFY(businesses.json().array().size() > ctl.run(words("--json businesses")).json().array().size());

        const QJsonArray subscriptions = ctl.run(words("--json subscriptions")).json().array();
        QCOMPARE(subscriptions.size(), counts.value(QStringLiteral("subscriptions")).toInteger());
        QMap<QString, qint64> sums;
        for (const QJsonValue& value : subscriptions) {
            const QJsonObject one = value.toObject();
            QVERIFY(ctl::holds(one, "id customer_id status currency mrr_minor created current_period_end cancel_at ended_at"));
            sums[one.value(QStringLiteral("currency")).toString()] += one.value(QStringLiteral("mrr_minor")).toInteger();
        }
        const QJsonObject mrr = ctl.run(words("--json mrr")).json().object();
        QCOMPARE(mrr.value(QStringLiteral("complete")), QJsonValue(true));
        QVERIFY(!mrr.value(QStringLiteral("by_currency")).toArray().isEmpty());
        for (const QJsonValue& line : mrr.value(QStringLiteral("by_currency")).toArray()) {
            QCOMPARE(line.toObject().value(QStringLiteral("minor")).toInteger(), sums.value(line.toObject().value(QStringLiteral("currency")).toString()));
        }
        ctl::ledgerKeepsItsContracts(ctl, mrr);
        const QString customer = subscriptions.first().toObject().value(QStringLiteral("customer_id")).toString();
        const QJsonObject shown = ctl.run({QStringLiteral("--json"), QStringLiteral("customer"), customer}).json().object();
        QCOMPARE(shown.value(QStringLiteral("customers")).toArray().first().toObject().value(QStringLiteral("id")), QJsonValue(customer));
        QVERIFY(!shown.value(QStringLiteral("subscription_objects")).toArray().isEmpty());
        QCOMPARE(ctl.run(words("customer nobody")).exitCode, 1);
        // Looking asks nothing: the account may be gone.
        ctl.setBase(QStringLiteral("http://127.0.0.1:1"));
        QCOMPARE(ctl.run(words("mrr")).exitCode, 0);
        QVERIFY(ctl.run(words("--text businesses")).out.contains("MRR"));
        noKeyAnywhere(ctl);
    }

    void aTakeDownIsSeenInStripe()
    {
        Sandbox sandbox(words("--businesses 25 --months 6 --seed 3"));
        Ctl ctl(sandbox);
        QCOMPARE(ctl.run(words("sync")).exitCode, 0);
        const QJsonObject business = ctl::firstPaying(ctl);
        const QString id = business.value(QStringLiteral("business_id")).toString();
        const QString subscription = business.value(QStringLiteral("subscription_id")).toString();
        const QString customer = business.value(QStringLiteral("customer_id")).toString();
        QVERIFY(!id.isEmpty());
        // Without --yes: the plan, and nothing done.
        const Ran planned = ctl.run(ctl::takedownWords(id, {}));
        QCOMPARE(planned.exitCode, 5);
        QVERIFY(planned.err.contains(subscription.toUtf8()) && planned.err.contains("--yes") && planned.err.contains("MRR"));
        QCOMPARE(sandbox.ask("GET", QStringLiteral("/v1/subscriptions/") + subscription).object().value(QStringLiteral("status")), QJsonValue(QStringLiteral("active")));

        const Ran done = ctl.run(ctl::takedownWords(id, words("--delete-customer --yes")));
        QVERIFY2(done.exitCode == 0, done.err.constData());
        const QJsonObject outcome = done.json().object();
        QCOMPARE(ctl::keysOf(outcome), words("business_id customer_deleted operation_id request_ids status stripe"));
        QCOMPARE(outcome.value(QStringLiteral("status")), QJsonValue(QStringLiteral("taken_down")));
        QCOMPARE(outcome.value(QStringLiteral("stripe")), QJsonValue(QStringLiteral("cancelled")));
        QCOMPARE(outcome.value(QStringLiteral("customer_deleted")), QJsonValue(true));
        QVERIFY(!outcome.value(QStringLiteral("request_ids")).toArray().isEmpty());
        const QJsonObject canceled = sandbox.ask("GET", QStringLiteral("/v1/subscriptions/") + subscription).object();
        QCOMPARE(canceled.value(QStringLiteral("status")), QJsonValue(QStringLiteral("canceled")));
        QCOMPARE(canceled.value(QStringLiteral("cancellation_details")).toObject().value(QStringLiteral("comment")), QJsonValue(QStringLiteral("closed by a test")));
        QCOMPARE(sandbox.ask("GET", QStringLiteral("/v1/customers/") + customer).object().value(QStringLiteral("deleted")), QJsonValue(true));
        bool listed = false;
        for (const QJsonValue& event : sandbox.ask("GET", QStringLiteral("/v1/events?limit=20&type=customer.subscription.deleted")).object().value(QStringLiteral("data")).toArray()) {
            listed = listed || event.toObject().value(QStringLiteral("data")).toObject().value(QStringLiteral("object")).toObject().value(QStringLiteral("id")) == QJsonValue(subscription);
        }
        QVERIFY(listed);
        const QJsonObject again = ctl.run(ctl::takedownWords(id, words("--delete-customer --yes"))).json().object();
        QCOMPARE(again.value(QStringLiteral("stripe")), QJsonValue(QStringLiteral("already_cancelled")));
        const Ran nobody = ctl.run(ctl::takedownWords(QStringLiteral("nobody"), words("--yes")));
        QCOMPARE(nobody.exitCode, 1);
        QCOMPARE(nobody.json().object().value(QStringLiteral("status")), QJsonValue(QStringLiteral("not_found")));
        noKeyAnywhere(ctl);
    }

    void lostAndFailedStepsHaveTheirOwnExitCodes()
    {
        Sandbox sandbox(words("--businesses 25 --months 6 --seed 3"));
        Ctl ctl(sandbox);
        QCOMPARE(ctl.run(words("sync")).exitCode, 0);
        const QString id = ctl::firstPaying(ctl).value(QStringLiteral("business_id")).toString();
        // Cancelled, but the customer cannot be deleted: done in part.
        (void)sandbox.ask("POST", QStringLiteral("/_sandbox/faults"), "500,status=400,method=DELETE,path=/v1/customers/");
        const Ran partly = ctl.run(ctl::takedownWords(id, words("--delete-customer --yes")));
        QVERIFY2(partly.exitCode == 7, partly.err.constData());
        QCOMPARE(partly.json().object().value(QStringLiteral("status")), QJsonValue(QStringLiteral("taken_down")));
        QCOMPARE(partly.json().object().value(QStringLiteral("customer_deleted")), QJsonValue(false));
        (void)sandbox.ask("DELETE", QStringLiteral("/_sandbox/faults"));
        QCOMPARE(ctl.run(ctl::takedownWords(id, words("--delete-customer --yes"))).exitCode, 0);
        // Everything that is sent about the next one's subscription is lost: nobody knows.
        const QString next = ctl::firstPaying(ctl).value(QStringLiteral("business_id")).toString();
        QVERIFY(next != id);
        (void)sandbox.ask("POST", QStringLiteral("/_sandbox/faults"), "close,method=DELETE,path=/v1/subscriptions/");
        const Ran unknown = ctl.run(ctl::takedownWords(next, words("--yes")));
        QVERIFY2(unknown.exitCode == 6, unknown.err.constData());
        QCOMPARE(unknown.json().object().value(QStringLiteral("status")), QJsonValue(QStringLiteral("unknown")));
        QVERIFY(unknown.err.contains("NOT known"));
    }

    void refusedKeysMissingServersAndPagesOfHtml()
    {
        const QByteArray expired = keyText("0000");
        Sandbox sandbox(words("--businesses 5 --months 2 --expired-key") << QString::fromLatin1(expired));
        Ctl ctl(sandbox);
        ctl.setKey(expired);
        const Ran refused = ctl.run(words("sync"));
        QCOMPARE(refused.exitCode, 3);
        QVERIFY(refused.err.contains("expired"));
        ctl.setKey("nonsense");
        QCOMPARE(ctl.run(words("sync")).exitCode, 3);
        ctl.setKey(keyText("1", "pk"));
        const Ran publishable = ctl.run(words("sync"));
        QCOMPARE(publishable.exitCode, 3);
        QVERIFY(publishable.err.contains("pk_"));
        ctl.setKey({});
        QCOMPARE(ctl.run(words("sync")).exitCode, 2);
        ctl.setKey(keyText());
        // Retried as any 5xx, then told; and an answer of Stripe's own that is cut off is none.
        for (const QByteArray& fault : {QByteArray("html,path=/v1/products"), QByteArray("truncated-json,path=/v1/products")}) {
            QCOMPARE(sandbox.ask("DELETE", QStringLiteral("/_sandbox/faults")).array().size(), 0);
            (void)sandbox.ask("POST", QStringLiteral("/_sandbox/faults"), fault);
            const Ran spoiled = ctl.run(words("sync"));
            QVERIFY2(spoiled.exitCode == 1, qPrintable(QString::fromUtf8(fault) + QLatin1Char(' ') + QString::number(spoiled.exitCode)));
            QVERIFY(spoiled.out.isEmpty() && spoiled.err.size() > 40 && !spoiled.err.contains("<html"));
        }
        ctl.setBase(QStringLiteral("http://127.0.0.1:1"));
        QCOMPARE(ctl.run(words("sync")).exitCode, 4);
        noKeyAnywhere(ctl);
    }

    void aSyncKilledTwiceGoesOnAndCountsExactly()
    {
        Sandbox sandbox(words("--businesses 150 --months 18 --seed 5 --latency 15"));
        Ctl ctl(sandbox);
        for (int kill = 0; kill < 2; ++kill) {
            QProcess process;
            ctl.start(process, words("--json --verbose sync"));
            QByteArray said;
            // Ten requests for the key's check, then into the lists.
            process.setReadChannel(QProcess::StandardError);
            while (said.count("GET /v1/") < 13 && process.waitForReadyRead(kPatienceMs)) {
                said += process.readAllStandardError();
            }
            QVERIFY2(process.processId() > 0, said.right(400).constData());
            QFile arguments(QStringLiteral("/proc/%1/cmdline").arg(process.processId()));
            QVERIFY(arguments.open(QIODevice::ReadOnly));
            const QByteArray line = arguments.readAll();
            QVERIFY(line.contains("sync") && !line.contains("kkkkkkkk"));
            process.kill();
            QVERIFY(process.waitForFinished(kPatienceMs));
            QCOMPARE(process.exitStatus(), QProcess::CrashExit);
            QCOMPARE(ctl.run(words("--json mrr")).json().object().value(QStringLiteral("complete")), QJsonValue(false));
        }
        const Ran synced = ctl.run(words("--json sync"));
        QVERIFY2(synced.exitCode == 0, synced.err.constData());
        const QJsonObject counts = sandbox.ask("GET", QStringLiteral("/_sandbox/counts")).object();
        const QJsonObject objects = synced.json().object().value(QStringLiteral("objects")).toObject();
        for (const QString& list : words("customers subscriptions invoices prices products events")) {
            QCOMPARE(objects.value(list).toInteger(-1), counts.value(list).toInteger());
        }
        QCOMPARE(synced.json().object().value(QStringLiteral("complete")), QJsonValue(true));
    }

    void interruptStopsASyncAndKeepsWhatItHas()
    {
        Sandbox sandbox(words("--businesses 100 --months 12 --seed 5 --latency 30"));
        Ctl ctl(sandbox);
        QProcess process;
        ctl.start(process, words("--verbose sync"));
        process.setReadChannel(QProcess::StandardError);
        QByteArray said;
        while (said.count("GET /v1/") < 12 && process.waitForReadyRead(kPatienceMs)) {
            said += process.readAllStandardError();
        }
        QVERIFY2(process.processId() > 0, said.right(400).constData());
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(kPatienceMs));
        said += process.readAllStandardError();
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 1);
        QVERIFY2(said.contains("goes on from there"), said.right(400).constData());
        QCOMPARE(ctl.run(words("sync")).exitCode, 0);
    }

    void recordsComeAndGo()
    {
        Sandbox sandbox(words("--businesses 5 --months 2"));
        Ctl ctl(sandbox);
        QFile file(ctl.file(QStringLiteral("records.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"old-1":{"business_id":"old-1","business_name":"Old","stripe_payment_intent_id":"pi_1","monthly_price_usd":5.00}})");
        file.close();
        const Ran imported = ctl.run({QStringLiteral("--json"), QStringLiteral("records"), QStringLiteral("import"), file.fileName()});
        QVERIFY2(imported.exitCode == 0, imported.err.constData());
        QCOMPARE(imported.json().object().value(QStringLiteral("added")), QJsonValue(1));
        const Ran exported = ctl.run(words("records export"));
        QCOMPARE(exported.json().object().value(QStringLiteral("old-1")).toObject().value(QStringLiteral("stripe_payment_intent_id")), QJsonValue(QStringLiteral("pi_1")));
        QCOMPARE(ctl.run(words("--json records import -"), exported.out).json().object().value(QStringLiteral("unchanged")), QJsonValue(1));
        for (const QByteArray& bad : {QByteArray("<html>"), QByteArray(R"([{"business_id":"a"},{"business_id":"a"}])"), QByteArray()}) {
            const Ran refused = ctl.run(words("records import -"), bad);
            QCOMPARE(refused.exitCode, 1);
            QVERIFY(!refused.err.isEmpty());
        }
        QCOMPARE(ctl.run(words("records import /nowhere/at/all.json")).exitCode, 1);
        QCOMPARE(ctl.run(words("records export")).json().object().size(), 1);
    }

    void withoutAKeychainAProfileIsMadeAndTheKeyIsNot()
    {
        Sandbox sandbox(words("--businesses 5 --months 2"));
        Ctl ctl(sandbox);
        ctl.setKey({});
        const Ran connected = ctl.run(words("--json connect --profile shop"), keyText() + '\n');
        QVERIFY2(connected.exitCode == 7, connected.err.constData());
        QVERIFY(connected.err.contains("gnome-keyring"));
        QCOMPARE(connected.json().object().value(QStringLiteral("key_in_keychain")), QJsonValue(false));
        const QJsonArray profiles = ctl.run(words("--json profiles")).json().array();
        QCOMPARE(profiles.size(), 1);
        QCOMPARE(profiles.first().toObject().value(QStringLiteral("mode")), QJsonValue(QStringLiteral("test")));
        QCOMPARE(ctl.run(words("--profile shop sync")).exitCode, 3);
        ctl.setKey(keyText());
        const Ran synced = ctl.run(words("--profile shop sync"));
        QVERIFY2(synced.exitCode == 0, synced.err.constData());
        QVERIFY(synced.err.contains("STRIPE_API_KEY"));
        // The only profile is the account that is meant where nothing else is said.
        ctl.setKey({});
        QVERIFY(ctl.run(words("mrr")).err.contains("\"shop\""));
        QCOMPARE(ctl.run(words("connect --profile other"), QByteArray()).exitCode, 1);
        noKeyAnywhere(ctl);
    }

    void intoAPipeItWritesJsonUnlessTextIsAskedFor()
    {
        Sandbox sandbox(words("--businesses 5 --months 2"));
        Ctl ctl(sandbox);
        QVERIFY(ctl.run(words("sync")).json().object().value(QStringLiteral("complete")).toBool());
        QVERIFY(ctl.run(words("businesses")).json().isArray());
        const Ran text = ctl.run(words("--text businesses"));
        QCOMPARE(text.exitCode, 0);
        QVERIFY(!text.out.trimmed().startsWith('['));
        QVERIFY(text.out.contains("biz_"));
        QCOMPARE(ctl.run(words("--text --json businesses")).exitCode, 2);
    }

    void aNamedProfileIsMadeForTheKeyOfTheEnvironment()
    {
        Sandbox sandbox(words("--businesses 5 --months 2"));
        Ctl ctl(sandbox);
        QCOMPARE(ctl.run(words("--profile shop mrr")).exitCode, 1); // looking makes nothing
        const Ran synced = ctl.run(words("--json --profile shop sync"));
        QVERIFY2(synced.exitCode == 0 && synced.err.contains("shop"), synced.err.constData());
        QVERIFY(synced.json().object().value(QStringLiteral("complete")).toBool());
        ctl.setKey({});
        QCOMPARE(ctl.run(words("--json --profile shop businesses")).json().array().size() > 0, true);
        noKeyAnywhere(ctl);
    }

    void aDamagedMirrorIsToldAndTheRecordsStay()
    {
        Sandbox sandbox(words("--businesses 5 --months 2"));
        Ctl ctl(sandbox);
        QCOMPARE(ctl.run(words("sync")).exitCode, 0);
        QVERIFY(!ctl.run(words("mrr")).err.contains("damaged"));
        (void)ctl.run(words("records import -"), R"([{"business_id":"old-1"}])");
        QFile file(mirrorOf(ctl));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.write(QByteArray(8192, 'x'));
        file.close();
        const Ran told = ctl.run(words("mrr"));
        QCOMPARE(told.exitCode, 0);
        QVERIFY(told.err.contains("damaged") && told.err.contains("sync"));
        QVERIFY(ctl.run(words("records export")).out.contains("old-1"));
        QCOMPARE(ctl.run(words("sync")).exitCode, 0);
    }

    void theDemoNeedsNothing()
    {
        Ctl ctl;
        ctl.setKey({});
        const Ran ran = ctl.run(words("--demo --json mrr"));
        QVERIFY2(ran.exitCode == 0, ran.err.constData());
        QCOMPARE(ran.json().object().value(QStringLiteral("complete")), QJsonValue(true));
        QVERIFY(ran.err.contains("DEMO"));
    }

private:
    static void noKeyAnywhere(const Ctl& ctl)
    {
        QVERIFY(!ctl.everythingSaid().contains("kkkkkkkk"));
        QVERIFY(fileCount(ctl.dataDir()) > 0);
        QCOMPARE(filesWith(ctl.dataDir(), "kkkkkkkk"), QStringList());
    }
};

CH_TEST(TstCtl)

#include "tst_Ctl.moc"
