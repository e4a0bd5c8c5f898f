// SPDX-License-Identifier: GPL-3.0-or-later
// What it costs to store subscriptions in a mirror: typed columns and the packed object, by Mirror::apply as a first backfill calls it, beside bare
// inserts of the same rows through SQLite's C interface; the indexes and the full text apart; the room that packed objects take and the time
// that packing takes, beside qCompress. At 10,000, 100,000 and 1,000,000 subscriptions of the simulated account, their customers stored before.
// Prints each figure beside its limit; exit code 1 when one of the largest size is above it. Arguments: other sizes.
#include "bench/BareMirror.h"
#include "bench/Measure.h"
#include "sandbox/Engine.h"
#include "store/Mirror.h"
#include "store/MirrorReader.h"
#include "store/RawPack.h"
#include "stripe/Parse.h"
#include "support/FakeClock.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <numeric>

using namespace ch;
using bench::giveUp;
using bench::millisecondsOf;
using bench::tell;

namespace {

constexpr qint64 kNowMs = 1'793'491'200'000;
constexpr double kLimitMsAMillion = 180'000;
// The account and every list as sync asks for it.
constexpr char kCustomers[] = "/v1/customers?limit=100&expand[0]=data.discount.source.coupon&expand[1]=data.invoice_settings.default_payment_method";
constexpr char kSubscriptions[] = "/v1/subscriptions?limit=100&status=all&expand[0]=data.discounts.source.coupon&expand[1]=data.items.data.discounts&expand[2]=data.default_payment_method";

struct Walk {
    qint64 objects = 0;
    qint64 bytes = 0;
    double parseMs = 0;
    double applyMs = 0;
};

QByteArray answer(sandbox::Engine& engine, const QByteArray& target)
{
    return engine.handle({"GET", target, {{"Authorization", QByteArray("Bearer sk_") + "test_benchmark0001"}}, {}}).body;
}

/// Reads a list to its end and stores it page by page.
template <typename T>
Walk walk(sandbox::Engine& engine, store::Mirror& mirror, qint64 run, const char* target, std::vector<stripe::Received<T>> store::Batch::*member)
{
    Walk found;
    QByteArray after;
    for (bool more = true; more;) {
        const QByteArray body = answer(engine, QByteArray(target) + after);
        Result<stripe::Page<T>> page;
        found.parseMs += millisecondsOf([&] {
            page = stripe::parsePage<T>(body);
            return page.has_value();
        });
        more = page->hasMore;
        after = "&starting_after=" + page->objects.back().object.id.toUtf8();
        for (const stripe::Received<T>& each : page->objects) {
            found.bytes += each.json.size();
        }
        found.objects += qint64(page->objects.size());
        store::Batch batch;
        batch.receivedAtMs = kNowMs;
        batch.run = run;
        batch.*member = std::move(page->objects);
        found.applyMs += millisecondsOf([&] { return mirror.apply(batch).has_value(); });
    }
    return found;
}

/// Objects as the mirror keeps them: payment methods stand in a table of their own.
template <typename T>
QByteArrayList sample(sandbox::Engine& engine, const char* target)
{
    QByteArrayList objects;
    QByteArray after;
    while (objects.size() < 2'000) {
        const Result<stripe::Page<T>> page = stripe::parsePage<T>(answer(engine, QByteArray(target) + after));
        if (!page) {
            giveUp(page.error().message);
        }
        for (const stripe::Received<T>& each : page->objects) {
            objects << each.json;
        }
        after = "&starting_after=" + page->objects.back().object.id.toUtf8();
    }
    return objects;
}

std::unique_ptr<store::Mirror> openMirror(const QString& dir)
{
    auto opened = store::Mirror::open(dir, {QStringLiteral("acct_bench"), false});
    if (!opened) {
        giveUp(opened.error().message);
    }
    return *std::move(opened);
}

void tellStored(const char* what, const Walk& found)
{
    std::printf("  %lld %s of %lld bytes: parsed in %.0f ms, stored in %.0f ms, %.1f microseconds each, %.0f a second\n", static_cast<long long>(found.objects), what,
                static_cast<long long>(found.bytes / found.objects), found.parseMs, found.applyMs, found.applyMs * 1e3 / double(found.objects), double(found.objects) / found.applyMs * 1e3);
    std::fflush(stdout);
}

/// The rows that the mirror at from now has, once more into empty tables without the same indexes.
double bareMilliseconds(const QString& from, qint64 subscriptions)
{
    const QTemporaryDir dir;
    if (!openMirror(dir.path())->beginRun(kNowMs)) {
        giveUp(QStringLiteral("another mirror"));
    }
    constexpr qint64 kPage = 100;
    bench::BareMirror bare(from, dir.filePath(QStringLiteral("mirror.sqlite")));
    double spent = 0;
    qint64 rows = 0;
    for (qint64 first = 1; first <= subscriptions; first += kPage) {
        rows += bare.read(first, first + kPage - 1);
        spent += millisecondsOf([&] { return bare.insert(); });
    }
    std::printf("  bare: %lld rows of four tables in %.0f ms, %.1f microseconds a subscription\n", static_cast<long long>(rows), spent, spent * 1e3 / double(subscriptions));
    return spent;
}

void measurePacking(const char* table, const QByteArrayList& objects)
{
    QByteArrayList deflated;
    QByteArrayList packed;
    const auto sizeOf = [](const QByteArrayList& all) { return double(std::accumulate(all.begin(), all.end(), qsizetype(0), [](qsizetype sum, const QByteArray& one) { return sum + one.size(); })); };
    const auto each = [&](QByteArrayList* into, const std::function<QByteArray(const QByteArray&)>& pack) {
        return bench::bestOf(3, [&] {
            into->clear();
            for (const QByteArray& object : objects) {
                *into << pack(object);
            }
            return true;
        });
    };
    const double count = double(objects.size());
    const double deflateMs = each(&deflated, [](const QByteArray& json) { return qCompress(json, 3); });
    const double packMs = each(&packed, [table](const QByteArray& json) { return store::packedJson(table, json); });
    QByteArrayList back;
    const double unpackMs = bench::bestOf(3, [&] {
        back.clear();
        for (const QByteArray& one : packed) {
            back << store::unpackedJson(one);
        }
        return back == objects;
    });
    std::printf("  %s, %.0f bytes: qCompress %.0f bytes in %.1f us; packed %.0f bytes in %.1f us, unpacked in %.1f us\n", table, sizeOf(objects) / count, sizeOf(deflated) / count,
                deflateMs * 1e3 / count, sizeOf(packed) / count, packMs * 1e3 / count, unpackMs * 1e3 / count);
    tell("room of a packed object, in qCompress's", sizeOf(packed) / sizeOf(deflated) * 100, 35, "%");
    tell("time of packing it, in qCompress's", packMs / deflateMs * 100, 25, "%");
}

void measure(int subscriptions, bool holds)
{
    const bool wereWithin = bench::allWithin();
    std::printf("%d subscriptions\n", subscriptions);
    const QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("mirror.sqlite"));
    QByteArrayList customers;
    QByteArrayList sampled;
    Walk stored;
    double indexMs = 0;
    double textMs = 0;
    {
        test::FakeClock clock;
        sandbox::Options options;
        options.subscriptions = subscriptions;
        options.seed = 9; // not what the dictionaries were trained on
        sandbox::Engine engine(options, clock);
        const auto mirror = openMirror(dir.path());
        const Result<qint64> run = mirror->beginRun(kNowMs);
        tellStored("customers", walk<stripe::Customer>(engine, *mirror, *run, kCustomers, &store::Batch::customers));
        stored = walk<stripe::Subscription>(engine, *mirror, *run, kSubscriptions, &store::Batch::subscriptions);
        tellStored("subscriptions", stored);
        customers = sample<stripe::Customer>(engine, "/v1/customers?limit=100&expand[0]=data.discount.source.coupon");
        sampled = sample<stripe::Subscription>(engine, "/v1/subscriptions?limit=100&status=all&expand[0]=data.discounts.source.coupon&expand[1]=data.items.data.discounts");
        // What a value costs is revenue's: here it is nothing, and the rest is ours.
        const double valuedMs = millisecondsOf([&] {
            return mirror->revalue([](const stripe::Subscription& one, const store::MirrorReader&) { return store::SubscriptionValue{one.id, one.currency, 500, 500, 500, 500, {}}; }, kNowMs).has_value();
        });
        std::printf("  all valued, customers and businesses summed, in %.0f ms\n", valuedMs);
        double before = bench::milliseconds();
        if (!mirror->buildIndexes([&](const char* name) {
                const double now = bench::milliseconds();
                (QByteArray(name).startsWith("search") ? textMs : indexMs) += now - before;
                before = now;
            })) {
            giveUp(QStringLiteral("the indexes"));
        }
    }
    const double share = double(stored.objects) / 1e6;
    std::printf("  indexes in %.0f ms, full text in %.0f ms\n", indexMs, textMs);
    tell("subscriptions stored, with indexes and full text", stored.applyMs + indexMs + textMs, kLimitMsAMillion * share, "ms");
    tell("the storing, in bare inserts of the same rows", stored.applyMs / bareMilliseconds(path, stored.objects) * 100, 300, "%");
    measurePacking("subscriptions", sampled);
    measurePacking("customers", customers);
    std::printf("  the file has %lld MiB, with the customers\n", static_cast<long long>(QFileInfo(path).size() >> 20));
    std::printf("  peak memory so far, the simulated account included: %lld MiB\n", static_cast<long long>(bench::peakMib()));
    bench::allWithin() = holds ? bench::allWithin() : wereWithin;
}

} // namespace

int main(int argc, char** argv)
{
    return bench::measureSizes(argc, argv, measure);
}
