// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger reads beside subscriptions and invoices: credit notes, balance transactions, schedules, payment methods.
#include "stripe/ParseJson.h"

namespace ch::stripe::json {

namespace {

/// discounts of a phase or of one of its items: {coupon, discount, promotion_code}, of which one is set.
void readPhaseCoupons(Reader& reader, od::value value, QStringList* out)
{
    reader.array("discounts", value, [&](od::value element) {
        QString coupon;
        reader.object("discounts", element, [&](std::string_view key, od::value inner) {
            if (key == "coupon") {
                reader.id("coupon", inner, &coupon);
            }
        });
        out->append(coupon);
    });
}

void readPhaseItem(Reader& reader, od::value value, SchedulePhaseItem* out)
{
    reader.object("items", value, [&](std::string_view key, od::value inner) {
        if (key == "price") {
            reader.id("price", inner, &out->priceId);
        } else if (key == "quantity") {
            reader.integer("quantity", inner, &out->quantity);
        } else if (key == "discounts") {
            readPhaseCoupons(reader, inner, &out->couponIds);
        }
    });
}

void readPhase(Reader& reader, od::value value, SchedulePhase* out)
{
    reader.object("phases", value, [&](std::string_view key, od::value inner) {
        if (key == "start_date") {
            reader.integer("start_date", inner, &out->start);
        } else if (key == "end_date") {
            reader.integer("end_date", inner, &out->end);
        } else if (key == "trial_end") {
            reader.integer("trial_end", inner, &out->trialEnd);
        } else if (key == "currency") {
            reader.currency("currency", inner, &out->currency);
        } else if (key == "items") {
            reader.array("items", inner, [&](od::value element) { readPhaseItem(reader, element, &out->items.emplace_back()); });
        } else if (key == "discounts") {
            readPhaseCoupons(reader, inner, &out->couponIds);
        }
    });
}

bool readScheduleTimes(Reader& reader, std::string_view key, od::value value, SubscriptionSchedule* out)
{
    if (key == "created") {
        reader.integer("created", value, &out->created);
    } else if (key == "canceled_at") {
        reader.integer("canceled_at", value, &out->canceledAt);
    } else if (key == "completed_at") {
        reader.integer("completed_at", value, &out->completedAt);
    } else if (key == "released_at") {
        reader.integer("released_at", value, &out->releasedAt);
    } else {
        return false;
    }
    return true;
}

void readCard(Reader& reader, od::value value, PaymentMethod* out)
{
    reader.object("card", value, [&](std::string_view key, od::value inner) {
        if (key == "brand") {
            reader.shownText(inner, &out->cardBrand);
        } else if (key == "country") {
            reader.shownText(inner, &out->cardCountry);
        } else if (key == "exp_month") {
            reader.smallInteger("exp_month", inner, &out->expiryMonth);
        } else if (key == "exp_year") {
            reader.smallInteger("exp_year", inner, &out->expiryYear);
        }
    });
}

} // namespace

void read(Reader& reader, od::object object, CreditNote* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "credit_note");
        } else if (key == "invoice") {
            reader.id("invoice", value, &out->invoiceId);
        } else if (key == "customer") {
            reader.id("customer", value, &out->customerId);
        } else if (key == "status") {
            reader.text("status", value, &out->status);
        } else if (key == "type") {
            reader.shownText(value, &out->type);
        } else if (key == "reason") {
            reader.shownText(value, &out->reason);
        } else if (key == "amount") {
            reader.integer("amount", value, &out->amount);
        } else if (key == "currency") {
            reader.currency("currency", value, &out->currency);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "voided_at") {
            reader.integer("voided_at", value, &out->voidedAt);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        }
    });
}

void read(Reader& reader, od::object object, BalanceTransaction* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "balance_transaction");
        } else if (key == "type") {
            reader.text("type", value, &out->type);
        } else if (key == "source") {
            reader.id("source", value, &out->sourceId);
        } else if (key == "exchange_rate") {
            reader.decimal("exchange_rate", value, &out->exchangeRate);
        } else if (key == "currency") {
            reader.currency("currency", value, &out->currency);
        } else if (key == "amount") {
            reader.integer("amount", value, &out->amount);
        } else if (key == "fee") {
            reader.integer("fee", value, &out->fee);
        } else if (key == "net") {
            reader.integer("net", value, &out->net);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "available_on") {
            reader.integer("available_on", value, &out->availableOn);
        }
    });
}

void read(Reader& reader, od::object object, SubscriptionSchedule* out)
{
    QString released;
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "subscription_schedule");
        } else if (key == "customer") {
            reader.id("customer", value, &out->customerId);
        } else if (key == "subscription") {
            reader.id("subscription", value, &out->subscriptionId);
        } else if (key == "released_subscription") {
            reader.id("released_subscription", value, &released);
        } else if (key == "status") {
            reader.text("status", value, &out->status);
        } else if (key == "end_behavior") {
            reader.text("end_behavior", value, &out->endBehavior);
        } else if (key == "phases") {
            reader.array("phases", value, [&](od::value element) { readPhase(reader, element, &out->phases.emplace_back()); });
        } else if (key == "test_clock") {
            reader.id("test_clock", value, &out->testClock);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        } else {
            readScheduleTimes(reader, key, value, out);
        }
    });
    out->subscriptionId = out->subscriptionId.isEmpty() ? released : out->subscriptionId;
}

void read(Reader& reader, od::object object, PaymentMethod* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "payment_method");
        } else if (key == "customer") {
            reader.id("customer", value, &out->customerId);
        } else if (key == "type") {
            reader.text("type", value, &out->type);
        } else if (key == "card") {
            readCard(reader, value, out);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        }
    });
}

} // namespace ch::stripe::json
