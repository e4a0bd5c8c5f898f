// SPDX-License-Identifier: GPL-3.0-or-later
// The least that a backfill could cost: its bytes over one socket, and its rows into the same tables. For the benchmark of backfill.
#pragma once

#include "base/Error.h"
#include "base/Secret.h"

#include <QByteArrayList>
#include <QUrl>

namespace ch::bench {

struct BareTimes {
    qint64 bytes = 0;
    qint64 socketMs = 0;
    qint64 rows = 0;
    qint64 insertsMs = 0;
};

/// Fetches the targets one after the other over one connection that is kept open; then inserts every row of dir/mirror.sqlite into an empty copy of
/// its tables and indexes, a transaction for each hundred rows.
[[nodiscard]] Result<BareTimes> bareRun(const QUrl& base, const Secret& key, const QByteArrayList& targets, const QString& dir);

} // namespace ch::bench
