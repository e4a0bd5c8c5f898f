// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger as the mirror keeps it: replaced as a whole, renewed customer by customer with its sums, and what makes a customer dirty.
#include "StoreObjects.h"
#include "store/Schema.h"
#include "store/TypedRows.h"
#include "support/TestMain.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::store;
using namespace ch::test;

namespace {

constexpr qint64 kAtMost = 100;
const QByteArray kRichSubscription = R"({"id":"sub_9","object":"subscription","customer":"cus_9","status":"active","currency":"usd","created":5,"start_date":4,
    "trial_start":1,"trial_end":2,"canceled_at":3,"collection_method":"send_invoice","pause_collection":{"behavior":"void"},"cancellation_details":{"reason":"payment_failed"},
    "default_tax_rates":[{"id":"txr_1","percentage":19.5,"inclusive":true}],
    "items":{"data":[{"id":"si_9","quantity":3,"created":6,"current_period_start":7,"current_period_end":8,"price":{"id":"price_inline","currency":"usd","unit_amount_decimal":"12.5",
      "billing_scheme":"per_unit","recurring":{"interval":"month","interval_count":2,"usage_type":"licensed"}},
      "discounts":[{"id":"di_item","start":9,"source":{"type":"coupon","coupon":"by_id"}}]}],"has_more":false},
    "discounts":[{"id":"di_1","start":10,"end":11,"source":{"type":"coupon","coupon":{"id":"whole","percent_off":33.333,"duration":"repeating","duration_in_months":3,
      "applies_to":{"products":["prod_1"]}}}}]})";

/// All that the typed rows say of subscriptions and bills.
QStringList typedRows(const MirrorReader& reader)
{
    QStringList all;
    const auto text = [](std::string_view view) { return QString::fromUtf8(view.data(), qsizetype(view.size())); };
    const auto discounts = [](const std::vector<MirrorReader::HistoryDiscount>& some) {
        QStringList told;
        for (const MirrorReader::HistoryDiscount& one : some) {
            told << QStringLiteral("%1 %2 %3 %4 %5").arg(QString::fromStdString(one.id), QString::fromStdString(one.couponId)).arg(one.start).arg(one.end).arg(one.terms);
        }
        return told.join(QLatin1Char(','));
    };
    const bool read = reader.forEachHistorySubscription({}, [&](const MirrorReader::HistorySubscription& one) {
        all << QStringLiteral("%1 %2 %3 %4 %5 %6 %7 %8 %9").arg(text(one.id), text(one.cancelReason)).arg(one.startDate).arg(one.trialStart).arg(one.trialEnd).arg(one.canceledAt).arg(one.pause).arg(one.byInvoice).arg(one.itemsComplete)
                + discounts(one.discounts);
        for (const MirrorReader::HistoryItem& item : one.items) {
            all << QStringLiteral("%1 %2 %3 %4 %5 %6").arg(QString::fromStdString(item.id), QString::fromStdString(item.priceId), QString::fromStdString(item.inclusiveRates)).arg(item.quantity.value_or(-1)).arg(item.created).arg(item.periodStart)
                    + discounts(item.discounts);
        }
    }) && reader.forEachHistoryInvoice({}, [&](const MirrorReader::HistoryInvoice& one) { all << QStringLiteral("%1 %2").arg(text(one.id)).arg(one.givenUpAt); },
        [&](const MirrorReader::HistoryInvoice&, const MirrorReader::HistoryLine& line) { all << QStringLiteral("%1 %2").arg(text(line.id)).arg(line.inclusiveTax); });
    return read ? all : QStringList();
}

LedgerRow ledgerRowAt(qint64 at, int day, qint64 mrr, int movementClass, int started)
{
    LedgerRow row;
    row.at = row.latest = at;
    row.earliest = at - 3;
    row.day = day;
    row.subscriptionId = "sub_1";
    row.itemId = "si_1";
    row.currency = "usd";
    row.businessType = "saas";
    row.evidenceId = "il_1";
    row.mrr = row.committed = mrr;
    row.list = mrr + 50;
    row.contracted = mrr + 20;
    row.net = mrr - 10;
    row.atRisk = 1;
    row.movementClass = movementClass;
    row.started = started;
    return row;
}

