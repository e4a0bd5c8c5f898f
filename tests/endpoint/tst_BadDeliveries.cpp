// SPDX-License-Identifier: GPL-3.0-or-later
// Deliveries that are not to be taken, or not twice: each is answered as it should be, nothing is taken by it, and the next good one is.
#include "endpoint/Rig.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::test;

namespace {

QByteArray header(const QByteArray& value)
{
    return "Stripe-Signature: " + value + "\r\n";
}

QByteArray v1(const QByteArray& body, qint64 now, const Secret& secret = whsec())
{
    return stripe::signatureHeader(body, now, secret).split('=').last();
}

QByteArray at(qint64 seconds)
{
    return "t=" + QByteArray::number(seconds);
}

struct Bad {
    const char* name;
    int status;               ///< 0: the connection just ends
    const char* code;         ///< of a refusal of ours; else empty
    std::function<QByteArray(const Rig&)> bytes;
};

QByteArray withBody(const Rig& rig, const QByteArray& body)
{
    return rig.delivery(body);
}

QByteArray nested(int depth)
{
    return QByteArray(depth, '[') + QByteArray(depth, ']');
}

/// Signatures and their header.
std::vector<Bad> badSignatures()
{
    const QByteArray body = eventBody();
    return {
        {"no header", 400, "signature_missing", [=](const Rig& rig) { return rig.request(body, {}); }},
        {"empty header", 400, "signature_missing", [=](const Rig& rig) { return rig.request(body, header("")); }},
        {"wrong secret", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body, rig.signedBy(body, whsec("B"))); }},
        {"the secret without its prefix", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body, rig.signedBy(body, Secret(whsec().reveal().mid(6)))); }},
        {"the secret with a line's end", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body, rig.signedBy(body, Secret(whsec().reveal() + '\n'))); }},
        {"an empty secret", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body, rig.signedBy(body, Secret(QByteArray("")))); }},
        {"stale by a second", 400, "signature_old", [=](const Rig& rig) { return rig.request(body, rig.signedBy(body, whsec(), 301)); }},
        {"of last year", 400, "signature_old", [=](const Rig& rig) { return rig.request(body, rig.signedBy(body, whsec(), 31'536'000)); }},
        {"ahead by more than 300 s", 400, "signature_future", [=](const Rig& rig) { return rig.request(body, rig.signedBy(body, whsec(), -301)); }},
        {"time in milliseconds", 400, "signature_future", [=](const Rig& rig) { return rig.request(body, header(stripe::signatureHeader(body, rig.clock.nowMs(), whsec()))); }},
        {"garbled header", 400, "signature_unreadable", [=](const Rig& rig) { return rig.request(body, header("%%%===,,,;;")); }},
        {"no time", 400, "signature_unreadable", [=](const Rig& rig) { return rig.request(body, header("v1=" + v1(body, rig.clock.nowSeconds()))); }},
        {"time is a word", 400, "signature_unreadable", [=](const Rig& rig) { return rig.request(body, header("t=now,v1=" + v1(body, rig.clock.nowSeconds()))); }},
        {"negative time", 400, "signature_unreadable", [=](const Rig& rig) { return rig.request(body, header("t=-1,v1=" + v1(body, -1))); }},
        {"time beyond 64 bits", 400, "signature_unreadable", [=](const Rig& rig) { return rig.request(body, header("t=99999999999999999999999,v1=" + v1(body, rig.clock.nowSeconds()))); }},
        {"time changed", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body, header(at(rig.clock.nowSeconds() + 1) + ",v1=" + v1(body, rig.clock.nowSeconds()))); }},
        {"v0 alone", 400, "signature_scheme", [=](const Rig& rig) { return rig.request(body, header(at(rig.clock.nowSeconds()) + ",v0=" + v1(body, rig.clock.nowSeconds()))); }},
        {"V1 for v1", 400, "signature_scheme", [=](const Rig& rig) { return rig.request(body, header(at(rig.clock.nowSeconds()) + ",V1=" + v1(body, rig.clock.nowSeconds()))); }},
        {"a blank before v1", 400, "signature_scheme", [=](const Rig& rig) { return rig.request(body, header(at(rig.clock.nowSeconds()) + ", v1=" + v1(body, rig.clock.nowSeconds()))); }},
        {"empty v1", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body, header(at(rig.clock.nowSeconds()) + ",v1=")); }},
        {"v1 in capitals", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body, header(at(rig.clock.nowSeconds()) + ",v1=" + v1(body, rig.clock.nowSeconds()).toUpper())); }},
        {"v1 cut by a digit", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body, header(at(rig.clock.nowSeconds()) + ",v1=" + v1(body, rig.clock.nowSeconds()).chopped(1))); }},
        {"v1 with one digit changed", 400, "signature_wrong", [=](const Rig& rig) {
            QByteArray changed = v1(body, rig.clock.nowSeconds());
            changed[63] = changed[63] == '0' ? '1' : '0';
            return rig.request(body, header(at(rig.clock.nowSeconds()) + ",v1=" + changed));
        }},
        {"several v1, none right", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body, header(at(rig.clock.nowSeconds()) + ",v1=" + v1(body, rig.clock.nowSeconds(), whsec("B")) + ",v1=" + v1(body, rig.clock.nowSeconds(), whsec("C")))); }},
        {"v0 is right and v1 is not", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body, header(at(rig.clock.nowSeconds()) + ",v1=" + QByteArray(64, 'a') + ",v0=" + v1(body, rig.clock.nowSeconds()))); }},
    };
}

