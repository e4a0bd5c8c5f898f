// SPDX-License-Identifier: GPL-3.0-or-later
// What the revenue ledger is made of, in MirrorReader.
#include "store/MirrorWriter.h"
#include "store/ReaderPrivate.h"
#include "stripe/Parse.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace ch::store {

namespace {

/// A part of a statement that keeps to one customer, where one is asked for.
std::string historyOf(const QString& customerId, const char* condition)
{
    return customerId.isEmpty() ? std::string() : std::string(" AND ") + condition;
}

void historyBind(Query& query, const QString& customerId)
{
    if (!customerId.isEmpty()) {
        query.bind(customerId);
    }
}

void readDiscount(const Query& query, int first, MirrorReader::HistoryDiscount* discount)
{
    discount->id = query.view(first);
    discount->start = query.integer(first + 1);
    discount->end = query.integer(first + 2);
    discount->couponId = query.view(first + 3);
    discount->terms = query.integer(first + 4);
}

/// Rows of another table that belong to the subscriptions, in the same order: read along with them.
class HistoryBeside {
public:
    explicit HistoryBeside(Query& query) : m_query(query), m_more(query.next()) {}

    /// Visits the rows of one owner; owners come in ascending order.
    template <typename Visit>
    void of(qint64 owner, Visit visit)
    {
        while (m_more && m_query.integer(0) < owner) {
            m_more = m_query.next();
        }
        while (m_more && m_query.integer(0) == owner) {
            visit(m_query);
            m_more = m_query.next();
        }
    }

private:
    Query& m_query;
    bool m_more;
};

} // namespace

Status MirrorReader::forEachHistoryCustomer(const QString& customerId, const std::function<void(const HistoryCustomer&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        d->attachRecords();
        // A record may say the type of a business whose customer does not.
        const std::string record = d->hasRecords ? "(SELECT r.business_type FROM rec.records r WHERE r.business_id = c.business_id AND c.business_id <> '')" : "NULL";
        Query query(*d->db, "SELECT c.id, coalesce(nullif(b.type, 'unclassified'), nullif(c.business_type, ''), nullif(" + record
                + ", ''), 'unclassified') FROM customers c LEFT JOIN businesses b ON b.business_id = c.business_id WHERE c.subscriptions > 0"
                + historyOf(customerId, "c.id = ?") + " ORDER BY c.n");
        historyBind(query, customerId);
        while (query.next()) {
            visit({query.view(0), query.view(1)});
        }
        return {};
    });
}

Status MirrorReader::forEachHistorySubscription(const QString& customerId, const std::function<void(const HistorySubscription&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        ReadScope scope(*d->db);
        const std::string which = customerId.isEmpty() ? std::string() : " WHERE subscription_n IN (SELECT n FROM subscriptions WHERE customer_id = ?)";
        Query query(*d->db, "SELECT n, id, customer_id, status, currency, cancel_reason, created, start_date, trial_start, trial_end, coalesce(cancel_at, 0), canceled_at, coalesce(ended_at, 0), "
                            "pause, by_invoice, items_complete, discounts FROM subscriptions WHERE hidden = 0" + historyOf(customerId, "customer_id = ?") + " ORDER BY n");
        Query items(*d->db, "SELECT subscription_n, place, id, price_id, quantity, created, period_start, inclusive_rates FROM subscription_items" + which + " ORDER BY subscription_n, place");
        Query discounts(*d->db, "SELECT subscription_n, item, id, start, coalesce(end, 0), coupon_id, coalesce(terms_n, 0) FROM subscription_discounts" + which + " ORDER BY subscription_n, item, place");
        historyBind(query, customerId);
        historyBind(items, customerId);
        historyBind(discounts, customerId);
        HistoryBeside itemRows(items);
        HistoryBeside discountRows(discounts);
        HistorySubscription one;
        while (query.next()) {
            size_t count = 0;
            itemRows.of(query.integer(0), [&](const Query& row) {
                if (count == one.items.size()) {
                    one.items.emplace_back();
                }
                HistoryItem& item = one.items[count++];
                item.id = row.view(2);
                item.priceId = row.view(3);
                item.quantity = row.optionalInteger(4);
                item.created = row.integer(5);
                item.periodStart = row.integer(6);
                item.inclusiveRates = row.view(7);
                item.discounts.clear();
            });
            one.items.resize(count);
            one.discounts.clear();
            discountRows.of(query.integer(0), [&](const Query& row) {
                const qint64 place = row.integer(1);
                if (place < static_cast<qint64>(count)) {
                    readDiscount(row, 2, &(place < 0 ? one.discounts : one.items[static_cast<size_t>(place)].discounts).emplace_back());
                }
            });
            one.id = query.view(1);
            one.customerId = query.view(2);
            one.status = query.view(3);
            one.currency = query.view(4);
            one.cancelReason = query.view(5);
            one.created = query.integer(6);
            one.startDate = query.integer(7);
            one.trialStart = query.integer(8);
            one.trialEnd = query.integer(9);
            one.cancelAt = query.integer(10);
            one.canceledAt = query.integer(11);
            one.endedAt = query.integer(12);
            one.pause = static_cast<int>(query.integer(13));
            one.byInvoice = query.integer(14) != 0;
            one.itemsComplete = query.integer(15) != 0;
            one.hasOwnDiscounts = query.integer(16) != 0;
            visit(one);
        }
        return {};
    });
}

