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
void rulePrices(const T& object, QStringList* prices)
{
    if constexpr (std::is_same_v<T, stripe::Subscription>) {
        for (const stripe::SubscriptionItem& item : object.items) {
            *prices << item.price.id;
        }
    } else if constexpr (std::is_same_v<T, stripe::Invoice>) {
        for (const stripe::InvoiceLine& line : object.lines) {
            if (!line.priceId.isEmpty()) {
                *prices << line.priceId;
            }
        }
    } else {
        Q_UNUSED(object);
        Q_UNUSED(prices);
    }
}

template <typename T>
std::optional<QString> ruleTake(const stripe::Received<stripe::Event>& event, std::vector<stripe::Received<T>>* into, const store::Mirror& mirror, QStringList* prices)
{
    const Result<QByteArray> json = stripe::eventObjectJson(event.json, stripe::JsonText::Checked);
    Result<T> object = json ? stripe::parseObject<T>(*json, stripe::JsonText::Checked) : Result<T>(fail(json.error()));
    if (!object || object->id != event.object.objectId) {
        return QStringLiteral("shape");
    }
    rulePrices(*object, prices);
    if (const std::optional<QString> lacks = ruleLacks(*object, *json, mirror)) {
        return lacks;
    }
    into->push_back({*std::move(object), *json});
    return std::nullopt;
}

} // namespace

const QStringList& aimedByJson()
{
    static const QStringList types = {QStringLiteral("discount"), QStringLiteral("payment_method"), QStringLiteral("dispute")};
    return types;
}

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

std::optional<QString> takeSnapshot(const stripe::Received<stripe::Event>& event, ObjectList list, const store::Mirror& mirror, store::Batch* batch, QStringList* prices)
{
    if (event.object.apiVersion != QLatin1String(stripe::kApiVersion)) {
        return QStringLiteral("api_version");
    }
    switch (list) {
    case ObjectList::Products: return ruleTake(event, &batch->products, mirror, prices);
    case ObjectList::Prices: return ruleTake(event, &batch->prices, mirror, prices);
    case ObjectList::Coupons: return ruleTake(event, &batch->coupons, mirror, prices);
    case ObjectList::Customers: return ruleTake(event, &batch->customers, mirror, prices);
    case ObjectList::Subscriptions: return ruleTake(event, &batch->subscriptions, mirror, prices);
    case ObjectList::Invoices: return ruleTake(event, &batch->invoices, mirror, prices);
    case ObjectList::PaymentIntents: return ruleTake(event, &batch->paymentIntents, mirror, prices);
    case ObjectList::SubscriptionSchedules: return ruleTake(event, &batch->schedules, mirror, prices);
    case ObjectList::Charges: return ruleTake(event, &batch->charges, mirror, prices);
    case ObjectList::Refunds: return ruleTake(event, &batch->refunds, mirror, prices);
    case ObjectList::CreditNotes: return ruleTake(event, &batch->creditNotes, mirror, prices);
    case ObjectList::InvoicePayments: return ruleTake(event, &batch->invoicePayments, mirror, prices);
    case ObjectList::Events:
    case ObjectList::BalanceTransactions:
    case ObjectList::PaymentMethods:
    case ObjectList::Discounts: break;
    }
    return QStringLiteral("shape");
}

bool endsSubscription(const stripe::Event& event)
{
    return event.type == QLatin1String("customer.subscription.deleted");
}

bool settlesInvoice(const stripe::Event& event)
{
    return event.type == QLatin1String("invoice.paid") || event.type == QLatin1String("invoice.voided") || event.type == QLatin1String("invoice.marked_uncollectible");
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
