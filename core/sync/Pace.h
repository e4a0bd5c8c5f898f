// SPDX-License-Identifier: GPL-3.0-or-later
// How fast objects come, over the last seconds, and how long the rest takes at that. Says nothing before it has seen enough.
#pragma once

#include <QtGlobal>
#include <deque>
#include <optional>
#include <utility>

namespace ch::sync {

class Pace {
public:
    static constexpr qint64 kOverMs = 15'000;
    static constexpr qint64 kEnoughMs = 2'000;

    /// objects: in all so far. Times never go back.
    void add(qint64 monotonicMs, qint64 objects);
    /// 0: cannot be told yet.
    [[nodiscard]] qint64 objectsPerSecond() const;
    /// left: objects, where that is known.
    [[nodiscard]] std::optional<qint64> secondsLeft(const std::optional<qint64>& left) const;

private:
    std::deque<std::pair<qint64, qint64>> m_samples;
};

} // namespace ch::sync
