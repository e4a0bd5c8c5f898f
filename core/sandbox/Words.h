// SPDX-License-Identifier: GPL-3.0-or-later
// Made-up names of businesses and people: from word lists, so no real company is meant. Deterministic; any thread.
#pragma once

#include "sandbox/Ids.h"

namespace ch::sandbox {

/// Numbers in a fixed order from a seed (splitmix64); the same on every machine.
class Dice {
public:
    explicit Dice(quint64 seed) : m_state(seed) {}
    quint64 next() { return mix64(m_state += 0x9e3779b97f4a7c15ULL); }
    /// 0 to n - 1.
    qint64 below(qint64 n) { return n > 0 ? static_cast<qint64>(next() % static_cast<quint64>(n)) : 0; }
    /// True so many times in a thousand.
    bool chance(int permille) { return below(1000) < permille; }

private:
    quint64 m_state;
};

/// What a business is called; a few are very long, a few not in Latin letters.
[[nodiscard]] QByteArray businessName(Dice& dice, const QByteArray& type);
[[nodiscard]] QByteArray personName(Dice& dice);
/// Lower-case ASCII of a name, for addresses: "Amber Harbor Studio" to "amber-harbor-studio"; "business" where nothing is left.
[[nodiscard]] QByteArray slug(const QByteArray& name);

} // namespace ch::sandbox
