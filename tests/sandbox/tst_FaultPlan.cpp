// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/FaultPlan.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using sandbox::FaultKind;
using sandbox::FaultPlan;
using sandbox::FaultRule;

class TstFaultPlan : public QObject {
    Q_OBJECT
private:
    static FaultPlan plan(const QStringList& rules)
    {
        FaultPlan made;
        for (const QString& text : rules) {
            const Result<FaultRule> rule = FaultRule::parse(text);
            if (rule) {
                made.add(*rule, text);
            }
        }
        return made;
    }

    // Which of the next requests fail, as "01001".
    static QByteArray strikes(FaultPlan* plan, int count, const QByteArray& method = "GET", const QByteArray& path = "/v1/customers")
    {
        QByteArray pattern;
        for (int i = 0; i < count; ++i) {
            pattern += plan->strike(method, path) ? '1' : '0';
        }
        return pattern;
    }

private Q_SLOTS:
    void readsRules()
    {
        const Result<FaultRule> rule = FaultRule::parse(QStringLiteral(" 429,path=/v1/invoices,method=get,nth=3,reason=lock_timeout,retry-after=0 "));
        QVERIFY(rule);
        QCOMPARE(rule->kind, FaultKind::RateLimited);
        QCOMPARE(rule->pathPrefix, QByteArray("/v1/invoices"));
        QCOMPARE(rule->method, QByteArray("GET"));
        QCOMPARE(rule->nth, 3);
        QCOMPARE(rule->reason, QByteArray("lock_timeout"));
        QCOMPARE(rule->retryAfterSeconds, 0);
        QCOMPARE(FaultRule::parse(QStringLiteral("reset,rate=0.000001"))->perMillion, 1);
        QCOMPARE(FaultRule::parse(QStringLiteral("reset,rate=1"))->perMillion, 1'000'000);
        QCOMPARE(FaultRule::parse(QStringLiteral("500,should-retry=no"))->shouldRetry, std::optional<bool>(false));
        QVERIFY(!FaultRule::parse(QStringLiteral("500"))->shouldRetry);
        QCOMPARE(FaultRule::parse(QStringLiteral("html,status=503"))->status, 503);
        const Result<FaultRule> error = FaultRule::parse(QStringLiteral("error,type=t,code=c,param=a[0][b],decline-code=d,message=One%2C two"));
        QVERIFY(error);
        QCOMPARE(error->type + error->code + error->param + error->declineCode, QByteArray("tca[0][b]d"));
        QCOMPARE(error->message, QByteArray("One, two"));
        QCOMPARE(FaultRule::parse(QStringLiteral("slow"))->bytes, 64);
        QCOMPARE(FaultRule::parse(QStringLiteral("long-header"))->bytes, 70'000);
    }

    void knowsWhichKindsDoTheWorkFirst_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("works");
        for (const char* kind : {"reset", "close", "hang", "html", "500", "429", "redirect", "error", "oauth-error", "not-http"}) {
            QTest::newRow(kind) << QString::fromLatin1(kind) << false;
        }
        for (const char* kind : {"lost", "cut", "cut-reset", "cut-chunked", "slow", "truncated-json", "cut-head", "empty", "short-length", "not-gzip", "not-utf8",
                 "duplicate-keys", "long-header", "early-hints", "http10", "stale", "500,work=yes", "hang,work=yes"}) {
            QTest::newRow(kind) << QString::fromLatin1(kind) << true;
        }
        QTest::newRow("cut,work=no") << QStringLiteral("cut,work=no") << false;
    }

    void knowsWhichKindsDoTheWorkFirst()
    {
        QFETCH(QString, text);
        QFETCH(bool, works);
        const Result<FaultRule> rule = FaultRule::parse(text);
        QVERIFY(rule);
        QCOMPARE(rule->doesWork, works);
    }

