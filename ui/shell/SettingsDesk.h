// SPDX-License-Identifier: GPL-3.0-or-later
// Opens the settings with how things stand, and keeps what a person chooses there: the look and the questions for newer versions with the
// window, the take-down's default with the profile; gates and feed have desks of their own. The dialog closes with its account. GUI thread;
// all that it is made of outlives it.
#pragma once

#include "ui/shell/FeedDesk.h"
#include "ui/shell/GatesDesk.h"
#include "ui/shell/StartOptions.h"
#include "ui/shell/ViewSettings.h"
#include "ui/theme/Theme.h"

#include <QPointer>

class QDialog;

namespace ch::ui {

class SettingsDesk final : public QObject {
    Q_OBJECT
public:
    /// What it joins.
    struct Around {
        MainWindow& window;
        Theme& theme;
        ViewSettings& settings;
        GatesDesk& gates;
        FeedDesk& feed;
        const StartOptions& options;
    };

    explicit SettingsDesk(const Around& around);

    void enter(const workspace::AccountState& account);
    void leave();
    void open();
    /// Whether a take-down deletes the customer too, unless it is unticked.
    [[nodiscard]] bool deletesCustomer() const { return m_deleteDefault; }

private:
    void keepDeleteDefault(bool on);

    Around m_around;
    QPointer<QDialog> m_dialog;
    bool m_isOpen = false;
    QString m_profile;         ///< of the open account; empty: none, or the demo
    bool m_deleteDefault = false;
};

} // namespace ch::ui
