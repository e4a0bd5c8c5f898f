// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Render.h"

namespace ch::sandbox {

void Renderer::invoiceItem(Json& json, const char* key, const InvoiceItem& row, const Expand* expand) const
{
    const LineDraft& what = row.what;
    json.object(key).text("id", s.id(Kind::InvoiceItem, row.self)).text("object", "invoiceitem").number("amount", what.amount);
    json.text("currency", row.currency);
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account").number("date", row.created).textOrNull("description", lineDescription(what));
    json.boolean("discountable", what.discountable && !what.proration);
    discounts(json, "discounts", row.discounts, below(expand, "discounts"));
    reference(json, "invoice", Kind::Invoice, row.invoice, below(expand, "invoice"));
    json.boolean("livemode", s.live);
    metadata(json, "metadata", row.metadata);
    if (row.subscription == kNone) {
        json.null("parent");
    } else {
        json.object("parent").object("subscription_details").text("subscription", s.id(Kind::Subscription, row.subscription));
        if (what.item != kNone)
            json.text("subscription_item", s.id(Kind::Item, what.item));
        json.endObject().text("type", "subscription_details").endObject();
    }
    json.object("period").number("end", what.end).number("start", what.start).endObject();
    pricing(json, what, expand);
    json.boolean("proration", what.proration);
    if (what.proration) {
        json.object("proration_details");
        if (what.credited != kNone) {
            json.object("credited_items").object("invoice_line_item_details");
            json.text("invoice", s.id(Kind::Invoice, s.lines[what.credited].invoice)).array("invoice_line_items");
            json.text(nullptr, s.id(Kind::Line, what.credited)).endArray().endObject().text("type", "invoice_line_items").endObject();
        } else {
            json.null("credited_items");
        }
        json.array("discount_amounts").endArray().endObject();
    }
    json.number("quantity", what.quantity).text("quantity_decimal", QByteArray::number(what.quantity)).array("tax_rates").endArray();
    reference(json, "test_clock", Kind::TestClock, s.customers[row.customer].clock, below(expand, "test_clock"));
    json.endObject();
}

} // namespace ch::sandbox
