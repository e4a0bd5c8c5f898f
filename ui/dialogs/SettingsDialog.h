// SPDX-License-Identifier: GPL-3.0-or-later
// Settings: the theme, and for the open profile whether a take-down deletes the customer unless a person says otherwise. Changes are told
// as signals; the owner keeps them. And the safety switches of the open account: payments as a whole, and the roll-out of new businesses;
// they are shared with the terminal, and each change leaves an entry in the trail. Likewise what is done when the last subscription of a business
// ends, and how many reads a month the account has. And what the program does by itself: the service for logins, the look for newer versions
// where the package has one. GUI thread.
#pragma once

#include "ui/theme/Theme.h"
#include "workspace/Workspace.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QSpinBox;
class QVBoxLayout;

namespace ch::ui {

struct SettingsValues {
    Theme::Choice theme = Theme::Choice::System;
    QString profile;                       ///< empty: no profile is open (the demo, a session key)
    bool deleteCustomerOnTakeDown = false;
    std::optional<workspace::GatesState> gates; ///< nothing: no account is open
    std::optional<workspace::FeedSettings> feed; ///< likewise
    bool isUsualFolder = true;             ///< of data: the service for logins knows no other
    QString updatesFrom;                   ///< the host that is asked for newer versions; empty: this build asks nobody
    bool looksForUpdates = true;
};

class SettingsDialog final : public QDialog {
    Q_OBJECT
public:
    SettingsDialog(const SettingsValues& values, QWidget* parent);
    /// How they stand now: after a change, or where another program changed them.
    void setGates(const workspace::GatesState& gates);
    void setFeed(const workspace::FeedSettings& feed);

Q_SIGNALS:
    void themeChosen(ch::ui::Theme::Choice choice);
    void deleteCustomerChosen(bool on);
    void paymentsChosen(bool on);
    void rolloutChosen(int percent);
    void readsChosen(qint64 readsOfAMonth);
    void takesDownChosen(bool on);
    void updatesChosen(bool on);

private:
    void addTheme(QVBoxLayout* column, Theme::Choice choice);
    void addProfile(QVBoxLayout* column, const SettingsValues& values);
    void addGates(QVBoxLayout* column, const SettingsValues& values);
    void addFeed(QVBoxLayout* column, const SettingsValues& values);
    void addProgram(QVBoxLayout* column, const SettingsValues& values);
    QComboBox* m_ended = nullptr;
    QSpinBox* m_reads = nullptr;
    QCheckBox* m_payments = nullptr;
    QLabel* m_paymentsText = nullptr;
    QComboBox* m_rollout = nullptr;
    QLabel* m_protected = nullptr;
};

class AboutDialog final : public QDialog {
    Q_OBJECT
public:
    AboutDialog(const QString& version, QWidget* parent);
};

} // namespace ch::ui
