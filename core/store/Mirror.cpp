// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Mirror.h"

#include "store/MirrorWriter.h"
#include "store/ReaderPrivate.h"
#include "store/Schema.h"
#include "stripe/Parse.h"

#include <QFile>
#include <array>

namespace ch::store {

namespace {

constexpr qint64 kRunLastsMs = 24LL * 3600 * 1000; ///< a backfill that lay longer begins anew

constexpr std::array kAllLists = {ObjectList::Products,      ObjectList::Prices,   ObjectList::Coupons,        ObjectList::Customers,
                                  ObjectList::Subscriptions, ObjectList::Invoices, ObjectList::PaymentIntents, ObjectList::Events};

QString mirrorMeta(Database& db, const QString& key)
{
    Query query(db, "SELECT value FROM meta WHERE key = ?");
    query.bind(key);
    return query.next() ? query.text(0) : QString();
}

void mirrorSetMeta(Database& db, const QString& key, const QString& text)
{
    Query(db, "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value").bind(key).bind(text).run();
}

void mirrorBump(Database& db)
{
    Query(db, "UPDATE counter SET revision = revision + 1").run();
}

void mirrorWriteProgress(Database& db, const ListProgress& progress)
{
    Query(db, "INSERT INTO progress(run, list, starting_after, objects, ended, not_permitted) VALUES(?, ?, ?, ?, ?, ?) "
              "ON CONFLICT(run, list) DO UPDATE SET starting_after = excluded.starting_after, objects = excluded.objects, ended = excluded.ended, "
              "not_permitted = excluded.not_permitted")
        .bind(progress.run)
        .bind(static_cast<int>(progress.list))
        .bind(progress.startingAfter)
        .bind(progress.objects)
        .bind(progress.ended)
        .bind(progress.notPermitted)
        .run();
}

std::vector<ListProgress> mirrorProgress(Database& db, qint64 run)
{
    std::vector<ListProgress> lists;
    Query query(db, "SELECT list, starting_after, objects, ended, not_permitted FROM progress WHERE run = ? ORDER BY list");
    query.bind(run);
    while (query.next()) {
        lists.push_back({static_cast<ObjectList>(query.integer(0)), run, query.text(1), query.integer(2), query.integer(3) != 0, query.integer(4) != 0});
    }
    return lists;
}

QStringList mirrorTexts(Database& db, const std::string& sql)
{
    QStringList texts;
    Query query(db, sql);
    while (query.next()) {
        texts << query.text(0);
    }
    return texts;
}

/// Of a page of this list, what was not seen and nothing newer brought.
std::string mirrorUnseen(const char* select, const char* table)
{
    return std::string(select) + " " + table + " WHERE run < ? AND received_ms < ? AND hidden = 0";
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
                  " WHERE run < ? AND received_ms < ? AND hidden = 0")
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
    writer.refreshTouched();
}

} // namespace

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
    }
    return {};
}

class Mirror::Private {
public:
    std::unique_ptr<Database> db;
    std::unique_ptr<MirrorReader> reader;
    bool wasRebuilt = false;

    [[nodiscard]] Status checkIdentity(const MirrorIdentity& identity);
    /// guarded, and a file found damaged is marked, so that the next start begins anew.
    template <typename Fn>
    auto safely(Fn&& fn) -> decltype(fn())
    {
        auto result = guarded(*db, std::forward<Fn>(fn));
        if (!result && result.error().kind == ErrorKind::Damaged) {
            QFile mark(db->path() + QStringLiteral(".damaged"));
            (void)mark.open(QIODevice::WriteOnly);
            result.error().message += QStringLiteral(" It is set aside and read anew from Stripe at the next start.");
        }
        return result;
    }
};

Mirror::Mirror() : d(std::make_unique<Private>()) {}
Mirror::~Mirror() = default;

