// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/MirrorFacts.h"

#include "revenue/FactsMaker.h"
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
    read = reader.forEachSubscription([&](const stripe::Subscription& subscription) {
        const QString type = types.value(subscription.id);
        maker.addSubscription(subscription, surroundings.of(subscription), type.isEmpty() ? QStringLiteral("unclassified") : type);
    });
    if (read) {
        read = reader.forEachHistoryInvoice([&maker](const store::MirrorReader::HistoryInvoice& invoice) {
            maker.addInvoice({invoice.subscriptionId, invoice.billingReason, invoice.status, invoice.created, invoice.paidAt, invoice.id, invoice.givenUpAt});
        });
    }
    if (read) {
        read = reader.forEachHistoryLine([&maker](const store::MirrorReader::HistoryLine& line) {
            maker.addLine({line.id, line.invoiceId, line.invoiceStatus, line.priceId, line.subscriptionId, line.subscriptionItemId, line.amount, line.quantity, line.periodStart, line.periodEnd,
                line.proration});
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
