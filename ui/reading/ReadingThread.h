// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the mirror beside the window: one thread with a read-only connection of its own that answers questions in the order in which they
// were asked. A question is a function over the reader; it runs in that thread and must only hold values. The object lives in the GUI
// thread; its jobs fire there. Destroying it waits for the question in hand and drops the others without a signal.
#pragma once

#include "base/Job.h"
#include "store/MirrorReader.h"

#include <QHash>
#include <QPointer>
#include <QThread>
#include <memory>

namespace ch::ui {

class ReadingThread final : public QObject {
    Q_OBJECT
public:
    /// folder: AccountState::folder. The reader opens with the first question, and anew after one that failed.
    explicit ReadingThread(const QString& folder, QObject* parent = nullptr);
    ~ReadingThread() override;

    template <typename T>
    ResultJob<T>* ask(QObject* parent, std::function<Result<T>(const store::MirrorReader&)> question)
    {
        auto* job = new SimpleJob<T>(parent);
        post(job, [question = std::move(question)](const Result<const store::MirrorReader*>& reader, bool* failed) -> Deliver {
            auto answer = std::make_shared<Result<T>>(reader ? question(**reader) : Result<T>(fail(reader.error())));
            *failed = !answer->has_value();
            return [answer](Job* waiting) { static_cast<SimpleJob<T>*>(waiting)->end(std::move(*answer)); };
        });
        return job;
    }

private:
    using Deliver = std::function<void(Job*)>;
    using Work = std::function<Deliver(const Result<const store::MirrorReader*>&, bool* failed)>;
    struct Worker;
    void post(Job* job, Work work);

    QThread m_thread;
    std::unique_ptr<Worker> m_worker;
    QHash<quint64, QPointer<Job>> m_waiting;
    quint64 m_last = 0;
};

} // namespace ch::ui
