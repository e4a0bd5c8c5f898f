// SPDX-License-Identifier: GPL-3.0-or-later
// The audit trail as rows, newest first. GUI thread.
#pragma once

#include "store/JournalReader.h"
#include "ui/tables/PagedModel.h"

#include <QTimeZone>

namespace ch::ui {

class RecordsSource;

class TrailModel final : public PagedRows<store::AuditEntry> {
    Q_OBJECT
public:
    explicit TrailModel(QObject* parent) : PagedRows(parent) {}

    void setSource(RecordsSource* source);
    void setQuery(const store::TrailQuery& query);
    [[nodiscard]] const store::TrailQuery& query() const { return m_query; }
    void setZone(const QTimeZone& zone) { m_zone = zone; }
    [[nodiscard]] bool isFiltered() const { return !m_query.text.isEmpty() || m_query.fromMs > 0 || m_query.untilMs > 0; }

    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QString columnKey(int column) const override;
    [[nodiscard]] ColumnLook lookOf(int column) const override;
    [[nodiscard]] store::CellKind kindOf(int column) const override;

protected:
    ResultJob<Page>* read(const store::AuditEntry* after, int most, QObject* parent) override;
    [[nodiscard]] QString idOf(const store::AuditEntry& entry) const override { return QString::number(entry.n); }

private:
    [[nodiscard]] QString textOf(const store::AuditEntry& entry, int column) const;

    RecordsSource* m_source = nullptr;
    store::TrailQuery m_query;
    QTimeZone m_zone = QTimeZone::utc();
};

/// "New business", "Take-down" ...: an entry's action in words; one that we do not know as it came.
[[nodiscard]] QString actionText(const QString& action);

} // namespace ch::ui
