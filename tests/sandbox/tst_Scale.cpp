// SPDX-License-Identifier: GPL-3.0-or-later
// A large account repeats its businesses: to its user nothing of that may show. Here the first 70 of 185 are made up, so that there are
// two whole repetitions and a part of a third.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QSet>
#include <QtTest>

using ch::test::Account;

namespace {

ch::sandbox::Options scaleOptions()
{
    ch::sandbox::Options options;
    options.businesses = 185;
    options.months = 14;
    options.templates = 70;
    return options;
}

QHash<QString, QJsonObject> scaleById(const QList<QJsonObject>& objects)
{
    QHash<QString, QJsonObject> out;
    for (const QJsonObject& object : objects)
        out.insert(object["id"].toString(), object);
    return out;
}

} // namespace

class TstScale : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyListShowsEachObjectOnceAndCountsAreExact();
    void walkingBackwardsFindsTheSame();
    void listsAreInTheOrderOfTime();
    void referencesLeadToObjectsThatReferBack();
    void nothingIsSharedBetweenCopies();
    void aCopyThatChangesChangesAlone();
    void aCopyCanBeDeleted();
    void filtersByOwnerFindTheCopysOwn();
    void copiesComeDueInTime();
    void subscriptionsAreAtLeastSoMany();
    void aSmallAccountIsThePrefixOfALargeOne();
};

void TstScale::everyListShowsEachObjectOnceAndCountsAreExact()
{
    Account a(scaleOptions());
    const auto counts = a.engine.counts();
    const auto walk = [&a](const char* path, const char* filter = "") {
        const QList<QJsonObject> all = a.walk(path, filter);
        return scaleById(all).size() == all.size() ? qint64(all.size()) : qint64(-1);
    };
    QCOMPARE(counts.customers + counts.deletedCustomers, qint64(185));
    QCOMPARE(walk("/v1/customers"), counts.customers);
    QCOMPARE(walk("/v1/subscriptions", "status=all"), counts.subscriptions);
    QCOMPARE(walk("/v1/subscriptions"), counts.subscriptionsNotCanceled);
    QCOMPARE(walk("/v1/invoices"), counts.invoices);
    QCOMPARE(walk("/v1/payment_intents"), counts.paymentIntents);
    QCOMPARE(walk("/v1/charges"), counts.charges);
    QCOMPARE(walk("/v1/balance_transactions"), counts.balanceTransactions);
    QCOMPARE(walk("/v1/events"), counts.events);
    QCOMPARE(counts.testClockCustomers, qint64(2));
    QVERIFY(counts.deletedCustomers >= 3);
}

void TstScale::walkingBackwardsFindsTheSame()
{
    Account a(scaleOptions());
    a.makeCustomer(); // newest of all
    const QList<QJsonObject> forth = a.walk("/v1/customers", {}, 7);
    QList<QJsonObject> back;
    QByteArray cursor = forth.last()["id"].toString().toLatin1();
    for (;;) {
        const auto page = a.get("/v1/customers?limit=9&ending_before=" + cursor);
        if (page.data().isEmpty())
            break;
        for (const QJsonValue& row : page.data())
            back.append(row.toObject());
        cursor = page.data().first().toObject()["id"].toString().toLatin1();
    }
    QCOMPARE(back.size(), forth.size() - 1);
    QCOMPARE(scaleById(back).size(), forth.size() - 1);
    // From the middle on by time.
    const qint64 middle = forth[forth.size() / 2]["created"].toInteger();
    const auto since = a.walk("/v1/customers", "created[gte]=" + QByteArray::number(middle));
    const auto until = a.walk("/v1/customers", "created[lt]=" + QByteArray::number(middle));
    QVERIFY(!since.isEmpty() && !until.isEmpty());
    QCOMPARE(since.size() + until.size(), forth.size());
}

void TstScale::listsAreInTheOrderOfTime()
{
    Account a(scaleOptions());
    for (const char* path : {"/v1/customers", "/v1/subscriptions", "/v1/invoices", "/v1/charges", "/v1/events"}) {
        const QList<QJsonObject> all = a.walk(path, {}, 13);
        for (qsizetype i = 1; i < all.size(); ++i)
            QVERIFY2(all[i - 1]["created"].toInteger() >= all[i]["created"].toInteger(), path);
    }
}

