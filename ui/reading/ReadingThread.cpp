// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/reading/ReadingThread.h"

namespace ch::ui {

ReadingThread::ReadingThread(const QString& folder, QObject* parent) : QObject(parent)
{
    m_readers.folder = folder;
    m_inThread.moveToThread(&m_thread);
    m_thread.setObjectName(QStringLiteral("reading"));
    m_thread.start();
}

ReadingThread::~ReadingThread()
{
    m_thread.quit();
    m_thread.wait();
}

void ReadingThread::post(Job* job, Work work)
{
    const quint64 number = ++m_last;
    m_waiting.insert(number, job);
    QMetaObject::invokeMethod(&m_inThread, [this, number, work = std::move(work)] {
        Deliver deliver = work(m_readers);
        QMetaObject::invokeMethod(this, [this, number, deliver = std::move(deliver)] {
            const QPointer<Job> waiting = m_waiting.take(number);
            if (waiting) {
                deliver(waiting);
            }
        }, Qt::QueuedConnection);
    }, Qt::QueuedConnection);
}

} // namespace ch::ui
