// SPDX-License-Identifier: GPL-3.0-or-later
// Events that come by webhook, and those that a person has applied once more, in Workspace.
#include "base/Log.h"
#include "stripe/Calls.h"
#include "workspace/WorkspaceJobs.h"

namespace ch::workspace {

void Workspace::Private::takeWebhooks(const endpoint::Came& came)
{
    sync::Events events;
    events.reserve(came.payloads.size());
    for (const stripe::WebhookPayload& payload : came.payloads) {
        events.push_back(payload.event);
    }
    // They stand in the log already and were answered: what cannot be handed on now waits there.
    if (const auto taken = intake->take(events, store::EventSource::Webhook, came.receivedMs); !taken) {
        log::warning(QStringLiteral("webhooks were not handed on: %1").arg(taken.error().message));
    }
}

ResultJob<bool>* Workspace::replayEvent(const QString& eventId, QObject* parent)
{
    const auto take = [](Private& inside, const QByteArray& json) -> Result<bool> {
        const auto event = stripe::parseWebhook(json); // compact, as events are handed on
        const auto taken = event ? inside.intake->take({event->event}, store::EventSource::Replay, inside.clock.nowMs()) : Result<sync::Taken>(fail(event.error()));
        return taken ? Result<bool>(true) : Result<bool>(fail(taken.error()));
    };
    if (const auto kept = d->mirror->reader().json(eventId); kept && *kept) {
        return new SimpleJob<bool>(parent, take(*d, **kept));
    }
    return new ActJob<bool>(*this, [eventId, take](Private& inside, QObject* nest) {
        auto* job = new SimpleJob<bool>(nest);
        stripe::CallOptions options;
        stripe::retrieve<stripe::Event>(inside.connection->client(), eventId, {}, options, job)->onFinished(job, [job, take, &inside](const Result<stripe::Answered<stripe::Event>>& read) {
            if (read) {
                job->end(take(inside, read->answer.json));
                return;
            }
            Error error = read.error();
            if (error.kind == ErrorKind::NotFound) {
                error.message = QStringLiteral("Stripe does not have this event any more: it keeps events for 30 days. Synchronise to read the objects themselves.");
            }
            job->end(fail(std::move(error)));
        });
        return job;
    }, [](const Error& error) -> Result<bool> { return fail(error); }, parent, true);
}

} // namespace ch::workspace
