// SPDX-License-Identifier: GPL-3.0-or-later
// Worked examples of movements: what customers had and were billed, the report that follows, and the working beside each. Ids in M are those of
// docs and peers, ids in H our own.
#include "revenue/Tales.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

namespace {

using Tell = std::function<void(Tale&)>;

} // namespace

Q_DECLARE_METATYPE(Tell)

class TstHistoryExamples : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void movements_data()
    {
        QTest::addColumn<Tell>("tell");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("working");
        const auto row = [](const char* name, const char* working, const char* expected, const Tell& tell) { QTest::newRow(name) << tell << QString::fromLatin1(expected) << QString::fromLatin1(working); };
        const Price p29 = named("2900");
        const Price p49 = named("4900");
        const Price p10 = named("1000");

        row("M01 trial, then $29", "nothing on 10 January; 2900 when the trial ended", "2026-01-24 0 new 2900 = 2900", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", p29, "2026-01-10");
            s.subscription.trialStart = day("2026-01-10");
            s.subscription.trialEnd = day("2026-01-24");
            t.ask("2026-01-01", "2026-02-01", Bucket::Day);
        });
        row("M03 left and back in one month, by event", "-2900, then +4900 of one who was there before", "2026-01-01 0 new 2900 = 2900; 2026-05-01 2900 reactivation 4900 churn -2900 (voluntary) = 4900", [=](Tale& t) {
            t.add("a", "cus_a", p29, "2026-01-05", "2026-05-10");
            t.add("b", "cus_a", p49, "2026-05-20");
            t.ask("2026-01-01", "2026-07-01");
        });
        row("M03 the same, net", "2900 when May began, 4900 when it ended", "2026-01-01 0 new 2900 = 2900; 2026-05-01 2900 expansion 2000 = 4900", [=](Tale& t) {
            t.add("a", "cus_a", p29, "2026-01-05", "2026-05-10");
            t.add("b", "cus_a", p49, "2026-05-20");
            t.ask("2026-01-01", "2026-07-01", Bucket::Month, View::Net);
        });
        row("M10 came and left in one month, by event", "both are told", "2026-03-01 0 new 2900 churn -2900 (voluntary) = 0", [=](Tale& t) {
            t.add("a", "cus_a", p29, "2026-03-05", "2026-03-20");
            t.ask("2026-01-01", "2026-07-01");
        });
        row("M10 the same, net", "0 when March began and when it ended", "", [=](Tale& t) {
            t.add("a", "cus_a", p29, "2026-03-05", "2026-03-20");
            t.ask("2026-01-01", "2026-07-01", Bucket::Month, View::Net);
        });
        row("R05 $19.99 with one day left", "the debit is 64 (1999 / 31 = 64.48); scaled back 64 x 31 = 1984: the line's price is read, 1999", "2026-01-01 0 new 1000 expansion 999 = 1999", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", named("1999"), "2026-01-01");
            s.bills = {{renewal("2026-01-01", "2026-02-01", p10)}, {proration("2026-01-31", "2026-02-01", named("1999"), 64)}};
            t.ask("2026-01-01", "2026-03-01");
        });
        row("R05 with one hour left", "the debit is 3 (1999 / 744 = 2.69); scaled back 3 x 744 = 2232, off by 233", "2026-01-01 0 new 1000 expansion 999 = 1999", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", named("1999"), "2026-01-01");
            s.bills = {{renewal("2026-01-01", "2026-02-01", p10)}, {proration("2026-01-31", "2026-02-01", named("1999"), 3)}};
            s.bills[1].line.periodStart = moment("2026-01-31T23:00:00Z");
            t.ask("2026-01-01", "2026-03-01");
        });
        row("H01 a life in quarters", "new 2900; 4900 - 2900; 1000 - 4900; 0 - 1000", "2026-01-01 0 new 2900 expansion 2000 = 4900; 2026-04-01 4900 contraction -3900 = 1000; 2026-07-01 1000 churn -1000 (voluntary) = 0", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", p10, "2026-01-05", "2026-08-20");
            s.bills = {{renewal("2026-01-05", "2026-02-05", p29)}, {proration("2026-02-16", "2026-03-05", p49, 1200)}, {proration("2026-05-10", "2026-06-05", p10, 800)}};
            t.ask("2026-01-01", "2026-10-01", Bucket::Quarter);
        });
        row("H02 the same in a year", "2900 + 2000 - 3900 - 1000 = 0", "2026-01-01 0 new 2900 expansion 2000 contraction -3900 churn -1000 (voluntary) = 0", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", p10, "2026-01-05", "2026-08-20");
            s.bills = {{renewal("2026-01-05", "2026-02-05", p29)}, {proration("2026-02-16", "2026-03-05", p49, 1200)}, {proration("2026-05-10", "2026-06-05", p10, 800)}};
            t.ask("2026-01-01", "2027-01-01", Bucket::Year);
        });
        row("H03 two subscriptions of one customer", "the second is expansion; one of two gone is contraction, the last is churn", "2026-01-01 0 new 2900 = 2900; 2026-02-01 2900 expansion 1000 = 3900; 2026-03-01 3900 contraction -2900 = 1000; 2026-04-01 1000 churn -1000 (voluntary) = 0", [=](Tale& t) {
            t.add("a", "cus_a", p29, "2026-01-05", "2026-03-05");
            t.add("b", "cus_a", p10, "2026-02-05", "2026-04-05");
            t.ask("2026-01-01", "2026-05-01");
        });
        row("H04 two customers, the same days", "each is new, each is gone", "2026-01-01 0 new 2900 = 2900; 2026-02-01 2900 new 1000 = 3900; 2026-03-01 3900 churn -2900 (voluntary) = 1000; 2026-04-01 1000 churn -1000 (voluntary) = 0", [=](Tale& t) {
            t.add("a", "cus_a", p29, "2026-01-05", "2026-03-05");
            t.add("b", "cus_b", p10, "2026-02-05", "2026-04-05");
            t.ask("2026-01-01", "2026-05-01");
        });
        row("H05 two currencies of one customer", "euros beside dollars are expansion of euros; the dollars gone are contraction, the euros then churn; nothing is added across",
            "eur 2026-02-01 0 expansion 1000 = 1000; eur 2026-04-01 1000 churn -1000 (voluntary) = 0; usd 2026-01-01 0 new 2900 = 2900; usd 2026-03-01 2900 contraction -2900 = 0", [=](Tale& t) {
                t.add("a", "cus_a", p29, "2026-01-05", "2026-03-05");
                t.add("b", "cus_a", inEuros(p10), "2026-02-05", "2026-04-05");
                t.prices.push_back(inEuros(p10));
                t.ask("2026-01-01", "2026-05-01");
            });
        row("H06 a gap of three days, tolerated for three", "no churn: a lapse on its true dates", "2026-01-01 0 new 2900 = 2900; 2026-03-01 2900 paused -2900 resumed 2900 = 2900", [=](Tale& t) {
            t.definition.lapseSeconds = 3 * kOneDay;
            t.add("a", "cus_a", p29, "2026-01-05", "2026-03-10");
            t.add("b", "cus_a", p29, "2026-03-13");
            t.ask("2026-01-01", "2026-05-01");
        });
        row("H07 a gap of four days, tolerated for three", "churn and reactivation", "2026-01-01 0 new 2900 = 2900; 2026-03-01 2900 reactivation 2900 churn -2900 (voluntary) = 2900", [=](Tale& t) {
            t.definition.lapseSeconds = 3 * kOneDay;
            t.add("a", "cus_a", p29, "2026-01-05", "2026-03-10");
            t.add("b", "cus_a", p29, "2026-03-14");
            t.ask("2026-01-01", "2026-05-01");
        });
        row("H08 moved to another plan within the hour", "cancelled at 10:00, made anew at 11:00: one movement of 4900 - 2900", "2026-01-01 0 new 2900 = 2900; 2026-03-01 2900 expansion 2000 = 4900", [=](Tale& t) {
            t.definition.groupingSeconds = 3600;
            Tale::endAt(t.add("a", "cus_a", p29, "2026-01-05"), moment("2026-03-10T10:00:00Z"));
            Tale::startAt(t.add("b", "cus_a", p49, "2026-03-10"), moment("2026-03-10T11:00:00Z"));
            t.ask("2026-01-01", "2026-05-01");
        });
        row("H09 a second later it is another movement", "11:00:01 is outside the hour: churn and reactivation", "2026-01-01 0 new 2900 = 2900; 2026-03-01 2900 reactivation 4900 churn -2900 (voluntary) = 4900", [=](Tale& t) {
            t.definition.groupingSeconds = 3600;
            Tale::endAt(t.add("a", "cus_a", p29, "2026-01-05"), moment("2026-03-10T10:00:00Z"));
            Tale::startAt(t.add("b", "cus_a", p49, "2026-03-10"), moment("2026-03-10T11:00:01Z"));
            t.ask("2026-01-01", "2026-05-01");
        });
        row("H10 back after 90 days of 90", "1 March to 30 May are 90 days: reactivation", "2026-03-01 2900 churn -2900 (voluntary) = 0; 2026-05-01 0 reactivation 2900 = 2900", [=](Tale& t) {
            t.definition.reactivationSeconds = 90 * kOneDay;
            t.add("a", "cus_a", p29, "2026-01-05", "2026-03-01");
            t.add("b", "cus_a", p29, "2026-05-30");
            t.ask("2026-03-01", "2026-07-01");
        });
        row("H11 back after 91 days of 90", "one day too late: new", "2026-03-01 2900 churn -2900 (voluntary) = 0; 2026-05-01 0 new 2900 = 2900", [=](Tale& t) {
            t.definition.reactivationSeconds = 90 * kOneDay;
            t.add("a", "cus_a", p29, "2026-01-05", "2026-03-01");
            t.add("b", "cus_a", p29, "2026-05-31");
            t.ask("2026-03-01", "2026-07-01");
        });
        row("H12 a trial that was left", "it never paid: nothing is new, nothing churns", "", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", p29, "2026-01-05", "2026-01-12");
            s.subscription.trialStart = day("2026-01-05");
            s.subscription.trialEnd = day("2026-01-19");
            t.ask("2026-01-01", "2026-05-01");
        });
        row("H13 a free month by a trial", "out for March, back in April: paused, not churned", "2026-01-01 0 new 2900 = 2900; 2026-03-01 2900 paused -2900 = 0; 2026-04-01 0 resumed 2900 = 2900", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", p29, "2026-01-01");
            s.subscription.trialStart = day("2026-03-01");
            s.subscription.trialEnd = day("2026-04-01");
            t.ask("2026-01-01", "2026-06-01");
        });
        row("H14 two renewals voided, then a good one", "paused between the January and the February bill, resumed between March's and April's: each at the bill, with its window",
            "2026-01-01 0 new 2900 = 2900 [-2900..0]; 2026-02-01 2900 paused -2900 = 0; 2026-03-01 0 = 0 [0..2900]; 2026-04-01 0 resumed 2900 = 2900", [=](Tale& t) {
                Story& s = t.add("a", "cus_a", p29, "2026-01-01");
                billed(s, "2026-02-01", "2026-03-01", p29, "void");
                billed(s, "2026-03-01", "2026-04-01", p29, "void");
                billed(s, "2026-04-01", "2026-05-01", p29);
                t.ask("2026-01-01", "2026-06-01");
            });
        row("H15 the same, net, in half of the buckets", "the first quarter ends paused, the second begins so: -2900, +2900; when March ended it may have gone on already",
            "2026-01-01 0 = 0 [0..2900]; 2026-04-01 0 resumed 2900 = 2900", [=](Tale& t) {
                Story& s = t.add("a", "cus_a", p29, "2026-01-01");
                billed(s, "2026-02-01", "2026-03-01", p29, "void");
                billed(s, "2026-03-01", "2026-04-01", p29, "void");
                billed(s, "2026-04-01", "2026-05-01", p29);
                t.ask("2026-01-01", "2026-07-01", Bucket::Quarter, View::Net);
            });
        row("H16 unpaid and back", "out on 12 October since the retries ended, back on the 18th", "2026-10-12 2900 churn -2900 (involuntary) = 0; 2026-10-18 0 reactivation 2900 = 2900", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", p29, "2026-01-01");
            statusChanged(s, "evt_1", "2026-10-12", "past_due", "unpaid");
            statusChanged(s, "evt_2", "2026-10-18", "unpaid", "active");
            t.ask("2026-10-01", "2026-11-01", Bucket::Day);
        });
        row("H17 three ways to go on one day", "asked for 2900, payment failed 4900, ours 1000", "2026-03-10 8800 churn -8800 (voluntary -2900) (involuntary -4900) (takedown -1000) = 0", [=](Tale& t) {
            t.add("a", "cus_a", p29, "2026-01-05", "2026-03-10");
            t.add("b", "cus_b", p49, "2026-01-05", "2026-03-10").subscription.cancellationReason = QStringLiteral("payment_failed");
            t.add("c", "cus_c", p10, "2026-01-05", "2026-03-10");
            t.takenDown << QStringLiteral("c");
            t.ask("2026-03-01", "2026-04-01", Bucket::Day);
        });
        row("H18 disputed and taken down", "our own take-down explains it, whatever Stripe's reason", "2026-03-10 2900 churn -2900 (takedown) = 0", [=](Tale& t) {
            t.add("a", "cus_a", p29, "2026-01-05", "2026-03-10").subscription.cancellationReason = QStringLiteral("payment_disputed");
            t.takenDown << QStringLiteral("a");
            t.ask("2026-03-01", "2026-04-01", Bucket::Day);
        });
        row("H19 a past price that is gone", "what it was worth before 16 January is not known: 4900 appear, as Reconciliation and not as new", "2026-01-01 0 reconciliation 4900 = 4900; 2026-06-01 4900 churn -4900 (voluntary) = 0", [=](Tale& t) {
            t.prices = {p49};
            Story& s = t.add("a", "cus_a", p49, "2026-01-01", "2026-06-10");
            s.bills = {{renewal("2026-01-01", "2026-02-01", p29)}, {proration("2026-01-16", "2026-02-01", p49, 2529)}};
            t.ask("2026-01-01", "2026-07-01");
        });
        row("H20 gone as April began in Berlin", "22:30 UTC on 31 March is 00:30 of 1 April there, in summer time since the 29th", "2026-04-01 2900 churn -2900 (voluntary) = 0", [=](Tale& t) {
            t.question.zone = QTimeZone("Europe/Berlin");
            Tale::endAt(t.add("a", "cus_a", p29, "2026-01-05"), moment("2026-03-31T22:30:00Z"));
            t.ask("2026-03-01", "2026-05-01");
        });
        row("H21 an hour before, and in February", "22:30 UTC on 28 February is 23:30 there, in winter time", "2026-02-01 2900 churn -2900 (voluntary) = 0", [=](Tale& t) {
            t.question.zone = QTimeZone("Europe/Berlin");
            Tale::endAt(t.add("a", "cus_a", p29, "2026-01-05"), moment("2026-02-28T22:30:00Z"));
            t.ask("2026-02-01", "2026-05-01");
        });
        row("H22 the day of 23 hours in New York", "8 March 2026 ends at 04:00 UTC, not 05:00: one in its last second, one in the next day's first",
            "2026-03-08 0 new 2900 = 2900; 2026-03-09 2900 new 1000 = 3900", [=](Tale& t) {
                t.question.zone = QTimeZone("America/New_York");
                Tale::startAt(t.add("a", "cus_a", p29, "2026-03-09"), moment("2026-03-09T03:59:59Z"));
                Tale::startAt(t.add("b", "cus_b", p10, "2026-03-09"), moment("2026-03-09T04:00:00Z"));
                t.ask("2026-03-07", "2026-03-12", Bucket::Day);
            });
        row("H23 the day of 25 hours in Berlin", "25 October 2026 lasts from 22:00 UTC to 23:00 UTC: both ends and the second after", "2026-10-25 0 new 3900 = 3900; 2026-10-26 3900 new 4900 = 8800", [=](Tale& t) {
            t.question.zone = QTimeZone("Europe/Berlin");
            Tale::startAt(t.add("a", "cus_a", p29, "2026-10-24"), moment("2026-10-24T22:00:00Z"));
            Tale::startAt(t.add("b", "cus_b", p10, "2026-10-25"), moment("2026-10-25T22:59:59Z"));
            Tale::startAt(t.add("c", "cus_c", p49, "2026-10-25"), moment("2026-10-25T23:00:00Z"));
            t.ask("2026-10-24", "2026-10-30", Bucket::Day);
        });
        row("H24 weeks begin on Monday", "1 March 2026 is a Sunday, 2 March a Monday", "2026-02-23 0 new 2900 = 2900; 2026-03-02 2900 new 1000 = 3900", [=](Tale& t) {
            Tale::startAt(t.add("a", "cus_a", p29, "2026-03-01"), moment("2026-03-01T23:59:59Z"));
            t.add("b", "cus_b", p10, "2026-03-02");
            t.ask("2026-02-23", "2026-03-09", Bucket::Week);
        });
        row("H25 midnight belongs to the day that ends, where that is chosen", "gone at 00:00 of 1 February: January", "2026-01-01 0 new 2900 churn -2900 (voluntary) = 0", [=](Tale& t) {
            t.definition.edge = BucketEdge::End;
            t.add("a", "cus_a", p29, "2026-01-05", "2026-02-01");
            t.ask("2026-01-01", "2026-03-01");
        });
        row("H26 backdated", "made on 5 January, sold from 15 November on", "2025-11-01 0 new 2900 = 2900", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", p29, "2026-01-05");
            s.subscription.startDate = day("2025-11-15");
            t.ask("2025-10-01", "2026-03-01");
        });
        row("H27 $12000 a year to $29 a month", "2900 - 12000 / 12 = 1900", "2026-01-01 0 new 1000 = 1000; 2026-04-01 1000 expansion 1900 = 2900", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", p29, "2026-01-05");
            s.bills = {{renewal("2026-01-05", "2027-01-05", named("12000", "year"))}, {proration("2026-04-16", "2026-05-16", p29, 2900)}};
            t.ask("2026-01-01", "2026-06-01");
        });
        row("H28 changed in place, seen at the renewal", "2900 became 4900 at some time after the February bill, placed at March's: when February ended 2000 may have come already",
            "2026-01-01 0 new 2900 = 2900; 2026-02-01 2900 = 2900 [0..2000]; 2026-03-01 2900 expansion 2000 = 4900", [=](Tale& t) {
                Story& s = t.add("a", "cus_a", p49, "2026-01-01");
                s.bills = {{renewal("2026-01-01", "2026-02-01", p29)}, {renewal("2026-02-01", "2026-03-01", p29)}, {renewal("2026-03-01", "2026-04-01", p49)}};
                t.ask("2026-01-01", "2026-05-01");
            });
        row("H29 100 % off for two months", "to nothing and back: churn and reactivation, as Stripe has it", "2026-01-01 0 new 2900 = 2900; 2026-05-01 2900 churn -2900 (voluntary) = 0; 2026-07-01 0 reactivation 2900 = 2900", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", p29, "2026-01-05");
            s.subscription = with(s.subscription, {percentOff("100", "forever", day("2026-05-01"), day("2026-07-01"))});
            t.ask("2026-01-01", "2026-09-01");
        });
        row("H30 10 % off from May on", "2900 x .1", "2026-01-01 0 new 2900 = 2900; 2026-05-01 2900 contraction -290 = 2610", [=](Tale& t) {
            Story& s = t.add("a", "cus_a", p29, "2026-01-05");
            s.subscription = with(s.subscription, {percentOff("10", "forever", day("2026-05-01"))});
            t.ask("2026-01-01", "2026-09-01");
        });
        row("H31 asked to leave in January, gone in February", "counted until it ended", "2026-01-01 0 new 2900 = 2900; 2026-02-01 2900 churn -2900 (voluntary) = 0", [=](Tale& t) {
            t.add("a", "cus_a", p29, "2026-01-05", "2026-02-05").subscription.canceledAt = day("2026-01-20");
            t.ask("2026-01-01", "2026-04-01");
        });
        row("H32 the same, where the request decides", "gone on 20 January", "2026-01-01 0 new 2900 churn -2900 (voluntary) = 0", [=](Tale& t) {
            t.definition.churnAt = ChurnAt::Request;
            t.add("a", "cus_a", p29, "2026-01-05", "2026-02-05").subscription.canceledAt = day("2026-01-20");
            t.ask("2026-01-01", "2026-04-01");
        });
        row("H33 past due, where it does not count", "out since the open bill of October, at some time until its period ends", "2026-01-01 0 new 2900 = 2900; 2026-10-01 2900 churn -2900 (involuntary) = 0 [0..2900]", [=](Tale& t) {
            t.definition.countPastDue = false;
            Story& s = t.add("a", "cus_a", p29, "2026-01-01");
            s.subscription.status = QStringLiteral("past_due");
            billed(s, "2026-10-10", "2026-11-10", p29, "open");
            t.ask("2026-01-01", "2026-11-01");
        });
        row("H34 a past price that is gone, net", "what is not explained is no movement of a customer in this view either", "2026-01-01 0 reconciliation 4900 = 4900; 2026-06-01 4900 churn -4900 (voluntary) = 0", [=](Tale& t) {
            t.prices = {p49};
            Story& s = t.add("a", "cus_a", p49, "2026-01-01", "2026-06-10");
            s.bills = {{renewal("2026-01-01", "2026-02-01", p29)}, {proration("2026-01-16", "2026-02-01", p49, 2529)}};
            t.ask("2026-01-01", "2026-07-01", Bucket::Month, View::Net);
        });
        row("H35 came and left in January, back in March, net", "January is nothing, but it was seen then: reactivation", "2026-03-01 0 reactivation 2900 = 2900", [=](Tale& t) {
            t.add("a", "cus_a", p29, "2026-01-05", "2026-01-20");
            t.add("b", "cus_a", p29, "2026-03-05");
            t.ask("2026-01-01", "2026-05-01", Bucket::Month, View::Net);
        });
        row("H36 paused over March, back in April and dearer at once, net", "0 when April began, since it was paused, and 4900 when it ended: all of it resumed; when March ended it may have gone on already",
            "2026-01-01 0 new 2900 = 2900; 2026-02-01 2900 = 2900 [-2900..0]; 2026-03-01 2900 paused -2900 = 0 [0..2900]; 2026-04-01 0 resumed 4900 = 4900", [=](Tale& t) {
                Story& s = t.add("a", "cus_a", p49, "2026-01-01");
                s.bills = {{renewal("2026-01-01", "2026-02-01", p29)}, {renewal("2026-02-01", "2026-03-01", p29)}, {renewal("2026-03-01", "2026-04-01", p29), QStringLiteral("void")},
                    {renewal("2026-04-01", "2026-05-01", p29)}, {proration("2026-04-16", "2026-05-01", p49, 2400)}};
                t.ask("2026-01-01", "2026-06-01", Bucket::Month, View::Net);
            });
        row("H37 paused by Stripe, and nothing shows since when", "2900 by all that was billed, 0 by its status: the rest is Reconciliation, not churn", "2026-01-01 0 new 2900 reconciliation -2900 = 0", [=](Tale& t) {
            t.add("a", "cus_a", p29, "2026-01-05").subscription.status = QStringLiteral("paused");
            t.ask("2026-01-01", "2027-01-01", Bucket::Year);
        });
    }
    void movements()
    {
        QFETCH(Tell, tell);
        QFETCH(QString, expected);
        QFETCH(QString, working);
        QVERIFY(!working.isEmpty());
        Tale tale;
        tell(tale);
        QCOMPARE(toldOf(tale.report()), expected); // rollForward itself refuses a report whose identities do not hold
    }
};

CH_TEST(TstHistoryExamples)
#include "tst_HistoryExamples.moc"
