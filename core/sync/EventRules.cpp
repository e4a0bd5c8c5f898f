// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/EventRules.h"

#include "stripe/StripeClient.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace ch::sync {

namespace {

using store::ObjectList;

QJsonObject ruleObject(const QByteArray& json)
{
    return QJsonDocument::fromJson(json).object().value(QLatin1String("data")).toObject().value(QLatin1String("object")).toObject();
}

/// The id that stands as a text in that field of compact JSON; empty: none, or the object itself stands there.
QString ruleTextOf(const QByteArray& json, const QByteArray& field)
{
    const QByteArray head = '"' + field + "\":\"";
    const qsizetype at = json.indexOf(head);
    if (at < 0) {
        return {};
    }
    const qsizetype begin = at + head.size();
    return QString::fromUtf8(json.mid(begin, json.indexOf('"', begin) - begin));
}

bool ruleMethodIsKnown(const QByteArray& json, const store::Mirror& mirror)
{
    const QString method = ruleTextOf(json, "default_payment_method");
    return method.isEmpty() || mirror.holdsPaymentMethod(method).value_or(false);
}

/// Why the copy is not whole; nothing where it is.
template <typename T>
std::optional<QString> ruleLacks(const T& object, const QByteArray& json, const store::Mirror& mirror)
{
    if constexpr (std::is_same_v<T, stripe::Subscription>) {
        if (!object.itemsComplete) {
            return QStringLiteral("items_cut");
        }
        bool hasDiscounts = !object.discountIds.isEmpty();
        for (const stripe::SubscriptionItem& item : object.items) {
            hasDiscounts = hasDiscounts || !item.discountIds.isEmpty();
        }
        if (hasDiscounts) {
            return QStringLiteral("discounts");
        }
        return ruleMethodIsKnown(json, mirror) ? std::nullopt : std::optional(QStringLiteral("payment_method"));
    } else if constexpr (std::is_same_v<T, stripe::Invoice>) {
        if (!object.linesComplete) {
            return QStringLiteral("lines_cut");
        }
        return json.contains("\"total_discount_amounts\":[{") ? std::optional(QStringLiteral("discounts")) : std::nullopt;
    } else if constexpr (std::is_same_v<T, stripe::Customer>) {
        if (object.discount) {
            return QStringLiteral("discounts");
        }
        return ruleMethodIsKnown(json, mirror) ? std::nullopt : std::optional(QStringLiteral("payment_method"));
    } else if constexpr (std::is_same_v<T, stripe::Price>) {
        return object.billingScheme == QLatin1String("tiered") && !object.tiersKnown ? std::optional(QStringLiteral("tiers")) : std::nullopt;
    } else if constexpr (std::is_same_v<T, stripe::Coupon>) {
        return QStringLiteral("applies_to"); // shown only when it is asked for
    } else {
        Q_UNUSED(object);
        Q_UNUSED(json);
        Q_UNUSED(mirror);
        return std::nullopt;
    }
}

template <typename T>
void ruleNeeds(const T& object, EventNeeds* needs)
{
    if constexpr (std::is_same_v<T, stripe::Subscription>) {
        for (const stripe::SubscriptionItem& item : object.items) {
            needs->prices << item.price.id;
        }
    } else if constexpr (std::is_same_v<T, stripe::Invoice>) {
        for (const stripe::InvoiceLine& line : object.lines) {
            if (!line.priceId.isEmpty()) {
                needs->prices << line.priceId;
            }
        }
    } else {
        Q_UNUSED(object);
        Q_UNUSED(needs);
    }
}

template <typename T>
std::optional<QString> ruleTake(const stripe::Received<stripe::Event>& event, std::vector<stripe::Received<T>>* into, const store::Mirror& mirror, EventNeeds* needs)
{
    const Result<QByteArray> json = stripe::eventObjectJson(event.json);
    Result<T> object = json ? stripe::parseObject<T>(*json) : Result<T>(fail(json.error()));
    if (!object || object->id != event.object.objectId) {
        return QStringLiteral("shape");
    }
    if (const std::optional<QString> lacks = ruleLacks(*object, *json, mirror)) {
        ruleNeeds(*object, needs);
        return lacks;
    }
    ruleNeeds(*object, needs);
    into->push_back({*std::move(object), *json});
    return std::nullopt;
}

} // namespace

