// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

Answer Calls::listCredits(const Call& call)
{
    const auto customer = maybe(call, "customer", Kind::Customer);
    const auto invoice = maybe(call, "invoice", Kind::Invoice);
    if (!customer || !invoice)
        return tl::unexpected(customer ? invoice.error() : customer.error());
    return list(call, Kind::CreditNote, s.creditNotes, s.creditNotes.order(), [&](const CreditNote& row) {
        if (*customer == kNone && *invoice == kNone && s.onTestClock(row.customer))
            return false;
        return (*customer == kNone || row.customer == *customer) && (*invoice == kNone || row.invoice == *invoice)
            && inRange(call.params, "created", row.created);
    });
}

/// What is wrong with a credit note of these amounts on this invoice.
std::optional<Fault> Calls::fits(const Node& params, const Invoice& invoice) const
{
    const qint64 amount = params.number("amount"), toBalance = params.number("credit_amount"), toRefund = params.number("refund_amount");
    const qint64 ways = toBalance + toRefund + params.number("out_of_band_amount");
    if (!params.has("amount"))
        return invalid("You must provide one of `amount`, `lines`, or `shipping_cost`.", "amount", "parameter_missing");
    if (invoice.status != InvoiceStatus::Open && invoice.status != InvoiceStatus::Paid)
        return invalid(QByteArray("You can only create credit notes for invoices that are open or paid, and this one is ") + word(invoice.status) + '.', "invoice");
    const bool paid = invoice.status == InvoiceStatus::Paid;
    const qint64 left = paid ? invoice.amountPaid - invoice.creditedAfter : invoice.amountDue - invoice.creditedBefore;
    if (amount > left)
        return invalid("The amount of the credit note (" + QByteArray::number(amount) + ") is more than what is left of the invoice ("
                           + QByteArray::number(left) + ").", "amount");
    if (!paid && ways > 0)
        return invalid("An open invoice has nothing to refund or to credit: do not pass `refund_amount`, `credit_amount` or `out_of_band_amount`.", "amount");
    if (paid && ways != amount)
        return invalid("The sum of `refund_amount`, `credit_amount` and `out_of_band_amount` (" + QByteArray::number(ways)
                           + ") must be the post-payment amount of the credit note (" + QByteArray::number(amount) + ").", "amount");
    if (toRefund > 0) {
        const Index charge = invoice.intent == kNone ? kNone : s.intents[invoice.intent].charge;
        if (charge == kNone || !s.charges[charge].paid || s.charges[charge].amount - s.charges[charge].refunded < toRefund)
            return invalid("The invoice was not charged for as much as is to be refunded.", "refund_amount");
    }
    return std::nullopt;
}

Answer Calls::createCredit(const Call& call)
{
    const Node& params = call.params;
    const auto index = named(params.text("invoice"), Kind::Invoice, "invoice");
    if (!index)
        return tl::unexpected(index.error());
    const Invoice& invoice = s.invoices[*index];
    if (const auto fault = fits(params, invoice))
        return tl::unexpected(*fault);
    CreditNote wish;
    wish.invoice = *index;
    wish.customer = invoice.customer;
    wish.currency = invoice.currency;
    wish.reason = params.text("reason");
    wish.memo = params.text("memo");
    writeMetadata(params, &wish.metadata);
    wish.amount = params.number("amount");
    wish.outOfBand = params.number("out_of_band_amount");
    wish.afterPayment = invoice.status == InvoiceStatus::Paid;
    wish.created = s.timeOf(invoice.customer);
    const CreditNote& row = m_billing.credit(wish, params.number("credit_amount"), params.number("refund_amount"), wish.created);
    return show(call, Kind::CreditNote, row.self);
}

Answer Calls::getCredit(const Call& call)
{
    const auto index = target(call, Kind::CreditNote);
    return index ? show(call, Kind::CreditNote, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateCredit(const Call& call)
{
    const auto index = target(call, Kind::CreditNote);
    if (!index)
        return tl::unexpected(index.error());
    CreditNote& row = s.creditNotes.edit(*index);
    Change<CreditNote> change(m_log, "credit_note.updated", s.now, row);
    writeText(call.params, "memo", &row.memo);
    writeMetadata(call.params, &row.metadata);
    return show(call, Kind::CreditNote, *index);
}

Answer Calls::voidCredit(const Call& call)
{
    const auto index = target(call, Kind::CreditNote);
    if (!index)
        return tl::unexpected(index.error());
    CreditNote& row = s.creditNotes.edit(*index);
    if (row.voidedAt != 0 || s.invoices[row.invoice].status != InvoiceStatus::Open)
        return tl::unexpected(invalid("You can only void a credit note that is issued on an open invoice.", {}, "status_transition_invalid"));
    m_billing.voidCredit(row, s.timeOf(row.customer));
    return show(call, Kind::CreditNote, *index);
}

Answer Calls::listCreditLines(const Call& call)
{
    const auto index = target(call, Kind::CreditNote);
    return index ? listRows(call, Kind::CreditLine, {*index}) : Answer(tl::unexpected(index.error()));
}

} // namespace ch::sandbox
