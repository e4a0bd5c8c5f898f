// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger as it is kept, in Mirror.
#include "store/MirrorPrivate.h"
#include "store/SetAside.h"

#include <QStringList>
#include <map>

namespace ch::store {

namespace {

constexpr char kLedgerZone[] = "ledger_zone";
constexpr char kLedgerAt[] = "ledger_at_ms";
constexpr char kLedgerInsert[] = "INSERT INTO ledger(customer_n, place, at, earlier, later, day, subscription_id, item_id, currency, business_type, mrr, list_more, contracted_more, "
                                 "net_more, at_risk, committed_more, class, kind, cause, source, flags, started, evidence_id) "
                                 "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

class LedgerInserter final : public LedgerSink {
public:
    explicit LedgerInserter(Database& db)
        : m_customer(db, "SELECT n FROM customers WHERE id = ?"), m_row(db, kLedgerInsert),
          m_sum(db, "INSERT INTO ledger_sums(grain, start, currency, business_type, class, kind, minor, subscriptions) VALUES(?, ?, ?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT(grain, start, currency, business_type, class, kind) DO UPDATE SET minor = minor + excluded.minor, subscriptions = subscriptions + excluded.subscriptions")
    {
    }

    void beginCustomer(std::string_view customerId) override
    {
        m_place = 0;
        m_customer.bindText(customerId);
        m_customerN = m_customer.next() ? m_customer.integer(0) : 0;
        m_customer.reset();
    }

    void add(const LedgerRow& row) override
    {
        m_row.bind(m_customerN).bind(m_place++).bind(row.at).bind(row.at - row.earliest).bind(row.latest - row.at).bind(row.day);
        m_row.bindText(row.subscriptionId).bindText(row.itemId).bindText(row.currency).bindText(row.businessType);
        m_row.bind(row.mrr).bind(row.list - row.mrr).bind(row.contracted - row.mrr).bind(row.net - row.mrr).bind(row.atRisk).bind(row.committed - row.mrr);
        m_row.bind(row.movementClass).bind(row.kind).bind(row.cause).bind(row.source).bind(row.flags).bind(row.started).bindText(row.evidenceId).run();
    }

    void add(const LedgerSum& sum) override
    {
        m_sum.bind(static_cast<int>(sum.grain)).bind(sum.start).bind(sum.currency).bind(sum.businessType).bind(sum.movementClass).bind(sum.kind).bind(sum.minor).bind(sum.subscriptions).run();
    }

private:
    Query m_customer;
    Query m_row;
    Query m_sum;
    qint64 m_customerN = 0;
    qint64 m_place = 0;
};

/// Takes the rows of one customer, and what they do to the sums.
class LedgerRenewer final : public LedgerSink {
public:
    explicit LedgerRenewer(Database& db) : m_db(db), m_inserter(db) {}

    void forget(const QString& customerId)
    {
        qint64 n = 0;
        {
            Query query(m_db, "SELECT n FROM customers WHERE id = ?");
            query.bind(customerId);
            n = query.next() ? query.integer(0) : 0;
        }
        Query rows(m_db, "SELECT day, currency, business_type, class, kind, mrr, started FROM ledger WHERE customer_n = ?");
        rows.bind(n);
        while (rows.next()) {
            change(static_cast<int>(rows.integer(0)), rows.text(1), rows.text(2), static_cast<int>(rows.integer(3)), static_cast<int>(rows.integer(4)), -rows.integer(5), -rows.integer(6));
        }
        Query(m_db, "DELETE FROM ledger WHERE customer_n = ?").bind(n).run();
    }

    void beginCustomer(std::string_view customerId) override { m_inserter.beginCustomer(customerId); }
    void add(const LedgerRow& row) override
    {
        m_inserter.add(row);
        const auto text = [](std::string_view view) { return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size())); };
        change(row.day, text(row.currency), text(row.businessType), row.movementClass, row.kind, row.mrr, row.started);
    }
    void add(const LedgerSum& sum) override { m_inserter.add(sum); }