/// Bodies.
std::vector<Bad> badBodies()
{
    const QByteArray body = eventBody();
    return {
        {"no body", 400, "no_payload", [=](const Rig& rig) { return rig.request({}, rig.signedBy({})); }},
        {"one byte changed", 400, "signature_wrong", [=](const Rig& rig) {
            QByteArray changed = body;
            changed.replace("cus_1", "cus_2");
            return rig.request(changed, rig.signedBy(body));
        }},
        {"printed anew", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(QJsonDocument::fromJson(body).toJson(QJsonDocument::Compact), rig.signedBy(body)); }},
        {"a line's end more", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body + '\n', rig.signedBy(body)); }},
        {"cut", 400, "signature_wrong", [=](const Rig& rig) { return rig.request(body.chopped(5), rig.signedBy(body)); }},
        {"signed, but cut before", 400, "not_json", [=](const Rig& rig) { return withBody(rig, body.chopped(5)); }},
        {"not JSON", 400, "not_json", [](const Rig& rig) { return withBody(rig, "id=evt_1&type=customer.updated"); }},
        {"HTML", 400, "not_json", [](const Rig& rig) { return withBody(rig, "<html><body>hello</body></html>"); }},
        {"not UTF-8", 400, "not_json", [=](const Rig& rig) { return withBody(rig, QByteArray(body).replace("J\xc3\xa9r", "J\xe9r")); }},
        {"a byte order mark", 400, "not_json", [=](const Rig& rig) { return withBody(rig, "\xef\xbb\xbf" + body); }},
        {"two texts in one", 400, "not_json", [=](const Rig& rig) { return withBody(rig, body + body); }},
        {"a zero byte", 400, "not_json", [=](const Rig& rig) { return withBody(rig, body + QByteArray(1, '\0')); }},
        {"deep", 400, "not_json", [](const Rig& rig) { return withBody(rig, nested(200'000)); }},
        {"an array", 400, "not_an_event", [=](const Rig& rig) { return withBody(rig, '[' + body + ']'); }},
        {"null", 400, "not_an_event", [](const Rig& rig) { return withBody(rig, "null"); }},
        {"another object", 400, "not_an_event", [](const Rig& rig) { return withBody(rig, R"({"id":"cus_1","object":"customer","livemode":false})"); }},
        {"no id", 400, "not_an_event", [](const Rig& rig) { return withBody(rig, R"({"object":"event","type":"a.b","created":1,"livemode":false,"data":{"object":{}}})"); }},
        {"an id that is a number", 400, "not_an_event", [](const Rig& rig) { return withBody(rig, R"({"id":1,"object":"event","type":"a.b","created":1,"livemode":false,"data":{"object":{}}})"); }},
        {"an id with a line's end", 400, "not_an_event", [](const Rig& rig) { return withBody(rig, R"({"id":"evt_1\n","object":"event","type":"a.b","created":1,"livemode":false,"data":{"object":{}}})"); }},
        {"an endless id", 400, "not_an_event", [](const Rig& rig) { return withBody(rig, eventBody(QByteArray(300, 'e'))); }},
        {"no mode", 400, "not_an_event", [](const Rig& rig) { return withBody(rig, R"({"id":"evt_1","object":"event","type":"a.b","created":1,"data":{"object":{}}})"); }},
        {"no data", 400, "not_an_event", [](const Rig& rig) { return withBody(rig, R"({"id":"evt_1","object":"event","type":"a.b","created":1,"livemode":false})"); }},
        {"a time that is a word", 400, "not_an_event", [](const Rig& rig) { return withBody(rig, R"({"id":"evt_1","object":"event","type":"a.b","created":"now","livemode":false,"data":{"object":{}}})"); }},
        {"of live mode", 400, "other_mode", [=](const Rig& rig) { return withBody(rig, QByteArray(body).replace("\"livemode\": false", "\"livemode\": true")); }},
        {"of another account", 400, "other_account", [](const Rig& rig) { return withBody(rig, eventBody("evt_1", ", \"account\": \"acct_2\"")); }},
        {"1 MiB and a byte", 413, "", [](const Rig& rig) { return withBody(rig, eventBody("evt_1", QByteArray((1 << 20) + 1, ' '))); }},
        {"its length alone is too large", 413, "", [](const Rig&) { return QByteArray("POST /stripe/webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"); }},
    };
}

/// Thin events that lead elsewhere.
std::vector<Bad> badThinEvents()
{
    std::vector<Bad> all;
    static const char* const kUrls[] = {"https://evil.example/v1/subscriptions/sub_1", "//evil.example/v1/subscriptions/sub_1", "/v1/../../evil/sub_1", "/v1//subscriptions/sub_1", "/v1/subscriptions/sub_1?expand[]=customer",
        "/v1/subscriptions/sub_1#x", "/v1/subscriptions/%2e%2e/sub_1", "\\\\evil\\sub_1", "/v1/subscriptions/sub_2", "", "/v3/subscriptions/sub_1", "/v1@evil.example/sub_1", "/v1/subscriptions/sub_1/"};
    for (const char* url : kUrls) {
        all.push_back({url, 400, QByteArray(url).contains('\\') ? "not_json" : "thin_url", [url](const Rig& rig) { return withBody(rig, thinBody(url)); }});
    }
    all.push_back({"a thin event without a time", 400, "not_an_event", [](const Rig& rig) { return withBody(rig, thinBody("/v1/subscriptions/sub_1").replace("2026-11-01T00:00:00.123Z", "soon")); }});
    return all;
}

/// HTTP.
std::vector<Bad> badRequests()
{
    const QByteArray body = eventBody();
    return {
        {"GET", 405, "method_not_allowed", [](const Rig&) { return get("/stripe/webhook"); }},
        {"PUT", 405, "method_not_allowed", [=](const Rig& rig) { return rig.delivery(body).replace("POST ", "PUT "); }},
        {"DELETE", 405, "method_not_allowed", [](const Rig&) { return get("/stripe/webhook").replace("GET ", "DELETE "); }},
        {"POST to health", 405, "method_not_allowed", [=](const Rig& rig) { return rig.delivery(body).replace("/stripe/webhook", "/health"); }},
        {"another path", 404, "not_found", [=](const Rig& rig) { return rig.delivery(body).replace("/stripe/webhook", "/stripe/webhooks"); }},
        {"a path with a slash more", 404, "not_found", [=](const Rig& rig) { return rig.delivery(body).replace("/stripe/webhook", "/stripe/webhook/"); }},
        {"the path in capitals", 404, "not_found", [=](const Rig& rig) { return rig.delivery(body).replace("/stripe/webhook", "/Stripe/Webhook"); }},
        {"another Host", 421, "", [=](const Rig& rig) { return rig.delivery(body).replace("Host: 127.0.0.1", "Host: evil.example"); }},
        {"no Host", 400, "", [=](const Rig& rig) { return rig.delivery(body).replace("Host: 127.0.0.1\r\n", ""); }},
        {"two Hosts", 400, "", [=](const Rig& rig) { return rig.delivery(body).replace("Host: 127.0.0.1\r\n", "Host: 127.0.0.1\r\nHost: localhost\r\n"); }},
        {"an absolute target", 400, "", [=](const Rig& rig) { return rig.delivery(body).replace("POST /", "POST http://127.0.0.1/"); }},
        {"two lengths", 400, "", [=](const Rig& rig) { return rig.delivery(body).replace("Content-Length:", "Content-Length: 5\r\nContent-Length:"); }},
        {"a length beside chunks", 400, "", [=](const Rig& rig) { return rig.delivery(body).replace("Content-Length:", "Transfer-Encoding: chunked\r\nContent-Length:"); }},
        {"compressed", 501, "", [=](const Rig&) { return post("/stripe/webhook", body, "Transfer-Encoding: gzip\r\n").replace("Content-Length:", "X-Length:"); }},
        {"huge headers", 431, "", [=](const Rig& rig) { return rig.request(body, "X: " + QByteArray(20'000, 'x') + "\r\n"); }},
        {"an endless signature", 431, "", [=](const Rig& rig) { return rig.request(body, header(QByteArray("v1=a,").repeated(5000))); }},
        {"not HTTP", 400, "", [](const Rig&) { return QByteArray("\x16\x03\x01\x02 hello\r\n\r\n"); }},
        {"chunks that lie", 400, "", [](const Rig&) { return QByteArray("POST /stripe/webhook HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"); }},
    };
}

} // namespace

class TstBadDeliveries : public QObject {
    Q_OBJECT
private:
    static void each(const std::vector<Bad>& all)
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<std::function<QByteArray(const Rig&)>>("bytes");
        for (const Bad& bad : all) {
            QTest::newRow(*bad.name ? bad.name : "(empty)") << bad.status << QString::fromLatin1(bad.code) << bad.bytes;
        }
    }

    static void isRefused()
    {
        QFETCH(int, status);
        QFETCH(QString, code);
        QFETCH(std::function<QByteArray(const Rig&)>, bytes);
        Rig rig;
        const auto answer = rig.ask(bytes(rig));
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.code(), code);
        QVERIFY(rig.taken.isEmpty());
        QCOMPARE(rig.commits, 0);
        QCOMPARE(rig.refusals.size(), status == 400 && !code.isEmpty() ? 1 : 0);
        // What follows is taken as if nothing had been.
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_good"))).status, 200);
        QCOMPARE(rig.taken.size(), 1);
    }

private Q_SLOTS:
    void signature_data() { each(badSignatures()); }
    void signature() { isRefused(); }
    void body_data() { each(badBodies()); }
    void body() { isRefused(); }
    void thinEvent_data() { each(badThinEvents()); }
    void thinEvent() { isRefused(); }
    void request_data() { each(badRequests()); }
    void request() { isRefused(); }

    void oneRightSignatureOfSeveralIsEnough()
    {
        Rig rig;
        const QByteArray body = eventBody();
        const qint64 now = rig.clock.nowSeconds();
        const QByteArray all = at(now) + ",v1=" + QByteArray(64, '0') + ",v1=" + v1(body, now, whsec("B")) + ",v0=" + QByteArray(64, '1') + ",v1=" + v1(body, now);
        QCOMPARE(rig.ask(rig.request(body, header(all))).status, 200);
        QCOMPARE(rig.taken.size(), 1);
    }

    void theEdgesOfToleranceAreIn()
    {
        Rig rig;
        for (const qint64 ago : {300, 299, 0, -1, -300}) {
            const QByteArray body = eventBody("evt_" + QByteArray::number(ago + 1000));
            QCOMPARE(rig.ask(rig.request(body, rig.signedBy(body, whsec(), ago))).status, 200);
        }
        QCOMPARE(rig.taken.size(), 5);
    }

    void aBodyOfExactly1MiBIsTaken()
    {
        Rig rig;
        QByteArray body = eventBody();
        body += QByteArray((1 << 20) - body.size(), ' ');
        QCOMPARE(rig.ask(rig.delivery(body)).status, 200);
    }

    void whatIsChunkedIsTakenWholeOnly()
    {
        Rig rig;
        const QByteArray body = eventBody();
        const QByteArray head = "POST /stripe/webhook HTTP/1.1\r\nHost: localhost:4242\r\nTransfer-Encoding: chunked\r\n" + rig.signedBy(body) + "\r\n";
        const QByteArray first = QByteArray::number(20, 16) + "\r\n" + body.first(20) + "\r\n";
        const QByteArray rest = QByteArray::number(body.size() - 20, 16) + "\r\n" + body.sliced(20) + "\r\n";
        {
            RawClient cut(rig.port);
            cut.send(head + first);
            QVERIFY(cut.waitSent());
            cut.abort();
        }
        {
            RawClient cut(rig.port); // all of the body, and not the chunk that ends it
            cut.send(head + first + rest);
            QVERIFY(cut.waitSent());
            cut.abort();
        }
        QCOMPARE(rig.ask(head + first + rest + "0\r\n\r\n").status, 200);
        QCOMPARE(rig.taken.size(), 1);
    }

    void whoLeavesInTheMiddleLeavesNothing()
    {
        Rig rig;
        const QByteArray whole = rig.delivery(eventBody());
        for (const qsizetype length : {qsizetype(1), qsizetype(20), whole.size() / 2, whole.size() - 1}) {
            RawClient client(rig.port);
            client.send(whole.first(length));
            QVERIFY(client.waitSent());
            client.abort();
        }
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_good"))).status, 200);
        QCOMPARE(rig.taken.size(), 1);
    }

    void whoLeavesBeforeTheAnswerIsTaken()
    {
        // Stripe sends it again, and it is a duplicate then.
        Rig rig;
        {
            RawClient client(rig.port);
            client.send(rig.delivery(eventBody()));
            QVERIFY(client.waitSent());
            QVERIFY(waitUntil([&] { return rig.clock.pending() > 0; }));
            client.abort();
        }
        QVERIFY(waitUntil([&] {
            rig.clock.advance(0);
            return rig.taken.size() == 1;
        }));
        QVERIFY(rig.ask(rig.delivery(eventBody())).body.contains("\"duplicate\":true"));
    }

    void whoDripsIsAnsweredWith408()
    {
        Rig rig;
        const QByteArray whole = rig.delivery(eventBody());
        RawClient client(rig.port);
        qsizetype sent = 0;
        for (; sent < 40 && !client.isEnded(); ++sent) { // a byte every 300 ms: never idle, never done
            client.send(whole.sliced(sent, 1));
            if (!client.waitSent()) {
                break;
            }
            rig.clock.advance(300);
        }
        QVERIFY(client.waitFor("HTTP/1.1 408"));
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_good"))).status, 200);
        QCOMPARE(rig.taken.size(), 1);
    }

    void manyWhoSayNothingLockNobodyOut()
    {
        Rig rig;
        std::vector<std::unique_ptr<RawClient>> silent;
        for (int i = 0; i < 128; ++i) {
            silent.push_back(std::make_unique<RawClient>(rig.port));
            silent.back()->send("POST /stripe");
            QVERIFY(silent.back()->waitSent());
        }
        QCOMPARE(rig.ask(rig.delivery(eventBody())).status, 503);
        // The first bytes may still be on their way into the server when the time passes.
        QVERIFY(waitUntil([&] {
            rig.clock.advance(10'001);
            return silent.front()->received().contains("HTTP/1.1 408") || silent.front()->isEnded();
        }));
        QVERIFY(waitUntil([&] {
            rig.clock.advance(3000);
            return rig.ask(rig.delivery(eventBody())).status == 200;
        }));
    }

    void outOfOrderIsTakenAsItComes()
    {
        Rig rig;
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_2", {}, "customer.deleted"))).status, 200);
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_1").replace("1793491200", "1793491100"))).status, 200);
        QCOMPARE(rig.taken.size(), 2);
        QCOMPARE(rig.taken.last().event.object.created, 1793491100);
    }

    void unknownTypesAreTaken()
    {
        Rig rig;
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_1", {}, "climate.order.weathered"))).status, 200);
        QCOMPARE(rig.taken.first().event.object.type, "climate.order.weathered");
    }
};

CH_TEST(TstBadDeliveries)
#include "tst_BadDeliveries.moc"
