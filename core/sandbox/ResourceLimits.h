// SPDX-License-Identifier: GPL-3.0-or-later
// Stripe's limits on what can be done to one object (docs.stripe.com/rate-limits): 1,000 updates of a payment intent an hour, 200 changes of
// quantity of a subscription an hour, ten new invoices of a subscription a minute and 20 a day. Only requests are held to them: what the account
// does by itself is not. Times in seconds of the account's wall clock; of invoices, of their own (a test clock's). One thread.
#pragma once

#include "sandbox/Endpoints.h"

#include <deque>

namespace ch::sandbox {

class ResourceLimits {
public:
    /// Nothing when the request may pass, and counts it; else the 429.
    [[nodiscard]] std::optional<Fault> take(const State& state, const Endpoint& endpoint, const Call& call);

private:
    [[nodiscard]] bool isBeyond(const QByteArray& what, size_t most, qint64 now);

    QHash<QByteArray, std::deque<qint64>> m_lastHour;
};

/// A 429 with its Stripe-Rate-Limited-Reason, or (lock_timeout) without one.
[[nodiscard]] Fault rateLimited(const QByteArray& reason);

/// The objects that a request writes, as names to lock.
[[nodiscard]] QList<QByteArray> writtenObjects(const Endpoint& endpoint, const Call& call);

} // namespace ch::sandbox
