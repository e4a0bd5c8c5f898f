// SPDX-License-Identifier: GPL-3.0-or-later
// A simulated account and a program that syncs it, without a socket, on a fake clock. For the tests of sync.
#pragma once

#include "support/FakeClock.h"
#include "support/SandboxTransport.h"
#include "sync/Backfill.h"

#include <QTemporaryDir>
#include <QtTest>

namespace backfilltest {

using namespace ch;
using namespace ch::test;
using namespace ch::sync;

inline Secret testKey(bool live = false)
{
    return Secret(QByteArray("sk_") + (live ? "live_" : "test_") + QByteArray(24, 'a'));
}

inline store::SubscriptionValue oneEach(const stripe::Subscription& subscription, const store::MirrorReader&)
{
    store::SubscriptionValue value;
    value.subscriptionId = subscription.id;
    value.currency = subscription.currency;
    value.mrrMinor = subscription.status == QLatin1String("active") ? 100 : 0;
    return value;
}

inline sandbox::Options optionsOf(int businesses, int months)
{
    sandbox::Options options;
    options.businesses = businesses;
    options.months = months;
    return options;
}

/// A simulated account that outlives the programs that sync it.
struct Account {
    explicit Account(int businesses, int months = 4, bool live = false) : engine(liveOptions(businesses, months, live), clock), transport(engine, clock) {}
    explicit Account(const sandbox::Options& options) : engine(options, clock), transport(engine, clock) {}
    static sandbox::Options liveOptions(int businesses, int months, bool live)
    {
        sandbox::Options options = optionsOf(businesses, months);
        options.live = live;
        return options;
    }
    FakeClock clock;
    sandbox::Engine engine;
    SandboxTransport transport;
    QTemporaryDir dir;
};

/// One run of the program: everything in it dies with it, as in a kill.
struct Program {
    explicit Program(Account& itsAccount, bool live = false)
        : account(itsAccount), http(account.transport, policy(), limits(), account.clock),
          client(http, stripe::ApiKey::parse(testKey(live)).value(), QUrl(QStringLiteral("http://127.0.0.1:1")))
    {
        auto opened = store::Mirror::open(account.dir.path(), {QStringLiteral("acct_t"), live});
        if (!opened) {
            qFatal("%s", qPrintable(opened.error().message));
        }
        mirror = *std::move(opened);
        applier = std::make_unique<Applier>(*mirror, oneEach);
    }
    static http::RetryPolicy policy()
    {
        http::RetryPolicy policy;
        policy.attempts = 1;
        return policy;
    }
    static http::RateLimits limits()
    {
        http::RateLimits limits;
        limits.perEndpointPerSecond = 1000;
        limits.totalPerSecond = 1000;
        return limits;
    }
    Backfill* begin() { return new Backfill(client, *applier, account.clock, account.dir.path(), &owner, pageSize); }
    Result<SyncSummary> sync()
    {
        std::optional<Result<SyncSummary>> result;
        auto* job = begin();
        job->onFinished(&owner, [&](const Result<SyncSummary>& ended) { result = ended; });
        QObject::connect(job, &Backfill::progressed, &owner, [this](const SyncProgress& progress) { lastProgress = progress; });
        account.clock.runUntil([&] { return result.has_value(); });
        return result ? *result : Result<SyncSummary>(fail(ErrorKind::Internal, QStringLiteral("never ended")));
    }

    Account& account;
    http::Client http;
    stripe::StripeClient client;
    std::unique_ptr<store::Mirror> mirror;
    std::unique_ptr<Applier> applier;
    SyncProgress lastProgress;
    int pageSize = 100; // a smaller one makes windows of a small account's lists
    QObject owner;
};

inline QString said(const Result<SyncSummary>& summary)
{
    return summary ? QStringLiteral("ended well") : summary.error().message + QLatin1Char(' ') + summary.error().detail;
}

inline void compareCounts(const store::MirrorCounts& ours, const sandbox::Engine::Counts& theirs)
{
    QCOMPARE(ours.customers, theirs.customers);
    QCOMPARE(ours.subscriptions, theirs.subscriptions);
    QCOMPARE(ours.invoices, theirs.invoices);
    QCOMPARE(ours.products, theirs.products);
    QCOMPARE(ours.coupons, theirs.coupons);
    QCOMPARE(ours.paymentIntents, theirs.paymentIntents);
    QCOMPARE(ours.events, theirs.events);
    QVERIFY(ours.prices >= theirs.prices); // those that no list shows are fetched too
}

/// Every object of the mirror as text: two mirrors of one account are equal when these are.
inline QByteArray contentOf(const store::MirrorReader& reader)
{
    QByteArray all;
    for (const store::Table table : {store::Table::Customers, store::Table::Subscriptions, store::Table::Invoices, store::Table::Businesses}) {
        const auto ids = reader.rowIds(table, {}, {QLatin1String(store::columnsOf(table).front().key), false}).value();
        const auto rows = reader.rows(table, ids).value();
        for (const store::Row& row : rows) {
            all += row.objectId.toUtf8() + ' ' + reader.json(row.objectId).value().value_or(QByteArray());
            for (const store::Cell& cell : row.cells) {
                if (const auto* number = std::get_if<qint64>(&cell)) {
                    all += QByteArray::number(*number);
                } else if (const auto* text = std::get_if<QString>(&cell)) {
                    all += text->toUtf8();
                }
                all += '|';
            }
            all += '\n';
        }
    }
    return all;
}

/// Asks the account itself, past the program: what a mirror is compared with, and what happens meanwhile.
inline sandbox::Reply askAccount(Account& account, const QByteArray& method, const QByteArray& target, const QByteArray& body = {})
{
    sandbox::Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    request.headers = {{"Authorization", QByteArray("Bearer sk_") + "test_" + QByteArray(24, 'a')}, {"Stripe-Version", stripe::kApiVersion}};
    return account.engine.handle(request);
}

inline QByteArray stripeError(const QByteArray& type, const QByteArray& code, const QByteArray& param = {})
{
    return "{\"error\":{\"type\":\"" + type + "\",\"code\":\"" + code + "\",\"param\":\"" + param + "\",\"message\":\"No.\"}}";
}

} // namespace backfilltest
