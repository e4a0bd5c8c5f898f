// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/TableCache.h"

#include <algorithm>

namespace ch::store {

namespace {

constexpr size_t kOrderedRowsKept = 8'000'000; ///< 32 MB

template <typename Named>
auto* cacheFind(std::list<Named>& all, const QString& key)
{
    const auto found = std::find_if(all.begin(), all.end(), [&key](const Named& one) { return one.key == key; });
    if (found == all.end()) {
        return static_cast<decltype(&found->kept)>(nullptr);
    }
    all.splice(all.begin(), all, found);
    return &all.front().kept;
}

template <typename Named, typename Value>
void cacheKeep(std::list<Named>& all, const QString& key, qint64 revision, Value value)
{
    auto* kept = cacheFind(all, key);
    if (kept == nullptr) {
        all.push_front({key, {}});
        kept = &all.front().kept;
    }
    *kept = {std::move(value), revision};
}

} // namespace

TableCache::Kept<RowOrder> TableCache::order(const QString& key)
{
    const std::scoped_lock lock(m_lock);
    const auto* kept = cacheFind(m_orders, key);
    return kept ? *kept : Kept<RowOrder>();
}

void TableCache::keepOrder(const QString& key, qint64 revision, std::shared_ptr<const RowOrder> order)
{
    const std::scoped_lock lock(m_lock);
    cacheKeep(m_orders, key, revision, std::move(order));
    size_t rows = 0;
    for (auto one = m_orders.begin(); one != m_orders.end();) {
        rows += one->kept.value->ids.size();
        one = rows > kOrderedRowsKept && one != m_orders.begin() ? m_orders.erase(one) : std::next(one);
    }
}

TableCache::Kept<RowLinks> TableCache::links(const QString& key)
{
    const std::scoped_lock lock(m_lock);
    const auto* kept = cacheFind(m_links, key);
    return kept ? *kept : Kept<RowLinks>();
}

void TableCache::keepLinks(const QString& key, qint64 revision, std::shared_ptr<const RowLinks> links)
{
    const std::scoped_lock lock(m_lock);
    cacheKeep(m_links, key, revision, std::move(links));
}

} // namespace ch::store
