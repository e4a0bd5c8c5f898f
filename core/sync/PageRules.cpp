// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/PageRules.h"

namespace ch::sync {

Error wrongMode(const QString& objectId)
{
    Error error;
    error.kind = ErrorKind::Safety;
    error.message = QStringLiteral("Stripe answered with an object of the other mode (test and live mixed up). Nothing of that answer was stored; check the key.");
    error.detail = objectId;
    return error;
}

Status endless(const QString& list)
{
    return fail(ErrorKind::Protocol, QStringLiteral("The server says that there are more %1, but gives none. What was stored is kept; sync again later.").arg(list));
}

Status repeats(const QString& list, const QString& objectId)
{
    return fail(ErrorKind::Protocol, QStringLiteral("The server's list of %1 repeats itself and would never end. What was stored is kept; sync again later.").arg(list),
                QStringLiteral("repeated: %1").arg(objectId));
}

Status otherAccount(const QString& list)
{
    Error error;
    error.kind = ErrorKind::Safety;
    error.code = QLatin1String(kOtherAccount);
    error.message = QStringLiteral("The server's list of %1 holds nothing any more of what it held a moment ago: it answers with another account's objects. "
                                   "The mirror is left partial and nothing is taken off; check the key, then sync again.").arg(list);
    return fail(std::move(error));
}

Status tooLarge(const QString& objectId, qint64 bytes)
{
    return fail(ErrorKind::Protocol,
                QStringLiteral("One object (%1) has %2 MiB; Stripe's have a few hundred KiB, and more than %3 MiB is not taken. What was stored is kept; sync again later.")
                    .arg(objectId.left(60)).arg(bytes >> 20).arg(kObjectBytesAtMost >> 20));
}

Status judgeCourse(const QString& list, const store::WindowProgress& window, int stillPages, bool hasMore, bool hasObjects)
{
    if (hasMore && !hasObjects) {
        return endless(list);
    }
    const bool isBeforeStripe = window.before <= Windows::kEarliest;
    if (hasMore && (isBeforeStripe || stillPages >= kStillPagesAtMost)) {
        return fail(ErrorKind::Protocol, QStringLiteral("The server's list of %1 never ends. What was stored is kept; sync again later.").arg(list),
                    isBeforeStripe ? QStringLiteral("it goes on in times before Stripe began") : QStringLiteral("%1 pages led to nothing older").arg(stillPages));
    }
    return {};
}

Status judgeTime(const QString& list, const store::WindowProgress& window, qint64 created, const QString& objectId)
{
    if (created >= window.from && created < window.before) {
        return {};
    }
    return fail(ErrorKind::Protocol,
                QStringLiteral("The server pays no heed to \"created\" in its list of %1, so it cannot be known when all of it is read. What was stored is kept; sync again later.")
                    .arg(list),
                QStringLiteral("%1 of %2 came for a window of %3 to %4").arg(objectId).arg(created).arg(window.from).arg(window.before));
}

} // namespace ch::sync
