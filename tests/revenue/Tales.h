// SPDX-License-Identifier: GPL-3.0-or-later
// Several stories under one definition for tests, and the report that is asked of them.
#pragma once

#include "revenue/RollForward.h"
#include "revenue/Stories.h"

#include <algorithm>
#include <memory>

namespace ch::test {

using namespace ch::revenue;

inline Seconds moment(const char* iso)
{
    return QDateTime::fromString(QString::fromLatin1(iso), Qt::ISODate).toSecsSinceEpoch();
}

/// Stories of several subscriptions under one definition, and the question asked of them.
class Tale {
public:
    Tale()
    {
        question.zone = QTimeZone::utc();
    }

    /// Billed once, from its start on.
    Story& add(const char* id, const char* customer, const Price& price, const char* start, const char* end = nullptr)
    {
        Story story = storyOf(price, start);
        story.subscription.id = QString::fromLatin1(id);
        story.subscription.customerId = QString::fromLatin1(customer);
        story.subscription.currency = price.currency;
        story.subscription.items[0].price = price;
        story.subscription.items[0].id = QStringLiteral("si_") + story.subscription.id;
        story.bills = {{renewal(start, start, price)}};
        if (end != nullptr) {
            endAt(story, day(end));
        }
        stories.push_back(std::make_unique<Story>(story));
        return *stories.back();
    }
    static void startAt(Story& story, Seconds at)
    {
        story.subscription.created = story.subscription.startDate = story.subscription.items[0].created = at;
        story.bills[0].line.periodStart = story.bills[0].line.periodEnd = at;
    }
    static void endAt(Story& story, Seconds at)
    {
        story.subscription.status = QStringLiteral("canceled");
        story.subscription.endedAt = story.subscription.canceledAt = at;
    }
    void ask(const char* from, const char* to, Bucket bucket = Bucket::Month, View view = View::Event)
    {
        question.from = QDate::fromString(QString::fromLatin1(from), Qt::ISODate);
        question.to = QDate::fromString(QString::fromLatin1(to), Qt::ISODate);
        question.bucket = bucket;
        question.view = view;
    }
    [[nodiscard]] RollForward report() const
    {
        FactsMaker maker;
        int number = 0;
        for (const auto& story : stories) {
            maker.addSubscription(story->subscription, story->surroundings(), QStringLiteral("saas"));
            for (const Billed& bill : story->bills) {
                const InvoiceLine& line = bill.line;
                const QString item = line.subscriptionItemId == QLatin1String("si_1") ? story->subscription.items[0].id : line.subscriptionItemId;
                const std::string id = "il_" + std::to_string(++number);
                const std::string status = bill.status.toStdString();
                const std::string price = line.priceId.toStdString();
                const std::string subscription = story->subscription.id.toStdString();
                const std::string itemId = item.toStdString();
                maker.addLine({id, "in_1", status, price, subscription, itemId, line.amount, line.quantity.value_or(1), line.periodStart, line.periodEnd, line.proration});
            }
            for (const auto& [event, json] : story->events) {
                maker.addEvent(event, json);
            }
        }
        for (const QString& id : takenDown) {
            maker.addTakenDown(id);
        }
        const auto price = [this](const QString& id) -> std::optional<Price> {
            const auto found = std::find_if(prices.begin(), prices.end(), [&id](const Price& one) { return one.id == id; });
            return found == prices.end() ? std::nullopt : std::optional<Price>(*found);
        };
        const auto ledger = buildLedger(std::make_shared<const Facts>(maker.finish(price)), definition, now);
        const auto made = ledger ? rollForward(*ledger, question) : Result<RollForward>(fail(ledger.error()));
        if (!made) {
            qFatal("report: %s", qPrintable(made.error().message));
        }
        return *made;
    }

    std::vector<std::unique_ptr<Story>> stories;
    std::vector<Price> prices = {named("2900"), named("4900"), named("1000"), named("1999"), named("12000", "year")};
    QStringList takenDown;
    Definition definition;
    RollForwardQuestion question;
    Seconds now = kNow;
};

inline Price inEuros(Price price)
{
    price.currency = QStringLiteral("eur");
    price.id += QStringLiteral("_eur");
    return price;
}

/// A bill for a price from one day to another, and what became of it.
inline void billed(Story& story, const char* from, const char* to, const Price& price, const char* status = "paid")
{
    story.bills.push_back({renewal(from, to, price), QString::fromLatin1(status)});
}

/// The status of the story's subscription changed: Stripe's event of that second.
inline void statusChanged(Story& story, const char* id, const char* at, const char* before, const char* after)
{
    stripe::Event event;
    event.id = QString::fromLatin1(id);
    event.type = QStringLiteral("customer.subscription.updated");
    event.objectId = story.subscription.id;
    event.created = day(at);
    const QByteArray item = "{\"id\":\"" + story.subscription.items[0].id.toUtf8() + "\",\"object\":\"subscription_item\",\"quantity\":1,\"price\":{\"id\":\"" + story.subscription.items[0].price.id.toUtf8() + "\",\"object\":\"price\"}}";
    story.events.emplace_back(event, QByteArray("{\"id\":\"") + id + "\",\"object\":\"event\",\"data\":{\"object\":{\"id\":\"" + story.subscription.id.toUtf8()
            + "\",\"object\":\"subscription\",\"customer\":\"cus_1\",\"currency\":\"usd\",\"status\":\"" + after + "\",\"items\":{\"object\":\"list\",\"has_more\":false,\"data\":[" + item
            + "]}},\"previous_attributes\":{\"status\":\"" + before + "\"}}}");
}

/// "2026-03-01 2900 reactivation 4900 churn -2900 (involuntary -2900) = 4900 [-2900..0]": the last, where the closing is not certain.
inline QString toldOf(const BucketFigures& bucket)
{
    static const char* const kKinds[] = {"voluntary", "involuntary", "takedown"};
    QString text = bucket.start.toString(Qt::ISODate) + QStringLiteral(" %1").arg(bucket.opening);
    for (int i = 0; i < kMovementClasses; ++i) {
        const qint64 moved = bucket.moved[size_t(i)];
        text += moved != 0 ? QStringLiteral(" %1 %2").arg(movementClassName(MovementClass(i))).arg(moved) : QString();
        for (int kind = 0; kind < kChurnKinds && moved != 0 && MovementClass(i) == MovementClass::Churn; ++kind) {
            const qint64 churned = bucket.churned[size_t(kind)];
            text += churned != 0 && churned != moved ? QStringLiteral(" (%1 %2)").arg(QLatin1String(kKinds[kind])).arg(churned) : churned != 0 ? QStringLiteral(" (%1)").arg(QLatin1String(kKinds[kind])) : QString();
        }
    }
    text += QStringLiteral(" = %1").arg(bucket.closing);
    return bucket.certainty.uncertain == 0 ? text : text + QStringLiteral(" [%1..%2]").arg(bucket.certainty.low).arg(bucket.certainty.high);
}

/// The buckets in which something moved or is not certain, in each currency.
inline QString toldOf(const RollForward& report)
{
    QStringList all;
    for (const Series& series : report.totals) {
        for (const BucketFigures& bucket : series.buckets) {
            const bool moved = std::any_of(bucket.moved.begin(), bucket.moved.end(), [](qint64 one) { return one != 0; });
            if (moved || bucket.certainty.uncertain != 0) {
                all << (report.totals.size() > 1 ? series.currency + QLatin1Char(' ') : QString()) + toldOf(bucket);
            }
        }
    }
    return all.join(QStringLiteral("; "));
}

} // namespace ch::test
