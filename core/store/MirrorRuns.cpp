// SPDX-License-Identifier: GPL-3.0-or-later
// Backfills as the mirror sees them, in Mirror: which list came how far, what is missing, what is gone.
#include "store/MirrorPrivate.h"
#include "store/MirrorWriter.h"
#include "store/SetAside.h"

#include <QHash>
#include <QMap>

namespace ch::store {

namespace {

constexpr qint64 kRunLastsMs = 24LL * 3600 * 1000; ///< a backfill that lay longer begins anew

std::vector<ListProgress> mirrorProgress(Database& db, qint64 run)
{
    std::vector<ListProgress> lists;
    Query query(db, "SELECT list, objects, ended, not_permitted FROM progress WHERE run = ? ORDER BY list");
    query.bind(run);
    while (query.next()) {
        lists.push_back({static_cast<ObjectList>(query.integer(0)), run, query.integer(1), query.integer(2) != 0, query.integer(3) != 0});
    }
    return lists;
}

QStringList mirrorTexts(Database& db, const std::string& sql, qint64 parameter)
{
    QStringList texts;
    Query query(db, sql);
    query.bind(parameter);
    while (query.next()) {
        texts << query.text(0);
    }
    return texts;
}

/// What a run that started at ?2 has not seen, and nothing newer brought. A run lasts a day at most: what came later than that was written
/// by a clock that has been set back since.
constexpr char kUnseen[] = " WHERE run < ?1 AND (received_ms < ?2 OR received_ms > ?2 + 86400000) AND hidden = 0";

std::string mirrorUnseen(const char* select, const char* table)
{
    return std::string(select) + " " + table + kUnseen;
}

void mirrorHideUnseen(Database& db, const char* table, qint64 run, qint64 startedMs, MirrorWriter& writer)
{
    const bool areSubscriptions = QLatin1String(table) == QLatin1String("subscriptions");
    if (areSubscriptions) {
        Query owners(db, mirrorUnseen("SELECT customer_id FROM", table));
        owners.bind(run).bind(startedMs);
        while (owners.next()) {
            writer.touchCustomer(owners.text(0));
        }
    }
    Query(db, std::string("UPDATE ") + table + " SET hidden = 1" + (areSubscriptions ? ", mrr_minor = 0, dirty = 1" : "") +
                  kUnseen)
        .bind(run)
        .bind(startedMs)
        .run();
}

void mirrorDeleteUnseenCustomers(Database& db, qint64 run, qint64 startedMs, MirrorWriter& writer)
{
    std::vector<QString> gone;
    {
        Query unseen(db, mirrorUnseen("SELECT id FROM", "customers") + " AND deleted = 0");
        unseen.bind(run).bind(startedMs);
        while (unseen.next()) {
            gone.push_back(unseen.text(0));
        }
    }
    for (const QString& id : gone) {
        writer.deleteCustomer(id);
    }
}

void mirrorDropUnseen(Database& db, ObjectList list, qint64 run, qint64 startedMs, MirrorWriter& writer)
{
    switch (list) {
    case ObjectList::Subscriptions: mirrorHideUnseen(db, "subscriptions", run, startedMs, writer); break;
    case ObjectList::Invoices: mirrorHideUnseen(db, "invoices", run, startedMs, writer); break;
    case ObjectList::Products: mirrorHideUnseen(db, "products", run, startedMs, writer); break;
    case ObjectList::Coupons: mirrorHideUnseen(db, "coupons", run, startedMs, writer); break;
    case ObjectList::Customers: mirrorDeleteUnseenCustomers(db, run, startedMs, writer); break;
    case ObjectList::Prices:         // inline ones are in no list
    case ObjectList::PaymentIntents: // these do not go away: Stripe stops listing them
    case ObjectList::Events:
    case ObjectList::SubscriptionSchedules:
    case ObjectList::Charges:
    case ObjectList::Refunds:
    case ObjectList::CreditNotes:
    case ObjectList::InvoicePayments:
    case ObjectList::BalanceTransactions:
    case ObjectList::PaymentMethods:
    case ObjectList::Discounts: break;
    }
}

} // namespace

void mirrorWriteProgress(Database& db, const ListProgress& progress)
{
    Query(db, "INSERT INTO progress(run, list, objects, ended, not_permitted) VALUES(?, ?, ?, ?, ?) "
              "ON CONFLICT(run, list) DO UPDATE SET objects = excluded.objects, ended = excluded.ended, not_permitted = excluded.not_permitted")
        .bind(progress.run)
        .bind(static_cast<int>(progress.list))
        .bind(progress.objects)
        .bind(progress.ended)
        .bind(progress.notPermitted)
        .run();
}

std::optional<ObjectList> objectListOf(const QString& objectType)
{
    static const QHash<QString, ObjectList> lists = {
        {QStringLiteral("product"), ObjectList::Products}, {QStringLiteral("price"), ObjectList::Prices}, {QStringLiteral("coupon"), ObjectList::Coupons},
        {QStringLiteral("customer"), ObjectList::Customers}, {QStringLiteral("subscription"), ObjectList::Subscriptions}, {QStringLiteral("invoice"), ObjectList::Invoices},
        {QStringLiteral("payment_intent"), ObjectList::PaymentIntents}, {QStringLiteral("subscription_schedule"), ObjectList::SubscriptionSchedules},
        {QStringLiteral("charge"), ObjectList::Charges}, {QStringLiteral("refund"), ObjectList::Refunds}, {QStringLiteral("credit_note"), ObjectList::CreditNotes},
        {QStringLiteral("invoice_payment"), ObjectList::InvoicePayments}};
    const auto found = lists.constFind(objectType);
    return found == lists.constEnd() ? std::nullopt : std::optional(*found);
}

QString objectListName(ObjectList list)
{
    switch (list) {
    case ObjectList::Products: return QStringLiteral("products");
    case ObjectList::Prices: return QStringLiteral("prices");
    case ObjectList::Coupons: return QStringLiteral("coupons");
    case ObjectList::Customers: return QStringLiteral("customers");
    case ObjectList::Subscriptions: return QStringLiteral("subscriptions");
    case ObjectList::Invoices: return QStringLiteral("invoices");
    case ObjectList::PaymentIntents: return QStringLiteral("payment_intents");
    case ObjectList::Events: return QStringLiteral("events");
    case ObjectList::SubscriptionSchedules: return QStringLiteral("subscription_schedules");
    case ObjectList::Charges: return QStringLiteral("charges");
    case ObjectList::Refunds: return QStringLiteral("refunds");
    case ObjectList::CreditNotes: return QStringLiteral("credit_notes");
    case ObjectList::InvoicePayments: return QStringLiteral("invoice_payments");
    case ObjectList::BalanceTransactions: return QStringLiteral("balance_transactions");
    case ObjectList::PaymentMethods: return QStringLiteral("payment_methods");
    case ObjectList::Discounts: return QStringLiteral("discounts");
    }
    return {};
}

bool isSupplementary(ObjectList list)
{
    return list >= ObjectList::SubscriptionSchedules;
}

const std::vector<ObjectList>& allLists()
{
    static const std::vector<ObjectList> all = {ObjectList::Products, ObjectList::Prices, ObjectList::Coupons, ObjectList::Customers, ObjectList::Subscriptions,
        ObjectList::Invoices, ObjectList::PaymentIntents, ObjectList::Events, ObjectList::SubscriptionSchedules, ObjectList::Charges, ObjectList::Refunds,
        ObjectList::CreditNotes, ObjectList::InvoicePayments, ObjectList::BalanceTransactions};
    return all;
}

Result<qint64> Mirror::beginRun(qint64 nowMs)
{
    return d->safely([&]() -> Result<qint64> {
        WriteScope scope(*d->db);
        {
            Query open(*d->db, "SELECT run FROM runs WHERE finished_ms IS NULL AND started_ms > ? AND started_ms <= ? ORDER BY run DESC LIMIT 1");
            open.bind(nowMs - kRunLastsMs).bind(nowMs);
            if (open.next()) {
                return open.integer(0);
            }
        }
        Query(*d->db, "DELETE FROM runs WHERE finished_ms IS NULL").run();
        Query(*d->db, "INSERT INTO runs(started_ms) VALUES(?)").bind(nowMs).run();
        const qint64 run = d->db->lastRowId();
        setIndexesAside(*d->db);
        mirrorBump(*d->db);
        scope.commit();
        return run;
    });
}

Result<std::vector<ListProgress>> Mirror::progress(qint64 run) const
{
    return d->safely([&]() -> Result<std::vector<ListProgress>> { return mirrorProgress(*d->db, run); });
}

Result<bool> Mirror::wasSeen(ObjectList list, const QString& id, qint64 run) const
{
    // The tables of the mirror have the names of Stripe's lists.
    return d->safely([&]() -> Result<bool> {
        Query query(*d->db, "SELECT 1 FROM " + objectListName(list).toStdString() + " WHERE id = ? AND run = ?");
        query.bind(id).bind(run);
        return query.next();
    });
}

Status Mirror::abandonRun(qint64 run)
{
    return d->safely([&]() -> Status {
        // A day and more ago: beginRun takes it up no more.
        Query(*d->db, "UPDATE runs SET started_ms = 0 WHERE run = ? AND finished_ms IS NULL").bind(run).run();
        return {};
    });
}

Status Mirror::finishRun(qint64 run, qint64 nowMs)
{
    if (const Status back = buildIndexes(); !back) {
        return back;
    }
    return d->safely([&]() -> Status {
        WriteScope scope(*d->db);
        qint64 startedMs = 0;
        {
            Query query(*d->db, "SELECT started_ms FROM runs WHERE run = ?");
            query.bind(run);
            if (!query.next()) {
                return fail(ErrorKind::Internal, QStringLiteral("A sync that never began cannot end."));
            }
            startedMs = query.integer(0);
        }
        QMap<ObjectList, ListProgress> lists;
        for (const ListProgress& progress : mirrorProgress(*d->db, run)) {
            lists.insert(progress.list, progress);
        }
        bool complete = true;
        for (const ObjectList list : allLists()) {
            const ListProgress progress = lists.value(list);
            if (!progress.ended && !progress.notPermitted) {
                return fail(ErrorKind::Internal, QStringLiteral("The list of %1 was not read to its end.").arg(objectListName(list)));
            }
            complete = complete && (progress.ended || isSupplementary(list));
        }
        if (const QString gap = mirrorGapIn(*d->db, run); !gap.isEmpty()) {
            return fail(ErrorKind::Internal, QStringLiteral("The list of %1 was read with a gap.").arg(gap));
        }
        MirrorWriter writer(*d->db, nowMs, run);
        for (const ObjectList list : allLists()) {
            if (lists.value(list).ended) {
                mirrorDropUnseen(*d->db, list, run, startedMs, writer);
            }
        }
        writer.refreshTouched();
        Query(*d->db, "UPDATE runs SET finished_ms = ?, complete = ? WHERE run = ?").bind(nowMs).bind(complete).bind(run).run();
        Query(*d->db, "DELETE FROM runs WHERE run < ? AND run NOT IN (SELECT run FROM runs WHERE complete = 1 ORDER BY run DESC LIMIT 1)").bind(run).run();
        mirrorBump(*d->db);
        scope.commit();
        d->emptyLogAfter(writer);
        return {};
    });
}

Result<QStringList> Mirror::missingPrices(qint64 nowMs) const
{
    return d->safely([&]() -> Result<QStringList> {
        return mirrorTexts(*d->db, "SELECT ref FROM (SELECT DISTINCT ref FROM subscription_refs WHERE kind = 1 UNION SELECT DISTINCT price_id FROM invoice_lines "
                                   "WHERE price_id <> '') WHERE ref NOT IN (SELECT id FROM prices WHERE tiered = 0 OR tiers_known = 1) "
                                   "AND ref NOT IN (SELECT id FROM absent WHERE at_ms > ?) ORDER BY ref", nowMs - kAbsentForMs);
    });
}

Result<QStringList> Mirror::missingCoupons(qint64 nowMs) const
{
    return d->safely([&]() -> Result<QStringList> {
        return mirrorTexts(*d->db, "SELECT ref FROM (SELECT DISTINCT ref FROM subscription_refs WHERE kind = 3 UNION SELECT coupon_id FROM customers "
                                   "WHERE coupon_id <> '') WHERE ref NOT IN (SELECT id FROM coupons) "
                                   "AND ref NOT IN (SELECT id FROM absent WHERE at_ms > ?) ORDER BY ref", nowMs - kAbsentForMs);
    });
}

Status Mirror::rememberAbsent(const QString& id, qint64 nowMs)
{
    return d->safely([&]() -> Status {
        Query(*d->db, "INSERT INTO absent(id, at_ms) VALUES(?, ?) ON CONFLICT(id) DO UPDATE SET at_ms = excluded.at_ms").bind(id).bind(nowMs).run();
        return {};
    });
}

} // namespace ch::store
