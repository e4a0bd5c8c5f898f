// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/Columns.h"

#include "ui/text/MoneyText.h"
#include "ui/text/Shorten.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>
#include <QDateTime>

namespace ch::ui {

namespace {

QString columnTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Columns", text);
}

struct ColumnWords {
    const char* key;
    const char* title;
    int width;
    bool shown;
    const char* missing;
};

constexpr ColumnWords kColumnWords[] = {
    {"business_id", QT_TRANSLATE_NOOP("ch::ui::Columns", "Business id"), 128, true,
        QT_TRANSLATE_NOOP("ch::ui::Columns", "The customer carries no business id.")},
    {"name", QT_TRANSLATE_NOOP("ch::ui::Columns", "Name"), 180, true, QT_TRANSLATE_NOOP("ch::ui::Columns", "Stripe has no name.")},
    {"business_type", QT_TRANSLATE_NOOP("ch::ui::Columns", "Type"), 104, true, QT_TRANSLATE_NOOP("ch::ui::Columns", "No type is set.")},
    {"status", QT_TRANSLATE_NOOP("ch::ui::Columns", "Status"), 144, true, QT_TRANSLATE_NOOP("ch::ui::Columns", "No status is known.")},
    {"mrr", QT_TRANSLATE_NOOP("ch::ui::Columns", "MRR"), 96, true,
        QT_TRANSLATE_NOOP("ch::ui::Columns", "There is no subscription, or it could not be valued.")},
    {"currency", QT_TRANSLATE_NOOP("ch::ui::Columns", "Currency"), 76, true, QT_TRANSLATE_NOOP("ch::ui::Columns", "There is no amount.")},
    {"subscriptions", QT_TRANSLATE_NOOP("ch::ui::Columns", "Subscriptions"), 110, false,
        QT_TRANSLATE_NOOP("ch::ui::Columns", "There is no subscription.")},
    {"email", QT_TRANSLATE_NOOP("ch::ui::Columns", "E-mail"), 180, false, QT_TRANSLATE_NOOP("ch::ui::Columns", "Stripe has no e-mail address.")},
    {"customer_id", QT_TRANSLATE_NOOP("ch::ui::Columns", "Customer"), 132, true,
        QT_TRANSLATE_NOOP("ch::ui::Columns", "Stripe has no customer for this record.")},
    {"created", QT_TRANSLATE_NOOP("ch::ui::Columns", "Created"), 104, true,
        QT_TRANSLATE_NOOP("ch::ui::Columns", "Known from our records only.")},
    {"conflict", QT_TRANSLATE_NOOP("ch::ui::Columns", "Conflict"), 80, false,
        QT_TRANSLATE_NOOP("ch::ui::Columns", "No other customer carries this business id.")},
    {"subscription_id", QT_TRANSLATE_NOOP("ch::ui::Columns", "Subscription"), 132, true,
        QT_TRANSLATE_NOOP("ch::ui::Columns", "It belongs to no subscription.")},
    {"current_period_end", QT_TRANSLATE_NOOP("ch::ui::Columns", "Period ends"), 104, true,
        QT_TRANSLATE_NOOP("ch::ui::Columns", "No period is running.")},
    {"cancel_at", QT_TRANSLATE_NOOP("ch::ui::Columns", "Cancels on"), 104, true, QT_TRANSLATE_NOOP("ch::ui::Columns", "No end is planned.")},
    {"ended_at", QT_TRANSLATE_NOOP("ch::ui::Columns", "Ended"), 104, false, QT_TRANSLATE_NOOP("ch::ui::Columns", "It has not ended.")},
    {"trial_end", QT_TRANSLATE_NOOP("ch::ui::Columns", "Trial ends"), 104, false, QT_TRANSLATE_NOOP("ch::ui::Columns", "It has no trial.")},
    {"invoice_id", QT_TRANSLATE_NOOP("ch::ui::Columns", "Invoice"), 132, false, ""},
    {"number", QT_TRANSLATE_NOOP("ch::ui::Columns", "Number"), 132, true, QT_TRANSLATE_NOOP("ch::ui::Columns", "A draft has no number yet.")},
    {"total", QT_TRANSLATE_NOOP("ch::ui::Columns", "Total"), 96, true, ""},
    {"amount_paid", QT_TRANSLATE_NOOP("ch::ui::Columns", "Paid"), 96, true, ""},
    {"amount_remaining", QT_TRANSLATE_NOOP("ch::ui::Columns", "Remaining"), 96, true, ""},
    {"due_date", QT_TRANSLATE_NOOP("ch::ui::Columns", "Due"), 104, true, QT_TRANSLATE_NOOP("ch::ui::Columns", "It is charged automatically.")},
    {"paid_at", QT_TRANSLATE_NOOP("ch::ui::Columns", "Paid on"), 104, true, QT_TRANSLATE_NOOP("ch::ui::Columns", "It was not paid.")},
};

const ColumnWords* wordsOfColumn(const QString& key)
{
    for (const ColumnWords& words : kColumnWords) {
        if (key == QLatin1String(words.key)) {
            return &words;
        }
    }
    return nullptr;
}

QString numberText(const store::ColumnSpec& spec, qint64 number, const CurrencyCode& currency, const QTimeZone& zone, bool forCopy)
{
    switch (spec.kind) {
    case store::CellKind::Amount: return forCopy ? machineAmount(number, currency) : amountText(number, currency);
    case store::CellKind::Time:
        return forCopy ? QDateTime::fromSecsSinceEpoch(number, zone).toString(Qt::ISODate) : dateText(number, zone);
    case store::CellKind::Count:
    case store::CellKind::Text:
    case store::CellKind::Id:
    case store::CellKind::Status:
    case store::CellKind::Currency: break;
    }
    return forCopy ? QString::number(number) : countText(number);
}

QString wordText(const store::ColumnSpec& spec, const QString& text, bool forCopy)
{
    switch (spec.kind) {
    case store::CellKind::Id: return forCopy ? text : shortenedId(text);
    case store::CellKind::Status: return forCopy ? text : statusLook(text).word;
    case store::CellKind::Currency: return currencyText(text);
    case store::CellKind::Text:
        return !forCopy && qstrcmp(spec.key, "business_type") == 0 ? businessTypeText(text) : text;
    case store::CellKind::Amount:
    case store::CellKind::Time:
    case store::CellKind::Count: break;
    }
    return text;
}

QString textOfCell(store::Table table, const store::Row& row, int column, const QTimeZone& zone, bool forCopy)
{
    const auto at = static_cast<size_t>(column);
    if (at >= row.cells.size()) {
        return {};
    }
    const store::ColumnSpec& spec = columnSpec(table, column);
    if (const auto* number = std::get_if<qint64>(&row.cells[at])) {
        return numberText(spec, *number, currencyOfCell(table, row, column), zone, forCopy);
    }
    if (const auto* text = std::get_if<QString>(&row.cells[at])) {
        return wordText(spec, *text, forCopy);
    }
    return {};
}

} // namespace

