// SPDX-License-Identifier: GPL-3.0-or-later
// Stories of one subscription for tests: what it is now, what was billed for it, and the steps of MRR that the ledger tells of it.
#pragma once

#include "revenue/FactsMaker.h"
#include "revenue/Ledger.h"
#include "revenue/Make.h"
#include "stripe/Parse.h"

#include <QDateTime>
#include <QTimeZone>
#include <map>

namespace ch::test {

using stripe::InvoiceLine;
using stripe::Seconds;

inline constexpr qint64 kOneDay = 86400;

inline Seconds day(const char* iso)
{
    return QDateTime::fromString(QString::fromLatin1(iso) + QStringLiteral("T00:00:00Z"), Qt::ISODate).toSecsSinceEpoch();
}

/// An event and what it was read from.
inline std::pair<stripe::Event, QByteArray> eventFrom(const QByteArray& json)
{
    const auto event = stripe::parseObject<stripe::Event>(json);
    if (!event) {
        qFatal("event: %s", qPrintable(event.error().message));
    }
    return {*event, json};
}

/// What the fake account's prices are called after: their amount, monthly unless it says otherwise.
inline Price named(const char* amount, const char* interval = "month")
{
    return makePrice(amount, interval);
}

inline InvoiceLine renewal(const char* from, const char* to, const Price& price, qint64 quantity = 1, const char* item = "si_1")
{
    InvoiceLine line;
    line.subscriptionItemId = QString::fromLatin1(item);
    line.subscriptionId = QStringLiteral("sub_1");
    line.periodStart = day(from);
    line.periodEnd = day(to);
    line.priceId = price.id;
    line.quantity = quantity;
    line.amount = 1000;
    return line;
}

inline InvoiceLine proration(const char* from, const char* to, const Price& price, qint64 amount, qint64 quantity = 1, const char* item = "si_1")
{
    InvoiceLine line = renewal(from, to, price, quantity, item);
    line.proration = true;
    line.amount = amount;
    return line;
}

struct Billed {
    InvoiceLine line;
    QString status = QStringLiteral("paid");
};

/// What happened to the whole subscription at one instant.
struct MrrStep {
    Seconds at = 0;
    qint64 deltaMinor = 0;
    bool exact = true;
    bool pause = false;
    bool unexplained = false;
    revenue::Cause cause = revenue::Cause::Start;
};

/// A subscription, its bills, its events, the prices known around it.
struct Story {
    Subscription subscription;
    std::vector<Billed> bills;
    QList<Price> prices;
    std::optional<Discount> customerDiscount;
    std::vector<std::pair<stripe::Event, QByteArray>> events;
    revenue::Definition definition;
    Seconds now = kNow;

    [[nodiscard]] revenue::Surroundings surroundings() const
    {
        revenue::Surroundings around;
        const QList<Price> known = prices;
        around.price = [known](const QString& id) -> std::optional<Price> {
            for (const Price& price : known) {
                if (price.id == id) {
                    return price;
                }
            }
            return std::nullopt;
        };
        around.customerDiscount = customerDiscount;
        return around;
    }
    [[nodiscard]] std::shared_ptr<const revenue::Facts> facts() const
    {
        revenue::FactsMaker maker;
        const revenue::Surroundings around = surroundings();
        maker.addSubscription(subscription, around, QStringLiteral("saas"));
        for (size_t i = 0; i < bills.size(); ++i) {
            const InvoiceLine& line = bills[i].line;
            const std::string id = "il_" + std::to_string(i);
            const std::string status = bills[i].status.toStdString();
            const std::string price = line.priceId.toStdString();
            const std::string sub = line.subscriptionId.toStdString();
            const std::string item = line.subscriptionItemId.toStdString();
            maker.addLine({id, "in_1", status, price, sub, item, line.amount, line.quantity.value_or(1), line.periodStart, line.periodEnd, line.proration,
                {}, 0, 0, 0, line.credit});
        }
        for (const auto& [event, json] : events) {
            maker.addEvent(event, json);
        }
        return std::make_shared<const revenue::Facts>(maker.finish(around.price));
    }
    [[nodiscard]] revenue::Ledger ledger() const
    {
        const auto built = revenue::buildLedger(facts(), definition, now);
        if (!built) {
            qFatal("ledger: %s", qPrintable(built.error().message));
        }
        return *built;
    }
    [[nodiscard]] std::vector<MrrStep> steps() const
    {
        std::map<Seconds, MrrStep> all;
        for (const revenue::Row& row : ledger().rows) {
            if (row.delta.mrr != 0) {
                MrrStep& step = all.try_emplace(row.at, MrrStep{row.at, 0, true, true, false, {}}).first->second;
                step.deltaMinor += row.delta.mrr;
                step.exact = step.exact && row.isExact();
                step.pause = step.pause && row.pause;
                step.unexplained = step.unexplained || row.unexplained;
                step.cause = row.cause;
            }
        }
        std::vector<MrrStep> steps;
        for (const auto& [at, step] : all) {
            if (step.deltaMinor != 0) {
                steps.push_back(step);
            }
        }
        return steps;
    }
    [[nodiscard]] qint64 target() const { return revenue::mrrOf(subscription, surroundings(), definition, now).mrrMinor; }
};

inline Story storyOf(const Price& price, const char* start, qint64 quantity = 1)
{
    Story story;
    story.subscription = sub(price, quantity);
    story.subscription.created = day(start);
    story.subscription.startDate = day(start);
    story.subscription.items[0].created = day(start);
    story.prices = {price};
    return story;
}

/// "2026-01-16 +2000; 2026-02-01 -4900 ~p": ~ placed within a window, p a pause, ? not explained.
inline QString told(const std::vector<MrrStep>& steps)
{
    QStringList text;
    for (const MrrStep& step : steps) {
        const QDateTime at = QDateTime::fromSecsSinceEpoch(step.at, Qt::UTC);
        text << QStringLiteral("%1 %2%3%4%5").arg(at.time() == QTime(0, 0) ? at.toString(QStringLiteral("yyyy-MM-dd")) : at.toString(Qt::ISODate),
            step.deltaMinor > 0 ? QStringLiteral("+") : QString(), QString::number(step.deltaMinor), step.exact ? QString() : QStringLiteral(" ~"),
            step.unexplained ? QStringLiteral(" ?") : step.pause ? QStringLiteral(" p") : QString());
    }
    return text.join(QStringLiteral("; "));
}

} // namespace ch::test
