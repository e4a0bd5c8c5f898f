// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/FilterText.h"

#include "ui/text/MoneyText.h"
#include "ui/text/StatusText.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QRegularExpression>

namespace ch::ui {

namespace {

using store::CellKind;
using store::ColumnFilter;

QString filterTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::FilterText", text);
}

/// The first and the last value that a word stands for: of a date its first and last second.
using FilterSpan = std::pair<qint64, qint64>;

/// digits after the point become scale of them: 3 for thousandths. Nothing: no number, or too large a one.
std::optional<FilterSpan> numberSpan(QString word, int scale)
{
    word.remove(QRegularExpression(QStringLiteral("[\\s'\\x{2019}_]")));
    static const QRegularExpression kDecimalComma(QStringLiteral("^([^.]*),([0-9]{1,2})$"));
    word.replace(kDecimalComma, QStringLiteral("\\1.\\2")); // 49,90 is no 4990
    word.replace(QChar(0x2212), u'-');
    word.remove(u',');
    static const QRegularExpression kNumber(QStringLiteral("^(-?)([0-9]{1,14})(?:\\.([0-9]+))?$"));
    const QRegularExpressionMatch match = kNumber.match(word);
    if (!match.hasMatch() || match.capturedLength(3) > scale) {
        return std::nullopt;
    }
    const qint64 value = (match.captured(2) + match.captured(3).leftJustified(scale, u'0')).toLongLong();
    const qint64 signedValue = match.captured(1).isEmpty() ? value : -value;
    return FilterSpan(signedValue, signedValue);
}

std::optional<FilterSpan> dateSpan(const QString& word, const QTimeZone& zone)
{
    static const QRegularExpression kDate(QStringLiteral("^([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?$"));
    const QRegularExpressionMatch match = kDate.match(word.trimmed());
    const bool hasMonth = match.capturedLength(2) > 0;
    const bool hasDay = match.capturedLength(3) > 0;
    const QDate first(match.captured(1).toInt(), hasMonth ? match.captured(2).toInt() : 1, hasDay ? match.captured(3).toInt() : 1);
    if (!match.hasMatch() || !first.isValid()) {
        return std::nullopt;
    }
    const QDate after = hasDay ? first.addDays(1) : hasMonth ? first.addMonths(1) : first.addYears(1);
    return FilterSpan(first.startOfDay(zone).toSecsSinceEpoch(), after.startOfDay(zone).toSecsSinceEpoch() - 1);
}

std::optional<FilterSpan> spanOf(CellKind kind, const QString& word, const QTimeZone& zone)
{
    return kind == CellKind::Time ? dateSpan(word, zone) : numberSpan(word, kind == CellKind::Amount ? 3 : 0);
}

std::optional<ColumnFilter> rangeOf(const QString& columnKey, CellKind kind, const QString& text, const QTimeZone& zone)
{
    ColumnFilter filter;
    filter.columnKey = columnKey;
    filter.kind = ColumnFilter::Kind::Range;
    const qsizetype dots = text.indexOf(QStringLiteral(".."));
    if (dots >= 0) {
        const auto from = spanOf(kind, text.left(dots), zone);
        const auto to = spanOf(kind, text.mid(dots + 2), zone);
        if (!from || !to) {
            return std::nullopt;
        }
        filter.from = from->first;
        filter.to = to->second;
        return filter;
    }
    static const QRegularExpression kSign(QStringLiteral("^(>=|<=|>|<|=|\\x{2265}|\\x{2264})?(.*)$"));
    const QRegularExpressionMatch match = kSign.match(text);
    const QString sign = match.captured(1);
    const auto span = spanOf(kind, match.captured(2), zone);
    if (!span) {
        return std::nullopt;
    }
    if (sign == QStringLiteral(">")) {
        filter.from = span->second + 1;
    } else if (sign == QStringLiteral("<")) {
        filter.to = span->first - 1;
    } else if (sign == QStringLiteral(">=") || sign == QString(QChar(0x2265))) {
        filter.from = span->first;
    } else if (sign == QStringLiteral("<=") || sign == QString(QChar(0x2264))) {
        filter.to = span->second;
    } else {
        filter.from = span->first;
        filter.to = span->second;
    }
    return filter;
}

bool isText(CellKind kind)
{
    return kind == CellKind::Text || kind == CellKind::Id || kind == CellKind::Status || kind == CellKind::Currency;
}

} // namespace