void TstScale::referencesLeadToObjectsThatReferBack()
{
    Account a(scaleOptions());
    const auto customers = scaleById(a.walk("/v1/customers"));
    const auto subscriptions = scaleById(a.walk("/v1/subscriptions", "status=all"));
    const auto invoices = scaleById(a.walk("/v1/invoices"));
    const auto intents = scaleById(a.walk("/v1/payment_intents"));
    const auto charges = scaleById(a.walk("/v1/charges"));
    const auto entries = scaleById(a.walk("/v1/balance_transactions"));
    for (const QJsonObject& row : subscriptions) {
        const QJsonObject invoice = invoices.value(row["latest_invoice"].toString());
        QCOMPARE(invoice["parent"]["subscription_details"]["subscription"], row["id"]);
        QCOMPARE(invoice["customer"], row["customer"]);
        QVERIFY(customers.contains(row["customer"].toString()) || a.get("/v1/customers/" + row["customer"].toString().toLatin1()).json["deleted"].toBool());
        for (const QJsonValue& item : row["items"]["data"].toArray())
            QCOMPARE(item["subscription"], row["id"]);
    }
    for (const QJsonObject& row : invoices) {
        for (const QJsonValue& line : row["lines"]["data"].toArray())
            QCOMPARE(line["invoice"], row["id"]);
        QVERIFY(subscriptions.contains(row["parent"]["subscription_details"]["subscription"].toString()));
        if (const QJsonObject customer = customers.value(row["customer"].toString()); !customer.isEmpty()) {
            QCOMPARE(row["customer_email"], customer["email"]);
            QCOMPARE(row["customer_name"], customer["name"]);
            QCOMPARE(row["parent"]["subscription_details"]["metadata"]["business_id"], customer["metadata"]["business_id"]);
        }
    }
    qint64 paid = 0;
    for (const QJsonObject& row : charges) {
        const QJsonObject intent = intents.value(row["payment_intent"].toString());
        QCOMPARE(intent["customer"], row["customer"]);
        if (row["captured"].toBool()) {
            QCOMPARE(intent["latest_charge"], row["id"]);
            QCOMPARE(entries.value(row["balance_transaction"].toString())["source"], row["id"]);
            ++paid;
        }
    }
    QCOMPARE(paid, qint64(entries.size()));
    for (const QJsonObject& row : customers) {
        const QByteArray method = row["invoice_settings"]["default_payment_method"].toString().toLatin1();
        QCOMPARE(a.get("/v1/payment_methods/" + method).json["customer"], row["id"]);
    }
}

void TstScale::nothingIsSharedBetweenCopies()
{
    Account a(scaleOptions());
    QSet<QString> emails, numbers;
    QHash<QString, int> businesses;
    int named = 0;
    for (const QJsonObject& row : a.walk("/v1/customers")) {
        QVERIFY(!emails.contains(row["email"].toString()));
        emails.insert(row["email"].toString());
        const QString id = row["metadata"]["business_id"].toString();
        if (!id.isEmpty())
            QCOMPARE(++businesses[id], 1); // the 97th, the first conflict, is no template here
        named += !id.isEmpty();
        QCOMPARE(row["metadata"]["business_name"].toString(), id.isEmpty() ? QString() : row["name"].toString());
    }
    QVERIFY(named > 150);
    QVERIFY(businesses.contains("biz_000001") && businesses.contains("biz_000071") && businesses.contains("biz_000141"));
    for (const QJsonObject& row : a.walk("/v1/invoices")) {
        if (row["number"].isNull())
            continue;
        QVERIFY(!numbers.contains(row["number"].toString()));
        numbers.insert(row["number"].toString());
    }
}

void TstScale::aCopyThatChangesChangesAlone()
{
    Account a(scaleOptions());
    const auto before = scaleById(a.walk("/v1/customers"));
    const QString id = "biz_000071"; // the first copy of the first template
    QString customer;
    for (const QJsonObject& row : before) {
        if (row["metadata"]["business_id"].toString() == id)
            customer = row["id"].toString();
    }
    QVERIFY(!customer.isEmpty());
    QCOMPARE(a.post("/v1/customers/" + customer.toLatin1(), "name=Another").status, 200);
    int changed = 0;
    const auto after = scaleById(a.walk("/v1/customers"));
    QCOMPARE(after.size(), before.size());
    for (const QJsonObject& row : after)
        changed += row != before.value(row["id"].toString());
    QCOMPARE(changed, 1);
    QCOMPARE(after.value(customer)["name"].toString(), "Another");
    const auto event = a.get("/v1/events?limit=1&type=customer.updated").data()[0].toObject();
    QCOMPARE(event["data"]["object"]["id"].toString(), customer);
    QCOMPARE(event["data"]["previous_attributes"]["name"], before.value(customer)["name"]);
}

void TstScale::aCopyCanBeDeleted()
{
    Account a(scaleOptions());
    const auto counts = a.engine.counts();
    QByteArray customer;
    for (const QJsonObject& row : a.walk("/v1/subscriptions", "status=active")) {
        const QByteArray owner = row["customer"].toString().toLatin1();
        if (a.get("/v1/customers/" + owner).json["metadata"].toObject()["business_id"].toString() > "biz_000140")
            customer = owner;
    }
    QVERIFY(!customer.isEmpty());
    const auto own = a.walk("/v1/subscriptions", "customer=" + customer);
    QCOMPARE(a.del("/v1/customers/" + customer).json["deleted"].toBool(), true);
    QVERIFY(a.get("/v1/customers/" + customer).json["deleted"].toBool());
    const auto later = a.engine.counts();
    QCOMPARE(later.customers, counts.customers - 1);
    QCOMPARE(later.deletedCustomers, counts.deletedCustomers + 1);
    QCOMPARE(later.subscriptions, counts.subscriptions);
    QCOMPARE(later.subscriptionsNotCanceled, counts.subscriptionsNotCanceled - own.size());
    QCOMPARE(qint64(a.walk("/v1/customers").size()), later.customers);
}

