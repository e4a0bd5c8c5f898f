// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Counts.h"
#include "business/SandboxHouse.h"
#include "business/Weather.h"
#include "business/Runner.h"
#include "store/Faults.h"
#include "support/TestMain.h"

#include <QDirIterator>

using namespace ch;
using namespace ch::business;
using namespace ch::test;

namespace provisions {

const auto kShop = QStringLiteral("biz-1");

bool anyFileHolds(const QString& dir, const QByteArray& text)
{
    for (QDirIterator it(dir, QDir::Files, QDirIterator::Subdirectories); it.hasNext();) {
        QFile file(it.next());
        if (file.fileName().contains(QLatin1String("mirror"))) {
            continue; // the mirror is the place of names and addresses
        }
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(text)) {
            return true;
        }
    }
    return false;
}

/// One customer, one living subscription, the record names both, nothing is open, the trail is whole.
void wholeFor(Stripe& stripe, Program& program, const QString& businessId)
{
    QCOMPARE(stripe.customers(businessId), 1);
    QCOMPARE(stripe.living(businessId), 1);
    const auto record = program.records->record(businessId);
    QVERIFY(record && *record);
    QCOMPARE((*record)->customerId, stripe.all(QStringLiteral("customer"), businessId).first().value(QStringLiteral("id")).toString());
    QCOMPARE((*record)->takenDownAtMs, 0);
    QVERIFY(program.records->journal().abandoned(stripe.clock.nowMs())->empty());
    QVERIFY(program.records->verifyAudit({})->ok);
}

qint64 counted(const Program& program, const char* name, const char* label, const char* value)
{
    const auto all = *program.records->counters().all();
    for (const store::Count& count : all) {
        if (count.name == QLatin1String(name) && count.labels == store::CounterLabels{{QLatin1String(label), QLatin1String(value)}}) {
            return count.amount;
        }
    }
    return 0;
}

qint64 counted(const Program& program, const char* status)
{
    return counted(program, kSubscriptionsCounter, "status", status);
}

/// Whatever went wrong on the way, the one subscription counts once, with its price.
void countedOnce(const Program& program)
{
    QCOMPARE(counted(program, kCountedSuccess), 1);
    QCOMPARE(counted(program, kRevenueCounter, "business_type", "saas"), 500);
    const auto all = *program.records->journal().operations(99);
    QCOMPARE(counted(program, kCountedFailed), std::count_if(all.begin(), all.end(), [](const auto& operation) { return operation.state == store::OperationState::Failed; }));
}

} // namespace provisions

using namespace provisions;

