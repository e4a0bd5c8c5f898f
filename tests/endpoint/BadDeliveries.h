// SPDX-License-Identifier: GPL-3.0-or-later
// Deliveries that are to be refused, each with the answer that it gets: what it is signed with, what it holds, where a thin event leads, and how it is sent.
#pragma once

#include "endpoint/Letters.h"
#include "serve/RawClient.h"

#include <QJsonDocument>
#include <functional>

namespace ch::test::bad {

inline QByteArray header(const QByteArray& value)
{
    return "Stripe-Signature: " + value + "\r\n";
}

inline QByteArray v1(const QByteArray& body, qint64 now, const Secret& secret = whsec())
{
    return stripe::signatureHeader(body, now, secret).split('=').last();
}

inline QByteArray at(qint64 seconds)
{
    return "t=" + QByteArray::number(seconds);
}

struct Bad {
    const char* name;
    int status;               ///< 0: the connection just ends
    const char* code;         ///< of a refusal of ours; else empty
    std::function<QByteArray(const Letters&)> bytes;
};

inline QByteArray withBody(const Letters& letters, const QByteArray& body)
{
    return letters.delivery(body);
}

inline QByteArray nested(int depth)
{
    return QByteArray(depth, '[') + QByteArray(depth, ']');
}

/// Signatures and their header.
inline std::vector<Bad> badSignatures()
{
    const QByteArray body = eventBody();
    return {
        {"no header", 400, "signature_missing", [=](const Letters& letters) { return letters.request(body, {}); }},
        {"empty header", 400, "signature_missing", [=](const Letters& letters) { return letters.request(body, header("")); }},
        {"wrong secret", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body, letters.signedBy(body, whsec("B"))); }},
        {"the secret without its prefix", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body, letters.signedBy(body, Secret(whsec().reveal().mid(6)))); }},
        {"the secret with a line's end", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body, letters.signedBy(body, Secret(whsec().reveal() + '\n'))); }},
        {"an empty secret", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body, letters.signedBy(body, Secret(QByteArray("")))); }},
        {"stale by a second", 400, "signature_old", [=](const Letters& letters) { return letters.request(body, letters.signedBy(body, whsec(), 301)); }},
        {"of last year", 400, "signature_old", [=](const Letters& letters) { return letters.request(body, letters.signedBy(body, whsec(), 31'536'000)); }},
        {"ahead by more than 300 s", 400, "signature_future", [=](const Letters& letters) { return letters.request(body, letters.signedBy(body, whsec(), -301)); }},
        {"time in milliseconds", 400, "signature_future", [=](const Letters& letters) { return letters.request(body, header(stripe::signatureHeader(body, letters.clock.nowMs(), whsec()))); }},
        {"garbled header", 400, "signature_unreadable", [=](const Letters& letters) { return letters.request(body, header("%%%===,,,;;")); }},
        {"no time", 400, "signature_unreadable", [=](const Letters& letters) { return letters.request(body, header("v1=" + v1(body, letters.clock.nowSeconds()))); }},
        {"time is a word", 400, "signature_unreadable", [=](const Letters& letters) { return letters.request(body, header("t=now,v1=" + v1(body, letters.clock.nowSeconds()))); }},
        {"negative time", 400, "signature_unreadable", [=](const Letters& letters) { return letters.request(body, header("t=-1,v1=" + v1(body, -1))); }},
        {"time beyond 64 bits", 400, "signature_unreadable", [=](const Letters& letters) { return letters.request(body, header("t=99999999999999999999999,v1=" + v1(body, letters.clock.nowSeconds()))); }},
        {"time changed", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body, header(at(letters.clock.nowSeconds() + 1) + ",v1=" + v1(body, letters.clock.nowSeconds()))); }},
        {"v0 alone", 400, "signature_scheme", [=](const Letters& letters) { return letters.request(body, header(at(letters.clock.nowSeconds()) + ",v0=" + v1(body, letters.clock.nowSeconds()))); }},
        {"V1 for v1", 400, "signature_scheme", [=](const Letters& letters) { return letters.request(body, header(at(letters.clock.nowSeconds()) + ",V1=" + v1(body, letters.clock.nowSeconds()))); }},
        {"a blank before v1", 400, "signature_scheme", [=](const Letters& letters) { return letters.request(body, header(at(letters.clock.nowSeconds()) + ", v1=" + v1(body, letters.clock.nowSeconds()))); }},
        {"empty v1", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body, header(at(letters.clock.nowSeconds()) + ",v1=")); }},
        {"v1 in capitals", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body, header(at(letters.clock.nowSeconds()) + ",v1=" + v1(body, letters.clock.nowSeconds()).toUpper())); }},
        {"v1 cut by a digit", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body, header(at(letters.clock.nowSeconds()) + ",v1=" + v1(body, letters.clock.nowSeconds()).chopped(1))); }},
        {"v1 with one digit changed", 400, "signature_wrong", [=](const Letters& letters) {
            QByteArray changed = v1(body, letters.clock.nowSeconds());
            changed[63] = changed[63] == '0' ? '1' : '0';
            return letters.request(body, header(at(letters.clock.nowSeconds()) + ",v1=" + changed));
        }},
        {"several v1, none right", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body, header(at(letters.clock.nowSeconds()) + ",v1=" + v1(body, letters.clock.nowSeconds(), whsec("B")) + ",v1=" + v1(body, letters.clock.nowSeconds(), whsec("C")))); }},
        {"v0 is right and v1 is not", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body, header(at(letters.clock.nowSeconds()) + ",v1=" + QByteArray(64, 'a') + ",v0=" + v1(body, letters.clock.nowSeconds()))); }},
    };
}

