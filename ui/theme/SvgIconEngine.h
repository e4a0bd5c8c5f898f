// SPDX-License-Identifier: GPL-3.0-or-later
// Draws a monochrome SVG of resources/icons in the theme's ink of the moment, at any size and pixel ratio. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QIconEngine>

namespace ch::ui {

class SvgIconEngine final : public QIconEngine {
public:
    SvgIconEngine(const Theme& theme, QString name, Theme::Ink ink);
    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override;
    [[nodiscard]] QIconEngine* clone() const override;

private:
    const Theme& m_theme;
    QString m_name;
    Theme::Ink m_ink;
};

} // namespace ch::ui
