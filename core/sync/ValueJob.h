// SPDX-License-Identifier: GPL-3.0-or-later
// Brings what subscriptions are worth up to date, some thousand at a time with the event loop in between: a million take more than a minute, and
// nothing else waits for them. Ends with the mirror's error where there is one. Engine thread; applier and clock outlive it.
#pragma once

#include "base/Clock.h"
#include "base/Job.h"
#include "sync/Applier.h"

namespace ch::sync {

class ValueJob final : public ResultJob<bool> {
public:
    ValueJob(Applier& applier, Clock& clock, QObject* parent) : ResultJob<bool>(parent), m_applier(applier), m_clock(clock) { later(); }

private:
    void later()
    {
        m_clock.callAfter(0, this, [this] { step(); });
    }

    void step()
    {
        if (isSettled()) {
            return;
        }
        const Result<bool> more = m_applier.valuePiece(m_clock.nowMs());
        if (more && *more) {
            later();
        } else {
            settle(more ? Result<bool>(true) : more);
        }
    }

    Applier& m_applier;
    Clock& m_clock;
};

} // namespace ch::sync
