// SPDX-License-Identifier: GPL-3.0-or-later
// Short ways to write subscriptions down in tests. Amounts are minor units as decimal text.
#pragma once

#include "revenue/Mrr.h"

#include <QMetaType>

Q_DECLARE_METATYPE(ch::stripe::Subscription)

namespace ch::test {

using stripe::Coupon;
using stripe::Discount;
using stripe::Price;
using stripe::PriceTier;
using stripe::Subscription;
using stripe::SubscriptionItem;

inline constexpr stripe::Seconds kNow = 1793491200; // 2026-11-01T00:00:00Z

inline Price makePrice(const char* unitAmount, const char* interval = "month", int count = 1)
{
    Price price;
    price.unitAmountDecimal = QString::fromLatin1(unitAmount);
    price.interval = QString::fromLatin1(interval);
    price.intervalCount = count;
    price.currency = QStringLiteral("usd");
    price.billingScheme = QStringLiteral("per_unit");
    price.usageType = QStringLiteral("licensed");
    price.productId = QStringLiteral("prod_1");
    price.id = QStringLiteral("price_%1_%2_%3").arg(price.unitAmountDecimal, price.interval).arg(count);
    return price;
}

struct TierText {
    qint64 upTo; // 0: no limit
    const char* unit;
    const char* flat;
};

inline Price makeTiered(const char* mode, std::initializer_list<TierText> tiers, const char* interval = "month")
{
    Price price = makePrice("", interval);
    price.billingScheme = QStringLiteral("tiered");
    price.tiersMode = QString::fromLatin1(mode);
    price.tiersKnown = true;
    for (const TierText& tier : tiers) {
        price.tiers.push_back({tier.upTo == 0 ? std::nullopt : std::optional<qint64>(tier.upTo), QString::fromLatin1(tier.unit), QString::fromLatin1(tier.flat)});
    }
    return price;
}

/// The tiers of examples P19 and P20: 5 at $10, 6 to 20 at $8, from 21 at $6.
inline Price threeTiers(const char* mode)
{
    return makeTiered(mode, {{5, "1000", ""}, {20, "800", ""}, {0, "600", ""}});
}

inline Price makePackages(const char* unitAmount, qint64 divideBy, const char* round)
{
    Price price = makePrice(unitAmount);
    price.transformDivideBy = divideBy;
    price.transformRound = QString::fromLatin1(round);
    return price;
}

inline Price ofProduct(Price price, const char* product)
{
    price.productId = QString::fromLatin1(product);
    return price;
}

inline Price inclusive(Price price)
{
    price.taxBehavior = QStringLiteral("inclusive");
    return price;
}

inline Price metered(Price price)
{
    price.usageType = QStringLiteral("metered");
    return price;
}

inline SubscriptionItem makeItem(const Price& price, std::optional<qint64> quantity = 1, const char* id = "si_1")
{
    SubscriptionItem item;
    item.id = QString::fromLatin1(id);
    item.price = price;
    item.quantity = quantity;
    return item;
}

inline Subscription makeSubscription(const std::vector<SubscriptionItem>& items, const char* currency = "usd")
{
    Subscription subscription;
    subscription.id = QStringLiteral("sub_1");
    subscription.customerId = QStringLiteral("cus_1");
    subscription.status = QStringLiteral("active");
    subscription.currency = QString::fromLatin1(currency);
    subscription.items = items;
    for (size_t i = 0; i < items.size(); ++i) {
        subscription.items[i].id = QStringLiteral("si_%1").arg(i + 1);
        if (!subscription.items[i].price.currency.isEmpty()) {
            subscription.items[i].price.currency = subscription.currency;
        }
    }
    return subscription;
}

inline Subscription sub(const Price& price, std::optional<qint64> quantity = 1, const char* currency = "usd")
{
    return makeSubscription({makeItem(price, quantity)}, currency);
}

inline Discount percentOff(const char* percent, const char* duration = "forever", stripe::Seconds start = 0, std::optional<stripe::Seconds> end = std::nullopt)
{
    Discount discount;
    discount.id = QStringLiteral("di_") + QString::fromLatin1(percent) + QString::fromLatin1(duration);
    discount.start = start;
    discount.end = end;
    Coupon coupon;
    coupon.id = QStringLiteral("co_") + QString::fromLatin1(percent);
    coupon.percentOff = QString::fromLatin1(percent);
    coupon.duration = QString::fromLatin1(duration);
    discount.coupon = coupon;
    discount.couponId = coupon.id;
    return discount;
}

inline Discount amountOff(qint64 amount, const char* duration = "forever", const char* currency = "usd")
{
    Discount discount = percentOff("", duration);
    discount.id = QStringLiteral("di_a%1").arg(amount);
    discount.coupon->id = QStringLiteral("co_a%1").arg(amount);
    discount.coupon->amountOff = amount;
    discount.coupon->currency = QString::fromLatin1(currency);
    discount.couponId = discount.coupon->id;
    return discount;
}

inline Discount onlyFor(Discount discount, const QStringList& products)
{
    discount.coupon->appliesToProducts = products;
    return discount;
}

/// As Stripe sends them when expanded: each discount whole and its id beside it.
inline Subscription with(Subscription subscription, const QList<Discount>& discounts)
{
    for (const Discount& discount : discounts) {
        subscription.discounts.append(discount);
        subscription.discountIds.append(discount.id);
    }
    return subscription;
}

inline Subscription withOnItem(Subscription subscription, size_t item, const QList<Discount>& discounts)
{
    for (const Discount& discount : discounts) {
        subscription.items[item].discounts.append(discount);
        subscription.items[item].discountIds.append(discount.id);
    }
    return subscription;
}

} // namespace ch::test
