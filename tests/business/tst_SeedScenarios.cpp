// SPDX-License-Identifier: GPL-3.0-or-later
// The eighteen scenarios of the seed's test suite, under their meaning, a function each; and what that suite lacked: rate limits, time-outs,
// concurrency. Where the seed was wrong the function holds what is right, and says so.
#include "business/Counts.h"
#include "business/Runner.h"
#include "business/SandboxHouse.h"
#include "business/Weather.h"
#include "http/QnamTransport.h"
#include "stripe/Calls.h"
#include "support/TestMain.h"

#include <QJsonArray>

using namespace ch;
using namespace ch::business;
using namespace ch::test;

namespace scenes {

const auto kScene = QStringLiteral("biz-1");

/// The request of that method and path is answered with this, every time.
void answerTo(Program& program, const QByteArray& method, const QString& path, int status, const QByteArray& body)
{
    program.transport.intercept = [=](const http::Request& request, int) {
        return request.method == method && request.url.path().startsWith(path) ? answerWith(status, body) : std::nullopt;
    };
}

const QByteArray kRefused = R"({"error":{"type":"invalid_request_error","code":"parameter_invalid","message":"No."}})";

qint64 subscriptions(const Program& program, const char* status)
{
    return countOf(*program.records, kSubscriptionsCounter, {{QStringLiteral("status"), QLatin1String(status)}});
}

/// Why this key may not be used for a run against Stripe itself; empty: it may.
QString refusalOfKey(const QByteArray& text)
{
    const auto key = stripe::ApiKey::parse(Secret(text));
    if (!key) {
        return key.error().message;
    }
    const bool isTest = key->isModeCertain() && key->mode() == stripe::Mode::Test && (key->kind() == stripe::KeyKind::Secret || key->kind() == stripe::KeyKind::Restricted);
    return isTest ? QString() : QStringLiteral("STRIPE_TEST_KEY does not hold a test key: nothing is sent with it.");
}

} // namespace scenes

using namespace scenes;

