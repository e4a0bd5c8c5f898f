// SPDX-License-Identifier: GPL-3.0-or-later
// A year of an account of 1,000 businesses, run by the clock: renewals, cards that fail, people who leave and change. At its end the
// money adds up, and every subscription's events, applied one after the other, give what the API says it is. The figures are printed:
//   build/release/bin/tst_sandbox TstYear
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

namespace year {

constexpr qint64 kDay = 86400;

// What the events said last of each subscription.
using States = QHash<QString, QJsonObject>;

// What a change says of the state before it, where that is one plain value, must be what was known.
QString contradiction(const QJsonObject& known, const QJsonObject& previous)
{
    for (auto it = previous.begin(); it != previous.end(); ++it) {
        if (!it.value().isObject() && !it.value().isArray() && known[it.key()] != it.value())
            return it.key();
    }
    return {};
}

// What changed must be among what the change says it changed.
QString silence(const QJsonObject& known, const QJsonObject& now, const QJsonObject& previous)
{
    for (auto it = now.begin(); it != now.end(); ++it) {
        if (known[it.key()] != it.value() && !previous.contains(it.key()))
            return it.key();
    }
    return {};
}

} // namespace year

class TstYear : public QObject {
    Q_OBJECT

    static void peopleDoThings(Account& a, int round);
    void replay(Account& a, year::States* known);
    static void moneyAddsUp(Account& a);

    QSet<QString> m_seen;
    int m_replayed = 0;

private Q_SLOTS:
    void ofAThousandBusinessesAddsUpAndReplays();
};

void TstYear::peopleDoThings(Account& a, int round)
{
    const auto rows = a.get("/v1/subscriptions?status=active&limit=100").data();
    const auto at = [&rows](int index) { return rows[index % rows.size()].toObject(); };
    const QByteArray one = at(round * 7)["id"].toString().toLatin1(), other = at(round * 11 + 3)["id"].toString().toLatin1();
    const QByteArray item = at(round * 7)["items"].toObject()["data"].toArray()[0].toObject()["id"].toString().toLatin1();
    a.post("/v1/subscriptions/" + one, "items[0][id]=" + item + "&items[0][quantity]=3&proration_behavior=always_invoice");
    a.post("/v1/subscriptions/" + other, round % 2 ? "cancel_at_period_end=true" : "metadata[round]=even");
    if (round % 3 == 2)
        a.del("/v1/subscriptions/" + at(round * 5 + 1)["id"].toString().toLatin1() + "?invoice_now=true&prorate=true");
    if (round % 4 == 3)
        a.del("/v1/customers/" + at(round * 5 + 2)["customer"].toString().toLatin1());
}

void TstYear::replay(Account& a, year::States* known)
{
    auto events = a.walk("/v1/events", "type=customer.subscription.*");
    std::reverse(events.begin(), events.end());
    for (const QJsonObject& event : events) {
        const QString type = event["type"].toString();
        if (m_seen.contains(event["id"].toString()))
            continue;
        m_seen.insert(event["id"].toString());
        const QJsonObject data = event["data"].toObject(), now = data["object"].toObject(), previous = data["previous_attributes"].toObject();
        const QString id = now["id"].toString();
        const QByteArray where = QStringLiteral("%1 of %2: ").arg(type, id).toUtf8();
        if (type.endsWith(QStringLiteral(".updated"))) {
            QVERIFY2(known->contains(id), where.constData());
            const QString wrong = year::contradiction(known->value(id), previous), untold = year::silence(known->value(id), now, previous);
            QVERIFY2(wrong.isEmpty(), QByteArray(where + "before it was something else: " + wrong.toUtf8()).constData());
            QVERIFY2(untold.isEmpty(), QByteArray(where + "changed in silence: " + untold.toUtf8()).constData());
        }
        known->insert(id, now);
        ++m_replayed;
    }
}

void TstYear::moneyAddsUp(Account& a)
{
    QMap<QString, qint64> paid, outside, charged;
    int invoices = 0, charges = 0;
    QHash<QString, qint64> byInvoice; // the intents that invoices made
    for (const QJsonObject& payment : a.walk("/v1/invoice_payments"))
        byInvoice.insert(payment["payment"].toObject()["payment_intent"].toString(), 0);
    for (const QJsonObject& charge : a.walk("/v1/charges")) {
        const QString intent = charge["payment_intent"].toString();
        if (!charge["paid"].toBool() || !byInvoice.contains(intent))
            continue; // declined, or of a legacy payment intent without an invoice
        byInvoice[intent] += charge["amount"].toInteger();
        charged[charge["currency"].toString()] += charge["amount"].toInteger();
        ++charges;
    }
    for (const QJsonObject& invoice : a.walk("/v1/invoices", "status=paid&expand[]=data.payments")) {
        const qint64 amount = invoice["amount_paid"].toInteger();
        qint64 taken = 0;
        for (const QJsonValue& payment : invoice["payments"].toObject()["data"].toArray())
            taken += byInvoice.value(payment.toObject()["payment"].toObject()["payment_intent"].toString());
        // Each invoice is paid by its own charges, or, by hand, not by any.
        QVERIFY2(taken == amount || taken == 0, qPrintable(invoice["id"].toString()));
        (taken == amount ? paid : outside)[invoice["currency"].toString()] += amount;
        invoices += amount > 0;
    }
    QCOMPARE(paid.keys(), (QStringList{"eur", "jpy", "usd"}));
    QCOMPARE(charged, paid);
    QVERIFY(outside["usd"] < paid["usd"] / 10);
    qInfo("%d paid invoices, %d charges; the sum of paid invoices is the sum of charges: usd %lld, eur %lld, jpy %lld; paid by other means: usd %lld",
        invoices, charges, static_cast<long long>(paid["usd"]), static_cast<long long>(paid["eur"]), static_cast<long long>(paid["jpy"]),
        static_cast<long long>(outside["usd"]));
}

void TstYear::ofAThousandBusinessesAddsUpAndReplays()
{
    auto options = Account::small();
    options.businesses = 1000;
    options.months = 1;
    options.testClockObjects = 0;
    Account a(options);
    year::States known;
    for (const QJsonObject& row : a.walk("/v1/subscriptions", "status=all"))
        known.insert(row["id"].toString(), row);
    for (const QJsonObject& event : a.walk("/v1/events", "type=customer.subscription.*"))
        m_seen.insert(event["id"].toString()); // of the made-up past
    QVERIFY(known.size() > 900); // some are customers without one
    for (int round = 0; round < 14; ++round) { // events are kept for 30 days
        peopleDoThings(a, round);
        a.clock.advance((round < 13 ? 28 : 1) * year::kDay * 1000);
        replay(a, &known);
        if (QTest::currentTestFailed())
            return;
    }
    const auto end = a.walk("/v1/subscriptions", "status=all");
    QCOMPARE(end.size(), known.size());
    for (const QJsonObject& row : end) {
        if (known[row["id"].toString()] != row) {
            const QJsonObject& last = known[row["id"].toString()];
            for (auto it = row.begin(); it != row.end(); ++it) {
                if (last[it.key()] != it.value())
                    QFAIL(qPrintable(row["id"].toString() + ": " + it.key()));
            }
        }
    }
    qInfo("%d events of %lld subscriptions replay to what the API says", m_replayed, static_cast<long long>(end.size()));
    QVERIFY(m_replayed > 5000);
    moneyAddsUp(a);
}

CH_TEST(TstYear)
#include "tst_Year.moc"
