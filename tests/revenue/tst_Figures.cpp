// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/CurrentMrr.h"
#include "revenue/Figures.h"

#include "revenue/MirrorSurroundings.h"
#include "revenue/StoredLedger.h"
#include "revenue/Stories.h"
#include "store/StoreObjects.h"
#include "support/TestMain.h"

#include <QDateTime>
#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::revenue;

namespace {

constexpr qint64 kFiguresNowMs = 1793491200000; // 2026-11-01T00:00:00Z

QByteArray customerText(const char* id, const char* type, const QByteArray& more = {})
{
    return QByteArray("{\"id\":\"") + id + "\",\"object\":\"customer\",\"created\":1,\"metadata\":{\"business_id\":\"b-" + id + "\",\"business_type\":\"" + type + "\"}" + more + "}";
}

/// amount a month; id price_AMOUNT.
QByteArray priceText(int amount, const QByteArray& more = {})
{
    const QByteArray number = QByteArray::number(amount);
    return "{\"id\":\"price_" + number + "\",\"object\":\"price\",\"currency\":\"usd\",\"billing_scheme\":\"per_unit\",\"unit_amount_decimal\":\"" + number
        + "\",\"product\":\"prod_1\",\"recurring\":{\"interval\":\"month\",\"interval_count\":1,\"usage_type\":\"licensed\"}" + more + "}";
}

QByteArray subscriptionText(const char* id, const char* customer, const char* status, qint64 created, const QByteArray& price, const QByteArray& more = {})
{
    const QByteArray time = QByteArray::number(created);
    return QByteArray("{\"id\":\"sub_") + id + "\",\"object\":\"subscription\",\"customer\":\"" + customer + "\",\"status\":\"" + status + "\",\"currency\":\"usd\",\"created\":" + time
        + ",\"start_date\":" + time + ",\"items\":{\"object\":\"list\",\"has_more\":false,\"data\":[{\"id\":\"si_" + id + "\",\"object\":\"subscription_item\",\"created\":" + time
        + ",\"quantity\":1,\"price\":" + price + "}]}" + more + "}";
}

QByteArray lineText(const char* id, const char* subscription, const char* from, const char* to, int price, int amount, bool proration)
{
    return QByteArray("{\"id\":\"il_") + id + "\",\"object\":\"line_item\",\"amount\":" + QByteArray::number(amount) + ",\"quantity\":1,\"period\":{\"start\":"
        + QByteArray::number(test::day(from)) + ",\"end\":" + QByteArray::number(test::day(to)) + "},\"pricing\":{\"price_details\":{\"price\":\"price_" + QByteArray::number(price)
        + "\",\"product\":\"prod_1\"}},\"parent\":{\"type\":\"subscription_item_details\",\"subscription_item_details\":{\"subscription\":\"sub_" + subscription + "\",\"subscription_item\":\"si_"
        + subscription + "\",\"proration\":" + (proration ? "true" : "false") + "}}}";
}

QByteArray invoiceText(const char* id, const char* customer, const char* subscription, const char* created, const QByteArrayList& lines)
{
    return QByteArray("{\"id\":\"in_") + id + "\",\"object\":\"invoice\",\"customer\":\"" + customer + "\",\"status\":\"paid\",\"currency\":\"usd\",\"created\":"
        + QByteArray::number(test::day(created)) + ",\"parent\":{\"subscription_details\":{\"subscription\":\"sub_" + subscription
        + "\"}},\"lines\":{\"object\":\"list\",\"has_more\":false,\"data\":[" + lines.join(',') + "]}}";
}

/// A mirror in a folder of its own, valued by revenue.
class FiguresAccount {
public:
    FiguresAccount()
    {
        auto opened = store::Mirror::open(m_dir.path(), {QStringLiteral("acct_1"), false});
        if (!opened) {
            qFatal("mirror: %s", qPrintable(opened.error().message));
        }
        m_mirror = std::move(*opened);
        m_batch.receivedAtMs = kFiguresNowMs;
    }
    store::Batch& batch() { return m_batch; }
    store::Mirror& mirror() { return *m_mirror; }
    const store::MirrorReader& reader() { return m_mirror->reader(); }

