// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/RetryPolicy.h"

#include <QDateTime>
#include <QLocale>
#include <QRandomGenerator>

namespace ch::http {

namespace {

/// RFC 9110 IMF-fixdate, the one form that servers may send today: "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<qint64> retryHttpDateMs(const QByteArray& value)
{
    const QString text = QString::fromLatin1(value.trimmed());
    QDateTime date = QLocale::c().toDateTime(text, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (!date.isValid()) {
        return std::nullopt;
    }
    date.setTimeSpec(Qt::UTC);
    return date.toMSecsSinceEpoch();
}

/// The error kinds that a second attempt can mend: no answer came. A refused certificate or a body too large stay as they are.
bool retryMendsKind(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Network:
    case ErrorKind::Timeout:
        return true;
    case ErrorKind::InvalidInput:
    case ErrorKind::Authentication:
    case ErrorKind::Permission:
    case ErrorKind::NotFound:
    case ErrorKind::InvalidRequest:
    case ErrorKind::CardDeclined:
    case ErrorKind::Idempotency:
    case ErrorKind::Conflict:
    case ErrorKind::RateLimited:
    case ErrorKind::Server:
    case ErrorKind::Tls:
    case ErrorKind::Protocol:
    case ErrorKind::Cancelled:
    case ErrorKind::Safety:
    case ErrorKind::Storage:
    case ErrorKind::Damaged:
    case ErrorKind::NewerVersion:
    case ErrorKind::Vault:
    case ErrorKind::Busy:
    case ErrorKind::Internal:
        return false;
    }
    return false;
}

bool retryMendsReply(const Reply& reply)
{
    if (reply.status < 400) {
        return false;
    }
    const QByteArray advice = reply.header("Stripe-Should-Retry").trimmed().toLower();
    if (advice == "true" || advice == "false") {
        return advice == "true";
    }
    return reply.status == 409 || reply.status == 429 || reply.status >= 500;
}

} // namespace

std::optional<qint64> retryAfterMs(const Reply& reply)
{
    const QByteArray value = reply.header("Retry-After").trimmed();
    if (value.isEmpty()) {
        return std::nullopt;
    }
    bool isNumber = false;
    const qint64 seconds = value.toLongLong(&isNumber);
    if (isNumber) {
        constexpr qint64 kSensible = 366LL * 24 * 3600;
        return seconds < 0 ? std::nullopt : std::optional(qMin(seconds, kSensible) * 1000);
    }
    const std::optional<qint64> until = retryHttpDateMs(value);
    const std::optional<qint64> sent = retryHttpDateMs(reply.header("Date"));
    if (!until || !sent) {
        return std::nullopt;
    }
    return qMax<qint64>(0, *until - *sent);
}

std::optional<qint64> RetryPolicy::waitBeforeNext(const Request& request, const Result<Reply>& outcome, int attemptsMade) const
{
    constexpr int kMostAttempts = 10;
    if (!request.repeatable || attemptsMade < 1 || attemptsMade >= qBound(1, attempts, kMostAttempts)) {
        return std::nullopt;
    }
    if (outcome ? !retryMendsReply(*outcome) : !retryMendsKind(outcome.error().kind)) {
        return std::nullopt;
    }
    const qint64 whole = qMin(qMax<qint64>(0, firstWaitMs) << (attemptsMade - 1), qMax<qint64>(0, longestWaitMs));
    const double chance = qBound(0.0, random ? random() : QRandomGenerator::global()->generateDouble(), 1.0);
    const qint64 half = whole / 2;
    qint64 wait = whole - half + static_cast<qint64>(chance * static_cast<double>(half));
    if (outcome) {
        const std::optional<qint64> asked = retryAfterMs(*outcome);
        if (asked && *asked > longestRetryAfterMs) {
            return std::nullopt;
        }
        wait = qMax(wait, asked.value_or(0));
    }
    return wait;
}

} // namespace ch::http
