// SPDX-License-Identifier: GPL-3.0-or-later
// What the lists out of the records file have alike: where they read from, what they ask for, the zone of their times, and columns from a
// table of constants. A subclass asks for a page (read), says which row is which (idOf) and what stands in a cell (cellOf). GUI thread.
#pragma once

#include "ui/tables/ListColumns.h"
#include "ui/tables/PagedModel.h"

#include <QTimeZone>

namespace ch::ui {

class RecordsSource;

template <typename Item, typename Query>
class RecordRows : public PagedRows<Item> {
public:
    RecordRows(const ListColumns& columns, QObject* parent) : PagedRows<Item>(parent), m_columns(columns) {}

    /// Not owned; null takes the rows away.
    void setSource(RecordsSource* source)
    {
        m_source = source;
        this->begin();
    }
    /// Where a page begins and how long it is are the model's own.
    void setQuery(const Query& query)
    {
        m_query = query;
        this->begin();
    }
    [[nodiscard]] const Query& query() const { return m_query; }
    void setZone(const QTimeZone& zone)
    {
        if (zone != m_zone) {
            m_zone = zone;
            if (this->rowCount() > 0) {
                Q_EMIT this->dataChanged(this->index(0, 0), this->index(this->rowCount() - 1, m_columns.count() - 1));
            }
        }
    }

    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : m_columns.count(); }
    [[nodiscard]] QString columnKey(int column) const override { return m_columns.key(column); }
    [[nodiscard]] ColumnLook lookOf(int column) const override { return m_columns.look(column); }
    [[nodiscard]] store::CellKind kindOf(int column) const override { return m_columns.kind(column); }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override
    {
        const Item* item = this->itemAt(index.row());
        if (!item || index.column() >= m_columns.count()) {
            return {};
        }
        return role == Qt::TextAlignmentRole ? this->alignmentOf(index.column()) : m_columns.listCell(index.column(), cellOf(*item, index.column()), m_zone, role);
    }

protected:
    using Page = typename PagedRows<Item>::Page;

    [[nodiscard]] virtual ListCell cellOf(const Item& item, int column) const = 0;
    [[nodiscard]] RecordsSource* source() const { return m_source; }
    [[nodiscard]] const QTimeZone& zone() const { return m_zone; }

    /// Hands what was found on as a page.
    template <typename Found>
    [[nodiscard]] static auto asPage(SimpleJob<Page>* job, std::vector<Item> Found::*items)
    {
        return [job, items](const Result<Found>& found) { job->end(found ? Result<Page>(Page{(*found).*items, found->more}) : Result<Page>(fail(found.error()))); };
    }

private:
    ListColumns m_columns;
    RecordsSource* m_source = nullptr;
    Query m_query;
    QTimeZone m_zone = QTimeZone::utc();
};

} // namespace ch::ui
