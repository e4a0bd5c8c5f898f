// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QSet>
#include <QtTest>

using ch::test::Account;
using ch::test::FakeClock;

class TstGeneratedAccount : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSameSeedGivesTheSameAccount();
    void listsHoldWhatCountsSay_data();
    void listsHoldWhatCountsSay();
    void listsWalkBackwardsToTheSameObjects();
    void everyStatusIsThere();
    void invoicesAddUp();
    void invoicesFollowTheirSubscriptions();
    void metadataIsBelievable();
    void aFewMonthsOrNoneWork();
    void twentyThousandStartQuickly();
};

void TstGeneratedAccount::theSameSeedGivesTheSameAccount()
{
    Account a, b;
    QVERIFY(a.engine.dump().size() > 100000);
    QVERIFY(a.engine.dump() == b.engine.dump());
    QCOMPARE(a.get("/v1/subscriptions?limit=100").body, b.get("/v1/subscriptions?limit=100").body);
    auto options = Account::small();
    options.seed = 2;
    Account other(options);
    QVERIFY(other.engine.dump() != a.engine.dump());
}

void TstGeneratedAccount::listsHoldWhatCountsSay_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<int>("which");
    QTest::newRow("customers") << QByteArray("/v1/customers") << QByteArray() << 0;
    QTest::newRow("all subscriptions") << QByteArray("/v1/subscriptions") << QByteArray("status=all") << 1;
    QTest::newRow("subscriptions") << QByteArray("/v1/subscriptions") << QByteArray() << 2;
    QTest::newRow("invoices") << QByteArray("/v1/invoices") << QByteArray() << 3;
    QTest::newRow("prices") << QByteArray("/v1/prices") << QByteArray() << 4;
    QTest::newRow("products") << QByteArray("/v1/products") << QByteArray() << 5;
    QTest::newRow("coupons") << QByteArray("/v1/coupons") << QByteArray() << 6;
    QTest::newRow("payment intents") << QByteArray("/v1/payment_intents") << QByteArray() << 7;
    QTest::newRow("events") << QByteArray("/v1/events") << QByteArray() << 8;
}

void TstGeneratedAccount::listsHoldWhatCountsSay()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, filter);
    QFETCH(int, which);
    Account account;
    const auto c = account.engine.counts();
    const qint64 expected[] = {c.customers, c.subscriptions, c.subscriptionsNotCanceled, c.invoices, c.prices, c.products, c.coupons, c.paymentIntents, c.events};
    QVERIFY(expected[which] > 0);
    for (const int limit : {100, 7}) {
        const auto all = account.walk(path, filter, limit);
        QCOMPARE(all.size(), expected[which]);
        QSet<QString> ids;
        qint64 last = std::numeric_limits<qint64>::max();
        for (const QJsonObject& object : all) {
            ids.insert(object["id"].toString());
            QVERIFY(object["created"].toInteger() <= last); // newest first
            last = object["created"].toInteger();
            QVERIFY(object["livemode"].toBool() == false);
        }
        QCOMPARE(ids.size(), all.size());
    }
}

void TstGeneratedAccount::listsWalkBackwardsToTheSameObjects()
{
    Account account;
    const auto all = account.walk("/v1/invoices");
    QList<QString> forward, backward;
    for (const QJsonObject& object : all)
        forward.append(object["id"].toString());
    backward.prepend(forward.last());
    for (;;) {
        const auto page = account.get("/v1/invoices?limit=33&ending_before=" + backward.first().toLatin1());
        QList<QString> ids;
        for (const QJsonValue& value : page.data())
            ids.append(value.toObject()["id"].toString());
        backward = ids + backward;
        if (!page.json["has_more"].toBool())
            break;
    }
    QCOMPARE(backward, forward);
}

