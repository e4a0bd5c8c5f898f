// SPDX-License-Identifier: GPL-3.0-or-later
// What the journal's .cpp files share.
#pragma once

#include "store/Journal.h"

namespace ch::store::journal {

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

} // namespace ch::store::journal
