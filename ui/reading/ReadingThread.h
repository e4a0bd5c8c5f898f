// SPDX-License-Identifier: GPL-3.0-or-later
// Reads mirror and records beside the window: one thread with read-only connections of its own that answers questions in the order in which
// they were asked. A question is a function over a reader; it runs in that thread and must only hold values. The object lives in the GUI
// thread; its jobs fire there. Destroying it waits for the question in hand and drops the others without a signal.
#pragma once

#include "base/Job.h"
#include "store/MirrorReader.h"
#include "store/JournalReader.h"

#include <QHash>
#include <QPointer>
#include <QThread>
#include <memory>
#include <tuple>
#include <type_traits>

namespace ch::ui {

class ReadingThread final : public QObject {
    Q_OBJECT
public:
    /// folder: AccountState::folder. A reader opens with the first question for it, and anew after one that failed.
    explicit ReadingThread(const QString& folder, QObject* parent = nullptr);
    ~ReadingThread() override;

    /// Reader: store::MirrorReader or store::JournalReader.
    template <typename T, typename Reader = store::MirrorReader>
    ResultJob<T>* ask(QObject* parent, std::function<Result<T>(const std::type_identity_t<Reader>&)> question)
    {
        auto* job = new SimpleJob<T>(parent);
        post(job, [question = std::move(question)](Readers& readers) -> Deliver {
            auto& reader = std::get<std::unique_ptr<Reader>>(readers.open);
            Status opened;
            if (!reader) {
                auto made = Reader::open(readers.folder);
                opened = made ? Status() : Status(fail(made.error()));
                reader = made ? std::move(*made) : nullptr;
            }
            auto answer = std::make_shared<Result<T>>(reader ? question(*reader) : Result<T>(fail(opened.error())));
            if (!answer->has_value()) {
                reader.reset();
            }
            return [answer](Job* waiting) { static_cast<SimpleJob<T>*>(waiting)->end(std::move(*answer)); };
        });
        return job;
    }

private:
    /// Live in the thread and are touched there alone.
    struct Readers {
        QString folder;
        std::tuple<std::unique_ptr<store::MirrorReader>, std::unique_ptr<store::JournalReader>> open;
    };
    using Deliver = std::function<void(Job*)>;
    using Work = std::function<Deliver(Readers&)>;
    void post(Job* job, Work work);

    QThread m_thread;
    QObject m_inThread;
    Readers m_readers;
    QHash<quint64, QPointer<Job>> m_waiting;
    quint64 m_last = 0;
};

} // namespace ch::ui
