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
