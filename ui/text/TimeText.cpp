// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/TimeText.h"

#include <QCoreApplication>

#include <QDateTime>

namespace ch::ui {

namespace {

QDateTime localTime(qint64 seconds, const QTimeZone& zone)
{
    return QDateTime::fromSecsSinceEpoch(seconds, zone);
}

} // namespace

QTimeZone zoneOf(const QString& ianaName)
{
    if (ianaName.isEmpty()) {
        return QTimeZone::utc(); // Qt takes an empty name for the computer's own zone
    }
    const QTimeZone zone(ianaName.toUtf8());
    return zone.isValid() ? zone : QTimeZone::utc();
}

QString dateText(qint64 seconds, const QTimeZone& zone, const QLocale& locale)
{
    return locale.toString(localTime(seconds, zone).date(), QStringLiteral("d MMM yyyy"));
}

QString dateTimeText(qint64 seconds, const QTimeZone& zone, const QLocale& locale)
{
    return locale.toString(localTime(seconds, zone), QStringLiteral("d MMM yyyy HH:mm"));
}

QString exactTimeText(qint64 seconds, const QTimeZone& zone, const QLocale& locale)
{
    const QDateTime time = localTime(seconds, zone);
    return locale.toString(time, QStringLiteral("d MMM yyyy HH:mm:ss")) + u' ' + zone.abbreviation(time);
}

QString spanText(qint64 seconds)
{
    if (seconds < 60) {
        return QCoreApplication::translate("ch::ui::TimeText", "%1 s").arg(seconds);
    }
    const qint64 minutes = (seconds + 30) / 60;
    if (minutes < 60) {
        return QCoreApplication::translate("ch::ui::TimeText", "%1 min").arg(minutes);
    }
    return QCoreApplication::translate("ch::ui::TimeText", "%1 h %2 min").arg(minutes / 60).arg(minutes % 60);
}

QString monthText(const QDate& month, const QLocale& locale)
{
    return locale.toString(month, QStringLiteral("MMM yyyy"));
}

} // namespace ch::ui
