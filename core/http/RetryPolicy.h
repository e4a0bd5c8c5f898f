// SPDX-License-Identifier: GPL-3.0-or-later
// What is sent again and after how long: the official SDK's rule (stripe-node 23: network errors, 409, 5xx, and Stripe-Should-Retry
// in either direction) plus 429, and Retry-After up to 60 s. Waits are the seed's 1, 2, 4 ... seconds with jitter (never less than
// the half, never more than the whole), or Retry-After when that is longer. Retry-After as a date counts from the answer's own Date
// header, so that a wrong clock here does no harm; without one it is passed over. Pure; any thread.
#pragma once

#include "base/Error.h"
#include "http/Message.h"

#include <functional>
#include <optional>

namespace ch::http {

struct RetryPolicy {
    int attempts = 3;                ///< in all, the first included; 1 to 10
    qint64 firstWaitMs = 1000;
    qint64 longestWaitMs = 8000;
    qint64 longestRetryAfterMs = 60'000; ///< a longer Retry-After is not waited for: the answer is handed on
    std::function<double()> random;  ///< 0 up to 1, for the jitter; empty: QRandomGenerator

    /// Milliseconds to wait before attempt number attemptsMade + 1, or nothing when the outcome stands.
    [[nodiscard]] std::optional<qint64> waitBeforeNext(const Request& request, const Result<Reply>& outcome, int attemptsMade) const;
};

/// What Retry-After asks for, in milliseconds from the answer; nothing when it is absent or cannot be read.
[[nodiscard]] std::optional<qint64> retryAfterMs(const Reply& reply);

} // namespace ch::http