    void refusesWhatItCannotRead_data()
    {
        QTest::addColumn<QString>("named"); // what the message must name
        QTest::newRow("") << QStringLiteral("truncated-json");
        QTest::newRow("flood") << QStringLiteral("reset, close, lost");
        QTest::newRow("Reset") << QStringLiteral("reset, close, lost");
        QTest::newRow("reset,nth") << QStringLiteral("KEY=VALUE");
        QTest::newRow("reset,") << QStringLiteral("KEY=VALUE");
        QTest::newRow("reset,nth=0") << QStringLiteral("nth must be a whole number from 1");
        QTest::newRow("reset,nth=1.5") << QStringLiteral("nth must be a whole number");
        QTest::newRow("reset,rate=1.1") << QStringLiteral("rate must be");
        QTest::newRow("reset,rate=-0.1") << QStringLiteral("rate must be");
        QTest::newRow("reset,rate=.5") << QStringLiteral("rate must be");
        QTest::newRow("reset,rate=0.0000001") << QStringLiteral("rate must be");
        QTest::newRow("reset,rate=0,5") << QStringLiteral("KEY=VALUE");
        QTest::newRow("reset,path=v1") << QStringLiteral("slash");
        QTest::newRow("reset,method=PUT") << QStringLiteral("GET, POST or DELETE");
        QTest::newRow("reset,work=true") << QStringLiteral("yes or no");
        QTest::newRow("429,reason=tired") << QStringLiteral("endpoint-rate");
        QTest::newRow("500,status=200") << QStringLiteral("400 to 599");
        QTest::newRow("redirect,status=404") << QStringLiteral("300 to 399");
        QTest::newRow("empty,status=199") << QStringLiteral("200 to 599");
        QTest::newRow("slow,speed=2") << QStringLiteral("\"speed\" is not one of");
    }

    void refusesWhatItCannotRead()
    {
        QFETCH(QString, named);
        const Result<FaultRule> rule = FaultRule::parse(QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY(!rule);
        QCOMPARE(rule.error().kind, ErrorKind::InvalidInput);
        QVERIFY2(rule.error().message.contains(named), qPrintable(rule.error().message));
    }

    void strikesWhatMatches()
    {
        FaultPlan made = plan({QStringLiteral("reset,path=/v1/sub,method=POST")});
        QVERIFY(made.strike("POST", "/v1/subscriptions"));
        QVERIFY(made.strike("POST", "/v1/subscriptions/sub_1"));
        QVERIFY(!made.strike("GET", "/v1/subscriptions"));
        QVERIFY(!made.strike("POST", "/v1/customers"));
        QCOMPARE(made.rules().first().seen, 2);
        QCOMPARE(made.rules().first().done, 2);
        made.clear();
        QVERIFY(!made.strike("POST", "/v1/subscriptions"));
    }

    void countsFromOneAndStopsInTime()
    {
        FaultPlan third = plan({QStringLiteral("reset,nth=3")});
        QCOMPARE(strikes(&third, 6), QByteArray("001000"));
        FaultPlan twice = plan({QStringLiteral("reset,times=2")});
        QCOMPARE(strikes(&twice, 5), QByteArray("11000"));
    }

    void theSameSeedThrowsTheSameDice()
    {
        FaultPlan first = plan({QStringLiteral("reset,rate=0.25,seed=5")});
        FaultPlan again = plan({QStringLiteral("reset,rate=0.25,seed=5")});
        FaultPlan other = plan({QStringLiteral("reset,rate=0.25,seed=6")});
        const QByteArray pattern = strikes(&first, 4000);
        QCOMPARE(strikes(&again, 4000), pattern);
        QVERIFY(strikes(&other, 4000) != pattern);
        // 1,000 expected; three standard deviations are 82.
        QVERIFY2(qAbs(pattern.count('1') - 1000) < 82, QByteArray::number(pattern.count('1')).constData());
        FaultPlan never = plan({QStringLiteral("reset,rate=0")});
        QVERIFY(!strikes(&never, 1000).contains('1'));
        FaultPlan always = plan({QStringLiteral("reset,rate=1")});
        QVERIFY(!strikes(&always, 1000).contains('0'));
    }

    void theFirstRuleThatStrikesIsTheAnswerAndTheOthersStillCount()
    {
        FaultPlan made = plan({QStringLiteral("hang,nth=2"), QStringLiteral("close,nth=2"), QStringLiteral("html,nth=3")});
        QVERIFY(!made.strike("GET", "/v1/x"));
        QCOMPARE(made.strike("GET", "/v1/x")->kind, FaultKind::Hang);
        QCOMPARE(made.strike("GET", "/v1/x")->kind, FaultKind::Html);
        QCOMPARE(made.rules().at(1).seen, 3);
        QCOMPARE(made.rules().at(1).done, 0);
    }
};

CH_TEST(TstFaultPlan)
#include "tst_FaultPlan.moc"
