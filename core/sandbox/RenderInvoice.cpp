// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Render.h"

namespace ch::sandbox {

void Renderer::invoiceAmounts(Json& json, const Invoice& row, const Expand* expand) const
{
    json.number("post_payment_credit_notes_amount", row.creditedAfter).number("pre_payment_credit_notes_amount", row.creditedBefore);
    json.number("starting_balance", row.startingBalance).number("subtotal", row.subtotal).number("subtotal_excluding_tax", row.subtotal);
    json.number("total", row.total).number("total_excluding_tax", row.total);
    std::vector<LineDiscount> sums;
    for (const Index i : s.linesOf(row)) {
        for (const LineDiscount& part : s.lines[i].discounts) {
            auto it = std::find_if(sums.begin(), sums.end(), [&](const LineDiscount& sum) { return sum.discount == part.discount; });
            if (it == sums.end())
                sums.push_back(part);
            else
                it->amount += part.amount;
        }
    }
    const Expand* wanted = below(below(expand, "total_discount_amounts"), "discount");
    json.array("total_discount_amounts");
    for (const LineDiscount& sum : sums) {
        json.object().number("amount", sum.amount);
        reference(json, "discount", Kind::Discount, sum.discount, wanted);
        json.endObject();
    }
    json.endArray().array("total_pretax_credit_amounts");
    for (const LineDiscount& sum : sums) {
        json.object().number("amount", sum.amount);
        reference(json, "discount", Kind::Discount, sum.discount, nullptr);
        json.text("type", "discount").endObject();
    }
    json.endArray().array("total_taxes").endArray();
}

void Renderer::invoiceCustomer(Json& json, const Invoice& row, const Expand* expand) const
{
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account").null("customer_address").textOrNull("customer_email", row.customerEmail);
    json.textOrNull("customer_name", row.customerName).null("customer_phone").null("customer_shipping");
    json.text("customer_tax_exempt", "none").array("customer_tax_ids").endArray();
}

void Renderer::invoiceParent(Json& json, const Invoice& row, const Expand* expand) const
{
    if (row.subscription == kNone) {
        json.null("parent");
        return;
    }
    json.object("parent").null("quote_details").object("subscription_details");
    metadata(json, "metadata", row.subscriptionMetadata);
    reference(json, "subscription", Kind::Subscription, row.subscription,
              below(below(below(expand, "parent"), "subscription_details"), "subscription"));
    json.endObject().text("type", "subscription_details").endObject();
}

void Renderer::invoice(Json& json, const char* key, const Invoice& row, const Expand* expand) const
{
    const QByteArray id = invoiceId(row);
    const bool final = row.finalizedAt != 0;
    const QByteArray page = s.pageUrl("pay", Kind::Invoice, row.self);
    json.object(key);
    if (row.preview != Preview::Announced)
        json.text("id", id);
    json.text("object", "invoice").text("account_country", "US").text("account_name", s.accountName);
    json.null("account_tax_ids").number("amount_due", row.amountDue).number("amount_overpaid", 0).number("amount_paid", row.amountPaid);
    json.number("amount_remaining", (row.status == InvoiceStatus::Void ? row.amountDue : row.amountDue - row.amountPaid) - row.creditedBefore);
    json.number("amount_shipping", 0).null("application").number("attempt_count", row.attempts).boolean("attempted", row.attempts > 0);
    json.boolean("auto_advance", row.autoAdvance);
    json.object("automatic_tax").null("disabled_reason").boolean("enabled", false);
    nulls(json, {"liability", "provider", "status"});
    json.endObject();
    json.instant("automatically_finalizes_at", final ? 0 : row.finalizesAt != 0 ? row.finalizesAt : row.autoAdvance ? row.created + 3600 : 0);
    json.text("billing_reason", word(row.reason)).text("collection_method", word(row.collection));
    if (below(expand, "confirmation_secret")) {
        if (row.intent == kNone || row.status != InvoiceStatus::Open)
            json.null("confirmation_secret");
        else
            json.object("confirmation_secret")
                .text("client_secret", s.id(Kind::PaymentIntent, row.intent) + "_secret_" + s.ids.filler(row.intent + 5000000, 25))
                .text("type", "payment_intent")
                .endObject();
    }
    json.number("created", row.created).text("currency", row.currency);
    extra(json, "custom_fields", row.extras);
    invoiceCustomer(json, row, expand);
    reference(json, "default_payment_method", Kind::PaymentMethod, row.defaultMethod, below(expand, "default_payment_method"));
    json.null("default_source").array("default_tax_rates").endArray();
    extra(json, "description", row.extras);
    discounts(json, "discounts", row.discounts, below(expand, "discounts"));
    json.instant("due_date", row.dueDate).instant("effective_at", row.effectiveAt != 0 ? row.effectiveAt : row.finalizedAt);
    if (final)
        json.number("ending_balance", row.endingBalance);
    else
        json.null("ending_balance");
    extra(json, "footer", row.extras);
    json.null("from_invoice").textOrNull("hosted_invoice_url", final ? page : QByteArray());
    json.textOrNull("invoice_pdf", final ? page + "/pdf" : QByteArray()).object("issuer").text("type", "self").endObject();
    json.null("last_finalization_error").null("latest_revision");
    const Expand* each = below(below(expand, "lines"), "data");
    const std::vector<Index> lines = s.linesOf(row);
    nested(json, "lines", "/v1/invoices/" + id + "/lines", lines.size(), [&](size_t i) { line(json, nullptr, lines[i], each); });
    json.boolean("livemode", s.live);
    metadata(json, "metadata", row.metadata);
    json.instant("next_payment_attempt", row.nextAttempt);
    if (row.extras.contains("number"))
        extra(json, "number", row.extras);
    else
        json.textOrNull("number", final ? invoiceNumber(row) : QByteArray());
    json.null("on_behalf_of");
    invoiceParent(json, row, expand);
    json.object("payment_settings");
    nulls(json, {"default_mandate", "payment_method_options", "payment_method_types"});
    json.endObject();
    if (const Expand* wanted = below(expand, "payments")) {
        nested(json, "payments", "/v1/invoice_payments?invoice=" + id, row.intent == kNone ? 0 : 1,
               [&](size_t) { invoicePayment(json, nullptr, row, below(wanted, "data")); });
    }
    json.number("period_end", row.periodEnd).number("period_start", row.periodStart);
    nulls(json, {"receipt_number", "rendering", "shipping_cost", "shipping_details"});
    extra(json, "statement_descriptor", row.extras);
    json.text("status", word(row.status)).object("status_transitions").instant("finalized_at", row.finalizedAt);
    json.instant("marked_uncollectible_at", row.uncollectibleAt).instant("paid_at", row.paidAt).instant("voided_at", row.voidedAt).endObject();
    invoiceAmounts(json, row, expand);
    reference(json, "test_clock", Kind::TestClock, s.customers[row.customer].clock, below(expand, "test_clock"));
    json.instant("webhooks_delivered_at", row.created).endObject();
}

QByteArray Renderer::invoiceId(const Invoice& row) const
{
    const QByteArray id = s.id(Kind::Invoice, row.self);
    return row.preview == Preview::No ? id : "upcoming_" + id;
}

QByteArray Renderer::invoiceNumber(const Invoice& row) const
{
    return s.ids.filler(row.customer + 1000, 8).toUpper() + '-' + QByteArray::number(row.sequence).rightJustified(4, '0');
}

QByteArray Renderer::lineDescription(const LineDraft& what) const
{
    if (what.item == kNone) {
        const InvoiceItem& made = s.invoiceItems[what.invoiceItem];
        return !made.description.isEmpty() || what.price == kNone ? made.description : s.products[s.prices[what.price].product].name;
    }
    const Price& price = s.prices[what.price];
    const QByteArray name = s.products[price.product].name;
    const QByteArray count = QByteArray::number(what.quantity) + " × ";
    if (what.trial)
        return "Trial period for " + name;
    if (what.proration)
        return (what.credit ? "Unused time on " : "Remaining time on ") + (what.quantity > 1 ? count : QByteArray()) + name + " after "
            + shortDate(what.start);
    if (!price.recurring)
        return name;
    const QByteArray per = " / " + (price.intervalCount == 1 ? QByteArray(word(price.interval))
                                                             : QByteArray::number(price.intervalCount) + ' ' + word(price.interval) + 's');
    if (what.tier >= 0) {
        const Tier& tier = price.tiers[static_cast<size_t>(what.tier)];
        const QByteArray label = name + " (Tier " + QByteArray::number(what.tier + 1) + " at ";
        return count + label + shownAmount(what.flat ? tier.flat : tier.unit, price.currency) + per + (what.flat ? ", flat fee)" : ")");
    }
    const QByteArray pack = price.divideBy > 1 ? " per " + QByteArray::number(price.divideBy) : QByteArray();
    return count + name + " (at " + shownAmount(price.unit, price.currency) + pack + per + ')';
}

void Renderer::lineParent(Json& json, const Line& row) const
{
    const LineDraft& what = row.what;
    json.object("parent");
    if (what.item == kNone) {
        json.object("invoice_item_details").text("invoice_item", s.id(Kind::InvoiceItem, what.invoiceItem)).boolean("proration", false);
        json.null("proration_details");
        reference(json, "subscription", Kind::Subscription, s.invoiceItems[what.invoiceItem].subscription, nullptr);
        json.endObject().null("subscription_item_details").text("type", "invoice_item_details").endObject();
        return;
    }
    json.null("invoice_item_details").object("subscription_item_details");
    reference(json, "invoice_item", Kind::InvoiceItem, what.invoiceItem, nullptr);
    json.boolean("proration", what.proration).object("proration_details");
    if (what.credited != kNone) {
        json.object("credited_items").text("invoice", s.id(Kind::Invoice, s.lines[what.credited].invoice));
        json.array("invoice_line_items").text(nullptr, s.id(Kind::Line, what.credited)).endArray().endObject();
    } else {
        json.null("credited_items");
    }
    json.endObject().text("subscription", s.id(Kind::Subscription, s.subscriptionOfItem(what.item)));
    json.text("subscription_item", s.id(Kind::Item, what.item)).endObject().text("type", "subscription_item_details").endObject();
}

void Renderer::pricing(Json& json, const LineDraft& what, const Expand* expand) const
{
    json.object("pricing");
    if (what.price == kNone) {
        json.text("type", "price_details").text("unit_amount_decimal", decimalText(s.invoiceItems[what.invoiceItem].unit)).endObject();
        return;
    }
    const Price& of = s.prices[what.price];
    json.object("price_details");
    reference(json, "price", Kind::Price, what.price, below(below(below(expand, "pricing"), "price_details"), "price"));
    json.text("product", s.id(Kind::Product, of.product)).endObject().text("type", "price_details");
    if (what.tier >= 0) {
        const Tier& tier = of.tiers[static_cast<size_t>(what.tier)];
        json.text("unit_amount_decimal", decimalText(what.flat ? tier.flat : tier.unit));
    } else if (of.tiers.empty()) {
        json.text("unit_amount_decimal", decimalText(of.unit));
    } else {
        json.null("unit_amount_decimal");
    }
    json.endObject();
}

void Renderer::line(Json& json, const char* key, Index number, const Expand* expand) const
{
    const Line& row = s.lines[number];
    const LineDraft& what = row.what;
    const Invoice& invoice = s.invoices[row.invoice];
    const bool byHand = what.item == kNone;
    QByteArray id = s.id(Kind::Line, row.name != kNone ? row.name : number);
    if (invoice.preview != Preview::No)
        id.insert(3, "tmp_");
    json.object(key).text("id", id).text("object", "line_item").number("amount", what.amount);
    json.text("currency", invoice.currency).textOrNull("description", lineDescription(what)).array("discount_amounts");
    const Expand* wanted = below(below(expand, "discount_amounts"), "discount");
    for (const LineDiscount& part : row.discounts) {
        json.object().number("amount", part.amount);
        reference(json, "discount", Kind::Discount, part.discount, wanted);
        json.endObject();
    }
    json.endArray().boolean("discountable", what.discountable && !what.proration).array("discounts");
    for (const LineDiscount& part : row.discounts) {
        const Discount& discount = s.discounts[part.discount];
        if (discount.item != kNone || discount.invoiceItem != kNone)
            reference(json, nullptr, Kind::Discount, discount.self, below(expand, "discounts"));
    }
    json.endArray().textOrNull("invoice", invoice.preview == Preview::Announced ? QByteArray() : invoiceId(invoice)).boolean("livemode", s.live);
    metadata(json, "metadata", byHand ? s.invoiceItems[what.invoiceItem].metadata : invoice.subscriptionMetadata);
    lineParent(json, row);
    json.object("period").number("end", what.end).number("start", what.start).endObject().array("pretax_credit_amounts");
    for (const LineDiscount& part : row.discounts) {
        json.object().number("amount", part.amount);
        reference(json, "discount", Kind::Discount, part.discount, nullptr);
        json.text("type", "discount").endObject();
    }
    json.endArray();
    pricing(json, what, expand);
    if (what.hasQuantity)
        json.number("quantity", what.quantity).text("quantity_decimal", QByteArray::number(what.quantity));
    else
        json.null("quantity").null("quantity_decimal");
    reference(json, "subscription", Kind::Subscription, byHand ? s.invoiceItems[what.invoiceItem].subscription : invoice.subscription, below(expand, "subscription"));
    json.number("subtotal", what.amount).array("taxes").endArray().endObject();
}

void Renderer::invoicePayment(Json& json, const char* key, const Invoice& row, const Expand* expand) const
{
    const bool paid = row.status == InvoiceStatus::Paid;
    const bool over = row.status == InvoiceStatus::Void;
    json.object(key).text("id", s.id(Kind::InvoicePayment, row.self)).text("object", "invoice_payment");
    if (paid)
        json.number("amount_paid", row.amountPaid);
    else
        json.null("amount_paid");
    json.number("amount_requested", row.amountDue - row.creditedBefore).number("created", row.finalizedAt).text("currency", row.currency);
    reference(json, "invoice", Kind::Invoice, row.self, below(expand, "invoice"));
    json.boolean("is_default", true).boolean("livemode", s.live).object("payment");
    reference(json, "payment_intent", Kind::PaymentIntent, row.intent, below(below(expand, "payment"), "payment_intent"));
    json.text("type", "payment_intent").endObject().text("status", paid ? "paid" : over ? "canceled" : "open");
    json.object("status_transitions").instant("canceled_at", row.voidedAt).instant("paid_at", row.paidAt).endObject().endObject();
}

void Renderer::paymentIntent(Json& json, const char* key, const PaymentIntent& row, const Expand* expand) const
{
    const QByteArray id = s.id(Kind::PaymentIntent, row.self);
    json.object(key).text("id", id).text("object", "payment_intent").null("allowed_payment_method_types").number("amount", row.amount);
    json.number("amount_capturable", row.status == PiStatus::NeedsCapture ? row.amount : 0).object("amount_details").endObject();
    json.number("amount_received", row.received).null("application").null("application_fee_amount");
    if (row.invoice == kNone)
        json.object("automatic_payment_methods").text("allow_redirects", "always").boolean("enabled", true).endObject();
    else
        json.null("automatic_payment_methods");
    json.instant("canceled_at", row.canceledAt).textOrNull("cancellation_reason", row.cancellationReason);
    json.text("capture_method", row.manualCapture ? "manual" : "automatic");
    json.text("client_secret", id + "_secret_" + s.ids.filler(row.self + 5000000, 25)).text("confirmation_method", "automatic");
    json.number("created", row.created).text("currency", row.currency);
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account").textOrNull("description", row.description).null("excluded_payment_method_types");
    if (!row.decline) {
        json.null("last_payment_error");
    } else {
        json.object("last_payment_error");
        if (row.charge != kNone)
            json.text("charge", s.id(Kind::Charge, row.charge));
        if (row.charge != kNone && s.charges[row.charge].method != kNone)
            json.raw("payment_method", object(Kind::PaymentMethod, s.charges[row.charge].method));
        declineJson(json, *row.decline);
        json.endObject();
    }
    reference(json, "latest_charge", Kind::Charge, row.charge, below(expand, "latest_charge"));
    json.boolean("livemode", s.live);
    json.null("managed_payments");
    metadata(json, "metadata", row.metadata);
    nextAction(json, row.status == PiStatus::NeedsAction, s.pageUrl("authenticate", Kind::PaymentIntent, row.self), row.returnUrl);
    json.null("on_behalf_of");
    reference(json, "payment_method", Kind::PaymentMethod, row.method, below(expand, "payment_method"));
    json.null("payment_method_configuration_details").object("payment_method_options").object("card").null("installments");
    json.null("mandate_options").null("network").text("request_three_d_secure", "automatic").endObject().endObject();
    json.array("payment_method_types").text(nullptr, "card").endArray();
    nulls(json, {"payment_record", "processing"});
    json.textOrNull("receipt_email", row.receiptEmail);
    nulls(json, {"review", "setup_future_usage", "shipping", "source", "statement_descriptor", "statement_descriptor_suffix"});
    json.text("status", word(row.status)).null("transfer_data").null("transfer_group").endObject();
}

} // namespace ch::sandbox
