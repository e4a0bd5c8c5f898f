// SPDX-License-Identifier: GPL-3.0-or-later
// The pages at the left: 200 px with words, icons alone (with tooltips) where the window is narrow. Shows only what exists. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QFrame>
#include <QHash>

class QButtonGroup;
class QLabel;
class QToolButton;
class QVBoxLayout;

namespace ch::ui {

enum class Page { Home, Businesses, Subscriptions, Operations, Detail, Accounts, Events };

class NavigationBar final : public QFrame {
    Q_OBJECT
public:
    NavigationBar(const Theme& theme, QWidget* parent);
    void setCurrent(Page page);
    /// No page of these is in sight (the log).
    void clearCurrent();
    void setNarrow(bool narrow);
    /// Without an open account only the accounts page can be reached.
    void setAccountOpen(bool open);
    /// How many operations need a person: told at their page's entry, in words and as a badge. 0: none.
    void setNeedsPerson(int count);

Q_SIGNALS:
    void chosen(ch::ui::Page page);
    void settingsChosen();

private:
    void placeBadge();
    QToolButton* addButton(const QString& icon, const QString& words, const QString& objectName);
    void addPage(Page page, const QString& icon, const QString& words, const QString& objectName);
    void addSection(const QString& words);
    const Theme& m_theme;
    QVBoxLayout* m_layout;
    QButtonGroup* m_group;
    QHash<int, QToolButton*> m_pages;
    QList<QLabel*> m_sections;
    QList<QToolButton*> m_buttons;
    QLabel* m_badge = nullptr;
    bool m_narrow = false;
};

} // namespace ch::ui
