// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/KeyCheck.h"
#include "stripe/StripeRig.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::stripe;
using test::FakeTransport;
using test::StripeRig;
using test::stripeError;

namespace calls_test {

const QList<http::Header> kHeaders = {{"Content-Type", "application/json"}, {"Request-Id", "req_1"}};

QByteArray customerJson(const QByteArray& id) { return "{\"id\":\"" + id + "\",\"object\":\"customer\",\"created\":1,\"livemode\":false,\"metadata\":{}}"; }

QByteArray pageJson(const QList<QByteArray>& ids, bool more)
{
    QList<QByteArray> objects;
    for (const QByteArray& id : ids) {
        objects << customerJson(id);
    }
    return "{\"object\":\"list\",\"url\":\"/v1/customers\",\"has_more\":" + QByteArray(more ? "true" : "false") + ",\"data\":[" + objects.join(',') + "]}";
}

QByteArray subscriptionJson(const QByteArray& status, const QByteArray& id = "sub_1")
{
    return "{\"id\":\"" + id + "\",\"object\":\"subscription\",\"status\":\"" + status
        + "\",\"customer\":\"cus_1\",\"currency\":\"usd\",\"livemode\":false,\"items\":{\"object\":\"list\",\"has_more\":false,\"data\":[]}}";
}

QByteArray intentJson(const QByteArray& status)
{
    return "{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"status\":\"" + status + "\",\"amount\":100,\"currency\":\"usd\",\"livemode\":false}";
}

const QByteArray kDeletedCustomer = "{\"id\":\"cus_1\",\"object\":\"customer\",\"deleted\":true}";

QByteArray missing() { return stripeError("invalid_request_error", "resource_missing", "No such thing"); }

struct Walk {
    QStringList ids;
    Result<ListEnd> end = fail(ErrorKind::Internal, QStringLiteral("not run"));
};

Walk walked(StripeRig& rig, const Params& query = {})
{
    Walk walk;
    walk.end = rig.end<ListEnd>(listAll<Customer>(
        *rig.stripe, listPath<Customer>(), query, inBackground(),
        [&walk](const std::shared_ptr<const Page<Customer>>& page) {
            for (const auto& received : page->objects) {
                walk.ids << received.object.id;
            }
        },
        &rig.owner));
    return walk;
}

} // namespace calls_test

using namespace calls_test;

