// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/Programs.h"
#include "support/TestMain.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>

using namespace ch::test;

namespace ops {

QStringList provisionWords(const QString& id, const QStringList& more = {})
{
    return provision(id, words("--email jane.roe@example.com") + more);
}

/// Customers of the business, and subscriptions of those that are not ended, as Stripe lists them.
QPair<int, int> inStripe(const Sandbox& sandbox, const QString& businessId)
{
    QPair<int, int> counts;
    const QJsonArray customers = sandbox.ask("GET", QStringLiteral("/v1/customers?limit=100")).object().value(QStringLiteral("data")).toArray();
    for (const QJsonValue& value : customers) {
        if (value.toObject().value(QStringLiteral("metadata")).toObject().value(QStringLiteral("business_id")).toString() != businessId) {
            continue;
        }
        ++counts.first;
        const QString id = value.toObject().value(QStringLiteral("id")).toString();
        counts.second += sandbox.ask("GET", QStringLiteral("/v1/subscriptions?customer=") + id).object().value(QStringLiteral("data")).toArray().size();
    }
    return counts;
}

} // namespace ops

class TstOperations : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void provisionAndItsContracts()
    {
        Sandbox sandbox(words("--businesses 5 --months 2"));
        Ctl ctl(sandbox);
        const Ran missing = ctl.run(ops::provisionWords("b1"));
        QCOMPARE(missing.exitCode, 1);
        QVERIFY(missing.err.contains("prices ensure"));
        QCOMPARE(missing.json().object().value("error").toString(), QString("price_missing"));

        const Ran ensured = ctl.run(words("--json prices ensure --tiers"));
        QVERIFY2(ensured.exitCode == 0, ensured.err.constData());
        QCOMPARE(ensured.json().array().size(), 5);
        QCOMPARE(ensured.json().array().first().toObject().keys(), words("business_type created currency differs lookup_key price_id product_id unit_amount_decimal"));
        QCOMPARE(ensured.json().array().first().toObject().value("unit_amount_decimal").toString(), QString("5000"));
        QCOMPARE(ctl.run(words("--json prices ensure")).json().array().first().toObject().value("differs"), QJsonValue(true));

        const Ran made = ctl.run(ops::provisionWords("b1"));
        QVERIFY2(made.exitCode == 0, made.err.constData());
        const QJsonObject outcome = made.json().object();
        QCOMPARE(outcome.keys(), words("business_id customer_id operation_id payment_url price_id replayed request_ids status subscription_id"));
        QCOMPARE(outcome.value("status").toString(), QString("incomplete"));
        QCOMPARE(outcome.value("replayed"), QJsonValue(false));
        QVERIFY(outcome.value("payment_url").toString().startsWith("http"));
        QCOMPARE(ops::inStripe(sandbox, "b1"), qMakePair(1, 1));
        const QJsonObject again = ctl.run(ops::provisionWords("b1")).json().object();
        QCOMPARE(again.value("replayed"), QJsonValue(true));
        QCOMPARE(again.value("subscription_id"), outcome.value("subscription_id"));
        QCOMPARE(ops::inStripe(sandbox, "b1"), qMakePair(1, 1));

        const QJsonArray operations = ctl.run(words("--json operations")).json().array();
        QCOMPARE(operations.size(), 3);
        QCOMPARE(operations[1].toObject().keys(), words("business_id created_at error kind operation_id state step updated_at"));
        QCOMPARE(operations[1].toObject().value("operation_id"), outcome.value("operation_id"));
        QCOMPARE(operations[1].toObject().value("state").toString(), QString("done"));
        QCOMPARE(operations[2].toObject().value("state").toString(), QString("failed"));
        QCOMPARE(operations[2].toObject().value("error").toString(), QString("price_missing"));
        const Ran resumed = ctl.run(words("--json operations resume"));
        QCOMPARE(resumed.exitCode, 0);
        QVERIFY(resumed.json().array().isEmpty());

        const Ran trail = ctl.run(words("--json audit"));
        QCOMPARE(trail.json().array().size(), 5); // the prices were ensured twice
        QCOMPARE(trail.json().array()[1].toObject().value("action").toString(), QString("provision"));
        QCOMPARE(trail.json().array()[1].toObject().value("idempotency_keys").toArray().size(), 2);
        QVERIFY(!trail.out.contains("jane") && !trail.out.contains("Jane"));
        const Ran verified = ctl.run(words("--json audit verify"));
        QCOMPARE(verified.exitCode, 0);
        QCOMPARE(verified.json().object().value("entries").toInt(), 5);
        QCOMPARE(verified.json().object().value("ok"), QJsonValue(true));
        QVERIFY(verified.json().object().value("first_bad").isNull());
        QVERIFY(verified.err.contains("cannot be known"));
        QCOMPARE(ctl.run(words("provision --business-id b1")).exitCode, 2);
        QCOMPARE(ctl.run(words("audit --yes")).exitCode, 2);
    }

    void aLostAnswerIsUnknownAndThenSettled()
    {
        Sandbox sandbox(words("--businesses 5 --months 2"));
        Ctl ctl(sandbox);
        QCOMPARE(ctl.run(words("prices ensure")).exitCode, 0);
        (void)sandbox.ask("POST", QStringLiteral("/_sandbox/faults"), "lost,path=/v1/subscriptions,method=POST");
        const Ran lost = ctl.run(ops::provisionWords("b1"));
        QVERIFY2(lost.exitCode == 6, lost.err.constData());
        QCOMPARE(lost.json().object().value("status").toString(), QString("unknown"));
        QCOMPARE(ctl.run(words("--json operations")).json().array().first().toObject().value("state").toString(), QString("unknown"));
        (void)sandbox.ask("DELETE", QStringLiteral("/_sandbox/faults"));
        // In test mode the next command goes on with it by itself.
        const Ran synced = ctl.run(words("--json sync"));
        QVERIFY(synced.err.contains("gone on with"));
        QCOMPARE(ctl.run(words("--json operations")).json().array().first().toObject().value("state").toString(), QString("done"));
        QCOMPARE(ops::inStripe(sandbox, "b1"), qMakePair(1, 1));
    }

    void inLiveModeItWaitsForAPerson()
    {
        Sandbox sandbox(words("--businesses 5 --months 2 --live"));
        Ctl ctl(sandbox);
        ctl.setKey(keyText("4242", "sk", "live"));
        QVERIFY(ctl.run(words("prices ensure")).exitCode == 0);
        (void)sandbox.ask("POST", QStringLiteral("/_sandbox/faults"), "lost,path=/v1/subscriptions,method=POST");
        QCOMPARE(ctl.run(ops::provisionWords("b1", words("--live"))).exitCode, 6);
        (void)sandbox.ask("DELETE", QStringLiteral("/_sandbox/faults"));
        const Ran synced = ctl.run(words("--json sync"));
        QVERIFY2(synced.err.contains("operations resume"), synced.err.constData());
        QCOMPARE(ctl.run(words("--json operations")).json().array().first().toObject().value("state").toString(), QString("unknown"));
        const Ran resumed = ctl.run(words("--json operations resume"));
        QVERIFY2(resumed.exitCode == 0, resumed.err.constData());
        QCOMPARE(resumed.json().array().first().toObject().value("state").toString(), QString("done"));
    }
};

CH_TEST(TstOperations)
#include "tst_Operations.moc"
