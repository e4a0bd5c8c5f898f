// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/StripeRig.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::stripe;
using test::madeUpKey;

class TstKeysAndParams : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keysAreToldApartBySegment_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("live");
        QTest::addColumn<bool>("certain");
        QTest::newRow("sk test") << madeUpKey("sk", "test") << int(KeyKind::Secret) << false << true;
        QTest::newRow("sk live") << madeUpKey("sk", "live") << int(KeyKind::Secret) << true << true;
        QTest::newRow("rk test") << madeUpKey("rk", "test") << int(KeyKind::Restricted) << false << true;
        QTest::newRow("rk live") << madeUpKey("rk", "live") << int(KeyKind::Restricted) << true << true;
        QTest::newRow("rkcs") << madeUpKey("rkcs", "") << int(KeyKind::Claimable) << false << true;
        QTest::newRow("rkcs test") << madeUpKey("rkcs", "test") << int(KeyKind::Claimable) << false << true;
        QTest::newRow("rkcs live") << madeUpKey("rkcs", "live") << int(KeyKind::Claimable) << true << true;
        QTest::newRow("sk with neither") << madeUpKey("sk", "") << int(KeyKind::Secret) << true << false;
        QTest::newRow("sk with another word") << madeUpKey("sk", "sandbox") << int(KeyKind::Secret) << true << false;
        QTest::newRow("test further back") << madeUpKey("sk", "x_test") << int(KeyKind::Secret) << true << false;
        QTest::newRow("Test in another case") << madeUpKey("sk", "TEST") << int(KeyKind::Secret) << true << false;
        QTest::newRow("unknown kind, test") << madeUpKey("zk", "test") << int(KeyKind::Unknown) << true << false;
        QTest::newRow("oak") << madeUpKey("oak", "") << int(KeyKind::Unknown) << true << false;
        QTest::newRow("blanks around it") << " \t" + madeUpKey("sk", "test") + " \r\n" << int(KeyKind::Secret) << false << true;
    }

    void keysAreToldApartBySegment()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, kind);
        QFETCH(bool, live);
        QFETCH(bool, certain);
        const Result<ApiKey> key = ApiKey::parse(Secret(text));
        QVERIFY2(key, qPrintable(key ? QString() : key.error().message));
        QCOMPARE(int(key->kind()), kind);
        QCOMPARE(key->mode(), live ? Mode::Live : Mode::Test);
        QCOMPARE(key->isModeCertain(), certain);
        QCOMPARE(key->secret().reveal(), text.trimmed());
        QCOMPARE(modeName(key->mode()), live ? QStringLiteral("live") : QStringLiteral("test"));
    }

    void whatIsNoKeyIsRefusedWithTheReason_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing") << QByteArray(" \n ") << "There is no key";
        QTest::newRow("pk test") << madeUpKey("pk", "test") << "publishable key";
        QTest::newRow("pk live") << madeUpKey("pk", "live") << "publishable key";
        QTest::newRow("whsec") << madeUpKey("whsec", "") << "webhook";
        QTest::newRow("sk_org") << madeUpKey("sk", "org") << "organization";
        QTest::newRow("sk_org_live") << madeUpKey("sk", "org_live") << "organization";
        QTest::newRow("sk_org_test") << madeUpKey("sk", "org_test") << "organization";
        QTest::newRow("blank inside") << madeUpKey("sk", "test") + " x" << "blank or a line break";
        QTest::newRow("two lines") << madeUpKey("sk", "test") + "\n" + madeUpKey("sk", "live") << "blank or a line break";
        QTest::newRow("shown shortened") << QByteArray("sk_") + "test_\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2" "1234" << "shortened";
        QTest::newRow("with stars") << QByteArray("sk_") + "test_********1234" << "shortened";
        QTest::newRow("header injection") << madeUpKey("sk", "test") + "\r\nX: 1" << "blank or a line break";
        QTest::newRow("no prefix") << QByteArray("4eC39HqLyjWDarjtT1zdp7dc") << "not a Stripe key";
        QTest::newRow("prefix only") << QByteArray("sk_") + "test_" << "length";
        QTest::newRow("far too long") << madeUpKey("sk", "test") + QByteArray(600, 'x') << "length";
        QTest::newRow("leading underscore") << QByteArray("_test_4eC39HqLyjWDarjtT1zdp7dc") << "not a Stripe key";
    }

    void whatIsNoKeyIsRefusedWithTheReason()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const Result<ApiKey> key = ApiKey::parse(Secret(text));
        QVERIFY(!key);
        QCOMPARE(key.error().kind, ErrorKind::InvalidInput);
        QVERIFY2(key.error().message.contains(says), qPrintable(key.error().message));
        QVERIFY(key.error().message.contains(QStringLiteral("sk_"))); // what to paste instead
        QVERIFY(!key.error().message.contains(QStringLiteral("4eC39HqLyj")));
    }

    void theWireFormIsThatOfTheOfficialSdk()
    {
        // Measured with stripe-node 23.1.0; the brackets may be encoded or not.
        Params params;
        params.add(QStringLiteral("customer"), "cus_1");
        params.add(QStringLiteral("items[0][price]"), "price_1").add(QStringLiteral("items[0][quantity]"), 2);
        params.add(QStringLiteral("items[1][price_data][recurring][interval]"), "month");
        params.addMetadata({{QStringLiteral("a"), QStringLiteral("b c")}, {QStringLiteral("n"), QString()}});
        params.add(QStringLiteral("trial_end"), "now");
        params.addList(QStringLiteral("expand"), {QStringLiteral("latest_invoice.confirmation_secret")});
        params.unset(QStringLiteral("discounts"));
        const QByteArray measured = "customer=cus_1&items[0][price]=price_1&items[0][quantity]=2&items[1][price_data][recurring][interval]=month&"
                                    "metadata[a]=b%20c&metadata[n]=&trial_end=now&expand[0]=latest_invoice.confirmation_secret&discounts=";
        QCOMPARE(params.encoded(), QByteArray(measured).replace('[', "%5B").replace(']', "%5D"));
    }

    void whatAFormReaderCouldMistakeIsEncoded_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QByteArray>("wire");
        QTest::newRow("plus") << "a+b" << QByteArray("a%2Bb");
        QTest::newRow("blank") << "a b" << QByteArray("a%20b");
        QTest::newRow("ampersand") << "a&b=c" << QByteArray("a%26b%3Dc");
        QTest::newRow("percent") << "100%" << QByteArray("100%25");
        QTest::newRow("hash, question, slash") << "#?/" << QByteArray("%23%3F%2F");
        QTest::newRow("brackets") << "[0]" << QByteArray("%5B0%5D");
        QTest::newRow("line break") << "a\r\nb" << QByteArray("a%0D%0Ab");
        QTest::newRow("umlaut") << QString::fromUtf8("M\u00fcller") << QByteArray("M%C3%BCller");
        QTest::newRow("beyond 16 bits") << QString::fromUtf8("\xf0\x9f\x90\x9f") << QByteArray("%F0%9F%90%9F");
        QTest::newRow("left alone") << "A-z0.9_~" << QByteArray("A-z0.9_~");
        QTest::newRow("at") << "a+b@example.com" << QByteArray("a%2Bb%40example.com");
    }

    void whatAFormReaderCouldMistakeIsEncoded()
    {
        QFETCH(QString, value);
        QFETCH(QByteArray, wire);
        QCOMPARE(Params({{QStringLiteral("k"), value}}).encoded(), "k=" + wire);
    }

    void typesAndLists()
    {
        Params params;
        params.add(QStringLiteral("yes"), true).add(QStringLiteral("no"), false).add(QStringLiteral("at"), qint64(9007199254740993));
        params.addList(QStringLiteral("ids"), {QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")}).addList(QStringLiteral("none"), {});
        QCOMPARE(params.encoded(), QByteArray("yes=true&no=false&at=9007199254740993&ids%5B0%5D=a&ids%5B1%5D=b&ids%5B2%5D=c"));
        params.set(QStringLiteral("no"), QStringLiteral("x")).set(QStringLiteral("new"), QStringLiteral("y"));
        QVERIFY(params.encoded().startsWith("yes=true&no=x&at="));
        QVERIFY(params.encoded().endsWith("&new=y"));
        QCOMPARE(Params().encoded(), QByteArray());
        QVERIFY(Params().isEmpty());
    }

    void pathsHoldIdsSafelyAndTemplatesHoldNone()
    {
        QCOMPARE(*pathId(QStringLiteral("cus_1")), QStringLiteral("cus_1"));
        QCOMPARE(*pathId(QStringLiteral("my plan/../x?y#z%")), QStringLiteral("my%20plan%2F..%2Fx%3Fy%23z%25"));
        for (const QString& bad : {QString(), QString(256, QLatin1Char('x')), QStringLiteral("."), QStringLiteral("..")}) {
            QVERIFY(!pathId(bad));
        }
        QCOMPARE(pathTemplate(QStringLiteral("/v1/customers/cus_1")), QStringLiteral("/v1/customers/{id}"));
        QCOMPARE(pathTemplate(QStringLiteral("/v1/customers")), QStringLiteral("/v1/customers"));
        QCOMPARE(pathTemplate(QStringLiteral("/v1/payment_intents/pi_3/cancel")), QStringLiteral("/v1/payment_intents/{id}/cancel"));
        QCOMPARE(pathTemplate(QStringLiteral("/v1/subscriptions/sub_1?limit=3")), QStringLiteral("/v1/subscriptions/{id}"));
        QCOMPARE(pathTemplate(QStringLiteral("/v1/coupons/SUMMER")), QStringLiteral("/v1/coupons/{id}"));
        QCOMPARE(pathTemplate(QStringLiteral("/v1/products/anna@example.com")), QStringLiteral("/v1/products/{id}"));
    }

    void idempotencyKeysAreNewEachTime()
    {
        static const QRegularExpression form(QStringLiteral("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
        const QByteArray one = newIdempotencyKey();
        QVERIFY2(form.match(QString::fromLatin1(one)).hasMatch(), one.constData());
        QVERIFY(one != newIdempotencyKey());
    }

    void limitsAreThoseOfTheMode()
    {
        QCOMPARE(limitsOf(Mode::Live).totalPerSecond, 100);
        QCOMPARE(limitsOf(Mode::Test).totalPerSecond, 25);
        QCOMPARE(limitsOf(Mode::Live).perEndpointPerSecond, 25);
    }
};

CH_TEST(TstKeysAndParams)
#include "tst_KeysAndParams.moc"
