// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/MirrorReader.h"

#include "store/BusinessKeys.h"
#include "store/Mirror.h"
#include "store/MirrorPrivate.h"
#include "store/MirrorWriter.h"
#include "store/ReaderPrivate.h"
#include "store/Text.h"
#include "stripe/Parse.h"

#include <QFileInfo>
#include <QUrl>

namespace ch::store {

namespace {

template <typename T>
Result<T> readerParse(const QByteArray& packed)
{
    Result<T> object = stripe::parseObject<T>(unpackedJson(packed), stripe::JsonText::Checked);
    if (!object) {
        object.error().kind = ErrorKind::Damaged;
        object.error().message = QStringLiteral("The mirror holds an object that cannot be read. Sync again to read it anew from Stripe.");
    }
    return object;
}

/// Unpacks each row's first column and hands it on; the statement's rows are those of one moment.
template <typename T>
Status readerVisit(Query& query, const std::function<void(const T&)>& visit)
{
    while (query.next()) {
        const Result<T> object = readerParse<T>(query.blob(0));
        if (!object) {
            return fail(object.error());
        }
        visit(*object);
    }
    return {};
}

/// endedRun: the newest backfill that ended, begun at startedMs. See Completeness.
void readerThrough(Database& db, bool hasRecords, qint64 endedRun, qint64 startedMs, Completeness* answer)
{
    const qint64 toldMs = mirrorMeta(db, QLatin1String(kEventsThroughMeta)).toLongLong();
    const QString toldAfter = mirrorMeta(db, QLatin1String(kEventsThroughRunMeta)); // empty: of before that was kept
    const bool isNewer = toldAfter.isEmpty() ? toldMs >= startedMs : toldAfter.toLongLong() >= endedRun;
    if (toldMs == 0 || !isNewer) {
        answer->throughMs = startedMs;
        return;
    }
    answer->throughMs = toldMs;
    if (hasRecords) {
        Query by(db, "SELECT through_by FROM rec.event_log_state WHERE through_ms > 0");
        answer->throughBy = by.next() ? throughByOf(by.text(0)) : ThroughBy::Sync;
    }
}

} // namespace

MirrorReader::MirrorReader() : d(std::make_unique<Private>())
{
    d->cache = std::make_shared<TableCache>();
}

MirrorReader::~MirrorReader() = default;

Result<std::unique_ptr<MirrorReader>> MirrorReader::open(const QString& dir, std::shared_ptr<TableCache> cache)
{
    Result<std::unique_ptr<Database>> db = Database::openForReading(mirrorPath(dir), mirrorFile());
    if (!db) {
        return fail(db.error());
    }
    std::unique_ptr<MirrorReader> reader(new MirrorReader);
    reader->d->owned = *std::move(db);
    reader->d->db = reader->d->owned.get();
    reader->d->dir = dir;
    if (cache) {
        reader->d->cache = std::move(cache);
    }
    return reader;
}

void MirrorReader::Private::attachRecords()
{
    const QString path = recordsPath(dir);
    if (hasRecords || db->isInTransaction() || QFileInfo(path).size() <= 0) {
        return;
    }
    try {
        const QString uri = QStringLiteral("file:") + QString::fromLatin1(QUrl::toPercentEncoding(path, "/:")) + QStringLiteral("?mode=ro");
        Query attach(*db, "ATTACH ? AS rec");
        attach.bind(uri);
        (void)attach.next();
        attach.reset();
        const bool fits = db->integer("PRAGMA rec.application_id") == recordsFile().applicationId &&
            db->integer("PRAGMA rec.user_version") == static_cast<qint64>(recordsFile().steps.size());
        if (!fits) {
            db->run("DETACH rec");
        }
        hasRecords = fits;
    } catch (const SQLite::Exception&) {
        (void)db->handle().tryExec("DETACH rec"); // RecordsFile::open is the one that says what is wrong with it
    }
}

template <typename T>
Result<std::optional<T>> MirrorReader::Private::one(const char* table, const QString& id) const
{
    return guarded(*db, [&]() -> Result<std::optional<T>> {
        Query query(*db, std::string("SELECT raw FROM ") + table + " WHERE id = ? AND raw IS NOT NULL");
        query.bind(id);
        if (!query.next()) {
            return std::nullopt;
        }
        Result<T> object = readerParse<T>(query.blob(0));
        if (!object) {
            return fail(object.error());
        }
        return std::optional<T>(*std::move(object));
    });
}

template <typename T>
Result<std::vector<T>> MirrorReader::Private::ofCustomer(const char* table, const QString& customerId) const
{
    return guarded(*db, [&]() -> Result<std::vector<T>> {
        std::vector<T> all;
        Query query(*db, std::string("SELECT raw FROM ") + table + " WHERE customer_id = ? AND hidden <> 1 ORDER BY created DESC, n DESC");
        query.bind(customerId);
        const Status read = readerVisit<T>(query, [&all](const T& object) { all.push_back(object); });
        if (!read) {
            return fail(read.error());
        }
        return all;
    });
}

Result<qint64> MirrorReader::revision() const
{
    return guarded(*d->db, [&]() -> Result<qint64> { return d->db->integer("SELECT revision FROM counter"); });
}

Result<Completeness> MirrorReader::completeness() const
{
    return guarded(*d->db, [&]() -> Result<Completeness> {
        d->attachRecords();
        const ReadScope scope(*d->db);
        Completeness answer;
        qint64 newest = 0;
        bool newestFinished = false;
        {
            Query runs(*d->db, "SELECT run, started_ms, finished_ms IS NOT NULL, complete FROM runs ORDER BY run DESC");
            bool decided = false;
            while (runs.next()) {
                if (newest == 0) {
                    newest = runs.integer(0);
                    newestFinished = runs.integer(2) != 0;
                    answer.running = !newestFinished;
                }
                if (!decided && runs.integer(2) != 0) {
                    answer.complete = runs.integer(3) != 0; // of the newest that ended
                    readerThrough(*d->db, d->hasRecords, runs.integer(0), runs.integer(1), &answer);
                    decided = true;
                }
                if (answer.completeAsOfMs == 0 && runs.integer(3) != 0) {
                    answer.completeAsOfMs = runs.integer(1);
                }
            }
        }
        Query lists(*d->db, "SELECT list, ended, not_permitted FROM progress WHERE run = ?");
        lists.bind(newest);
        QList<ObjectList> known;
        while (lists.next()) {
            const auto list = static_cast<ObjectList>(lists.integer(0));
            if (lists.integer(2) != 0) {
                answer.notPermittedLists << objectListName(list);
            }
            if (lists.integer(1) != 0 || (lists.integer(2) != 0 && isSupplementary(list))) {
                known << list;
            }
        }
        for (const ObjectList list : allLists()) {
            if (!answer.complete && !known.contains(list)) {
                answer.missingLists << objectListName(list);
            }
        }
        return answer;
    });
}

Result<MirrorCounts> MirrorReader::counts() const
{
    return guarded(*d->db, [&]() -> Result<MirrorCounts> {
        const ReadScope scope(*d->db);
        MirrorCounts counts;
        counts.customers = d->db->integer("SELECT count(*) FROM customers WHERE deleted = 0 AND hidden = 0 AND received_ms > 0");
        counts.subscriptions = d->db->integer("SELECT count(*) FROM subscriptions WHERE hidden = 0");
        counts.invoices = d->db->integer("SELECT count(*) FROM invoices WHERE hidden = 0");
        counts.prices = d->db->integer("SELECT count(*) FROM prices");
        counts.products = d->db->integer("SELECT count(*) FROM products WHERE hidden = 0");
        counts.events = d->db->integer("SELECT count(*) FROM events");
        counts.paymentIntents = d->db->integer("SELECT count(*) FROM payment_intents");
        counts.coupons = d->db->integer("SELECT count(*) FROM coupons WHERE hidden = 0");
        counts.schedules = d->db->integer("SELECT count(*) FROM subscription_schedules WHERE hidden = 0");
        counts.charges = d->db->integer("SELECT count(*) FROM charges");
        counts.refunds = d->db->integer("SELECT count(*) FROM refunds");
        counts.creditNotes = d->db->integer("SELECT count(*) FROM credit_notes");
        counts.invoicePayments = d->db->integer("SELECT count(*) FROM invoice_payments");
        counts.balanceTransactions = d->db->integer("SELECT count(*) FROM balance_transactions");
        counts.paymentMethods = d->db->integer("SELECT count(*) FROM payment_methods");
        return counts;
    });
}

Result<std::optional<stripe::Customer>> MirrorReader::customer(const QString& id) const
{
    return guarded(*d->db, [&]() -> Result<std::optional<stripe::Customer>> {
        Query query(*d->db, "SELECT raw, deleted FROM customers WHERE id = ?");
        query.bind(id);
        if (!query.next()) {
            return std::nullopt;
        }
        if (query.isNull(0)) {
            stripe::Customer bare; // deleted, or known only because a subscription names it
            bare.id = id;
            bare.deleted = query.integer(1) != 0;
            return std::optional<stripe::Customer>(bare);
        }
        Result<stripe::Customer> customer = readerParse<stripe::Customer>(query.blob(0));
        if (!customer) {
            return fail(customer.error());
        }
        return std::optional<stripe::Customer>(*std::move(customer));
    });
}

Result<std::optional<stripe::Subscription>> MirrorReader::subscription(const QString& id) const
{
    return d->one<stripe::Subscription>("subscriptions", id);
}

Result<std::optional<stripe::Price>> MirrorReader::price(const QString& id) const
{
    Result<std::optional<stripe::Price>> listed = d->one<stripe::Price>("prices", id);
    if (!listed || *listed) {
        return listed;
    }
    return guarded(*d->db, [&]() -> Result<std::optional<stripe::Price>> {
        Query query(*d->db, "SELECT price FROM known_prices WHERE id = ?"); // it came inside an item, and no list shows it
        query.bind(id);
        if (!query.next()) {
            return std::nullopt;
        }
        const Result<stripe::Price> price = stripe::parseObject<stripe::Price>(query.text(0).toUtf8());
        return price ? Result<std::optional<stripe::Price>>(*price) : fail(price.error());
    });
}

Result<std::optional<stripe::Coupon>> MirrorReader::coupon(const QString& id) const
{
    return d->one<stripe::Coupon>("coupons", id);
}

Result<std::optional<stripe::Invoice>> MirrorReader::invoice(const QString& id) const
{
    return d->one<stripe::Invoice>("invoices", id);
}

Result<std::optional<stripe::PaymentIntent>> MirrorReader::paymentIntent(const QString& id) const
{
    return d->one<stripe::PaymentIntent>("payment_intents", id);
}

Result<std::vector<stripe::Subscription>> MirrorReader::subscriptionsOfCustomer(const QString& customerId) const
{
    return d->ofCustomer<stripe::Subscription>("subscriptions", customerId);
}

Result<std::vector<stripe::Invoice>> MirrorReader::invoicesOfCustomer(const QString& customerId) const
{
    return d->ofCustomer<stripe::Invoice>("invoices", customerId);
}

Result<std::optional<QByteArray>> MirrorReader::json(const QString& objectId) const
{
    return guarded(*d->db, [&]() -> Result<std::optional<QByteArray>> {
        for (const char* table : {"customers", "subscriptions", "invoices", "prices", "products", "coupons", "payment_intents", "events", "subscription_schedules", "charges", "refunds",
                                  "credit_notes", "invoice_payments", "balance_transactions", "payment_methods"}) {
            Query query(*d->db, std::string("SELECT raw FROM ") + table + " WHERE id = ? AND raw IS NOT NULL");
            query.bind(objectId);
            if (query.next()) {
                return std::optional<QByteArray>(indentedJson(unpackedJson(query.blob(0))));
            }
        }
        return std::nullopt;
    });
}

Status MirrorReader::forEachSubscription(const std::function<void(const stripe::Subscription&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, "SELECT raw FROM subscriptions WHERE hidden = 0 ORDER BY n");
        return readerVisit<stripe::Subscription>(query, visit);
    });
}

