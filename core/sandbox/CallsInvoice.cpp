// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

Answer Calls::listInvoices(const Call& call)
{
    const Node& params = call.params;
    const QByteArray status = params.text("status"), collection = params.text("collection_method");
    Index customer = kNone, subscription = kNone;
    if (params.has("customer")) {
        const auto found = named(params.text("customer"), Kind::Customer, "customer");
        if (!found)
            return tl::unexpected(found.error());
        customer = *found;
    }
    if (params.has("subscription")) {
        const auto found = named(params.text("subscription"), Kind::Subscription, "subscription");
        if (!found)
            return tl::unexpected(found.error());
        subscription = *found;
    }
    const Index of = customer != kNone ? customer : subscription != kNone ? s.subscriptions[subscription].customer : kNone;
    const auto keep = [&](const Invoice& row) {
        return !row.deleted && (of != kNone || !s.onTestClock(row.customer)) && (subscription == kNone || row.subscription == subscription)
            && (status.isEmpty() || status == word(row.status)) && (collection.isEmpty() || collection == word(row.collection))
            && inRange(params, "created", row.created) && (!params.has("due_date") || (row.dueDate != 0 && inRange(params, "due_date", row.dueDate)));
    };
    return of == kNone ? list(call, Kind::Invoice, s.invoices, s.invoices.order(), keep)
                       : list(call, Kind::Invoice, s.invoices, list_detail::byTime(s.invoices, s.invoicesOf(of)), keep);
}

