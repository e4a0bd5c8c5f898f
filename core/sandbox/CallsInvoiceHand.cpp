// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Calls.h"

namespace ch::sandbox {

namespace invoice_hand_detail {

constexpr qint64 kYears5 = 5 * 366 * kDay;

QByteArray customFields(const Node& node)
{
    Json json;
    json.array();
    for (const Node& field : node.children)
        json.object().text("name", field.text("name")).text("value", field.text("value")).endObject();
    return json.endArray().take();
}

} // namespace invoice_hand_detail

tl::expected<Index, Fault> Calls::targetDraft(const Call& call) const
{
    const auto index = target(call, Kind::Invoice);
    if (index && s.invoices[*index].status != InvoiceStatus::Draft)
        return tl::unexpected(invalid("This invoice is no longer editable", {}, "invoice_not_editable"));
    return index;
}

std::optional<Fault> Calls::writeDue(const Node& params, qint64 now, Invoice* row) const
{
    if (const QByteArray way = params.text("collection_method"); !way.isEmpty())
        row->collection = way == "send_invoice" ? Collection::Send : Collection::Charge;
    for (const char* name : {"days_until_due", "due_date"}) {
        if (params.has(name) && row->collection == Collection::Charge)
            return invalid(QByteArray("You can only set `") + name + "` if `collection_method` is `send_invoice`.", name);
    }
    if (params.has("days_until_due") && params.has("due_date"))
        return invalid("You may only specify one of these parameters: days_until_due, due_date.", "days_until_due", "parameters_exclusive");
    if (params.has("due_date") && params.number("due_date") < now)
        return invalid("The due date must not be in the past.", "due_date");
    if (row->collection == Collection::Charge)
        row->dueDate = row->daysUntilDue = 0;
    else if (params.has("due_date"))
        row->dueDate = params.number("due_date");
    else if (params.has("days_until_due"))
        row->dueDate = now + params.number("days_until_due") * kDay;
    else if (row->dueDate == 0 && row->reason == Reason::Manual)
        return invalid("If `collection_method` is `send_invoice`, you must pass `days_until_due` or `due_date`.", "days_until_due", "parameter_missing");
    row->daysUntilDue = params.has("due_date") ? 0 : static_cast<int>(params.number("days_until_due", row->daysUntilDue));
    return std::nullopt;
}

std::optional<Fault> Calls::writeInvoice(const Node& params, Invoice* row) const
{
    for (const char* name : {"description", "footer", "statement_descriptor", "number"}) {
        if (params.text(name).isEmpty() && params.has(name))
            row->extras.remove(name);
        else if (params.has(name))
            row->extras.insert(name, Json::quoted(params.text(name)));
    }
    if (const Node* fields = params.find("custom_fields")) {
        if (fields->leaf)
            row->extras.remove("custom_fields");
        else
            row->extras.insert("custom_fields", invoice_hand_detail::customFields(*fields));
    }
    if (const QByteArray id = params.text("default_payment_method"); !id.isEmpty()) {
        const auto method = named(id, Kind::PaymentMethod, "default_payment_method");
        if (!method || s.methods[*method].customer != row->customer)
            return invalid("The customer does not have a payment method with the ID " + id + ". The payment method must be attached to the customer.",
                           "default_payment_method", "resource_missing");
        row->defaultMethod = *method;
    }
    row->autoAdvance = params.boolean("auto_advance", row->autoAdvance);
    if (params.has("auto_advance") && !row->autoAdvance)
        row->finalizesAt = 0;
    if (const qint64 at = params.number("automatically_finalizes_at"); at != 0) {
        const qint64 now = s.timeOf(row->customer);
        if (at <= now || at > now + invoice_hand_detail::kYears5)
            return invalid("automatically_finalizes_at must be in the future, and at most five years from now.", "automatically_finalizes_at");
        row->finalizesAt = at;
        row->autoAdvance = true;
    }
    row->effectiveAt = params.unsets("effective_at") ? 0 : params.number("effective_at", row->effectiveAt);
    writeMetadata(params, &row->metadata);
    return std::nullopt;
}

Answer Calls::createInvoice(const Call& call)
{
    const Node& params = call.params;
    const auto customer = liveCustomer(params.text("customer"), "customer");
    if (!customer)
        return tl::unexpected(customer.error());
    Invoice wish;
    wish.customer = *customer;
    wish.reason = Reason::Manual;
    wish.autoAdvance = false;
    const QByteArray own = s.customers[*customer].currency;
    wish.currency = params.has("currency") ? params.text("currency").toLower() : own.isEmpty() ? QByteArray(kAccountCurrency) : own;
    if (const QByteArray id = params.text("subscription"); !id.isEmpty()) {
        const auto subscription = named(id, Kind::Subscription, "subscription");
        if (!subscription || s.subscriptions[*subscription].customer != *customer)
            return tl::unexpected(missingObject("subscription", id, "subscription", 400));
        wish.subscription = *subscription;
        wish.currency = s.subscriptions[*subscription].currency;
    }
    const qint64 now = s.timeOf(*customer);
    for (const auto& fault : {writeInvoice(params, &wish), writeDue(params, now, &wish)}) {
        if (fault)
            return tl::unexpected(*fault);
    }
    const auto coupons = couponsOf(params);
    if (!coupons)
        return tl::unexpected(coupons.error());
    const QByteArray behavior = params.text("pending_invoice_items_behavior");
    const bool takes = wish.subscription != kNone ? behavior != "exclude" : behavior == "include";
    if (wish.subscription != kNone && (!takes || s.subscriptions[wish.subscription].pending.empty()))
        return tl::unexpected(invalid("Nothing to invoice for subscription", {}, "invoice_no_subscription_line_items"));
    Invoice& row = m_billing.makeDraft(wish, now);
    for (const Index coupon : *coupons)
        row.discounts.push_back(m_billing.addOwnDiscount(coupon, *customer, row.self, kNone, now));
    if (const Index discount = s.customers[*customer].discount; !params.has("discounts") && discount != kNone && m_billing.inForce(discount, now))
        row.discounts.push_back(discount);
    if (takes)
        m_billing.takeItems(row, wish.subscription);
    m_log.record("invoice.created", now, row);
    return show(call, Kind::Invoice, row.self);
}

Answer Calls::updateInvoice(const Call& call)
{
    const auto index = target(call, Kind::Invoice);
    if (!index)
        return tl::unexpected(index.error());
    const Node& params = call.params;
    Invoice wish = s.invoices[*index];
    static const QList<QByteArray> kAlways{"metadata", "expand", "auto_advance", "default_payment_method", "payment_settings", "rendering"};
    for (const Node& node : params.children) {
        if (wish.status != InvoiceStatus::Draft && !kAlways.contains(node.name))
            return tl::unexpected(invalid("Finalized invoices can't be updated in this way", node.name, "invoice_not_editable"));
    }
    const qint64 now = s.timeOf(wish.customer);
    std::optional<Fault> fault = writeInvoice(params, &wish);
    if (!fault && (params.has("collection_method") || params.has("days_until_due") || params.has("due_date")))
        fault = writeDue(params, now, &wish);
    const auto coupons = couponsOf(params);
    if (!fault && !coupons)
        fault = coupons.error();
    if (fault)
        return tl::unexpected(*fault);
    const bool finalOne = wish.status != InvoiceStatus::Draft;
    if (finalOne && wish.status == InvoiceStatus::Open && wish.collection == Collection::Charge && params.has("auto_advance"))
        wish.nextAttempt = !wish.autoAdvance ? 0 : wish.nextAttempt == 0 ? now + 3600 : wish.nextAttempt;
    Invoice& row = s.invoices.edit(*index);
    Change<Invoice> change(m_log, "invoice.updated", now, row);
    row = wish;
    if (params.has("discounts")) {
        row.discounts.clear();
        for (const Index coupon : *coupons)
            row.discounts.push_back(m_billing.addOwnDiscount(coupon, row.customer, row.self, kNone, now));
        m_billing.relay(row, s.linesOf(row));
    }
    return show(call, Kind::Invoice, *index);
}

Answer Calls::deleteInvoice(const Call& call)
{
    const auto index = target(call, Kind::Invoice);
    if (!index)
        return tl::unexpected(index.error());
    const Invoice& row = s.invoices[*index];
    if (row.status != InvoiceStatus::Draft || row.reason != Reason::Manual || row.subscription != kNone)
        return tl::unexpected(invalid(row.status == InvoiceStatus::Draft ? "You can't delete invoices created by subscriptions."
                                                                         : "You can only delete draft invoices.", {}, "invoice_not_editable"));
    m_billing.deleteDraft(s.invoices.edit(*index), s.timeOf(row.customer));
    return m_render.object(Kind::Invoice, *index);
}

Answer Calls::sendInvoice(const Call& call)
{
    const auto index = target(call, Kind::Invoice);
    if (!index)
        return tl::unexpected(index.error());
    const Invoice& was = s.invoices[*index];
    if (was.collection != Collection::Send)
        return tl::unexpected(invalid("You can only manually send an invoice if its collection method is 'send_invoice'."));
    if (was.status == InvoiceStatus::Void || was.status == InvoiceStatus::Uncollectible)
        return tl::unexpected(invalid(QByteArray("You cannot send an invoice that is ") + word(was.status) + '.', {}, "status_transition_invalid"));
    if (was.customerEmail.isEmpty() && s.customers[was.customer].email.isEmpty())
        return tl::unexpected(invalid("The customer does not have an email address: the invoice cannot be sent.", {}, "customer_email_missing"));
    Invoice& row = s.invoices.edit(*index);
    const qint64 now = s.timeOf(row.customer);
    if (row.status == InvoiceStatus::Draft)
        m_billing.finalize(row, now);
    m_billing.send(row, now);
    return show(call, Kind::Invoice, *index);
}

} // namespace ch::sandbox
