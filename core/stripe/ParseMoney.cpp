// SPDX-License-Identifier: GPL-3.0-or-later
// What waits for an invoice, how invoices were paid, and what was given back.
#include "stripe/ParseJson.h"

namespace ch::stripe::json {

namespace {

/// payment: {type, payment_intent | charge | payment_record}
void readPayment(Reader& reader, od::value value, InvoicePayment* out)
{
    reader.object("payment", value, [&](std::string_view key, od::value inner) {
        if (key == "payment_intent") {
            reader.id("payment_intent", inner, &out->paymentIntentId);
        } else if (key == "charge") {
            reader.id("charge", inner, &out->chargeId);
        }
    });
}

void readItemParent(Reader& reader, od::value value, InvoiceItem* out)
{
    reader.object("parent", value, [&](std::string_view part, od::value details) {
        if (part != "subscription_details") {
            return;
        }
        reader.object("subscription_details", details, [&](std::string_view key, od::value inner) {
            if (key == "subscription") {
                reader.id("subscription", inner, &out->subscriptionId);
            }
        });
    });
}

} // namespace

void read(Reader& reader, od::object object, InvoiceItem* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "invoiceitem");
        } else if (key == "customer") {
            reader.id("customer", value, &out->customerId);
        } else if (key == "invoice") {
            reader.id("invoice", value, &out->invoiceId);
        } else if (key == "parent") {
            readItemParent(reader, value, out);
        } else if (key == "amount") {
            reader.integer("amount", value, &out->amount);
        } else if (key == "currency") {
            reader.currency("currency", value, &out->currency);
        } else if (key == "description") {
            reader.shownText(value, &out->description);
        } else if (key == "proration") {
            reader.flag("proration", value, &out->proration);
        } else if (key == "deleted") {
            reader.flag("deleted", value, &out->deleted);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        }
    });
}

void read(Reader& reader, od::object object, InvoicePayment* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "invoice_payment");
        } else if (key == "invoice") {
            reader.id("invoice", value, &out->invoiceId);
        } else if (key == "payment") {
            readPayment(reader, value, out);
        } else if (key == "status") {
            reader.text("status", value, &out->status);
        } else if (key == "amount_paid") {
            reader.integer("amount_paid", value, &out->amountPaid);
        } else if (key == "currency") {
            reader.currency("currency", value, &out->currency);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        }
    });
}

void read(Reader& reader, od::object object, Charge* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "charge");
        } else if (key == "customer") {
            reader.id("customer", value, &out->customerId);
        } else if (key == "payment_intent") {
            reader.id("payment_intent", value, &out->paymentIntentId);
        } else if (key == "payment_method") {
            reader.id("payment_method", value, &out->paymentMethodId);
        } else if (key == "balance_transaction") {
            reader.id("balance_transaction", value, &out->balanceTransactionId);
        } else if (key == "status") {
            reader.text("status", value, &out->status);
        } else if (key == "payment_method_details") {
            reader.object("payment_method_details", value, [&](std::string_view inner, od::value field) {
                if (inner == "type") {
                    reader.shownText(field, &out->methodType);
                }
            });
        } else if (key == "failure_code") {
            reader.shownText(value, &out->failureCode);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "currency") {
            reader.currency("currency", value, &out->currency);
        } else if (key == "amount") {
            reader.integer("amount", value, &out->amount);
        } else if (key == "amount_captured") {
            reader.integer("amount_captured", value, &out->amountCaptured);
        } else if (key == "amount_refunded") {
            reader.integer("amount_refunded", value, &out->amountRefunded);
        } else if (key == "paid") {
            reader.flag("paid", value, &out->paid);
        } else if (key == "disputed") {
            reader.flag("disputed", value, &out->disputed);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        }
    });
}

void read(Reader& reader, od::object object, Refund* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "refund");
        } else if (key == "customer") {
            reader.id("customer", value, &out->customerId);
        } else if (key == "balance_transaction") {
            reader.id("balance_transaction", value, &out->balanceTransactionId);
        } else if (key == "failure_reason") {
            reader.shownText(value, &out->failureReason);
        } else if (key == "charge") {
            reader.id("charge", value, &out->chargeId);
        } else if (key == "payment_intent") {
            reader.id("payment_intent", value, &out->paymentIntentId);
        } else if (key == "status") {
            reader.text("status", value, &out->status);
        } else if (key == "amount") {
            reader.integer("amount", value, &out->amount);
        } else if (key == "currency") {
            reader.currency("currency", value, &out->currency);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "metadata") {
            reader.metadata(value, &out->metadata);
        }
    });
}

} // namespace ch::stripe::json
