// SPDX-License-Identifier: GPL-3.0-or-later
// The columns of a list that is no table of the mirror (operations, steps, the trail, events), as a table of constants, and what a cell of
// such a list answers to the roles. Pure.
#pragma once

#include "ui/tables/Columns.h"

#include <QVariant>
#include <span>

namespace ch::ui {

struct ListColumn {
    const char* key;
    const char* title;             ///< marked for translation in the context of the list
    int width;
    store::CellKind kind;
    const char* missing = "";      ///< why there is a dash; marked for translation
    bool stretched = false;
};

/// One cell. What is empty follows from the kind of the column.
struct ListCell {
    QString text;                  ///< for people, whole; empty: a dash
    QString status = {};           ///< Stripe's word or ours
    qint64 ms = 0;                 ///< of a time; 0: none
    QString copied = {};
    QString hover = {};
};

class ListColumns {
public:
    /// context: of the translations. Both outlive it.
    constexpr ListColumns(const char* context, std::span<const ListColumn> columns) : m_context(context), m_columns(columns) {}

    [[nodiscard]] int count() const { return static_cast<int>(m_columns.size()); }
    [[nodiscard]] QString key(int column) const { return QLatin1String(at(column).key); }
    [[nodiscard]] ColumnLook look(int column) const;
    [[nodiscard]] store::CellKind kind(int column) const { return at(column).kind; }
    /// What the cell answers to a role of RowsModel.
    [[nodiscard]] QVariant listCell(int column, const ListCell& cell, const QTimeZone& zone, int role) const;

private:
    [[nodiscard]] const ListColumn& at(int column) const { return m_columns[static_cast<size_t>(column)]; }
    [[nodiscard]] QString text(const char* text) const;
    [[nodiscard]] QString copied(int column, const ListCell& cell, const QTimeZone& zone) const;
    [[nodiscard]] QString hover(int column, const ListCell& cell, const QTimeZone& zone) const;

    const char* m_context;
    std::span<const ListColumn> m_columns;
};

} // namespace ch::ui
