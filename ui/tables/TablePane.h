// SPDX-License-Identifier: GPL-3.0-or-later
// A whole table with what belongs to it: filter line, the table, its states (nothing there, filtered away, not synchronised, failed,
// loading), and the line of sums at its foot. GUI thread.
#pragma once

#include "ui/tables/MirrorTableModel.h"
#include "ui/theme/Theme.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QMenu;
class QVBoxLayout;
class QStackedLayout;

namespace ch::ui {

class FilterBar;
class FilterHeader;
class SkeletonView;
class StateView;
class TableView;

class TablePane final : public QWidget {
    Q_OBJECT
public:
    TablePane(const Theme& theme, store::Table table, QWidget* parent);

    [[nodiscard]] MirrorTableModel& model() { return *m_model; }
    [[nodiscard]] TableView& view() { return *m_view; }
    [[nodiscard]] FilterHeader& filterHeader() { return *m_header; }
    /// What stands before the filter field: a title, a switch.
    void setLead(QWidget* lead);
    /// Shows a filter that came from elsewhere (a card of Home) and takes all others back: its text and its equals.
    void setFilter(const store::TableFilter& filter);
    /// Shows rows with these ids of businesses (of customers where it is their table) alone, of what the other filters leave; empty: all again.
    void setOnly(const QStringList& ids);
    [[nodiscard]] const QStringList& only() const { return m_only; }
    /// What stands between the filter line and the table.
    void setNote(QWidget* note);
    void setZone(const QTimeZone& zone);
    /// Columns, their widths and order, and the keys of metadata among them. Refuses what does not fit.
    [[nodiscard]] QByteArray layoutState() const;
    bool restoreLayout(const QByteArray& state);
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
    /// By setOnly, or since all filters were taken back.
    void onlyChanged(bool isSet);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void build();
    void listen();
    void applyFilter();
    void addMetadataMenu(QMenu* menu);
    void setMetadataKey(const QString& key, bool shown);
    void askSelected();
    void showState();
    void showFoot();
    void showEmpty();
    void onStateButton();
    MirrorTableModel* m_model;
    FilterHeader* m_header;
    FilterBar* m_filter;
    TableView* m_view;
    StateView* m_state;
    SkeletonView* m_skeleton;
    QStackedLayout* m_stack;
    QVBoxLayout* m_notes;
    QLabel* m_count;
    QLabel* m_selected;
    QLabel* m_sums;
    QTimer m_selectionRests;
    QPointer<Job> m_addingSelected;
    QString m_emptyAct;
    QStringList m_only;
    bool m_syncing = false;
};

} // namespace ch::ui
