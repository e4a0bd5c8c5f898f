// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of one kind, by number and in the order of their creation. Rows are never removed, only marked deleted, so a row's number
// is its identity for good. One thread.
#pragma once

#include "sandbox/Ids.h"

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

namespace ch::sandbox {

/// Rows without a number or an instant of their own (lines).
template <typename T>
class Rows {
public:
    Index add(T row)
    {
        m_rows.push_back(std::move(row));
        return size() - 1;
    }
    [[nodiscard]] const T& operator[](Index index) const { return m_rows[index]; }
    /// As Table::edit.
    [[nodiscard]] T& edit(Index index) { return m_rows[index]; }
    [[nodiscard]] Index size() const { return static_cast<Index>(m_rows.size()); }
    /// As Table's; rows that were there before are not to be changed in between.
    void rehearse() { m_real = size(); }
    void undo()
    {
        while (size() > m_real)
            m_rows.pop_back();
    }

private:
    std::deque<T> m_rows;
    Index m_real = 0;
};

/// Rows in the order of their numbers, and their order in lists: oldest first, ties by number.
template <typename T>
class Table {
public:
    /// References stay valid while rows are added.
    T& add(T row)
    {
        row.self = static_cast<Index>(m_rows.size());
        m_rows.push_back(std::move(row));
        m_ordered = m_ordered && (m_order.empty() || !before(m_rows.back(), m_rows[m_order.back()]));
        m_order.push_back(m_rows.back().self);
        return m_rows.back();
    }
    /// For changing a row. A reference that operator[] gave before may show the row as it was: take it again.
    [[nodiscard]] T& edit(Index index)
    {
        if (m_rehearsing && index < m_real)
            m_before.try_emplace(index, m_rows[index]);
        return m_rows[index];
    }
    [[nodiscard]] const T& operator[](Index index) const { return m_rows[index]; }
    [[nodiscard]] bool holds(Index index) const { return index < m_rows.size(); }
    [[nodiscard]] Index size() const { return static_cast<Index>(m_rows.size()); }
    [[nodiscard]] const std::deque<T>& rows() const { return m_rows; }

    [[nodiscard]] const std::vector<Index>& order() const
    {
        if (!m_ordered) {
            std::stable_sort(m_order.begin(), m_order.end(), [this](Index a, Index b) { return before(m_rows[a], m_rows[b]); });
            m_ordered = true;
        }
        return m_order;
    }
    [[nodiscard]] static bool before(const T& a, const T& b)
    {
        return a.created != b.created ? a.created < b.created : a.self < b.self;
    }
    /// For rows that nothing refers to by number yet: sorts them and numbers them anew.
    void renumberByTime()
    {
        std::stable_sort(m_rows.begin(), m_rows.end(), [](const T& a, const T& b) { return a.created < b.created; });
        for (Index i = 0; i < size(); ++i)
            m_rows[i].self = m_order[i] = i;
        m_ordered = true;
    }
    /// From now on what is added and changed can be undone, once (State::rehearse).
    void rehearse()
    {
        m_rehearsing = true;
        m_real = size();
        m_wasOrdered = m_ordered;
    }
    void undo()
    {
        for (auto& [index, row] : m_before)
            m_rows[index] = std::move(row);
        m_before.clear();
        while (size() > m_real)
            m_rows.pop_back();
        while (!m_order.empty() && m_order.back() >= m_real)
            m_order.pop_back();
        if (m_order.size() > m_real) // it was sorted in between
            m_order.erase(std::remove_if(m_order.begin(), m_order.end(), [this](Index i) { return i >= m_real; }), m_order.end());
        m_ordered = m_ordered || m_wasOrdered;
        m_rehearsing = false;
    }

private:
    std::deque<T> m_rows;
    mutable std::vector<Index> m_order;
    std::map<Index, T> m_before; ///< rows as they were when the rehearsal began
    Index m_real = 0;            ///< how many rows there were then
    mutable bool m_ordered = true;
    bool m_rehearsing = false, m_wasOrdered = true;
};

} // namespace ch::sandbox
