// SPDX-License-Identifier: GPL-3.0-or-later
// Each change that a take-down or a cancel makes, as a ChangeWish: the request, where the object is read, and what its state says. The
// parameters and what Stripe does with them: docs.stripe.com/api/subscriptions/cancel, .../subscriptions/update, .../invoices/void,
// .../invoices/mark_uncollectible, .../invoices/delete, .../invoiceitems/delete, .../payment_intents/cancel, .../customers/delete.
// Private to core/business.
#pragma once

#include "business/ChangeStep.h"
#include "business/FrozenAct.h"
#include "business/Runner.h"

namespace ch::business {

/// Now (DELETE) or at the period's end (POST cancel_at_period_end), with the reason as its comment. Ended counts as reached for both.
[[nodiscard]] ChangeWish cancelWish(const PlannedCancel& shown, const FrozenAct& act);
/// Whether a step of the journal is one of these.
[[nodiscard]] bool isSubscriptionCancel(const store::JournalStep& step);
/// Void, mark uncollectible, or delete a draft or a pending item. Not for a refund.
[[nodiscard]] ChangeWish remainderWish(const FrozenRemainder& remainder);
/// A legacy payment. One that succeeded meanwhile is Changed.
[[nodiscard]] ChangeWish intentWish(const FrozenAct& act);
/// A customer that says another business by now is Changed.
[[nodiscard]] ChangeWish deletionWish(const QString& customerId, const FrozenAct& act);

/// A refund of unused time, which makes an object: for Runner. It carries in its metadata the operation and the invoice whose time it gives
/// back, so that it is found by list, also one that another program made.
[[nodiscard]] StepWish refundWish(const QPointer<stripe::StripeClient>& client, const FrozenRemainder& remainder, const QString& operationId);
/// Whether that refund is there already; an empty id: no, and it can be made; nothing: no, and less than its amount is left to refund.
[[nodiscard]] ResultJob<std::optional<StepObject>>* lookForRefund(stripe::StripeClient& client, const FrozenRemainder& remainder, QObject* parent);

} // namespace ch::business
