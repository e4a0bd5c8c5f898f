// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Calls.h"

namespace ch::sandbox {

std::optional<Fault> Calls::readCancelAt(const Node& params, Subscription* row) const
{
    const qint64 now = s.timeOf(row->customer);
    const bool both = params.has("cancel_at") && !params.unsets("cancel_at") && params.boolean("cancel_at_period_end");
    if (both)
        return invalid("You may only specify one of these parameters: cancel_at, cancel_at_period_end.", "cancel_at", "parameters_exclusive");
    qint64 end = 0, least = 0;
    for (const Item& item : row->items) {
        end = std::max(end, item.periodEnd);
        least = least == 0 ? item.periodEnd : std::min(least, item.periodEnd);
    }
    end = std::max(end, now); // a paused one has no period that is still to end: it ends at once
    least = std::max(least, now);
    const auto leave = [&](qint64 at, bool atPeriodEnd) {
        if (row->canceledAt == 0)
            row->canceledAt = now;
        row->cancelAt = at;
        row->cancelAtPeriodEnd = atPeriodEnd;
        row->cancelReason = CancelReason::Requested;
        row->cancelProrates = params.text("proration_behavior") != "none";
    };
    const auto stay = [&] {
        row->cancelAt = row->canceledAt = 0;
        row->cancelAtPeriodEnd = false;
        row->cancelReason = CancelReason::None;
    };
    if (params.has("cancel_at_period_end")) {
        if (params.boolean("cancel_at_period_end"))
            leave(end, true);
        else if (row->cancelAtPeriodEnd)
            stay();
    }
    if (params.unsets("cancel_at")) {
        stay();
    } else if (params.has("cancel_at")) {
        const QByteArray text = params.text("cancel_at");
        const auto at = wholeNumber(text);
        if (text == "min_period_end" || text == "max_period_end" || text == "max_billed_until")
            leave(text == "min_period_end" ? least : end, false);
        else if (!at || *at <= now)
            return invalid("Invalid timestamp: cancel_at must be an integer Unix timestamp in the future, min_period_end, max_period_end or max_billed_until.", "cancel_at");
        else
            leave(*at, false);
    }
    return std::nullopt;
}

std::optional<Fault> Calls::updateFields(const Node& params, Subscription& row)
{
    if (const auto fault = readCancelAt(params, &row))
        return fault;
    if (const Node* details = params.find("cancellation_details")) {
        writeText(*details, "comment", &row.cancelComment);
        writeText(*details, "feedback", &row.cancelFeedback);
    }
    writeMetadata(params, &row.metadata);
    writeText(params, "description", &row.description);
    if (const Node* pause = params.find("pause_collection")) {
        row.pause = Pause::None;
        for (const Pause each : {Pause::KeepAsDraft, Pause::MarkUncollectible, Pause::Void}) {
            if (pause->text("behavior") == word(each))
                row.pause = each;
        }
        row.pauseResumesAt = pause->number("resumes_at");
    }
    if (const QByteArray method = params.text("collection_method"); !method.isEmpty())
        row.collection = method == "send_invoice" ? Collection::Send : Collection::Charge;
    if (params.has("days_until_due") && row.collection == Collection::Charge)
        return invalid("You can only set `days_until_due` if `collection_method` is `send_invoice`.", "days_until_due");
    row.daysUntilDue = row.collection == Collection::Send ? static_cast<int>(params.number("days_until_due", row.daysUntilDue)) : 0;
    if (const QByteArray id = params.text("default_payment_method"); !id.isEmpty()) {
        const auto found = named(id, Kind::PaymentMethod, "default_payment_method");
        if (!found)
            return found.error();
        if (s.methods[*found].customer != row.customer)
            return invalid("The customer does not have a payment method with the ID " + id + ". The payment method must be attached to the customer.",
                           "default_payment_method", "resource_missing");
        row.defaultMethod = *found;
    }
    if (const Node* settings = params.find("payment_settings"))
        row.saveMethod = settings->text("save_default_payment_method") == "on_subscription";
    return writeTrialSettings(params, &row.trialMissing);
}

std::optional<Fault> Calls::updatable(const Node& params, const Subscription& row) const
{
    const auto beside = [&params](const QList<QByteArray>& allowed) {
        const auto it = std::find_if(params.children.begin(), params.children.end(), [&](const Node& n) { return n.name != "expand" && !allowed.contains(n.name); });
        return it == params.children.end() ? QByteArray() : it->name;
    };
    if ((row.status == SubStatus::Canceled || row.status == SubStatus::IncompleteExpired) && !beside({"metadata", "cancellation_details"}).isEmpty())
        return invalid("A canceled subscription can only update its cancellation_details and metadata.", {}, "invalid_canceled_subscription_fields");
    if (row.status == SubStatus::Incomplete && !beside({"metadata", "default_source", "default_payment_method"}).isEmpty())
        return invalid("This subscription cannot be updated until its first invoice is paid: only metadata and the payment method can be changed.");
    if (row.schedule != kNone && (params.has("cancel_at") || params.has("cancel_at_period_end")))
        return invalid("The subscription is managed by the subscription schedule `" + s.id(Kind::Schedule, row.schedule)
                       + "`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.");
    if (params.text("payment_behavior") == "pending_if_incomplete") {
        const QByteArray other = beside({"payment_behavior", "proration_behavior", "proration_date", "billing_cycle_anchor", "items", "trial_end",
                                         "trial_from_plan", "add_invoice_items", "off_session"});
        if (!other.isEmpty())
            return invalid("When `payment_behavior` is set to `pending_if_incomplete`, you can only pass supported params. `" + other
                               + "` is not supported. See https://stripe.com/docs/billing/subscriptions/pending-updates-reference#supported-attributes for more details.",
                           other);
    }
    return std::nullopt;
}

std::optional<Fault> Calls::readItemChange(const Node& node, const Subscription& row, ItemChange* change)
{
    const bool swap = node.has("price") || node.has("price_data");
    const QByteArray id = node.text("id");
    const auto held = std::find_if(row.items.begin(), row.items.end(), [&](const Item& item) { return s.id(Kind::Item, item.self) == id; });
    if (!id.isEmpty() && held == row.items.end())
        return missingObject("subscription_item", id, inside(node, "id"), 400);
    if (swap || id.isEmpty()) {
        const auto price = itemPrice(node, row.currency);
        if (!price)
            return price.error();
        change->price = *price;
    }
    if (id.isEmpty()) {
        for (const Item& item : row.items) {
            if (item.price == change->price)
                return invalid("Cannot add multiple subscription items with the same plan: `" + s.id(Kind::Price, change->price) + "`", node.path);
        }
        change->quantity = node.number("quantity", 1);
        writeMetadata(node, &change->metadata);
    } else {
        change->item = held->self;
        if (!swap)
            change->price = held->price;
        // Another price without a quantity means one; a quantity alone keeps the price.
        change->quantity = node.number("quantity", swap ? 1 : held->quantity);
        change->remove = node.boolean("deleted");
    }
    const auto discounts = discountsOf(node, id.isEmpty() ? std::vector<Index>{} : held->discounts, row,
                                       periodAmount(s.prices[change->price], change->quantity));
    if (!discounts)
        return discounts.error();
    change->discounts = *discounts;
    return std::nullopt;
}

std::optional<Fault> Calls::readItemChanges(const Node& params, const Subscription& row, SubscriptionChange* wish)
{
    const Node* items = params.find("items");
    if (!items)
        return std::nullopt;
    auto left = static_cast<qsizetype>(row.items.size());
    for (const Node& node : items->children) {
        ItemChange change;
        if (const auto fault = readItemChange(node, row, &change))
            return fault;
        left += change.item == kNone ? 1 : change.remove ? -1 : 0;
        wish->items.push_back(change);
    }
    if (left < 1)
        return invalid("A subscription must have at least one active plan.", "items");
    if (left > 20)
        return invalid("You can have at most 20 items in a subscription.", "items");
    return std::nullopt;
}

std::optional<Fault> Calls::readTrialChange(const Node& params, const Subscription& row, SubscriptionChange* wish) const
{
    const QByteArray trial = params.text("trial_end");
    if (trial == "now") {
        wish->endTrial = row.status == SubStatus::Trialing;
    } else if (!trial.isEmpty()) {
        const auto at = wholeNumber(trial);
        if (!at || *at <= wish->at)
            return invalid("Invalid timestamp: must be an integer Unix timestamp in the future.", "trial_end");
        if (*at > wish->at + 731 * kDay)
            return invalid("Invalid timestamp: can be no more than two years in the future.", "trial_end");
        if (row.status == SubStatus::Paused)
            return invalid("You cannot start a trial on a paused subscription.", "trial_end");
        wish->trialEnd = *at;
    }
    return std::nullopt;
}

tl::expected<SubscriptionChange, Fault> Calls::readChange(const Node& params, const Subscription& row)
{
    SubscriptionChange wish;
    wish.at = s.timeOf(row.customer);
    const QByteArray behavior = params.text("proration_behavior");
    wish.proration = behavior == "none" ? Proration::None : behavior == "always_invoice" ? Proration::Invoice : Proration::Create;
    if (auto fault = readItemChanges(params, row, &wish))
        return tl::unexpected(*fault);
    if (auto fault = readTrialChange(params, row, &wish))
        return tl::unexpected(*fault);
    if (const Node* anchor = params.find("billing_cycle_anchor"))
        wish.restart = anchor->text("type") == "now";
    const auto discounts = discountsOf(params, row.discounts, row, saleWorth(row));
    if (!discounts)
        return tl::unexpected(discounts.error());
    wish.discounts = *discounts;
    const auto additions = additionsOf(params, row.currency, row.items);
    if (!additions)
        return tl::unexpected(additions.error());
    wish.additions = *additions;
    if (params.has("proration_date")) {
        wish.prorateAt = params.number("proration_date");
        if (wish.prorateAt > wish.at || wish.prorateAt < row.items.front().periodStart)
            return tl::unexpected(invalid("Invalid proration_date: must be within the current period and not in the future.", "proration_date"));
    }
    return wish;
}

std::optional<Fault> Calls::changeItems(const Node& params, Subscription& row)
{
    const auto wish = readChange(params, row);
    if (!wish)
        return wish.error();
    const QByteArray behavior = params.text("payment_behavior");
    const Settle settle = behavior == "default_incomplete" ? Settle::Wait
        : behavior == "error_if_incomplete"               ? Settle::Error
        : behavior == "pending_if_incomplete"             ? Settle::Park
                                                          : Settle::Allow;
    const Index method = s.methodFor(row);
    const Outcome outcome = outcomeOf(method);
    const ChangePlan plan = m_billing.plan(row, *wish);
    if (settle == Settle::Error && row.collection == Collection::Charge && outcome != Outcome::Paid && m_billing.planDue(row, *wish, plan) > 0)
        return method == kNone ? noMethod() : declined(s.methods[method]);
    if (const Node* items = params.find("items")) { // what does not touch money
        for (const Node& node : items->children) {
            for (Item& item : row.items) {
                if (s.id(Kind::Item, item.self) == node.text("id"))
                    writeMetadata(node, &item.metadata);
            }
        }
    }
    if (wish->endTrial && m_billing.endTrialWithoutMethod(row, wish->at))
        return std::nullopt;
    const bool touches = !wish->items.empty() || wish->restart || wish->endTrial || wish->trialEnd != 0 || !wish->additions.empty();
    if (touches && row.awaited && !row.awaited->resumes)
        m_billing.giveUp(row, wish->at, false); // a newer update takes its place
    m_billing.apply(row, *wish, touches ? m_billing.plan(row, *wish) : plan, outcome, settle);
    return std::nullopt;
}

std::optional<Fault> Calls::changeSubscription(Index index, const Node& params)
{
    Subscription& row = s.subscriptions.edit(index);
    if (const auto fault = updatable(params, row))
        return fault;
    const Subscription before = row;
    std::optional<Fault> fault = updateFields(params, row);
    if (!fault && row.status != SubStatus::Canceled && row.status != SubStatus::IncompleteExpired && row.status != SubStatus::Incomplete)
        fault = changeItems(params, row);
    if (fault) {
        row = before; // nothing of a refused request stays
        return fault;
    }
    m_log.record("customer.subscription.updated", s.timeOf(row.customer), row, &before);
    return std::nullopt;
}

Answer Calls::updateSubscription(const Call& call)
{
    const auto index = target(call, Kind::Subscription);
    if (!index)
        return tl::unexpected(index.error());
    if (const auto fault = changeSubscription(*index, call.params))
        return tl::unexpected(*fault);
    return show(call, Kind::Subscription, *index);
}

} // namespace ch::sandbox
