// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/EventIntake.h"

#include "sync/PageRules.h"

#include <QSet>

namespace ch::sync {

Result<Taken> EventIntake::take(const Events& events, store::EventSource source, qint64 receivedMs)
{
    for (const auto& received : events) {
        if (received.object.id.isEmpty()) {
            return fail(ErrorKind::InvalidInput, QStringLiteral("An event has no id, so it cannot be told whether it came before. Nothing of it was taken."));
        }
        if (received.object.livemode != (m_mode == stripe::Mode::Live)) {
            return fail(wrongMode(received.object.id));
        }
    }
    auto added = m_log.append(events, source, receivedMs);
    if (!added) {
        return fail(added.error());
    }
    Taken taken;
    taken.newIds = *std::move(added);
    QSet<QString> toApply(taken.newIds.begin(), taken.newIds.end());
    QSet<QString> told = toApply;
    for (const auto& received : events) {
        const QString& id = received.object.id;
        if (told.contains(id)) {
            continue;
        }
        told.insert(id);
        taken.knownIds << id;
        if (source == store::EventSource::Replay) {
            if (const Status waits = m_log.waitAgain(id); !waits) {
                return fail(waits.error());
            }
            toApply.insert(id);
        }
    }
    // Known and not applied yet: a former program was killed between the two, or a sync that listed it never ended; and it comes once more, whole.
    if (const Status waits = source == store::EventSource::Backfill ? Status() : m_log.waitWhereUnread(taken.knownIds); !waits) {
        return fail(waits.error());
    }
    const auto waiting = m_log.waitingAmong(taken.knownIds);
    if (!waiting) {
        return fail(waiting.error());
    }
    toApply.unite(QSet<QString>(waiting->begin(), waiting->end()));
    if (source == store::EventSource::Backfill || !m_feed || toApply.isEmpty()) {
        return taken;
    }
    Events handed;
    for (const auto& received : events) {
        if (toApply.remove(received.object.id)) {
            handed.push_back(received);
        }
    }
    m_feed(std::move(handed), source);
    return taken;
}

} // namespace ch::sync
