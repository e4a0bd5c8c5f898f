// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/SystemScheme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>
#include <QPalette>

namespace ch::ui {

namespace {

const QString kPortalGroup = QStringLiteral("org.freedesktop.appearance");
const QString kPortalKey = QStringLiteral("color-scheme");

Scheme schemeOfPalette()
{
    return QGuiApplication::palette().color(QPalette::Window).lightness() < 128 ? Scheme::Dark : Scheme::Light;
}

} // namespace

SystemScheme::SystemScheme(QObject* parent) : QObject(parent), m_scheme(schemeOfPalette())
{
    // Without an address libdbus would start a bus of its own where an X display is set; offscreen there is no desktop to follow.
    if (qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") && QGuiApplication::platformName() != QLatin1String("offscreen")) {
        askPortal();
    }
}

void SystemScheme::askPortal()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        return;
    }
    const QString service = QStringLiteral("org.freedesktop.portal.Desktop");
    const QString path = QStringLiteral("/org/freedesktop/portal/desktop");
    const QString interface = QStringLiteral("org.freedesktop.portal.Settings");
    bus.connect(service, path, interface, QStringLiteral("SettingChanged"), this, SLOT(onPortalSetting(QString, QString, QDBusVariant)));
    QDBusMessage question = QDBusMessage::createMethodCall(service, path, interface, QStringLiteral("Read"));
    question << kPortalGroup << kPortalKey;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* done) {
        const QDBusPendingReply<QDBusVariant> reply = *done;
        if (!reply.isError()) {
            take(reply.value().variant());
        }
        done->deleteLater();
    });
}

void SystemScheme::onPortalSetting(const QString& group, const QString& key, const QDBusVariant& value)
{
    if (group == kPortalGroup && key == kPortalKey) {
        take(value.variant());
    }
}

void SystemScheme::take(const QVariant& value)
{
    // Read wraps its answer in one variant more than SettingChanged does.
    const QVariant plain = value.canConvert<QDBusVariant>() ? value.value<QDBusVariant>().variant() : value;
    const uint said = plain.toUInt(); // 0: no preference, 1: dark, 2: light
    if (said == 0 || (said == 1) == (m_scheme == Scheme::Dark)) {
        return;
    }
    m_scheme = said == 1 ? Scheme::Dark : Scheme::Light;
    Q_EMIT changed();
}

} // namespace ch::ui
