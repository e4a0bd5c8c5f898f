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

/// Tables and indexes, as statements that make them; tables by their names.
struct BareSchema {
    QByteArrayList sql;
    QByteArrayList tables;
};

/// What dir/mirror.sqlite has now: without triggers and full text, and without what a first backfill sets aside, while that runs.
[[nodiscard]] BareSchema bareSchema(const QString& dir);

/// Fetches the targets one after the other over one connection that is kept open; then inserts every row that the schema's tables have in
/// dir/mirror.sqlite into empty ones, a transaction for each thousand rows.
[[nodiscard]] Result<BareTimes> bareRun(const QUrl& base, const Secret& key, const QByteArrayList& targets, const QString& dir, const BareSchema& schema);

} // namespace ch::bench
