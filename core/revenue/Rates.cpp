// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Rates.h"

#include <QDate>
#include <QHash>
#include <QStringList>
#include <algorithm>

namespace ch::revenue {

namespace {

/// Invalid for what is no plain decimal above 0.
Fraction rateOf(const QString& text)
{
    const bool plain = std::all_of(text.begin(), text.end(), [](QChar c) { return (c >= QLatin1Char('0') && c <= QLatin1Char('9')) || c == QLatin1Char('.'); });
    const Fraction rate = plain ? Fraction::fromDecimal(text.toStdString()) : Fraction::invalid();
    return rate.isValid() && !rate.isZero() ? rate : Fraction::invalid();
}

Fraction powerOfTen(int exponent)
{
    Fraction power(1);
    for (int i = 0; i < exponent; ++i) {
        power = power * Fraction(10);
    }
    return power;
}

tl::unexpected<Error> wrongLine(int number, const QString& what)
{
    return fail(ErrorKind::InvalidInput, QStringLiteral("Line %1 of the rates: %2").arg(number).arg(what));
}

/// The row of a line, or what is wrong with it.
tl::expected<RateRow, QString> rateRowOf(const QString& line, const CurrencyCode& into, const QTimeZone& zone)
{
    QStringList fields = line.split(QLatin1Char(','));
    for (QString& field : fields) {
        field = field.trimmed();
        if (field.size() >= 2 && field.startsWith(QLatin1Char('"')) && field.endsWith(QLatin1Char('"'))) {
            field = field.mid(1, field.size() - 2);
        }
    }
    if (fields.size() != 3) {
        return tl::unexpected(QStringLiteral("\"%1\" is not a date, a currency and a rate with commas between, as in 2026-01-31,usd,0.9215.").arg(line));
    }
    const QDate day = QDate::fromString(fields[0], Qt::ISODate);
    if (!day.isValid() || fields[0].size() != 10) {
        return tl::unexpected(QStringLiteral("\"%1\" is no day, as in 2026-01-31.").arg(fields[0]));
    }
    const CurrencyCode currency = fields[1].toLower();
    if (currency.size() != 3 || !std::all_of(currency.begin(), currency.end(), [](QChar c) { return c >= QLatin1Char('a') && c <= QLatin1Char('z'); })) {
        return tl::unexpected(QStringLiteral("\"%1\" is no currency, as in usd.").arg(fields[1]));
    }
    const Fraction rate = rateOf(fields[2]);
    if (!rate.isValid()) {
        return tl::unexpected(QStringLiteral("\"%1\" is no rate: a decimal above 0 with a point and at most 12 decimals, as in 0.9215.").arg(fields[2]));
    }
    if (currency == into && !(rate == Fraction(1))) {
        return tl::unexpected(QStringLiteral("1 %1 is 1 %1, not %2.").arg(into, fields[2]));
    }
    return RateRow{day.startOfDay(zone).toSecsSinceEpoch(), currency, into, fields[2]};
}

} // namespace

Result<Rates> Rates::of(const std::vector<RateRow>& rows, const CurrencyCode& into)
{
    Rates rates;
    rates.m_into = into;
    for (const RateRow& row : rows) {
        if (row.to != into || row.from == into) {
            continue;
        }
        const Fraction rate = rateOf(row.rate);
        if (!rate.isValid()) {
            return fail(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is no rate from %2 to %3.").arg(row.rate, row.from, row.to));
        }
        const Fraction factor = rate * powerOfTen(currencyExponent(into)) / powerOfTen(currencyExponent(row.from));
        rates.m_rates[row.from].insert_or_assign(row.at, Rate{row.at, row.rate, factor});
    }
    return rates;
}

std::optional<Rate> Rates::at(const CurrencyCode& from, stripe::Seconds at) const
{
    if (from == m_into) {
        return Rate{0, QStringLiteral("1"), Fraction(1)};
    }
    const auto known = m_rates.find(from);
    if (known == m_rates.end()) {
        return std::nullopt;
    }
    const auto later = known->second.upper_bound(at);
    return later == known->second.begin() ? std::nullopt : std::optional<Rate>(std::prev(later)->second);
}

Result<std::vector<RateRow>> ratesFromCsv(const QByteArray& csv, const CurrencyCode& into, const QTimeZone& zone)
{
    std::vector<RateRow> rows;
    QHash<std::pair<stripe::Seconds, QString>, int> lines;
    QString text = QString::fromUtf8(csv);
    if (text.startsWith(QChar(0xfeff))) {
        text.remove(0, 1); // as some spreadsheets begin a file
    }
    int number = 0;
    for (const QString& raw : text.split(QLatin1Char('\n'))) {
        ++number;
        const QString line = raw.trimmed();
        const bool heading = rows.empty() && line.toLower().remove(QLatin1Char('"')).remove(QLatin1Char(' ')) == QLatin1String("date,currency,rate");
        if (line.isEmpty() || line.startsWith(QLatin1Char('#')) || heading) {
            continue;
        }
        auto row = rateRowOf(line, into, zone);
        if (!row) {
            return wrongLine(number, row.error());
        }
        int& first = lines[{row->at, row->from}];
        if (first != 0) {
            return wrongLine(number, QStringLiteral("%1 has its rate of that day already in line %2.").arg(row->from).arg(first));
        }
        first = number;
        rows.push_back(std::move(*row));
    }
    return rows;
}

std::optional<CurrencyCode> currencyNamed(const QString& word)
{
    const CurrencyCode currency = word.trimmed().toLower();
    return isKnownCurrency(currency) ? std::optional<CurrencyCode>(currency) : std::nullopt;
}

} // namespace ch::revenue
