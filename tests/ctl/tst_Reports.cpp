// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger's reports as processes: in one currency, over a change of definition, filtered, with rates of churn, and as text.
#include "ctl/Programs.h"
#include "support/TestMain.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>

using namespace ch::test;

namespace reports {

const QStringList kParts = words("new reactivation expansion contraction churn paused resumed fx definition reconciliation");

/// The buckets of a series add up and join.
void addsUp(const QJsonValue& series)
{
    QJsonValue before;
    const QJsonArray buckets = series[QStringLiteral("buckets")].toArray();
    QVERIFY(!buckets.isEmpty());
    for (const QJsonValue& bucket : buckets) {
        qint64 sum = bucket[QStringLiteral("opening")].toInteger();
        for (const QString& part : kParts) {
            QVERIFY(bucket[part].isDouble());
            sum += bucket[part].toInteger();
        }
        QCOMPARE(sum, bucket[QStringLiteral("closing")].toInteger());
        QVERIFY(before.isUndefined() || before.isNull() || before[QStringLiteral("closing")] == bucket[QStringLiteral("opening")]);
        before = bucket;
    }
}

qint64 lastClosing(const QJsonValue& series)
{
    return series[QStringLiteral("buckets")].toArray().last()[QStringLiteral("closing")].toInteger();
}

/// What each currency closes at now.
QMap<QString, qint64> closings(const QJsonObject& report)
{
    QMap<QString, qint64> all;
    const QJsonObject currencies = report.value(QStringLiteral("currencies")).toObject();
    for (const QString& currency : currencies.keys()) {
        all.insert(currency, lastClosing(currencies.value(currency)));
    }
    return all;
}

} // namespace reports

class TstReports : public QObject {
    Q_OBJECT
    std::unique_ptr<Sandbox> m_sandbox;
    std::unique_ptr<Ctl> m_ctl;

