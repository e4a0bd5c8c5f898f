// SPDX-License-Identifier: GPL-3.0-or-later
// The body of a webhook whose signature was verified: an event with its object in it (a snapshot), or the notice of one (a thin event,
// "v2.core.event"), which names an object and leaves it to be read. Of a thin event the path of that object is believed only when it is a
// plain path of Stripe's API that ends with the object's id: a request there carries our key. Pure; any thread.
#pragma once

#include "base/Error.h"
#include "stripe/Parse.h"

#include <QByteArrayView>

namespace ch::stripe {

struct WebhookPayload {
    /// Of a thin event: its id, type (without the "v1." that begins the names of thin events), time, mode, and the object's type and id; the
    /// JSON has the form of a snapshot whose object holds its id and type alone.
    Received<Event> event;
    bool isThin = false;
    QString objectPath;          ///< of a thin event: "/v1/subscriptions/sub_1"; empty where it names no object
    QString accountId;           ///< a connected account whose event it is; empty: our own
};

/// InvalidInput with the code not_json, not_an_event, or thin_url (an object's URL that is no plain path), and a sentence for who reads the
/// answer of the endpoint.
[[nodiscard]] Result<WebhookPayload> parseWebhook(QByteArrayView body);

/// Whether a path leads to an object of Stripe's API and nowhere else: "/v1/..." or "/v2/...", of plain segments, without query or escapes.
[[nodiscard]] bool isPlainPath(const QString& path);

} // namespace ch::stripe
