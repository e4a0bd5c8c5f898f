// SPDX-License-Identifier: GPL-3.0-or-later
// What lines and events tell beyond prices at renewals: the tiers of one price, credits, changes within one second, prices of nothing, trials
// that are over, pauses that gave invoices up. Each was found wrong against the simulated account's truth (tests/revenue/truth).
#include "revenue/Stories.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

namespace {

Price graduated()
{
    Price price = makeTiered("graduated", {{5, "1000", ""}, {0, "600", "250"}});
    price.id = QStringLiteral("price_tiers");
    return price;
}

InvoiceLine tier(const char* from, const char* to, qint64 quantity, qint64 amount)
{
    InvoiceLine line = renewal(from, to, graduated(), quantity);
    line.amount = amount;
    return line;
}

Story paid(const Price& now, const char* start)
{
    Story story = storyOf(now, start);
    story.prices = {named("2900"), named("4900"), named("1000"), named("0"), named("12000", "year"), graduated()};
    return story;
}

} // namespace

class TstLineEvidence : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theTiersOfOnePriceAreOneSight();
    void aCreditSaysWhatWasBefore();
    void whatOneSecondPassedThroughIsPassedOver();
    void aPriceOfNothing();
    void anotherIntervalBeginsExactly();
    void ofTwoEventsOfOneSecondOnlyTheFirstHasABefore();
    void aTrialThatIsOverIsAFreeLine();
    void aFreeMonthLaterDoesNotMoveTheFirstPayment();
    void aPauseThatAnEventEndsWasOnUntilThen();
    void whatWasUnpaidLongIsPlacedFromItsFirstOpenInvoiceOn();
    void whatShowsOnlyWhileNothingCountsLeavesADoubt();
    void anAmountSharedAnewIsAsSureAsWhatChanged();
    void aCouponWaitsForTheNextPeriod();
    void aYearlyItemIsOnNoMonthlyBill();
    void invoicesGivenUpAtOnceArePauses();
    void whatEndedPausedWasPaused();
    void whatLeftInTheSecondOfAnotherChange();
    void twoPeriodsOfOneSecond();
    void whatABackdatedBillLeavesOut();
    void whatAnUnsureItemSharesIsNotSureEither();
    void whatShowsWhenItGoesOnLeavesADoubt();
    void sharesFallToItemsInTheOrderOfTheirBill();
};

void TstLineEvidence::theTiersOfOnePriceAreOneSight()
{
    Story story = paid(graduated(), "2026-08-01");
    story.subscription.items[0].quantity = 12; // 5 x 10.00, 7 x 6.00 and 2.50
    for (const auto& [from, to] : {std::pair("2026-08-01", "2026-09-01"), std::pair("2026-09-01", "2026-10-01")}) {
        story.bills.push_back({tier(from, to, 5, 5000)});
        story.bills.push_back({tier(from, to, 7, 4200)});
        story.bills.push_back({tier(from, to, 0, 250)});
    }
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +9450"));
}

void TstLineEvidence::aCreditSaysWhatWasBefore()
{
    // Added at 29.00 without proration, changed to 49.00 with it before the first renewal: only the credit knows of the 29.00.
    Story story = paid(named("4900"), "2026-08-01");
    story.bills = {{proration("2026-08-10", "2026-09-01", named("2900"), -2000)}, {proration("2026-08-10", "2026-09-01", named("4900"), 3500)}, {renewal("2026-09-01", "2026-10-01", named("4900"))}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +2900; 2026-08-10 +2000"));
    // And of an item that went before it was ever billed.
    story.subscription.items[0].id = QStringLiteral("si_2");
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("4900"), 1, "si_2")}, {proration("2026-08-20", "2026-09-01", named("2900"), -1000)}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +4900; 2026-08-19T23:59:59Z +2900 ~; 2026-08-20 -2900"));
}

