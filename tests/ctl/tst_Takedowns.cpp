// SPDX-License-Identifier: GPL-3.0-or-later
// takedown and cancel as a person or a script runs them, and killed at each of their requests.
#include "ctl/Programs.h"
#include "support/TestMain.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>

using namespace ch::test;

namespace ends {

QString ask(const Sandbox& sandbox, const char* method, const QString& path, const QByteArray& body, const char* key)
{
    return sandbox.ask(method, path, body).object().value(QLatin1String(key)).toString();
}

/// A business with a paid subscription, made without the program.
struct Business {
    Business(const Sandbox& sandbox, const QString& businessId) : id(businessId)
    {
        customer = ask(sandbox, "POST", "/v1/customers", "name=Jane%20Roe&email=jane.roe%40example.com&metadata[business_id]=" + id.toUtf8(), "id");
        const QString card = ask(sandbox, "POST", "/v1/payment_methods/pm_card_visa/attach", "customer=" + customer.toUtf8(), "id");
        (void)sandbox.ask("POST", "/v1/customers/" + customer, "invoice_settings[default_payment_method]=" + card.toUtf8());
        const QString product = ask(sandbox, "POST", "/v1/products", "name=Plan", "id");
        const QString price = ask(sandbox, "POST", "/v1/prices", "currency=usd&unit_amount=3000&recurring[interval]=month&product=" + product.toUtf8(), "id");
        subscription = ask(sandbox, "POST", "/v1/subscriptions", "customer=" + customer.toUtf8() + "&items[0][price]=" + price.toUtf8(), "id");
        item = ask(sandbox, "POST", "/v1/invoiceitems", "amount=700&currency=usd&customer=" + customer.toUtf8(), "id");
    }
    [[nodiscard]] QString status(const Sandbox& sandbox) const { return ask(sandbox, "GET", "/v1/subscriptions/" + subscription, {}, "status"); }
    [[nodiscard]] bool isDeleted(const Sandbox& sandbox) const { return sandbox.ask("GET", "/v1/customers/" + customer).object().value("deleted").toBool(); }
    [[nodiscard]] QStringList takedown(const char* more) const { return QStringList{"--json", "takedown", id, "--reason", "closed"} + words(more); }

    QString id;
    QString customer;
    QString subscription;
    QString item;
};

qsizetype refunds(const Sandbox& sandbox)
{
    return sandbox.ask("GET", "/v1/refunds?limit=100").object().value("data").toArray().size();
}

} // namespace ends

