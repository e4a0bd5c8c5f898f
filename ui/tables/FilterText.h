// SPDX-License-Identifier: GPL-3.0-or-later
// What a person types under a header, as a filter of that column, and what can be typed there. Pure.
//   text      acme: holds it; =acme: is it; -: nothing is set; *: something is
//   numbers   49: exactly; >49, >=49, <49, <=49; 10..50; amounts in units of their currency, in any grouping
//   dates     2026, 2026-03 or 2026-03-05: within; >, >=, <, <= and .. between them
#pragma once

#include "store/MirrorReader.h"

#include <QTimeZone>

namespace ch::ui {

/// Nothing: the text is empty. InvalidInput: it cannot be read as a filter, and what could be.
[[nodiscard]] Result<std::optional<store::ColumnFilter>> columnFilterOf(const QString& columnKey, store::CellKind kind, const QString& text, const QTimeZone& zone);
/// What stands in an empty field.
[[nodiscard]] QString filterHint(store::CellKind kind);
/// How it is used, in a sentence.
[[nodiscard]] QString filterHelp(store::CellKind kind);
/// Columns whose values are chosen, not typed.
[[nodiscard]] bool isChosen(const QString& columnKey);
/// The values to choose from at first.
[[nodiscard]] QStringList chosenValues(store::Table table, const QString& columnKey);
/// A value as a person reads it.
[[nodiscard]] QString choiceText(const QString& columnKey, const QString& value);

} // namespace ch::ui
