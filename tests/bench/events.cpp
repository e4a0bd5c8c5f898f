// SPDX-License-Identifier: GPL-3.0-or-later
// How fast events are taken in and applied: committed to the log in the records file, then to the mirror of a synced account, their objects as the
// events show them, values brought up to date, and what they did written into the log. A third each of customers, subscriptions and invoices,
// every object again and again. The server's own time for the lists of payments that invoices ask for is not counted. Limit: 5,000 events a second.
// Arguments: numbers of subscriptions of the simulated account, instead of 1,000 and 10,000.
#include "bench/Measure.h"
#include "revenue/Figures.h"
#include "store/RecordsFile.h"
#include "sync/EventFeed.h"
#include "sync/SyncAccount.h"

#include <QCoreApplication>

using namespace ch;
using namespace backfilltest;
using bench::giveUp;
using bench::tell;

namespace {

constexpr int kEvents = 20'000;
constexpr size_t kDistinct = 200;
constexpr int kAtOnce = 500;       // of one poll or one burst of webhooks
constexpr double kMostMicroseconds = 1e6 / 5'000;

template <typename T>
std::vector<stripe::Received<T>> sampleOf(Account& account, const QByteArray& list, size_t most)
{
    std::vector<stripe::Received<T>> all;
    QByteArray after;
    for (bool more = true; more && all.size() < most;) {
        const auto page = stripe::parsePage<T>(askAccount(account, "GET", "/v1/" + list + "limit=100" + after).body);
        if (!page || page->objects.empty()) {
            break;
        }
        more = page->hasMore;
        after = "&starting_after=" + page->objects.back().object.id.toUtf8();
        for (const auto& received : page->objects) {
            // What has a discount, a method of payment that is new, or a cut list is read again, one request each: no figure of ours.
            const bool isWhole = !received.json.contains("\"discounts\":[\"") && !received.json.contains("\"total_discount_amounts\":[{") && !received.json.contains("\"discount\":{") &&
                                 !received.json.contains("\"has_more\":true");
            if (isWhole) {
                all.push_back(received);
            }
        }
    }
    return all;
}

/// An event that shows the object with something of it changed.
QByteArray eventOf(const QByteArray& type, const QByteArray& object, int number, qint64 created)
{
    QByteArray changed = object;
    const QByteArray mark = "\"metadata\":{";
    const qsizetype at = changed.indexOf(mark);
    if (at >= 0) {
        const bool isEmpty = changed.at(at + mark.size()) == '}';
        changed.insert(at + mark.size(), "\"n\":\"" + QByteArray::number(number) + (isEmpty ? "\"" : "\","));
    }
    return "{\"id\":\"evt_" + QByteArray::number(number) + "\",\"object\":\"event\",\"api_version\":\"" + QByteArray(stripe::kApiVersion) + "\",\"created\":" + QByteArray::number(created) +
           ",\"livemode\":false,\"pending_webhooks\":0,\"request\":{\"id\":null,\"idempotency_key\":null},\"type\":\"" + type + "\",\"data\":{\"object\":" + changed + "}}";
}

void measure(int subscriptions, bool holds)
{
    const bool wereWithin = bench::allWithin();
    std::printf("%d subscriptions\n", subscriptions);
    sandbox::Options options;
    options.subscriptions = subscriptions;
    Account account(options);
    account.transport.tellsDate = true;
    Program program(account);
    program.applier = std::make_unique<Applier>(*program.mirror, [&account](const stripe::Subscription& one, const store::MirrorReader& reader) {
        return revenue::valueForMirror(one, reader, revenue::Definition{}, account.clock.nowMs());
    });
    if (!program.sync()) {
        giveUp(QStringLiteral("the sync"));
    }
    const auto records = store::RecordsFile::open(account.dir.path()).value();
    EventIntake intake(records->eventLog(), stripe::Mode::Test);
    EventApplier events({program.client, *program.applier, records->eventLog(), account.clock, {}}, nullptr);
    intake.setFeed([&events](Events handed, store::EventSource) { events.add(std::move(handed)); });
    account.clock.advance(3'600'000);

    const auto customers = sampleOf<stripe::Customer>(account, "customers?", 3'000);
    const auto held = sampleOf<stripe::Subscription>(account, "subscriptions?status=all&", 3'000);
    const auto invoices = sampleOf<stripe::Invoice>(account, "invoices?", 3'000);
    std::vector<QByteArray> json;
    qint64 created = account.clock.nowSeconds() - 600;
    for (int i = 0; i < kEvents; ++i) {
        const auto n = static_cast<size_t>(i / 3);
        created += n % kDistinct == 0 && i % 3 == 0 ? 1 : 0; // the same object again is of a later second
        json.push_back(i % 3 == 0   ? eventOf("customer.updated", customers[n % customers.size()].json, i, created)
                       : i % 3 == 1 ? eventOf("customer.subscription.updated", held[n % held.size()].json, i, created)
                                    : eventOf("invoice.updated", invoices[n % invoices.size()].json, i, created));
    }
    const int sentBefore = account.transport.sent;
    double serverMs = 0; // what the simulated server takes for lists is no figure of ours
    account.transport.intercept = [&account, &serverMs](const http::Request& request, int) {
        const double asked = bench::milliseconds();
        Result<http::Reply> reply = fromSandbox(account.engine.handle(toSandbox(request)));
        serverMs += bench::milliseconds() - asked;
        return std::optional(std::move(reply));
    };
    double takeMs = 0;
    const double before = bench::milliseconds();
    for (int i = 0; i < kEvents; i += kAtOnce) {
        Events page;
        for (int k = i; k < i + kAtOnce; ++k) {
            page.push_back({stripe::parseObject<stripe::Event>(json[static_cast<size_t>(k)]).value(), json[static_cast<size_t>(k)]});
        }
        const double took = bench::milliseconds();
        if (!intake.take(page, store::EventSource::Webhook, account.clock.nowMs())) {
            giveUp(QStringLiteral("the log"));
        }
        takeMs += bench::milliseconds() - took;
        account.clock.runUntil([&events] { return events.isIdle(); });
    }
    const double all = bench::milliseconds() - before - serverMs;
    QMap<QString, int> deeds;
    store::EventQuery query;
    query.most = kEvents;
    const auto found = records->eventLog().find(query);
    for (const store::EventEntry& entry : found->entries) {
        ++deeds[store::wordOf(entry.deed)];
    }
    std::printf("  %d events: %d applied as they are, %d read again, with %d requests, which took the server %.0f ms\n", kEvents, deeds.value("applied"), deeds.value("read_again"), account.transport.sent - sentBefore, serverMs);
    std::printf("  committed to the log in %.0f us each\n", takeMs * 1e3 / kEvents);
    std::printf("  %.0f events a second\n", kEvents / all * 1e3);
    tell("an event taken in and applied", all * 1e3 / kEvents, kMostMicroseconds, "us");
    bench::allWithin() = holds ? bench::allWithin() : wereWithin;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const char* defaults[] = {argv[0], "1000", "10000"};
    return argc > 1 ? bench::measureSizes(argc, argv, measure) : bench::measureSizes(3, const_cast<char**>(defaults), measure);
}
