// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/Commands.h"

#include "base/Worker.h"
#include "http/QnamTransport.h"
#include "sync/Backfill.h"
#include "sync/Dump.h"

#include <QCoreApplication>
#include <QFile>
#include <cstdio>

namespace backfilltest {

using namespace ch;

int syncOnce(const QString& url, const QString& dir)
{
    SystemClock clock;
    http::QnamTransport transport(clock);
    http::RateLimits limits = stripe::limitsOf(stripe::Mode::Test);
    limits.perEndpointPerSecond = limits.totalPerSecond = 1'000'000;
    http::Client http(transport, {}, limits, clock);
    const auto key = stripe::ApiKey::parse(Secret(QByteArray("sk_") + "test_" + QByteArray(24, 'a')));
    stripe::StripeClient client(http, *key, QUrl(url));
    Worker worker;
    client.setWorker(&worker);
    auto mirror = store::Mirror::open(dir, {QStringLiteral("acct_t"), false});
    if (!mirror) {
        std::fprintf(stderr, "%s\n", qPrintable(mirror.error().message));
        return 2;
    }
    sync::Applier applier(**mirror, {});
    QObject owner;
    bool complete = false;
    auto* job = new sync::Backfill(client, applier, clock, dir, &owner);
    job->onFinished(&owner, [&](const Result<sync::SyncSummary>& ended) {
        complete = ended && ended->complete;
        std::printf("%s\n", ended ? qPrintable(QStringLiteral("complete, %1 requests, %2 ms").arg(ended->requests).arg(ended->milliseconds)) : qPrintable(ended.error().message));
        QCoreApplication::quit();
    });
    QCoreApplication::exec();
    return complete ? 0 : 1;
}

int compareWithDump(const QString& dir, const QString& file)
{
    auto mirror = store::Mirror::open(dir, {QStringLiteral("acct_t"), false});
    QFile dump(file);
    if (!mirror || !dump.open(QIODevice::ReadOnly)) {
        std::fprintf(stderr, "the mirror or the dump cannot be read\n");
        return 2;
    }
    MirrorComparison comparison((*mirror)->reader());
    qint64 objects = 0;
    qint64 wrong = 0;
    while (!dump.atEnd()) {
        const QString difference = comparison.wrongWith(QJsonDocument::fromJson(dump.readLine()).object());
        ++objects;
        if (!difference.isEmpty() && ++wrong <= 20) {
            std::printf("DIFFERENT: %s\n", qPrintable(difference));
        }
    }
    std::printf("%lld objects compared, %lld different\n", static_cast<long long>(objects), static_cast<long long>(wrong));
    return wrong == 0 && objects > 0 ? 0 : 1;
}

} // namespace backfilltest
