// SPDX-License-Identifier: GPL-3.0-or-later
// The Stripe objects that Countinghouse reads, as plain values with Stripe's field names. Times are Stripe's: seconds since 1970 UTC;
// 0 or an empty optional: absent. Amounts: minor units. Decimals stay the text that Stripe sent, read exactly later (base/Fraction).
// Unknown fields are passed over, unknown enum values kept as text, absent fields keep their defaults: events arrive in older shapes.
// Source of the fields: the official stripe npm package 23.1.0 (cjs/resources/*.d.ts), API 2026-10-28.endive.
#pragma once

#include "base/Money.h"

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

namespace ch::stripe {

using Metadata = QMap<QString, QString>;
using Seconds = qint64;

struct Coupon {
    QString id;
    QString name;
    QString percentOff;               ///< the raw JSON number, e.g. "12.5"; empty when amount_off
    std::optional<qint64> amountOff;
    CurrencyCode currency;            ///< of amountOff
    QMap<CurrencyCode, qint64> amountOffOptions; ///< amount_off in other currencies; expand-only (currency_options)
    QString duration;                 ///< forever, once, repeating
    std::optional<int> durationInMonths;
    QStringList appliesToProducts;    ///< empty: all
    bool deleted = false;
    bool valid = true;
    Seconds created = 0;
};

struct Discount {
    QString id;
    std::optional<Coupon> coupon;     ///< source.coupon (older shape: coupon), when expanded or inline
    QString couponId;
    QString promotionCode;
    Seconds start = 0;
    std::optional<Seconds> end;
    QString customerId;
    QString subscriptionId;           ///< empty: the customer's own
    QString subscriptionItem;
};

struct TaxRate {
    QString id;
    QString percentage;               ///< the raw JSON number, e.g. "19"
    bool inclusive = false;
};

struct PriceTier {
    std::optional<qint64> upTo;       ///< inclusive; absent: no limit
    QString unitAmountDecimal;        ///< empty: none
    QString flatAmountDecimal;
};

/// A price in another currency than its own (currency_options).
struct PriceOption {
    QString unitAmountDecimal;        ///< empty when tiered
    std::vector<PriceTier> tiers;     ///< only where tiersKnown
    bool tiersKnown = false;
    QString taxBehavior;
};

struct Price {
    QString id;
    QString productId;
    bool active = true;
    CurrencyCode currency;
    QString type;                     ///< recurring, one_time
    QString billingScheme;            ///< per_unit, tiered
    QString unitAmountDecimal;        ///< empty when tiered
    QString tiersMode;                ///< graduated, volume
    std::vector<PriceTier> tiers;     ///< only where tiersKnown
    bool tiersKnown = false;          ///< the answer held tiers (they are expand-only)
    QString interval;                 ///< day, week, month, year
    int intervalCount = 1;
    QString usageType;                ///< licensed, metered
    std::optional<qint64> transformDivideBy;
    QString transformRound;           ///< up, down
    QString taxBehavior;              ///< inclusive, exclusive, unspecified
    QMap<CurrencyCode, PriceOption> currencyOptions; ///< expand-only; empty where the answer held none
    QString lookupKey;
    QString nickname;
    Seconds created = 0;
    bool livemode = false;
    Metadata metadata;
};

struct Product {
    QString id;
    QString name;
    bool active = true;
    QString description;
    QString defaultPriceId;
    Seconds created = 0;
    Seconds updated = 0;
    bool livemode = false;
    bool deleted = false;
    Metadata metadata;
};

struct Customer {
    QString id;
    QString name;
    QString email;
    QString phone;
    QString description;
    CurrencyCode currency;
    qint64 balance = 0;
    bool delinquent = false;
    QString defaultPaymentMethodId;
    std::optional<Discount> discount;
    QString testClock;
    Seconds created = 0;
    bool livemode = false;
    bool deleted = false;
    Metadata metadata;
};

struct SubscriptionItem {
    QString id;
    Price price;
    std::optional<qint64> quantity;   ///< absent for metered
    Seconds created = 0;
    Seconds currentPeriodStart = 0;
    Seconds currentPeriodEnd = 0;
    QList<Discount> discounts;        ///< those that came whole
    QStringList discountIds;          ///< all, in Stripe's order; "" for one without an id (older shape)
    std::vector<TaxRate> taxRates;    ///< override the subscription's default ones
    Metadata metadata;
};

struct PauseCollection {
    QString behavior;                 ///< keep_as_draft, mark_uncollectible, void
    std::optional<Seconds> resumesAt;
};

struct Subscription {
    QString id;
    QString customerId;
    QString status;                   ///< incomplete, incomplete_expired, trialing, active, past_due, canceled, unpaid, paused
    CurrencyCode currency;
    std::vector<SubscriptionItem> items;
    bool itemsComplete = true;        ///< false: the nested list said has_more
    QList<Discount> discounts;        ///< those that came whole
    QStringList discountIds;          ///< all, in Stripe's order; "" for one without an id (older shape)
    std::vector<TaxRate> defaultTaxRates;
    std::optional<PauseCollection> pauseCollection;
    bool cancelAtPeriodEnd = false;
    std::optional<Seconds> cancelAt;
    std::optional<Seconds> canceledAt;
    std::optional<Seconds> endedAt;
    QString cancellationReason;       ///< cancellation_details.reason
    Seconds created = 0;
    Seconds startDate = 0;
    std::optional<Seconds> trialStart;
    std::optional<Seconds> trialEnd;
    QString collectionMethod;
    QString latestInvoiceId;
    QString scheduleId;
    QString testClock;
    Seconds currentPeriodStart = 0;   ///< the earliest of the items' (older shape: the subscription's own)
    Seconds currentPeriodEnd = 0;     ///< the earliest of the items'
    bool livemode = false;
    Metadata metadata;

