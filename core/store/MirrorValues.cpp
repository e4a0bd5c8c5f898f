// SPDX-License-Identifier: GPL-3.0-or-later
// What subscriptions are worth, computed by revenue and kept beside them, in Mirror.
#include "store/MirrorPrivate.h"
#include "store/MirrorWriter.h"

namespace ch::store {

namespace {

/// Instants at which what the subscription is worth may change though nothing is received: a discount or a trial ends, a period begins.
class Instants {
public:
    explicit Instants(qint64 nowSeconds) : m_now(nowSeconds) {}
    void add(std::optional<qint64> at)
    {
        if (at && *at > m_now && (!m_next || *at < *m_next)) {
            m_next = at;
        }
    }
    void add(const stripe::Discount& discount)
    {
        add(discount.start);
        add(discount.end);
    }
    [[nodiscard]] std::optional<qint64> next() const { return m_next; }

private:
    qint64 m_now;
    std::optional<qint64> m_next;
};

std::optional<qint64> valuesNextChange(Database& db, const stripe::Subscription& subscription, qint64 nowMs)
{
    Instants instants(nowMs / 1000);
    for (const std::optional<qint64>& at : {subscription.trialStart, subscription.trialEnd, subscription.cancelAt, subscription.endedAt}) {
        instants.add(at);
    }
    instants.add(subscription.currentPeriodEnd);
    if (subscription.pauseCollection) {
        instants.add(subscription.pauseCollection->resumesAt);
    }
    for (const stripe::Discount& discount : subscription.discounts) {
        instants.add(discount);
    }
    for (const stripe::SubscriptionItem& item : subscription.items) {
        instants.add(item.currentPeriodEnd);
        for (const stripe::Discount& discount : item.discounts) {
            instants.add(discount);
        }
    }
    Query query(db, "SELECT raw FROM customers WHERE id = ? AND coupon_id <> '' AND raw IS NOT NULL");
    query.bind(subscription.customerId);
    if (query.next()) {
        const Result<stripe::Customer> customer = stripe::parseObject<stripe::Customer>(unpackedJson(query.blob(0)), stripe::JsonText::Checked);
        if (customer && customer->discount) {
            instants.add(*customer->discount);
        }
    }
    return instants.next();
}

constexpr int kPieceOfValues = 2000;

/// At most a piece, and one that says that there are more.
std::vector<qint64> valuesDirty(Database& db, qint64 nowMs)
{
    Query(db, "UPDATE subscriptions SET dirty = 1 WHERE changes_at <= ?").bind(nowMs / 1000).run();
    std::vector<qint64> dirty;
    Query query(db, "SELECT n FROM subscriptions WHERE dirty = 1 ORDER BY n LIMIT ?");
    query.bind(kPieceOfValues + 1);
    while (query.next()) {
        dirty.push_back(query.integer(0));
    }
    return dirty;
}

/// Most are worth what they were: that is written apart, since SQLite writes each index of a column that is set, whether its value is another or not.
void valuesStore(Database& db, qint64 n, const SubscriptionValue& worth, const std::optional<qint64>& changesAt)
{
    Query(db, "UPDATE subscriptions SET valued = 1, value_currency = ?2, list_minor = ?3, contracted_minor = ?4, net_minor = ?5, mrr_minor = ?6, problem = ?7, changes_at = ?8 "
              "WHERE n = ?1 AND (valued, value_currency, list_minor, contracted_minor, net_minor, mrr_minor, problem, changes_at) IS NOT (1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
        .bind(n)
        .bind(worth.currency)
        .bind(worth.listMinor)
        .bind(worth.contractedMinor)
        .bind(worth.netMinor)
        .bind(worth.problem.isEmpty() ? worth.mrrMinor : 0)
        .bind(worth.problem)
        .bind(changesAt)
        .run();
    Query(db, "UPDATE subscriptions SET dirty = 0 WHERE n = ?").bind(n).run();
}

/// Nothing: it cannot be read.
std::optional<stripe::Subscription> valuesKept(const QByteArray& packed)
{
    Result<stripe::Subscription> read = stripe::parseObject<stripe::Subscription>(unpackedJson(packed), stripe::JsonText::Checked);
    return read ? std::optional(*std::move(read)) : std::nullopt;
}

/// Values one subscription; written: what has just been stored of it, null: it is read. Returns whose it is; nothing when it is gone.
std::optional<QString> valuesRenew(Database& db, const MirrorReader& reader, qint64 n, const stripe::Subscription* written, const Mirror::ValueOf& value, qint64 nowMs)
{
    SubscriptionValue worth;
    std::optional<qint64> changesAt;
    QString customerId;
    {
        Query query(db, "SELECT raw, customer_id, hidden FROM subscriptions WHERE n = ?");
        query.bind(n);
        if (!query.next()) {
            return std::nullopt;
        }
        customerId = query.text(1);
        if (query.integer(2) == 0) {
            const std::optional<stripe::Subscription> kept = written ? std::nullopt : valuesKept(query.blob(0));
            if (const stripe::Subscription* const subscription = kept ? &*kept : written) {
                worth = value(*subscription, reader);
                changesAt = valuesNextChange(db, *subscription, nowMs);
            } else {
                worth.problem = QStringLiteral("unreadable");
            }
        }
    }
    valuesStore(db, n, worth, changesAt);
    return customerId;
}

} // namespace

bool Mirror::Private::valueSome(MirrorWriter& writer, const ValueOf& value, qint64 nowMs)
{
    std::vector<qint64> dirty = valuesDirty(*db, nowMs);
    const bool more = dirty.size() > kPieceOfValues;
    if (more) {
        dirty.pop_back();
    }
    for (const qint64 n : dirty) {
        if (const std::optional<QString> customerId = valuesRenew(*db, *reader, n, writer.writtenSubscription(n), value, nowMs)) {
            writer.touchCustomer(*customerId);
        }
        writer.noteChange();
    }
    return more;
}

Result<bool> Mirror::revaluePiece(const ValueOf& value, qint64 nowMs)
{
    return d->safely([&]() -> Result<bool> {
        WriteScope scope(*d->db);
        MirrorWriter writer(*d->db, 0, 0);
        const bool more = d->valueSome(writer, value, nowMs);
        if (writer.hasChanged()) {
            writer.refreshTouched();
            mirrorBump(*d->db);
            scope.commit();
        }
        return more;
    });
}

Status Mirror::revalue(const ValueOf& value, qint64 nowMs)
{
    for (;;) {
        const Result<bool> more = revaluePiece(value, nowMs);
        if (!more) {
            return fail(more.error());
        }
        if (!*more) {
            return {};
        }
    }
}

} // namespace ch::store
