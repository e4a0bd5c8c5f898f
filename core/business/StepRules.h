// SPDX-License-Identifier: GPL-3.0-or-later
// What the runner of steps that make an object (Runner) and that of steps that change one (ChangeStep) both go by. Pure.
#pragma once

#include "base/Error.h"

namespace ch::business::rules {

/// Stripe keeps a key for at least 24 hours; an hour is left for clocks that differ (docs.stripe.com/api/idempotent_requests).
inline constexpr qint64 kKeyLivesMs = 23LL * 3600 * 1000;
/// No request is on the wire for so long: attempts and their waits are over.
inline constexpr qint64 kNothingOnWireMs = 2LL * 60 * 1000;
inline constexpr int kHighestGeneration = 50;

/// Stripe's own word on a request: the request is over with it, and so are earlier sendings of the same key.
[[nodiscard]] bool isVerdict(const Error& error);
/// What a further try may mend: an operation of which something is done stays open.
[[nodiscard]] bool mayBeMended(const Error& error);
/// As the journal keeps it: the code, with "refused:" before it where it is Stripe's own word.
[[nodiscard]] QString journalCode(const Error& error, bool isEnd);
[[nodiscard]] bool wasRefused(const QString& journalCode);

[[nodiscard]] Error stopped(bool outcomeKnown);
[[nodiscard]] Error triedTooOften();
/// Before a sending for which the key is too old.
[[nodiscard]] Error keyExpired();

} // namespace ch::business::rules
