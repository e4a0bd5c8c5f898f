// SPDX-License-Identifier: GPL-3.0-or-later
// Provisions that nobody disturbs but other provisions: what is made, found, refused and counted.
#include "business/Provisioned.h"
#include "business/Runner.h"
#include "business/Weather.h"
#include "store/Faults.h"
#include "support/Files.h"
#include "support/SandboxWire.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::business;
using namespace ch::test;

namespace provisions {

/// The files that hold text, but for the mirror: that is the place of names and addresses.
QStringList beyondTheMirror(const QString& dir, const QByteArray& text)
{
    QStringList found = filesWith(dir, text);
    found.removeIf([](const QString& name) { return name.contains(QLatin1String("mirror")); });
    return found;
}

} // namespace provisions

using namespace provisions;

class TstProvision : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { store::skipSyncs(true); }
    void cleanupTestCase() { store::skipSyncs(false); }

    void makesCustomerSubscriptionAndRecord()
    {
        Stripe stripe;
        Program program(stripe);
        QCOMPARE(program.ensure().size(), 5);
        QByteArrayList bodies;
        program.transport.intercept = [&bodies](const http::Request& sent, int) {
            if (sent.method == "POST") {
                bodies << sent.body;
            }
            return std::optional<Result<http::Reply>>();
        };
        const ProvisionOutcome made = program.provision(Program::requestOf(kShop));
        QVERIFY2(!made.error, made.error ? qPrintable(made.error->message) : "");
        QCOMPARE(made.status, QStringLiteral("incomplete"));
        QCOMPARE(bodies.size(), 2);
        const QByteArray priceId = made.priceId.toLatin1();
        for (const auto& pair : {std::pair("payment_behavior", "default_incomplete"), std::pair("payment_settings[payment_method_types][0]", "card"),
                 std::pair("payment_settings[save_default_payment_method]", "on_subscription"), std::pair("expand[0]", "latest_invoice.confirmation_secret"), std::pair("items[0][price]", priceId.constData())}) {
            QVERIFY2(stripe::Params::fromEncoded(bodies[1]).pairs().contains({QString::fromLatin1(pair.first), QString::fromLatin1(pair.second)}), pair.first);
        }
        QCOMPARE(stripe::Params::fromEncoded(bodies[0]).encoded(), bodies[0]);
        QVERIFY(!made.replayed && made.customerId.startsWith("cus_") && made.subscriptionId.startsWith("sub_") && made.priceId.startsWith("price_"));
        QVERIFY2(made.paymentUrl.startsWith("http"), qPrintable(made.paymentUrl));
        QVERIFY(made.operationId.startsWith("op_"));
        QCOMPARE(made.requestIds.size(), 2);
        const QJsonObject customer = stripe.all("customer", kShop).value(0);
        QCOMPARE(customer.value("name").toString(), Program::requestOf(kShop).name);
        QCOMPARE(customer.value("email").toString(), QStringLiteral("jane.roe@example.com"));
        QVERIFY(customer.value("description").toString().contains(kShop));
        const QJsonObject metadata = customer.value("metadata").toObject();
        QCOMPARE(metadata.value("business_type").toString(), QStringLiteral("saas"));
        QCOMPARE(metadata.value("business_name").toString(), Program::requestOf(kShop).name);
        QCOMPARE(metadata.value("genesis_created").toString(), QStringLiteral("2026-11-01T00:00:00Z"));
        QCOMPARE(metadata.value("autonomous").toString(), QStringLiteral("true"));
        const QJsonObject subscription = stripe.all("subscription", kShop).value(0);
        QCOMPARE(subscription.value("customer").toString(), made.customerId);
        QCOMPARE(subscription.value("metadata").toObject().value("business_name").toString(), Program::requestOf(kShop).name);
        const QJsonObject settings = subscription.value("payment_settings").toObject();
        QCOMPARE(settings.value("save_default_payment_method").toString(), QStringLiteral("on_subscription"));
        wholeFor(stripe, program, kShop);
        const store::Record record = **program.records->record(kShop);
        QCOMPARE(record.subscriptionId, made.subscriptionId);
        QCOMPARE(record.subscriptionStatus, QStringLiteral("incomplete"));
        QCOMPARE(record.monthlyPriceUsd, QStringLiteral("5.00"));
        QCOMPARE(record.businessType, QStringLiteral("saas"));
        // The trail names everything but the person.
        const store::AuditEntry entry = program.records->audit(1)->front();
        QCOMPARE(entry.action, QStringLiteral("provision"));
        QCOMPARE(entry.outcome, QStringLiteral("done"));
        QCOMPARE(entry.objectIds, QStringList({made.customerId, made.subscriptionId, made.priceId}));
        QCOMPARE(entry.requestIds, made.requestIds);
        QCOMPARE(entry.keys.size(), 2);
        QCOMPARE(entry.inputs.size(), 2);
        QCOMPARE(beyondTheMirror(program.path, "jane.roe"), QStringList());
        // The mirror has both, without the invoice's secret.
        QVERIFY(*program.mirror->reader().subscription(made.subscriptionId));
        QVERIFY(!program.mirror->reader().json(made.subscriptionId)->value_or("").contains("client_secret"));
        QCOMPARE((*program.mirror->reader().business(kShop))->customerIds, QStringList{made.customerId});
    }

    void pricesAreMadeOnce()
    {
        Stripe stripe;
        Program one(stripe);
        Program two(stripe);
        const auto first = one.ensure(true);
        QCOMPARE(first.size(), 5);
        QCOMPARE(first[0].unitAmountDecimal, QStringLiteral("5000"));
        QCOMPARE(first[4].unitAmountDecimal, QStringLiteral("1000"));
        QVERIFY(first[0].created && !first[0].differs);
        QCOMPARE(first[0].productId, QStringLiteral("countinghouse_saas"));
        const auto before = stripe.engine->counts();
        const auto again = two.ensure(false);
        QCOMPARE(again.size(), 5);
        QVERIFY(!again[0].created && again[0].differs);
        QCOMPARE(again[0].priceId, first[0].priceId);
        QCOMPARE(stripe.engine->counts().prices, before.prices);
        QCOMPARE(stripe.engine->counts().products, before.products);
        QCOMPARE(monthlyUsd(stripe::Price()), QString());
    }

    void namesAsStripeCountsThem()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        ProvisionRequest request = Program::requestOf(kShop);
        request.name = QString::fromUtf8("\xc3\xa9").repeated(256); // 256 characters, 512 bytes
        const ProvisionOutcome whole = program.provision(request);
        QVERIFY2(!whole.error, whole.error ? qPrintable(whole.error->message) : "");
        QCOMPARE(stripe.all("customer", kShop).value(0).value("name").toString(), request.name);
        request.businessId = "biz-2";
        request.name += QLatin1Char('x');
        const ProvisionOutcome refused = program.provision(request);
        QCOMPARE(refused.error->code, QStringLiteral("name_too_long"));
        QCOMPARE(refused.status, QStringLiteral("failed"));
        QVERIFY(refused.operationId.isEmpty());
        QCOMPARE(stripe.customers("biz-2"), 0);
        request.cutName = true;
        const ProvisionOutcome cut = program.provision(request);
        QVERIFY(!cut.error && !cut.note.isEmpty());
        QCOMPARE(stripe.all("customer", "biz-2").value(0).value("name").toString(), request.name.chopped(1));
        // Beyond the basic plane a character is two in UTF-16, and one for Stripe: such a name is not refused here.
        request.businessId = QStringLiteral("biz-4");
        request.cutName = false;
        request.name = QString::fromUtf8("\xf0\x9f\x8f\xa0").repeated(256);
        const ProvisionOutcome pictures = program.provision(request);
        QVERIFY(!pictures.operationId.isEmpty() && (!pictures.error || pictures.error->code != QLatin1String("name_too_long")));
        for (auto field : {&ProvisionRequest::businessId, &ProvisionRequest::name, &ProvisionRequest::type}) {
            ProvisionRequest empty = Program::requestOf("biz-3");
            (empty.*field).clear();
            QCOMPARE(program.provision(empty).error->kind, ErrorKind::InvalidInput);
        }
    }

    void withoutAPriceNothingIsMade()
    {
        Stripe stripe;
        Program program(stripe);
        const ProvisionOutcome refused = program.provision(Program::requestOf(kShop));
        QCOMPARE(refused.error->code, QStringLiteral("price_missing"));
        QCOMPARE(stripe.customers(kShop), 0);
        QCOMPARE(program.records->journal().operations(5)->front().state, store::OperationState::Failed);
        QCOMPARE(program.records->audit(1)->front().outcome, QStringLiteral("failed"));
        QCOMPARE(beyondTheMirror(program.path, "jane.roe"), QStringList());
        program.ensure();
        QVERIFY(!program.provision(Program::requestOf(kShop)).error);
        wholeFor(stripe, program, kShop);
    }

    void aSecondOneFindsTheFirst()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        const ProvisionOutcome first = program.provision(Program::requestOf(kShop));
        Weather weather(program);
        ProvisionRequest other = Program::requestOf(kShop);
        other.name = QStringLiteral("Another");
        const ProvisionOutcome second = program.provision(other);
        QVERIFY(second.replayed && !second.error);
        QCOMPARE(second.subscriptionId, first.subscriptionId);
        QCOMPARE(second.customerId, first.customerId);
        QCOMPARE(second.paymentUrl, first.paymentUrl);
        QCOMPARE(weather.posts, 0);
        // Also a program that knows nothing of the first, now and two days later.
        Program stranger(stripe);
        QCOMPARE(stranger.provision(Program::requestOf(kShop)).subscriptionId, first.subscriptionId);
        stripe.clock.advance(22LL * 3600 * 1000);
        Program late(stripe);
        QVERIFY(late.provision(Program::requestOf(kShop)).replayed);
        wholeFor(stripe, late, kShop);
    }

    void afterATakeDownItBeginsAnew()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        const ProvisionOutcome first = program.provision(Program::requestOf(kShop));
        QCOMPARE(program.takeDown(kShop, false).status, QStringLiteral("taken_down"));
        QVERIFY((*program.records->record(kShop))->takenDownAtMs > 0);
        const ProvisionOutcome second = program.provision(Program::requestOf(kShop));
        QVERIFY2(!second.error && !second.replayed, second.error ? qPrintable(second.error->message) : "");
        QCOMPARE(second.customerId, first.customerId);
        QVERIFY(second.subscriptionId != first.subscriptionId);
        wholeFor(stripe, program, kShop);
        QCOMPARE(program.takeDown(kShop, true).status, QStringLiteral("taken_down"));
        QCOMPARE(stripe.customers(kShop), 0);
        stripe.clock.advance(10'000);
        const ProvisionOutcome third = program.provision(Program::requestOf(kShop));
        QVERIFY2(!third.error, third.error ? qPrintable(third.error->message) : "");
        QVERIFY(third.customerId != first.customerId);
        wholeFor(stripe, program, kShop);
        // And within the same second, with the same particulars: the key replays a customer that is deleted by now.
        program.takeDown(kShop, true);
        const ProvisionOutcome fourth = program.provision(Program::requestOf(kShop));
        QVERIFY2(!fourth.error, fourth.error ? qPrintable(fourth.error->message) : "");
        QVERIFY(fourth.customerId != third.customerId);
        wholeFor(stripe, program, kShop);
    }

    void aRefusalIsAnEndAndANewAttemptAsksForItself()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        ProvisionRequest request = Program::requestOf(kShop);
        request.email = QStringLiteral("no address");
        const ProvisionOutcome refused = program.provision(request);
        QVERIFY(refused.error && refused.error->kind == ErrorKind::InvalidRequest);
        QCOMPARE(refused.status, QStringLiteral("failed"));
        const ProvisionOutcome made = program.provision(Program::requestOf(kShop));
        QVERIFY2(!made.error, made.error ? qPrintable(made.error->message) : "");
        wholeFor(stripe, program, kShop);
    }

    /// Another program has used the key with other particulars, and nothing of it shows: perhaps it is still at work.
    void whatAnotherBeganAndDoesNotShowIsLeftToIt()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        const QByteArray key = operationKey({store::OperationKind::Provision, "acct_1", "test", kShop, {}}, "customer", {}, 1);
        std::optional<Result<stripe::Answer>> other;
        program.client->post("/v1/customers", stripe::Params{{"name", "x"}}, key, {}, program.jobs.get())->onFinished(program.jobs.get(), [&](const auto& result) { other = result; });
        program.run([&] { return other.has_value(); });
        QVERIFY(*other);
        const ProvisionOutcome refused = program.provision(Program::requestOf(kShop));
        QCOMPARE(refused.error->code, QStringLiteral("begun_elsewhere"));
        QCOMPARE(refused.status, QStringLiteral("failed"));
        QCOMPARE(program.provision(Program::requestOf(kShop)).error->code, QStringLiteral("begun_elsewhere"));
        stripe.clock.advance(121'000);
        const ProvisionOutcome made = program.provision(Program::requestOf(kShop));
        QVERIFY2(!made.error, made.error ? qPrintable(made.error->message) : "");
        QCOMPARE(program.records->journal().operation(made.operationId)->value().generation, 2);
        wholeFor(stripe, program, kShop);
    }

    void anothersCustomerAndTwoCustomersAreRefused()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        program.provision(Program::requestOf("biz-2"));
        store::Record wrong;
        wrong.businessId = kShop;
        wrong.customerId = (*program.records->record("biz-2"))->customerId;
        QVERIFY(program.records->importRecords({wrong}));
        QCOMPARE(program.provision(Program::requestOf(kShop)).error->code, QStringLiteral("another_business"));
        QCOMPARE(stripe.customers(kShop), 0);
        for (const char* key : {"k1", "k2"}) {
            (void)program.client->post("/v1/customers", stripe::Params{{"metadata[business_id]", "biz-3"}}, key, {}, program.jobs.get());
        }
        program.run([&] { return stripe.customers("biz-3") == 2; });
        QCOMPARE(program.provision(Program::requestOf("biz-3")).error->code, QStringLiteral("conflict"));
        QCOMPARE(stripe.living("biz-3"), 0);
    }

    void countsEachOperationOnceUnderTheNamesThatAreKnown()
    {
        QCOMPARE(QLatin1String(kSubscriptionsCounter), QLatin1String("genesis_meta_agent_stripe_subscriptions_total"));
        QCOMPARE(QLatin1String(kRevenueCounter), QLatin1String("genesis_meta_agent_stripe_revenue_total_usd_total"));
        Stripe stripe;
        Program program(stripe, 1);
        // No price yet: it ends as failed, before any customer.
        QCOMPARE(program.provision(Program::requestOf(kShop)).status, QStringLiteral("failed"));
        QCOMPARE(counted(program, kCountedFailed), 1);
        program.ensure(true);
        // Refused in the customer step.
        ProvisionRequest bad = Program::requestOf(kShop);
        bad.email = QStringLiteral("no address");
        QCOMPARE(program.provision(bad).status, QStringLiteral("failed"));
        QCOMPARE(counted(program, kCountedFailed), 2);
        QCOMPARE(counted(program, kCountedSuccess), 0);
        QCOMPARE(counted(program, kRevenueCounter, "business_type", "saas"), 0);
        QVERIFY(!program.provision(Program::requestOf(kShop)).error);
        QVERIFY(program.provision(Program::requestOf(kShop)).replayed);
        QCOMPARE(counted(program, kCountedSuccess), 1);
        QCOMPARE(counted(program, kRevenueCounter, "business_type", "saas"), 5000);
        ProvisionRequest tool = Program::requestOf("biz-tool");
        tool.type = QStringLiteral("tool");
        QVERIFY(!program.provision(tool).error);
        QCOMPARE(counted(program, kCountedSuccess), 2);
        QCOMPARE(counted(program, kRevenueCounter, "business_type", "tool"), 1000);
        // What is refused before it begins is no operation.
        ProvisionRequest none = Program::requestOf({});
        QCOMPARE(program.provision(none).status, QStringLiteral("failed"));
        QCOMPARE(counted(program, kCountedFailed), 2);
        QVERIFY(revenueCount("saas", stripe::Price()).empty());
    }

    /// Another program on another folder sends the same request under the same key, a moment earlier: it counts there.
    void whatAnotherProgramMadeUnderTheKeyIsItsToCount()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        program.transport.intercept = [&stripe](const http::Request& request, int) {
            if (request.method == "POST" && request.url.path() == QLatin1String("/v1/subscriptions")) {
                (void)stripe.engine->handle(toSandbox(request));
            }
            return std::optional<Result<http::Reply>>();
        };
        const ProvisionOutcome outcome = program.provision(Program::requestOf(kShop));
        QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
        QVERIFY(outcome.replayed);
        QCOMPARE(stripe.living(kShop), 1);
        QCOMPARE(counted(program, kCountedSuccess), 0);
        QCOMPARE(counted(program, kRevenueCounter, "business_type", "saas"), 0);
        wholeFor(stripe, program, kShop);
    }

    void stoppedItWaits()
    {
        Stripe stripe;
        Program program(stripe);
        program.ensure();
        const int before = program.transport.sent;
        auto* job = program.begin(Program::requestOf(kShop));

        program.run([&] { return stripe.customers(kShop) == 1; });
        job->cancel();
        program.run([&] { return program.outcome.has_value(); });
        QVERIFY(program.outcome->status == "waiting" || program.outcome->status == "unknown");
        QVERIFY(program.transport.sent > before);
        QVERIFY(!program.provision(Program::requestOf(kShop)).error);
        wholeFor(stripe, program, kShop);
    }
};

CH_TEST(TstProvision)
#include "tst_Provision.moc"