std::vector<EventAim> aimsOf(const stripe::Event& event, const QByteArray& json)
{
    using How = EventAim::How;
    std::vector<EventAim> aims;
    const auto aim = [&aims](ObjectList list, const QString& id, How how) {
        if (!id.isEmpty()) {
            aims.push_back({{list, id}, how});
        }
    };
    if (const std::optional<ObjectList> list = store::objectListOf(event.objectType)) {
        // A subscription that has ended is still there, and so are prices that are only in use no more.
        const bool isRemoval = event.type == event.objectType + QLatin1String(".deleted");
        aim(*list, event.objectId, isRemoval ? How::Removed : How::Snapshot);
    } else if (event.objectType == QLatin1String("discount")) {
        aim(ObjectList::Customers, event.customerId, How::ReadAgain); // it stands in the customer that has it
        aim(ObjectList::Subscriptions, ruleObject(json).value(QLatin1String("subscription")).toString(), How::ReadAgain);
    } else if (event.objectType == QLatin1String("payment_method")) {
        aim(ObjectList::Customers, event.customerId, How::ReadAgain);
    } else if (event.objectType == QLatin1String("dispute")) {
        aim(ObjectList::Charges, ruleObject(json).value(QLatin1String("charge")).toString(), How::ReadAgain);
    }
    return aims;
}

std::optional<QString> takeSnapshot(const stripe::Received<stripe::Event>& event, ObjectList list, const store::Mirror& mirror, store::Batch* batch, EventNeeds* needs)
{
    if (event.object.apiVersion != QLatin1String(stripe::kApiVersion)) {
        return QStringLiteral("api_version");
    }
    switch (list) {
    case ObjectList::Products: return ruleTake(event, &batch->products, mirror, needs);
    case ObjectList::Prices: return ruleTake(event, &batch->prices, mirror, needs);
    case ObjectList::Coupons: return ruleTake(event, &batch->coupons, mirror, needs);
    case ObjectList::Customers: return ruleTake(event, &batch->customers, mirror, needs);
    case ObjectList::Subscriptions: return ruleTake(event, &batch->subscriptions, mirror, needs);
    case ObjectList::Invoices: return ruleTake(event, &batch->invoices, mirror, needs);
    case ObjectList::PaymentIntents: return ruleTake(event, &batch->paymentIntents, mirror, needs);
    case ObjectList::SubscriptionSchedules: return ruleTake(event, &batch->schedules, mirror, needs);
    case ObjectList::Charges: return ruleTake(event, &batch->charges, mirror, needs);
    case ObjectList::Refunds: return ruleTake(event, &batch->refunds, mirror, needs);
    case ObjectList::CreditNotes: return ruleTake(event, &batch->creditNotes, mirror, needs);
    case ObjectList::InvoicePayments: return ruleTake(event, &batch->invoicePayments, mirror, needs);
    case ObjectList::Events:
    case ObjectList::BalanceTransactions:
    case ObjectList::PaymentMethods:
    case ObjectList::Discounts: break;
    }
    return QStringLiteral("shape");
}

bool movesBalance(const stripe::Event& event)
{
    return event.objectType == QLatin1String("charge") || event.objectType == QLatin1String("refund") || event.objectType == QLatin1String("payout") ||
           event.objectType == QLatin1String("dispute") || event.objectType == QLatin1String("balance");
}

bool movesPayments(const stripe::Event& event)
{
    return event.objectType == QLatin1String("invoice") && !event.objectId.isEmpty();
}

} // namespace ch::sync
