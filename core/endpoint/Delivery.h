// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a delivery is taken: the signature, the payload, and whose event it is. No socket, no clock, no database. Pure; any thread.
#pragma once

#include "serve/Message.h"
#include "stripe/WebhookPayload.h"
#include "stripe/WebhookSignature.h"

namespace ch::endpoint {

/// What a delivery must be to be ours.
struct Expected {
    std::vector<Secret> secrets;   ///< the newest first; the older one while it is being rolled
    stripe::SignatureTolerance tolerance;
    bool live = false;
    QString accountId;             ///< empty: not known, then no event of a connected account is taken
};

/// The type of a delivery of our own, by which an endpoint is tried. It goes the way of every other and does nothing at its end.
inline constexpr char kTrialType[] = "countinghouse.trial";

/// The payload, or why it is refused: InvalidInput with a code of verifySignature or parseWebhook, or other_mode, other_account.
[[nodiscard]] Result<stripe::WebhookPayload> judge(const serve::Request& request, const Expected& expected, qint64 nowSeconds);

/// A delivery of our own: the body of an event of kTrialType, of the mode that is expected.
[[nodiscard]] QByteArray trialBody(const QString& eventId, bool live, qint64 nowSeconds);

} // namespace ch::endpoint
