// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/FrozenAct.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

namespace ch::business {

namespace frozen {

constexpr RemainderKind kKinds[] = {RemainderKind::OpenInvoice, RemainderKind::DraftInvoice, RemainderKind::PendingItem, RemainderKind::UnusedTime};
constexpr RemainderChoice kChoices[] = {RemainderChoice::Leave, RemainderChoice::Void, RemainderChoice::MarkUncollectible, RemainderChoice::Delete, RemainderChoice::Refund};

template <typename E, size_t N>
E fromWord(const QString& word, const E (&all)[N])
{
    for (const E value : all) {
        if (wordOf(value) == word) {
            return value;
        }
    }
    return all[0];
}

QString text(const QJsonObject& object, const char* key)
{
    return object.value(QLatin1String(key)).toString();
}

/// As text: JSON's numbers are doubles.
QString whole(qint64 number)
{
    return QString::number(number);
}

QJsonObject cancelJson(const PlannedCancel& cancel)
{
    QJsonArray items;
    for (const PlannedItem& item : cancel.items) {
        items.append(QJsonObject{{QStringLiteral("price"), item.priceId}, {QStringLiteral("quantity"), item.quantity ? QJsonValue(whole(*item.quantity)) : QJsonValue(QJsonValue::Null)}});
    }
    return {{QStringLiteral("id"), cancel.subscriptionId}, {QStringLiteral("status"), cancel.status}, {QStringLiteral("customer"), cancel.customerId},
        {QStringLiteral("ends"), cancel.endsAlready}, {QStringLiteral("items"), items}};
}

PlannedCancel cancelFrom(const QJsonObject& object)
{
    PlannedCancel cancel;
    cancel.subscriptionId = text(object, "id");
    cancel.status = text(object, "status");
    cancel.customerId = text(object, "customer");
    cancel.endsAlready = object.value(QStringLiteral("ends")).toBool();
    for (const QJsonValue& value : object.value(QStringLiteral("items")).toArray()) {
        const QJsonValue quantity = value.toObject().value(QStringLiteral("quantity"));
        cancel.items.push_back({text(value.toObject(), "price"), quantity.isNull() ? std::nullopt : std::optional(quantity.toString().toLongLong())});
    }
    return cancel;
}

QJsonObject remainderJson(const FrozenRemainder& frozen)
{
    const Remainder& remainder = frozen.remainder;
    return {{QStringLiteral("id"), remainder.objectId}, {QStringLiteral("kind"), wordOf(remainder.kind)}, {QStringLiteral("choice"), wordOf(frozen.choice)},
        {QStringLiteral("amount"), whole(remainder.amount.minor)}, {QStringLiteral("currency"), remainder.amount.currency},
        {QStringLiteral("subscription"), remainder.subscriptionId}, {QStringLiteral("payment_intent"), remainder.paymentIntentId}};
}

FrozenRemainder remainderFrom(const QJsonObject& object)
{
    FrozenRemainder made;
    made.remainder.objectId = text(object, "id");
    made.remainder.kind = fromWord(text(object, "kind"), kKinds);
    made.choice = fromWord(text(object, "choice"), kChoices);
    made.remainder.amount = {text(object, "amount").toLongLong(), text(object, "currency")};
    made.remainder.subscriptionId = text(object, "subscription");
    made.remainder.paymentIntentId = text(object, "payment_intent");
    return made;
}

QStringList texts(const QJsonValue& value)
{
    QStringList all;
    for (const QJsonValue& each : value.toArray()) {
        all << each.toString();
    }
    return all;
}

Error notOffered(const QString& id)
{
    Error error;
    error.kind = ErrorKind::InvalidInput;
    error.code = QStringLiteral("not_offered");
    error.message = QStringLiteral("What was chosen for %1 is not among what was offered for it. Nothing was sent; look at the plan again.").arg(id);
    return error;
}

std::optional<Error> exclusive(const QString& message)
{
    Error error;
    error.kind = ErrorKind::InvalidInput;
    error.code = QStringLiteral("exclusive_choices");
    error.message = message + QStringLiteral(" Nothing was sent.");
    return error;
}

std::optional<Error> refusedWays(bool atPeriodEnd, bool invoiceNow, bool prorate)
{
    if (atPeriodEnd && (invoiceNow || prorate)) {
        return exclusive(QStringLiteral("A final invoice and proration belong to an end at once: choose them, or the end of the period."));
    }
    return std::nullopt;
}

} // namespace frozen

bool isIrreversible(const TakedownRequest& request)
{
    const auto isLeft = [](RemainderChoice choice) { return choice == RemainderChoice::Leave; };
    const QList<RemainderChoice> chosen = request.choices.values() + request.choicesByKind.values();
    return !request.atPeriodEnd || request.deleteCustomer || !std::all_of(chosen.begin(), chosen.end(), isLeft);
}

std::optional<Error> refusedChoices(const TakedownRequest& request)
{
    if (const auto refused = frozen::refusedWays(request.atPeriodEnd, request.invoiceNow, request.prorate)) {
        return refused;
    }
    const bool refunds = request.choices.values().contains(RemainderChoice::Refund) || request.choicesByKind.values().contains(RemainderChoice::Refund);
    if (request.deleteCustomer && (request.atPeriodEnd || request.invoiceNow)) {
        return frozen::exclusive(QStringLiteral("The customer cannot be deleted together with an end at the period's end, which would come at once, or with a final invoice, which would not be collected: choose one, and delete the customer later."));
    }
    if (refunds && request.atPeriodEnd) {
        return frozen::exclusive(QStringLiteral("There is no unused time to refund when the subscription goes on to the end of its period."));
    }
    if (refunds && request.prorate) {
        return frozen::exclusive(QStringLiteral("Unused time is either credited (proration) or refunded, not both."));
    }
    return std::nullopt;
}

std::optional<Error> refusedChoices(const CancelRequest& request)
{
    return frozen::refusedWays(request.atPeriodEnd, request.invoiceNow, request.prorate);
}

QByteArray FrozenAct::json() const
{
    QJsonArray allCancels;
    for (const PlannedCancel& cancel : cancels) {
        allCancels.append(frozen::cancelJson(cancel));
    }
    QJsonArray allRemainders;
    for (const FrozenRemainder& remainder : remainders) {
        allRemainders.append(frozen::remainderJson(remainder));
    }
    const QJsonObject object{{QStringLiteral("target"), targetId}, {QStringLiteral("business"), businessId}, {QStringLiteral("type"), businessType}, {QStringLiteral("reason"), reason},
        {QStringLiteral("delete_customer"), deleteCustomer}, {QStringLiteral("at_period_end"), atPeriodEnd}, {QStringLiteral("invoice_now"), invoiceNow}, {QStringLiteral("prorate"), prorate},
        {QStringLiteral("whole"), isWhole}, {QStringLiteral("customers"), QJsonArray::fromStringList(customerIds)}, {QStringLiteral("deleted_customers"), QJsonArray::fromStringList(deletedCustomerIds)},
        {QStringLiteral("newest"), newestSubscriptionId}, {QStringLiteral("intent"), paymentIntentId}, {QStringLiteral("intent_status"), paymentIntentStatus},
        {QStringLiteral("cancels"), allCancels}, {QStringLiteral("remainders"), allRemainders}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

Result<FrozenAct> FrozenAct::fromJson(const QByteArray& json)
{
    using frozen::text;
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isObject()) {
        return fail(ErrorKind::Damaged, QStringLiteral("The journal does not hold what this operation was to do. Look in Stripe what was done, and begin anew."));
    }
    const QJsonObject object = document.object();
    const auto flag = [&object](const char* key) { return object.value(QLatin1String(key)).toBool(); };
    FrozenAct made;
    made.targetId = text(object, "target");
    made.businessId = text(object, "business");
    made.businessType = text(object, "type");
    made.reason = text(object, "reason");
    made.deleteCustomer = flag("delete_customer");
    made.atPeriodEnd = flag("at_period_end");
    made.invoiceNow = flag("invoice_now");
    made.prorate = flag("prorate");
    made.isWhole = flag("whole");
    made.customerIds = frozen::texts(object.value(QStringLiteral("customers")));
    made.deletedCustomerIds = frozen::texts(object.value(QStringLiteral("deleted_customers")));
    made.newestSubscriptionId = text(object, "newest");
    made.paymentIntentId = text(object, "intent");
    made.paymentIntentStatus = text(object, "intent_status");
    for (const QJsonValue& value : object.value(QStringLiteral("cancels")).toArray()) {
        made.cancels.push_back(frozen::cancelFrom(value.toObject()));
    }
    for (const QJsonValue& value : object.value(QStringLiteral("remainders")).toArray()) {
        made.remainders.push_back(frozen::remainderFrom(value.toObject()));
    }
    return made;
}

Result<FrozenAct> FrozenAct::of(const TakedownRequest& request, const TakedownPlan& plan)
{
    FrozenAct made;
    made.targetId = request.businessId;
    made.businessId = plan.business.businessId;
    made.businessType = plan.business.type;
    made.reason = request.reason;
    made.deleteCustomer = request.deleteCustomer;
    made.atPeriodEnd = request.atPeriodEnd;
    made.invoiceNow = request.invoiceNow;
    made.prorate = request.prorate;
    made.isWhole = plan.customerIds.size() == plan.business.customerIds.size();
    made.customerIds = plan.customerIds;
    made.deletedCustomerIds = plan.deletedCustomerIds;
    made.newestSubscriptionId = plan.newestSubscriptionId;
    made.paymentIntentId = plan.paymentIntentId;
    made.paymentIntentStatus = plan.paymentIntentStatus;
    made.cancels = plan.cancels;
    QSet<QString> known;
    for (const Remainder& remainder : plan.remainders) {
        known << remainder.objectId;
        const bool isChosen = request.choices.contains(remainder.objectId);
        const RemainderChoice choice = isChosen ? request.choices.value(remainder.objectId) : request.choicesByKind.value(remainder.kind, RemainderChoice::Leave);
        if (choice == RemainderChoice::Leave) {
            continue;
        }
        if (remainder.choices.contains(choice)) {
            Remainder plain = remainder;
            plain.label.clear();
            plain.choices.clear();
            made.remainders.push_back({plain, choice});
        } else if (isChosen) {
            return fail(frozen::notOffered(remainder.objectId));
        }
    }
    for (auto it = request.choices.begin(); it != request.choices.end(); ++it) {
        if (it.value() != RemainderChoice::Leave && !known.contains(it.key())) {
            return fail(frozen::notOffered(it.key()));
        }
    }
    return made;
}

FrozenAct FrozenAct::of(const CancelRequest& request, const CancelPlan& plan)
{
    FrozenAct made;
    made.targetId = request.subscriptionId;
    made.businessId = plan.businessId;
    made.reason = request.reason;
    made.atPeriodEnd = request.atPeriodEnd;
    made.invoiceNow = request.invoiceNow;
    made.prorate = request.prorate;
    made.customerIds = QStringList{plan.customerId};
    made.newestSubscriptionId = request.subscriptionId;
    made.cancels.push_back(plan.subscription);
    return made;
}

} // namespace ch::business
