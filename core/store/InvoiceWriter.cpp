// SPDX-License-Identifier: GPL-3.0-or-later
// Invoices with their lines, and payment intents, in MirrorWriter.
#include "store/TypedRows.h"
#include "store/WriterPrivate.h"

namespace ch::store {

void MirrorWriter::writeInvoice(const stripe::Received<stripe::Invoice>& received)
{
    const stripe::Invoice& invoice = received.object;
    const bool isErased = isCustomerDeleted(invoice.customerId);
    const QByteArray json = isErased ? writing::scrubbed(received.json) : received.json;
    const Known known = look("invoices", invoice.id, json, true);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const writing::RowSql sql = writing::rowSql("invoices", {"customer_id", "subscription_id", "created"},
                                                       {"number", "status", "currency", "total", "amount_paid", "amount_remaining", "billing_reason", "due_date", "paid_at",
                                                        "given_up_at", "hidden", "search"});
    writeRow(sql, invoice.id, known, [&](Query& indexed, Query& others) {
        indexed.bind(invoice.customerId).bind(invoice.subscriptionId).bind(invoice.created);
        others.bind(invoice.number)
            .bind(invoice.status)
            .bind(invoice.currency)
            .bind(invoice.total)
            .bind(invoice.amountPaid)
            .bind(invoice.amountRemaining)
            .bind(invoice.billingReason)
            .bind(invoice.dueDate)
            .bind(invoice.paidAt)
            .bind(givenUpAt(invoice))
            .bind(hiddenLike(invoice.customerId))
            .bind(writing::searchText({invoice.id, invoice.number, invoice.subscriptionId}, {}));
    });
    touchLedger(invoice.customerId);
    const bool isNew = known.fate == Fate::Insert;
    writeLines(isNew ? m_db.lastRowId() : known.n, invoice, isErased, isNew);
    writeDiscounts(invoice.discounts, invoice.customerId, {}, {});
    if (isErased) {
        eraseEventsOf(invoice.id);
    }
}

void MirrorWriter::writeLines(qint64 n, const stripe::Invoice& invoice, bool isErased, bool isNew)
{
    static const writing::PlacedSql sql = writing::placedSql(
        "invoice_lines", "invoice_n", {"id", "amount", "discount_amount", "tax_amount", "description", "period_start", "period_end", "price_id", "product_id",
                                                  "unit_amount_decimal", "quantity", "subscription_id", "subscription_item_id", "proration", "discount_ids", "inclusive_tax"});
    Query write(m_db, isNew ? sql.insert : sql.replace);
    int place = 0;
    for (const stripe::InvoiceLine& line : invoice.lines) {
        write.bind(n)
            .bind(place++)
            .bind(line.id)
            .bind(line.amount)
            .bind(line.discountAmount)
            .bind(line.taxAmount)
            .bind(isErased ? QString() : line.description)
            .bind(line.periodStart)
            .bind(line.periodEnd)
            .bind(line.priceId)
            .bind(line.productId)
            .bind(line.unitAmountDecimal)
            .bind(line.quantity)
            .bind(line.subscriptionId)
            .bind(line.subscriptionItemId)
            .bind(!line.proration ? 0 : line.credit ? 2 : 1)
            .bind(line.discountIds.join(QLatin1Char(' ')))
            .bind(line.inclusiveTaxAmount)
            .run();
    }
    if (!isNew) {
        Query(m_db, sql.dropRest).bind(n).bind(place).run();
    }
}

void MirrorWriter::writePaymentIntent(const stripe::Received<stripe::PaymentIntent>& received)
{
    const stripe::PaymentIntent& intent = received.object;
    const bool isErased = isCustomerDeleted(intent.customerId);
    const QByteArray json = isErased ? writing::scrubbed(received.json) : received.json;
    const Known known = look("payment_intents", intent.id, json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql =
        writing::upsert("payment_intents", {"customer_id", "status", "currency", "amount", "created", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(intent.id)
        .bind(intent.customerId)
        .bind(intent.status)
        .bind(intent.currency)
        .bind(intent.amount)
        .bind(intent.created)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(known.packed)
        .run();
    if (isErased) {
        eraseEventsOf(intent.id);
    }
}

} // namespace ch::store
