// SPDX-License-Identifier: GPL-3.0-or-later
// What is taken, and what is answered.
#include "endpoint/Rig.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::test;

class TstEndpoint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesASignedEvent()
    {
        Rig rig;
        const auto answer = rig.ask(rig.delivery(eventBody()));
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, QByteArray("{\"duplicate\":false,\"id\":\"evt_1\",\"received\":true}\n"));
        QCOMPARE(rig.taken.size(), 1);
        const stripe::Event& event = rig.taken.first().event.object;
        QCOMPARE(event.id, "evt_1");
        QCOMPARE(event.type, "customer.updated");
        QCOMPARE(event.objectId, "cus_1");
        QVERIFY(!rig.taken.first().isThin);
        QVERIFY(rig.taken.first().event.json.contains("J\xc3\xa9r\xc3\xb4me"));
    }

    void takesEachEventOnce()
    {
        Rig rig;
        QVERIFY(rig.ask(rig.delivery(eventBody())).body.contains("\"duplicate\":false"));
        for (int i = 0; i < 3; ++i) {
            rig.clock.advance(1000); // a new signature, as each attempt has
            const auto again = rig.ask(rig.delivery(eventBody()));
            QCOMPARE(again.status, 200);
            QVERIFY(again.body.contains("\"duplicate\":true"));
        }
        QCOMPARE(rig.taken.size(), 1);
    }

    void takesPipelinedDeliveriesInOrder()
    {
        Rig rig;
        RawClient client(rig.port);
        client.send(rig.delivery(eventBody("evt_a")) + rig.delivery(eventBody("evt_b")) + rig.delivery(eventBody("evt_a")));
        QVERIFY(waitUntil([&] {
            rig.clock.advance(0);
            return client.received().count("HTTP/1.1 200") == 3;
        }));
        QVERIFY(client.received().indexOf("evt_a") < client.received().indexOf("evt_b"));
        QCOMPARE(client.received().count("\"duplicate\":true"), 1);
        QCOMPARE(rig.taken.size(), 2);
    }

    void answersOnlyAfterTheCommitAndSharesIt()
    {
        Rig rig;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 20; ++i) {
            clients.push_back(std::make_unique<RawClient>(rig.port));
            clients.back()->send(rig.delivery(eventBody("evt_" + QByteArray::number(i))));
            QVERIFY(clients.back()->waitSent());
        }
        // The fake clock stands: what was read waits for its commit.
        QVERIFY(waitUntil([&] { return rig.clock.pending() > 0; }));
        QCOMPARE(rig.commits, 0);
        QVERIFY(clients.front()->received().isEmpty());
        QVERIFY(waitUntil([&] {
            rig.clock.advance(0);
            return std::all_of(clients.begin(), clients.end(), [](const auto& client) { return client->status() == 200; });
        }));
        QVERIFY2(rig.commits < 20, qPrintable(QString::number(rig.commits)));
        QCOMPARE(rig.taken.size(), 20);
    }

    void ofTheSameEventTwiceInOneCommitTheFirstIsNew()
    {
        Rig rig;
        QList<bool> told;
        QObject::connect(&rig.endpoint, &endpoint::Endpoint::taken, &rig.endpoint, [&told](const QString&, bool isNew) { told << isNew; });
        RawClient first(rig.port);
        RawClient second(rig.port);
        for (RawClient* client : {&first, &second}) {
            client->send(rig.delivery(eventBody()));
            QVERIFY(client->waitSent());
        }
        RawClient after(rig.port); // what was sent before it has come when it is answered
        after.send(get("/health"));
        QVERIFY(after.waitFor("HTTP/1.1 200"));
        QVERIFY(waitUntil([&] {
            rig.clock.advance(0);
            return Rig::isWhole(first.received()) && Rig::isWhole(second.received());
        }));
        QCOMPARE((first.body() + second.body()).count("\"duplicate\":true"), 1);
        QCOMPARE(told, QList<bool>({true, false}));
        QCOMPARE(rig.taken.size(), 1);
    }

    void aLogThatCannotBeWrittenIsNotAnsweredWith200()
    {
        Rig rig;
        rig.broken = fail(ErrorKind::Storage, QStringLiteral("The disk is full.")).value();
        const auto answer = rig.ask(rig.delivery(eventBody()));
        QCOMPARE(answer.status, 500);
        QCOMPARE(answer.code(), "not_kept");
        rig.broken.reset();
        QVERIFY(rig.ask(rig.delivery(eventBody())).body.contains("\"duplicate\":false"));
    }

    void aLogThatCannotBeWrittenDoesNotKeepEachOfManyWaiting()
    {
        // Each try may wait for a lock for ten seconds: a hundred of them in a row would keep health and metrics silent.
        Rig rig;
        rig.broken = fail(ErrorKind::Storage, QStringLiteral("database is locked")).value();
        constexpr int kMany = 20;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < kMany; ++i) {
            clients.push_back(std::make_unique<RawClient>(rig.port));
            clients.back()->send(rig.delivery(eventBody("evt_" + QByteArray::number(i))));
            QVERIFY(clients.back()->waitSent());
        }
        RawClient after(rig.port); // what was sent before it has come when it is answered
        after.send(get("/health"));
        QVERIFY(after.waitFor("HTTP/1.1 200"));
        QVERIFY(waitUntil([&] {
            rig.clock.advance(0);
            return std::all_of(clients.begin(), clients.end(), [](const auto& client) { return client->status() == 500; });
        }));
        QVERIFY2(rig.commits < kMany / 2, qPrintable(QString::number(rig.commits)));
        QCOMPARE(rig.taken.size(), 0);
    }

    void takesAnyOfSeveralSecrets()
    {
        Rig rig({whsec("N"), whsec("O")});
        const QByteArray one = eventBody("evt_n");
        QCOMPARE(rig.ask(rig.request(one, rig.signedBy(one, whsec("N")))).status, 200);
        const QByteArray other = eventBody("evt_o");
        QCOMPARE(rig.ask(rig.request(other, rig.signedBy(other, whsec("O")))).status, 200);
        const QByteArray third = eventBody("evt_x");
        QCOMPARE(rig.ask(rig.request(third, rig.signedBy(third, whsec("X")))).status, 400);
    }

    void theFutureIsASetting()
    {
        Rig rig;
        const QByteArray body = eventBody();
        const QByteArray ahead = rig.request(body, rig.signedBy(body, whsec(), -3600));
        QCOMPARE(rig.ask(ahead).code(), "signature_future");
        endpoint::Expected expected;
        expected.secrets = {whsec()};
        expected.tolerance.futureSeconds.reset();
        rig.endpoint.setExpected(expected);
        QCOMPARE(rig.ask(ahead).status, 200);
    }

    void withoutASecretNothingIsTaken()
    {
        Rig rig(std::vector<Secret>{});
        const auto answer = rig.ask(rig.delivery(eventBody()));
        QCOMPARE(answer.status, 503);
        QCOMPARE(answer.code(), "no_secret");
        QVERIFY(rig.taken.isEmpty());
    }

    void takesTheNoticeOfAThinEvent()
    {
        Rig rig;
        QCOMPARE(rig.ask(rig.delivery(thinBody("/v1/subscriptions/sub_1"))).status, 200);
        const stripe::WebhookPayload& payload = rig.taken.first();
        QVERIFY(payload.isThin);
        QCOMPARE(payload.objectPath, "/v1/subscriptions/sub_1");
        QCOMPARE(payload.event.object.type, "customer.subscription.updated");
        QCOMPARE(payload.event.object.objectType, "subscription");
        QCOMPARE(payload.event.object.objectId, "sub_1");
        QCOMPARE(payload.event.object.created, 1793491200);
    }

    void takesAConnectedAccountsEventOnlyWhenItIsOurs()
    {
        Rig rig;
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_1", ", \"account\": \"acct_1\""))).status, 200);
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_2", ", \"account\": \"acct_2\""))).code(), "other_account");
    }

    void tellsItsHealth()
    {
        Rig rig;
        QCOMPARE(rig.ask(get("/health")).body, QByteArray("{\"data_through\":null,\"mirror_complete\":false,\"stripe_key_is_test\":true,\"stripe_ready\":false}\n"));
        rig.health = {true, false, true, 1793491200000};
        QCOMPARE(rig.ask(get("/health")).body, QByteArray("{\"data_through\":\"2026-11-01T00:00:00Z\",\"mirror_complete\":true,\"stripe_key_is_test\":false,\"stripe_ready\":true}\n"));
        QCOMPARE(rig.ask(get("/health?x=1")).status, 200);
    }

    void tellsItsMetrics()
    {
        Rig rig;
        QCOMPARE(rig.ask(get("/metrics")).body, QByteArray("a_total 1\n"));
        RawClient client(rig.port);
        client.send(get("/metrics"));
        QVERIFY(client.waitFor("a_total 1"));
        QVERIFY(client.received().contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
        QCOMPARE(rig.ask(post("/metrics", "x", {})).status, 405);
        rig.metrics = fail(ErrorKind::Storage, QStringLiteral("disk /secret/path"));
        const Rig::Answer broken = rig.ask(get("/metrics"));
        QCOMPARE(broken.status, 500);
        QCOMPARE(broken.code(), QStringLiteral("metrics_unreadable"));
        QVERIFY(!broken.body.contains("secret"));
    }

    void refusalsAreOfFewKinds()
    {
        const QHash<QString, QString> kinds{{"signature_wrong", "bad_signature"}, {"signature_old", "bad_signature"}, {"no_secret", "no_secret"}, {"not_kept", "not_kept"}, {"other_mode", "other_account"},
            {"other_account", "other_account"}, {"not_an_event", "bad_payload"}, {"no_payload", "bad_payload"}, {"cus_123", "bad_payload"}};
        for (auto kind = kinds.begin(); kind != kinds.end(); ++kind) {
            QCOMPARE(endpoint::deliveryResultOf(kind.key()), kind.value());
        }
    }

    void aTrialOfOurOwnIsTakenLikeAnyOther()
    {
        Rig rig;
        const QByteArray body = endpoint::trialBody(QStringLiteral("evt_trial_1"), false, rig.clock.nowSeconds());
        QCOMPARE(rig.ask(rig.delivery(body)).status, 200);
        QCOMPARE(rig.taken.first().event.object.type, QLatin1String(endpoint::kTrialType));
    }

    void otherPathsCanBeChosen()
    {
        Rig rig;
        const quint16 port = rig.endpoint.open(0, "/hooks/stripe-1").value_or(0);
        QVERIFY(port > 0);
        const QByteArray body = eventBody();
        rig.port = port;
        QCOMPARE(rig.ask(post("/hooks/stripe-1", body, rig.signedBy(body))).status, 200);
        QCOMPARE(rig.ask(rig.delivery(body)).status, 404);
        for (const char* path : {"", "/", "hook", "/health", "/metrics", "/a//b", "/a/../b", "/a b", "/a?b", "/\xc3\xa9", "/a%20b"}) {
            QVERIFY2(!endpoint::Endpoint::checkPath(path), path);
        }
    }

    void aPortThatIsTakenIsSaid()
    {
        Rig rig;
        Rig second;
        const auto port = second.endpoint.open(rig.port, endpoint::kUsualPath);
        QVERIFY(!port);
        QCOMPARE(port.error().kind, ErrorKind::Busy);
    }

    void ratesAreLimited()
    {
        Rig rig;
        RawClient client(rig.port);
        QByteArray many;
        for (int i = 0; i < 4001; ++i) {
            many += get("/health");
        }
        client.send(many);
        QVERIFY(client.waitFor("HTTP/1.1 429"));
        QCOMPARE(client.received().count("HTTP/1.1 200"), 4000);
        rig.clock.advance(1000);
        QCOMPARE(rig.ask(get("/health")).status, 200);
    }
};

CH_TEST(TstEndpoint)
#include "tst_Endpoint.moc"
