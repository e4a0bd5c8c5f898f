// SPDX-License-Identifier: GPL-3.0-or-later
// Reads Stripe's JSON into Objects.h, with simdjson. Every function reads the body to its end: cut-off or trailing text, HTML, a
// wrong object type or a missing id is ErrorKind::Protocol with a sentence that says what came instead. Pure; any thread.
#pragma once

#include "base/Error.h"
#include "stripe/Objects.h"

#include <QByteArrayView>

namespace ch::stripe {

/// An object and the JSON it was read from (one compact text, as Stripe sent it but for white space outside strings).
template <typename T>
struct Received {
    T object;
    QByteArray json; ///< of which it was read: compact, and read to its end
};

template <typename T>
struct Page {
    std::vector<Received<T>> objects;
    bool hasMore = false;
    QString url;
};

/// Received: read to its end before anything is taken from it. Checked: that has been done, and it is compact (Answer::json is).
enum class JsonText { Received, Checked };

/// T: Customer, Subscription, SubscriptionItem, Price, Product, Invoice, InvoiceLine, InvoiceItem, InvoicePayment, PaymentIntent, Charge, Refund,
/// CreditNote, BalanceTransaction, SubscriptionSchedule, PaymentMethod, Event, Balance, Account, Coupon, Discount.
template <typename T>
[[nodiscard]] Result<T> parseObject(QByteArrayView json, JsonText text = JsonText::Received);

/// A list answer ({"object":"list",...}) or a search result. Objects of another type in it are Protocol. Not for Balance and Account.
template <typename T>
[[nodiscard]] Result<Page<T>> parsePage(QByteArrayView json, JsonText text = JsonText::Received);

/// The error object of an answer with a 4xx or 5xx status; falls back on the status alone when the body is not Stripe's.
[[nodiscard]] Error parseError(int httpStatus, QByteArrayView json, const QString& requestId);

/// data.object of an event, as JSON of its own.
[[nodiscard]] Result<QByteArray> eventObjectJson(QByteArrayView eventJson, JsonText text = JsonText::Received);

/// "livemode" of the outermost object; nothing where it has none.
[[nodiscard]] std::optional<bool> livemodeOf(QByteArrayView json);

} // namespace ch::stripe