Status Mirror::Private::checkIdentity(const MirrorIdentity& identity)
{
    return guarded(*db, [&]() -> Status {
        WriteScope scope(*db);
        const QString mode = identity.livemode ? QStringLiteral("live") : QStringLiteral("test");
        const QString oldMode = mirrorMeta(*db, QStringLiteral("mode"));
        const QString oldAccount = mirrorMeta(*db, QStringLiteral("account"));
        if (!oldMode.isEmpty() && oldMode != mode) {
            return fail(ErrorKind::Safety, QStringLiteral("The mirror in this folder belongs to %1 mode, the key to %2 mode. Use another profile or data folder.").arg(oldMode, mode));
        }
        if (!oldAccount.isEmpty() && !identity.accountId.isEmpty() && oldAccount != identity.accountId) {
            return fail(ErrorKind::Safety,
                        QStringLiteral("The mirror in this folder belongs to another account (%1, not %2). Use another profile or data folder.").arg(oldAccount, identity.accountId));
        }
        if (oldMode.isEmpty()) {
            mirrorSetMeta(*db, QStringLiteral("mode"), mode);
        }
        if (oldAccount.isEmpty() && !identity.accountId.isEmpty()) {
            mirrorSetMeta(*db, QStringLiteral("account"), identity.accountId);
        }
        scope.commit();
        return {};
    });
}

Result<std::unique_ptr<Mirror>> Mirror::open(const QString& dir, const MirrorIdentity& identity)
{
    const QString path = mirrorPath(dir);
    const QString mark = path + QStringLiteral(".damaged");
    std::unique_ptr<Mirror> mirror(new Mirror);
    Result<std::unique_ptr<Database>> db = QFile::exists(mark)
        ? Result<std::unique_ptr<Database>>(fail(ErrorKind::Damaged, QStringLiteral("The mirror %1 is damaged.").arg(path)))
        : Database::openForWriting(path, mirrorFile());
    if (!db && db.error().kind == ErrorKind::Damaged) {
        if (setDatabaseAside(path).isEmpty()) {
            return fail(ErrorKind::Storage, QStringLiteral("The mirror %1 is damaged and could not be set aside. Check the permissions of its folder.").arg(path));
        }
        QFile::remove(mark);
        mirror->d->wasRebuilt = true;
        db = Database::openForWriting(path, mirrorFile());
    }
    if (!db) {
        return fail(db.error());
    }
    mirror->d->db = *std::move(db);
    if (const Status same = mirror->d->checkIdentity(identity); !same) {
        return fail(same.error());
    }
    mirror->d->reader.reset(new MirrorReader);
    mirror->d->reader->d->db = mirror->d->db.get();
    mirror->d->reader->d->dir = dir;
    return mirror;
}

bool Mirror::wasRebuilt() const
{
    return d->wasRebuilt;
}

Status Mirror::apply(const Batch& batch)
{
    return d->safely([&]() -> Status {
        WriteScope scope(*d->db);
        MirrorWriter writer(*d->db, batch.receivedAtMs, batch.run);
        writer.write(batch);
        if (batch.progress) {
            mirrorWriteProgress(*d->db, *batch.progress);
        }
        if (writer.hasChanged()) {
            mirrorBump(*d->db);
        }
        scope.commit();
        return {};
    });
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
        mirrorBump(*d->db);
        scope.commit();
        return run;
    });
}

Result<std::vector<ListProgress>> Mirror::progress(qint64 run) const
{
    return d->safely([&]() -> Result<std::vector<ListProgress>> { return mirrorProgress(*d->db, run); });
}

Status Mirror::finishRun(qint64 run, qint64 nowMs)
{
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
        for (const ObjectList list : kAllLists) {
            const ListProgress progress = lists.value(list);
            if (!progress.ended && !progress.notPermitted) {
                return fail(ErrorKind::Internal, QStringLiteral("The list of %1 was not read to its end.").arg(objectListName(list)));
            }
            complete = complete && progress.ended;
        }
        MirrorWriter writer(*d->db, nowMs, run);
        const auto ended = [&lists](ObjectList list) { return lists.value(list).ended; };
        if (ended(ObjectList::Subscriptions)) {
            mirrorHideUnseen(*d->db, "subscriptions", run, startedMs, writer);
        }
        if (ended(ObjectList::Invoices)) {
            mirrorHideUnseen(*d->db, "invoices", run, startedMs, writer);
        }
        if (ended(ObjectList::Products)) {
            mirrorHideUnseen(*d->db, "products", run, startedMs, writer);
        }
        if (ended(ObjectList::Coupons)) {
            mirrorHideUnseen(*d->db, "coupons", run, startedMs, writer);
        }
        if (ended(ObjectList::Customers)) {
            mirrorDeleteUnseenCustomers(*d->db, run, startedMs, writer);
        }
        writer.refreshTouched();
        Query(*d->db, "UPDATE runs SET finished_ms = ?, complete = ? WHERE run = ?").bind(nowMs).bind(complete).bind(run).run();
        Query(*d->db, "DELETE FROM runs WHERE run < ? AND run NOT IN (SELECT run FROM runs WHERE complete = 1 ORDER BY run DESC LIMIT 1)").bind(run).run();
        mirrorBump(*d->db);
        scope.commit();
        return {};
    });
}