    void addCustomer(const QByteArray& json) { m_batch.customers.push_back(test::received<stripe::Customer>(json)); }
    void addSubscription(const QByteArray& json) { m_batch.subscriptions.push_back(test::received<stripe::Subscription>(json)); }
    void addPrice(const QByteArray& json) { m_batch.prices.push_back(test::received<stripe::Price>(json)); }
    void addInvoice(const QByteArray& json) { m_batch.invoices.push_back(test::received<stripe::Invoice>(json)); }

    void settle(qint64 nowMs = kFiguresNowMs)
    {
        QVERIFY(m_mirror->apply(m_batch));
        m_batch = store::Batch();
        m_batch.receivedAtMs = nowMs;
        const Definition definition;
        QVERIFY(m_mirror->revalue([&](const stripe::Subscription& s, const store::MirrorReader& r) { return valueForMirror(s, r, definition, nowMs); }, nowMs));
        QVERIFY(keepLedger(*m_mirror, definition, QTimeZone::utc(), nowMs));
    }

private:
    QTemporaryDir m_dir;
    std::unique_ptr<store::Mirror> m_mirror;
    store::Batch m_batch;
};

/// Three customers: one upgraded by proration (R01), one that left, one in trial; and a fourth that cannot be valued.
void fillAccount(FiguresAccount& account)
{
    for (const int amount : {2900, 4900, 1000}) {
        account.addPrice(priceText(amount));
    }
    account.addCustomer(customerText("cus_a", "saas"));
    account.addCustomer(customerText("cus_b", "tool"));
    account.addCustomer(customerText("cus_c", "api"));
    account.addCustomer(customerText("cus_d", "api"));
    account.addSubscription(subscriptionText("a", "cus_a", "active", test::day("2026-01-01"), priceText(4900)));
    account.addInvoice(invoiceText("a1", "cus_a", "a", "2026-01-01", {lineText("a1", "a", "2026-01-01", "2026-02-01", 2900, 2900, false)}));
    account.addInvoice(invoiceText("a2", "cus_a", "a", "2026-02-01",
        {lineText("a2", "a", "2026-01-16", "2026-02-01", 2900, -1497, true), lineText("a3", "a", "2026-01-16", "2026-02-01", 4900, 2529, true),
            lineText("a4", "a", "2026-02-01", "2026-03-01", 4900, 4900, false)}));
    account.addSubscription(subscriptionText("b", "cus_b", "canceled", test::day("2026-02-10"), priceText(1000), ",\"ended_at\":" + QByteArray::number(test::day("2026-10-10"))));
    account.addInvoice(invoiceText("b1", "cus_b", "b", "2026-02-10", {lineText("b1", "b", "2026-02-10", "2026-03-10", 1000, 1000, false)}));
    account.addSubscription(subscriptionText("c", "cus_c", "trialing", test::day("2026-10-25"), priceText(1000), ",\"trial_end\":" + QByteArray::number(test::day("2026-11-08"))));
    account.addSubscription(subscriptionText("d", "cus_d", "active", test::day("2026-03-01"), priceText(700, ",\"tiers_mode\":\"volume\"").replace("per_unit", "tiered")));
    account.settle();
}

qint64 movementsSum(const store::MirrorReader& reader)
{
    qint64 sum = 0;
    const Status read = reader.forEachNewestRow([&sum](const QString&, const store::LedgerRow& row) {
        sum += row.mrr;
        return true;
    });
    return read ? sum : -1;
}

/// Everything that is kept of the ledger, row by row and sum by sum.
QStringList keptLedger(const store::MirrorReader& reader)
{
    QStringList all;
    const auto text = [](std::string_view view) { return QString::fromUtf8(view.data(), qsizetype(view.size())); };
    for (const char* customer : {"cus_a", "cus_b", "cus_c", "cus_d", "cus_e"}) {
        if (!reader.forEachLedgerRow(QLatin1String(customer), [&](const store::LedgerRow& row) {
                all << QStringLiteral("%1 %2 %3 %4 %5 %6 %7 %8").arg(QLatin1String(customer)).arg(row.at).arg(row.day).arg(row.mrr).arg(row.movementClass).arg(row.cause).arg(row.started).arg(text(row.evidenceId));
            })) {
            return {};
        }
    }
    for (const store::LedgerGrain grain : {store::LedgerGrain::Day, store::LedgerGrain::Month}) {
        if (!reader.forEachLedgerSum(grain, 0, [&](const store::LedgerSum& sum) {
                if (sum.minor != 0 || sum.subscriptions != 0) {
                    all << QStringLiteral("%1 %2 %3 %4 %5 %6 %7").arg(int(grain)).arg(sum.start).arg(sum.currency, sum.businessType).arg(sum.movementClass).arg(sum.minor).arg(sum.subscriptions);
                }
            })) {
            return {};
        }
    }
    all.sort();
    return all;
}

} // namespace

