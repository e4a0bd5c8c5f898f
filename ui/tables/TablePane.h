// SPDX-License-Identifier: GPL-3.0-or-later
// A whole table with what belongs to it: filter line, the table, its states (nothing there, filtered away, not synchronised, failed,
// loading), and the line of sums at its foot. GUI thread.
#pragma once

#include "ui/tables/MirrorTableModel.h"
#include "ui/theme/Theme.h"

#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QStackedLayout;

namespace ch::ui {

class FilterBar;
class SkeletonView;
class StateView;
class TableView;

class TablePane final : public QWidget {
    Q_OBJECT
public:
    TablePane(const Theme& theme, store::Table table, QWidget* parent);

    [[nodiscard]] MirrorTableModel& model() { return *m_model; }
    [[nodiscard]] TableView& view() { return *m_view; }
    [[nodiscard]] FilterBar& filterBar() { return *m_filter; }
    /// What stands before the filter field: a title, a switch.
    void setLead(QWidget* lead);
    void setFilter(const store::TableFilter& filter);
    void focusFilter();
    void focusTable();
    void copy(bool withHeaders);
    void setSyncing(bool syncing);
    /// What an account that has none of these rows can do about it: the button of the empty table, and emptyActAsked.
    void setEmptyAct(const QString& words);
    [[nodiscard]] QString footText() const;

Q_SIGNALS:
    void opened(const QString& objectId);
    void syncAsked();
    void emptyActAsked();
    /// The clipboard was filled; says how many rows.
    void copied(int rows);

private:
    void showState();
    void showFoot();
    void showEmpty();
    void onStateButton();
    MirrorTableModel* m_model;
    FilterBar* m_filter;
    TableView* m_view;
    StateView* m_state;
    SkeletonView* m_skeleton;
    QStackedLayout* m_stack;
    QLabel* m_count;
    QLabel* m_sums;
    QString m_emptyAct;
    bool m_syncing = false;
};

} // namespace ch::ui
