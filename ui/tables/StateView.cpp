// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/StateView.h"

#include "ui/theme/Labels.h"

#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kSkeletonDelayMs = 150;

} // namespace

StateView::StateView(QWidget* parent)
    : QWidget(parent), m_what(lineLabel({}, "section", QStringLiteral("stateWhat"), this)), m_why(plainLabel({}, "secondary", QStringLiteral("stateWhy"), this)), m_button(new QPushButton(this))
{
    setObjectName(QStringLiteral("stateView"));
    setAttribute(Qt::WA_StyledBackground); // it stands over rows that are no longer true
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(8);
    column->addStretch(2);
    m_why->setMaximumWidth(560);
    m_button->setObjectName(QStringLiteral("stateButton"));
    m_button->hide();
    m_what->setAlignment(Qt::AlignCenter);
    m_why->setAlignment(Qt::AlignCenter);
    column->addWidget(m_what, 0, Qt::AlignHCenter);
    column->addWidget(m_why, 0, Qt::AlignHCenter);
    column->addSpacing(8);
    column->addWidget(m_button, 0, Qt::AlignHCenter);
    column->addStretch(3);
    connect(m_button, &QPushButton::clicked, this, &StateView::pressed);
}

void StateView::say(const QString& what, const QString& why, const QString& button)
{
    m_what->setText(what);
    m_why->setText(why);
    m_why->setMinimumWidth(qMin(560, m_why->fontMetrics().horizontalAdvance(why) + 8));
    m_button->setText(button);
    m_button->setAccessibleName(button);
    m_button->setVisible(!button.isEmpty());
    setAccessibleName(what + QStringLiteral(". ") + why);
}

QString StateView::what() const
{
    return m_what->text();
}

SkeletonView::SkeletonView(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("skeleton"));
    setAccessibleName(tr("Loading"));
}

void SkeletonView::showEvent(QShowEvent*)
{
    m_shown = false;
    QTimer::singleShot(kSkeletonDelayMs, this, [this] {
        m_shown = true;
        update();
    });
}

void SkeletonView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.roles().page);
    if (!m_shown) {
        return;
    }
    constexpr int kRow = 28;
    for (int row = 0; row * kRow < height(); ++row) {
        int x = 8;
        for (int column = 0; x < width() - 60; ++column) {
            const int cell = column == 0 ? 260 : 120;
            const int share = 45 + (row * 37 + column * 61) % 45;
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_theme.roles().line);
            painter.drawRoundedRect(QRectF(x, row * kRow + 10, (cell - 24) * share / 100.0, 8), 2, 2);
            x += cell;
        }
        painter.fillRect(QRect(0, row * kRow + kRow - 1, width(), 1), m_theme.roles().line);
    }
}

} // namespace ch::ui
