// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Clock.h"

#include <QDateTime>
#include <QDeadlineTimer>
#include <QTimer>
#include <chrono>

namespace ch {

qint64 SystemClock::nowMs() const
{
    return QDateTime::currentMSecsSinceEpoch();
}

qint64 SystemClock::monotonicMs() const
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

void SystemClock::callAfter(qint64 delayMs, QObject* context, std::function<void()> fn)
{
    QTimer::singleShot(std::chrono::milliseconds(delayMs < 0 ? 0 : delayMs), Qt::PreciseTimer, context, std::move(fn));
}

} // namespace ch
