// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts of several customers for tests of the ledger, and what is asked of them.
#pragma once

#include "revenue/RollForward.h"
#include "revenue/Stories.h"

#include <memory>
#include <optional>
#include <string>

namespace ch::test {

using namespace ch::revenue;

/// Several subscriptions, each with its own customer unless it says otherwise.
class Account {
public:
    Account() { m_prices = {named("2900"), named("4900"), named("1000"), named("10000"), named("6000"), named("1000", "week")}; }

    Subscription& add(const char* id, const char* customer, const Price& price, const char* start, const char* end = nullptr)
    {
        Subscription one = sub(price);
        one.id = QString::fromLatin1(id);
        one.customerId = QString::fromLatin1(customer);
        one.items[0].id = QStringLiteral("si_%1").arg(one.id);
        one.created = one.startDate = one.items[0].created = day(start);
        if (end != nullptr) {
            one.status = QStringLiteral("canceled");
            one.endedAt = one.canceledAt = day(end);
        }
        m_subscriptions.push_back(one);
        bill(renewal(start, "2026-12-31", price), one.id);
        return m_subscriptions.back();
    }
    void bill(InvoiceLine line, const QString& subscription)
    {
        line.subscriptionId = subscription;
        line.subscriptionItemId = QStringLiteral("si_%1").arg(subscription);
        m_lines.push_back(line);
    }
    [[nodiscard]] Surroundings around() const
    {
        Surroundings around;
        around.price = [this](const QString& id) -> std::optional<Price> {
            for (const Price& price : m_prices) {
                if (price.id == id) {
                    return price;
                }
            }
            return std::nullopt;
        };
        return around;
    }
    [[nodiscard]] std::shared_ptr<const Facts> facts() const
    {
        FactsMaker maker;
        for (const Subscription& one : m_subscriptions) {
            maker.addSubscription(one, around(), one.customerId < QStringLiteral("cus_m") ? QStringLiteral("saas") : QStringLiteral("tool"));
        }
        int number = 0;
        for (const InvoiceLine& line : m_lines) {
            const std::string id = "il_" + std::to_string(++number);
            const std::string price = line.priceId.toStdString();
            const std::string subscription = line.subscriptionId.toStdString();
            const std::string item = line.subscriptionItemId.toStdString();
            maker.addLine({id, "in_1", "paid", price, subscription, item, line.amount, line.quantity.value_or(1), line.periodStart, line.periodEnd, line.proration});
        }
        return std::make_shared<const Facts>(maker.finish(around().price));
    }
    [[nodiscard]] Ledger ledger(const Definition& definition = {}) const
    {
        const auto built = buildLedger(facts(), definition, kNow);
        if (!built) {
            qFatal("ledger: %s", qPrintable(built.error().message));
        }
        return *built;
    }

    std::vector<Subscription> m_subscriptions;
    std::vector<InvoiceLine> m_lines;
    QList<Price> m_prices;
};

inline RollForward report(const Ledger& ledger, const char* from, const char* to, Bucket bucket = Bucket::Month, View view = View::Event, GroupBy by = GroupBy::Nothing, const char* zone = "UTC")
{
    RollForwardQuestion question;
    question.from = QDate::fromString(QString::fromLatin1(from), Qt::ISODate);
    question.to = QDate::fromString(QString::fromLatin1(to), Qt::ISODate);
    question.bucket = bucket;
    question.view = view;
    question.zone = QTimeZone(zone);
    question.by = by;
    const auto made = rollForward(ledger, question);
    if (!made) {
        qFatal("report: %s", qPrintable(made.error().message));
    }
    return *made;
}

/// "1000 new 100 churn -60 = 1040" of one bucket.
inline QString told(const BucketFigures& bucket)
{
    QString text = QString::number(bucket.opening);
    for (int i = 0; i < kMovementClasses; ++i) {
        if (bucket.moved[size_t(i)] != 0) {
            text += QStringLiteral(" %1 %2").arg(movementClassName(MovementClass(i))).arg(bucket.moved[size_t(i)]);
        }
    }
    return text + QStringLiteral(" = %1").arg(bucket.closing);
}

inline qint64 mrrAt(const Ledger& ledger, const char* at)
{
    const auto lines = figuresAt(ledger, day(at), Grouping(ledger, GroupBy::Nothing, {}));
    return lines && !lines->empty() ? lines->front().amounts.mrr : 0;
}

} // namespace ch::test
