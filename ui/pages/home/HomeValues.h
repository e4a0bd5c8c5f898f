// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that Home shows, read in one question so that its figures belong together.
#pragma once

#include "revenue/Figures.h"

#include <QMap>

namespace ch::ui {

struct HomeValues {
    revenue::MrrNow now;
    revenue::History history;
    store::Completeness completeness;
    qint64 eventsThroughMs = 0;            ///< every event up to here was listed; 0: never
    QMap<QString, QString> customerNames;  ///< of the newest movements
};

/// Runs in the thread of reader. nowMs: UTC milliseconds.
[[nodiscard]] Result<HomeValues> readHome(const store::MirrorReader& reader, const QTimeZone& zone, qint64 nowMs);

} // namespace ch::ui
