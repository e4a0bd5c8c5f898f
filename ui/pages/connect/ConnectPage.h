// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts and keys; on a first run the first page: connect with a key, take one from the environment, open a profile, or explore the demo.
// The key leaves the field as a Secret and the field is emptied. GUI thread.
#pragma once

#include "access/Profiles.h"
#include "ui/shell/MessageStrip.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace ch::ui {

class ConnectPage final : public QWidget {
    Q_OBJECT
public:
    ConnectPage(const Theme& theme, QWidget* parent);
    /// first: nothing is open and there is no profile yet. environmentVariable: empty when none is set.
    void setOffers(const std::vector<access::Profile>& profiles, const QString& current, const QString& environmentVariable, bool first);
    void setBusy(bool busy);
    void setError(const Error& error);
    void clearError();
    void focusKey();

Q_SIGNALS:
    void connectAsked(const ch::Secret& key, const QString& profileName, bool keep);
    void environmentAsked(const QString& profileName, bool keep);
    void profileAsked(const QString& name);
    void removalAsked(const QString& name);
    void demoAsked();

private:
    QFrame* makeKeyPanel();
    QFrame* makeDemoPanel();
    QFrame* makeProfilesPanel();
    void addProfileFields(QVBoxLayout* column, QWidget* frame);
    void addPermissions(QVBoxLayout* column, QWidget* parent);
    void addProfile(const access::Profile& profile, bool current);
    void readKey();
    void askConnect();
    [[nodiscard]] bool nameFits();

    const Theme& m_theme;
    MessageStrip* m_messages;
    QLabel* m_title;
    QLabel* m_lead;
    QLineEdit* m_key;
    QLabel* m_keyText;
    QLineEdit* m_name;
    QLabel* m_nameText;
    QCheckBox* m_keep;
    QPushButton* m_connect;
    QPushButton* m_environment;
    QPushButton* m_demo;
    QProgressBar* m_progress;
    QFrame* m_profilesPanel;
    QVBoxLayout* m_profiles;
};

} // namespace ch::ui
