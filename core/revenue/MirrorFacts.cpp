// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/MirrorFacts.h"

#include "revenue/BillsAhead.h"
#include "revenue/MirrorSchedules.h"
#include "revenue/MirrorSubscriptions.h"

namespace ch::revenue {

namespace {

using Reader = store::MirrorReader;

Status readHistory(const Reader& reader, const QString& customerId, FactsMaker& maker)
{
    PastDue pastDue;
    Status read = addAttempts(reader, customerId, &pastDue);
    if (read) {
        const auto addInvoice = [&maker, &pastDue](const Reader::HistoryInvoice& invoice) {
            const InvoiceSeen seen{invoice.subscriptionId, invoice.billingReason, invoice.status, invoice.created, invoice.paidAt, invoice.id, invoice.givenUpAt};
            maker.addInvoice(seen);
            pastDue.addInvoice(seen);
        };
        const auto addLine = [&maker](const Reader::HistoryInvoice& invoice, const Reader::HistoryLine& line) {
            maker.addLine({line.id, invoice.id, invoice.status, line.priceId, line.subscriptionId, line.subscriptionItemId, line.amount, line.quantity, line.periodStart, line.periodEnd,
                line.proration, line.discountIds, line.discountAmount, line.inclusiveTax, invoice.created, line.credit});
        };
        read = customerId.isEmpty() ? forEachBillAhead(reader, addInvoice, addLine) : reader.forEachHistoryInvoice(customerId, addInvoice, addLine);
    }
    if (read) {
        pastDue.tell(&maker);
        read = addSchedules(reader, customerId, &maker);
    }
    if (read) {
        read = addDiscounts(reader, customerId, &maker);
    }
    return read ? reader.forEachSubscriptionEvent(customerId, [&maker](const stripe::Event& event, const QByteArray& json) { maker.addEvent(event, json); }) : read;
}

} // namespace

Result<Facts> factsOf(const Reader& reader, const QString& customerId)
{
    FactsMaker maker;
    MirrorSubscriptions subscriptions(reader, maker);
    const auto price = [&subscriptions](const QString& id) { return subscriptions.price(id); };
    maker.knowCoupons([&subscriptions](const QString& id) { return subscriptions.coupon(id); });
    if (const auto completeness = reader.completeness()) {
        maker.setAsOf(completeness->completeAsOfMs / 1000);
    }
    if (customerId.isEmpty()) {
        if (const auto counts = reader.counts()) {
            maker.expect(counts->subscriptions, counts->invoices + counts->invoices / 2);
        }
    }
    Status read = subscriptions.readTypes(customerId);
    if (read) {
        read = subscriptions.readCustomerDiscounts(customerId);
    }
    if (read) {
        read = reader.forEachHistorySubscription(customerId, [&subscriptions](const Reader::HistorySubscription& one) { subscriptions.add(one); });
    }
    if (read) {
        maker.settlePrices(price);
        read = readHistory(reader, customerId, maker);
    }
    const Result<QStringList> takenDown = reader.takenDownSubscriptions(customerId);
    if (!read || !takenDown) {
        return fail(read ? takenDown.error() : read.error());
    }
    for (const QString& id : *takenDown) {
        maker.addTakenDown(id);
    }
    return maker.finish(price);
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
