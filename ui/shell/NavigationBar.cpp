// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/NavigationBar.h"

#include "ui/text/MoneyText.h"

#include <QButtonGroup>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kWide = 200;
constexpr int kNarrow = 52;

} // namespace

NavigationBar::NavigationBar(const Theme& theme, QWidget* parent)
    : QFrame(parent), m_theme(theme), m_layout(new QVBoxLayout(this)), m_group(new QButtonGroup(this))
{
    setObjectName(QStringLiteral("navigation"));
    setAccessibleName(tr("Pages"));
    setProperty("look", QStringLiteral("side"));
    setFixedWidth(kWide);
    m_layout->setContentsMargins(0, 12, 0, 12);
    m_layout->setSpacing(2);
    m_group->setExclusive(true);

    addPage(Page::Home, QStringLiteral("home"), tr("Home"), QStringLiteral("navHome"));
    m_layout->addSpacing(8);
    addPage(Page::Businesses, QStringLiteral("businesses"), tr("Businesses"), QStringLiteral("navBusinesses"));
    addPage(Page::Subscriptions, QStringLiteral("subscriptions"), tr("Subscriptions"), QStringLiteral("navSubscriptions"));
    m_layout->addSpacing(8);
    addPage(Page::Operations, QStringLiteral("operations"), tr("Operations"), QStringLiteral("navOperations"));
    m_badge = new QLabel(m_pages.value(static_cast<int>(Page::Operations)));
    m_badge->setObjectName(QStringLiteral("navBadge"));
    m_badge->setProperty("kind", QStringLiteral("badge"));
    m_badge->setAlignment(Qt::AlignCenter);
    m_badge->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_badge->hide();
    addSection(tr("Connections"));
    addPage(Page::Accounts, QStringLiteral("accounts"), tr("Accounts and keys"), QStringLiteral("navAccounts"));
    addPage(Page::Events, QStringLiteral("events"), tr("Event feed"), QStringLiteral("navEvents"));
    m_layout->addStretch(1);
    QToolButton* settings = addButton(QStringLiteral("settings"), tr("Settings"), QStringLiteral("navSettings"));
    connect(settings, &QToolButton::clicked, this, &NavigationBar::settingsChosen);
}

QToolButton* NavigationBar::addButton(const QString& icon, const QString& words, const QString& objectName)
{
    auto* button = new QToolButton(this);
    button->setObjectName(objectName);
    button->setAccessibleName(words);
    button->setProperty("look", QStringLiteral("nav"));
    button->setText(words);
    button->setToolTip(words);
    button->setIcon(m_theme.icon(icon));
    button->setIconSize(QSize(22, 22));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setFixedHeight(36);
    button->setFocusPolicy(Qt::TabFocus);
    m_layout->addWidget(button);
    m_buttons << button;
    return button;
}

void NavigationBar::addPage(Page page, const QString& icon, const QString& words, const QString& objectName)
{
    QToolButton* button = addButton(icon, words, objectName);
    button->setCheckable(true);
    m_group->addButton(button);
    m_pages.insert(static_cast<int>(page), button);
    connect(button, &QToolButton::clicked, this, [this, page] { Q_EMIT chosen(page); });
}

void NavigationBar::addSection(const QString& words)
{
    auto* label = new QLabel(words, this);
    label->setObjectName(QStringLiteral("navSection"));
    label->setProperty("kind", QStringLiteral("caption"));
    label->setContentsMargins(14, 14, 8, 4);
    m_layout->addWidget(label);
    m_sections << label;
}

void NavigationBar::setCurrent(Page page)
{
    // A detail page belongs to the page it was opened from: the mark stays there.
    if (QToolButton* button = m_pages.value(static_cast<int>(page))) {
        button->setChecked(true);
    }
}

void NavigationBar::clearCurrent()
{
    if (QAbstractButton* button = m_group->checkedButton()) {
        m_group->setExclusive(false);
        button->setChecked(false);
        m_group->setExclusive(true);
    }
}

void NavigationBar::setNarrow(bool narrow)
{
    m_narrow = narrow;
    setFixedWidth(narrow ? kNarrow : kWide);
    placeBadge();
    for (QToolButton* button : std::as_const(m_buttons)) {
        button->setToolButtonStyle(narrow ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
    }
    for (QLabel* section : std::as_const(m_sections)) {
        section->setVisible(!narrow);
    }
}

void NavigationBar::setNeedsPerson(int count)
{
    QToolButton* button = m_pages.value(static_cast<int>(Page::Operations));
    const QString words = count == 0 ? tr("Operations") : count == 1 ? tr("Operations, 1 needs you") : tr("Operations, %1 need you").arg(countText(count));
    button->setAccessibleName(words);
    button->setToolTip(words);
    m_badge->setText(count > 99 ? QStringLiteral("99+") : countText(count));
    m_badge->setVisible(count > 0);
    placeBadge();
}

void NavigationBar::placeBadge()
{
    const QSize size(qMax(18, m_badge->sizeHint().width()), 18);
    const int right = m_narrow ? kNarrow - 4 : kWide - 14;
    m_badge->setGeometry(right - size.width(), m_narrow ? 2 : 9, size.width(), size.height());
}

void NavigationBar::setAccountOpen(bool open)
{
    for (auto it = m_pages.cbegin(); it != m_pages.cend(); ++it) {
        it.value()->setEnabled(open || it.key() == static_cast<int>(Page::Accounts));
    }
}

} // namespace ch::ui
