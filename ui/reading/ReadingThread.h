// SPDX-License-Identifier: GPL-3.0-or-later
// Reads mirror and records beside the window: one thread with read-only connections of its own that answers questions in the order in which
// they were asked. A question is a function over a reader; it runs in that thread and must only hold values. A job that is cancelled or deleted
// stops its question: SQLite gives up in the midst of a statement, and what waits is passed over. The object lives in the GUI thread; its jobs
// fire there. Destroying it stops the question in hand and drops the others without a signal.
#pragma once

#include "base/Job.h"
#include "store/JournalReader.h"
#include "store/MirrorReader.h"

#include <QHash>
#include <QPointer>
#include <QThread>
#include <memory>
#include <tuple>
#include <type_traits>

namespace ch::ui {

/// A question under way.
template <typename T>
class ReadingJob final : public ResultJob<T> {
public:
    ReadingJob(QObject* parent, store::StopFlag stop) : ResultJob<T>(parent), m_stop(std::move(stop)) {}
    ~ReadingJob() override { m_stop->store(true); }
    void cancel() override
    {
        m_stop->store(true);
        ResultJob<T>::cancel();
    }
    void end(Result<T> result) { this->settle(std::move(result)); }

private:
    store::StopFlag m_stop;
};

class ReadingThread final : public QObject {
    Q_OBJECT
public:
    /// folder: AccountState::folder. A reader opens with the first question for it, and anew after one that failed. cache: shared with other threads
    /// that read the same tables.
    explicit ReadingThread(const QString& folder, QObject* parent = nullptr, std::shared_ptr<store::TableCache> cache = {});
    ~ReadingThread() override;

    /// Reader: store::MirrorReader or store::JournalReader.
    template <typename T, typename Reader = store::MirrorReader>
    ResultJob<T>* ask(QObject* parent, std::function<Result<T>(const std::type_identity_t<Reader>&)> question)
    {
        const auto stop = std::make_shared<std::atomic_bool>(false);
        auto* job = new ReadingJob<T>(parent, stop);
        post(job, stop, [question = std::move(question), stop](Readers& readers) -> Deliver {
            auto& reader = std::get<std::unique_ptr<Reader>>(readers.open);
            Status opened;
            if (!reader) {
                auto made = openReader<Reader>(readers);
                opened = made ? Status() : Status(fail(made.error()));
                reader = made ? std::move(*made) : nullptr;
            }
            stopReaderBy(reader.get(), stop);
            auto answer = std::make_shared<Result<T>>(reader ? question(*reader) : Result<T>(fail(opened.error())));
            stopReaderBy(reader.get(), nullptr);
            if (!answer->has_value() && answer->error().kind != ErrorKind::Cancelled) {
                reader.reset();
            }
            return [answer](Job* waiting) { static_cast<ReadingJob<T>*>(waiting)->end(std::move(*answer)); };
        });
        return job;
    }

private:
    /// Live in the thread and are touched there alone.
    struct Readers {
        QString folder;
        std::shared_ptr<store::TableCache> cache;
        std::tuple<std::unique_ptr<store::MirrorReader>, std::unique_ptr<store::JournalReader>> open;
    };
    using Deliver = std::function<void(Job*)>;
    using Work = std::function<Deliver(Readers&)>;
    void post(Job* job, const store::StopFlag& stop, Work work);

    template <typename Reader>
    static Result<std::unique_ptr<Reader>> openReader(const Readers& readers)
    {
        if constexpr (std::is_same_v<Reader, store::MirrorReader>) {
            return Reader::open(readers.folder, readers.cache);
        } else {
            return Reader::open(readers.folder);
        }
    }
    template <typename Reader>
    static void stopReaderBy(const Reader* reader, const store::StopFlag& stop)
    {
        if constexpr (std::is_same_v<Reader, store::MirrorReader>) {
            if (reader) {
                reader->stopBy(stop);
            }
        }
    }

    QThread m_thread;
    QObject m_inThread;
    Readers m_readers;
    struct Waiting {
        QPointer<Job> job;
        store::StopFlag stop;
    };
    QHash<quint64, Waiting> m_waiting;
    quint64 m_last = 0;
};

} // namespace ch::ui
