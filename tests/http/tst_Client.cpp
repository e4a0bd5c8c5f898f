// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Log.h"
#include "http/AttemptLog.h"
#include "http/Client.h"
#include "http/FakeTransport.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::http;
using test::FakeClock;
using test::FakeTransport;

namespace client_test {

Request clientRequest(const QByteArray& method)
{
    Request request;
    request.method = method;
    request.url = QUrl(QStringLiteral("https://api.example/v1/customers/cus_1"));
    request.pathTemplate = QStringLiteral("/v1/customers/{id}");
    request.isWrite = method != "GET";
    return request;
}

/// A client on fakes, with jitter at its longest, and what became of one request.
struct ClientRig {
    explicit ClientRig(RateLimits limits = {})
    {
        policy.random = [] { return 1.0; };
        client = std::make_unique<Client>(transport, policy, limits, clock);
        client->setObserver([this](const AttemptReport& report) { reports.append(report); });
    }

    void start(const QByteArray& method)
    {
        job = client->send(clientRequest(method), &owner);
        job->onFinished(&owner, [this](const Result<Reply>& outcome) {
            ++ends;
            result = outcome;
        });
    }
    void run(const QByteArray& method)
    {
        start(method);
        clock.runUntil([this] { return ends > 0; });
    }

    FakeClock clock;
    FakeTransport transport;
    RetryPolicy policy;
    std::unique_ptr<Client> client;
    QObject owner;
    QPointer<ReplyJob> job;
    QList<AttemptReport> reports;
    std::optional<Result<Reply>> result;
    int ends = 0;
};

/// "N" lost on the way, "U" never left, "T" timeout, "S" certificate; a number is a status.
void playClientScript(FakeTransport& transport, const QString& script)
{
    for (const QString& step : script.split(QLatin1Char(' '))) {
        if (step == QLatin1String("N")) {
            transport.lose();
        } else if (step == QLatin1String("U")) {
            transport.lose(ErrorKind::Network, true);
        } else if (step == QLatin1String("T")) {
            transport.lose(ErrorKind::Timeout);
        } else if (step == QLatin1String("S")) {
            transport.lose(ErrorKind::Tls, true);
        } else if (step == QLatin1String("P")) {
            transport.lose(ErrorKind::Protocol);
        } else {
            transport.answer(step.toInt());
        }
    }
}

} // namespace client_test

using namespace client_test;

class TstClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatBecomesOfAWrite_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<int>("status"); // 0: ends with an error
        QTest::addColumn<bool>("known");
        QTest::newRow("done") << "200" << 200 << true;
        QTest::newRow("lost once, then done") << "N 200" << 200 << true;
        QTest::newRow("lost three times") << "N N N" << 0 << false;
        QTest::newRow("timed out") << "T T T" << 0 << false;
        QTest::newRow("never left") << "U U U" << 0 << true;
        QTest::newRow("certificate refused") << "S" << 0 << true;
        QTest::newRow("lost, then never left") << "N U U" << 0 << false;
        QTest::newRow("never left, then done") << "U 200" << 200 << true;
        QTest::newRow("answer too large") << "P" << 0 << false;
        QTest::newRow("lost, then the certificate") << "N S" << 0 << false;
        QTest::newRow("refused for what it asks") << "400" << 400 << true;
        QTest::newRow("card declined") << "402" << 402 << true;
        QTest::newRow("lost, then refused") << "N 400" << 400 << true;
        QTest::newRow("lost, then declined") << "N 402" << 402 << true;
        QTest::newRow("lost, then 404") << "N 404" << 404 << true;
        QTest::newRow("lost, then the key is refused") << "N 401" << 401 << false;
        QTest::newRow("lost, then not permitted") << "N 403" << 403 << false;
        QTest::newRow("lost, then too many requests") << "N 429 429" << 429 << false;
        QTest::newRow("lost, then busy") << "N 409 409" << 409 << false;
        QTest::newRow("lost, then sent elsewhere") << "N 302" << 302 << false;
        QTest::newRow("lost, then a proxy's 407") << "N 407" << 407 << false;
        QTest::newRow("lost, then a proxy's 408") << "N 408" << 408 << false;
        QTest::newRow("500 to the end") << "500 500 500" << 500 << false;
        QTest::newRow("500, then 429") << "500 429 429" << 429 << false;
        QTest::newRow("500, then done") << "500 503 200" << 200 << true;
        QTest::newRow("busy only") << "409 409 409" << 409 << true;
        QTest::newRow("too many only") << "429 429 429" << 429 << true;
        QTest::newRow("key refused at once") << "401" << 401 << true;
        QTest::newRow("lost last") << "429 429 N" << 0 << false;
    }

    void whatBecomesOfAWrite()
    {
        QFETCH(QString, script);
        QFETCH(int, status);
        QFETCH(bool, known);
        for (const QByteArray& method : {QByteArray("POST"), QByteArray("DELETE")}) {
            ClientRig rig;
            playClientScript(rig.transport, script);
            rig.run(method);
            QCOMPARE(rig.ends, 1);
            QVERIFY(rig.transport.isUsedUp());
            QCOMPARE(rig.result->has_value(), status != 0);
            if (status != 0) {
                QCOMPARE((*rig.result)->status, status);
                QCOMPARE((*rig.result)->outcomeKnown, known);
                QCOMPARE((*rig.result)->attempts, int(rig.transport.requests.size()));
                QCOMPARE((*rig.result)->earlierAnswerLost, script.startsWith(QLatin1Char('N')) || script.startsWith(QLatin1String("500 ")));
            } else {
                QCOMPARE(rig.result->error().outcomeKnown, known);
            }
            QCOMPARE(rig.reports.size(), rig.transport.requests.size());
        }
    }

    void aReadIsNeverUnknown()
    {
        for (const QString& script : {QStringLiteral("N N N"), QStringLiteral("500 500 500"), QStringLiteral("N 429 429")}) {
            ClientRig rig;
            playClientScript(rig.transport, script);
            rig.run("GET");
            QVERIFY(*rig.result ? (*rig.result)->outcomeKnown : rig.result->error().outcomeKnown);
        }
    }

    void waitsBetweenAttempts()
    {
        ClientRig rig;
        rig.transport.lose().answer(500).answer(200);
        rig.start("POST");
        rig.clock.advance(999);
        QCOMPARE(rig.transport.requests.size(), 1);
        rig.clock.advance(1);
        QCOMPARE(rig.transport.requests.size(), 2);
        rig.clock.advance(1999);
        QCOMPARE(rig.transport.requests.size(), 2);
        rig.clock.advance(1);
        QCOMPARE(rig.ends, 1);
        QCOMPARE((*rig.result)->attempts, 3);
        QCOMPARE(rig.client->attemptsSent(), 3);
        QCOMPARE(rig.client->readsSent(), 0);
    }

    void theGateIsAskedBeforeEachAttempt()
    {
        ClientRig rig;
        rig.transport.lose().answer(200);
        bool open = true;
        int asked = 0;
        rig.client->setWriteGate([&]() -> Status {
            ++asked;
            return open ? Status() : Status(fail(ErrorKind::Safety, QStringLiteral("writes are off")));
        });
        rig.start("POST");
        test::deliverQueued();
        QCOMPARE(asked, 1);
        open = false; // while it waits for its second attempt
        rig.clock.runUntil([&] { return rig.ends > 0; });
        QCOMPARE(asked, 2);
        QCOMPARE(rig.transport.requests.size(), 1);
        QCOMPARE(rig.result->error().kind, ErrorKind::Safety);
        QVERIFY(!rig.result->error().outcomeKnown); // the first may have been carried out

        ClientRig closed;
        closed.client->setWriteGate([] { return Status(fail(ErrorKind::Safety, QStringLiteral("writes are off"))); });
        closed.run("DELETE");
        QCOMPARE(closed.transport.requests.size(), 0);
        QVERIFY(closed.result->error().outcomeKnown);
        closed.ends = 0;
        closed.transport.answer(200);
        closed.run("GET"); // reads pass
        QVERIFY(closed.result->has_value());
    }

    void theRequestsOwnGateCountsToo()
    {
        ClientRig rig;
        Request request = clientRequest("POST");
        request.gate = [] { return Status(fail(ErrorKind::Safety, QStringLiteral("other mode"))); };
        Error seen;
        rig.client->send(request, &rig.owner)->onFinished(&rig.owner, [&](const Result<Reply>& outcome) { seen = outcome.error(); });
        test::deliverQueued();
        QCOMPARE(seen.message, QStringLiteral("other mode"));
        QCOMPARE(rig.transport.requests.size(), 0);
    }

    void aRefusedWriteGivesItsSlotBack()
    {
        RateLimits one;
        one.concurrent = 1;
        ClientRig rig(one);
        rig.client->setWriteGate([] { return Status(fail(ErrorKind::Safety, QStringLiteral("off"))); });
        rig.run("POST");
        rig.transport.answer(200);
        rig.ends = 0;
        rig.run("GET");
        QCOMPARE(rig.ends, 1);
    }

    void stoppedOnTheWireAWriteIsUnknown()
    {
        for (const bool write : {true, false}) {
            ClientRig rig;
            rig.transport.hang();
            rig.start(write ? "POST" : "GET");
            test::deliverQueued();
            QCOMPARE(rig.transport.requests.size(), 1);
            rig.job->cancel();
            QCOMPARE(rig.ends, 0); // never at once
            test::deliverQueued();
            QCOMPARE(rig.ends, 1);
            QCOMPARE(rig.result->error().kind, ErrorKind::Cancelled);
            QCOMPARE(rig.result->error().outcomeKnown, !write);
            QCOMPARE(rig.reports.size(), 1);
            QCOMPARE(rig.reports.first().errorKind, ErrorKind::Cancelled);
        }
    }

    void stoppedBeforeItWasSentNothingIsUnknown()
    {
        ClientRig rig;
        rig.start("POST");
        rig.job->cancel();
        test::deliverQueued();
        QCOMPARE(rig.ends, 1);
        QVERIFY(rig.result->error().outcomeKnown);
        QCOMPARE(rig.transport.requests.size(), 0);

        ClientRig waiting;
        waiting.transport.answer(429);
        waiting.start("POST");
        test::deliverQueued();
        waiting.job->cancel();
        waiting.clock.advance(60'000);
        QCOMPARE(waiting.ends, 1);
        QVERIFY(waiting.result->error().outcomeKnown);

        ClientRig lost;
        lost.transport.lose();
        lost.start("POST");
        test::deliverQueued();
        lost.job->cancel();
        lost.clock.advance(60'000);
        QVERIFY(!lost.result->error().outcomeKnown);
        QCOMPARE(lost.transport.requests.size(), 1);
    }

    void deletedJobsAndClientsLeaveNothingBehind()
    {
        RateLimits one;
        one.concurrent = 1;
        ClientRig rig(one);
        rig.transport.hang().hang();
        rig.start("GET");
        test::deliverQueued();
        delete rig.job.data(); // the slot comes back
        rig.start("GET");
        test::deliverQueued();
        QCOMPARE(rig.transport.requests.size(), 2);
        rig.client.reset(); // the open one ends
        test::deliverQueued();
        QCOMPARE(rig.ends, 1);
        QCOMPARE(rig.result->error().kind, ErrorKind::Cancelled);
    }

    void a429HoldsBackWhomItNames_data()
    {
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<bool>("sameEndpointWaits");
        QTest::addColumn<bool>("othersWait");
        QTest::newRow("global-rate") << QByteArray("global-rate") << true << true;
        QTest::newRow("global-concurrency") << QByteArray("global-concurrency") << true << true;
        QTest::newRow("endpoint-rate") << QByteArray("endpoint-rate") << true << false;
        QTest::newRow("endpoint-concurrency") << QByteArray("endpoint-concurrency") << true << false;
        QTest::newRow("resource-specific") << QByteArray("resource-specific") << false << false;
        QTest::newRow("none") << QByteArray() << false << false;
    }

    void a429HoldsBackWhomItNames()
    {
        QFETCH(QByteArray, reason);
        QFETCH(bool, sameEndpointWaits);
        QFETCH(bool, othersWait);
        ClientRig rig;
        QList<Header> headers;
        if (!reason.isEmpty()) {
            headers = {{"Stripe-Rate-Limited-Reason", reason}, {"Retry-After", "5"}};
        }
        rig.transport.answer(429, "{}", headers);
        rig.start("GET");
        test::deliverQueued();
        QCOMPARE(rig.reports.first().rateLimitedReason, reason);
        rig.transport.route = [](const Request&) { return FakeTransport::replyOf(200, "{}"); };
        Request other = clientRequest("GET");
        other.pathTemplate = QStringLiteral("/v1/events");
        int same = 0;
        int others = 0;
        rig.client->send(clientRequest("GET"), &rig.owner)->onFinished(&rig.owner, [&](const Result<Reply>&) { ++same; });
        rig.client->send(other, &rig.owner)->onFinished(&rig.owner, [&](const Result<Reply>&) { ++others; });
        rig.clock.advance(900);
        QCOMPARE(same, sameEndpointWaits ? 0 : 1);
        QCOMPARE(others, othersWait ? 0 : 1);
        rig.clock.advance(4100);
        QCOMPARE(same, 1);
        QCOMPARE(others, 1);
        QCOMPARE(rig.ends, 1);
        // And the wait is told, of whoever had to.
        qint64 longest = 0;
        for (const AttemptReport& report : rig.reports) {
            longest = qMax(longest, report.waitedMs);
        }
        QCOMPARE(longest, sameEndpointWaits ? 5000 : 0);
    }

    void aReportTellsOneAttempt()
    {
        ClientRig rig;
        rig.transport.answer(500, "{}", {{"Request-Id", "req_one"}}).hang();
        rig.start("POST");
        rig.clock.advance(1000);
        rig.clock.advance(40);
        rig.transport.hung.first()->end(FakeTransport::replyOf(200, "{\"secret\":1}", {{"request-id", "req_two"}}));
        test::deliverQueued();
        QCOMPARE(rig.reports.size(), 2);
        const AttemptReport second = rig.reports.at(1);
        QCOMPARE(second.status, 200);
        QCOMPARE(second.attempt, 2);
        QCOMPARE(second.milliseconds, 40);
        QCOMPARE(second.requestId, QByteArray("req_two"));
        QCOMPARE(attemptLine(second), QStringLiteral("POST /v1/customers/{id} 200 40 ms attempt 2 req_two"));
        QCOMPARE(attemptLine(rig.reports.at(0)), QStringLiteral("POST /v1/customers/{id} 500 0 ms attempt 1 req_one"));
        AttemptReport none = second;
        none.status = 0;
        none.errorKind = ErrorKind::Timeout;
        none.requestId = "req_1\nfaked line %1";
        QCOMPARE(attemptLine(none), QStringLiteral("POST /v1/customers/{id} timeout 40 ms attempt 2 req_1fakedline1"));
        logAttempt(none);
        QVERIFY(log::recentLines().last().endsWith(attemptLine(none)));
    }
};

CH_TEST(TstClient)
#include "tst_Client.moc"
