// SPDX-License-Identifier: GPL-3.0-or-later
// The metrics of one account as the endpoint tells them: read with connections of its own, so that a scrape is answered while the engine syncs or
// makes the ledger, and Prometheus never takes a busy program for a dead one. The mirror is opened at the first scrape.
// Made in any thread, then used in the endpoint's alone.
#pragma once

#include "workspace/Metrics.h"

#include <memory>

namespace ch::workspace {

class WatchedAccount {
public:
    /// folder: holds the mirror. trail outlives this by being shared.
    WatchedAccount(const QString& folder, std::shared_ptr<TrailWatch> trail) : m_folder(folder), m_trail(std::move(trail)) {}

    /// What stands at /metrics. Fails with what reading fails with.
    [[nodiscard]] Result<QByteArray> text(store::RecordsFile& records, const endpoint::Health& health, Clock& clock);

private:
    const QString m_folder;
    const std::shared_ptr<TrailWatch> m_trail;
    std::unique_ptr<store::MirrorReader> m_reader;
};

} // namespace ch::workspace
