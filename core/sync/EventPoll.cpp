// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/EventPoll.h"

#include "sync/PageRules.h"

#include <algorithm>

namespace ch::sync {

namespace {

/// Held before they are taken in, so that the oldest are applied first. After a long time away there may be more: then the newest go first.
constexpr size_t kPollHoldsAtMost = 10'000;

} // namespace

EventPoll::EventPoll(stripe::StripeClient& client, EventIntake& intake, Clock& clock, qint64 fromCreated, QObject* parent)
    : ResultJob<PollEnd>(parent), m_client(client), m_intake(intake), m_clock(clock), m_from(fromCreated)
{
    m_end.askedMs = clock.nowMs();
    ask({});
}

void EventPoll::cancel()
{
    if (m_call) {
        m_call->disconnect(this);
        m_call->cancel();
    }
    ResultJob<PollEnd>::cancel();
}

void EventPoll::ask(const QString& cursor)
{
    stripe::Params query;
    query.add(QStringLiteral("limit"), 100);
    if (m_from > 0) {
        query.add(QStringLiteral("created[gte]"), m_from);
    }
    if (!cursor.isEmpty()) {
        query.add(QStringLiteral("starting_after"), cursor);
        m_cursors.insert(cursor);
    }
    auto* call = stripe::listPage<stripe::Event>(m_client, stripe::listPath<stripe::Event>(), query, stripe::inBackground(), this);
    m_call = call;
    call->onFinished(this, [this](const Result<stripe::Page<stripe::Event>>& page) { came(page); });
}

void EventPoll::came(const Result<stripe::Page<stripe::Event>>& page)
{
    if (!page) {
        settle(fail(page.error()));
        return;
    }
    const auto name = QStringLiteral("events");
    if (page->hasMore && page->objects.empty()) {
        settle(fail(endless(name).error()));
        return;
    }
    if (const Status fine = judgeObjects(m_client.mode(), page->objects); !fine) {
        settle(fail(fine.error()));
        return;
    }
    for (const auto& received : page->objects) {
        if (m_cursors.contains(received.object.id)) {
            settle(fail(repeats(name, received.object.id).error()));
            return;
        }
    }
    m_collected.insert(m_collected.end(), page->objects.begin(), page->objects.end());
    const QString cursor = page->hasMore ? page->objects.back().object.id : QString();
    if (!page->hasMore || m_collected.size() >= kPollHoldsAtMost) {
        if (const Status taken = takeIn(); !taken) {
            settle(fail(taken.error()));
            return;
        }
    }
    if (page->hasMore) {
        ask(cursor);
    } else {
        settle(m_end);
    }
}

Status EventPoll::takeIn()
{
    std::reverse(m_collected.begin(), m_collected.end());
    const auto taken = m_intake.take(m_collected, store::EventSource::Poll, m_clock.nowMs());
    if (!taken) {
        return fail(taken.error());
    }
    const QSet<QString> fresh(taken->newIds.begin(), taken->newIds.end());
    for (const auto& received : m_collected) {
        m_end.missed += fresh.contains(received.object.id) && received.object.created * 1000 < m_end.askedMs - kWebhookTakesMs ? 1 : 0;
    }
    m_collected.clear();
    return {};
}

} // namespace ch::sync
