// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Error.h"

namespace ch {

QString errorKindName(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::InvalidInput: return QStringLiteral("invalid_input");
    case ErrorKind::Authentication: return QStringLiteral("authentication");
    case ErrorKind::Permission: return QStringLiteral("permission");
    case ErrorKind::NotFound: return QStringLiteral("not_found");
    case ErrorKind::InvalidRequest: return QStringLiteral("invalid_request");
    case ErrorKind::CardDeclined: return QStringLiteral("card_declined");
    case ErrorKind::Idempotency: return QStringLiteral("idempotency");
    case ErrorKind::Conflict: return QStringLiteral("conflict");
    case ErrorKind::RateLimited: return QStringLiteral("rate_limited");
    case ErrorKind::Server: return QStringLiteral("server");
    case ErrorKind::Network: return QStringLiteral("network");
    case ErrorKind::Timeout: return QStringLiteral("timeout");
    case ErrorKind::Tls: return QStringLiteral("tls");
    case ErrorKind::Protocol: return QStringLiteral("protocol");
    case ErrorKind::Cancelled: return QStringLiteral("stopped");
    case ErrorKind::Safety: return QStringLiteral("safety");
    case ErrorKind::Storage: return QStringLiteral("storage");
    case ErrorKind::Damaged: return QStringLiteral("damaged");
    case ErrorKind::NewerVersion: return QStringLiteral("newer_version");
    case ErrorKind::Vault: return QStringLiteral("vault");
    case ErrorKind::Busy: return QStringLiteral("busy");
    case ErrorKind::Internal: return QStringLiteral("internal");
    }
    return QStringLiteral("internal");
}

QString errorCode(const Error& error)
{
    return error.code.isEmpty() ? errorKindName(error.kind) : error.code;
}

} // namespace ch
