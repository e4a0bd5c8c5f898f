// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/reading/ReadingThread.h"

namespace ch::ui {

/// Lives in the thread; its members are touched there alone.
struct ReadingThread::Worker {
    QObject inThread;
    QString folder;
    std::unique_ptr<store::MirrorReader> reader;

    Deliver answer(const Work& work)
    {
        Result<const store::MirrorReader*> opened(nullptr);
        if (!reader) {
            auto made = store::MirrorReader::open(folder);
            if (made) {
                reader = std::move(*made);
            } else {
                opened = fail(made.error());
            }
        }
        if (reader) {
            opened = reader.get();
        }
        bool failed = false;
        Deliver deliver = work(opened, &failed);
        if (failed) {
            reader.reset();
        }
        return deliver;
    }
};

ReadingThread::ReadingThread(const QString& folder, QObject* parent) : QObject(parent), m_worker(std::make_unique<Worker>())
{
    m_worker->folder = folder;
    m_worker->inThread.moveToThread(&m_thread);
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
    QMetaObject::invokeMethod(&m_worker->inThread, [this, number, work = std::move(work)] {
        Deliver deliver = m_worker->answer(work);
        QMetaObject::invokeMethod(this, [this, number, deliver = std::move(deliver)] {
            const QPointer<Job> waiting = m_waiting.take(number);
            if (waiting) {
                deliver(waiting);
            }
        }, Qt::QueuedConnection);
    }, Qt::QueuedConnection);
}

} // namespace ch::ui
