// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/CallsList.h"

namespace ch::sandbox {

Answer Calls::listProducts(const Call& call)
{
    const QList<QByteArray> ids = call.params.texts("ids");
    const Node* active = call.params.find("active");
    const QByteArray url = call.params.text("url"), type = call.params.text("type");
    return list(call, Kind::Product, s.products, s.products.order(), [&](const Product& row) {
        return !row.deleted && (!active || row.active == (active->value == "true")) && (ids.isEmpty() || ids.contains(s.id(row)))
            && (url.isEmpty() || row.url == url) && (type.isEmpty() || type == "service") && inRange(call.params, "created", row.created)
            && (!call.params.has("shippable") || row.extras.value("shippable", "false") == call.params.text("shippable"));
    });
}

namespace calls_detail {

QByteArray textsJson(const QList<QByteArray>& texts)
{
    Json json;
    json.array();
    for (const QByteArray& text : texts)
        json.text(nullptr, text);
    return json.endArray().take();
}

void writeProduct(const Node& params, Product* row)
{
    for (const auto& [name, field] : {std::pair<const char*, QByteArray*>{"name", &row->name}, {"description", &row->description},
                                      {"unit_label", &row->unitLabel}, {"url", &row->url}, {"statement_descriptor", &row->statementDescriptor}}) {
        if (const Node* node = params.find(name))
            *field = node->value;
    }
    row->active = params.boolean("active", row->active);
    if (params.has("images"))
        row->extras.insert("images", textsJson(params.texts("images")));
    if (params.has("shippable"))
        row->extras.insert("shippable", params.text("shippable"));
    if (params.has("tax_code"))
        row->extras.insert("tax_code", params.unsets("tax_code") ? QByteArray("null") : Json::quoted(params.text("tax_code")));
    if (const Node* features = params.find("marketing_features")) {
        Json json;
        json.array();
        for (const Node& feature : features->children)
            json.object().text("name", feature.text("name")).endObject();
        row->extras.insert("marketing_features", json.endArray().take());
    }
}

} // namespace calls_detail

Answer Calls::createProduct(const Call& call)
{
    Product made;
    made.created = made.updated = s.now;
    made.ownId = call.params.text("id");
    if (!made.ownId.isEmpty() && s.find(Kind::Product, made.ownId) != kNone)
        return tl::unexpected(invalid("Product already exists.", "id", "resource_already_exists"));
    calls_detail::writeProduct(call.params, &made);
    writeMetadata(call.params, &made.metadata);
    const Product& row = s.products.add(std::move(made));
    if (!row.ownId.isEmpty())
        s.ownIds.insert("product " + row.ownId, row.self);
    m_log.record("product.created", s.now, row);
    return show(call, Kind::Product, row.self);
}

Answer Calls::getProduct(const Call& call)
{
    const auto index = target(call, Kind::Product);
    return index ? show(call, Kind::Product, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateProduct(const Call& call)
{
    const auto index = target(call, Kind::Product);
    if (!index)
        return tl::unexpected(index.error());
    Product& row = s.products.edit(*index);
    if (row.deleted)
        return tl::unexpected(missingObject("product", call.id, "id", 404));
    Product wanted = row;
    if (const QByteArray id = call.params.text("default_price"); !id.isEmpty()) {
        const auto price = named(id, Kind::Price, "default_price");
        if (!price)
            return tl::unexpected(price.error());
        if (s.prices[*price].product != *index)
            return tl::unexpected(invalid("The price '" + id + "' does not belong to this product.", "default_price"));
        wanted.defaultPrice = *price;
    }
    calls_detail::writeProduct(call.params, &wanted);
    writeMetadata(call.params, &wanted.metadata);
    wanted.updated = s.now;
    Change<Product> change(m_log, "product.updated", s.now, row);
    row = wanted;
    return show(call, Kind::Product, *index);
}

Answer Calls::deleteProduct(const Call& call)
{
    const auto index = target(call, Kind::Product);
    if (!index)
        return tl::unexpected(index.error());
    Product& row = s.products.edit(*index);
    if (row.deleted)
        return tl::unexpected(missingObject("product", call.id, "id", 404));
    for (Index price = 0; price < s.prices.size(); ++price) {
        if (s.prices[price].product == *index)
            return tl::unexpected(invalid("This product cannot be deleted because it has one or more user-created prices."));
    }
    row.deleted = true;
    row.active = false;
    m_log.record("product.deleted", s.now, row);
    return m_render.object(Kind::Product, *index);
}

Answer Calls::listPrices(const Call& call)
{
    const QList<QByteArray> keys = call.params.texts("lookup_keys");
    if (keys.size() > 10)
        return tl::unexpected(invalid("You can look up at most 10 lookup_keys.", "lookup_keys"));
    const Node* active = call.params.find("active");
    const Node* recurring = call.params.find("recurring");
    const QByteArray product = call.params.text("product"), currency = call.params.text("currency"), type = call.params.text("type");
    return list(call, Kind::Price, s.prices, s.prices.order(), [&](const Price& row) {
        if (row.inlineMade || (active && row.active != (active->value == "true")))
            return false;
        if (recurring) {
            const QByteArray interval = recurring->text("interval"), usage = recurring->text("usage_type"), meter = recurring->text("meter");
            if (!row.recurring || (!interval.isEmpty() && interval != word(row.interval)) || (!meter.isEmpty() && meter != row.meter)
                || (!usage.isEmpty() && (usage == "metered") != row.metered))
                return false;
        }
        return (keys.isEmpty() || keys.contains(row.lookupKey)) && (product.isEmpty() || s.id(Kind::Product, row.product) == product)
            && (currency.isEmpty() || row.currency == currency) && (type.isEmpty() || (type == "recurring") == row.recurring)
            && inRange(call.params, "created", row.created);
    });
}

std::optional<Fault> Calls::writeTiers(const Node& params, Price* row) const
{
    qint64 last = 0;
    for (const Node& node : params.find("tiers")->children) {
        Tier tier;
        const QByteArray upTo = node.text("up_to");
        const auto bound = wholeNumber(upTo);
        if (upTo != "inf" && (!bound || *bound <= last))
            return invalid("Invalid tier: up_to must be 'inf' or a whole number greater than that of the tier before.", node.path + "[up_to]");
        tier.upTo = last = bound.value_or(0);
        const auto amount = [&node](const char* whole, const char* exact, bool* has) {
            *has = node.has(whole) || node.has(exact);
            return node.has(exact) ? parseDecimal(node.text(exact)).value_or(0) : Wide(node.number(whole)) * kScale;
        };
        tier.unit = amount("unit_amount", "unit_amount_decimal", &tier.hasUnit);
        tier.flat = amount("flat_amount", "flat_amount_decimal", &tier.hasFlat);
        if (!tier.hasUnit && !tier.hasFlat)
            return invalid("Each tier needs unit_amount or flat_amount.", node.path);
        row->tiers.push_back(tier);
        if (tier.upTo == 0)
            break;
    }
    if (row->tiers.empty() || row->tiers.back().upTo != 0)
        return invalid("The last tier must have up_to 'inf'.", "tiers");
    return std::nullopt;
}

std::optional<Fault> Calls::writePrice(const Node& params, Price* row) const
{
    row->currency = params.text("currency").toLower();
    row->taxBehavior = params.has("tax_behavior") ? params.text("tax_behavior") : QByteArray("unspecified");
    const bool tiered = params.text("billing_scheme") == "tiered";
    if (tiered) {
        if (!params.has("tiers") || !params.has("tiers_mode"))
            return invalid("Missing required param: " + QByteArray(params.has("tiers") ? "tiers_mode." : "tiers."),
                           params.has("tiers") ? "tiers_mode" : "tiers", "parameter_missing");
        row->volume = params.text("tiers_mode") == "volume";
        if (const auto fault = writeTiers(params, row))
            return fault;
    } else if (params.has("tiers")) {
        return invalid("tiers can only be used with billing_scheme=tiered.", "tiers");
    } else if (params.has("unit_amount") == params.has("unit_amount_decimal")) {
        return params.has("unit_amount") ? invalid("You may only specify one of these parameters: unit_amount, unit_amount_decimal.", "unit_amount", "parameters_exclusive")
                                         : invalid("Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.", "unit_amount", "parameter_missing");
    } else {
        row->unit = params.has("unit_amount") ? Wide(params.number("unit_amount")) * kScale
                                              : parseDecimal(params.text("unit_amount_decimal")).value_or(0);
    }
    const Node* recurring = params.find("recurring");
    row->recurring = recurring != nullptr;
    if (recurring) {
        const QByteArray interval = recurring->text("interval");
        for (const Interval each : {Interval::Day, Interval::Week, Interval::Month, Interval::Year}) {
            if (interval == word(each))
                row->interval = each;
        }
        row->intervalCount = static_cast<int>(recurring->number("interval_count", 1));
        static const int kMost[] = {1095, 156, 36, 3};
        if (row->intervalCount > kMost[static_cast<int>(row->interval)])
            return invalid("The maximum billing interval is three years.", "recurring[interval_count]");
        row->trialDays = static_cast<int>(recurring->number("trial_period_days"));
        row->metered = recurring->text("usage_type") == "metered";
        row->meter = recurring->text("meter");
        if (row->metered && row->meter.isEmpty())
            return invalid("Missing required param: recurring[meter].", "recurring[meter]", "parameter_missing");
        if (!row->metered && !row->meter.isEmpty())
            return invalid("recurring[meter] can only be used with recurring[usage_type]=metered.", "recurring[meter]");
        if (row->metered) {
            const auto meter = named(row->meter, Kind::Meter, "recurring[meter]");
            if (!meter)
                return meter.error();
            if (s.meters.rows[*meter].deactivatedAt != 0)
                return invalid("The meter '" + row->meter + "' is inactive: it cannot be attached to a price.", "recurring[meter]", "archived_meter");
        }
    }
    if (const Node* transform = params.find("transform_quantity")) {
        if (tiered)
            return invalid("transform_quantity cannot be used with billing_scheme=tiered.", "transform_quantity");
        row->divideBy = transform->number("divide_by");
        row->roundUp = transform->text("round") == "up";
    }
    return std::nullopt;
}

std::optional<Fault> Calls::takeLookupKey(const Node& params, Index price, const QByteArray& key)
{
    const auto holder = s.lookupKeys.constFind(key);
    if (holder != s.lookupKeys.constEnd() && *holder != price) {
        if (!params.boolean("transfer_lookup_key"))
            return invalid("A price (`" + s.id(Kind::Price, *holder) + "`) already uses that lookup key.", "lookup_key");
        Change<Price> change(m_log, "price.updated", s.now, s.prices.edit(*holder)); // a plan shows no lookup key
        s.prices.edit(*holder).lookupKey.clear();
    }
    return std::nullopt;
}

Answer Calls::createPrice(const Call& call)
{
    const Node& params = call.params;
    Price made;
    made.created = s.now;
    if (params.has("product") == params.has("product_data"))
        return tl::unexpected(params.has("product") ? invalid("You may only specify one of these parameters: product, product_data.", "product", "parameters_exclusive")
                                                    : invalid("Missing required param: product.", "product", "parameter_missing"));
    if (const auto fault = writePrice(params, &made))
        return tl::unexpected(*fault);
    const QByteArray key = params.text("lookup_key");
    if (!key.isEmpty() && s.lookupKeys.contains(key) && !params.boolean("transfer_lookup_key"))
        return tl::unexpected(*takeLookupKey(params, kNone, key));
    if (const Node* data = params.find("product_data")) {
        Product product;
        product.created = product.updated = s.now;
        calls_detail::writeProduct(*data, &product);
        writeMetadata(*data, &product.metadata);
        product.ownId = data->text("id");
        if (!product.ownId.isEmpty() && s.find(Kind::Product, product.ownId) != kNone)
            return tl::unexpected(invalid("Product already exists.", "product_data[id]", "resource_already_exists"));
        const Product& added = s.products.add(std::move(product));
        if (!added.ownId.isEmpty())
            s.ownIds.insert("product " + added.ownId, added.self);
        m_log.record("product.created", s.now, added);
        made.product = added.self;
    } else {
        const auto product = named(params.text("product"), Kind::Product, "product");
        if (!product || s.products[*product].deleted)
            return tl::unexpected(missingObject("product", params.text("product"), "product", 400));
        made.product = *product;
    }
    made.active = params.boolean("active", true);
    made.nickname = params.text("nickname");
    writeMetadata(params, &made.metadata);
    Price& row = s.prices.add(std::move(made));
    if (!key.isEmpty()) {
        (void)takeLookupKey(params, row.self, key);
        row.lookupKey = key;
        s.lookupKeys.insert(key, row.self);
    }
    if (row.recurring)
        m_log.record("plan.created", s.now, row);
    m_log.record("price.created", s.now, row);
    return show(call, Kind::Price, row.self);
}

Answer Calls::getPrice(const Call& call)
{
    const auto index = target(call, Kind::Price);
    return index ? show(call, Kind::Price, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updatePrice(const Call& call)
{
    const auto index = target(call, Kind::Price);
    if (!index)
        return tl::unexpected(index.error());
    Price& row = s.prices.edit(*index);
    const Node& params = call.params;
    if (row.taxBehavior != "unspecified" && params.has("tax_behavior") && params.text("tax_behavior") != row.taxBehavior)
        return tl::unexpected(invalid("You cannot change the tax_behavior of a price once it is set.", "tax_behavior"));
    const QByteArray key = params.text("lookup_key");
    if (!key.isEmpty()) {
        if (const auto fault = takeLookupKey(params, *index, key))
            return tl::unexpected(*fault);
    }
    Change<Price> change(m_log, "price.updated", s.now, row);
    std::optional<Change<Price>> planChange;
    if (row.recurring)
        planChange.emplace(m_log, "plan.updated", s.now, row);
    if (!key.isEmpty()) {
        if (!row.lookupKey.isEmpty())
            s.lookupKeys.remove(row.lookupKey);
        row.lookupKey = key;
        s.lookupKeys.insert(key, *index);
    }
    row.active = params.boolean("active", row.active);
    writeText(params, "nickname", &row.nickname);
    writeText(params, "tax_behavior", &row.taxBehavior);
    writeMetadata(params, &row.metadata);
    return show(call, Kind::Price, *index);
}

} // namespace ch::sandbox
