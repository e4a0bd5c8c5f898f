// SPDX-License-Identifier: GPL-3.0-or-later
// The event log as rows, newest first by when they came. GUI thread.
#pragma once

#include "store/EventLog.h"
#include "ui/tables/PagedModel.h"

#include <QTimeZone>

namespace ch::ui {

class RecordsSource;

class EventsModel final : public PagedRows<store::EventEntry> {
    Q_OBJECT
public:
    explicit EventsModel(QObject* parent) : PagedRows(parent) {}

    void setSource(RecordsSource* source);
    void setQuery(const store::EventQuery& query);
    void setZone(const QTimeZone& zone) { m_zone = zone; }
    [[nodiscard]] bool isFiltered() const { return !m_query.text.isEmpty() || m_query.source || m_query.deed; }

    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QString columnKey(int column) const override;
    [[nodiscard]] ColumnLook lookOf(int column) const override;
    [[nodiscard]] store::CellKind kindOf(int column) const override;

protected:
    ResultJob<Page>* read(const store::EventEntry* after, int most, QObject* parent) override;
    [[nodiscard]] QString idOf(const store::EventEntry& entry) const override { return entry.id; }

private:
    [[nodiscard]] QString textOf(const store::EventEntry& entry, int column) const;

    RecordsSource* m_source = nullptr;
    store::EventQuery m_query;
    QTimeZone m_zone = QTimeZone::utc();
};

} // namespace ch::ui
