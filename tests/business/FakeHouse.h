// SPDX-License-Identifier: GPL-3.0-or-later
// A program's house before the fake endpoints of take-downs, and those that live in it.
#pragma once

#include "business/FakeStripe.h"
#include "business/Takedown.h"
#include "stripe/Calls.h"
#include "support/FakeClock.h"

#include <QTemporaryDir>
#include <QtTest>

namespace ch::test {

inline const auto kBiz = QStringLiteral("biz-1");
inline const auto kCus = QStringLiteral("cus_1");

inline stripe::ApiKey madeKey()
{
    return *stripe::ApiKey::parse(Secret(QByteArray("sk_") + "test_" + QByteArray(20, 'k') + "4242"));
}

/// One account with its mirror and records, everything below the transport seam faked. attempts: of the HTTP client.
struct House {
    explicit House(int attempts = 3)
    {
        records = *store::RecordsFile::open(dir.path());
        mirror = *store::Mirror::open(dir.path(), {QStringLiteral("acct_1"), false});
        applier = std::make_unique<sync::Applier>(*mirror, [](const stripe::Subscription& s, const store::MirrorReader&) {
            store::SubscriptionValue value;
            value.subscriptionId = s.id;
            value.currency = QStringLiteral("usd");
            value.mrrMinor = s.status == QLatin1String("active") ? 500 : 0;
            return value;
        });
        http::RetryPolicy policy;
        policy.attempts = attempts;
        policy.random = [] { return 0.5; };
        http = std::make_unique<http::Client>(stripe, policy, http::RateLimits{}, clock);
        client = std::make_unique<stripe::StripeClient>(*http, madeKey(), QUrl(QStringLiteral("https://api.stripe.com")));
    }

    /// What a sync would have brought by now.
    void mirrorAll()
    {
        store::Batch batch;
        batch.receivedAtMs = clock.nowMs();
        for (const auto& [id, customer] : stripe.customers) {
            const QByteArray json = stripe.customerJson(id);
            batch.customers.push_back({*stripe::parseObject<stripe::Customer>(json), json});
        }
        for (const auto& s : stripe.subscriptions) {
            const QByteArray json = stripe.subscriptionJson(s.id);
            batch.subscriptions.push_back({*stripe::parseObject<stripe::Subscription>(json), json});
        }
        const Status applied = applier->apply(batch);
        QVERIFY2(applied, applied ? "" : qPrintable(applied.error().message));
        clock.advance(1000);
    }

    business::Takedown* begin(const business::TakedownRequest& request)
    {
        stripe.sent = 0;
        auto* job = new business::Takedown(*client, *applier, *records, clock, QStringLiteral("acct_1"), request, &context);
        ends = 0;
        job->onFinished(&context, [this](const Result<business::TakedownOutcome>& result) {
            ++ends;
            outcome = result.value_or(business::TakedownOutcome{});
        });
        return job;
    }

    business::TakedownOutcome takeDown(const QString& id, bool deleteCustomer = false, const QString& reason = QStringLiteral("closed"))
    {
        begin({id, reason, deleteCustomer});
        // A long chain of requests without a wait between them needs more than one turn of the fake event loop.
        for (int turn = 0; turn < 100 && ends == 0; ++turn) {
            clock.runUntil([this] { return ends > 0; });
        }
        return outcome;
    }

    [[nodiscard]] QString mirroredStatus(const QString& id) const
    {
        const auto known = mirror->reader().subscription(id);
        return known && *known ? (*known)->status : QString();
    }

    QTemporaryDir dir;
    FakeClock clock;
    FakeStripe stripe;
    std::unique_ptr<store::RecordsFile> records;
    std::unique_ptr<store::Mirror> mirror;
    std::unique_ptr<sync::Applier> applier;
    std::unique_ptr<http::Client> http;
    std::unique_ptr<stripe::StripeClient> client;
    QObject context;
    business::TakedownOutcome outcome;
    int ends = 0;
};

/// One customer with an ended subscription and two that go on.
inline void fillTwo(House& house)
{
    house.stripe.addCustomer(kCus, kBiz);
    house.stripe.addSubscription(QStringLiteral("sub_old"), kCus, QStringLiteral("canceled"));
    house.stripe.addSubscription(QStringLiteral("sub_a"), kCus);
    house.stripe.addSubscription(QStringLiteral("sub_b"), kCus, QStringLiteral("past_due"));
    house.mirrorAll();
}

/// Of a payment intent alone.
inline store::Record legacyRecord()
{
    store::Record record;
    record.businessId = QStringLiteral("old-1");
    record.businessType = QStringLiteral("tool");
    record.paymentIntentId = QStringLiteral("pi_1");
    return record;
}

} // namespace ch::test
