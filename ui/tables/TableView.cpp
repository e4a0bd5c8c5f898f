// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/TableView.h"

#include "ui/tables/RowsModel.h"
#include "ui/tables/TableDelegate.h"
#include "ui/tables/TableModel.h"
#include "ui/text/Shorten.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <utility>

namespace ch::ui {

namespace {

constexpr int kPlacesKept = 1000;

} // namespace

TableView::TableView(const Theme& theme, RowsModel& model, QWidget* parent, QHeaderView* header)
    : QTableView(parent), m_model(model), m_delegate(new TableDelegate(theme, this))
{
    setObjectName(QStringLiteral("table"));
    connect(&model, &QAbstractItemModel::layoutAboutToBeChanged, this, &TableView::keepTop);
    setModel(&model);
    connect(&model, &QAbstractItemModel::layoutChanged, this, &TableView::restoreTop); // after the view's own
    if (header) {
        setHorizontalHeader(header);
    }
    setItemDelegate(m_delegate);
    setShowGrid(false);
    setWordWrap(false);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(16);
    verticalHeader()->setDefaultSectionSize(QFontMetrics(textFont(TextSize::Body)).height() + 10);
    setUpColumns();
    connect(this, &QAbstractItemView::activated, this, [this](const QModelIndex& index) {
        const QString id = m_model.objectIdAt(index.row());
        if (!id.isEmpty()) {
            Q_EMIT opened(id);
        }
    });
}

void TableView::setUpColumns()
{
    QHeaderView* header = horizontalHeader();
    header->setObjectName(QStringLiteral("tableHeader"));
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setSectionsClickable(true);
    header->setSortIndicatorShown(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    header->setMinimumSectionSize(48);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    for (int i = 0; i < m_model.columnCount(); ++i) {
        setUpColumn(i);
    }
    connect(&m_model, &QAbstractItemModel::columnsInserted, this, [this](const QModelIndex&, int first, int last) {
        for (int i = first; i <= last; ++i) {
            setUpColumn(i);
        }
        fitStretched();
    });
    if (m_model.leadingColumn() > 0) {
        header->moveSection(header->visualIndex(m_model.leadingColumn()), 0);
    }
    connect(header, &QHeaderView::sectionClicked, this, &TableView::onHeaderClicked);
    connect(header, &QWidget::customContextMenuRequested, this, [this, header](const QPoint& point) {
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        fillColumnMenu(*menu);
        menu->popup(header->mapToGlobal(point));
    });
}

void TableView::setUpColumn(int column)
{
    const ColumnLook look = m_model.lookOf(column);
    horizontalHeader()->setSectionResizeMode(column, look.stretched ? QHeaderView::Stretch : QHeaderView::Interactive);
    horizontalHeader()->resizeSection(column, look.width);
    horizontalHeader()->setSectionHidden(column, !look.shown);
}

// Rows that come or go above what is in sight do not move it; who stands at the top stays there and sees what is new.
void TableView::keepTop()
{
    const int top = verticalScrollBar()->value();
    m_top = top > 0 ? QPersistentModelIndex(m_model.index(rowAt(0), 0)) : QPersistentModelIndex();
}

void TableView::restoreTop()
{
    if (m_top.isValid()) {
        verticalScrollBar()->setValue(m_top.row());
    }
    m_top = QPersistentModelIndex();
}

void TableView::fitStretched()
{
    QHeaderView* header = horizontalHeader();
    for (int i = 0; i < m_model.columnCount(); ++i) {
        const ColumnLook look = m_model.lookOf(i);
        if (!look.stretched || header->isSectionHidden(i)) {
            continue;
        }
        int others = 0;
        for (int other = 0; other < header->count(); ++other) {
            others += other == i || header->isSectionHidden(other) ? 0 : header->sectionSize(other);
        }
        // Rather a scroll bar than names of three letters.
        const bool fits = viewport()->width() - others >= look.width;
        header->setSectionResizeMode(i, fits ? QHeaderView::Stretch : QHeaderView::Interactive);
        if (!fits && header->sectionSize(i) < look.width) {
            header->resizeSection(i, look.width);
        }
    }
}

void TableView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    fitStretched();
}

void TableView::onHeaderClicked(int column)
{
    const store::CellKind kind = m_model.kindOf(column);
    const bool same = m_orderedColumn == column;
    const bool text = kind == store::CellKind::Text || kind == store::CellKind::Id || kind == store::CellKind::Status
        || kind == store::CellKind::Currency;
    // Words begin at A, figures and dates with the largest; a second click turns it round.
    const bool descending = same ? !m_orderedDescending : !text;
    showOrder(column, descending);
    Q_EMIT orderAsked(m_model.columnKey(column), descending);
}

void TableView::showOrder(int column, bool descending)
{
    horizontalHeader()->setSortIndicator(column, descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    m_orderedColumn = column;
    m_orderedDescending = descending;
}

void TableView::bringIntoSight(int column)
{
    const int left = columnViewportPosition(column);
    const int beyond = left + columnWidth(column) - viewport()->width();
    QScrollBar* bar = horizontalScrollBar();
    bar->setValue(bar->value() + (left < 0 || beyond > left ? left : qMax(0, beyond)));
}

void TableView::fillColumnMenu(QMenu& menu)
{
    QHeaderView* header = horizontalHeader();
    for (int visual = 0; visual < header->count(); ++visual) {
        const int column = header->logicalIndex(visual);
        QAction* action = menu.addAction(withoutMnemonics(m_model.lookOf(column).title));
        action->setCheckable(true);
        action->setChecked(!header->isSectionHidden(column));
        action->setEnabled(m_model.columnKey(column) != QLatin1String("name"));
        connect(action, &QAction::toggled, this, [this, column](bool shown) {
            horizontalHeader()->setSectionHidden(column, !shown);
            fitStretched();
        });
    }
    Q_EMIT columnMenuFilled(&menu);
}

QByteArray TableView::layoutState() const
{
    return horizontalHeader()->saveState();
}

bool TableView::restoreLayout(const QByteArray& state)
{
    if (state.isEmpty()) {
        return false;
    }
    const QByteArray before = horizontalHeader()->saveState();
    const int columns = m_model.columnCount();
    if (!horizontalHeader()->restoreState(state) || horizontalHeader()->count() != columns) {
        horizontalHeader()->restoreState(before);
        return false;
    }
    showOrder(-1, false);
    fitStretched();
    return true;
}

std::vector<int> TableView::shownColumns() const
{
    std::vector<int> columns;
    const QHeaderView* header = horizontalHeader();
    for (int visual = 0; visual < header->count(); ++visual) {
        const int column = header->logicalIndex(visual);
        if (!header->isSectionHidden(column)) {
            columns.push_back(column);
        }
    }
    return columns;
}

std::vector<std::pair<int, int>> TableView::selectedStretches() const
{
    std::vector<std::pair<int, int>> stretches;
    const QItemSelection selected = selectionModel()->selection();
    for (const QItemSelectionRange& range : selected) {
        stretches.emplace_back(range.top(), range.bottom());
    }
    std::sort(stretches.begin(), stretches.end());
    std::vector<std::pair<int, int>> joined;
    for (const auto& stretch : stretches) {
        if (!joined.empty() && stretch.first <= joined.back().second + 1) {
            joined.back().second = std::max(joined.back().second, stretch.second);
        } else {
            joined.push_back(stretch);
        }
    }
    return joined;
}

std::vector<int> TableView::selectedRows() const
{
    std::vector<int> rows;
    for (const auto& [first, last] : selectedStretches()) {
        for (int row = first; row <= last; ++row) {
            rows.push_back(row);
        }
    }
    return rows;
}

QString chosenToCancel(const TableView& view, const TableModel& model)
{
    std::vector<std::pair<int, int>> rows = view.selectedStretches();
    if (rows.empty() && model.rowCount() == 1) {
        rows.emplace_back(0, 0); // there is nothing to choose among
    }
    if (rows.size() != 1 || rows.front().first != rows.front().second) {
        return {};
    }
    const QString status = model.textAt(rows.front().first, QStringLiteral("status"));
    const bool hasEnded = status.isEmpty() || status == QLatin1String("canceled") || status == QLatin1String("incomplete_expired");
    return hasEnded ? QString() : model.objectIdAt(rows.front().first);
}

void TableView::setSortable(bool sortable)
{
    horizontalHeader()->setSectionsClickable(sortable);
    horizontalHeader()->setSortIndicatorShown(sortable);
}

void TableView::rememberPlace()
{
    m_placeScroll = verticalScrollBar()->value();
    m_placeId = m_model.objectIdAt(currentIndex().row());
    m_selectedIds.clear();
    for (const auto& [first, last] : selectedStretches()) {
        for (int row = first; row <= last && row - first < kPlacesKept && m_selectedIds.size() < kPlacesKept; ++row) {
            const QString id = m_model.objectIdAt(row);
            m_selectedIds += id.isEmpty() ? QStringList() : QStringList{id};
        }
    }
}

void TableView::restorePlace()
{
    if (m_placeId.isEmpty() && m_selectedIds.isEmpty()) {
        verticalScrollBar()->setValue(m_placeScroll);
        return;
    }
    // Only rows in memory are looked through: the first block. A selection that moved further away is given up rather than guessed.
    const QSet<QString> selected(m_selectedIds.cbegin(), m_selectedIds.cend());
    bool isFirst = true; // what was chosen while the rows were exchanged gives way to what a person had chosen
    for (int row = 0, end = qMin(m_model.rowCount(), 128); row < end; ++row) {
        const QString id = m_model.objectIdAt(row);
        if (id == m_placeId) {
            selectionModel()->setCurrentIndex(m_model.index(row, qMax(0, currentIndex().column())), QItemSelectionModel::NoUpdate);
        }
        if (selected.contains(id)) {
            if (std::exchange(isFirst, false)) {
                selectionModel()->clearSelection();
            }
            selectionModel()->select(m_model.index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        }
    }
    verticalScrollBar()->setValue(m_placeScroll);
}

void TableView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        Q_EMIT copyAsked(false);
        return;
    }
    if (event->key() == Qt::Key_C && event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier)) {
        Q_EMIT copyAsked(true);
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()) {
        Q_EMIT activated(currentIndex());
        return;
    }
    QTableView::keyPressEvent(event);
}

