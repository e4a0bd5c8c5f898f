// SPDX-License-Identifier: GPL-3.0-or-later
// Looks once a day whether there is a newer version, at the address that whoever made the package has set, and says so in a quiet line that
// is closed by a click. A look that fails says nothing. Installs nothing. Made only where there is such an address. GUI thread; window,
// settings and clock outlive it.
#pragma once

#include "base/Clock.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/ViewSettings.h"
#include "workspace/UpdateCheck.h"

#include <QUrl>

namespace ch::ui {

class UpdateNotice final : public QObject {
    Q_OBJECT
public:
    static constexpr qint64 kDayMs = 24LL * 3'600'000;

    UpdateNotice(MainWindow& window, ViewSettings& settings, const QUrl& address, const QString& version, Clock& clock);

    /// Looks now and from hour to hour, where the last look is a day ago and a person has not switched it off.
    void start();
    /// For tests: who carries the question.
    void setTransport(http::Transport* transport) { m_transport = transport; }

private:
    void look();
    void tell(const workspace::NewerVersion& newer);

    MainWindow& m_window;
    ViewSettings& m_settings;
    QUrl m_address;
    QString m_version;
    Clock& m_clock;
    http::Transport* m_transport = nullptr;
};

} // namespace ch::ui
