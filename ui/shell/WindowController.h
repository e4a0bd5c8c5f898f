// SPDX-License-Identifier: GPL-3.0-or-later
// Joins window and engine: what a person asks for becomes an order, what the engine tells becomes what pages show. Owns the reader
// of the open account. Holds no rows, only ids. GUI thread; engine, window, theme and settings outlive it.
#pragma once

#include "ui/shell/AccountReader.h"
#include "ui/shell/AccountsDesk.h"
#include "ui/shell/EventsDesk.h"
#include "ui/shell/FeedDesk.h"
#include "ui/shell/GatesDesk.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/OperationsDesk.h"
#include "ui/shell/ProvisionDesk.h"
#include "ui/shell/RecordsDesk.h"
#include "ui/shell/SettingsDesk.h"
#include "ui/shell/StartOptions.h"
#include "ui/shell/TakedownDesk.h"
#include "ui/shell/ViewSettings.h"
#include "workspace/Engine.h"

#include <QTimer>
#include <memory>

namespace ch::ui {

class WindowController final : public QObject {
    Q_OBJECT
public:
    WindowController(MainWindow& window, workspace::Engine& engine, Theme& theme, ViewSettings& settings, const StartOptions& options);
    ~WindowController() override;

    /// Opens what the options say: the demo, a profile, the last profile; else the connect page.
    void start();
    void openObject(const QString& objectId);
    void askTakedown(const QString& businessId);
    void askCancel(const QString& subscriptionId);
    [[nodiscard]] CancelDialog* cancelDialog() const { return m_takedowns.cancelDialog(); }
    [[nodiscard]] GatesDesk& gatesDesk() { return m_gates; }
    [[nodiscard]] TakedownDialog* takedownDialog() const { return m_takedowns.dialog(); }
    void askNewBusiness(const QString& businessId = {});
    [[nodiscard]] ProvisionDesk& provisionDesk() { return m_provisions; }
    [[nodiscard]] OperationsDesk& operationsDesk() { return m_operations; }
    [[nodiscard]] RecordsDesk& recordsDesk() { return m_records; }
    [[nodiscard]] const workspace::AccountState& account() const { return m_account; }
    [[nodiscard]] bool isOpen() const { return m_open; }
    [[nodiscard]] bool isOpening() const { return m_accounts.isOpening(); }

Q_SIGNALS:
    void accountOpened();
    void accountNotOpened();
    /// Home was filled, detail was filled: what was asked for stands on screen.
    void homeShown();
    void detailShown(const QString& objectId);

private:
    void connectDesks();
    void connectWindow();
    void connectEngine();
    void onOpened(const workspace::AccountState& account);
    void onAccountChanged(const workspace::AccountState& account);
    void onClosed();
    void onSyncFinished(const sync::SyncSummary& summary);
    void onPageChanged(Page page);
    void warnOfEvents(qint64 throughMs, qint64 nowMs);
    void refreshAll();
    void restoreColumns();
    void saveColumns();
    void setSyncing(bool syncing);
    void leaveAccount();
    [[nodiscard]] QString viewKey() const;
    [[nodiscard]] std::vector<std::pair<QString, TablePane*>> panes();

    MainWindow& m_window;
    workspace::Engine& m_engine;
    Theme& m_theme;
    ViewSettings& m_settings;
    StartOptions m_options;
    workspace::AccountState m_account;
    QTimeZone m_zone = QTimeZone::utc();
    TakedownDesk m_takedowns;
    ProvisionDesk m_provisions;
    OperationsDesk m_operations;
    GatesDesk m_gates;
    FeedDesk m_feed;
    RecordsDesk m_records;
    EventsDesk m_events;
    AccountsDesk m_accounts;
    SettingsDesk m_settingsDesk;
    std::unique_ptr<AccountReader> m_reader;   ///< while an account is open
    QTimer m_refresh;          ///< many changes make one refresh
    bool m_open = false;
    qint64 m_eventsWarned = 0; ///< of which end of the events the person was told
};

} // namespace ch::ui