    /// Over for good: canceled or incomplete_expired.
    [[nodiscard]] bool isEnded() const;
};

struct InvoiceLine {
    QString id;
    qint64 amount = 0;
    qint64 discountAmount = 0;        ///< sum of discount_amounts
    QString description;
    Seconds periodStart = 0;
    Seconds periodEnd = 0;
    QString priceId;
    QString productId;
    QString unitAmountDecimal;
    std::optional<qint64> quantity;
    QString subscriptionId;
    QString subscriptionItemId;
    bool proration = false;
    bool credit = false;              ///< of a proration: it takes back lines that it names (proration_details.credited_items); not every credit has any
    qint64 taxAmount = 0;             ///< sum of taxes
    qint64 inclusiveTaxAmount = 0;    ///< the part of it that amount holds already
    QStringList discountIds;
};

struct Invoice {
    QString id;
    QString number;
    QString customerId;
    QString subscriptionId;
    QString status;                   ///< draft, open, paid, uncollectible, void
    CurrencyCode currency;
    qint64 amountDue = 0;
    qint64 amountPaid = 0;
    qint64 amountRemaining = 0;
    qint64 subtotal = 0;
    qint64 total = 0;
    QString billingReason;
    QString collectionMethod;
    QString hostedInvoiceUrl;
    Seconds created = 0;
    std::optional<Seconds> dueDate;
    std::optional<Seconds> finalizedAt;
    std::optional<Seconds> paidAt;
    std::optional<Seconds> voidedAt;
    std::optional<Seconds> markedUncollectibleAt;
    QList<Discount> discounts;        ///< that lowered any of its lines (total_discount_amounts), those that came whole
    std::vector<InvoiceLine> lines;
    bool linesComplete = true;        ///< false: the nested list said has_more
    bool deleted = false;
    bool livemode = false;
};

struct PaymentIntent {
    QString id;
    QString customerId;
    QString status;
    qint64 amount = 0;
    qint64 amountReceived = 0;
    CurrencyCode currency;
    QString cancellationReason;
    Seconds created = 0;
    bool livemode = false;
    Metadata metadata;
};

/// An amount that waits for an invoice ("pending"), or stands on one.
struct InvoiceItem {
    QString id;
    QString customerId;
    QString subscriptionId;           ///< parent.subscription_details
    QString invoiceId;                ///< empty: pending
    qint64 amount = 0;
    CurrencyCode currency;
    QString description;
    bool proration = false;
    bool deleted = false;
    bool livemode = false;
};

/// How an invoice was paid, or is to be.
struct InvoicePayment {
    QString id;
    QString invoiceId;
    QString paymentIntentId;          ///< of its payment; empty: paid otherwise
    QString chargeId;                 ///< of its payment, where that is a charge without an intent
    QString status;                   ///< open, paid, canceled
    qint64 amountPaid = 0;
    CurrencyCode currency;
    Seconds created = 0;
    bool livemode = false;
};

struct Charge {
    QString id;
    QString customerId;
    QString paymentIntentId;
    QString paymentMethodId;
    QString balanceTransactionId;
    QString status;                   ///< succeeded, pending, failed
    QString failureCode;
    QString methodType;               ///< payment_method_details.type: card ...
    CurrencyCode currency;
    qint64 amount = 0;
    qint64 amountCaptured = 0;
    qint64 amountRefunded = 0;
    Seconds created = 0;
    bool paid = false;
    bool disputed = false;
    bool livemode = false;
};

struct Refund {
    QString id;
    QString customerId;
    QString chargeId;
    QString paymentIntentId;
    QString balanceTransactionId;
    QString status;                   ///< pending, requires_action, succeeded, failed, canceled
    QString failureReason;
    qint64 amount = 0;
    CurrencyCode currency;
    Seconds created = 0;
    Metadata metadata;
};

struct CreditNote {
    QString id;
    QString invoiceId;
    QString customerId;
    QString status;                   ///< issued, void
    QString type;                     ///< pre_payment, post_payment, mixed
    QString reason;
    qint64 amount = 0;
    CurrencyCode currency;
    Seconds created = 0;
    std::optional<Seconds> voidedAt;
    bool livemode = false;
};

/// What moved the account's balance.
struct BalanceTransaction {
    QString id;
    QString type;                     ///< charge, refund, payout ...
    QString sourceId;                 ///< what it came of: a charge, a refund ...
    QString exchangeRate;             ///< the raw JSON number, e.g. "1.0873"; empty: nothing was converted
    CurrencyCode currency;            ///< of the balance: that which was converted into
    qint64 amount = 0;
    qint64 fee = 0;
    qint64 net = 0;
    Seconds created = 0;
    Seconds availableOn = 0;
};

struct SchedulePhaseItem {
    QString priceId;
    std::optional<qint64> quantity;   ///< absent for metered
    QStringList couponIds;
};

struct SchedulePhase {
    Seconds start = 0;
    Seconds end = 0;
    std::optional<Seconds> trialEnd;
    CurrencyCode currency;
    std::vector<SchedulePhaseItem> items;
    QStringList couponIds;
};

struct SubscriptionSchedule {
    QString id;
    QString customerId;
    QString subscriptionId;           ///< the one that it drives, or drove until it was released
    QString status;                   ///< not_started, active, completed, released, canceled
    QString endBehavior;              ///< release, cancel, none, renew
    std::vector<SchedulePhase> phases;
    Seconds created = 0;
    std::optional<Seconds> canceledAt;
    std::optional<Seconds> completedAt;
    std::optional<Seconds> releasedAt;
    QString testClock;
    bool livemode = false;
};

/// What a customer pays with. Never the number, and nothing of the person.
struct PaymentMethod {
    QString id;
    QString customerId;
    QString type;                     ///< card, sepa_debit ...
    QString cardBrand;
    QString cardCountry;
    int expiryMonth = 0;
    int expiryYear = 0;
    Seconds created = 0;
    bool livemode = false;
};

struct Event {
    QString id;
    QString type;
    QString apiVersion;
    QString objectType;               ///< data.object.object
    QString objectId;                 ///< data.object.id
    QString customerId;               ///< whose the object is: data.object.customer, else the one that it was taken from
    QString paymentIntentId;          ///< data.object.payment_intent: a dispute names no customer
    QString invoiceId;                ///< data.object.invoice
    QString requestId;
    QString idempotencyKey;
    Seconds created = 0;
    bool livemode = false;
};

struct Balance {
    std::vector<Money> available;
    std::vector<Money> pending;
    bool livemode = false;
};

struct Account {
    QString id;
    QString displayName;              ///< settings.dashboard.display_name, else business_profile.name
    QString country;
    CurrencyCode defaultCurrency;
    QString timezone;                 ///< settings.dashboard.timezone, IANA
    bool chargesEnabled = false;
};

} // namespace ch::stripe