/// Class and month to amount and subscriptions.
QMap<std::pair<int, int>, std::pair<qint64, qint64>> monthsOf(const MirrorReader& reader, int from = 0)
{
    QMap<std::pair<int, int>, std::pair<qint64, qint64>> all;
    const Status read = reader.forEachLedgerSum(LedgerGrain::Month, from, [&all](const LedgerSum& sum) { all[{sum.movementClass, sum.start}] = {sum.minor, sum.subscriptions}; });
    return read ? all : decltype(all)();
}

qint64 dirtyOf(const Mirror& mirror)
{
    const Result<LedgerState> state = mirror.reader().ledgerState();
    return state ? state->dirty : -1;
}

} // namespace

class TstLedgerTable : public QObject {
    Q_OBJECT

    /// A mirror with smallAccount and a ledger of cus_1 in it.
    static std::unique_ptr<Mirror> withLedger(const QString& dir)
    {
        auto mirror = openMirror(dir);
        const bool made = mirror->apply(smallAccount(1000)).has_value() && mirror->replaceLedger({"made", "UTC", 5000, 0}, [](LedgerSink& sink) -> Status {
            sink.beginCustomer("cus_1");
            sink.add(ledgerRowAt(10, 20260105, 1000, 0, 1));
            sink.add(ledgerRowAt(20, 20260220, 500, 1, 0));
            sink.add(LedgerSum{LedgerGrain::Day, 20260105, "usd", "saas", 0, 0, 1000, 1});
            sink.add(LedgerSum{LedgerGrain::Day, 20260220, "usd", "saas", 1, 0, 500, 0});
            sink.add(LedgerSum{LedgerGrain::Month, 20260101, "usd", "saas", 0, 0, 1000, 1});
            sink.add(LedgerSum{LedgerGrain::Month, 20260201, "usd", "saas", 1, 0, 500, 0});
            return {};
        });
        return made ? std::move(mirror) : nullptr;
    }

private Q_SLOTS:
    void isReadAsItWasWritten()
    {
        QTemporaryDir dir;
        QVERIFY(withLedger(dir.path()));
        const auto reader = MirrorReader::open(dir.path());
        QVERIFY(reader);
        const auto state = (*reader)->ledgerState();
        QVERIFY(state);
        QCOMPARE(state->made, QString("made"));
        QCOMPARE(state->atMs, 5000);
        QVERIFY(state->isCurrent());
        std::vector<qint64> newest;
        QVERIFY((*reader)->forEachNewestRow([&](const QString& customer, const LedgerRow& row) {
            newest.push_back(customer == "cus_1" ? row.mrr : 0);
            return true;
        }));
        QCOMPARE(newest, (std::vector<qint64>{500, 1000}));
        int rows = 0;
        QVERIFY((*reader)->forEachLedgerRow("cus_1", [&rows](const LedgerRow& row) {
            const bool whole = row.evidenceId == "il_1" && row.itemId == "si_1" && row.earliest == row.at - 3 && row.latest == row.at && row.list == row.mrr + 50 && row.contracted == row.mrr + 20
                && row.net == row.mrr - 10 && row.atRisk == 1 && row.committed == row.mrr;
            rows += whole ? 1 : 0;
        }));
        QCOMPARE(rows, 2);
        QCOMPARE(monthsOf(**reader).value({0, 20260101}).first, 1000);
        // what lies before comes first, added up
        const auto later = monthsOf(**reader, 20260201);
        QCOMPARE(later.value({0, 0}).first, 1000);
        QCOMPARE(later.value({1, 20260201}).first, 500);
    }