void TstLineEvidence::whatOneSecondPassedThroughIsPassedOver()
{
    // 29.00 to 49.00 and on to 10.00 in one second: neither the first nor the larger debit is what came of it.
    Story story = paid(named("1000"), "2026-08-01");
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("2900"))}, {proration("2026-08-10", "2026-09-01", named("2900"), -2000)}, {proration("2026-08-10", "2026-09-01", named("4900"), 3500)},
        {proration("2026-08-10", "2026-09-01", named("4900"), -3500)}, {proration("2026-08-10", "2026-09-01", named("1000"), 700)}, {renewal("2026-09-01", "2026-10-01", named("1000"))}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +2900; 2026-08-10 -1900"));
    // Lines of one second come in any order.
    std::swap(story.bills[1], story.bills[3]);
    std::swap(story.bills[2], story.bills[4]);
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +2900; 2026-08-10 -1900"));
    // There and back is no change, and no departure.
    story = paid(named("2900"), "2026-08-01");
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("2900"))}, {proration("2026-08-10", "2026-09-01", named("2900"), -2000)}, {proration("2026-08-10", "2026-09-01", named("4900"), 3500)},
        {proration("2026-08-10", "2026-09-01", named("4900"), -3500)}, {proration("2026-08-10", "2026-09-01", named("2900"), 2000)}, {renewal("2026-09-01", "2026-10-01", named("2900"))}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +2900"));
}

void TstLineEvidence::aPriceOfNothing()
{
    // From a free price the credit is over nothing, as the debit to one is.
    Story story = paid(named("2900"), "2026-08-01");
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("0"))}, {proration("2026-08-10", "2026-09-01", named("0"), 0)}, {proration("2026-08-10", "2026-09-01", named("2900"), 2000)}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-10 +2900"));
    story = paid(named("0"), "2026-08-01");
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("2900"))}, {proration("2026-08-10", "2026-09-01", named("2900"), -2000)}, {proration("2026-08-10", "2026-09-01", named("0"), 0)}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +2900; 2026-08-10 -2900"));
    // To another interval and back within a second: the whole period that was charged was taken back.
    story = paid(named("0"), "2026-08-01");
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("0"))}, {proration("2026-08-10", "2026-09-01", named("0"), 0)}, {renewal("2026-08-10", "2027-08-10", named("12000", "year"))},
        {proration("2026-08-10", "2027-08-10", named("12000", "year"), -12000)}, {proration("2026-08-10", "2027-08-10", named("0"), 0)}, {renewal("2026-09-10", "2026-10-10", named("0"))}};
    QCOMPARE(told(story.steps()), QString());
    // One that names what it takes back is what it was, though the other looks more like it.
    story = paid(named("2900"), "2026-08-01");
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("0"))}, {proration("2026-08-10", "2026-09-01", named("0"), 0)}, {proration("2026-08-10", "2026-09-01", named("1000"), 0)}};
    story.bills[1].line.credit = true;
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-10 +1000; 2026-11-01 +1900 ~"));
    std::swap(story.bills[1].line.credit, story.bills[2].line.credit);
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-09T23:59:59Z +1000 ~; 2026-08-10 -1000; 2026-11-01 +2900 ~"));
    // To a free one and on to 49.00 in one second: the free one, which names what it takes back, was passed through.
    story = paid(named("4900"), "2026-08-01");
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("2900"))}, {proration("2026-08-10", "2026-09-01", named("0"), 0)}, {proration("2026-08-10", "2026-09-01", named("0"), 0)},
        {proration("2026-08-10", "2026-09-01", named("2900"), -2000)}, {proration("2026-08-10", "2026-09-01", named("4900"), 3500)}};
    story.bills[1].line.credit = true;
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +2900; 2026-08-10 +2000"));
    // A coupon over everything makes both of them nothing.
    story = paid(named("4900"), "2026-08-01");
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("2900"))}, {proration("2026-08-10", "2026-09-01", named("2900"), 0)}, {proration("2026-08-10", "2026-09-01", named("4900"), 0)}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +2900; 2026-08-10 +2000"));
}

