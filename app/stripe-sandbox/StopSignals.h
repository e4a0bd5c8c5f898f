// SPDX-License-Identifier: GPL-3.0-or-later
// SIGTERM and SIGINT as a call from the event loop. One object a process. On Windows it does nothing: closing the console ends the
// program, which keeps nothing on disk.
#pragma once

#include <QObject>
#include <functional>

namespace ch::sandbox {

class StopSignals final : public QObject {
public:
    explicit StopSignals(std::function<void()> stop, QObject* parent = nullptr);
    ~StopSignals() override;

private:
    std::function<void()> m_stop;
};

} // namespace ch::sandbox
