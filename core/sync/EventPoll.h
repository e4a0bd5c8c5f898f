// SPDX-License-Identifier: GPL-3.0-or-later
// Asks Stripe once for the events since an instant, to the list's end, and hands them to the intake, oldest first. Stripe lists newest first and may
// show an event late or in another order: who asks goes back a little before what is known, and the intake absorbs what came before.
// Engine thread; client, intake and clock outlive the job.
#pragma once

#include "base/Clock.h"
#include "base/Job.h"
#include "stripe/Calls.h"
#include "sync/EventIntake.h"

namespace ch::sync {

struct PollEnd {
    qint64 askedMs = 0;            ///< UTC, before the first request left: every event that could be seen then is taken
    qint64 missed = 0;             ///< events that the log did not have, older than kWebhookTakesMs: a webhook that works had brought them
};

class EventPoll : public ResultJob<PollEnd> {
    Q_OBJECT
public:
    /// So long a webhook may take without being called broken.
    static constexpr qint64 kWebhookTakesMs = 15'000;

    /// fromCreated: seconds by Stripe's clock; 0: everything that Stripe still has.
    EventPoll(stripe::StripeClient& client, EventIntake& intake, Clock& clock, qint64 fromCreated, QObject* parent);
    void cancel() override;

private:
    void ask(const QString& cursor);
    void came(const Result<stripe::Page<stripe::Event>>& page);
    [[nodiscard]] Status takeIn();

    stripe::StripeClient& m_client;
    EventIntake& m_intake;
    Clock& m_clock;
    qint64 m_from;
    QPointer<Job> m_call;
    QSet<QString> m_cursors;
    Events m_collected;            ///< newest first
    PollEnd m_end;
};

} // namespace ch::sync