    void write(const char* name, const QByteArray& text)
    {
        QFile file(m_ctl->file(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
    QJsonObject told(const QString& line, const QStringList& more = {})
    {
        const Ran ran = m_ctl->run(QStringList{QStringLiteral("--json")} + line.split(QLatin1Char(' ')) + more);
        if (ran.exitCode != 0) {
            qWarning("%s: %s", qPrintable(line), ran.err.constData());
        }
        return ran.json().object();
    }
    [[nodiscard]] QStringList rates() const { return {QStringLiteral("--rates"), m_ctl->file(QStringLiteral("rates.csv"))}; }

private Q_SLOTS:
    void initTestCase()
    {
        m_sandbox = std::make_unique<Sandbox>(words("--businesses 40 --months 12 --seed 7"));
        m_ctl = std::make_unique<Ctl>(*m_sandbox);
        QCOMPARE(m_ctl->run(words("--json sync")).exitCode, 0);
        write("rates.csv", "date,currency,rate\n2001-01-01,usd,0.95\n2001-01-01,jpy,0.0061\n");
    }

    void inOneCurrency()
    {
        const QMap<QString, qint64> own = reports::closings(told(QStringLiteral("movements")));
        QVERIFY(own.size() > 1); // or there is nothing to convert
        for (const QString line : {"movements --in eur", "movements --in EUR --group-by product --bucket quarter --view net", "movements --in eur --constant-rate 2015-01-01 --group-by currency"}) {
            const QJsonObject report = told(line, rates());
            QCOMPARE(report.value(QStringLiteral("in")).toString(), QStringLiteral("eur"));
            QCOMPARE(report.value(QStringLiteral("currencies")).toObject().keys(), QStringList{QStringLiteral("eur")});
            const QJsonValue series = report.value(QStringLiteral("currencies"))[QStringLiteral("eur")];
            reports::addsUp(series);
            // 0.95 of a cent a cent, 0.61 of a cent a yen; each rounded by itself.
            qint64 expected = 0;
            for (const QString& currency : own.keys()) {
                const qint64 minor = own.value(currency);
                expected += currency == QLatin1String("usd") ? (minor * 95 + 50) / 100 : currency == QLatin1String("jpy") ? (minor * 61 + 50) / 100 : minor;
            }
            QCOMPARE(reports::lastClosing(series), expected);
            const QJsonObject groups = series[QStringLiteral("groups")].toObject();
            QCOMPARE(groups.isEmpty(), !line.contains(QStringLiteral("group-by")));
            qint64 sum = groups.isEmpty() ? expected : reports::lastClosing(series[QStringLiteral("rounding")]);
            for (const QString& group : groups.keys()) {
                reports::addsUp(groups.value(group));
                sum += reports::lastClosing(groups.value(group));
            }
            QCOMPARE(sum, expected);
            QCOMPARE(report.value(QStringLiteral("rates"))[QStringLiteral("usd")].toArray().last()[QStringLiteral("closing")].toString(), QStringLiteral("0.95"));
        }
        const QJsonObject mrr = told(QStringLiteral("mrr --in eur --group-by price"), rates());
        const QJsonArray total = mrr.value(QStringLiteral("by_currency")).toArray();
        QCOMPARE(total.size(), 1);
        QCOMPARE(total[0][QStringLiteral("minor")].toInteger(), reports::lastClosing(told(QStringLiteral("movements --in eur"), rates()).value(QStringLiteral("currencies"))[QStringLiteral("eur")]));
        for (const auto& [lines, name] : {std::pair("by_business_type", "by_business_type"), std::pair("groups", "groups")}) {
            qint64 sum = mrr.value(QStringLiteral("rounding_minor"))[QLatin1String(name)].toInteger();
            for (const QJsonValue& line : mrr.value(QLatin1String(lines)).toArray()) {
                sum += line[QStringLiteral("minor")].toInteger();
            }
            QCOMPARE(sum, total[0][QStringLiteral("minor")].toInteger());
        }
    }

    void ratesThatAreNotThere()
    {
        const Ran without = m_ctl->run(words("--json movements --in eur"));
        QCOMPARE(without.exitCode, 1);
        QVERIFY2(without.out.isEmpty() && without.err.contains("There is no rate from "), without.err.constData());
        write("late.csv", "2001-01-01,jpy,0.0061\n\n2001-01-01,usd,nought\n");
        const Ran wrong = m_ctl->run(words("mrr --in eur --rates") + QStringList{m_ctl->file(QStringLiteral("late.csv"))});
        QCOMPARE(wrong.exitCode, 1);
        QVERIFY2(wrong.err.contains("Line 3 of the rates"), wrong.err.constData());
        QCOMPARE(m_ctl->run(words("mrr --in eur --rates nowhere.csv")).exitCode, 1);
        for (const char* usage : {"mrr --rates rates.csv", "mrr --in euro", "movements --constant-rate 2026-01-01", "movements --in eur --constant-rate soon", "explain --in eur", "movements --changed-at 2026-01-01",
                 "movements --before-definition paddle", "mrr --before-definition paddle --changed-at 2026-01-01", "mrr --filter colour=red", "mrr --filter status", "mrr --at yesterday"}) {
            QCOMPARE(m_ctl->run(words(usage)).exitCode, 2);
        }
    }

    void overAChangeOfDefinition()
    {
        const QString line = QStringLiteral("movements --definition %1 --before-definition %2 --changed-at %3 --bucket month");
        const QJsonObject report = told(line.arg(QStringLiteral("paddle"), QStringLiteral("stripe"), QStringLiteral("2001-01-01")));
        QCOMPARE(report.value(QStringLiteral("definition")).toString(), QStringLiteral("paddle"));
        QCOMPARE(report.value(QStringLiteral("before_definition")).toString(), QStringLiteral("stripe"));
        QVERIFY(report.value(QStringLiteral("changed_at")).toString().startsWith(QStringLiteral("2001-01-01T00:00:00")));
        QCOMPARE(reports::closings(report), reports::closings(told(QStringLiteral("movements --definition paddle"))));
        // Changed on the first day of the last month but one: from there on the one, before it the other, and the difference stands there.
        const QJsonObject by = told(QStringLiteral("movements"));
        const QJsonArray months = by.value(QStringLiteral("currencies"))[QStringLiteral("usd")][QStringLiteral("buckets")].toArray();
        const QString changed = months[months.size() - 2][QStringLiteral("start")].toString();
        const QJsonObject joined = told(line.arg(QStringLiteral("paddle"), QStringLiteral("stripe"), changed));
        const QJsonObject after = told(QStringLiteral("movements --definition paddle"));
        qint64 differences = 0;
        for (const QString& currency : joined.value(QStringLiteral("currencies")).toObject().keys()) {
            const QJsonValue series = joined.value(QStringLiteral("currencies"))[currency];
            reports::addsUp(series);
            const QJsonArray buckets = series[QStringLiteral("buckets")].toArray();
            const QJsonArray old = by.value(QStringLiteral("currencies"))[currency][QStringLiteral("buckets")].toArray();
            const QJsonArray next = after.value(QStringLiteral("currencies"))[currency][QStringLiteral("buckets")].toArray();
            for (qsizetype i = 0; i < buckets.size(); ++i) {
                const bool isNew = i >= buckets.size() - 2;
                QCOMPARE(buckets[i][QStringLiteral("closing")], (isNew ? next : old)[i][QStringLiteral("closing")]);
                QCOMPARE(buckets[i][QStringLiteral("churn")], (isNew ? next : old)[i][QStringLiteral("churn")]);
                const qint64 difference = i == buckets.size() - 2 ? next[i][QStringLiteral("opening")].toInteger() - old[i][QStringLiteral("opening")].toInteger() : 0;
                QCOMPARE(buckets[i][QStringLiteral("definition")].toInteger(), difference);
                differences += qAbs(difference);
            }
        }
        QVERIFY(differences > 0); // or the account shows nothing of it
        const QJsonArray changes = told(QStringLiteral("explain --definition paddle --before-definition stripe --changed-at %1 --from 2001-01-01").arg(changed)).value(QStringLiteral("changes")).toArray();
        QVERIFY(std::any_of(changes.begin(), changes.end(), [](const QJsonValue& one) {
            const QJsonArray all = one[QStringLiteral("changes")].toArray();
            return std::any_of(all.begin(), all.end(), [](const QJsonValue& change) { return change[QStringLiteral("class")] == QLatin1String("definition"); });
        }));
        QCOMPARE(m_ctl->run(words("movements --before-definition stripe --changed-at 2999-01-01")).exitCode, 1);
    }

    void ratesOfChurnAreOfTheBuckets()
    {
        int lost = 0;
        const QJsonObject currencies = told(QStringLiteral("movements")).value(QStringLiteral("currencies")).toObject();
        for (const QString& currency : currencies.keys()) {
            for (const QJsonValue& bucket : currencies.value(currency)[QStringLiteral("buckets")].toArray()) {
                const auto of = [&bucket](const char* field) { return double(bucket[QLatin1String(field)].toInteger()); };
                if (of("opening") == 0) {
                    QVERIFY(bucket[QStringLiteral("gross_churn_rate")].isNull() && bucket[QStringLiteral("net_churn_rate")].isNull());
                    continue;
                }
                QVERIFY(qAbs(bucket[QStringLiteral("gross_churn_rate")].toDouble() + (of("churn") + of("contraction")) / of("opening")) < 1e-6);
                QVERIFY(qAbs(bucket[QStringLiteral("net_churn_rate")].toDouble() + (of("churn") + of("contraction") + of("expansion") + of("reactivation")) / of("opening")) < 1e-6);
                lost += of("churn") != 0 ? 1 : 0;
            }
        }
        QVERIFY(lost > 0);
    }

    void takedownsAreLeftOutOfTheRatesAlone()
    {
        QJsonObject gone;
        for (const QJsonValue& value : m_ctl->run(words("--json businesses")).json().array()) {
            if (value[QStringLiteral("status")] == QLatin1String("active") && value[QStringLiteral("mrr")][QStringLiteral("minor")].toInteger() > 0 && value[QStringLiteral("mrr")][QStringLiteral("currency")] == QLatin1String("usd")) {
                gone = value.toObject();
                break;
            }
        }
        QVERIFY(!gone.isEmpty());
        const auto month = [this](const QString& more) { return told(QStringLiteral("movements --bucket month --filter currency=usd") + more).value(QStringLiteral("currencies"))[QStringLiteral("usd")][QStringLiteral("buckets")].toArray().last(); };
        QCOMPARE(m_ctl->run({QStringLiteral("--json"), QStringLiteral("takedown"), gone.value(QStringLiteral("business_id")).toString(), QStringLiteral("--reason"), QStringLiteral("a test"), QStringLiteral("--yes")}).exitCode, 0);
        QCOMPARE(m_ctl->run(words("--json sync")).exitCode, 0);
        const QJsonValue with = month(QString());
        const QJsonValue without = month(QStringLiteral(" --without-takedowns"));
        QCOMPARE(with[QStringLiteral("churn_takedown")].toInteger(), -gone.value(QStringLiteral("mrr"))[QStringLiteral("minor")].toInteger());
        for (const QString& field : with.toObject().keys()) {
            QCOMPARE(with[field] == without[field], !field.endsWith(QStringLiteral("churn_rate")));
        }
        const double share = -double(with[QStringLiteral("churn_takedown")].toInteger()) / double(with[QStringLiteral("opening")].toInteger());
        QVERIFY(qAbs(with[QStringLiteral("gross_churn_rate")].toDouble() - without[QStringLiteral("gross_churn_rate")].toDouble() - share) < 2e-6);
    }

    void explainGoesByTheFilters()
    {
        const QJsonObject all = told(QStringLiteral("explain"));
        const QJsonObject usd = told(QStringLiteral("explain --filter currency=usd --filter currency=jpy --filter interval=month"));
        QVERIFY(usd.value(QStringLiteral("customers")).toArray().size() < all.value(QStringLiteral("customers")).toArray().size());
        QMap<QString, qint64> sums;
        for (const QJsonValue& customer : usd.value(QStringLiteral("customers")).toArray()) {
            sums[customer[QStringLiteral("currency")].toString()] += customer[QStringLiteral("mrr_minor")].toInteger();
        }
        for (const QJsonValue& figure : usd.value(QStringLiteral("figures")).toArray()) {
            QCOMPARE(sums.take(figure[QStringLiteral("currency")].toString()), figure[QStringLiteral("minor")].toInteger());
        }
        QVERIFY(sums.isEmpty());
        const QString customer = usd.value(QStringLiteral("customers"))[0][QStringLiteral("customer_id")].toString();
        const QJsonArray changes = told(QStringLiteral("explain --from 2001-01-01 --customer ") + customer).value(QStringLiteral("changes")).toArray();
        QVERIFY(!changes.isEmpty());
        for (const QJsonValue& change : changes) {
            QCOMPARE(change[QStringLiteral("customer_id")].toString(), customer);
        }
    }

    /// For people: seldom classes only where there is something in them, what is not there is a dash, and no line is wider than it must be.
    void textIsForPeople()
    {
        const Ran plain = m_ctl->run(words("--text movements --filter business_type=tool"));
        const QByteArray heading = plain.out.left(plain.out.indexOf('\n'));
        QVERIFY2(heading.startsWith("from") && heading.contains("new") && heading.contains("gross churn") && !heading.contains("fx") && !heading.contains("definition"), heading.constData());
        QVERIFY(plain.err.contains("by the definition \"stripe\""));
        const Ran converted = m_ctl->run(words("--text movements --in jpy --group-by currency --rates") + QStringList{m_ctl->file(QStringLiteral("yen.csv"))});
        QCOMPARE(converted.exitCode, 1); // there is no such file
        write("yen.csv", "2001-01-01,usd,150.25\n2001-01-01,eur,165.5\n");
        const Ran yen = m_ctl->run(words("--text movements --in jpy --group-by currency --rates") + QStringList{m_ctl->file(QStringLiteral("yen.csv"))});
        QVERIFY(yen.out.contains("JPY") && !yen.out.contains("USD") && yen.out.contains(" usd ") && yen.out.contains(" all "));
        for (const QByteArray& line : yen.out.split('\n')) {
            QVERIFY2(line.size() < 150, line.constData());
        }
        const Ran explained = m_ctl->run(words("--text explain --from 2001-01-01"));
        QVERIFY(explained.out.contains("evidence") && explained.err.contains("After 2001-01-01"));
    }
};

CH_TEST(TstReports)
#include "tst_Reports.moc"
