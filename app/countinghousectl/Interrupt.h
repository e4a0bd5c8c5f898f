// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+C and a polite kill, as a signal in the event loop: work stops between two steps and keeps what it has. A second one ends the
// program at once. One object a program, in the main thread.
#pragma once

#include <QObject>

namespace ch::ctl {

class Interrupt : public QObject {
    Q_OBJECT
public:
    explicit Interrupt(QObject* parent = nullptr);
    ~Interrupt() override;

Q_SIGNALS:
    void interrupted();

private:
    int m_pipe[2] = {-1, -1};
};

} // namespace ch::ctl
