// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/RowOrder.h"

#include <algorithm>
#include <numeric>

namespace ch::sandbox {

void RowOrder::begin(std::vector<qint64> instants, Index made)
{
    m_instants = std::move(instants);
    m_made = made;
    m_begun = true;
    const auto templates = static_cast<Index>(m_instants.size());
    m_templates.resize(templates);
    std::iota(m_templates.begin(), m_templates.end(), Index(0));
    std::stable_sort(m_templates.begin(), m_templates.end(), [this](Index a, Index b) { return m_instants[a] < m_instants[b]; });
    Index before = 0;
    for (Index i = 0; i < templates; ++i) {
        const qint64 created = m_instants[m_templates[i]];
        if (m_groups.empty() || m_groups.back().created != created)
            m_groups.push_back({created, i, before});
        before += (made - m_templates[i] - 1) / templates + 1; // how often this template appears
    }
}

void RowOrder::add(Index row, qint64 created)
{
    // Ties go by number, and what is added has a greater one than all before it.
    const auto at = std::upper_bound(m_added.begin(), m_added.end(), created, [](qint64 instant, const Added& one) { return instant < one.created; });
    m_added.insert(at, {created, row, madeUpTo(created)});
}

void RowOrder::cut(Index size)
{
    std::erase_if(m_added, [size](const Added& one) { return one.row >= size; });
}

Index RowOrder::end(size_t group) const
{
    return group + 1 < m_groups.size() ? m_groups[group + 1].first : static_cast<Index>(m_templates.size());
}

Index RowOrder::madeUpTo(qint64 instant) const
{
    const auto next = std::upper_bound(m_groups.begin(), m_groups.end(), instant, [](qint64 at, const Group& group) { return at < group.created; });
    return next == m_groups.end() ? m_made : next->before;
}

// In a group come all whole copies one after the other, each with its rows in order, then the one that was cut short. A template's
// number says whether that one still has it.
Index RowOrder::madeAt(Index position) const
{
    const auto next = std::upper_bound(m_groups.begin(), m_groups.end(), position, [](Index at, const Group& group) { return at < group.before; });
    const auto group = static_cast<size_t>(next - m_groups.begin()) - 1;
    const auto templates = static_cast<Index>(m_templates.size());
    const Index first = m_groups[group].first, count = end(group) - first, offset = position - m_groups[group].before;
    const Index copy = std::min(offset / count, m_made / templates);
    return copy * templates + m_templates[first + offset - copy * count];
}

Index RowOrder::madePosition(Index row) const
{
    const auto templates = static_cast<Index>(m_templates.size());
    const Index of = row % templates;
    const auto next = std::upper_bound(m_groups.begin(), m_groups.end(), m_instants[of], [](qint64 at, const Group& group) { return at < group.created; });
    const auto group = static_cast<size_t>(next - m_groups.begin()) - 1;
    const Index first = m_groups[group].first, last = end(group);
    const auto within = std::lower_bound(m_templates.begin() + first, m_templates.begin() + last, of) - m_templates.begin() - first;
    return m_groups[group].before + row / templates * (last - first) + static_cast<Index>(within);
}

Index RowOrder::operator[](Index position) const
{
    // The added rows up to here: the j-th of them stands at its before + j.
    Index low = 0, high = static_cast<Index>(m_added.size());
    while (low < high) {
        const Index middle = (low + high) / 2;
        if (m_added[middle].before + middle <= position)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > 0 && m_added[low - 1].before + low - 1 == position)
        return m_added[low - 1].row;
    return madeAt(position - low);
}

Index RowOrder::position(Index row, qint64 created) const
{
    if (row >= m_made) {
        const auto at = std::lower_bound(m_added.begin(), m_added.end(), std::pair(created, row), [](const Added& one, const auto& wanted) {
            return std::pair(one.created, one.row) < wanted;
        });
        return at->before + static_cast<Index>(at - m_added.begin());
    }
    const Index made = madePosition(row);
    const auto later = std::upper_bound(m_added.begin(), m_added.end(), made, [](Index before, const Added& one) { return before < one.before; });
    return made + static_cast<Index>(later - m_added.begin());
}

Index RowOrder::upTo(qint64 instant) const
{
    const auto later = std::upper_bound(m_added.begin(), m_added.end(), instant, [](qint64 at, const Added& one) { return at < one.created; });
    return madeUpTo(instant) + static_cast<Index>(later - m_added.begin());
}

} // namespace ch::sandbox
