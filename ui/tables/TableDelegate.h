// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the cells of every table: selection with its accent bar, focus, status shapes, dashes, skeletons of rows on their way. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QCache>
#include <QStaticText>
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
    /// Of a row that is neither chosen nor hovered, and of where no row is.
    [[nodiscard]] QColor ground() const { return m_theme.roles().page; }

    /// Leaves the painter's pen and font changed: each cell sets its own.
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintSurface(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintContent(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    /// As much of the text as fits. Its letters are placed once: a screen is painted anew whenever rows arrive. Valid until the next call.
    [[nodiscard]] const QStaticText& lineOf(const QString& text, bool isMono, const QStyleOptionViewItem& option, int width) const;
    const Theme& m_theme;
    const QFont m_mono;
    mutable QCache<std::pair<QString, int>, QStaticText> m_lines; ///< by text and width in pixels, negative of the other font
    mutable QFont m_linesFont;
    mutable Qt::LayoutDirection m_linesDirection = Qt::LeftToRight;
    int m_hoveredRow = -1;
    int m_firstColumn = 0;
};

} // namespace ch::ui
