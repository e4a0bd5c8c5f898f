// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/SignLabel.h"

namespace ch::ui {

SignLabel::SignLabel(const Theme& theme, Sign sign, QWidget* parent) : QWidget(parent), m_theme(theme), m_sign(sign)
{
    setFixedSize(18, 18);
    setObjectName(QStringLiteral("signLabel"));
}

void SignLabel::setSign(Sign sign)
{
    m_sign = sign;
    update();
}

void SignLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    drawSign(painter, rect(), m_sign, signColour(m_theme.roles(), m_sign));
}

} // namespace ch::ui