class TstCalls : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // ---- lists ----

    void aListIsWalkedToItsEnd()
    {
        StripeRig rig;
        rig.transport.answer(200, pageJson({"cus_3", "cus_2"}, true), kHeaders).answer(500).answer(200, pageJson({"cus_1"}, false), kHeaders);
        const Walk walk = walked(rig, {{QStringLiteral("created[gte]"), QStringLiteral("5")}});
        QVERIFY(walk.end);
        QCOMPARE(walk.ids, (QStringList{QStringLiteral("cus_3"), QStringLiteral("cus_2"), QStringLiteral("cus_1")}));
        QCOMPARE(walk.end->pages, 2);
        QCOMPARE(walk.end->objects, 3);
        QCOMPARE(walk.end->lastId, QStringLiteral("cus_1"));
        QCOMPARE(rig.sent().at(0), QByteArray("GET /v1/customers?created%5Bgte%5D=5&limit=100"));
        QCOMPARE(rig.sent().at(2), QByteArray("GET /v1/customers?created%5Bgte%5D=5&limit=100&starting_after=cus_2"));
    }

    void manyPagesAreNoCap()
    {
        StripeRig rig;
        for (int i = 0; i < 300; ++i) {
            rig.transport.answer(200, pageJson({"cus_" + QByteArray::number(1000 - i)}, i < 299), kHeaders);
        }
        QCOMPARE(walked(rig).ids.size(), 300);
    }

    void anEmptyListIsAList()
    {
        StripeRig rig;
        rig.transport.answer(200, pageJson({}, false), kHeaders);
        const Walk walk = walked(rig);
        QVERIFY(walk.end);
        QCOMPARE(walk.end->pages, 1);
        QCOMPARE(walk.end->lastId, QString());
    }

    void aListThatRepeatsItselfIsNotWalkedForever_data()
    {
        QTest::addColumn<QList<QByteArray>>("pages");
        QTest::newRow("the same page again") << QList<QByteArray>{pageJson({"a", "b"}, true), pageJson({"a", "b"}, true)};
        QTest::newRow("the same page as the last") << QList<QByteArray>{pageJson({"a", "b"}, true), pageJson({"a", "b"}, false)};
        QTest::newRow("a circle") << QList<QByteArray>{pageJson({"a"}, true), pageJson({"b"}, true), pageJson({"a"}, true)};
        QTest::newRow("the cursor itself first") << QList<QByteArray>{pageJson({"a", "b"}, true), pageJson({"b", "c"}, true)};
        QTest::newRow("more, but nothing") << QList<QByteArray>{pageJson({"a"}, true), pageJson({}, true)};
        QTest::newRow("nothing at all, but more") << QList<QByteArray>{pageJson({}, true)};
    }

    void aListThatRepeatsItselfIsNotWalkedForever()
    {
        QFETCH(QList<QByteArray>, pages);
        StripeRig rig;
        for (const QByteArray& page : pages) {
            rig.transport.answer(200, page, kHeaders);
        }
        const Walk walk = walked(rig);
        QVERIFY(!walk.end);
        QCOMPARE(walk.end.error().kind, ErrorKind::Protocol);
        QVERIFY(rig.transport.isUsedUp());
    }

    void aListGoesOnWhereItStopped()
    {
        StripeRig rig;
        rig.transport.answer(200, pageJson({"b"}, false), kHeaders);
        QVERIFY(walked(rig, {{QStringLiteral("limit"), QStringLiteral("3")}, {QStringLiteral("starting_after"), QStringLiteral("c")}}).end);
        QCOMPARE(rig.sent().first(), QByteArray("GET /v1/customers?limit=3&starting_after=c"));
        QCOMPARE(walked(rig, {{QStringLiteral("ending_before"), QStringLiteral("c")}}).end.error().kind, ErrorKind::InvalidInput);
    }

    void aListThatFailsHalfWaySaysSo()
    {
        StripeRig rig;
        rig.transport.answer(200, pageJson({"a"}, true), kHeaders).answer(403, stripeError("invalid_request_error", "", "no"), kHeaders);
        const Walk walk = walked(rig);
        QCOMPARE(walk.ids.size(), 1);
        QCOMPARE(walk.end.error().kind, ErrorKind::Permission);
        StripeRig other;
        other.transport.answer(200, "{\"object\":\"customer\",\"id\":\"cus_1\"}", kHeaders);
        QCOMPARE(walked(other).end.error().kind, ErrorKind::Protocol);
    }

    void aListCanBeStoppedFromItsOwnPage()
    {
        for (const bool byDeleting : {false, true}) {
            StripeRig rig;
            rig.transport.answer(200, pageJson({"a"}, true), kHeaders);
            QPointer<ListJob<Customer>> job;
            int pages = 0;
            int ends = 0;
            job = listAll<Customer>(
                *rig.stripe, listPath<Customer>(), {}, {},
                [&](const std::shared_ptr<const Page<Customer>>&) {
                    ++pages;
                    byDeleting ? delete job.data() : job->cancel();
                },
                &rig.owner);
            job->onFinished(&rig.owner, [&ends](const Result<ListEnd>& end) { ends += !end && end.error().kind == ErrorKind::Cancelled ? 1 : 100; });
            rig.clock.advance(10'000);
            QCOMPARE(pages, 1);
            QCOMPARE(ends, byDeleting ? 0 : 1);
            QCOMPARE(rig.transport.requests.size(), 1);
        }
    }

    // ---- single objects ----

    void objectsAreRetrieved()
    {
        StripeRig rig;
        rig.transport.answer(200, customerJson("cus_1"), kHeaders).answer(200, "{\"id\":\"x\",\"object\":\"invoice\"}", kHeaders).answer(404, missing(), kHeaders);
        const auto found = rig.end(retrieve<Customer>(*rig.stripe, QStringLiteral("cus_1"), {}, {}, &rig.owner));
        QVERIFY(found);
        QCOMPARE(found->object.id, QStringLiteral("cus_1"));
        QCOMPARE(found->answer.requestId, QStringLiteral("req_1"));
        const auto other = rig.end(retrieve<Customer>(*rig.stripe, QStringLiteral("cus_1"), {}, {}, &rig.owner));
        QCOMPARE(other.error().kind, ErrorKind::Protocol);
        QCOMPARE(other.error().requestId, QStringLiteral("req_1"));
        QCOMPARE(rig.end(retrieve<Customer>(*rig.stripe, QStringLiteral("a/b"), {}, {}, &rig.owner)).error().kind, ErrorKind::NotFound);
        QCOMPARE(rig.sent().last(), QByteArray("GET /v1/customers/a%2Fb"));
        QCOMPARE(rig.end(retrieve<Customer>(*rig.stripe, QString(), {}, {}, &rig.owner)).error().kind, ErrorKind::InvalidInput);
    }

    void balanceAndAccount()
    {
        StripeRig rig;
        rig.transport.answer(200, "{\"object\":\"balance\",\"livemode\":false,\"available\":[{\"amount\":5,\"currency\":\"usd\"}],\"pending\":[]}", kHeaders)
            .answer(200, "{\"id\":\"acct_1\",\"object\":\"account\",\"country\":\"DE\"}", kHeaders);
        const auto balance = rig.end(retrieveBalance(*rig.stripe, {}, &rig.owner));
        QCOMPARE(balance->object.available.at(0).minor, 5);
        QCOMPARE(rig.end(retrieveAccount(*rig.stripe, {}, &rig.owner))->object.country, QStringLiteral("DE"));
        QCOMPARE(rig.sent(), (QList<QByteArray>{"GET /v1/balance", "GET /v1/account"}));
    }

    // ---- removals: what a lost or strange answer is worth ----

    void cancellingASubscriptionSettles_data()
    {
        // D: the answers to DELETE, "N" lost; then the answer to the GET ("" none is asked, "-" lost).
        QTest::addColumn<QString>("deletes");
        QTest::addColumn<QByteArray>("deleteStatus");
        QTest::addColumn<QString>("look");
        QTest::addColumn<QString>("end"); // done, already, or a kind's name; "?" after it: unknown
        QTest::newRow("done") << "200" << QByteArray("canceled") << "" << "done";
        QTest::newRow("lost once, then done") << "N 200" << QByteArray("canceled") << "" << "done";
        QTest::newRow("404, GET says canceled") << "404" << QByteArray() << "canceled" << "already";
        QTest::newRow("404, GET says incomplete_expired") << "404" << QByteArray() << "incomplete_expired" << "already";
        QTest::newRow("lost, 404, GET says canceled") << "N 404" << QByteArray() << "canceled" << "already";
        QTest::newRow("404, GET says active") << "404" << QByteArray() << "active" << "conflict";
        QTest::newRow("404, GET 404") << "404" << QByteArray() << "404" << "not_found";
        QTest::newRow("404, GET lost") << "404" << QByteArray() << "-" << "not_found?";
        QTest::newRow("lost, 404, GET lost") << "N 404" << QByteArray() << "-" << "not_found?";
        QTest::newRow("lost for good, GET says canceled") << "N N N" << QByteArray() << "canceled" << "already";
        QTest::newRow("lost for good, GET says active") << "N N N" << QByteArray() << "active" << "network?";
        QTest::newRow("lost for good, GET lost") << "N N N" << QByteArray() << "-" << "network?";
        QTest::newRow("never left") << "U U U" << QByteArray() << "" << "network";
        QTest::newRow("500s, GET says canceled") << "500 500 500" << QByteArray() << "canceled" << "already";
        QTest::newRow("500s, GET says past_due") << "500 500 500" << QByteArray() << "past_due" << "server?";
        QTest::newRow("success in name only") << "200" << QByteArray("active") << "active" << "protocol?";
        QTest::newRow("success in name only, then so") << "200" << QByteArray("active") << "canceled" << "already";
        QTest::newRow("refused") << "400" << QByteArray() << "" << "invalid_request";
        QTest::newRow("not permitted") << "403" << QByteArray() << "" << "permission";
        QTest::newRow("key refused") << "401" << QByteArray() << "" << "authentication";
        QTest::newRow("rate limited") << "429 429 429" << QByteArray() << "" << "rate_limited";
        QTest::newRow("lost, then rate limited, GET says canceled") << "N 429 429" << QByteArray() << "canceled" << "already";
    }

    void cancellingASubscriptionSettles()
    {
        QFETCH(QString, deletes);
        QFETCH(QByteArray, deleteStatus);
        QFETCH(QString, look);
        QFETCH(QString, end);
        StripeRig rig;
        for (const QString& step : deletes.split(QLatin1Char(' '))) {
            if (step == QLatin1String("N") || step == QLatin1String("U")) {
                rig.transport.lose(ErrorKind::Network, step == QLatin1String("U"));
            } else {
                rig.transport.answer(step.toInt(), step == QLatin1String("200") ? subscriptionJson(deleteStatus) : missing(), {{"Request-Id", "req_delete"}});
            }
        }
        if (look == QLatin1String("-")) {
            rig.transport.lose().lose().lose();
        } else if (look == QLatin1String("404")) {
            rig.transport.answer(404, missing(), {{"Request-Id", "req_get"}});
        } else if (!look.isEmpty()) {
            rig.transport.answer(200, subscriptionJson(look.toLatin1()), {{"Request-Id", "req_get"}});
        }
        const Result<Removal> removal = rig.end(cancelSubscription(*rig.stripe, QStringLiteral("sub_1"), {}, &rig.owner));
        QVERIFY(rig.transport.isUsedUp());
        if (removal) {
            QCOMPARE(removal->alreadyDone ? QStringLiteral("already") : QStringLiteral("done"), end);
            QVERIFY(removal->json.contains("sub_1"));
            QStringList ids;
            if (deletes.contains(QLatin1Char('4')) || deletes.contains(QLatin1Char('5')) || deletes.contains(QLatin1String("200"))) {
                ids << QStringLiteral("req_delete");
            }
            if (!look.isEmpty()) {
                ids << QStringLiteral("req_get");
            }
            QCOMPARE(removal->requestIds, ids);
        } else {
            QCOMPARE(errorKindName(removal.error().kind) + (removal.error().outcomeKnown ? QString() : QStringLiteral("?")), end);
        }
    }

    void cancelOptionsAreSent()
    {
        StripeRig rig;
        rig.transport.answer(200, subscriptionJson("canceled"), kHeaders).answer(200, subscriptionJson("canceled"), kHeaders);
        CancelOptions options;
        QVERIFY(rig.end(cancelSubscription(*rig.stripe, QStringLiteral("sub_1"), options, &rig.owner)));
        options.invoiceNow = options.prorate = true;
        options.comment = QStringLiteral("closed & gone");
        QVERIFY(rig.end(cancelSubscription(*rig.stripe, QStringLiteral("sub_1"), options, &rig.owner)));
        QCOMPARE(rig.sent(), (QList<QByteArray>{"DELETE /v1/subscriptions/sub_1",
                                               "DELETE /v1/subscriptions/sub_1?invoice_now=true&prorate=true&cancellation_details%5Bcomment%5D=closed%20%26%20gone"}));
        QCOMPARE(rig.end(cancelSubscription(*rig.stripe, QString(), {}, &rig.owner)).error().kind, ErrorKind::InvalidInput);
    }

    void anAnswerAboutAnotherObjectIsNoSuccess()
    {
        StripeRig rig;
        rig.transport.answer(200, subscriptionJson("canceled", "sub_2"), kHeaders).answer(200, subscriptionJson("active"), kHeaders);
        const Error error = rig.end(cancelSubscription(*rig.stripe, QStringLiteral("sub_1"), {}, &rig.owner)).error();
        QCOMPARE(error.kind, ErrorKind::Protocol);
        QVERIFY(!error.outcomeKnown);
    }

    void deletingACustomerSettles()
    {
        StripeRig done;
        done.transport.answer(200, kDeletedCustomer, kHeaders);
        QVERIFY(!rigEnd(done)->alreadyDone);
        StripeRig twice; // Qt's silent second DELETE
        twice.transport.lose().answer(404, missing(), kHeaders).answer(200, kDeletedCustomer, kHeaders);
        QVERIFY(rigEnd(twice)->alreadyDone);
        QCOMPARE(twice.sent().last(), QByteArray("GET /v1/customers/cus_1"));
        StripeRig still;
        still.transport.answer(404, missing(), kHeaders).answer(200, customerJson("cus_1"), kHeaders);
        QCOMPARE(rigEnd(still).error().kind, ErrorKind::Conflict);
        StripeRig never;
        never.transport.answer(404, missing(), kHeaders).answer(404, missing(), kHeaders);
        const Error error = rigEnd(never).error();
        QCOMPARE(error.kind, ErrorKind::NotFound);
        QVERIFY(error.outcomeKnown);
    }

    void cancellingAPaymentIntentSettles()
    {
        const QByteArray unexpected = stripeError("invalid_request_error", "payment_intent_unexpected_state", "has a status of x");
        StripeRig done;
        done.transport.lose().answer(200, intentJson("canceled"), kHeaders);
        QVERIFY(!intentEnd(done)->alreadyDone);
        QCOMPARE(done.sent().at(0), QByteArray("POST /v1/payment_intents/pi_1/cancel"));
        QCOMPARE(done.sent().at(1), QByteArray("POST /v1/payment_intents/pi_1/cancel"));
        QCOMPARE(done.transport.requests.front().body, QByteArray("cancellation_reason=requested_by_customer"));
        StripeRig already;
        already.transport.answer(400, unexpected, kHeaders).answer(200, intentJson("canceled"), kHeaders);
        QVERIFY(intentEnd(already)->alreadyDone);
        StripeRig paid;
        paid.transport.answer(400, unexpected, kHeaders).answer(200, intentJson("succeeded"), kHeaders);
        const Error error = intentEnd(paid).error();
        QCOMPARE(error.code, QStringLiteral("payment_intent_unexpected_state"));
        QCOMPARE(error.kind, ErrorKind::InvalidRequest);
        QVERIFY(error.outcomeKnown);
        StripeRig lost;
        lost.transport.lose().lose().lose().answer(200, intentJson("requires_payment_method"), kHeaders);
        QVERIFY(!intentEnd(lost).error().outcomeKnown);
        StripeRig found;
        found.transport.lose().lose().lose().answer(200, intentJson("canceled"), kHeaders);
        QVERIFY(intentEnd(found)->alreadyDone);
    }

    void aStoppedRemovalIsUnknownAndAsksNoMore()
    {
        StripeRig rig;
        rig.transport.hang();
        auto* const job = cancelSubscription(*rig.stripe, QStringLiteral("sub_1"), {}, &rig.owner);
        Error error;
        job->onFinished(&rig.owner, [&error](const Result<Removal>& result) { error = result.error(); });
        test::deliverQueued();
        job->cancel();
        rig.clock.advance(60'000);
        QCOMPARE(error.kind, ErrorKind::Cancelled);
        QVERIFY(!error.outcomeKnown);
        QCOMPARE(rig.transport.requests.size(), 1);
    }

    // ---- keys ----

    void aFullKeyIsFoundGood()
    {
        StripeRig rig;
        routeKeyCheck(rig, {});
        const Result<KeyCheck> check = rig.end(verifyKey(*rig.stripe, &rig.owner));
        QVERIFY(check);
        QCOMPARE(check->account->id, QStringLiteral("acct_1"));
        QCOMPARE(check->confirmed, Mode::Test);
        QVERIFY(check->isModeConfirmed);
        QVERIFY(!check->modeMismatch);
        QVERIFY(check->isComplete());
        QVERIFY(check->missingPermissions.isEmpty());
        QCOMPARE(rig.sent().first(), QByteArray("GET /v1/balance"));
        QVERIFY(rig.sent().contains("GET /v1/subscriptions?limit=1&status=all"));
    }

    void aRestrictedKeyIsFoundRestricted()
    {
        StripeRig rig;
        routeKeyCheck(rig, {"/v1/balance", "/v1/account", "/v1/invoices"});
        const Result<KeyCheck> check = rig.end(verifyKey(*rig.stripe, &rig.owner));
        QVERIFY(check);
        QVERIFY(!check->account);
        QVERIFY(check->isModeConfirmed); // by the objects of the lists
        QVERIFY(!check->isComplete());
        for (const auto& [name, readable] : check->readable) {
            QCOMPARE(readable, name != QLatin1String("invoices"));
        }
        QCOMPARE(check->missingPermissions,
                 (QStringList{QStringLiteral("rak_account_read"), QStringLiteral("rak_balance_read"), QStringLiteral("rak_invoices_read")}));
    }

    void aWrongKeyCostsOneRequest()
    {
        StripeRig rig;
        rig.transport.answer(401, stripeError("invalid_request_error", "api_key_expired", "Expired API Key provided"), kHeaders);
        const Result<KeyCheck> check = rig.end(verifyKey(*rig.stripe, &rig.owner));
        QCOMPARE(check.error().kind, ErrorKind::Authentication);
        QCOMPARE(check.error().code, QStringLiteral("api_key_expired"));
        QCOMPARE(rig.transport.requests.size(), 1);
    }

    void aKeyCheckWithoutNetworkSaysSo()
    {
        StripeRig rig;
        rig.transport.lose().lose().lose();
        QCOMPARE(rig.end(verifyKey(*rig.stripe, &rig.owner)).error().kind, ErrorKind::Network);
        StripeRig later; // half of it came
        later.transport.route = [](const http::Request& request) -> std::optional<FakeTransport::Outcome> {
            return request.url.path() == QLatin1String("/v1/events") ? FakeTransport::lost() : FakeTransport::replyOf(200, answerFor(request), kHeaders);
        };
        QCOMPARE(later.end(verifyKey(*later.stripe, &later.owner)).error().kind, ErrorKind::Network);
    }

    void aKeyOfTheOtherModeIsFoundOut()
    {
        StripeRig rig("live");
        routeKeyCheck(rig, {});
        const Result<KeyCheck> check = rig.end(verifyKey(*rig.stripe, &rig.owner));
        QVERIFY(check);
        QVERIFY(check->modeMismatch);
        QCOMPARE(check->confirmed, Mode::Test);
    }

    void aStoppedKeyCheckEnds()
    {
        StripeRig rig;
        rig.transport.hang();
        auto* const job = verifyKey(*rig.stripe, &rig.owner);
        int ends = 0;
        job->onFinished(&rig.owner, [&ends](const Result<KeyCheck>& result) { ends += result.error().kind == ErrorKind::Cancelled ? 1 : 100; });
        test::deliverQueued();
        job->cancel();
        rig.clock.advance(60'000);
        QCOMPARE(ends, 1);
        QCOMPARE(rig.transport.requests.size(), 1);
    }

private:
    static Result<Removal> rigEnd(StripeRig& rig) { return rig.end(deleteCustomer(*rig.stripe, QStringLiteral("cus_1"), &rig.owner)); }
    static Result<Removal> intentEnd(StripeRig& rig) { return rig.end(cancelPaymentIntent(*rig.stripe, QStringLiteral("pi_1"), "k", &rig.owner)); }

    static QByteArray answerFor(const http::Request& request)
    {
        const QString path = request.url.path();
        if (path == QLatin1String("/v1/balance")) {
            return "{\"object\":\"balance\",\"livemode\":false,\"available\":[],\"pending\":[]}";
        }
        if (path == QLatin1String("/v1/account")) {
            return "{\"id\":\"acct_1\",\"object\":\"account\",\"country\":\"DE\"}";
        }
        return pageJson({"x_1"}, true);
    }

    /// Answers everything well but the paths of refused, which get a restricted key's 403.
    static void routeKeyCheck(StripeRig& rig, const QList<QByteArray>& refused)
    {
        rig.transport.route = [refused](const http::Request& request) -> std::optional<FakeTransport::Outcome> {
            const QByteArray path = request.url.path().toLatin1();
            if (refused.contains(path)) {
                return FakeTransport::replyOf(403, stripeError("invalid_request_error", "", "Having the 'rak_" + path.mid(4) + "_read' permission would allow this request to continue."), kHeaders);
            }
            return FakeTransport::replyOf(200, answerFor(request), kHeaders);
        };
    }
};

CH_TEST(TstCalls)
#include "tst_Calls.moc"
