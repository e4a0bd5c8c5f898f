// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/TableAccount.h"

#include "bench/LedgerAccount.h"
#include "store/Mirror.h"
#include "store/MirrorWriter.h"
#include "store/Text.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QRandomGenerator>
#include <cstdio>
#include <cstdlib>

namespace ch::bench {

namespace {

constexpr qint64 kTableDay = 86400;
const char* const kFirst[] = {"Nordlicht", "Acme", "Sakura", "Müller", "Élan", "Quick", "Fjord", "Пример", "Zażółć", "Harbour", "Copper", "Silver", "Granite", "Willow", "Juniper", "Atlas"};
const char* const kSecond[] = {"Analytics", "Data", "Trading", "Foods", "Cloud", "Tools", "Media", "Logistics", "Studio", "Robotics", "Labs", "Payments", "Health", "Energy"};
const char* const kTypes[] = {"saas", "ecommerce", "content", "api", "tool"};
const char* const kStatuses[] = {"active", "active", "active", "active", "active", "active", "canceled", "canceled", "past_due", "trialing", "unpaid", "paused"};
const char* const kCurrencies[] = {"usd", "usd", "usd", "eur", "eur", "jpy"};
const char* const kTiers[] = {"free", "starter", "pro", "enterprise"};

QByteArray accountId(const char* prefix, quint32 number)
{
    // As scattered as Stripe's: neither sorted nor alike.
    const quint64 mixed = (quint64(number) + 1) * 0x9E3779B97F4A7C15ULL;
    return QByteArray(prefix) + QByteArray::number(mixed, 36) + QByteArray::number(number, 36).rightJustified(6, '0');
}

struct AccountCustomer {
    QByteArray id, business, email, metadata, search;
    QString name;
};

AccountCustomer accountCustomer(int number)
{
    AccountCustomer customer;
    customer.id = accountId("cus_", quint32(number));
    customer.name = tableAccountName(number);
    customer.business = "biz-" + QByteArray::number(number).rightJustified(7, '0');
    customer.email = "billing@" + QByteArray(kSecond[number % 14]).toLower() + QByteArray::number(number) + ".example.com";
    const QList<std::pair<QByteArray, QByteArray>> pairs = {{"business_id", customer.business}, {"business_type", kTypes[number % 5]}, {"plan_tier", kTiers[number / 3 % 4]},
        {"region", "region " + QByteArray::number(number * 7 % 40)}, {"seats", QByteArray::number(1 + number * 13 % 400)}};
    QStringList parts{QString::fromUtf8(customer.id), customer.name, QString::fromUtf8(customer.email)};
    for (const auto& [key, value] : pairs) {
        customer.metadata += (customer.metadata.isEmpty() ? "\"" : ",\"") + key + "\":\"" + value + '"';
        parts << QString::fromUtf8(key + '=' + value);
    }
    customer.search = store::folded(parts.join(u'\n')).toUtf8();
    return customer;
}

QByteArray accountOrder(int number)
{
    return "ord-" + QByteArray::number(qint64(number) * 7919 % 10'000'019);
}

QByteArray accountSubscription(int number, int quantity, qint64 created)
{
    QByteArray json = subscriptionJson(number, number % kPrices, quantity, created);
    json.replace("\"discounts\":[],\"items\"", "\"discounts\":[],\"metadata\":{\"order\":\"" + accountOrder(number) + "\",\"channel\":\"" + kTiers[number % 4] + "\"},\"items\"");
    return json.replace(json.indexOf("sub_"), json.indexOf('"', json.indexOf("sub_")) - json.indexOf("sub_"), accountId("sub_", quint32(number)))
        .replace(json.indexOf("cus_"), json.indexOf('"', json.indexOf("cus_")) - json.indexOf("cus_"), accountId("cus_", quint32(qint64(number) * 85 / 100)));
}

void giveUp(const Error& error)
{
    std::fprintf(stderr, "%s\n", qPrintable(error.message));
    std::exit(2);
}

qint64 statusCreated(QRandomGenerator& random)
{
    return kNow - 12 * kTableDay - random.bounded(1080) * kTableDay - random.bounded(int(kTableDay));
}

void accountFill(const QString& path, int subscriptions, qint64 run)
{
    RawMirror mirror(path);
    mirror.run("BEGIN");
    Insert customerRow(mirror, "INSERT INTO customers(id, name, name_key, email, business_id, business_type, created, status, mrr_minor, mrr_currency, currencies, subscriptions, search, received_ms, run, raw) "
                                        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 1, ?, ?)");
    Insert customerMrr(mirror, "INSERT INTO customer_mrr(customer_n, currency, minor) VALUES(?, ?, ?)");
    Insert businessRow(mirror, "INSERT INTO businesses(business_id, name, name_key, type, status, mrr_minor, mrr_currency, currencies, subscriptions, email, customer_id, created, conflict, deleted, search) "
                                        "VALUES(?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, 0, 0, ?)");
    Insert businessMrr(mirror, "INSERT INTO business_mrr(business_n, currency, minor) VALUES(?, ?, ?)");
    Insert subscriptionRow(mirror, "INSERT INTO subscriptions(id, customer_id, status, currency, created, current_period_end, cancel_at, ended_at, hidden, search, dirty, valued, value_currency, mrr_minor, received_ms, run, raw) "
                                            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 1, ?, ?, 1, ?, ?)");
    Insert invoiceRow(mirror, "INSERT INTO invoices(id, number, customer_id, subscription_id, status, currency, total, amount_paid, amount_remaining, billing_reason, created, paid_at, hidden, search, received_ms, run, raw) "
                                       "VALUES(?, ?, ?, ?, 'paid', ?, ?, ?, 0, 'subscription_cycle', ?, ?, 0, ?, 1, ?, ?)");
    const QByteArray filling = store::packedJson("subscriptions", subscriptionJson(1, 1, 1, kNow) + subscriptionJson(2, 2, 3, kNow)); // what packs to as much as an invoice does
    QRandomGenerator random(1);
    int last = -1;
    for (int i = 0; i < subscriptions; ++i) {
        const int owner = int(qint64(i) * 85 / 100);
        const qint64 created = statusCreated(random);
        const QByteArray status = kStatuses[random.bounded(12)];
        const QByteArray currency = kCurrencies[owner % 6];
        const qint64 minor = status == "canceled" ? 0 : 500 + 100 * random.bounded(900);
        const AccountCustomer customer = accountCustomer(owner);
        const int many = int((qint64(i) + 1) * 85 / 100) == owner ? 2 : 1;
        if (owner != last) {
            last = owner;
            const QByteArray name = customer.name.toUtf8();
            const QByteArray key = store::folded(customer.name).toUtf8();
            customerRow.text(customer.id).text(name).text(key).text(customer.email).text(customer.business).text(kTypes[owner % 5]).number(created).text(status).number(minor).text(currency);
            customerRow.number(many).text(customer.search).number(run).blob(store::packedJson("customers", "{\"id\":\"" + customer.id + "\",\"object\":\"customer\",\"name\":\"" + name + "\",\"email\":\"" + customer.email
                + "\",\"created\":" + QByteArray::number(created) + ",\"livemode\":false,\"metadata\":{" + customer.metadata + "}}")).run();
            businessRow.text(customer.business).text(name).text(key).text(kTypes[owner % 5]).text(status).number(minor).text(currency).number(many).text(customer.email).text(customer.id).number(created)
                .text(customer.business + '\n' + customer.search).run();
            if (minor != 0) {
                customerMrr.number(owner + 1).text(currency).number(minor).run();
                businessMrr.number(owner + 1).text(currency).number(minor).run();
            }
        }
        const QByteArray id = accountId("sub_", quint32(i));
        const QByteArray order = accountOrder(i);
        subscriptionRow.text(id).text(customer.id).text(status).text(currency).number(created).number(created + 30 * kTableDay);
        subscriptionRow.numberOrNull(i % 50 == 0, kNow + 20 * kTableDay).numberOrNull(status == "canceled", created + 200 * kTableDay);
        const QByteArray json = accountSubscription(i, 1 + i % 5, created);
        subscriptionRow.text(id.toLower() + "\nchannel=" + kTiers[i % 4] + "\norder=" + order).text(currency).number(minor).number(run).blob(store::packedJson("subscriptions", json)).run();
        for (int k = 0; k < 2; ++k) {
            const QByteArray invoice = accountId("in_", quint32(2 * i + k));
            invoiceRow.text(invoice).text("INV-" + QByteArray::number(2 * i + k)).text(customer.id).text(id).text(currency).number(minor).number(minor).number(created + k * 30 * kTableDay).number(created + k * 30 * kTableDay + 5)
                .text(invoice.toLower() + '\n' + id.toLower()).number(run).blob(filling).run();
        }
    }
    mirror.run("COMMIT");
}

} // namespace

QByteArray tableSubscriptionJson(int number, int quantity)
{
    return accountSubscription(number, quantity, kNow - 400 * kTableDay);
}

QString tableAccountName(int customer)
{
    return QStringLiteral("%1 %2 %3").arg(QString::fromUtf8(kFirst[customer * 31 % 16]), QLatin1String(kSecond[customer * 17 % 14])).arg(customer * 611 % 1'000'003);
}

TableAccountTimes makeTableAccount(const QString& folder, int subscriptions)
{
    auto opened = store::Mirror::open(folder, {QStringLiteral("acct_bench"), false});
    if (!opened) {
        giveUp(opened.error());
    }
    store::Mirror& mirror = **opened;
    const Result<qint64> run = mirror.beginRun(kNow * 1000);
    if (!run) {
        giveUp(run.error());
    }
    TableAccountTimes times;
    QElapsedTimer timer;
    timer.start();
    const QString path = folder + QStringLiteral("/mirror.sqlite");
    accountFill(path, subscriptions, *run);
    times.withoutIndexMs = double(timer.nsecsElapsed()) / 1e6;
    for (const store::ObjectList list : store::allLists()) {
        store::Batch batch;
        batch.progress = store::ListProgress{list, *run, 0, true, false};
        if (const Status applied = mirror.apply(batch); !applied) {
            giveUp(applied.error());
        }
    }
    timer.restart();
    if (const Status finished = mirror.finishRun(*run, kNow * 1000); !finished) {
        giveUp(finished.error());
    }
    times.indexMs = double(timer.nsecsElapsed()) / 1e6;
    RawMirror(path).run("INSERT INTO metadata_keys VALUES(1, 'business_id'), (1, 'business_type'), (1, 'plan_tier'), (1, 'region'), (1, 'seats'), (2, 'order'), (2, 'channel'); "
                        "PRAGMA wal_checkpoint(TRUNCATE)");
    times.bytes = QFileInfo(path).size();
    return times;
}

} // namespace ch::bench
