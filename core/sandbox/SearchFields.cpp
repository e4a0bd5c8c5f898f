// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/SearchFields.h"

#include "sandbox/Render.h"

namespace ch::sandbox {

namespace search_fields {

using Value = std::optional<QByteArray>;

Value texts(const QByteArray& text)
{
    return text.isEmpty() ? Value() : Value(text);
}

Value numbers(qint64 number)
{
    return QByteArray::number(number);
}

Value truth(bool yes)
{
    return QByteArray(yes ? "true" : "false");
}

Value reference(const State& s, Kind kind, Index index)
{
    return index == kNone ? Value() : Value(s.id(kind, index));
}

template <typename T>
SearchField<T> created()
{
    return {"created", FieldType::Number, [](const State&, const T& row) { return numbers(row.created); }};
}

template <typename T>
SearchField<T> currency()
{
    return {"currency", FieldType::Token, [](const State&, const T& row) { return texts(row.currency); }};
}

template <typename T>
SearchField<T> customer()
{
    return {"customer", FieldType::Token, [](const State& s, const T& row) { return reference(s, Kind::Customer, row.customer); }};
}

template <typename T>
SearchField<T> amount()
{
    return {"amount", FieldType::Number, [](const State&, const T& row) { return numbers(row.amount); }};
}

template <typename T>
SearchField<T> active()
{
    return {"active", FieldType::Boolean, [](const State&, const T& row) { return truth(row.active); }};
}

SearchField<Charge> card(const char* name, FieldType type, QByteArray (*of)(const State&, const PaymentMethod&))
{
    return {name, type, [of](const State& s, const Charge& row) { return row.method == kNone ? Value() : texts(of(s, s.methods[row.method])); }};
}

} // namespace search_fields

const QList<SearchField<Customer>>& searchFields(const Customer*)
{
    using namespace search_fields;
    static const QList<SearchField<Customer>> kFields{
        created<Customer>(),
        {"email", FieldType::Text, [](const State&, const Customer& row) { return texts(row.email); }},
        {"name", FieldType::Text, [](const State&, const Customer& row) { return texts(row.name); }},
        {"phone", FieldType::Text, [](const State&, const Customer& row) { return texts(row.phone); }}};
    return kFields;
}

const QList<SearchField<Subscription>>& searchFields(const Subscription*)
{
    using namespace search_fields;
    static const QList<SearchField<Subscription>> kFields{
        {"canceled_at", FieldType::Number, [](const State&, const Subscription& row) { return row.canceledAt ? numbers(row.canceledAt) : Value(); }},
        created<Subscription>(),
        {"status", FieldType::Token, [](const State&, const Subscription& row) { return texts(word(row.status)); }}};
    return kFields;
}

const QList<SearchField<Invoice>>& searchFields(const Invoice*)
{
    using namespace search_fields;
    static const auto kNothing = [](const State&, const Invoice&) { return Value(); };
    static const QList<SearchField<Invoice>> kFields{
        created<Invoice>(), currency<Invoice>(), customer<Invoice>(),
        {"last_finalization_error_code", FieldType::Token, kNothing},
        {"last_finalization_error_type", FieldType::Token, kNothing},
        {"number", FieldType::Text, [](const State& s, const Invoice& row) { return row.sequence ? texts(Renderer(s).invoiceNumber(row)) : Value(); }},
        {"receipt_number", FieldType::Text, kNothing},
        {"status", FieldType::Token, [](const State&, const Invoice& row) { return texts(word(row.status)); }},
        {"subscription", FieldType::Token, [](const State& s, const Invoice& row) { return reference(s, Kind::Subscription, row.subscription); }},
        {"total", FieldType::Number, [](const State&, const Invoice& row) { return numbers(row.total); }}};
    return kFields;
}

const QList<SearchField<Price>>& searchFields(const Price*)
{
    using namespace search_fields;
    static const QList<SearchField<Price>> kFields{
        active<Price>(), currency<Price>(),
        {"lookup_key", FieldType::Text, [](const State&, const Price& row) { return texts(row.lookupKey); }},
        {"product", FieldType::Text, [](const State& s, const Price& row) { return reference(s, Kind::Product, row.product); }},
        {"type", FieldType::Token, [](const State&, const Price& row) { return texts(row.recurring ? "recurring" : "one_time"); }}};
    return kFields;
}

const QList<SearchField<Product>>& searchFields(const Product*)
{
    using namespace search_fields;
    static const QList<SearchField<Product>> kFields{
        active<Product>(),
        {"description", FieldType::Text, [](const State&, const Product& row) { return texts(row.description); }},
        {"name", FieldType::Text, [](const State&, const Product& row) { return texts(row.name); }},
        {"shippable", FieldType::Boolean, [](const State&, const Product& row) { return texts(row.extras.value("shippable")); }},
        {"url", FieldType::Text, [](const State&, const Product& row) { return texts(row.url); }}};
    return kFields;
}

const QList<SearchField<Charge>>& searchFields(const Charge*)
{
    using namespace search_fields;
    static const QList<SearchField<Charge>> kFields{
        amount<Charge>(),
        {"billing_details.address.postal_code", FieldType::Token, [](const State&, const Charge&) { return Value(); }},
        created<Charge>(), currency<Charge>(), customer<Charge>(),
        {"disputed", FieldType::Boolean, [](const State&, const Charge&) { return truth(false); }},
        card("payment_method_details.card.brand", FieldType::Token, [](const State&, const PaymentMethod& of) { return of.brand; }),
        card("payment_method_details.card.exp_month", FieldType::Number, [](const State&, const PaymentMethod&) { return QByteArray("8"); }),
        card("payment_method_details.card.exp_year", FieldType::Number, [](const State&, const PaymentMethod&) { return QByteArray("2031"); }),
        card("payment_method_details.card.fingerprint", FieldType::Token,
             [](const State& s, const PaymentMethod& of) { return s.ids.filler(of.last4.toULongLong(), 16); }),
        card("payment_method_details.card.last4", FieldType::Token, [](const State&, const PaymentMethod& of) { return of.last4; }),
        {"refunded", FieldType::Boolean, [](const State&, const Charge& row) { return truth(row.amount > 0 && row.refunded == row.amount); }},
        {"status", FieldType::Token, [](const State&, const Charge& row) { return texts(row.paid ? "succeeded" : "failed"); }}};
    return kFields;
}

const QList<SearchField<PaymentIntent>>& searchFields(const PaymentIntent*)
{
    using namespace search_fields;
    static const QList<SearchField<PaymentIntent>> kFields{
        amount<PaymentIntent>(), created<PaymentIntent>(), currency<PaymentIntent>(), customer<PaymentIntent>(),
        {"status", FieldType::Token, [](const State&, const PaymentIntent& row) { return texts(word(row.status)); }}};
    return kFields;
}

} // namespace ch::sandbox
