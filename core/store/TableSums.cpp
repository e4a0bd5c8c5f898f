// SPDX-License-Identifier: GPL-3.0-or-later
// What MirrorReader answers about tables: the sum of the amount column by currency.
#include "store/ReaderPrivate.h"
#include "store/TableSets.h"

#include <QMap>
#include <limits>

namespace ch::store {

namespace {

constexpr size_t kLookedUp = 5'000;       ///< more rows than these are read through, not looked up one by one

/// A SELECT of (row id, currency, minor).
struct TableAmount {
    std::string select;
    std::string key;                      ///< where its row id stands
    bool areRecords = false;              ///< row ids below zero: they are read through, and need no key
};

/// What the amount column adds up from.
std::vector<TableAmount> tableAmounts(Table table, bool hasRecords)
{
    switch (table) {
    case Table::Businesses: {
        std::vector<TableAmount> all{{"SELECT m.business_n, m.currency, m.minor FROM business_mrr m WHERE 1", "m.business_n"}};
        if (hasRecords) {
            all.push_back({"SELECT -r.n, m.currency, m.minor FROM rec.records r JOIN customers c ON c.id = r.customer_id AND c.business_id = '' "
                           "AND c.hidden = 0 JOIN customer_mrr m ON m.customer_n = c.n WHERE r.business_id NOT IN (SELECT business_id FROM businesses)",
                           {}, true});
        }
        return all;
    }
    case Table::Customers: return {{"SELECT m.customer_n, m.currency, m.minor FROM customer_mrr m WHERE 1", "m.customer_n"}};
    case Table::Subscriptions: return {{"SELECT s.n, s.currency, s.mrr_minor FROM subscriptions s WHERE s.hidden = 0", "s.n"}};
    case Table::Invoices: return {{"SELECT i.n, i.currency, i.total FROM invoices i WHERE i.hidden = 0", "i.n"}};
    }
    return {};
}

class TableSums {
public:
    void add(const Query& query)
    {
        if (m_last == nullptr || m_code != query.view(1)) {
            m_code = query.view(1);
            m_last = &m_sums[query.text(1)];
            m_last->currency = query.text(1);
        }
        const qint64 minor = query.integer(2);
        if (!addMinor(m_last->minor, minor, &m_last->minor)) {
            m_last->minor = minor > 0 ? std::numeric_limits<qint64>::max() : std::numeric_limits<qint64>::min();
        }
        ++m_last->rows;
    }
    [[nodiscard]] std::vector<CurrencySum> all() const { return {m_sums.cbegin(), m_sums.cend()}; }

private:
    QMap<QString, CurrencySum> m_sums;
    CurrencySum* m_last = nullptr;
    std::string m_code;
};

} // namespace

Result<std::vector<CurrencySum>> MirrorReader::sums(Table table, const TableFilter& filter) const
{
    const Result<RowIds> ids = tableIds(table, filter, {});
    return ids ? sumsOf(table, **ids) : fail(ids.error());
}

Result<std::vector<CurrencySum>> MirrorReader::sumsOf(Table table, const std::vector<qint32>& rowIds) const
{
    return guarded(*d->db, [&]() -> Result<std::vector<CurrencySum>> {
        const bool hasRecords = d->anyRecords();
        const ReadScope scope(*d->db);
        TableSums sums;
        RowBits rows;
        for (const qint32 n : rowIds) {
            rows.add(n);
        }
        for (const TableAmount& amount : tableAmounts(table, hasRecords)) {
            if (rowIds.size() > kLookedUp || amount.areRecords) {
                Query query(*d->db, amount.select);
                while (query.next()) {
                    if (rows.has(static_cast<qint32>(query.integer(0)))) {
                        sums.add(query);
                    }
                }
                continue;
            }
            Query query(*d->db, amount.select + " AND " + amount.key + " = ?");
            for (const qint32 n : rowIds) {
                query.bind(static_cast<qint64>(n));
                while (query.next()) {
                    sums.add(query);
                }
                query.reset();
            }
        }
        return sums.all();
    });
}

} // namespace ch::store
