// SPDX-License-Identifier: GPL-3.0-or-later
// Past due as the attempts to pay tell it, beside events, which say it better.
#include "revenue/PastDue.h"
#include "revenue/Stories.h"
#include "stripe/Parse.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

namespace {

struct InvoiceText {
    const char* id;
    const char* created;
    const char* paid = nullptr;
    const char* reason = "subscription_cycle";
};

struct AttemptText {
    const char* charge;
    const char* invoice;
    const char* at;
    bool succeeded = false;
    bool atOnce = true;
    const char* reason = "subscription_cycle";
};

struct Dunned {
    Story story = [] {
        Story made = storyOf(named("2900"), "2026-01-01");
        made.now = day("2026-06-15");
        for (const auto& [from, to] : {std::pair{"2026-01-01", "2026-02-01"}, {"2026-02-01", "2026-03-01"}, {"2026-03-01", "2026-04-01"}, {"2026-04-01", "2026-05-01"}, {"2026-05-01", "2026-06-01"},
                 {"2026-06-01", "2026-07-01"}}) {
            made.bills.push_back({renewal(from, to, named("2900"))});
        }
        return made;
    }();
    std::vector<InvoiceText> invoices = {{"in_1", "2026-01-01", "2026-01-01", "subscription_create"}, {"in_2", "2026-02-01", "2026-02-01"}, {"in_3", "2026-03-01", "2026-03-06"},
        {"in_4", "2026-04-01", "2026-04-01"}, {"in_5", "2026-05-01", "2026-05-01"}, {"in_6", "2026-06-01", "2026-06-01"}};
    std::vector<AttemptText> attempts = {{"ch_1", "in_3", "2026-03-01"}, {"ch_2", "in_3", "2026-03-04"}, {"ch_3", "in_3", "2026-03-06", true}};

    [[nodiscard]] Ledger ledger(bool exclude) const
    {
        FactsMaker maker;
        PastDue pastDue;
        const Surroundings around = story.surroundings();
        maker.addSubscription(story.subscription, around, QStringLiteral("saas"));
        for (const AttemptText& one : attempts) {
            pastDue.addAttempt({one.charge, one.invoice, "sub_1", one.reason, day(one.at), one.succeeded, one.atOnce});
        }
        for (const InvoiceText& one : invoices) {
            pastDue.addInvoice({"sub_1", one.reason, one.paid != nullptr ? "paid" : "open", day(one.created), one.paid != nullptr ? day(one.paid) : 0, one.id});
        }
        pastDue.tell(&maker);
        for (size_t i = 0; i < story.bills.size(); ++i) {
            const InvoiceLine& line = story.bills[i].line;
            const std::string id = "il_" + std::to_string(i);
            const std::string price = line.priceId.toStdString();
            const std::string status = story.bills[i].status.toStdString();
            maker.addLine({id, "in_1", status, price, "sub_1", "si_1", line.amount, 1, line.periodStart, line.periodEnd, line.proration});
        }
        for (const auto& [event, json] : story.events) {
            maker.addEvent(event, json);
        }
        Definition definition;
        definition.countPastDue = !exclude;
        const auto built = buildLedger(std::make_shared<const Facts>(maker.finish(around.price)), definition, story.now);
        if (!built) {
            qFatal("ledger: %s", qPrintable(built.error().message));
        }
        return *built;
    }

    /// "2026-03-01 -2900 ch_1": what changed, ~ within a window, and what proves it where that is an object.
    [[nodiscard]] QString told(qint64 Amounts::*amount = &Amounts::mrr, bool exclude = true) const
    {
        QStringList text;
        const Ledger built = ledger(exclude);
        for (const revenue::Row& row : built.rows) {
            const qint64 delta = row.delta.*amount;
            if (delta == 0 || row.cause == Cause::Start) {
                continue;
            }
            const QString proof = row.evidence.kind == Evidence::Kind::Object ? built.facts->ids.text(row.evidence.at) : row.evidence.kind == Evidence::Kind::Event ? QStringLiteral("event") : QStringLiteral("line");
            text << QStringLiteral("%1 %2%3%4 %5%6").arg(QDateTime::fromSecsSinceEpoch(row.at, Qt::UTC).toString(QStringLiteral("yyyy-MM-dd")), delta > 0 ? QStringLiteral("+") : QString(), QString::number(delta),
                row.isExact() ? QString() : QStringLiteral(" ~"), proof, row.source == Source::Payment ? QStringLiteral(" payment") : QString());
        }
        return text.join(QStringLiteral("; "));
    }

    void addEvent(const char* at, const char* status, const char* before)
    {
        const QByteArray object = QByteArray("{\"id\":\"sub_1\",\"object\":\"subscription\",\"customer\":\"cus_1\",\"status\":\"") + status
            + "\",\"currency\":\"usd\",\"items\":{\"object\":\"list\",\"has_more\":false,\"data\":[{\"id\":\"si_1\",\"object\":\"subscription_item\",\"quantity\":1,\"price\":{\"id\":\"" + named("2900").id.toUtf8()
            + "\",\"object\":\"price\",\"currency\":\"usd\"}}]}}";
        const QByteArray json = "{\"id\":\"evt_" + QByteArray(at) + "\",\"object\":\"event\",\"type\":\"customer.subscription.updated\",\"created\":" + QByteArray::number(day(at))
            + ",\"livemode\":false,\"data\":{\"object\":" + object + ",\"previous_attributes\":{\"status\":\"" + before + "\"}}}";
        story.events.push_back(eventFrom(json));
    }
};

} // namespace

