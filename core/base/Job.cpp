// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Job.h"

namespace ch {

Job::Job(QObject* parent) : QObject(parent) {}

void Job::announce()
{
    if (m_settled) {
        return;
    }
    m_settled = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_announced = true;
            if (m_autoDelete) {
                deleteLater();
            }
            Q_EMIT finished();
        },
        Qt::QueuedConnection);
}

} // namespace ch
