// SPDX-License-Identifier: GPL-3.0-or-later
// What the fields of each row are, said once: for copying a business (Copying.h) and for saving the account (SaveFile.h). Each row
// type has a visit() that hands every field to a visitor:
//   plain      numbers, instants, enumerations, truth values
//   reference  the number of another row, with its kind; kNone stays kNone
//   text       of any kind; name and email where each copy of a business has its own, metadata likewise
//   extras     finished JSON by field
//   decline    a card's way to fail;  literal  a static text
//   list       a vector, with what is done to each of its rows;  texts  a list of texts
//   snapshot   an object as it was at an event
// A row type without a visit() does not compile as a Table or Rows.
#pragma once

#include "sandbox/Rows.h"

#include <concepts>

namespace ch::sandbox {

template <typename R, typename T>
concept Is = std::same_as<std::remove_const_t<R>, T>;

namespace visit_detail {

template <typename V>
void base(V& v, Kind kind, auto& row)
{
    v.reference(kind, row.self);
    v.plain(row.created);
}

template <typename V>
void plains(V& v, auto&... fields)
{
    (v.plain(fields), ...);
}

template <typename V>
void texts(V& v, auto&... fields)
{
    (v.text(fields), ...);
}

template <typename V>
void references(V& v, Kind kind, auto& rows)
{
    v.list(rows, [&v, kind](auto& index) { v.reference(kind, index); });
}

} // namespace visit_detail

template <typename V>
void visit(V& v, Is<Product> auto& row)
{
    visit_detail::base(v, Kind::Product, row);
    visit_detail::texts(v, row.ownId, row.name, row.description, row.unitLabel, row.url, row.statementDescriptor);
    v.metadata(row.metadata);
    v.extras(row.extras);
    v.reference(Kind::Price, row.defaultPrice);
    visit_detail::plains(v, row.updated, row.active, row.deleted);
}

template <typename V>
void visit(V& v, Is<Price> auto& row)
{
    visit_detail::base(v, Kind::Price, row);
    v.reference(Kind::Product, row.product);
    visit_detail::texts(v, row.currency, row.lookupKey, row.nickname, row.taxBehavior, row.meter);
    v.metadata(row.metadata);
    v.extras(row.extras);
    v.list(row.tiers, [&v](auto& tier) { visit_detail::plains(v, tier.upTo, tier.unit, tier.flat, tier.hasUnit, tier.hasFlat); });
    visit_detail::plains(v, row.unit, row.divideBy, row.intervalCount, row.trialDays, row.interval, row.active, row.recurring, row.metered, row.volume,
                         row.roundUp, row.inlineMade, row.customAmount);
}

template <typename V>
void visit(V& v, Is<Coupon> auto& row)
{
    visit_detail::base(v, Kind::Coupon, row);
    visit_detail::texts(v, row.ownId, row.name, row.currency, row.percentText);
    v.metadata(row.metadata);
    visit_detail::plains(v, row.amountOff, row.redeemBy, row.maxRedemptions, row.timesRedeemed, row.months, row.duration, row.deleted);
    visit_detail::references(v, Kind::Product, row.products);
}

template <typename V>
void visit(V& v, Is<Discount> auto& row)
{
    visit_detail::base(v, Kind::Discount, row);
    v.reference(Kind::PromotionCode, row.promotion);
    v.reference(Kind::Coupon, row.coupon);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::Subscription, row.subscription);
    v.reference(Kind::Item, row.item);
    v.reference(Kind::Invoice, row.invoice);
    v.reference(Kind::InvoiceItem, row.invoiceItem);
    visit_detail::plains(v, row.start, row.end, row.used, row.deleted);
}

template <typename V>
void visit(V& v, Is<PaymentMethod> auto& row)
{
    visit_detail::base(v, Kind::PaymentMethod, row);
    v.reference(Kind::Customer, row.customer);
    v.metadata(row.metadata);
    visit_detail::texts(v, row.brand, row.last4);
    v.decline(row.decline);
    v.plain(row.keeps);
}

