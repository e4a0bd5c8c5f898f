// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/CallsList.h"

namespace ch::sandbox {

namespace calls_detail {

bool hasStatus(const Subscription& row, const QByteArray& wanted)
{
    if (wanted == "all")
        return true;
    if (wanted.isEmpty())
        return row.status != SubStatus::Canceled;
    if (wanted == "ended")
        return row.status == SubStatus::Canceled || row.status == SubStatus::IncompleteExpired;
    return wanted == word(row.status);
}

} // namespace calls_detail

Answer Calls::listSubscriptions(const Call& call)
{
    const Node& params = call.params;
    const QByteArray status = params.text("status"), customerId = params.text("customer"), clockId = params.text("test_clock");
    const QByteArray priceId = params.has("price") ? params.text("price") : params.text("plan"), collection = params.text("collection_method");
    Index customer = kNone, clock = kNone, price = kNone;
    for (const auto& [id, kind, name, index] : {std::tuple{customerId, Kind::Customer, "customer", &customer},
                                                std::tuple{clockId, Kind::TestClock, "test_clock", &clock},
                                                std::tuple{priceId, Kind::Price, "price", &price}}) {
        if (id.isEmpty())
            continue;
        const auto found = named(id, kind, name);
        if (!found)
            return tl::unexpected(found.error());
        *index = *found;
    }
    const Node* tax = params.find("automatic_tax");
    const bool noneTaxed = tax && tax->boolean("enabled");
    const auto keep = [&](const Subscription& row) {
        if (noneTaxed || (customer == kNone && row.clock != clock) || (clock != kNone && row.clock != clock) || !calls_detail::hasStatus(row, status))
            return false;
        if (!collection.isEmpty() && collection != word(row.collection))
            return false;
        if (price != kNone && std::none_of(row.items.begin(), row.items.end(), [&](const Item& item) { return item.price == price; }))
            return false;
        qint64 start = 0, end = 0; // the greatest start and the least end over the items, as the package says
        for (const Item& item : row.items) {
            start = std::max(start, item.periodStart);
            end = end == 0 ? item.periodEnd : std::min(end, item.periodEnd);
        }
        return inRange(params, "created", row.created) && inRange(params, "current_period_start", start) && inRange(params, "current_period_end", end);
    };
    return customer == kNone ? list(call, Kind::Subscription, s.subscriptions, s.subscriptions.order(), keep)
                             : list(call, Kind::Subscription, s.subscriptions, s.subscriptionsOf(customer), keep);
}

Outcome Calls::outcomeOf(Index method) const
{
    if (method == kNone)
        return Outcome::Waits;
    return !s.methods[method].decline ? Outcome::Paid : Outcome::Declined;
}

tl::expected<Index, Fault> Calls::inlinePrice(const Node& data)
{
    const auto product = named(data.text("product"), Kind::Product, data.path + "[product]");
    if (!product || s.products[*product].deleted)
        return tl::unexpected(missingObject("product", data.text("product"), data.path + "[product]", 400));
    Price made;
    made.created = s.now;
    if (const auto fault = writePrice(data, &made))
        return tl::unexpected(*fault);
    made.product = *product;
    made.inlineMade = true;
    made.active = false; // as Stripe has it: used once, not for sale
    return s.prices.add(std::move(made)).self;
}

tl::expected<std::optional<std::vector<Deal>>, Fault> Calls::discountsOf(const Node& params, const std::vector<Index>& held, const Subscription& row, qint64 amount) const
{
    const Node* discounts = params.find("discounts");
    if (!discounts || (!discounts->leaf && discounts->children.isEmpty()))
        return std::nullopt; // not sent, or an empty array: as they are
    std::vector<Deal> out;
    for (const Node& entry : discounts->children) {
        if (!entry.has("discount")) {
            Node list, alone = *discounts;
            alone.children = {entry};
            list.children = {alone};
            const auto deals = dealsOf(list, row.customer, row.currency, amount);
            if (!deals)
                return tl::unexpected(deals.error());
            out.insert(out.end(), deals->begin(), deals->end());
            continue;
        }
        if (entry.has("coupon") || entry.has("promotion_code"))
            return tl::unexpected(invalid("You may only specify one of these parameters: coupon, discount, promotion_code.", inside(entry, "discount"), "parameters_exclusive"));
        const Index discount = s.find(Kind::Discount, entry.text("discount")); // of the object, or of what it belongs to
        const auto among = [discount](const std::vector<Index>& own) { return std::find(own.begin(), own.end(), discount) != own.end(); };
        if (discount == kNone || (!among(held) && !among(row.discounts) && s.customers[row.customer].discount != discount))
            return tl::unexpected(missingObject("discount", entry.text("discount"), inside(entry, "discount"), 400));
        out.emplace_back(kNone, kNone, discount);
    }
    return out;
}

tl::expected<std::vector<LineDraft>, Fault> Calls::additionsOf(const Node& params, const QByteArray& currency, const std::vector<Item>& items)
{
    std::vector<LineDraft> out;
    const Node* entries = params.find("add_invoice_items");
    if (!entries)
        return out;
    if (entries->children.size() > 20)
        return tl::unexpected(invalid("You may pass up to 20 add_invoice_items.", "add_invoice_items"));
    for (const Node& entry : entries->children) {
        const Node* data = entry.find("price_data");
        if (!entry.has("price") && !data)
            return tl::unexpected(invalid("Missing required param: " + inside(entry, "price") + '.', inside(entry, "price"), "parameter_missing"));
        const auto index = data ? inlinePrice(*data) : named(entry.text("price"), Kind::Price, inside(entry, "price"));
        if (!index)
            return tl::unexpected(index.error());
        const Price& price = s.prices[*index];
        if (price.recurring)
            return tl::unexpected(invalid("The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.", inside(entry, "price")));
        if (!price.active && !price.inlineMade)
            return tl::unexpected(invalid("The price specified is inactive. This field only accepts active prices.", inside(entry, "price")));
        if (price.currency != currency)
            return tl::unexpected(invalid("The price specified only supports `" + price.currency + "`. This doesn't match the expected currency: `" + currency + "`.",
                                          inside(entry, "price")));
        LineDraft line;
        line.price = *index;
        line.quantity = entry.number("quantity", 1);
        line.amount = periodAmount(price, line.quantity);
        for (const Item& item : items) { // as Stripe has it: the latest start and the earliest end of the items
            line.start = std::max(line.start, item.periodStart);
            line.end = line.end == 0 ? item.periodEnd : std::min(line.end, item.periodEnd);
        }
        out.push_back(line);
    }
    return out;
}

std::optional<Fault> Calls::writeTrialSettings(const Node& params, TrialMissing* missing) const
{
    const Node* settings = params.find("trial_settings");
    const Node* behavior = settings ? settings->find("end_behavior") : nullptr;
    if (!behavior)
        return std::nullopt;
    for (const TrialMissing each : {TrialMissing::CreateInvoice, TrialMissing::Cancel, TrialMissing::Pause}) {
        if (behavior->text("missing_payment_method") == word(each))
            *missing = each;
    }
    return std::nullopt;
}

Fault Calls::noMethod()
{
    return invalid("This customer has no attached payment source or default payment method. Please consider adding a default payment "
                   "method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.",
                   {}, "resource_missing");
}

tl::expected<Index, Fault> Calls::itemPrice(const Node& node, const QByteArray& currency)
{
    const Node* data = node.find("price_data");
    if (!node.has("price") && !data)
        return tl::unexpected(invalid("Missing required param: " + node.path + "[price].", inside(node, "price"), "parameter_missing"));
    if (node.has("price") && data)
        return tl::unexpected(invalid("You may only specify one of these parameters: price, price_data.", inside(node, "price"), "parameters_exclusive"));
    const auto index = data ? inlinePrice(*data) : named(node.text("price"), Kind::Price, inside(node, "price"));
    if (!index)
        return index;
    const Price& price = s.prices[*index];
    if (!price.recurring)
        return tl::unexpected(invalid("The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.", inside(node, "price")));
    if (!price.active && !price.inlineMade)
        return tl::unexpected(invalid("The price specified is inactive. This field only accepts active prices.", inside(node, "price")));
    if (!currency.isEmpty() && price.currency != currency)
        return tl::unexpected(invalid("The price specified only supports `" + price.currency + "`. This doesn't match the expected currency: `" + currency + "`.",
                                      inside(node, "price")));
    if (price.metered && node.has("quantity"))
        return tl::unexpected(invalid("Quantity should not be specified where usage_type is `metered`. Remove quantity from `" + node.path + "`", inside(node, "quantity")));
    return index;
}

std::optional<Fault> Calls::readItems(const Node& params, NewSubscription* wish)
{
    const Node* items = params.find("items");
    if (items->children.isEmpty())
        return invalid("Missing required param: items.", "items", "parameter_missing");
    if (items->children.size() > 20)
        return invalid("You can have at most 20 items in a subscription.", "items");
    QByteArray currency = params.text("currency");
    for (const Node& node : items->children) {
        const auto price = itemPrice(node, currency);
        if (!price)
            return price.error();
        for (const ItemSpec& other : wish->items) {
            if (other.price == *price)
                return invalid("Cannot add multiple subscription items with the same plan: `" + s.id(Kind::Price, *price) + "`", node.path);
        }
        ItemSpec spec;
        spec.price = *price;
        spec.quantity = node.number("quantity", 1);
        writeMetadata(node, &spec.metadata);
        Subscription none; // it has nothing yet; its customer may have a discount
        none.customer = wish->customer;
        none.currency = s.prices[*price].currency;
        const auto discounts = discountsOf(node, {}, none, periodAmount(s.prices[*price], spec.quantity));
        if (!discounts)
            return discounts.error();
        spec.coupons = discounts->value_or(std::vector<Deal>{});
        currency = s.prices[*price].currency;
        wish->items.push_back(spec);
    }
    return std::nullopt;
}

tl::expected<NewSubscription, Fault> Calls::readSubscription(const Call& call)
{
    const Node& params = call.params;
    NewSubscription wish;
    const auto customer = liveCustomer(params.text("customer"), "customer");
    if (!customer)
        return tl::unexpected(customer.error());
    wish.customer = *customer;
    if (const auto fault = readItems(params, &wish))
        return tl::unexpected(*fault);
    Subscription none;
    none.customer = *customer;
    none.currency = s.prices[wish.items.front().price].currency;
    const auto discounts = discountsOf(params, {}, none, m_billing.firstAmount(wish));
    if (!discounts)
        return tl::unexpected(discounts.error());
    wish.coupons = discounts->value_or(std::vector<Deal>{});
    if (const QByteArray id = params.text("default_payment_method"); !id.isEmpty()) {
        const auto method = named(id, Kind::PaymentMethod, "default_payment_method");
        if (!method)
            return tl::unexpected(method.error());
        if (s.methods[*method].customer != *customer)
            return tl::unexpected(invalid("The customer does not have a payment method with the ID " + id + ". The payment method must be attached to the customer.",
                                          "default_payment_method", "resource_missing"));
        wish.defaultMethod = *method;
    }
    const qint64 now = s.timeOf(*customer);
    if (auto fault = readStart(params, now, &wish))
        return tl::unexpected(*fault);
    wish.collection = params.text("collection_method") == "send_invoice" ? Collection::Send : Collection::Charge;
    wish.daysUntilDue = static_cast<int>(params.number("days_until_due"));
    if (wish.collection == Collection::Send && !params.has("days_until_due"))
        return tl::unexpected(invalid("If `collection_method` is `send_invoice`, you must pass `days_until_due`.", "days_until_due", "parameter_missing"));
    if (wish.collection == Collection::Charge && params.has("days_until_due"))
        return tl::unexpected(invalid("You can only set `days_until_due` if `collection_method` is `send_invoice`.", "days_until_due"));
    wish.description = params.text("description");
    writeMetadata(params, &wish.metadata);
    if (const Node* settings = params.find("payment_settings"))
        wish.saveMethod = settings->text("save_default_payment_method") == "on_subscription";
    if (auto fault = readCancelAtStart(params, now, &wish))
        return tl::unexpected(*fault);
    return wish;
}

tl::expected<Outcome, Fault> Calls::firstOutcome(const Call& call, const NewSubscription& wish) const
{
    const QByteArray behavior = call.params.text("payment_behavior");
    if (behavior == "pending_if_incomplete")
        return tl::unexpected(invalid("Invalid payment_behavior: pending_if_incomplete can only be used when updating a subscription.", "payment_behavior"));
    if (wish.collection == Collection::Send || m_billing.firstAmount(wish) == 0)
        return Outcome::Paid; // nothing to pay now
    if (behavior == "default_incomplete")
        return Outcome::Waits;
    const Index method = wish.defaultMethod != kNone ? wish.defaultMethod : s.customers[wish.customer].defaultMethod;
    if (method == kNone)
        return tl::unexpected(noMethod());
    const Outcome outcome = outcomeOf(method);
    if (outcome == Outcome::Declined && behavior == "error_if_incomplete")
        return tl::unexpected(declined(s.methods[method]));
    return outcome;
}

Answer Calls::createSubscription(const Call& call)
{
    const auto wish = readSubscription(call);
    if (!wish)
        return tl::unexpected(wish.error());
    const auto outcome = firstOutcome(call, *wish);
    if (!outcome)
        return tl::unexpected(outcome.error());
    Subscription& row = m_billing.start(*wish, s.timeOf(wish->customer), *outcome);
    return show(call, Kind::Subscription, row.self);
}

Answer Calls::getSubscription(const Call& call)
{
    const auto index = target(call, Kind::Subscription);
    return index ? show(call, Kind::Subscription, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::cancelSubscription(const Call& call)
{
    const auto index = target(call, Kind::Subscription);
    if (!index)
        return tl::unexpected(index.error());
    Subscription& row = s.subscriptions.edit(*index);
    if (row.status == SubStatus::Canceled || row.status == SubStatus::IncompleteExpired)
        return tl::unexpected(missingObject("subscription", call.id, "id", 404));
    if (const Node* details = call.params.find("cancellation_details")) {
        writeText(*details, "comment", &row.cancelComment);
        writeText(*details, "feedback", &row.cancelFeedback);
    }
    m_billing.cancel(row, s.timeOf(row.customer), CancelReason::Requested, call.params.boolean("prorate"), call.params.boolean("invoice_now"));
    return show(call, Kind::Subscription, *index);
}

Answer Calls::deleteSubscriptionDiscount(const Call& call)
{
    const auto index = target(call, Kind::Subscription);
    if (!index)
        return tl::unexpected(index.error());
    Subscription& row = s.subscriptions.edit(*index);
    if (row.discounts.empty())
        return tl::unexpected(missingObject("discount", call.id, "id", 404));
    const Index discount = row.discounts.back();
    {
        Change<Subscription> change(m_log, "customer.subscription.updated", s.now, row);
        row.discounts.pop_back();
    }
    m_log.record("customer.discount.deleted", s.now, s.discounts[discount]); // the event has it as it was
    s.discounts.edit(discount).deleted = true;
    return m_render.object(Kind::Discount, discount);
}

Answer Calls::listItems(const Call& call)
{
    const auto index = named(call.params.text("subscription"), Kind::Subscription, "subscription");
    if (!index || call.otherMode)
        return tl::unexpected(missingObject("subscription", call.params.text("subscription"), "subscription", 400));
    std::vector<Index> rows;
    for (const Item& item : s.subscriptions[*index].items)
        rows.push_back(item.self);
    return listRows(call, Kind::Item, rows);
}

Answer Calls::getItem(const Call& call)
{
    const auto index = target(call, Kind::Item);
    return index ? show(call, Kind::Item, *index) : Answer(tl::unexpected(index.error()));
}

} // namespace ch::sandbox
