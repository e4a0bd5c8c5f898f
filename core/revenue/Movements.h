// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger's sums by month, for Home. opening + movements = closing holds in whole units by construction. Pure values; any thread.
#pragma once

#include "revenue/Figures.h"

#include <map>
#include <vector>

namespace ch::revenue {

/// Takes sums by month: the last months up to the one that now lies in, in a zone; what lies before them opens the first.
class MonthBook {
public:
    MonthBook(const QTimeZone& zone, int months, qint64 nowMs);

    /// First day of the first month, yyyymmdd.
    [[nodiscard]] int firstMonth() const;
    void add(const store::LedgerSum& sum);
    /// By currency, then month; a currency's first month opens with all that came before. Internal when a sum leaves 64 bits.
    [[nodiscard]] Result<std::vector<MonthFigures>> figures() const;

private:
    struct Bucket {
        std::map<MovementClass, qint64> sums;
        std::map<QString, qint64> byType;
    };
    struct Book {
        Bucket before;
        std::vector<Bucket> months;
    };
    bool m_overflow = false;
    std::vector<QDate> m_months;
    std::map<CurrencyCode, Book> m_books;
};

} // namespace ch::revenue
