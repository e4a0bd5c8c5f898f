// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/CallsList.h"

namespace ch::sandbox {

tl::expected<Index, Fault> Calls::usableCoupon(const QByteArray& id, const QByteArray& param) const
{
    const auto index = named(id, Kind::Coupon, param);
    if (!index || s.coupons[*index].deleted)
        return tl::unexpected(missingObject("coupon", id, param, 400));
    const Coupon& row = s.coupons[*index];
    if (row.redeemBy != 0 && row.redeemBy <= s.now)
        return tl::unexpected(invalid("Coupon expired: " + id, param, "coupon_expired"));
    if (row.maxRedemptions != 0 && row.timesRedeemed >= row.maxRedemptions)
        return tl::unexpected(invalid("Coupon expired: " + id, param, "coupon_expired"));
    return index;
}

Answer Calls::listCoupons(const Call& call)
{
    return list(call, Kind::Coupon, s.coupons, s.coupons.order(),
                [&](const Coupon& row) { return !row.deleted && inRange(call.params, "created", row.created); });
}

Answer Calls::createCoupon(const Call& call)
{
    const Node& params = call.params;
    Coupon made;
    made.created = s.now;
    made.ownId = params.text("id");
    if (!made.ownId.isEmpty() && s.find(Kind::Coupon, made.ownId) != kNone)
        return tl::unexpected(invalid("Coupon already exists.", "id", "resource_already_exists"));
    if (params.has("percent_off") == params.has("amount_off"))
        return tl::unexpected(invalid(params.has("percent_off") ? "You may only specify one of these parameters: amount_off, percent_off."
                                                                : "Missing required param: percent_off.",
                                      "percent_off", params.has("percent_off") ? "parameters_exclusive" : "parameter_missing"));
    if (params.has("percent_off")) {
        const Wide percent = parseDecimal(params.text("percent_off")).value_or(0);
        if (percent <= 0 || percent > Wide(100) * kScale)
            return tl::unexpected(invalid("Invalid percent_off: must be greater than 0 and at most 100.", "percent_off"));
        made.percentText = decimalText(percent);
    } else {
        made.amountOff = params.number("amount_off");
        made.currency = params.text("currency").toLower();
        if (made.currency.isEmpty())
            return tl::unexpected(invalid("Missing required param: currency.", "currency", "parameter_missing"));
    }
    const QByteArray duration = params.text("duration");
    made.duration = duration == "forever" ? Duration::Forever : duration == "repeating" ? Duration::Repeating : Duration::Once;
    made.months = static_cast<int>(params.number("duration_in_months"));
    if ((made.duration == Duration::Repeating) != (made.months > 0))
        return tl::unexpected(invalid("duration_in_months is required for, and only for, a repeating coupon.", "duration_in_months"));
    made.maxRedemptions = params.number("max_redemptions");
    made.redeemBy = params.number("redeem_by");
    made.name = params.text("name");
    writeMetadata(params, &made.metadata);
    if (const Node* applies = params.find("applies_to")) {
        for (const QByteArray& id : applies->texts("products")) {
            const auto product = named(id, Kind::Product, "applies_to[products]");
            if (!product)
                return tl::unexpected(product.error());
            made.products.push_back(*product);
        }
    }
    const Coupon& row = s.coupons.add(std::move(made));
    if (!row.ownId.isEmpty())
        s.ownIds.insert("coupon " + row.ownId, row.self);
    m_log.record("coupon.created", s.now, row);
    return show(call, Kind::Coupon, row.self);
}

Answer Calls::getCoupon(const Call& call)
{
    const auto index = target(call, Kind::Coupon);
    if (index && s.coupons[*index].deleted)
        return tl::unexpected(missingObject("coupon", call.id, "coupon", 404));
    return index ? show(call, Kind::Coupon, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateCoupon(const Call& call)
{
    const auto index = target(call, Kind::Coupon);
    if (!index || s.coupons[*index].deleted)
        return tl::unexpected(missingObject("coupon", call.id, "coupon", 404));
    Coupon& row = s.coupons.edit(*index);
    Change<Coupon> change(m_log, "coupon.updated", s.now, row);
    writeText(call.params, "name", &row.name);
    writeMetadata(call.params, &row.metadata);
    return show(call, Kind::Coupon, *index);
}

Answer Calls::deleteCoupon(const Call& call)
{
    const auto index = target(call, Kind::Coupon);
    if (!index || s.coupons[*index].deleted)
        return tl::unexpected(missingObject("coupon", call.id, "coupon", 404));
    Coupon& row = s.coupons.edit(*index);
    row.deleted = true; // discounts made from it go on
    s.ownIds.remove("coupon " + row.ownId);
    m_log.record("coupon.deleted", s.now, row);
    return Renderer::stub(s.id(row), "coupon");
}

} // namespace ch::sandbox