Result<stripe::Coupon> MirrorReader::couponTerms(qint64 terms) const
{
    return guarded(*d->db, [&]() -> Result<stripe::Coupon> {
        Query query(*d->db, "SELECT coupon FROM terms WHERE n = ?");
        query.bind(terms);
        if (!query.next()) {
            return fail(ErrorKind::NotFound, QStringLiteral("The mirror does not know these terms."));
        }
        return stripe::parseObject<stripe::Coupon>(query.text(0).toUtf8());
    });
}

Status MirrorReader::forEachCustomerDiscount(const QString& customerId, const std::function<void(const QString&, const stripe::Discount&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, "SELECT id, raw FROM customers WHERE coupon_id <> '' AND raw IS NOT NULL" + historyOf(customerId, "id = ?"));
        historyBind(query, customerId);
        while (query.next()) {
            const Result<stripe::Customer> customer = stripe::parseObject<stripe::Customer>(unpackedJson(query.blob(1)), stripe::JsonText::Checked);
            if (customer && customer->discount) {
                visit(query.text(0), *customer->discount);
            }
        }
        return {};
    });
}

Status MirrorReader::forEachHistoryInvoice(const QString& customerId, const std::function<void(const HistoryInvoice&)>& invoice,
    const std::function<void(const HistoryInvoice&, const HistoryLine&)>& line) const
{
    return guarded(*d->db, [&]() -> Status {
        ReadScope scope(*d->db);
        // Two walks side by side: to look lines up invoice by invoice costs three times as much.
        Query query(*d->db, "SELECT n, id, subscription_id, billing_reason, status, created, coalesce(paid_at, 0), given_up_at FROM invoices WHERE hidden = 0 AND status <> 'draft'"
                + historyOf(customerId, "customer_id = ?") + " ORDER BY n");
        Query lines(*d->db, std::string("SELECT invoice_n, id, price_id, subscription_id, subscription_item_id, amount, coalesce(quantity, 1), period_start, period_end, proration, discount_ids, discount_amount, inclusive_tax "
                            "FROM invoice_lines WHERE subscription_item_id <> ''") + historyOf(customerId, "invoice_n IN (SELECT n FROM invoices WHERE customer_id = ?)") + " ORDER BY invoice_n, place");
        historyBind(query, customerId);
        historyBind(lines, customerId);
        HistoryBeside lineRows(lines);
        while (query.next()) {
            const HistoryInvoice one{query.view(1), query.view(2), query.view(3), query.view(4), query.integer(5), query.integer(6), query.integer(7)};
            invoice(one);
            lineRows.of(query.integer(0), [&](const Query& row) {
                line(one, {row.view(1), row.view(2), row.view(3), row.view(4), row.integer(5), row.integer(6), row.integer(7), row.integer(8), row.integer(9) != 0, row.view(10), row.integer(11), row.integer(12), row.integer(9) == 2});
            });
        }
        return {};
    });
}

