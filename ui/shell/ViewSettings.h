// SPDX-License-Identifier: GPL-3.0-or-later
// What the window remembers between runs, in DATADIR/window.ini: theme, size, and for each profile the last page and the tables' columns.
// No personal data, no ids, no key. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QSettings>

namespace ch::ui {

class ViewSettings final : public QObject {
    Q_OBJECT
public:
    explicit ViewSettings(const QString& dataDir, QObject* parent = nullptr);

    [[nodiscard]] Theme::Choice theme() const;
    void setTheme(Theme::Choice choice);
    [[nodiscard]] QByteArray geometry() const;
    void setGeometry(const QByteArray& geometry);

    /// profile: its name; it is kept as a hash, so that a profile named after a person tells nothing.
    [[nodiscard]] QString lastPage(const QString& profile) const;
    void setLastPage(const QString& profile, const QString& page);
    [[nodiscard]] QByteArray columns(const QString& profile, const QString& table) const;
    void setColumns(const QString& profile, const QString& table, const QByteArray& state);
    [[nodiscard]] QString lastProfile() const;
    void setLastProfile(const QString& profile);

    /// Whether newer versions may be asked for, and when that was done last (0: never).
    [[nodiscard]] bool looksForUpdates() const;
    void setLooksForUpdates(bool on);
    [[nodiscard]] qint64 updatesAskedMs() const;
    void setUpdatesAskedMs(qint64 atMs);

private:
    [[nodiscard]] static QString groupOf(const QString& profile);
    QSettings m_settings;
};

} // namespace ch::ui
