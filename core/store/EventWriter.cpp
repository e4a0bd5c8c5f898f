// SPDX-License-Identifier: GPL-3.0-or-later
// Events, in MirrorWriter.
#include "store/WriterPrivate.h"

namespace ch::store {

void MirrorWriter::writeEvent(const stripe::Received<stripe::Event>& received)
{
    const stripe::Event& event = received.object;
    const Known known = look("events", event.id, received.json, false);
    if (known.fate == Fate::Skip) {
        return;
    }
    bool isErased = isCustomerDeleted(event.objectId);
    if (!isErased && event.objectType == QLatin1String("invoice")) {
        Query owner(m_db, "SELECT 1 FROM invoices i JOIN customers c ON c.id = i.customer_id WHERE i.id = ? AND c.deleted = 1");
        owner.bind(event.objectId);
        isErased = owner.next();
    }
    static const std::string sql = writing::upsert("events", {"type", "object_type", "object_id", "created", "received_ms", "run", "digest", "raw"});
    Query write(m_db, sql);
    write.bind(event.id).bind(event.type).bind(event.objectType).bind(event.objectId).bind(event.created).bind(m_receivedMs).bind(m_run).bind(known.digest);
    if (isErased) {
        write.bindNull();
    } else {
        write.bind(packedJson(received.json));
    }
    write.run();
}

} // namespace ch::store
