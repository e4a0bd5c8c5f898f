// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/FigureCard.h"

#include "ui/theme/Shapes.h"

#include <QPainter>

namespace ch::ui {

namespace {

constexpr int kCardPadding = 16;

} // namespace

FigureCard::FigureCard(const Theme& theme, const CardWords& words, QWidget* parent)
    : QAbstractButton(parent), m_theme(theme), m_words(words)
{
    setObjectName(QStringLiteral("figureCard"));
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    QStringList parts{words.caption, words.figure + u' ' + words.unit, words.line, words.change, words.partial};
    parts.removeAll(QString());
    setAccessibleName(parts.join(QStringLiteral(", ")));
    setToolTip(tr("Show the subscriptions behind this figure"));
}

QSize FigureCard::sizeHint() const
{
    const QFontMetrics figure(textFont(TextSize::Headline, true));
    const QFontMetrics unit(textFont(TextSize::Section, true));
    const int wide = figure.horizontalAdvance(m_words.figure) + unit.horizontalAdvance(m_words.unit) + 8 + 2 * kCardPadding;
    const QFontMetrics caption(textFont(TextSize::Caption));
    const int lines = qMax(caption.horizontalAdvance(m_words.line), caption.horizontalAdvance(m_words.change)) + 2 * kCardPadding;
    return {qMax(qMax(wide, lines), 200), 124};
}

void FigureCard::enterEvent(QEnterEvent*)
{
    update();
}

void FigureCard::leaveEvent(QEvent*)
{
    update();
}

void FigureCard::paintEvent(QPaintEvent*)
{
    const Roles& roles = m_theme.roles();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool marked = hasFocus() || underMouse();
    painter.setPen(QPen(marked ? roles.accent : roles.line, hasFocus() ? 2 : 1));
    painter.setBrush(isDown() ? roles.hover : roles.page);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);

    const QRect room = rect().adjusted(kCardPadding, 12, -kCardPadding, -10);
    painter.setFont(textFont(TextSize::Caption, true));
    painter.setPen(roles.secondary);
    painter.drawText(room, Qt::AlignTop | Qt::AlignLeft, m_words.caption);
    if (!m_words.partial.isEmpty()) {
        painter.setPen(roles.warning);
        painter.drawText(room, Qt::AlignTop | Qt::AlignRight, m_words.partial);
        const int wide = painter.fontMetrics().horizontalAdvance(m_words.partial);
        drawSign(painter, QRectF(room.right() - wide - 19, room.top() + 1, 14, 14), Sign::Warning, roles.warning);
    }
    const QFont figure = textFont(TextSize::Headline, true);
    painter.setFont(figure);
    painter.setPen(roles.text);
    const int baseline = room.top() + 50;
    painter.drawText(room.left(), baseline, m_words.figure);
    const int x = room.left() + QFontMetrics(figure).horizontalAdvance(m_words.figure) + 8;
    painter.setFont(textFont(TextSize::Section, true));
    painter.setPen(roles.secondary);
    painter.drawText(x, baseline, m_words.unit);
    painter.setFont(textFont(TextSize::Caption));
    painter.drawText(room.left(), baseline + 24, m_words.change);
    painter.drawText(room.left(), baseline + 42, m_words.line);
}

} // namespace ch::ui
