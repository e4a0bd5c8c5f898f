// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/RowSource.h"

#include "ui/reading/ReadingThread.h"

namespace ch::ui {

ResultJob<TableAnswer>* MirrorRowSource::table(store::Table table, const store::TableFilter& filter, const store::TableOrder& order,
    int firstRows, QObject* parent)
{
    return m_reading.ask<TableAnswer>(parent, [table, filter, order, firstRows](const store::MirrorReader& reader) -> Result<TableAnswer> {
        TableAnswer answer;
        auto completeness = reader.completeness();
        auto ids = reader.rowIds(table, filter, order);
        auto sums = reader.sums(table, filter);
        if (!completeness || !ids || !sums) {
            return fail(!completeness ? completeness.error() : !ids ? ids.error() : sums.error());
        }
        answer.completeness = std::move(*completeness);
        answer.rowIds = std::move(*ids);
        answer.sums = std::move(*sums);
        const auto count = std::min<size_t>(answer.rowIds.size(), static_cast<size_t>(firstRows));
        auto first = reader.rows(table, {answer.rowIds.begin(), answer.rowIds.begin() + static_cast<ptrdiff_t>(count)});
        if (!first) {
            return fail(first.error());
        }
        answer.first = std::move(*first);
        return answer;
    });
}

ResultJob<std::vector<store::Row>>* MirrorRowSource::rows(store::Table table, const std::vector<qint64>& rowIds, QObject* parent)
{
    return m_reading.ask<std::vector<store::Row>>(parent,
        [table, rowIds](const store::MirrorReader& reader) { return reader.rows(table, rowIds); });
}

} // namespace ch::ui
