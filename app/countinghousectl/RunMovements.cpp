// SPDX-License-Identifier: GPL-3.0-or-later
// The roll-forward in the terminal: movements, in each currency or converted into one.
#include "Figures.h"
#include "RevenueJson.h"
#include "Run.h"

#include <QFile>
#include <algorithm>

namespace ch::ctl {

namespace {

/// Classes that most businesses never see: a column only where there is something in it.
bool isSeldom(revenue::MovementClass movement)
{
    switch (movement) {
    case revenue::MovementClass::New:
    case revenue::MovementClass::Expansion:
    case revenue::MovementClass::Reactivation:
    case revenue::MovementClass::Contraction:
    case revenue::MovementClass::Churn:
        return false;
    case revenue::MovementClass::Paused:
    case revenue::MovementClass::Resumed:
    case revenue::MovementClass::Reconciliation:
    case revenue::MovementClass::Definition:
    case revenue::MovementClass::Fx:
        return true;
    }
    return false;
}

/// One series, and what it is called.
struct NamedSeries {
    const revenue::Series* series;
    QString name;
};

std::vector<NamedSeries> seriesOf(const revenue::RollForward& report)
{
    std::vector<NamedSeries> all;
    for (const revenue::Series& total : report.totals) {
        all.push_back({&total, QStringLiteral("all")});
    }
    for (const revenue::Series& group : report.groups) {
        all.push_back({&group, group.group.isEmpty() ? QStringLiteral("(none)") : group.group});
    }
    for (const revenue::Series& rounding : report.rounding) {
        if (std::any_of(rounding.buckets.begin(), rounding.buckets.end(), [](const revenue::BucketFigures& bucket) { return bucket.opening != 0 || bucket.closing != 0; })) {
            all.push_back({&rounding, QStringLiteral("(rounding)")});
        }
    }
    return all;
}

std::vector<revenue::MovementClass> columnsOf(const std::vector<NamedSeries>& all)
{
    std::vector<revenue::MovementClass> columns;
    for (int i = 0; i < revenue::kMovementClasses; ++i) {
        const auto movement = static_cast<revenue::MovementClass>(i);
        const bool moved = std::any_of(all.begin(), all.end(), [movement](const NamedSeries& one) {
            return std::any_of(one.series->buckets.begin(), one.series->buckets.end(), [movement](const revenue::BucketFigures& bucket) { return bucket.of(movement) != 0; });
        });
        if (moved || !isSeldom(movement)) {
            columns.push_back(movement);
        }
    }
    return columns;
}

/// 0.012345 as "1.23 %".
QString percentText(const std::optional<qint64>& millionths)
{
    constexpr qint64 kOfPercentCents = 100;
    if (!millionths) {
        return QStringLiteral("-");
    }
    const auto cents = Fraction::ratio(*millionths, kOfPercentCents).roundHalfAwayFromZero().value_or(0);
    return machineAmount(cents, QString()) + QStringLiteral(" %");
}

} // namespace

Result<std::optional<revenue::Rates>> Run::ratesMeant(const Asked& question) const
{
    const auto into = revenue::currencyNamed(m_arguments.in);
    if (m_arguments.in.isEmpty() || !into) {
        return std::optional<revenue::Rates>();
    }
    std::vector<revenue::RateRow> rows;
    if (!m_arguments.rates.isEmpty()) {
        QFile file(m_arguments.rates);
        if (!file.open(QIODevice::ReadOnly)) {
            return fail(ErrorKind::InvalidInput, QStringLiteral("The rates in \"%1\" cannot be read: %2.").arg(m_arguments.rates, file.errorString()));
        }
        auto read = revenue::ratesFromCsv(file.readAll(), *into, question.zone);
        if (!read) {
            return fail(read.error());
        }
        rows = std::move(*read);
    } else { // the rates at which Stripe itself converted
        const auto text = [](std::string_view view) { return QString::fromUtf8(view.data(), qsizetype(view.size())); };
        const Status read = m_workspace->reader().forEachExchangeRate([&](const store::MirrorReader::ExchangeRate& rate) {
            if (text(rate.to) == *into) {
                rows.push_back({rate.created, text(rate.from), text(rate.to), text(rate.rate)});
            }
        });
        if (!read) {
            return fail(read.error());
        }
    }
    auto rates = revenue::Rates::of(rows, *into);
    return rates ? Result<std::optional<revenue::Rates>>(std::move(*rates)) : fail(rates.error());
}

Result<revenue::RollForwardQuestion> Run::rollForwardAsked(const Asked& question) const
{
    const QDate today = QDateTime::fromSecsSinceEpoch(question.now, question.zone).date();
    const auto bucket = m_arguments.bucket.isEmpty() ? std::optional(revenue::Bucket::Month) : revenue::bucketOf(m_arguments.bucket);
    revenue::RollForwardQuestion wanted;
    wanted.to = m_arguments.to.isEmpty() ? today.addDays(1) : QDate::fromString(m_arguments.to, Qt::ISODate);
    wanted.from = m_arguments.from.isEmpty() ? QDate(wanted.to.year(), wanted.to.month(), 1).addMonths(-11) : QDate::fromString(m_arguments.from, Qt::ISODate);
    if (!wanted.from.isValid() || !wanted.to.isValid() || !bucket) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("--from and --to are days, as in 2026-01-31, and --bucket is day, week, month, quarter or year."));
    }
    wanted.bucket = *bucket;
    wanted.zone = question.zone;
    wanted.by = question.by;
    wanted.filters = question.filters;
    wanted.countries = question.countries;
    wanted.view = m_arguments.view == QLatin1String("net") ? revenue::View::Net : revenue::View::Event;
    return wanted;
}

