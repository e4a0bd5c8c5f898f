// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Job.h"
#include "base/Log.h"
#include "base/Money.h"
#include "base/Secret.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"

#include <QDir>
#include <QFile>
#include <QPointer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#ifdef Q_OS_UNIX
#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>
#endif

using namespace ch;

class TstBase : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void amountsHaveTheirCurrencysDigits()
    {
        QCOMPARE(machineAmount(123450, QStringLiteral("usd")), QStringLiteral("1234.50"));
        QCOMPARE(machineAmount(-5, QStringLiteral("eur")), QStringLiteral("-0.05"));
        QCOMPARE(machineAmount(833, QStringLiteral("jpy")), QStringLiteral("833"));
        QCOMPARE(machineAmount(1, QStringLiteral("kwd")), QStringLiteral("0.001"));
        QCOMPARE(machineAmount(std::numeric_limits<qint64>::min(), QStringLiteral("jpy")), QStringLiteral("-9223372036854775808"));
        QVERIFY(isKnownCurrency(QStringLiteral("isk")));
        QVERIFY(isKnownCurrency(QStringLiteral("hrk"))); // no more, but old subscriptions have it
        QVERIFY(!isKnownCurrency(QString()));
        QVERIFY(!isKnownCurrency(QStringLiteral("zzz")));
        QVERIFY(!isKnownCurrency(QStringLiteral("d a")));
    }

    void secretShowsNothingByAccident()
    {
        // Put together at run time, so that no key-shaped text stands in the source.
        const Secret key(QByteArray("sk_") + "test_" + QByteArray(20, 'x') + "4242");
        QCOMPARE(key.masked(), QStringLiteral("sk_test_\u20264242"));
        QCOMPARE(Secret("short").masked(), QStringLiteral("\u2026"));
        Secret copy = key;
        const Secret moved = std::move(copy);
        QVERIFY(moved.equals(key));
        QVERIFY(!moved.equals(Secret("other")));
    }

    void jobFinishesOnceAndNeverAtOnce()
    {
        QObject owner;
        auto* job = new SimpleJob<int>(&owner);
        QSignalSpy spy(job, &Job::finished);
        QPointer<QObject> watch(job);
        int seen = 0;
        job->onFinished(&owner, [&seen](const Result<int>& result) { seen = result.value_or(-1); });
        job->end(7);
        job->end(8);
        job->cancel();
        QCOMPARE(spy.count(), 0);
        test::deliverQueued();
        QCOMPARE(spy.count(), 1);
        QCOMPARE(seen, 7);
        QVERIFY(watch.isNull());
    }

    void cancelledJobStillFinishes()
    {
        QObject owner;
        auto* job = new SimpleJob<int>(&owner);
        ErrorKind kind = ErrorKind::Internal;
        job->onFinished(&owner, [&kind](const Result<int>& result) { kind = result.error().kind; });
        job->cancel();
        job->end(7);
        test::deliverQueued();
        QCOMPARE(kind, ErrorKind::Cancelled);
    }

    void fakeClockFiresInOrderAndForgetsTheDead()
    {
        test::FakeClock clock;
        QObject alive;
        auto dying = std::make_unique<QObject>();
        QStringList order;
        clock.callAfter(200, &alive, [&] { order << QStringLiteral("b"); });
        clock.callAfter(100, &alive, [&] { order << QStringLiteral("a"); });
        clock.callAfter(150, dying.get(), [&] { order << QStringLiteral("dead"); });
        dying.reset();
        clock.advance(150);
        QCOMPARE(order, QStringList({QStringLiteral("a")}));
        clock.advance(50);
        QCOMPARE(order, QStringList({QStringLiteral("a"), QStringLiteral("b")}));
    }

    void logTakesSecretsOut_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("mustNotHold");
        const QString tail = QString(24, QLatin1Char('q')) + QStringLiteral("9Z");
        const QStringList prefixes = {QStringLiteral("sk_test_"), QStringLiteral("sk_live_"), QStringLiteral("rk_test_"), QStringLiteral("rk_live_"),
            QStringLiteral("pk_live_"), QStringLiteral("sk_org_live_"), QStringLiteral("rkcs_test_"), QStringLiteral("whsec_"), QStringLiteral("oak_")};
        for (const QString& prefix : prefixes) {
            QTest::newRow(qPrintable(prefix)) << QStringLiteral("request with %1%2 refused").arg(prefix, tail) << tail;
        }
        QTest::newRow("bearer") << QStringLiteral("Authorization: Bearer %1").arg(tail) << tail;
        QTest::newRow("basic") << QStringLiteral("authorization: basic %1==").arg(tail) << tail;
        QTest::newRow("client secret") << QStringLiteral("pi_123_secret_%1").arg(tail) << tail;
        QTest::newRow("e-mail") << QStringLiteral("customer jane.doe@example.com created") << QStringLiteral("jane");
        QTest::newRow("behind an escape") << QStringLiteral("body=%3Dsk_live_%1").arg(tail) << tail;
        QTest::newRow("e-mail at the end of a long line") << QString(3'990, QLatin1Char(' ')) + QStringLiteral("jane.doe@example.com") << QStringLiteral("jane");
        QTest::newRow("query") << QStringLiteral("GET https://api.stripe.com/v1/customers?email=%1").arg(tail) << tail;
        QTest::newRow("card") << QStringLiteral("card 4242 4242 4242 4242 used") << QStringLiteral("4242 4242");
        QTest::newRow("user in URL") << QStringLiteral("https://%1:@api.stripe.com/").arg(tail) << tail;
    }
    void logTakesSecretsOut()
    {
        QFETCH(QString, line);
        QFETCH(QString, mustNotHold);
        QVERIFY2(!log::redacted(line).contains(mustNotHold), qPrintable(log::redacted(line)));
        log::error(line);
        QVERIFY(!log::recentLines().constLast().contains(mustNotHold));
    }

    void logKeepsWhatIsHarmless()
    {
        const QString line = QStringLiteral("POST /v1/customers/{id} 200 812 ms attempt 2 req_AbCdEf123456");
        QCOMPARE(log::redacted(line), line);
        QCOMPARE(log::redacted(QStringLiteral("sub_1Qw took 1793491200000 ms")), QStringLiteral("sub_1Qw took 1793491200000 ms"));
    }

    void logFileIsPrivateAndClean()
    {
        QTemporaryDir dir;
        QVERIFY(log::startFile(dir.path()).has_value());
        const QString tail(24, QLatin1Char('k'));
        log::warning(QStringLiteral("key sk_") + QStringLiteral("live_") + tail);
        log::flush();
        QFile file(log::filePath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY(text.contains("warning"));
        QVERIFY(!text.contains(tail.toUtf8()));
        QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther), QFile::Permissions());
    }

