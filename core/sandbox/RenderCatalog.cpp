// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Render.h"

namespace ch::sandbox {

void Renderer::product(Json& json, const char* key, const Product& row, const Expand* expand) const
{
    json.object(key).text("id", s.id(row)).text("object", "product").boolean("active", row.active).number("created", row.created);
    reference(json, "default_price", Kind::Price, row.defaultPrice, below(expand, "default_price"));
    json.textOrNull("description", row.description);
    extra(json, "images", row.extras, "[]");
    json.boolean("livemode", s.live);
    extra(json, "marketing_features", row.extras, "[]");
    metadata(json, "metadata", row.metadata);
    json.text("name", row.name);
    extra(json, "package_dimensions", row.extras);
    extra(json, "shippable", row.extras);
    json.textOrNull("statement_descriptor", row.statementDescriptor);
    extra(json, "tax_code", row.extras);
    json.null("tax_details").text("type", "service").textOrNull("unit_label", row.unitLabel);
    json.number("updated", row.updated ? row.updated : row.created).textOrNull("url", row.url).endObject();
}

void Renderer::unitAmount(Json& json, const char* whole, const char* decimal, const Price& row) const
{
    if (!row.tiers.empty() || row.customAmount) {
        json.null(whole).null(decimal);
        return;
    }
    const auto minor = wholeMinor(row.unit);
    if (minor)
        json.number(whole, *minor);
    else
        json.null(whole);
    json.text(decimal, decimalText(row.unit));
}

void Renderer::tiers(Json& json, const Price& row) const
{
    json.array("tiers");
    for (const Tier& tier : row.tiers) {
        const auto put = [&json](const char* whole, const char* decimal, bool has, Wide amount) {
            const auto minor = wholeMinor(amount);
            if (has && minor)
                json.number(whole, *minor);
            else
                json.null(whole);
            if (has)
                json.text(decimal, decimalText(amount));
            else
                json.null(decimal);
        };
        json.object();
        put("flat_amount", "flat_amount_decimal", tier.hasFlat, tier.flat);
        put("unit_amount", "unit_amount_decimal", tier.hasUnit, tier.unit);
        json.instant("up_to", tier.upTo).endObject();
    }
    json.endArray();
}

void Renderer::currencyOptions(Json& json, const Price& row) const
{
    json.object("currency_options").object(row.currency.constData());
    extra(json, "custom_unit_amount", row.extras);
    json.text("tax_behavior", row.taxBehavior);
    if (!row.tiers.empty())
        tiers(json, row);
    unitAmount(json, "unit_amount", "unit_amount_decimal", row);
    json.endObject().endObject();
}

void Renderer::price(Json& json, const char* key, const Price& row, const Expand* expand) const
{
    json.object(key).text("id", s.id(Kind::Price, row.self)).text("object", "price").boolean("active", row.active);
    json.text("billing_scheme", row.tiers.empty() ? "per_unit" : "tiered").number("created", row.created).text("currency", row.currency);
    if (below(expand, "currency_options"))
        currencyOptions(json, row);
    extra(json, "custom_unit_amount", row.extras);
    json.boolean("livemode", s.live).textOrNull("lookup_key", row.lookupKey);
    metadata(json, "metadata", row.metadata);
    json.textOrNull("nickname", row.nickname);
    reference(json, "product", Kind::Product, row.product, below(expand, "product"));
    if (row.recurring) {
        json.object("recurring").text("interval", word(row.interval)).number("interval_count", row.intervalCount);
        json.textOrNull("meter", row.meter).instant("trial_period_days", row.trialDays);
        json.text("usage_type", row.metered ? "metered" : "licensed").endObject();
    } else {
        json.null("recurring");
    }
    json.text("tax_behavior", row.taxBehavior);
    if (below(expand, "tiers") && !row.tiers.empty())
        tiers(json, row);
    if (row.tiers.empty())
        json.null("tiers_mode");
    else
        json.text("tiers_mode", row.volume ? "volume" : "graduated");
    if (row.divideBy > 0)
        json.object("transform_quantity").number("divide_by", row.divideBy).text("round", row.roundUp ? "up" : "down").endObject();
    else
        json.null("transform_quantity");
    json.text("type", row.recurring ? "recurring" : "one_time");
    unitAmount(json, "unit_amount", "unit_amount_decimal", row);
    json.endObject();
}

void Renderer::plan(Json& json, const char* key, const Price& row, const Expand* expand) const
{
    json.object(key).text("id", s.id(Kind::Price, row.self)).text("object", "plan").boolean("active", row.active);
    unitAmount(json, "amount", "amount_decimal", row);
    json.text("billing_scheme", row.tiers.empty() ? "per_unit" : "tiered").number("created", row.created).text("currency", row.currency);
    json.text("interval", word(row.interval)).number("interval_count", row.intervalCount).boolean("livemode", s.live);
    metadata(json, "metadata", row.metadata);
    json.textOrNull("meter", row.meter).textOrNull("nickname", row.nickname);
    reference(json, "product", Kind::Product, row.product, below(expand, "product"));
    if (below(expand, "tiers") && !row.tiers.empty())
        tiers(json, row);
    if (row.tiers.empty())
        json.null("tiers_mode");
    else
        json.text("tiers_mode", row.volume ? "volume" : "graduated");
    if (row.divideBy > 0)
        json.object("transform_usage").number("divide_by", row.divideBy).text("round", row.roundUp ? "up" : "down").endObject();
    else
        json.null("transform_usage");
    json.instant("trial_period_days", row.trialDays).text("usage_type", row.metered ? "metered" : "licensed").endObject();
}

void Renderer::coupon(Json& json, const char* key, const Coupon& row, const Expand* expand) const
{
    json.object(key).text("id", s.id(row)).text("object", "coupon").instant("amount_off", row.amountOff);
    if (below(expand, "applies_to") && !row.products.empty()) {
        json.object("applies_to").array("products");
        for (const Index product : row.products)
            json.text(nullptr, s.id(Kind::Product, product));
        json.endArray().endObject();
    }
    json.number("created", row.created).textOrNull("currency", row.currency);
    if (below(expand, "currency_options") && row.amountOff) {
        json.object("currency_options").object(row.currency.constData()).number("amount_off", row.amountOff).endObject().endObject();
    }
    json.text("duration", word(row.duration)).instant("duration_in_months", row.months).boolean("livemode", s.live);
    json.instant("max_redemptions", row.maxRedemptions);
    metadata(json, "metadata", row.metadata);
    json.textOrNull("name", row.name).raw("percent_off", row.percentText.isEmpty() ? QByteArray("null") : row.percentText);
    json.instant("redeem_by", row.redeemBy).number("times_redeemed", row.timesRedeemed);
    const bool open = (row.redeemBy == 0 || row.redeemBy > s.now) && (row.maxRedemptions == 0 || row.timesRedeemed < row.maxRedemptions);
    json.boolean("valid", open && !row.deleted).endObject();
}

void Renderer::discount(Json& json, const char* key, const Discount& row, const Expand* expand, Index invoice) const
{
    json.object(key).text("id", s.id(Kind::Discount, row.self)).text("object", "discount").null("checkout_session");
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account");
    if (row.deleted)
        json.boolean("deleted", true);
    else
        json.instant("end", row.end);
    reference(json, "invoice", Kind::Invoice, invoice != kNone ? invoice : row.invoice, nullptr);
    reference(json, "invoice_item", Kind::InvoiceItem, row.invoiceItem, nullptr);
    reference(json, "promotion_code", Kind::PromotionCode, row.promotion, below(expand, "promotion_code"));
    json.object("source");
    reference(json, "coupon", Kind::Coupon, row.coupon, below(below(expand, "source"), "coupon"));
    json.text("type", "coupon").endObject().number("start", row.start);
    reference(json, "subscription", Kind::Subscription, row.subscription, nullptr);
    reference(json, "subscription_item", Kind::Item, row.item, nullptr);
    json.endObject();
}

void Renderer::discounts(Json& json, const char* key, const std::vector<Index>& rows, const Expand* expand) const
{
    json.array(key);
    for (const Index row : rows)
        reference(json, nullptr, Kind::Discount, row, expand);
    json.endArray();
}

void Renderer::paymentMethod(Json& json, const char* key, const PaymentMethod& row, const Expand* expand) const
{
    json.object(key).text("id", s.id(Kind::PaymentMethod, row.self)).text("object", "payment_method");
    json.text("allow_redisplay", "unspecified").object("billing_details");
    json.object("address");
    nulls(json, {"city", "country", "line1", "line2", "postal_code", "state"});
    json.endObject();
    nulls(json, {"email", "name", "phone", "tax_id"});
    json.endObject().object("card").text("brand", row.brand).object("checks");
    json.null("address_line1_check").null("address_postal_code_check").text("cvc_check", "pass").endObject();
    json.text("country", "US").text("display_brand", row.brand).number("exp_month", 8).number("exp_year", 2031);
    json.text("fingerprint", s.ids.filler(row.last4.toULongLong(), 16)).text("funding", "credit").null("generated_from");
    json.text("last4", row.last4).object("networks").array("available").text(nullptr, row.brand).endArray().null("preferred").endObject();
    json.text("regulated_status", "unregulated").object("three_d_secure_usage").boolean("supported", true).endObject();
    json.null("wallet").endObject().number("created", row.created);
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account").boolean("livemode", s.live);
    metadata(json, "metadata", row.metadata);
    json.text("type", "card").endObject();
}

void Renderer::testClock(Json& json, const char* key, const TestClock& row) const
{
    json.object(key).text("id", s.id(Kind::TestClock, row.self)).text("object", "test_helpers.test_clock").number("created", row.created);
    json.number("deletes_after", row.created + kClockDays * kDay).number("frozen_time", row.frozen).boolean("livemode", s.live);
    json.textOrNull("name", row.name).text("status", row.target ? "advancing" : "ready").object("status_details");
    if (row.target)
        json.object("advancing").number("target_frozen_time", row.target).endObject();
    json.endObject().endObject();
}

} // namespace ch::sandbox
