// SPDX-License-Identifier: GPL-3.0-or-later
// The one way lists are walked: newest first, a cursor at either end, has_more. Included by the Calls*.cpp that list.
#pragma once

#include "sandbox/Calls.h"

namespace ch::sandbox {

template <typename T, typename Keep>
Answer Calls::list(const Call& call, Kind kind, const Table<T>& table, const std::vector<Index>& candidates, Keep keep) const
{
    const auto limit = static_cast<size_t>(call.params.number("limit", 10));
    const QByteArray after = call.params.text("starting_after"), before = call.params.text("ending_before");
    if (!after.isEmpty() && !before.isEmpty())
        return tl::unexpected(invalid("You cannot parameterize both starting_after and ending_before.", "starting_after", "parameters_exclusive"));
    size_t from = candidates.size(); // one past the newest row wanted
    bool backwards = false;
    if (const QByteArray cursor = after + before; !cursor.isEmpty()) {
        const Index row = call.otherMode ? kNone : s.find(kind, cursor);
        if (row == kNone)
            return tl::unexpected(missingObject(objectName(kind), cursor, after.isEmpty() ? "ending_before" : "starting_after", 400));
        const auto at = std::lower_bound(candidates.begin(), candidates.end(), row,
                                         [&table](Index a, Index b) { return Table<T>::before(table[a], table[b]); });
        from = static_cast<size_t>(at - candidates.begin());
        backwards = after.isEmpty();
        if (backwards && from < candidates.size() && candidates[from] == row)
            ++from;
    }
    std::vector<Index> found;
    if (call.otherMode) {
    } else if (backwards) {
        for (size_t i = from; i < candidates.size() && found.size() <= limit; ++i) {
            if (keep(table[candidates[i]]))
                found.push_back(candidates[i]);
        }
    } else {
        for (size_t i = from; i > 0 && found.size() <= limit; --i) {
            if (keep(table[candidates[i - 1]]))
                found.push_back(candidates[i - 1]);
        }
    }
    const bool more = found.size() > limit;
    if (more)
        found.pop_back();
    if (backwards)
        std::reverse(found.begin(), found.end());
    Json json(static_cast<int>(found.size()) * 2048 + 128);
    json.object().text("object", "list").array("data");
    for (const Index row : found)
        json.raw(nullptr, m_render.object(kind, row, call.each()));
    json.endArray().boolean("has_more", more).text("url", call.path).endObject();
    return json.take();
}

} // namespace ch::sandbox
