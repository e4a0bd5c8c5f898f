// SPDX-License-Identifier: GPL-3.0-or-later
// A thread beside the one that asks, for work that takes the processor and touches nothing that is shared: reading a page's JSON, packing it.
// Works run one after the other, in the order in which they came. Made, asked and destroyed in one thread; the jobs live there. Destroying it
// waits for the work that runs, and ends the jobs of the rest as Cancelled.
#pragma once

#include "base/Job.h"

#include <QPointer>
#include <QThreadPool>
#include <deque>

namespace ch {

class Worker final : public QObject {
public:
    explicit Worker(QObject* parent = nullptr);
    ~Worker() override;

    /// work is called in the worker's thread, or at once in this one where worker is null. A job that is cancelled or deleted drops what its
    /// work returns. work must not throw, and holds nothing by reference that may go before it.
    template <typename T>
    [[nodiscard]] static ResultJob<T>* run(Worker* worker, QObject* parent, std::function<Result<T>()> work)
    {
        if (!worker) {
            return new SimpleJob<T>(parent, work());
        }
        auto* job = new SimpleJob<T>(parent);
        worker->start(job, [worker, alive = QPointer<SimpleJob<T>>(job), work = std::move(work)] {
            auto result = std::make_shared<Result<T>>(work());
            worker->answer([alive, result] {
                if (alive) {
                    alive->end(std::move(*result));
                }
            });
        });
        return job;
    }

private:
    void start(Job* job, std::function<void()> work);
    void answer(std::function<void()> deliver); ///< from the worker's thread

    QThreadPool m_pool;
    std::deque<QPointer<Job>> m_waiting;        ///< in the order of their works, which is that of their answers
};

} // namespace ch
