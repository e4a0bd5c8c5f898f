// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Render.h"

namespace ch::sandbox {

void Renderer::chargeOutcome(Json& json, const Charge& row) const
{
    json.object("outcome").null("advice_code").null("network_advice_code");
    json.textOrNull("network_decline_code", row.paid ? QByteArray() : QByteArray("02"));
    json.text("network_status", row.paid ? "approved_by_network" : "declined_by_network").textOrNull("reason", row.decline ? row.decline->reason : "");
    json.text("risk_level", "normal").number("risk_score", static_cast<qint64>(mix64(row.self + 1) % 60));
    json.text("seller_message", row.paid ? "Payment complete." : "The bank did not return any further details with this decline.");
    json.text("type", row.paid ? "authorized" : "issuer_declined").endObject();
}

void Renderer::chargeMethod(Json& json, const Charge& row) const
{
    reference(json, "payment_method", Kind::PaymentMethod, row.method, nullptr);
    if (row.method == kNone) {
        json.null("payment_method_details");
        return;
    }
    const PaymentMethod& of = s.methods[row.method];
    json.object("payment_method_details").object("card").number("amount_authorized", row.paid ? row.amount : 0).null("authorization_code");
    json.text("brand", of.brand).object("checks");
    json.null("address_line1_check").null("address_postal_code_check").text("cvc_check", "pass").endObject().text("country", "US");
    json.null("electronic_commerce_indicator").number("exp_month", 8).number("exp_year", 2031);
    json.text("fingerprint", s.ids.filler(of.last4.toULongLong(), 16)).text("funding", "credit").null("installments").text("last4", of.last4);
    json.null("mandate").text("network", of.brand).null("network_transaction_id").text("regulated_status", "unregulated");
    nulls(json, {"three_d_secure", "transaction_link_id", "wallet"});
    json.endObject().text("type", "card").endObject();
}

void Renderer::charge(Json& json, const char* key, const Charge& row, const Expand* expand) const
{
    const QByteArray id = s.id(Kind::Charge, row.self);
    json.object(key).text("id", id).text("object", "charge").number("amount", row.amount);
    json.number("amount_captured", row.captured ? row.taken : 0).number("amount_refunded", row.refunded);
    nulls(json, {"application", "application_fee", "application_fee_amount"});
    reference(json, "balance_transaction", Kind::BalanceEntry, row.entry, below(expand, "balance_transaction"));
    json.object("billing_details");
    nulls(json, {"address", "email", "name", "phone", "tax_id"});
    json.endObject().text("calculated_statement_descriptor", "HARBOR FINCH").boolean("captured", row.captured).number("created", row.created);
    json.text("currency", row.currency);
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.textOrNull("description", row.description).boolean("disputed", false).null("failure_balance_transaction");
    json.textOrNull("failure_code", row.decline ? row.decline->code : "");
    json.textOrNull("failure_message", row.decline ? row.decline->message : "");
    json.object("fraud_details").endObject().boolean("livemode", s.live);
    metadata(json, "metadata", row.metadata);
    json.null("on_behalf_of");
    chargeOutcome(json, row);
    json.boolean("paid", row.paid);
    reference(json, "payment_intent", Kind::PaymentIntent, row.intent, below(expand, "payment_intent"));
    chargeMethod(json, row);
    nulls(json, {"receipt_email", "receipt_number"});
    json.textOrNull("receipt_url", row.paid ? "https://pay.example.com/receipts/" + s.ids.filler(row.self + 9000000, 40) : QByteArray());
    json.boolean("refunded", row.refunded > 0 && row.refunded == row.taken);
    if (const Expand* wanted = below(expand, "refunds")) {
        const Expand* each = below(wanted, "data");
        const size_t count = row.refunds.size(); // newest first
        nested(json, "refunds", "/v1/charges/" + id + "/refunds", count,
               [&](size_t i) { refund(json, nullptr, s.refunds[row.refunds[count - 1 - i]], each); });
    }
    nulls(json, {"review", "shipping", "source", "source_transfer", "statement_descriptor", "statement_descriptor_suffix"});
    json.text("status", row.paid ? "succeeded" : "failed").null("transfer_data").null("transfer_group").endObject();
}

void Renderer::refund(Json& json, const char* key, const Refund& row, const Expand* expand) const
{
    json.object(key).text("id", s.id(Kind::Refund, row.self)).text("object", "refund").number("amount", row.amount);
    reference(json, "balance_transaction", Kind::BalanceEntry, row.entry, below(expand, "balance_transaction"));
    reference(json, "charge", Kind::Charge, row.charge, below(expand, "charge"));
    json.number("created", row.created).text("currency", row.currency);
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account").object("destination_details").object("card").text("reference_status", "pending");
    json.text("reference_type", "acquirer_reference_number").text("type", "refund").endObject().text("type", "card").endObject();
    metadata(json, "metadata", row.metadata);
    reference(json, "payment_intent", Kind::PaymentIntent, row.intent, below(expand, "payment_intent"));
    reference(json, "payment_method", Kind::PaymentMethod, s.charges[row.charge].method, below(expand, "payment_method"));
    json.textOrNull("reason", row.reason);
    nulls(json, {"receipt_number", "source_transfer_reversal"});
    json.text("status", "succeeded").null("transfer_reversal").endObject();
}

void Renderer::balanceEntry(Json& json, const char* key, const BalanceEntry& row, const Expand* expand) const
{
    const bool back = row.refund != kNone;
    json.object(key).text("id", s.id(Kind::BalanceEntry, row.self)).text("object", "balance_transaction").number("amount", row.amount);
    json.number("available_on", row.availableOn).text("balance_type", "payments").number("created", row.created).text("currency", kAccountCurrency);
    json.textOrNull("description", back ? QByteArray("REFUND FOR CHARGE") : s.charges[row.charge].description);
    if (row.rate)
        json.raw("exchange_rate", row.rate);
    else
        json.null("exchange_rate");
    json.number("fee", row.fee).array("fee_details");
    if (row.fee != 0) {
        json.object().number("amount", row.fee).null("application").text("currency", kAccountCurrency);
        json.text("description", "Stripe processing fees").text("type", "stripe_fee").endObject();
    }
    json.endArray().number("net", row.amount - row.fee).text("reporting_category", back ? "refund" : "charge");
    reference(json, "source", back ? Kind::Refund : Kind::Charge, back ? row.refund : row.charge, below(expand, "source"));
    const Index customer = row.customer;
    json.text("status", row.availableOn <= s.timeOf(customer) ? "available" : "pending").text("type", back ? "refund" : "charge").endObject();
}

void Renderer::customerEntry(Json& json, const char* key, const CustomerEntry& row, const Expand* expand) const
{
    json.object(key).text("id", s.id(Kind::CustomerEntry, row.self)).text("object", "customer_balance_transaction").number("amount", row.amount);
    json.null("checkout_session").number("created", row.created);
    reference(json, "credit_note", Kind::CreditNote, row.creditNote, below(expand, "credit_note"));
    json.text("currency", row.currency);
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account").textOrNull("description", row.description).number("ending_balance", row.ending);
    reference(json, "invoice", Kind::Invoice, row.invoice, below(expand, "invoice"));
    json.boolean("livemode", s.live);
    metadata(json, "metadata", row.metadata);
    json.text("type", word(row.type)).endObject();
}

void Renderer::creditNote(Json& json, const char* key, const CreditNote& row, const Expand* expand) const
{
    const QByteArray id = s.id(Kind::CreditNote, row.self);
    json.object(key).text("id", id).text("object", "credit_note").number("amount", row.amount).number("amount_shipping", 0);
    json.number("created", row.created).text("currency", row.currency);
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account");
    reference(json, "customer_balance_transaction", Kind::CustomerEntry, row.entry, below(expand, "customer_balance_transaction"));
    json.number("discount_amount", 0).array("discount_amounts").endArray();
    json.number("effective_at", row.created);
    reference(json, "invoice", Kind::Invoice, row.invoice, below(expand, "invoice"));
    nested(json, "lines", "/v1/credit_notes/" + id + "/lines", 1, [&](size_t) { creditLine(json, nullptr, row); });
    json.boolean("livemode", s.live).textOrNull("memo", row.memo);
    metadata(json, "metadata", row.metadata);
    json.text("number", invoiceNumber(s.invoices[row.invoice]) + "-CN-" + QByteArray::number(row.number).rightJustified(2, '0'));
    if (row.outOfBand > 0)
        json.number("out_of_band_amount", row.outOfBand);
    else
        json.null("out_of_band_amount");
    json.text("pdf", "https://pay.example.com/credit_notes/" + s.ids.filler(row.self + 11000000, 40) + "/pdf");
    json.number("post_payment_amount", row.afterPayment ? row.amount : 0).number("pre_payment_amount", row.afterPayment ? 0 : row.amount);
    json.array("pretax_credit_amounts").endArray().textOrNull("reason", row.reason).array("refunds");
    if (row.refund != kNone) {
        json.object().number("amount_refunded", s.refunds[row.refund].amount).null("payment_record_refund");
        reference(json, "refund", Kind::Refund, row.refund, below(below(expand, "refunds"), "refund"));
        json.text("type", "refund").endObject();
    }
    json.endArray().null("shipping_cost").text("status", row.voidedAt ? "void" : "issued").number("subtotal", row.amount);
    json.number("subtotal_excluding_tax", row.amount).number("total", row.amount).number("total_excluding_tax", row.amount);
    json.array("total_taxes").endArray().text("type", row.afterPayment ? "post_payment" : "pre_payment").instant("voided_at", row.voidedAt).endObject();
}

void Renderer::creditLine(Json& json, const char* key, const CreditNote& row) const
{
    json.object(key).text("id", s.id(Kind::CreditLine, row.self)).text("object", "credit_note_line_item").number("amount", row.amount);
    json.text("description", row.memo.isEmpty() ? QByteArray("Credit") : row.memo).number("discount_amount", 0);
    json.array("discount_amounts").endArray().boolean("livemode", s.live).object("metadata").endObject();
    json.array("pretax_credit_amounts").endArray().number("quantity", 1).array("tax_rates").endArray().array("taxes").endArray();
    json.text("type", "custom_line_item").number("unit_amount", row.amount).text("unit_amount_decimal", QByteArray::number(row.amount)).endObject();
}

} // namespace ch::sandbox
