// SPDX-License-Identifier: GPL-3.0-or-later
// countinghousectl serve as a process: where it listens, what it answers, how it ends.
#include "ctl/Programs.h"
#include "support/TestMain.h"

#include <QJsonObject>
#include <QMessageAuthenticationCode>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTcpServer>
#include <QtTest>
#include <csignal>

using namespace ch::test;

namespace {

QByteArray serveSecret(char letter)
{
    return QByteArray("whsec") + '_' + QByteArray(24, letter);
}

QByteArray serveSignature(const QByteArray& body, const QByteArray& secret)
{
    const QByteArray time = QByteArray::number(QDateTime::currentSecsSinceEpoch());
    return "t=" + time + ",v1=" + QMessageAuthenticationCode::hash(time + '.' + body, secret, QCryptographicHash::Sha256).toHex();
}

QByteArray serveEvent(const QByteArray& id)
{
    return R"({"id":")" + id + R"(","object":"event","type":"made.up","created":1793491200,"livemode":false,"data":{"object":{"id":"x_1","object":"x"}}})";
}

struct Serving {
    QProcess process;
    QJsonObject line;
    QByteArray err;

    Serving(const Ctl& ctl, const QStringList& more = {})
    {
        ctl.start(process, QStringList{QStringLiteral("--json"), QStringLiteral("serve"), QStringLiteral("--port"), QStringLiteral("0")} + more);
        QByteArray out;
        while (line.isEmpty() && process.state() != QProcess::NotRunning && (process.waitForReadyRead(kPatienceMs) || process.bytesAvailable() > 0)) {
            out += process.readAllStandardOutput();
            line = QJsonDocument::fromJson(out).object();
        }
    }

    int end(int signal)
    {
        ::kill(static_cast<pid_t>(process.processId()), signal);
        const bool ended = process.waitForFinished(kPatienceMs);
        err += process.readAllStandardError();
        return ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    }

    struct Answer {
        int status = 0;
        QJsonObject json;
    };
    Answer ask(const char* method, const char* where, const QByteArray& body = {}, const QByteArray& signature = {})
    {
        QNetworkAccessManager network;
        QNetworkRequest request{QUrl(line[QLatin1String(where)].toString())};
        request.setRawHeader("Stripe-Signature", signature);
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
        const std::unique_ptr<QNetworkReply> reply(network.sendCustomRequest(request, method, body));
        (void)QTest::qWaitFor([&reply] { return reply->isFinished(); }, kPatienceMs);
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), QJsonDocument::fromJson(reply->readAll()).object()};
    }
    QByteArray read(const char* where)
    {
        QNetworkAccessManager network;
        const std::unique_ptr<QNetworkReply> reply(network.get(QNetworkRequest(QUrl(line[QLatin1String(where)].toString()))));
        (void)QTest::qWaitFor([&reply] { return reply->isFinished(); }, kPatienceMs);
        return reply->readAll();
    }
    Answer deliver(const QByteArray& id, char letter)
    {
        const QByteArray body = serveEvent(id);
        return ask("POST", "webhooks", body, serveSignature(body, serveSecret(letter)));
    }
};

} // namespace

