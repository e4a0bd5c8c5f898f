// SPDX-License-Identifier: GPL-3.0-or-later
// Texts by number: each id is kept once, and compared as a number. Grows only. One thread while it grows, then any.
#pragma once

#include <QString>
#include <memory>
#include <string_view>
#include <vector>

namespace ch::revenue {

using Ref = quint32;
inline constexpr Ref kNone = 0xffffffffU;

class Ids {
public:
    /// So many are to come, about, of them so many to be looked up: spares the tables their growing.
    void expect(size_t lookedUp, size_t inAll);
    /// The number of a text; the empty one is kNone.
    Ref of(std::string_view text);
    Ref of(const QString& text);
    /// Of a text that is known to come once: not looked up, and not found by find().
    Ref ofUnique(std::string_view text);
    /// kNone when it was never seen.
    [[nodiscard]] Ref find(const QString& text) const;

    [[nodiscard]] std::string_view view(Ref ref) const { return ref == kNone ? std::string_view() : m_views[ref]; }
    [[nodiscard]] QString text(Ref ref) const;
    [[nodiscard]] size_t size() const { return m_views.size(); }

private:
    struct Slot {
        quint32 hash = 0;
        Ref ref = kNone;
    };

    std::string_view keep(std::string_view text);
    /// Where a text stands, or is to stand.
    [[nodiscard]] size_t slotOf(std::string_view text, quint32 hash) const;
    void grow(size_t slots);

    std::vector<std::unique_ptr<char[]>> m_blocks;
    size_t m_used = 0;
    size_t m_room = 0;
    std::vector<std::string_view> m_views;
    // Hashes and numbers alone, at most three quarters full: of millions of texts most are new when they come, and one that is new is known by
    // one look at memory that no cache holds, where a map of texts takes three.
    std::vector<Slot> m_slots;
    size_t m_taken = 0;
};

} // namespace ch::revenue
