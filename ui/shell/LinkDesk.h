// SPDX-License-Identifier: GPL-3.0-or-later
// Shows what a link points to: at once where an account is open, else as soon as one is. A link that is none is said in a message. It never
// does anything: a dialog that is open stays in front, and the link waits with a button. Links come from the command line, from another
// start of the program, and from the system (macOS). GUI thread; window and controller outlive it.
#pragma once

#include "ui/shell/WindowController.h"
#include "ui/text/ObjectLink.h"

#include <QObject>
#include <optional>

namespace ch::ui {

class LinkDesk final : public QObject {
    Q_OBJECT
public:
    LinkDesk(MainWindow& window, WindowController& controller);

    /// link: whatever was given, well-formed or not.
    void open(const QString& link);
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void show();
    void wait(const QString& title, const QString& text, bool withButton);

    MainWindow& m_window;
    WindowController& m_controller;
    std::optional<ObjectLink> m_waiting;
};

} // namespace ch::ui
