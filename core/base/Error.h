// SPDX-License-Identifier: GPL-3.0-or-later
// What went wrong, in one value that crosses every room: its kind (what a program decides on), a sentence for a person,
// and what Stripe said. An Error never holds a key or a request body. Plain value; any thread.
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <tl/expected.hpp>

namespace ch {

/// What a caller can do about it. Switches over it have no default, so that a new kind is seen everywhere.
enum class ErrorKind {
    InvalidInput,    ///< what a person or a file gave us cannot be used; nothing was sent
    Authentication,  ///< Stripe refused the key (401): wrong, revoked or expired
    Permission,      ///< the key is valid but may not do this (403)
    NotFound,        ///< 404
    InvalidRequest,  ///< Stripe refused the request (400 and other 4xx): repeating it unchanged cannot help
    CardDeclined,    ///< 402: the request was right, the payment failed
    Idempotency,     ///< an idempotency key was used before with other parameters
    Conflict,        ///< 409, lock_timeout, key in flight: Stripe was busy with the same object
    RateLimited,     ///< 429
    Server,          ///< 5xx
    Network,         ///< no answer: offline, refused, reset, DNS
    Timeout,         ///< no answer in time
    Tls,             ///< the server's certificate was not accepted; never passed over
    Protocol,        ///< an answer that is not Stripe's: HTML, cut-off or malformed JSON, a list that repeats itself
    Cancelled,       ///< stopped by the person or the program
    Safety,          ///< refused by a rule of ours: writes off, mode mismatch, confirmation missing
    Storage,         ///< the disk or SQLite refused: full, read-only, locked too long
    Damaged,         ///< a database file is not readable as one
    NewerVersion,    ///< a file was written by a newer Countinghouse
    Vault,           ///< the OS keychain is missing, locked or refused
    Busy,            ///< another process holds what this needs (the sync lock)
    Internal         ///< a defect of ours
};

struct Error {
    ErrorKind kind = ErrorKind::Internal;
    QString message;        ///< one or two plain English sentences: what happened, and what to do where that is known here
    QString stripeType;     ///< error.type on the wire, e.g. invalid_request_error; empty when it is not Stripe's answer
    QString code;           ///< error.code, e.g. resource_missing; or a short code of ours for JSON output
    QString declineCode;
    QString param;
    QString requestId;      ///< Stripe's Request-Id, req_...
    QString permission;     ///< for Permission: the rak_... permission that Stripe names, else empty
    QString detail;         ///< technical text shown on demand; redacted
    int httpStatus = 0;     ///< 0: no answer
    bool replayed = false;  ///< Stripe kept this answer under the idempotency key: it is of an earlier request
    bool outcomeKnown = true; ///< false: a write was sent and may or may not have been done. Never call that "failed"

    bool operator==(const Error&) const = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// For functions that only succeed or fail.
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, QString message, QString detail = {})
{
    Error error;
    error.kind = kind;
    error.message = std::move(message);
    error.detail = std::move(detail);
    return tl::unexpected<Error>(std::move(error));
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

/// A short stable word for logs and JSON: "rate_limited", "not_found" ...
[[nodiscard]] QString errorKindName(ErrorKind kind);

/// The code that output shows after "error:": Stripe's code where it gave one, else the kind's name.
[[nodiscard]] QString errorCode(const Error& error);

} // namespace ch

Q_DECLARE_METATYPE(ch::Error)