    void writeSums()
    {
        for (const auto& [key, sum] : m_sums) {
            if (sum.minor != 0 || sum.subscriptions != 0) {
                m_inserter.add(sum);
            }
        }
    }

private:
    using Key = std::tuple<LedgerGrain, int, QString, QString, int, int>;

    void change(int day, const QString& currency, const QString& type, int movementClass, int kind, qint64 minor, qint64 subscriptions)
    {
        for (const auto& [grain, start] : {std::pair(LedgerGrain::Day, day), std::pair(LedgerGrain::Month, day / 100 * 100 + 1)}) {
            LedgerSum& sum = m_sums.try_emplace({grain, start, currency, type, movementClass, kind}, LedgerSum{grain, start, currency, type, movementClass, kind, 0, 0}).first->second;
            sum.minor += minor;
            sum.subscriptions += subscriptions;
        }
    }

    Database& m_db;
    LedgerInserter m_inserter;
    std::map<Key, LedgerSum> m_sums;
};

/// Nothing in the ledger names a person, and overwriting what goes would double the work.
class PlainDelete {
public:
    explicit PlainDelete(Database& db) : m_db(db) { m_db.run("PRAGMA secure_delete=OFF"); }
    ~PlainDelete() { (void)m_db.handle().tryExec("PRAGMA secure_delete=ON"); }
    PlainDelete(const PlainDelete&) = delete;
    PlainDelete& operator=(const PlainDelete&) = delete;

private:
    Database& m_db;
};

} // namespace

Status Mirror::replaceLedger(const LedgerState& state, const std::function<Status(LedgerSink&)>& fill)
{
    return d->safely([&]() -> Status {
        const PlainDelete plain(*d->db);
        WriteScope scope(*d->db);
        d->db->run("DELETE FROM ledger; DELETE FROM ledger_sums; DELETE FROM ledger_dirty; DROP INDEX ledger_at");
        {
            LedgerInserter inserter(*d->db);
            if (const Status filled = fill(inserter); !filled) {
                return filled;
            }
        }
        d->db->run("CREATE INDEX ledger_at ON ledger(at) WHERE mrr <> 0"); // made at once it costs a third of being kept row by row
        mirrorSetMeta(*d->db, QLatin1String(kLedgerMadeMeta), state.made);
        mirrorSetMeta(*d->db, QLatin1String(kLedgerZone), state.zone);
        mirrorSetMeta(*d->db, QLatin1String(kLedgerAt), QString::number(state.atMs));
        mirrorBump(*d->db);
        scope.commit();
        (void)d->db->emptyLog(); // as large as the ledger: the next small change is not to wait for it
        return {};
    });
}

Result<bool> Mirror::renewLedger(qint64 atMost, qint64 atMs, const std::function<Status(const QString& customerId, LedgerSink&)>& fill)
{
    return d->safely([&]() -> Result<bool> {
        WriteScope scope(*d->db);
        QStringList dirty;
        {
            Query query(*d->db, "SELECT customer_id FROM ledger_dirty LIMIT ?");
            query.bind(atMost + 1);
            while (query.next()) {
                dirty << query.text(0);
            }
        }
        if (dirty.size() > atMost) {
            return false;
        }
        if (dirty.isEmpty()) {
            return true;
        }
        putIndexesBack(*d->db); // one customer's rows are read by them
        {
            LedgerRenewer renewer(*d->db);
            for (const QString& customerId : std::as_const(dirty)) {
                renewer.forget(customerId);
                if (const Status filled = fill(customerId, renewer); !filled) {
                    return fail(filled.error());
                }
            }
            renewer.writeSums();
        }
        Query(*d->db, "DELETE FROM ledger_dirty").run();
        mirrorSetMeta(*d->db, QLatin1String(kLedgerAt), QString::number(atMs));
        mirrorBump(*d->db);
        scope.commit();
        return true;
    });
}

Status Mirror::forgetLedger()
{
    return d->safely([&]() -> Status {
        mirrorSetMeta(*d->db, QLatin1String(kLedgerMadeMeta), QString());
        return {};
    });
}

} // namespace ch::store
