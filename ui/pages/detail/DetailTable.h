// SPDX-License-Identifier: GPL-3.0-or-later
// A table within the detail page: a heading, the rows it is given at their full height up to a number of them, "None" where there are none.
// Rows are copied as from every table; Enter asks for Stripe's JSON of one. GUI thread; theme and model outlive it.
#pragma once

#include "ui/tables/TableModel.h"
#include "ui/theme/Theme.h"

#include <QFrame>

class QHBoxLayout;

namespace ch::ui {

class TableView;

class DetailTable final : public QFrame {
    Q_OBJECT
public:
    /// hidden: keys of columns that say nothing here. most: rows in sight without scrolling.
    DetailTable(const Theme& theme, const QString& heading, FixedTableModel& model, const QStringList& hidden, int most, QWidget* parent);

    void setRows(const std::vector<store::Row>& rows);
    [[nodiscard]] TableView& view() { return *m_view; }
    /// The line of the heading, for buttons at its end.
    [[nodiscard]] QHBoxLayout& heading() { return *m_heading; }

Q_SIGNALS:
    void jsonAsked(const QString& objectId);

private:
    void makeView(const QString& heading, const QStringList& hidden);

    FixedTableModel& m_model;
    TableView* m_view;
    QHBoxLayout* m_heading;
    int m_most;
};

} // namespace ch::ui