Status MirrorReader::forEachInvoiceLine(const std::function<void(const DatedLine&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        Query query(*d->db, "SELECT l.id, l.amount, l.discount_amount, l.description, l.period_start, l.period_end, l.price_id, l.product_id, "
                            "l.unit_amount_decimal, l.quantity, l.subscription_id, l.subscription_item_id, l.proration, l.tax_amount, l.discount_ids, "
                            "i.id, i.status, i.customer_id, i.billing_reason, i.currency, i.created "
                            "FROM invoice_lines l JOIN invoices i ON i.n = l.invoice_n WHERE i.hidden = 0 AND i.status <> 'draft' "
                            "ORDER BY l.subscription_item_id, l.period_start, l.period_end, i.created, l.invoice_n, l.place");
        while (query.next()) {
            DatedLine dated;
            dated.line.id = query.text(0);
            dated.line.amount = query.integer(1);
            dated.line.discountAmount = query.integer(2);
            dated.line.description = query.text(3);
            dated.line.periodStart = query.integer(4);
            dated.line.periodEnd = query.integer(5);
            dated.line.priceId = query.text(6);
            dated.line.productId = query.text(7);
            dated.line.unitAmountDecimal = query.text(8);
            dated.line.quantity = query.optionalInteger(9);
            dated.line.subscriptionId = query.text(10);
            dated.line.subscriptionItemId = query.text(11);
            dated.line.proration = query.integer(12) != 0;
            dated.line.taxAmount = query.integer(13);
            dated.line.discountIds = query.text(14).split(QLatin1Char(' '), Qt::SkipEmptyParts);
            dated.invoiceId = query.text(15);
            dated.invoiceStatus = query.text(16);
            dated.customerId = query.text(17);
            dated.billingReason = query.text(18);
            dated.currency = query.text(19);
            dated.invoiceCreated = query.integer(20);
            visit(dated);
        }
        return {};
    });
}