ColumnLook columnLook(store::Table table, const QString& key)
{
    ColumnLook look;
    const ColumnWords* words = wordsOfColumn(key);
    if (const std::optional<QString> metadataKey = store::metadataKeyOf(key)) {
        look.title = *metadataKey; // chosen by a person, so it is shown
        look.width = 140;
        return look;
    }
    if (!words) {
        look.title = key;
        look.shown = false;
        return look;
    }
    look.title = columnTr(words->title);
    look.width = words->width;
    look.shown = words->shown;
    look.stretched = key == QLatin1String("name");
    if (table == store::Table::Customers && key == QLatin1String("email")) {
        look.shown = true;
        look.width = 190;
    }
    if (table == store::Table::Customers && key == QLatin1String("business_type")) {
        look.shown = false;
    }
    if (table == store::Table::Subscriptions && key == QLatin1String("customer_id")) {
        look.shown = false;
    }
    if (table == store::Table::Subscriptions && key == QLatin1String("business_id")) {
        look.shown = false;
    }
    return look;
}

QString missingReason(const QString& key)
{
    if (store::metadataKeyOf(key)) {
        return columnTr("The metadata does not have this key.");
    }
    const ColumnWords* words = wordsOfColumn(key);
    return words && *words->missing ? columnTr(words->missing) : columnTr("Stripe says nothing here.");
}

