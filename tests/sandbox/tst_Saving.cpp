// SPDX-License-Identifier: GPL-3.0-or-later
// An account that is saved and loaded is the same account.
#include "sandbox/Account.h"
#include "sandbox/SandboxServer.h"
#include "support/TestMain.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using ch::sandbox::Engine;
using ch::test::Account;

namespace {

ch::sandbox::Options savingOptions()
{
    ch::sandbox::Options options;
    options.businesses = 130;
    options.months = 10;
    options.templates = 60;
    options.live = false;
    return options;
}

/// A bit of everything, months apart.
void savingLive(Account& a)
{
    const QByteArray price = a.makePrice("1700", "&lookup_key=mine");
    const QByteArray payer = a.makePayer(), failing = a.makePayer("pm_card_chargeCustomerFail");
    a.post("/v1/coupons", "id=OWN&percent_off=10&duration=repeating&duration_in_months=3");
    const QByteArray own = a.subscribe(payer, price, "&discounts[0][coupon]=OWN").id().toLatin1();
    a.subscribe(failing, price, "&trial_period_days=7");
    a.post("/v1/customers", "name=Kept", "a key");
    const auto old = a.walk("/v1/subscriptions", "status=active");
    a.del("/v1/subscriptions/" + old.last()["id"].toString().toLatin1());
    a.post("/v1/subscriptions/" + old[3]["id"].toString().toLatin1(), "cancel_at_period_end=true");
    a.del("/v1/customers/" + old[5]["customer"].toString().toLatin1());
    a.clock.advance(33LL * 86400 * 1000);
    a.post("/v1/subscriptions/" + own, "description=later");
    const QByteArray clock = a.post("/v1/test_helpers/test_clocks", "frozen_time=" + QByteArray::number(a.clock.nowSeconds())).id().toLatin1();
    a.post("/v1/customers", "name=Frozen&test_clock=" + clock);
    a.post("/v1/refunds", "charge=" + a.walk("/v1/charges", "created[gte]=" + QByteArray::number(a.clock.nowSeconds() - 20 * 86400)).first()["id"].toString().toLatin1() + "&amount=100");
    a.get("/v1/customers");
}

} // namespace

class TstSaving : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLoadedAccountIsTheSame();
    void keysAreNotInTheFile();
    void filesThatCannotBeUsedAreRefused();
    void theServerSavesAndLoads();
};

void TstSaving::aLoadedAccountIsTheSame()
{
    Account a(savingOptions());
    savingLive(a);
    const QByteArray saved = a.engine.save();
    auto loaded = Engine::load(saved, {}, a.clock);
    QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().message));
    QVERIFY(a.engine.dump() == (*loaded)->dump());
    QVERIFY(saved == (*loaded)->save());
    // And it goes on as the other does: 50 requests, a day and a half apart.
    const auto both = [&](const QByteArray& method, const QByteArray& target, const QByteArray& body, const QByteArray& key) {
        ch::sandbox::Request request{method, target, {{"Authorization", "Bearer " + Account::key()}}, body};
        if (!key.isEmpty())
            request.headers.append({"Idempotency-Key", key});
        const auto one = a.engine.handle(request), other = (*loaded)->handle(request);
        return one.status == other.status && one.body == other.body && one.headers == other.headers;
    };
    QVERIFY(both("POST", "/v1/customers", "name=Kept", "a key")); // replayed
    const auto subscriptions = a.walk("/v1/subscriptions", "status=all");
    for (const QJsonObject& row : subscriptions) // the same number of requests, so that their ids go on alike
        QVERIFY(!row.isEmpty());
    const qsizetype walked = (subscriptions.size() + 99) / 100;
    for (qsizetype i = 0; i < walked; ++i)
        (void)(*loaded)->handle({"GET", "/v1/subscriptions", {{"Authorization", "Bearer " + Account::key()}}, {}});
    for (int i = 0; i < 50; ++i) {
        a.clock.advance(36LL * 3600 * 1000);
        const QByteArray id = subscriptions[(i * 7) % subscriptions.size()]["id"].toString().toLatin1();
        switch (i % 5) {
        case 0: QVERIFY(both("GET", "/v1/events?limit=100", {}, {})); break;
        case 1: QVERIFY(both("POST", "/v1/subscriptions/" + id, "description=n" + QByteArray::number(i), {})); break;
        case 2: QVERIFY(both("GET", "/v1/invoices?limit=100", {}, {})); break;
        case 3: QVERIFY(both("POST", "/v1/customers", "name=New" + QByteArray::number(i), "key " + QByteArray::number(i))); break;
        case 4: QVERIFY(both("DELETE", "/v1/subscriptions/" + id, {}, {})); break;
        }
    }
    QVERIFY(a.engine.dump() == (*loaded)->dump());
}

void TstSaving::keysAreNotInTheFile()
{
    auto options = savingOptions();
    options.acceptedKeys << QString::fromLatin1(Account::key("sk", "test", "zzSecretzz99"));
    Account a(options);
    QVERIFY(!a.engine.save().contains("zzSecretzz99"));
}

void TstSaving::filesThatCannotBeUsedAreRefused()
{
    Account a(savingOptions());
    const QByteArray saved = a.engine.save();
    const auto why = [&a](const QByteArray& bytes) {
        const auto loaded = Engine::load(bytes, {}, a.clock);
        return loaded ? QString() : loaded.error().message;
    };
    QVERIFY(why(saved).isEmpty());
    QVERIFY(why({}).contains("not an account"));
    QVERIFY(why("{\"id\": 1}").contains("not an account"));
    for (const qsizetype size : {qsizetype(30), qsizetype(60), saved.size() / 2, saved.size() - 1})
        QVERIFY(why(saved.left(size)).contains("not complete"));
    QVERIFY(why(saved + 'x').contains("not complete"));
    QByteArray damaged = saved;
    damaged[saved.size() / 2] = static_cast<char>(damaged[saved.size() / 2] ^ 1);
    QVERIFY(why(damaged).contains("damaged"));
    QByteArray newer = saved;
    newer[saved.indexOf('\n') + 1] = 9;
    QVERIFY(why(newer).contains("another version"));
}

void TstSaving::theServerSavesAndLoads()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("account"));
    ch::SystemClock clock;
    ch::sandbox::SandboxServer first(savingOptions(), clock);
    QVERIFY(!first.save()); // nowhere to
    first.saveTo(file);
    QVERIFY(first.start());
    first.engine().setBaseUrl("http://127.0.0.1"); // the ports differ
    const QByteArray before = first.engine().dump();
    QVERIFY(first.save());
    ch::sandbox::SandboxServer second({}, clock);
    second.loadFrom(file);
    QVERIFY(second.start());
    second.engine().setBaseUrl("http://127.0.0.1");
    QVERIFY(second.engine().dump() == before);

    QFile broken(file);
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("something else");
    broken.close();
    ch::sandbox::SandboxServer third({}, clock);
    third.loadFrom(file);
    const auto refused = third.start();
    QVERIFY(!refused);
    QVERIFY(refused.error().message.contains("not an account"));
    ch::sandbox::SandboxServer fourth({}, clock);
    fourth.loadFrom(folder.filePath(QStringLiteral("none")));
    QVERIFY(!fourth.start());
}

CH_TEST(TstSaving)
#include "tst_Saving.moc"
