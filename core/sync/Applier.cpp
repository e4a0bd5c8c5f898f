// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/Applier.h"

namespace ch::sync {

Applier::Applier(store::Mirror& mirror, Valuer valuer, QObject* parent) : QObject(parent), m_mirror(mirror), m_valuer(std::move(valuer)) {}

Status Applier::apply(const store::Batch& batch)
{
    return apply(std::vector{store::BatchPtr(store::BatchPtr(), &batch)}); // owned by the caller
}

Status Applier::apply(const std::vector<store::BatchPtr>& batches)
{
    for (const store::BatchPtr& batch : batches) {
        if (!batch->events.empty() && m_eventSink) {
            if (const Status taken = m_eventSink(batch->events); !taken) {
                return taken;
            }
        }
    }
    const qint64 before = m_mirror.revision();
    const bool isOfBackfill = m_backfilling || batches.back()->run != 0;
    Status stored = m_mirror.apply(batches, isOfBackfill ? Valuer() : m_valuer);
    tellSince(before);
    return stored;
}

Status Applier::gone(const std::vector<store::ObjectRef>& objects, qint64 nowMs)
{
    Status stored = m_mirror.gone(objects, nowMs);
    if (stored && !m_backfilling && m_valuer) {
        stored = m_mirror.revalue(m_valuer, nowMs);
    }
    Q_EMIT changed(m_mirror.revision());
    return stored;
}

Status Applier::valueNow(qint64 nowMs)
{
    if (!m_valuer) {
        return {};
    }
    const qint64 before = m_mirror.revision();
    const Status valued = m_mirror.revalue(m_valuer, nowMs);
    tellSince(before);
    return valued;
}

Result<bool> Applier::valuePiece(qint64 nowMs)
{
    if (!m_valuer) {
        return false;
    }
    const qint64 before = m_mirror.revision();
    const Result<bool> more = m_mirror.revaluePiece(m_valuer, nowMs);
    tellSince(before);
    return more;
}

void Applier::tellSince(qint64 before)
{
    if (const qint64 now = m_mirror.revision(); now != before) {
        Q_EMIT changed(now);
    }
}

} // namespace ch::sync
