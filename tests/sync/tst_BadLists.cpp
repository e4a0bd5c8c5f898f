// SPDX-License-Identifier: GPL-3.0-or-later
// Servers whose lists cannot be believed: the sync stops and says why, the mirror stays partial, and what it held before is still there.
#include "support/TestMain.h"
#include "sync/SyncAccount.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

using namespace backfilltest;

namespace badlists {

constexpr qint64 kNow = 1'793'491'200;
const QString kCustomers = QStringLiteral("/v1/customers");

QByteArray customer(const QString& id, qint64 created, bool live = false)
{
    return "{\"id\":\"" + id.toUtf8() + "\",\"object\":\"customer\",\"created\":" + QByteArray::number(created) + ",\"livemode\":" + (live ? "true" : "false") + ",\"metadata\":{}}";
}

QByteArray pageOf(const QByteArrayList& objects, bool more)
{
    return "{\"object\":\"list\",\"url\":\"/v1/customers\",\"has_more\":" + QByteArray(more ? "true" : "false") + ",\"data\":[" + objects.join(',') + "]}";
}

/// A list without end: object n was created at start + n * step, and what is asked for by "created" is given.
QByteArray endlessPage(const http::Request& request, int step)
{
    const QUrlQuery query(QUrl::fromPercentEncoding(request.url.query().toUtf8()));
    const qint64 from = query.hasQueryItem("created[gte]") ? query.queryItemValue("created[gte]").toLongLong() : std::numeric_limits<qint64>::min();
    const qint64 before = query.hasQueryItem("created[lt]") ? query.queryItemValue("created[lt]").toLongLong() : std::numeric_limits<qint64>::max();
    qint64 n = query.hasQueryItem("starting_after") ? query.queryItemValue("starting_after").section(QLatin1Char('_'), 1).toLongLong() + 1 : 0;
    n = step < 0 && before < kNow ? qMax(n, kNow - before + 1) : step > 0 && from > kNow ? qMax(n, from - kNow) : n;
    QByteArrayList objects;
    for (; objects.size() < query.queryItemValue("limit").toInt() && kNow + n * step >= from && kNow + n * step < before; ++n) {
        objects << customer(QStringLiteral("cus_%1").arg(n), kNow + n * step);
    }
    return pageOf(objects, kNow + n * step >= from && kNow + n * step < before);
}

} // namespace badlists

using namespace badlists;

class TstBadLists : public QObject {
    Q_OBJECT
private:
    using Intercept = std::function<std::optional<Result<http::Reply>>(const http::Request&, int number)>;

    /// Syncs once well, then with the bad server, and once more well.
    static void stops(Account& account, const Intercept& bad, ErrorKind kind, const char* says, int pageSize = 100)
    {
        Program program(account);
        program.pageSize = pageSize;
        const auto before = program.sync();
        QVERIFY2(before && before->complete, qPrintable(said(before)));
        account.clock.advance(5000);
        account.transport.intercept = bad;
        const auto broken = program.sync();
        QVERIFY(!broken);
        QVERIFY2(broken.error().kind == kind, qPrintable(said(broken)));
        QVERIFY2(broken.error().message.contains(QLatin1String(says)), qPrintable(said(broken)));
        const auto held = program.mirror->reader().counts();
        QVERIFY(held->customers >= before->counts.customers);
        QVERIFY(held->subscriptions >= before->counts.subscriptions && held->invoices >= before->counts.invoices);
        QVERIFY(program.mirror->reader().completeness()->running); // partial, and said so
    }

    /// With the server in order again, at the program's next start.
    static void recovers(Account& account)
    {
        account.transport.intercept = nullptr;
        account.clock.advance(5000);
        Program program(account);
        auto after = program.sync();
        if (!after && after.error().code == QLatin1String("other_account")) {
            after = program.sync(); // what was made up is not there any more: begun anew
        }
        QVERIFY2(after && after->complete, qPrintable(said(after)));
        QCOMPARE(after->counts.subscriptions, account.engine.counts().subscriptions);
        QCOMPARE(after->counts.invoices, account.engine.counts().invoices);
        QCOMPARE(after->counts.products, account.engine.counts().products);
    }

private Q_SLOTS:
    void aListThatNeverEnds_data()
    {
        QTest::addColumn<int>("step");
        QTest::newRow("in one second") << 0;
        QTest::newRow("a second older with each") << -1;
        QTest::newRow("younger with each") << 1;
    }

