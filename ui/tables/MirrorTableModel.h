// SPDX-License-Identifier: GPL-3.0-or-later
// A table of any length: the row ids of the current filter and order (4 bytes a row) and a bounded number of rows, loaded in blocks when they
// come into sight. To a new question the first rows come first, then all ids, then sums. What comes later than the question after it is stopped
// and dropped. While new rows load the old ones stay as they are, and changes go into place: a row that stays keeps its selection. GUI thread.
#pragma once

#include "ui/tables/RowSource.h"
#include "ui/tables/TableModel.h"

#include <QCache>
#include <QPointer>
#include <QTimer>
#include <optional>

namespace ch::ui {

class MirrorTableModel final : public TableModel {
    Q_OBJECT
public:
    enum class State { Empty, Loading, Ready, Failed }; ///< Empty: no source

    MirrorTableModel(store::Table table, QObject* parent);

    /// Not owned; null takes the rows away. The source must outlive its use here.
    void setSource(RowSource* source);
    [[nodiscard]] RowSource* source() const { return m_source; }
    void setFilter(const store::TableFilter& filter);
    void setOrder(const store::TableOrder& order);
    /// Columns of the metadata after the table's own.
    void setMetadataKeys(const QStringList& keys);
    /// Asks anew: the mirror changed. Several calls before an answer ask once more after it.
    void refresh();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] const store::TableFilter& filter() const { return m_question.filter; }
    [[nodiscard]] const store::TableOrder& order() const { return m_question.order; }
    /// Whether the rows answer the question asked last, and no longer the one before it.
    [[nodiscard]] bool isCurrent() const { return m_state == State::Ready && m_shown == m_question; }
    /// Whether all rows are known, or the first ones alone.
    [[nodiscard]] bool isCounted() const { return m_counted; }
    /// Nothing: still being added up.
    [[nodiscard]] const std::optional<std::vector<store::CurrencySum>>& sums() const { return m_sums; }
    [[nodiscard]] const store::Completeness& completeness() const { return m_completeness; }
    [[nodiscard]] bool isFiltered() const;
    /// Loads these rows whole, for copying. Null without a source.
    [[nodiscard]] ResultJob<std::vector<store::Row>>* rowsOf(const std::vector<int>& rows, QObject* parent) const;
    /// Their ids, for sums of a selection: first and last row of each stretch, both included.
    [[nodiscard]] store::RowIds idsOf(const std::vector<std::pair<int, int>>& stretches) const;

    [[nodiscard]] const store::Row* rowAt(int row) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;

Q_SIGNALS:
    void stateChanged();
    /// Around an exchange of all rows, so that a view can keep its place by object id.
    void aboutToReplace();
    void replaced();

private:
    struct Held {
        store::Row row;
        quint64 age = 0;         ///< m_age when it was read
    };
    void ask(bool withFirst);
    void askSums();
    void stopAsking(bool withSums);
    void failWith(const Error& error);
    void takeFirst(const FirstRows& first);
    void take(const TableAnswer& answer);
    void replaceAll(store::RowIds ids);
    void exchange(store::RowIds ids);
    void mapPersistent(const store::RowIds& before);
    void hold(const std::vector<store::Row>& rows);
    void wantBlock(int block) const;
    void fetchWanted();
    void takeBlock(int block, const std::vector<store::Row>& rows);
    [[nodiscard]] std::vector<qint64> missingOf(int block) const;

    RowSource* m_source = nullptr;
    TableQuestion m_question;
    TableQuestion m_shown;           ///< what the rows in the model answer
    State m_state = State::Empty;
    std::optional<Error> m_error;
    store::RowIds m_ids;
    int m_count = 0;                 ///< rows that views know of
    bool m_counted = false;
    std::optional<std::vector<store::CurrencySum>> m_sums;
    store::Completeness m_completeness;
    mutable QCache<qint64, Held> m_held; ///< by row id
    quint64 m_age = 1;
    mutable std::vector<int> m_wanted;   ///< blocks, the one asked for last at the end
    std::vector<int> m_loading;
    mutable QTimer m_fetch;
    QPointer<Job> m_askingFirst, m_askingIds, m_askingSums;
    quint64 m_generation = 0;        ///< of the question; answers to an earlier one are dropped
    bool m_askAgain = false;
};

} // namespace ch::ui
