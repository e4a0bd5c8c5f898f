// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the revenue ledger is made of a mirror, kept there, switched to another definition, renewed after one event, and told to Home; and
// what the present alone costs beside a bare SELECT of the same columns. At 10,000, 100,000 and 1,000,000 subscriptions over 36 months. Prints
// each figure beside its limit; exit code 1 when one of the largest size is above it. Arguments: other sizes.
#include "bench/LedgerAccount.h"
#include "bench/Measure.h"
#include "revenue/CurrentMrr.h"
#include "revenue/Figures.h"
#include "revenue/MirrorFacts.h"
#include "revenue/StoredLedger.h"
#include "stripe/Parse.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <cstdio>

using namespace ch;
using namespace ch::revenue;
using bench::bestOf;
using bench::millisecondsOf;
using bench::tell;

namespace {

/// Takes rows and sums, and keeps their count alone.
class CountingSink final : public store::LedgerSink {
public:
    void beginCustomer(std::string_view) override {}
    void add(const store::LedgerRow& row) override
    {
        ++rows;
        changes += row.mrr != 0 ? 1 : 0;
    }
    void add(const store::LedgerSum&) override { ++sums; }
    qint64 rows = 0, changes = 0, sums = 0;
};

template <typename T>
stripe::Received<T> received(const QByteArray& json)
{
    const Result<T> object = stripe::parseObject<T>(json);
    if (!object) {
        std::printf("  %s\n", qPrintable(object.error().message));
        std::exit(2);
    }
    return {*object, json};
}

/// The columns that the present is valued by.
void measurePresent(const store::Mirror& mirror, const QString& path)
{
    bench::RawMirror raw(path);
    qint64 read = 0;
    const double bare = bestOf(3, [&] {
        read = raw.readAll("SELECT n, id, customer_id, status, currency, cancel_reason, created, start_date, trial_start, trial_end, coalesce(cancel_at, 0), canceled_at, coalesce(ended_at, 0), "
                           "pause, by_invoice, items_complete, discounts FROM subscriptions WHERE hidden = 0 ORDER BY n")
            + raw.readAll("SELECT subscription_n, place, id, price_id, quantity, created, period_start, inclusive_rates FROM subscription_items ORDER BY subscription_n, place")
            + raw.readAll("SELECT subscription_n, item, id, start, coalesce(end, 0), coupon_id, coalesce(terms_n, 0) FROM subscription_discounts ORDER BY subscription_n, item, place");
        return read != 0;
    });
    const double valued = bestOf(3, [&] { return currentMrr(mirror.reader(), {}, bench::kNow).has_value(); });
    std::printf("  bare SELECT of the same columns: %.0f ms\n", bare);
    tell("the present valued, in bare SELECTs", valued / bare * 100, 150, "%");
}

void measureEvents(store::Mirror& mirror, int subscriptions)
{
    constexpr int kEvents = 100;
    const Definition definition;
    double slowest = 0;
    double all = 0;
    for (int i = 0; i < kEvents; ++i) {
        const int which = int(qint64(i) * subscriptions / kEvents);
        store::Batch batch;
        batch.receivedAtMs = bench::kNow * 1000 + i;
        batch.subscriptions.push_back(received<stripe::Subscription>(bench::subscriptionJson(which, i % bench::kPrices, 7, bench::kNow - 400 * 86400)));
        const double took = millisecondsOf([&] {
            return mirror.apply(batch).has_value()
                && mirror.revalue([&](const stripe::Subscription& one, const store::MirrorReader& reader) { return valueForMirror(one, reader, definition, bench::kNow * 1000); }, bench::kNow * 1000).has_value()
                && keepLedger(mirror, definition, QTimeZone("Europe/Berlin"), bench::kNow * 1000).has_value();
        });
        slowest = std::max(slowest, took);
        all += took;
    }
    tell("one event applied, ledger and sums renewed", all / kEvents, 5, "ms");
    std::printf("  the slowest of %d: %.1f ms\n", kEvents, slowest);
}

void measure(int subscriptions, bool holds)
{
    const bool before = bench::allWithin();
    std::printf("%d subscriptions\n", subscriptions);
    const QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("mirror.sqlite"));
    auto opened = store::Mirror::open(dir.path(), {QStringLiteral("acct_bench"), false});
    if (!opened) {
        std::printf("%s\n", qPrintable(opened.error().message));
        std::exit(2);
    }
    store::Mirror& mirror = **opened;
    store::Batch batch;
    batch.receivedAtMs = 1;
    for (int i = 0; i < bench::kPrices; ++i) {
        batch.prices.push_back(received<stripe::Price>(bench::priceJson(i)));
    }
    batch.coupons.push_back(received<stripe::Coupon>(bench::couponJson()));
    if (!mirror.apply(batch)) {
        std::exit(2);
    }
    std::printf("  tables filled in %.0f ms\n", millisecondsOf([&] {
        bench::fillMirror(path, subscriptions);
        return true;
    }));
    measurePresent(mirror, path);

    const QTimeZone zone("Europe/Berlin");
    std::shared_ptr<const Facts> facts;
    CountingSink sink;
    const double read = millisecondsOf([&] {
        Result<Facts> made = factsOf(mirror.reader());
        facts = made ? std::make_shared<const Facts>(std::move(*made)) : nullptr;
        return facts != nullptr;
    });
    const double rows = millisecondsOf([&] { return writeLedger(facts, {}, zone, bench::kNow, sink).has_value(); });
    std::printf("  %lld rows, %lld of them change MRR, %lld sums; facts read in %.0f ms\n", static_cast<long long>(sink.rows), static_cast<long long>(sink.changes), static_cast<long long>(sink.sums), read);
    tell("computed: mirror read, rows and sums made", read + rows, 10'000, "ms");
    CountingSink other;
    tell("switched to another definition", millisecondsOf([&] { return writeLedger(facts, *presetDefinition(QStringLiteral("chartmogul")), zone, bench::kNow, other).has_value(); }), 2'000, "ms");
    facts.reset();
    const qint64 size = QFileInfo(path).size();
    tell("stored: from nothing to committed", millisecondsOf([&] { return keepLedger(mirror, {}, zone, bench::kNow * 1000).has_value(); }), 30'000, "ms");
    std::printf("  the ledger takes %lld MiB on disk\n", static_cast<long long>((QFileInfo(path).size() + QFileInfo(path + QStringLiteral("-wal")).size() - size) >> 20));
    tell("peak memory so far", double(bench::peakMib()), 1'536, "MiB");
    measureEvents(mirror, subscriptions);
    const auto reader = store::MirrorReader::open(dir.path());
    tell("Home's figures read", bestOf(5, [&] { return reader && mrrNow(**reader, bench::kNow * 1000).has_value() && history(**reader, zone, 24, 12, bench::kNow * 1000).has_value(); }), 50, "ms");
    bench::allWithin() = holds ? bench::allWithin() : before;
}

} // namespace

int main(int argc, char** argv)
{
    return bench::measureSizes(argc, argv, measure);
}
