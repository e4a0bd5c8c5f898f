// SPDX-License-Identifier: GPL-3.0-or-later
// What changes behind its page while lists are read, where no event shows the object itself: the sync goes by the rule of the feed. Pages are small and
// the objects old, so that no head of a list shows them once more.
#include "support/TestMain.h"
#include "sync/EventRules.h"
#include "sync/FeedAccount.h"

#include <QUrlQuery>

using namespace backfilltest;

namespace changedmeanwhile {

using Answer = std::optional<Result<http::Reply>>;

/// A program that reads the account in small pages. act is done once, when every list was read and nothing yet once more; from then on edit may answer.
struct Meanwhile {
    explicit Meanwhile(Account& itsAccount) : account(itsAccount), program(itsAccount)
    {
        // Alone in the newest second: what was done before is known to be of before.
        account.clock.advance(kMinuteMs);
        rename(account, firstId(account, "customers"), "Newest");
        account.clock.advance(kMinuteMs);
        program.pageSize = 4;
        account.transport.intercept = [this](const http::Request& request, int) -> Answer {
            const SyncProgress& progress = program.lastProgress;
            if (progress.listsInAll == 0 || progress.listsEnded < progress.listsInAll) {
                return std::nullopt;
            }
            if (act) {
                std::exchange(act, nullptr)();
            }
            asked << request.url.path();
            return edit ? edit(request) : std::nullopt;
        };
    }
    ~Meanwhile() { account.transport.intercept = nullptr; }

    Account& account;
    Program program;
    std::function<void()> act;
    std::function<Answer(const http::Request&)> edit;
    QStringList asked;
};

QJsonObject posted(Account& account, const QByteArray& target, const QByteArray& body)
{
    const sandbox::Reply reply = askAccount(account, "POST", target, body);
    if (reply.status != 200) {
        qFatal("refused: %s", reply.body.constData());
    }
    return QJsonDocument::fromJson(reply.body).object();
}

QByteArray idOf(const QJsonObject& object)
{
    return object.value("id").toString().toLatin1();
}

QJsonObject heldBy(const Program& program, const QByteArray& id)
{
    return QJsonDocument::fromJson(program.mirror->reader().json(QString::fromLatin1(id)).value().value_or(QByteArray())).object();
}

/// The oldest of the newest hundred that is fit.
QJsonObject oldest(Account& account, const QByteArray& list, const std::function<bool(const QJsonObject&)>& isFit)
{
    const QJsonArray shown = objectAt(account, "/v1/" + list + (list.contains('?') ? "&" : "?") + "limit=100").value("data").toArray();
    for (qsizetype i = shown.size() - 1; i > 8; --i) {
        if (isFit(shown.at(i).toObject())) {
            return shown.at(i).toObject();
        }
    }
    qFatal("none of the %d is fit", int(shown.size()));
    return {};
}

/// The account's own answer, changed.
Answer answered(Account& account, const http::Request& request, const std::function<void(QJsonObject*)>& change)
{
    QJsonObject body = QJsonDocument::fromJson(account.engine.handle(toSandbox(request)).body).object();
    change(&body);
    return answerWith(200, QJsonDocument(body).toJson(QJsonDocument::Compact));
}

bool isHeadOfEvents(const http::Request& request)
{
    return request.url.path() == QLatin1String("/v1/events") && !QUrlQuery(request.url.query()).hasQueryItem("starting_after");
}

/// The events with one before them that the account does not make by itself.
Answer withEvent(Account& account, const http::Request& request, const QString& type, const QJsonObject& object)
{
    return answered(account, request, [&](QJsonObject* page) {
        QJsonArray events = page->value("data").toArray();
        events.prepend(QJsonObject{{"id", "evt_meanwhile"}, {"object", "event"}, {"api_version", stripe::kApiVersion}, {"created", account.clock.nowSeconds()}, {"livemode", false},
            {"type", type}, {"data", QJsonObject{{"object", object}}}});
        page->insert("data", events);
    });
}

stripe::Event eventOf(const QString& type, const QJsonObject& object, QByteArray* json)
{
    *json = QJsonDocument(QJsonObject{{"id", "evt_rule"}, {"object", "event"}, {"created", 5}, {"livemode", false}, {"type", type}, {"data", QJsonObject{{"object", object}}}}).toJson(QJsonDocument::Compact);
    return stripe::parseObject<stripe::Event>(*json).value();
}

QStringList aimedAt(const stripe::Event& event, const QByteArray& json)
{
    QStringList aims;
    for (const EventAim& aim : aimsOf(event, json)) {
        aims << store::objectListName(aim.object.list) + QLatin1Char(' ') + aim.object.id + QLatin1Char(' ') + QString::number(static_cast<int>(aim.how));
    }
    return aims;
}

/// What the mirror tells of an event whose JSON it does not read.
stripe::Event bare(const stripe::Event& event)
{
    stripe::Event told;
    told.id = event.id;
    told.type = event.type;
    told.objectType = event.objectType;
    told.objectId = event.objectId;
    told.created = event.created;
    return told;
}

} // namespace changedmeanwhile

