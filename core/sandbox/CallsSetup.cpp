// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

Answer Calls::listSetups(const Call& call)
{
    const auto customer = maybe(call, "customer", Kind::Customer);
    const auto method = maybe(call, "payment_method", Kind::PaymentMethod);
    if (!customer || !method)
        return tl::unexpected(customer ? method.error() : customer.error());
    static const std::vector<Index> kNobody;
    const auto own = s.setupsOf.constFind(*customer);
    const Candidates rows = *customer == kNone ? s.setups.order() : Candidates(own == s.setupsOf.constEnd() ? kNobody : *own);
    return list(call, Kind::SetupIntent, s.setups, rows, [&](const SetupIntent& row) {
        return (*customer != kNone || !s.onTestClock(row.customer)) && (*method == kNone || row.method == *method) && inRange(call.params, "created", row.created);
    });
}

std::optional<Fault> Calls::writeSetup(const Node& params, SetupIntent* row)
{
    if (const QByteArray id = params.text("customer"); !id.isEmpty()) {
        const auto customer = liveCustomer(id, "customer");
        if (!customer)
            return customer.error();
        row->customer = *customer;
    }
    if (params.has("allowed_payment_method_types")) {
        row->cardOnly = !params.unsets("allowed_payment_method_types");
        if (const auto fault = onlyCards(params))
            return fault;
    }
    writeText(params, "description", &row->description);
    writeMetadata(params, &row->metadata);
    if (const QByteArray token = params.text("payment_method"); !token.isEmpty()) {
        const auto method = makeMethod(token, "payment_method");
        if (!method)
            return method.error();
        if (const Index owner = s.methods[*method].customer; owner != kNone && owner != row->customer)
            return invalid("The payment method you provided belongs to another customer. You can only use it with that customer.", "payment_method");
        row->method = *method;
        row->status = SetupStatus::NeedsConfirmation;
    }
    return std::nullopt;
}

std::optional<Fault> Calls::onlyCards(const Node& params) const
{
    for (const QByteArray& type : params.texts("allowed_payment_method_types")) {
        if (type != "card")
            return invalid("The simulated account knows cards only, not the payment method type '" + type + "'. Stripe does.", "allowed_payment_method_types",
                           "sandbox_unsupported");
    }
    return std::nullopt;
}

Answer Calls::createSetup(const Call& call)
{
    const Node& params = call.params;
    SetupIntent made;
    made.created = s.now;
    if (const auto fault = writeSetup(params, &made))
        return tl::unexpected(*fault);
    if (made.customer != kNone)
        made.created = s.timeOf(made.customer);
    if (params.has("usage"))
        made.usage = params.text("usage");
    if (params.has("return_url") && !params.boolean("confirm"))
        return tl::unexpected(invalid("You can only pass `return_url` when `confirm` is set to `true`.", "return_url"));
    const Index index = m_billing.openSetup(std::move(made));
    return params.boolean("confirm") ? confirm(index, call) : show(call, Kind::SetupIntent, index);
}

Answer Calls::getSetup(const Call& call)
{
    const auto index = target(call, Kind::SetupIntent);
    return index ? show(call, Kind::SetupIntent, *index) : Answer(tl::unexpected(index.error()));
}

tl::expected<Index, Fault> Calls::openSetup(const Call& call, const char* verb) const
{
    const auto index = target(call, Kind::SetupIntent);
    if (!index)
        return index;
    const SetupStatus status = s.setups[*index].status;
    if (status == SetupStatus::Succeeded || status == SetupStatus::Canceled)
        return tl::unexpected(invalid(QByteArray("You cannot ") + verb + " this SetupIntent because it has already "
                                          + (status == SetupStatus::Canceled ? "been canceled." : "succeeded."),
                                      {}, "setup_intent_unexpected_state"));
    return index;
}

Answer Calls::updateSetup(const Call& call)
{
    const auto index = target(call, Kind::SetupIntent);
    if (!index)
        return tl::unexpected(index.error());
    const bool moves = call.params.has("customer") || call.params.has("payment_method");
    if (const auto open = openSetup(call, "update"); moves && !open)
        return tl::unexpected(open.error());
    SetupIntent wanted = s.setups[*index];
    if (const auto fault = writeSetup(call.params, &wanted))
        return tl::unexpected(*fault);
    if (wanted.customer != s.setups[*index].customer)
        s.setupsOf[wanted.customer].push_back(*index);
    s.setups.edit(*index) = wanted; // Stripe has no setup_intent.updated
    return show(call, Kind::SetupIntent, *index);
}

Answer Calls::confirm(Index setup, const Call& call)
{
    if (call.params.has("return_url"))
        s.setups.edit(setup).returnUrl = call.params.text("return_url");
    const Index method = s.setups[setup].method;
    if (method == kNone)
        return tl::unexpected(invalid("You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method "
                                      "and then confirm it again.", {}, "setup_intent_unexpected_state"));
    if (m_billing.confirmSetup(setup, method, s.timeOf(s.setups[setup].customer)) == Billing::Attempt::Declined)
        return tl::unexpected(declined(method, kNone, setup));
    return show(call, Kind::SetupIntent, setup);
}

Answer Calls::confirmSetup(const Call& call)
{
    const auto index = openSetup(call, "confirm");
    if (!index)
        return tl::unexpected(index.error());
    SetupIntent wanted = s.setups[*index];
    if (const auto fault = writeSetup(call.params, &wanted))
        return tl::unexpected(*fault);
    s.setups.edit(*index) = wanted;
    return confirm(*index, call);
}

Answer Calls::cancelSetup(const Call& call)
{
    const auto index = target(call, Kind::SetupIntent);
    if (!index)
        return tl::unexpected(index.error());
    const SetupIntent& row = s.setups[*index];
    if (row.session != kNone)
        return tl::unexpected(invalid("You cannot cancel this SetupIntent because it was created by a Checkout Session. Expire the Checkout Session instead.", {},
                                      "setup_intent_unexpected_state"));
    if (row.status == SetupStatus::Succeeded || row.status == SetupStatus::Canceled)
        return tl::unexpected(invalid(QByteArray("You cannot cancel this SetupIntent because it has a status of ") + word(row.status)
                                          + ". Only a SetupIntent with one of the following statuses may be canceled: requires_payment_method, "
                                            "requires_confirmation, requires_action.",
                                      {}, "setup_intent_unexpected_state"));
    m_billing.cancelSetup(*index, call.params.text("cancellation_reason"), s.timeOf(row.customer));
    return show(call, Kind::SetupIntent, *index);
}

Answer Calls::captureIntent(const Call& call)
{
    const auto index = target(call, Kind::PaymentIntent);
    if (!index)
        return tl::unexpected(index.error());
    const PaymentIntent& row = s.intents[*index];
    if (row.status != PiStatus::NeedsCapture)
        return tl::unexpected(invalid(QByteArray("This PaymentIntent could not be captured because it has a status of ") + word(row.status)
                                          + ". Only a PaymentIntent with one of the following statuses may be captured: requires_capture.",
                                      {}, "payment_intent_unexpected_state"));
    const qint64 amount = call.params.number("amount_to_capture", row.amount);
    if (amount > row.amount)
        return tl::unexpected(invalid("The amount to capture must be less than or equal to the amount that can be captured ("
                                          + QByteArray::number(row.amount) + ").", "amount_to_capture"));
    if (call.params.has("metadata"))
        writeMetadata(call.params, &s.intents.edit(*index).metadata);
    m_billing.capture(*index, amount, s.timeOf(row.customer));
    return show(call, Kind::PaymentIntent, *index);
}

} // namespace ch::sandbox
