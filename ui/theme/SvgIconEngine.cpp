// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/SvgIconEngine.h"

#include <QPainter>
#include <QSvgRenderer>

namespace ch::ui {

SvgIconEngine::SvgIconEngine(const Theme& theme, QString name, Theme::Ink ink) : m_theme(theme), m_name(std::move(name)), m_ink(ink) {}

void SvgIconEngine::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state)
{
    const qreal ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
    painter->drawPixmap(rect, scaledPixmap(rect.size() * ratio, mode, state, ratio));
}

QPixmap SvgIconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state)
{
    return scaledPixmap(size, mode, state, 1.0);
}

QPixmap SvgIconEngine::scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal scale)
{
    if (size.isEmpty()) {
        return {};
    }
    QPixmap picture(size);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    QSvgRenderer renderer(QStringLiteral(":/ch/icons/%1.svg").arg(m_name));
    renderer.render(&painter, QRectF(QPointF(0, 0), QSizeF(size)));
    QColor ink = m_theme.inkColour(m_ink);
    if (mode == QIcon::Disabled) {
        ink.setAlphaF(0.4F);
    }
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(picture.rect(), ink);
    painter.end();
    picture.setDevicePixelRatio(scale);
    return picture;
}

QIconEngine* SvgIconEngine::clone() const
{
    return new SvgIconEngine(*this);
}

} // namespace ch::ui
