// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/MirrorWriter.h"

#include "store/MirrorPrivate.h"
#include "store/SetAside.h"
#include "store/Text.h"
#include "store/WriterPrivate.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ch::store {

namespace writing {

QString searchText(const QStringList& parts, const stripe::Metadata& metadata)
{
    QStringList all = parts;
    for (auto pair = metadata.constBegin(); pair != metadata.constEnd(); ++pair) {
        all << pair.key() + QLatin1Char('=') + pair.value();
    }
    all.removeAll(QString());
    for (QString& part : all) {
        part.replace(QLatin1Char('\n'), QLatin1Char(' ')); // a line is a part: no name passes for a pair of the metadata
    }
    return folded(all.join(QLatin1Char('\n')));
}

bool isLater(qint64 keptMs, qint64 nowMs)
{
    constexpr qint64 kClocksSlipMs = 10LL * 60 * 1000;
    return keptMs > nowMs && keptMs - nowMs <= kClocksSlipMs;
}

QByteArray digestOf(const QByteArray& json)
{
    XXH128_canonical_t digest;
    XXH128_canonicalFromHash(&digest, XXH3_128bits(json.constData(), static_cast<size_t>(json.size())));
    return QByteArray(reinterpret_cast<const char*>(digest.digest), sizeof(digest.digest));
}

std::optional<qint64> timeOrNothing(qint64 seconds)
{
    return seconds == 0 ? std::nullopt : std::optional<qint64>(seconds);
}

} // namespace writing

void MirrorWriter::write(const Batch& batch)
{
    m_receivedMs = batch.receivedAtMs;
    m_run = batch.run;
    m_isFilling.reset();
    m_prepacked = batch.prepacked;
    for (const auto& received : batch.products) {
        writeProduct(received);
    }
    for (const auto& received : batch.prices) {
        writePrice(received);
    }
    for (const auto& received : batch.coupons) {
        writeCoupon(received);
    }
    for (const auto& received : batch.customers) {
        if (received.object.deleted) {
            deleteCustomer(received.object.id);
        } else {
            writeCustomer(received);
        }
    }
    for (const auto& received : batch.subscriptions) {
        writeSubscription(received);
    }
    for (const auto& received : batch.invoices) {
        writeInvoice(received);
    }
    for (const auto& received : batch.paymentIntents) {
        writePaymentIntent(received);
    }
    for (const auto& received : batch.events) {
        writeEvent(received);
    }
    for (const auto& received : batch.schedules) {
        writeSchedule(received);
    }
    for (const auto& received : batch.charges) {
        writeCharge(received);
    }
    for (const auto& received : batch.refunds) {
        writeRefund(received);
    }
    for (const auto& received : batch.creditNotes) {
        writeCreditNote(received);
    }
    for (const auto& received : batch.invoicePayments) {
        writeInvoicePayment(received);
    }
    for (const auto& received : batch.balanceTransactions) {
        writeBalanceTransaction(received);
    }
    for (const QString& id : batch.deletedCustomers) {
        deleteCustomer(id);
    }
}

MirrorWriter::Known MirrorWriter::look(const char* table, const QString& id, const QByteArray& json, bool canHide)
{
    Known known;
    known.digest = writing::digestOf(json);
    qint64 receivedMs = 0;
    bool same = false;
    {
        Query query(m_db, std::string("SELECT n, received_ms, digest, ") + (canHide ? "hidden" : "0") + " FROM " + table + " WHERE id = ?");
        query.bind(id);
        if (!query.next()) {
            return written(std::move(known), table, json);
        }
        known.n = query.integer(0);
        receivedMs = query.integer(1);
        same = query.blob(2) == known.digest && query.integer(3) != 1;
    }
    const bool isOlder = writing::isLater(receivedMs, m_receivedMs);
    if (!isOlder && !same) {
        known.fate = Fate::Replace;
        return written(std::move(known), table, json);
    }
    known.fate = Fate::Skip;
    Query(m_db, std::string("UPDATE ") + table + " SET received_ms = ?, run = max(run, ?) WHERE n = ?")
        .bind(isOlder ? receivedMs : m_receivedMs)
        .bind(m_run)
        .bind(known.n)
        .run();
    return known;
}

MirrorWriter::Known MirrorWriter::written(Known known, const char* table, const QByteArray& json)
{
    m_changed = true;
    known.packed = m_prepacked.packed(known.digest);
    if (known.packed.isEmpty()) {
        known.packed = packedJson(table, json);
    }
    return known;
}

void MirrorWriter::writeRow(const writing::RowSql& sql, const QString& id, const Known& known, const BindColumns& bindColumns)
{
    if (known.fate == Fate::Insert) {
        Query row(m_db, sql.insert);
        row.bind(id);
        bindColumns(row, row);
        row.bind(m_receivedMs).bind(m_run).bind(known.digest).bind(known.packed).run();
        return;
    }
    Query indexed(m_db, sql.indexed);
    Query others(m_db, sql.others);
    indexed.bind(known.n);
    others.bind(known.n);
    bindColumns(indexed, others);
    indexed.run();
    others.bind(m_receivedMs).bind(m_run).bind(known.digest).bind(known.packed).run();
}

MirrorWriter::Owner MirrorWriter::ownerOf(const QString& customerId)
{
    if (const auto known = m_owners.constFind(customerId); known != m_owners.constEnd()) {
        return *known;
    }
    Owner owner;
    Query query(m_db, "SELECT received_ms, deleted, hidden FROM customers WHERE id = ?");
    query.bind(customerId);
    if (query.next()) {
        owner = {query.integer(0) > 0, query.integer(1) == 1, query.integer(2) == writing::kHiddenTestClock};
    }
    m_owners.insert(customerId, owner);
    return owner;
}

int MirrorWriter::hiddenLike(const QString& customerId)
{
    return ownerOf(customerId).isOfTestClock ? writing::kHiddenTestClock : 0;
}

bool MirrorWriter::hasLedger()
{
    if (!m_hasLedger) {
        m_hasLedger = !mirrorMeta(m_db, QLatin1String(kLedgerMadeMeta)).isEmpty();
    }
    return *m_hasLedger;
}

bool MirrorWriter::isFilling()
{
    if (!m_isFilling) {
        m_isFilling = m_run != 0 && areIndexesAside(m_db);
    }
    return *m_isFilling;
}

void MirrorWriter::markDirtyBy(const QString& ref)
{
    Query(m_db, "UPDATE subscriptions SET dirty = 1 WHERE n IN (SELECT subscription_n FROM subscription_refs WHERE ref = ?)").bind(ref).run();
}

void MirrorWriter::markDirtyOf(const QString& customerId)
{
    Query(m_db, "UPDATE subscriptions SET dirty = 1 WHERE customer_id = ?").bind(customerId).run();
}

void MirrorWriter::touchBusiness(const QString& businessId)
{
    if (!businessId.isEmpty()) {
        m_touchedBusinesses.insert(businessId);
    }
}

} // namespace ch::store