class TstSeedScenarios : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void customerIsMadeWithItsMetadata()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        const ProvisionOutcome made = program.provision(Program::requestOf(kScene));
        QVERIFY(!made.error);
        const QJsonObject customer = stripe.all("customer", kScene).value(0);
        QCOMPARE(customer.value("id").toString(), made.customerId);
        QCOMPARE(customer.value("name").toString(), Program::requestOf(kScene).name);
        QVERIFY(!customer.value("description").toString().isEmpty());
        const QJsonObject metadata = customer.value("metadata").toObject();
        QCOMPARE(metadata.value("business_id").toString(), kScene);
        QCOMPARE(metadata.value("business_type").toString(), QStringLiteral("saas"));
        QCOMPARE(metadata.value("autonomous").toString(), QStringLiteral("true"));
        QVERIFY(QDateTime::fromString(metadata.value("genesis_created").toString(), Qt::ISODate).isValid());
    }

    /// The seed cut at 100; Stripe takes 256.
    void customerWithALongNameKeepsAllThatStripeTakes()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        ProvisionRequest request = Program::requestOf(kScene);
        request.name = QString(256, QLatin1Char('n'));
        QVERIFY(!program.provision(request).error);
        QCOMPARE(stripe.all("customer", kScene).value(0).value("name").toString(), request.name);
        request.businessId = QStringLiteral("biz-2");
        request.name += QLatin1Char('n');
        QCOMPARE(program.provision(request).error->code, QStringLiteral("name_too_long"));
        request.cutName = true;
        QVERIFY(!program.provision(request).error);
        QCOMPARE(stripe.all("customer", "biz-2").value(0).value("name").toString().size(), 256);
    }

    void customerThatFailsLeavesNothing()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        answerTo(program, "POST", QStringLiteral("/v1/customers"), 400, kRefused);
        const ProvisionOutcome failed = program.provision(Program::requestOf(kScene));
        QCOMPARE(failed.status, QStringLiteral("failed"));
        QVERIFY(failed.customerId.isEmpty() && failed.subscriptionId.isEmpty());
        QCOMPARE(stripe.customers(kScene), 0);
        QVERIFY(!program.records->record(kScene)->has_value());
    }

    void subscriptionIsMadeAtItsPriceAndInterval()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        const ProvisionOutcome made = program.provision(Program::requestOf(kScene));
        QVERIFY(!made.error);
        const QJsonObject item = stripe.all("subscription", kScene).value(0).value("items").toObject().value("data").toArray().at(0).toObject();
        const QJsonObject price = item.value("price").toObject();
        QCOMPARE(price.value("id").toString(), made.priceId);
        QCOMPARE(price.value("lookup_key").toString(), lookupKeyOf(QStringLiteral("saas")));
        QCOMPARE(price.value("unit_amount").toInt(), 500);
        QCOMPARE(price.value("currency").toString(), QStringLiteral("usd"));
        QCOMPARE(price.value("recurring").toObject().value("interval").toString(), QStringLiteral("month"));
    }

    void subscriptionCarriesItsMetadata()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        QVERIFY(!program.provision(Program::requestOf(kScene)).error);
        const QJsonObject metadata = stripe.all("subscription", kScene).value(0).value("metadata").toObject();
        QCOMPARE(metadata.value("business_id").toString(), kScene);
        QCOMPARE(metadata.value("business_name").toString(), Program::requestOf(kScene).name);
        QCOMPARE(metadata.value("business_type").toString(), QStringLiteral("saas"));
    }

    /// The seed lost the customer then, and made a second one at the next try.
    void subscriptionThatFailsLeavesItsCustomerForTheNextTry()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        answerTo(program, "POST", QStringLiteral("/v1/subscriptions"), 400, kRefused);
        const ProvisionOutcome failed = program.provision(Program::requestOf(kScene));
        QCOMPARE(failed.status, QStringLiteral("failed"));
        QVERIFY(failed.subscriptionId.isEmpty());
        QCOMPARE(stripe.living(kScene), 0);
        program.transport.intercept = nullptr;
        const ProvisionOutcome made = program.provision(Program::requestOf(kScene));
        QVERIFY(!made.error);
        QCOMPARE(made.customerId, stripe.all("customer", kScene).value(0).value("id").toString());
        QCOMPARE(stripe.customers(kScene), 1);
        QCOMPARE(stripe.living(kScene), 1);
    }

    void theFullFlowEndsWithASubscription()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        const ProvisionOutcome made = program.provision(Program::requestOf(kScene));
        QVERIFY(!made.error && !made.replayed);
        QVERIFY(made.customerId.startsWith("cus_") && made.subscriptionId.startsWith("sub_"));
        QCOMPARE(made.status, QStringLiteral("incomplete"));
        QVERIFY(made.paymentUrl.startsWith("http"));
        QCOMPARE(program.records->journal().operation(made.operationId)->value().state, store::OperationState::Done);
    }

    void retriedOnceItSucceeds()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        int refused = 0;
        program.transport.intercept = [&refused](const http::Request& request, int) {
            return request.method == "POST" && refused++ == 0 ? answerWith(503, R"({"error":{"type":"api_error","message":"Later."}})") : std::nullopt;
        };
        const size_t waitsBefore = stripe.clock.delaysAsked().size();
        QVERIFY(!program.provision(Program::requestOf(kScene)).error);
        QCOMPARE(refused, 3); // the one, its repetition, and the subscription's
        const auto& waits = stripe.clock.delaysAsked();
        QVERIFY(std::any_of(waits.begin() + static_cast<qsizetype>(waitsBefore), waits.end(), [](qint64 ms) { return ms >= 500 && ms <= 1000; }));
        QCOMPARE(stripe.customers(kScene), 1);
    }

    /// Three attempts, 1 s and 2 s apart. "It failed" is said only where it is known; an answer that never came leaves it open.
    void retriesThatAreExhaustedSayWhatIsKnown()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        Weather weather(program);
        weather.set(Bad::NotSent, 3, true); // the customer's POST, and all after it
        const ProvisionOutcome offline = program.provision(Program::requestOf(kScene));
        QCOMPARE(offline.status, QStringLiteral("failed"));
        QCOMPARE(weather.keys.size(), 3);
        QCOMPARE(QSet<QByteArray>(weather.keys.begin(), weather.keys.end()).size(), 1);
        QCOMPARE(stripe.customers(kScene), 0);
        weather.set(Bad::Unavailable, 3, true);
        const ProvisionOutcome unknown = program.provision(Program::requestOf(kScene));
        QCOMPARE(unknown.status, QStringLiteral("unknown"));
        QVERIFY(!unknown.error->outcomeKnown);
        weather.set(Bad::None, 0);
        QVERIFY(!program.provision(Program::requestOf(kScene)).error);
        QCOMPARE(stripe.customers(kScene), 1);
    }

    void withPaymentsOffNothingIsWritten()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        program.http->setWriteGate([]() -> Status {
            Error error;
            error.kind = ErrorKind::Safety;
            error.code = QStringLiteral("payments_off");
            return fail(error);
        });
        const ProvisionOutcome refused = program.provision(Program::requestOf(kScene));
        QCOMPARE(refused.status, QStringLiteral("failed"));
        QCOMPARE(refused.error->code, QStringLiteral("payments_off"));
        QCOMPARE(stripe.customers(kScene), 0);
        program.http->setWriteGate(nullptr);
        QVERIFY(!program.provision(Program::requestOf(kScene)).error);
    }

    void takeDownCancelsTheSubscriptionAndDeletesTheCustomer()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        QVERIFY(!program.provision(Program::requestOf(kScene)).error);
        const TakedownOutcome gone = program.takeDown(kScene, true);
        QCOMPARE(gone.status, QStringLiteral("taken_down"));
        QCOMPARE(gone.stripe, QStringLiteral("cancelled"));
        QVERIFY(gone.customerDeleted);
        QCOMPARE(stripe.living(kScene), 0);
        QCOMPARE(stripe.customers(kScene), 0);
        QCOMPARE(program.takeDown(QStringLiteral("nobody-knows-it"), true).status, QStringLiteral("not_found"));
    }

    /// The seed went on to delete the customer; now a cancel that failed stops before that, and the next take-down reaches the end.
    void takeDownSurvivesACancelThatFails()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        QVERIFY(!program.provision(Program::requestOf(kScene)).error);
        answerTo(program, "DELETE", QStringLiteral("/v1/subscriptions"), 400, kRefused);
        const TakedownOutcome failed = program.takeDown(kScene, true);
        QCOMPARE(failed.status, QStringLiteral("failed"));
        QVERIFY2(failed.stripe.startsWith("error:"), qPrintable(failed.stripe));
        QVERIFY(!failed.customerDeleted);
        QCOMPARE(stripe.customers(kScene), 1);
        program.transport.intercept = nullptr;
        QCOMPARE(program.takeDown(kScene, true).status, QStringLiteral("taken_down"));
        QCOMPARE(stripe.customers(kScene), 0);
    }

    void takeDownOfALegacyRecordCancelsItsPaymentIntent()
    {
        Stripe stripe;
        Program program(stripe);
        std::optional<Result<stripe::Answer>> made;
        program.client->post("/v1/payment_intents", stripe::Params{{"amount", "500"}, {"currency", "usd"}}, "an-old-payment", {}, program.jobs.get())
            ->onFinished(program.jobs.get(), [&made](const auto& answer) { made = answer; });
        program.run([&made] { return made.has_value(); });
        const QString intent = QJsonDocument::fromJson((*made)->json).object().value("id").toString();
        store::Record record;
        record.businessId = QStringLiteral("old-1");
        record.paymentIntentId = intent;
        QVERIFY(program.records->importRecords({record}));
        const TakedownOutcome gone = program.takeDown(QStringLiteral("old-1"), true);
        QCOMPARE(gone.status, QStringLiteral("taken_down"));
        QCOMPARE(gone.stripe, QStringLiteral("cancelled_legacy"));
        QVERIFY(!gone.customerDeleted);
        QVERIFY(stripe.engine->dump().contains("\"id\":\"" + intent.toLatin1() + "\""));
        QVERIFY(program.records->record(QStringLiteral("old-1"))->value().takenDownAtMs > 0);
    }

    void metricsCountASuccessOnceWithItsRevenue()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        QVERIFY(!program.provision(Program::requestOf(kScene)).error);
        QVERIFY(program.provision(Program::requestOf(kScene)).replayed);
        QCOMPARE(subscriptions(program, kCountedSuccess), 1);
        QCOMPARE(subscriptions(program, kCountedFailed), 0);
        QCOMPARE(countOf(*program.records, kRevenueCounter, {{QStringLiteral("business_type"), QStringLiteral("saas")}}), 500);
    }

    /// The seed did not count a failure of the customer step.
    void metricsCountAFailureAtEitherStep()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        answerTo(program, "POST", QStringLiteral("/v1/customers"), 400, kRefused);
        QVERIFY(program.provision(Program::requestOf(kScene)).error);
        QCOMPARE(subscriptions(program, kCountedFailed), 1);
        answerTo(program, "POST", QStringLiteral("/v1/subscriptions"), 400, kRefused);
        QVERIFY(program.provision(Program::requestOf("biz-2")).error);
        QCOMPARE(subscriptions(program, kCountedFailed), 2);
        QCOMPARE(subscriptions(program, kCountedSuccess), 0);
        QCOMPARE(countOf(*program.records, kRevenueCounter, {{QStringLiteral("business_type"), QStringLiteral("saas")}}), 0);
    }

    void recordIsCreatedWhereThereIsNone()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        QVERIFY(!program.records->record(kScene)->has_value());
        const ProvisionOutcome made = program.provision(Program::requestOf(kScene));
        const store::Record record = program.records->record(kScene)->value();
        QCOMPARE(record.customerId, made.customerId);
        QCOMPARE(record.subscriptionId, made.subscriptionId);
        QCOMPARE(record.subscriptionStatus, made.status);
        QCOMPARE(record.monthlyPriceUsd, QStringLiteral("5.00"));
        QCOMPARE(record.businessName, Program::requestOf(kScene).name);
        QVERIFY(record.paymentIntentId.isEmpty());
    }

    void recordIsUpdatedWithoutLosingWhatItHad()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        store::Record old;
        old.businessId = kScene;
        old.paymentIntentId = QStringLiteral("pi_old");
        QVERIFY(program.records->importRecords({old}));
        const ProvisionOutcome made = program.provision(Program::requestOf(kScene));
        QVERIFY(!made.error);
        const store::Record record = program.records->record(kScene)->value();
        QCOMPARE(record.paymentIntentId, QStringLiteral("pi_old"));
        QCOMPARE(record.subscriptionId, made.subscriptionId);
    }

    void aRealRunRefusesAnythingButATestKey()
    {
        const auto key = [](const char* kind) { return QByteArray(kind) + QByteArray(20, 'k') + "4242"; };
        QVERIFY(refusalOfKey(key("sk_te" "st_")).isEmpty());
        QVERIFY(refusalOfKey(key("rk_te" "st_")).isEmpty());
        for (const char* other : {"sk_li" "ve_", "rk_li" "ve_", "pk_te" "st_", "pk_li" "ve_", "sk_org_li" "ve_", "whsec_te" "st_", "test_", "sk_contest_", "sk_"}) {
            QVERIFY2(!refusalOfKey(key(other)).isEmpty(), other);
        }
        QVERIFY(!refusalOfKey({}).isEmpty());
    }

    /// Against Stripe itself: a customer is made in test mode, read, and deleted.
    void customerIsMadeInRealTestMode()
    {
        const QByteArray text = qgetenv("STRIPE_TEST_KEY");
        if (text.isEmpty()) {
            QSKIP("STRIPE_TEST_KEY is not set: the one test that needs Stripe itself and a test key of an account of yours.");
        }
        const QString refusal = refusalOfKey(text);
        QVERIFY2(refusal.isEmpty(), qPrintable(refusal));
        SystemClock clock;
        http::QnamTransport transport(clock);
        http::Client http(transport, http::RetryPolicy{}, http::RateLimits{}, clock);
        stripe::StripeClient client(http, *stripe::ApiKey::parse(Secret(text)), QUrl(QStringLiteral("https://api.stripe.com")));
        constexpr int kPatienceMs = 120'000;
        const auto answerOf = [](stripe::AnswerJob* job) {
            std::optional<Result<stripe::Answer>> answer;
            QObject context;
            job->onFinished(&context, [&answer](const Result<stripe::Answer>& result) { answer = result; });
            (void)QTest::qWaitFor([&answer] { return answer.has_value(); }, kPatienceMs);
            return answer.value_or(fail(ErrorKind::Timeout, QStringLiteral("no answer")));
        };
        stripe::Params body{{"name", "Countinghouse test"}};
        body.addMetadata({{"business_id", "countinghouse-test"}, {"business_type", "saas"}, {"autonomous", "true"}});
        const QByteArray key = derivedKey({QStringLiteral("test"), QString::number(clock.nowMs())});
        const auto made = answerOf(client.post("/v1/customers", body, key, {}, &client));
        QVERIFY2(made, made ? "" : qPrintable(made.error().message));
        QCOMPARE(made->livemode, std::optional(false));
        const QString id = QJsonDocument::fromJson(made->json).object().value("id").toString();
        QVERIFY(id.startsWith("cus_"));
        const auto again = answerOf(client.post("/v1/customers", body, key, {}, &client));
        QVERIFY(again && again->replayed);
        const auto read = answerOf(client.fetch("/v1/customers/" + id, {}, {}, &client));
        QVERIFY(read);
        QCOMPARE(QJsonDocument::fromJson(read->json).object().value("metadata").toObject().value("business_id").toString(), QStringLiteral("countinghouse-test"));
        const auto gone = answerOf(client.remove("/v1/customers/" + id, {}, {}, &client));
        QVERIFY(gone && QJsonDocument::fromJson(gone->json).object().value("deleted").toBool());
    }

    // What the seed's suite lacked.

    void aRateLimitIsWaitedFor()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        int refused = 0;
        program.transport.intercept = [&refused](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            if (request.method != "POST" || refused++ > 0) {
                return std::nullopt;
            }
            auto limited = answerWith(429, R"({"error":{"type":"invalid_request_error","code":"rate_limit","message":"Too many."}})");
            (*limited)->headers << http::Header{"Retry-After", "7"} << http::Header{"Stripe-Rate-Limited-Reason", "global-rate"};
            return limited;
        };
        const qint64 before = stripe.clock.monotonicMs();
        QVERIFY(!program.provision(Program::requestOf(kScene)).error);
        QVERIFY(stripe.clock.monotonicMs() - before >= 7000);
        QCOMPARE(stripe.customers(kScene), 1);
    }

    void atARateLimitThatStaysNothingIsMade()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        answerTo(program, "POST", QStringLiteral("/v1/customers"), 429, R"({"error":{"type":"invalid_request_error","code":"rate_limit","message":"Too many."}})");
        const ProvisionOutcome limited = program.provision(Program::requestOf(kScene));
        QCOMPARE(limited.error->kind, ErrorKind::RateLimited);
        QVERIFY(limited.error->outcomeKnown);
        QCOMPARE(stripe.customers(kScene), 0);
        program.transport.intercept = nullptr;
        QVERIFY(!program.provision(Program::requestOf(kScene)).error);
        QCOMPARE(stripe.customers(kScene), 1);
    }

    void aTimeOutIsUnknownAndThenSettled()
    {
        for (const char* path : {"/v1/customers", "/v1/subscriptions"}) {
            Stripe stripe;
            Program program(stripe);
            program.ensure();
            program.transport.intercept = [path](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
                if (request.method != "POST" || request.url.path() != QLatin1String(path)) {
                    return std::nullopt;
                }
                Error error;
                error.kind = ErrorKind::Timeout;
                error.outcomeKnown = false;
                return Result<http::Reply>(fail(error));
            };
            const ProvisionOutcome unknown = program.provision(Program::requestOf(kScene));
            QCOMPARE(unknown.status, QStringLiteral("unknown"));
            QCOMPARE(subscriptions(program, kCountedFailed), 0);
            program.transport.intercept = nullptr;
            ProvisionRequest request;
            request.resumeId = unknown.operationId;
            QVERIFY(!program.provision(request).error);
            QCOMPARE(stripe.customers(kScene), 1);
            QCOMPARE(stripe.living(kScene), 1);
            QCOMPARE(subscriptions(program, kCountedSuccess), 1);
        }
    }

    void twentyAtOnceMakeOneEach()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        int ended = 0;
        for (int i = 0; i < 20; ++i) {
            // Each business is asked for twice.
            auto* job = program.begin(Program::requestOf(QStringLiteral("biz-%1").arg(i / 2)));
            job->onFinished(program.jobs.get(), [&ended](const Result<ProvisionOutcome>& result) { ended += result->error ? 0 : 1; });
        }
        program.run([&ended] { return ended == 20; });
        QCOMPARE(ended, 20);
        for (int i = 0; i < 10; ++i) {
            QCOMPARE(stripe.customers(QStringLiteral("biz-%1").arg(i)), 1);
            QCOMPARE(stripe.living(QStringLiteral("biz-%1").arg(i)), 1);
        }
        QCOMPARE(subscriptions(program, kCountedSuccess), 10);
    }
};

CH_TEST(TstSeedScenarios)
#include "tst_SeedScenarios.moc"
