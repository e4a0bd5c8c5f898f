// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/StepRules.h"

namespace ch::business::rules {

namespace {

const auto kRefused = QStringLiteral("refused:");

} // namespace

bool isVerdict(const Error& error)
{
    return error.kind == ErrorKind::InvalidRequest || error.kind == ErrorKind::CardDeclined || error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Idempotency;
}

bool mayBeMended(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::Authentication:
    case ErrorKind::Permission:
    case ErrorKind::Conflict:
    case ErrorKind::RateLimited:
    case ErrorKind::Server:
    case ErrorKind::Network:
    case ErrorKind::Timeout:
    case ErrorKind::Tls:
    case ErrorKind::Protocol:
    case ErrorKind::Cancelled:
    case ErrorKind::Safety:
    case ErrorKind::Storage:
    case ErrorKind::Vault:
    case ErrorKind::Busy:
        return true;
    case ErrorKind::InvalidInput:
    case ErrorKind::NotFound:
    case ErrorKind::InvalidRequest:
    case ErrorKind::CardDeclined:
    case ErrorKind::Idempotency:
    case ErrorKind::Damaged:
    case ErrorKind::NewerVersion:
    case ErrorKind::Internal:
        return false;
    }
    return false;
}

QString journalCode(const Error& error, bool isEnd)
{
    const bool isRefusal = isEnd && isVerdict(error) && error.kind != ErrorKind::Idempotency;
    return (isRefusal ? kRefused : QString()) + errorCode(error);
}

bool wasRefused(const QString& code)
{
    return code.startsWith(kRefused);
}

Error stopped(bool outcomeKnown)
{
    Error error;
    error.kind = ErrorKind::Cancelled;
    error.code = QStringLiteral("stopped");
    error.message = QStringLiteral("Stopped before it ended.");
    error.outcomeKnown = outcomeKnown;
    return error;
}

Error triedTooOften()
{
    Error error;
    error.kind = ErrorKind::Conflict;
    error.message = QStringLiteral("This was tried too often within a day, each time to no end. Look at the operations, and try again tomorrow.");
    return error;
}

Error keyExpired()
{
    Error error;
    error.kind = ErrorKind::Conflict;
    error.code = QStringLiteral("key_expired");
    error.message = QStringLiteral("Between two attempts more time has passed than Stripe keeps a request in mind, so it was not sent again. Go on with the operation: it looks first.");
    return error;
}

} // namespace ch::business::rules