    void aListThatNeverEnds()
    {
        QFETCH(int, step);
        Account account(5, 2);
        int pages = 0;
        stops(account, [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            if (request.url.path() != kCustomers) {
                return std::nullopt;
            }
            ++pages;
            return answerWith(200, endlessPage(request, step));
        }, ErrorKind::Protocol, "never ends", 10);
        recovers(account);
        QVERIFY2(pages < 1000, qPrintable(QString::number(pages)));
    }

    void aCursorThatRepeats()
    {
        Account account(40, 4);
        stops(account, [](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            const bool isSecond = request.url.path() == kCustomers && request.url.query().contains("starting_after");
            return isSecond ? answerWith(200, pageOf({customer(QUrlQuery(request.url).queryItemValue("starting_after"), kNow - 86400)}, true)) : std::nullopt;
        }, ErrorKind::Protocol, "repeats itself", 10);
        recovers(account);
    }

    /// From some request on the answers are another account's, whose key is as good.
    void anotherAccountsObjects()
    {
        Account account(150, 4);
        sandbox::Options options = optionsOf(150, 4);
        options.seed = 77;
        sandbox::Engine other(options, account.clock);
        SandboxTransport its(other, account.clock);
        bool switched = false;
        stops(account, [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            switched = switched || (request.url.path() == QLatin1String("/v1/invoices") && request.url.query().contains("starting_after"));
            if (!switched) {
                return std::nullopt;
            }
            const sandbox::Reply reply = other.handle(toSandbox(request));
            return answerWith(reply.status, reply.body);
        }, ErrorKind::Safety, "another account");
        recovers(account);
    }

    void theOtherModeMidway()
    {
        Account account(150, 2);
        stops(account, [](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            const bool isSecond = request.url.path() == kCustomers && request.url.query().contains("starting_after");
            return isSecond ? answerWith(200, pageOf({customer("cus_of_live", kNow - 86400, true)}, false)) : std::nullopt;
        }, ErrorKind::Safety, "other mode");
        recovers(account);
    }

    void aListThatSaysMoreAndGivesNone()
    {
        Account account(150, 2);
        stops(account, [](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            return request.url.path() == kCustomers && request.url.query().contains("starting_after") ? answerWith(200, pageOf({}, true)) : std::nullopt;
        }, ErrorKind::Protocol, "gives none");
        recovers(account);
    }

    void noHeedToCreated()
    {
        Account account(60, 12);
        stops(account, [&account](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            if (request.url.path() != QLatin1String("/v1/invoices") || !request.url.query().contains("created")) {
                return std::nullopt;
            }
            QUrlQuery query(request.url);
            QUrlQuery without;
            for (const auto& [key, value] : query.queryItems()) {
                if (!key.startsWith("created")) {
                    without.addQueryItem(key, value);
                }
            }
            const sandbox::Reply reply = askAccount(account, "GET", "/v1/invoices?" + without.toString(QUrl::FullyEncoded).toUtf8());
            return answerWith(reply.status, reply.body);
        }, ErrorKind::Protocol, "no heed to \"created\"", 4);
        recovers(account);
    }

    void oneObjectOfFiftyMebibytes()
    {
        Account account(5, 2);
        QByteArray huge = customer("cus_huge", kNow - 10);
        huge.replace("\"metadata\":{}", "\"metadata\":{\"note\":\"" + QByteArray(50 << 20, 'x') + "\"}");
        stops(account, [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            return request.url.path() == kCustomers ? answerWith(200, pageOf({huge}, false)) : std::nullopt;
        }, ErrorKind::Protocol, "50 MiB");
        recovers(account);
    }

    /// Objects are deleted while the list is read: that is no fault, and the sync ends complete.
    void aListThatShrinksBetweenPages()
    {
        Account account(60, 6);
        Program program(account);
        program.pageSize = 4;
        int deleted = 0;
        account.transport.intercept = [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            const QString cursor = QUrlQuery(request.url).queryItemValue("starting_after");
            if (request.url.path() == kCustomers && !cursor.isEmpty() && deleted < 3) {
                ++deleted;
                askAccount(account, "DELETE", "/v1/customers/" + cursor.toUtf8()); // the very object that the cursor names
            }
            return std::nullopt;
        };
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QCOMPARE(deleted, 3);
        compareCounts(summary->counts, account.engine.counts());
    }

    void aServerThatNeedsNoWindowsIsAskedForNone()
    {
        Account account(20, 2);
        bool hasAsked = false;
        account.transport.intercept = [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            hasAsked = hasAsked || request.url.query().contains("created");
            return std::nullopt;
        };
        Program program(account);
        QVERIFY(program.sync());
        QVERIFY(!hasAsked);
    }
};

CH_TEST(TstBadLists)
#include "tst_BadLists.moc"