template <typename V>
void visit(V& v, Is<TestClock> auto& row)
{
    visit_detail::base(v, Kind::TestClock, row);
    v.text(row.name);
    visit_detail::plains(v, row.frozen, row.target, row.settlesAtMs, row.looks, row.deleted);
    visit_detail::references(v, Kind::Customer, row.customers);
}

template <typename V>
void visit(V& v, Is<Customer> auto& row)
{
    visit_detail::base(v, Kind::Customer, row);
    v.name(row.name);
    v.email(row.email);
    visit_detail::texts(v, row.description, row.phone, row.currency);
    v.metadata(row.metadata);
    v.extras(row.extras);
    visit_detail::references(v, Kind::InvoiceItem, row.pending);
    v.reference(Kind::PaymentMethod, row.defaultMethod);
    v.reference(Kind::Discount, row.discount);
    v.reference(Kind::TestClock, row.clock);
    visit_detail::plains(v, row.balance, row.nextInvoice, row.delinquent, row.deleted);
}

template <typename V>
void visit(V& v, Is<LineDraft> auto& row)
{
    v.reference(Kind::Item, row.item);
    v.reference(Kind::Price, row.price);
    v.reference(Kind::Line, row.credited);
    v.reference(Kind::InvoiceItem, row.invoiceItem);
    visit_detail::plains(v, row.quantity, row.amount, row.start, row.end, row.tier, row.discountable, row.proration, row.credit, row.trial, row.flat, row.hasQuantity);
}

template <typename V>
void visit(V& v, Is<Item> auto& row)
{
    visit_detail::base(v, Kind::Item, row);
    v.reference(Kind::Price, row.price);
    visit_detail::plains(v, row.quantity, row.periodStart, row.periodEnd);
    v.metadata(row.metadata);
    visit_detail::references(v, Kind::Discount, row.discounts);
}

template <typename V>
void visit(V& v, Is<Subscription> auto& row)
{
    visit_detail::base(v, Kind::Subscription, row);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::Invoice, row.latestInvoice);
    v.reference(Kind::PaymentMethod, row.defaultMethod);
    v.reference(Kind::TestClock, row.clock);
    visit_detail::texts(v, row.currency, row.description, row.cancelComment, row.cancelFeedback);
    v.metadata(row.metadata);
    v.extras(row.extras);
    v.list(row.items, [&v](auto& item) { visit(v, item); });
    visit_detail::references(v, Kind::Discount, row.discounts);
    visit_detail::references(v, Kind::InvoiceItem, row.pending);
    v.reference(Kind::Schedule, row.schedule);
    v.list(row.awaited, [&v](auto& awaited) {
        v.reference(Kind::Invoice, awaited.invoice);
        v.list(awaited.items, [&v](auto& item) { visit(v, item); });
        v.list(awaited.taken, [&v](auto& line) { visit(v, line); });
        visit_detail::plains(v, awaited.anchor, awaited.trialStart, awaited.trialEnd, awaited.expiresAt, awaited.status, awaited.resumes, awaited.onSuccess,
                             awaited.moves);
    });
    visit_detail::plains(v, row.pausedAt, row.trialMissing, row.pausedBy, row.cancelProrates);
    visit_detail::plains(v, row.start, row.anchor, row.cancelAt, row.canceledAt, row.endedAt, row.trialStart, row.trialEnd, row.pauseResumesAt,
                         row.trialWarned, row.daysUntilDue, row.status, row.collection, row.pause, row.cancelReason, row.cancelAtPeriodEnd, row.generated,
                         row.saveMethod);
}

template <typename V>
void visit(V& v, Is<Line> auto& row)
{
    visit(v, row.what);
    v.reference(Kind::Invoice, row.invoice);
    v.reference(Kind::Line, row.name);
    v.list(row.discounts, [&v](auto& part) {
        v.reference(Kind::Discount, part.discount);
        v.plain(part.amount);
    });
}

