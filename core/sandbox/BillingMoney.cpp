// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Billing.h"

namespace ch::sandbox {

namespace money_detail {

constexpr qint64 kSettles = 2 * kDay;
constexpr qint64 kFixedFee = 30; // cents a charge, beside 2.9 %

/// Cents of the account's currency for one minor unit, as decimal text; made up, and the same for ever.
const char* rate(const QByteArray& currency)
{
    if (currency == kAccountCurrency)
        return nullptr;
    return currency == "eur" ? "1.08" : currency == "gbp" ? "1.27" : currency == "jpy" ? "0.67" : "1";
}

qint64 converted(qint64 amount, const char* rate)
{
    return rate ? scaledRound(amount, parseDecimal(rate).value_or(0), kScale) : amount;
}

} // namespace money_detail

void Billing::charge(PaymentIntent& intent, qint64 at, bool works)
{
    using namespace money_detail;
    Charge made;
    made.created = at;
    made.intent = intent.self;
    made.customer = intent.customer;
    made.method = intent.method;
    made.currency = intent.currency;
    made.description = intent.description;
    made.metadata = intent.metadata;
    made.amount = intent.amount;
    made.paid = works;
    made.captured = works && !intent.manualCapture;
    made.taken = made.captured ? made.amount : 0;
    if (!works)
        made.decline = intent.decline ? intent.decline : &kGenericDecline;
    Charge& row = s.addCharge(std::move(made));
    intent.charge = row.self;
    intent.charges.push_back(row.self);
    if (row.captured)
        settle(row, at);
    m_log.record(works ? "charge.succeeded" : "charge.failed", at, row);
}

void Billing::settle(Charge& row, qint64 at)
{
    using namespace money_detail;
    BalanceEntry entry;
    entry.created = at;
    entry.availableOn = at + kSettles;
    entry.charge = row.self;
    entry.customer = row.customer;
    entry.rate = rate(row.currency);
    entry.amount = converted(row.taken, entry.rate);
    entry.fee = scaledRound(entry.amount, 29, 1000) + kFixedFee;
    row.entry = s.entries.add(entry).self;
}

Refund& Billing::refund(Charge& charge, qint64 amount, const QByteArray& reason, const Metadata& metadata, qint64 at)
{
    using namespace money_detail;
    Refund made;
    made.created = at;
    made.charge = charge.self;
    made.intent = charge.intent;
    made.customer = charge.customer;
    made.currency = charge.currency;
    made.reason = reason;
    made.metadata = metadata;
    made.amount = amount;
    Refund& row = s.refunds.add(std::move(made));
    BalanceEntry entry;
    entry.created = at;
    entry.availableOn = at + kSettles;
    entry.charge = charge.self;
    entry.refund = row.self;
    entry.customer = row.customer;
    entry.rate = rate(row.currency);
    // So that refunds of parts come to what the whole was converted to.
    entry.amount = converted(charge.refunded, entry.rate) - converted(charge.refunded + amount, entry.rate);
    row.entry = s.entries.add(entry).self;
    {
        Change<Charge> change(m_log, "charge.refunded", at, charge);
        charge.refunded += amount;
        charge.refunds.push_back(row.self);
    }
    m_log.record("refund.created", at, row);
    return row;
}

CreditNote& Billing::credit(const CreditNote& wish, qint64 toBalance, qint64 toRefund, qint64 at)
{
    CreditNote& row = s.creditNotes.add(wish);
    Invoice& invoice = s.invoices.edit(row.invoice);
    row.created = at;
    row.number = ++invoice.creditNotes;
    if (toRefund > 0)
        row.refund = refund(s.charges.edit(s.intents[invoice.intent].charge), toRefund, {}, {}, at).self;
    CustomerEntry why;
    why.invoice = row.invoice;
    why.creditNote = row.self;
    why.type = EntryType::CreditNote;
    row.entry = moveBalance(row.customer, -toBalance, std::move(why), at);
    (row.afterPayment ? invoice.creditedAfter : invoice.creditedBefore) += row.amount;
    if (!row.afterPayment && invoice.intent != kNone)
        s.intents.edit(invoice.intent).amount -= row.amount;
    m_log.record("credit_note.created", at, row);
    if (invoice.status == InvoiceStatus::Open && invoice.creditedBefore == invoice.amountDue)
        pay(invoice, at);
    return row;
}

void Billing::voidCredit(CreditNote& row, qint64 at)
{
    Invoice& invoice = s.invoices.edit(row.invoice);
    invoice.creditedBefore -= row.amount;
    if (invoice.intent != kNone)
        s.intents.edit(invoice.intent).amount += row.amount;
    row.voidedAt = at;
    m_log.record("credit_note.voided", at, row);
}

} // namespace ch::sandbox
