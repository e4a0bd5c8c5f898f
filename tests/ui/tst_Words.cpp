// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"
#include "ui/charts/MonthValues.h"
#include "ui/Samples.h"
#include "ui/shell/EventsNotice.h"
#include "ui/shell/StatusLine.h"
#include "ui/text/ErrorText.h"
#include "ui/text/MoneyText.h"
#include "ui/text/MovementText.h"
#include "ui/text/Shorten.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

#include <QSet>
#include <QTest>
#include <limits>

using namespace ch;
using namespace ch::ui;

class TstWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void warnsBeforeStripeForgetsEvents()
    {
        const qint64 day = 86400000;
        const qint64 read = 1793000000000; // 2026-10-26
        const QTimeZone utc = QTimeZone::utc();
        QVERIFY(!eventsNotice(0, read, utc));
        QVERIFY(!eventsNotice(read, read + 25 * day, utc));
        const auto closing = eventsNotice(read, read + 26 * day, utc);
        QVERIFY(closing);
        QVERIFY(closing->title.contains(dateText((read + 30 * day) / 1000, utc)));
        QVERIFY(closing->text.contains(dateText(read / 1000, utc)));
        QVERIFY(!closing->actionWords.isEmpty());
        const auto closed = eventsNotice(read, read + 31 * day, utc);
        QVERIFY(closed && closed->title != closing->title);
        QVERIFY(closed->title.contains(dateText(read / 1000, utc)));
    }

    void progressTellsWhatIsKnownAndNoMore()
    {
        sync::SyncProgress progress;
        progress.list = QStringLiteral("invoices");
        progress.objects = 1234;
        progress.listsEnded = 5;
        progress.listsInAll = 14;
        const QString bare = progressText(progress);
        QVERIFY(!bare.contains("second") && !bare.contains("left"));
        progress.objectsPerSecond = 2380;
        QVERIFY2(progressText(progress).startsWith(bare) && progressText(progress).contains("a second") && !progressText(progress).contains("left"), qPrintable(progressText(progress)));
        progress.secondsLeft = 190;
        QVERIFY2(progressText(progress).contains("about 3 min left"), qPrintable(progressText(progress)));
    }

    void spansAreRough()
    {
        QCOMPARE(spanText(0), "0 s");
        QCOMPARE(spanText(59), "59 s");
        QCOMPARE(spanText(60), "1 min");
        QCOMPARE(spanText(89), "1 min");
        QCOMPARE(spanText(91), "2 min");
        QCOMPARE(spanText(3599), "1 h 0 min");
        QCOMPARE(spanText(7800), "2 h 10 min");
    }

    void moneyHasTheCurrencysDigits()
    {
        const QLocale us(QLocale::English, QLocale::UnitedStates);
        QCOMPARE(amountText(123450, "usd", us), "1,234.50");
        QCOMPARE(amountText(5, "usd", us), "0.05");
        QCOMPARE(amountText(123450, "jpy", us), "123,450");
        QCOMPARE(amountText(123450, "kwd", us), "123.450");
        QCOMPARE(amountText(0, "usd", us), "0.00");
    }

    void moneyHasTheTrueMinus()
    {
        const QLocale us(QLocale::English, QLocale::UnitedStates);
        QCOMPARE(amountText(-123450, "usd", us), QString(QChar(0x2212)) + "1,234.50");
        QVERIFY(!amountText(-1, "usd", us).contains('-'));
        QCOMPARE(changeText(500, "usd", us), "+5.00");
        QCOMPARE(changeText(0, "usd", us), "0.00");
        QCOMPARE(changeText(-500, "usd", us), QString(QChar(0x2212)) + "5.00");
    }

    void moneyHoldsTheWholeRange()
    {
        const QLocale us(QLocale::English, QLocale::UnitedStates);
        QCOMPARE(amountText(std::numeric_limits<qint64>::max(), "usd", us), "92,233,720,368,547,758.07");
        QCOMPARE(amountText(std::numeric_limits<qint64>::min(), "usd", us), QString(QChar(0x2212)) + "92,233,720,368,547,758.08");
    }

    void moneyFollowsTheLocale()
    {
        const QLocale german(QLocale::German, QLocale::Germany);
        QCOMPARE(amountText(123450, "eur", german), "1.234,50");
        QCOMPARE(moneyText({123450, "eur"}, german), QString("1.234,50") + QChar(0x00A0) + "EUR");
    }

    void axisAmountsAreShort()
    {
        const QLocale us(QLocale::English, QLocale::UnitedStates);
        QCOMPARE(shortAmountText(1200000, "usd", us), "12k");
        QCOMPARE(shortAmountText(150000000, "usd", us), "1.5M");
        QCOMPARE(shortAmountText(40000, "usd", us), "400");
        QCOMPARE(shortAmountText(-1200000, "usd", us), QString(QChar(0x2212)) + "12k");
    }

    void timesAreInTheAccountsZone()
    {
        const qint64 justBeforeMidnightUtc = 1798761540; // 2026-12-31T23:59:00Z
        QCOMPARE(dateText(justBeforeMidnightUtc, QTimeZone::utc()), "31 Dec 2026");
        QCOMPARE(dateText(justBeforeMidnightUtc, zoneOf("Europe/Berlin")), "1 Jan 2027");
        QCOMPARE(zoneOf("No/Such"), QTimeZone::utc());
        QCOMPARE(zoneOf(QString()), QTimeZone::utc());
    }

    void everyErrorKindHasItsWords()
    {
        QSet<QString> headlines;
        const int last = static_cast<int>(ErrorKind::Internal);
        for (int i = 0; i <= last; ++i) {
            Error error;
            error.kind = static_cast<ErrorKind>(i);
            const ErrorWords words = errorWords(error);
            QVERIFY2(!words.happened.isEmpty() && !words.means.isEmpty() && !words.advice.isEmpty(), qPrintable(errorKindName(error.kind)));
            QVERIFY(words.happened.size() < 60);
            headlines << words.happened;
        }
        QCOMPARE(headlines.size(), last + 1);
    }

    void anUnknownOutcomeIsNeverCalledFailed()
    {
        Error error;
        error.kind = ErrorKind::Timeout;
        error.outcomeKnown = false;
        const ErrorWords words = errorWords(error);
        QVERIFY(words.happened.contains("not known"));
        QVERIFY(!(words.happened + words.means + words.advice).contains("fail", Qt::CaseInsensitive));
    }

    void anErrorNamesPermissionAndRequestId()
    {
        Error error;
        error.kind = ErrorKind::Permission;
        error.permission = "rak_customer_write";
        error.requestId = "req_123";
        const ErrorWords words = errorWords(error);
        QVERIFY(words.means.contains("rak_customer_write"));
        QCOMPARE(words.requestId, "req_123");
        QVERIFY(words.details.contains("req_123"));
    }

    void stripesStatusesAreToldApartByShapeAndWord()
    {
        QSet<QString> words;
        for (const char* status : {"active", "trialing", "past_due", "unpaid", "paused", "canceled", "incomplete", "legacy", "taken_down", "none"}) {
            words << statusLook(status).word;
        }
        QCOMPARE(words.size(), 10);
        QCOMPARE(statusLook("brand_new_status").word, "brand_new_status");
        QVERIFY(statusLook("active").shape != statusLook("canceled").shape);
        QVERIFY(statusLook("past_due").shape != statusLook("unpaid").shape);
    }

    void idsKeepBothEnds()
    {
        QCOMPARE(shortenedId("cus_123"), "cus_123");
        const QString text = shortenedId("sub_1QwErTyUiOpAsDfGh");
        QCOMPARE(text.size(), 14);
        QVERIFY(text.startsWith("sub_1") && text.endsWith("DfGh") && text.contains(QChar(0x2026)));
    }

    void partialNamesWhatIsMissing()
    {
        store::Completeness whole;
        whole.complete = true;
        QVERIFY(partialText(whole).isEmpty());
        store::Completeness partial;
        partial.missingLists = QStringList{"invoices"};
        partial.notPermittedLists = QStringList{"events"};
        QVERIFY(partialText(partial).contains("invoices"));
        QVERIFY(partialText(partial).contains("events"));
    }

    void monthsAddUpInTheChart()
    {
        const HomeValues home = test::sampleHome(true);
        const MonthValues values = mrrByType(home.history, "eur", 12, Scheme::Light);
        QCOMPARE(values.months.size(), size_t(12));
        QCOMPARE(values.currency, "eur");
        qint64 total = 0;
        for (const MonthSet& set : values.sets) {
            total += set.minor.back();
        }
        QCOMPARE(total, monthsOf(home.history, "eur", 1).back().closing);
        QVERIFY(values.sets.back().any); // the type that we do not know is in Other
    }

    void lossesAreBelowTheLine()
    {
        const MonthValues values = movementsByMonth(test::sampleHome(true).history, "usd", 12, Scheme::Dark);
        for (const MonthSet& set : values.sets) {
            if (set.name == "Churn" || set.name == "Contraction") {
                for (const qint64 minor : set.minor) {
                    QVERIFY(minor <= 0);
                }
            }
        }
    }

    void axesShowZero_data()
    {
        QTest::addColumn<qint64>("least");
        QTest::addColumn<qint64>("most");
        QTest::newRow("gains") << qint64(5000) << qint64(829710);
        QTest::newRow("losses") << qint64(-5000) << qint64(-100);
        QTest::newRow("both") << qint64(-31234) << qint64(99999);
        QTest::newRow("nothing") << qint64(0) << qint64(0);
        QTest::newRow("huge") << qint64(0) << std::numeric_limits<qint64>::max() / 16;
    }

    void axesShowZero()
    {
        QFETCH(qint64, least);
        QFETCH(qint64, most);
        const AxisTicks ticks = axisTicks(least, most);
        QVERIFY(ticks.low <= 0 && ticks.high >= 0 && ticks.low < ticks.high);
        QVERIFY(ticks.low <= least && ticks.high >= most);
        QCOMPARE(ticks.low % ticks.step, qint64(0));
        QVERIFY((ticks.high - ticks.low) / ticks.step <= 10);
    }
};

CH_TEST(TstWords)
#include "tst_Words.moc"
