// SPDX-License-Identifier: GPL-3.0-or-later
// A table of any length: the row ids of the current filter and order (8 bytes a row) and a bounded window of rows, loaded in blocks when
// they come into sight. Each question carries a generation; answers of an earlier one are dropped. While new rows load the old ones stay
// as they are. GUI thread.
#pragma once

#include "ui/tables/RowSource.h"
#include "ui/tables/TableModel.h"

#include <QCache>
#include <QSet>
#include <optional>

namespace ch::ui {

class MirrorTableModel final : public TableModel {
    Q_OBJECT
public:
    enum class State { Empty, Loading, Ready, Failed }; ///< Empty: no source

    MirrorTableModel(store::Table table, QObject* parent);

    /// Not owned; null takes the rows away. The source must outlive its use here.
    void setSource(RowSource* source);
    void setFilter(const store::TableFilter& filter);
    void setOrder(const store::TableOrder& order);
    /// Asks anew: the mirror changed. Several calls before an answer ask once more after it.
    void refresh();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] const store::TableFilter& filter() const { return m_filter; }
    [[nodiscard]] const store::TableOrder& order() const { return m_order; }
    [[nodiscard]] const std::vector<store::CurrencySum>& sums() const { return m_sums; }
    [[nodiscard]] const store::Completeness& completeness() const { return m_completeness; }
    [[nodiscard]] bool isFiltered() const;
    /// Loads these rows whole, for copying. Null without a source.
    [[nodiscard]] ResultJob<std::vector<store::Row>>* rowsOf(const std::vector<int>& rows, QObject* parent) const;

    [[nodiscard]] const store::Row* rowAt(int row) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;

Q_SIGNALS:
    void stateChanged();
    /// Around an exchange of all rows, so that a view can keep its place by object id.
    void aboutToReplace();
    void replaced();

private:
    using Block = std::vector<store::Row>;
    void ask();
    void take(const TableAnswer& answer);
    void fetchWanted();
    void takeBlock(int block, const Block& rows);

    RowSource* m_source = nullptr;
    store::TableFilter m_filter;
    store::TableOrder m_order;
    State m_state = State::Empty;
    std::optional<Error> m_error;
    std::vector<qint64> m_rowIds;
    std::vector<store::CurrencySum> m_sums;
    store::Completeness m_completeness;
    mutable QCache<int, Block> m_blocks;
    mutable QSet<int> m_wanted;
    QSet<int> m_asked;
    quint64 m_generation = 0;     ///< of the question for ids and sums
    quint64 m_rowsGeneration = 0; ///< of the ids that blocks belong to
    bool m_asking = false;
    bool m_askAgain = false;
};

} // namespace ch::ui
