// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Shapes.h"

#include <QPainterPath>

namespace ch::ui {

namespace {

void drawCross(QPainter& painter, const QRectF& r)
{
    painter.drawLine(r.topLeft(), r.bottomRight());
    painter.drawLine(r.bottomLeft(), r.topRight());
}

QPainterPath trianglePath(const QRectF& r)
{
    QPainterPath path;
    path.moveTo(r.center().x(), r.top());
    path.lineTo(r.bottomRight());
    path.lineTo(r.bottomLeft());
    path.closeSubpath();
    return path;
}

void strokeWith(QPainter& painter, const QColor& colour, Qt::PenStyle style = Qt::SolidLine)
{
    QPen pen(colour, 1.5, style, Qt::FlatCap);
    if (style == Qt::CustomDashLine) {
        pen.setDashPattern({2.0, 1.5});
    }
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
}

} // namespace

void drawStatusShape(QPainter& painter, const QRectF& rect, StatusShape shape, const QColor& colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    const QRectF inner = rect.adjusted(1, 1, -1, -1);
    const qreal q = inner.width() / 4;
    switch (shape) {
    case StatusShape::Disc: painter.drawEllipse(inner); break;
    case StatusShape::HalfDisc:
        painter.drawPie(inner, 90 * 16, 180 * 16);
        strokeWith(painter, colour);
        painter.drawEllipse(inner);
        break;
    case StatusShape::Triangle: painter.drawPath(trianglePath(inner.adjusted(-0.5, 0, 0.5, 0))); break;
    case StatusShape::Diamond:
        painter.drawPolygon(QPolygonF{{inner.center().x(), inner.top()}, {inner.right(), inner.center().y()},
            {inner.center().x(), inner.bottom()}, {inner.left(), inner.center().y()}});
        break;
    case StatusShape::Pause:
        painter.drawRect(QRectF(inner.left() + q * 0.4, inner.top(), q * 1.1, inner.height()));
        painter.drawRect(QRectF(inner.right() - q * 1.5, inner.top(), q * 1.1, inner.height()));
        break;
    case StatusShape::CrossedRing:
        strokeWith(painter, colour);
        painter.drawEllipse(inner);
        painter.drawLine(QPointF(inner.left() + q * 0.7, inner.bottom() - q * 0.7), QPointF(inner.right() - q * 0.7, inner.top() + q * 0.7));
        break;
    case StatusShape::DashedRing:
        strokeWith(painter, colour, Qt::CustomDashLine);
        painter.drawEllipse(inner);
        break;
    case StatusShape::Square: painter.drawRect(inner.adjusted(0.5, 0.5, -0.5, -0.5)); break;
    case StatusShape::CrossedSquare:
        strokeWith(painter, colour);
        painter.drawRect(inner);
        drawCross(painter, inner.adjusted(q * 0.9, q * 0.9, -q * 0.9, -q * 0.9));
        break;
    case StatusShape::Dash: painter.drawRect(QRectF(inner.left(), inner.center().y() - 0.75, inner.width(), 1.5)); break;
    }
    painter.restore();
}

QColor toneColour(const Roles& roles, Tone tone)
{
    switch (tone) {
    case Tone::Ok: return roles.ok;
    case Tone::Info: return roles.accent;
    case Tone::Warning: return roles.warning;
    case Tone::Danger: return roles.danger;
    case Tone::Quiet: return roles.secondary;
    }
    return roles.secondary;
}

QColor tintOfTone(const Roles& roles, Tone tone)
{
    switch (tone) {
    case Tone::Ok: return roles.okTint;
    case Tone::Info: return roles.infoTint;
    case Tone::Warning: return roles.warningTint;
    case Tone::Danger: return roles.dangerTint;
    case Tone::Quiet: return roles.panel;
    }
    return roles.panel;
}

QColor signColour(const Roles& roles, Sign sign)
{
    switch (sign) {
    case Sign::Info: return roles.accent;
    case Sign::Warning: return roles.warning;
    case Sign::Danger: return roles.danger;
    case Sign::Ok: return roles.ok;
    }
    return roles.accent;
}

void drawSign(QPainter& painter, const QRectF& rect, Sign sign, const QColor& colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF r = rect.adjusted(1, 1, -1, -1);
    const QPointF c = r.center();
    painter.setPen(QPen(colour, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    switch (sign) {
    case Sign::Warning:
        painter.drawPath(trianglePath(r));
        painter.drawLine(QPointF(c.x(), r.top() + r.height() * 0.38), QPointF(c.x(), r.top() + r.height() * 0.64));
        painter.drawPoint(QPointF(c.x(), r.top() + r.height() * 0.82));
        break;
    case Sign::Danger:
        painter.drawEllipse(r);
        drawCross(painter, r.adjusted(r.width() * 0.3, r.height() * 0.3, -r.width() * 0.3, -r.height() * 0.3));
        break;
    case Sign::Info:
        painter.drawEllipse(r);
        painter.drawLine(QPointF(c.x(), c.y() - r.height() * 0.02), QPointF(c.x(), r.bottom() - r.height() * 0.24));
        painter.drawPoint(QPointF(c.x(), r.top() + r.height() * 0.27));
        break;
    case Sign::Ok:
        painter.drawEllipse(r);
        painter.drawPolyline(QPolygonF{{r.left() + r.width() * 0.28, c.y() + r.height() * 0.03},
            {r.left() + r.width() * 0.44, c.y() + r.height() * 0.2}, {r.left() + r.width() * 0.73, c.y() - r.height() * 0.16}});
        break;
    }
    painter.restore();
}

} // namespace ch::ui
