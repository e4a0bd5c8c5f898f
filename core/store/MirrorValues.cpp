// SPDX-License-Identifier: GPL-3.0-or-later
// What is computed of the objects and kept beside them, in Mirror: values and movements.
#include "store/MirrorPrivate.h"
#include "store/MirrorWriter.h"

namespace ch::store {

namespace {

using ValueFn = std::function<SubscriptionValue(const stripe::Subscription&, const MirrorReader&)>;

std::vector<qint64> valuesDirty(Database& db)
{
    std::vector<qint64> dirty;
    Query query(db, "SELECT n FROM subscriptions WHERE dirty = 1 ORDER BY n");
    while (query.next()) {
        dirty.push_back(query.integer(0));
    }
    return dirty;
}

void valuesStore(Database& db, qint64 n, const SubscriptionValue& worth)
{
    Query(db, "UPDATE subscriptions SET dirty = 0, valued = 1, value_currency = ?, list_minor = ?, contracted_minor = ?, net_minor = ?, "
              "mrr_minor = ?, problem = ? WHERE n = ?")
        .bind(worth.currency)
        .bind(worth.listMinor)
        .bind(worth.contractedMinor)
        .bind(worth.netMinor)
        .bind(worth.problem.isEmpty() ? worth.mrrMinor : 0)
        .bind(worth.problem)
        .bind(n)
        .run();
}

/// Values one subscription. Returns whose it is; nothing when it is gone.
std::optional<QString> valuesRenew(Database& db, const MirrorReader& reader, qint64 n, const ValueFn& value)
{
    SubscriptionValue worth;
    QString customerId;
    {
        Query query(db, "SELECT raw, customer_id, hidden FROM subscriptions WHERE n = ?");
        query.bind(n);
        if (!query.next()) {
            return std::nullopt;
        }
        customerId = query.text(1);
        if (query.integer(2) == 0) {
            const Result<stripe::Subscription> subscription = stripe::parseObject<stripe::Subscription>(unpackedJson(query.blob(0)));
            if (subscription) {
                worth = value(*subscription, reader);
            } else {
                worth.problem = QStringLiteral("unreadable");
            }
        }
    }
    valuesStore(db, n, worth);
    return customerId;
}

} // namespace

Status Mirror::revalue(const std::function<SubscriptionValue(const stripe::Subscription&, const MirrorReader&)>& value)
{
    return d->safely([&]() -> Status {
        WriteScope scope(*d->db);
        const std::vector<qint64> dirty = valuesDirty(*d->db);
        if (dirty.empty()) {
            return {};
        }
        MirrorWriter writer(*d->db, 0, 0);
        for (const qint64 n : dirty) {
            if (const std::optional<QString> customerId = valuesRenew(*d->db, *d->reader, n, value)) {
                writer.touchCustomer(*customerId);
            }
        }
        writer.refreshTouched();
        mirrorBump(*d->db);
        scope.commit();
        return {};
    });
}

Status Mirror::markAllDirty()
{
    return d->safely([&]() -> Status {
        Query(*d->db, "UPDATE subscriptions SET dirty = 1").run();
        return {};
    });
}

Status Mirror::replaceMovements(const std::vector<MovementRow>& movements)
{
    return d->safely([&]() -> Status {
        WriteScope scope(*d->db);
        Query(*d->db, "DELETE FROM movements").run();
        Query insert(*d->db, "INSERT INTO movements(at, customer_id, subscription_id, business_type, currency, delta_minor, class, exact) "
                             "VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
        for (const MovementRow& movement : movements) {
            insert.bind(movement.at)
                .bind(movement.customerId)
                .bind(movement.subscriptionId)
                .bind(movement.businessType)
                .bind(movement.currency)
                .bind(movement.deltaMinor)
                .bind(movement.movementClass)
                .bind(movement.exact)
                .run();
        }
        mirrorBump(*d->db);
        scope.commit();
        return {};
    });
}

} // namespace ch::store
