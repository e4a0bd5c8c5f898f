// SPDX-License-Identifier: GPL-3.0-or-later
// The order of a table's rows in time, oldest first, ties by number, without a list of millions: copies were created in the same
// second as their template, so a position is worked out from the order of the templates. Rows that came later are kept by themselves,
// each with the number of made-up rows before it. Finding a row and a position both cost a binary search. One thread.
#pragma once

#include "sandbox/Ids.h"

#include <vector>

namespace ch::sandbox {

class RowOrder {
public:
    /// instants: when each template was created; made: how many rows there are of them with their copies.
    void begin(std::vector<qint64> instants, Index made);
    [[nodiscard]] bool begun() const { return m_begun; }
    void add(Index row, qint64 created);
    /// Forgets the rows from this number on.
    void cut(Index size);

    [[nodiscard]] Index size() const { return m_made + static_cast<Index>(m_added.size()); }
    /// The row at a position.
    [[nodiscard]] Index operator[](Index position) const;
    /// Where a row stands, which was created then.
    [[nodiscard]] Index position(Index row, qint64 created) const;
    /// How many rows were created at an instant or before.
    [[nodiscard]] Index upTo(qint64 instant) const;

private:
    /// Templates of the same second.
    struct Group {
        qint64 created = 0;
        Index first = 0;  ///< in m_templates
        Index before = 0; ///< made-up rows created earlier
    };
    struct Added {
        qint64 created = 0;
        Index row = kNone;
        Index before = 0; ///< made-up rows that come before it
    };

    [[nodiscard]] Index madeAt(Index position) const;
    [[nodiscard]] Index madePosition(Index row) const;
    [[nodiscard]] Index madeUpTo(qint64 instant) const;
    [[nodiscard]] Index end(size_t group) const;

    std::vector<qint64> m_instants;  ///< by template
    std::vector<Index> m_templates;  ///< oldest first
    std::vector<Group> m_groups;
    std::vector<Added> m_added;      ///< oldest first
    Index m_made = 0;
    bool m_begun = false;
};

/// The rows that a list is made of, oldest first: a table's order, or a vector of some of them that outlives this.
class Candidates {
public:
    Candidates(const RowOrder& order) : m_order(&order) {}
    Candidates(const std::vector<Index>& rows) : m_rows(&rows) {}

    /// None where they are not a whole table.
    [[nodiscard]] const RowOrder* whole() const { return m_order; }
    [[nodiscard]] const std::vector<Index>& rows() const { return *m_rows; }
    [[nodiscard]] size_t size() const { return m_order ? m_order->size() : m_rows->size(); }
    [[nodiscard]] Index operator[](size_t position) const
    {
        return m_order ? (*m_order)[static_cast<Index>(position)] : (*m_rows)[position];
    }

private:
    const RowOrder* m_order = nullptr;
    const std::vector<Index>* m_rows = nullptr;
};

} // namespace ch::sandbox
