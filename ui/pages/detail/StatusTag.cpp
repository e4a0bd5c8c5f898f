// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/detail/StatusTag.h"

namespace ch::ui {

StatusTag::StatusTag(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("statusTag"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void StatusTag::setStatus(const QString& status)
{
    m_look = statusLook(status);
    setAccessibleName(tr("Status: %1").arg(m_look.word));
    setToolTip(m_look.meaning);
    updateGeometry();
    update();
}

QSize StatusTag::sizeHint() const
{
    return {QFontMetrics(textFont(TextSize::Body)).horizontalAdvance(m_look.word) + 38, 24};
}

void StatusTag::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tintOfTone(m_theme.roles(), m_look.tone));
    painter.drawRoundedRect(QRectF(rect()), 4, 4);
    drawStatusShape(painter, QRectF(9, height() / 2.0 - 6, 12, 12), m_look.shape, toneColour(m_theme.roles(), m_look.tone));
    painter.setPen(m_theme.roles().text);
    painter.setFont(textFont(TextSize::Body));
    painter.drawText(rect().adjusted(28, 0, -6, 0), Qt::AlignVCenter | Qt::AlignLeft, m_look.word);
}

} // namespace ch::ui
