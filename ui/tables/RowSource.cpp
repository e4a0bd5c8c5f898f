// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/RowSource.h"

#include "ui/reading/ReadingThread.h"

namespace ch::ui {

namespace {

Result<std::vector<store::Row>> sourceRows(const store::MirrorReader& reader, const TableQuestion& question, const std::vector<qint64>& ids)
{
    return reader.rows(question.table, ids, question.metadataKeys);
}

} // namespace

ResultJob<FirstRows>* MirrorRowSource::first(const TableQuestion& question, int rows, QObject* parent)
{
    return m_quick.ask<FirstRows>(parent, [question, rows](const store::MirrorReader& reader) -> Result<FirstRows> {
        const auto ids = reader.firstIds(question.table, question.filter, question.order, static_cast<size_t>(rows));
        if (!ids || !*ids) {
            return ids ? Result<FirstRows>(FirstRows()) : fail(ids.error());
        }
        Result<std::vector<store::Row>> found = sourceRows(reader, question, **ids);
        if (!found) {
            return fail(found.error());
        }
        std::erase_if(*found, [](const store::Row& row) { return row.objectId.isEmpty(); }); // gone since their order was read
        return FirstRows{true, *std::move(found)};
    });
}

ResultJob<TableAnswer>* MirrorRowSource::table(const TableQuestion& question, int firstRows, QObject* parent)
{
    return m_thorough.ask<TableAnswer>(parent, [question, firstRows](const store::MirrorReader& reader) -> Result<TableAnswer> {
        auto completeness = reader.completeness();
        auto ids = reader.tableIds(question.table, question.filter, question.order);
        if (!completeness || !ids) {
            return fail(!completeness ? completeness.error() : ids.error());
        }
        const auto count = std::min<size_t>((*ids)->size(), static_cast<size_t>(firstRows));
        auto first = sourceRows(reader, question, {(*ids)->begin(), (*ids)->begin() + static_cast<ptrdiff_t>(count)});
        if (!first) {
            return fail(first.error());
        }
        return TableAnswer{*std::move(ids), *std::move(first), *std::move(completeness)};
    });
}

ResultJob<std::vector<store::CurrencySum>>* MirrorRowSource::sums(store::Table table, const store::RowIds& rowIds, QObject* parent)
{
    auto* sums = m_thorough.ask<std::vector<store::CurrencySum>>(parent, [table, rowIds](const store::MirrorReader& reader) { return reader.sumsOf(table, *rowIds); });
    // What is typed next is looked for by then.
    m_thorough.ask<bool>(parent, [table](const store::MirrorReader& reader) -> Result<bool> {
        const Status prepared = reader.prepare(table);
        return prepared ? Result<bool>(true) : fail(prepared.error());
    });
    return sums;
}

ResultJob<std::vector<store::Row>>* MirrorRowSource::rows(store::Table table, const std::vector<qint64>& rowIds, const QStringList& metadataKeys,
    QObject* parent)
{
    return m_quick.ask<std::vector<store::Row>>(parent,
        [table, rowIds, metadataKeys](const store::MirrorReader& reader) { return reader.rows(table, rowIds, metadataKeys); });
}

ResultJob<QStringList>* MirrorRowSource::metadataKeys(store::Table table, QObject* parent)
{
    return m_quick.ask<QStringList>(parent, [table](const store::MirrorReader& reader) { return reader.metadataKeys(table); });
}

} // namespace ch::ui
