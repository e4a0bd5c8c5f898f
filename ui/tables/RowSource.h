// SPDX-License-Identifier: GPL-3.0-or-later
// Where a table's rows come from: the reading threads in the program, plain values in tests. Jobs are owned by the parent given; one that is
// cancelled stops its question. GUI thread.
#pragma once

#include "base/Job.h"
#include "store/MirrorReader.h"

namespace ch::ui {

/// What a table shows.
struct TableQuestion {
    store::Table table = store::Table::Businesses;
    store::TableFilter filter;
    store::TableOrder order;
    QStringList metadataKeys;            ///< columns after the table's own

    bool operator==(const TableQuestion&) const = default;
};

/// The first rows, where they are to be had before all ids are known.
struct FirstRows {
    bool areThere = false;
    std::vector<store::Row> rows;
};

/// All row ids, with the rows of the first ones, so that one answer fills the screen.
struct TableAnswer {
    store::RowIds rowIds;
    std::vector<store::Row> first;
    store::Completeness completeness;
};

class RowSource {
public:
    RowSource() = default;
    RowSource(const RowSource&) = delete;
    RowSource& operator=(const RowSource&) = delete;
    virtual ~RowSource() = default;

    virtual ResultJob<FirstRows>* first(const TableQuestion& question, int rows, QObject* parent) = 0;
    virtual ResultJob<TableAnswer>* table(const TableQuestion& question, int firstRows, QObject* parent) = 0;
    virtual ResultJob<std::vector<store::CurrencySum>>* sums(store::Table table, const store::RowIds& rowIds, QObject* parent) = 0;
    virtual ResultJob<std::vector<store::Row>>* rows(store::Table table, const std::vector<qint64>& rowIds, const QStringList& metadataKeys,
        QObject* parent) = 0;
    virtual ResultJob<QStringList>* metadataKeys(store::Table table, QObject* parent) = 0;
};

class ReadingThread;

/// Asks two reading threads, which must outlive it: one for rows in sight, which must not wait, and one for what goes through whole tables.
class MirrorRowSource final : public RowSource {
public:
    MirrorRowSource(ReadingThread& quick, ReadingThread& thorough) : m_quick(quick), m_thorough(thorough) {}
    ResultJob<FirstRows>* first(const TableQuestion& question, int rows, QObject* parent) override;
    ResultJob<TableAnswer>* table(const TableQuestion& question, int firstRows, QObject* parent) override;
    ResultJob<std::vector<store::CurrencySum>>* sums(store::Table table, const store::RowIds& rowIds, QObject* parent) override;
    ResultJob<std::vector<store::Row>>* rows(store::Table table, const std::vector<qint64>& rowIds, const QStringList& metadataKeys,
        QObject* parent) override;
    ResultJob<QStringList>* metadataKeys(store::Table table, QObject* parent) override;

private:
    ReadingThread& m_quick;
    ReadingThread& m_thorough;
};

} // namespace ch::ui
