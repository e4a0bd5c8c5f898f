// SPDX-License-Identifier: GPL-3.0-or-later
// What people see of the mirror's columns: titles, widths, which are shown at first, and why a cell may be empty. Pure.
#pragma once

#include "store/MirrorReader.h"

#include <QTimeZone>

namespace ch::ui {

struct ColumnLook {
    QString title;
    int width = 120;         ///< pixels; of the stretched column: the least
    bool shown = true;
    bool stretched = false;
};

[[nodiscard]] ColumnLook columnLook(store::Table table, const QString& key);
/// Why there is a dash: "No end is planned."
[[nodiscard]] QString missingReason(const QString& key);

/// Of the table's own columns, and of one of the metadata after them.
[[nodiscard]] const store::ColumnSpec& columnSpec(store::Table table, int column);
[[nodiscard]] int columnIndex(store::Table table, const QString& key);
/// The currency of an amount cell, or empty.
[[nodiscard]] CurrencyCode currencyOfCell(store::Table table, const store::Row& row, int column);

/// A cell as it is painted (ids shortened) and as it is copied (whole; times with their zone).
[[nodiscard]] QString cellText(store::Table table, const store::Row& row, int column, const QTimeZone& zone);
/// Whether a dash stands for it. What paints asks this of every cell, so no text is made.
[[nodiscard]] bool isMissing(const store::Row& row, int column);
[[nodiscard]] QString copyText(store::Table table, const store::Row& row, int column, const QTimeZone& zone);

/// Text without tabs and line breaks, and with a ' before what a spreadsheet would take for a formula (CSV injection).
[[nodiscard]] QString spreadsheetSafe(QString text, store::CellKind kind);

/// Tab-separated lines for a spreadsheet: amounts with a point and no grouping, tabs and line breaks in text made blanks, and a ' before
/// text that a spreadsheet would take for a formula.
[[nodiscard]] QString tabSeparated(store::Table table, const std::vector<store::Row>& rows, const std::vector<int>& columns, bool withHeaders,
    const QTimeZone& zone, const QStringList& metadataKeys = {});

/// "3 businesses": rows of this table, in words.
[[nodiscard]] QString rowsText(store::Table table, qint64 count);

} // namespace ch::ui
