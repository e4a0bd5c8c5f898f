// SPDX-License-Identifier: GPL-3.0-or-later
// What the journal's .cpp files share.
#pragma once

#include "store/Holder.h"
#include "store/Journal.h"

namespace ch::store {

/// A row of the journal with the lease on it.
struct Journal::Held {
    Operation operation;
    Holder holder;
    QString claim;
    qint64 row = 0;
};

namespace journal {

inline constexpr char kOperationColumns[] = "id, kind, account, mode, business_id, object_id, generation, state, inputs, step, error, created_ms, updated_ms, "
                                            "lease_pid, lease_host, lease_start, lease_claim, n";
inline constexpr char kOpen[] = "state IN ('running', 'waiting', 'unknown')";

[[nodiscard]] inline Error refusal(ErrorKind kind, const char* code, const QString& message)
{
    Error error;
    error.kind = kind;
    error.code = QLatin1String(code);
    error.message = message;
    return error;
}

[[nodiscard]] inline Error leaseLost()
{
    return refusal(ErrorKind::Busy, "lease_lost", QStringLiteral("Another program has taken this operation over meanwhile, and it goes on there."));
}

} // namespace journal

} // namespace ch::store
