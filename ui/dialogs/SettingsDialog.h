// SPDX-License-Identifier: GPL-3.0-or-later
// Settings: the theme, and for the open profile whether a take-down deletes the customer unless a person says otherwise. Changes are told
// as signals; the owner keeps them. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QDialog>

class QVBoxLayout;

namespace ch::ui {

struct SettingsValues {
    Theme::Choice theme = Theme::Choice::System;
    QString profile;                       ///< empty: no profile is open (the demo, a session key)
    bool deleteCustomerOnTakeDown = false;
};

class SettingsDialog final : public QDialog {
    Q_OBJECT
public:
    SettingsDialog(const SettingsValues& values, QWidget* parent);

Q_SIGNALS:
    void themeChosen(ch::ui::Theme::Choice choice);
    void deleteCustomerChosen(bool on);

private:
    void addTheme(QVBoxLayout* column, Theme::Choice choice);
    void addProfile(QVBoxLayout* column, const SettingsValues& values);
};

class AboutDialog final : public QDialog {
    Q_OBJECT
public:
    AboutDialog(const QString& version, QWidget* parent);
};

} // namespace ch::ui
