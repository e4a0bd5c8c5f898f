// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Fraction.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::Fraction;

class TstFraction : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsDecimals_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("valid");
        QTest::addColumn<qint64>("numerator");
        QTest::addColumn<qint64>("denominator");
        QTest::newRow("whole") << QByteArray("500") << true << 500LL << 1LL;
        QTest::newRow("half") << QByteArray("2012.5") << true << 4025LL << 2LL;
        QTest::newRow("negative") << QByteArray("-0.05") << true << -1LL << 20LL;
        QTest::newRow("twelve decimals") << QByteArray("0.000000000001") << true << 1LL << 1000000000000LL;
        QTest::newRow("exponent") << QByteArray("12.5e-1") << true << 5LL << 4LL;
        QTest::newRow("exponent up") << QByteArray("1E2") << true << 100LL << 1LL;
        QTest::newRow("thirteen decimals") << QByteArray("0.0000000000001") << false << 0LL << 0LL;
        QTest::newRow("empty") << QByteArray("") << false << 0LL << 0LL;
        QTest::newRow("sign alone") << QByteArray("-") << false << 0LL << 0LL;
        QTest::newRow("two points") << QByteArray("1.2.3") << false << 0LL << 0LL;
        QTest::newRow("comma") << QByteArray("1,5") << false << 0LL << 0LL;
        QTest::newRow("trailing space") << QByteArray("15 ") << false << 0LL << 0LL;
        QTest::newRow("exponent without digits") << QByteArray("1e") << false << 0LL << 0LL;
        QTest::newRow("exponent too large") << QByteArray("1e400") << false << 0LL << 0LL;
        QTest::newRow("too many digits") << QByteArray(60, '9') << false << 0LL << 0LL;
    }
    void readsDecimals()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, valid);
        QFETCH(qint64, numerator);
        QFETCH(qint64, denominator);
        const Fraction f = Fraction::fromDecimal({text.constData(), static_cast<size_t>(text.size())});
        QCOMPARE(f.isValid(), valid);
        if (valid) {
            QVERIFY(f.numerator() == numerator);
            QVERIFY(f.denominator() == denominator);
        }
    }

    void roundsTiesAwayFromZero()
    {
        QCOMPARE(Fraction::ratio(5, 2).roundHalfAwayFromZero().value(), 3);
        QCOMPARE(Fraction::ratio(-5, 2).roundHalfAwayFromZero().value(), -3);
        QCOMPARE(Fraction::ratio(7, 3).roundHalfAwayFromZero().value(), 2);
        QCOMPARE(Fraction::ratio(8, 3).roundHalfAwayFromZero().value(), 3);
        QCOMPARE(Fraction(4).roundHalfAwayFromZero().value(), 4);
        QCOMPARE(Fraction(0).roundHalfAwayFromZero().value(), 0);
        QVERIFY(!(Fraction(std::numeric_limits<qint64>::max()) + Fraction(1)).roundHalfAwayFromZero());
    }

    void floorAndCeil()
    {
        QCOMPARE(Fraction::ratio(-5, 2).floor().value(), -3);
        QCOMPARE(Fraction::ratio(-5, 2).ceil().value(), -2);
        QCOMPARE(Fraction::ratio(23, 10).floor().value(), 2);
        QCOMPARE(Fraction::ratio(23, 10).ceil().value(), 3);
        QCOMPARE(Fraction(7).ceil().value(), 7);
    }

    void calculates()
    {
        QVERIFY(Fraction::ratio(1, 3) + Fraction::ratio(1, 6) == Fraction::ratio(1, 2));
        QVERIFY(Fraction::ratio(1, 3) - Fraction::ratio(1, 3) == Fraction(0));
        QVERIFY(Fraction::ratio(2, 3) * Fraction::ratio(3, 4) == Fraction::ratio(1, 2));
        QVERIFY(Fraction(1000) * Fraction(52) / Fraction(12) == Fraction::ratio(13000, 3));
        QVERIFY(Fraction::ratio(1, 3) < Fraction::ratio(1, 2));
        QVERIFY(Fraction::ratio(1, -2) == Fraction::ratio(-1, 2));
    }

    void overflowIsInvalidAndStays()
    {
        Fraction big(std::numeric_limits<qint64>::max());
        for (int i = 0; i < 3; ++i) {
            big = big * big;
        }
        QVERIFY(!big.isValid());
        QVERIFY(!(big - big).isValid());
        QVERIFY(!(big * Fraction(0)).isValid());
        QVERIFY(!(Fraction(1) / Fraction(0)).isValid());
        QVERIFY(!big.roundHalfAwayFromZero());
        QVERIFY(!(big < Fraction(1)) && !(big > Fraction(1)));
    }
};

CH_TEST(TstFraction)
#include "tst_Fraction.moc"