class TstFigures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void mrrNowAddsUpWhatCounts()
    {
        FiguresAccount account;
        fillAccount(account);
        const Result<MrrNow> now = mrrNow(account.reader(), kFiguresNowMs);
        QVERIFY(now);
        QVERIFY(!now->complete); // nothing was backfilled
        QCOMPARE(now->byCurrency.size(), size_t(1));
        QCOMPARE(now->byCurrency[0].minor, 4900);
        QCOMPARE(now->byCurrency[0].subscriptions, 1);
        QCOMPARE(now->byBusinessType.size(), size_t(1));
        QCOMPARE(now->byBusinessType[0].businessType, QStringLiteral("saas"));
        QCOMPARE(now->unvalued.size(), size_t(1));
        QCOMPARE(now->unvalued[0].subscriptionId, QStringLiteral("sub_d"));
        QCOMPARE(now->unvalued[0].problem, QStringLiteral("tiers_unknown"));
    }

    void historyOfTheMonths()
    {
        FiguresAccount account;
        fillAccount(account);
        const Result<History> told = history(account.reader(), QTimeZone::utc(), 11, 3, kFiguresNowMs);
        QVERIFY(told);
        QCOMPARE(told->months.size(), size_t(11));
        QCOMPARE(told->months[0].month, QDate(2026, 1, 1));
        QCOMPARE(told->months[0].newMrr, 2900);
        QCOMPARE(told->months[0].expansion, 2000);
        QCOMPARE(told->months[0].closing, 4900);
        QCOMPARE(told->months[1].newMrr, 1000);
        QCOMPARE(told->months[1].closing, 5900);
        QCOMPARE(told->months[1].closingByType.size(), size_t(2));
        QCOMPARE(told->months[9].churn, -1000);
        QCOMPARE(told->months[10].closing, 4900);
        QCOMPARE(told->newest.size(), size_t(3));
        QCOMPARE(told->newest[0].movement, MovementClass::Churn);
        QCOMPARE(told->newest[0].customerId, QStringLiteral("cus_b"));
        QCOMPARE(told->newest[0].businessType, QStringLiteral("tool"));
        QVERIFY(told->newest[0].exact);
        QCOMPARE(told->newest[2].movement, MovementClass::Expansion);
        QCOMPARE(movementsSum(account.reader()), 4900);
    }

    void keepingItAgainChangesNothing()
    {
        FiguresAccount account;
        fillAccount(account);
        const QStringList before = keptLedger(account.reader());
        QVERIFY(before.size() > 4);
        QVERIFY(keepLedger(account.mirror(), Definition(), QTimeZone::utc(), kFiguresNowMs));
        QCOMPARE(keptLedger(account.reader()), before);
    }

    void renewingCustomersEndsWhereMakingAllAnewDoes()
    {
        FiguresAccount account;
        fillAccount(account);
        // one is upgraded once more, one comes back, one leaves, a new one comes, one changes its type
        account.addCustomer(customerText("cus_c", "saas"));
        account.addCustomer(customerText("cus_e", "tool"));
        account.addSubscription(subscriptionText("a", "cus_a", "active", test::day("2026-01-01"), priceText(1000)));
        account.addInvoice(invoiceText("a9", "cus_a", "a", "2026-10-16", {lineText("a9", "a", "2026-10-16", "2026-11-01", 1000, 529, true)}));
        account.addSubscription(subscriptionText("b2", "cus_b", "active", test::day("2026-10-20"), priceText(4900)));
        account.addSubscription(subscriptionText("e", "cus_e", "past_due", test::day("2026-09-01"), priceText(2900)));
        account.settle(kFiguresNowMs + 1000);
        const QStringList renewed = keptLedger(account.reader());
        QVERIFY(account.reader().ledgerState()->isCurrent());
        const qint64 minor = mrrNow(account.reader(), kFiguresNowMs)->byCurrency[0].minor;
        QVERIFY(account.mirror().forgetLedger());
        QCOMPARE(mrrNow(account.reader(), kFiguresNowMs)->byCurrency[0].minor, minor); // from the values beside the subscriptions now
        QVERIFY(keepLedger(account.mirror(), Definition(), QTimeZone::utc(), kFiguresNowMs + 1000));
        QCOMPARE(keptLedger(account.reader()), renewed);
        QCOMPARE(movementsSum(account.reader()), minor);
    }

    void thePresentAloneComesToTheSame()
    {
        FiguresAccount account;
        fillAccount(account);
        account.addCustomer(customerText("cus_e", "tool", ",\"discount\":{\"id\":\"di_1\",\"object\":\"discount\",\"start\":5,\"source\":{\"type\":\"coupon\",\"coupon\":\"co_1\"}}"));
        account.batch().coupons.push_back(test::received<stripe::Coupon>("{\"id\":\"co_1\",\"object\":\"coupon\",\"percent_off\":10,\"duration\":\"forever\"}"));
        account.addSubscription(subscriptionText("e", "cus_e", "past_due", test::day("2026-09-01"), priceText(2900)));
        account.addSubscription(subscriptionText("f", "cus_e", "active", test::day("2026-09-01"), priceText(1190, ",\"tax_behavior\":\"inclusive\""), ",\"default_tax_rates\":[{\"id\":\"txr\",\"percentage\":19,\"inclusive\":true}]"));
        account.settle();
        for (const QString& preset : presetNames()) {
            const Definition definition = *presetDefinition(preset);
            if (definition.countsFrom == CountsFrom::FirstPayment) {
                continue;
            }
            QVERIFY(keepLedger(account.mirror(), definition, QTimeZone::utc(), kFiguresNowMs));
            const auto present = currentMrr(account.reader(), definition, kFiguresNowMs / 1000);
            QVERIFY(present);
            QCOMPARE(present->byCurrency.at("usd"), movementsSum(account.reader()));
            QCOMPARE(present->byCurrency.at("usd"), preset == "paddle" ? 4900 + 2900 + 1000 : 4900 + 2610 + 900);
            QCOMPARE(present->subscriptions, 3);
            QCOMPARE(present->notValued, 1);
        }
    }

    void anotherDefinitionOrZoneMakesItAnew()
    {
        FiguresAccount account;
        fillAccount(account);
        account.addSubscription(subscriptionText("e", "cus_a", "past_due", test::day("2026-09-01"), priceText(2900)));
        account.settle();
        QCOMPARE(movementsSum(account.reader()), 7800);
        Definition strict;
        strict.countPastDue = false;
        QVERIFY(keepLedger(account.mirror(), strict, QTimeZone::utc(), kFiguresNowMs));
        QCOMPARE(movementsSum(account.reader()), 4900);
        const QString made = account.reader().ledgerState()->made;
        QVERIFY(keepLedger(account.mirror(), strict, QTimeZone("America/New_York"), kFiguresNowMs));
        QVERIFY(account.reader().ledgerState()->made != made);
        QCOMPARE(account.reader().ledgerState()->zone, QString("America/New_York"));
        // 2026-02-10T00:00Z is the 9th in New York
        bool found = false;
        QVERIFY(account.reader().forEachLedgerRow("cus_b", [&found](const store::LedgerRow& row) { found = found || row.day == 20260209; }));
        QVERIFY(found);
    }

    void priceThatArrivesLaterValues()
    {
        FiguresAccount account;
        fillAccount(account);
        account.addPrice(priceText(700, ",\"tiers_mode\":\"volume\",\"tiers\":[{\"up_to\":null,\"unit_amount_decimal\":\"700\"}]").replace("per_unit", "tiered"));
        account.settle();
        const Result<MrrNow> now = mrrNow(account.reader(), kFiguresNowMs);
        QVERIFY(now);
        QVERIFY(now->unvalued.empty());
        QCOMPARE(now->byCurrency[0].minor, 5600);
        QCOMPARE(movementsSum(account.reader()), 5600);
    }

    void customersCouponAndStaleValues()
    {
        FiguresAccount account;
        account.addPrice(priceText(1000));
        account.addCustomer(customerText("cus_a", "saas", ",\"discount\":{\"id\":\"di_1\",\"object\":\"discount\",\"start\":5,\"end\":1794000000,\"source\":{\"type\":\"coupon\",\"coupon\":\"co_1\"}}"));
        account.batch().coupons.push_back(test::received<stripe::Coupon>("{\"id\":\"co_1\",\"object\":\"coupon\",\"percent_off\":10,\"duration\":\"forever\"}"));
        account.addSubscription(subscriptionText("a", "cus_a", "active", test::day("2026-01-01"), priceText(1000)));
        account.settle();
        QCOMPARE(mrrNow(account.reader(), kFiguresNowMs)->byCurrency[0].minor, 900);
        // The discount ends; nothing is received that says so. What the tables show and what the movements sum to stay one figure.
        const qint64 laterMs = 1795000000000;
        account.settle(laterMs);
        QCOMPARE(mrrNow(account.reader(), laterMs)->byCurrency[0].minor, 1000);
        QCOMPARE(movementsSum(account.reader()), mrrNow(account.reader(), laterMs)->byCurrency[0].minor);
    }

    void emptyAccount()
    {
        FiguresAccount account;
        account.settle();
        const Result<MrrNow> now = mrrNow(account.reader(), kFiguresNowMs);
        QVERIFY(now);
        QVERIFY(now->byCurrency.empty());
        const Result<History> told = history(account.reader(), QTimeZone::utc(), 12, 10, kFiguresNowMs);
        QVERIFY(told);
        QVERIFY(told->months.empty());
        QVERIFY(told->newest.empty());
    }

    void taxRateOfTheNewestLine()
    {
        const auto invoice = [](qint64 created, const char* status, qint64 amount, qint64 discount, qint64 tax, bool proration = false) {
            stripe::Invoice one;
            one.created = created;
            one.status = QString::fromLatin1(status);
            stripe::InvoiceLine line;
            line.subscriptionItemId = QStringLiteral("si_1");
            line.amount = amount;
            line.discountAmount = discount;
            line.inclusiveTaxAmount = tax;
            line.proration = proration;
            one.lines.push_back(line);
            return one;
        };
        const QString item = QStringLiteral("si_1");
        QVERIFY(!inclusiveRateIn({}, item));
        QVERIFY(inclusiveRateIn({invoice(1, "paid", 11900, 0, 1900)}, item) == Fraction::ratio(19, 100));
        QVERIFY(inclusiveRateIn({invoice(2, "paid", 10700, 0, 700), invoice(1, "paid", 11900, 0, 1900)}, item) == Fraction::ratio(7, 100));
        QVERIFY(inclusiveRateIn({invoice(3, "draft", 10000, 0, 0), invoice(2, "void", 10000, 0, 0), invoice(1, "paid", 11900, 0, 1900)}, item) == Fraction::ratio(19, 100));
        QVERIFY(inclusiveRateIn({invoice(2, "paid", -500, 0, -80, true), invoice(1, "open", 11900, 5950, 950)}, item) == Fraction::ratio(19, 100));
        QVERIFY(inclusiveRateIn({invoice(1, "paid", 10000, 0, 0)}, item) == Fraction(0)); // this customer pays none
        QVERIFY(!inclusiveRateIn({invoice(1, "paid", 11900, 11900, 0)}, item));
        QVERIFY(!inclusiveRateIn({invoice(1, "paid", 11900, 0, 1900)}, QStringLiteral("si_2")));
    }

    void whatDoesNotCountIsNoProblem()
    {
        FiguresAccount account;
        account.addCustomer(customerText("cus_a", "saas"));
        account.addSubscription(subscriptionText("a", "cus_a", "canceled", test::day("2026-01-01"), "{\"id\":\"price_gone\"}", ",\"ended_at\":" + QByteArray::number(test::day("2026-02-01"))));
        account.settle();
        QVERIFY(mrrNow(account.reader(), kFiguresNowMs)->unvalued.empty());
    }
};

CH_TEST(TstFigures)
#include "tst_Figures.moc"
