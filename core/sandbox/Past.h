// SPDX-License-Identifier: GPL-3.0-or-later
// What rows of a table were a short while ago, for searches, which see an account late. A table with a Past tells it of every row before
// it changes; only the last moments are kept. Seconds; owned by the table; one thread.
#pragma once

#include "sandbox/Ids.h"

#include <QHash>
#include <QtGlobal>
#include <deque>
#include <memory>
#include <vector>

namespace ch::sandbox {

template <typename T>
class Past {
public:
    /// moment: when the change that is being made happens, which is earlier than now while the account catches up. Both must outlive it.
    Past(const qint64& now, const qint64& moment, qint64 seconds) : m_now(now), m_moment(moment), m_seconds(seconds) {}

    void changing(Index index, const T& row) { keep(index, &row); }
    void added(Index index) { keep(index, nullptr); }

    /// The row as it was at an instant, not longer ago than the seconds; nullptr: it was not there yet.
    [[nodiscard]] const T* asOf(Index index, qint64 at, const T& present) const
    {
        const auto kept = m_kept.constFind(index);
        if (kept == m_kept.constEnd())
            return &present;
        for (const Version& version : *kept) {
            if (version.until > at)
                return version.row.get();
        }
        return &present;
    }

    /// Rows that changed since watch(), and what was kept then; some more than once.
    [[nodiscard]] const std::vector<Index>& touched() const { return m_touched; }
    void watch()
    {
        const QList<Index> kept = m_kept.keys();
        m_touched.assign(kept.begin(), kept.end());
        m_watching = true;
    }
    void unwatch()
    {
        m_touched.clear();
        m_watching = false;
    }

private:
    struct Version {
        qint64 until = 0;
        std::shared_ptr<const T> row;
    };

    void keep(Index index, const T* row)
    {
        if (m_watching && (m_touched.empty() || m_touched.back() != index))
            m_touched.push_back(index);
        forget();
        if (m_moment <= m_now - m_seconds)
            return;
        std::vector<Version>& versions = m_kept[index];
        if (!versions.empty() && versions.back().until == m_moment)
            return; // as it was when this second began
        versions.push_back({m_moment, row ? std::make_shared<const T>(*row) : nullptr});
        m_order.emplace_back(m_moment, index);
    }

    void forget()
    {
        while (!m_order.empty() && m_order.front().first <= m_now - m_seconds) {
            const auto versions = m_kept.find(m_order.front().second);
            if (versions != m_kept.end()) {
                versions->erase(versions->begin());
                if (versions->empty())
                    m_kept.erase(versions);
            }
            m_order.pop_front();
        }
    }

    const qint64& m_now;
    const qint64& m_moment;
    qint64 m_seconds;
    QHash<Index, std::vector<Version>> m_kept;
    std::deque<std::pair<qint64, Index>> m_order;
    std::vector<Index> m_touched;
    bool m_watching = false;
};

} // namespace ch::sandbox
