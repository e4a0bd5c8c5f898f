// SPDX-License-Identifier: GPL-3.0-or-later
// A fresh mirror of a whole account held against every list of the server, object by object, with and without faults on the way. tests/sync/compare
// does the same over sockets and at any size.
#include "support/TestMain.h"
#include "sync/Dump.h"
#include "sync/SyncAccount.h"

#include <QRandomGenerator>

using namespace backfilltest;

namespace wholemirror {

const QList<QByteArray> kEveryList = {"products", "prices?active=true", "prices?active=false", "coupons", "customers", "subscriptions?status=all", "invoices", "payment_intents",
                                  "subscription_schedules", "charges", "refunds", "credit_notes", "invoice_payments", "balance_transactions", "events"};

/// What goes wrong on the way, by chance.
std::optional<Result<http::Reply>> fault(QRandomGenerator& dice)
{
    http::Reply reply;
    switch (dice.bounded(6)) {
    case 0: return Result<http::Reply>(fail(ErrorKind::Network, QStringLiteral("The connection was lost.")));
    case 1: return Result<http::Reply>(fail(ErrorKind::Timeout, QStringLiteral("No answer.")));
    case 2: return answerWith(500, stripeError("api_error", ""));
    case 3: return answerWith(200, "{\"object\":\"list\",\"data\":[{\"id\":\"cut");
    default:
        reply.status = 429;
        reply.headers.append(http::Header{"Stripe-Rate-Limited-Reason", dice.bounded(2) == 0 ? "endpoint-concurrency" : "global-rate"});
        reply.body = stripeError("invalid_request_error", "rate_limit");
        return Result<http::Reply>(reply);
    }
}

} // namespace wholemirror

using namespace wholemirror;

class TstWholeMirror : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyObjectIsAsTheServerShowsIt_data()
    {
        QTest::addColumn<int>("faultsOfAHundred");
        QTest::newRow("no fault") << 0;
        QTest::newRow("one request in twenty fails") << 5;
    }

    void everyObjectIsAsTheServerShowsIt()
    {
        QFETCH(int, faultsOfAHundred);
        Account account(80, 14);
        QRandomGenerator dice(7);
        int faults = 0;
        account.transport.intercept = [&](const http::Request&, int) -> std::optional<Result<http::Reply>> {
            if (static_cast<int>(dice.bounded(100)) >= faultsOfAHundred) {
                return std::nullopt;
            }
            ++faults;
            return fault(dice);
        };
        Program program(account);
        program.pageSize = 10;
        int syncs = 0;
        for (bool complete = false; !complete; ++syncs) {
            QVERIFY(syncs < 200);
            const auto summary = program.sync();
            complete = summary && summary->complete;
        }
        QCOMPARE(faults > 0, faultsOfAHundred > 0);
        QCOMPARE(syncs > 1, faultsOfAHundred > 0); // each request is sent once only here
        int compared = 0;
        MirrorComparison comparison(program.mirror->reader());
        for (const QByteArray& list : kEveryList) {
            QByteArray after;
            for (bool more = true; more;) {
                const QByteArray target = "/v1/" + list + (list.contains('?') ? '&' : '?') + "limit=100" + after;
                const QJsonObject page = QJsonDocument::fromJson(askAccount(account, "GET", target).body).object();
                for (const QJsonValue& shown : page.value("data").toArray()) {
                    const QString wrong = comparison.wrongWith(shown.toObject());
                    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
                    ++compared;
                    after = "&starting_after=" + shown.toObject().value("id").toString().toUtf8();
                }
                more = page.value("has_more").toBool();
            }
        }
        QVERIFY(compared > 1000);
        compareCounts(program.mirror->reader().counts().value(), account.engine.counts());
    }
};

CH_TEST(TstWholeMirror)
#include "tst_WholeMirror.moc"
