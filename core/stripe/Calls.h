// SPDX-License-Identifier: GPL-3.0-or-later
// The calls that Countinghouse makes, typed. Each returns a job owned by parent. Reads are background unless options say otherwise.
#pragma once

#include "stripe/StripeClient.h"

namespace ch::stripe {

/// GET /v1/.../{id}. T: Customer, Subscription, Invoice, Price, Product, PaymentIntent, Event, Coupon.
template <typename T>
[[nodiscard]] ResultJob<Answered<T>>* retrieve(StripeClient& client, const QString& id, const Params& query, const CallOptions& options, QObject* parent);

/// One page of a list. T as above (not Coupon's searches); query holds filters, limit, starting_after.
template <typename T>
[[nodiscard]] ResultJob<Page<T>>* listPage(StripeClient& client, const QString& path, const Params& query, const CallOptions& options, QObject* parent);

/// Walks a list with starting_after to its end, a page a signal. Ends with Protocol when a cursor repeats or an empty page says
/// has_more, never silently at a cap. Stop it with cancel().
template <typename T>
class ListJob;

/// "/v1/customers" for Customer, and so on.
template <typename T>
[[nodiscard]] QString listPath();

[[nodiscard]] ResultJob<Answered<Balance>>* retrieveBalance(StripeClient& client, const CallOptions& options, QObject* parent);
[[nodiscard]] ResultJob<Answered<Account>>* retrieveAccount(StripeClient& client, const CallOptions& options, QObject* parent);

/// How a cancel or deletion ended: done by this call, or found to be so already.
struct Removal {
    bool alreadyDone = false;
    QStringList requestIds;      ///< of every answer that took part, oldest first
    QByteArray json;             ///< the object as it is now, empty when Stripe gave none
};

struct CancelOptions {
    bool invoiceNow = false;
    bool prorate = false;
    QString comment;             ///< cancellation_details[comment]
};

/// DELETE /v1/subscriptions/{id}. A 404 (also after an answer that was lost) is looked at with a GET: canceled means already done.
/// Lost answers that the GET cannot settle end with outcomeKnown = false.
[[nodiscard]] ResultJob<Removal>* cancelSubscription(StripeClient& client, const QString& id, const CancelOptions& cancel, QObject* parent);

/// DELETE /v1/customers/{id}, settled in the same way ("deleted": true means already done).
[[nodiscard]] ResultJob<Removal>* deleteCustomer(StripeClient& client, const QString& id, QObject* parent);

/// POST /v1/payment_intents/{id}/cancel. An intent that is canceled already is already done; one that succeeded is the error
/// payment_intent_unexpected_state.
[[nodiscard]] ResultJob<Removal>* cancelPaymentIntent(StripeClient& client, const QString& id, const QByteArray& idempotencyKey, QObject* parent);

} // namespace ch::stripe
