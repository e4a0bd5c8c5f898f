// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/ActDialog.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kActWidth = 560;
constexpr int kLeastPage = 96;
constexpr int kLeftOfScreen = 48; // for the title bar that the system draws

} // namespace

ActDialog::ActDialog(const Theme& theme, const StripWords& strip, const QString& name, QWidget* parent)
    : QDialog(parent), m_theme(theme), m_strip(strip), m_name(name), m_column(new QVBoxLayout(this))
{
    setObjectName(name + QStringLiteral("Dialog"));
    setWindowModality(Qt::WindowModal);
    setFixedWidth(kActWidth);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    auto* modeStrip = new ModeStrip(this);
    modeStrip->say(strip);
    m_column->addWidget(modeStrip);
    auto* frame = new QFrame(this);
    frame->setProperty("look", QStringLiteral("foot"));
    m_foot = new QHBoxLayout(frame);
    m_foot->setContentsMargins(24, 12, 24, 12);
    m_foot->setSpacing(8);
    m_footFrame = frame;
    m_column->addWidget(frame);
}

QVBoxLayout* ActDialog::addPage()
{
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(m_name + QStringLiteral("Scroll"));
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* page = new QWidget(scroll);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(12);
    scroll->setWidget(page);
    scroll->setVisible(m_pages.isEmpty());
    m_pages << scroll;
    m_column->insertWidget(m_column->count() - 1, scroll, 1);
    return column;
}

QLabel* ActDialog::addWorkingPage()
{
    QVBoxLayout* column = addPage();
    QWidget* in = page(static_cast<int>(m_pages.size()) - 1);
    QLabel* words = addLabel(QStringLiteral("Working"), "section", in);
    auto* bar = new QProgressBar(in);
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    bar->setAccessibleName(tr("Working"));
    column->addWidget(words);
    column->addWidget(bar);
    return words;
}

QLabel* ActDialog::addLabel(const QString& suffix, const char* kind, QWidget* in)
{
    auto* label = new QLabel(in);
    label->setObjectName(m_name + suffix);
    label->setProperty("kind", QString::fromLatin1(kind));
    label->setTextFormat(Qt::PlainText); // names come from outside
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QPushButton* ActDialog::addButton(const QString& suffix, const QString& look)
{
    auto* button = new QPushButton(m_footFrame);
    button->setObjectName(m_name + suffix);
    button->setAutoDefault(false);
    if (!look.isEmpty()) {
        button->setProperty("look", look);
    }
    m_foot->addWidget(button);
    return button;
}

void ActDialog::setWords(QPushButton* button, const QString& words)
{
    button->setText(words);
    button->setAccessibleName(words);
}

QWidget* ActDialog::page(int n) const
{
    return m_pages[n]->widget();
}

void ActDialog::showPage(int page)
{
    m_page = page;
    for (int i = 0; i < m_pages.size(); ++i) {
        m_pages[i]->setVisible(i == page);
    }
    m_pages[page]->ensureVisible(0, 0);
    fit();
}

void ActDialog::fit()
{
    if (m_pages.isEmpty()) {
        return;
    }
    QWidget* shown = page(m_page);
    shown->layout()->activate();
    const int wanted = qMax(kLeastPage, shown->layout()->hasHeightForWidth() ? shown->layout()->totalHeightForWidth(width()) : shown->sizeHint().height());
    m_column->activate();
    const int rest = m_column->itemAt(0)->sizeHint().height() + m_footFrame->sizeHint().height();
    const int most = screen()->availableGeometry().height() - kLeftOfScreen;
    resize(width(), qMin(wanted + rest, most));
}

void ActDialog::reject()
{
    if (m_leavable) {
        QDialog::reject();
    }
}

} // namespace ch::ui
