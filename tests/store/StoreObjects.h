// SPDX-License-Identifier: GPL-3.0-or-later
// Stripe's objects as JSON, small, and a mirror or a records file in a folder of its own. For the tests of store.
#pragma once

#include "store/Mirror.h"
#include "store/MirrorReader.h"
#include "store/RecordsFile.h"
#include "stripe/Parse.h"

#include <QTemporaryDir>
#include <QtTest>

namespace ch::test {

/// 2026-11-01T00:00:00Z.
constexpr qint64 kNowMs = 1793491200000;

template <typename T>
stripe::Received<T> received(const QByteArray& json)
{
    const Result<T> object = stripe::parseObject<T>(json);
    if (!object) {
        qFatal("test object: %s in %s", qPrintable(object.error().message), json.constData());
    }
    return {*object, json};
}

inline QByteArray metadataJson(const QMap<QString, QString>& metadata)
{
    QByteArrayList pairs;
    for (auto pair = metadata.begin(); pair != metadata.end(); ++pair) {
        pairs << "\"" + pair.key().toUtf8() + "\":\"" + pair.value().toUtf8() + "\"";
    }
    return "{" + pairs.join(',') + "}";
}

inline QByteArray customerJson(const QString& id, const QString& name, const QString& email, const QMap<QString, QString>& metadata, qint64 created = 1700000000)
{
    return QStringLiteral("{\"id\":\"%1\",\"object\":\"customer\",\"name\":\"%2\",\"email\":\"%3\",\"phone\":\"+49 30 1234\",\"created\":%4,\"livemode\":false,\"metadata\":")
               .arg(id, name, email).arg(created).toUtf8() + metadataJson(metadata) + "}";
}

inline QByteArray subscriptionJson(const QString& id, const QString& customer, const QString& status, const QString& price, qint64 created = 1700000100,
                                   const QString& currency = QStringLiteral("usd"), const QMap<QString, QString>& metadata = {})
{
    return QStringLiteral("{\"id\":\"%1\",\"object\":\"subscription\",\"customer\":\"%2\",\"status\":\"%3\",\"currency\":\"%5\",\"created\":%6,\"livemode\":false,"
                          "\"discounts\":[],\"items\":{\"object\":\"list\",\"has_more\":false,\"url\":\"/v1/subscription_items\",\"data\":[{\"id\":\"si_%1\",\"object\":\"subscription_item\","
                          "\"quantity\":1,\"created\":%6,\"current_period_start\":%6,\"current_period_end\":1900000000,\"discounts\":[],\"metadata\":{},\"price\":{\"id\":\"%4\","
                          "\"object\":\"price\",\"active\":true,\"currency\":\"%5\",\"billing_scheme\":\"per_unit\",\"unit_amount\":500,\"unit_amount_decimal\":\"500\","
                          "\"type\":\"recurring\",\"recurring\":{\"interval\":\"month\",\"interval_count\":1,\"usage_type\":\"licensed\"},\"product\":\"prod_1\",\"created\":1,"
                          "\"livemode\":false,\"metadata\":{}}}]},\"metadata\":")
               .arg(id, customer, status, price, currency).arg(created).toUtf8() + metadataJson(metadata) + "}";
}

inline QByteArray invoiceJson(const QString& id, const QString& customer, const QString& subscription, qint64 total, qint64 created = 1700000200)
{
    return QStringLiteral("{\"id\":\"%1\",\"object\":\"invoice\",\"number\":\"N-%1\",\"customer\":\"%2\",\"customer_name\":\"Jane Roe\",\"customer_email\":\"jane@example.com\","
                          "\"status\":\"paid\",\"currency\":\"usd\",\"total\":%4,\"amount_due\":%4,\"amount_paid\":%4,\"amount_remaining\":0,\"subtotal\":%4,"
                          "\"billing_reason\":\"subscription_cycle\",\"created\":%5,\"livemode\":false,\"parent\":{\"type\":\"subscription_details\",\"subscription_details\":"
                          "{\"subscription\":\"%3\",\"metadata\":{}}},\"status_transitions\":{\"finalized_at\":%5,\"paid_at\":%5},\"lines\":{\"object\":\"list\",\"has_more\":false,"
                          "\"url\":\"/v1/invoices/%1/lines\",\"data\":[{\"id\":\"il_%1\",\"object\":\"line_item\",\"amount\":%4,\"currency\":\"usd\",\"description\":\"x\","
                          "\"period\":{\"start\":%5,\"end\":1900000000},\"quantity\":1,\"pricing\":{\"type\":\"price_details\",\"price_details\":{\"price\":\"price_1\",\"product\":\"prod_1\"},"
                          "\"unit_amount_decimal\":\"%4\"},\"parent\":{\"type\":\"subscription_item_details\",\"subscription_item_details\":{\"subscription\":\"%3\","
                          "\"subscription_item\":\"si_%3\",\"proration\":false}},\"discounts\":[],\"taxes\":[]}]}}")
        .arg(id, customer, subscription).arg(total).arg(created).toUtf8();
}

/// 5.00 a month for whatever is active or past due; the value of this test, not revenue's.
inline store::SubscriptionValue fiveEach(const stripe::Subscription& subscription, const store::MirrorReader&)
{
    store::SubscriptionValue value;
    value.subscriptionId = subscription.id;
    value.currency = subscription.currency;
    value.mrrMinor = subscription.status == QLatin1String("active") || subscription.status == QLatin1String("past_due") ? 500 : 0;
    return value;
}

inline store::Batch batchAt(qint64 ms, qint64 run = 0)
{
    store::Batch batch;
    batch.receivedAtMs = ms;
    batch.run = run;
    return batch;
}

inline std::unique_ptr<store::RecordsFile> openRecords(const QString& dir)
{
    Result<std::unique_ptr<store::RecordsFile>> file = store::RecordsFile::open(dir);
    if (!file) {
        qFatal("%s", qPrintable(file.error().message));
    }
    return *std::move(file);
}

inline std::unique_ptr<store::Mirror> openMirror(const QString& dir)
{
    Result<std::unique_ptr<store::Mirror>> mirror = store::Mirror::open(dir, {QStringLiteral("acct_1"), false});
    if (!mirror) {
        qFatal("%s %s", qPrintable(mirror.error().message), qPrintable(mirror.error().detail));
    }
    return *std::move(mirror);
}

inline const QMap<QString, QString> kAcme = {{QStringLiteral("business_id"), QStringLiteral("biz-acme")}, {QStringLiteral("business_type"), QStringLiteral("saas")}};

/// Two customers of one business, one without any; a subscription each.
inline store::Batch smallAccount(qint64 ms, qint64 run = 0)
{
    store::Batch batch = batchAt(ms, run);
    batch.customers.push_back(received<stripe::Customer>(customerJson("cus_1", "Acme", "jane@example.com", kAcme)));
    batch.customers.push_back(received<stripe::Customer>(customerJson("cus_2", "Solo", "solo@example.com", {})));
    batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_1", "cus_1", "active", "price_1")));
    batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_2", "cus_2", "past_due", "price_1")));
    batch.invoices.push_back(received<stripe::Invoice>(invoiceJson("in_1", "cus_1", "sub_1", 500)));
    return batch;
}

} // namespace ch::test
