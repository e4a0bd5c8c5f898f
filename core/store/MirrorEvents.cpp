// SPDX-License-Identifier: GPL-3.0-or-later
// What the event feed asks of the mirror and tells it beside the objects themselves, in Mirror.
#include "store/MirrorPrivate.h"
#include "store/MirrorWriter.h"
#include "store/WriterPrivate.h"

namespace ch::store {

namespace {

/// Lists whose rows can be hidden: the others keep what Stripe lists no more.
bool eventsCanHide(ObjectList list)
{
    return list == ObjectList::Subscriptions || list == ObjectList::Invoices || list == ObjectList::Products || list == ObjectList::Coupons;
}

} // namespace

Result<std::optional<HeldObject>> Mirror::held(const ObjectRef& object) const
{
    return d->safely([&]() -> Result<std::optional<HeldObject>> {
        const std::string table = objectListName(object.list).toStdString();
        const bool isCustomer = object.list == ObjectList::Customers;
        Query query(*d->db, std::string("SELECT received_ms, ") + (isCustomer ? "deleted" : "0") + " FROM " + table + " WHERE id = ?");
        query.bind(object.id);
        if (!query.next() || query.integer(0) == 0) {
            return std::optional<HeldObject>(); // or named by another object only
        }
        return std::optional(HeldObject{query.integer(0), query.integer(1) != 0});
    });
}

Status Mirror::gone(const std::vector<ObjectRef>& objects, qint64 nowMs)
{
    return d->safely([&]() -> Status {
        WriteScope scope(*d->db);
        MirrorWriter writer(*d->db, nowMs, 0);
        for (const ObjectRef& object : objects) {
            if (object.list == ObjectList::Customers) {
                writer.deleteCustomer(object.id);
            } else if (eventsCanHide(object.list)) {
                const std::string table = objectListName(object.list).toStdString();
                if (object.list == ObjectList::Subscriptions || object.list == ObjectList::Invoices) {
                    Query owner(*d->db, "SELECT customer_id FROM " + table + " WHERE id = ?");
                    owner.bind(object.id);
                    if (owner.next()) {
                        writer.touchCustomer(owner.text(0));
                    }
                }
                const char* values = object.list == ObjectList::Subscriptions ? ", mrr_minor = 0, dirty = 1" : "";
                Query(*d->db, "UPDATE " + table + " SET hidden = 1, received_ms = ?" + values + " WHERE id = ? AND hidden = 0").bind(nowMs).bind(object.id).run();
            }
        }
        writer.refreshTouched();
        mirrorBump(*d->db);
        scope.commit();
        d->emptyLogAfter(writer);
        return {};
    });
}

Result<QStringList> Mirror::missingPricesAmong(const QStringList& ids, qint64 nowMs) const
{
    return d->safely([&]() -> Result<QStringList> {
        QStringList missing;
        for (const QString& id : ids) {
            Query query(*d->db, "SELECT 1 FROM prices WHERE id = ?1 AND (tiered = 0 OR tiers_known = 1) UNION ALL SELECT 1 FROM absent WHERE id = ?1 AND at_ms > ?2");
            query.bind(id).bind(nowMs - kAbsentForMs);
            if (!query.next()) {
                missing << id;
            }
        }
        return missing;
    });
}

Result<QStringList> Mirror::unpaidInvoicesOf(const QString& subscriptionId) const
{
    return d->safely([&]() -> Result<QStringList> {
        QStringList ids;
        Query query(*d->db, "SELECT id FROM invoices WHERE subscription_id = ? AND subscription_id <> '' AND status IN ('draft', 'open') AND hidden <> 1");
        query.bind(subscriptionId);
        while (query.next()) {
            ids << query.text(0);
        }
        return ids;
    });
}

Result<bool> Mirror::holdsPaymentMethod(const QString& id) const
{
    return d->safely([&]() -> Result<bool> {
        Query query(*d->db, "SELECT 1 FROM payment_methods WHERE id = ?");
        query.bind(id);
        return query.next();
    });
}

Status Mirror::setEventsThrough(qint64 ms)
{
    return d->safely([&]() -> Status {
        WriteScope scope(*d->db);
        mirrorSetMeta(*d->db, QLatin1String(kEventsThroughMeta), QString::number(ms));
        const qint64 ended = d->db->integer("SELECT coalesce(max(run), 0) FROM runs WHERE finished_ms IS NOT NULL");
        mirrorSetMeta(*d->db, QLatin1String(kEventsThroughRunMeta), QString::number(ended));
        scope.commit();
        return {};
    });
}

Result<std::optional<qint64>> Mirror::eventsThrough() const
{
    return d->safely([&]() -> Result<std::optional<qint64>> {
        const QString held = mirrorMeta(*d->db, QLatin1String(kEventsThroughMeta));
        return held.isEmpty() ? std::nullopt : std::optional(held.toLongLong());
    });
}

Result<qint64> Mirror::newestOf(ObjectList list) const
{
    return d->safely([&]() -> Result<qint64> { return d->db->integer("SELECT coalesce(max(created), 0) FROM " + objectListName(list).toStdString()); });
}

} // namespace ch::store
