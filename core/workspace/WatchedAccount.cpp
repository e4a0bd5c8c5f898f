// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/WatchedAccount.h"

#include "workspace/MetricsText.h"

namespace ch::workspace {

Result<QByteArray> WatchedAccount::text(store::RecordsFile& records, const endpoint::Health& health, Clock& clock)
{
    if (!m_reader) {
        auto opened = store::MirrorReader::open(m_folder);
        if (!opened) {
            return fail(opened.error());
        }
        m_reader = *std::move(opened);
    }
    const auto metrics = readMetrics({records, *m_reader, health, clock, *m_trail});
    return metrics ? Result<QByteArray>(prometheusText(*metrics)) : Result<QByteArray>(fail(metrics.error()));
}

} // namespace ch::workspace