#ifdef Q_OS_UNIX
    // A full disk, by a limit on the size of files: nothing may go to stderr, where the terminal program speaks to people.
    void aLogThatCannotGrowIsSaidInTheViewer()
    {
        QTemporaryDir dir;
        QVERIFY(log::startFile(dir.path()).has_value());
        QFile captured(dir.filePath(QStringLiteral("stderr")));
        QVERIFY(captured.open(QIODevice::ReadWrite));
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        rlimit small = before;
        small.rlim_cur = 4096;
        std::signal(SIGXFSZ, SIG_IGN);
        std::fflush(stderr);
        const int realStderr = dup(STDERR_FILENO);
        dup2(captured.handle(), STDERR_FILENO);
        setrlimit(RLIMIT_FSIZE, &small);
        for (int i = 0; i < 5; ++i) {
            log::warning(QStringLiteral("a line that does not fit ") + QString(3000, QLatin1Char('x')));
        }
        log::warning(QStringLiteral("the last line"));
        std::fflush(stderr);
        setrlimit(RLIMIT_FSIZE, &before);
        dup2(realStderr, STDERR_FILENO);
        close(realStderr);
        QCOMPARE(captured.size(), 0);
        const QStringList lines = log::recentLines();
        QVERIFY(lines.last().endsWith(QLatin1String("the last line")));
        QCOMPARE(lines.filter(QStringLiteral("cannot be written down")).size(), 1);
    }
#endif
};

CH_TEST(TstBase)
#include "tst_Base.moc"
