// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger's rows are grouped and filtered by. Pure; any thread.
#pragma once

#include "revenue/Ledger.h"

#include <QHash>

namespace ch::revenue {

enum class GroupBy { Nothing, BusinessType, Currency, Price, Product, Interval, Customer, Status, Country };
/// "business_type"; nothing for a word that names none.
[[nodiscard]] std::optional<GroupBy> groupByOf(const QString& word);
[[nodiscard]] QStringList groupWords();

struct Filter {
    GroupBy by = GroupBy::Nothing;
    QStringList values;          ///< any of them
};

/// "K=V" of the command line; several of one key are alternatives. InvalidInput names what is wrong.
[[nodiscard]] Result<std::vector<Filter>> filtersOf(const QStringList& words);

/// Tells the key of a row. countries: of customers, where known; only asked for Country.
class Grouping {
public:
    Grouping(const Ledger& ledger, GroupBy by, const std::vector<Filter>& filters, const QHash<QString, QString>& countries = {});

    [[nodiscard]] bool takes(const Row& row) const;
    [[nodiscard]] Ref keyOf(const Row& row) const { return keyBy(row, m_by); }
    [[nodiscard]] QString nameOf(Ref key) const;
    [[nodiscard]] bool groups() const { return m_by != GroupBy::Nothing; }

private:
    struct Wanted {
        GroupBy by;
        std::vector<Ref> keys;
    };
    [[nodiscard]] Ref keyBy(const Row& row, GroupBy by) const;

    const Ledger& m_ledger;
    GroupBy m_by;
    std::vector<Wanted> m_wanted;
    QHash<Ref, Ref> m_countries;     ///< customer to a number of m_countryNames
    QStringList m_countryNames;
};

} // namespace ch::revenue
