// SPDX-License-Identifier: GPL-3.0-or-later
// The one way lists are walked: newest first, a cursor at either end, has_more. Included by the Calls*.cpp that list.
#pragma once

#include "sandbox/Calls.h"

namespace ch::sandbox {

namespace list_detail {

/// Rows of one owner in the order of lists.
template <typename T>
std::vector<Index> byTime(const Table<T>& table, std::vector<Index> rows)
{
    std::sort(rows.begin(), rows.end(), [&table](Index a, Index b) { return table.before(a, b); });
    return rows;
}

/// Where a row stands among the candidates, or would stand.
template <typename T>
size_t place(const Candidates& among, const Table<T>& table, Index row)
{
    if (among.whole())
        return among.whole()->position(row, table.created(row));
    const std::vector<Index>& rows = among.rows();
    return static_cast<size_t>(std::lower_bound(rows.begin(), rows.end(), row, [&table](Index a, Index b) { return table.before(a, b); }) - rows.begin());
}

/// The positions that bounds of "created" leave, so that a walk need not pass over all that is later or earlier. What a row shows may have been
/// created up to so many seconds after the row.
[[nodiscard]] std::pair<size_t, size_t> span(const Candidates& among, const Node* created, qint64 later);

} // namespace list_detail

template <typename T, typename Keep>
Answer Calls::list(const Call& call, Kind kind, const Table<T>& table, const Candidates& candidates, Keep keep) const
{
    const auto limit = static_cast<size_t>(call.params.number("limit", 10));
    const QByteArray after = call.params.text("starting_after"), before = call.params.text("ending_before");
    if (!after.isEmpty() && !before.isEmpty())
        return tl::unexpected(invalid("You cannot parameterize both starting_after and ending_before.", "starting_after", "parameters_exclusive"));
    // A payment of an invoice was created when that was finalized.
    const auto [low, high] = list_detail::span(candidates, call.params.find("created"), kind == Kind::InvoicePayment ? s.longestDraft : 0);
    size_t from = high; // one past the newest row wanted
    bool backwards = false;
    if (const QByteArray cursor = after + before; !cursor.isEmpty()) {
        const Index row = call.otherMode ? kNone : s.find(kind, cursor);
        if (row == kNone)
            return tl::unexpected(missingObject(objectName(kind), cursor, after.isEmpty() ? "ending_before" : "starting_after", 400));
        from = list_detail::place(candidates, table, row);
        backwards = after.isEmpty();
        if (backwards && from < candidates.size() && candidates[from] == row)
            ++from;
        from = backwards ? std::max(from, low) : std::min(from, high);
    }
    std::vector<Index> found;
    if (call.otherMode) {
    } else if (backwards) {
        for (size_t i = from; i < high && found.size() <= limit; ++i) {
            const Index row = candidates[i];
            if (keep(table[row]))
                found.push_back(row);
        }
    } else {
        for (size_t i = from; i > low && found.size() <= limit; --i) {
            const Index row = candidates[i - 1];
            if (keep(table[row]))
                found.push_back(row);
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
