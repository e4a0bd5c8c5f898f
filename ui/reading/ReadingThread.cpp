// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/reading/ReadingThread.h"

namespace ch::ui {

ReadingThread::ReadingThread(const QString& folder, QObject* parent, std::shared_ptr<store::TableCache> cache) : QObject(parent)
{
    m_readers.folder = folder;
    m_readers.cache = std::move(cache);
    m_inThread.moveToThread(&m_thread);
    m_thread.setObjectName(QStringLiteral("reading"));
    m_thread.start();
}

ReadingThread::~ReadingThread()
{
    for (const Waiting& waiting : std::as_const(m_waiting)) {
        waiting.stop->store(true);
    }
    m_thread.quit();
    m_thread.wait();
}

void ReadingThread::post(Job* job, const store::StopFlag& stop, Work work)
{
    const quint64 number = ++m_last;
    m_waiting.insert(number, {job, stop});
    QMetaObject::invokeMethod(&m_inThread, [this, number, stop, work = std::move(work)] {
        Deliver deliver = stop->load() ? Deliver() : work(m_readers); // nobody waits for what was stopped
        QMetaObject::invokeMethod(this, [this, number, deliver = std::move(deliver)] {
            const QPointer<Job> waiting = m_waiting.take(number).job;
            if (waiting && deliver) {
                deliver(waiting);
            }
        }, Qt::QueuedConnection);
    }, Qt::QueuedConnection);
}

} // namespace ch::ui