class TstPastDue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fromTheFailedChargeToTheOneThatPaid()
    {
        Dunned one;
        QCOMPARE(one.told(), QString("2026-03-01 -2900 ch_1 payment; 2026-03-06 +2900 ch_3 payment"));
        QCOMPARE(one.told(&Amounts::atRisk, false), QString("2026-03-01 +2900 ch_1 payment; 2026-03-06 -2900 ch_3 payment"));
        QCOMPARE(one.told(&Amounts::mrr, false), QString());
        one.attempts.clear();
        QCOMPARE(one.told(), QString());
    }

    void paidOtherwiseItEndsWithTheInvoice()
    {
        Dunned one;
        one.attempts.pop_back(); // out of band: no charge
        QCOMPARE(one.told(), QString("2026-03-01 -2900 ch_1 payment; 2026-03-06 +2900 in_3 payment"));
    }

    void theNewestInvoiceDecides()
    {
        Dunned one;
        one.invoices[2].paid = nullptr; // March stays open, April is paid at once
        one.attempts.pop_back();
        QCOMPARE(one.told(), QString("2026-03-01 -2900 ch_1 payment; 2026-04-01 +2900 in_4 payment"));
        one.invoices[2].paid = "2026-05-10"; // paid much later: it was active by then
        QCOMPARE(one.told(), QString("2026-03-01 -2900 ch_1 payment; 2026-04-01 +2900 in_4 payment"));
        one.attempts.push_back({"ch_4", "in_3", "2026-05-05"}); // and another attempt at it does not make the subscription past due again
        QCOMPARE(one.told(), QString("2026-03-01 -2900 ch_1 payment; 2026-04-01 +2900 in_4 payment"));
        one.invoices[3].paid = "2026-04-09";
        one.attempts.push_back({"ch_5", "in_4", "2026-04-01"});
        one.attempts.push_back({"ch_6", "in_4", "2026-04-09", true});
        QCOMPARE(one.told(), QString("2026-03-01 -2900 ch_1 payment; 2026-04-09 +2900 ch_6 payment"));
    }

    void firstInvoicesAndChangesSayNothing()
    {
        for (const char* reason : {"subscription_create", "subscription_update", "manual"}) {
            Dunned one;
            one.invoices[2].reason = reason;
            for (AttemptText& attempt : one.attempts) {
                attempt.reason = reason;
            }
            QCOMPARE(one.told(), QString());
        }
    }

    void aDebitsFailureIsKnownDaysLater()
    {
        Dunned one;
        one.attempts = {{"ch_1", "in_3", "2026-03-01", false, false}, {"ch_3", "in_3", "2026-03-06", true}};
        QCOMPARE(one.told(), QString()); // it may have failed and been paid in the same hour: nothing between
        one.attempts.insert(one.attempts.begin() + 1, {"ch_2", "in_3", "2026-03-04", false, false}); // tried again, so it had failed by then
        QCOMPARE(one.told(), QString("2026-03-04 -2900 ~ ch_1 payment; 2026-03-06 +2900 ch_3 payment"));
    }

    void stillPastDue()
    {
        Dunned one;
        one.invoices.back().paid = nullptr;
        one.attempts.push_back({"ch_9", "in_6", "2026-06-01"});
        one.story.subscription.status = QStringLiteral("past_due");
        one.story.bills.back().status = QStringLiteral("open");
        QCOMPARE(one.told(), QString("2026-03-01 -2900 ch_1 payment; 2026-03-06 +2900 ch_3 payment; 2026-06-01 -2900 ch_9 payment"));
        one.story.subscription.status = QStringLiteral("active"); // it was forgiven, we do not know when
        QCOMPARE(one.told(), QString("2026-03-01 -2900 ch_1 payment; 2026-03-06 +2900 ch_3 payment; 2026-06-01 -2900 ch_9 payment; 2026-06-15 +2900 ~ sub_1"));
    }

    void eventsGoFirst()
    {
        Dunned one;
        one.addEvent("2026-03-02", "past_due", "active");
        one.addEvent("2026-03-07", "active", "past_due");
        QCOMPARE(one.told(), QString("2026-03-02 -2900 event; 2026-03-07 +2900 event"));
        one = {};
        one.addEvent("2026-03-06", "active", "past_due"); // events that begin in the middle: when it began only the charge knows
        QCOMPARE(one.told(), QString("2026-03-01 -2900 ch_1 payment; 2026-03-06 +2900 event"));
        one = {};
        one.addEvent("2026-03-03", "active", "trialing"); // it was active in the middle: the attempts were of something else
        QCOMPARE(one.told(), QString());
    }
};

CH_TEST(TstPastDue)
#include "tst_PastDue.moc"
