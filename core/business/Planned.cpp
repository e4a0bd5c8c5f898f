// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Planned.h"

#include <algorithm>

namespace ch::business {

namespace planned {

std::vector<PlannedItem> itemsOf(const stripe::Subscription& subscription)
{
    std::vector<PlannedItem> items;
    for (const stripe::SubscriptionItem& item : subscription.items) {
        items.push_back({item.price.id, item.quantity});
    }
    std::sort(items.begin(), items.end(), [](const PlannedItem& a, const PlannedItem& b) { return std::pair(a.priceId, a.quantity) < std::pair(b.priceId, b.quantity); });
    return items;
}

} // namespace planned

PlannedCancel plannedFrom(const stripe::Subscription& subscription)
{
    PlannedCancel made;
    made.subscriptionId = subscription.id;
    made.status = subscription.status;
    made.mrr.currency = subscription.currency;
    made.unusedTime.currency = subscription.currency;
    made.pending.currency = subscription.currency;
    made.currentPeriodEnd = subscription.currentPeriodEnd;
    made.customerId = subscription.customerId;
    made.items = planned::itemsOf(subscription);
    made.endsAlready = subscription.cancelAtPeriodEnd || subscription.cancelAt.has_value();
    made.cancelAt = subscription.cancelAt.value_or(subscription.cancelAtPeriodEnd ? subscription.currentPeriodEnd : 0);
    made.isMetered = std::any_of(subscription.items.begin(), subscription.items.end(), [](const stripe::SubscriptionItem& item) { return item.price.usageType == QLatin1String("metered"); });
    return made;
}

bool hasChanged(const PlannedCancel& shown, const stripe::Subscription& now)
{
    return shown.status != now.status || shown.customerId != now.customerId || shown.items != planned::itemsOf(now);
}

QString wordOf(RemainderKind kind)
{
    switch (kind) {
    case RemainderKind::OpenInvoice: return QStringLiteral("open_invoice");
    case RemainderKind::DraftInvoice: return QStringLiteral("draft_invoice");
    case RemainderKind::PendingItem: return QStringLiteral("pending_item");
    case RemainderKind::UnusedTime: return QStringLiteral("unused_time");
    }
    return {};
}

QString wordOf(RemainderChoice choice)
{
    switch (choice) {
    case RemainderChoice::Leave: return QStringLiteral("leave");
    case RemainderChoice::Void: return QStringLiteral("void");
    case RemainderChoice::MarkUncollectible: return QStringLiteral("mark_uncollectible");
    case RemainderChoice::Delete: return QStringLiteral("delete");
    case RemainderChoice::Refund: return QStringLiteral("refund");
    }
    return {};
}

} // namespace ch::business