Result<QStringList> Mirror::missingPrices() const
{
    return d->safely([&]() -> Result<QStringList> {
        return mirrorTexts(*d->db, "SELECT ref FROM (SELECT DISTINCT ref FROM subscription_refs WHERE kind = 1 UNION SELECT DISTINCT price_id FROM invoice_lines "
                                   "WHERE price_id <> '') WHERE ref NOT IN (SELECT id FROM prices WHERE tiered = 0 OR tiers_known = 1) ORDER BY ref");
    });
}

Result<QStringList> Mirror::missingCoupons() const
{
    return d->safely([&]() -> Result<QStringList> {
        return mirrorTexts(*d->db, "SELECT ref FROM (SELECT DISTINCT ref FROM subscription_refs WHERE kind = 3 UNION SELECT coupon_id FROM customers "
                                   "WHERE coupon_id <> '') WHERE ref NOT IN (SELECT id FROM coupons) ORDER BY ref");
    });
}

Status Mirror::revalue(const std::function<SubscriptionValue(const stripe::Subscription&, const MirrorReader&)>& value)
{
    return d->safely([&]() -> Status {
        WriteScope scope(*d->db);
        std::vector<qint64> dirty;
        {
            Query query(*d->db, "SELECT n FROM subscriptions WHERE dirty = 1 ORDER BY n");
            while (query.next()) {
                dirty.push_back(query.integer(0));
            }
        }
        if (dirty.empty()) {
            return {};
        }
        MirrorWriter writer(*d->db, 0, 0);
        for (const qint64 n : dirty) {
            SubscriptionValue worth;
            QString customerId;
            {
                Query query(*d->db, "SELECT raw, customer_id, hidden FROM subscriptions WHERE n = ?");
                query.bind(n);
                if (!query.next()) {
                    continue;
                }
                customerId = query.text(1);
                if (query.integer(2) == 0) {
                    const Result<stripe::Subscription> subscription = stripe::parseObject<stripe::Subscription>(unpackedJson(query.blob(0)));
                    if (subscription) {
                        worth = value(*subscription, *d->reader);
                    } else {
                        worth.problem = QStringLiteral("unreadable");
                    }
                }
            }
            const bool hasProblem = !worth.problem.isEmpty();
            Query(*d->db, "UPDATE subscriptions SET dirty = 0, valued = 1, value_currency = ?, list_minor = ?, contracted_minor = ?, net_minor = ?, "
                          "mrr_minor = ?, problem = ? WHERE n = ?")
                .bind(worth.currency)
                .bind(worth.listMinor)
                .bind(worth.contractedMinor)
                .bind(worth.netMinor)
                .bind(hasProblem ? 0 : worth.mrrMinor)
                .bind(worth.problem)
                .bind(n)
                .run();
            writer.touchCustomer(customerId);
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

Status Mirror::setMeta(const QString& key, const QString& text)
{
    return d->safely([&]() -> Status {
        mirrorSetMeta(*d->db, QStringLiteral("x.") + key, text);
        return {};
    });
}

Result<QString> Mirror::meta(const QString& key) const
{
    return d->safely([&]() -> Result<QString> { return mirrorMeta(*d->db, QStringLiteral("x.") + key); });
}

const MirrorReader& Mirror::reader() const
{
    return *d->reader;
}

qint64 Mirror::revision() const
{
    return d->reader->revision().value_or(0);
}

} // namespace ch::store
