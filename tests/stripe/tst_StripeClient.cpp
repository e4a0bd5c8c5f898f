// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Log.h"
#include "base/Worker.h"
#include "http/AttemptLog.h"
#include "stripe/StripeRig.h"
#include "support/TestMain.h"

#include <QSemaphore>
#include <QSignalSpy>
#include <QtTest>

using namespace ch;
using namespace ch::stripe;
using test::FakeTransport;
using test::StripeRig;
using test::stripeError;

namespace stripe_client_test {

const QList<http::Header> kJson = {{"Content-Type", "application/json"}, {"Request-Id", "req_1"}};
const QList<http::Header> kHtml = {{"Content-Type", "text/html; charset=utf-8"}};
constexpr char kCustomer[] = "{\"id\":\"cus_1\",\"object\":\"customer\",\"livemode\":false}";
const QByteArray kCutOff = "{\"id\":\"cus_1\",\"object\":\"customer\",\"livemode\":fal";

QByteArray headerOf(const http::Request& request, const char* name)
{
    http::Reply finder;
    finder.headers = request.headers;
    return finder.header(name);
}

Result<Answer> posted(StripeRig& rig, const QByteArray& key = "intent-1")
{
    return rig.end(rig.stripe->post(QStringLiteral("/v1/customers"), {{QStringLiteral("name"), QStringLiteral("A+B")}}, key, {}, &rig.owner));
}

Result<Answer> fetched(StripeRig& rig, const QString& path = QStringLiteral("/v1/customers/cus_1"))
{
    return rig.end(rig.stripe->fetch(path, {}, {}, &rig.owner));
}

} // namespace stripe_client_test

using namespace stripe_client_test;

class TstStripeClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPostCarriesAllThatStripeWants()
    {
        StripeRig rig;
        rig.transport.lose().answer(200, kCustomer, kJson);
        const Result<Answer> answer = posted(rig);
        QVERIFY(answer);
        QCOMPARE(answer->attempts, 2);
        QCOMPARE(answer->requestId, QStringLiteral("req_1"));
        QCOMPARE(answer->livemode, std::optional(false));
        for (const http::Request& request : std::as_const(rig.transport.requests)) {
            QCOMPARE(request.method, QByteArray("POST"));
            QCOMPARE(request.url, QUrl(QStringLiteral("https://api.stripe.com/v1/customers")));
            QCOMPARE(request.body, QByteArray("name=A%2BB"));
            QCOMPARE(headerOf(request, "Authorization"), "Bearer " + rig.key.secret().reveal());
            QCOMPARE(headerOf(request, "Stripe-Version"), QByteArray("2026-10-28.endive"));
            QCOMPARE(headerOf(request, "Accept"), QByteArray("application/json"));
            QCOMPARE(headerOf(request, "Content-Type"), QByteArray("application/x-www-form-urlencoded"));
            QCOMPARE(headerOf(request, "Idempotency-Key"), QByteArray("intent-1")); // the same in both
            QVERIFY(request.isWrite);
        }
    }

    void readsAndDeletesPutParametersIntoTheQuery()
    {
        StripeRig rig;
        rig.transport.answer(200, "{\"object\":\"list\",\"data\":[]}", kJson).answer(200, kCustomer, kJson);
        Params query = {{QStringLiteral("created[gte]"), QStringLiteral("5")}, {QStringLiteral("email"), QStringLiteral("a+b@example.com")}};
        QVERIFY(rig.end(rig.stripe->fetch(QStringLiteral("/v1/customers"), query, {}, &rig.owner)));
        QVERIFY(rig.end(rig.stripe->remove(QStringLiteral("/v1/subscriptions/sub_1"), {{QStringLiteral("prorate"), QStringLiteral("true")}}, {}, &rig.owner)));
        QCOMPARE(rig.sent(), (QList<QByteArray>{"GET /v1/customers?created%5Bgte%5D=5&email=a%2Bb%40example.com", "DELETE /v1/subscriptions/sub_1?prorate=true"}));
        QCOMPARE(headerOf(rig.transport.requests.at(0), "Idempotency-Key"), QByteArray());
        QVERIFY(!rig.transport.requests.at(0).isWrite);
        QVERIFY(rig.transport.requests.at(1).isWrite);
        QCOMPARE(rig.transport.requests.at(1).body, QByteArray());
        QCOMPARE(rig.transport.requests.at(1).pathTemplate, QStringLiteral("/v1/subscriptions/{id}"));
    }

    void addressesThatWouldBetrayTheKeyAreRefused()
    {
        for (const char* good : {"https://api.stripe.com", "https://api.stripe.com/", "http://127.0.0.1:4242", "http://localhost:1", "http://[::1]:80", "https://proxy.example/stripe"}) {
            QVERIFY2(StripeClient::checkBaseUrl(QUrl(QString::fromLatin1(good))), good);
        }
        for (const char* bad : {"", "api.stripe.com", "http://api.stripe.com", "http://127.0.0.1.example.com", "ftp://127.0.0.1", "file:///etc", "http://192.168.0.1",
                                "https://user:pw@api.stripe.com", "https://api.stripe.com/?x=1", "https://api.stripe.com/#x", "http://localhost.example.com"}) {
            const Status status = StripeClient::checkBaseUrl(QUrl(QString::fromLatin1(bad)));
            QVERIFY2(!status, bad);
            QCOMPARE(status.error().kind, ErrorKind::InvalidInput);
            StripeRig rig("test", QUrl(QString::fromLatin1(bad)));
            QVERIFY2(!fetched(rig), bad);
            QCOMPARE(rig.transport.requests.size(), 0);
        }
        StripeRig rig;
        for (const char* bad : {"", "/", "v1/customers", "//evil.example/v1", "/v1/../x", "/v1/./x", "/v1/customers?x=1", "/v1/a b", "/v1/a\r\nX: 1", "/v1//x", "@evil.example/v1/x",
                                ":80@evil.example/v1/x", "/v3/x", "/v1/customers#x", "/v1\\x"}) {
            QVERIFY2(!fetched(rig, QString::fromLatin1(bad)), bad);
        }
        QCOMPARE(rig.transport.requests.size(), 0);
        StripeRig prefixed("test", QUrl(QStringLiteral("https://proxy.example/stripe/")));
        prefixed.transport.answer(200, kCustomer, kJson);
        QVERIFY(fetched(prefixed));
        QCOMPARE(prefixed.transport.requests.first().url, QUrl(QStringLiteral("https://proxy.example/stripe/v1/customers/cus_1")));
    }

    void idempotencyKeysAreRequired()
    {
        StripeRig rig;
        for (const QByteArray& bad : {QByteArray(), QByteArray(256, 'k'), QByteArray("a\r\nb"), QByteArray("a b")}) {
            const Result<Answer> answer = posted(rig, bad);
            QVERIFY(!answer);
            QCOMPARE(answer.error().kind, ErrorKind::InvalidInput);
        }
        QCOMPARE(rig.transport.requests.size(), 0);
    }

    void aWebPageIsSaidToBeOne_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("typed");
        for (const int status : {200, 401, 403, 404, 511}) {
            QTest::addRow("%d by type", status) << status << true;
            QTest::addRow("%d by its look", status) << status << false;
        }
    }

    void aWebPageIsSaidToBeOne()
    {
        QFETCH(int, status);
        QFETCH(bool, typed);
        StripeRig rig;
        const int tries = status >= 500 ? 3 : 1;
        for (int i = 0; i < tries; ++i) {
            rig.transport.answer(status, typed ? "sign in" : "\n <!doctype html><html>", typed ? kHtml : QList<http::Header>());
        }
        const Result<Answer> answer = fetched(rig);
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Protocol);
        QCOMPARE(answer.error().message,
                 QStringLiteral("The server at api.stripe.com answered with a web page, not with Stripe's data: a proxy or a login page may stand in between."));
        QVERIFY(rig.transport.isUsedUp());

        StripeRig write;
        for (int i = 0; i < tries; ++i) {
            write.transport.answer(status, "<html>", kHtml);
        }
        // A page in place of a success leaves open what was done; so does the 511, being a 5xx.
        QCOMPARE(posted(write).error().outcomeKnown, status >= 400 && status < 500);
    }

    void aPageOfABrokenGatewayIsTheServersFault()
    {
        StripeRig rig;
        rig.transport.answer(502, "<html>", kHtml).answer(502, "<html>", kHtml).answer(502, "<html>", kHtml);
        const Error error = fetched(rig).error();
        QCOMPARE(error.kind, ErrorKind::Server);
        QCOMPARE(error.httpStatus, 502);
    }

    void redirectsAreNoAnswer()
    {
        StripeRig rig;
        rig.transport.answer(302, "", {{"Location", "https://login.example/?token=abc"}});
        const Error error = fetched(rig).error();
        QCOMPARE(error.kind, ErrorKind::Protocol);
        QVERIFY(error.message.contains(QStringLiteral("redirects are not followed")));
        QVERIFY(error.detail.contains(QStringLiteral("login.example")));
        QVERIFY(!error.detail.contains(QStringLiteral("abc")));
    }

    void cutOffJsonIsAskedForOnceMore_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::newRow("GET") << QByteArray("GET");
        QTest::newRow("POST") << QByteArray("POST");
        QTest::newRow("DELETE") << QByteArray("DELETE");
    }

    void cutOffJsonIsAskedForOnceMore()
    {
        QFETCH(QByteArray, method);
        const auto run = [&method](StripeRig& rig) {
            const QString path = QStringLiteral("/v1/customers/cus_1");
            return method == "GET" ? fetched(rig) : method == "POST" ? posted(rig) : rig.end(rig.stripe->remove(path, {}, {}, &rig.owner));
        };
        const bool read = method == "GET";
        StripeRig mended;
        mended.transport.answer(200, kCutOff, kJson).answer(200, kCustomer, kJson);
        QVERIFY(run(mended));
        QCOMPARE(headerOf(mended.transport.requests.at(0), "Idempotency-Key"), headerOf(mended.transport.requests.at(1), "Idempotency-Key"));

        for (const QByteArray& bad : {kCutOff, QByteArray(), QByteArray(kCustomer) + "}", QByteArray("[1]"), QByteArray("nonsense")}) {
            StripeRig rig;
            rig.transport.answer(200, bad, kJson).answer(200, bad, kJson);
            const Error error = run(rig).error();
            QVERIFY(rig.transport.isUsedUp());
            QCOMPARE(error.kind, ErrorKind::Protocol);
            QCOMPARE(error.outcomeKnown, read);
            QCOMPARE(error.requestId, QStringLiteral("req_1"));
        }

        StripeRig thenRefused; // Stripe's own word settles it
        thenRefused.transport.answer(200, kCutOff, kJson).answer(400, stripeError("invalid_request_error", "parameter_unknown", "no"), kJson);
        QVERIFY(run(thenRefused).error().outcomeKnown);
        StripeRig thenForbidden; // a refused key does not
        thenForbidden.transport.answer(200, kCutOff, kJson).answer(403, stripeError("invalid_request_error", "", "no"), kJson);
        QCOMPARE(run(thenForbidden).error().outcomeKnown, read);
        StripeRig thenLost;
        thenLost.transport.answer(200, kCutOff, kJson).lose(ErrorKind::Tls, true);
        QCOMPARE(run(thenLost).error().outcomeKnown, read);
    }

    void whatBecomesOfAWrite_data()
    {
        QTest::addColumn<QList<int>>("statuses"); // 0: lost
        QTest::addColumn<QByteArray>("last");     // body of the last one
        QTest::addColumn<bool>("known");
        const QByteArray stripes = stripeError("invalid_request_error", "x", "m");
        QTest::newRow("refused") << QList<int>{400} << stripes << true;
        QTest::newRow("lost, then Stripe refuses") << QList<int>{0, 400} << stripes << true;
        QTest::newRow("lost, then a proxy refuses") << QList<int>{0, 400} << QByteArray("no such thing") << false;
        QTest::newRow("lost, then a proxy's page") << QList<int>{0, 404} << QByteArray("<html>") << false;
        QTest::newRow("lost for good") << QList<int>{0, 0, 0} << QByteArray() << false;
        QTest::newRow("500s") << QList<int>{500, 500, 500} << stripeError("api_error", "", "m") << false;
        QTest::newRow("lost, then 429") << QList<int>{0, 429, 429} << stripeError("invalid_request_error", "rate_limit", "m") << false;
        QTest::newRow("429 only") << QList<int>{429, 429, 429} << stripeError("invalid_request_error", "rate_limit", "m") << true;
        QTest::newRow("409 lock") << QList<int>{409, 409, 409} << stripeError("invalid_request_error", "lock_timeout", "m") << true;
        QTest::newRow("our key is in use") << QList<int>{409, 409, 409} << stripeError("idempotency_error", "idempotency_key_in_use", "m") << false;
        QTest::newRow("declined") << QList<int>{402} << stripeError("card_error", "card_declined", "m") << true;
    }

    void whatBecomesOfAWrite()
    {
        QFETCH(QList<int>, statuses);
        QFETCH(QByteArray, last);
        QFETCH(bool, known);
        StripeRig rig;
        for (const int status : statuses) {
            status == 0 ? rig.transport.lose() : rig.transport.answer(status, last, kJson);
        }
        const Result<Answer> answer = posted(rig);
        QVERIFY(!answer);
        QVERIFY(rig.transport.isUsedUp());
        QCOMPARE(answer.error().outcomeKnown, known);
    }

    void stripesErrorsAreKept()
    {
        StripeRig rig;
        rig.transport.answer(403, stripeError("invalid_request_error", "", "Having the 'rak_customer_read' permission would allow this."), kJson);
        const Error error = fetched(rig).error();
        QCOMPARE(error.kind, ErrorKind::Permission);
        QCOMPARE(error.permission, QStringLiteral("rak_customer_read"));
        QCOMPARE(error.requestId, QStringLiteral("req_1"));
        QCOMPARE(error.httpStatus, 403);
    }

    void replaysAreTold()
    {
        StripeRig rig;
        rig.transport.answer(200, kCustomer, {{"Idempotent-Replayed", "true"}}).answer(200, kCustomer, kJson);
        QVERIFY(posted(rig)->replayed);
        QVERIFY(!posted(rig)->replayed);
    }

    void theKeyIsInNoErrorAndNoLog()
    {
        for (const QByteArray& mode : {QByteArray("test"), QByteArray("live")}) {
            StripeRig rig(mode);
            rig.client->setObserver(&http::logAttempt);
            const QByteArray key = rig.key.secret().reveal();
            const QByteArray echo = "{\"error\":{\"type\":\"" + key + "\",\"code\":\"" + key + "\",\"param\":\"" + key + "\",\"decline_code\":\"" + key
                + "\",\"message\":\"Invalid API Key provided: " + key + " and " + test::madeUpKey("rk", "live") + "\"}}";
            const QList<http::Header> headers = {{"Request-Id", key}, {"Stripe-Notice", "key " + key}, {"Content-Type", "text/html " + key}};
            rig.transport.answer(401, echo, headers).answer(200, "<html>" + key, headers).answer(302, key, {{"Location", "https://x/" + key}}).answer(400, echo, {{"Request-Id", key}});
            QList<Error> errors = {fetched(rig).error(), fetched(rig).error(), fetched(rig).error(), fetched(rig).error()};
            Error transport = FakeTransport::lost(ErrorKind::Tls).error();
            transport.message = transport.detail = QStringLiteral("failed with ") + QString::fromLatin1(key);
            rig.transport.route = [transport](const http::Request&) { return FakeTransport::Outcome(fail(transport)); };
            errors << fetched(rig).error();
            for (const Error& error : std::as_const(errors)) {
                const QString all = error.message + error.detail + error.code + error.param + error.stripeType + error.declineCode + error.requestId + error.permission;
                QVERIFY2(!all.contains(QStringLiteral("4eC39HqLyjWDarjt")), qPrintable(all));
            }
            QVERIFY(!log::recentLines().join(QLatin1Char('\n')).contains(QStringLiteral("4eC39HqLyjWDarjt")));
        }
    }

    void aDisagreementOfModesStopsWrites_data()
    {
        QTest::addColumn<QByteArray>("keyMode");
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<bool>("stops");
        const QByteArray live = "{\"id\":\"cus_1\",\"livemode\":true}";
        const QByteArray testing = "{\"id\":\"cus_1\",\"livemode\":false}";
        QTest::newRow("test key, test object") << QByteArray("test") << testing << false;
        QTest::newRow("test key, live object") << QByteArray("test") << live << true;
        QTest::newRow("live key, live object") << QByteArray("live") << live << false;
        QTest::newRow("live key, test object") << QByteArray("live") << testing << true;
        QTest::newRow("in a list") << QByteArray("test") << "{\"object\":\"list\",\"has_more\":false,\"data\":[" + testing + "," + live + "]}" << true;
        QTest::newRow("a list that agrees") << QByteArray("test") << "{\"object\":\"list\",\"has_more\":false,\"data\":[" + testing + "]}" << false;
        QTest::newRow("no word of it") << QByteArray("test") << QByteArray("{\"id\":\"acct_1\",\"deleted\":true}") << false;
        QTest::newRow("only deep inside") << QByteArray("test") << QByteArray("{\"id\":\"x\",\"metadata\":{\"livemode\":\"true\"},\"a\":{\"livemode\":true}}") << false;
        QTest::newRow("a text is no word of it") << QByteArray("test") << QByteArray("{\"id\":\"x\",\"livemode\":\"true\"}") << false;
    }

    void aDisagreementOfModesStopsWrites()
    {
        QFETCH(QByteArray, keyMode);
        QFETCH(QByteArray, json);
        QFETCH(bool, stops);
        StripeRig rig(keyMode);
        QSignalSpy spy(rig.stripe.get(), &StripeClient::modeMismatch);
        rig.transport.answer(200, json, kJson).answer(200, json, kJson);
        QVERIFY(fetched(rig));
        QVERIFY(fetched(rig)); // reads go on
        QCOMPARE(spy.count(), stops ? 1 : 0);
        QCOMPARE(rig.stripe->hasModeMismatch(), stops);
        if (stops) {
            QCOMPARE(spy.first().first().toBool(), keyMode == "test");
            const Error refused = posted(rig).error();
            QCOMPARE(refused.kind, ErrorKind::Safety);
            QVERIFY(refused.outcomeKnown);
            QCOMPARE(rig.end(rig.stripe->remove(QStringLiteral("/v1/customers/cus_1"), {}, {}, &rig.owner)).error().kind, ErrorKind::Safety);
            QCOMPARE(rig.transport.requests.size(), 2);
        }
    }

    void aDisagreementStopsAWriteThatWaitsAlready()
    {
        StripeRig rig;
        rig.transport.lose().answer(200, "{\"id\":\"cus_1\",\"livemode\":true}", kJson);
        AnswerJob* const write = rig.stripe->post(QStringLiteral("/v1/customers"), {}, "k", {}, &rig.owner);
        Error error;
        write->onFinished(&rig.owner, [&error](const Result<Answer>& result) { error = result ? Error() : result.error(); });
        test::deliverQueued(); // lost once, waiting for its second attempt
        QVERIFY(fetched(rig));
        rig.clock.advance(60'000);
        QCOMPARE(error.kind, ErrorKind::Safety);
        QVERIFY(!error.outcomeKnown);
        QCOMPARE(rig.transport.requests.size(), 2);
    }

    void aStoppedWriteIsUnknown()
    {
        StripeRig rig;
        rig.transport.hang();
        AnswerJob* const write = rig.stripe->post(QStringLiteral("/v1/customers"), {}, "k", {}, &rig.owner);
        Error error;
        write->onFinished(&rig.owner, [&error](const Result<Answer>& result) { error = result.error(); });
        test::deliverQueued();
        write->cancel();
        test::deliverQueued();
        QCOMPARE(error.kind, ErrorKind::Cancelled);
        QVERIFY(!error.outcomeKnown);
    }

    void aWriteThatIsStoppedWhileItsAnswerIsReadIsUnknown_data()
    {
        QTest::addColumn<bool>("workerGoes");
        QTest::newRow("by a person") << false;
        QTest::newRow("the program ends") << true;
    }
    void aWriteThatIsStoppedWhileItsAnswerIsReadIsUnknown()
    {
        // Stripe has done it: only what it answered, a long one, was not looked at.
        QFETCH(bool, workerGoes);
        StripeRig rig;
        auto worker = std::make_unique<Worker>();
        rig.stripe->setWorker(worker.get());
        QSemaphore busy;
        (void)Worker::run<int>(worker.get(), &rig.owner, [&busy]() -> Result<int> {
            busy.acquire();
            return 0;
        });
        QByteArray body(kCustomer);
        body.insert(1, "\"description\":\"" + QByteArray(40'000, 'x') + "\",");
        rig.transport.answer(200, body, kJson);
        AnswerJob* const write = rig.stripe->remove(QStringLiteral("/v1/subscriptions/sub_1"), {}, {}, &rig.owner);
        std::optional<Error> error;
        write->onFinished(&rig.owner, [&error](const Result<Answer>& result) { error = result ? Error() : result.error(); });
        test::deliverQueued();
        QVERIFY(!error);
        if (workerGoes) {
            rig.client.reset();
            busy.release();
            worker.reset();
        } else {
            write->cancel();
        }
        test::deliverQueued();
        busy.release();
        QVERIFY(error);
        QCOMPARE(error->kind, ErrorKind::Cancelled);
        QVERIFY(!error->outcomeKnown);
        QCOMPARE(rig.transport.requests.size(), 1);
    }

    /// Of a long answer it is made in the worker's thread, of a short one here; of one that is no answer, nothing.
    void whatIsMadeBesideIsThereWhenTheAnswerIs()
    {
        StripeRig rig;
        Worker worker;
        rig.stripe->setWorker(&worker);
        QByteArray longBody(kCustomer);
        longBody.insert(1, "\"description\":\"" + QByteArray(40'000, 'x') + "\",");
        int made = 0;
        QThread* thread = nullptr;
        CallOptions options;
        options.beside = [&](const Answer& answer) {
            ++made;
            thread = QThread::currentThread();
            QVERIFY(answer.json.contains("cus_1"));
            QCOMPARE(answer.receivedMs, rig.clock.nowMs());
        };
        for (const QByteArray& body : {QByteArray(kCustomer), longBody}) {
            rig.transport.answer(200, body, kJson);
            std::optional<int> madeBefore;
            rig.stripe->fetch(QStringLiteral("/v1/customers/cus_1"), {}, options, &rig.owner)->onFinished(&rig.owner, [&](const Result<Answer>& answer) {
                madeBefore = answer ? made : -1;
            });
            QTRY_VERIFY(madeBefore);
            QCOMPARE(*madeBefore, body == longBody ? 2 : 1);
            QCOMPARE(thread == QThread::currentThread(), body != longBody);
        }
        for (const QByteArray& body : {longBody.chopped(9), longBody}) {
            const bool isCut = body != longBody;
            rig.transport.answer(isCut ? 200 : 404, body, kJson);
            rig.transport.answer(isCut ? 200 : 404, body, kJson);
            bool hasFailed = false;
            rig.stripe->fetch(QStringLiteral("/v1/customers/cus_1"), {}, options, &rig.owner)->onFinished(&rig.owner, [&](const Result<Answer>& answer) { hasFailed = !answer; });
            QTRY_VERIFY(hasFailed);
        }
        QCOMPARE(made, 2);
    }
};

CH_TEST(TstStripeClient)
#include "tst_StripeClient.moc"
