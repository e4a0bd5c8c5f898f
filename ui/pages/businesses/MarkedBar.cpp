// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/businesses/MarkedBar.h"

#include "ui/theme/Labels.h"
#include "ui/theme/SignLabel.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ch::ui {

MarkedBar::MarkedBar(const Theme& theme, QWidget* parent) : QWidget(parent), m_words(lineLabel({}, "plain", QStringLiteral("markedWords"), this)), m_show(new QPushButton(this))
{
    setObjectName(QStringLiteral("markedBar"));
    auto* frame = new QFrame(this);
    frame->setProperty("look", QStringLiteral("warning"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 8);
    outer->addWidget(frame);
    auto* row = new QHBoxLayout(frame);
    row->setContentsMargins(13, 2, 12, 2);
    row->setSpacing(12);
    row->addWidget(new SignLabel(theme, Sign::Warning, this));
    row->addWidget(m_words);
    m_show->setObjectName(QStringLiteral("markedShow"));
    m_show->setProperty("look", QStringLiteral("link"));
    connect(m_show, &QPushButton::clicked, this, [this] { Q_EMIT aloneAsked(!m_alone); });
    row->addWidget(m_show);
    row->addStretch(1);
    setAlone(false);
    hide();
}

void MarkedBar::setWords(const QString& words)
{
    m_words->setText(words);
    setAccessibleName(words);
    setVisible(!words.isEmpty());
}

void MarkedBar::setAlone(bool alone)
{
    m_alone = alone;
    m_show->setText(alone ? tr("Show all") : tr("Show them"));
    m_show->setAccessibleName(alone ? tr("Show all businesses") : tr("Show the marked businesses alone"));
}

} // namespace ch::ui
