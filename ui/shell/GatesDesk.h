// SPDX-License-Identifier: GPL-3.0-or-later
// The gates of the open account in the window: reads how they stand, changes what a person asks for, tells the detail page what is protected,
// and says in the message strip that payments are off. Read anew at each refresh, since the terminal works on the same file. GUI thread;
// engine and window outlive it.
#pragma once

#include "ui/shell/MainWindow.h"
#include "workspace/Engine.h"

#include <QSet>

namespace ch::ui {

class GatesDesk final : public QObject {
    Q_OBJECT
public:
    GatesDesk(workspace::Engine& engine, MainWindow& window);

    void enter();
    void leave();
    void refresh();
    [[nodiscard]] const std::optional<workspace::GatesState>& state() const { return m_state; }
    void setPayments(bool on);
    void setRollout(int percent);
    void setProtected(const QString& businessId, bool on);

Q_SIGNALS:
    void changed(const ch::workspace::GatesState& state);

private:
    void take(const workspace::GatesState& state);
    void tellPayments();
    void expect(int order) { m_orders.insert(order); }

    workspace::Engine& m_engine;
    MainWindow& m_window;
    std::optional<workspace::GatesState> m_state;
    QSet<int> m_orders;
    bool m_open = false;
};

} // namespace ch::ui
