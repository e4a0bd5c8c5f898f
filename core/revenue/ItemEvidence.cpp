// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/ItemEvidence.h"

#include <algorithm>

namespace ch::revenue {

void ItemEvidence::add(const stripe::InvoiceLine& line, const QString& invoiceStatus)
{
    if (line.subscriptionItemId.isEmpty() || line.periodStart <= 0) {
        return;
    }
    m_itemId = line.subscriptionItemId;
    m_lastEnd = std::max(m_lastEnd, line.periodEnd);
    const qint64 quantity = line.quantity.value_or(1);
    const bool voided = invoiceStatus == QLatin1String("void");
    if (line.proration) {
        if (!voided) {
            m_changes.push_back({line.periodStart, line.priceId, quantity, line.amount});
        }
        return;
    }
    const bool uncollectible = invoiceStatus == QLatin1String("uncollectible");
    if (m_keepPeriods) {
        m_periodStarts.push_back(line.periodStart);
    }
    if (!m_runs.empty()) {
        Run& last = m_runs.back();
        if (last.priceId == line.priceId && last.quantity == quantity && last.voided == voided && last.uncollectible == uncollectible) {
            last.lastStart = line.periodStart;
            last.lastEnd = line.periodEnd;
            return;
        }
    }
    m_runs.push_back({line.periodStart, line.periodStart, line.periodEnd, line.priceId, quantity, voided, uncollectible});
}

} // namespace ch::revenue
