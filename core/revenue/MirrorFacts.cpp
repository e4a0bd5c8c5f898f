// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/MirrorFacts.h"

#include "revenue/FactsMaker.h"
#include "revenue/MirrorSchedules.h"
#include "revenue/MirrorSurroundings.h"

namespace ch::revenue {

Result<Facts> factsOf(const store::MirrorReader& reader)
{
    QHash<QString, QString> types;
    Status read = reader.forEachValue([&types](const store::MirrorReader::ValuedSubscription& value) { types.insert(value.subscriptionId, value.businessType); });
    const Result<QStringList> discounted = reader.customersWithDiscount();
    const Result<QStringList> takenDown = reader.takenDownSubscriptions();
    if (!read || !discounted || !takenDown) {
        return fail(!read ? read.error() : !discounted ? discounted.error() : takenDown.error());
    }
    MirrorSurroundings surroundings(reader);
    surroundings.knowDiscounted(*discounted);
    FactsMaker maker;
    maker.knowCoupons([&surroundings](const QString& id) { return surroundings.coupon(id); });
    if (const auto completeness = reader.completeness()) {
        maker.setAsOf(completeness->completeAsOfMs / 1000);
    }
    read = reader.forEachSubscription([&](const stripe::Subscription& subscription) {
        const QString type = types.value(subscription.id);
        maker.addSubscription(subscription, surroundings.of(subscription), type.isEmpty() ? QStringLiteral("unclassified") : type);
    });
    PastDue pastDue;
    if (read) {
        read = addAttempts(reader, &pastDue);
    }
    if (read) {
        read = reader.forEachHistoryInvoice([&maker, &pastDue](const store::MirrorReader::HistoryInvoice& invoice) {
            const InvoiceSeen seen{invoice.subscriptionId, invoice.billingReason, invoice.status, invoice.created, invoice.paidAt, invoice.id};
            maker.addInvoice(seen);
            pastDue.addInvoice(seen);
        });
        pastDue.tell(&maker);
    }
    if (read) {
        read = addSchedules(reader, &maker);
    }
    if (read) {
        read = addDiscounts(reader, &maker);
    }
    if (read) {
        read = reader.forEachHistoryLine([&maker](const store::MirrorReader::HistoryLine& line) {
            maker.addLine({line.id, line.invoiceId, line.invoiceStatus, line.priceId, line.subscriptionId, line.subscriptionItemId, line.amount, line.quantity, line.periodStart, line.periodEnd,
                line.proration, line.discountIds});
        });
    }
    if (read) {
        read = reader.forEachSubscriptionEvent([&maker](const stripe::Event& event, const QByteArray& json) { maker.addEvent(event, json); });
    }
    if (!read) {
        return fail(read.error());
    }
    for (const QString& id : *takenDown) {
        maker.addTakenDown(id);
    }
    return maker.finish([&surroundings](const QString& id) { return surroundings.price(id); });
}

Result<QHash<QString, QString>> countriesOf(const store::MirrorReader& reader)
{
    QHash<QString, QString> countries;
    const Status read = reader.forEachCountry([&countries](const QString& customer, const QString& country) { countries.insert(customer, country); });
    if (!read) {
        return fail(read.error());
    }
    return countries;
}

} // namespace ch::revenue
