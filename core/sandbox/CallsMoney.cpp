// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

tl::expected<Index, Fault> Calls::maybe(const Call& call, const char* param, Kind kind) const
{
    const QByteArray id = call.params.text(param);
    return id.isEmpty() ? tl::expected<Index, Fault>(kNone) : named(id, kind, param);
}

Answer Calls::listCharges(const Call& call)
{
    const auto customer = maybe(call, "customer", Kind::Customer);
    const auto intent = maybe(call, "payment_intent", Kind::PaymentIntent);
    if (!customer || !intent)
        return tl::unexpected(customer ? intent.error() : customer.error());
    const auto keep = [&](const Charge& row) {
        if (*customer == kNone && *intent == kNone && s.onTestClock(row.customer))
            return false;
        return (*customer == kNone || row.customer == *customer) && (*intent == kNone || row.intent == *intent)
            && inRange(call.params, "created", row.created);
    };
    if (*customer == kNone && *intent == kNone)
        return list(call, Kind::Charge, s.charges, s.charges.order(), keep);
    const std::vector<Index>& own = *intent != kNone ? s.intents[*intent].charges : s.chargesOf(*customer);
    return list(call, Kind::Charge, s.charges, list_detail::byTime(s.charges, own), keep);
}

Answer Calls::getCharge(const Call& call)
{
    const auto index = target(call, Kind::Charge);
    return index ? show(call, Kind::Charge, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateCharge(const Call& call)
{
    const auto index = target(call, Kind::Charge);
    if (!index)
        return tl::unexpected(index.error());
    Charge& row = s.charges.edit(*index);
    Change<Charge> change(m_log, "charge.updated", s.now, row);
    writeText(call.params, "description", &row.description);
    writeMetadata(call.params, &row.metadata);
    return show(call, Kind::Charge, *index);
}

Answer Calls::listRefunds(const Call& call)
{
    const auto charge = maybe(call, "charge", Kind::Charge);
    const auto intent = maybe(call, "payment_intent", Kind::PaymentIntent);
    if (!charge || !intent)
        return tl::unexpected(charge ? intent.error() : charge.error());
    return list(call, Kind::Refund, s.refunds, s.refunds.order(), [&](const Refund& row) {
        if (*charge == kNone && *intent == kNone && s.onTestClock(row.customer))
            return false;
        return (*charge == kNone || row.charge == *charge) && (*intent == kNone || row.intent == *intent) && inRange(call.params, "created", row.created);
    });
}

/// The charge that the parameters of a refund mean.
tl::expected<Index, Fault> Calls::refundable(const Node& params) const
{
    if (params.has("charge") == params.has("payment_intent"))
        return tl::unexpected(invalid("One of the following params should be provided for this request: payment_intent or charge.", {}, "parameter_missing"));
    if (params.has("charge")) {
        const auto charge = named(params.text("charge"), Kind::Charge, "charge");
        if (charge && !s.charges[*charge].paid)
            return tl::unexpected(invalid("Charge " + params.text("charge") + " has not been paid, so it cannot be refunded.", "charge"));
        return charge;
    }
    const auto intent = named(params.text("payment_intent"), Kind::PaymentIntent, "payment_intent");
    if (!intent)
        return intent;
    const Index charge = s.intents[*intent].charge;
    if (charge == kNone || !s.charges[charge].paid)
        return tl::unexpected(invalid("This PaymentIntent (" + params.text("payment_intent") + ") does not have a successful charge to refund.", "payment_intent"));
    return charge;
}

Answer Calls::createRefund(const Call& call)
{
    const auto index = refundable(call.params);
    if (!index)
        return tl::unexpected(index.error());
    Charge& row = s.charges.edit(*index);
    const QByteArray id = s.id(Kind::Charge, *index);
    if (!row.captured)
        return tl::unexpected(invalid("The sandbox cannot release an authorization by a refund: cancel the payment intent.", {}, "sandbox_unsupported"));
    const qint64 left = row.taken - row.refunded;
    if (left == 0)
        return tl::unexpected(invalid("Charge " + id + " has already been refunded.", {}, "charge_already_refunded"));
    const qint64 amount = call.params.number("amount", left);
    if (amount > left)
        return tl::unexpected(invalid("Refund amount (" + QByteArray::number(amount) + ") is greater than unrefunded amount on charge ("
                                          + QByteArray::number(left) + ", in the smallest unit of " + row.currency + ')', "amount"));
    Metadata metadata;
    writeMetadata(call.params, &metadata);
    return show(call, Kind::Refund, m_billing.refund(row, amount, call.params.text("reason"), metadata, s.timeOf(row.customer)).self);
}

Answer Calls::getRefund(const Call& call)
{
    const auto index = target(call, Kind::Refund);
    return index ? show(call, Kind::Refund, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateRefund(const Call& call)
{
    const auto index = target(call, Kind::Refund);
    if (!index)
        return tl::unexpected(index.error());
    Refund& row = s.refunds.edit(*index);
    Change<Refund> change(m_log, "refund.updated", s.now, row);
    writeMetadata(call.params, &row.metadata);
    return show(call, Kind::Refund, *index);
}

Answer Calls::listBalanceEntries(const Call& call)
{
    const QByteArray source = call.params.text("source"), type = call.params.text("type"), currency = call.params.text("currency").toLower();
    const Index charge = s.find(Kind::Charge, source), refund = s.find(Kind::Refund, source);
    if (!source.isEmpty() && charge == kNone && refund == kNone)
        return tl::unexpected(missingObject("source", source, "source", 400));
    const auto keep = [&](const BalanceEntry& row) {
        if (source.isEmpty() ? s.onTestClock(row.customer) : refund != kNone ? row.refund != refund : row.charge != charge || row.refund != kNone)
            return false;
        return (type.isEmpty() || type == (row.refund != kNone ? "refund" : "charge")) && (currency.isEmpty() || currency == kAccountCurrency)
            && inRange(call.params, "created", row.created);
    };
    if (source.isEmpty())
        return list(call, Kind::BalanceEntry, s.entries, s.entries.order(), keep);
    const Index entry = refund != kNone ? s.refunds[refund].entry : s.charges[charge].entry;
    return list(call, Kind::BalanceEntry, s.entries, entry == kNone ? std::vector<Index>{} : std::vector<Index>{entry}, keep);
}

Answer Calls::getBalanceEntry(const Call& call)
{
    const auto index = target(call, Kind::BalanceEntry);
    return index ? show(call, Kind::BalanceEntry, *index) : Answer(tl::unexpected(index.error()));
}

} // namespace ch::sandbox