Answer Calls::getInvoice(const Call& call)
{
    const auto index = target(call, Kind::Invoice);
    return index ? show(call, Kind::Invoice, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::listLines(const Call& call)
{
    const auto index = target(call, Kind::Invoice);
    if (!index)
        return tl::unexpected(index.error());
    return listRows(call, Kind::Line, s.linesOf(s.invoices[*index]));
}

Answer Calls::listRows(const Call& call, Kind kind, const std::vector<Index>& rows) const
{
    const auto limit = call.params.number("limit", 10);
    const QByteArray after = call.params.text("starting_after"), before = call.params.text("ending_before");
    if (!after.isEmpty() && !before.isEmpty())
        return tl::unexpected(invalid("You cannot parameterize both starting_after and ending_before.", "starting_after", "parameters_exclusive"));
    auto from = rows.begin(), to = rows.end();
    for (const QByteArray& cursor : {after, before}) {
        if (cursor.isEmpty())
            continue;
        const auto at = std::find(rows.begin(), rows.end(), s.find(kind, cursor));
        if (at == rows.end())
            return tl::unexpected(missingObject(objectName(kind), cursor, cursor == after ? "starting_after" : "ending_before", 400));
        (cursor == after ? from : to) = cursor == after ? at + 1 : at;
    }
    const bool more = to - from > limit;
    if (more && !before.isEmpty())
        from = to - limit;
    else if (more)
        to = from + limit;
    Json json;
    json.object().text("object", "list").array("data");
    for (; from < to; ++from)
        json.raw(nullptr, m_render.object(kind, *from, call.each()));
    json.endArray().boolean("has_more", more).text("url", call.path).endObject();
    return json.take();
}

tl::expected<Index, Fault> Calls::openInvoice(const Call& call, const char* verb) const
{
    const auto index = target(call, Kind::Invoice);
    if (!index)
        return index;
    const InvoiceStatus status = s.invoices[*index].status;
    if (status == InvoiceStatus::Paid)
        return tl::unexpected(invalid("Invoice is already paid", {}, "invoice_already_paid"));
    if (status == InvoiceStatus::Void || (status == InvoiceStatus::Uncollectible && qstrcmp(verb, "finalize") == 0))
        return tl::unexpected(invalid(QByteArray("You cannot ") + verb + " an invoice that is " + word(status) + '.', {}, "status_transition_invalid"));
    return index;
}

Answer Calls::finalizeInvoice(const Call& call)
{
    const auto index = openInvoice(call, "finalize");
    if (!index)
        return tl::unexpected(index.error());
    Invoice& row = s.invoices.edit(*index);
    if (row.status != InvoiceStatus::Draft)
        return tl::unexpected(invalid("This invoice is already finalized, you can't re-finalize a non-draft invoice.", {}, "invoice_not_editable"));
    const qint64 now = s.timeOf(row.customer);
    row.autoAdvance = call.params.boolean("auto_advance", row.autoAdvance);
    m_billing.finalize(row, now);
    if (row.autoAdvance && row.status == InvoiceStatus::Open && row.collection == Collection::Charge)
        row.nextAttempt = now + 3600;
    else if (row.autoAdvance && row.status == InvoiceStatus::Open)
        m_billing.send(row, now);
    return show(call, Kind::Invoice, *index);
}

Answer Calls::payInvoice(const Call& call)
{
    const auto index = openInvoice(call, "pay");
    if (!index)
        return tl::unexpected(index.error());
    Invoice& row = s.invoices.edit(*index);
    const qint64 now = s.timeOf(row.customer);
    const bool outside = call.params.boolean("paid_out_of_band");
    Index method = s.methodFor(row);
    if (const QByteArray id = call.params.text("payment_method"); !id.isEmpty()) {
        const auto found = named(id, Kind::PaymentMethod, "payment_method");
        if (!found)
            return tl::unexpected(found.error());
        method = *found;
    }
    if (method == kNone && !outside && row.amountDue > 0)
        return tl::unexpected(invalid("There is no `default_payment_method` set on this Customer or Invoice. Please set either an attached default payment "
                                      "method on the Customer or the Invoice.", {}, "invoice_no_payment_method_types"));
    if (row.status == InvoiceStatus::Draft)
        m_billing.finalize(row, now);
    if (row.status == InvoiceStatus::Paid)
        return show(call, Kind::Invoice, *index);
    if (outside || method == kNone || outcomeOf(method) == Outcome::Paid) {
        m_billing.pay(row, now, outside, outside ? kNone : method);
        return show(call, Kind::Invoice, *index);
    }
    m_billing.decline(row, now, row.nextAttempt, true, method);
    Fault fault = declined(method, s.invoices[*index].intent);
    if (s.methods[method].decline == &kNeedsAuthentication) {
        fault.code = "invoice_payment_intent_requires_action";
        fault.declineCode.clear();
        fault.message = "Payment for this invoice requires additional user action before it can be completed successfully. Payment can be completed using the "
                        "PaymentIntent associated with the invoice. For more details see: https://stripe.com/docs/billing/subscriptions/overview#requires-action";
    }
    return tl::unexpected(fault);
}

Answer Calls::voidInvoice(const Call& call)
{
    const auto index = openInvoice(call, "void");
    if (!index)
        return tl::unexpected(index.error());
    Invoice& row = s.invoices.edit(*index);
    if (row.status == InvoiceStatus::Draft)
        return tl::unexpected(invalid("You can only pass in open or uncollectible invoices. This invoice isn't open.", {}, "status_transition_invalid"));
    m_billing.voidInvoice(row, s.timeOf(row.customer));
    return show(call, Kind::Invoice, *index);
}

Answer Calls::markUncollectible(const Call& call)
{
    const auto index = openInvoice(call, "mark as uncollectible");
    if (!index)
        return tl::unexpected(index.error());
    Invoice& row = s.invoices.edit(*index);
    if (row.status != InvoiceStatus::Open)
        return tl::unexpected(invalid("You can only mark open invoices as uncollectible.", {}, "status_transition_invalid"));
    m_billing.markUncollectible(row, s.timeOf(row.customer));
    return show(call, Kind::Invoice, *index);
}

Answer Calls::listInvoicePayments(const Call& call)
{
    const Node& params = call.params;
    const QByteArray invoice = params.text("invoice"), status = params.text("status");
    const Node* payment = params.find("payment");
    const QByteArray intent = payment ? payment->text("payment_intent") : QByteArray();
    const auto keep = [&](const Invoice& row) {
        if (row.intent == kNone || (invoice.isEmpty() && intent.isEmpty() && s.onTestClock(row.customer)))
            return false;
        const char* is = row.status == InvoiceStatus::Paid ? "paid" : row.status == InvoiceStatus::Void ? "canceled" : "open";
        return (invoice.isEmpty() || s.id(Kind::Invoice, row.self) == invoice) && (status.isEmpty() || status == is)
            && (intent.isEmpty() || s.id(Kind::PaymentIntent, row.intent) == intent) && inRange(params, "created", row.finalizedAt);
    };
    if (invoice.isEmpty() && intent.isEmpty())
        return list(call, Kind::InvoicePayment, s.invoices, s.invoices.order(), keep);
    const Index asked = s.find(Kind::PaymentIntent, intent);
    const Index one = !invoice.isEmpty() ? s.find(Kind::Invoice, invoice) : asked == kNone ? kNone : s.intents[asked].invoice;
    return list(call, Kind::InvoicePayment, s.invoices, one == kNone ? std::vector<Index>{} : std::vector<Index>{one}, keep);
}

Answer Calls::getInvoicePayment(const Call& call)
{
    const auto index = target(call, Kind::InvoicePayment);
    if (index && s.invoices[*index].intent == kNone)
        return tl::unexpected(missingObject("invoice_payment", call.id, "id", 404));
    return index ? show(call, Kind::InvoicePayment, *index) : Answer(tl::unexpected(index.error()));
}

} // namespace ch::sandbox
