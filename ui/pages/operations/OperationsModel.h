// SPDX-License-Identifier: GPL-3.0-or-later
// Operations as rows, newest first, and the steps of one. GUI thread.
#pragma once

#include "store/JournalReader.h"
#include "ui/tables/RecordRows.h"

namespace ch::ui {

class OperationsModel final : public RecordRows<store::Operation, store::OperationQuery> {
    Q_OBJECT
public:
    explicit OperationsModel(QObject* parent);

    [[nodiscard]] bool isFiltered() const { return query().kind || query().state || !query().text.isEmpty(); }

protected:
    ResultJob<Page>* read(const store::Operation* after, int most, QObject* parent) override;
    [[nodiscard]] QString idOf(const store::Operation& operation) const override { return operation.id; }
    [[nodiscard]] ListCell cellOf(const store::Operation& operation, int column) const override;
};

class StepsModel final : public RowsModel {
    Q_OBJECT
public:
    using RowsModel::RowsModel;
    /// The same ones again change nothing.
    void setSteps(std::vector<store::JournalStep> steps, const QTimeZone& zone);

    [[nodiscard]] QString objectIdAt(int row) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QString columnKey(int column) const override;
    [[nodiscard]] ColumnLook lookOf(int column) const override;
    [[nodiscard]] store::CellKind kindOf(int column) const override;

private:
    [[nodiscard]] ListCell cellOf(const store::JournalStep& step, int column) const;

    std::vector<store::JournalStep> m_steps;
    QTimeZone m_zone = QTimeZone::utc();
};

} // namespace ch::ui
