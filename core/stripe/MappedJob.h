// SPDX-License-Identifier: GPL-3.0-or-later
// A job that turns the result of another into its own. Stopping it stops the other, whose end then decides (it knows whether a write
// was on the wire). Private to core/stripe.
#pragma once

#include "base/Job.h"

#include <QPointer>

namespace ch::stripe {

template <typename From, typename To>
class MappedJob final : public ResultJob<To> {
public:
    /// start makes the inner job, owned by the parent that it is given.
    MappedJob(QObject* parent, const std::function<ResultJob<From>*(QObject*)>& start, std::function<Result<To>(const From&)> map)
        : ResultJob<To>(parent), m_map(std::move(map))
    {
        ResultJob<From>* const inner = start(this);
        m_inner = inner;
        inner->onFinished(this, [this](const Result<From>& result) {
            m_inner = nullptr;
            this->settle(result ? m_map(*result) : Result<To>(fail(result.error())));
        });
    }

    void cancel() override
    {
        if (m_inner) {
            m_inner->cancel();
        } else {
            ResultJob<To>::cancel();
        }
    }

private:
    QPointer<Job> m_inner;
    std::function<Result<To>(const From&)> m_map;
};

} // namespace ch::stripe
