// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/MirrorSchedules.h"

namespace ch::revenue {

Status addSchedules(const store::MirrorReader& reader, const QString& customerId, FactsMaker* maker)
{
    return reader.forEachScheduledItem(customerId, [maker](const store::MirrorReader::ScheduledItem& item) {
        const bool driving = item.status == "active" || item.status == "not_started";
        maker->addPhaseItem({item.scheduleId, item.subscriptionId, item.priceId, driving, item.endBehavior == "cancel", item.created, item.endedAt, item.phase, item.phaseStart, item.phaseEnd,
            item.quantity.value_or(1)});
    });
}

Status addAttempts(const store::MirrorReader& reader, const QString& customerId, PastDue* pastDue)
{
    return reader.forEachPaymentAttempt(customerId, [pastDue](const store::MirrorReader::PaymentAttempt& attempt) {
        pastDue->addAttempt({attempt.chargeId, attempt.invoiceId, attempt.subscriptionId, attempt.billingReason, attempt.created, attempt.succeeded, attempt.atOnce});
    });
}

} // namespace ch::revenue