const store::ColumnSpec& columnSpec(store::Table table, int column)
{
    static const store::ColumnSpec kMetadata{"metadata", store::CellKind::Text};
    const auto& own = store::columnsOf(table);
    return static_cast<size_t>(column) < own.size() ? own[static_cast<size_t>(column)] : kMetadata;
}

int columnIndex(store::Table table, const QString& key)
{
    const auto& columns = store::columnsOf(table);
    for (size_t i = 0; i < columns.size(); ++i) {
        if (key == QLatin1String(columns[i].key)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

CurrencyCode currencyOfCell(store::Table table, const store::Row& row, int column)
{
    const store::ColumnSpec& spec = columnSpec(table, column);
    if (!spec.currencyKey) {
        return {};
    }
    const int at = columnIndex(table, QLatin1String(spec.currencyKey));
    if (at < 0 || static_cast<size_t>(at) >= row.cells.size()) {
        return {};
    }
    const auto* text = std::get_if<QString>(&row.cells[static_cast<size_t>(at)]);
    return text ? *text : CurrencyCode();
}

QString cellText(store::Table table, const store::Row& row, int column, const QTimeZone& zone)
{
    const QString text = textOfCell(table, row, column, zone, false);
    return text.isEmpty() ? missingText() : text;
}

bool isMissing(const store::Row& row, int column)
{
    const auto at = static_cast<size_t>(column);
    if (at >= row.cells.size()) {
        return true;
    }
    const auto* text = std::get_if<QString>(&row.cells[at]);
    return text ? text->isEmpty() : !std::holds_alternative<qint64>(row.cells[at]);
}

QString copyText(store::Table table, const store::Row& row, int column, const QTimeZone& zone)
{
    return textOfCell(table, row, column, zone, true);
}

QString spreadsheetSafe(QString text, store::CellKind kind)
{
    // Ids and amounts of ours never begin so.
    text.replace(u'\t', u' ').replace(u'\n', u' ').replace(u'\r', u' ');
    const bool isText = kind == store::CellKind::Text || kind == store::CellKind::Id || kind == store::CellKind::Status;
    if (isText && !text.isEmpty() && QStringLiteral("=+-@").contains(text.front())) {
        text.prepend(u'\'');
    }
    return text;
}

QString tabSeparated(store::Table table, const std::vector<store::Row>& rows, const std::vector<int>& columns, bool withHeaders,
    const QTimeZone& zone, const QStringList& metadataKeys)
{
    const auto own = static_cast<int>(store::columnsOf(table).size());
    QStringList lines;
    if (withHeaders) {
        QStringList titles;
        for (const int column : columns) {
            titles << (column < own ? columnLook(table, QLatin1String(columnSpec(table, column).key)).title : metadataKeys.value(column - own));
        }
        lines << titles.join(u'\t');
    }
    for (const store::Row& row : rows) {
        QStringList cells;
        for (const int column : columns) {
            cells << spreadsheetSafe(copyText(table, row, column, zone), columnSpec(table, column).kind);
        }
        lines << cells.join(u'\t');
    }
    return lines.join(u'\n') + u'\n';
}

QString rowsText(store::Table table, qint64 count)
{
    const QString number = countText(count);
    switch (table) {
    case store::Table::Businesses: return count == 1 ? columnTr("1 business") : columnTr("%1 businesses").arg(number);
    case store::Table::Customers: return count == 1 ? columnTr("1 customer") : columnTr("%1 customers").arg(number);
    case store::Table::Subscriptions: return count == 1 ? columnTr("1 subscription") : columnTr("%1 subscriptions").arg(number);
    case store::Table::Invoices: return count == 1 ? columnTr("1 invoice") : columnTr("%1 invoices").arg(number);
    }
    return number;
}

} // namespace ch::ui
