// SPDX-License-Identifier: GPL-3.0-or-later
// What schedules say: exactly since when, where it is certain of which item; and what is committed. M.. numbers are those of the story's comments.
#include "revenue/AsOf.h"
#include "revenue/Stories.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

namespace {

struct PhaseText {
    const char* from;
    const char* to;
    Price price;
    qint64 quantity = 1;
};

/// A story with one schedule, its phases one after the other; several items of one phase have its dates.
struct Scheduled {
    Story story;
    std::vector<PhaseText> phases;
    const char* created = "2026-01-01";
    const char* ended = nullptr;
    bool cancels = false;

    [[nodiscard]] Ledger ledger() const
    {
        FactsMaker maker;
        const Surroundings around = story.surroundings();
        maker.addSubscription(story.subscription, around, QStringLiteral("saas"));
        qint64 number = -1;
        const char* from = "";
        for (const PhaseText& phase : phases) {
            number += qstrcmp(from, phase.from) != 0 ? 1 : 0;
            from = phase.from;
            const std::string price = phase.price.id.toStdString();
            maker.addPhaseItem({"sub_sched_1", "sub_1", price, ended == nullptr, cancels, day(created), ended != nullptr ? day(ended) : 0, number, day(phase.from), day(phase.to), phase.quantity});
        }
        for (size_t i = 0; i < story.bills.size(); ++i) {
            const InvoiceLine& line = story.bills[i].line;
            const std::string id = "il_" + std::to_string(i);
            const std::string status = story.bills[i].status.toStdString();
            const std::string price = line.priceId.toStdString();
            const std::string item = line.subscriptionItemId.toStdString();
            maker.addLine({id, "in_1", status, price, "sub_1", item, line.amount, line.quantity.value_or(1), line.periodStart, line.periodEnd, line.proration});
        }
        const auto built = buildLedger(std::make_shared<const Facts>(maker.finish(around.price)), story.definition, story.now);
        if (!built) {
            qFatal("ledger: %s", qPrintable(built.error().message));
        }
        return *built;
    }

    /// "2026-03-15 +2000 schedule": ~ placed within a window.
    [[nodiscard]] QString told() const
    {
        QStringList text;
        std::map<Seconds, std::pair<qint64, const revenue::Row*>> all;
        const Ledger built = ledger();
        for (const revenue::Row& row : built.rows) {
            auto& [sum, last] = all[row.at];
            sum += row.delta.mrr;
            last = &row;
        }
        for (const auto& [at, change] : all) {
            const auto& [sum, row] = change;
            if (sum != 0) {
                text << QStringLiteral("%1 %2%3%4 %5").arg(QDateTime::fromSecsSinceEpoch(at, Qt::UTC).toString(QStringLiteral("yyyy-MM-dd")), sum > 0 ? QStringLiteral("+") : QString(), QString::number(sum),
                    row->isExact() ? QString() : QStringLiteral(" ~"), QString::fromLatin1(sourceName(row->source)));
            }
        }
        return text.join(QStringLiteral("; "));
    }

    [[nodiscard]] qint64 committed() const
    {
        const Ledger built = ledger();
        const auto lines = figuresAt(built, story.now, Grouping(built, GroupBy::Nothing, {}));
        return lines && lines->size() == 1 ? lines->front().amounts.committed : -1;
    }
};

/// $29 since 1 January, $49 since the middle of March, without a proration: the April bill is the first that shows it.
Scheduled quietUpgrade()
{
    Scheduled one;
    one.story = storyOf(named("4900"), "2026-01-01");
    one.story.prices = {named("2900"), named("4900")};
    one.story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}, {renewal("2026-02-01", "2026-03-01", named("2900"))}, {renewal("2026-03-01", "2026-04-01", named("2900"))},
        {renewal("2026-04-01", "2026-05-01", named("4900"))}};
    one.phases = {{"2026-01-01", "2026-03-15", named("2900")}, {"2026-03-15", "2027-01-01", named("4900")}};
    return one;
}

} // namespace

