// SPDX-License-Identifier: GPL-3.0-or-later
// One backfill of a simulated account over real sockets, for tests/bench/backfill: prints what it took as JSON. Lists that are not named are answered
// here, empty, so that the named ones can be measured alone. --bare: ends when all lists are stored, then fetches the same pages over one bare socket,
// and inserts the rows that the mirror got into a copy of its tables with SQLite's C interface, nothing else.
#include "base/Worker.h"
#include "bench/BareRun.h"
#include "http/QnamTransport.h"
#include "sync/Backfill.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <cstdio>
#include <ctime>
#include <utility>

namespace {

using namespace ch;

/// Passes on what is asked of the named lists, and remembers it; answers the rest with nothing.
class NamedLists final : public http::Transport {
public:
    NamedLists(http::Transport& real, QStringList lists) : m_real(real), m_lists(std::move(lists)) {}

    http::ReplyJob* send(const http::Request& request, QObject* parent) override
    {
        const QString list = request.url.path().section(QLatin1Char('/'), 2, 2);
        if (m_lists.isEmpty() || m_lists.contains(list)) {
            asked.append(request.url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority));
            return m_real.send(request, parent);
        }
        http::Reply reply;
        const bool isList = request.url.path().count(QLatin1Char('/')) == 2;
        reply.status = isList ? 200 : 404;
        reply.body = isList ? QByteArray("{\"object\":\"list\",\"url\":\"/v1/x\",\"has_more\":false,\"data\":[]}")
                            : QByteArray("{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"resource_missing\",\"message\":\"Not asked for here.\"}}");
        return new SimpleJob<http::Reply>(parent, reply);
    }

    [[nodiscard]] bool names(const QString& list) const { return m_lists.contains(list); }
    [[nodiscard]] bool isWhole() const { return m_lists.isEmpty(); }

    QByteArrayList asked;

private:
    http::Transport& m_real;
    QStringList m_lists;
};

struct Measured {
    QHash<int, qint64> statuses;
    QHash<QString, qint64> requests; // by list
    QHash<QString, qint64> refused;  // with 429, by its reason
    qint64 firstListEndedMs = 0;     // of the named ones, and how many had been sent by then
    qint64 sentByThen = 0;
    qint64 objectsByThen = 0;
    qint64 mostAtOnce = 0;
    qint64 storedMs = 0;             // every list's last page: indexes, full text and what is asked once more come after
    double storedProcessor = 0;
};

double processorSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

QJsonObject told(const sync::SyncSummary& summary, const Measured& measured, qint64 objects, double processor)
{
    qint64 sent = 0;
    QJsonObject statuses;
    for (auto status = measured.statuses.constBegin(); status != measured.statuses.constEnd(); ++status) {
        statuses[QString::number(status.key())] = *status;
        sent += *status;
    }
    QJsonObject requests;
    for (auto list = measured.requests.constBegin(); list != measured.requests.constEnd(); ++list) {
        requests[list.key()] = *list;
    }
    QJsonObject refused;
    for (auto reason = measured.refused.constBegin(); reason != measured.refused.constEnd(); ++reason) {
        refused[reason.key()] = *reason;
    }
    return {{QStringLiteral("refused"), refused}, {QStringLiteral("complete"), summary.complete}, {QStringLiteral("objects"), objects}, {QStringLiteral("ms"), summary.milliseconds},
            {QStringLiteral("requests"), sent}, {QStringLiteral("statuses"), statuses}, {QStringLiteral("lists"), requests},
            {QStringLiteral("processor_s"), processor}, {QStringLiteral("at_once"), measured.mostAtOnce}, {QStringLiteral("stored_ms"), measured.storedMs}, {QStringLiteral("stored_processor_s"), measured.storedProcessor},
            {QStringLiteral("first_list"), QJsonObject{{QStringLiteral("ms"), measured.firstListEndedMs}, {QStringLiteral("requests"), measured.sentByThen},
                                                       {QStringLiteral("objects"), measured.objectsByThen}}}};
}