template <typename V>
void visit(V& v, Is<Invoice> auto& row)
{
    visit_detail::base(v, Kind::Invoice, row);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::Subscription, row.subscription);
    v.reference(Kind::PaymentIntent, row.intent);
    v.reference(Kind::Line, row.firstLine);
    v.text(row.currency);
    v.name(row.customerName);
    v.email(row.customerEmail);
    v.metadata(row.metadata);
    v.metadata(row.subscriptionMetadata);
    visit_detail::references(v, Kind::Discount, row.discounts);
    visit_detail::references(v, Kind::Line, row.laid);
    v.extras(row.extras);
    v.reference(Kind::PaymentMethod, row.defaultMethod);
    visit_detail::plains(v, row.lineCount, row.sequence, row.daysUntilDue, row.finalizesAt, row.effectiveAt, row.finalizedAt, row.paidAt, row.voidedAt, row.uncollectibleAt, row.dueDate, row.periodStart,
                         row.periodEnd, row.startingBalance, row.endingBalance, row.nextAttempt, row.subtotal, row.discounted, row.total, row.amountDue,
                         row.amountPaid, row.creditedBefore, row.creditedAfter, row.creditNotes, row.attempts, row.status, row.reason, row.collection,
                         row.pause, row.autoAdvance, row.outOfBand, row.overdue, row.relaid, row.deleted, row.preview);
}

template <typename V>
void visit(V& v, Is<InvoiceItem> auto& row)
{
    visit_detail::base(v, Kind::InvoiceItem, row);
    visit(v, row.what);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::Subscription, row.subscription);
    v.reference(Kind::Invoice, row.invoice);
    visit_detail::texts(v, row.currency, row.description);
    v.metadata(row.metadata);
    visit_detail::references(v, Kind::Discount, row.discounts);
    visit_detail::plains(v, row.unit, row.deleted);
}

template <typename V>
void visit(V& v, Is<PaymentIntent> auto& row)
{
    visit_detail::base(v, Kind::PaymentIntent, row);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::Invoice, row.invoice);
    v.reference(Kind::PaymentMethod, row.method);
    v.reference(Kind::Charge, row.charge);
    visit_detail::references(v, Kind::Charge, row.charges);
    visit_detail::texts(v, row.currency, row.description, row.cancellationReason, row.receiptEmail, row.returnUrl);
    v.reference(Kind::CheckoutSession, row.session);
    v.metadata(row.metadata);
    v.decline(row.decline);
    visit_detail::plains(v, row.amount, row.received, row.canceledAt, row.succeededAt, row.status, row.manualCapture);
}

template <typename V>
void visit(V& v, Is<Charge> auto& row)
{
    visit_detail::base(v, Kind::Charge, row);
    v.reference(Kind::PaymentIntent, row.intent);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::PaymentMethod, row.method);
    v.reference(Kind::BalanceEntry, row.entry);
    visit_detail::texts(v, row.currency, row.description);
    v.decline(row.decline);
    v.metadata(row.metadata);
    visit_detail::plains(v, row.amount, row.refunded, row.taken, row.paid, row.captured);
    visit_detail::references(v, Kind::Refund, row.refunds);
}

template <typename V>
void visit(V& v, Is<Refund> auto& row)
{
    visit_detail::base(v, Kind::Refund, row);
    v.reference(Kind::Charge, row.charge);
    v.reference(Kind::PaymentIntent, row.intent);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::BalanceEntry, row.entry);
    visit_detail::texts(v, row.currency, row.reason);
    v.metadata(row.metadata);
    v.plain(row.amount);
}

template <typename V>
void visit(V& v, Is<CreditNote> auto& row)
{
    visit_detail::base(v, Kind::CreditNote, row);
    v.reference(Kind::Invoice, row.invoice);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::Refund, row.refund);
    v.reference(Kind::CustomerEntry, row.entry);
    visit_detail::texts(v, row.currency, row.reason, row.memo);
    v.metadata(row.metadata);
    visit_detail::plains(v, row.amount, row.outOfBand, row.voidedAt, row.number, row.afterPayment);
}

