// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/TableDelegate.h"

#include "ui/tables/RowsModel.h"
#include "ui/theme/Shapes.h"

#include <QPainter>

namespace ch::ui {

namespace {

constexpr int kCellPadding = 8;
constexpr int kLinesKept = 2048; ///< some screens full

} // namespace

TableDelegate::TableDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme), m_mono(monoFont()), m_lines(kLinesKept) {}

QSize TableDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QFontMetrics metrics(option.font);
    const QString text = index.data(Qt::DisplayRole).toString();
    const bool status = !index.data(RowsModel::StatusRole).toString().isEmpty();
    return {metrics.horizontalAdvance(text) + 2 * kCellPadding + (status ? 20 : 0) + 2, metrics.height() + 10};
}

void TableDelegate::paintSurface(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Roles& roles = m_theme.roles();
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    QColor surface = ground();
    if (selected) {
        surface = roles.selection;
    } else if (index.row() == m_hoveredRow) {
        surface = roles.hover;
    }
    painter.fillRect(option.rect, surface);
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), roles.line);
    if (selected && index.column() == m_firstColumn) {
        painter.fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height() - 1), roles.accent);
    }
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter.setPen(QPen(roles.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(option.rect.adjusted(1, 1, -1, -2));
    }
}

void TableDelegate::paintContent(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Roles& roles = m_theme.roles();
    QRect room = option.rect.adjusted(kCellPadding, 0, -kCellPadding, -1);
    const auto kind = static_cast<store::CellKind>(index.data(RowsModel::KindRole).toInt());
    const bool isMissing = index.data(RowsModel::MissingRole).toBool();
    QColor ink = isMissing ? roles.secondary : roles.text;

    const QString status = index.data(RowsModel::StatusRole).toString();
    if (!status.isEmpty()) {
        const StatusLook look = statusLook(status);
        const QRectF sign(room.left(), room.center().y() - 5, 12, 12);
        drawStatusShape(painter, sign, look.shape, toneColour(roles, look.tone));
        room.setLeft(room.left() + 18);
        if (look.tone == Tone::Quiet) {
            ink = roles.secondary;
        }
    }
    if (index.data(RowsModel::AttentionRole).toBool()) {
        drawSign(painter, QRectF(room.left(), room.center().y() - 7, 15, 15), Sign::Warning, roles.warning);
        room.setLeft(room.left() + 20);
    }
    const bool isMono = kind == store::CellKind::Id && !isMissing;
    const QFont& font = isMono ? m_mono : option.font;
    if (painter.font() != font) {
        painter.setFont(font);
    }
    painter.setPen(ink);
    const QStaticText& line = lineOf(index.data(Qt::DisplayRole).toString(), isMono, option, room.width());
    const auto alignment = QStyle::visualAlignment(option.direction, Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt()));
    const QSizeF size = line.size();
    const qreal left = alignment.testFlag(Qt::AlignRight) ? room.right() + 1 - size.width() : room.left();
    const QPointF place(left, room.top() + (room.height() - size.height()) / 2);
    if (size.height() <= room.height()) {
        painter.drawStaticText(place, line);
        return;
    }
    painter.save(); // of several lines, or of a script taller than a row: it does not reach into other rows
    painter.setClipRect(room, Qt::IntersectClip);
    painter.drawStaticText(place, line);
    painter.restore();
}

const QStaticText& TableDelegate::lineOf(const QString& text, bool isMono, const QStyleOptionViewItem& option, int width) const
{
    if (m_linesFont != option.font || m_linesDirection != option.direction) {
        m_lines.clear();
        m_linesFont = option.font;
        m_linesDirection = option.direction;
    }
    const std::pair key(text, isMono ? -width : width);
    if (const QStaticText* const placed = m_lines.object(key)) {
        return *placed;
    }
    const QFont& font = isMono ? m_mono : option.font;
    auto* placed = new QStaticText(QString(text).replace(QLatin1Char('\n'), QLatin1Char(' ')));
    placed->setTextFormat(Qt::PlainText); // whatever it looks like
    QTextOption way;
    way.setTextDirection(option.direction);
    placed->setTextOption(way);
    placed->prepare({}, font);
    if (placed->size().width() > width) {
        placed->setText(QFontMetrics(font).elidedText(placed->text(), Qt::ElideRight, width));
        placed->prepare({}, font);
    }
    m_lines.insert(key, placed);
    return *placed;
}

void TableDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    paintSurface(*painter, option, index);
    if (index.data(RowsModel::LoadedRole).toBool()) {
        paintContent(*painter, option, index);
    } else {
        // Widths differ by place, not by chance, so that a picture repeats.
        const int width = option.rect.width() - 2 * kCellPadding;
        const int share = 45 + (index.row() * 37 + index.column() * 61) % 45;
        const QRect bar(option.rect.left() + kCellPadding, option.rect.center().y() - 4, width * share / 100, 8);
        // Corners are left out instead of rounded: while the scroll bar is dragged there are hundreds of bars a frame.
        painter->fillRect(bar.adjusted(1, 0, -1, 0), m_theme.roles().line);
        painter->fillRect(bar.adjusted(0, 1, 0, -1), m_theme.roles().line);
    }
}

} // namespace ch::ui
