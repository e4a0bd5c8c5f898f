// SPDX-License-Identifier: GPL-3.0-or-later
#include "StopSignals.h"

#ifndef Q_OS_WIN
#include <QSocketNotifier>
#include <array>
#include <csignal>
#include <unistd.h>
#endif

namespace ch::sandbox {

#ifndef Q_OS_WIN

// A signal handler may do next to nothing: it writes a byte into a pipe, which the event loop reads.
static std::array<int, 2> stopPipe = {-1, -1};

static void writeStopByte(int)
{
    const char byte = 's';
    [[maybe_unused]] const ssize_t written = ::write(stopPipe[1], &byte, 1);
}

StopSignals::StopSignals(std::function<void()> stop, QObject* parent) : QObject(parent), m_stop(std::move(stop))
{
    if (::pipe(stopPipe.data()) != 0) {
        return; // the signals then end the program in their own way
    }
    auto* notifier = new QSocketNotifier(stopPipe[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this, notifier] {
        notifier->setEnabled(false);
        m_stop();
    });
    std::signal(SIGTERM, writeStopByte);
    std::signal(SIGINT, writeStopByte);
}

StopSignals::~StopSignals()
{
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
    ::close(stopPipe[0]);
    ::close(stopPipe[1]);
}

#else

StopSignals::StopSignals(std::function<void()> stop, QObject* parent) : QObject(parent), m_stop(std::move(stop)) {}

StopSignals::~StopSignals() = default;

#endif

} // namespace ch::sandbox
