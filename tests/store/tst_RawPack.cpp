// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/RawPack.h"
#include "store/StoreObjects.h"
#include "support/TestMain.h"

#include <QCryptographicHash>
#include <QDir>
#include <QRandomGenerator>
#include <SQLiteCpp/SQLiteCpp.h>
#include <zdict.h>
#include <zstd.h>

using namespace ch;
using namespace ch::test;
using namespace ch::store;

namespace {

QByteArray subscription()
{
    return subscriptionJson("sub_1", "cus_1", "active", "price_1");
}

/// What unpacking says; empty: it worked.
QByteArray refusal(const QByteArray& packed)
{
    try {
        (void)unpackedJson(packed);
        return {};
    } catch (const SQLite::Exception& exception) {
        return exception.what();
    }
}

QFileInfoList dictionaries()
{
    return QDir(QStringLiteral(":/ch/dictionaries")).entryInfoList(QDir::Files, QDir::Name);
}

QByteArray contentsOf(const QFileInfo& info)
{
    QFile file(info.filePath());
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A zstd frame as packedJson makes it, of any size.
QByteArray frameOf(const QByteArray& text)
{
    QByteArray packed("\xC1\0", 2);
    packed.resize(2 + qsizetype(ZSTD_compressBound(size_t(text.size()))));
    packed.resize(2 + qsizetype(ZSTD_compress(packed.data() + 2, size_t(packed.size()) - 2, text.constData(), size_t(text.size()), 1)));
    return packed;
}

} // namespace

class TstRawPack : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatIsPackedComesBack_data()
    {
        QTest::addColumn<QByteArray>("table");
        for (const QFileInfo& dictionary : dictionaries()) {
            const QByteArray table = dictionary.completeBaseName().section('-', 1).toUtf8();
            QTest::newRow(table.constData()) << table;
        }
        QTest::newRow("without a dictionary") << QByteArray("coupons");
    }

    void whatIsPackedComesBack()
    {
        QFETCH(QByteArray, table);
        QByteArray noise(1 << 20, Qt::Uninitialized);
        QRandomGenerator(7).fillRange(reinterpret_cast<quint32*>(noise.data()), noise.size() / 4);
        for (const QByteArray& text : {QByteArray("{}"), subscription(), invoiceJson("in_1", "cus_1", "sub_1", 500), noise, QByteArray(1, '\0')}) {
            QCOMPARE(unpackedJson(packedJson(table.constData(), text)), text);
        }
        QCOMPARE(unpackedJson({}), QByteArray());
    }

    void aDictionarySavesMostOfIt()
    {
        const qsizetype packed = packedJson("subscriptions", subscription()).size();
        QVERIFY2(packed * 2 < qCompress(subscription(), 3).size(), qPrintable(QString::number(packed)));
        QVERIFY(packed * 3 < packedJson("coupons", subscription()).size() * 2);
    }

    void anEarlierVersionsObjectsStayReadable()
    {
        QCOMPARE(unpackedJson(qCompress(subscription(), 3)), subscription());
        const QByteArray long_(3 << 20, 'x');
        QCOMPARE(unpackedJson(qCompress(long_)), long_);
    }

    /// Mirrors hold objects that were packed with them: a number's file never changes, and none goes away.
    void dictionariesStayWhatTheyWere()
    {
        static const QMap<QString, QByteArray> kReleased = {
            {"1-customers.zdict", "97d8655eec6a98d771f5caffbd41ba3a"},
            {"10-credit_notes.zdict", "071db51252f0fff68175ffc961073dc0"},
            {"11-invoice_payments.zdict", "d49b8ba872f1f07bdbdc2f619c49021b"},
            {"12-balance_transactions.zdict", "b3f8a301585ea16c0e0112b3c3ff593d"},
            {"13-payment_methods.zdict", "28cf0c18a614c6ad3431af5ad4785d71"},
            {"2-subscriptions.zdict", "a77e90a818086c23c2882c6fc0144e01"},
            {"3-invoices.zdict", "f70d1a39ed32a944c4f1b1830d942af9"},
            {"4-prices.zdict", "6ce99f2cc05fda80ae346387a83fc9a5"},
            {"5-payment_intents.zdict", "85e3ffaf356014243dd76bbb73d525d0"},
            {"6-events.zdict", "db24271b8ffa5d62bfb89de4bc0087ce"},
            {"7-subscription_schedules.zdict", "879a1a6c49743cd40c1c42742fc7308a"},
            {"8-charges.zdict", "89a6d613f731f860f2e493098bcc5568"},
            {"9-refunds.zdict", "f7ebc505bb5464928be51444f61f56b7"},
        };
        QMap<QString, QByteArray> found;
        for (const QFileInfo& dictionary : dictionaries()) {
            const QByteArray bytes = contentsOf(dictionary);
            found.insert(dictionary.fileName(), QCryptographicHash::hash(bytes, QCryptographicHash::Md5).toHex());
            QCOMPARE(QString::number(ZDICT_getDictID(bytes.constData(), size_t(bytes.size()))), dictionary.fileName().section('-', 0, 0));
        }
        QCOMPARE(found, kReleased);
    }