void TstScale::filtersByOwnerFindTheCopysOwn()
{
    Account a(scaleOptions());
    const auto all = a.walk("/v1/invoices");
    QHash<QString, QSet<QString>> byCustomer;
    for (const QJsonObject& row : all)
        byCustomer[row["customer"].toString()].insert(row["id"].toString());
    QVERIFY(byCustomer.size() > 150);
    for (auto it = byCustomer.cbegin(); it != byCustomer.cend(); ++it) {
        QSet<QString> own;
        for (const QJsonObject& row : a.walk("/v1/invoices", "customer=" + it.key().toLatin1()))
            own.insert(row["id"].toString());
        QCOMPARE(own, it.value());
    }
    const QJsonObject charge = a.walk("/v1/charges").last();
    const auto found = a.walk("/v1/charges", "payment_intent=" + charge["payment_intent"].toString().toLatin1());
    QCOMPARE(found.last()["id"], charge["id"]);
}

void TstScale::copiesComeDueInTime()
{
    Account a(scaleOptions());
    const auto before = a.engine.counts();
    a.clock.advance(40LL * 86400 * 1000);
    const auto after = a.engine.counts();
    QVERIFY(after.invoices > before.invoices + 60);
    // What was paid since is what was charged since, but for what came in past the account.
    const QByteArray since = "created[gt]=" + QByteArray::number(a.clock.nowSeconds() - 40LL * 86400);
    const auto intents = scaleById(a.walk("/v1/payment_intents"));
    QSet<QString> charged;
    QMap<QString, qint64> paid, taken;
    for (const QJsonObject& row : a.walk("/v1/charges", since)) {
        if (row["paid"].toBool())
            taken[row["currency"].toString()] += row["amount"].toInteger();
    }
    for (const QJsonObject& row : intents) {
        if (row["status"] == "succeeded" && row["amount_received"].toInteger() > 0)
            charged.insert(row["id"].toString());
    }
    for (const QJsonObject& row : a.walk("/v1/invoice_payments", "status=paid")) {
        if (charged.contains(row["payment"]["payment_intent"].toString())
            && row["status_transitions"]["paid_at"].toInteger() > a.clock.nowSeconds() - 40LL * 86400)
            paid[row["currency"].toString()] += row["amount_paid"].toInteger();
    }
    QVERIFY(!paid.isEmpty());
    QCOMPARE(paid, taken);
    // Each subscription that is not canceled and renews by itself has been billed for its running period, copies too.
    int running = 0;
    for (const QJsonObject& row : a.walk("/v1/subscriptions", "status=active")) {
        const QJsonObject item = row["items"]["data"].toArray().first().toObject();
        QVERIFY(item["current_period_end"].toInteger() > a.clock.nowSeconds());
        QVERIFY(item["current_period_start"].toInteger() <= a.clock.nowSeconds());
        ++running;
    }
    QVERIFY(running > 70);
    // The events of the last days say what became of each object.
    QHash<QString, QJsonObject> last;
    for (const QJsonObject& event : a.walk("/v1/events", "type=customer.subscription.*")) {
        const QJsonObject object = event["data"]["object"].toObject();
        if (!last.contains(object["id"].toString()))
            last.insert(object["id"].toString(), object);
    }
    QVERIFY(last.size() > 70);
    for (const QJsonObject& object : last)
        QCOMPARE(a.get("/v1/subscriptions/" + object["id"].toString().toLatin1()).json["status"], object["status"]);
}

void TstScale::subscriptionsAreAtLeastSoMany()
{
    ch::sandbox::Options options = scaleOptions();
    options.subscriptions = 100;
    const qint64 few = Account(options).engine.counts().subscriptions;
    QVERIFY(few >= 100 && few < 104);
    options.subscriptions = 1001;
    const qint64 many = Account(options).engine.counts().subscriptions;
    QVERIFY(many >= 1001 && many < 1005);
}

void TstScale::aSmallAccountIsThePrefixOfALargeOne()
{
    ch::sandbox::Options options = scaleOptions();
    const QByteArray large = Account(options).get("/v1/subscriptions?limit=100&status=all").body;
    options.templates = 185;
    options.businesses = 70;
    Account small(options);
    QVERIFY(small.engine.counts().subscriptions > 50);
    QVERIFY(large != small.get("/v1/subscriptions?limit=100&status=all").body);
    options.businesses = 185;
    options.templates = 70;
    Account again(options);
    QCOMPARE(again.get("/v1/subscriptions?limit=100&status=all").body, large);
    for (const QJsonObject& row : small.walk("/v1/subscriptions", "status=all"))
        QCOMPARE(again.get("/v1/subscriptions/" + row["id"].toString().toLatin1()).json["start_date"], row["start_date"]);
}

CH_TEST(TstScale)
#include "tst_Scale.moc"
