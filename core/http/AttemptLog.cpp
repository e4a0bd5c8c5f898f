// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/AttemptLog.h"

#include "base/Log.h"

namespace ch::http {

namespace {

/// Headers come from outside: only what a request id or a reason is made of may enter the log.
QString attemptLogWord(const QByteArray& header)
{
    constexpr qsizetype kLongest = 80;
    QString word;
    for (const char c : header.left(kLongest)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (plain) {
            word.append(QLatin1Char(c));
        }
    }
    return word;
}

bool attemptIsWorthAWarning(const AttemptReport& report)
{
    if (report.status == 0) {
        return report.errorKind != ErrorKind::Cancelled;
    }
    return report.status >= 500 || report.status == 401 || report.status == 403 || report.status == 409 || report.status == 429;
}

} // namespace

QString attemptLine(const AttemptReport& report)
{
    QStringList words = {QString::fromLatin1(report.method), report.pathTemplate,
                         report.status > 0 ? QString::number(report.status) : errorKindName(report.errorKind),
                         QString::number(report.milliseconds), QStringLiteral("ms"), QStringLiteral("attempt"), QString::number(report.attempt)};
    for (const QString& word : {attemptLogWord(report.requestId), attemptLogWord(report.rateLimitedReason)}) {
        if (!word.isEmpty()) {
            words << word;
        }
    }
    return words.join(QLatin1Char(' '));
}

void logAttempt(const AttemptReport& report)
{
    log::write(attemptIsWorthAWarning(report) ? log::Level::Warning : log::Level::Info, attemptLine(report));
}

} // namespace ch::http