    void anObjectOfAnUnknownDictionaryIsDamage()
    {
        QByteArray packed = packedJson("subscriptions", subscription());
        QCOMPARE(int(packed[1]), 2);
        packed[1] = char(200);
        QCOMPARE(refusal(packed), QByteArray("a packed object needs dictionary 200, which this version does not have"));

        QTemporaryDir dir;
        QVERIFY(openMirror(dir.path())->apply(smallAccount(1000)));
        {
            SQLite::Database db(dir.filePath("mirror.sqlite").toStdString(), SQLite::OPEN_READWRITE);
            SQLite::Statement spoil(db, "UPDATE subscriptions SET raw = ? WHERE id = 'sub_1'");
            spoil.bind(1, packed.constData(), int(packed.size()));
            spoil.exec();
        }
        const auto mirror = openMirror(dir.path());
        const auto shown = mirror->reader().json("sub_1");
        QVERIFY(!shown);
        QCOMPARE(shown.error().kind, ErrorKind::Damaged);
        QVERIFY2(shown.error().detail.contains("dictionary 200"), qPrintable(shown.error().detail));
        QVERIFY(mirror->reader().json("sub_2").value()->contains("sub_2"));
        const Status valued = mirror->revalue(fiveEach, kNowMs);
        QVERIFY(!valued);
        QCOMPARE(valued.error().kind, ErrorKind::Damaged);
        QVERIFY2(valued.error().message.contains("read anew from Stripe"), qPrintable(valued.error().message));
        QVERIFY(openMirror(dir.path())->wasRebuilt());
    }

    void whatIsCutOffOrAlteredIsRefused_data()
    {
        QTest::addColumn<QByteArray>("packed");
        QTest::newRow("with a dictionary") << packedJson("subscriptions", subscription());
        QTest::newRow("without") << packedJson("coupons", subscription());
        QTest::newRow("of an earlier version") << qCompress(subscription(), 3);
    }

    void whatIsCutOffOrAlteredIsRefused()
    {
        QFETCH(QByteArray, packed);
        for (qsizetype left = 1; left < packed.size(); ++left) {
            QVERIFY2(refusal(packed.first(left)).startsWith("a packed object"), qPrintable(QString::number(left)));
        }
        qsizetype refused = 0;
        for (qsizetype at = 0; at < packed.size(); ++at) {
            QByteArray altered = packed;
            altered[at] = char(altered[at] ^ 0x10);
            const bool isRefused = refusal(altered).startsWith("a packed object");
            QVERIFY2(isRefused || unpackedJson(altered) == subscription(), qPrintable(QString::number(at))); // some bits mean nothing
            refused += isRefused;
        }
        QVERIFY(refused > packed.size() * 9 / 10);
    }

    void aBombIsNotUnpacked()
    {
        const QByteArray large(qsizetype(128) << 20, ' ');
        QVERIFY(refusal(frameOf(large)).isEmpty());
        QCOMPARE(refusal(frameOf(large + ' ')), QByteArray("a packed object claims to hold 134217729 bytes"));
        QVERIFY_THROWS_EXCEPTION(SQLite::Exception, (void)packedJson("coupons", large + ' '));
        QByteArray lie = qCompress(QByteArray(1 << 20, ' '));
        lie.replace(0, 4, QByteArray("\0\0\0\x0A", 4)); // ten bytes, it says
        QCOMPARE(refusal(lie), QByteArray("a packed object cannot be unpacked"));
        lie.replace(0, 4, QByteArray("\x08\0\0\1", 4));
        QCOMPARE(refusal(lie), QByteArray("a packed object claims to hold 134217729 bytes"));
    }
};

CH_TEST(TstRawPack)
#include "tst_RawPack.moc"
