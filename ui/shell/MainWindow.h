// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of the window: mode strip first, then menus, messages, navigation, the page, and the status line. Holds the pages and knows
// nothing of accounts: WindowController feeds it. GUI thread.
#pragma once

#include "ui/shell/ModeStrip.h"
#include "ui/shell/NavigationBar.h"
#include "ui/theme/Theme.h"

#include <QMainWindow>

class QMenuBar;
class QStackedWidget;

namespace ch::ui {

class BusinessesPage;
class ConnectPage;
class DetailPage;
class EventsPage;
class HomePage;
class LogPage;
class MessageStrip;
class OperationsPage;
class StatusLine;
class SubscriptionsPage;
class TablePane;

class MainWindow final : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] HomePage& home() { return *m_home; }
    [[nodiscard]] BusinessesPage& businesses() { return *m_businesses; }
    [[nodiscard]] SubscriptionsPage& subscriptions() { return *m_subscriptions; }
    [[nodiscard]] OperationsPage& operations() { return *m_operations; }
    [[nodiscard]] DetailPage& detail() { return *m_detail; }
    [[nodiscard]] ConnectPage& connectPage() { return *m_connect; }
    [[nodiscard]] EventsPage& events() { return *m_events; }
    [[nodiscard]] MessageStrip& messages() { return *m_messages; }
    [[nodiscard]] StatusLine& statusLine() { return *m_status; }
    [[nodiscard]] ModeStrip& modeStrip() { return *m_strip; }

    void setMode(const StripWords& words);
    void setAccountOpen(bool open);
    /// The badge at Operations.
    void setNeedsPerson(int count);
    void go(Page page);
    void goLog();
    /// From detail or log to the page it was opened from.
    void back();
    [[nodiscard]] Page page() const { return m_page; }
    [[nodiscard]] bool isLogShown() const;
    /// The table in sight, or null.
    [[nodiscard]] TablePane* currentPane();

Q_SIGNALS:
    void syncAsked();
    void newBusinessAsked();
    void stopAsked();
    void settingsAsked();
    void importAsked();
    void exportAsked();
    void aboutAsked();
    void pageChanged(ch::ui::Page page);
    void closing();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void makePages();
    void makeMenus();
    void makeAccountMenu();
    void makeGoMenu();
    void copyFromPage(bool withHeaders);
    void showTitle();
    void focusPage();
    QAction* addAction(class QMenu* menu, const QString& words, const char* name, const QList<QKeySequence>& keys, std::function<void()> act);

    const Theme& m_theme;
    ModeStrip* m_strip;
    QMenuBar* m_menus;
    MessageStrip* m_messages;
    NavigationBar* m_navigation;
    QStackedWidget* m_stack;
    StatusLine* m_status;
    HomePage* m_home = nullptr;
    BusinessesPage* m_businesses = nullptr;
    SubscriptionsPage* m_subscriptions = nullptr;
    OperationsPage* m_operations = nullptr;
    DetailPage* m_detail = nullptr;
    ConnectPage* m_connect = nullptr;
    EventsPage* m_events = nullptr;
    LogPage* m_log = nullptr;
    QList<QAction*> m_accountActions;
    QAction* m_copyLink = nullptr; ///< where something is shown that a link can lead to
    Page m_page = Page::Accounts;
    Page m_before = Page::Home;   ///< where detail was opened from
    bool m_open = false;
};

} // namespace ch::ui
