// SPDX-License-Identifier: GPL-3.0-or-later
// Asks before a profile is removed: what goes (the profile, its key in the keychain), what stays (the folder with the records, by its
// path; everything in Stripe). The default keeps the profile. GUI thread; deletes itself when closed.
#pragma once

#include "access/Profiles.h"

#include <QDialog>

class QVBoxLayout;

namespace ch::ui {

class RemoveProfileDialog final : public QDialog {
    Q_OBJECT
public:
    /// isOpen: the profile's account is open and is closed by the removal.
    RemoveProfileDialog(const access::Profile& profile, const QString& folder, bool isOpen, QWidget* parent);

Q_SIGNALS:
    void agreed(const QString& name);

private:
    void addWords(const access::Profile& profile, const QString& folder, bool isOpen, QVBoxLayout* column);
};

} // namespace ch::ui
