// SPDX-License-Identifier: GPL-3.0-or-later
// Backfill in windows: small pages make windows of a small account's lists. Killed and failing at every step, and with an account that changes meanwhile.
#include "support/TestMain.h"
#include "sync/SyncAccount.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

using namespace backfilltest;

namespace windowstest {

constexpr int kSmallPage = 4;

/// What a whole sync of such an account ends with, and what it costs.
struct Whole {
    QByteArray content;
    int requests = 0;
    int pages = 0; // batches stored
};

Whole wholeSync(int businesses, int months)
{
    Account account(businesses, months);
    Program program(account);
    program.pageSize = kSmallPage;
    Whole whole;
    QObject::connect(program.applier.get(), &Applier::changed, &program.owner, [&] { ++whole.pages; });
    const auto summary = program.sync();
    if (!summary || !summary->complete) {
        qFatal("%s", qPrintable(said(summary)));
    }
    whole.content = contentOf(program.mirror->reader());
    whole.requests = account.transport.sent;
    return whole;
}

QJsonObject post(Account& account, const QByteArray& target, const QByteArray& body)
{
    sandbox::Request request;
    request.method = "POST";
    request.target = target;
    request.body = body;
    request.headers = {{"Authorization", "Bearer " + testKey().reveal()}, {"Stripe-Version", stripe::kApiVersion}, {"Content-Type", "application/x-www-form-urlencoded"}};
    const sandbox::Reply reply = account.engine.handle(request);
    if (reply.status != 200) {
        qFatal("refused: %s", reply.body.constData());
    }
    return QJsonDocument::fromJson(reply.body).object();
}

QString listOf(const http::Request& request)
{
    return request.url.path().section(QLatin1Char('/'), 2);
}

QUrlQuery queryOf(const http::Request& request)
{
    return QUrlQuery(QUrl::fromPercentEncoding(request.url.query().toUtf8()));
}

} // namespace windowstest

using namespace windowstest;

