// SPDX-License-Identifier: GPL-3.0-or-later
// Operations as rows, newest first, and the steps of one. GUI thread.
#pragma once

#include "store/JournalReader.h"
#include "ui/tables/PagedModel.h"

#include <QTimeZone>

namespace ch::ui {

class RecordsSource;

class OperationsModel final : public PagedRows<store::Operation> {
    Q_OBJECT
public:
    explicit OperationsModel(QObject* parent) : PagedRows(parent) {}

    /// Not owned; null takes the rows away.
    void setSource(RecordsSource* source);
    /// olderThan and most are this model's own.
    void setQuery(const store::OperationQuery& query);
    [[nodiscard]] const store::OperationQuery& query() const { return m_query; }
    void setZone(const QTimeZone& zone) { m_zone = zone; }
    [[nodiscard]] bool isFiltered() const { return m_query.kind || m_query.state || !m_query.text.isEmpty(); }

    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QString columnKey(int column) const override;
    [[nodiscard]] ColumnLook lookOf(int column) const override;
    [[nodiscard]] store::CellKind kindOf(int column) const override;

protected:
    ResultJob<Page>* read(const store::Operation* after, int most, QObject* parent) override;
    [[nodiscard]] QString idOf(const store::Operation& operation) const override { return operation.id; }

private:
    [[nodiscard]] QString textOf(const store::Operation& operation, int column) const;

    RecordsSource* m_source = nullptr;
    store::OperationQuery m_query;
    QTimeZone m_zone = QTimeZone::utc();
};

class StepsModel final : public RowsModel {
    Q_OBJECT
public:
    using RowsModel::RowsModel;
    void setSteps(std::vector<store::JournalStep> steps, const QTimeZone& zone);
    [[nodiscard]] const std::vector<store::JournalStep>& steps() const { return m_steps; }

    [[nodiscard]] QString objectIdAt(int row) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QString columnKey(int column) const override;
    [[nodiscard]] ColumnLook lookOf(int column) const override;
    [[nodiscard]] store::CellKind kindOf(int column) const override;

private:
    [[nodiscard]] QString textOf(const store::JournalStep& step, int column) const;

    std::vector<store::JournalStep> m_steps;
    QTimeZone m_zone = QTimeZone::utc();
};

} // namespace ch::ui
