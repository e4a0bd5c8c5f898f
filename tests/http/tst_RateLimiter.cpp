// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/RateLimiter.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"

#include <QtTest>
#include <deque>

using namespace ch;
using namespace ch::http;

namespace limiter_test {

Request limitedRequest(const char* path, Priority priority = Priority::Background)
{
    Request request;
    request.method = "GET";
    request.pathTemplate = QString::fromLatin1(path);
    request.priority = priority;
    return request;
}

struct LimiterRig {
    explicit LimiterRig(int perEndpoint, int total, int concurrent, int concurrentAtMost = 0) : limiter({perEndpoint, total, concurrent, concurrentAtMost}, clock) {}

    /// Each is done as soon as it went, unless they are to stay on the wire.
    void ask(const Request& request, bool stays = false)
    {
        limiter.acquire(request, &context, [this, request, stays] {
            went.append(request.pathTemplate);
            times.append(clock.monotonicMs());
            if (!stays) {
                limiter.done(request);
            }
        });
    }

    test::FakeClock clock;
    RateLimiter limiter;
    QObject context;
    QStringList went;
    QList<qint64> times;
};

/// The most starts in any second of them.
int mostInASecond(const QList<qint64>& times)
{
    int most = 0;
    for (const qint64 from : times) {
        most = qMax(most, int(std::count_if(times.begin(), times.end(), [from](qint64 t) { return t >= from && t < from + 1000; })));
    }
    return most;
}

} // namespace limiter_test

using namespace limiter_test;

