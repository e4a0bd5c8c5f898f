// SPDX-License-Identifier: GPL-3.0-or-later
// Object ids that look like Stripe's and carry their row inside, scrambled: no table of ids is kept, and a made-up id is
// told from a real one because the rest of it is a checksum. The same seed gives the same ids. Any thread.
#pragma once

#include <QByteArray>

namespace ch::sandbox {

using Index = quint32;
inline constexpr Index kNone = ~Index(0);

enum class Kind : quint8 {
    Customer, Product, Price, Subscription, Item, Invoice, Line, PaymentIntent, Coupon, Discount, Event, PaymentMethod,
    TestClock, InvoicePayment, InvoiceItem, Charge, Request, Refund, BalanceEntry, CreditNote, CreditLine,
    CustomerEntry, PromotionCode, Schedule, SetupIntent, CheckoutSession, PaymentLink, PortalSession, PortalConfiguration, Meter,
    MeterEvent, MeterSummary, WebhookEndpoint
};

/// Stripe's name of the object ("subscription_item"), as in "object" and in "No such ...".
[[nodiscard]] const char* objectName(Kind kind);

class Ids {
public:
    explicit Ids(quint64 seed) : m_seed(seed) {}

    [[nodiscard]] QByteArray make(Kind kind, Index index) const;
    /// kNone when the id is not one of ours; the caller checks that the row exists.
    [[nodiscard]] Index find(Kind kind, const QByteArray& id) const;
    /// Text of a given length that only depends on the seed and what is named: secrets, fingerprints, numbers.
    [[nodiscard]] QByteArray filler(quint64 what, int length) const;

private:
    quint64 m_seed;
};

/// A well-mixed 64-bit number from another (splitmix64's finaliser, which can be undone).
[[nodiscard]] quint64 mix64(quint64 value);

} // namespace ch::sandbox
