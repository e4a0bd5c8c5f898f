// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the trail against its chain now and then, for monitoring: at most every five minutes, and so seldom that a long trail takes no more than a
// hundredth of the time. A head that was known once, here or in the vault, must stay part of the trail, so that a cut-off end is found too.
// Any thread may tell a head; look() is called in the thread of the records.
#pragma once

#include "base/Clock.h"
#include "store/RecordsFile.h"

#include <mutex>

namespace ch::workspace {

class TrailWatch {
public:
    static constexpr qint64 kEveryMs = 5LL * 60 * 1000;

    struct Look {
        bool isWhole = false;
        qint64 atMs = 0;              ///< when the trail was read, UTC
    };

    /// A head that was kept elsewhere.
    void know(const store::AuditHead& head);
    /// The newest finding, read anew where it is due.
    [[nodiscard]] Result<Look> look(const store::RecordsFile& records, const Clock& clock);

private:
    std::mutex m_mutex;                // of m_known
    std::optional<store::AuditHead> m_known;
    std::optional<Look> m_look;
    qint64 m_dueMs = 0;                // monotonic
};

} // namespace ch::workspace
