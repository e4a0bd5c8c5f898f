// SPDX-License-Identifier: GPL-3.0-or-later
// Puts row ids in the rising order of their keys: whole numbers, or text byte by byte; missing ones last, numbers before text, equal ones by row
// id. Text is compared by its first eight bytes, and whole only where those are equal.
#pragma once

#include "store/TableCache.h"

#include <string>
#include <string_view>

namespace ch::store {

class KeySorter {
public:
    void addMissing(qint32 n) { m_missing.push_back(n); }
    void addNumber(qint64 number, qint32 n) { m_numbers.push_back({number, n}); }
    void addText(std::string_view text, qint32 n);
    [[nodiscard]] RowOrder finish();
    /// Which rows have equal keys: a rank for each row id, from 1 on; 0: missing, or not there. To be asked before finish.
    [[nodiscard]] std::vector<qint32> ranks();

private:
    struct Number {
        qint64 number;
        qint32 n;
    };
    struct Text {
        quint64 begin;      ///< the first eight bytes, as a number that compares as they do
        quint32 at;         ///< in m_texts
        quint32 size;
        qint32 n;
    };
    [[nodiscard]] std::string_view textOf(const Text& key) const { return std::string_view(m_texts).substr(key.at, key.size); }
    void sort();
    std::vector<Number> m_numbers;
    std::vector<Text> m_keys;
    std::vector<qint32> m_missing;
    std::string m_texts;
};

} // namespace ch::store
