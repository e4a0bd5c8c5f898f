// SPDX-License-Identifier: GPL-3.0-or-later
// Prices (and plans, their older form), products, coupons, discounts, tax rates.
#include "stripe/ParseJson.h"

#include <algorithm>

namespace ch::stripe::json {

namespace {

/// An amount in both of its forms: the decimal wins, since the whole one is null where the amount is not whole.
struct PriceAmount {
    QString decimal;
    QString whole;
    [[nodiscard]] QString text() const { return decimal.isEmpty() ? whole : decimal; }
};

void readTiers(Reader& reader, od::value value, std::vector<PriceTier>* tiers, bool* known)
{
    if (Reader::isString(value)) {
        return;
    }
    reader.array("tiers", value, [&](od::value element) {
        *known = true;
        PriceTier tier;
        PriceAmount unit;
        PriceAmount flat;
        reader.object("tiers", element, [&](std::string_view key, od::value inner) {
            if (key == "up_to") {
                if (!Reader::isString(inner)) { // "inf" in the form in which tiers are sent
                    reader.integer("up_to", inner, &tier.upTo);
                }
            } else if (key == "unit_amount_decimal") {
                reader.decimal("unit_amount_decimal", inner, &unit.decimal);
            } else if (key == "unit_amount") {
                reader.decimal("unit_amount", inner, &unit.whole);
            } else if (key == "flat_amount_decimal") {
                reader.decimal("flat_amount_decimal", inner, &flat.decimal);
            } else if (key == "flat_amount") {
                reader.decimal("flat_amount", inner, &flat.whole);
            }
        });
        tier.unitAmountDecimal = unit.text();
        tier.flatAmountDecimal = flat.text();
        tiers->push_back(tier);
    });
}

void readTransform(Reader& reader, od::value value, Price* out)
{
    reader.object("transform_quantity", value, [&](std::string_view key, od::value inner) {
        if (key == "divide_by") {
            reader.integer("divide_by", inner, &out->transformDivideBy);
        } else if (key == "round") {
            reader.text("round", inner, &out->transformRound);
        }
    });
}

void readCurrencyOptions(Reader& reader, od::value value, Price* out)
{
    reader.object("currency_options", value, [&](std::string_view currencyKey, od::value inner) {
        const CurrencyCode currency = toText(currencyKey).toLower();
        PriceOption option;
        PriceAmount unit;
        reader.object("currency_options", inner, [&](std::string_view key, od::value field) {
            if (key == "unit_amount_decimal") {
                reader.decimal("unit_amount_decimal", field, &unit.decimal);
            } else if (key == "unit_amount") {
                reader.decimal("unit_amount", field, &unit.whole);
            } else if (key == "tiers") {
                readTiers(reader, field, &option.tiers, &option.tiersKnown);
            } else if (key == "tax_behavior") {
                reader.text("tax_behavior", field, &option.taxBehavior);
            }
        });
        option.unitAmountDecimal = unit.text();
        out->currencyOptions.insert(currency, option);
    });
}

void readCouponOptions(Reader& reader, od::value value, Coupon* out)
{
    reader.object("currency_options", value, [&](std::string_view currencyKey, od::value inner) {
        const CurrencyCode currency = toText(currencyKey).toLower();
        reader.object("currency_options", inner, [&](std::string_view key, od::value field) {
            qint64 amount = 0;
            if (key == "amount_off" && reader.integer("amount_off", field, &amount)) {
                out->amountOffOptions.insert(currency, amount);
            }
        });
    });
}

void readRecurring(Reader& reader, std::string_view key, od::value value, Price* out)
{
    if (key == "interval") {
        reader.text("interval", value, &out->interval);
    } else if (key == "interval_count") {
        reader.smallInteger("interval_count", value, &out->intervalCount);
    } else if (key == "usage_type") {
        reader.text("usage_type", value, &out->usageType);
    }
}

/// What a price has and a plan too, under the same name.
void readShared(Reader& reader, std::string_view key, od::value value, Price* out)
{
    if (key == "id") {
        reader.text("id", value, &out->id);
    } else if (key == "product") {
        reader.id("product", value, &out->productId);
    } else if (key == "active") {
        reader.shownFlag(value, &out->active);
    } else if (key == "currency") {
        reader.currency("currency", value, &out->currency);
    } else if (key == "billing_scheme") {
        reader.text("billing_scheme", value, &out->billingScheme);
    } else if (key == "tiers_mode") {
        reader.text("tiers_mode", value, &out->tiersMode);
    } else if (key == "tiers") {
        readTiers(reader, value, &out->tiers, &out->tiersKnown);
    } else if (key == "nickname") {
        reader.shownText(value, &out->nickname);
    } else if (key == "created") {
        reader.integer("created", value, &out->created);
    } else if (key == "livemode") {
        reader.flag("livemode", value, &out->livemode);
    } else if (key == "metadata") {
        reader.metadata(value, &out->metadata);
    }
}

} // namespace

void read(Reader& reader, od::object object, Price* out)
{
    PriceAmount unit;
    bool isPlan = false;
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "object") {
            QString name;
            isPlan = reader.text("object", value, &name) && name == QLatin1String("plan");
            if (!isPlan && !name.isEmpty() && name != QLatin1String("price")) {
                reader.refuse("object", "price");
            }
        } else if (key == "type") {
            reader.text("type", value, &out->type);
        } else if (key == "unit_amount_decimal" || key == "amount_decimal") {
            reader.decimal(key, value, &unit.decimal);
        } else if (key == "unit_amount" || key == "amount") {
            reader.decimal(key, value, &unit.whole);
        } else if (key == "recurring") {
            reader.object("recurring", value, [&](std::string_view inner, od::value field) { readRecurring(reader, inner, field, out); });
        } else if (key == "interval" || key == "interval_count" || key == "usage_type") {
            readRecurring(reader, key, value, out);
        } else if (key == "transform_quantity" || key == "transform_usage") {
            readTransform(reader, value, out);
        } else if (key == "tax_behavior") {
            reader.text("tax_behavior", value, &out->taxBehavior);
        } else if (key == "lookup_key") {
            reader.shownText(value, &out->lookupKey);
        } else if (key == "currency_options") {
            readCurrencyOptions(reader, value, out);
        } else {
            readShared(reader, key, value, out);
        }
    });
    out->unitAmountDecimal = unit.text();
    if (isPlan && out->type.isEmpty()) {
        out->type = QStringLiteral("recurring");
    }
}