    void aFailureLeavesTheOneBefore()
    {
        QTemporaryDir dir;
        const auto mirror = withLedger(dir.path());
        QVERIFY(mirror);
        QVERIFY(!mirror->replaceLedger({"other", "UTC", 6000, 0}, [](LedgerSink& sink) -> Status {
            sink.beginCustomer("cus_1");
            sink.add(ledgerRowAt(10, 20260105, 7, 0, 1));
            return fail(ErrorKind::Internal, "no");
        }));
        QCOMPARE(mirror->reader().ledgerState()->made, QString("made"));
        QCOMPARE(monthsOf(mirror->reader()).value({0, 20260101}).first, 1000);
        int rows = 0;
        QVERIFY(mirror->reader().forEachLedgerRow("cus_1", [&rows](const LedgerRow&) { ++rows; }));
        QCOMPARE(rows, 2);
    }

    void oneCustomerIsRenewedWithTheSums()
    {
        QTemporaryDir dir;
        const auto mirror = withLedger(dir.path());
        QVERIFY(mirror);
        Batch batch = batchAt(9000);
        batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_1", "cus_1", "past_due", "price_1")));
        QVERIFY(mirror->apply(batch));
        QCOMPARE(dirtyOf(*mirror), 1);
        QVERIFY(!mirror->reader().ledgerState()->isCurrent());
        QStringList asked;
        const Result<bool> renewed = mirror->renewLedger(kAtMost, 9500, [&asked](const QString& customer, LedgerSink& sink) -> Status {
            asked << customer;
            sink.beginCustomer(customer.toStdString());
            sink.add(ledgerRowAt(10, 20260105, 1000, 0, 1));
            sink.add(ledgerRowAt(30, 20260310, -1000, 4, -1));
            return {};
        });
        QVERIFY(renewed && *renewed);
        QCOMPARE(asked, QStringList("cus_1"));
        const auto months = monthsOf(mirror->reader());
        QCOMPARE(months.value({0, 20260101}), (std::pair<qint64, qint64>(1000, 1)));
        QCOMPARE(months.value({1, 20260201}).first, 0);
        QCOMPARE(months.value({4, 20260301}), (std::pair<qint64, qint64>(-1000, -1)));
        QVERIFY(mirror->reader().ledgerState()->isCurrent());
        QCOMPARE(mirror->reader().ledgerState()->atMs, 9500);
    }

