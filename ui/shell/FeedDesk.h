// SPDX-License-Identifier: GPL-3.0-or-later
// Joins the event feed to the window: tells the engine whether somebody looks, shows how fresh the data is and what of the read budget is left, and
// says in the message strip what events tell: a payment that failed, a business whose last subscription ended, a repair that began; and what became of a
// setting that a person changed. GUI thread; engine and window outlive it.
#pragma once

#include "ui/shell/MainWindow.h"
#include "workspace/Engine.h"

#include <QElapsedTimer>
#include <QSet>
#include <QTimeZone>
#include <QTimer>

namespace ch::ui {

class FeedDesk final : public QObject {
    Q_OBJECT
public:
    /// Without a key or a movement of the mouse for so long nobody looks, though the window is in front.
    static constexpr qint64 kNobodyAfterMs = 5LL * 60 * 1000;

    FeedDesk(workspace::Engine& engine, MainWindow& window);

    void enter(const QTimeZone& zone);
    void leave();
    void setZone(const QTimeZone& zone) { m_zone = zone; }
    void setReads(qint64 readsOfAMonth);
    void setTakesDown(bool on);
    [[nodiscard]] const std::optional<workspace::FeedSettings>& settings() const { return m_settings; }

Q_SIGNALS:
    void businessOpened(const QString& businessId);
    void takedownAsked(const QString& businessId);
    /// Also where something that was asked for did not happen: controls go back.
    void settingsChanged(const ch::workspace::FeedSettings& settings);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void connectEngine();
    void look();
    void showState(const sync::FeedState& state);
    void tellNotice(const workspace::EventNotice& notice);
    void tellRepair(const QString& reason);

    workspace::Engine& m_engine;
    MainWindow& m_window;
    QTimeZone m_zone = QTimeZone::utc();
    QTimer m_timer;
    QElapsedTimer m_sinceInput;
    std::optional<workspace::FeedSettings> m_settings;
    QSet<int> m_orders;        ///< of settings, not answered yet
    int m_failedPayments = 0;
    bool m_isLooked = false;
    bool m_isOpen = false;
};

} // namespace ch::ui
