// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/RetryPolicy.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::http;

namespace {

Result<Reply> answered(int status, const QList<Header>& headers = {})
{
    Reply reply;
    reply.status = status;
    reply.headers = headers;
    return reply;
}

RetryPolicy policyWith(double chance)
{
    RetryPolicy policy;
    policy.attempts = 10;
    policy.random = [chance] { return chance; };
    return policy;
}

} // namespace

class TstRetryPolicy : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void retriesWhatTheOfficialSdkRetriesAnd429_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("advice");
        QTest::addColumn<bool>("again");
        for (const int status : {200, 301, 400, 401, 402, 403, 404}) {
            QTest::addRow("%d", status) << status << QByteArray() << false;
        }
        for (const int status : {409, 429, 500, 502, 503, 504}) {
            QTest::addRow("%d", status) << status << QByteArray() << true;
            QTest::addRow("%d told not to", status) << status << QByteArray("false") << false;
        }
        QTest::newRow("400 told to") << 400 << QByteArray("true") << true;
        QTest::newRow("402 told to, other case") << 402 << QByteArray("True") << true;
        QTest::newRow("200 is never sent again") << 200 << QByteArray("true") << false;
        QTest::newRow("advice that is no advice") << 500 << QByteArray("maybe") << true;
    }

    void retriesWhatTheOfficialSdkRetriesAnd429()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, advice);
        QFETCH(bool, again);
        QList<Header> headers;
        if (!advice.isEmpty()) {
            headers.append({"stripe-should-retry", advice});
        }
        QCOMPARE(RetryPolicy().waitBeforeNext(Request(), answered(status, headers), 1).has_value(), again);
    }

    void retriesOnlyErrorsWithoutAnAnswer_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("again");
        QTest::newRow("network") << int(ErrorKind::Network) << true;
        QTest::newRow("timeout") << int(ErrorKind::Timeout) << true;
        QTest::newRow("tls") << int(ErrorKind::Tls) << false;
        QTest::newRow("protocol") << int(ErrorKind::Protocol) << false;
        QTest::newRow("cancelled") << int(ErrorKind::Cancelled) << false;
        QTest::newRow("safety") << int(ErrorKind::Safety) << false;
    }

    void retriesOnlyErrorsWithoutAnAnswer()
    {
        QFETCH(int, kind);
        QFETCH(bool, again);
        const Result<Reply> outcome = fail(ErrorKind(kind), QStringLiteral("x"));
        QCOMPARE(RetryPolicy().waitBeforeNext(Request(), outcome, 1).has_value(), again);
    }

    void threeAttemptsAndNoMore()
    {
        const RetryPolicy policy;
        QVERIFY(policy.waitBeforeNext(Request(), answered(500), 1));
        QVERIFY(policy.waitBeforeNext(Request(), answered(500), 2));
        QVERIFY(!policy.waitBeforeNext(Request(), answered(500), 3));
        RetryPolicy once;
        once.attempts = 0;
        QVERIFY(!once.waitBeforeNext(Request(), answered(500), 1));
        RetryPolicy endless;
        endless.attempts = 1000;
        QVERIFY(endless.waitBeforeNext(Request(), answered(500), 9));
        QVERIFY(!endless.waitBeforeNext(Request(), answered(500), 10));
        Request single;
        single.repeatable = false;
        QVERIFY(!policy.waitBeforeNext(single, answered(429), 1));
    }

    void waitsOneTwoFourSecondsWithJitterBetweenHalfAndWhole()
    {
        const QList<qint64> whole = {1000, 2000, 4000, 8000, 8000};
        for (int made = 1; made <= whole.size(); ++made) {
            QCOMPARE(*policyWith(0.0).waitBeforeNext(Request(), answered(500), made), whole.at(made - 1) / 2);
            QCOMPARE(*policyWith(0.5).waitBeforeNext(Request(), answered(500), made), whole.at(made - 1) * 3 / 4);
            QCOMPARE(*policyWith(1.0).waitBeforeNext(Request(), answered(500), made), whole.at(made - 1));
            QCOMPARE(*policyWith(7.0).waitBeforeNext(Request(), answered(500), made), whole.at(made - 1));
        }
        QSet<qint64> seen;
        for (int i = 0; i < 200; ++i) {
            const qint64 wait = *RetryPolicy().waitBeforeNext(Request(), answered(500), 1);
            QVERIFY(wait >= 500 && wait <= 1000);
            seen.insert(wait);
        }
        QVERIFY(seen.size() > 20);
    }

    void retryAfterIsWaitedForUpToAMinute_data()
    {
        QTest::addColumn<QByteArray>("retryAfter");
        QTest::addColumn<QByteArray>("date");
        QTest::addColumn<qint64>("wait"); // -1: handed on
        const QByteArray sent = "Sun, 01 Nov 2026 10:00:00 GMT";
        QTest::newRow("seconds") << QByteArray("7") << QByteArray() << qint64(7000);
        QTest::newRow("shorter than our own wait") << QByteArray("0") << QByteArray() << qint64(1000);
        QTest::newRow("a minute") << QByteArray(" 60 ") << QByteArray() << qint64(60'000);
        QTest::newRow("more than a minute") << QByteArray("61") << QByteArray() << qint64(-1);
        QTest::newRow("far more than fits") << QByteArray("9223372036854775807") << QByteArray() << qint64(-1);
        QTest::newRow("negative") << QByteArray("-5") << QByteArray() << qint64(1000);
        QTest::newRow("nonsense") << QByteArray("soon") << QByteArray() << qint64(1000);
        QTest::newRow("date") << QByteArray("Sun, 01 Nov 2026 10:00:12 GMT") << sent << qint64(12'000);
        QTest::newRow("date gone by") << QByteArray("Sun, 01 Nov 2026 09:00:12 GMT") << sent << qint64(1000);
        QTest::newRow("date too far") << QByteArray("Sun, 01 Nov 2026 10:02:00 GMT") << sent << qint64(-1);
        QTest::newRow("date without a Date") << QByteArray("Sun, 01 Nov 2026 10:00:12 GMT") << QByteArray() << qint64(1000);
    }

    void retryAfterIsWaitedForUpToAMinute()
    {
        QFETCH(QByteArray, retryAfter);
        QFETCH(QByteArray, date);
        QFETCH(qint64, wait);
        QList<Header> headers = {{"Retry-After", retryAfter}};
        if (!date.isEmpty()) {
            headers.append({"Date", date});
        }
        QCOMPARE(policyWith(1.0).waitBeforeNext(Request(), answered(429, headers), 1).value_or(-1), wait);
    }
};

CH_TEST(TstRetryPolicy)
#include "tst_RetryPolicy.moc"
