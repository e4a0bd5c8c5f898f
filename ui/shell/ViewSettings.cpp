// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/ViewSettings.h"

#include <QCryptographicHash>
#include <QDir>

namespace ch::ui {

ViewSettings::ViewSettings(const QString& dataDir, QObject* parent)
    : QObject(parent), m_settings(QDir(dataDir).filePath(QStringLiteral("window.ini")), QSettings::IniFormat)
{
}

QString ViewSettings::groupOf(const QString& profile)
{
    const QByteArray hash = QCryptographicHash::hash(profile.toUtf8(), QCryptographicHash::Sha256).toHex().left(12);
    return QStringLiteral("profile-") + QString::fromLatin1(hash) + u'/';
}

Theme::Choice ViewSettings::theme() const
{
    const QString word = m_settings.value(QStringLiteral("window/theme")).toString();
    return word == QLatin1String("light") ? Theme::Choice::Light : word == QLatin1String("dark") ? Theme::Choice::Dark : Theme::Choice::System;
}

void ViewSettings::setTheme(Theme::Choice choice)
{
    const char* word = choice == Theme::Choice::Light ? "light" : choice == Theme::Choice::Dark ? "dark" : "system";
    m_settings.setValue(QStringLiteral("window/theme"), QString::fromLatin1(word));
}

QByteArray ViewSettings::geometry() const
{
    return m_settings.value(QStringLiteral("window/geometry")).toByteArray();
}

void ViewSettings::setGeometry(const QByteArray& geometry)
{
    m_settings.setValue(QStringLiteral("window/geometry"), geometry);
}

QString ViewSettings::lastPage(const QString& profile) const
{
    return m_settings.value(groupOf(profile) + QStringLiteral("page")).toString();
}

void ViewSettings::setLastPage(const QString& profile, const QString& page)
{
    m_settings.setValue(groupOf(profile) + QStringLiteral("page"), page);
}

QByteArray ViewSettings::columns(const QString& profile, const QString& table) const
{
    return m_settings.value(groupOf(profile) + QStringLiteral("columns-") + table).toByteArray();
}

void ViewSettings::setColumns(const QString& profile, const QString& table, const QByteArray& state)
{
    m_settings.setValue(groupOf(profile) + QStringLiteral("columns-") + table, state);
}

QString ViewSettings::lastProfile() const
{
    return m_settings.value(QStringLiteral("window/profile")).toString();
}

void ViewSettings::setLastProfile(const QString& profile)
{
    m_settings.setValue(QStringLiteral("window/profile"), profile);
}

bool ViewSettings::looksForUpdates() const
{
    return m_settings.value(QStringLiteral("updates/look"), true).toBool();
}

void ViewSettings::setLooksForUpdates(bool on)
{
    m_settings.setValue(QStringLiteral("updates/look"), on);
}

qint64 ViewSettings::updatesAskedMs() const
{
    return m_settings.value(QStringLiteral("updates/asked")).toLongLong();
}

void ViewSettings::setUpdatesAskedMs(qint64 atMs)
{
    m_settings.setValue(QStringLiteral("updates/asked"), atMs);
}

} // namespace ch::ui
