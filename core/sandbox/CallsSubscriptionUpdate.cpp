// SPDX-License-Identifier: GPL-3.0-or-later
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
    const auto leave = [&](qint64 at, bool atPeriodEnd) {
        if (row->canceledAt == 0)
            row->canceledAt = now;
        row->cancelAt = at;
        row->cancelAtPeriodEnd = atPeriodEnd;
        row->cancelReason = CancelReason::Requested;
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
    const QByteArray trial = params.text("trial_end");
    const qint64 now = s.timeOf(row.customer);
    if (trial == "now") {
        if (row.status == SubStatus::Trialing) {
            row.trialEnd = row.anchor = now;
            for (Item& item : row.items)
                item.periodEnd = now;
        }
    } else if (!trial.isEmpty()) {
        const auto at = wholeNumber(trial);
        if (!at || *at <= now)
            return invalid("Invalid timestamp: must be an integer Unix timestamp in the future.", "trial_end");
        if (row.status != SubStatus::Trialing)
            return invalid("The sandbox can move a trial's end, but not start a new trial.", "trial_end", "sandbox_unsupported");
        row.trialEnd = row.anchor = *at;
        for (Item& item : row.items)
            item.periodEnd = *at;
    }
    return std::nullopt;
}

std::optional<Fault> Calls::updateDiscounts(const Node& params, Subscription& row)
{
    const Node* node = params.find("discounts");
    if (!node || (!node->leaf && node->children.isEmpty()))
        return std::nullopt;
    const auto coupons = dealsOf(params, row.customer, row.currency, saleWorth(row));
    if (!coupons)
        return coupons.error();
    std::vector<Index> kept;
    for (const Deal coupon : *coupons) {
        const auto held = std::find_if(row.discounts.begin(), row.discounts.end(), [&](Index d) { return s.discounts[d].coupon == coupon.coupon; });
        kept.push_back(held != row.discounts.end() ? *held : m_billing.addDiscount(coupon, row.customer, row.self, kNone, s.timeOf(row.customer)));
    }
    for (const Index old : row.discounts) {
        if (std::find(kept.begin(), kept.end(), old) == kept.end()) {
            s.discounts.edit(old).deleted = true;
            m_log.record("customer.discount.deleted", s.now, s.discounts[old]);
        }
    }
    row.discounts = kept;
    return std::nullopt;
}

std::optional<Fault> Calls::updateItems(const Node& params, Subscription& row)
{
    const Node* items = params.find("items");
    if (!items)
        return std::nullopt;
    std::vector<ItemChange> changes;
    qsizetype left = static_cast<qsizetype>(row.items.size());
    for (const Node& node : items->children) {
        ItemChange change;
        const bool swap = node.has("price") || node.has("price_data");
        const QByteArray id = node.text("id");
        const auto held = std::find_if(row.items.begin(), row.items.end(), [&](const Item& item) { return s.id(Kind::Item, item.self) == id; });
        if (!id.isEmpty() && held == row.items.end())
            return missingObject("subscription_item", id, node.path + "[id]", 400);
        if (swap || id.isEmpty()) {
            const auto price = itemPrice(node, row.currency);
            if (!price)
                return price.error();
            change.price = *price;
        }
        if (id.isEmpty()) {
            for (const Item& item : row.items) {
                if (item.price == change.price)
                    return invalid("Cannot add multiple subscription items with the same plan: `" + s.id(Kind::Price, change.price) + "`", node.path);
            }
            change.quantity = node.number("quantity", 1);
            ++left;
        } else {
            change.item = held->self;
            if (!swap)
                change.price = held->price;
            // Another price without a quantity means one; a quantity alone keeps the price.
            change.quantity = node.number("quantity", swap ? 1 : held->quantity);
            change.remove = node.boolean("deleted");
            left -= change.remove;
        }
        changes.push_back(change);
    }
    if (left < 1)
        return invalid("A subscription must have at least one active plan.", "items");
    if (left > 20)
        return invalid("You can have at most 20 items in a subscription.", "items");
    for (const Node& node : items->children) { // what does not touch money
        for (Item& item : row.items) {
            if (s.id(Kind::Item, item.self) == node.text("id"))
                writeMetadata(node, &item.metadata);
        }
    }
    const QByteArray behavior = params.text("proration_behavior");
    const Proration proration = behavior == "none" ? Proration::None : behavior == "always_invoice" ? Proration::Invoice : Proration::Create;
    const qint64 now = s.timeOf(row.customer);
    qint64 at = params.number("proration_date", now);
    if (at > now || at < row.items.front().periodStart)
        return invalid("Invalid proration_date: must be within the current period and not in the future.", "proration_date");
    m_billing.change(row, changes, at, proration, outcomeOf(s.methodFor(row)));
    return std::nullopt;
}

Answer Calls::updateSubscription(const Call& call)
{
    const auto index = target(call, Kind::Subscription);
    if (!index)
        return tl::unexpected(index.error());
    Subscription& row = s.subscriptions.edit(*index);
    const Node& params = call.params;
    const auto onlyHas = [&params](const QList<QByteArray>& allowed) {
        return std::all_of(params.children.begin(), params.children.end(), [&](const Node& n) { return n.name == "expand" || allowed.contains(n.name); });
    };
    if ((row.status == SubStatus::Canceled || row.status == SubStatus::IncompleteExpired) && !onlyHas({"metadata", "cancellation_details"}))
        return tl::unexpected(invalid("A canceled subscription can only update its cancellation_details and metadata.", {}, "invalid_canceled_subscription_fields"));
    if (row.status == SubStatus::Incomplete && !onlyHas({"metadata", "default_source", "default_payment_method"}))
        return tl::unexpected(invalid("This subscription cannot be updated until its first invoice is paid: only metadata and the payment method can be changed."));
    const Subscription before = row;
    std::optional<Fault> fault = updateFields(params, row);
    if (const auto coupons = dealsOf(params, row.customer, row.currency, saleWorth(row)); !fault && !coupons)
        fault = coupons.error(); // before anything is charged
    if (!fault)
        fault = updateItems(params, row);
    if (!fault)
        fault = updateDiscounts(params, row);
    if (fault) {
        row = before; // nothing of a refused request stays
        return tl::unexpected(*fault);
    }
    if (params.text("trial_end") == "now" && before.status == SubStatus::Trialing) {
        Invoice& invoice = m_billing.renew(row, row.trialEnd);
        m_billing.finalize(invoice, row.trialEnd);
        if (invoice.status == InvoiceStatus::Open && outcomeOf(s.methodFor(row)) == Outcome::Paid)
            m_billing.pay(invoice, row.trialEnd);
        else if (invoice.status == InvoiceStatus::Open)
            m_billing.decline(invoice, row.trialEnd, m_billing.nextRetry(1, row.trialEnd));
    }
    m_log.record("customer.subscription.updated", s.now, row, &before);
    return show(call, Kind::Subscription, *index);
}

} // namespace ch::sandbox
