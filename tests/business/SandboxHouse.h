// SPDX-License-Identifier: GPL-3.0-or-later
// One simulated account and the programs that work on it, in one process on one fake clock: the whole client above the transport seam.
#pragma once

#include "business/Cancel.h"
#include "business/Prices.h"
#include "business/Provision.h"
#include "business/Takedown.h"
#include "support/CountOf.h"
#include "support/FakeClock.h"
#include "support/SandboxTransport.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

namespace ch::test {

/// A Stripe account with its prices.
struct Stripe {
    Stripe()
    {
        sandbox::Options options;
        options.businesses = 3;
        options.months = 1;
        options.testClockObjects = 0;
        engine = std::make_unique<sandbox::Engine>(options, clock);
    }

    /// Everything in it of one type, as JSON objects.
    [[nodiscard]] QList<QJsonObject> all(const QString& type, const QString& businessId) const
    {
        QList<QJsonObject> found;
        for (const QByteArray& line : engine->dump().split('\n')) {
            const QJsonObject object = QJsonDocument::fromJson(line).object();
            if (object.value(QStringLiteral("object")).toString() == type && object.value(QStringLiteral("metadata")).toObject().value(QStringLiteral("business_id")).toString() == businessId) {
                found << object;
            }
        }
        return found;
    }
    [[nodiscard]] int customers(const QString& businessId) const
    {
        int count = 0;
        for (const QJsonObject& customer : all(QStringLiteral("customer"), businessId)) {
            count += customer.value(QStringLiteral("deleted")).toBool() ? 0 : 1;
        }
        return count;
    }
    [[nodiscard]] int living(const QString& businessId) const
    {
        int count = 0;
        for (const QJsonObject& subscription : all(QStringLiteral("subscription"), businessId)) {
            const QString status = subscription.value(QStringLiteral("status")).toString();
            count += status == QLatin1String("canceled") || status == QLatin1String("incomplete_expired") ? 0 : 1;
        }
        return count;
    }

    FakeClock clock;
    std::unique_ptr<sandbox::Engine> engine;
};

/// One program on a data directory of its own, or on another's.
struct Program {
    explicit Program(Stripe& account, int attempts = 3, const QString& folder = {}) : stripe(account), path(folder.isEmpty() ? dir.path() : folder), transport(*account.engine, account.clock)
    {
        records = *store::RecordsFile::open(path);
        mirror = *store::Mirror::open(path, {QStringLiteral("acct_1"), false});
        applier = std::make_unique<sync::Applier>(*mirror, [](const stripe::Subscription& s, const store::MirrorReader&) {
            store::SubscriptionValue value;
            value.subscriptionId = s.id;
            value.currency = QStringLiteral("usd");
            return value;
        });
        http::RetryPolicy policy;
        policy.attempts = attempts;
        policy.random = [] { return 0.5; };
        http = std::make_unique<http::Client>(transport, policy, http::RateLimits{}, stripe.clock);
        const stripe::ApiKey key = *stripe::ApiKey::parse(Secret(QByteArray("sk_") + "test_" + QByteArray(20, 'k') + "4242"));
        client = std::make_unique<stripe::StripeClient>(*http, key, QUrl(QStringLiteral("https://api.stripe.com")));
    }

    [[nodiscard]] static business::ProvisionRequest requestOf(const QString& businessId)
    {
        business::ProvisionRequest request;
        request.businessId = businessId;
        request.name = QStringLiteral("Jane Roe's Caf\u00e9");
        request.type = QStringLiteral("saas");
        request.email = QStringLiteral("jane.roe@example.com");
        return request;
    }

    business::Provision* begin(const business::ProvisionRequest& request)
    {
        auto* job = new business::Provision(*client, *applier, *records, stripe.clock, QStringLiteral("acct_1"), request, jobs.get());
        outcome.reset();
        job->onFinished(jobs.get(), [this](const Result<business::ProvisionOutcome>& result) { outcome = result.value(); });
        return job;
    }

    /// To its end, or until stopped says so.
    business::ProvisionOutcome provision(const business::ProvisionRequest& request)
    {
        begin(request);
        run([this] { return outcome.has_value(); });
        return outcome.value_or(business::ProvisionOutcome());
    }

    void run(const std::function<bool()>& done)
    {
        for (int turn = 0; turn < 500 && !done(); ++turn) {
            stripe.clock.runUntil(done, 10'000);
        }
    }

    QList<business::EnsuredPrice> ensure(bool tiers = false)
    {
        std::optional<Result<QList<business::EnsuredPrice>>> made;
        business::ensurePrices(*client, QStringLiteral("acct_1"), tiers, jobs.get())->onFinished(jobs.get(), [&made](const auto& result) { made = result; });
        run([&made] { return made.has_value(); });
        return made && *made ? **made : QList<business::EnsuredPrice>();
    }

    /// Any job to its end.
    template <typename T>
    Result<T> ended(ResultJob<T>* job)
    {
        std::optional<Result<T>> result;
        job->onFinished(jobs.get(), [&result](const Result<T>& end) { result = end; });
        run([&result] { return result.has_value(); });
        return result ? *result : Result<T>(fail(ErrorKind::Internal, QStringLiteral("it did not end")));
    }

    business::Takedown* beginTakedown(const business::TakedownRequest& request) { return new business::Takedown(*client, *applier, *records, stripe.clock, QStringLiteral("acct_1"), request, jobs.get()); }
    business::TakedownOutcome takeDown(const business::TakedownRequest& request) { return ended(beginTakedown(request)).value_or(business::TakedownOutcome()); }
    business::TakedownOutcome takeDown(const QString& businessId, bool deleteCustomer) { return takeDown({businessId, QStringLiteral("test"), deleteCustomer}); }
    Result<business::TakedownPlan> plan(const QString& businessId)
    {
        return ended(business::readTakedownPlan(*client, *applier, *records, stripe.clock, businessId, false, business::PlanDepth::WithRemainders, jobs.get()));
    }
    business::CancelOutcome cancel(const business::CancelRequest& request)
    {
        return ended(new business::Cancel(*client, *applier, *records, stripe.clock, QStringLiteral("acct_1"), request, jobs.get())).value_or(business::CancelOutcome());
    }
    Result<business::CancelPlan> cancelPlan(const QString& subscriptionId) { return ended(business::readCancelPlan(*client, *applier, stripe.clock, subscriptionId, jobs.get())); }

    Stripe& stripe;
    QTemporaryDir dir;
    QString path;
    SandboxTransport transport;
    std::unique_ptr<store::RecordsFile> records;
    std::unique_ptr<store::Mirror> mirror;
    std::unique_ptr<sync::Applier> applier;
    std::unique_ptr<http::Client> http;
    std::unique_ptr<stripe::StripeClient> client;
    std::unique_ptr<QObject> jobs = std::make_unique<QObject>();
    std::optional<business::ProvisionOutcome> outcome;
};

} // namespace ch::test
