// SPDX-License-Identifier: GPL-3.0-or-later
// How much of something a server bears, found out by trying: one more with every success as long as nothing was refused, a good deal less with a
// refusal, then a little more with every round of successes, and slowly near where it was refused. Refusals of what was under way when the first
// one came count as one: it was sent in good faith.
#pragma once

#include <algorithm>

namespace ch::http {

class Allowance {
public:
    /// slowly: what a round of successes earns near where it was refused, where it earns one below.
    Allowance(double start, double most, double slowly) : m_now(start), m_most(std::max(start, most)), m_knee(m_most), m_slowly(slowly) {}

    [[nodiscard]] double now() const { return m_now; }
    [[nodiscard]] int whole() const { return static_cast<int>(m_now); }

    /// A success earns one more before the first refusal; after it as many as are allowed at once do.
    void earn()
    {
        m_settling = std::max(0.0, m_settling - 1);
        m_now = std::min(m_most, m_now + (m_knee >= m_most ? 1 : (m_now < m_knee ? 1 : m_slowly) / m_now));
    }

    /// used: how much of it was in use when it was refused; what had been allowed beyond that was never tried.
    void cut(double used, double share)
    {
        if (m_settling > 0) {
            --m_settling;
            return;
        }
        const double refused = std::min(m_now, used);
        m_settling = refused;
        m_knee = refused * kNear;
        m_now = std::max(1.0, refused * share);
    }

    /// New bounds; what was found out stays, as far as they allow it.
    void bound(double start, double most)
    {
        m_now = m_knee < m_most ? std::min(m_now, most) : start;
        m_knee = m_knee < m_most ? std::min(m_knee, most) : std::max(start, most);
        m_most = std::max(start, most);
    }

private:
    static constexpr double kNear = 0.9;
    double m_now;
    double m_most;
    double m_knee;         ///< above it the way up is slow; m_most: never refused
    double m_slowly;
    double m_settling = 0; ///< answers that are still of before the cut
};

} // namespace ch::http
