// SPDX-License-Identifier: GPL-3.0-or-later
// Invoices and their lines, in the shape since 2025-03-31 (parent, pricing, taxes) and the one before it.
#include "base/Fraction.h"
#include "stripe/ParseJson.h"

namespace ch::stripe::json {

namespace {

/// Sums amounts of a list such as discount_amounts; too large a sum is refused.
void addAmount(Reader& reader, std::string_view field, qint64 amount, qint64* sum)
{
    if (!addMinor(*sum, amount, sum)) {
        reader.refuse(field, "amounts whose sum fits in 64 bits");
    }
}

void readLineParent(Reader& reader, od::value value, InvoiceLine* out)
{
    reader.object("parent", value, [&](std::string_view part, od::value details) {
        if (part != "subscription_item_details" && part != "invoice_item_details") {
            return;
        }
        reader.object(part, details, [&](std::string_view key, od::value inner) {
            bool flag = false;
            if (key == "subscription") {
                reader.id("subscription", inner, &out->subscriptionId);
            } else if (key == "subscription_item") {
                reader.id("subscription_item", inner, &out->subscriptionItemId);
            } else if (key == "proration" && reader.flag("proration", inner, &flag)) {
                out->proration = out->proration || flag;
            } else if (key == "proration_details") {
                reader.object("proration_details", inner, [&](std::string_view name, od::value credited) {
                    out->credit = out->credit || (name == "credited_items" && Reader::isObject(credited));
                });
            }
        });
    });
}

void readLinePricing(Reader& reader, od::value value, InvoiceLine* out)
{
    reader.object("pricing", value, [&](std::string_view key, od::value inner) {
        if (key == "unit_amount_decimal") {
            reader.decimal("unit_amount_decimal", inner, &out->unitAmountDecimal);
        } else if (key == "price_details") {
            reader.object("price_details", inner, [&](std::string_view name, od::value field) {
                if (name == "price") {
                    reader.id("price", field, &out->priceId);
                } else if (name == "product") {
                    reader.id("product", field, &out->productId);
                }
            });
        }
    });
}

/// Before 2025-03-31 a line held its whole price, and before that its plan.
void readOlderLinePrice(Reader& reader, std::string_view key, od::value value, std::optional<Price>* out)
{
    if (!Reader::isObject(value)) {
        QString id;
        if (reader.text(key, value, &id)) {
            out->emplace();
            (*out)->id = id;
        }
        return;
    }
    od::object object;
    if (reader.ok() && value.get_object().get(object) == simdjson::SUCCESS) {
        out->emplace();
        read(reader, object, &**out);
    }
}

void readTaxes(Reader& reader, od::value value, InvoiceLine* out)
{
    reader.array("taxes", value, [&](od::value element) {
        qint64 amount = 0;
        bool inclusive = false;
        reader.object("taxes", element, [&](std::string_view key, od::value inner) {
            if (key == "amount") {
                reader.integer("amount", inner, &amount);
            } else if (key == "tax_behavior") {
                QString behavior;
                inclusive = reader.text("tax_behavior", inner, &behavior) && behavior == QLatin1String("inclusive");
            } else if (key == "inclusive") { // older shape
                reader.flag("inclusive", inner, &inclusive);
            }
        });
        addAmount(reader, "taxes", amount, &out->taxAmount);
        addAmount(reader, "taxes", inclusive ? amount : 0, &out->inclusiveTaxAmount);
    });
}

void readDiscountAmounts(Reader& reader, od::value value, InvoiceLine* out, QStringList* ids)
{
    reader.array("discount_amounts", value, [&](od::value element) {
        reader.object("discount_amounts", element, [&](std::string_view key, od::value inner) {
            qint64 amount = 0;
            if (key == "amount" && reader.integer("amount", inner, &amount)) {
                addAmount(reader, "discount_amounts", amount, &out->discountAmount);
            } else if (QString id; key == "discount" && reader.id("discount", inner, &id)) {
                ids->append(id);
            }
        });
    });
}

/// total_discount_amounts: {amount, discount}; the discount is whole where it was expanded, also one that was deleted since.
void readTotalDiscounts(Reader& reader, od::value value, Invoice* out)
{
    reader.array("total_discount_amounts", value, [&](od::value element) {
        reader.object("total_discount_amounts", element, [&](std::string_view key, od::value inner) {
            od::object object;
            if (key == "discount" && Reader::isObject(inner) && inner.get_object().get(object) == simdjson::SUCCESS) {
                Discount discount;
                read(reader, object, &discount);
                out->discounts.append(discount);
            }
        });
    });
}

void readPeriod(Reader& reader, od::value value, InvoiceLine* out)
{
    reader.object("period", value, [&](std::string_view key, od::value inner) {
        if (key == "start") {
            reader.integer("start", inner, &out->periodStart);
        } else if (key == "end") {
            reader.integer("end", inner, &out->periodEnd);
        }
    });
}

/// Flat fields of the shape before 2025-03-31, and of lines that hold both.
bool readOlderLineFields(Reader& reader, std::string_view key, od::value value, InvoiceLine* out)
{
    bool flag = false;
    QString id;
    if (key == "subscription") {
        if (reader.id("subscription", value, &id) && out->subscriptionId.isEmpty()) {
            out->subscriptionId = id;
        }
    } else if (key == "subscription_item") {
        if (reader.id("subscription_item", value, &id) && out->subscriptionItemId.isEmpty()) {
            out->subscriptionItemId = id;
        }
    } else if (key == "proration") {
        if (reader.flag("proration", value, &flag)) {
            out->proration = out->proration || flag;
        }
    } else {
        return false;
    }
    return true;
}

/// What only older shapes say is taken where the newer one was silent.
void settleLine(const std::optional<Price>& price, const QString& quantityDecimal, const QStringList& discountedBy, InvoiceLine* out)
{
    if (price) {
        out->priceId = out->priceId.isEmpty() ? price->id : out->priceId;
        out->productId = out->productId.isEmpty() ? price->productId : out->productId;
        out->unitAmountDecimal = out->unitAmountDecimal.isEmpty() ? price->unitAmountDecimal : out->unitAmountDecimal;
    }
    if (!out->quantity && !quantityDecimal.isEmpty()) {
        const Fraction quantity = Fraction::fromDecimal(quantityDecimal.toStdString());
        out->quantity = quantity.isWhole() ? quantity.roundHalfAwayFromZero() : std::nullopt;
    }
    for (const QString& id : discountedBy) {
        if (!out->discountIds.contains(id)) {
            out->discountIds.append(id);
        }
    }
}

void readLines(Reader& reader, od::value value, Invoice* out)
{
    qint64 total = -1;
    bool hasMore = false;
    reader.object("lines", value, [&](std::string_view key, od::value inner) {
        if (key == "data") {
            reader.array("data", inner, [&](od::value element) {
                od::object object;
                if (!Reader::isObject(element) || element.get_object().get(object) != simdjson::SUCCESS) {
                    reader.refuse("lines", "a list of objects");
                    return;
                }
                out->lines.emplace_back();
                read(reader, object, &out->lines.back());
            });
        } else if (key == "has_more") {
            reader.flag("has_more", inner, &hasMore);
        } else if (key == "total_count") {
            reader.integer("total_count", inner, &total);
        }
    });
    out->linesComplete = !hasMore && total <= static_cast<qint64>(out->lines.size());
}

bool readInvoiceAmounts(Reader& reader, std::string_view key, od::value value, Invoice* out)
{
    if (key == "amount_due") {
        reader.integer("amount_due", value, &out->amountDue);
    } else if (key == "amount_paid") {
        reader.integer("amount_paid", value, &out->amountPaid);
    } else if (key == "amount_remaining") {
        reader.integer("amount_remaining", value, &out->amountRemaining);
    } else if (key == "subtotal") {
        reader.integer("subtotal", value, &out->subtotal);
    } else if (key == "total") {
        reader.integer("total", value, &out->total);
    } else {
        return false;
    }
    return true;
}

void readTransitions(Reader& reader, od::value value, Invoice* out)
{
    reader.object("status_transitions", value, [&](std::string_view key, od::value inner) {
        if (key == "finalized_at") {
            reader.integer("finalized_at", inner, &out->finalizedAt);
        } else if (key == "paid_at") {
            reader.integer("paid_at", inner, &out->paidAt);
        } else if (key == "voided_at") {
            reader.integer("voided_at", inner, &out->voidedAt);
        } else if (key == "marked_uncollectible_at") {
            reader.integer("marked_uncollectible_at", inner, &out->markedUncollectibleAt);
        }
    });
}

void readInvoiceParent(Reader& reader, od::value value, QString* subscriptionId)
{
    reader.object("parent", value, [&](std::string_view key, od::value inner) {
        if (key != "subscription_details") {
            return;
        }
        reader.object("subscription_details", inner, [&](std::string_view name, od::value field) {
            if (name == "subscription") {
                reader.id("subscription", field, subscriptionId);
            }
        });
    });
}

} // namespace

void read(Reader& reader, od::object object, InvoiceLine* out)
{
    std::optional<Price> price;
    std::optional<Price> plan;
    QString quantityDecimal;
    QStringList discountedBy;
    QList<Discount> whole;
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "line_item");
        } else if (key == "amount") {
            reader.integer("amount", value, &out->amount);
        } else if (key == "description") {
            reader.shownText(value, &out->description);
        } else if (key == "period") {
            readPeriod(reader, value, out);
        } else if (key == "parent") {
            readLineParent(reader, value, out);
        } else if (key == "pricing") {
            readLinePricing(reader, value, out);
        } else if (key == "price") {
            readOlderLinePrice(reader, key, value, &price);
        } else if (key == "plan") {
            readOlderLinePrice(reader, key, value, &plan);
        } else if (key == "quantity") {
            reader.integer("quantity", value, &out->quantity);
        } else if (key == "quantity_decimal") {
            reader.decimal("quantity_decimal", value, &quantityDecimal);
        } else if (key == "taxes" || key == "tax_amounts") {
            readTaxes(reader, value, out);
        } else if (key == "discount_amounts") {
            readDiscountAmounts(reader, value, out, &discountedBy);
        } else if (key == "discounts") {
            readDiscounts(reader, value, &whole, &out->discountIds);
        } else {
            readOlderLineFields(reader, key, value, out);
        }
    });
    settleLine(price ? price : plan, quantityDecimal, discountedBy, out);
}

