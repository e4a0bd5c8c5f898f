// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/UpdateNotice.h"

#include "ui/shell/MessageStrip.h"

#include <QDesktopServices>

namespace ch::ui {

namespace {

constexpr qint64 kHourMs = 3'600'000;

} // namespace

UpdateNotice::UpdateNotice(MainWindow& window, ViewSettings& settings, const QUrl& address, const QString& version, Clock& clock)
    : m_window(window), m_settings(settings), m_address(address), m_version(version), m_clock(clock)
{
}

void UpdateNotice::start()
{
    look();
    m_clock.callAfter(kHourMs, this, [this] { start(); }); // a window may stay open for weeks
}

void UpdateNotice::look()
{
    const qint64 nowMs = m_clock.nowMs();
    const qint64 askedMs = m_settings.updatesAskedMs();
    if (!m_settings.looksForUpdates() || (askedMs <= nowMs && nowMs - askedMs < kDayMs)) {
        return;
    }
    m_settings.setUpdatesAskedMs(nowMs);
    auto* check = new workspace::UpdateCheck(m_address, m_version, m_clock, this, m_transport);
    check->onFinished(this, [this](const Result<std::optional<workspace::NewerVersion>>& newer) {
        if (newer && *newer) {
            tell(**newer);
        }
    });
}

void UpdateNotice::tell(const workspace::NewerVersion& newer)
{
    Message message;
    message.topic = QStringLiteral("update");
    message.sign = Sign::Info;
    message.title = tr("Countinghouse %1 is there").arg(newer.version);
    message.text = tr("This is %1. The newer one is installed the way this one was.").arg(m_version);
    if (!newer.page.isEmpty()) {
        message.actionWords = tr("What is new");
        message.action = [page = newer.page] { QDesktopServices::openUrl(page); };
    }
    m_window.messages().put(message);
}

} // namespace ch::ui
