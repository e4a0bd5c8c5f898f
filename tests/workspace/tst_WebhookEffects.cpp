// SPDX-License-Identifier: GPL-3.0-or-later
// What webhooks do to an open account, from the socket to the mirror: what is refused leaves every table as it was, and a thin event leads to its object.
#include "endpoint/BadDeliveries.h"
#include "support/TestMain.h"
#include "workspace/Desk.h"

#include <QCryptographicHash>
#include <SQLiteCpp/SQLiteCpp.h>

using namespace ch;
using namespace ch::test;

namespace webhookeffects {

using Tables = QMap<QString, QByteArray>;

/// A hash of every row of every table of a file, by table.
void addTables(const QString& path, Tables* tables)
{
    SQLite::Database db(path.toStdString(), SQLite::OPEN_READONLY);
    SQLite::Statement names(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"); // those have tables of their own
    while (names.executeStep()) {
        const std::string name = names.getColumn(0).getString();
        QCryptographicHash hash(QCryptographicHash::Sha256);
        SQLite::Statement rows(db, "SELECT * FROM \"" + name + '"');
        while (rows.executeStep()) {
            for (int column = 0; column < rows.getColumnCount(); ++column) {
                const SQLite::Column value = rows.getColumn(column);
                const QByteArray bytes(static_cast<const char*>(value.getBlob()), value.getBytes());
                hash.addData(QByteArray::number(value.getType()) + ' ' + QByteArray::number(bytes.size()) + ' ' + bytes);
            }
        }
        (*tables)[QFileInfo(path).fileName() + ' ' + QString::fromStdString(name)] = hash.result();
    }
}

/// A desk with its endpoint open.
struct Taker : Desk {
    Taker()
    {
        workspace::WebhookSettings settings;
        settings.on = true;
        settings.port = 0;
        port = ended(open->webhooks().change(settings, &owner)).value_or(workspace::WebhookState{}).listeningAt;
        hasSecret = ended(open->webhooks().addSecret(whsec(), &owner)).has_value();
    }
    /// The first poll is behind it, and nothing is on its way.
    [[nodiscard]] bool isQuiet()
    {
        return port != 0 && hasSecret && QTest::qWaitFor([this] { return open->feed().by == store::ThroughBy::Poll && open->feed().behind == 0; }, kLongestMs);
    }
    [[nodiscard]] Tables tables()
    {
        (void)open->budget(); // reads that are counted and not kept yet
        Tables all;
        for (const char* file : {"mirror.sqlite", "records.sqlite"}) {
            addTables(open->account().folder + '/' + QLatin1String(file), &all);
        }
        return all;
    }
    /// Sends, waits for the answer, and gives its status; 0: there was none.
    [[nodiscard]] int send(const QByteArray& bytes)
    {
        RawClient client(port);
        client.send(bytes);
        const bool isAnswered = waitUntil([&client] { return client.isEnded() || client.received().contains("\r\n\r\n"); });
        return isAnswered && !client.received().isEmpty() ? client.status() : 0;
    }
    [[nodiscard]] QByteArray deliver(const QByteArray& body) const { return Letters{clock}.delivery(body); }

    quint16 port = 0;
    bool hasSecret = false;
};

QByteArray thin(const QByteArray& type, const QByteArray& objectType, const QByteArray& id, const QByteArray& url)
{
    return R"({"id":"evt_thin_)" + id + R"(","object":"v2.core.event","type":"v1.)" + type + R"(","created":"2026-11-30T00:00:00.123Z","livemode":false,"context":null,"related_object":{"id":")" + id +
        R"(","type":")" + objectType + R"(","url":")" + url + R"("}})";
}

} // namespace webhookeffects

using namespace webhookeffects;