void read(Reader& reader, od::object object, Invoice* out)
{
    QString newerSubscription;
    QString olderSubscription;
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "invoice");
        } else if (key == "number") {
            reader.shownText(value, &out->number);
        } else if (key == "customer") {
            reader.id("customer", value, &out->customerId);
        } else if (key == "parent") {
            readInvoiceParent(reader, value, &newerSubscription);
        } else if (key == "subscription") {
            reader.id("subscription", value, &olderSubscription);
        } else if (key == "status") {
            reader.text("status", value, &out->status);
        } else if (key == "currency") {
            reader.currency("currency", value, &out->currency);
        } else if (key == "billing_reason") {
            reader.shownText(value, &out->billingReason);
        } else if (key == "collection_method") {
            reader.shownText(value, &out->collectionMethod);
        } else if (key == "hosted_invoice_url") {
            reader.shownText(value, &out->hostedInvoiceUrl);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "due_date") {
            reader.integer("due_date", value, &out->dueDate);
        } else if (key == "status_transitions") {
            readTransitions(reader, value, out);
        } else if (key == "total_discount_amounts") {
            readTotalDiscounts(reader, value, out);
        } else if (key == "lines") {
            readLines(reader, value, out);
        } else if (key == "deleted") {
            reader.flag("deleted", value, &out->deleted);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        } else {
            readInvoiceAmounts(reader, key, value, out);
        }
    });
    out->subscriptionId = newerSubscription.isEmpty() ? olderSubscription : newerSubscription;
}

} // namespace ch::stripe::json
