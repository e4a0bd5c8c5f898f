// SPDX-License-Identifier: GPL-3.0-or-later
// What the revenue ledger is made of, in MirrorReader.
#include "store/MirrorWriter.h"
#include "store/ReaderPrivate.h"
#include "stripe/Parse.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace ch::store {

Status MirrorReader::forEachHistoryLine(const std::function<void(const HistoryLine&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, "SELECT l.id, i.id, i.status, l.price_id, l.subscription_id, l.subscription_item_id, l.amount, l.quantity, l.period_start, l.period_end, l.proration "
                            "FROM invoice_lines l JOIN invoices i ON i.n = l.invoice_n WHERE i.hidden = 0 AND i.status <> 'draft' AND l.subscription_item_id <> '' "
                            "ORDER BY l.invoice_n, l.place");
        while (query.next()) {
            visit({query.view(0), query.view(1), query.view(2), query.view(3), query.view(4), query.view(5), query.integer(6), query.isNull(7) ? 1 : query.integer(7), query.integer(8),
                query.integer(9), query.integer(10) != 0});
        }
        return {};
    });
}

Status MirrorReader::forEachHistoryInvoice(const std::function<void(const HistoryInvoice&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        // When an invoice was given up stands in its JSON only; few are.
        Query query(*d->db, "SELECT subscription_id, billing_reason, status, created, coalesce(paid_at, 0), id, CASE WHEN status IN ('void', 'uncollectible') THEN raw END "
                            "FROM invoices WHERE hidden = 0 AND status <> 'draft' AND subscription_id <> '' ORDER BY n");
        while (query.next()) {
            stripe::Seconds givenUp = 0;
            if (!query.isNull(6)) {
                if (const Result<stripe::Invoice> invoice = stripe::parseObject<stripe::Invoice>(unpackedJson(query.blob(6)))) {
                    givenUp = invoice->voidedAt.value_or(invoice->markedUncollectibleAt.value_or(0));
                }
            }
            visit({query.view(0), query.view(1), query.view(2), query.integer(3), query.integer(4), query.view(5), givenUp});
        }
        return {};
    });
}

Status MirrorReader::forEachSubscriptionEvent(const std::function<void(const stripe::Event&, const QByteArray&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        // A list is read newest first, so that within a second the later row is the earlier event. What Stripe has forgotten is in our log.
        d->attachRecords();
        if (d->hasRecords) {
            Query logged(*d->db, "SELECT l.raw FROM rec.event_log l WHERE l.type >= 'customer.subscription.' AND l.type < 'customer.subscription/' "
                                 "AND NOT EXISTS (SELECT 1 FROM events e WHERE e.id = l.id AND e.raw IS NOT NULL) ORDER BY l.created, l.n DESC");
            while (logged.next()) {
                const QByteArray json = unpackedJson(logged.blob(0));
                if (const Result<stripe::Event> event = stripe::parseObject<stripe::Event>(json)) {
                    visit(*event, json);
                }
            }
        }
        Query query(*d->db, "SELECT raw FROM events WHERE type >= 'customer.subscription.' AND type < 'customer.subscription/' AND raw IS NOT NULL ORDER BY created, run, n DESC");
        while (query.next()) {
            const QByteArray json = unpackedJson(query.blob(0));
            if (const Result<stripe::Event> event = stripe::parseObject<stripe::Event>(json)) {
                visit(*event, json);
            }
        }
        return {};
    });
}

Result<QStringList> MirrorReader::takenDownSubscriptions() const
{
    return guarded(*d->db, [&]() -> Result<QStringList> {
        QStringList ids;
        d->attachRecords();
        if (d->hasRecords) {
            Query query(*d->db, "SELECT DISTINCT s.object_id FROM rec.steps s JOIN rec.operations o ON o.n = s.operation "
                                "WHERE o.kind = 'take_down' AND s.state = 'done' AND substr(s.object_id, 1, 4) = 'sub_'");
            while (query.next()) {
                ids << query.text(0);
            }
        }
        return ids;
    });
}

Result<QStringList> MirrorReader::customersWithDiscount() const
{
    return guarded(*d->db, [&]() -> Result<QStringList> {
        QStringList ids;
        Query query(*d->db, "SELECT id FROM customers WHERE coupon_id <> ''");
        while (query.next()) {
            ids << query.text(0);
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