void read(Reader& reader, od::object object, Product* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "product");
        } else if (key == "name") {
            reader.shownText(value, &out->name);
        } else if (key == "active") {
            reader.shownFlag(value, &out->active);
        } else if (key == "description") {
            reader.shownText(value, &out->description);
        } else if (key == "default_price") {
            reader.id("default_price", value, &out->defaultPriceId);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        } else if (key == "updated") {
            reader.integer("updated", value, &out->updated);
        } else if (key == "livemode") {
            reader.flag("livemode", value, &out->livemode);
        } else if (key == "deleted") {
            reader.flag("deleted", value, &out->deleted);
        } else if (key == "metadata") {
            reader.metadata(value, &out->metadata);
        }
    });
}

void read(Reader& reader, od::object object, Coupon* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "coupon");
        } else if (key == "name") {
            reader.shownText(value, &out->name);
        } else if (key == "percent_off") {
            reader.decimal("percent_off", value, &out->percentOff);
        } else if (key == "amount_off") {
            reader.integer("amount_off", value, &out->amountOff);
        } else if (key == "currency") {
            reader.currency("currency", value, &out->currency);
        } else if (key == "duration") {
            reader.text("duration", value, &out->duration);
        } else if (key == "duration_in_months") {
            int months = 0;
            if (reader.smallInteger("duration_in_months", value, &months)) {
                out->durationInMonths = months;
            }
        } else if (key == "applies_to") {
            reader.object("applies_to", value, [&](std::string_view inner, od::value field) {
                if (inner == "products") {
                    reader.array("products", field, [&](od::value element) {
                        QString product;
                        if (reader.id("products", element, &product)) {
                            out->appliesToProducts.append(product);
                        }
                    });
                }
            });
        } else if (key == "currency_options") {
            readCouponOptions(reader, value, out);
        } else if (key == "deleted") {
            reader.flag("deleted", value, &out->deleted);
        } else if (key == "valid") {
            reader.shownFlag(value, &out->valid);
        } else if (key == "created") {
            reader.integer("created", value, &out->created);
        }
    });
}

