// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/HandOver.h"
#include "support/TestMain.h"

#include <QFile>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>
#include <memory>

using ch::serve::HandOver;

class TstHandOver : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    QString m_place;

    /// give() blocks, as a program that starts does: it runs beside the one that listens.
    bool gives(const QByteArray& line)
    {
        bool taken = false;
        bool ended = false;
        const std::unique_ptr<QThread> other(QThread::create([&] { taken = HandOver::give(m_place, line, 5'000); }));
        connect(other.get(), &QThread::finished, this, [&ended] { ended = true; });
        other->start();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(ended, 20'000); }();
        other->wait();
        return taken;
    }

private Q_SLOTS:
    void init() { m_place = m_dir.filePath(QString::fromLatin1(QTest::currentTestFunction())); }

    void aLineArrivesWhole()
    {
        HandOver door;
        QVERIFY(door.listen(m_place));
        QSignalSpy received(&door, &HandOver::received);
        QVERIFY(gives("countinghouse://business/caf\xc3\xa9"));
        QCOMPARE(received.size(), 1);
        QCOMPARE(received.first().first().toByteArray(), QByteArray("countinghouse://business/caf\xc3\xa9"));
        QVERIFY(gives("second"));
        QCOMPARE(received.size(), 2);
    }

    void withoutAListenerNothingIsTaken()
    {
        QVERIFY(!HandOver::give(m_place, "x", 100));
    }

    void longerThanMayBeIsRefused()
    {
        HandOver door;
        QVERIFY(door.listen(m_place));
        QSignalSpy received(&door, &HandOver::received);
        QVERIFY(!HandOver::give(m_place, QByteArray(HandOver::kLongest + 1, 'x'), 100));
        QVERIFY(!HandOver::give(m_place, "two\nlines", 100));
        QLocalSocket rude; // another program of this user, that keeps to nothing
        rude.connectToServer(m_place);
        QVERIFY(rude.waitForConnected(5'000));
        rude.write(QByteArray(20'000, 'x'));
        rude.flush();
        QTRY_COMPARE_WITH_TIMEOUT(rude.state(), QLocalSocket::UnconnectedState, 20'000);
        QCOMPARE(received.size(), 0);
        QVERIFY(gives("after that"));
        QCOMPARE(received.size(), 1);
    }

    void aSecondListenerIsRefusedAndADeadOnesPlaceTaken()
    {
        {
            HandOver first;
            QVERIFY(first.listen(m_place));
            HandOver second;
            QVERIFY(!second.listen(m_place));
        }
        // A program that was killed leaves its socket behind.
        QFile left(m_place);
        QVERIFY(left.open(QIODevice::WriteOnly));
        left.close();
        HandOver next;
        QVERIFY(next.listen(m_place));
        QSignalSpy received(&next, &HandOver::received);
        QVERIFY(gives("again"));
        QCOMPARE(received.size(), 1);
    }

    void placesAreToldApartByTheirKey()
    {
        QCOMPARE(HandOver::placeOf("a"), HandOver::placeOf("a"));
        QVERIFY(HandOver::placeOf("a") != HandOver::placeOf("b"));
    }
};

CH_TEST(TstHandOver)
#include "tst_HandOver.moc"
