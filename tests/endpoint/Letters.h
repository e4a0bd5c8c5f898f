// SPDX-License-Identifier: GPL-3.0-or-later
// What is posted to an endpoint, and how Stripe signs it.
#pragma once

#include "base/Clock.h"
#include "endpoint/Endpoint.h"
#include "serve/RawClient.h"

namespace ch::test {

/// Put together at run time, so that nothing in the source looks like a secret.
inline Secret whsec(const QByteArray& tail = "A")
{
    return Secret(QByteArray("whsec") + '_' + QByteArray(31, 'k') + tail);
}

inline QByteArray eventBody(const QByteArray& id = "evt_1", const QByteArray& more = {}, const QByteArray& type = "customer.updated")
{
    return "{\n  \"id\": \"" + id + "\",\n  \"object\": \"event\",\n  \"type\": \"" + type + "\",\n  \"created\": 1793491200,\n  \"livemode\": false,\n"
        "  \"data\": {\"object\": {\"id\": \"cus_1\", \"object\": \"customer\", \"name\": \"J\xc3\xa9r\xc3\xb4me\"}}" + more + "\n}";
}

inline QByteArray thinBody(const QByteArray& url, const QByteArray& id = "evt_thin_1")
{
    return "{\"id\":\"" + id + "\",\"object\":\"v2.core.event\",\"type\":\"v1.customer.subscription.updated\",\"created\":\"2026-11-01T00:00:00.123Z\",\"livemode\":false,"
        "\"context\":null,\"related_object\":{\"id\":\"sub_1\",\"type\":\"subscription\",\"url\":\"" + url + "\"}}";
}

/// Whole requests, signed at the clock's present.
struct Letters {
    const Clock& clock;

    [[nodiscard]] QByteArray signedBy(const QByteArray& body, const Secret& secret = whsec(), qint64 agoSeconds = 0) const
    {
        return "Stripe-Signature: " + stripe::signatureHeader(body, clock.nowSeconds() - agoSeconds, secret) + "\r\n";
    }
    [[nodiscard]] QByteArray request(const QByteArray& body, const QByteArray& headers) const { return post(endpoint::kUsualPath, body, headers); }
    [[nodiscard]] QByteArray delivery(const QByteArray& body) const { return request(body, signedBy(body)); }
};

} // namespace ch::test
