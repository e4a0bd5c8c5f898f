// SPDX-License-Identifier: GPL-3.0-or-later
// What an endpoint takes, as data: names, types, limits. check() refuses everything else with Stripe's own words, so that
// a wrong request of ours fails here as it would fail there. Pure functions on plain values; any thread.
#pragma once

#include "sandbox/Form.h"

#include <optional>

namespace ch::sandbox {

enum class ParamType {
    Text,      ///< scalar text
    Currency,  ///< three letters
    Integer,   ///< whole number
    Instant,   ///< seconds since 1970
    Boolean,   ///< true or false
    Decimal,   ///< decimal number as text
    Choice,    ///< one of values
    Range,     ///< an instant, or a hash of gt, gte, lt, lte
    TextMap,   ///< hash of text; an empty value removes a key, an empty whole removes all
    Texts,     ///< array of text, each one of values where there are any
    Hash,      ///< nested parameters
    Hashes,    ///< array of nested parameters
    Ignored,   ///< Stripe takes it, and so do we, without any effect
    Refused    ///< Stripe takes it; the sandbox cannot do what it asks and says so
};

struct Param {
    QByteArray name;
    ParamType type = ParamType::Text;
    bool required = false;
    bool unsets = false; ///< may be sent empty
    qint64 least = 0, most = 0; ///< of a number, or the length of a text; both 0: no limit
    QList<QByteArray> values = {};
    QList<Param> children = {};

    [[nodiscard]] Param must() const { Param p = *this; p.required = true; return p; }
    [[nodiscard]] Param unset() const { Param p = *this; p.unsets = true; return p; }
    [[nodiscard]] Param within(qint64 low, qint64 high) const { Param p = *this; p.least = low; p.most = high; return p; }
};

/// An error as it goes on the wire.
struct Fault {
    int status = 400;
    QByteArray type = "invalid_request_error";
    QByteArray code, message, param, declineCode;
    QByteArray reason; ///< of a 429: the value of Stripe-Rate-Limited-Reason
    QByteArray charge;                                    ///< of a declined card, as the next
    QByteArray paymentIntent, paymentMethod, setupIntent; ///< objects as JSON
    bool beforeExecution = false; ///< refused by validation: not kept for an idempotency key
};

[[nodiscard]] std::optional<Fault> check(const Node& root, const QList<Param>& params);

[[nodiscard]] Fault missingObject(const QByteArray& what, const QByteArray& id, const QByteArray& param, int status);
[[nodiscard]] Fault invalid(const QByteArray& message, const QByteArray& param = {}, const QByteArray& code = {});

} // namespace ch::sandbox
