// SPDX-License-Identifier: GPL-3.0-or-later
// The shop that is let through the gates, or not, and the workspace that it is made in.
#pragma once

#include "business/Counts.h"
#include "business/SandboxHouse.h"
#include "workspace/House.h"

namespace ch::test {

inline const auto kShop = QStringLiteral("shop-1");

/// Of subscriptions.
inline qint64 countOf(const store::RecordsFile& records, const char* status)
{
    return countOf(records, business::kSubscriptionsCounter, {{QStringLiteral("status"), QLatin1String(status)}});
}

inline std::shared_ptr<workspace::Workspace> openOn(const QString& dir, const Account& account, access::Vault& vault, Clock& clock, QObject* parent, const Secret& key = madeKey())
{
    auto opened = ended(workspace::Workspace::open(keyOptions(dir, account, key), vault, clock, parent));
    if (!opened) {
        qFatal("%s", qPrintable(opened.error().message));
    }
    return *opened;
}

inline business::ProvisionRequest shopRequest(const QString& businessId = kShop)
{
    return Program::requestOf(businessId);
}

} // namespace ch::test
