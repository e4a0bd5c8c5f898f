// SPDX-License-Identifier: GPL-3.0-or-later
// Customers, subscriptions and their items, payment intents, events, balance, account.
#include "stripe/ParseJson.h"

#include <algorithm>

namespace ch::stripe::json {

namespace {

/// A nested object by its own reader; null leaves it out.
template <typename T>
std::optional<T> readNested(Reader& reader, std::string_view field, od::value value)
{
    if (!Reader::isObject(value)) {
        reader.object(field, value, [](std::string_view, od::value) {}); // refuses what is neither object nor null
        return std::nullopt;
    }
    od::object object;
    if (!reader.ok() || value.get_object().get(object) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    T found;
    read(reader, object, &found);
    return found;
}

void readItems(Reader& reader, od::value value, Subscription* out)
{
    qint64 total = -1;
    bool hasMore = false;
    reader.object("items", value, [&](std::string_view key, od::value inner) {
        if (key == "data") {
            reader.array("data", inner, [&](od::value element) {
                if (std::optional<SubscriptionItem> item = readNested<SubscriptionItem>(reader, "items", element)) {
                    out->items.push_back(std::move(*item));
                }
            });
        } else if (key == "has_more") {
            reader.flag("has_more", inner, &hasMore);
        } else if (key == "total_count") {
            reader.integer("total_count", inner, &total);
        }
    });
    out->itemsComplete = !hasMore && total <= static_cast<qint64>(out->items.size());
}

/// Until 2025-03-31 the period was the subscription's, since then it is each item's. Both are filled from whichever came.
void settlePeriods(Subscription* out)
{
    Seconds start = 0;
    Seconds end = 0;
    for (SubscriptionItem& item : out->items) {
        if (item.currentPeriodStart == 0 && item.currentPeriodEnd == 0) {
            item.currentPeriodStart = out->currentPeriodStart;
            item.currentPeriodEnd = out->currentPeriodEnd;
        }
        start = start == 0 ? item.currentPeriodStart : std::min(start, item.currentPeriodStart);
        end = end == 0 ? item.currentPeriodEnd : std::min(end, item.currentPeriodEnd);
    }
    out->currentPeriodStart = start != 0 ? start : out->currentPeriodStart;
    out->currentPeriodEnd = end != 0 ? end : out->currentPeriodEnd;
}

bool readSubscriptionTimes(Reader& reader, std::string_view key, od::value value, Subscription* out)
{
    if (key == "created") {
        reader.integer("created", value, &out->created);
    } else if (key == "start_date") {
        reader.integer("start_date", value, &out->startDate);
    } else if (key == "trial_start") {
        reader.integer("trial_start", value, &out->trialStart);
    } else if (key == "trial_end") {
        reader.integer("trial_end", value, &out->trialEnd);
    } else if (key == "cancel_at") {
        reader.integer("cancel_at", value, &out->cancelAt);
    } else if (key == "canceled_at") {
        reader.integer("canceled_at", value, &out->canceledAt);
    } else if (key == "ended_at") {
        reader.integer("ended_at", value, &out->endedAt);
    } else if (key == "current_period_start") {
        reader.integer("current_period_start", value, &out->currentPeriodStart);
    } else if (key == "current_period_end") {
        reader.integer("current_period_end", value, &out->currentPeriodEnd);
    } else {
        return false;
    }
    return true;
}

void readPause(Reader& reader, od::value value, Subscription* out)
{
    PauseCollection pause;
    reader.object("pause_collection", value, [&](std::string_view key, od::value inner) {
        if (key == "behavior") {
            reader.text("behavior", inner, &pause.behavior);
        } else if (key == "resumes_at") {
            reader.integer("resumes_at", inner, &pause.resumesAt);
        }
    });
    if (!pause.behavior.isEmpty()) {
        out->pauseCollection = pause;
    }
}

bool readSubscriptionLinks(Reader& reader, std::string_view key, od::value value, Subscription* out)
{
    if (key == "customer") {
        reader.id("customer", value, &out->customerId);
    } else if (key == "latest_invoice") {
        reader.id("latest_invoice", value, &out->latestInvoiceId);
    } else if (key == "schedule") {
        reader.id("schedule", value, &out->scheduleId);
    } else if (key == "test_clock") {
        reader.id("test_clock", value, &out->testClock);
    } else {
        return false;
    }
    return true;
}

void readMoney(Reader& reader, od::value value, std::vector<Money>* out)
{
    reader.array("available", value, [&](od::value element) {
        Money money;
        reader.object("available", element, [&](std::string_view key, od::value inner) {
            if (key == "amount") {
                reader.integer("amount", inner, &money.minor);
            } else if (key == "currency") {
                reader.currency("currency", inner, &money.currency);
            }
        });
        out->push_back(money);
    });
}

} // namespace

void read(Reader& reader, od::object object, Customer* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "customer");
        } else if (key == "name") {
            reader.shownText(value, &out->name);
        } else if (key == "email") {
            reader.shownText(value, &out->email);
        } else if (key == "phone") {
            reader.shownText(value, &out->phone);
        } else if (key == "description") {
            reader.shownText(value, &out->description);
        } else if (key == "currency") {
            reader.currency("currency", value, &out->currency);
        } else if (key == "balance") {
            reader.integer("balance", value, &out->balance);
        } else if (key == "delinquent") {
            reader.shownFlag(value, &out->delinquent);
        } else if (key == "invoice_settings") {
            reader.object("invoice_settings", value, [&](std::string_view inner, od::value field) {
                if (inner == "default_payment_method") {
                    reader.id("default_payment_method", field, &out->defaultPaymentMethodId);
                }
            });
        } else if (key == "discount") {
            out->discount = readNested<Discount>(reader, "discount", value);
        } else if (key == "test_clock") {
            reader.id("test_clock", value, &out->testClock);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        } else if (key == "deleted") {
            reader.flag("deleted", value, &out->deleted);
        } else if (key == "metadata") {
            reader.metadata(value, &out->metadata);
        }
    });
}

