// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the cells of every table: selection with its accent bar, focus, status shapes, dashes, skeletons of rows on their way. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QStyledItemDelegate>

namespace ch::ui {

class TableDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    TableDelegate(const Theme& theme, QObject* parent);
    void setHoveredRow(int row) { m_hoveredRow = row; }
    [[nodiscard]] int hoveredRow() const { return m_hoveredRow; }
    /// The column that stands first on screen carries the selection's bar.
    void setFirstColumn(int column) { m_firstColumn = column; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintSurface(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintContent(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    const Theme& m_theme;
    int m_hoveredRow = -1;
    int m_firstColumn = 0;
};

} // namespace ch::ui
