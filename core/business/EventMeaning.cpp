// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/EventMeaning.h"

namespace ch::business {

namespace {

using store::EventEffect;
using store::MarkKind;

constexpr char kSubscriptionEnded[] = "customer.subscription.deleted";
constexpr char kSubscriptionMade[] = "customer.subscription.created";
constexpr char kPaymentFailed[] = "invoice.payment_failed";

/// The business that a customer is, and whether it is one of ours.
struct Meant {
    store::Business business;
    QString id;
    bool isOurs = false;
    bool isClosed = false;
};

Result<std::optional<Meant>> meantBy(const QString& customerId, const store::MirrorReader& mirror, const store::RecordsFile& records)
{
    const auto customer = mirror.customer(customerId);
    if (!customer) {
        return fail(customer.error());
    }
    const QString tag = *customer ? (*customer)->metadata.value(QStringLiteral("business_id")) : QString();
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

Result<EventMeant> marked(EventMeant meant, store::RecordsFile& records)
{
    const auto isNew = records.marks().put(meant.mark);
    if (!isNew) {
        return fail(isNew.error());
    }
    meant.isNew = *isNew;
    return meant;
}

} // namespace

const QStringList& meaningfulEvents()
{
    static const QStringList types = {QLatin1String(kSubscriptionEnded), QLatin1String(kSubscriptionMade), QLatin1String(kPaymentFailed), QStringLiteral("invoice.paid"),
        QStringLiteral("invoice.payment_succeeded"), QStringLiteral("invoice.voided"), QStringLiteral("invoice.marked_uncollectible")};
    return types;
}

Result<EventMeant> takeMeaning(const stripe::Event& event, const store::MirrorReader& mirror, store::RecordsFile& records)
{
    if (!meaningfulEvents().contains(event.type) || event.customerId.isEmpty()) {
        return EventMeant();
    }
    const auto business = meantBy(event.customerId, mirror, records);
    if (!business) {
        return fail(business.error());
    }
    if (!*business) {
        return EventMeant();
    }
    const Meant& its = **business;
    EventMeant meant;
    meant.name = its.business.name;
    meant.mark = {its.id, MarkKind::TakeDown, event.customerId, event.objectId, event.id, event.created * 1000};
    if (event.type == QLatin1String(kSubscriptionEnded)) {
        const auto lives = livesOn(its.business, mirror);
        if (!lives) {
            return fail(lives.error());
        }
        const auto works = records.marks().isBeingTakenDown({its.id, event.customerId});
        if (!works) {
            return fail(works.error());
        }
        if (!its.isOurs || its.isClosed || *works || *lives) {
            return EventMeant();
        }
        meant.effect = EventEffect::MarkedForTakedown;
        return marked(meant, records);
    }
    if (event.type == QLatin1String(kPaymentFailed)) {
        const auto invoice = mirror.invoice(event.objectId);
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
    const bool livesAgain = event.type == QLatin1String(kSubscriptionMade);
    const auto lives = livesAgain ? livesOn(its.business, mirror) : Result<bool>(true);
    if (!lives || !*lives) {
        return lives ? Result<EventMeant>(EventMeant()) : Result<EventMeant>(fail(lives.error()));
    }
    const auto removed = records.marks().remove(its.id, livesAgain ? MarkKind::TakeDown : MarkKind::AtRisk, livesAgain ? QString() : event.objectId);
    return removed ? Result<EventMeant>(EventMeant()) : Result<EventMeant>(fail(removed.error()));
}

} // namespace ch::business