class TstProvision : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { store::skipSyncs(true); }
    void cleanupTestCase() { store::skipSyncs(false); }
    void cleanup() { store::failWrite(0); }

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
        QVERIFY(!anyFileHolds(program.path, "jane.roe"));
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
        QVERIFY(!anyFileHolds(program.path, "jane.roe"));
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
        stripe.clock.jumpWallTime(0);
        const ProvisionOutcome fourth = program.provision(Program::requestOf(kShop));
        QVERIFY2(!fourth.error, fourth.error ? qPrintable(fourth.error->message) : "");
        wholeFor(stripe, program, kShop);
    }

    void whateverRequestFailsItEndsWithOneOfEach_data()
    {
        QTest::addColumn<int>("bad");
        QTest::addColumn<int>("attempts");
        const QList<QPair<const char*, Bad>> kinds = {{"lost before", Bad::LostBefore}, {"lost after", Bad::LostAfter}, {"500 without work", Bad::ErrorBefore}, {"500 after work", Bad::ErrorAfter},
            {"503", Bad::Unavailable}, {"403", Bad::Denied}, {"not sent", Bad::NotSent}};
        for (const auto& [name, bad] : kinds) {
            for (const int attempts : {1, 3}) {
                QTest::addRow("%s, %d attempts", name, attempts) << static_cast<int>(bad) << attempts;
            }
        }
    }

    /// Each request in its turn goes wrong; then the same is asked for again until it is done.
    void whateverRequestFailsItEndsWithOneOfEach()
    {
        QFETCH(int, bad);
        QFETCH(int, attempts);
        int failures = 0;
        for (int at = 1; at < 40; ++at) {
            Stripe stripe;
            Program program(stripe, attempts);
            program.ensure();
            Weather weather(program);
            weather.set(static_cast<Bad>(bad), at);
            ProvisionOutcome outcome = program.provision(Program::requestOf(kShop));
            failures += outcome.error ? 1 : 0;
            const bool struck = weather.struck;
            weather.set(Bad::None, 0);
            for (int again = 0; again < 4 && outcome.error; ++again) {
                QVERIFY(stripe.customers(kShop) <= 1 && stripe.living(kShop) <= 1);
                stripe.clock.advance(1000);
                outcome = program.provision(Program::requestOf(kShop));
            }
            QVERIFY2(!outcome.error, outcome.error ? qPrintable(QStringLiteral("request %1: %2").arg(at).arg(outcome.error->message)) : "");
            QCOMPARE(outcome.status, QStringLiteral("incomplete"));
            wholeFor(stripe, program, kShop);
            countedOnce(program);
            if (QTest::currentTestFailed()) {
                qWarning("at request %d", at);
                return;
            }
            if (!struck) {
                QVERIFY(at > 6);
                QVERIFY(failures > 0 || attempts > 1);
                return;
            }
        }
        QFAIL("it never came to an end without a fault");
    }

    /// The disk refuses each write in its turn, also within a run that the network has broken.
    void whateverWriteFailsItEndsWithOneOfEach()
    {
        for (const Bad bad : {Bad::None, Bad::LostAfter}) {
            int at = 1;
            for (bool struck = true; struck; ++at) {
                QVERIFY(at < 400);
                Stripe stripe;
                Program program(stripe, 1);
                program.ensure();
                Weather weather(program);
                weather.set(bad, 3);
                store::failWrite(at);
                ProvisionOutcome outcome = program.provision(Program::requestOf(kShop));
                struck = !store::isWriteFailurePending();
                store::failWrite(0);
                weather.set(Bad::None, 0);
                for (int again = 0; again < 3 && outcome.error; ++again) {
                    outcome = program.provision(Program::requestOf(kShop));
                }
                QVERIFY2(!outcome.error, outcome.error ? qPrintable(QStringLiteral("write %1: %2").arg(at).arg(outcome.error->message)) : "");
                wholeFor(stripe, program, kShop);
                countedOnce(program);
                if (QTest::currentTestFailed()) {
                    qWarning("at write %d", at);
                    return;
                }
            }
            QVERIFY(at > 12);
        }
    }

    /// Killed after each turn of the event loop; another program on the same directory goes on.
    void killedAnywhereItIsResumed()
    {
        for (int turns = 1; turns < 60; ++turns) {
            Stripe stripe;
            QTemporaryDir dir;
            {
                Program preparing(stripe);
                preparing.ensure();
            }
            bool ended = false;
            QString id;
            {
                Program program(stripe, 3, dir.path());
                program.begin(Program::requestOf(kShop));
                int seen = 0;
                stripe.clock.runUntil([&] { return ++seen > turns || program.outcome; });
                ended = program.outcome.has_value();
                program.jobs.reset();
            }
            Program next(stripe, 3, dir.path());
            const auto open = *next.records->journal().abandoned(stripe.clock.nowMs());
            ProvisionRequest request = Program::requestOf(kShop);
            if (!open.empty()) {
                QCOMPARE(open.size(), size_t(1));
                request = {};
                request.resumeId = open.front().id;
            }
            const ProvisionOutcome outcome = next.provision(request);
            QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->message) : "");
            QCOMPARE(outcome.businessId, kShop);
            wholeFor(stripe, next, kShop);
            countedOnce(next);
            if (QTest::currentTestFailed()) {
                qWarning("killed after %d turns", turns);
                return;
            }
            if (ended) {
                QVERIFY(turns > 4);
                return;
            }
        }
        QFAIL("it never came to an end");
    }

    void twoAtOnceMakeOne_data()
    {
        QTest::addColumn<bool>("oneFolder");
        QTest::addColumn<bool>("sameSecond");
        QTest::newRow("one program twice") << true << true;
        QTest::newRow("two folders, same parameters") << false << true;
        QTest::newRow("two folders, other parameters") << false << false;
    }

    void twoAtOnceMakeOne()
    {
        QFETCH(bool, oneFolder);
        QFETCH(bool, sameSecond);
        for (int lead = 0; lead < 14; ++lead) {
            Stripe stripe;
            Program one(stripe);
            one.ensure();
            Program two(stripe, 3, oneFolder ? one.path : QString());
            one.begin(Program::requestOf(kShop));
            // The second comes when the first has had so many answers.
            const int before = one.transport.sent;
            one.run([&] { return one.transport.sent - before >= lead || one.outcome; });
            ProvisionRequest request = Program::requestOf(kShop);
            request.name = sameSecond ? request.name : QStringLiteral("Another name");
            two.begin(request);
            one.run([&] { return one.outcome && two.outcome; });
            QVERIFY(one.outcome && two.outcome);
            QVERIFY2(!one.outcome->error, one.outcome->error ? qPrintable(one.outcome->error->message) : "");
            QVERIFY2(!two.outcome->error, two.outcome->error ? qPrintable(two.outcome->error->message) : "");
            QCOMPARE(one.outcome->subscriptionId, two.outcome->subscriptionId);
            QVERIFY(!one.outcome->replayed || !two.outcome->replayed);
            QVERIFY(one.outcome->replayed || two.outcome->replayed);
            wholeFor(stripe, one, kShop);
            wholeFor(stripe, two, kShop);
            QCOMPARE(counted(one, kCountedSuccess) + (oneFolder ? 0 : counted(two, kCountedSuccess)), 1);
            if (QTest::currentTestFailed()) {
                qWarning("lead %d", lead);
                return;
            }
        }
    }

    /// A program dies with its answer lost, and the next start is days later: Stripe has forgotten the key.
    void aKeyThatStripeForgotIsNotUsedBlindly()
    {
        for (const Bad bad : {Bad::LostBefore, Bad::LostAfter}) {
            for (const int at : {3, 4}) { // the customer's POST; the subscription's
                Stripe stripe;
                Program program(stripe, 1);
                program.ensure();
                Weather weather(program);
                weather.set(bad, at);
                const ProvisionOutcome lost = program.provision(Program::requestOf(kShop));
                QCOMPARE(lost.status, QStringLiteral("unknown"));
                QVERIFY(!lost.error->outcomeKnown);
                QCOMPARE(program.records->audit(1)->front().outcome, QStringLiteral("unknown"));
                weather.set(Bad::None, 0);
                const int posts = weather.posts;
                stripe.clock.advance(26LL * 3600 * 1000);
                ProvisionRequest request;
                request.resumeId = lost.operationId;
                const ProvisionOutcome found = program.provision(request);
                QVERIFY2(!found.error, found.error ? qPrintable(found.error->message) : "");
                QCOMPARE(stripe.customers(kShop), 1);
                if (at == 3 || bad == Bad::LostBefore) {
                    QCOMPARE(stripe.living(kShop), 1);
                    QCOMPARE(weather.posts - posts, at == 3 && bad == Bad::LostBefore ? 2 : 1);
                }
            }
        }
    }

    /// Lost, sent again and replayed; but what it made could not be read. A day later the key is forgotten, and the customer is there.
    void aReplayThatCouldNotBeReadIsLookedForAfterADay()
    {
        for (const bool isSentTwice : {true, false}) {
            Stripe stripe;
            Program program(stripe);
            program.ensure();
            Weather weather(program);
            weather.set(isSentTwice ? Bad::LostAfter : Bad::None, 3);
            const auto own = program.transport.intercept;
            program.transport.intercept = [&, own](const http::Request& request, int number) -> std::optional<Result<http::Reply>> {
                if (request.method == "GET" && request.url.path().startsWith(QLatin1String("/v1/customers/"))) {
                    return Result<http::Reply>(fail(ErrorKind::Network, QStringLiteral("gone")));
                }
                if (!isSentTwice && request.method == "POST" && stripe.customers(kShop) == 0) {
                    weather.work(request); // another program sends the same within the same second, and is first
                }
                return own(request, number);
            };
            const ProvisionOutcome lost = program.provision(Program::requestOf(kShop));
            QCOMPARE(lost.status, QStringLiteral("unknown"));
            QCOMPARE(stripe.customers(kShop), 1);
            program.transport.intercept = nullptr;
            stripe.clock.advance(26LL * 3600 * 1000);
            ProvisionRequest request;
            request.resumeId = lost.operationId;
            QVERIFY(!program.provision(request).error);
            wholeFor(stripe, program, kShop);
        }
    }

    /// Written down and never sent, since the disk was full; another computer has done the same, and its key is forgotten by now.
    void whatWasIntendedLongAgoIsLookedForFirst()
    {
        bool wasIntended = false;
        for (int at = 1; at < 40 && !wasIntended; ++at) {
            Stripe stripe;
            Program program(stripe);
            program.ensure();
            store::failWrite(at);
            const ProvisionOutcome broken = program.provision(Program::requestOf(kShop));
            store::failWrite(0);
            const auto steps = program.records->journal().steps(broken.operationId);
            wasIntended = steps && !steps->empty() && steps->back().state == store::StepState::Intended && broken.error;
            if (!wasIntended) {
                continue;
            }
            Program other(stripe);
            QVERIFY(!other.provision(Program::requestOf(kShop)).error);
            stripe.clock.advance(26LL * 3600 * 1000);
            ProvisionRequest request;
            request.resumeId = broken.operationId;
            QVERIFY(!program.provision(request).error);
            wholeFor(stripe, program, kShop);
        }
        QVERIFY(wasIntended);
    }

    /// The lid is closed between two attempts of one request, for longer than Stripe keeps its key.
    void aSleepLongerThanTheKeyLivesIsNotSentThrough()
    {
        for (const int at : {3, 4}) {
            Stripe stripe;
            Program program(stripe);
            program.ensure();
            Weather weather(program);
            weather.set(Bad::LostAfter, at);
            const auto own = program.transport.intercept;
            program.transport.intercept = [&, own](const http::Request& request, int number) {
                auto instead = own(request, number);
                if (weather.struck && weather.keys.size() == at - 2) {
                    stripe.clock.jumpWallTime(26LL * 3600 * 1000);
                    weather.keys << QByteArray();
                }
                return instead;
            };
            const ProvisionOutcome slept = program.provision(Program::requestOf(kShop));
            QCOMPARE(slept.status, QStringLiteral("unknown"));
            QCOMPARE(slept.error->code, QStringLiteral("key_expired"));
            QVERIFY(!slept.error->outcomeKnown);
            ProvisionRequest request;
            request.resumeId = slept.operationId;
            QVERIFY(!program.provision(request).error);
            QCOMPARE(stripe.customers(kShop), 1);
            QCOMPARE(stripe.living(kShop), 1);
        }
    }

    /// Killed when the key has replayed the cancelled subscription of an earlier operation: the resumed one does not take that for its own.
    void aDeadObjectOfAnEarlierOperationIsNotTakenForOurs()
    {
        for (const bool oneFolder : {true, false}) {
            Stripe stripe;
            Program before(stripe);
            before.ensure();
            QVERIFY(!before.provision(Program::requestOf(kShop)).error);
            QCOMPARE(before.takeDown(kShop, false).status, QStringLiteral("taken_down"));
            stripe.clock.advance(2LL * 3600 * 1000);
            QTemporaryDir dir;
            const QString folder = oneFolder ? before.path : dir.path();
            bool isReplayed = false;
            {
                Program program(stripe, 3, folder);
                bool isSent = false;
                program.transport.intercept = [&](const http::Request& request, int) {
                    isReplayed = isReplayed || (isSent && request.method == "GET");
                    isSent = isSent || (request.method == "POST" && request.url.path() == QLatin1String("/v1/subscriptions"));
                    return std::optional<Result<http::Reply>>();
                };
                program.begin(Program::requestOf(kShop));
                program.run([&] { return isReplayed || program.outcome; });
                program.jobs.reset();
            }
            QVERIFY(isReplayed);
            Program next(stripe, 3, folder);
            ProvisionRequest request;
            request.resumeId = next.records->journal().abandoned(stripe.clock.nowMs())->front().id;
            const ProvisionOutcome made = next.provision(request);
            QVERIFY(!made.error);
            QCOMPARE(made.status, QStringLiteral("incomplete"));
            wholeFor(stripe, next, kShop);
        }
    }

    void aClockSetBackLooksFirst()
    {
        Stripe stripe;
        Program program(stripe, 1);
        program.ensure();
        Weather weather(program);
        weather.set(Bad::LostAfter, 3);
        QCOMPARE(program.provision(Program::requestOf(kShop)).status, QStringLiteral("unknown"));
        weather.set(Bad::None, 0);
        weather.keys.clear();
        stripe.clock.jumpWallTime(-3600 * 1000);
        QVERIFY(!program.provision(Program::requestOf(kShop)).error);
        QCOMPARE(weather.keys.size(), 1); // the subscription's alone: the customer was found
        wholeFor(stripe, program, kShop);
    }

    void aKeyRevokedMeanwhileLeavesTheUnknownOpen()
    {
        Stripe stripe;
        Program program(stripe, 1);
        program.ensure();
        Weather weather(program);
        weather.set(Bad::LostAfter, 3);
        QCOMPARE(program.provision(Program::requestOf(kShop)).status, QStringLiteral("unknown"));
        weather.set(Bad::Denied, 2, true); // the price may be read, the customer may not be written
        QCOMPARE(program.provision(Program::requestOf(kShop)).status, QStringLiteral("unknown"));
        weather.set(Bad::NotSent, 1, true);
        const ProvisionOutcome offline = program.provision(Program::requestOf(kShop));
        QCOMPARE(offline.status, QStringLiteral("waiting"));
        weather.set(Bad::None, 0);
        QVERIFY(!program.provision(Program::requestOf(kShop)).error);
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
                sandbox::Request other;
                other.method = request.method;
                other.target = request.url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority);
                for (const http::Header& header : request.headers) {
                    other.headers.append({header.name, header.value});
                }
                other.body = request.body;
                (void)stripe.engine->handle(other);
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
