// SPDX-License-Identifier: GPL-3.0-or-later
// A table as every page shows it: whole rows selected, sorted by a click on a header (the model does it), columns chosen from the header's
// menu, rows copied as text for a spreadsheet, the row under the mouse lit. Keeps place and selection by object id when rows are
// exchanged. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QPersistentModelIndex>
#include <QStringList>
#include <QTableView>

class QHeaderView;
class QMenu;

namespace ch::ui {

class TableDelegate;
class RowsModel;

class TableView;
class TableModel;
/// The subscription that is chosen alone, or is the only one, and has not ended; empty: none.
[[nodiscard]] QString chosenToCancel(const TableView& view, const TableModel& model);

class TableView final : public QTableView {
    Q_OBJECT
public:
    /// header: another one than Qt's; null: none.
    TableView(const Theme& theme, RowsModel& model, QWidget* parent, QHeaderView* header = nullptr);

    /// For a menu: one checkable action a column; the name cannot be hidden. columnMenuFilled lets others add to it.
    void fillColumnMenu(QMenu& menu);
    /// Widths, order and visibility of the columns, to be remembered. restoreLayout refuses what does not fit (then nothing changes).
    [[nodiscard]] QByteArray layoutState() const;
    bool restoreLayout(const QByteArray& state);
    [[nodiscard]] std::vector<int> shownColumns() const;
    [[nodiscard]] std::vector<int> selectedRows() const;
    /// The selected rows as stretches, first and last included, in order: all of a million rows are one.
    [[nodiscard]] std::vector<std::pair<int, int>> selectedStretches() const;
    /// Off: headings are not to be clicked; the rows come in an order of their own.
    void setSortable(bool sortable);
    void showOrder(int column, bool descending);
    /// Scrolls sideways until all of the column is seen, or as much as there is room for.
    void bringIntoSight(int column);

    /// Around an exchange of rows.
    void rememberPlace();
    void restorePlace();

Q_SIGNALS:
    /// A row was opened by Enter or double click.
    void opened(const QString& objectId);
    void orderAsked(const QString& columnKey, bool descending);
    void copyAsked(bool withHeaders);
    void columnMenuFilled(QMenu* menu);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void setUpColumns();
    void setUpColumn(int column);
    void keepTop();
    void restoreTop();
    void fitStretched();
    void onHeaderClicked(int column);
    void hoverRow(int row);
    RowsModel& m_model;
    TableDelegate* m_delegate;
    QString m_placeId;
    QStringList m_selectedIds;
    int m_placeScroll = 0;
    QPersistentModelIndex m_top;      ///< while rows change places
    int m_orderedColumn = -1;
    bool m_orderedDescending = false;
};

} // namespace ch::ui
