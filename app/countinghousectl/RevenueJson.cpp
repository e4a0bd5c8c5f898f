// SPDX-License-Identifier: GPL-3.0-or-later
#include "RevenueJson.h"

#include "revenue/Mrr.h"

#include <QDateTime>

namespace ch::ctl {

namespace {

double shareJson(qint64 millionths)
{
    return double(millionths) / 1e6;
}

QJsonObject figureJson(const revenue::FigureLine& line)
{
    const std::optional<qint64> arr = revenue::arrOf(line.amounts.mrr);
    return {
        {QStringLiteral("currency"), line.currency},
        {QStringLiteral("minor"), line.amounts.mrr},
        {QStringLiteral("arr_minor"), arr ? QJsonValue(*arr) : QJsonValue(QJsonValue::Null)},
        {QStringLiteral("subscriptions"), line.subscriptions},
        {QStringLiteral("list_minor"), line.amounts.list},
        {QStringLiteral("contracted_minor"), line.amounts.contracted},
        {QStringLiteral("net_minor"), line.amounts.net},
        {QStringLiteral("at_risk_minor"), line.amounts.atRisk},
        {QStringLiteral("committed_minor"), line.amounts.committed},
        {QStringLiteral("exact_share"), shareJson(line.certainty.exactMillionths(line.amounts.mrr))},
    };
}

QJsonValue rateJson(const std::optional<qint64>& millionths)
{
    return millionths ? QJsonValue(shareJson(*millionths)) : QJsonValue(QJsonValue::Null);
}

QJsonValue rateJson(const std::optional<revenue::Rate>& rate)
{
    return rate ? QJsonValue(rate->text) : QJsonValue(QJsonValue::Null);
}

QJsonArray bucketsJson(const revenue::Series& series, bool withTakedowns)
{
    QJsonArray buckets;
    for (const revenue::BucketFigures& bucket : series.buckets) {
        QJsonObject json{{QStringLiteral("start"), bucket.start.toString(Qt::ISODate)}, {QStringLiteral("opening"), bucket.opening}};
        for (int i = 0; i < revenue::kMovementClasses; ++i) {
            json.insert(revenue::movementClassName(static_cast<revenue::MovementClass>(i)), bucket.moved[static_cast<size_t>(i)]);
        }
        for (const auto& [name, kind] : {std::pair("churn_voluntary", revenue::ChurnKind::Voluntary), std::pair("churn_involuntary", revenue::ChurnKind::Involuntary),
                 std::pair("churn_takedown", revenue::ChurnKind::Takedown)}) {
            json.insert(QLatin1String(name), bucket.churned[static_cast<size_t>(kind)]);
        }
        const revenue::ChurnRates rates = revenue::churnRatesOf(bucket, withTakedowns);
        json.insert(QStringLiteral("gross_churn_rate"), rateJson(rates.gross));
        json.insert(QStringLiteral("net_churn_rate"), rateJson(rates.net));
        json.insert(QStringLiteral("closing"), bucket.closing);
        json.insert(QStringLiteral("closing_low"), bucket.closing + bucket.certainty.low);
        json.insert(QStringLiteral("closing_high"), bucket.closing + bucket.certainty.high);
        json.insert(QStringLiteral("exact_share"), shareJson(bucket.certainty.exactMillionths(bucket.closing)));
        buckets.append(json);
    }
    return buckets;
}

} // namespace

Result<stripe::Seconds> instantOf(const QString& text, const QTimeZone& zone)
{
    if (const QDate day = QDate::fromString(text, Qt::ISODate); day.isValid() && text.size() == 10) {
        return day.startOfDay(zone).toSecsSinceEpoch();
    }
    QDateTime time = QDateTime::fromString(text, Qt::ISODate);
    if (!time.isValid() || text.size() <= 10) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is no time: 2026-01-31, 2026-01-31T12:00:00 or 2026-01-31T12:00:00Z.").arg(text));
    }
    if (time.timeSpec() == Qt::LocalTime) {
        time = QDateTime(time.date(), time.time(), zone);
    }
    return time.toSecsSinceEpoch();
}

QString zonedText(stripe::Seconds at, const QTimeZone& zone)
{
    const QDateTime local = QDateTime::fromSecsSinceEpoch(at, zone);
    return local.toOffsetFromUtc(local.offsetFromUtc()).toString(Qt::ISODate);
}

QJsonArray figuresJson(const std::vector<revenue::FigureLine>& totals)
{
    QJsonArray lines;
    for (const revenue::FigureLine& line : totals) {
        lines.append(figureJson(line));
    }
    return lines;
}

