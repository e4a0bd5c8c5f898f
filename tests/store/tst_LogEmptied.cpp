// SPDX-License-Identifier: GPL-3.0-or-later
// Whichever way a customer is erased, their address stands neither in the mirror's file nor in its write-ahead log afterwards.
#include "store/Database.h"
#include "store/Schema.h"
#include "store/StoreObjects.h"
#include "support/TestMain.h"

#include <QElapsedTimer>

using namespace ch;
using namespace ch::test;
using namespace ch::store;

namespace logemptied {

const QByteArray kAddress = "jane@example.com";

bool isWritten(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.readAll().contains(kAddress);
}

bool isAnywhere(const QTemporaryDir& dir)
{
    return isWritten(mirrorPath(dir.path())) || isWritten(mirrorPath(dir.path()) + QStringLiteral("-wal"));
}

void endLists(Mirror& mirror, qint64 run, qint64 ms)
{
    for (const ObjectList list : allLists()) {
        Batch batch = batchAt(ms, run);
        batch.progress = ListProgress{list, run, 0, true, false};
        QVERIFY(mirror.apply(batch));
    }
}

Batch stubOf(const QByteArray& id, qint64 ms)
{
    Batch batch = batchAt(ms);
    batch.customers.push_back(received<stripe::Customer>("{\"id\":\"" + id + "\",\"object\":\"customer\",\"deleted\":true}"));
    return batch;
}

} // namespace logemptied

using namespace logemptied;

class TstLogEmptied : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsLeftInTheLog_data()
    {
        QTest::addColumn<QString>("how");
        for (const char* how : {"named", "stub", "gone", "unseen"}) {
            QTest::newRow(how) << QString::fromLatin1(how);
        }
    }

    void nothingIsLeftInTheLog()
    {
        QFETCH(QString, how);
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        const qint64 first = mirror->beginRun(1000).value();
        QVERIFY(mirror->apply(smallAccount(1100, first)));
        endLists(*mirror, first, 1150);
        QVERIFY(mirror->finishRun(first, 1200));
        QVERIFY(isAnywhere(dir));
        if (how == QLatin1String("named")) {
            Batch batch = batchAt(3000);
            batch.deletedCustomers << QStringLiteral("cus_1");
            QVERIFY(mirror->apply(batch));
        } else if (how == QLatin1String("stub")) {
            QVERIFY(mirror->apply(stubOf("cus_1", 3000)));
        } else if (how == QLatin1String("gone")) {
            QVERIFY(mirror->gone({{ObjectList::Customers, QStringLiteral("cus_1")}}, 3000));
        } else {
            const qint64 second = mirror->beginRun(3000).value();
            endLists(*mirror, second, 3100);
            QVERIFY(mirror->finishRun(second, 3200));
        }
        QVERIFY((*mirror->reader().customer("cus_1"))->deleted);
        QVERIFY(!isAnywhere(dir));
    }

    /// What it keeps is taken from the log with the next batch.
    void aReaderAtWorkKeepsNobodyWaiting()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        QVERIFY(mirror->apply(smallAccount(1000)));
        {
            const auto reader = Database::openForReading(mirrorPath(dir.path()), mirrorFile()).value();
            const ReadScope view(*reader);
            QCOMPARE(reader->integer("SELECT count(*) FROM customers WHERE deleted = 0"), 2);
            QElapsedTimer timer;
            timer.start();
            QVERIFY(mirror->apply(stubOf("cus_1", 3000)));
            QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
            QVERIFY(isAnywhere(dir));
        }
        QVERIFY(mirror->apply(batchAt(4000)));
        QVERIFY(!isAnywhere(dir));
    }
};

CH_TEST(TstLogEmptied)
#include "tst_LogEmptied.moc"
