// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/EventMeaning.h"

#include "store/BusinessKeys.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace ch::business {

namespace {

using store::EventEffect;
using store::MarkKind;

constexpr char kSubscriptionEnded[] = "customer.subscription.deleted";
constexpr char kSubscriptionMade[] = "customer.subscription.created";
constexpr char kPaymentFailed[] = "invoice.payment_failed";
constexpr char kCustomerDeleted[] = "customer.deleted";

/// The business that a customer is, and whether it is one of ours.
struct Meant {
    store::Business business;
    QString id;
    bool isOurs = false;
    bool isClosed = false;
};

/// A thin event names its object alone; whose that is the mirror says. Empty: nobody knows.
Result<QString> customerOf(const stripe::Event& event, const store::MirrorReader& mirror)
{
    const auto of = [](const auto& object) -> Result<QString> { return object ? Result<QString>(*object ? (*object)->customerId : QString()) : Result<QString>(fail(object.error())); };
    if (!event.customerId.isEmpty() || event.objectId.isEmpty()) {
        return event.customerId;
    }
    return event.objectType == QLatin1String("subscription") ? of(mirror.subscription(event.objectId))
        : event.objectType == QLatin1String("invoice")       ? of(mirror.invoice(event.objectId)) : QString();
}

Result<std::optional<Meant>> meantBy(const QString& customerId, const store::MirrorReader& mirror, const store::RecordsFile& records)
{
    const auto customer = mirror.customer(customerId);
    if (!customer) {
        return fail(customer.error());
    }
    const QString tag = *customer ? store::businessTags((*customer)->metadata).id : QString();
    auto found = mirror.business(tag.isEmpty() ? customerId : tag);
    if (!found) {
        return fail(found.error());
    }
    if (!*found) {
        return std::optional<Meant>();
    }
    Meant meant;
    meant.business = **found;
    meant.id = meant.business.businessId;
    const auto record = records.record(meant.id);
    if (!record) {
        return fail(record.error());
    }
    meant.isOurs = !tag.isEmpty() || *record;
    meant.isClosed = *record && (*record)->takenDownAtMs != 0;
    return std::optional(meant);
}

Result<bool> livesOn(const store::Business& business, const store::MirrorReader& mirror)
{
    for (const QString& customerId : business.customerIds) {
        const auto subscriptions = mirror.subscriptionsOfCustomer(customerId);
        if (!subscriptions) {
            return fail(subscriptions.error());
        }
        for (const stripe::Subscription& subscription : *subscriptions) {
            if (!subscription.isEnded()) {
                return true;
            }
        }
    }
    return false;
}

/// An invoice of the business that Stripe tried to collect and could not; nothing where there is none.
Result<std::optional<stripe::Invoice>> unpaidAfterTrying(const store::Business& business, const store::MirrorReader& mirror)
{
    for (const QString& customerId : business.customerIds) {
        const auto invoices = mirror.invoicesOfCustomer(customerId);
        if (!invoices) {
            return fail(invoices.error());
        }
        for (const stripe::Invoice& invoice : *invoices) {
            const auto json = invoice.status == QLatin1String("open") ? mirror.json(invoice.id) : Result<std::optional<QByteArray>>(std::nullopt);
            if (!json) {
                return fail(json.error());
            }
            if (*json && QJsonDocument::fromJson(**json)[QStringLiteral("attempt_count")].toInteger() > 0) {
                return std::optional(invoice);
            }
        }
    }
    return std::optional<stripe::Invoice>();
}

Result<EventMeant> marked(EventMeant meant, store::RecordsFile& records)
{
    const auto isNew = records.marks().put(meant.mark, meant.effect);
    if (!isNew) {
        return fail(isNew.error());
    }
    meant.isNew = *isNew;
    return meant;
}

Result<EventMeant> subscriptionEnded(const Meant& its, EventMeant meant, const store::MirrorReader& mirror, store::RecordsFile& records)
{
    const auto lives = livesOn(its.business, mirror);
    const auto works = records.marks().isBeingTakenDown({its.id, meant.mark.customerId});
    if (!lives || !works) {
        return fail(!lives ? lives.error() : works.error());
    }
    if (!its.isOurs || its.isClosed || *works || *lives) {
        return EventMeant();
    }
    meant.effect = EventEffect::MarkedForTakedown;
    return marked(meant, records);
}

Result<EventMeant> paymentFailed(EventMeant meant, const store::MirrorReader& mirror, store::RecordsFile& records)
{
    const auto invoice = mirror.invoice(meant.mark.objectId);
    if (!invoice) {
        return fail(invoice.error());
    }
    const bool isSettled = *invoice && (*invoice)->status != QLatin1String("open") && (*invoice)->status != QLatin1String("draft");
    if (isSettled) {
        return EventMeant(); // the event came late
    }
    meant.effect = EventEffect::Notified;
    meant.mark.kind = MarkKind::AtRisk;
    return marked(meant, records);
}

/// Another invoice may be as unpaid as this one was.
Result<EventMeant> invoiceSettled(const Meant& its, store::Mark mark, const store::MirrorReader& mirror, store::RecordsFile& records)
{
    const QString settled = mark.objectId;
    const auto holds = records.marks().holds(its.id, MarkKind::AtRisk, settled);
    const auto left = holds && *holds ? unpaidAfterTrying(its.business, mirror) : Result<std::optional<stripe::Invoice>>(std::nullopt);
    if (!holds || !left) {
        return fail(!holds ? holds.error() : left.error());
    }
    if (!*holds) {
        return EventMeant();
    }
    if (*left) {
        mark.kind = MarkKind::AtRisk;
        mark.customerId = (*left)->customerId;
        mark.objectId = (*left)->id;
        mark.sinceMs = (*left)->created * 1000;
    }
    const auto replaced = records.marks().replace(its.id, MarkKind::AtRisk, settled, *left ? std::optional(mark) : std::nullopt);
    return replaced ? Result<EventMeant>(EventMeant()) : Result<EventMeant>(fail(replaced.error()));
}

Result<EventMeant> customerDeleted(const QString& customerId, store::RecordsFile& records)
{
    const auto removed = records.marks().removeOfDeleted(customerId);
    return removed ? Result<EventMeant>(EventMeant()) : Result<EventMeant>(fail(removed.error()));
}

} // namespace

