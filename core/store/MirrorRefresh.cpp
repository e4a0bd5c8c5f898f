// SPDX-License-Identifier: GPL-3.0-or-later
// What is derived from subscriptions: status, MRR and counts of customers and businesses. Currencies are never added up: the row shows the
// one with the most subscriptions that bring something, currencies says how many there are, and *_mrr hold them all for sums.
#include "store/BusinessKeys.h"
#include "store/MirrorWriter.h"
#include "store/StatusRank.h"
#include "store/Text.h"

#include <QMap>
#include <algorithm>
#include <limits>

namespace ch::store {

namespace {

struct RefreshSum {
    qint64 minor = 0;
    qint64 subscriptions = 0;
};

struct RefreshFigures {
    QString status;
    int rank = std::numeric_limits<int>::max();
    qint64 created = 0;
    QString currency;       // of the subscription that gives the status
    qint64 count = 0;
    QMap<QString, RefreshSum> sums;

    void take(const QString& subscriptionStatus, const QString& subscriptionCurrency, qint64 subscriptionCreated)
    {
        const int its = statusRank(subscriptionStatus);
        if (its < rank || (its == rank && subscriptionCreated > created)) {
            rank = its;
            status = subscriptionStatus;
            created = subscriptionCreated;
            currency = subscriptionCurrency;
        }
    }

    void add(const QString& sumCurrency, qint64 minor, qint64 subscriptions)
    {
        RefreshSum& sum = sums[sumCurrency];
        qint64 total = 0;
        if (!addMinor(sum.minor, minor, &total)) {
            total = minor > 0 ? std::numeric_limits<qint64>::max() : std::numeric_limits<qint64>::min();
        }
        sum.minor = total;
        sum.subscriptions += subscriptions;
    }

    /// The currency that the row shows.
    [[nodiscard]] QString main() const
    {
        QString best = currency;
        const RefreshSum* most = nullptr;
        for (auto sum = sums.constBegin(); sum != sums.constEnd(); ++sum) {
            if (sum->minor == 0) {
                continue;
            }
            if (!most || sum->subscriptions > most->subscriptions || (sum->subscriptions == most->subscriptions && sum->minor > most->minor)) {
                most = &*sum;
                best = sum.key();
            }
        }
        return best;
    }

    [[nodiscard]] qint64 currencies() const
    {
        return std::count_if(sums.cbegin(), sums.cend(), [](const RefreshSum& sum) { return sum.minor != 0; });
    }
};

void refreshWriteSums(Database& db, const std::string& table, const std::string& owner, qint64 n, const RefreshFigures& figures)
{
    Query(db, "DELETE FROM " + table + " WHERE " + owner + " = ?").bind(n).run();
    Query insert(db, "INSERT INTO " + table + "(" + owner + ", currency, minor) VALUES(?, ?, ?)");
    for (auto sum = figures.sums.constBegin(); sum != figures.sums.constEnd(); ++sum) {
        if (sum->minor != 0) {
            insert.bind(n).bind(sum.key()).bind(sum->minor).run();
        }
    }
}

/// What a row shows of its subscriptions.
struct RefreshShown {
    QString status;
    std::optional<qint64> minor; ///< nothing where there is no subscription
    QString currency;
    qint64 currencies = 0;
    qint64 count = 0;

