// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

namespace payment_detail {

/// The least that can be charged (docs.stripe.com/currencies, minimum charge amounts), where Stripe lists it.
struct Least {
    const char* currency;
    qint64 amount;
    const char* text;
};
constexpr Least kLeast[] = {
    {"usd", 50, "$0.50"}, {"aed", 200, "2.00"}, {"aud", 50, "$0.50"}, {"bgn", 100, "1.00"}, {"brl", 50, "R$0.50"}, {"cad", 50, "$0.50"},
    {"chf", 50, "0.50"}, {"czk", 1500, "15.00"}, {"dkk", 250, "2.50"}, {"eur", 50, "\u20ac0.50"}, {"gbp", 30, "\u00a30.30"},
    {"hkd", 400, "$4.00"}, {"huf", 17500, "175.00"}, {"inr", 50, "0.50"}, {"jpy", 50, "\u00a550"}, {"mxn", 1000, "$10.00"}, {"myr", 200, "2.00"},
    {"nok", 300, "3.00"}, {"nzd", 50, "$0.50"}, {"pln", 200, "2.00"}, {"ron", 200, "2.00"}, {"sek", 300, "3.00"}, {"sgd", 50, "$0.50"},
    {"thb", 1000, "10.00"}};

std::optional<Fault> tooSmall(qint64 amount, const QByteArray& currency)
{
    for (const Least& least : kLeast) {
        if (currency == least.currency && amount < least.amount)
            return invalid(QByteArray("Amount must be at least ") + least.text + ' ' + currency, "amount", "amount_too_small");
    }
    return std::nullopt;
}

} // namespace payment_detail

Answer Calls::listIntents(const Call& call)
{
    const QByteArray id = call.params.text("customer");
    Index customer = kNone;
    if (!id.isEmpty()) {
        const auto found = named(id, Kind::Customer, "customer");
        if (!found)
            return tl::unexpected(found.error());
        customer = *found;
    }
    const auto keep = [&](const PaymentIntent& row) {
        return (customer == kNone ? !s.onTestClock(row.customer) : row.customer == customer) && inRange(call.params, "created", row.created);
    };
    return customer == kNone ? list(call, Kind::PaymentIntent, s.intents, s.intents.order(), keep)
                             : list(call, Kind::PaymentIntent, s.intents, list_detail::byTime(s.intents, s.intentsOf(customer)), keep);
}

Answer Calls::createIntent(const Call& call)
{
    const Node& params = call.params;
    PaymentIntent made;
    made.created = s.now;
    if (const QByteArray id = params.text("customer"); !id.isEmpty()) {
        const auto customer = liveCustomer(id, "customer");
        if (!customer)
            return tl::unexpected(customer.error());
        made.customer = *customer;
        made.created = s.timeOf(*customer);
    }
    made.amount = params.number("amount");
    made.currency = params.text("currency").toLower();
    if (const auto fault = payment_detail::tooSmall(made.amount, made.currency))
        return tl::unexpected(*fault);
    made.description = params.text("description");
    made.receiptEmail = params.text("receipt_email");
    made.manualCapture = params.text("capture_method") == "manual";
    writeMetadata(params, &made.metadata);
    if (const QByteArray token = params.text("payment_method"); !token.isEmpty()) {
        const auto method = makeMethod(token, "payment_method");
        if (!method)
            return tl::unexpected(method.error());
        made.method = *method;
        made.status = PiStatus::NeedsConfirmation;
    }
    PaymentIntent& row = s.addIntent(std::move(made));
    m_log.record("payment_intent.created", s.now, row);
    return params.boolean("confirm") ? confirm(row, call) : show(call, Kind::PaymentIntent, row.self);
}

