// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of usage-based billing. Included by Rows.h only. Instants are seconds since 1970 (UTC).
#pragma once

namespace ch::sandbox {

enum class Formula : quint8 { Count, Last, Sum };

struct Meter : Row {
    QByteArray eventName, displayName, customerKey = "stripe_customer_id", valueKey = "value", window; ///< window: "day", "hour" or none
    Formula formula = Formula::Sum;
    qint64 updated = 0, deactivatedAt = 0; ///< deactivatedAt: 0 while it is active
};

/// One report of usage. It belongs to the customer that its payload names.
struct MeterEvent : Row {
    Index meter = kNone, customer = kNone;
    QByteArray identifier;
    qint64 value = 0, timestamp = 0, countsFrom = 0; ///< countsFrom: on the wall clock
    bool canceled = false;
};

} // namespace ch::sandbox
