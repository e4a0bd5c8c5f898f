// SPDX-License-Identifier: GPL-3.0-or-later
// What the lists of the account leave out: nested lists cut at ten, prices and coupons that no list shows; and what time alone changes.
#include "support/TestMain.h"
#include "sync/SyncAccount.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

using namespace backfilltest;

namespace {

/// The ids of a whole list of the account, a hundred at a time.
QStringList idsOf(Account& account, const QByteArray& target)
{
    QStringList ids;
    for (bool more = true; more;) {
        const QByteArray after = ids.isEmpty() ? QByteArray() : "&starting_after=" + ids.last().toUtf8();
        const QJsonObject page = QJsonDocument::fromJson(askAccount(account, "GET", target + "limit=100" + after).body).object();
        for (const QJsonValue& value : page.value("data").toArray()) {
            ids << value.toObject().value("id").toString();
        }
        more = page.value("has_more").toBool();
    }
    return ids;
}

constexpr const char* kNoPrices = "{\"object\":\"list\",\"url\":\"/v1/prices\",\"has_more\":false,\"data\":[]}";

} // namespace

class TstBeyondLists : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nestedListsAreHeldWhole()
    {
        Account account(60, 6);
        Program program(account);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QMap<QString, stripe::Subscription> longOnes;
        QVERIFY(program.mirror->reader().forEachSubscription([&](const stripe::Subscription& subscription) {
            QVERIFY(subscription.itemsComplete);
            if (subscription.items.size() > 10) {
                longOnes.insert(subscription.id, subscription);
            }
        }));
        QVERIFY(!longOnes.isEmpty());
        for (const stripe::Subscription& subscription : std::as_const(longOnes)) {
            QStringList held;
            for (const stripe::SubscriptionItem& item : subscription.items) {
                held << item.id;
            }
            QCOMPARE(held, idsOf(account, "/v1/subscription_items?subscription=" + subscription.id.toUtf8() + '&'));
        }
        QMap<QString, QStringList> lines;
        QVERIFY(program.mirror->reader().forEachInvoiceLine([&](const store::MirrorReader::DatedLine& line) { lines[line.invoiceId] << line.line.id; }));
        int longInvoices = 0;
        for (auto invoice = lines.constBegin(); invoice != lines.constEnd(); ++invoice) {
            if (invoice->size() > 10) {
                ++longInvoices;
                QStringList held = *invoice; // they come by subscription item
                QStringList theirs = idsOf(account, "/v1/invoices/" + invoice.key().toUtf8() + "/lines?");
                held.sort();
                theirs.sort();
                QCOMPARE(held, theirs);
                QVERIFY(program.mirror->reader().json(invoice.key()).value()->contains("\"has_more\": false"));
            }
        }
        QVERIFY(longInvoices > 0);
    }

    void pricesThatNoListShowsAreFetchedWithTheirTiers()
    {
        Account account(150, 6);
        int fetched = 0;
        account.transport.intercept = [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            if (request.url.path() == QLatin1String("/v1/prices")) {
                return answerWith(200, kNoPrices);
            }
            fetched += request.url.path().startsWith(QLatin1String("/v1/prices/")) ? 1 : 0;
            return std::nullopt;
        };
        Program program(account);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QVERIFY(fetched > 0);
        QCOMPARE(program.mirror->missingPrices(account.clock.nowMs()).value(), QStringList());
        int tiered = 0;
        QVERIFY(program.mirror->reader().forEachSubscription([&](const stripe::Subscription& subscription) {
            for (const stripe::SubscriptionItem& item : subscription.items) {
                const auto price = program.mirror->reader().price(item.price.id).value();
                QVERIFY(price.has_value());
                if (price->billingScheme == QLatin1String("tiered")) {
                    ++tiered;
                    QVERIFY(price->tiersKnown);
                    QCOMPARE(price->tiers.size(), size_t(3));
                }
            }
        }));
        QVERIFY(tiered > 0);
        // Once held they are not asked for again.
        const int first = fetched;
        account.clock.advance(5000);
        QVERIFY(program.sync());
        QCOMPARE(fetched, first);
    }

    void whatIsDeletedIsAskedForOnceAWeek()
    {
        Account account(60, 6);
        int asked = 0;
        bool pricesAreGone = true;
        account.transport.intercept = [&](const http::Request& request, int) -> std::optional<Result<http::Reply>> {
            if (request.url.path() == QLatin1String("/v1/prices")) {
                return answerWith(200, kNoPrices);
            }
            if (request.url.path().startsWith(QLatin1String("/v1/prices/"))) {
                ++asked;
                return pricesAreGone ? answerWith(404, stripeError("invalid_request_error", "resource_missing", "price")) : std::nullopt;
            }
            return std::nullopt;
        };
        Program program(account);
        const auto summary = program.sync();
        QVERIFY2(summary && summary->complete, qPrintable(said(summary)));
        QVERIFY(asked > 0);
        const int first = asked;
        account.clock.advance(60'000);
        QVERIFY(program.sync());
        QCOMPARE(asked, first);
        pricesAreGone = false;
        account.clock.jumpWallTime(8LL * 24 * 3600 * 1000);
        QVERIFY(program.sync());
        QVERIFY(asked > first);
        QCOMPARE(program.mirror->missingPrices(account.clock.nowMs()).value(), QStringList());
    }

    void aSyncBeginsByValuingWhatTimeChanged()
    {
        Account account(20, 3);
        Program program(account);
        int asked = 0;
        program.applier = std::make_unique<Applier>(*program.mirror, [&](const stripe::Subscription& subscription, const store::MirrorReader& reader) {
            ++asked;
            return oneEach(subscription, reader);
        });
        QVERIFY(program.sync());
        QVERIFY(asked > 0);
        asked = 0;
        account.clock.advance(1000);
        QVERIFY(program.sync());
        QCOMPARE(asked, 0);
        // Forty days on every period has ended; Stripe cannot be reached, and yet nothing stays valued as of then.
        account.clock.jumpWallTime(40LL * 24 * 3600 * 1000);
        int beforeTheFirstRequest = -1;
        account.transport.intercept = [&](const http::Request&, int) -> std::optional<Result<http::Reply>> {
            beforeTheFirstRequest = beforeTheFirstRequest < 0 ? asked : beforeTheFirstRequest;
            return Result<http::Reply>(fail(ErrorKind::Network, QStringLiteral("No network.")));
        };
        QVERIFY(!program.sync());
        QVERIFY(beforeTheFirstRequest > 0);
    }
};

CH_TEST(TstBeyondLists)
#include "tst_BeyondLists.moc"
