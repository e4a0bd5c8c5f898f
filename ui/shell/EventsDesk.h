// SPDX-License-Identifier: GPL-3.0-or-later
// Feeds the page Event feed, and carries what is asked there to the engine: settings, secrets and a trial of the webhooks, the replay of an
// event. GUI thread; engine and window outlive it.
#pragma once

#include "ui/pages/operations/RecordsSource.h"
#include "ui/shell/MainWindow.h"
#include "workspace/Engine.h"

#include <QHash>
#include <QSet>

namespace ch::ui {

class EventsDesk final : public QObject {
    Q_OBJECT
public:
    EventsDesk(workspace::Engine& engine, MainWindow& window);
    ~EventsDesk() override;

    void enter(const workspace::AccountState& account, const QTimeZone& zone);
    void setZone(const QTimeZone& zone);
    void leave();

Q_SIGNALS:
    void objectOpened(const QString& objectId);

private:
    void connectEngine();
    void connectPage();
    void failed(int order, const Error& error);
    void showReplaying();

    workspace::Engine& m_engine;
    MainWindow& m_window;
    std::unique_ptr<RecordsSource> m_source;   ///< while an account is open
    QSet<int> m_orders;                        ///< of the webhooks
    QHash<int, QString> m_replays;             ///< event by order
};

} // namespace ch::ui