Result<std::optional<ColumnFilter>> columnFilterOf(const QString& columnKey, CellKind kind, const QString& typed, const QTimeZone& zone)
{
    const QString text = typed.trimmed();
    ColumnFilter filter;
    filter.columnKey = columnKey;
    if (text.isEmpty()) {
        return std::nullopt;
    }
    if (text == QStringLiteral("-") || text == QString(QChar(0x2013)) || text == QStringLiteral("*")) {
        filter.kind = text == QStringLiteral("*") ? ColumnFilter::Kind::Present : ColumnFilter::Kind::Missing;
        return filter;
    }
    const bool isMetadata = store::metadataKeyOf(columnKey).has_value();
    if (!isText(kind) || (isMetadata && (text.startsWith(u'<') || text.startsWith(u'>') || text.contains(QStringLiteral(".."))))) {
        if (std::optional<ColumnFilter> range = rangeOf(columnKey, isMetadata ? CellKind::Count : kind, text, zone)) {
            return range;
        }
        if (!isMetadata) {
            return fail(ErrorKind::InvalidInput, filterHelp(kind));
        }
    }
    if (text.startsWith(u'=')) {
        filter.kind = ColumnFilter::Kind::OneOf;
        filter.values = QStringList{text.mid(1).trimmed()};
        return filter;
    }
    filter.kind = ColumnFilter::Kind::Contains;
    filter.text = text;
    return filter;
}

QString filterHint(CellKind kind)
{
    switch (kind) {
    case CellKind::Amount: return filterTr("> 100");
    case CellKind::Count: return filterTr("> 1");
    case CellKind::Time: return filterTr("2026-03");
    case CellKind::Text:
    case CellKind::Id:
    case CellKind::Status:
    case CellKind::Currency: break;
    }
    return filterTr("contains");
}

QString filterHelp(CellKind kind)
{
    switch (kind) {
    case CellKind::Amount: return filterTr("An amount such as 49 or 49.90, a bound such as >100 or <=20, or a range such as 10..50; - where there is none.");
    case CellKind::Count: return filterTr("A number such as 2, a bound such as >1 or <=5, or a range such as 2..4; - where there is none.");
    case CellKind::Time: return filterTr("A year, month or day such as 2026, 2026-03 or 2026-03-05, a bound such as >2026-03, or a range such as 2026-01..2026-03; - where there is none.");
    case CellKind::Text:
    case CellKind::Id:
    case CellKind::Status:
    case CellKind::Currency: break;
    }
    return filterTr("Part of the text, in any case; =text for exactly that, - where there is none, * where there is one.");
}

bool isChosen(const QString& columnKey)
{
    return columnKey == QLatin1String("status") || columnKey == QLatin1String("business_type") || columnKey == QLatin1String("currency");
}

QStringList chosenValues(store::Table table, const QString& columnKey)
{
    if (columnKey == QLatin1String("business_type")) {
        return {"saas", "ecommerce", "content", "api", "tool", "unclassified"};
    }
    if (columnKey != QLatin1String("status")) {
        return {};
    }
    if (table == store::Table::Invoices) {
        return {"draft", "open", "paid", "uncollectible", "void"};
    }
    QStringList statuses{"active", "trialing", "past_due", "unpaid", "paused", "canceled", "incomplete", "incomplete_expired"};
    if (table == store::Table::Businesses) {
        statuses << "legacy" << "taken_down" << "none";
    }
    if (table == store::Table::Customers) {
        statuses << QString(); // nothing is set where there is no subscription
    }
    return statuses;
}

QString choiceText(const QString& columnKey, const QString& value)
{
    if (columnKey == QLatin1String("status")) {
        return statusLook(value.isEmpty() ? QStringLiteral("none") : value).word;
    }
    return columnKey == QLatin1String("currency") ? currencyText(value) : businessTypeText(value);
}

} // namespace ch::ui
