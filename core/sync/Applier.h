// SPDX-License-Identifier: GPL-3.0-or-later
// The one door into the mirror: everything that Stripe answers enters here, in batches, and is valued in the same breath.
// Engine thread. The mirror is used, not owned. valuer comes from workspace (revenue's rule), so that sync knows no revenue.
#pragma once

#include "store/Mirror.h"
#include "store/MirrorReader.h"

#include <QObject>

namespace ch::sync {

/// Takes events before the mirror does; what it refuses, the mirror does not get.
using EventSink = std::function<Status(const std::vector<stripe::Received<stripe::Event>>&)>;
using Valuer = std::function<store::SubscriptionValue(const stripe::Subscription&, const store::MirrorReader&)>;

class Applier : public QObject {
    Q_OBJECT
public:
    Applier(store::Mirror& mirror, Valuer valuer, QObject* parent = nullptr);

    void setEventSink(EventSink sink) { m_eventSink = std::move(sink); }

    /// Stores the batch. While a backfill runs values wait for valueNow(); otherwise they are brought up to date at once.
    [[nodiscard]] Status apply(const store::Batch& batch);
    /// All of them in one transaction, in their order.
    [[nodiscard]] Status apply(const std::vector<store::BatchPtr>& batches);
    /// Stripe has these no more.
    [[nodiscard]] Status gone(const std::vector<store::ObjectRef>& objects, qint64 nowMs);
    /// Values what is dirty and what has changed by time alone; cheap when nothing has. Of a million it takes more than a minute: see ValueJob.
    [[nodiscard]] Status valueNow(qint64 nowMs);
    /// The first some thousand of it. True: there is more.
    [[nodiscard]] Result<bool> valuePiece(qint64 nowMs);
    /// Backfill says when it runs.
    void setBackfilling(bool on) { m_backfilling = on; }

    [[nodiscard]] store::Mirror& mirror() const { return m_mirror; }

Q_SIGNALS:
    /// After a batch was stored. Tables refresh by it.
    void changed(qint64 revision);

private:
    void tellSince(qint64 before);

    store::Mirror& m_mirror;
    Valuer m_valuer;
    EventSink m_eventSink;
    bool m_backfilling = false;
};

} // namespace ch::sync
