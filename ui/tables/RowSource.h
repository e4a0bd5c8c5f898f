// SPDX-License-Identifier: GPL-3.0-or-later
// Where a table's rows come from: the reading thread in the program, plain values in tests. Jobs are owned by the parent given. GUI thread.
#pragma once

#include "base/Job.h"
#include "store/MirrorReader.h"

namespace ch::ui {

/// What a table needs to show itself for one filter and order.
struct TableAnswer {
    std::vector<qint64> rowIds;
    std::vector<store::CurrencySum> sums;
    std::vector<store::Row> first;       ///< rows of the first ids, so that one answer fills the screen
    store::Completeness completeness;
};

class RowSource {
public:
    RowSource() = default;
    RowSource(const RowSource&) = delete;
    RowSource& operator=(const RowSource&) = delete;
    virtual ~RowSource() = default;

    virtual ResultJob<TableAnswer>* table(store::Table table, const store::TableFilter& filter, const store::TableOrder& order,
        int firstRows, QObject* parent) = 0;
    virtual ResultJob<std::vector<store::Row>>* rows(store::Table table, const std::vector<qint64>& rowIds, QObject* parent) = 0;
};

class ReadingThread;

/// Asks the reading thread, which must outlive it.
class MirrorRowSource final : public RowSource {
public:
    explicit MirrorRowSource(ReadingThread& reading) : m_reading(reading) {}
    ResultJob<TableAnswer>* table(store::Table table, const store::TableFilter& filter, const store::TableOrder& order, int firstRows,
        QObject* parent) override;
    ResultJob<std::vector<store::Row>>* rows(store::Table table, const std::vector<qint64>& rowIds, QObject* parent) override;

private:
    ReadingThread& m_reading;
};

} // namespace ch::ui
