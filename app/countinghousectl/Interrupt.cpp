// SPDX-License-Identifier: GPL-3.0-or-later
#include "Interrupt.h"

#include <QSocketNotifier>
#include <QtGlobal>

#ifdef Q_OS_UNIX
#include <csignal>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace ch::ctl {

#ifdef Q_OS_UNIX

namespace {

volatile int interruptPipe = -1;

extern "C" void onSignal(int number)
{
    // The only thing that is allowed here: one byte to the event loop; and from now on the usual death.
    const char byte = 1;
    if (interruptPipe >= 0) {
        [[maybe_unused]] const auto written = ::write(interruptPipe, &byte, 1);
    }
    std::signal(number, SIG_DFL);
}

} // namespace

Interrupt::Interrupt(QObject* parent) : QObject(parent)
{
    if (::pipe2(m_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return;
    }
    interruptPipe = m_pipe[1];
    auto* notifier = new QSocketNotifier(m_pipe[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        while (::read(m_pipe[0], &byte, 1) == 1) {
        }
        Q_EMIT interrupted();
    });
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
}

Interrupt::~Interrupt()
{
    interruptPipe = -1;
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    for (const int descriptor : m_pipe) {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
}

#else

Interrupt::Interrupt(QObject* parent) : QObject(parent) {}
Interrupt::~Interrupt() = default;

#endif

} // namespace ch::ctl
