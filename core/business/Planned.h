// SPDX-License-Identifier: GPL-3.0-or-later
// What a take-down or a cancel would do, as plain values: the subscriptions as they were shown, and what would stay open. Frozen into
// the journal when it is agreed, so that an object that has changed since is seen. Times: seconds UTC unless they say Ms.
#pragma once

#include "base/Money.h"
#include "stripe/Objects.h"

#include <QList>
#include <QMap>
#include <QMetaType>
#include <optional>
#include <vector>

namespace ch::business {

struct PlannedItem {
    QString priceId;
    std::optional<qint64> quantity;       ///< nothing: metered
    bool operator==(const PlannedItem&) const = default;
};

/// A subscription that is not ended, as it was shown.
struct PlannedCancel {
    QString subscriptionId = {};
    QString status = {};                       ///< empty: known from a record alone, without a key to ask
    Money mrr = {};
    qint64 currentPeriodEnd = 0;          ///< when it ends where it is cancelled at the period's end
    QString customerId = {};
    std::vector<PlannedItem> items = {};       ///< ordered
    bool endsAlready = false;             ///< it is set to end by itself (at the period's end, or at cancelAt)
    qint64 cancelAt = 0;
    Money unusedTime = {};                     ///< paid and not yet used: about what prorate would credit to the customer's balance, and what a refund gives back
    Money pending = {};                        ///< the sum of its pending items: what invoice now would bill, and what an end without it drops or leaves
    bool isMetered = false;               ///< usage that is not billed yet is billed by invoice now only
    bool operator==(const PlannedCancel&) const = default;
};

/// subscription as a plan shows it; mrr and what stays open are the caller's.
[[nodiscard]] PlannedCancel plannedFrom(const stripe::Subscription& subscription);

/// Whether status, prices or quantities are others than were shown.
[[nodiscard]] bool hasChanged(const PlannedCancel& shown, const stripe::Subscription& now);

/// UnusedTime: paid time of a subscription that a cancel at once takes away.
enum class RemainderKind { OpenInvoice, DraftInvoice, PendingItem, UnusedTime };
enum class RemainderChoice { Leave, Void, MarkUncollectible, Delete, Refund };

/// "open_invoice" ...; "leave" ...: as in the journal.
[[nodiscard]] QString wordOf(RemainderKind kind);
[[nodiscard]] QString wordOf(RemainderChoice choice);

/// What stays open when the subscriptions are cancelled.
struct Remainder {
    RemainderKind kind = RemainderKind::OpenInvoice;
    QString objectId;                     ///< invoice or invoice item; of UnusedTime the paid invoice
    QString label;                        ///< number of the invoice, description of the item; may name a person
    Money amount;                         ///< still to pay; of UnusedTime: what a refund gives back
    QString subscriptionId;               ///< empty: of none
    QString paymentIntentId;              ///< of UnusedTime: what it was paid with, and what is refunded
    QList<RemainderChoice> choices;       ///< what Stripe allows for it, Leave first
    bool operator==(const Remainder&) const = default;
};

using RemainderChoices = QMap<QString, RemainderChoice>; ///< by objectId; absent: Leave

/// One customer of a business, for a person who has to choose among several.
struct PlannedCustomer {
    QString id;
    QString name;
    QString email;
    qint64 created = 0;
    int subscriptions = 0;                ///< not ended, as far as the mirror knows
    bool operator==(const PlannedCustomer&) const = default;
};

/// What became of one step, for people and the trail.
struct StepOutcome {
    QString action;                       ///< cancel, cancel_at_period_end, cancel_legacy, void, mark_uncollectible, delete, refund, delete_customer
    QString objectId;
    QString result;                       ///< done, already_done, skipped, failed, unknown, waiting
    QString code;                         ///< of a skip or failure: changed_since_preview ...
    bool operator==(const StepOutcome&) const = default;
};

inline constexpr char kChangedSincePreview[] = "changed_since_preview";

} // namespace ch::business
