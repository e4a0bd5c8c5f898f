// SPDX-License-Identifier: GPL-3.0-or-later
// Instants as people read them, always in a named zone: the account's. Pure.
#pragma once

#include <QLocale>
#include <QString>
#include <QTimeZone>

namespace ch::ui {

/// The zone of an IANA name; UTC when empty or unknown.
[[nodiscard]] QTimeZone zoneOf(const QString& ianaName);
/// "21 Nov 2026". seconds: UTC, since 1970.
[[nodiscard]] QString dateText(qint64 seconds, const QTimeZone& zone, const QLocale& locale = QLocale());
/// "21 Nov 2026 05:30".
[[nodiscard]] QString dateTimeText(qint64 seconds, const QTimeZone& zone, const QLocale& locale = QLocale());
/// "21 Nov 2026 05:30:12 UTC", for hover and details.
[[nodiscard]] QString exactTimeText(qint64 seconds, const QTimeZone& zone, const QLocale& locale = QLocale());
/// "40 s", "3 min", "2 h 10 min": roughly how long. seconds: not negative.
[[nodiscard]] QString spanText(qint64 seconds);
/// "Nov 2026".
[[nodiscard]] QString monthText(const QDate& month, const QLocale& locale = QLocale());

} // namespace ch::ui