template <typename V>
void visit(V& v, Is<CustomerEntry> auto& row)
{
    visit_detail::base(v, Kind::CustomerEntry, row);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::Invoice, row.invoice);
    v.reference(Kind::CreditNote, row.creditNote);
    visit_detail::texts(v, row.currency, row.description);
    v.metadata(row.metadata);
    visit_detail::plains(v, row.amount, row.ending, row.type);
}

template <typename V>
void visit(V& v, Is<BalanceEntry> auto& row)
{
    visit_detail::base(v, Kind::BalanceEntry, row);
    v.reference(Kind::Charge, row.charge);
    v.reference(Kind::Refund, row.refund);
    v.reference(Kind::Customer, row.customer);
    visit_detail::plains(v, row.amount, row.fee, row.availableOn);
    v.literal(row.rate);
}

template <typename V>
void visit(V& v, Is<SetupIntent> auto& row)
{
    visit_detail::base(v, Kind::SetupIntent, row);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::PaymentMethod, row.method);
    v.reference(Kind::CheckoutSession, row.session);
    v.reference(Kind::PortalSession, row.portal);
    visit_detail::texts(v, row.description, row.cancellationReason, row.usage, row.returnUrl);
    v.metadata(row.metadata);
    v.decline(row.decline);
    visit_detail::plains(v, row.status, row.cardOnly);
}

template <typename V>
void visit(V& v, Is<SaleLine> auto& row)
{
    v.reference(Kind::Price, row.price);
    v.plain(row.quantity);
    v.metadata(row.metadata);
}

template <typename V>
void visit(V& v, Is<CheckoutSession> auto& row)
{
    visit_detail::base(v, Kind::CheckoutSession, row);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::SetupIntent, row.setup);
    v.reference(Kind::Subscription, row.subscription);
    v.reference(Kind::PaymentIntent, row.intent);
    v.reference(Kind::PaymentLink, row.link);
    visit_detail::texts(v, row.currency, row.successUrl, row.cancelUrl, row.clientReference, row.email, row.locale, row.submitType, row.name, row.thanks,
                        row.description);
    v.metadata(row.metadata);
    v.metadata(row.madeMetadata);
    v.list(row.lines, [&v](auto& line) { visit(v, line); });
    visit_detail::references(v, Kind::Coupon, row.coupons);
    v.reference(Kind::PromotionCode, row.promotion);
    visit_detail::plains(v, row.expiresAt, row.trialEnd, row.trialDays, row.mode, row.status, row.alwaysCustomer, row.cardOnly, row.manualCapture,
                         row.promotionCodes, row.paid);
}

template <typename V>
void visit(V& v, Is<PaymentLink> auto& row)
{
    visit_detail::base(v, Kind::PaymentLink, row);
    visit_detail::texts(v, row.currency, row.redirectUrl, row.thanks, row.inactiveMessage, row.description, row.submitType);
    v.metadata(row.metadata);
    v.metadata(row.madeMetadata);
    v.list(row.lines, [&v](auto& line) { visit(v, line); });
    visit_detail::plains(v, row.completed, row.most, row.trialDays, row.active, row.alwaysCustomer, row.promotionCodes);
}

template <typename V>
void visit(V& v, Is<PortalConfiguration> auto& row)
{
    visit_detail::base(v, Kind::PortalConfiguration, row);
    visit_detail::texts(v, row.headline, row.privacyUrl, row.termsUrl, row.returnUrl, row.name, row.proration);
    v.metadata(row.metadata);
    v.texts(row.customerUpdates);
    v.texts(row.cancelReasons);
    visit_detail::plains(v, row.updated, row.active, row.isDefault, row.canUpdateCustomer, row.showsInvoices, row.canUpdateMethod, row.canCancel,
                         row.cancelsNow, row.asksReason);
}

template <typename V>
void visit(V& v, Is<PortalSession> auto& row)
{
    visit_detail::base(v, Kind::PortalSession, row);
    v.reference(Kind::PortalConfiguration, row.configuration);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::Subscription, row.subscription);
    visit_detail::texts(v, row.returnUrl, row.afterUrl, row.afterMessage, row.locale);
    visit_detail::plains(v, row.seen, row.flow, row.afterConfirms);
}