using namespace changedmeanwhile;

class TstChangedMeanwhile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aDiscountOfASubscription_data()
    {
        QTest::addColumn<bool>("isAdded");
        QTest::newRow("added") << true;
        QTest::newRow("ended") << false;
    }

    /// A discount that ends by itself changes its subscription, and its own event alone tells.
    void aDiscountOfASubscription()
    {
        QFETCH(bool, isAdded);
        Account account(40, 12);
        const QByteArray coupon = idOf(posted(account, "/v1/coupons", "percent_off=10&duration=forever"));
        const QByteArray subscription = idOf(oldest(account, "subscriptions?status=active", [](const QJsonObject& shown) { return shown.value("discounts").toArray().isEmpty(); }));
        const auto discount = [&] { posted(account, "/v1/subscriptions/" + subscription, "discounts[0][coupon]=" + coupon); };
        if (!isAdded) {
            discount();
        }
        Meanwhile meanwhile(account);
        meanwhile.act = [&] {
            QCOMPARE(meanwhile.program.mirror->reader().subscription(QString::fromLatin1(subscription)).value()->discountIds.isEmpty(), isAdded);
            if (isAdded) {
                discount();
            } else {
                QCOMPARE(askAccount(account, "DELETE", "/v1/subscriptions/" + subscription + "/discount").status, 200);
            }
        };
        meanwhile.edit = [&](const http::Request& request) -> Answer {
            if (request.url.path() != QLatin1String("/v1/events")) {
                return std::nullopt;
            }
            return answered(account, request, [](QJsonObject* page) {
                QJsonArray kept;
                for (const QJsonValue& event : page->value("data").toArray()) {
                    if (event.toObject().value("type") != QLatin1String("customer.subscription.updated")) {
                        kept.append(event);
                    }
                }
                page->insert("data", kept);
            });
        };
        const auto summary = meanwhile.program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QVERIFY(!meanwhile.act);
        QStringList theirs;
        for (const QJsonValue& id : objectAt(account, "/v1/subscriptions/" + subscription).value("discounts").toArray()) {
            theirs << id.toString();
        }
        QCOMPARE(theirs.isEmpty(), !isAdded);
        QCOMPARE(meanwhile.program.mirror->reader().subscription(QString::fromLatin1(subscription)).value()->discountIds, theirs);
        QVERIFY(meanwhile.asked.contains(QLatin1String("/v1/subscriptions/") + QString::fromLatin1(subscription)));
    }

    void aDisputeMovesItsCharge()
    {
        Account account(40, 12);
        const QByteArray charge = idOf(oldest(account, "charges", [](const QJsonObject& shown) { return shown.value("paid").toBool(); }));
        const QString path = QStringLiteral("/v1/charges/") + QString::fromLatin1(charge);
        Meanwhile meanwhile(account);
        meanwhile.act = [&] { QCOMPARE(heldBy(meanwhile.program, charge).value("disputed"), QJsonValue(false)); };
        meanwhile.edit = [&](const http::Request& request) -> Answer {
            if (isHeadOfEvents(request)) {
                return withEvent(account, request, QStringLiteral("charge.dispute.created"), {{"id", "dp_1"}, {"object", "dispute"}, {"charge", QString::fromLatin1(charge)}});
            }
            return request.url.path() == path ? answered(account, request, [](QJsonObject* shown) { shown->insert("disputed", true); }) : std::nullopt;
        };
        const auto summary = meanwhile.program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QVERIFY(!meanwhile.act);
        QCOMPARE(heldBy(meanwhile.program, charge).value("disputed"), QJsonValue(true));
    }

    void aPaymentMethodOfACustomer()
    {
        constexpr int kLater = 2040;
        Account account(40, 12);
        const auto methodOf = [](const QJsonObject& customer) { return customer.value("invoice_settings").toObject().value("default_payment_method"); };
        const QJsonObject payer = oldest(account, "customers", [&](const QJsonObject& shown) { return methodOf(shown).isString(); });
        const QByteArray method = methodOf(payer).toString().toLatin1();
        const QString path = QStringLiteral("/v1/customers/") + payer.value("id").toString();
        const auto expiryOf = [&](const Program& program) { return heldBy(program, method).value("card").toObject().value("exp_year").toInt(); };
        Meanwhile meanwhile(account);
        meanwhile.act = [&] { QVERIFY(expiryOf(meanwhile.program) > 0 && expiryOf(meanwhile.program) != kLater); };
        meanwhile.edit = [&](const http::Request& request) -> Answer {
            if (isHeadOfEvents(request)) {
                return withEvent(account, request, QStringLiteral("payment_method.automatically_updated"),
                    {{"id", QString::fromLatin1(method)}, {"object", "payment_method"}, {"customer", payer.value("id")}});
            }
            if (request.url.path() != path) {
                return std::nullopt;
            }
            return answered(account, request, [](QJsonObject* customer) {
                QJsonObject settings = customer->value("invoice_settings").toObject();
                QJsonObject shown = settings.value("default_payment_method").toObject();
                QJsonObject card = shown.value("card").toObject();
                card.insert("exp_year", kLater);
                shown.insert("card", card);
                settings.insert("default_payment_method", shown);
                customer->insert("invoice_settings", settings);
            });
        };
        const auto summary = meanwhile.program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QVERIFY(!meanwhile.act);
        QCOMPARE(expiryOf(meanwhile.program), kLater);
    }

    /// What an ended subscription left unpaid is collected no more, and the payment of a void invoice is canceled: neither has an event.
    void whatIsSettledBesideWithoutAnEvent()
    {
        constexpr int kMany = 8;
        Account account(6);
        const QJsonObject paying = objectAt(account, "/v1/subscriptions?status=active&limit=1").value("data").toArray().at(0).toObject();
        const QByteArray price = idOf(paying.value("items").toObject().value("data").toArray().at(0).toObject().value("price").toObject());
        QList<QByteArray> subscriptions;
        QList<QByteArray> invoices;
        for (int i = 0; i < kMany; ++i) {
            const QJsonObject made = posted(account, "/v1/subscriptions",
                "customer=" + paying.value("customer").toString().toLatin1() + "&items[0][price]=" + price + "&collection_method=send_invoice&days_until_due=30");
            subscriptions << idOf(made);
            invoices << made.value("latest_invoice").toString().toLatin1();
            if (i > 0) {
                posted(account, "/v1/invoices/" + invoices.last() + "/finalize", {});
            }
        }
        const QByteArray draft = invoices.at(0);
        const QByteArray payment = firstId(account, "invoice_payments?invoice=" + invoices.at(1));
        Meanwhile meanwhile(account);
        meanwhile.act = [&] {
            QCOMPARE(heldBy(meanwhile.program, draft).value("auto_advance"), QJsonValue(true));
            QCOMPARE(heldBy(meanwhile.program, payment).value("status"), QJsonValue("open"));
            QCOMPARE(askAccount(account, "DELETE", "/v1/subscriptions/" + subscriptions.at(0)).status, 200);
            posted(account, "/v1/invoices/" + invoices.at(1) + "/void", {});
        };
        const auto summary = meanwhile.program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QVERIFY(!meanwhile.act);
        QCOMPARE(objectAt(account, "/v1/invoices/" + draft).value("auto_advance"), QJsonValue(false));
        QCOMPARE(heldBy(meanwhile.program, draft).value("auto_advance"), QJsonValue(false));
        QCOMPARE(heldBy(meanwhile.program, payment).value("status"), QJsonValue("canceled"));
    }

    /// Else the mirror would have to read hundreds of thousands of them.
    void jsonIsAskedForWhereTheRuleNeedsIt()
    {
        Account account(20, 4);
        rename(account, firstId(account, "customers"), "Renamed");
        QCOMPARE(askAccount(account, "DELETE", "/v1/customers/" + firstId(account, "customers")).status, 200);
        Events events = newestEvents(account, 100);
        int plain = 0;
        for (const auto& received : events) {
            if (!aimedByJson().contains(received.object.objectType)) {
                ++plain;
                QCOMPARE(aimedAt(bare(received.object), {}), aimedAt(received.object, received.json));
            }
        }
        QVERIFY(plain > 10);
        const QList<std::pair<QString, QJsonObject>> others = {
            {"customer.discount.deleted", {{"id", "di_1"}, {"object", "discount"}, {"customer", "cus_1"}, {"subscription", "sub_1"}}},
            {"payment_method.updated", {{"id", "pm_1"}, {"object", "payment_method"}, {"customer", "cus_1"}}},
            {"charge.dispute.closed", {{"id", "dp_1"}, {"object", "dispute"}, {"charge", "ch_1"}}}};
        const QList<QStringList> aims = {{"customers cus_1 1", "subscriptions sub_1 1"}, {"customers cus_1 1"}, {"charges ch_1 1"}};
        for (qsizetype i = 0; i < others.size(); ++i) {
            QByteArray json;
            const stripe::Event event = eventOf(others.at(i).first, others.at(i).second, &json);
            QVERIFY(aimedByJson().contains(event.objectType));
            QCOMPARE(aimedAt(event, json), aims.at(i));
            QVERIFY(aimedAt(bare(event), {}).isEmpty());
        }
    }
};

CH_TEST(TstChangedMeanwhile)
#include "tst_ChangedMeanwhile.moc"
