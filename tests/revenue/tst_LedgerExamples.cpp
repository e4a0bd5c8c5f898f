// SPDX-License-Identifier: GPL-3.0-or-later
// Worked examples of histories: what a subscription is and was billed, the movements that follow, and the working beside them.
#include "revenue/Stories.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

Q_DECLARE_METATYPE(ch::test::Story)

namespace {

using Change = std::function<void(Story&)>;

/// $29 a month from 1 January 2026, billed then.
Story basic(const Change& change = {})
{
    Story story = storyOf(named("2900"), "2026-01-01");
    story.prices = {named("2900"), named("4900"), named("1000"), named("12000", "year"), named("24000", "year"), named("0")};
    story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}};
    if (change) {
        change(story);
    }
    return story;
}

void sellAt(Story& story, const Price& price, qint64 quantity = 1)
{
    story.subscription.items[0].price = price;
    story.subscription.items[0].quantity = quantity;
}

void end(Story& story, const char* at, const char* asked = nullptr, const char* reason = "cancellation_requested")
{
    story.subscription.status = QStringLiteral("canceled");
    story.subscription.endedAt = day(at);
    story.subscription.canceledAt = day(asked == nullptr ? at : asked);
    story.subscription.cancellationReason = QString::fromLatin1(reason);
}

QByteArray itemText(const char* id, const char* price, int quantity)
{
    return QByteArray("{\"id\":\"") + id + "\",\"object\":\"subscription_item\",\"quantity\":" + QByteArray::number(quantity) + ",\"price\":{\"id\":\"" + price + "\",\"object\":\"price\"}}";
}

/// An event of sub_1: how its items and status were after, and what previous_attributes says.
void tell(Story& story, const char* id, const char* at, const QByteArrayList& items, const QByteArray& previous, const char* status = "active", const QByteArray& more = {})
{
    stripe::Event event;
    event.id = QString::fromLatin1(id);
    event.type = QStringLiteral("customer.subscription.updated");
    event.objectId = QStringLiteral("sub_1");
    event.created = day(at);
    const QByteArray json = QByteArray("{\"id\":\"") + id + "\",\"object\":\"event\",\"data\":{\"object\":{\"id\":\"sub_1\",\"object\":\"subscription\",\"customer\":\"cus_1\",\"currency\":\"usd\",\"status\":\""
        + status + "\"" + more + ",\"items\":{\"object\":\"list\",\"has_more\":false,\"data\":[" + items.join(',') + "]}},\"previous_attributes\":" + previous + "}}";
    story.events.emplace_back(event, json);
}

QByteArray were(const QByteArrayList& items)
{
    return "{\"items\":{\"data\":[" + items.join(',') + "]}}";
}

QString causes(const Story& story)
{
    QStringList all;
    for (const MrrStep& step : story.steps()) {
        all << QString::fromLatin1(causeName(step.cause));
    }
    return all.join(QLatin1Char(' '));
}

const char* const kP29 = "price_2900_month_1";
const char* const kP49 = "price_4900_month_1";

} // namespace

