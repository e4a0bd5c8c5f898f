// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger reads beside subscriptions and invoices: whole, at its price in GETs, and without leaving the mirror partial where a key may not.
#include "support/TestMain.h"
#include "sync/SyncAccount.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

using namespace backfilltest;

namespace {

const QStringList kLists = {"subscription_schedules", "charges", "refunds", "credit_notes", "invoice_payments", "balance_transactions"};
constexpr const char* kRefused = "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"The provided key does not have the required permissions.\"}}";

QJsonObject answered(const sandbox::Reply& reply)
{
    if (reply.status != 200) {
        qFatal("the account refused: %s", reply.body.constData());
    }
    return QJsonDocument::fromJson(reply.body).object();
}

QStringList idsIn(Account& account, const QString& list, const QByteArray& filter = {})
{
    QStringList ids;
    for (bool more = true; more;) {
        const QByteArray after = ids.isEmpty() ? QByteArray() : "&starting_after=" + ids.last().toUtf8();
        const QJsonObject page = answered(askAccount(account, "GET", "/v1/" + list.toUtf8() + "?limit=100" + filter + after));
        for (const QJsonValue& value : page.value("data").toArray()) {
            ids << value.toObject().value("id").toString();
        }
        more = page.value("has_more").toBool();
    }
    return ids;
}

QByteArray post(Account& account, const QByteArray& target, const QByteArray& body)
{
    sandbox::Request request;
    request.method = "POST";
    request.target = target;
    request.body = body;
    request.headers = {{"Authorization", QByteArray("Bearer sk_") + "test_" + QByteArray(24, 'a')}, {"Stripe-Version", stripe::kApiVersion}, {"Content-Type", "application/x-www-form-urlencoded"}};
    return answered(account.engine.handle(request)).value("id").toString().toUtf8();
}

/// What a made-up account need not have.
void addOneOfEach(Account& account)
{
    const QString invoice = idsIn(account, "invoices", "&status=paid").constFirst();
    post(account, "/v1/credit_notes", "invoice=" + invoice.toUtf8() + "&amount=100&credit_amount=100&memo=For+Jane");
    for (const QString& charge : idsIn(account, "charges")) {
        const QJsonObject object = answered(askAccount(account, "GET", "/v1/charges/" + charge.toUtf8()));
        if (object.value("paid").toBool() && object.value("amount_refunded").toInt() == 0) {
            post(account, "/v1/refunds", "amount=100&charge=" + charge.toUtf8());
            break;
        }
    }
    for (const QString& subscription : idsIn(account, "subscriptions", "&status=active")) {
        if (answered(askAccount(account, "GET", "/v1/subscriptions/" + subscription.toUtf8())).value("schedule").isNull()) {
            post(account, "/v1/subscription_schedules", "from_subscription=" + subscription.toUtf8());
            break;
        }
    }
}

qint64 pagesOf(qsizetype objects)
{
    return std::max<qint64>(1, (objects + 99) / 100);
}

} // namespace

