// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger as it is kept, in MirrorReader.
#include "store/MirrorPrivate.h"
#include "store/ReaderPrivate.h"

namespace ch::store {

namespace {

constexpr char kLedgerColumns[] = "at, earlier, later, day, subscription_id, item_id, currency, business_type, mrr, list_more, contracted_more, net_more, at_risk, committed_more, class, kind, "
                                  "cause, source, flags, started, evidence_id";

LedgerRow ledgerRow(const Query& query)
{
    LedgerRow row;
    row.at = query.integer(0);
    row.earliest = row.at - query.integer(1);
    row.latest = row.at + query.integer(2);
    row.day = static_cast<int>(query.integer(3));
    row.subscriptionId = query.view(4);
    row.itemId = query.view(5);
    row.currency = query.view(6);
    row.businessType = query.view(7);
    row.mrr = query.integer(8);
    row.list = row.mrr + query.integer(9);
    row.contracted = row.mrr + query.integer(10);
    row.net = row.mrr + query.integer(11);
    row.atRisk = query.integer(12);
    row.committed = row.mrr + query.integer(13);
    row.movementClass = static_cast<int>(query.integer(14));
    row.kind = static_cast<int>(query.integer(15));
    row.cause = static_cast<int>(query.integer(16));
    row.source = static_cast<int>(query.integer(17));
    row.flags = static_cast<int>(query.integer(18));
    row.started = static_cast<int>(query.integer(19));
    row.evidenceId = query.view(20);
    return row;
}

} // namespace

Result<LedgerState> MirrorReader::ledgerState() const
{
    return guarded(*d->db, [&]() -> Result<LedgerState> {
        LedgerState state;
        state.made = mirrorMeta(*d->db, QLatin1String(kLedgerMadeMeta));
        state.zone = mirrorMeta(*d->db, QStringLiteral("ledger_zone"));
        state.atMs = mirrorMeta(*d->db, QStringLiteral("ledger_at_ms")).toLongLong();
        state.dirty = d->db->integer("SELECT count(*) FROM (SELECT 1 FROM ledger_dirty LIMIT 100000)");
        return state;
    });
}

Status MirrorReader::forEachLedgerSum(LedgerGrain grain, int from, const std::function<void(const LedgerSum&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, "SELECT CASE WHEN start < ?2 THEN 0 ELSE start END AS since, currency, business_type, class, kind, sum(minor), sum(subscriptions) FROM ledger_sums "
                            "WHERE grain = ?1 GROUP BY since, currency, business_type, class, kind ORDER BY currency, since");
        query.bind(static_cast<int>(grain)).bind(from);
        while (query.next()) {
            visit({grain, static_cast<int>(query.integer(0)), query.text(1), query.text(2), static_cast<int>(query.integer(3)), static_cast<int>(query.integer(4)), query.integer(5), query.integer(6)});
        }
        return {};
    });
}

Status MirrorReader::forEachNewestRow(const std::function<bool(const QString&, const LedgerRow&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, std::string("SELECT ") + kLedgerColumns + ", coalesce((SELECT c.id FROM customers c WHERE c.n = customer_n), '') FROM ledger WHERE mrr <> 0 "
                            "ORDER BY at DESC, customer_n, place");
        while (query.next()) {
            if (!visit(query.text(21), ledgerRow(query))) {
                break;
            }
        }
        return {};
    });
}

Status MirrorReader::forEachLedgerRow(const QString& customerId, const std::function<void(const LedgerRow&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, std::string("SELECT ") + kLedgerColumns + " FROM ledger WHERE customer_n = (SELECT n FROM customers WHERE id = ?) ORDER BY place");
        query.bind(customerId);
        while (query.next()) {
            visit(ledgerRow(query));
        }
        return {};
    });
}

Status MirrorReader::forEachUnvalued(const std::function<void(const QString&, const QString&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, "SELECT n, id, problem FROM subscriptions WHERE problem <> '' AND hidden = 0 AND valued = 1 UNION ALL "
                            "SELECT n, id, 'not_valued_yet' FROM subscriptions WHERE valued = 0 AND hidden = 0 ORDER BY n");
        while (query.next()) {
            visit(query.text(1), query.text(2));
        }
        return {};
    });
}

Status MirrorReader::forEachValueSum(const std::function<void(const LedgerSum&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        d->attachRecords();
        const std::string record = d->hasRecords ? "(SELECT r.business_type FROM rec.records r WHERE r.business_id = c.business_id AND c.business_id <> '')" : "NULL";
        Query query(*d->db, "SELECT coalesce(nullif(s.value_currency, ''), s.currency), coalesce(nullif(b.type, 'unclassified'), nullif(c.business_type, ''), nullif(" + record
                + ", ''), 'unclassified'), sum(s.mrr_minor), sum(s.mrr_minor > 0) FROM subscriptions s LEFT JOIN customers c ON c.id = s.customer_id "
                  "LEFT JOIN businesses b ON b.business_id = c.business_id WHERE s.hidden = 0 AND s.mrr_minor <> 0 AND s.problem = '' GROUP BY 1, 2");
        while (query.next()) {
            visit({LedgerGrain::Day, 0, query.text(0), query.text(1), 0, 0, query.integer(2), query.integer(3)});
        }
        return {};
    });
}

} // namespace ch::store
