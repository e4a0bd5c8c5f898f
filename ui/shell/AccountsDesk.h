// SPDX-License-Identifier: GPL-3.0-or-later
// Joins the page Accounts and keys to the engine: opens the demo or a profile, connects with a key, removes a profile after asking, and tells
// what did not go. Whoever owns it leaves the open account when opening() says so. GUI thread; engine, window and settings outlive it.
#pragma once

#include "access/Profiles.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/StartOptions.h"
#include "ui/shell/ViewSettings.h"
#include "workspace/Engine.h"

namespace ch::ui {

class AccountsDesk final : public QObject {
    Q_OBJECT
public:
    AccountsDesk(workspace::Engine& engine, MainWindow& window, ViewSettings& settings, const StartOptions& options);

    /// Opens what the options say: the demo, a profile, the last profile, the only one; else nothing.
    void start();
    void enter(const workspace::AccountState& account);
    void leave();
    /// The profiles that there are, as the page shows them.
    void showOffers();
    /// An account was asked for and has neither opened nor failed to.
    [[nodiscard]] bool isOpening() const { return m_isOpening; }

Q_SIGNALS:
    /// Another account is about to be opened: the one that is open is left.
    void opening();
    void notOpened();

private:
    void connectEngine();
    void openDemo();
    void openProfile(const QString& name);
    void open(const workspace::OpenOptions& options);
    void connectWithKey(const Secret& key, const QString& name, bool keep);
    void connectFromEnvironment(const QString& name, bool keep);
    void askRemoval(const QString& name);
    void onOpenFailed(const Error& error);
    void onProfileRemoved(const QString& name);
    void onProfileNotRemoved(const QString& name, const Error& error);

    workspace::Engine& m_engine;
    MainWindow& m_window;
    ViewSettings& m_settings;
    const StartOptions& m_options;
    bool m_isOpen = false;
    bool m_isOpening = false;
    QString m_profile;         ///< of the open account; empty: none, or the demo
};

} // namespace ch::ui