void read(Reader& reader, od::object object, SubscriptionItem* out)
{
    std::optional<Price> price;
    std::optional<Price> plan;
    std::optional<Discount> older;
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "subscription_item");
        } else if (key == "price" || key == "plan") {
            std::optional<Price>& target = key == "price" ? price : plan;
            if (Reader::isObject(value)) {
                target = readNested<Price>(reader, key, value);
            } else if (QString id; reader.text(key, value, &id)) {
                target.emplace();
                target->id = id;
            }
        } else if (key == "quantity") {
            reader.integer("quantity", value, &out->quantity);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "current_period_start") {
            reader.integer("current_period_start", value, &out->currentPeriodStart);
        } else if (key == "current_period_end") {
            reader.integer("current_period_end", value, &out->currentPeriodEnd);
        } else if (key == "discounts") {
            readDiscounts(reader, value, &out->discounts, &out->discountIds);
        } else if (key == "discount") {
            older = readNested<Discount>(reader, "discount", value);
        } else if (key == "tax_rates") {
            readTaxRates(reader, value, &out->taxRates);
        } else if (key == "metadata") {
            reader.metadata(value, &out->metadata);
        }
    });
    addOlderDiscount(older, &out->discounts, &out->discountIds);
    // Both come side by side; the plan is the older view of the same price.
    out->price = price ? std::move(*price) : plan ? std::move(*plan) : Price();
}

void read(Reader& reader, od::object object, Subscription* out)
{
    std::optional<Discount> older;
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "subscription");
        } else if (key == "status") {
            reader.text("status", value, &out->status);
        } else if (key == "currency") {
            reader.currency("currency", value, &out->currency);
        } else if (key == "items") {
            readItems(reader, value, out);
        } else if (key == "discounts") {
            readDiscounts(reader, value, &out->discounts, &out->discountIds);
        } else if (key == "discount") {
            older = readNested<Discount>(reader, "discount", value);
        } else if (key == "default_tax_rates") {
            readTaxRates(reader, value, &out->defaultTaxRates);
        } else if (key == "pause_collection") {
            readPause(reader, value, out);
        } else if (key == "cancel_at_period_end") {
            reader.flag("cancel_at_period_end", value, &out->cancelAtPeriodEnd);
        } else if (key == "cancellation_details") {
            reader.object("cancellation_details", value, [&](std::string_view inner, od::value field) {
                if (inner == "reason") {
                    reader.shownText(field, &out->cancellationReason);
                }
            });
        } else if (key == "collection_method") {
            reader.shownText(value, &out->collectionMethod);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        } else if (key == "metadata") {
            reader.metadata(value, &out->metadata);
        } else if (!readSubscriptionTimes(reader, key, value, out)) {
            readSubscriptionLinks(reader, key, value, out);
        }
    });
    addOlderDiscount(older, &out->discounts, &out->discountIds);
    settlePeriods(out);
    if (out->currency.isEmpty() && !out->items.empty()) {
        out->currency = out->items.front().price.currency; // subscriptions had no currency of their own before 2021
    }
}

