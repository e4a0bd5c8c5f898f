// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger learns beside subscriptions and invoices, in MirrorReader: schedules, attempts to pay, exchange rates, discounts.
#include "store/ReaderPrivate.h"

namespace ch::store {

Status MirrorReader::forEachScheduledItem(const QString& customerId, const std::function<void(const ScheduledItem&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, "SELECT s.id, s.subscription_id, s.status, s.end_behavior, i.price_id, s.created, coalesce(s.ended_at, 0), i.phase, i.phase_start, i.phase_end, i.quantity "
                            "FROM subscription_schedules s JOIN schedule_items i ON i.schedule_n = s.n WHERE s.hidden = 0 AND s.subscription_id <> ''" + std::string(customerId.isEmpty() ? "" : " AND s.customer_id = ?") + " ORDER BY s.n, i.phase, i.place");
        if (!customerId.isEmpty()) {
            query.bind(customerId);
        }
        while (query.next()) {
            visit({query.view(0), query.view(1), query.view(2), query.view(3), query.view(4), query.integer(5), query.integer(6), query.integer(7), query.integer(8), query.integer(9),
                query.optionalInteger(10)});
        }
        return {};
    });
}

Status MirrorReader::forEachPaymentAttempt(const QString& customerId, const std::function<void(const PaymentAttempt&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        // From the few that failed to the others of the same invoice; CROSS JOIN keeps SQLite to that order.
        Query query(*d->db, "SELECT c.id, i.id, i.subscription_id, i.billing_reason, c.created, coalesce(i.paid_at, 0), c.status = 'succeeded', c.method = 'card' "
                            "FROM (SELECT DISTINCT p.invoice_id FROM charges f CROSS JOIN invoice_payments p ON p.payment_intent_id = f.payment_intent_id "
                            "WHERE f.status = 'failed' AND f.payment_intent_id <> ''" + std::string(customerId.isEmpty() ? "" : " AND f.customer_id = ?") + ") failed "
                            "CROSS JOIN invoices i ON i.id = failed.invoice_id CROSS JOIN invoice_payments p ON p.invoice_id = i.id "
                            "CROSS JOIN charges c ON c.payment_intent_id = p.payment_intent_id "
                            "WHERE i.hidden = 0 AND i.subscription_id <> '' AND p.payment_intent_id <> '' AND c.status IN ('succeeded', 'failed') ORDER BY c.created, c.n DESC");
        if (!customerId.isEmpty()) {
            query.bind(customerId);
        }
        while (query.next()) {
            visit({query.view(0), query.view(1), query.view(2), query.view(3), query.integer(4), query.integer(5), query.integer(6) != 0, query.integer(7) != 0});
        }
        return {};
    });
}

Status MirrorReader::forEachExchangeRate(const std::function<void(const ExchangeRate&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, "SELECT b.id, b.source_id, coalesce(c.currency, r.currency), b.currency, b.exchange_rate, b.created FROM balance_transactions b "
                            "LEFT JOIN charges c ON c.id = b.source_id LEFT JOIN refunds r ON r.id = b.source_id "
                            "WHERE b.exchange_rate <> '' AND coalesce(c.currency, r.currency, b.currency) <> b.currency ORDER BY b.created, b.n DESC");
        while (query.next()) {
            visit({query.view(0), query.view(1), query.view(2), query.view(3), query.view(4), query.integer(5)});
        }
        return {};
    });
}

Status MirrorReader::forEachDiscount(const QString& customerId, const std::function<void(const KnownDiscount&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, "SELECT id, coupon_id, customer_id, subscription_id, item_id, start_at, end_at FROM discounts" + std::string(customerId.isEmpty() ? "" : " WHERE customer_id = ?"));
        if (!customerId.isEmpty()) {
            query.bind(customerId);
        }
        while (query.next()) {
            visit({query.view(0), query.view(1), query.view(2), query.view(3), query.view(4), query.integer(5), query.optionalInteger(6)});
        }
        return {};
    });
}

} // namespace ch::store
