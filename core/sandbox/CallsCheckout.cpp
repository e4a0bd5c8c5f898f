// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/CallsList.h"

#include <QUrl>

namespace ch::sandbox {

namespace checkout_detail {

constexpr qint64 kShortest = 1800, kLongest = kDay;

SaleMode modeOf(const QByteArray& word)
{
    return word == "setup" ? SaleMode::Setup : word == "subscription" ? SaleMode::Subscription : SaleMode::Payment;
}

/// A web address, as it is or with {CHECKOUT_SESSION_ID} in it.
bool isWebAddress(QByteArray text)
{
    const QUrl url(QString::fromUtf8(text.replace("{CHECKOUT_SESSION_ID}", "id")), QUrl::StrictMode);
    return url.isValid() && (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http")) && !url.host().isEmpty();
}

Fault exclusive(const char* a, const char* b)
{
    return invalid(QByteArray("You may only specify one of these parameters: ") + a + ", " + b + '.', a, "parameters_exclusive");
}

} // namespace checkout_detail

std::optional<Fault> Calls::webAddress(const Node& params, const char* name, QByteArray* field) const
{
    const Node* node = params.find(name);
    if (!node)
        return std::nullopt;
    if (!node->value.isEmpty() && !checkout_detail::isWebAddress(node->value))
        return invalid("Not a valid URL", node->path, "url_invalid");
    *field = node->value;
    return std::nullopt;
}

tl::expected<Index, Fault> Calls::salePrice(const Node& node)
{
    const Node* data = node.find("price_data");
    if (!node.has("price") && !data)
        return tl::unexpected(invalid("Missing required param: " + node.path + "[price].", node.path + "[price]", "parameter_missing"));
    if (node.has("price") && data)
        return tl::unexpected(invalid("You may only specify one of these parameters: price, price_data.", node.path + "[price]", "parameters_exclusive"));
    if (!data) {
        const auto price = named(node.text("price"), Kind::Price, node.path + "[price]");
        if (price && !s.prices[*price].active)
            return tl::unexpected(invalid("The price specified is inactive. This field only accepts active prices.", node.path + "[price]"));
        return price;
    }
    const Node* product = data->find("product_data");
    if (data->has("product") == (product != nullptr))
        return tl::unexpected(product ? invalid("You may only specify one of these parameters: product, product_data.", data->path + "[product]", "parameters_exclusive")
                                      : invalid("Missing required param: " + data->path + "[product].", data->path + "[product]", "parameter_missing"));
    Price made;
    made.created = s.now;
    made.inlineMade = true;
    made.active = false; // as Stripe has it: used once, not for sale
    if (const auto fault = writePrice(*data, &made))
        return tl::unexpected(*fault);
    made.active = false;
    if (product) {
        Product row;
        row.created = row.updated = s.now;
        row.name = product->text("name");
        row.description = product->text("description");
        writeMetadata(*product, &row.metadata);
        const Product& added = s.products.add(std::move(row));
        m_log.record("product.created", s.now, added);
        made.product = added.self;
    } else {
        const auto found = named(data->text("product"), Kind::Product, data->path + "[product]");
        if (!found || s.products[*found].deleted)
            return tl::unexpected(missingObject("product", data->text("product"), data->path + "[product]", 400));
        made.product = *found;
    }
    return s.prices.add(std::move(made)).self;
}

std::optional<Fault> Calls::readSale(const Node& params, std::vector<SaleLine>* lines, QByteArray* currency)
{
    const Node* items = params.find("line_items");
    if (!items || items->children.isEmpty())
        return invalid("Missing required param: line_items.", "line_items", "parameter_missing");
    if (items->children.size() > 20)
        return invalid("You can have at most 20 line items.", "line_items");
    for (const Node& node : items->children) {
        const auto index = salePrice(node);
        if (!index)
            return index.error();
        const Price& price = s.prices[*index];
        if (price.metered && node.has("quantity"))
            return invalid("Quantity should not be specified where usage_type is `metered`. Remove quantity from `" + node.path + "`", node.path + "[quantity]");
        if (!price.metered && !node.has("quantity"))
            return invalid("Quantity is required. Add `quantity` to `" + node.path + "`", node.path + "[quantity]");
        if (!currency->isEmpty() && price.currency != *currency)
            return invalid("The price specified only supports `" + price.currency + "`. This doesn't match the expected currency: `" + *currency + "`.",
                           node.path + "[price]");
        *currency = price.currency;
        SaleLine line;
        line.price = *index;
        line.quantity = node.number("quantity", 1);
        writeMetadata(node, &line.metadata);
        lines->push_back(line);
    }
    return std::nullopt;
}

std::optional<Fault> Calls::fitsMode(SaleMode mode, const std::vector<SaleLine>& lines) const
{
    const auto recurring = [this](const SaleLine& line) { return s.prices[line.price].recurring; };
    if (mode == SaleMode::Payment && std::any_of(lines.begin(), lines.end(), recurring))
        return invalid("You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.", "line_items[0]");
    if (mode == SaleMode::Subscription && std::none_of(lines.begin(), lines.end(), recurring))
        return invalid("You must provide at least one recurring price in `subscription` mode when using prices.", "line_items");
    if (mode == SaleMode::Subscription && !std::all_of(lines.begin(), lines.end(), recurring))
        return invalid("The simulated account does not support one-time prices beside recurring ones. Stripe does.", "line_items", "sandbox_unsupported");
    return std::nullopt;
}

std::optional<Fault> Calls::writeSession(const Node& params, CheckoutSession* row)
{
    for (const auto& [name, field] : {std::pair{"success_url", &row->successUrl}, {"cancel_url", &row->cancelUrl}}) {
        if (const auto fault = webAddress(params, name, field))
            return fault;
    }
    if (row->successUrl.isEmpty())
        return invalid("Missing required param: success_url.", "success_url", "parameter_missing");
    if (params.has("ui_mode") && params.text("ui_mode") != "hosted_page")
        return invalid("The simulated account has hosted pages only (ui_mode=hosted_page). Stripe has others.", "ui_mode", "sandbox_unsupported");
    writeText(params, "client_reference_id", &row->clientReference);
    writeText(params, "locale", &row->locale);
    writeText(params, "submit_type", &row->submitType);
    writeMetadata(params, &row->metadata);
    row->cardOnly = params.has("allowed_payment_method_types");
    if (const auto fault = onlyCards(params))
        return fault;
    row->expiresAt = params.number("expires_at", row->created + checkout_detail::kLongest);
    if (row->expiresAt < row->created + checkout_detail::kShortest)
        return invalid("The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", "expires_at");
    if (row->expiresAt > row->created + checkout_detail::kLongest)
        return invalid("The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", "expires_at");
    return std::nullopt;
}

std::optional<Fault> Calls::writeBuyer(const Node& params, CheckoutSession* row)
{
    if (const QByteArray id = params.text("customer"); !id.isEmpty()) {
        const auto customer = liveCustomer(id, "customer");
        if (!customer)
            return customer.error();
        row->customer = *customer;
        row->created = s.timeOf(*customer);
        if (params.has("customer_email"))
            return checkout_detail::exclusive("customer", "customer_email");
        if (params.has("customer_creation"))
            return checkout_detail::exclusive("customer", "customer_creation");
    }
    if (row->mode == SaleMode::Subscription && params.has("customer_creation"))
        return invalid("`customer_creation` can only be used in `payment` and `setup` mode.", "customer_creation");
    row->alwaysCustomer = params.text("customer_creation") == "always";
    writeText(params, "customer_email", &row->email);
    return std::nullopt;
}

std::optional<Fault> Calls::writeDeal(const Node& params, CheckoutSession* row)
{
    if (row->mode == SaleMode::Setup) {
        for (const char* name : {"line_items", "discounts", "allow_promotion_codes", "subscription_data", "payment_intent_data", "submit_type"}) {
            if (params.has(name))
                return invalid(QByteArray("You can not pass `") + name + "` in `setup` mode.", name);
        }
        row->currency = params.text("currency").toLower();
        if (row->currency.isEmpty() && !row->cardOnly)
            return invalid("Missing required param: currency.", "currency", "parameter_missing");
        return std::nullopt;
    }
    if (params.has("setup_intent_data"))
        return invalid("You can only pass `setup_intent_data` in `setup` mode.", "setup_intent_data");
    row->currency = params.text("currency").toLower();
    if (const auto fault = readSale(params, &row->lines, &row->currency))
        return fault;
    if (const auto fault = fitsMode(row->mode, row->lines))
        return fault;
    const char* data = row->mode == SaleMode::Subscription ? "subscription_data" : "payment_intent_data";
    const char* other = row->mode == SaleMode::Subscription ? "payment_intent_data" : "subscription_data";
    if (params.has(other))
        return invalid(QByteArray("You can not pass `") + other + "` in `" + word(row->mode) + "` mode.", other);
    if (const Node* made = params.find(data)) {
        writeMetadata(*made, &row->madeMetadata);
        writeText(*made, "description", &row->description);
        row->manualCapture = made->text("capture_method") == "manual";
        row->trialDays = static_cast<int>(made->number("trial_period_days"));
        row->trialEnd = made->number("trial_end");
        if (row->trialDays > 0 && row->trialEnd > 0)
            return checkout_detail::exclusive("trial_end", "trial_period_days");
        if (row->trialEnd > 0 && row->trialEnd < row->created + 2 * kDay)
            return invalid("The `trial_end` date has to be at least 2 days in the future.", "subscription_data[trial_end]");
    }
    row->promotionCodes = params.boolean("allow_promotion_codes");
    if (row->promotionCodes && params.has("discounts"))
        return checkout_detail::exclusive("allow_promotion_codes", "discounts");
    const auto deals = dealsOf(params, row->customer, row->currency, s.saleAmounts(*row).first);
    if (!deals)
        return deals.error();
    for (const Deal& deal : *deals) {
        row->coupons.push_back(deal.coupon);
        row->promotion = deal.promotion;
    }
    return std::nullopt;
}

Answer Calls::createSession(const Call& call)
{
    const Node& params = call.params;
    CheckoutSession made;
    made.created = s.now;
    made.mode = checkout_detail::modeOf(params.text("mode"));
    if (const auto fault = writeBuyer(params, &made))
        return tl::unexpected(*fault);
    if (const auto fault = writeSession(params, &made))
        return tl::unexpected(*fault);
    if (const auto fault = writeDeal(params, &made))
        return tl::unexpected(*fault);
    SetupIntent setup;
    if (made.mode == SaleMode::Setup) {
        setup.created = made.created;
        setup.customer = made.customer;
        setup.cardOnly = made.cardOnly;
        if (const Node* data = params.find("setup_intent_data")) {
            writeMetadata(*data, &setup.metadata);
            writeText(*data, "description", &setup.description);
        }
    }
    return show(call, Kind::CheckoutSession, m_billing.openSession(std::move(made), std::move(setup)));
}

Answer Calls::listSessions(const Call& call)
{
    const Node& params = call.params;
    const auto customer = maybe(call, "customer", Kind::Customer);
    const auto intent = maybe(call, "payment_intent", Kind::PaymentIntent);
    const auto link = maybe(call, "payment_link", Kind::PaymentLink);
    const auto subscription = maybe(call, "subscription", Kind::Subscription);
    for (const auto* one : {&customer, &intent, &link, &subscription}) {
        if (!*one)
            return tl::unexpected(one->error());
    }
    const Node* details = params.find("customer_details");
    const QByteArray email = details ? details->text("email") : QByteArray(), status = params.text("status");
    static const std::vector<Index> kNobody;
    const auto own = s.sessionsOf.constFind(*customer);
    const Candidates rows = *customer == kNone ? s.sessions.order() : Candidates(own == s.sessionsOf.constEnd() ? kNobody : *own);
    return list(call, Kind::CheckoutSession, s.sessions, rows, [&](const CheckoutSession& row) {
        return (*customer != kNone || !s.onTestClock(row.customer)) && (*intent == kNone || row.intent == *intent) && (*link == kNone || row.link == *link)
            && (*subscription == kNone || row.subscription == *subscription) && (email.isEmpty() || row.email == email)
            && (status.isEmpty() || status == word(row.status)) && inRange(params, "created", row.created);
    });
}

Answer Calls::getSession(const Call& call)
{
    const auto index = target(call, Kind::CheckoutSession);
    return index ? show(call, Kind::CheckoutSession, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateSession(const Call& call)
{
    const auto index = target(call, Kind::CheckoutSession);
    if (!index)
        return tl::unexpected(index.error());
    writeMetadata(call.params, &s.sessions.edit(*index).metadata); // Stripe has no checkout.session.updated
    return show(call, Kind::CheckoutSession, *index);
}

Answer Calls::expireSession(const Call& call)
{
    const auto index = target(call, Kind::CheckoutSession);
    if (!index)
        return tl::unexpected(index.error());
    const CheckoutSession& row = s.sessions[*index];
    if (row.status != SaleStatus::Open)
        return tl::unexpected(invalid(QByteArray("Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of ")
                                          + word(row.status) + '.'));
    m_billing.expireSession(*index, s.timeOf(row.customer));
    return show(call, Kind::CheckoutSession, *index);
}

Answer Calls::listSaleLines(const Call& call)
{
    const bool link = call.path.startsWith("/v1/payment_links/");
    const Kind kind = link ? Kind::PaymentLink : Kind::CheckoutSession;
    const auto index = target(call, kind);
    if (!index)
        return tl::unexpected(index.error());
    const std::vector<SaleLine>& lines = link ? s.links[*index].lines : s.sessions[*index].lines;
    const auto limit = static_cast<size_t>(call.params.number("limit", 10));
    const QByteArray after = call.params.text("starting_after"), before = call.params.text("ending_before");
    size_t from = 0, to = lines.size();
    for (const QByteArray& cursor : {after, before}) {
        if (cursor.isEmpty())
            continue;
        size_t at = 0;
        while (at < lines.size() && m_render.saleLineId(kind, *index, at) != cursor)
            ++at;
        if (at == lines.size())
            return tl::unexpected(missingObject("item", cursor, cursor == after ? "starting_after" : "ending_before", 400));
        (cursor == after ? from : to) = cursor == after ? at + 1 : at;
    }
    const bool more = to - from > limit;
    if (more && !before.isEmpty())
        from = to - limit;
    else if (more)
        to = from + limit;
    Json json;
    json.object().text("object", "list").array("data");
    for (; from < to; ++from)
        m_render.saleLine(json, lines[from], m_render.saleLineId(kind, *index, from), call.each());
    json.endArray().boolean("has_more", more).text("url", call.path).endObject();
    return json.take();
}

} // namespace ch::sandbox
