// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger reads beside subscriptions and invoices, in MirrorWriter: schedules, charges, refunds, credit notes, payments of invoices, what
// moved the balance.
#include "store/WriterPrivate.h"

namespace ch::store {

void MirrorWriter::writeSchedule(const stripe::Received<stripe::SubscriptionSchedule>& received)
{
    const stripe::SubscriptionSchedule& schedule = received.object;
    const QByteArray json = isCustomerDeleted(schedule.customerId) ? writing::scrubbed(received.json) : received.json;
    const Known known = look("subscription_schedules", schedule.id, json, true);
    if (known.fate == Fate::Skip) {
        return;
    }
    touchLedger(schedule.customerId);
    const std::optional<qint64> ended = schedule.releasedAt ? schedule.releasedAt : schedule.canceledAt ? schedule.canceledAt : schedule.completedAt;
    static const std::string sql = writing::upsert(
        "subscription_schedules", {"customer_id", "subscription_id", "status", "end_behavior", "created", "ended_at", "hidden", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(schedule.id)
        .bind(schedule.customerId)
        .bind(schedule.subscriptionId)
        .bind(schedule.status)
        .bind(schedule.endBehavior)
        .bind(schedule.created)
        .bind(ended)
        .bind(schedule.testClock.isEmpty() ? 0 : writing::kHiddenTestClock)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(known.packed)
        .run();
    if (known.fate == Fate::Replace) {
        Query(m_db, "DELETE FROM schedule_items WHERE schedule_n = ?").bind(known.n).run();
    }
    writePhases(known.fate == Fate::Replace ? known.n : m_db.lastRowId(), schedule);
}

void MirrorWriter::writePhases(qint64 n, const stripe::SubscriptionSchedule& schedule)
{
    Query insert(m_db, "INSERT INTO schedule_items(schedule_n, phase, place, phase_start, phase_end, trial_end, price_id, quantity, coupon_ids, phase_coupon_ids) "
                       "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    int number = 0;
    for (const stripe::SchedulePhase& phase : schedule.phases) {
        int place = 0;
        for (const stripe::SchedulePhaseItem& item : phase.items) {
            insert.bind(n)
                .bind(number)
                .bind(place++)
                .bind(phase.start)
                .bind(phase.end)
                .bind(phase.trialEnd)
                .bind(item.priceId)
                .bind(item.quantity)
                .bind(item.couponIds.join(QLatin1Char(' ')))
                .bind(phase.couponIds.join(QLatin1Char(' ')))
                .run();
        }
        ++number;
    }
}

void MirrorWriter::writeCharge(const stripe::Received<stripe::Charge>& received)
{
    const stripe::Charge& charge = received.object;
    const bool isErased = isCustomerDeleted(charge.customerId);
    const QByteArray json = isErased ? writing::scrubbed(received.json) : received.json;
    const Known known = look("charges", charge.id, json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    touchLedger(charge.customerId);
    static const std::string sql = writing::upsert("charges", {"customer_id", "payment_intent_id", "payment_method_id", "balance_transaction_id", "status", "failure_code",
                                                            "method", "currency", "amount", "amount_captured", "amount_refunded", "paid", "disputed", "created", "received_ms", "run",
                                                            "digest", "raw"});
    Query(m_db, sql)
        .bind(charge.id)
        .bind(charge.customerId)
        .bind(charge.paymentIntentId)
        .bind(charge.paymentMethodId)
        .bind(charge.balanceTransactionId)
        .bind(charge.status)
        .bind(charge.failureCode)
        .bind(charge.methodType)
        .bind(charge.currency)
        .bind(charge.amount)
        .bind(charge.amountCaptured)
        .bind(charge.amountRefunded)
        .bind(charge.paid)
        .bind(charge.disputed)
        .bind(charge.created)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(known.packed)
        .run();
    if (isErased) {
        eraseEventsOf(charge.id);
        scrubTransactionsOf(charge.id);
        scrubRows("refunds", "charge_id = ?1", charge.id); // one of an older shape names no customer
    }
}

void MirrorWriter::writeRefund(const stripe::Received<stripe::Refund>& received)
{
    const stripe::Refund& refund = received.object;
    const bool isErased = isCustomerDeleted(refund.customerId) || isCustomerDeleted(ownerOfSource(refund.chargeId));
    const QByteArray json = isErased ? writing::scrubbed(received.json) : received.json;
    const Known known = look("refunds", refund.id, json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql = writing::upsert("refunds", {"customer_id", "charge_id", "payment_intent_id", "balance_transaction_id", "status", "failure_reason", "currency",
                                                            "amount", "created", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(refund.id)
        .bind(refund.customerId)
        .bind(refund.chargeId)
        .bind(refund.paymentIntentId)
        .bind(refund.balanceTransactionId)
        .bind(refund.status)
        .bind(refund.failureReason)
        .bind(refund.currency)
        .bind(refund.amount)
        .bind(refund.created)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(known.packed)
        .run();
    if (isErased) {
        eraseEventsOf(refund.id);
        scrubTransactionsOf(refund.id);
    }
}

void MirrorWriter::writeCreditNote(const stripe::Received<stripe::CreditNote>& received)
{
    const stripe::CreditNote& note = received.object;
    const QByteArray json = isCustomerDeleted(note.customerId) ? writing::scrubbed(received.json) : received.json;
    const Known known = look("credit_notes", note.id, json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql = writing::upsert(
        "credit_notes", {"customer_id", "invoice_id", "status", "type", "reason", "currency", "amount", "created", "voided_at", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(note.id)
        .bind(note.customerId)
        .bind(note.invoiceId)
        .bind(note.status)
        .bind(note.type)
        .bind(note.reason)
        .bind(note.currency)
        .bind(note.amount)
        .bind(note.created)
        .bind(note.voidedAt)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(known.packed)
        .run();
}

void MirrorWriter::writeInvoicePayment(const stripe::Received<stripe::InvoicePayment>& received)
{
    const stripe::InvoicePayment& payment = received.object; // ids, amounts and times: nothing in it is of a person
    const Known known = look("invoice_payments", payment.id, received.json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    Query owner(m_db, "SELECT customer_id FROM invoices WHERE id = ?");
    owner.bind(payment.invoiceId);
    if (owner.next()) {
        touchLedger(owner.text(0)); // else the invoice itself will
    }
    static const std::string sql = writing::upsert(
        "invoice_payments", {"invoice_id", "payment_intent_id", "charge_id", "status", "currency", "amount_paid", "created", "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(payment.id)
        .bind(payment.invoiceId)
        .bind(payment.paymentIntentId)
        .bind(payment.chargeId)
        .bind(payment.status)
        .bind(payment.currency)
        .bind(payment.amountPaid)
        .bind(payment.created)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(known.packed)
        .run();
}

void MirrorWriter::writeBalanceTransaction(const stripe::Received<stripe::BalanceTransaction>& received)
{
    const stripe::BalanceTransaction& transaction = received.object;
    const QByteArray json = isCustomerDeleted(ownerOfSource(transaction.sourceId)) ? writing::scrubbed(received.json) : received.json;
    const Known known = look("balance_transactions", transaction.id, json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    static const std::string sql = writing::upsert("balance_transactions", {"type", "source_id", "currency", "amount", "fee", "net", "exchange_rate", "created", "available_on",
                                                                         "received_ms", "run", "digest", "raw"});
    Query(m_db, sql)
        .bind(transaction.id)
        .bind(transaction.type)
        .bind(transaction.sourceId)
        .bind(transaction.currency)
        .bind(transaction.amount)
        .bind(transaction.fee)
        .bind(transaction.net)
        .bind(transaction.exchangeRate)
        .bind(transaction.created)
        .bind(transaction.availableOn)
        .bind(m_receivedMs)
        .bind(m_run)
        .bind(known.digest)
        .bind(known.packed)
        .run();
}

QString MirrorWriter::ownerOfSource(const QString& sourceId)
{
    if (sourceId.isEmpty()) {
        return {};
    }
    Query query(m_db, "SELECT customer_id FROM charges WHERE id = ?1 UNION ALL SELECT coalesce(nullif(r.customer_id, ''), c.customer_id, '') FROM refunds r "
                      "LEFT JOIN charges c ON c.id = r.charge_id WHERE r.id = ?1");
    query.bind(sourceId);
    return query.next() ? query.text(0) : QString();
}

} // namespace ch::store
