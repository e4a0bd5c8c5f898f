// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/KeySorter.h"

#include <algorithm>

namespace ch::store {

void KeySorter::addText(std::string_view text, qint32 n)
{
    quint64 begin = 0;
    for (size_t i = 0; i < 8; ++i) {
        begin = begin << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    }
    m_keys.push_back({begin, static_cast<quint32>(m_texts.size()), static_cast<quint32>(text.size()), n});
    m_texts += text;
}

void KeySorter::sort()
{
    const auto numbers = [](const Number& a, const Number& b) { return a.number != b.number ? a.number < b.number : a.n < b.n; };
    const auto texts = [this](const Text& a, const Text& b) {
        if (a.begin != b.begin) {
            return a.begin < b.begin;
        }
        const int order = textOf(a).compare(textOf(b));
        return order != 0 ? order < 0 : a.n < b.n;
    };
    // What comes from an index is in order already.
    if (!std::is_sorted(m_numbers.begin(), m_numbers.end(), numbers)) {
        std::sort(m_numbers.begin(), m_numbers.end(), numbers);
    }
    if (!std::is_sorted(m_keys.begin(), m_keys.end(), texts)) {
        std::sort(m_keys.begin(), m_keys.end(), texts);
    }
    std::sort(m_missing.begin(), m_missing.end());
}

RowOrder KeySorter::finish()
{
    sort();
    RowOrder order;
    order.ids.reserve(m_numbers.size() + m_keys.size() + m_missing.size());
    for (const Number& key : m_numbers) {
        order.ids.push_back(key.n);
    }
    for (const Text& key : m_keys) {
        order.ids.push_back(key.n);
    }
    order.partEnds = {order.ids.size(), order.ids.size() + m_missing.size()};
    order.ids.insert(order.ids.end(), m_missing.begin(), m_missing.end());
    return order;
}

std::vector<qint32> KeySorter::ranks()
{
    sort();
    std::vector<qint32> ranks;
    qint32 rank = 0;
    const auto give = [&ranks, &rank](qint32 n, bool isNew) {
        rank += isNew ? 1 : 0;
        if (static_cast<size_t>(n) >= ranks.size()) {
            ranks.resize(static_cast<size_t>(n) + 1 + ranks.size() / 2);
        }
        ranks[static_cast<size_t>(n)] = rank;
    };
    for (size_t i = 0; i < m_numbers.size(); ++i) {
        give(m_numbers[i].n, i == 0 || m_numbers[i].number != m_numbers[i - 1].number);
    }
    for (size_t i = 0; i < m_keys.size(); ++i) {
        give(m_keys[i].n, i == 0 || m_keys[i].begin != m_keys[i - 1].begin || textOf(m_keys[i]) != textOf(m_keys[i - 1]));
    }
    return ranks;
}

} // namespace ch::store
