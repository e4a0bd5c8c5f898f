// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/CallsList.h"

namespace ch::sandbox {

namespace promotion_detail {

bool wellFormed(const QByteArray& code)
{
    return std::all_of(code.begin(), code.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

} // namespace promotion_detail

Answer Calls::createPromotion(const Call& call)
{
    const Node& params = call.params;
    const Node* promotion = params.find("promotion");
    if (!promotion->has("coupon"))
        return tl::unexpected(invalid("Missing required param: promotion[coupon].", "promotion[coupon]", "parameter_missing"));
    const auto coupon = usableCoupon(promotion->text("coupon"), "promotion[coupon]");
    if (!coupon)
        return tl::unexpected(coupon.error());
    PromotionCode made;
    made.created = s.now;
    made.coupon = *coupon;
    made.active = params.boolean("active", true);
    made.code = params.has("code") ? params.text("code") : s.ids.filler(s.promotions.size() + 17000000, 8).toUpper();
    if (!promotion_detail::wellFormed(made.code))
        return tl::unexpected(invalid("Promotion codes may only contain letters, digits, dashes and underscores.", "code"));
    if (const QByteArray id = params.text("customer"); !id.isEmpty()) {
        const auto customer = liveCustomer(id, "customer");
        if (!customer)
            return tl::unexpected(customer.error());
        made.customer = *customer;
    }
    for (const Index other : s.promotionsByCode.value(made.code.toLower())) {
        const PromotionCode& row = s.promotions[other];
        if (made.active && row.active && (row.customer == made.customer || row.customer == kNone || made.customer == kNone))
            return tl::unexpected(invalid("An active promotion code with `code: " + made.code + "` already exists.", "code"));
    }
    made.expiresAt = params.number("expires_at");
    if (params.has("expires_at") && made.expiresAt <= s.now)
        return tl::unexpected(invalid("`expires_at` must be in the future.", "expires_at"));
    made.maxRedemptions = params.number("max_redemptions");
    writeMetadata(params, &made.metadata);
    if (const Node* rules = params.find("restrictions")) {
        made.firstTime = rules->boolean("first_time_transaction");
        made.minimum = rules->number("minimum_amount");
        made.minimumCurrency = rules->text("minimum_amount_currency").toLower();
        if ((made.minimum > 0) == made.minimumCurrency.isEmpty())
            return tl::unexpected(invalid("You must pass both `minimum_amount` and `minimum_amount_currency`, or neither.", "restrictions[minimum_amount]"));
    }
    const PromotionCode& row = s.promotions.add(std::move(made));
    s.promotionsByCode[row.code.toLower()].push_back(row.self);
    m_log.record("promotion_code.created", s.now, row);
    return show(call, Kind::PromotionCode, row.self);
}

Answer Calls::listPromotions(const Call& call)
{
    const Node& params = call.params;
    const auto customer = maybe(call, "customer", Kind::Customer);
    const auto coupon = maybe(call, "coupon", Kind::Coupon);
    if (!customer || !coupon)
        return tl::unexpected(customer ? coupon.error() : customer.error());
    static const std::vector<Index> kNothing;
    const auto same = s.promotionsByCode.constFind(params.text("code").toLower());
    const Candidates rows = !params.has("code") ? s.promotions.order() : Candidates(same == s.promotionsByCode.constEnd() ? kNothing : *same);
    return list(call, Kind::PromotionCode, s.promotions, rows, [&](const PromotionCode& row) {
        return (*customer == kNone || row.customer == *customer) && (*coupon == kNone || row.coupon == *coupon)
            && (!params.has("active") || s.usable(row) == params.boolean("active")) && inRange(params, "created", row.created);
    });
}

Answer Calls::getPromotion(const Call& call)
{
    const auto index = target(call, Kind::PromotionCode);
    return index ? show(call, Kind::PromotionCode, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updatePromotion(const Call& call)
{
    const auto index = target(call, Kind::PromotionCode);
    if (!index)
        return tl::unexpected(index.error());
    if (call.params.boolean("active") && !s.promotions[*index].active) {
        PromotionCode again = s.promotions[*index];
        again.active = true;
        if (!s.usable(again))
            return tl::unexpected(invalid("This promotion code cannot be reactivated: its coupon is invalid, or it has expired or been redeemed too often.", "active"));
    }
    PromotionCode& row = s.promotions.edit(*index);
    {
        Change<PromotionCode> change(m_log, "promotion_code.updated", s.now, row);
        row.active = call.params.boolean("active", row.active);
        writeMetadata(call.params, &row.metadata);
    }
    return show(call, Kind::PromotionCode, *index);
}

qint64 Calls::saleWorth(const Subscription& row) const
{
    qint64 sum = 0;
    for (const Item& item : row.items)
        sum += s.prices[item.price].metered ? 0 : periodAmount(s.prices[item.price], item.quantity);
    return sum;
}

tl::expected<std::vector<Index>, Fault> Calls::couponsOf(const Node& params) const
{
    std::vector<Index> out;
    const Node* discounts = params.find("discounts");
    if (!discounts || discounts->leaf)
        return out;
    for (const Node& entry : discounts->children) {
        if (entry.has("promotion_code"))
            return tl::unexpected(invalid("The simulated account takes promotion codes for subscriptions and checkout only. Stripe takes them here.",
                                          entry.path + "[promotion_code]", "sandbox_unsupported"));
        const auto coupon = usableCoupon(entry.text("coupon"), entry.path + "[coupon]");
        if (!coupon)
            return tl::unexpected(coupon.error());
        out.push_back(*coupon);
    }
    return out;
}

tl::expected<std::vector<Deal>, Fault> Calls::dealsOf(const Node& params, Index customer, const QByteArray& currency, qint64 amount) const
{
    std::vector<Deal> out;
    const Node* discounts = params.find("discounts");
    if (!discounts || discounts->leaf)
        return out;
    for (const Node& entry : discounts->children) {
        if (entry.has("coupon") == entry.has("promotion_code"))
            return tl::unexpected(invalid("You must specify one of these parameters: coupon, promotion_code.", entry.path, "parameter_missing"));
        if (entry.has("coupon")) {
            const auto coupon = usableCoupon(entry.text("coupon"), entry.path + "[coupon]");
            if (!coupon)
                return tl::unexpected(coupon.error());
            out.push_back({*coupon, kNone});
            continue;
        }
        const QByteArray param = entry.path + "[promotion_code]";
        const auto found = named(entry.text("promotion_code"), Kind::PromotionCode, param);
        if (!found)
            return tl::unexpected(found.error());
        if (const char* refusal = s.refusalOf(s.promotions[*found], customer, currency, amount))
            return tl::unexpected(invalid(refusal, param, "promotion_code_invalid"));
        out.push_back({s.promotions[*found].coupon, *found});
    }
    return out;
}

} // namespace ch::sandbox