class TstSupplements : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theyAreReadToTheirEnd()
    {
        Account account(60, 12);
        addOneOfEach(account);
        Program program(account);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        const store::MirrorCounts& held = summary->counts;
        const qint64 counts[] = {held.schedules, held.charges, held.refunds, held.creditNotes, held.invoicePayments, held.balanceTransactions};
        for (qsizetype i = 0; i < kLists.size(); ++i) {
            const QStringList theirs = idsIn(account, kLists[i]);
            QVERIFY2(!theirs.isEmpty(), qPrintable(kLists[i]));
            QVERIFY2(counts[i] == theirs.size(), qPrintable(QStringLiteral("%1: %2 of %3").arg(kLists[i]).arg(counts[i]).arg(theirs.size())));
            for (const QString& id : theirs) {
                QVERIFY2(program.mirror->reader().json(id).value().has_value(), qPrintable(id));
            }
        }
    }

    void eachListCostsAGetForAHundredAndOneForItsHead()
    {
        Account account(60, 12);
        addOneOfEach(account);
        QMap<QString, qint64> asked;
        account.transport.intercept = [&asked](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            ++asked[request.url.path().section(QLatin1Char('/'), 2)];
            return std::nullopt;
        };
        Program program(account);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        account.transport.intercept = nullptr;
        QStringList lists = kLists;
        lists << "products" << "coupons" << "customers" << "invoices" << "payment_intents" << "events";
        qint64 known = 0;
        for (const QString& list : std::as_const(lists)) {
            const qint64 pages = pagesOf(idsIn(account, list).size());
            const qint64 beyondThem = asked.value(list) - pages - 1;
            QVERIFY(pages <= 8);
            // A list of more than four pages is parted, which costs one more.
            QVERIFY2(beyondThem >= 0 && beyondThem <= (pages > 4 ? 1 : 0), qPrintable(QStringLiteral("%1: %2 GETs for %3 pages").arg(list).arg(asked.value(list)).arg(pages)));
            known += asked.value(list);
        }
        QCOMPARE(asked.value("subscriptions"), pagesOf(idsIn(account, "subscriptions", "&status=all").size()) + 1);
        QCOMPARE(asked.value("prices"), pagesOf(idsIn(account, "prices", "&active=true").size()) + pagesOf(idsIn(account, "prices", "&active=false").size()) + 2);
        known += asked.value("subscriptions") + asked.value("prices");
        qint64 beyond = 0; // nested lists that were cut, prices that no list shows
        for (auto path = asked.constBegin(); path != asked.constEnd(); ++path) {
            beyond += path.key().contains(QLatin1Char('/')) || path.key() == QLatin1String("subscription_items") ? path.value() : 0;
        }
        QCOMPARE(summary->requests, known + beyond);
    }

    void paymentMethodsComeWithThoseWhoPay()
    {
        Account account(60, 6);
        Program program(account);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QVERIFY(summary->counts.paymentMethods > 0);
        for (const QString& id : idsIn(account, "customers")) {
            const QJsonValue method = answered(askAccount(account, "GET", "/v1/customers/" + id.toUtf8())).value("invoice_settings").toObject().value("default_payment_method");
            QCOMPARE(program.mirror->reader().customer(id).value()->defaultPaymentMethodId, method.toString());
            if (!method.isNull()) {
                QVERIFY(program.mirror->reader().json(method.toString()).value().has_value());
                QVERIFY(!program.mirror->reader().json(id).value()->contains("billing_details"));
            }
        }
    }

    void whatMayNotBeReadIsNamedAndNoFigureIsPartial()
    {
        Account account(20, 4);
        account.transport.intercept = [](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            const QString list = request.url.path().section(QLatin1Char('/'), 2, 2);
            return kLists.contains(list) ? answerWith(403, kRefused) : std::nullopt;
        };
        Program program(account);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QCOMPARE(QSet<QString>(summary->notPermittedLists.begin(), summary->notPermittedLists.end()), QSet<QString>(kLists.begin(), kLists.end()));
        QCOMPARE(summary->counts.charges, 0);
        account.transport.intercept = nullptr;
        const auto second = program.sync();
        QVERIFY2(second && second->complete && second->notPermittedLists.isEmpty(), qPrintable(said(second)));
        QVERIFY(second->counts.charges > 0);
    }

    void anExpansionThatIsRefusedIsDroppedAndTheListIsReadWithoutIt()
    {
        Account account(20, 4);
        account.transport.intercept = [](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            const QString query = QUrl::fromPercentEncoding(request.url.query().toUtf8());
            return query.contains("default_payment_method") || query.contains("total_discount_amounts") ? answerWith(403, kRefused) : std::nullopt;
        };
        Program program(account);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        compareCounts(summary->counts, account.engine.counts());
        QCOMPARE(summary->counts.paymentMethods, 0);
        QCOMPARE(summary->notPermittedLists, QStringList({"payment_methods", "discounts"}));
        account.transport.intercept = nullptr;
        const auto second = program.sync();
        QVERIFY2(second && second->notPermittedLists.isEmpty(), qPrintable(said(second)));
        QVERIFY(second->counts.paymentMethods > 0);
    }
};

CH_TEST(TstSupplements)
#include "tst_Supplements.moc"