class TstWebhookEffects : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatIsRefusedLeavesEveryTableAsItWas()
    {
        Taker taker;
        QVERIFY(taker.isQuiet());
        const Tables before = taker.tables();
        QVERIFY(before.contains(QStringLiteral("mirror.sqlite customers")) && before.contains(QStringLiteral("records.sqlite event_log")) && before.contains(QStringLiteral("records.sqlite marks")));
        const auto all = bad::badDeliveries();
        QVERIFY(all.size() >= 84);
        int refusals = 0;
        for (const bad::Bad& one : all) {
            const Letters letters{taker.clock};
            const int status = taker.send(one.bytes(letters));
            QVERIFY2(status == one.status, qPrintable(QStringLiteral("%1: %2").arg(QLatin1String(one.name)).arg(status)));
            refusals += one.status == 400 && *one.code ? 1 : 0;
        }
        QTRY_COMPARE_WITH_TIMEOUT(taker.open->webhooks().state().refusals, refusals, kLongestMs); // all of it was judged
        QCOMPARE(taker.open->webhooks().state().taken, 0);
        QCOMPARE(taker.open->feed().behind, 0);
        const Tables after = taker.tables();
        QCOMPARE(after.keys(), before.keys());
        for (auto table = before.begin(); table != before.end(); ++table) {
            QVERIFY2(after.value(table.key()) == *table, qPrintable(table.key()));
        }
        // And what is taken is seen by the same look.
        QCOMPARE(taker.send(taker.deliver(eventBody("evt_good"))), 200);
        QTRY_VERIFY_WITH_TIMEOUT(taker.open->records().eventLog().waiting()->empty() && taker.open->feed().behind == 0, kLongestMs);
        const Tables changed = taker.tables();
        QVERIFY(changed.value(QStringLiteral("records.sqlite event_log")) != before.value(QStringLiteral("records.sqlite event_log")));
        QVERIFY(changed.value(QStringLiteral("mirror.sqlite events")) != before.value(QStringLiteral("mirror.sqlite events")));
    }

    void aThinEventIsFollowedIntoTheMirror()
    {
        Taker taker;
        QVERIFY(taker.isQuiet());
        const QString customer = taker.single().customerIds.front();
        (void)taker.ask("POST", "/v1/customers/" + customer.toLatin1(), "name=Thin");
        QVERIFY((*taker.open->reader().customer(customer))->name != QLatin1String("Thin"));
        const qint64 reads = taker.stripe.server->requestCount("GET /v1/customers/{id}");
        QCOMPARE(taker.send(taker.deliver(thin("customer.updated", "customer", customer.toLatin1(), "/v1/customers/" + customer.toLatin1()))), 200);
        QTRY_COMPARE_WITH_TIMEOUT((*taker.open->reader().customer(customer))->name, QStringLiteral("Thin"), kLongestMs);
        QCOMPARE(taker.stripe.server->requestCount("GET /v1/customers/{id}"), reads + 1);
        store::EventQuery query;
        query.text = QStringLiteral("evt_thin_") + customer;
        QTRY_COMPARE_WITH_TIMEOUT(taker.open->records().eventLog().find(query)->entries.front().deed, store::EventDeed::ReadAgain, kLongestMs);
        QCOMPARE(taker.open->records().eventLog().find(query)->entries.front().source, store::EventSource::Webhook);
    }

    void aThinEventThatLeadsElsewhereIsNotFollowed_data()
    {
        QTest::addColumn<QByteArray>("url");
        for (const char* url : {"https://evil.example/v1/customers/ID", "//evil.example/v1/customers/ID", "/v1/../customers/ID", "/v1/customers/ID?expand[]=sources", "/v1/customers/%2e%2e/ID", "/v1/customers/cus_other", "/hooks/ID"}) {
            QTest::newRow(url) << QByteArray(url);
        }
    }

    void aThinEventThatLeadsElsewhereIsNotFollowed()
    {
        QFETCH(QByteArray, url);
        Taker taker;
        QVERIFY(taker.isQuiet());
        const QByteArray customer = taker.single().customerIds.front().toLatin1();
        const Tables before = taker.tables();
        taker.stripe.server->forgetRequests();
        QCOMPARE(taker.send(taker.deliver(thin("customer.updated", "customer", customer, url.replace("ID", customer)))), 400);
        QTRY_COMPARE_WITH_TIMEOUT(taker.open->webhooks().state().refusals, 1, kLongestMs);
        QCOMPARE(taker.open->webhooks().state().lastRefusal->code, QStringLiteral("thin_url"));
        QCOMPARE(taker.stripe.server->requestCount(), 0);
        QVERIFY(taker.tables() == before);
    }

    void aThinEventMarksAsAWholeOneDoes()
    {
        Taker taker;
        QVERIFY(taker.isQuiet());
        const store::Business business = taker.single();
        const QByteArray subscription = business.subscriptionId.toLatin1();
        (void)taker.ask("DELETE", "/v1/subscriptions/" + subscription);
        QCOMPARE(taker.send(taker.deliver(thin("customer.subscription.deleted", "subscription", subscription, "/v1/subscriptions/" + subscription))), 200);
        QTRY_COMPARE_WITH_TIMEOUT(taker.open->records().marks().open()->size(), size_t(1), kLongestMs);
        QCOMPARE(taker.open->records().marks().open()->front().businessId, business.businessId);
        QVERIFY((*taker.open->reader().subscription(business.subscriptionId))->isEnded());
    }
};

CH_TEST(TstWebhookEffects)
#include "tst_WebhookEffects.moc"
