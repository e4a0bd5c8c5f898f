// SPDX-License-Identifier: GPL-3.0-or-later
// What a key is good for, found by asking Stripe with reads only: GET /v1/balance (valid? which mode?), GET /v1/account (whose? best
// effort, since restricted keys often may not), and one object of each list that the program reads. Whether a key may write cannot be
// found without writing. Thread: that of the StripeClient.
#pragma once

#include "stripe/Calls.h"

#include <optional>
#include <utility>
#include <vector>

namespace ch::stripe {

struct KeyCheck {
    std::optional<Account> account;   ///< nothing when the key may not read it
    Mode confirmed = Mode::Live;      ///< what livemode said; the key's own form where nothing said it
    bool isModeConfirmed = false;     ///< an answer held livemode
    bool modeMismatch = false;        ///< an answer contradicted the key: writes are stopped
    QStringList missingPermissions;   ///< Stripe's words, each once: "rak_customer_read"
    std::vector<std::pair<QString, bool>> readable; ///< each list by its name on the wire ("customers") and whether it can be read

    /// All lists can be read.
    [[nodiscard]] bool isComplete() const;
};

/// Ends with Authentication for a key that Stripe refuses (401), with the error of the network or server where there was no answer to
/// go by. A 403 is no error but a finding.
[[nodiscard]] ResultJob<KeyCheck>* verifyKey(StripeClient& client, QObject* parent);

} // namespace ch::stripe