template <typename V>
void visit(V& v, Is<PromotionCode> auto& row)
{
    visit_detail::base(v, Kind::PromotionCode, row);
    v.reference(Kind::Coupon, row.coupon);
    v.reference(Kind::Customer, row.customer);
    visit_detail::texts(v, row.code, row.minimumCurrency);
    v.metadata(row.metadata);
    visit_detail::plains(v, row.expiresAt, row.maxRedemptions, row.timesRedeemed, row.minimum, row.active, row.firstTime);
}

template <typename V>
void visit(V& v, Is<Meter> auto& row)
{
    visit_detail::base(v, Kind::Meter, row);
    visit_detail::texts(v, row.eventName, row.displayName, row.customerKey, row.valueKey, row.window);
    visit_detail::plains(v, row.formula, row.updated, row.deactivatedAt);
}

template <typename V>
void visit(V& v, Is<MeterEvent> auto& row)
{
    visit_detail::base(v, Kind::MeterEvent, row);
    v.reference(Kind::Meter, row.meter);
    v.reference(Kind::Customer, row.customer);
    visit_detail::texts(v, row.identifier);
    visit_detail::plains(v, row.value, row.timestamp, row.countsFrom, row.canceled);
}

template <typename V>
void visit(V& v, Is<Event> auto& row)
{
    visit_detail::base(v, Kind::Event, row);
    v.literal(row.type);
    v.snapshot(row.now);
    v.snapshot(row.before);
    visit_detail::texts(v, row.requestId, row.idempotencyKey);
    v.plain(row.pendingWebhooks);
}

template <typename V>
void visit(V& v, Is<WebhookEndpoint> auto& row)
{
    visit_detail::base(v, Kind::WebhookEndpoint, row);
    visit_detail::texts(v, row.url, row.description, row.apiVersion, row.secret, row.oldSecret);
    v.texts(row.enabledEvents);
    v.metadata(row.metadata);
    visit_detail::plains(v, row.oldSecretUntil, row.disabled, row.deleted);
}

template <typename V>
void visit(V& v, Is<ItemOwner> auto& row)
{
    v.reference(Kind::Subscription, row.subscription);
}

template <typename V>
void visit(V& v, Is<Schedule> auto& row)
{
    visit_detail::base(v, Kind::Schedule, row);
    v.reference(Kind::Customer, row.customer);
    v.reference(Kind::Subscription, row.subscription);
    v.reference(Kind::Subscription, row.released);
    v.reference(Kind::PaymentMethod, row.method);
    visit_detail::texts(v, row.currency, row.description);
    v.metadata(row.metadata);
    v.list(row.phases, [&v](auto& phase) {
        v.list(phase.items, [&v](auto& item) {
            v.reference(Kind::Price, item.price);
            v.plain(item.quantity);
            v.metadata(item.metadata);
            visit_detail::references(v, Kind::Coupon, item.coupons);
        });
        visit_detail::references(v, Kind::Coupon, phase.coupons);
        v.metadata(phase.metadata);
        visit_detail::plains(v, phase.start, phase.end, phase.trialEnd, phase.proration, phase.anchors);
    });
    visit_detail::plains(v, row.current, row.canceledAt, row.completedAt, row.releasedAt, row.daysUntilDue, row.collection, row.status, row.cancels, row.anchors,
                         row.warned);
}

template <typename V>
void visit(V& v, Is<Owned> auto& row)
{
    visit_detail::references(v, Kind::Schedule, row.schedules);
    visit_detail::references(v, Kind::Subscription, row.subscriptions);
    visit_detail::references(v, Kind::Invoice, row.invoices);
    visit_detail::references(v, Kind::InvoiceItem, row.invoiceItems);
    visit_detail::references(v, Kind::PaymentMethod, row.methods);
    visit_detail::references(v, Kind::PaymentIntent, row.intents);
    visit_detail::references(v, Kind::Charge, row.charges);
    visit_detail::references(v, Kind::CustomerEntry, row.entries);
}

} // namespace ch::sandbox