class TstLedgerExamples : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void examples_data()
    {
        QTest::addColumn<Story>("story");
        QTest::addColumn<QString>("steps");
        QTest::addColumn<QString>("causes");
        QTest::addColumn<QString>("working");
        const auto row = [](const char* name, const Story& story, const char* steps, const char* why, const char* working) {
            QTest::newRow(name) << story << QString::fromLatin1(steps) << QString::fromLatin1(why) << QString::fromLatin1(working);
        };
        // Starts and ends
        row("L01 one subscription", basic(), "2026-01-01 +2900", "start", "2900 a month from the day it began");
        row("L02 yearly", basic([](Story& s) { sellAt(s, named("12000", "year")); s.bills = {{renewal("2026-01-01", "2027-01-01", named("12000", "year"))}}; }), "2026-01-01 +1000", "start", "12000 / 12");
        row("L03 cancelled at once", basic([](Story& s) { end(s, "2026-01-20"); }), "2026-01-01 +2900; 2026-01-20 -2900", "start cancel", "gone at ended_at");
        row("L04 cancelled at the period's end", basic([](Story& s) { end(s, "2026-02-01", "2026-01-10"); }), "2026-01-01 +2900; 2026-02-01 -2900", "start cancel", "canceled_at is the request, ended_at the end");
        row("L05 the same, counted at the request", basic([](Story& s) { end(s, "2026-02-01", "2026-01-10"); s.definition.churnAt = ChurnAt::Request; }), "2026-01-01 +2900; 2026-01-10 -2900", "start cancel", "churn_at request: canceled_at");
        row("L06 payment failed", basic([](Story& s) { end(s, "2026-03-01", nullptr, "payment_failed"); }), "2026-01-01 +2900; 2026-03-01 -2900", "start dunning", "the reason says that it was not asked for");
        row("L07 disputed", basic([](Story& s) { end(s, "2026-03-01", nullptr, "payment_disputed"); }), "2026-01-01 +2900; 2026-03-01 -2900", "start dunning", "likewise");
        row("L08 a cancellation to come", basic([](Story& s) { s.subscription.cancelAtPeriodEnd = true; s.subscription.canceledAt = day("2026-10-10"); s.subscription.currentPeriodEnd = day("2026-12-01"); }),
            "2026-01-01 +2900", "start", "it counts until it ends; committed MRR alone falls");
        row("L09 to come, counted at the request", basic([](Story& s) { s.subscription.cancelAtPeriodEnd = true; s.subscription.canceledAt = day("2026-10-10"); s.subscription.currentPeriodEnd = day("2026-12-01");
            s.definition.churnAt = ChurnAt::Request; }), "2026-01-01 +2900; 2026-10-10 -2900", "start cancel", "2900 - 2900 on the day of the request");
        // Trials
        row("L10 trial, then paid (M01)", basic([](Story& s) { s.subscription.trialStart = day("2026-01-01"); s.subscription.trialEnd = day("2026-01-15"); s.bills = {{renewal("2026-01-15", "2026-02-15", named("2900"))}}; }),
            "2026-01-15 +2900", "trial_end", "nothing on 1 January");
        row("L11 trial that counts", basic([](Story& s) { s.subscription.trialStart = day("2026-01-01"); s.subscription.trialEnd = day("2026-01-15"); s.definition.countTrialing = true; }), "2026-01-01 +2900", "start", "trials count");
        row("L12 trial ended by leaving", basic([](Story& s) { s.subscription.trialStart = day("2026-01-01"); s.subscription.trialEnd = day("2026-01-15"); end(s, "2026-01-10"); }), "", "", "never paid, never counted");
        row("L13 a free month in the middle", basic([](Story& s) { s.subscription.trialStart = day("2026-03-01"); s.subscription.trialEnd = day("2026-04-01"); }),
            "2026-01-01 +2900; 2026-03-01 -2900 p; 2026-04-01 +2900 p", "start pause trial_end", "out for March: paused, not churned");
        // Prices and quantities
        row("L14 upgrade with proration (R01)", basic([](Story& s) { sellAt(s, named("4900")); s.bills.push_back({proration("2026-01-16", "2026-02-01", named("2900"), -1497)});
            s.bills.push_back({proration("2026-01-16", "2026-02-01", named("4900"), 2529)}); }), "2026-01-01 +2900; 2026-01-16 +2000", "start price", "4900 - 2900, at the debit's start");
        row("L15 downgrade with proration (M02)", basic([](Story& s) { sellAt(s, named("1000")); s.bills.push_back({proration("2026-01-16", "2026-02-01", named("2900"), -1497)});
            s.bills.push_back({proration("2026-01-16", "2026-02-01", named("1000"), 516)}); }), "2026-01-01 +2900; 2026-01-16 -1900", "start price", "1000 - 2900");
        row("L16 monthly to yearly", basic([](Story& s) { sellAt(s, named("24000", "year")); s.bills.push_back({proration("2026-01-16", "2027-01-16", named("24000", "year"), 24000)}); }),
            "2026-01-01 +2900; 2026-01-16 -900", "start price", "24000 / 12 - 2900");
        row("L17 one hour left", basic([](Story& s) { sellAt(s, named("4900")); s.bills.push_back({proration("2026-01-31", "2026-02-01", named("4900"), 7)}); }), "2026-01-01 +2900; 2026-01-31 +2000", "start price",
            "the line's price, never 7 scaled back");
        row("L18 seats up", basic([](Story& s) { sellAt(s, named("2900"), 3); s.bills.push_back({proration("2026-01-16", "2026-02-01", named("2900"), 4490, 3)}); }), "2026-01-01 +2900; 2026-01-16 +5800", "start quantity", "(3 - 1) x 2900");
        row("L19 seats down, seen at the renewal", basic([](Story& s) { s.bills[0].line.quantity = 3; s.bills.push_back({renewal("2026-02-01", "2026-03-01", named("2900"), 1)}); }),
            "2026-01-01 +8700; 2026-02-01 -5800 ~", "start quantity", "somewhere in January, placed at the bill");
        row("L20 up and back within a period", basic([](Story& s) { s.bills.push_back({proration("2026-01-10", "2026-02-01", named("2900"), 4000, 3)});
            s.bills.push_back({proration("2026-01-20", "2026-02-01", named("2900"), 1100, 1)}); s.bills.push_back({renewal("2026-02-01", "2026-03-01", named("2900"))}); }),
            "2026-01-01 +2900; 2026-01-10 +5800; 2026-01-20 -5800", "start quantity quantity", "two debits, each to the second");
        row("L21 edited, not billed yet", basic([](Story& s) { sellAt(s, named("4900")); }), "2026-01-01 +2900; 2026-11-01 +2000 ~", "start price", "between the last line and now, placed now");
        row("L22 yearly, edited in place", basic([](Story& s) { sellAt(s, named("24000", "year")); s.bills = {{renewal("2025-01-01", "2026-01-01", named("12000", "year"))}, {renewal("2026-01-01", "2027-01-01", named("24000", "year"))}};
            s.subscription.created = s.subscription.startDate = s.subscription.items[0].created = day("2025-01-01"); }), "2025-01-01 +1000; 2026-01-01 +1000 ~", "start price", "up to a year is not known");
        row("L23 to free", basic([](Story& s) { sellAt(s, named("0")); s.bills.push_back({proration("2026-01-16", "2026-02-01", named("0"), 0)}); }), "2026-01-01 +2900; 2026-01-16 -2900", "start price", "0 - 2900");
        // Items
        row("L24 a second item, added at once", basic([](Story& s) { s.subscription.items.push_back(makeItem(named("1000"), 1, "si_2")); s.subscription.items[1].created = day("2026-02-10"); }),
            "2026-01-01 +2900; 2026-02-10 +1000 ~", "start item_added", "from its creation; its price is seen only now");
        row("L25 the same, billed", basic([](Story& s) { s.subscription.items.push_back(makeItem(named("1000"), 1, "si_2")); s.subscription.items[1].created = day("2026-02-10");
            s.bills.push_back({renewal("2026-03-01", "2026-04-01", named("1000"), 1, "si_2")}); }), "2026-01-01 +2900; 2026-02-10 +1000", "start item_added", "created says when, the line at what");
        row("L26 removed with a credit", basic([](Story& s) { s.bills.push_back({renewal("2026-01-01", "2026-02-01", named("1000"), 1, "si_2")}); s.bills.push_back({proration("2026-01-20", "2026-02-01", named("1000"), -387, 1, "si_2")}); }),
            "2026-01-01 +3900; 2026-01-20 -1000", "start item_removed", "the credit's start");
        row("L27 removed without", basic([](Story& s) { s.bills.push_back({renewal("2026-01-01", "2026-02-01", named("1000"), 1, "si_2")}); }), "2026-01-01 +3900; 2026-02-01 -1000 ~", "start item_removed", "by the end of what was billed");
        row("L28 swap in one second (M08)", basic([](Story& s) { s.subscription.items[0].id = QStringLiteral("si_new"); s.subscription.items[0].created = day("2026-02-15"); sellAt(s, named("4900"));
            s.bills.push_back({proration("2026-02-15", "2026-03-01", named("2900"), -1400)}); s.bills.push_back({proration("2026-02-15", "2026-03-01", named("4900"), 2400, 1, "si_new")}); }),
            "2026-01-01 +2900; 2026-02-15 +2000", "start item_removed", "-2900 and +4900 at one instant");
        row("L29 metered beside it", basic([](Story& s) { s.subscription.items.push_back(makeItem(metered(makePrice("7")), std::nullopt, "si_2")); }), "2026-01-01 +2900", "start", "what is metered is no MRR");
        // Discounts
        row("L30 10 % from May", basic([](Story& s) { s.subscription = with(s.subscription, {percentOff("10", "forever", day("2026-05-01"))}); }), "2026-01-01 +2900; 2026-05-01 -290", "start discount_on", "2900 x .1");
        row("L31 100 % from May", basic([](Story& s) { s.subscription = with(s.subscription, {percentOff("100", "forever", day("2026-05-01"))}); }), "2026-01-01 +2900; 2026-05-01 -2900", "start discount_on", "to nothing: churn at Stripe");
        row("L32 off again", basic([](Story& s) { Discount d = percentOff("10", "forever", day("2026-05-01")); d.end = day("2026-07-01"); s.subscription = with(s.subscription, {d}); }),
            "2026-01-01 +2900; 2026-05-01 -290; 2026-07-01 +290", "start discount_on discount_off", "discount.end says when");
        row("L33 repeating is not contracted", basic([](Story& s) { s.subscription = with(s.subscription, {percentOff("50", "repeating", day("2026-05-01"), day("2026-08-01"))}); }), "2026-01-01 +2900", "start", "forever alone lowers it");
        row("L34 once, where it counts", basic([](Story& s) { s.subscription = with(s.subscription, {percentOff("50", "once", day("2026-05-01"))}); s.definition.subtractOnce = true; }), "2026-01-01 +2900; 2026-05-01 -1450", "start discount_on", "2900 x .5");
        row("L35 $5 off two items", basic([](Story& s) { s.subscription.items.push_back(makeItem(named("1000"), 1, "si_2")); s.subscription.items[1].created = day("2026-01-01");
            s.bills.push_back({renewal("2026-01-01", "2026-02-01", named("1000"), 1, "si_2")}); s.subscription = with(s.subscription, {amountOff(500)}); }), "2026-01-01 +3400", "start", "2900 + 1000 - 500");
        row("L36 20 % off through an upgrade", basic([](Story& s) { sellAt(s, named("4900")); s.bills.push_back({proration("2026-01-16", "2026-02-01", named("4900"), 2529)}); s.subscription = with(s.subscription, {percentOff("20")}); }),
            "2026-01-01 +2320; 2026-01-16 +1600", "start price", "2900 x .8, then 4900 x .8");
        // Dunning and pauses
        row("L37 unpaid now", basic([](Story& s) { s.subscription.status = QStringLiteral("unpaid"); s.bills.push_back({renewal("2026-02-01", "2026-03-01", named("2900")), QStringLiteral("open")}); }),
            "2026-01-01 +2900; 2026-03-01 -2900 ~", "start dunning", "retries end within the period that was not paid");
        row("L38 past due counts", basic([](Story& s) { s.subscription.status = QStringLiteral("past_due"); }), "2026-01-01 +2900", "start", "at risk");
        row("L39 past due, where it does not", basic([](Story& s) { s.subscription.status = QStringLiteral("past_due"); s.definition.countPastDue = false; s.bills.push_back({renewal("2026-02-01", "2026-03-01", named("2900")), QStringLiteral("open")}); }),
            "2026-01-01 +2900; 2026-02-01 -2900 ~", "start dunning", "from the open invoice on");
        row("L40 paused now", basic([](Story& s) { s.subscription.pauseCollection = stripe::PauseCollection{QStringLiteral("void"), {}}; }), "2026-01-01 +2900; 2026-11-01 -2900 ~ p", "start pause", "nothing shows since when");
        row("L41 paused, where it counts", basic([](Story& s) { s.subscription.pauseCollection = stripe::PauseCollection{QStringLiteral("void"), {}}; s.definition.countPaused = true; }), "2026-01-01 +2900", "start", "as ChartMogul does");
        row("L42 paused, kept as draft", basic([](Story& s) { s.subscription.pauseCollection = stripe::PauseCollection{QStringLiteral("keep_as_draft"), {}}; }), "2026-01-01 +2900", "start", "it will be billed later");
        row("L43 trial over, no card", basic([](Story& s) { s.subscription.status = QStringLiteral("paused"); s.subscription.trialStart = day("2026-01-01"); s.subscription.trialEnd = day("2026-01-15"); }), "", "", "never paid");
        // Never
        row("L44 incomplete", basic([](Story& s) { s.subscription.status = QStringLiteral("incomplete"); }), "", "", "no first payment, never new");
        row("L45 incomplete_expired", basic([](Story& s) { s.subscription.status = QStringLiteral("incomplete_expired"); }), "", "", "likewise");
        row("L46 of a test clock", basic([](Story& s) { s.subscription.testClock = QStringLiteral("clock_1"); }), "", "", "its time is not ours");
        row("L47 free", basic([](Story& s) { sellAt(s, named("0")); s.bills = {{renewal("2026-01-01", "2026-02-01", named("0"))}}; }), "", "", "no MRR, no movement");
        // Events: the last 30 days, to the second
        row("L48 edited in place, an event says when", basic([](Story& s) { sellAt(s, named("4900")); tell(s, "evt_1", "2026-10-20", {itemText("si_1", kP49, 1)}, were({itemText("si_1", kP29, 1)})); }),
            "2026-01-01 +2900; 2026-10-20 +2000", "start price", "4900 - 2900 at the event");
        row("L49 up and back between two invoices", basic([](Story& s) { tell(s, "evt_1", "2026-10-05", {itemText("si_1", kP29, 5)}, were({itemText("si_1", kP29, 1)}));
            tell(s, "evt_2", "2026-10-15", {itemText("si_1", kP29, 1)}, were({itemText("si_1", kP29, 5)})); }), "2026-01-01 +2900; 2026-10-05 +11600; 2026-10-15 -11600", "start quantity quantity", "4 x 2900, no line shows it");
        row("L50 an event before an older, unseen change", basic([](Story& s) { sellAt(s, named("4900")); tell(s, "evt_1", "2026-10-05", {itemText("si_1", kP49, 1)}, were({itemText("si_1", "price_1000_month_1", 1)})); }),
            "2026-01-01 +2900; 2026-10-04T23:59:59Z -1900 ~; 2026-10-05 +3900", "start price price", "29 became 10 at some time since January, then 49");
        row("L51 removed, an event says when", basic([](Story& s) { s.bills.push_back({renewal("2026-01-01", "2026-02-01", named("1000"), 1, "si_2")});
            tell(s, "evt_1", "2026-10-20", {itemText("si_1", kP29, 1)}, were({itemText("si_1", kP29, 1), itemText("si_2", "price_1000_month_1", 1)})); }), "2026-01-01 +3900; 2026-10-20 -1000", "start item_removed", "absent after, there before");
        row("L52 a pause that is over", basic([](Story& s) { tell(s, "evt_1", "2026-10-10", {itemText("si_1", kP29, 1)}, "{\"pause_collection\":null}", "active", ",\"pause_collection\":{\"behavior\":\"void\",\"resumes_at\":null}");
            tell(s, "evt_2", "2026-10-20", {itemText("si_1", kP29, 1)}, "{\"pause_collection\":{\"behavior\":\"void\",\"resumes_at\":null}}"); }),
            "2026-01-01 +2900; 2026-10-10 -2900 p; 2026-10-20 +2900 p", "start pause resume", "both ends in events");
        row("L53 unpaid, an event says when", basic([](Story& s) { s.subscription.status = QStringLiteral("unpaid"); tell(s, "evt_1", "2026-10-12", {itemText("si_1", kP29, 1)}, "{\"status\":\"past_due\"}", "unpaid"); }),
            "2026-01-01 +2900; 2026-10-12 -2900", "start dunning", "the status changed then");
        row("L54 unpaid and recovered", basic([](Story& s) { tell(s, "evt_1", "2026-10-12", {itemText("si_1", kP29, 1)}, "{\"status\":\"past_due\"}", "unpaid"); tell(s, "evt_2", "2026-10-18", {itemText("si_1", kP29, 1)}, "{\"status\":\"unpaid\"}"); }),
            "2026-01-01 +2900; 2026-10-12 -2900; 2026-10-18 +2900", "start dunning recovered", "out for six days");
        row("L55 an event overrules a renewal line", basic([](Story& s) { tell(s, "evt_1", "2026-10-05", {itemText("si_1", kP29, 2)}, were({itemText("si_1", kP29, 1)})); tell(s, "evt_2", "2026-10-25", {itemText("si_1", kP29, 1)}, were({itemText("si_1", kP29, 2)}));
            s.bills.push_back({renewal("2026-10-10", "2026-11-10", named("4900"))}); }), "2026-01-01 +2900; 2026-10-05 +2900; 2026-10-25 -2900", "start quantity quantity", "between two events the item is known");
        row("L56 a debit overrules the renewal of that second", basic([](Story& s) { sellAt(s, named("4900")); s.bills.push_back({renewal("2026-02-01", "2026-03-01", named("2900"))}); s.bills.push_back({proration("2026-02-01", "2026-03-01", named("4900"), 4900)}); }),
            "2026-01-01 +2900; 2026-02-01 +2000", "start price", "the proration comes last");
        row("L64 edited before it ended, never billed so", basic([](Story& s) { sellAt(s, named("1000")); end(s, "2026-01-20"); }), "2026-01-01 +2900; 2026-01-19T23:59:59Z -1900 ~; 2026-01-20 -1000",
            "start price cancel", "it stands there as it was when it ended: 1000 was lost then");
        row("L65 a debit among equal renewals", basic([](Story& s) { s.bills.push_back({proration("2026-01-16", "2026-02-01", named("4900"), 2529)}); s.bills.push_back({renewal("2026-02-01", "2026-03-01", named("2900"))});
            s.bills.push_back({renewal("2026-03-01", "2026-04-01", named("2900"))}); }), "2026-01-01 +2900; 2026-01-16 +2000; 2026-02-01 -2000 ~", "start price price", "the next renewal, not the last, shows 2900 again");
        row("L66 an item removed before it all ended", basic([](Story& s) { s.bills.push_back({renewal("2026-01-01", "2026-02-01", named("1000"), 1, "si_2")}); end(s, "2026-01-20"); }),
            "2026-01-01 +3900; 2026-01-19T23:59:59Z -1000 ~; 2026-01-20 -2900", "start item_removed cancel", "it was not there at the end");
        row("L67 events with a hole between them", basic([](Story& s) { sellAt(s, named("4900")); tell(s, "evt_1", "2026-03-05", {itemText("si_1", kP29, 1)}, "{\"metadata\":{}}");
            s.bills.push_back({renewal("2026-05-01", "2026-06-01", named("4900"))}); tell(s, "evt_2", "2026-10-05", {itemText("si_1", kP49, 1)}, "{\"metadata\":{}}"); }),
            "2026-01-01 +2900; 2026-05-01 +2000 ~", "start price", "the second did not find what the first left: the line between them is heard");
        // Rounding and currencies
        row("L57 yearly with a rest", basic([](Story& s) { s.prices.append(named("9999", "year")); sellAt(s, named("9999", "year")); s.bills = {{renewal("2026-01-01", "2027-01-01", named("9999", "year"))}}; }), "2026-01-01 +833", "start", "9999 / 12 = 833.25");
        row("L58 weekly", basic([](Story& s) { s.prices.append(named("1000", "week")); sellAt(s, named("1000", "week")); s.bills = {{renewal("2026-01-01", "2026-01-08", named("1000", "week"))}}; }), "2026-01-01 +4333", "start", "1000 x 52/12");
        row("L59 weekly by Paddle", basic([](Story& s) { s.definition = *presetDefinition(QStringLiteral("paddle")); s.prices.append(named("1000", "week")); sellAt(s, named("1000", "week")); s.bills = {{renewal("2026-01-01", "2026-01-08", named("1000", "week"))}}; }),
            "2026-01-01 +4330", "start", "1000 x 4.33");
        row("L60 $10 to $20 of two items rounds alone", basic([](Story& s) { s.prices.append(named("10001", "year")); sellAt(s, named("10001", "year")); s.bills = {{renewal("2026-01-01", "2027-01-01", named("10001", "year"))}};
            s.subscription.items.push_back(makeItem(named("10001", "year"), 1, "si_2")); s.subscription.items[1].created = day("2026-01-01"); s.bills.push_back({renewal("2026-01-01", "2027-01-01", named("10001", "year"), 1, "si_2")}); }),
            "2026-01-01 +1666", "start", "10001 / 12 = 833.42, twice 833");
        // What is gone
        row("L61 a past price that is gone", basic([](Story& s) { s.prices = {named("4900")}; sellAt(s, named("4900")); s.bills.push_back({proration("2026-01-16", "2026-02-01", named("4900"), 2529)}); }),
            "2026-01-16 +4900 ?", "price", "what 29 was is not known: it begins when it is, as no movement");
        row("L62 backdated", basic([](Story& s) { s.subscription.startDate = day("2025-11-15"); }), "2025-11-15 +2900", "start", "start_date, not created");
        row("L63 paid late the first time", basic([](Story& s) { s.definition.countsFrom = CountsFrom::FirstPayment; }), "", "", "no invoice was paid");
    }
    void examples()
    {
        QFETCH(Story, story);
        QFETCH(QString, steps);
        QCOMPARE(told(story.steps()), steps);
        QTEST(causes(story), "causes");
        // Whatever happened, the rows come to what it is worth now, item by item (buildLedger proves it) and in all.
        qint64 sum = 0;
        for (const MrrStep& step : story.steps()) {
            sum += step.deltaMinor;
        }
        const bool known = story.definition.countsFrom == CountsFrom::Start;
        QCOMPARE(sum, known ? story.target() : 0);
    }
};

CH_TEST(TstLedgerExamples)
#include "tst_LedgerExamples.moc"