int stopWith(const QString& message)
{
    std::fprintf(stderr, "%s\n", qPrintable(message));
    return 2;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{QStringLiteral("url"), QString(), QStringLiteral("url")}, {QStringLiteral("lists"), QString(), QStringLiteral("lists")},
                       {QStringLiteral("dir"), QString(), QStringLiteral("dir")}, {QStringLiteral("live"), QString()}, {QStringLiteral("no-limits"), QString()},
                       {QStringLiteral("bare"), QString()}});
    parser.process(application);
    QTemporaryDir own;
    const QString dir = parser.isSet(QStringLiteral("dir")) ? parser.value(QStringLiteral("dir")) : own.path();
    const bool live = parser.isSet(QStringLiteral("live"));
    SystemClock clock;
    http::QnamTransport sockets(clock);
    NamedLists transport(sockets, parser.value(QStringLiteral("lists")).split(QLatin1Char(','), Qt::SkipEmptyParts));
    http::RateLimits limits = stripe::limitsOf(live ? stripe::Mode::Live : stripe::Mode::Test);
    if (parser.isSet(QStringLiteral("no-limits"))) {
        limits.perEndpointPerSecond = limits.totalPerSecond = 1'000'000;
    } else if (!live && !transport.isWhole()) {
        limits.totalPerSecond = 1'000'000; // what is answered here must not stand in the way of the one list
    }
    http::Client http(transport, {}, limits, clock);
    const auto key = stripe::ApiKey::parse(Secret(QByteArray("sk_") + (live ? "live_" : "test_") + "benchmark0001"));
    const QUrl url(parser.value(QStringLiteral("url")));
    stripe::StripeClient client(http, *key, url);
    Worker worker;
    client.setWorker(&worker);
    auto mirror = store::Mirror::open(dir, {QStringLiteral("acct_bench"), live});
    if (!mirror) {
        return stopWith(mirror.error().message);
    }
    sync::Applier applier(**mirror, {});
    Measured measured;
    http.setObserver([&](const http::AttemptReport& report) {
        ++measured.statuses[report.status];
        measured.refused[QString::fromLatin1(report.rateLimitedReason)] += report.status == 429 ? 1 : 0;
        ++measured.requests[report.pathTemplate];
        measured.mostAtOnce = qMax<qint64>(measured.mostAtOnce, http.concurrent());
    });
    qint64 objects = 0;
    std::optional<Result<sync::SyncSummary>> result;
    const double before = processorSeconds();
    auto* job = new sync::Backfill(client, applier, clock, dir, &application);
    qint64 startedMs = clock.monotonicMs();
    int listsEnded = 0;
    bench::BareSchema schema; // while the lists were being stored
    QObject::connect(job, &sync::Backfill::progressed, &application, [&](const sync::SyncProgress& progress) {
        objects = progress.objects;
        if (progress.listsEnded == progress.listsInAll && measured.storedMs == 0) {
            measured.storedMs = clock.monotonicMs() - startedMs;
            measured.storedProcessor = processorSeconds() - before;
            if (parser.isSet(QStringLiteral("bare"))) {
                schema = bench::bareSchema(dir);
                job->cancel(); // indexes and full text are bench_storing's
            }
        }
        const bool hasEnded = progress.listsEnded > std::exchange(listsEnded, progress.listsEnded);
        if (hasEnded && measured.firstListEndedMs == 0 && transport.names(progress.list)) {
            measured.firstListEndedMs = clock.monotonicMs() - startedMs;
            measured.sentByThen = transport.asked.size();
            measured.objectsByThen = objects;
        }
    });
    job->onFinished(&application, [&](const Result<sync::SyncSummary>& ended) {
        result = ended;
        QCoreApplication::quit();
    });
    QCoreApplication::exec();
    if (!*result && (*result).error().kind != ErrorKind::Cancelled) {
        return stopWith(result->error().message + QLatin1Char(' ') + result->error().detail);
    }
    QJsonObject said = told(result->value_or(sync::SyncSummary()), measured, objects, processorSeconds() - before);
    if (parser.isSet(QStringLiteral("bare"))) {
        mirror->reset();
        const Result<bench::BareTimes> bare = bench::bareRun(url, key->secret(), transport.asked, dir, schema);
        if (!bare) {
            return stopWith(bare.error().message);
        }
        said[QStringLiteral("bare")] = QJsonObject{{QStringLiteral("bytes"), bare->bytes}, {QStringLiteral("socket_ms"), bare->socketMs},
                                                   {QStringLiteral("rows"), bare->rows}, {QStringLiteral("inserts_ms"), bare->insertsMs}};
    }
    std::printf("%s\n", QJsonDocument(said).toJson(QJsonDocument::Compact).constData());
    return 0;
}
