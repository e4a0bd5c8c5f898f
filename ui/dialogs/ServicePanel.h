// SPDX-License-Identifier: GPL-3.0-or-later
// The switch of the service that keeps the open profile fresh from each login on, without the window. Asks systemd how it stands, and says
// plainly where there is none. Off until a person switches it. GUI thread.
#pragma once

#include "workspace/ServiceUnit.h"

#include <QWidget>

class QCheckBox;
class QLabel;

namespace ch::ui {

class ServicePanel final : public QWidget {
    Q_OBJECT
public:
    /// profile: empty where none is open. isUsualFolder: the service knows no other data folder than the usual one.
    ServicePanel(const QString& profile, bool isUsualFolder, QWidget* parent);

private:
    void show(workspace::ServiceUnit::State state, const QString& why);

    QCheckBox* m_switch;
    QLabel* m_text;
    QString m_profile;
};

} // namespace ch::ui