void read(Reader& reader, od::object object, PaymentIntent* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "payment_intent");
        } else if (key == "customer") {
            reader.id("customer", value, &out->customerId);
        } else if (key == "status") {
            reader.text("status", value, &out->status);
        } else if (key == "amount") {
            reader.integer("amount", value, &out->amount);
        } else if (key == "amount_received") {
            reader.integer("amount_received", value, &out->amountReceived);
        } else if (key == "currency") {
            reader.currency("currency", value, &out->currency);
        } else if (key == "cancellation_reason") {
            reader.shownText(value, &out->cancellationReason);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        } else if (key == "metadata") {
            reader.metadata(value, &out->metadata);
        }
    });
}

namespace {

/// The id in what may be an id, an object with one, or anything else in the older shapes in which events arrive: then none.
void shownId(Reader& reader, od::value value, QString* out)
{
    if (Reader::isString(value)) {
        reader.shownText(value, out);
    } else if (Reader::isObject(value)) {
        reader.object({}, value, [&](std::string_view key, od::value inner) {
            if (key == "id") {
                reader.shownText(inner, out);
            }
        });
    }
}

void readEventObject(Reader& reader, od::value object, Event* out)
{
    reader.object("object", object, [&](std::string_view name, od::value detail) {
        if (name == "object") {
            reader.text("object", detail, &out->objectType);
        } else if (name == "id") { // some objects, such as a balance, have none
            reader.text("id", detail, &out->objectId);
        } else if (name == "customer") {
            shownId(reader, detail, &out->customerId);
        } else if (name == "payment_intent") {
            shownId(reader, detail, &out->paymentIntentId);
        } else if (name == "invoice") {
            shownId(reader, detail, &out->invoiceId);
        }
    });
}

} // namespace

void read(Reader& reader, od::object object, Event* out)
{
    QString formerCustomer;
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "event");
        } else if (key == "type") {
            reader.text("type", value, &out->type);
        } else if (key == "api_version") {
            reader.shownText(value, &out->apiVersion);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        } else if (key == "request" && Reader::isString(value)) { // before 2017: the id alone
            reader.text("request", value, &out->requestId);
        } else if (key == "request") {
            reader.object("request", value, [&](std::string_view inner, od::value field) {
                if (inner == "id") {
                    reader.shownText(field, &out->requestId);
                } else if (inner == "idempotency_key") {
                    reader.shownText(field, &out->idempotencyKey);
                }
            });
        } else if (key == "data") {
            reader.object("data", value, [&](std::string_view inner, od::value field) {
                if (inner == "object") {
                    readEventObject(reader, field, out);
                } else if (inner == "previous_attributes" && Reader::isObject(field)) {
                    reader.object("previous_attributes", field, [&](std::string_view name, od::value detail) {
                        if (name == "customer") {
                            shownId(reader, detail, &formerCustomer);
                        }
                    });
                }
            });
        }
    });
    if (out->customerId.isEmpty()) {
        out->customerId = formerCustomer;
    }
}

void read(Reader& reader, od::object object, Balance* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "object") {
            objectName(reader, value, "balance");
        } else if (key == "available") {
            readMoney(reader, value, &out->available);
        } else if (key == "pending") {
            readMoney(reader, value, &out->pending);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        }
    });
}

void read(Reader& reader, od::object object, Account* out)
{
    QString dashboardName;
    QString profileName;
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "account");
        } else if (key == "country") {
            reader.shownText(value, &out->country);
        } else if (key == "default_currency") {
            reader.currency("default_currency", value, &out->defaultCurrency);
        } else if (key == "charges_enabled") {
            reader.shownFlag(value, &out->chargesEnabled);
        } else if (key == "business_profile") {
            reader.object("business_profile", value, [&](std::string_view inner, od::value field) {
                if (inner == "name") {
                    reader.shownText(field, &profileName);
                }
            });
        } else if (key == "settings") {
            reader.object("settings", value, [&](std::string_view inner, od::value field) {
                if (inner != "dashboard") {
                    return;
                }
                reader.object("dashboard", field, [&](std::string_view name, od::value detail) {
                    if (name == "display_name") {
                        reader.shownText(detail, &dashboardName);
                    } else if (name == "timezone") {
                        reader.shownText(detail, &out->timezone);
                    }
                });
            });
        }
    });
    out->displayName = dashboardName.isEmpty() ? profileName : dashboardName;
}

} // namespace ch::stripe::json
