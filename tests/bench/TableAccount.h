// SPDX-License-Identifier: GPL-3.0-or-later
// An account as tables show it, written straight into a mirror's tables: 85 customers and 200 invoices to 100 subscriptions, each customer a
// business with a name, an address, an id and five keys of metadata, objects packed beside their rows as sync packs them. The same every time.
#pragma once

#include <QString>

namespace ch::bench {

/// Makes a mirror of so many subscriptions in the folder. withoutIndexMs: filled; indexMs: what the tables' indexes and full text took after that.
struct TableAccountTimes {
    double withoutIndexMs = 0;
    double indexMs = 0;
    qint64 bytes = 0;
};
[[nodiscard]] TableAccountTimes makeTableAccount(const QString& folder, int subscriptions);

/// Stripe's JSON of one of its subscriptions, with another quantity than it had.
[[nodiscard]] QByteArray tableSubscriptionJson(int number, int quantity);

/// What the account names its customers, for what is typed into a filter.
[[nodiscard]] QString tableAccountName(int customer);

} // namespace ch::bench
