// SPDX-License-Identifier: GPL-3.0-or-later
// Events, in MirrorWriter.
#include "store/WriterPrivate.h"

namespace ch::store {

namespace {

/// The customer, else what leads to the customer: a dispute names its payment intent only.
QString eventOwner(const stripe::Event& event)
{
    if (event.objectType == QLatin1String("customer")) {
        return event.objectId;
    }
    if (!event.customerId.isEmpty()) {
        return event.customerId;
    }
    return event.paymentIntentId.isEmpty() ? event.invoiceId : event.paymentIntentId;
}

} // namespace

QString MirrorWriter::ownerCustomer(const stripe::Event& event)
{
    const QString owner = eventOwner(event);
    if (!event.customerId.isEmpty() || event.objectType == QLatin1String("customer")) {
        return owner;
    }
    Query query(m_db, "SELECT customer_id FROM payment_intents WHERE id = ?1 UNION ALL SELECT customer_id FROM invoices WHERE id IN (?1, ?2)");
    query.bind(owner).bind(event.objectId);
    return query.next() ? query.text(0) : owner;
}

void MirrorWriter::writeEvent(const stripe::Received<stripe::Event>& received)
{
    const stripe::Event& event = received.object;
    const Known known = look("events", event.id, received.json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    const bool isErased = isCustomerDeleted(ownerCustomer(event));
    static const std::string sql = writing::upsert("events", {"type", "object_type", "object_id", "created", "owner_id", "received_ms", "run", "digest", "raw"});
    Query write(m_db, sql);
    write.bind(event.id).bind(event.type).bind(event.objectType).bind(event.objectId).bind(event.created).bind(eventOwner(event)).bind(m_receivedMs).bind(m_run).bind(known.digest);
    if (isErased) {
        write.bindNull();
    } else {
        write.bind(known.packed);
    }
    write.run();
    if (event.objectType == QLatin1String("subscription") || event.objectType == QLatin1String("discount")) {
        touchLedger(event.customerId);
    }
}

} // namespace ch::store
