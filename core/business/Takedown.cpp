// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Takedown.h"

#include "base/Log.h"
#include "business/TakedownPrivate.h"

namespace ch::business {

QString actorName()
{
    const QString user = qEnvironmentVariable("USER", qEnvironmentVariable("USERNAME"));
    return user.isEmpty() ? QStringLiteral("unknown") : user;
}

Takedown::Takedown(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const TakedownRequest& request, QObject* parent)
    : ResultJob(parent), d(std::make_unique<Private>(*this, client, applier, records, clock, request))
{
    QMetaObject::invokeMethod(this, [this] { d->resolve(); }, Qt::QueuedConnection);
}

Takedown::~Takedown() = default;

void Takedown::cancel()
{
    d->stopping = true;
    if (d->active) {
        d->active->cancel();
    }
}

bool Takedown::Private::stopsHere()
{
    if (stopping) {
        stepFailed(takedown::withCode(ErrorKind::Cancelled, "stopped", QStringLiteral("Stopped before it ended. Take the business down again to finish.")));
    }
    return stopping;
}

/// Where the steps end early. Past the cancels (status is set by then) it never hides that they succeeded.
void Takedown::Private::stepFailed(const Error& error)
{
    outcome.error = error;
    if (!error.requestId.isEmpty()) {
        outcome.requestIds << error.requestId;
    }
    if (outcome.status == QLatin1String("taken_down")) {
        outcome.partly = true;
        outcome.customerDeleted = false;
    } else {
        outcome.status = error.outcomeKnown ? QStringLiteral("failed") : QStringLiteral("unknown");
        outcome.stripe = QStringLiteral("error:") + errorCode(error);
        outcome.partly = cancels > 0;
    }
    writeDown();
}

void Takedown::Private::closeRecord()
{
    const bool isWhole = customers.size() == business.customerIds.size() || (record && customers.contains(record->customerId));
    if (outcome.status != QLatin1String("taken_down") || !isWhole || business.businessId.isEmpty() || customers.contains(business.businessId)) {
        return;
    }
    // A business without a record gets one: when its customer is deleted nothing in Stripe says any more that there was one.
    store::Record closed = record.value_or(store::Record());
    closed.businessId = business.businessId;
    closed.businessType = record ? QString() : business.type;
    if (closed.customerId.isEmpty() && customers.size() == 1) {
        closed.customerId = customers.front();
    }
    if (closed.subscriptionId.isEmpty()) {
        closed.subscriptionId = newestSeen;
    }
    if (closed.takenDownAtMs == 0) {
        closed.takenDownAtMs = clock.nowMs();
    }
    if (!seen.isEmpty() || intentCancelledNow || intentStatus == QLatin1String("canceled")) {
        closed.subscriptionStatus = QStringLiteral("canceled");
    }
    if (const auto written = records.importRecords({closed}); !written) {
        outcome.error = outcome.error ? outcome.error : written.error();
        outcome.partly = true;
    }
}

void Takedown::Private::writeDown()
{
    active = nullptr;
    closeRecord();
    outcome.requestIds.removeDuplicates();
    store::AuditEntry entry;
    entry.atMs = clock.nowMs();
    entry.actor = actorName();
    entry.action = takedown::kAction;
    entry.businessId = business.businessId.isEmpty() ? request.businessId : business.businessId;
    const bool isUnknown = outcome.error && !outcome.error->outcomeKnown;
    entry.outcome = isUnknown ? QStringLiteral("unknown") : outcome.partly ? QStringLiteral("partly") : outcome.status == QLatin1String("taken_down") ? QStringLiteral("done") : QStringLiteral("failed");
    trail << outcome.stripe;
    if (outcome.error && !outcome.stripe.startsWith(QLatin1String("error:"))) {
        trail << QStringLiteral("error:") + errorCode(*outcome.error);
    }
    entry.detail = trail.join(QStringLiteral("; "));
    entry.requestIds = outcome.requestIds;
    if (const Status written = records.appendAudit(entry); !written) {
        log::error(QStringLiteral("take-down: the trail could not be written: %1").arg(written.error().message));
        outcome.error = outcome.error ? outcome.error : written.error();
        outcome.partly = true;
    }
    q.settle(outcome);
}

/// The mirror is a copy: that it could not take an answer never stops or hides what was done in Stripe. The next sync brings it.
void Takedown::Private::apply(store::Batch batch)
{
    batch.receivedAtMs = clock.nowMs();
    if (const Status applied = applier.apply(batch); !applied) {
        log::warning(QStringLiteral("take-down: the mirror did not take an answer: %1").arg(applied.error().message));
    }
}

} // namespace ch::business