QJsonObject figuresJson(const std::vector<revenue::FigureLine>& totals, const std::vector<revenue::FigureLine>& types, const std::vector<revenue::FigureLine>& groups, const QString& groupBy)
{
    QJsonArray byType;
    for (const revenue::FigureLine& line : types) {
        QJsonObject json = figureJson(line);
        json.insert(QStringLiteral("business_type"), line.group);
        byType.append(json);
    }
    QJsonObject json{{QStringLiteral("by_currency"), figuresJson(totals)}, {QStringLiteral("by_business_type"), byType}};
    if (!groupBy.isEmpty()) {
        QJsonArray all;
        for (const revenue::FigureLine& line : groups) {
            QJsonObject one = figureJson(line);
            one.insert(QStringLiteral("group"), line.group);
            all.append(one);
        }
        json.insert(QStringLiteral("group_by"), groupBy);
        json.insert(QStringLiteral("groups"), all);
    }
    return json;
}

QJsonArray leftOutJson(const revenue::Ledger& ledger, stripe::Seconds at)
{
    QJsonArray all;
    for (const revenue::LeftOut& one : ledger.leftOut) {
        if (one.from <= at && at < one.to) {
            all.append(QJsonObject{{QStringLiteral("subscription_id"), ledger.facts->ids.text(ledger.facts->subscriptions[one.subscription].id)},
                {QStringLiteral("problem"), revenue::valueProblemCode(one.problem)}});
        }
    }
    return all;
}

QJsonObject rollForwardJson(const revenue::RollForward& report, bool withTakedowns)
{
    QJsonObject currencies;
    for (const revenue::Series& series : report.totals) {
        QJsonObject groups;
        for (const revenue::Series& group : report.groups) {
            if (group.currency == series.currency) {
                groups.insert(group.group, QJsonObject{{QStringLiteral("buckets"), bucketsJson(group, withTakedowns)}});
            }
        }
        QJsonObject json{{QStringLiteral("buckets"), bucketsJson(series, withTakedowns)}};
        if (!groups.isEmpty()) {
            json.insert(QStringLiteral("groups"), groups);
        }
        for (const revenue::Series& rounding : report.rounding) {
            json.insert(QStringLiteral("rounding"), QJsonObject{{QStringLiteral("buckets"), bucketsJson(rounding, withTakedowns)}});
        }
        currencies.insert(series.currency, json);
    }
    return {{QStringLiteral("currencies"), currencies}};
}

QJsonObject ratesJson(const revenue::Converted& converted)
{
    QJsonObject currencies;
    for (const auto& [currency, used] : converted.rates) {
        QJsonArray buckets;
        for (const revenue::RateUsed& one : used) {
            buckets.append(QJsonObject{{QStringLiteral("start"), one.start.toString(Qt::ISODate)}, {QStringLiteral("opening"), rateJson(one.opening)}, {QStringLiteral("closing"), rateJson(one.closing)}});
        }
        currencies.insert(currency, buckets);
    }
    return currencies;
}

QJsonArray ratesJson(const revenue::Rates& rates, const revenue::Ledger& ledger, stripe::Seconds at, const QTimeZone& zone)
{
    QStringList currencies;
    for (const revenue::SubscriptionFacts& subscription : ledger.facts->subscriptions) {
        if (const QString currency = ledger.facts->ids.text(subscription.currency); currency != rates.into() && !currencies.contains(currency)) {
            currencies << currency;
        }
    }
    currencies.sort();
    QJsonArray all;
    for (const QString& currency : currencies) {
        if (const auto rate = rates.at(currency, at)) {
            all.append(QJsonObject{{QStringLiteral("currency"), currency}, {QStringLiteral("rate"), rate->text}, {QStringLiteral("since"), QDateTime::fromSecsSinceEpoch(rate->since, zone).date().toString(Qt::ISODate)}});
        }
    }
    return all;
}

QJsonObject roundingJson(const std::vector<revenue::FigureLine>& totals, const std::vector<revenue::FigureLine>& types, const std::vector<revenue::FigureLine>& groups, const QString& groupBy)
{
    QJsonObject json{{QStringLiteral("by_business_type"), revenue::mrrBeyond(totals, types)}};
    if (!groupBy.isEmpty()) {
        json.insert(QStringLiteral("groups"), revenue::mrrBeyond(totals, groups));
    }
    return json;
}

QJsonObject bridgeJson(const std::vector<revenue::BridgeSide>& sides)
{
    QJsonObject currencies;
    for (const revenue::BridgeSide& side : sides) {
        QJsonArray lines;
        for (const revenue::BridgeLine& line : side.lines) {
            QJsonArray customers;
            for (const auto& [customer, delta] : line.customers) {
                customers.append(QJsonObject{{QStringLiteral("customer_id"), customer}, {QStringLiteral("delta_minor"), delta}});
            }
            lines.append(QJsonObject{{QStringLiteral("setting"), line.setting}, {QStringLiteral("from"), line.from}, {QStringLiteral("to"), line.to}, {QStringLiteral("delta_minor"), line.delta},
                {QStringLiteral("customers"), customers}});
        }
        currencies.insert(side.currency, QJsonObject{{QStringLiteral("from_minor"), side.from}, {QStringLiteral("to_minor"), side.to}, {QStringLiteral("lines"), lines}});
    }
    return {{QStringLiteral("currencies"), currencies}};
}

} // namespace ch::ctl
