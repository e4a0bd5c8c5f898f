// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/MirrorSchedules.h"

namespace ch::revenue {

Status addSchedules(const store::MirrorReader& reader, const QString& customerId, FactsMaker* maker)
{
    return reader.forEachScheduledItem(customerId, [maker](const store::MirrorReader::ScheduledItem& item) {
        const bool driving = item.status == "active" || item.status == "not_started";
        maker->addPhaseItem({item.scheduleId, item.subscriptionId, item.priceId, driving, item.endBehavior == "cancel", item.created, item.endedAt, item.phase, item.phaseStart, item.phaseEnd,
            item.quantity.value_or(1)});
    });
}

Status addAttempts(const store::MirrorReader& reader, const QString& customerId, PastDue* pastDue)
{
    return reader.forEachPaymentAttempt(customerId, [pastDue](const store::MirrorReader::PaymentAttempt& attempt) {
        pastDue->addAttempt({attempt.chargeId, attempt.invoiceId, attempt.subscriptionId, attempt.billingReason, attempt.created, attempt.succeeded, attempt.atOnce});
    });
}

Status addDiscounts(const store::MirrorReader& reader, const QString& customerId, FactsMaker* maker)
{
    const auto text = [](std::string_view view) { return QString::fromUtf8(view.data(), qsizetype(view.size())); };
    const Status read = reader.forEachDiscount(customerId, [&](const store::MirrorReader::KnownDiscount& known) {
        stripe::Discount discount;
        discount.id = text(known.id);
        discount.couponId = text(known.couponId);
        discount.customerId = text(known.customerId);
        discount.subscriptionId = text(known.subscriptionId);
        discount.subscriptionItem = text(known.itemId);
        discount.start = known.start;
        discount.end = known.end;
        maker->knowDiscount(discount);
    });
    return read ? reader.forEachDiscountEvent(customerId, [maker](const stripe::Event& event, const QByteArray& json) { maker->addDiscountEvent(event, json); }) : read;
}

} // namespace ch::revenue