class TstRateLimiter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void neverGoesAtOnce()
    {
        LimiterRig rig(25, 25, 6);
        rig.ask(limitedRequest("/a"));
        QCOMPARE(rig.went.size(), 0);
        QCOMPARE(rig.limiter.queued(), 1);
        test::deliverQueued();
        QCOMPARE(rig.went.size(), 1);
        QCOMPARE(rig.limiter.queued(), 0);
    }

    void keepsToBothRatesInAnySecond()
    {
        LimiterRig rig(5, 8, 100);
        for (int i = 0; i < 30; ++i) {
            rig.ask(limitedRequest("/a"));
        }
        for (int i = 0; i < 30; ++i) {
            rig.ask(limitedRequest("/b"));
        }
        rig.clock.advance(450);
        rig.clock.advance(30'000);
        QCOMPARE(rig.went.size(), 60);
        QCOMPARE(mostInASecond(rig.times), 8);
        QList<qint64> ofA;
        for (qsizetype i = 0; i < rig.went.size(); ++i) {
            if (rig.went.at(i) == QLatin1String("/a")) {
                ofA.append(rig.times.at(i));
            }
        }
        QCOMPARE(mostInASecond(ofA), 5);
        QVERIFY(rig.times.last() <= 8000); // 5 + 3 a second, then 5: nothing of it is wasted
    }

    void theWindowSlides()
    {
        LimiterRig rig(2, 100, 100);
        rig.ask(limitedRequest("/a"));
        rig.clock.advance(900);
        for (int i = 0; i < 3; ++i) {
            rig.ask(limitedRequest("/a"));
        }
        rig.clock.advance(5000);
        QCOMPARE(rig.times, (QList<qint64>{0, 900, 1000, 1900}));
    }

    void aFullEndpointHoldsUpNoOther()
    {
        LimiterRig rig(1, 100, 100);
        rig.ask(limitedRequest("/a"));
        rig.ask(limitedRequest("/a"));
        rig.ask(limitedRequest("/b"));
        test::deliverQueued();
        QCOMPARE(rig.went, (QStringList{QStringLiteral("/a"), QStringLiteral("/b")}));
    }

    void aPersonGoesFirst()
    {
        LimiterRig rig(100, 1, 100);
        rig.ask(limitedRequest("/b1"));
        rig.ask(limitedRequest("/b2"));
        rig.ask(limitedRequest("/p1", Priority::Interactive));
        rig.ask(limitedRequest("/p2", Priority::Interactive));
        rig.clock.advance(10'000);
        QCOMPARE(rig.went, (QStringList{QStringLiteral("/p1"), QStringLiteral("/p2"), QStringLiteral("/b1"), QStringLiteral("/b2")}));
    }

    void oneSlotIsKeptForAPerson()
    {
        LimiterRig rig(100, 100, 3);
        for (int i = 0; i < 5; ++i) {
            rig.ask(limitedRequest("/b"), true);
        }
        rig.clock.advance(10'000);
        QCOMPARE(rig.went.size(), 2);
        rig.ask(limitedRequest("/p", Priority::Interactive), true);
        rig.clock.advance(1);
        QCOMPARE(rig.went.last(), QStringLiteral("/p"));
        rig.limiter.done(limitedRequest("/p"));
        rig.limiter.done(limitedRequest("/b"));
        rig.clock.advance(1);
        QCOMPARE(rig.went.size(), 4);

        LimiterRig single(100, 100, 1);
        single.ask(limitedRequest("/b"), true);
        single.ask(limitedRequest("/b"), true);
        single.clock.advance(1);
        QCOMPARE(single.went.size(), 1);
    }

    void whoDiedIsPassedOver()
    {
        LimiterRig rig(100, 100, 1);
        bool called = false;
        {
            QObject dead;
            rig.limiter.acquire(limitedRequest("/a"), &dead, [&called] { called = true; });
            QCOMPARE(rig.limiter.queued(), 1);
        }
        QCOMPARE(rig.limiter.queued(), 0);
        rig.ask(limitedRequest("/b"));
        test::deliverQueued();
        QVERIFY(!called);
        QCOMPARE(rig.went.size(), 1);
    }

    void whoDiesInTheSameRoundGivesTheSlotBack()
    {
        LimiterRig rig(100, 100, 3);
        auto* const victim = new QObject;
        rig.limiter.acquire(limitedRequest("/a", Priority::Interactive), &rig.context, [&] {
            delete victim;
            rig.limiter.done(limitedRequest("/a"));
        });
        bool called = false;
        rig.limiter.acquire(limitedRequest("/a", Priority::Interactive), victim, [&called] { called = true; });
        test::deliverQueued();
        QVERIFY(!called);
        for (int i = 0; i < 3; ++i) {
            rig.ask(limitedRequest("/p", Priority::Interactive), true);
        }
        test::deliverQueued();
        QCOMPARE(rig.went.size(), 3);
    }

    void newLimitsHoldAtOnce()
    {
        LimiterRig rig(100, 2, 100);
        for (int i = 0; i < 10; ++i) {
            rig.ask(limitedRequest("/a"));
        }
        test::deliverQueued();
        QCOMPARE(rig.went.size(), 2);
        rig.limiter.setLimits({100, 7, 100});
        test::deliverQueued();
        QCOMPARE(rig.went.size(), 7);
        rig.limiter.setLimits({0, -3, 0}); // nonsense must not stop everything for good
        rig.clock.advance(10'000);
        QCOMPARE(rig.went.size(), 10);
    }

    void holdsBackAnEndpointOrAll()
    {
        LimiterRig rig(100, 100, 100);
        rig.limiter.holdBack(limitedRequest("/a"), 3000, false);
        rig.limiter.holdBack(limitedRequest("/a"), 1000, false); // never shortens
        rig.ask(limitedRequest("/a"));
        rig.ask(limitedRequest("/b"));
        rig.clock.advance(2999);
        QCOMPARE(rig.went, QStringList{QStringLiteral("/b")});
        rig.clock.advance(1);
        QCOMPARE(rig.went.size(), 2);
        rig.limiter.holdBack(limitedRequest("/a"), 500, true);
        rig.ask(limitedRequest("/c", Priority::Interactive));
        rig.clock.advance(499);
        QCOMPARE(rig.went.size(), 2);
        rig.clock.advance(1);
        QCOMPARE(rig.went.size(), 3);
    }

    void aSecondMayBeALittleLonger()
    {
        LimiterRig rig(2, 100, 100);
        rig.limiter.setLimits({2, 100, 100, 0, 1015});
        for (int i = 0; i < 5; ++i) {
            rig.ask(limitedRequest("/a"));
        }
        rig.clock.advance(5000);
        QCOMPARE(rig.times, (QList<qint64>{0, 0, 1015, 1015, 2030}));
    }

    /// A server that bears ten at once, each taking 100 ms.
    void findsOutHowMuchIsBorneAtOnce_data()
    {
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("in all") << QByteArray("global-concurrency");
        QTest::newRow("of one endpoint") << QByteArray("endpoint-concurrency");
    }

    void findsOutHowMuchIsBorneAtOnce()
    {
        QFETCH(QByteArray, reason);
        constexpr int kBorne = 10;
        LimiterRig rig(1000, 1000, 4, 24);
        int underWay = 0;
        int most = 0;
        int refused = 0;
        int answered = 0;
        std::function<void()> ask = [&] {
            const Request request = limitedRequest("/a");
            rig.limiter.acquire(request, &rig.context, [&, request] {
                const bool tooMany = ++underWay > kBorne;
                most = qMax(most, underWay);
                refused += tooMany ? 1 : 0;
                rig.clock.callAfter(tooMany ? 1 : 100, &rig.context, [&, request, tooMany] {
                    --underWay;
                    rig.limiter.done(request);
                    if (tooMany) {
                        rig.limiter.refused(request, reason);
                    } else {
                        ++answered;
                        rig.limiter.succeeded(request);
                    }
                    ask();
                });
            });
        };
        for (int i = 0; i < 30; ++i) {
            ask();
        }
        rig.clock.advance(1500);
        QVERIFY2(most > kBorne, qPrintable(QString::number(most))); // found by trying
        refused = answered = 0;
        rig.clock.advance(60'000);
        // Over a minute seven of ten places are taken, and hardly a request in a hundred is refused.
        QVERIFY2(answered >= 600 * kBorne * 7 / 10, qPrintable(QString::number(answered)));
        QVERIFY2(refused * 100 <= answered * 2, qPrintable(QStringLiteral("%1 of %2").arg(refused).arg(answered)));
    }

    /// As long as none was refused every success earns one more, so that a sync has what it needs within its first half second.
    void slotsComeQuicklyBeforeTheFirstRefusal()
    {
        LimiterRig rig(1000, 1000, 4, 24);
        std::function<void()> ask = [&] {
            rig.limiter.acquire(limitedRequest("/a"), &rig.context, [&] {
                rig.clock.callAfter(100, &rig.context, [&] {
                    rig.limiter.done(limitedRequest("/a"));
                    rig.limiter.succeeded(limitedRequest("/a"));
                    ask();
                });
            });
        };
        for (int i = 0; i < 40; ++i) {
            ask();
        }
        rig.clock.advance(350);
        QVERIFY2(rig.limiter.concurrent() >= 20, qPrintable(QString::number(rig.limiter.concurrent())));
        rig.limiter.refused(limitedRequest("/a"), "global-concurrency");
        QCOMPARE(rig.limiter.concurrent(), 12);
        rig.clock.advance(250);
        QVERIFY2(rig.limiter.concurrent() <= 15, qPrintable(QString::number(rig.limiter.concurrent())));
    }

    /// A refusal is told when most of those that it was sent with have been answered: what was too much is what was under way then.
    void aRefusalThatComesLateCutsWhatWasUnderWay()
    {
        LimiterRig rig(1000, 1000, 20, 24);
        for (int i = 0; i < 19; ++i) {
            rig.ask(limitedRequest("/a"), true);
        }
        rig.clock.advance(1);
        QCOMPARE(rig.went.size(), 19);
        rig.clock.advance(100);
        for (int i = 0; i < 19; ++i) {
            rig.limiter.done(limitedRequest("/a"));
        }
        rig.limiter.refused(limitedRequest("/a"), "global-concurrency");
        QCOMPARE(rig.limiter.concurrent(), 9);
    }

    /// Near the rate that was named a refusal costs little of it, and nothing is lost by rounding.
    void aRefusalNearTheNamedRateCostsLittle()
    {
        LimiterRig rig(25, 100, 100);
        rig.limiter.refused(limitedRequest("/a"), "endpoint-rate");
        for (int i = 0; i < 600; ++i) {
            rig.ask(limitedRequest("/a"));
        }
        rig.clock.advance(20'000);
        QVERIFY2(rig.went.size() >= 485, qPrintable(QString::number(rig.went.size())));
        QVERIFY(mostInASecond(rig.times) <= 25);
    }

    void slotsAreNotEarnedWhereNobodyWaitsForOne()
    {
        LimiterRig rig(2, 1000, 4, 24);
        for (int i = 0; i < 100; ++i) {
            rig.limiter.acquire(limitedRequest("/a"), &rig.context, [&] {
                rig.limiter.done(limitedRequest("/a"));
                rig.limiter.succeeded(limitedRequest("/a"));
            });
        }
        rig.clock.advance(60'000);
        QCOMPARE(rig.limiter.concurrent(), 4);
    }

    void slowsDownWhenTheServersSecondIsSmaller_data()
    {
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("in all") << QByteArray("global-rate");
        QTest::newRow("of one endpoint") << QByteArray("endpoint-rate");
    }

    void slowsDownWhenTheServersSecondIsSmaller()
    {
        QFETCH(QByteArray, reason);
        constexpr int kBorne = 40;
        LimiterRig rig(100, 100, 24);
        std::deque<qint64> lately;
        int refused = 0;
        int answered = 0;
        std::function<void()> ask = [&] {
            const Request request = limitedRequest("/a");
            rig.limiter.acquire(request, &rig.context, [&, request] {
                const qint64 now = rig.clock.monotonicMs();
                while (!lately.empty() && lately.front() <= now - 1000) {
                    lately.pop_front();
                }
                rig.limiter.done(request);
                if (lately.size() >= kBorne) {
                    ++refused;
                    rig.limiter.refused(request, reason);
                    rig.limiter.holdBack(request, 500, reason.startsWith("global"));
                } else {
                    lately.push_back(now);
                    ++answered;
                    rig.limiter.succeeded(request);
                }
                ask();
            });
        };
        for (int i = 0; i < 24; ++i) {
            ask();
        }
        rig.clock.advance(10'000);
        refused = answered = 0;
        rig.clock.advance(60'000);
        QVERIFY2(answered >= 60 * kBorne * 6 / 10, qPrintable(QString::number(answered)));
        QVERIFY2(refused * 100 <= answered * 5, qPrintable(QStringLiteral("%1 of %2").arg(refused).arg(answered)));
    }
};

CH_TEST(TstRateLimiter)
#include "tst_RateLimiter.moc"