void Run::tellChange(const Asked& question, QJsonObject* json)
{
    if (question.before) {
        json->insert(QStringLiteral("before_definition"), question.before->name);
        json->insert(QStringLiteral("changed_at"), zonedText(question.changedAt, question.zone));
    }
}

void Run::movements()
{
    const auto partial = sayIfPartial();
    const auto question = asked(m_arguments.definition);
    const auto wanted = question ? rollForwardAsked(*question) : Result<revenue::RollForwardQuestion>(fail(question.error()));
    const auto rates = question ? ratesMeant(*question) : Result<std::optional<revenue::Rates>>(fail(question.error()));
    const auto constant = question && !m_arguments.constantRate.isEmpty() ? instantOf(m_arguments.constantRate, question->zone) : Result<stripe::Seconds>(0);
    if (!partial || !wanted || !rates || !constant) {
        failed(!partial ? partial.error() : !wanted ? wanted.error() : !rates ? rates.error() : constant.error());
        return;
    }
    const auto built = ledger(*question);
    auto report = built ? revenue::rollForward(*built, *wanted) : Result<revenue::RollForward>(fail(built.error()));
    QJsonObject usedRates;
    if (report && *rates) {
        auto converted = revenue::converted(*report, *wanted, **rates, question->now, m_arguments.constantRate.isEmpty() ? std::nullopt : std::optional(*constant));
        usedRates = converted ? ratesJson(*converted) : QJsonObject();
        report = converted ? Result<revenue::RollForward>(std::move(converted->report)) : Result<revenue::RollForward>(fail(converted.error()));
    }
    if (!report) {
        failed(report.error());
        return;
    }
    if (m_terminal.wantsJson()) {
        QJsonObject json = rollForwardJson(*report, !m_arguments.withoutTakedowns);
        json.insert(QStringLiteral("zone"), QString::fromUtf8(question->zone.id()));
        json.insert(QStringLiteral("definition"), question->definition.name);
        json.insert(QStringLiteral("not_valued"), leftOutJson(*built, question->now));
        tellChange(*question, &json);
        if (*rates) {
            json.insert(QStringLiteral("in"), (*rates)->into());
            json.insert(QStringLiteral("rates"), usedRates);
        }
        m_terminal.json(QJsonDocument(json));
    } else {
        tellRollForward(*report, *question);
    }
    sayLeftOut(built->leftOut, question->now);
    finish(Done);
}

void Run::tellRollForward(const revenue::RollForward& report, const Asked& question)
{
    const std::vector<NamedSeries> all = seriesOf(report);
    const std::vector<revenue::MovementClass> columns = columnsOf(all);
    const bool grouped = question.by != revenue::GroupBy::Nothing;
    QStringList headings{QStringLiteral("from")};
    if (grouped) {
        headings << m_arguments.groupBy;
    }
    headings << QStringLiteral("opening");
    for (const revenue::MovementClass movement : columns) {
        headings << revenue::movementClassName(movement);
    }
    headings << QStringLiteral("closing") << QStringLiteral("gross churn") << QStringLiteral("net churn");
    QList<QStringList> rows;
    for (const auto& [series, name] : all) {
        if (!rows.isEmpty()) {
            rows << QStringList(); // an empty line
        }
        for (const revenue::BucketFigures& bucket : series->buckets) {
            const revenue::ChurnRates rates = revenue::churnRatesOf(bucket, !m_arguments.withoutTakedowns);
            QStringList row{bucket.start.toString(Qt::ISODate)};
            if (grouped) {
                row << name;
            }
            row << machineAmount(bucket.opening, series->currency);
            for (const revenue::MovementClass movement : columns) {
                row << (bucket.of(movement) == 0 ? QStringLiteral("-") : machineAmount(bucket.of(movement), series->currency));
            }
            rows << row + QStringList{moneyText(Money{bucket.closing, series->currency}), percentText(rates.gross), percentText(rates.net)};
        }
    }
    QList<int> right;
    for (int column = grouped ? 2 : 1; column < headings.size(); ++column) {
        right << column;
    }
    m_terminal.table(headings, rows, right);
    m_terminal.say(QStringLiteral("In the zone %1, by the definition \"%2\"%3%4.").arg(QString::fromUtf8(question.zone.id()), question.definition.name,
        question.before ? QStringLiteral(" since %1 and \"%2\" before").arg(zonedText(question.changedAt, question.zone), question.before->name) : QString(),
        m_arguments.withoutTakedowns ? QStringLiteral("; rates of churn without what was taken down") : QString()));
}

} // namespace ch::ctl