void TstLineEvidence::anotherIntervalBeginsExactly()
{
    Story story = paid(named("12000", "year"), "2026-08-01");
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("2900"))}, {proration("2026-08-10", "2026-09-01", named("2900"), -2000)}, {renewal("2026-08-10", "2027-08-10", named("12000", "year"))}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +2900; 2026-08-10 -1900"));
}

void TstLineEvidence::ofTwoEventsOfOneSecondOnlyTheFirstHasABefore()
{
    const auto item = [](const char* price) { return QStringLiteral(R"({"id":"si_1","object":"subscription_item","quantity":1,"price":{"id":"price_%1_month_1","object":"price","currency":"usd","unit_amount":%1,"recurring":{"interval":"month","interval_count":1}}})").arg(QLatin1String(price)); };
    const auto event = [&](const char* id, const char* before, const char* after) {
        const QString json = QStringLiteral(R"({"id":"%1","object":"event","type":"customer.subscription.updated","created":%2,"data":{"object":{"id":"sub_1","object":"subscription","customer":"cus_1","currency":"usd","status":"active","items":{"object":"list","has_more":false,"data":[%4]}},"previous_attributes":{"items":{"object":"list","has_more":false,"data":[%3]}}}})")
                                 .arg(QLatin1String(id)).arg(day("2026-10-20")).arg(item(before), item(after));
        stripe::Event made;
        made.id = QString::fromLatin1(id);
        made.type = QStringLiteral("customer.subscription.updated");
        made.objectId = QStringLiteral("sub_1");
        made.created = day("2026-10-20");
        return std::pair(made, json.toUtf8());
    };
    Story story = paid(named("1000"), "2026-10-01");
    story.bills = {{renewal("2026-10-01", "2026-11-01", named("2900"))}};
    story.events = {event("evt_1", "2900", "4900"), event("evt_2", "4900", "1000")};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-10-01 +2900; 2026-10-20 -1900"));
    // Nor when the first of them tells of something else, and shows the items as they are by then.
    story.events = {event("evt_1", "1000", "1000"), event("evt_2", "2900", "1000")};
    story.events[0].second.replace("\"previous_attributes\":{\"items\"", "\"previous_attributes\":{\"status\":\"past_due\",\"nothing\"");
    QCOMPARE(told(story.steps()), QStringLiteral("2026-10-01 +2900; 2026-10-20 -1900"));
}