void TableView::hoverRow(int row)
{
    if (row != m_delegate->hoveredRow()) {
        m_delegate->setHoveredRow(row);
        viewport()->update();
    }
}

bool TableView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::MouseMove) {
        hoverRow(indexAt(static_cast<QMouseEvent*>(event)->pos()).row());
    } else if (event->type() == QEvent::Leave) {
        hoverRow(-1);
    }
    return QTableView::viewportEvent(event);
}

bool TableView::event(QEvent* event)
{
    const bool isTaken = QTableView::event(event);
    if (event->type() == QEvent::Polish) {
        // paintEvent fills all of it. The style sheet has just taken this away, and then all that lies under the rows is painted each time.
        viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    }
    return isTaken;
}

// Qt's own asks the style and its sheet for a background of every cell, which the delegate paints over: half of the time of a frame.
void TableView::paintEvent(QPaintEvent* event)
{
    const std::vector<int> columns = shownColumns();
    const QRect room = event->rect();
    QRegion bare = room;
    QPainter painter(viewport());
    const int first = rowAt(room.top());
    const int lastInRoom = rowAt(room.bottom());
    const int last = lastInRoom < 0 ? m_model.rowCount() - 1 : lastInRoom;
    m_delegate->setFirstColumn(columns.empty() ? 0 : columns.front());
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    const QStyle::State plain = option.state & ~(QStyle::State_Selected | QStyle::State_HasFocus);
    const QModelIndex current = hasFocus() || viewport()->hasFocus() ? currentIndex() : QModelIndex();
    for (const int column : columns) {
        const QRect strip(columnViewportPosition(column), room.top(), columnWidth(column), room.height());
        if (first < 0 || !strip.intersects(room)) {
            continue;
        }
        for (int row = first; row <= last; ++row) {
            option.rect = QRect(strip.left(), rowViewportPosition(row), strip.width(), rowHeight(row));
            const QModelIndex index = m_model.index(row, column);
            option.state = plain;
            option.state.setFlag(QStyle::State_Selected, selectionModel()->isSelected(index));
            option.state.setFlag(QStyle::State_HasFocus, index == current);
            m_delegate->paint(&painter, option, index);
        }
        bare -= QRect(strip.left(), room.top(), strip.width(), option.rect.bottom() + 1 - room.top());
    }
    for (const QRect& rect : bare) {
        painter.fillRect(rect, m_delegate->ground());
    }
}

} // namespace ch::ui
