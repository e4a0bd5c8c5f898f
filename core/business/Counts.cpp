// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Counts.h"

namespace ch::business {

store::Count subscriptionsCount(const char* status, qint64 amount)
{
    return {QLatin1String(kSubscriptionsCounter), {{QStringLiteral("status"), QLatin1String(status)}}, amount};
}

std::vector<store::Count> revenueCount(const QString& businessType, const stripe::Price& price)
{
    bool isWhole = false;
    const qint64 cents = price.unitAmountDecimal.toLongLong(&isWhole);
    if (!isWhole || cents < 0 || price.currency != QLatin1String("usd")) {
        return {};
    }
    return {{QLatin1String(kRevenueCounter), {{QStringLiteral("business_type"), businessType}}, cents}};
}

} // namespace ch::business
