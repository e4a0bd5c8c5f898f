// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Definition.h"

#include "revenue/Make.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

namespace {

qint64 worth(const Subscription& subscription, const Definition& definition)
{
    return mrrOf(subscription, {}, definition, kNow).mrrMinor;
}

Definition own(const char* json)
{
    const Result<Definition> made = definitionFromJson(json, QStringLiteral("mine"));
    if (!made) {
        qFatal("refused: %s", qPrintable(made.error().message));
    }
    return *made;
}

} // namespace

class TstDefinition : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPresetMakesEveryChoiceOnceWithItsSource()
    {
        QCOMPARE(presetNames(), QStringList({QStringLiteral("stripe"), QStringLiteral("chartmogul"), QStringLiteral("profitwell"), QStringLiteral("paddle")}));
        for (const QString& preset : presetNames()) {
            QStringList chosen;
            for (const PresetChoice& choice : presetChoices()) {
                if (preset == QLatin1String(choice.preset)) {
                    chosen << QString::fromLatin1(choice.setting);
                    QVERIFY(qstrlen(choice.source) > 10);
                }
            }
            QCOMPARE(chosen, settingNames());
            const Result<Definition> made = presetDefinition(preset);
            QVERIFY2(made, made ? "" : qPrintable(made.error().message));
        }
        QCOMPARE(*presetDefinition(QStringLiteral("stripe")), Definition());
        QVERIFY(!presetDefinition(QStringLiteral("recurly")));
    }

    // One subscription each, valued by every preset: stripe, chartmogul, profitwell, paddle.
    void presetsDiffer_data()
    {
        QTest::addColumn<Subscription>("subscription");
        QTest::addColumn<QList<qint64>>("worths");
        QTest::addColumn<QString>("working");
        const auto row = [](const char* name, const Subscription& s, const QList<qint64>& worths, const char* working) { QTest::newRow(name) << s << worths << QString::fromLatin1(working); };
        row("week", sub(makePrice("1000", "week")), {4333, 4333, 4333, 4330}, "1000 x 52/12 = 4333.33; 1000 x 4.33 = 4330");
        row("day", sub(makePrice("100", "day")), {3042, 3042, 3042, 3000}, "100 x 365/12 = 3041.67; 100 x 30");
        row("forever", with(sub(makePrice("10000")), {percentOff("20")}), {8000, 8000, 8000, 10000}, "10000 x .8; Paddle ignores discounts");
        row("once", with(sub(makePrice("10000")), {percentOff("50", "once")}), {10000, 5000, 5000, 10000}, "only who follows the invoice takes 50 % off");
        Subscription voided = sub(makePrice("2900"));
        voided.pauseCollection = stripe::PauseCollection{QStringLiteral("void"), std::nullopt};
        row("paused", voided, {0, 2900, 0, 0}, "ChartMogul goes on counting");
        Subscription late = sub(makePrice("2900"));
        late.status = QStringLiteral("past_due");
        row("past due", late, {2900, 2900, 2900, 2900}, "at risk, but counted");
        Subscription trial = sub(makePrice("2900"));
        trial.status = QStringLiteral("trialing");
        row("trial", trial, {0, 0, 0, 0}, "nobody counts it by default");
    }
    void presetsDiffer()
    {
        QFETCH(Subscription, subscription);
        QFETCH(QList<qint64>, worths);
        for (int i = 0; i < worths.size(); ++i) {
            QCOMPARE(worth(subscription, *presetDefinition(presetNames()[i])), worths[i]);
        }
    }

    void presetsMove()
    {
        // What no single subscription shows: which changes are one movement, when one begins to count, and when it ends.
        for (const QString& preset : presetNames()) {
            const Definition made = *presetDefinition(preset);
            QCOMPARE(made.groupingSeconds, preset == QLatin1String("chartmogul") ? 3600 : 0); // smart grouping
            QCOMPARE(made.countsFrom == CountsFrom::FirstPayment, preset == QLatin1String("profitwell")); // from actual payments
            QVERIFY(made.churnAt == ChurnAt::End && made.edge == BucketEdge::Start && made.lapseSeconds == 0 && !made.reactivationSeconds);
        }
    }

    void ownOnesStandOnAPreset()
    {
        const Definition mine = own(R"({"based_on": "paddle", "name": "board", "past_due": "exclude", "weeks_in_month": "13/3", "days_in_month": 30.4375,
            "discounts_subtracted": ["once"], "reactivation_days": 90, "lapse_days": 3, "grouping_minutes": 60, "time_zone": "Asia/Tokyo", "churn_at": "request",
            "counts_from": "first_payment", "bucket_edge": "end", "trials": "count", "paused": "count"})");
        QCOMPARE(mine.name, QStringLiteral("board"));
        QVERIFY(!mine.countPastDue && mine.countTrialing && mine.countPaused && mine.subtractOnce && !mine.subtractForever);
        QCOMPARE(worth(sub(makePrice("1000", "week")), mine), 4333);
        QCOMPARE(worth(sub(makePrice("100", "day")), mine), 3044); // 100 x 30.4375 = 3043.75
        QCOMPARE(mine.reactivationSeconds, std::optional<qint64>(90 * 86400));
        QCOMPARE(mine.lapseSeconds, 3 * 86400);
        QCOMPARE(mine.groupingSeconds, 3600);
        QCOMPARE(mine.zone, QStringLiteral("Asia/Tokyo"));
        QVERIFY(mine.churnAt == ChurnAt::Request && mine.countsFrom == CountsFrom::FirstPayment && mine.edge == BucketEdge::End);
        // What is shown can be read again.
        QJsonObject shown = definitionJson(mine);
        shown.insert(QStringLiteral("based_on"), QStringLiteral("stripe"));
        QCOMPARE(*definitionFromJson(QJsonDocument(shown).toJson(), QString()), mine);
        QCOMPARE(own(R"({"based_on": "stripe"})").name, QStringLiteral("mine"));
    }

    void nonsenseIsRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* json, const char* says) { QTest::newRow(json) << QByteArray(json) << QString::fromLatin1(says); };
        row("[]", "no JSON object");
        row("{", "no JSON object");
        row(R"({"past_due": "count"})", "based_on");
        row(R"({"based_on": "recurly"})", "recurly");
        row(R"({"based_on": "stripe", "pastdue": "count"})", "There is no setting \"pastdue\"");
        row(R"({"based_on": "stripe", "past_due": true})", "\"count\" or \"exclude\"");
        row(R"({"based_on": "stripe", "weeks_in_month": 52})", "from 4 to 4.5");
        row(R"({"based_on": "stripe", "weeks_in_month": "52/0"})", "from 4 to 4.5");
        row(R"({"based_on": "stripe", "weeks_in_month": null})", "from 4 to 4.5");
        row(R"({"based_on": "stripe", "days_in_month": 0})", "from 28 to 31");
        row(R"({"based_on": "stripe", "days_in_month": "-30"})", "from 28 to 31");
        row(R"({"based_on": "stripe", "discounts_subtracted": ["forever", "forever"]})", "each at most once");
        row(R"({"based_on": "stripe", "discounts_subtracted": ["sometimes"]})", "forever");
        row(R"({"based_on": "stripe", "discounts_subtracted": "forever"})", "an array");
        row(R"({"based_on": "stripe", "grouping_minutes": -1})", "0 to 1440");
        row(R"({"based_on": "stripe", "grouping_minutes": 1.5})", "0 to 1440");
        row(R"({"based_on": "stripe", "grouping_minutes": "60"})", "0 to 1440");
        row(R"({"based_on": "stripe", "lapse_days": 100000})", "0 to 366");
        row(R"({"based_on": "stripe", "reactivation_days": 0})", "1 to 3660");
        row(R"({"based_on": "stripe", "time_zone": "Mars/Olympus"})", "time zone");
        row(R"({"based_on": "stripe", "churn_at": "sometime"})", "\"end\" or \"request\"");
    }
    void nonsenseIsRefused()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, says);
        const Result<Definition> made = definitionFromJson(json, QString());
        QVERIFY(!made);
        QVERIFY2(made.error().message.contains(says), qPrintable(made.error().message));
        QCOMPARE(made.error().kind, ErrorKind::InvalidInput);
    }

    void churnAtRequestAndFirstPayment()
    {
        Subscription leaving = sub(makePrice("2900"));
        leaving.cancelAtPeriodEnd = true;
        Definition definition;
        QCOMPARE(worth(leaving, definition), 2900);
        definition.churnAt = ChurnAt::Request;
        QCOMPARE(worth(leaving, definition), 0);
        definition = Definition();
        definition.countsFrom = CountsFrom::FirstPayment;
        Surroundings around;
        around.wasPaid = [] { return false; };
        QCOMPARE(mrrOf(sub(makePrice("2900")), around, definition, kNow).mrrMinor, 0);
        QCOMPARE(mrrOf(sub(makePrice("2900")), around, Definition(), kNow).mrrMinor, 2900);
        around.wasPaid = [] { return true; };
        QCOMPARE(mrrOf(sub(makePrice("2900")), around, definition, kNow).mrrMinor, 2900);
    }
};

CH_TEST(TstDefinition)
#include "tst_Definition.moc"
