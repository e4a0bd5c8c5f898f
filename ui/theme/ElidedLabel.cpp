// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/ElidedLabel.h"

#include <QPainter>

namespace ch::ui {

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void ElidedLabel::setWhole(const QString& text)
{
    setText(text);
    setToolTip(text);
    setAccessibleName(text);
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {24, QLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRect room = contentsRect();
    painter.drawText(room, static_cast<int>(alignment() | Qt::TextSingleLine), fontMetrics().elidedText(text(), Qt::ElideRight, room.width()));
}

} // namespace ch::ui