class TstServe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesWebhooksAndTellsItsHealthUntilItIsEnded()
    {
        const Sandbox sandbox({QStringLiteral("--businesses"), QStringLiteral("3"), QStringLiteral("--months"), QStringLiteral("2")});
        Ctl ctl(sandbox);
        ctl.setWebhookSecrets(serveSecret('a') + ',' + serveSecret('b'));
        for (const int signal : {SIGTERM, SIGINT}) {
            Serving serving(ctl);
            QVERIFY2(!serving.line.isEmpty(), serving.process.readAllStandardError().constData());
            QCOMPARE(serving.line[QStringLiteral("secrets")].toInt(), 2);
            QVERIFY(serving.line[QStringLiteral("forward")].toString().startsWith(QLatin1String("stripe listen --forward-to localhost:")));
            QTRY_VERIFY_WITH_TIMEOUT(serving.ask("GET", "health").json[QStringLiteral("mirror_complete")].toBool(), kPatienceMs);
            const QJsonObject health = serving.ask("GET", "health").json;
            QTRY_VERIFY_WITH_TIMEOUT(serving.ask("GET", "health").json[QStringLiteral("stripe_ready")].toBool(), kPatienceMs);
            QVERIFY(health[QStringLiteral("stripe_key_is_test")].toBool());
            QVERIFY(QDateTime::fromString(health[QStringLiteral("data_through")].toString(), Qt::ISODate).isValid());
            // Each event once, also over the restart between the two signals.
            QCOMPARE(serving.deliver("evt_one", 'a').json[QStringLiteral("duplicate")].toBool(), signal == SIGINT);
            QCOMPARE(serving.deliver("evt_one", 'b').json[QStringLiteral("duplicate")].toBool(), true);
            QCOMPARE(serving.deliver("evt_two", 'c').status, 400);
            QCOMPARE(serving.ask("GET", "webhooks").status, 405);
            QCOMPARE(serving.end(signal), 0);
            QVERIFY2(serving.err.contains("Stopped."), serving.err.constData());
            QVERIFY(!serving.err.contains(serveSecret('a')));
        }
    }

    void tellsPrometheusWhatItDoes()
    {
        const Sandbox sandbox({QStringLiteral("--businesses"), QStringLiteral("3"), QStringLiteral("--months"), QStringLiteral("2")});
        Ctl ctl(sandbox);
        ctl.setWebhookSecrets(serveSecret('a'));
        Serving serving(ctl);
        QVERIFY(serving.line[QStringLiteral("metrics")].toString().endsWith(QLatin1String("/metrics")));
        QTRY_VERIFY_WITH_TIMEOUT(serving.read("metrics").contains("\ncountinghouse_mirror_complete 1\n"), kPatienceMs);
        QCOMPARE(serving.deliver("evt_one", 'a').status, 200);
        QCOMPARE(serving.deliver("evt_one", 'a').status, 200);
        QCOMPARE(serving.deliver("evt_two", 'c').status, 400);
        const QByteArray text = serving.read("metrics");
        for (const char* line : {"countinghouse_webhook_deliveries_total{result=\"taken\"} 1", "countinghouse_webhook_deliveries_total{result=\"duplicate\"} 1",
                 "countinghouse_webhook_deliveries_total{result=\"bad_signature\"} 1", "countinghouse_stripe_events_total{source=\"webhook\"} 1", "countinghouse_stripe_ready 1",
                 "countinghouse_audit_trail_verified 1", "countinghouse_operations{kind=\"provision\",state=\"unknown\"} 0", "countinghouse_rollout_ratio 1"}) {
            QVERIFY2(text.contains(QByteArray("\n") + line + "\n"), line);
        }
        QVERIFY(!text.contains("cus_") && !text.contains("evt_") && !text.contains("whsec_") && !text.contains("sk_test"));
        QCOMPARE(serving.ask("POST", "metrics").status, 405);
        // What another program changes on the same records file is told too.
        QCOMPARE(ctl.run({QStringLiteral("gates"), QStringLiteral("--rollout"), QStringLiteral("25")}).exitCode, 0);
        QVERIFY(serving.read("metrics").contains("\ncountinghouse_rollout_ratio 0.25\n"));
        QCOMPARE(serving.end(SIGTERM), 0);
    }

    void withoutASecretItSaysSoAndTakesNothing()
    {
        const Sandbox sandbox({QStringLiteral("--businesses"), QStringLiteral("1"), QStringLiteral("--months"), QStringLiteral("1")});
        Ctl ctl(sandbox);
        Serving serving(ctl, {QStringLiteral("--path"), QStringLiteral("/here")});
        QVERIFY(serving.line[QStringLiteral("webhooks")].toString().endsWith(QLatin1String("/here")));
        QCOMPARE(serving.deliver("evt_one", 'a').status, 503);
        QCOMPARE(serving.end(SIGTERM), 0);
        QVERIFY2(serving.err.contains("No signing secret is set"), serving.err.constData());
    }

    void whatItCannotDoItSays_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("secrets");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QByteArray>("said");
        const auto row = [](const char* name, const char* arguments, const QByteArray& secrets, int exitCode, const char* said) {
            QTest::newRow(name) << QString::fromLatin1(arguments).split(QLatin1Char(' ')) << secrets << exitCode << QByteArray(said);
        };
        row("a port that is none", "serve --port 70000", {}, 2, "--port is a number");
        row("a port that is a word", "serve --port any", {}, 2, "--port is a number");
        row("a path that is none", "serve --path hook", {}, 2, "begins with /");
        row("the path of health", "serve --path /health", {}, 2, "/health is taken");
        row("a future that is none", "serve --future never", {}, 2, "--future is a number of seconds, or any");
        row("an operand", "serve 4242", {}, 2, "does not take");
        row("another command's option", "mrr --port 1", {}, 2, "does not take --port");
        row("a secret that is none", "serve --port 0", "hello", 1, "STRIPE_WEBHOOK_SECRET cannot be used");
    }
    void whatItCannotDoItSays()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, secrets);
        QFETCH(int, exitCode);
        QFETCH(QByteArray, said);
        const Sandbox sandbox({QStringLiteral("--businesses"), QStringLiteral("1"), QStringLiteral("--months"), QStringLiteral("1")});
        Ctl ctl(sandbox);
        ctl.setWebhookSecrets(secrets);
        const Ran ran = ctl.run(arguments);
        QCOMPARE(ran.exitCode, exitCode);
        QVERIFY2(ran.err.contains(said), ran.err.constData());
        QVERIFY(ran.out.isEmpty());
    }

    void aPortThatIsTakenIsSaid()
    {
        const Sandbox sandbox({QStringLiteral("--businesses"), QStringLiteral("1"), QStringLiteral("--months"), QStringLiteral("1")});
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        Ctl ctl(sandbox);
        const Ran ran = ctl.run({QStringLiteral("serve"), QStringLiteral("--port"), QString::number(other.serverPort())});
        QCOMPARE(ran.exitCode, 1);
        QVERIFY2(ran.err.contains("is in use by another program"), ran.err.constData());
    }

    void withoutStripeItTakesWebhooksAllTheSame()
    {
        QTcpServer nobody; // a port where nothing answers
        QVERIFY(nobody.listen(QHostAddress::LocalHost));
        const QString base = QStringLiteral("http://127.0.0.1:%1").arg(nobody.serverPort());
        nobody.close();
        Ctl ctl;
        ctl.setBase(base);
        ctl.setWebhookSecrets(serveSecret('a'));
        Serving serving(ctl);
        QCOMPARE(serving.deliver("evt_one", 'a').status, 200);
        QVERIFY(!serving.ask("GET", "health").json[QStringLiteral("stripe_ready")].toBool());
        QCOMPARE(serving.end(SIGTERM), 0);
    }

    void withoutAnAccountItSaysSo()
    {
        Ctl ctl;
        ctl.setKey({});
        QCOMPARE(ctl.run({QStringLiteral("serve"), QStringLiteral("--port"), QStringLiteral("0")}).exitCode, 2);
    }

    void aKeyThatIsRefusedEndsIt()
    {
        const Sandbox sandbox({QStringLiteral("--businesses"), QStringLiteral("1"), QStringLiteral("--months"), QStringLiteral("1"), QStringLiteral("--expired-key"), QString::fromLatin1(keyText())});
        Ctl ctl(sandbox);
        const Ran ran = ctl.run({QStringLiteral("serve"), QStringLiteral("--port"), QStringLiteral("0")});
        QCOMPARE(ran.exitCode, 3);
    }
};

CH_TEST(TstServe)
#include "tst_Serve.moc"
