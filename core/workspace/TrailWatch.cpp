// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/TrailWatch.h"

namespace ch::workspace {

void TrailWatch::know(const store::AuditHead& head)
{
    const std::lock_guard lock(m_mutex);
    if (!m_known || m_known->entries < head.entries) {
        m_known = head;
    }
}

Result<TrailWatch::Look> TrailWatch::look(const store::RecordsFile& records, const Clock& clock)
{
    const qint64 startMs = clock.monotonicMs();
    if (m_look && startMs < m_dueMs) {
        return *m_look;
    }
    const auto known = [this] {
        const std::lock_guard lock(m_mutex);
        return m_known;
    }();
    const auto head = records.auditHead(); // before: what is written meanwhile is looked at next time
    const auto check = records.verifyAudit(known);
    if (!head || !check) {
        return fail(!head ? head.error() : check.error());
    }
    if (check->ok) {
        know(*head);
    }
    constexpr qint64 kShare = 100;
    m_look = Look{check->ok, clock.nowMs()};
    m_dueMs = startMs + qMax(kEveryMs, kShare * (clock.monotonicMs() - startMs));
    return *m_look;
}

} // namespace ch::workspace