    bool operator==(const RefreshShown&) const = default;
    /// Nothing or one amount, the same: the sums beside the row are right then.
    [[nodiscard]] bool hasSumsOf(const RefreshShown& other) const
    {
        return currencies == other.currencies && (currencies == 0 || (currencies == 1 && minor == other.minor && currency == other.currency));
    }
};

RefreshShown refreshShown(const RefreshFigures& figures)
{
    const QString main = figures.main();
    return {figures.status, figures.count == 0 ? std::nullopt : std::optional<qint64>(figures.sums.value(main).minor), main, figures.currencies(), figures.count};
}

/// Of the five columns from first on.
RefreshShown refreshShown(const Query& row, int first)
{
    return {row.text(first), row.optionalInteger(first + 1), row.text(first + 2), row.integer(first + 3), row.integer(first + 4)};
}

struct RefreshCustomer {
    qint64 n = 0;
    QString id;
    QString name;
    QString email;
    QString type;
    QString businessName;
    qint64 created = 0;
    bool deleted = false;
    QString search;
};

std::vector<RefreshCustomer> refreshCustomersOf(Database& db, const QString& businessId)
{
    std::vector<RefreshCustomer> customers;
    Query query(db, "SELECT n, id, name, email, business_type, business_name, created, deleted, search FROM customers "
                    "WHERE business_id = ? AND business_id <> '' AND hidden = 0 ORDER BY deleted, created DESC, n DESC");
    query.bind(businessId);
    while (query.next()) {
        customers.push_back({query.integer(0), query.text(1), query.text(2), query.text(3), query.text(4), query.text(5), query.integer(6),
                             query.integer(7) != 0, query.text(8)});
    }
    return customers;
}

/// The first that is not empty.
QString refreshFirst(const std::vector<RefreshCustomer>& customers, QString RefreshCustomer::*member)
{
    for (const RefreshCustomer& customer : customers) {
        if (!(customer.*member).isEmpty()) {
            return customer.*member;
        }
    }
    return {};
}

/// Adds what the customer's subscriptions say.
void refreshAddSubscriptions(Database& db, const QString& customerId, RefreshFigures* figures)
{
    Query query(db, "SELECT status, currency, created, value_currency, mrr_minor FROM subscriptions WHERE customer_id = ? AND hidden = 0");
    query.bind(customerId);
    while (query.next()) {
        figures->take(query.text(0), query.text(1), query.integer(2));
        ++figures->count;
        if (query.integer(4) != 0) {
            figures->add(query.text(3), query.integer(4), 1);
        }
    }
}

/// The row of a business, apart from its figures. Of one that stands as it is, nothing is written.
struct RefreshBusinessRow {
    QString name;
    QString type;
    QString email;
    QString search;
    QString customerId;
    qint64 created = 0;
    bool isConflict = false;
    bool isDeleted = false;

