// SPDX-License-Identifier: GPL-3.0-or-later
// Which fields of an object a search may ask for, and what they hold (docs.stripe.com/search, "query fields for ..."). Any thread.
#pragma once

#include "sandbox/State.h"

#include <QList>
#include <functional>
#include <optional>

namespace ch::sandbox {

enum class FieldType {
    Token,  ///< the whole text
    Text,   ///< the whole text, or a part of at least three characters
    Number, ///< compared by size
    Boolean
};

template <typename T>
struct SearchField {
    const char* name;
    FieldType type;
    /// Text as it is shown; numbers as decimal text; nothing: null.
    std::function<std::optional<QByteArray>(const State&, const T&)> value;
};

[[nodiscard]] const QList<SearchField<Customer>>& searchFields(const Customer*);
[[nodiscard]] const QList<SearchField<Subscription>>& searchFields(const Subscription*);
[[nodiscard]] const QList<SearchField<Invoice>>& searchFields(const Invoice*);
[[nodiscard]] const QList<SearchField<Price>>& searchFields(const Price*);
[[nodiscard]] const QList<SearchField<Product>>& searchFields(const Product*);
[[nodiscard]] const QList<SearchField<Charge>>& searchFields(const Charge*);
[[nodiscard]] const QList<SearchField<PaymentIntent>>& searchFields(const PaymentIntent*);

} // namespace ch::sandbox
