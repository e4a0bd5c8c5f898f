// SPDX-License-Identifier: GPL-3.0-or-later
// What the lists of the account have of their own: how each is asked for, and where its objects go. For sync's readers.
#pragma once

#include "store/Mirror.h"
#include "stripe/Params.h"

namespace ch::sync {

/// One walk through a list; prices need two.
struct ListPass {
    stripe::Params query;
    stripe::Params extra = {};   ///< expansions that the key may lack the right to: asked for as long as they are not refused
};

template <typename T>
std::vector<ListPass> passesOf()
{
    return {{}};
}

template <>
inline std::vector<ListPass> passesOf<stripe::Price>()
{
    // Archived ones are listed only when asked for, and tiers are shown only when expanded.
    return {{{{QStringLiteral("active"), QStringLiteral("true")}, {QStringLiteral("expand[0]"), QStringLiteral("data.tiers")}}},
            {{{QStringLiteral("active"), QStringLiteral("false")}, {QStringLiteral("expand[0]"), QStringLiteral("data.tiers")}}}};
}

template <>
inline std::vector<ListPass> passesOf<stripe::Coupon>()
{
    return {{{{QStringLiteral("expand[0]"), QStringLiteral("data.applies_to")}}}};
}

template <>
inline std::vector<ListPass> passesOf<stripe::Customer>()
{
    return {{{{QStringLiteral("expand[0]"), QStringLiteral("data.discount.source.coupon")}},
             {{QStringLiteral("expand[1]"), QStringLiteral("data.invoice_settings.default_payment_method")}}}};
}

template <>
inline std::vector<ListPass> passesOf<stripe::Invoice>()
{
    // Which coupon lowered a line can be asked of its discount alone, and that of a past one is nowhere else.
    return {{{}, {{QStringLiteral("expand[0]"), QStringLiteral("data.total_discount_amounts.discount")}}}};
}

template <>
inline std::vector<ListPass> passesOf<stripe::Subscription>()
{
    // Four levels are the most that Stripe expands: the coupons of items' discounts are looked up by id.
    return {{{{QStringLiteral("status"), QStringLiteral("all")},
              {QStringLiteral("expand[0]"), QStringLiteral("data.discounts.source.coupon")},
              {QStringLiteral("expand[1]"), QStringLiteral("data.items.data.discounts")}},
             {{QStringLiteral("expand[2]"), QStringLiteral("data.default_payment_method")}}}};
}

template <typename T>
void putInto(store::Batch& batch, std::vector<stripe::Received<T>>&& objects)
{
    if constexpr (std::is_same_v<T, stripe::Customer>) {
        batch.customers = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Subscription>) {
        batch.subscriptions = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Price>) {
        batch.prices = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Product>) {
        batch.products = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Coupon>) {
        batch.coupons = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Invoice>) {
        batch.invoices = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::PaymentIntent>) {
        batch.paymentIntents = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::SubscriptionSchedule>) {
        batch.schedules = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Charge>) {
        batch.charges = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Refund>) {
        batch.refunds = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::CreditNote>) {
        batch.creditNotes = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::InvoicePayment>) {
        batch.invoicePayments = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::BalanceTransaction>) {
        batch.balanceTransactions = std::move(objects);
    } else {
        static_assert(std::is_same_v<T, stripe::Event>);
        batch.events = std::move(objects);
    }
}

/// Whether a nested list of the object was cut.
template <typename T>
bool isCut(const T& object)
{
    if constexpr (std::is_same_v<T, stripe::Subscription>) {
        return !object.itemsComplete;
    } else if constexpr (std::is_same_v<T, stripe::Invoice>) {
        return !object.linesComplete;
    } else {
        Q_UNUSED(object);
        return false;
    }
}

/// The objects of a page that is to be read on its own, by their ids: list parameters stay away, and what is expanded is one level higher.
[[nodiscard]] inline stripe::Params expansionsOf(const stripe::Params& ofList)
{
    stripe::Params query;
    for (const auto& [key, value] : ofList.pairs()) {
        if (key.startsWith(QLatin1String("expand"))) {
            query.add(key, value.startsWith(QLatin1String("data.")) ? value.sliced(5) : value);
        }
    }
    return query;
}

} // namespace ch::sync
