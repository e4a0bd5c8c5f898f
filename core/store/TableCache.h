// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers of one window keep between questions: orders of whole tables, and which row belongs to which customer. 4 bytes a row each;
// the oldest orders go first when they become too many. Any thread.
#pragma once

#include <QString>
#include <QtGlobal>
#include <bit>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace ch::store {

/// All rows of a table in rising order of one column. Parts: where amounts of one currency end, and where the missing values begin; a falling
/// order turns each part round.
struct RowOrder {
    std::vector<qint32> ids;
    std::vector<size_t> partEnds;
};

/// For each row id of a table the row id in another table that it belongs to; 0: none.
using RowLinks = std::vector<qint32>;

/// A set of row ids: a bit a row.
class RowBits {
public:
    void add(qint32 n)
    {
        std::vector<quint64>& words = n < 0 ? m_negative : m_positive;
        const auto at = static_cast<size_t>(n < 0 ? -static_cast<qint64>(n) : n);
        if (at / 64 >= words.size()) {
            words.resize(at / 64 + 1 + words.size() / 2);
        }
        words[at / 64] |= quint64(1) << (at % 64);
    }
    [[nodiscard]] bool has(qint32 n) const
    {
        const std::vector<quint64>& words = n < 0 ? m_negative : m_positive;
        const auto at = static_cast<size_t>(n < 0 ? -static_cast<qint64>(n) : n);
        return at / 64 < words.size() && (words[at / 64] >> (at % 64) & 1) != 0;
    }
    void keepOnly(const RowBits& other)
    {
        for (const auto words : {&RowBits::m_positive, &RowBits::m_negative}) {
            for (size_t i = 0; i < (this->*words).size(); ++i) {
                (this->*words)[i] &= i < (other.*words).size() ? (other.*words)[i] : 0;
            }
        }
    }
    [[nodiscard]] size_t count() const
    {
        size_t many = 0;
        for (const auto* words : {&m_positive, &m_negative}) {
            for (const quint64 word : *words) {
                many += static_cast<size_t>(std::popcount(word));
            }
        }
        return many;
    }
    template <typename Visit>
    void forEach(Visit&& visit) const
    {
        for (size_t i = 0; i < m_positive.size(); ++i) {
            for (quint64 word = m_positive[i]; word != 0; word &= word - 1) {
                visit(static_cast<qint32>(i * 64 + static_cast<size_t>(std::countr_zero(word))));
            }
        }
        for (size_t i = 0; i < m_negative.size(); ++i) {
            for (quint64 word = m_negative[i]; word != 0; word &= word - 1) {
                visit(-static_cast<qint32>(i * 64 + static_cast<size_t>(std::countr_zero(word))));
            }
        }
    }

private:
    std::vector<quint64> m_positive;
    std::vector<quint64> m_negative;
};

class TableCache {
public:
    template <typename T>
    struct Kept {
        std::shared_ptr<const T> value;   ///< null: not kept
        qint64 revision = 0;              ///< of the mirror that it was read from
    };
    [[nodiscard]] Kept<RowOrder> order(const QString& key);
    void keepOrder(const QString& key, qint64 revision, std::shared_ptr<const RowOrder> order);
    [[nodiscard]] Kept<RowLinks> links(const QString& key);
    void keepLinks(const QString& key, qint64 revision, std::shared_ptr<const RowLinks> links);

private:
    template <typename T>
    struct Named {
        QString key;
        Kept<T> kept;
    };
    std::mutex m_lock;
    std::list<Named<RowOrder>> m_orders;   ///< the one used last comes first
    std::list<Named<RowLinks>> m_links;
};

} // namespace ch::store
