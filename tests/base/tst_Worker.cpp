// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Worker.h"
#include "support/TestMain.h"

#include <QSemaphore>
#include <QTest>
#include <QThread>
#include <atomic>
#include <memory>

using namespace ch;

class TstWorker : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void worksElsewhereAndAnswersHere()
    {
        Worker worker;
        const QThread* workedIn = nullptr;
        const QThread* answeredIn = nullptr;
        int answer = 0;
        Worker::run<int>(&worker, this, [&workedIn]() -> Result<int> {
            workedIn = QThread::currentThread();
            return 42;
        })->onFinished(this, [&](const Result<int>& result) {
            answeredIn = QThread::currentThread();
            answer = result.value_or(-1);
        });
        QCOMPARE(answer, 0); // never before control has returned to the event loop
        QTRY_COMPARE(answer, 42);
        QVERIFY(workedIn != QThread::currentThread());
        QCOMPARE(answeredIn, QThread::currentThread());
    }

    void withoutAWorkerItIsDoneHere()
    {
        const QThread* workedIn = nullptr;
        int answer = 0;
        auto* job = Worker::run<int>(nullptr, this, [&workedIn]() -> Result<int> {
            workedIn = QThread::currentThread();
            return 7;
        });
        job->onFinished(this, [&](const Result<int>& result) { answer = result.value_or(-1); });
        QCOMPARE(workedIn, QThread::currentThread());
        QTRY_COMPARE(answer, 7);
    }

    void keepsTheOrder()
    {
        Worker worker;
        QList<int> came;
        for (int i = 0; i < 50; ++i) {
            Worker::run<int>(&worker, this, [i]() -> Result<int> { return i; })->onFinished(this, [&came](const Result<int>& result) { came << result.value_or(-1); });
        }
        QTRY_COMPARE(came.size(), 50);
        QVERIFY(std::is_sorted(came.cbegin(), came.cend()));
    }

    void handsAnErrorOn()
    {
        Worker worker;
        ErrorKind kind = ErrorKind::Internal;
        Worker::run<int>(&worker, this, []() -> Result<int> { return fail(ErrorKind::Protocol, QStringLiteral("no page")); })
            ->onFinished(this, [&kind](const Result<int>& result) { kind = result.error().kind; });
        QTRY_COMPARE(kind, ErrorKind::Protocol);
    }

    void whatIsCancelledOrDeletedDropsItsAnswer()
    {
        Worker worker;
        QSemaphore goOn;
        int answers = 0;
        int cancelled = 0;
        const auto wait = [&goOn]() -> Result<int> {
            goOn.acquire();
            return 1;
        };
        auto* stopped = Worker::run<int>(&worker, this, wait);
        stopped->onFinished(this, [&](const Result<int>& result) {
            answers += result ? 1 : 0;
            cancelled += !result && result.error().kind == ErrorKind::Cancelled ? 1 : 0;
        });
        auto owner = std::make_unique<QObject>();
        Worker::run<int>(&worker, owner.get(), wait)->onFinished(this, [&](const Result<int>&) { ++answers; });
        bool lastCame = false;
        Worker::run<int>(&worker, this, wait)->onFinished(this, [&](const Result<int>&) { lastCame = true; });
        stopped->cancel();
        owner.reset();
        goOn.release(3);
        QTRY_VERIFY(lastCame);
        QCOMPARE(answers, 0);
        QCOMPARE(cancelled, 1);
    }

    void itsEndWaitsForTheWorkThatRunsAndCallsOffTheRest()
    {
        QSemaphore started;
        QSemaphore goOn;
        std::atomic_int worked = 0;
        int cancelled = 0;
        auto worker = std::make_unique<Worker>();
        for (int i = 0; i < 3; ++i) {
            Worker::run<int>(worker.get(), this, [&]() -> Result<int> {
                started.release();
                goOn.acquire();
                return ++worked;
            })->onFinished(this, [&cancelled](const Result<int>& result) { cancelled += !result && result.error().kind == ErrorKind::Cancelled ? 1 : 0; });
        }
        started.acquire();
        goOn.release(3);
        worker.reset();
        QVERIFY(worked >= 1);
        QTRY_COMPARE(cancelled, 3); // an answer that was under way goes with the worker
    }
};

CH_TEST(TstWorker)
#include "tst_Worker.moc"
