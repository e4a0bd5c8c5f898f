// SPDX-License-Identifier: GPL-3.0-or-later
// The plain values of the records file.
#pragma once

#include <QString>
#include <QStringList>

namespace ch::store {

/// Field names of the JSON form: business_id, business_name, business_type, stripe_customer_id, stripe_subscription_id,
/// stripe_payment_intent_id, subscription_status, monthly_price_usd (a decimal, kept as text). Legacy: only a payment intent.
struct Record {
    QString businessId;
    QString businessName;
    QString businessType;
    QString customerId;
    QString subscriptionId;
    QString paymentIntentId;
    QString subscriptionStatus;
    QString monthlyPriceUsd;      ///< exactly as it was written, e.g. "5.00"; empty: null
    qint64 takenDownAtMs = 0;     ///< 0: open

    [[nodiscard]] bool isLegacy() const { return subscriptionId.isEmpty() && !paymentIntentId.isEmpty(); }
    bool operator==(const Record&) const = default;
};

struct ImportSummary {
    int added = 0;
    int updated = 0;
    int unchanged = 0;
};

/// One thing that we did or tried, for the trail.
struct AuditEntry {
    qint64 atMs = 0;
    QString actor = {};           ///< OS user
    QString action = {};          ///< take_down, provision, import ...
    QString businessId = {};
    QString outcome = {};         ///< done, failed, unknown, partly
    QString detail = {};          ///< ids and codes; no personal data
    QStringList requestIds = {};
    QString profile = {};
    QStringList objectIds = {};   ///< on whom: customers, subscriptions, payment intents
    QStringList inputs = {};      ///< personal inputs as salted hashes (auditInput)
    QStringList keys = {};        ///< idempotency keys
    qint64 n = 0;                 ///< its number, from 1; given when it is written
    QString hash = {};            ///< likewise
};

} // namespace ch::store
