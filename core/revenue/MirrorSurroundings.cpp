// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/MirrorSurroundings.h"

namespace ch::revenue {

std::optional<Fraction> inclusiveRateIn(const std::vector<stripe::Invoice>& invoices, const QString& itemId)
{
    std::optional<Fraction> rate;
    stripe::Seconds newest = -1;
    for (const stripe::Invoice& invoice : invoices) {
        if (invoice.created <= newest || invoice.status == QLatin1String("draft") || invoice.status == QLatin1String("void")) {
            continue;
        }
        for (const stripe::InvoiceLine& line : invoice.lines) {
            const qint64 charged = line.amount - line.discountAmount;
            const qint64 without = charged - line.inclusiveTaxAmount;
            if (line.subscriptionItemId == itemId && !line.proration && charged > 0 && without > 0 && line.inclusiveTaxAmount >= 0) {
                rate = Fraction::ratio(line.inclusiveTaxAmount, without);
                newest = invoice.created;
            }
        }
    }
    return rate;
}

std::optional<stripe::Price> MirrorSurroundings::price(const QString& id)
{
    const auto kept = m_prices.constFind(id);
    if (kept != m_prices.constEnd()) {
        return *kept;
    }
    const auto found = m_reader.price(id);
    return *m_prices.insert(id, found ? *found : std::nullopt);
}

std::optional<stripe::Coupon> MirrorSurroundings::coupon(const QString& id)
{
    const auto kept = m_coupons.constFind(id);
    if (kept != m_coupons.constEnd()) {
        return *kept;
    }
    const auto found = m_reader.coupon(id);
    return *m_coupons.insert(id, found ? *found : std::nullopt);
}

std::optional<Fraction> MirrorSurroundings::inclusiveTaxRate(const QString& customerId, const QString& itemId) const
{
    const auto invoices = m_reader.invoicesOfCustomer(customerId);
    return invoices ? inclusiveRateIn(*invoices, itemId) : std::nullopt;
}

Surroundings MirrorSurroundings::ofCoupons()
{
    Surroundings around;
    around.coupon = [this](const QString& id) { return coupon(id); };
    return around;
}

Surroundings MirrorSurroundings::of(const stripe::Subscription& subscription)
{
    Surroundings around;
    around.price = [this](const QString& id) { return price(id); };
    around.coupon = [this](const QString& id) { return coupon(id); };
    around.inclusiveTaxRate = [this, customerId = subscription.customerId](const QString& itemId) { return inclusiveTaxRate(customerId, itemId); };
    // A customer's discount matters only to a subscription without one of its own.
    if (subscription.discountIds.isEmpty() && subscription.discounts.isEmpty()) {
        if (const auto customer = m_reader.customer(subscription.customerId); customer && *customer) {
            around.customerDiscount = (*customer)->discount;
        }
    }
    return around;
}

} // namespace ch::revenue