void TstLineEvidence::aTrialThatIsOverIsAFreeLine()
{
    // A trial of two weeks, and later a free month, which is the only one that the subscription still names.
    Story story = paid(named("2900"), "2026-06-01");
    story.subscription.trialStart = day("2026-08-15");
    story.subscription.trialEnd = day("2026-09-15");
    InvoiceLine trial = renewal("2026-06-01", "2026-06-15", named("2900"));
    InvoiceLine month = renewal("2026-08-15", "2026-09-15", named("2900"));
    trial.amount = month.amount = 0;
    story.bills = {{trial}, {renewal("2026-06-15", "2026-07-15", named("2900"))}, {month}, {renewal("2026-09-15", "2026-10-15", named("2900"))}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-06-15 +2900; 2026-08-15 -2900 p; 2026-09-15 +2900 p"));
    // It was ended early: the next period began before its line's end.
    story.bills[1].line.periodStart = day("2026-06-10");
    QCOMPARE(told(story.steps()).section(QLatin1Char(';'), 0, 0), QStringLiteral("2026-06-10 +2900"));
    // A line over nothing of a free price, or of no seats, is no trial.
    story = paid(named("0"), "2026-06-01");
    story.bills = {{trial}, {renewal("2026-07-01", "2026-08-01", named("0"))}};
    story.bills[0].line.priceId = named("0").id;
    QCOMPARE(told(story.steps()), QString());
}

void TstLineEvidence::aFreeMonthLaterDoesNotMoveTheFirstPayment()
{
    // Incomplete for seven hours, and months later a free month, which is no first trial.
    Story story = paid(named("2900"), "2026-06-01");
    story.subscription.collectionMethod = QStringLiteral("charge_automatically");
    story.subscription.trialStart = day("2026-08-15");
    story.subscription.trialEnd = day("2026-09-15");
    FactsMaker maker;
    maker.addSubscription(story.subscription, story.surroundings(), {});
    maker.addInvoice({"sub_1", "subscription_create", "paid", day("2026-06-01"), day("2026-06-01") + 25'200, "in_1"});
    const std::string price = named("2900").id.toStdString();
    maker.addLine({"il_1", "in_1", "paid", price, "sub_1", "si_1", 2900, 1, day("2026-06-01"), day("2026-07-01"), false});
    const auto built = buildLedger(std::make_shared<const Facts>(maker.finish(story.surroundings().price)), {}, kNow);
    QVERIFY(built && built->rows.size() == 3);
    QCOMPARE(built->rows[0].at, day("2026-06-01") + 25'200);
}

void TstLineEvidence::aPauseThatAnEventEndsWasOnUntilThen()
{
    const auto subscription = [](const char* pause) { return QStringLiteral(R"({"id":"sub_1","object":"subscription","customer":"cus_1","currency":"usd","status":"active","pause_collection":%1,"items":{"object":"list","has_more":false,"data":[{"id":"si_1","object":"subscription_item","quantity":1,"price":{"id":"price_12000_year_1","object":"price","currency":"usd","unit_amount":12000,"recurring":{"interval":"year","interval_count":1}}}]}})").arg(QLatin1String(pause)); };
    stripe::Event event;
    event.id = QStringLiteral("evt_1");
    event.type = QStringLiteral("customer.subscription.updated");
    event.objectId = QStringLiteral("sub_1");
    event.created = day("2026-10-20");
    const QString json = QStringLiteral(R"({"id":"evt_1","object":"event","type":"customer.subscription.updated","created":%1,"data":{"object":%2,"previous_attributes":{"pause_collection":{"behavior":"void","resumes_at":null}}}})").arg(event.created).arg(subscription("null"));
    Story story = paid(named("12000", "year"), "2026-06-01");
    story.bills = {{renewal("2026-06-01", "2027-06-01", named("12000", "year"))}};
    story.events = {{event, json.toUtf8()}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-06-01 +1000; 2026-10-19T23:59:59Z -1000 ~ p; 2026-10-20 +1000 p"));
}

void TstLineEvidence::whatWasUnpaidLongIsPlacedFromItsFirstOpenInvoiceOn()
{
    Story story = paid(named("2900"), "2026-06-01");
    story.subscription.status = QStringLiteral("unpaid");
    story.bills = {{renewal("2026-06-01", "2026-07-01", named("2900"))}, {renewal("2026-07-01", "2026-08-01", named("2900")), QStringLiteral("open")},
        {renewal("2026-10-15", "2026-11-15", named("2900")), QStringLiteral("open")}};
    const auto rows = story.ledger().rows;
    QCOMPARE(rows.size(), size_t(2));
    QCOMPARE(rows[1].earliest, day("2026-07-01"));
    // One that was paid in between does not close the one before it.
    story.bills.insert(story.bills.begin() + 2, {renewal("2026-08-01", "2026-09-01", named("2900"))});
    QCOMPARE(story.ledger().rows[1].earliest, day("2026-07-01"));
    story.bills.erase(story.bills.begin() + 2);
    // One that a pause gave up in between is not paid either; and the first event found it unpaid.
    story.bills.insert(story.bills.begin() + 2, {renewal("2026-08-01", "2026-09-01", named("2900")), QStringLiteral("uncollectible")});
    stripe::Event event;
    event.id = QStringLiteral("evt_1");
    event.type = QStringLiteral("customer.subscription.updated");
    event.objectId = QStringLiteral("sub_1");
    event.created = day("2026-10-20");
    story.events = {{event, QByteArray(R"({"id":"evt_1","object":"event","type":"customer.subscription.updated","created":1792454400,"data":{"object":{"id":"sub_1","object":"subscription","customer":"cus_1","currency":"usd","status":"unpaid","items":{"object":"list","has_more":false,"data":[{"id":"si_1","object":"subscription_item","quantity":1,"price":{"id":"price_2900_month_1","object":"price","currency":"usd","unit_amount":2900,"recurring":{"interval":"month","interval_count":1}}}]}},"previous_attributes":{"description":null}}})")}};
    for (const Row& row : story.ledger().rows) {
        if (row.cause == Cause::Dunning) {
            QCOMPARE(row.earliest, day("2026-07-01"));
            QCOMPARE(row.latest, day("2026-10-20") - 1);
        }
    }
}

void TstLineEvidence::whatShowsOnlyWhileNothingCountsLeavesADoubt()
{
    // At 49.00 in the bill of June and at 29.00 in that of a free month: it may have been 29.00 before the month began.
    Story story = paid(named("2900"), "2026-06-01");
    story.subscription.trialStart = day("2026-08-15");
    story.subscription.trialEnd = day("2026-09-15");
    InvoiceLine month = renewal("2026-08-20", "2026-09-15", named("2900"));
    month.amount = 0;
    story.bills = {{renewal("2026-06-01", "2026-08-15", named("4900"))}, {month}};
    const auto rows = story.ledger().rows;
    QCOMPARE(rows[1].at, day("2026-08-15"));
    QCOMPARE(rows[1].earliest, day("2026-06-01"));
}

void TstLineEvidence::anAmountSharedAnewIsAsSureAsWhatChanged()
{
    // 10.00 off two items; the second changes between two bills, so that nobody knows when the first one's share did.
    Story story = paid(named("2900"), "2026-06-01");
    story.subscription.items.push_back(makeItem(named("4900"), 1, "si_2"));
    story.subscription.items[1].created = day("2026-06-01");
    story.subscription = with(story.subscription, {amountOff(1000)});
    for (const auto& [from, to, second] : {std::tuple("2026-06-01", "2026-07-01", "2900"), std::tuple("2026-07-01", "2026-08-01", "4900")}) {
        story.bills.push_back({renewal(from, to, named("2900"))});
        story.bills.push_back({renewal(from, to, named(second), 1, "si_2")});
    }
    int shared = 0;
    for (const Row& row : story.ledger().rows) {
        shared += row.at == day("2026-07-01") && row.earliest == day("2026-06-01");
        QVERIFY(row.at == day("2026-06-01") || !row.isExact());
    }
    QVERIFY(shared >= 2);
}

void TstLineEvidence::aCouponWaitsForTheNextPeriod()
{
    // An item is added on 10 August, a coupon for three months on the 20th: what is left of August was charged before.
    Story story = paid(named("2900"), "2026-08-01");
    story.subscription.items.push_back(makeItem(named("4900"), 1, "si_2"));
    story.subscription.items[1].created = day("2026-08-10");
    story.subscription = withOnItem(story.subscription, 1, {percentOff("50", "repeating", day("2026-08-20"), day("2026-11-20"))});
    story.definition.subtractRepeating = true;
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("2900"))}, {proration("2026-08-10", "2026-09-01", named("4900"), 3000, 1, "si_2")},
        {renewal("2026-09-01", "2026-10-01", named("2900"))}, {renewal("2026-09-01", "2026-10-01", named("4900"), 1, "si_2")}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +2900; 2026-08-10 +4900; 2026-09-01 -2450"));
}

void TstLineEvidence::aYearlyItemIsOnNoMonthlyBill()
{
    // Added without proration beside a monthly one, and gone with a credit: the monthly bills say nothing of when it came.
    Story story = paid(named("2900"), "2026-06-01");
    story.subscription.items[0].id = QStringLiteral("si_2");
    story.bills = {{renewal("2026-06-01", "2026-07-01", named("2900"), 1, "si_2")}, {renewal("2026-07-01", "2026-08-01", named("2900"), 1, "si_2")},
        {proration("2026-07-20", "2027-07-01", named("12000", "year"), -9000)}};
    const auto rows = story.ledger().rows;
    QCOMPARE(rows.size(), size_t(3));
    QCOMPARE(rows[1].earliest, day("2026-06-01"));
}

void TstLineEvidence::invoicesGivenUpAtOnceArePauses()
{
    Story story = paid(named("2900"), "2026-06-01");
    story.bills = {{renewal("2026-06-01", "2026-07-01", named("2900"))}, {renewal("2026-07-01", "2026-08-01", named("2900")), QStringLiteral("uncollectible")},
        {renewal("2026-08-01", "2026-09-01", named("2900"))}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-06-01 +2900; 2026-07-01 -2900 ~ p; 2026-08-01 +2900 ~ p"));
    // One that was voided weeks later was not paused: somebody gave up on it.
    const char* last = "paid";
    const auto steps = [&](Seconds givenUp) {
        FactsMaker maker;
        maker.addSubscription(story.subscription, story.surroundings(), {});
        maker.addInvoice({"sub_1", "subscription_cycle", "void", day("2026-07-01"), 0, "in_2", givenUp});
        const std::string price = named("2900").id.toStdString();
        maker.addLine({"il_1", "in_1", "paid", price, "sub_1", "si_1", 2900, 1, day("2026-06-01"), day("2026-07-01"), false});
        maker.addLine({"il_2", "in_2", "void", price, "sub_1", "si_1", 2900, 1, day("2026-07-01"), day("2026-08-01"), false});
        maker.addInvoice({"sub_1", "subscription_cycle", last, day("2026-08-01"), 0, "in_3", givenUp == 0 ? 0 : givenUp + 31 * 86400});
        maker.addLine({"il_3", "in_3", last, price, "sub_1", "si_1", 2900, 1, day("2026-08-01"), day("2026-09-01"), false});
        const auto built = buildLedger(std::make_shared<const Facts>(maker.finish(story.surroundings().price)), {}, kNow);
        return built ? built->rows.size() : 0;
    };
    QCOMPARE(steps(day("2026-07-01") + 3600), size_t(3));
    QCOMPARE(steps(day("2026-07-20")), size_t(1));
    // With nothing good after it the pause was over before the next bill.
    last = "void";
    QCOMPARE(steps(day("2026-07-01") + 3600), size_t(3));
    QCOMPARE(steps(0), size_t(1)); // somebody may have forgiven it
}

void TstLineEvidence::whatEndedPausedWasPaused()
{
    Story story = paid(named("12000", "year"), "2026-06-01");
    story.subscription.status = QStringLiteral("canceled");
    story.subscription.endedAt = story.subscription.canceledAt = day("2026-09-10");
    stripe::PauseCollection pause;
    pause.behavior = QStringLiteral("void");
    story.subscription.pauseCollection = pause;
    story.bills = {{renewal("2026-06-01", "2027-06-01", named("12000", "year"))}};
    const auto rows = story.ledger().rows;
    QCOMPARE(rows.size(), size_t(2));
    QCOMPARE(rows[1].at, day("2026-09-10"));
    QCOMPARE(rows[1].earliest, day("2026-06-01")); // since when it was paused nobody knows
    QCOMPARE(rows[1].cause, Cause::Cancel);
    // Its last invoice was given up: it was paused by then.
    story = paid(named("2900"), "2026-06-01");
    story.subscription.status = QStringLiteral("canceled");
    story.subscription.endedAt = story.subscription.canceledAt = day("2026-08-20");
    story.subscription.pauseCollection = pause;
    story.bills = {{renewal("2026-06-01", "2026-07-01", named("2900"))}, {renewal("2026-07-01", "2026-08-01", named("2900")), QStringLiteral("void")}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-06-01 +2900; 2026-07-01 -2900 ~ p"));
}

void TstLineEvidence::whatLeftInTheSecondOfAnotherChange()
{
    // Never billed; to two of it by proration, and away, in one second: the credit that no debit gave says what it was.
    Story story = paid(named("1000"), "2026-06-01");
    story.subscription.items[0].id = QStringLiteral("si_2");
    story.bills = {{renewal("2026-06-01", "2026-07-01", named("1000"), 1, "si_2")}, {proration("2026-08-20", "2026-09-01", named("2900"), -1000)},
        {proration("2026-08-20", "2026-09-01", named("2900"), 2000, 2)}, {proration("2026-08-20", "2026-09-01", named("2900"), -2000, 2)}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-06-01 +1000; 2026-08-19T23:59:59Z +2900 ~; 2026-08-20 -2900"));
    // To a yearly price, which is charged whole, and away.
    story.bills = {{renewal("2026-06-01", "2026-07-01", named("1000"), 1, "si_2")}, {renewal("2026-06-01", "2026-09-01", named("2900"))}, {proration("2026-08-20", "2026-09-01", named("2900"), -1000)},
        {renewal("2026-08-20", "2027-08-20", named("12000", "year"))}, {proration("2026-08-20", "2027-08-20", named("12000", "year"), -12000)}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-06-01 +3900; 2026-08-20 -2900"));
}

void TstLineEvidence::twoPeriodsOfOneSecond()
{
    // Charged for a month, for a year instead, and the month taken back, all in the second of its start: the year is what stayed.
    Story story = paid(named("12000", "year"), "2026-08-01");
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("2900"))}, {proration("2026-08-01", "2026-09-01", named("2900"), -2900)}, {renewal("2026-08-01", "2027-08-01", named("12000", "year"))}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +1000"));
    std::swap(story.bills[0], story.bills[2]);
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +1000"));
    // Two of it for the rest of the month, and in that second to the year: the debit is of the period that was left.
    story.bills = {{renewal("2026-08-01", "2026-09-01", named("2900"))}, {proration("2026-08-10", "2026-09-01", named("2900"), -2000)}, {renewal("2026-08-10", "2027-08-10", named("12000", "year"))},
        {proration("2026-08-10", "2026-09-01", named("2900"), 4000, 2)}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +2900; 2026-08-10 -1900"));
    // A debit of the period that begins then comes after it.
    story.bills[3] = {proration("2026-08-10", "2027-08-10", named("12000", "year"), 24000, 2)};
    story.subscription.items[0].quantity = 2;
    QCOMPARE(told(story.steps()), QStringLiteral("2026-08-01 +2900; 2026-08-10 -900"));
}

void TstLineEvidence::whatABackdatedBillLeavesOut()
{
    // Made on 1 August, backdated to June; a second item was added at once, and is charged from August on.
    Story story = paid(named("2900"), "2026-06-01");
    story.subscription.created = day("2026-08-01");
    story.subscription.items.push_back(makeItem(named("1000"), 1, "si_2"));
    story.subscription.items[0].created = story.subscription.items[1].created = day("2026-08-01");
    story.bills = {{proration("2026-06-01", "2026-08-01", named("2900"), 5800)}, {proration("2026-08-01", "2026-09-01", named("1000"), 1000, 1, "si_2")}, {renewal("2026-09-01", "2026-10-01", named("2900"))}};
    QCOMPARE(told(story.steps()), QStringLiteral("2026-06-01 +2900; 2026-08-01 +1000"));
    story.subscription.items[1].created = day("2026-07-20"); // one that came by itself has a day of its own
    story.subscription.created = story.subscription.items[0].created = day("2026-07-01");
    QCOMPARE(told(story.steps()), QStringLiteral("2026-06-01 +2900; 2026-07-20 +1000"));
}

void TstLineEvidence::whatAnUnsureItemSharesIsNotSureEither()
{
    // 10.00 off both since 15 June; what the second was sold at by then shows only on 1 July.
    Story story = paid(named("2900"), "2026-06-01");
    story.subscription.items.push_back(makeItem(named("4900"), 1, "si_2"));
    story.subscription.items[1].created = day("2026-06-01");
    story.bills = {{renewal("2026-06-01", "2026-07-01", named("2900"))}, {renewal("2026-06-01", "2026-07-01", named("1000"), 1, "si_2")},
        {renewal("2026-07-01", "2026-08-01", named("2900"))}, {renewal("2026-07-01", "2026-08-01", named("4900"), 1, "si_2")}};
    Discount off = amountOff(1000);
    off.start = day("2026-06-15");
    const auto isApproximate = [&story](const char* at) {
        const auto rows = story.ledger().rows;
        const auto found = std::find_if(rows.begin(), rows.end(), [at](const Row& row) { return row.at == day(at); });
        return found != rows.end() && found->approximate;
    };
    story.subscription = with(story.subscription, {off});
    QVERIFY(isApproximate("2026-06-15"));
    QVERIFY(!isApproximate("2026-07-01"));
    story.bills[1].line.priceId = named("4900").id; // it was sold at one price all along
    QVERIFY(!isApproximate("2026-06-15"));
}

void TstLineEvidence::whatShowsWhenItGoesOnLeavesADoubt()
{
    // A year at 120.00; the monthly item beside it tells of a pause from April on; the bill with which it goes on in June shows two of the yearly:
    // there may have been two before the pause.
    Story story = paid(named("2900"), "2025-06-01");
    story.subscription.items.push_back(makeItem(named("12000", "year"), 2, "si_2"));
    story.subscription.items[0].created = story.subscription.items[1].created = day("2025-06-01");
    story.bills = {{renewal("2025-06-01", "2025-07-01", named("2900"))}, {renewal("2025-06-01", "2026-06-01", named("12000", "year"), 1, "si_2")}, {renewal("2026-03-01", "2026-04-01", named("2900"))},
        {renewal("2026-04-01", "2026-05-01", named("2900")), QStringLiteral("void")}, {renewal("2026-05-01", "2026-06-01", named("2900")), QStringLiteral("void")},
        {renewal("2026-06-01", "2026-07-01", named("2900"))}, {renewal("2026-06-01", "2027-06-01", named("12000", "year"), 2, "si_2")}};
    const Ledger ledger = story.ledger();
    const auto earliestOf = [&ledger](const char* item) {
        const auto paused = std::find_if(ledger.rows.begin(), ledger.rows.end(), [&](const Row& row) { return row.at == day("2026-04-01") && ledger.facts->ids.text(row.item) == QLatin1String(item); });
        return paused == ledger.rows.end() ? 0 : paused->earliest;
    };
    QCOMPARE(earliestOf("si_1"), day("2026-03-01"));
    QCOMPARE(earliestOf("si_2"), day("2025-06-01"));
}

void TstLineEvidence::sharesFallToItemsInTheOrderOfTheirBill()
{
    // 5.01 off two items that cost the same: the odd cent is the first one's on the bill, which is gone by now.
    Story story = paid(named("2900"), "2026-06-01");
    story.subscription.items[0].id = QStringLiteral("si_2");
    story.subscription = with(story.subscription, {amountOff(501)});
    story.bills = {{renewal("2026-06-01", "2026-07-01", named("2900"), 1, "si_1")}, {renewal("2026-06-01", "2026-07-01", named("2900"), 1, "si_2")}, {renewal("2026-07-01", "2026-08-01", named("2900"), 1, "si_2")}};
    const Ledger ledger = story.ledger();
    const auto firstOf = [&ledger](const char* item) {
        const auto found = std::find_if(ledger.rows.begin(), ledger.rows.end(), [&](const Row& row) { return ledger.facts->ids.text(row.item) == QLatin1String(item); });
        return found == ledger.rows.end() ? 0 : found->delta.mrr;
    };
    const qint64 first = firstOf("si_1");
    std::swap(story.bills[0], story.bills[1]);
    const Ledger swapped = story.ledger();
    QCOMPARE(firstOf("si_2") + first, 2 * 2900 - 501);
    QCOMPARE(std::abs(firstOf("si_2") - first), 1);
    const auto other = std::find_if(swapped.rows.begin(), swapped.rows.end(), [&](const Row& row) { return swapped.facts->ids.text(row.item) == QLatin1String("si_1"); });
    QVERIFY(other != swapped.rows.end() && other->delta.mrr != first);
}

CH_TEST(TstLineEvidence)
#include "tst_LineEvidence.moc"