Answer Calls::getIntent(const Call& call)
{
    const auto index = target(call, Kind::PaymentIntent);
    return index ? show(call, Kind::PaymentIntent, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateIntent(const Call& call)
{
    const auto index = target(call, Kind::PaymentIntent);
    if (!index)
        return tl::unexpected(index.error());
    PaymentIntent& row = s.intents.edit(*index);
    const Node& params = call.params;
    if (row.status == PiStatus::Succeeded || row.status == PiStatus::Canceled) {
        if (params.has("amount") || params.has("currency") || params.has("payment_method"))
            return tl::unexpected(invalid(QByteArray("This PaymentIntent's amount could not be updated because it has a status of ") + word(row.status)
                                              + ". You may only update the amount of a PaymentIntent with one of the following statuses: "
                                                "requires_payment_method, requires_confirmation, requires_action.",
                                          "amount", "payment_intent_unexpected_state"));
    }
    const QByteArray currency = params.has("currency") ? params.text("currency").toLower() : row.currency;
    if (params.has("amount") || params.has("currency")) {
        if (const auto fault = payment_detail::tooSmall(params.number("amount", row.amount), currency))
            return tl::unexpected(*fault);
    }
    if (const QByteArray id = params.text("customer"); !id.isEmpty()) {
        const auto customer = liveCustomer(id, "customer");
        if (!customer)
            return tl::unexpected(customer.error());
        s.attach(row, *customer);
    }
    row.amount = params.number("amount", row.amount);
    row.currency = currency;
    writeText(params, "description", &row.description);
    writeText(params, "receipt_email", &row.receiptEmail);
    writeMetadata(params, &row.metadata);
    if (const QByteArray token = params.text("payment_method"); !token.isEmpty()) {
        const auto method = makeMethod(token, "payment_method");
        if (!method)
            return tl::unexpected(method.error());
        row.method = *method;
        row.status = PiStatus::NeedsConfirmation;
    }
    return show(call, Kind::PaymentIntent, *index); // Stripe has no payment_intent.updated
}

Answer Calls::confirm(PaymentIntent& row, const Call& call)
{
    if (row.method == kNone)
        return tl::unexpected(invalid("You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent "
                                      "with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
                                      {}, "payment_intent_unexpected_state"));
    if (call.params.has("return_url"))
        row.returnUrl = call.params.text("return_url");
    const Index method = row.method, intent = row.self;
    if (m_billing.take(intent, method, s.timeOf(row.customer)) == Billing::Attempt::Declined)
        return tl::unexpected(declined(method, intent));
    return show(call, Kind::PaymentIntent, intent);
}

Answer Calls::confirmIntent(const Call& call)
{
    const auto index = target(call, Kind::PaymentIntent);
    if (!index)
        return tl::unexpected(index.error());
    PaymentIntent& row = s.intents.edit(*index);
    if (row.status == PiStatus::Succeeded || row.status == PiStatus::Canceled || row.status == PiStatus::NeedsCapture)
        return tl::unexpected(invalid(QByteArray("You cannot confirm this PaymentIntent because it has already ")
                                          + (row.status == PiStatus::Canceled ? "been canceled." : "succeeded after being previously confirmed."),
                                      {}, "payment_intent_unexpected_state"));
    if (const QByteArray token = call.params.text("payment_method"); !token.isEmpty()) {
        const auto method = makeMethod(token, "payment_method");
        if (!method)
            return tl::unexpected(method.error());
        row.method = *method;
    }
    return confirm(row, call);
}

Answer Calls::cancelIntent(const Call& call)
{
    const auto index = target(call, Kind::PaymentIntent);
    if (!index)
        return tl::unexpected(index.error());
    PaymentIntent& row = s.intents.edit(*index);
    if (row.status == PiStatus::Succeeded || row.status == PiStatus::Canceled)
        return tl::unexpected(invalid(QByteArray("You cannot cancel this PaymentIntent because it has a status of ") + word(row.status)
                                          + ". Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, "
                                            "requires_capture, requires_reauthorization, requires_confirmation, requires_action, processing.",
                                      {}, "payment_intent_unexpected_state"));
    if (row.invoice != kNone)
        return tl::unexpected(invalid("You cannot cancel this PaymentIntent because it was created by an invoice. Void the invoice instead.", {},
                                      "payment_intent_unexpected_state"));
    row.status = PiStatus::Canceled;
    row.canceledAt = s.timeOf(row.customer);
    row.cancellationReason = call.params.text("cancellation_reason");
    m_log.record("payment_intent.canceled", s.now, row);
    return show(call, Kind::PaymentIntent, *index);
}

Answer Calls::listMethods(const Call& call)
{
    const QByteArray id = call.params.text("customer"), type = call.params.text("type");
    Index customer = kNone;
    if (!id.isEmpty()) {
        const auto found = named(id, Kind::Customer, "customer");
        if (!found)
            return tl::unexpected(found.error());
        customer = *found;
    }
    const auto keep = [&](const PaymentMethod& row) {
        return row.customer != kNone && (customer == kNone ? !s.onTestClock(row.customer) : row.customer == customer)
            && (type.isEmpty() || type == "card");
    };
    return customer == kNone ? list(call, Kind::PaymentMethod, s.methods, s.methods.order(), keep)
                             : list(call, Kind::PaymentMethod, s.methods, s.methodsOf(customer), keep);
}

Answer Calls::listMethodsOfCustomer(const Call& call)
{
    const auto index = target(call, Kind::Customer);
    if (!index)
        return tl::unexpected(index.error());
    const QByteArray type = call.params.text("type");
    const std::vector<Index> rows = s.methodsOf(*index);
    return list(call, Kind::PaymentMethod, s.methods, rows, [&](const PaymentMethod&) { return type.isEmpty() || type == "card"; });
}

Answer Calls::getMethod(const Call& call)
{
    const auto index = target(call, Kind::PaymentMethod);
    return index ? show(call, Kind::PaymentMethod, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::attachMethod(const Call& call)
{
    const auto customer = liveCustomer(call.params.text("customer"), "customer");
    if (!customer || call.otherMode)
        return tl::unexpected(customer ? missingObject("customer", call.params.text("customer"), "customer", 400) : customer.error());
    const auto index = call.id.startsWith("pm_card_") ? attachable(call.id, "payment_method") : target(call, Kind::PaymentMethod);
    if (!index)
        return tl::unexpected(index.error());
    PaymentMethod& row = s.methods.edit(*index);
    if (row.customer != kNone && row.customer != *customer)
        return tl::unexpected(invalid("The payment method you provided has already been attached to a customer.", {}, "payment_method_unexpected_state"));
    s.attach(row, *customer);
    m_log.record("payment_method.attached", s.now, row);
    return show(call, Kind::PaymentMethod, *index);
}

Answer Calls::detachMethod(const Call& call)
{
    const auto index = target(call, Kind::PaymentMethod);
    if (!index)
        return tl::unexpected(index.error());
    PaymentMethod& row = s.methods.edit(*index);
    if (row.customer == kNone)
        return tl::unexpected(invalid("The payment method you provided is not attached to a customer so detachment is impossible.", {}, "payment_method_unexpected_state"));
    Customer& customer = s.customers.edit(row.customer);
    if (customer.defaultMethod == *index)
        customer.defaultMethod = kNone;
    for (const Index subscription : s.subscriptionsOf(row.customer)) {
        if (s.subscriptions[subscription].defaultMethod == *index)
            s.subscriptions.edit(subscription).defaultMethod = kNone;
    }
    row.customer = kNone;
    m_log.record("payment_method.detached", s.now, row);
    return show(call, Kind::PaymentMethod, *index);
}

} // namespace ch::sandbox
