// SPDX-License-Identifier: GPL-3.0-or-later
// From a mirror's lists to facts: a schedule, a renewal that failed and was paid later, a discount that is gone; and the same where the key may
// read none of it.
#include "revenue/Ledger.h"
#include "revenue/MirrorFacts.h"
#include "store/StoreObjects.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::revenue;
using namespace ch::store;
using namespace ch::test;

namespace {

constexpr qint64 kOneDayLong = 86400;
constexpr qint64 kStart = 1780000000;
constexpr qint64 kRenewed = kStart + 30 * kOneDayLong;
constexpr qint64 kAgain = kStart + 60 * kOneDayLong;
constexpr qint64 kLast = kStart + 90 * kOneDayLong;

QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

/// Paid when it was made, unless it says otherwise; with 10 % off by di_1 where it says so.
QByteArray bill(const char* id, qint64 created, const char* reason, qint64 paidAt, bool discounted)
{
    QByteArray json = invoiceJson(QString::fromLatin1(id), "cus_1", "sub_1", 500, created);
    json.replace("subscription_cycle", reason).replace("\"paid_at\":" + number(created), "\"paid_at\":" + number(paidAt)).replace("\"end\":1900000000", "\"end\":" + number(created + 30 * kOneDayLong));
    if (discounted) {
        json.replace("\"discounts\":[],\"taxes\"", "\"discounts\":[],\"discount_amounts\":[{\"amount\":50,\"discount\":\"di_1\"}],\"taxes\"");
        json.insert(1, "\"total_discount_amounts\":[{\"amount\":50,\"discount\":{\"id\":\"di_1\",\"object\":\"discount\",\"deleted\":true,\"customer\":\"cus_1\",\"subscription\":\"sub_1\",\"start\":" + number(kStart)
            + ",\"source\":{\"type\":\"coupon\",\"coupon\":\"co_1\"}}}],");
    }
    return json;
}

Batch account(qint64 ms, qint64 run)
{
    Batch batch = batchAt(ms, run);
    QByteArray subscription = subscriptionJson("sub_1", "cus_1", "active", "price_1", kStart);
    batch.subscriptions.push_back(received<stripe::Subscription>(subscription));
    batch.customers.push_back(received<stripe::Customer>(customerJson("cus_1", "Jane Roe", "jane@example.com", {}, kStart)));
    batch.coupons.push_back(received<stripe::Coupon>("{\"id\":\"co_1\",\"object\":\"coupon\",\"percent_off\":10,\"duration\":\"forever\",\"livemode\":false,\"valid\":true}"));
    batch.invoices.push_back(received<stripe::Invoice>(bill("in_1", kStart, "subscription_create", kStart, true)));
    batch.invoices.push_back(received<stripe::Invoice>(bill("in_2", kRenewed, "subscription_cycle", kRenewed + 4 * kOneDayLong, true)));
    batch.invoices.push_back(received<stripe::Invoice>(bill("in_3", kAgain, "subscription_cycle", kAgain, false)));
    batch.invoices.push_back(received<stripe::Invoice>(bill("in_4", kLast, "subscription_cycle", kLast, false)));
    return batch;
}

Batch supplements(qint64 ms, qint64 run)
{
    Batch batch = batchAt(ms, run);
    for (const auto& [id, status, at] : {std::tuple{"ch_1", "failed", kRenewed}, {"ch_2", "succeeded", kRenewed + 4 * kOneDayLong}}) {
        batch.charges.push_back(received<stripe::Charge>(QByteArray("{\"id\":\"") + id + "\",\"object\":\"charge\",\"customer\":\"cus_1\",\"payment_intent\":\"pi_1\",\"status\":\"" + status
            + "\",\"currency\":\"usd\",\"amount\":450,\"created\":" + number(at) + ",\"livemode\":false,\"payment_method_details\":{\"type\":\"card\"}}"));
    }
    batch.invoicePayments.push_back(received<stripe::InvoicePayment>("{\"id\":\"inpay_1\",\"object\":\"invoice_payment\",\"invoice\":\"in_2\",\"status\":\"paid\",\"currency\":\"usd\",\"amount_paid\":450,"
        "\"created\":5,\"livemode\":false,\"payment\":{\"type\":\"payment_intent\",\"payment_intent\":\"pi_1\"}}"));
    batch.schedules.push_back(received<stripe::SubscriptionSchedule>("{\"id\":\"sub_sched_1\",\"object\":\"subscription_schedule\",\"customer\":\"cus_1\",\"subscription\":\"sub_1\",\"status\":\"active\","
        "\"end_behavior\":\"cancel\",\"created\":" + number(kStart) + ",\"livemode\":false,\"phases\":[{\"start_date\":" + number(kStart) + ",\"end_date\":" + number(kStart + 400 * kOneDayLong)
        + ",\"items\":[{\"price\":\"price_1\",\"quantity\":1}]}]}"));
    return batch;
}

std::unique_ptr<Mirror> synced(const QString& dir, bool withSupplements)
{
    std::unique_ptr<Mirror> mirror = openMirror(dir);
    const qint64 startMs = (kLast + kOneDayLong) * 1000;
    const qint64 run = mirror->beginRun(startMs).value();
    bool fine = bool(mirror->apply(account(startMs, run)));
    fine = fine && (!withSupplements || mirror->apply(supplements(startMs, run)));
    for (const ObjectList list : allLists()) {
        Batch batch = batchAt(startMs, run);
        const bool ended = withSupplements || !isSupplementary(list);
        batch.progress = ListProgress{list, run, 0, ended, !ended};
        fine = fine && mirror->apply(batch);
    }
    fine = fine && mirror->finishRun(run, startMs + 1000);
    if (!fine) {
        qFatal("the mirror could not be made");
    }
    return mirror;
}

/// "30 -450": days since the start, and what changed then; ~ placed within a window.
QString told(const std::unique_ptr<Mirror>& mirror, qint64 Amounts::*amount)
{
    Result<Facts> facts = factsOf(mirror->reader());
    if (!facts) {
        qFatal("facts: %s", qPrintable(facts.error().message));
    }
    const auto ledger = buildLedger(std::make_shared<const Facts>(*std::move(facts)), {}, kLast + 2 * kOneDayLong);
    if (!ledger) {
        qFatal("ledger: %s", qPrintable(ledger.error().message));
    }
    QStringList text;
    for (const revenue::Row& row : ledger->rows) {
        if (row.delta.*amount != 0) {
            text << QStringLiteral("%1 %2%3").arg((row.at - kStart) / kOneDayLong).arg(row.delta.*amount).arg(row.isExact() ? QString() : QStringLiteral(" ~"));
        }
    }
    return text.join(QStringLiteral("; "));
}

} // namespace

class TstMirrorLists : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatTheListsSay()
    {
        QTemporaryDir dir;
        const auto mirror = synced(dir.path(), true);
        QVERIFY(mirror->reader().completeness()->complete);
        QCOMPARE(told(mirror, &Amounts::mrr), QString("0 450; 60 50 ~")); // taken off between the second bill and the third
        QCOMPARE(told(mirror, &Amounts::atRisk), QString("30 450; 34 -450"));
        QCOMPARE(told(mirror, &Amounts::committed), QString()); // the schedule ends it, and has been there from the start
    }

    void withoutThemNothingButThatIsMissing()
    {
        QTemporaryDir dir;
        const auto mirror = synced(dir.path(), false);
        QVERIFY(mirror->reader().completeness()->complete);
        QCOMPARE(told(mirror, &Amounts::mrr), QString("0 450; 60 50 ~"));
        QCOMPARE(told(mirror, &Amounts::atRisk), QString());
        QCOMPARE(told(mirror, &Amounts::committed), QString("0 450; 60 50 ~"));
    }
};

CH_TEST(TstMirrorLists)
#include "tst_MirrorLists.moc"