    void manyDirtyAreLeftToAWholeRebuild()
    {
        QTemporaryDir dir;
        const auto mirror = withLedger(dir.path());
        QVERIFY(mirror);
        Batch batch = batchAt(9000);
        for (const char* number : {"1", "2"}) {
            batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson(QString("sub_") + number, QString("cus_") + number, "past_due", "price_2")));
        }
        QVERIFY(mirror->apply(batch));
        const qint64 dirty = dirtyOf(*mirror);
        QVERIFY(dirty > 1);
        const Result<bool> renewed = mirror->renewLedger(1, 2000, [](const QString&, LedgerSink&) -> Status { return {}; });
        QVERIFY(renewed && !*renewed);
        QCOMPARE(dirtyOf(*mirror), dirty);
    }

    void whatTellsHistoryMakesACustomerDirty()
    {
        QTemporaryDir dir;
        const auto mirror = withLedger(dir.path());
        QVERIFY(mirror);
        const auto clean = [&mirror] { return mirror->renewLedger(kAtMost, 1, [](const QString&, LedgerSink&) -> Status { return {}; }).has_value(); };
        Batch invoice = batchAt(9000);
        invoice.invoices.push_back(received<stripe::Invoice>(invoiceJson("in_77", "cus_1", "sub_1", 700, 1600000000)));
        QVERIFY(mirror->apply(invoice));
        QCOMPARE(dirtyOf(*mirror), 1);
        QVERIFY(clean());
        // the same once more says nothing new
        invoice.receivedAtMs = 9100;
        QVERIFY(mirror->apply(invoice));
        QCOMPARE(dirtyOf(*mirror), 0);
        QVERIFY(mirror->forgetLedger());
        QVERIFY(!mirror->reader().ledgerState()->isCurrent());
    }

    void anOlderMirrorIsFilledFromItsObjects()
    {
        QTemporaryDir dir;
        QStringList before;
        {
            const auto mirror = openMirror(dir.path());
            Batch batch = smallAccount(1000);
            batch.subscriptions.push_back(received<stripe::Subscription>(kRichSubscription));
            QByteArray taxed = invoiceJson("in_taxed", "cus_1", "sub_1", 700, 1600000000);
            QVERIFY(taxed.contains("\"paid\""));
            taxed.replace("\"paid\"", "\"void\"").chop(1);
            batch.invoices.push_back(received<stripe::Invoice>(taxed + ",\"status_transitions\":{\"voided_at\":1600003600}}"));
            QVERIFY(mirror->apply(batch));
            before = typedRows(mirror->reader());
        }
        QVERIFY(before.contains("in_taxed 1600003600"));
        {
            auto db = Database::openForWriting(mirrorPath(dir.path()), mirrorFile());
            QVERIFY(db);
            (*db)->run("DELETE FROM subscription_items; DELETE FROM subscription_discounts; DELETE FROM known_prices; UPDATE invoices SET given_up_at = 0; UPDATE invoice_lines SET inclusive_tax = 0;"
                       "UPDATE subscriptions SET start_date = 0, trial_start = 0, trial_end = 0, canceled_at = 0, pause = 0, by_invoice = 0, cancel_reason = '', discounts = 0");
            fillTypedRows(**db);
        }
        const auto reader = MirrorReader::open(dir.path());
        QVERIFY(reader);
        QCOMPARE(typedRows(**reader), before);
        QVERIFY((*reader)->price("price_inline").value());
    }

    void itemsAndDiscountsAreRowsOfTheirOwn()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = batchAt(1000);
        batch.subscriptions.push_back(received<stripe::Subscription>(kRichSubscription));
        QVERIFY(mirror->apply(batch));
        int seen = 0;
        qint64 terms = 0;
        QVERIFY(mirror->reader().forEachHistorySubscription({}, [&](const MirrorReader::HistorySubscription& one) {
            ++seen;
            QCOMPARE(one.id, std::string_view("sub_9"));
            QCOMPARE(one.cancelReason, std::string_view("payment_failed"));
            QCOMPARE(one.startDate, 4);
            QCOMPARE(one.trialEnd, 2);
            QCOMPARE(one.pause, 2);
            QVERIFY(one.byInvoice && one.hasOwnDiscounts && one.itemsComplete);
            QCOMPARE(one.items.size(), size_t(1));
            QCOMPARE(one.items[0].priceId, std::string("price_inline"));
            QCOMPARE(one.items[0].quantity.value_or(0), 3);
            QCOMPARE(one.items[0].inclusiveRates, std::string("19.5"));
            QCOMPARE(one.items[0].discounts.size(), size_t(1));
            QCOMPARE(one.items[0].discounts[0].couponId, std::string("by_id"));
            QCOMPARE(one.items[0].discounts[0].terms, 0);
            QCOMPARE(one.discounts.size(), size_t(1));
            QCOMPARE(one.discounts[0].end, 11);
            terms = one.discounts[0].terms;
        }));
        QCOMPARE(seen, 1);
        const auto coupon = mirror->reader().couponTerms(terms);
        QVERIFY(coupon);
        QCOMPARE(coupon->percentOff, QString("33.333"));
        QCOMPARE(coupon->durationInMonths.value_or(0), 3);
        QCOMPARE(coupon->appliesToProducts, QStringList("prod_1"));
        const auto price = mirror->reader().price("price_inline");
        QVERIFY(price && *price);
        QCOMPARE((*price)->unitAmountDecimal, QString("12.5"));
        QCOMPARE((*price)->intervalCount, 2);
        int others = 0;
        QVERIFY(mirror->reader().forEachHistorySubscription("cus_other", [&others](const MirrorReader::HistorySubscription&) { ++others; }));
        QCOMPARE(others, 0);
    }
};

CH_TEST(TstLedgerTable)
#include "tst_LedgerTable.moc"
