// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Calls.h"

namespace ch::sandbox {

namespace pause_detail {

/// bill_for[which][type], or what it is without.
QByteArray billFor(const Node& params, const char* which)
{
    const Node* terms = params.find("bill_for");
    const Node* one = terms ? terms->find(which) : nullptr;
    const QByteArray type = one ? one->text("type") : QByteArray();
    return type.isEmpty() ? QByteArray("now") : type;
}

} // namespace pause_detail

Answer Calls::pauseSubscription(const Call& call)
{
    const auto index = target(call, Kind::Subscription);
    if (!index)
        return tl::unexpected(index.error());
    const Subscription& is = s.subscriptions[*index];
    if (is.schedule != kNone)
        return tl::unexpected(invalid("You cannot pause a subscription with an attached schedule: `" + s.id(Kind::Schedule, is.schedule) + "`."));
    if (is.collection == Collection::Send)
        return tl::unexpected(invalid("You can only pause subscriptions with `collection_method` set to `charge_automatically`."));
    if (is.status != SubStatus::Active && is.status != SubStatus::PastDue)
        return tl::unexpected(invalid(QByteArray("You cannot pause a subscription with the status `") + word(is.status) + "`."));
    PauseTerms terms;
    const QByteArray unused = pause_detail::billFor(call.params, "unused_time_from");
    terms.unused = unused == "none" ? PauseTerms::Unused::None : unused == "now" ? PauseTerms::Unused::Now : PauseTerms::Unused::PeriodStart;
    terms.usage = pause_detail::billFor(call.params, "outstanding_usage_through") == "now";
    terms.invoice = call.params.text("invoicing_behavior") == "invoice";
    Subscription& row = s.subscriptions.edit(*index);
    const qint64 now = s.timeOf(row.customer);
    if (row.awaited)
        m_billing.giveUp(row, now, false);
    m_billing.pause(row, now, PausedBy::Request, terms);
    return show(call, Kind::Subscription, *index);
}

Answer Calls::resumeSubscription(const Call& call)
{
    const auto index = target(call, Kind::Subscription);
    if (!index)
        return tl::unexpected(index.error());
    const Subscription& is = s.subscriptions[*index];
    const Node& params = call.params;
    if (is.status != SubStatus::Paused)
        return tl::unexpected(invalid(QByteArray("You can only resume subscriptions with the status `paused`. This subscription's status is `") + word(is.status) + "`."));
    if (is.collection == Collection::Send)
        return tl::unexpected(invalid("You can only resume subscriptions with `collection_method` set to `charge_automatically`."));
    if (is.awaited)
        return tl::unexpected(invalid("This subscription is already being resumed: its invoice `" + s.id(Kind::Invoice, is.awaited->invoice)
                                      + "` must be paid, or voided, first."));
    ResumeTerms terms;
    const Node* anchor = params.find("billing_cycle_anchor");
    terms.anchorNow = !anchor || anchor->text("type") != "unchanged";
    terms.onSuccess = params.text("payment_behavior") == "resume_on_payment_success";
    const QByteArray behavior = params.text("proration_behavior");
    terms.proration = behavior == "none" ? Proration::None : behavior == "always_invoice" ? Proration::Invoice : Proration::Create;
    terms.prorateAt = params.number("proration_date");
    const qint64 now = s.timeOf(is.customer);
    if (params.has("proration_date") && (terms.prorateAt > now || terms.prorateAt < is.pausedAt))
        return tl::unexpected(invalid("Invalid proration_date: must be within the current period and not in the future.", "proration_date"));
    m_billing.resume(s.subscriptions.edit(*index), now, terms, outcomeOf(s.methodFor(is)));
    return show(call, Kind::Subscription, *index);
}

Answer Calls::migrateSubscription(const Call& call)
{
    const auto index = target(call, Kind::Subscription);
    if (!index)
        return tl::unexpected(index.error());
    if (s.subscriptions[*index].status == SubStatus::Canceled || s.subscriptions[*index].status == SubStatus::IncompleteExpired)
        return tl::unexpected(invalid("You cannot migrate a subscription that has ended."));
    // Every subscription of this account is flexible from its start.
    return tl::unexpected(invalid("This subscription already has `billing_mode[type]` set to `flexible`.", "billing_mode[type]"));
}

std::optional<Fault> Calls::changeItem(const Call& call, Index subscription, const QByteArray& item, bool remove)
{
    static const QList<QByteArray> kOfItem{"price", "price_data", "quantity", "metadata", "discounts", "clear_usage"};
    Node params, items, one;
    items.name = items.path = "items";
    one.name = "0"; // its children keep the names that were sent
    const auto leaf = [](const QByteArray& name, const QByteArray& value) {
        Node node;
        node.name = node.path = name;
        node.value = value;
        node.leaf = true;
        return node;
    };
    for (const Node& node : call.params.children) {
        if (kOfItem.contains(node.name))
            one.children.append(node);
        else if (node.name != "subscription" && node.name != "expand")
            params.children.append(node);
    }
    if (!item.isEmpty())
        one.children.append(leaf("id", item));
    if (remove)
        one.children.append(leaf("deleted", "true"));
    items.children.append(one);
    params.children.append(items);
    if (call.params.text("payment_behavior") == "pending_if_incomplete") {
        for (const char* other : {"metadata", "discounts"}) {
            if (call.params.has(other))
                return invalid(QByteArray("When `payment_behavior` is set to `pending_if_incomplete`, you can only pass supported params. `") + other
                                   + "` is not supported. See https://stripe.com/docs/billing/subscriptions/pending-updates-reference#supported-attributes for more details.",
                               other);
        }
    }
    return changeSubscription(subscription, params);
}

Answer Calls::createItem(const Call& call)
{
    const auto index = named(call.params.text("subscription"), Kind::Subscription, "subscription");
    if (!index || call.otherMode)
        return tl::unexpected(missingObject("subscription", call.params.text("subscription"), "subscription", 400));
    if (const auto fault = changeItem(call, *index, {}, false))
        return tl::unexpected(*fault);
    const Subscription& row = s.subscriptions[*index];
    if (row.awaited && !row.awaited->resumes) // not an item yet, but what it will be
        return m_render.pendingItem(row.awaited->items.back(), *index);
    return show(call, Kind::Item, row.items.back().self);
}

Answer Calls::updateItem(const Call& call)
{
    const auto index = target(call, Kind::Item);
    if (!index)
        return tl::unexpected(index.error());
    if (const auto fault = changeItem(call, s.subscriptionOfItem(*index), call.id, false))
        return tl::unexpected(*fault);
    return show(call, Kind::Item, *index);
}

Answer Calls::deleteItem(const Call& call)
{
    const auto index = target(call, Kind::Item);
    if (!index)
        return tl::unexpected(index.error());
    const Subscription& row = s.subscriptions[s.subscriptionOfItem(*index)];
    if (call.params.boolean("clear_usage") && !s.prices[s.item(*index)->price].metered)
        return tl::unexpected(invalid("clear_usage can only be used with a price whose usage_type is `metered`.", "clear_usage"));
    if (call.params.text("payment_behavior") == "pending_if_incomplete")
        return tl::unexpected(invalid("payment_behavior `pending_if_incomplete` cannot be used to delete a subscription item.", "payment_behavior"));
    if (const auto fault = changeItem(call, row.self, call.id, true))
        return tl::unexpected(*fault);
    return Renderer::stub(call.id, "subscription_item");
}

} // namespace ch::sandbox
