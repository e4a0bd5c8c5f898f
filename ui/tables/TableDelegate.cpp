// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/TableDelegate.h"

#include "ui/tables/RowsModel.h"
#include "ui/theme/Shapes.h"

#include <QPainter>

namespace ch::ui {

namespace {

constexpr int kCellPadding = 8;

} // namespace

TableDelegate::TableDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

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
    QColor surface = roles.page;
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
    QColor ink = index.data(RowsModel::MissingRole).toBool() ? roles.secondary : roles.text;

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
    if (kind == store::CellKind::Id && !index.data(RowsModel::MissingRole).toBool()) {
        painter.setFont(monoFont());
    } else {
        painter.setFont(option.font);
    }
    painter.setPen(ink);
    const auto alignment = Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt());
    const QString text = index.data(Qt::DisplayRole).toString();
    painter.drawText(room, alignment, painter.fontMetrics().elidedText(text, Qt::ElideRight, room.width()));
}

void TableDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    paintSurface(*painter, option, index);
    if (index.data(RowsModel::LoadedRole).toBool()) {
        paintContent(*painter, option, index);
    } else {
        // Widths differ by place, not by chance, so that a picture repeats.
        const int width = option.rect.width() - 2 * kCellPadding;
        const int share = 45 + (index.row() * 37 + index.column() * 61) % 45;
        const QRectF bar(option.rect.left() + kCellPadding, option.rect.center().y() - 4, width * share / 100.0, 8);
        painter->setPen(Qt::NoPen);
        painter->setBrush(m_theme.roles().line);
        painter->drawRoundedRect(bar, 2, 2);
    }
    painter->restore();
}

} // namespace ch::ui
