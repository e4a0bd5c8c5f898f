// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/ActDialog.h"

#include "ui/theme/Labels.h"

#include <QEvent>
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
    page->installEventFilter(this);
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
    return copyableLabel({}, kind, m_name + suffix, in);
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
    for (QWidget* each : shown->findChildren<QWidget*>()) {
        each->ensurePolished(); // its size is that of its style
    }
    shown->layout()->activate();
    const int wanted = qMax(kLeastPage, shown->layout()->hasHeightForWidth() ? shown->layout()->totalHeightForWidth(width()) : shown->sizeHint().height());
    m_column->activate();
    const int rest = m_column->itemAt(0)->sizeHint().height() + m_footFrame->sizeHint().height();
    // A parent that is higher than the screen says that there is no screen to look at (pictures).
    const int most = qMax(screen()->availableGeometry().height() - kLeftOfScreen, parentWidget() ? parentWidget()->window()->height() : 0);
    resize(width(), qMin(wanted + rest, most));
}

/// What is within has changed its size, perhaps deep inside: known only when its own layout has asked for it.
bool ActDialog::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::LayoutRequest && !m_fitQueued && watched == page(m_page)) {
        m_fitQueued = true;
        QMetaObject::invokeMethod(this, [this] {
            m_fitQueued = false;
            fit();
        }, Qt::QueuedConnection);
    }
    return QDialog::eventFilter(watched, event);
}

void ActDialog::reject()
{
    if (m_leavable) {
        QDialog::reject();
    }
}

} // namespace ch::ui
