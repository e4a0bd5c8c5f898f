// SPDX-License-Identifier: GPL-3.0-or-later
// The one primitive for work that takes time: a one-shot job, a QObject owned by its parent.
//
// finished fires exactly once, never before control has returned to the event loop, and also after cancel(). After it the job
// deletes itself (deleteLater) unless autoDelete is off. Deleting a job earlier calls the work off without a signal.
// Handlers are connected with a context object and carry ids, never rows or references. One thread: the one that made it.
#pragma once

#include "base/Error.h"

#include <QObject>
#include <functional>
#include <optional>

namespace ch {

class Job : public QObject {
    Q_OBJECT
public:
    explicit Job(QObject* parent);

    /// Asks the work to stop. The job still ends with finished, with ErrorKind::Cancelled unless the result was already there.
    /// A write that is on the wire ends as Cancelled with outcomeKnown = false.
    virtual void cancel() = 0;

    [[nodiscard]] bool isFinished() const { return m_announced; }
    void setAutoDelete(bool on) { m_autoDelete = on; }

Q_SIGNALS:
    void finished();

protected:
    /// Queues the one finished signal; further calls do nothing.
    void announce();
    [[nodiscard]] bool isSettled() const { return m_settled; }

private:
    bool m_settled = false;
    bool m_announced = false;
    bool m_autoDelete = true;
};

/// A job that ends with a value or an error. Subclasses do their work and call settle() once.
template <typename T>
class ResultJob : public Job {
public:
    using Job::Job;

    /// Valid from finished on.
    [[nodiscard]] const Result<T>& result() const { return *m_result; }

    /// Calls handler(result) at finished, only while context lives.
    ResultJob* onFinished(QObject* context, std::function<void(const Result<T>&)> handler)
    {
        QObject::connect(this, &Job::finished, context, [this, handler = std::move(handler)] { handler(*m_result); });
        return this;
    }

    /// The base only settles; a subclass that holds other jobs stops them first, then calls this.
    void cancel() override
    {
        settle(fail(ErrorKind::Cancelled, QStringLiteral("Stopped before it ended.")));
    }

protected:
    /// The first call decides; later ones (a late answer after cancel) are dropped.
    void settle(Result<T> result)
    {
        if (isSettled()) {
            return;
        }
        m_result.emplace(std::move(result));
        announce();
    }

private:
    std::optional<Result<T>> m_result;
};

/// A job whose result is known already, or comes from a few calls that need no class of their own.
template <typename T>
class SimpleJob final : public ResultJob<T> {
public:
    using ResultJob<T>::ResultJob;
    SimpleJob(QObject* parent, Result<T> result) : ResultJob<T>(parent) { this->settle(std::move(result)); }
    void end(Result<T> result) { this->settle(std::move(result)); }
};

} // namespace ch