void TstGeneratedAccount::everyStatusIsThere()
{
    Account account;
    QMap<QString, int> statuses, invoices, intents, currencies;
    int scheduled = 0, paused = 0, byInvoice = 0, discounted = 0, many = 0;
    for (const QJsonObject& object : account.walk("/v1/subscriptions", "status=all")) {
        ++statuses[object["status"].toString()];
        ++currencies[object["currency"].toString()];
        scheduled += object["cancel_at_period_end"].toBool() && object["status"].toString() == "active";
        paused += object["pause_collection"].isObject();
        byInvoice += object["collection_method"].toString() == "send_invoice";
        discounted += !object["discounts"].toArray().isEmpty();
        many += object["items"].toObject()["has_more"].toBool();
    }
    for (const char* status : {"active", "canceled", "incomplete", "incomplete_expired", "past_due", "trialing", "unpaid"})
        QVERIFY2(statuses.value(status) > 0, status);
    QCOMPARE(currencies.keys(), (QStringList{"eur", "jpy", "usd"}));
    QVERIFY(scheduled > 0 && paused > 0 && byInvoice > 0 && discounted > 0 && many > 0);
    for (const QJsonObject& object : account.walk("/v1/invoices"))
        ++invoices[object["status"].toString()];
    for (const char* status : {"draft", "open", "paid", "void"})
        QVERIFY2(invoices.value(status) > 0, status);
    for (const QJsonObject& object : account.walk("/v1/payment_intents"))
        ++intents[object["status"].toString()];
    QVERIFY(intents.value("requires_payment_method") > 0 && intents.value("succeeded") > 0 && intents.value("canceled") > 0);
    const auto counts = account.engine.counts();
    QVERIFY(counts.deletedCustomers > 0);
    QVERIFY(counts.subscriptionsNotCanceled > counts.subscriptions / 2);
}

void TstGeneratedAccount::invoicesAddUp()
{
    Account account;
    int prorated = 0, discounted = 0, tiered = 0, credits = 0;
    for (const QJsonObject& invoice : account.walk("/v1/invoices")) {
        const QByteArray id = invoice["id"].toString().toLatin1();
        qint64 sum = 0, off = 0, own = 0;
        for (const QJsonObject& line : account.walk("/v1/invoices/" + id + "/lines", {}, 4)) {
            sum += line["amount"].toInteger();
            for (const QJsonValue& part : line["discount_amounts"].toArray()) {
                off += part.toObject()["amount"].toInteger();
                own += line["discounts"].toArray().contains(part.toObject()["discount"]) ? part.toObject()["amount"].toInteger() : 0;
            }
            const QJsonObject parent = line["parent"].toObject()["subscription_item_details"].toObject();
            prorated += parent["proration"].toBool();
            credits += line["amount"].toInteger() < 0;
            const QJsonObject period = line["period"].toObject();
            QVERIFY(period["end"].toInteger() > period["start"].toInteger());
            QCOMPARE(line["currency"].toString(), invoice["currency"].toString());
            tiered += line["description"].toString().contains("Tier");
            // A plain line is its unit amount times its quantity, rounded to the minor unit.
            const QString unit = line["pricing"].toObject()["unit_amount_decimal"].toString();
            const QString text = line["description"].toString();
            if (!parent["proration"].toBool() && !text.contains("per ") && !text.contains("flat") && !text.startsWith("Trial")) {
                const QStringList parts = unit.split('.');
                qint64 thousandths = parts[0].toLongLong() * 1000 + parts.value(1).leftJustified(3, '0').toLongLong();
                QCOMPARE(line["amount"].toInteger(), (thousandths * line["quantity"].toInteger() + 500) / 1000);
            }
        }
        QCOMPARE(invoice["subtotal"].toInteger(), sum - own); // discounts of lines are in it already
        QCOMPARE(invoice["total"].toInteger(), sum - off);
        discounted += off > 0;
        qint64 shown = 0;
        for (const QJsonValue& part : invoice["total_discount_amounts"].toArray())
            shown += part.toObject()["amount"].toInteger();
        QCOMPARE(shown, off);
        const qint64 due = invoice["amount_due"].toInteger();
        QCOMPARE(due, std::max<qint64>(0, invoice["total"].toInteger() + invoice["starting_balance"].toInteger()));
        const bool paid = invoice["status"].toString() == "paid";
        QCOMPARE(invoice["amount_paid"].toInteger(), paid ? due : 0);
        QCOMPARE(invoice["status_transitions"].toObject()["paid_at"].isNull(), !paid);
        QCOMPARE(invoice["number"].isNull(), invoice["status"].toString() == "draft");
    }
    QVERIFY(prorated > 0 && discounted > 0 && tiered > 0 && credits > 0);
}

