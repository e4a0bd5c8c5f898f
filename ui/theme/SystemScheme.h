// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the desktop shows light or dark: asked of the settings portal (org.freedesktop.appearance color-scheme) where there is a session
// bus, else taken from the palette that the platform brought. Qt 6.4 has no question of its own for it. GUI thread.
#pragma once

#include "ui/theme/Roles.h"

#include <QDBusVariant>
#include <QObject>

namespace ch::ui {

class SystemScheme : public QObject {
    Q_OBJECT
public:
    explicit SystemScheme(QObject* parent);
    [[nodiscard]] Scheme scheme() const { return m_scheme; }

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void onPortalSetting(const QString& group, const QString& key, const QDBusVariant& value);

private:
    void askPortal();
    void take(const QVariant& value);
    Scheme m_scheme;
};

} // namespace ch::ui