    bool operator==(const RefreshBusinessRow&) const = default;
};

RefreshBusinessRow refreshBusinessRow(const QString& businessId, const std::vector<RefreshCustomer>& customers)
{
    RefreshBusinessRow row;
    row.name = refreshFirst(customers, &RefreshCustomer::businessName);
    if (row.name.isEmpty()) {
        row.name = refreshFirst(customers, &RefreshCustomer::name);
    }
    if (row.name.isEmpty()) {
        row.name = businessId;
    }
    row.type = refreshFirst(customers, &RefreshCustomer::type);
    if (row.type.isEmpty()) {
        row.type = QLatin1String(kUnclassified);
    }
    row.email = refreshFirst(customers, &RefreshCustomer::email);
    row.created = customers.front().created;
    row.customerId = customers.front().id;
    qint64 living = 0;
    QStringList search = {folded(businessId)};
    for (const RefreshCustomer& customer : customers) {
        search << customer.search;
        row.created = customer.created > 0 ? std::min(row.created, customer.created) : row.created;
        living += customer.deleted ? 0 : 1;
    }
    row.search = search.join(QLatin1Char('\n'));
    row.isConflict = living > 1;
    row.isDeleted = living == 0;
    return row;
}

void refreshWriteBusiness(Database& db, const QString& businessId, bool isKnown, const RefreshBusinessRow& row, const RefreshShown& shown)
{
    Query(db, isKnown ? "UPDATE businesses SET name = ?2, name_key = ?3, type = ?4, status = ?5, mrr_minor = ?6, mrr_currency = ?7, currencies = ?8, subscriptions = ?9, "
                    "email = ?10, customer_id = ?11, created = ?12, conflict = ?13, deleted = ?14, search = ?15 WHERE business_id = ?1"
                  : "INSERT INTO businesses(business_id, name, name_key, type, status, mrr_minor, mrr_currency, currencies, subscriptions, email, customer_id, "
                    "created, conflict, deleted, search) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)")
        .bind(businessId)
        .bind(row.name)
        .bind(folded(row.name))
        .bind(row.type)
        .bind(shown.status)
        .bind(shown.minor)
        .bind(shown.currency)
        .bind(shown.currencies)
        .bind(shown.count)
        .bind(row.email)
        .bind(row.customerId)
        .bind(row.created)
        .bind(row.isConflict)
        .bind(row.isDeleted)
        .bind(row.search)
        .run();
}

} // namespace

int statusRank(const QString& status)
{
    static const QStringList kBestFirst = {QStringLiteral("active"),     QStringLiteral("trialing"), QStringLiteral("past_due"), QStringLiteral("unpaid"),
                                           QStringLiteral("paused"),     QStringLiteral("incomplete")};
    static const QStringList kOver = {QStringLiteral("canceled"), QStringLiteral("incomplete_expired")};
    if (const auto at = kBestFirst.indexOf(status); at >= 0) {
        return static_cast<int>(at);
    }
    const auto over = kOver.indexOf(status);
    return static_cast<int>(kBestFirst.size()) + (over < 0 ? 0 : 1 + static_cast<int>(over)); // an unknown word counts as alive, last
}

void MirrorWriter::refreshTouched()
{
    for (const QString& id : m_touched.inOrder()) {
        touchLedger(id);
        refreshCustomer(id);
    }
    m_touched.clear();
    for (const QString& id : m_touchedBusinesses.inOrder()) {
        refreshBusiness(id);
    }
    m_touchedBusinesses.clear();
    if (hasLedger()) {
        Query dirty(m_db, "INSERT INTO ledger_dirty(customer_id) SELECT ?1 WHERE ?1 <> '' ON CONFLICT(customer_id) DO NOTHING");
        for (const QString& id : m_touchedLedger.inOrder()) {
            dirty.bind(id).run();
        }
    }
    m_touchedLedger.clear();
    indexLateTexts(m_db);
}

void MirrorWriter::refreshCustomer(const QString& id)
{
    qint64 n = 0;
    RefreshShown before;
    {
        Query query(m_db, "SELECT n, business_id, status, mrr_minor, mrr_currency, currencies, subscriptions FROM customers WHERE id = ?");
        query.bind(id);
        if (!query.next()) {
            return;
        }
        n = query.integer(0);
        touchBusiness(query.text(1));
        before = refreshShown(query, 2);
    }
    RefreshFigures figures;
    refreshAddSubscriptions(m_db, id, &figures);
    const RefreshShown shown = refreshShown(figures);
    if (shown != before) {
        Query(m_db, "UPDATE customers SET status = ?, mrr_minor = ?, mrr_currency = ?, currencies = ?, subscriptions = ? WHERE n = ?")
            .bind(shown.status)
            .bind(shown.minor)
            .bind(shown.currency)
            .bind(shown.currencies)
            .bind(shown.count)
            .bind(n)
            .run();
    }
    if (!shown.hasSumsOf(before)) {
        refreshWriteSums(m_db, "customer_mrr", "customer_n", n, figures);
    }
}

void MirrorWriter::refreshBusiness(const QString& businessId)
{
    const std::vector<RefreshCustomer> customers = refreshCustomersOf(m_db, businessId);
    if (customers.empty()) {
        Query(m_db, "DELETE FROM businesses WHERE business_id = ?").bind(businessId).run();
        return;
    }
    RefreshFigures figures;
    for (const RefreshCustomer& customer : customers) {
        refreshAddSubscriptions(m_db, customer.id, &figures);
        if (customers.size() > 1) {
            touchLedger(customer.id); // its type may be another customer's
        }
    }
    std::optional<qint64> n;
    RefreshBusinessRow rowBefore;
    RefreshShown before;
    {
        Query query(m_db, "SELECT n, name, type, email, search, customer_id, created, conflict, deleted, status, mrr_minor, mrr_currency, currencies, subscriptions "
                          "FROM businesses WHERE business_id = ?");
        query.bind(businessId);
        if (query.next()) {
            n = query.integer(0);
            rowBefore = {query.text(1), query.text(2), query.text(3), query.text(4), query.text(5), query.integer(6), query.integer(7) != 0, query.integer(8) != 0};
            before = refreshShown(query, 9);
        }
    }
    const RefreshBusinessRow row = refreshBusinessRow(businessId, customers);
    const RefreshShown shown = refreshShown(figures);
    if (!n || row != rowBefore || shown != before) {
        refreshWriteBusiness(m_db, businessId, n.has_value(), row, shown);
    }
    if (!shown.hasSumsOf(before)) {
        refreshWriteSums(m_db, "business_mrr", "business_n", n ? *n : m_db.lastRowId(), figures);
    }
}

} // namespace ch::store