Status MirrorReader::Private::visitEvents(const QString& family, const QString& customerId, const char* ofCustomer, const std::function<void(const stripe::Event&, const QByteArray&)>& visit)
{
    const QString after = family.chopped(1) + QLatin1Char('/'); // what follows the dot
    const auto visitAll = [&](Query& query) {
        query.bind(family).bind(after);
        historyBind(query, customerId);
        while (query.next()) {
            const QByteArray json = unpackedJson(query.blob(0));
            if (const Result<stripe::Event> event = stripe::parseObject<stripe::Event>(json, stripe::JsonText::Checked)) {
                visit(*event, json);
            }
        }
    };
    // A list is read newest first, so that within a second the later row is the earlier event. What Stripe has forgotten is in our log.
    attachRecords();
    if (hasRecords) {
        Query logged(*db, "SELECT l.raw FROM rec.event_log l WHERE l.type >= ? AND l.type < ? AND NOT EXISTS (SELECT 1 FROM events e WHERE e.id = l.id AND e.raw IS NOT NULL)"
                + historyOf(customerId, ofCustomer) + " ORDER BY l.created, l.n DESC");
        visitAll(logged);
    }
    Query query(*db, "SELECT raw FROM (SELECT raw, created, run, n, type, object_id, owner_id AS customer_id FROM events) WHERE type >= ? AND type < ? AND raw IS NOT NULL"
            + historyOf(customerId, ofCustomer) + " ORDER BY created, run, n DESC");
    visitAll(query);
    return {};
}

Status MirrorReader::forEachSubscriptionEvent(const QString& customerId, const std::function<void(const stripe::Event&, const QByteArray&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        return d->visitEvents(QStringLiteral("customer.subscription."), customerId, "object_id IN (SELECT id FROM subscriptions WHERE customer_id = ?)", visit);
    });
}

Status MirrorReader::forEachDiscountEvent(const QString& customerId, const std::function<void(const stripe::Event&, const QByteArray&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status { return d->visitEvents(QStringLiteral("customer.discount."), customerId, "customer_id = ? AND customer_id <> ''", visit); });
}

Result<qint64> MirrorReader::eventsListedThroughMs() const
{
    return guarded(*d->db, [&]() -> Result<qint64> {
        d->attachRecords();
        return d->hasRecords ? d->db->integer("SELECT through_ms FROM rec.event_log_state") : 0;
    });
}

Result<QStringList> MirrorReader::takenDownSubscriptions(const QString& customerId) const
{
    return guarded(*d->db, [&]() -> Result<QStringList> {
        QStringList ids;
        d->attachRecords();
        if (d->hasRecords) {
            Query query(*d->db, "SELECT DISTINCT s.object_id FROM rec.steps s JOIN rec.operations o ON o.n = s.operation "
                                "WHERE o.kind = 'take_down' AND s.state = 'done' AND substr(s.object_id, 1, 4) = 'sub_'"
                    + historyOf(customerId, "s.object_id IN (SELECT id FROM subscriptions WHERE customer_id = ?)"));
            historyBind(query, customerId);
            while (query.next()) {
                ids << query.text(0);
            }
        }
        return ids;
    });
}

Status MirrorReader::forEachCountry(const std::function<void(const QString& customerId, const QString& country)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, "SELECT id, raw FROM customers WHERE raw IS NOT NULL ORDER BY n");
        while (query.next()) {
            const QJsonObject address = QJsonDocument::fromJson(unpackedJson(query.blob(1))).object().value(QStringLiteral("address")).toObject();
            const QString country = address.value(QStringLiteral("country")).toString();
            if (!country.isEmpty()) {
                visit(query.text(0), country);
            }
        }
        return {};
    });
}

} // namespace ch::store
