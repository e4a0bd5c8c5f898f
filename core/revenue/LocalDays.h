// SPDX-License-Identifier: GPL-3.0-or-later
// Which local day an instant lies in: [00:00, next 00:00) of a time zone, quick enough for millions of instants. Plain value; any thread.
#pragma once

#include "revenue/Facts.h"

#include <QDate>
#include <QTimeZone>

namespace ch::revenue {

/// As yyyymmdd.
[[nodiscard]] int dayNumber(const QDate& day);

class LocalDays {
public:
    /// Quick for instants in [from, to]; any other is answered too.
    LocalDays(const QTimeZone& zone, Seconds from, Seconds to);

    /// As yyyymmdd.
    [[nodiscard]] int dayOf(Seconds at) const;

private:
    QTimeZone m_zone;
    std::vector<Seconds> m_edges;   ///< first instants of days, ascending
    std::vector<int> m_days;
};

} // namespace ch::revenue