class TstTakedowns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thePlanThenEveryChoice()
    {
        Sandbox sandbox(words("--businesses 3 --months 1"));
        Ctl ctl(sandbox);
        const ends::Business shop(sandbox, "shop-1");
        QCOMPARE(ctl.run(words("sync")).exitCode, 0);
        const qsizetype before = ends::refunds(sandbox);
        const char* everything = "--delete-customer --invoices void --drafts delete --items delete --refund-unused";
        const Ran plan = ctl.run(shop.takedown(everything));
        QCOMPARE(plan.exitCode, 5);
        for (const QString& said : {shop.subscription, shop.item, QString("is refunded"), QString("is deleted"), QString("DELETES"), QString("7.00 USD"), QString("may write to the customer")}) {
            QVERIFY2(plan.err.contains(said.toUtf8()), qPrintable(said));
        }
        QCOMPARE(plan.json().object().value("stripe").toString(), QString("error:confirmation_missing"));
        QCOMPARE(shop.status(sandbox), QString("active"));
        QCOMPARE(ctl.run(shop.takedown("--delete-customer --at-period-end --yes")).json().object().value("stripe").toString(), QString("error:exclusive_choices"));
        QCOMPARE(ctl.run(shop.takedown("--invoices burn --yes")).exitCode, 2);
        QCOMPARE(ctl.run(shop.takedown("--live --yes")).exitCode, 5); // a test key
        const Ran done = ctl.run(shop.takedown("--delete-customer --invoices void --drafts delete --items delete --refund-unused --yes"));
        QVERIFY2(done.exitCode == 0, done.err.constData());
        QCOMPARE(done.json().object().keys(), words("business_id customer_deleted operation_id request_ids status stripe"));
        QCOMPARE(shop.status(sandbox), QString("canceled"));
        QVERIFY(shop.isDeleted(sandbox));
        QCOMPARE(ends::refunds(sandbox), before + 1);
        QVERIFY(sandbox.ask("GET", "/v1/invoiceitems/" + shop.item).object().contains("error"));
        const QJsonObject operation = ctl.run(words("--json operations")).json().array().first().toObject();
        QCOMPARE(operation.value("kind").toString(), QString("take_down"));
        QCOMPARE(operation.value("operation_id"), done.json().object().value("operation_id"));
        const Ran businesses = ctl.run(words("--json businesses"));
        QVERIFY(!businesses.out.contains("jane.roe"));
    }

    void oneSubscription()
    {
        Sandbox sandbox(words("--businesses 3 --months 1"));
        Ctl ctl(sandbox);
        const ends::Business shop(sandbox, "shop-1");
        const Ran plan = ctl.run(QStringList{"--json", "cancel", shop.subscription});
        QCOMPARE(plan.exitCode, 5);
        QVERIFY2(plan.err.contains("at once") && plan.err.contains(shop.subscription.toUtf8()), plan.err.constData());
        const Ran scheduled = ctl.run(QStringList{"--json", "cancel", shop.subscription, "--at-period-end", "--yes"});
        QVERIFY2(scheduled.exitCode == 0, scheduled.err.constData());
        QCOMPARE(scheduled.json().object().keys(), words("operation_id request_ids status subscription_id"));
        QCOMPARE(scheduled.json().object().value("status").toString(), QString("active"));
        QCOMPARE(sandbox.ask("GET", "/v1/subscriptions/" + shop.subscription).object().value("cancel_at_period_end"), QJsonValue(true));
        const Ran done = ctl.run(QStringList{"--json", "cancel", shop.subscription, "--prorate", "--invoice-now", "--yes"});
        QVERIFY2(done.exitCode == 0, done.err.constData());
        QCOMPARE(done.json().object().value("status").toString(), QString("canceled"));
        QCOMPARE(shop.status(sandbox), QString("canceled"));
        QVERIFY(!shop.isDeleted(sandbox));
        QCOMPARE(ctl.run(QStringList{"--json", "cancel", shop.subscription, "--yes"}).json().object().value("status").toString(), QString("canceled"));
        const Ran nobody = ctl.run(QStringList{"--json", "cancel", "sub_none", "--yes"});
        QCOMPARE(nobody.exitCode, 1);
        QCOMPARE(nobody.json().object().value("status").toString(), QString("not_found"));
        QCOMPARE(ctl.run(words("cancel")).exitCode, 2);
        QCOMPARE(ctl.run(words("cancel sub_1 --delete-customer")).exitCode, 2);
    }

    void inLiveModeYesAloneIsRefused()
    {
        Sandbox sandbox(words("--businesses 3 --months 1 --live"));
        Ctl ctl(sandbox);
        ctl.setKey(keyText("4242", "sk", "live"));
        QCOMPARE(ctl.run(words("sync")).exitCode, 0);
        QJsonObject active;
        const QJsonArray subscriptions = ctl.run(words("--json subscriptions")).json().array();
        for (const QJsonValue& value : subscriptions) {
            active = value.toObject().value("status").toString() == QLatin1String("active") ? value.toObject() : active;
        }
        const QString id = active.value("id").toString();
        const QString customer = active.value("customer_id").toString();
        QVERIFY(!id.isEmpty());
        const Ran refused = ctl.run(QStringList{"--json", "cancel", id, "--yes"});
        QCOMPARE(refused.exitCode, 5);
        QVERIFY2(refused.err.contains("live_not_meant") || refused.err.contains("--live"), refused.err.constData());
        QCOMPARE(ctl.run(QStringList{"--json", "takedown", customer, "--reason", "x", "--yes"}).json().object().value("stripe").toString(), QString("error:live_not_meant"));
        const Ran done = ctl.run(QStringList{"--json", "cancel", id, "--yes", "--live"});
        QVERIFY2(done.exitCode == 0, done.err.constData());
        QCOMPARE(done.json().object().value("status").toString(), QString("canceled"));
    }

    void killedAtAnyRequestItGoesOnAndIsDoneOnce()
    {
        Sandbox sandbox(words("--businesses 3 --months 1 --latency 20"));
        Ctl ctl(sandbox);
        int killed = 0;
        int leftOpen = 0;
        bool ended = false;
        for (int requests = 10; requests < 60 && !ended; requests += 2) {
            const ends::Business shop(sandbox, QStringLiteral("shop-%1").arg(requests));
            QVERIFY2(ctl.run(words("sync")).exitCode == 0, "sync");
            const qsizetype before = ends::refunds(sandbox);
            const QStringList act = shop.takedown("--delete-customer --items delete --refund-unused --yes");
            QProcess process;
            ctl.start(process, QStringList{QStringLiteral("--verbose")} + act);
            process.setReadChannel(QProcess::StandardError);
            QByteArray said;
            while (said.count("/v1/") < requests && process.waitForReadyRead(kPatienceMs)) {
                said += process.readAllStandardError();
            }
            ended = process.state() == QProcess::NotRunning || said.count("/v1/") < requests;
            process.kill();
            QVERIFY(process.state() == QProcess::NotRunning || process.waitForFinished(kPatienceMs));
            ++killed;
            const QJsonArray operations = ctl.run(words("--json operations")).json().array();
            for (const QJsonValue& operation : operations) {
                leftOpen += operation.toObject().value("state").toString() == QLatin1String("running") ? 1 : 0;
            }
            const Ran resumed = ctl.run(words("--json operations resume"));
            QVERIFY2(resumed.exitCode == 0, resumed.err.constData());
            const Ran once = ctl.run(act);
            QVERIFY2(once.exitCode == 0, once.err.constData());
            QCOMPARE(shop.status(sandbox), QString("canceled"));
            QVERIFY(shop.isDeleted(sandbox));
            QCOMPARE(ends::refunds(sandbox), before + 1);
        }
        QVERIFY(killed > 3);
        QVERIFY2(leftOpen > 2, QByteArray::number(leftOpen).constData());
        const QJsonArray all = ctl.run(words("--json operations")).json().array();
        for (const QJsonValue& operation : all) {
            QCOMPARE(operation.toObject().value("state").toString(), QString("done"));
        }
        QCOMPARE(ctl.run(words("--json audit verify")).json().object().value("ok"), QJsonValue(true));
    }
};

CH_TEST(TstTakedowns)
#include "tst_Takedowns.moc"
