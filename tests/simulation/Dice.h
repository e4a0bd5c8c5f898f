// SPDX-License-Identifier: GPL-3.0-or-later
// All chance of a run: the same seed throws the same dice on every machine. One thread.
#pragma once

#include <QtGlobal>
#include <initializer_list>

namespace ch::sim {

class Dice {
public:
    explicit Dice(quint64 seed) : m_state(seed) {}

    // SplitMix64 (Steele, Lea, Flood 2014).
    quint64 next()
    {
        quint64 z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// 0 up to below - 1.
    int below(int most) { return most <= 1 ? 0 : static_cast<int>(next() % static_cast<quint64>(most)); }
    int from(int least, int most) { return least + below(most - least + 1); }
    bool chance(int perMille) { return below(1000) < perMille; }
    /// Which of these, by their weights; 0 is the first.
    int weighed(std::initializer_list<int> weights)
    {
        int sum = 0;
        for (const int weight : weights) {
            sum += weight;
        }
        int left = below(sum);
        int which = 0;
        for (const int weight : weights) {
            if (left < weight) {
                return which;
            }
            left -= weight;
            ++which;
        }
        return which - 1;
    }

private:
    quint64 m_state;
};

} // namespace ch::sim