/// Bodies.
inline std::vector<Bad> badBodies()
{
    const QByteArray body = eventBody();
    return {
        {"no body", 400, "no_payload", [=](const Letters& letters) { return letters.request({}, letters.signedBy({})); }},
        {"one byte changed", 400, "signature_wrong", [=](const Letters& letters) {
            QByteArray changed = body;
            changed.replace("cus_1", "cus_2");
            return letters.request(changed, letters.signedBy(body));
        }},
        {"printed anew", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(QJsonDocument::fromJson(body).toJson(QJsonDocument::Compact), letters.signedBy(body)); }},
        {"a line's end more", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body + '\n', letters.signedBy(body)); }},
        {"cut", 400, "signature_wrong", [=](const Letters& letters) { return letters.request(body.chopped(5), letters.signedBy(body)); }},
        {"signed, but cut before", 400, "not_json", [=](const Letters& letters) { return withBody(letters, body.chopped(5)); }},
        {"not JSON", 400, "not_json", [](const Letters& letters) { return withBody(letters, "id=evt_1&type=customer.updated"); }},
        {"HTML", 400, "not_json", [](const Letters& letters) { return withBody(letters, "<html><body>hello</body></html>"); }},
        {"not UTF-8", 400, "not_json", [=](const Letters& letters) { return withBody(letters, QByteArray(body).replace("J\xc3\xa9r", "J\xe9r")); }},
        {"a byte order mark", 400, "not_json", [=](const Letters& letters) { return withBody(letters, "\xef\xbb\xbf" + body); }},
        {"two texts in one", 400, "not_json", [=](const Letters& letters) { return withBody(letters, body + body); }},
        {"a zero byte", 400, "not_json", [=](const Letters& letters) { return withBody(letters, body + QByteArray(1, '\0')); }},
        {"deep", 400, "not_json", [](const Letters& letters) { return withBody(letters, nested(200'000)); }},
        {"an array", 400, "not_an_event", [=](const Letters& letters) { return withBody(letters, '[' + body + ']'); }},
        {"null", 400, "not_an_event", [](const Letters& letters) { return withBody(letters, "null"); }},
        {"another object", 400, "not_an_event", [](const Letters& letters) { return withBody(letters, R"({"id":"cus_1","object":"customer","livemode":false})"); }},
        {"no id", 400, "not_an_event", [](const Letters& letters) { return withBody(letters, R"({"object":"event","type":"a.b","created":1,"livemode":false,"data":{"object":{}}})"); }},
        {"an id that is a number", 400, "not_an_event", [](const Letters& letters) { return withBody(letters, R"({"id":1,"object":"event","type":"a.b","created":1,"livemode":false,"data":{"object":{}}})"); }},
        {"an id with a line's end", 400, "not_an_event", [](const Letters& letters) { return withBody(letters, R"({"id":"evt_1\n","object":"event","type":"a.b","created":1,"livemode":false,"data":{"object":{}}})"); }},
        {"an endless id", 400, "not_an_event", [](const Letters& letters) { return withBody(letters, eventBody(QByteArray(300, 'e'))); }},
        {"no mode", 400, "not_an_event", [](const Letters& letters) { return withBody(letters, R"({"id":"evt_1","object":"event","type":"a.b","created":1,"data":{"object":{}}})"); }},
        {"no data", 400, "not_an_event", [](const Letters& letters) { return withBody(letters, R"({"id":"evt_1","object":"event","type":"a.b","created":1,"livemode":false})"); }},
        {"a time that is a word", 400, "not_an_event", [](const Letters& letters) { return withBody(letters, R"({"id":"evt_1","object":"event","type":"a.b","created":"now","livemode":false,"data":{"object":{}}})"); }},
        {"of live mode", 400, "other_mode", [=](const Letters& letters) { return withBody(letters, QByteArray(body).replace("\"livemode\": false", "\"livemode\": true")); }},
        {"of another account", 400, "other_account", [](const Letters& letters) { return withBody(letters, eventBody("evt_1", ", \"account\": \"acct_2\"")); }},
        {"1 MiB and a byte", 413, "", [](const Letters& letters) { return withBody(letters, eventBody("evt_1", QByteArray((1 << 20) + 1, ' '))); }},
        {"its length alone is too large", 413, "", [](const Letters&) { return QByteArray("POST /stripe/webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"); }},
    };
}

/// Thin events that lead elsewhere.
inline std::vector<Bad> badThinEvents()
{
    std::vector<Bad> all;
    static const char* const kUrls[] = {"https://evil.example/v1/subscriptions/sub_1", "//evil.example/v1/subscriptions/sub_1", "/v1/../../evil/sub_1", "/v1//subscriptions/sub_1", "/v1/subscriptions/sub_1?expand[]=customer",
        "/v1/subscriptions/sub_1#x", "/v1/subscriptions/%2e%2e/sub_1", "\\\\evil\\sub_1", "/v1/subscriptions/sub_2", "", "/v3/subscriptions/sub_1", "/v1@evil.example/sub_1", "/v1/subscriptions/sub_1/"};
    for (const char* url : kUrls) {
        all.push_back({url, 400, QByteArray(url).contains('\\') ? "not_json" : "thin_url", [url](const Letters& letters) { return withBody(letters, thinBody(url)); }});
    }
    all.push_back({"a thin event without a time", 400, "not_an_event", [](const Letters& letters) { return withBody(letters, thinBody("/v1/subscriptions/sub_1").replace("2026-11-01T00:00:00.123Z", "soon")); }});
    return all;
}

/// HTTP.
inline std::vector<Bad> badRequests()
{
    const QByteArray body = eventBody();
    return {
        {"GET", 405, "method_not_allowed", [](const Letters&) { return get("/stripe/webhook"); }},
        {"PUT", 405, "method_not_allowed", [=](const Letters& letters) { return letters.delivery(body).replace("POST ", "PUT "); }},
        {"DELETE", 405, "method_not_allowed", [](const Letters&) { return get("/stripe/webhook").replace("GET ", "DELETE "); }},
        {"POST to health", 405, "method_not_allowed", [=](const Letters& letters) { return letters.delivery(body).replace("/stripe/webhook", "/health"); }},
        {"another path", 404, "not_found", [=](const Letters& letters) { return letters.delivery(body).replace("/stripe/webhook", "/stripe/webhooks"); }},
        {"a path with a slash more", 404, "not_found", [=](const Letters& letters) { return letters.delivery(body).replace("/stripe/webhook", "/stripe/webhook/"); }},
        {"the path in capitals", 404, "not_found", [=](const Letters& letters) { return letters.delivery(body).replace("/stripe/webhook", "/Stripe/Webhook"); }},
        {"another Host", 421, "", [=](const Letters& letters) { return letters.delivery(body).replace("Host: 127.0.0.1", "Host: evil.example"); }},
        {"no Host", 400, "", [=](const Letters& letters) { return letters.delivery(body).replace("Host: 127.0.0.1\r\n", ""); }},
        {"two Hosts", 400, "", [=](const Letters& letters) { return letters.delivery(body).replace("Host: 127.0.0.1\r\n", "Host: 127.0.0.1\r\nHost: localhost\r\n"); }},
        {"an absolute target", 400, "", [=](const Letters& letters) { return letters.delivery(body).replace("POST /", "POST http://127.0.0.1/"); }},
        {"two lengths", 400, "", [=](const Letters& letters) { return letters.delivery(body).replace("Content-Length:", "Content-Length: 5\r\nContent-Length:"); }},
        {"a length beside chunks", 400, "", [=](const Letters& letters) { return letters.delivery(body).replace("Content-Length:", "Transfer-Encoding: chunked\r\nContent-Length:"); }},
        {"compressed", 501, "", [=](const Letters&) { return post("/stripe/webhook", body, "Transfer-Encoding: gzip\r\n").replace("Content-Length:", "X-Length:"); }},
        {"huge headers", 431, "", [=](const Letters& letters) { return letters.request(body, "X: " + QByteArray(20'000, 'x') + "\r\n"); }},
        {"an endless signature", 431, "", [=](const Letters& letters) { return letters.request(body, header(QByteArray("v1=a,").repeated(5000))); }},
        {"not HTTP", 400, "", [](const Letters&) { return QByteArray("\x16\x03\x01\x02 hello\r\n\r\n"); }},
        {"chunks that lie", 400, "", [](const Letters&) { return QByteArray("POST /stripe/webhook HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"); }},
    };
}

/// All of them.
inline std::vector<Bad> badDeliveries()
{
    std::vector<Bad> all;
    for (const auto& some : {badSignatures(), badBodies(), badThinEvents(), badRequests()}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

} // namespace ch::test::bad