class TstSchedules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPhaseSaysWhenToTheSecond()
    {
        Scheduled one = quietUpgrade();
        QCOMPARE(one.told(), QString("2026-01-01 +2900 current_state; 2026-03-15 +2000 schedule"));
        one.phases.clear();
        QCOMPARE(one.told(), QString("2026-01-01 +2900 current_state; 2026-04-01 +2000 ~ renewal"));
    }

    void alsoOneThatIsOverOrWasReleasedLater()
    {
        Scheduled one = quietUpgrade();
        one.ended = "2026-05-01";
        QCOMPARE(one.told(), QString("2026-01-01 +2900 current_state; 2026-03-15 +2000 schedule"));
    }

    void nothingIsSaidByAPhaseThatNeverCame()
    {
        Scheduled one = quietUpgrade();
        one.ended = "2026-03-10"; // released before: the change was made by hand, nobody knows when
        QCOMPARE(one.told(), QString("2026-01-01 +2900 current_state; 2026-04-01 +2000 ~ renewal"));
        one = quietUpgrade();
        one.created = "2026-03-20"; // made afterwards, of the subscription as it was then
        QCOMPARE(one.told(), QString("2026-01-01 +2900 current_state; 2026-04-01 +2000 ~ renewal"));
    }

    void nothingIsSaidByAPhaseThatWasChangedWhileItRan()
    {
        // The phase began at $39 and shows the $49 of today; the debit of 20 March says when that was.
        Scheduled one = quietUpgrade();
        one.story.prices << named("3900");
        one.story.bills.insert(one.story.bills.begin() + 3, {proration("2026-03-20", "2026-04-01", named("4900"), 1900)});
        QCOMPARE(one.told(), QString("2026-01-01 +2900 current_state; 2026-03-20 +2000 proration"));
        // A bill within the phase shows another price: the schedule was not kept to.
        one = quietUpgrade();
        one.story.prices << named("3900");
        one.story.bills.insert(one.story.bills.begin() + 3, {renewal("2026-03-15", "2026-04-01", named("3900"))});
        QCOMPARE(one.told(), QString("2026-01-01 +2900 current_state; 2026-03-15 +1000 ~ renewal; 2026-04-01 +1000 ~ renewal"));
    }

    void amongSeveralItemsOnlyWhatABillConfirms()
    {
        // Two items of the same price: which of them the phase means nobody can say. The bill of the same second does.
        Scheduled one;
        one.story.subscription = makeSubscription({makeItem(named("2900"), 3), makeItem(named("1900"), 1)});
        one.story.subscription.created = one.story.subscription.startDate = day("2026-01-01");
        one.story.subscription.items[0].created = one.story.subscription.items[1].created = day("2026-01-01");
        one.story.prices = {named("2900"), named("1900")};
        one.story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"), 1, "si_1")}, {renewal("2026-01-01", "2026-02-01", named("1900"), 1, "si_2")},
            {renewal("2026-02-01", "2026-03-01", named("2900"), 3, "si_1")}, {renewal("2026-02-01", "2026-03-01", named("1900"), 1, "si_2")}};
        one.phases = {{"2026-01-01", "2026-02-01", named("2900"), 1}, {"2026-01-01", "2026-02-01", named("1900"), 1}, {"2026-02-01", "2027-01-01", named("2900"), 3},
            {"2026-02-01", "2027-01-01", named("1900"), 1}};
        QCOMPARE(one.told(), QString("2026-01-01 +4800 current_state; 2026-02-01 +5800 schedule"));
        for (PhaseText& phase : one.phases) {
            phase.from = qstrcmp(phase.from, "2026-02-01") == 0 ? "2026-01-20" : phase.from; // in the middle, where nothing was billed
            phase.to = qstrcmp(phase.to, "2026-02-01") == 0 ? "2026-01-20" : phase.to;
        }
        QCOMPARE(one.told(), QString("2026-01-01 +4800 current_state; 2026-02-01 +5800 ~ renewal"));
    }

    void aScheduleThatEndsTheSubscriptionIsNotCommitted()
    {
        Scheduled one = quietUpgrade();
        one.story.now = day("2026-05-01");
        QCOMPARE(one.committed(), 4900);
        one.cancels = true;
        QCOMPARE(one.committed(), 0);
        QCOMPARE(one.told(), QString("2026-01-01 +2900 current_state; 2026-03-15 +2000 schedule")); // it counts until then
        one.ended = "2026-04-20"; // released: it ends nothing any more
        QCOMPARE(one.committed(), 4900);
    }

    void whatIsBookedIsCommitted()
    {
        Scheduled one = quietUpgrade();
        one.story.now = day("2026-05-01");
        one.story.prices << named("1000");
        one.phases.push_back({"2027-01-01", "2028-01-01", named("1000"), 2});
        QCOMPARE(one.committed(), 2000);
        QCOMPARE(one.told(), QString("2026-01-01 +2900 current_state; 2026-03-15 +2000 schedule"));
        one.phases.back().quantity = 10;
        QCOMPARE(one.committed(), 10000);
        one.phases.push_back({"2027-01-01", "2028-01-01", named("2900"), 1}); // a second item, which is not there yet: left as it is
        QCOMPARE(one.committed(), 4900);
    }
};

CH_TEST(TstSchedules)
#include "tst_Schedules.moc"