void TstGeneratedAccount::invoicesFollowTheirSubscriptions()
{
    auto options = Account::small();
    options.businesses = 1200;
    Account account(options);
    const qint64 now = account.clock.nowSeconds();
    for (const QJsonObject& row : account.walk("/v1/subscriptions", "status=all")) {
        const QByteArray id = row["id"].toString().toLatin1();
        const auto invoices = account.walk("/v1/invoices", "subscription=" + id);
        QVERIFY(!invoices.isEmpty());
        QCOMPARE(invoices.first()["id"].toString(), row["latest_invoice"].toString());
        QCOMPARE(invoices.last()["billing_reason"].toString(), "subscription_create");
        QVERIFY(row["created"].toInteger() <= now);
        const QString status = row["status"].toString();
        QCOMPARE(row["ended_at"].isNull(), status != "canceled" && status != "incomplete_expired");
        if (status == "canceled") {
            QVERIFY(row["ended_at"].toInteger() <= now && row["ended_at"].toInteger() >= row["canceled_at"].toInteger());
            QVERIFY(!row["cancellation_details"].toObject()["reason"].isNull());
        }
        for (const QJsonValue& value : row["items"].toObject()["data"].toArray()) {
            const QJsonObject item = value.toObject();
            if (row["ended_at"].isNull())
                QVERIFY(item["current_period_end"].toInteger() > now && item["current_period_start"].toInteger() <= now);
            QCOMPARE(item["price"].toObject()["currency"].toString(), row["currency"].toString());
        }
        if (status == "past_due" || status == "unpaid")
            QVERIFY(account.get("/v1/customers/" + row["customer"].toString().toLatin1()).json["delinquent"].toBool());
        qint64 created = now + 1;
        for (const QJsonObject& invoice : invoices) {
            QVERIFY(invoice["created"].toInteger() <= created);
            created = invoice["created"].toInteger();
            const QJsonObject times = invoice["status_transitions"].toObject();
            if (status == "canceled") // nothing is paid after the end
                QVERIFY(times["paid_at"].toInteger() <= row["ended_at"].toInteger());
            for (const QString& key : times.keys())
                QVERIFY(times[key].isNull() || (times[key].toInteger() <= now && times[key].toInteger() >= created));
        }
    }
}

void TstGeneratedAccount::metadataIsBelievable()
{
    auto options = Account::small();
    options.businesses = 300;
    Account account(options);
    QMap<QString, int> businesses, types;
    int without = 0, foreign = 0, longest = 0, org = 0;
    for (const QJsonObject& row : account.walk("/v1/customers")) {
        const QJsonObject metadata = row["metadata"].toObject();
        const QString email = row["email"].toString(), name = row["name"].toString();
        QVERIFY(email.endsWith("@example.com") || email.endsWith("@example.org"));
        org += email.endsWith(".org");
        longest = std::max(longest, static_cast<int>(name.size()));
        for (const QChar c : name)
            foreign += c.unicode() > 0x250;
        if (!metadata.contains("business_id")) {
            ++without;
            continue;
        }
        QCOMPARE(metadata["autonomous"].toString(), "true");
        QVERIFY(metadata["genesis_created"].toString().endsWith("Z"));
        ++businesses[metadata["business_id"].toString()];
        ++types[metadata["business_type"].toString()];
    }
    QCOMPARE(types.keys(), (QStringList{"api", "content", "ecommerce", "saas", "tool"}));
    QVERIFY(without > 3 && without < 40);
    int conflicts = 0;
    for (const int count : businesses)
        conflicts += count > 1;
    QVERIFY(conflicts >= 1 && conflicts <= 4);
    QVERIFY(foreign > 0 && longest > 100 && longest <= 256 && org > 20);
}

void TstGeneratedAccount::aFewMonthsOrNoneWork()
{
    for (const int months : {0, 1, 60}) {
        auto options = Account::small();
        options.months = months;
        Account account(options);
        QCOMPARE(account.walk("/v1/subscriptions", "status=all").size(), account.engine.counts().subscriptions);
        QVERIFY(account.engine.counts().subscriptions > 100);
    }
    Account none(Account::empty());
    QCOMPARE(none.engine.counts().customers, 0);
    QCOMPARE(none.get("/v1/customers").data().size(), 0);
    QVERIFY(none.engine.counts().prices > 0);
}

void TstGeneratedAccount::twentyThousandStartQuickly()
{
    auto options = Account::small();
    options.businesses = 20000;
    options.months = 24;
    QElapsedTimer timer;
    timer.start();
    Account account(options);
    const qint64 taken = timer.elapsed();
    QVERIFY2(taken < 20000, qPrintable(QString::number(taken)));
    QVERIFY(account.engine.counts().subscriptions > 19000);
    qInfo() << "20,000 businesses in" << taken << "ms," << account.engine.counts().invoices << "invoices," << account.engine.counts().events << "events";
}

CH_TEST(TstGeneratedAccount)
#include "tst_GeneratedAccount.moc"