Status MirrorReader::forEachValue(const std::function<void(const ValuedSubscription&)>& visit) const
{
    return guarded(*d->db, [&]() -> Status {
        d->attachRecords();
        // A record may say the type of a business whose customer does not.
        const std::string record = d->hasRecords ? "(SELECT r.business_type FROM rec.records r WHERE r.business_id = c.business_id AND c.business_id <> '')" : "NULL";
        Query query(*d->db, "SELECT s.id, s.customer_id, coalesce(nullif(b.type, 'unclassified'), nullif(c.business_type, ''), nullif(" + record +
                                ", ''), 'unclassified'), s.status, coalesce(nullif(s.value_currency, ''), s.currency), s.mrr_minor, "
                                "CASE WHEN s.valued = 1 THEN s.problem ELSE 'not_valued_yet' END "
                                "FROM subscriptions s LEFT JOIN customers c ON c.id = s.customer_id LEFT JOIN businesses b ON b.business_id = c.business_id "
                                "WHERE s.hidden = 0 ORDER BY s.n");
        while (query.next()) {
            visit({query.text(0), query.text(1), query.text(2), query.text(3), query.text(4), query.integer(5), query.text(6)});
        }
        return {};
    });
}

Result<QString> MirrorReader::meta(const QString& key) const
{
    return guarded(*d->db, [&]() -> Result<QString> {
        Query query(*d->db, "SELECT value FROM meta WHERE key = ?");
        query.bind(QStringLiteral("x.") + key);
        return query.next() ? query.text(0) : QString();
    });
}

} // namespace ch::store