class TstBackfillWindows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aLongListIsReadInSeveralWindowsAndEndsTheSame()
    {
        Account account(60, 12);
        QByteArray expected;
        {
            Account same(60, 12);
            Program program(same);
            QVERIFY(program.sync());
            expected = contentOf(program.mirror->reader());
        }
        QMap<QString, QSet<QString>> windows;
        account.transport.intercept = [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            windows[listOf(request)].insert(queryOf(request).queryItemValue("created[lt]"));
            return std::nullopt;
        };
        account.transport.latencyMs = 100;
        Program program(account);
        program.pageSize = kSmallPage;
        const qint64 before = account.clock.monotonicMs();
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QCOMPARE(contentOf(program.mirror->reader()), expected);
        compareCounts(summary->counts, account.engine.counts());
        for (const QString list : {"invoices", "events", "charges", "balance_transactions", "payment_intents", "invoice_payments"}) {
            QVERIFY2(windows.value(list).size() >= 4, qPrintable(list));
        }
        // Five requests are under way at once; one after the other it takes 100 ms each.
        const qint64 ms = account.clock.monotonicMs() - before;
        QVERIFY2(ms < account.transport.sent * 100 / 3, qPrintable(QStringLiteral("%1 ms for %2 requests").arg(ms).arg(account.transport.sent)));
    }

    /// Where requests wait for their turn as it is, a window more would only cost a page that is half empty.
    void whereTheRateIsShortAListHasNoMoreWindowsThanItNeeds()
    {
        QMap<int, int> requests;
        for (const int perSecond : {100'000, 40}) {
            Account account(60, 12);
            account.transport.latencyMs = 100;
            Program program(account);
            program.pageSize = kSmallPage;
            program.http.setLimits({perSecond, perSecond, 100, 100});
            const qint64 before = account.clock.monotonicMs();
            const auto summary = program.sync();
            QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
            requests[perSecond] = account.transport.sent;
            const qint64 ms = account.clock.monotonicMs() - before;
            QVERIFY2(perSecond > 40 || ms < account.transport.sent * 1000 / 40 * 11 / 10, qPrintable(QStringLiteral("%1 ms for %2").arg(ms).arg(account.transport.sent)));
        }
        QVERIFY2(requests[40] < requests[100'000] * 97 / 100, qPrintable(QStringLiteral("%1, %2").arg(requests[40]).arg(requests[100'000])));
    }

    void aKillAfterAnyStoredPageResumesAndLosesAPageAWindow()
    {
        const Whole whole = wholeSync(12, 4);
        int mostLost = 0;
        int mostWindows = 0;
        for (int n = 1; n < whole.pages; ++n) {
            Account account(12, 4);
            {
                Program program(account);
                program.pageSize = kSmallPage;
                int stored = 0;
                QObject::connect(program.applier.get(), &Applier::changed, &program.owner, [&] { ++stored; });
                program.begin();
                account.clock.runUntil([&] { return stored >= n; });
            } // everything is destroyed with answers under way
            Program program(account);
            program.pageSize = kSmallPage;
            QVERIFY(!program.mirror->wasRebuilt());
            const auto windows = program.mirror->windows(1);
            QVERIFY(windows);
            mostWindows = qMax(mostWindows, int(std::count_if(windows->begin(), windows->end(), [](const store::WindowProgress& window) { return !window.ended; })));
            const auto summary = program.sync();
            QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
            QVERIFY2(contentOf(program.mirror->reader()) == whole.content, qPrintable(QString::number(n)));
            mostLost = qMax(mostLost, account.transport.sent - whole.requests);
        }
        QVERIFY2(mostWindows > 4, qPrintable(QString::number(mostWindows)));
        // What was under way when it was killed, and windows parted otherwise: their last pages are half empty.
        QVERIFY2(mostLost <= 24 + 12, qPrintable(QString::number(mostLost)));
    }

    /// So that a kill loses a page of a window at most.
    void aWindowsNextPageIsAskedForWhenTheLastIsStored()
    {
        Account account(30, 8);
        account.transport.latencyMs = 3;
        Program program(account);
        program.pageSize = kSmallPage;
        int checked = 0;
        QStringList early;
        account.transport.intercept = [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            const QString after = queryOf(request).queryItemValue("starting_after");
            const QString before = queryOf(request).queryItemValue("created[lt]");
            const auto windows = program.mirror->windows(1);
            const auto isOfList = [&](const store::WindowProgress& window) { return store::objectListName(window.list) == listOf(request); };
            if (after.isEmpty() || !windows || std::none_of(windows->begin(), windows->end(), [&](const auto& window) { return isOfList(window) && !window.ended; })) {
                return std::nullopt; // a list's head, once it has been read
            }
            ++checked;
            const bool isStored = std::any_of(windows->begin(), windows->end(), [&](const auto& window) {
                return isOfList(window) && window.startingAfter == after;
            });
            if (!isStored) {
                early << request.url.toString();
            }
            return std::nullopt;
        };
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QVERIFY2(early.isEmpty(), qPrintable(early.join('\n')));
        QVERIFY2(checked > 100, qPrintable(QString::number(checked)));
    }

    void everyRequestThatFailsIsMadeUpForByTheNextSync()
    {
        const Whole whole = wholeSync(8, 3);
        for (int n = 1; n <= whole.requests; ++n) {
            Account broken(8, 3);
            broken.transport.intercept = [n](const http::Request&, int number) -> std::optional<Result<http::Reply>> {
                return number == n ? std::optional<Result<http::Reply>>(fail(ErrorKind::Network, QStringLiteral("The connection was lost."))) : std::nullopt;
            };
            Program program(broken);
            program.pageSize = kSmallPage;
            const auto first = program.sync();
            QVERIFY2(!first, qPrintable(QString::number(n)));
            QCOMPARE(first.error().kind, ErrorKind::Network);
            QVERIFY(!program.mirror->reader().completeness()->complete);
            const auto second = program.sync();
            QVERIFY2(second && second->complete, qPrintable(said(second)));
            QVERIFY2(contentOf(program.mirror->reader()) == whole.content, qPrintable(QString::number(n)));
        }
    }

    void aGapBetweenWindowsIsNoCompleteList()
    {
        Account account(3, 1);
        Program program(account);
        const qint64 run = program.mirror->beginRun(account.clock.nowMs()).value();
        for (const store::ObjectList list : store::allLists()) {
            store::Batch batch;
            batch.run = run;
            batch.progress = store::ListProgress{list, run, 0, true, false};
            store::WindowProgress young;
            young.list = list;
            young.run = run;
            young.ended = true;
            young.from = 2000;
            store::WindowProgress old = young;
            old.from = store::WindowProgress::kBegin;
            old.before = list == store::ObjectList::Charges ? 1999 : 2000;
            batch.windows = {young, old};
            QVERIFY(program.applier->apply(batch));
        }
        const Status gap = program.mirror->finishRun(run, account.clock.nowMs());
        QVERIFY(!gap);
        QVERIFY2(gap.error().message.contains("charges"), qPrintable(gap.error().message));
        store::Batch closing;
        closing.run = run;
        store::WindowProgress missing;
        missing.list = store::ObjectList::Charges;
        missing.run = run;
        missing.from = 1999;
        missing.before = 2000;
        closing.windows = {missing};
        QVERIFY(program.applier->apply(closing));
        QVERIFY(!program.mirror->finishRun(run, account.clock.nowMs())); // it has not ended
        closing.windows.front().ended = true;
        QVERIFY(program.applier->apply(closing));
        QVERIFY(program.mirror->finishRun(run, account.clock.nowMs()));
    }

    /// What happens to objects whose pages were read already is in the mirror at the end.
    void whatChangesBehindItsPageIsReadAgain()
    {
        Account account(40, 12);
        QString coupon = post(account, "/v1/coupons", "percent_off=10&duration=forever")["id"].toString();
        QString gone = post(account, "/v1/customers", "name=Soon+gone")["id"].toString();
        account.clock.advance(60'000);
        Program program(account);
        QString renamed;
        QString canceled;
        QString archived;
        int refetched = 0;
        account.transport.intercept = [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            refetched += listOf(request).startsWith("customers/") || listOf(request).startsWith("subscriptions/") ? 1 : 0;
            return std::nullopt;
        };
        QObject::connect(program.applier.get(), &Applier::changed, &program.owner, [&] {
            if (program.lastProgress.listsEnded < 7 || !renamed.isEmpty()) {
                return;
            }
            const store::MirrorReader& reader = program.mirror->reader();
            const auto ids = reader.rowIds(store::Table::Customers, {}, {}).value();
            const auto rows = reader.rows(store::Table::Customers, ids).value();
            renamed = rows.at(rows.at(0).objectId == gone ? 1 : 0).objectId;
            (void)reader.forEachSubscription([&](const stripe::Subscription& subscription) {
                canceled = subscription.status == QLatin1String("active") && subscription.customerId != renamed ? subscription.id : canceled;
            });
            archived = post(account, "/v1/products", "name=New")["id"].toString();
            post(account, "/v1/customers/" + renamed.toUtf8(), "name=Renamed+meanwhile");
            QCOMPARE(askAccount(account, "DELETE", "/v1/subscriptions/" + canceled.toUtf8()).status, 200);
            QCOMPARE(askAccount(account, "DELETE", "/v1/customers/" + gone.toUtf8()).status, 200);
            QCOMPARE(askAccount(account, "DELETE", "/v1/coupons/" + coupon.toUtf8()).status, 200);
        });
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QVERIFY(!canceled.isEmpty());
        QCOMPARE(program.mirror->reader().customer(renamed).value()->name, QStringLiteral("Renamed meanwhile"));
        QVERIFY(program.mirror->reader().json(canceled).value()->contains("\"canceled\""));
        QVERIFY(program.mirror->reader().customer(gone).value()->deleted);
        QVERIFY(program.mirror->reader().json(archived).value().has_value());
        compareCounts(summary->counts, account.engine.counts());
        QVERIFY(refetched >= 3);
        // Once more: the same events, and nobody is asked again.
        refetched = 0;
        account.clock.advance(5000);
        QVERIFY(program.sync());
        QCOMPARE(refetched, 0);
    }

    void theRestIsEstimatedOnlyOnceItIsInSight()
    {
        Account account(60, 12);
        account.transport.latencyMs = 300;
        Program program(account);
        program.pageSize = kSmallPage;
        std::optional<Result<SyncSummary>> result;
        auto* job = program.begin();
        QList<SyncProgress> said;
        QObject::connect(job, &Backfill::progressed, &program.owner, [&](const SyncProgress& progress) { said << progress; });
        QList<qint64> times;
        QObject::connect(job, &Backfill::progressed, &program.owner, [&](const SyncProgress&) { times << account.clock.monotonicMs(); });
        job->onFinished(&program.owner, [&](const Result<SyncSummary>& ended) { result = ended; });
        account.clock.runUntil([&] { return result.has_value(); });
        QVERIFY(*result);
        QCOMPARE(said.first().objectsPerSecond, 0);
        QVERIFY(!said.first().secondsLeft);
        QVERIFY(!said.at(said.size() / 2).secondsLeft); // lists that nobody has looked into are still to come
        int told = 0;
        for (qsizetype i = 0; i < said.size(); ++i) {
            if (said.at(i).secondsLeft && said.at(i).listsEnded < said.at(i).listsInAll) {
                ++told;
                const qint64 truly = (times.last() - times.at(i)) / 1000;
                QVERIFY2(*said.at(i).secondsLeft <= truly * 3 + 5, qPrintable(QStringLiteral("%1 s told, %2 truly").arg(*said.at(i).secondsLeft).arg(truly)));
            }
        }
        QVERIFY(told > 3);
        QVERIFY(said.last().objectsPerSecond > 10);
        // The second sync knows how much there is from the first.
        said.clear();
        times.clear();
        account.clock.advance(1000);
        auto* again = program.begin();
        result.reset();
        QObject::connect(again, &Backfill::progressed, &program.owner, [&](const SyncProgress& progress) {
            said << progress;
            times << account.clock.monotonicMs();
        });
        again->onFinished(&program.owner, [&](const Result<SyncSummary>& ended) { result = ended; });
        account.clock.runUntil([&] { return result.has_value(); });
        const qsizetype early = said.size() / 5;
        QVERIFY(said.at(early).secondsLeft);
        const qint64 truly = (times.last() - times.at(early)) / 1000;
        QVERIFY2(qAbs(*said.at(early).secondsLeft - truly) <= truly / 2 + 5, qPrintable(QStringLiteral("%1 s told, %2 truly").arg(*said.at(early).secondsLeft).arg(truly)));
    }
};

CH_TEST(TstBackfillWindows)
#include "tst_BackfillWindows.moc"
