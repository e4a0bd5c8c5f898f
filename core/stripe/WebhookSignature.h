// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a webhook was signed by who holds the endpoint's secret: Stripe-Signature over the raw bytes of the body, as the official packages
// judge it (stripe-node, Webhooks.js): t is the last one in the header, every v1 of it counts, other schemes (v0) count for nothing, and the
// HMAC-SHA256 is keyed with the whole secret, "whsec_" included. Several secrets are tried, since a rolled one stays good for up to a day.
// All of them are compared with every v1, in constant time. Stricter than the official packages in two things: a time far in the future, and
// one that is no number, are refused. Pure; any thread.
#pragma once

#include "base/Error.h"
#include "base/Secret.h"

#include <QByteArrayView>
#include <optional>
#include <vector>

namespace ch::stripe {

/// How far a delivery's time may lie from ours, in seconds.
struct SignatureTolerance {
    qint64 pastSeconds = 300;                    ///< of the official packages
    std::optional<qint64> futureSeconds = 300;   ///< nothing: any, as the official packages take it
};

/// InvalidInput with one of the codes no_payload, no_secret, signature_missing, signature_unreadable, signature_scheme, signature_wrong,
/// signature_old, signature_future, and a sentence for who reads the answer of the endpoint.
[[nodiscard]] Status verifySignature(QByteArrayView body, QByteArrayView header, const std::vector<Secret>& secrets, qint64 nowSeconds,
                                     const SignatureTolerance& tolerance = {});

/// The header for a body, as Stripe writes it: for a delivery of our own, to try an endpoint.
[[nodiscard]] QByteArray signatureHeader(QByteArrayView body, qint64 seconds, const Secret& secret);

/// Whether text has the form of an endpoint's secret: whsec_ and letters or digits.
[[nodiscard]] bool isWebhookSecret(QByteArrayView text);

} // namespace ch::stripe