const QStringList& meaningfulEvents()
{
    static const QStringList types = {QLatin1String(kSubscriptionEnded), QLatin1String(kSubscriptionMade), QLatin1String(kPaymentFailed), QLatin1String(kCustomerDeleted),
        QStringLiteral("invoice.paid"), QStringLiteral("invoice.payment_succeeded"), QStringLiteral("invoice.voided"), QStringLiteral("invoice.marked_uncollectible")};
    return types;
}

Result<EventMeant> takeMeaning(const stripe::Event& event, const store::MirrorReader& mirror, store::RecordsFile& records)
{
    if (!meaningfulEvents().contains(event.type)) {
        return EventMeant();
    }
    if (event.type == QLatin1String(kCustomerDeleted)) {
        return customerDeleted(event.objectId, records);
    }
    const auto customerId = customerOf(event, mirror);
    const auto business = customerId && !customerId->isEmpty() ? meantBy(*customerId, mirror, records) : Result<std::optional<Meant>>(std::nullopt);
    if (!customerId || !business) {
        return fail(!customerId ? customerId.error() : business.error());
    }
    if (!*business) {
        return EventMeant();
    }
    const Meant& its = **business;
    EventMeant meant;
    meant.name = its.business.name;
    meant.mark = {its.id, MarkKind::TakeDown, *customerId, event.objectId, event.id, event.created * 1000};
    if (event.type == QLatin1String(kSubscriptionEnded)) {
        return subscriptionEnded(its, meant, mirror, records);
    }
    if (event.type == QLatin1String(kPaymentFailed)) {
        return paymentFailed(meant, mirror, records);
    }
    if (event.type != QLatin1String(kSubscriptionMade)) {
        return invoiceSettled(its, meant.mark, mirror, records);
    }
    const auto lives = livesOn(its.business, mirror);
    const auto removed = lives && *lives ? records.marks().remove(its.id, MarkKind::TakeDown) : Result<bool>(false);
    return lives && removed ? Result<EventMeant>(EventMeant()) : Result<EventMeant>(fail(!lives ? lives.error() : removed.error()));
}

} // namespace ch::business