namespace {

void readCoupon(Reader& reader, od::value value, Discount* out)
{
    if (!Reader::isObject(value)) {
        reader.text("coupon", value, &out->couponId);
        return;
    }
    od::object object;
    if (!reader.ok() || value.get_object().get(object) != simdjson::SUCCESS) {
        return;
    }
    Coupon coupon;
    read(reader, object, &coupon);
    out->couponId = coupon.id;
    out->coupon = coupon;
}

} // namespace

void read(Reader& reader, od::object object, Discount* out)
{
    reader.fields(object, [&](std::string_view key, od::value value) {
        if (key == "id") {
            reader.text("id", value, &out->id);
        } else if (key == "object") {
            objectName(reader, value, "discount");
        } else if (key == "coupon") {
            readCoupon(reader, value, out);
        } else if (key == "source") {
            reader.object("source", value, [&](std::string_view inner, od::value field) {
                if (inner == "coupon") {
                    readCoupon(reader, field, out);
                }
            });
        } else if (key == "promotion_code") {
            reader.id("promotion_code", value, &out->promotionCode);
        } else if (key == "start") {
            reader.integer("start", value, &out->start);
        } else if (key == "end") {
            reader.integer("end", value, &out->end);
        } else if (key == "customer") {
            reader.id("customer", value, &out->customerId);
        } else if (key == "subscription") {
            reader.id("subscription", value, &out->subscriptionId);
        } else if (key == "subscription_item") {
            reader.id("subscription_item", value, &out->subscriptionItem);
        }
    });
}

void readDiscounts(Reader& reader, od::value value, QList<Discount>* whole, QStringList* ids)
{
    reader.array("discounts", value, [&](od::value element) {
        if (!Reader::isObject(element)) {
            QString id;
            if (reader.text("discounts", element, &id)) {
                ids->append(id);
            }
            return;
        }
        od::object object;
        if (element.get_object().get(object) == simdjson::SUCCESS) {
            Discount discount;
            read(reader, object, &discount);
            whole->append(discount);
            ids->append(discount.id);
        }
    });
}

void addOlderDiscount(const std::optional<Discount>& older, QList<Discount>* whole, QStringList* ids)
{
    if (!older) {
        return;
    }
    const auto isThisOne = [&](const Discount& discount) { return discount.id == older->id; };
    if (ids->isEmpty()) {
        ids->append(older->id);
        whole->append(*older);
    } else if (ids->contains(older->id) && std::none_of(whole->cbegin(), whole->cend(), isThisOne)) {
        whole->append(*older);
    }
}

void readTaxRates(Reader& reader, od::value value, std::vector<TaxRate>* out)
{
    reader.array("tax_rates", value, [&](od::value element) {
        TaxRate rate;
        if (!Reader::isObject(element)) { // not expanded, as in lines of older shapes: the rate stays unknown
            reader.text("tax_rates", element, &rate.id);
            out->push_back(rate);
            return;
        }
        reader.object("tax_rates", element, [&](std::string_view key, od::value inner) {
            if (key == "id") {
                reader.text("id", inner, &rate.id);
            } else if (key == "percentage") {
                reader.decimal("percentage", inner, &rate.percentage);
            } else if (key == "inclusive") {
                reader.flag("inclusive", inner, &rate.inclusive);
            }
        });
        out->push_back(rate);
    });
}

} // namespace ch::stripe::json
