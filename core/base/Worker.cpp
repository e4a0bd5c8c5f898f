// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Worker.h"

namespace ch {

Worker::Worker(QObject* parent) : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
    m_pool.setObjectName(QStringLiteral("worker"));
}

Worker::~Worker()
{
    m_pool.clear();
    m_pool.waitForDone();
    for (const QPointer<Job>& job : m_waiting) {
        if (job) {
            job->cancel();
        }
    }
}

void Worker::start(Job* job, std::function<void()> work)
{
    m_waiting.emplace_back(job);
    m_pool.start(std::move(work));
}

void Worker::answer(std::function<void()> deliver)
{
    QMetaObject::invokeMethod(
        this,
        [this, deliver = std::move(deliver)] {
            m_waiting.pop_front();
            deliver();
        },
        Qt::QueuedConnection);
}

} // namespace ch
