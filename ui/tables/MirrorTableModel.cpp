// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/MirrorTableModel.h"

#include <QTimer>

namespace ch::ui {

namespace {

constexpr int kBlockRows = 128;
constexpr int kBlocksKept = 24;

} // namespace

MirrorTableModel::MirrorTableModel(store::Table table, QObject* parent) : TableModel(table, parent), m_blocks(kBlocksKept) {}

void MirrorTableModel::setSource(RowSource* source)
{
    m_source = source;
    ++m_generation;
    ++m_rowsGeneration;
    m_asking = false;
    m_askAgain = false;
    beginResetModel();
    m_rowIds.clear();
    m_blocks.clear();
    m_wanted.clear();
    m_asked.clear();
    m_sums.clear();
    m_completeness = {};
    m_error.reset();
    m_state = State::Empty;
    endResetModel();
    if (m_source) {
        refresh();
    }
    Q_EMIT stateChanged();
}

void MirrorTableModel::setFilter(const store::TableFilter& filter)
{
    m_filter = filter;
    ++m_generation; // an answer to the old filter is of no use
    m_asking = false;
    refresh();
}

void MirrorTableModel::setOrder(const store::TableOrder& order)
{
    m_order = order;
    ++m_generation;
    m_asking = false;
    refresh();
}

bool MirrorTableModel::isFiltered() const
{
    return !m_filter.text.isEmpty() || !m_filter.equals.empty() || !m_filter.customerId.isEmpty();
}

void MirrorTableModel::refresh()
{
    if (!m_source) {
        return;
    }
    if (m_asking) {
        m_askAgain = true;
        return;
    }
    ask();
}

void MirrorTableModel::ask()
{
    m_asking = true;
    m_askAgain = false;
    const quint64 generation = ++m_generation;
    if (m_state != State::Ready) {
        m_state = State::Loading;
        Q_EMIT stateChanged();
    }
    m_source->table(table(), m_filter, m_order, kBlockRows, this)->onFinished(this, [this, generation](const Result<TableAnswer>& answer) {
        if (generation != m_generation) {
            return;
        }
        m_asking = false;
        if (answer) {
            take(*answer);
        } else {
            m_state = State::Failed;
            m_error = answer.error();
        }
        Q_EMIT stateChanged();
        if (m_askAgain) {
            ask();
        }
    });
}

void MirrorTableModel::take(const TableAnswer& answer)
{
    m_state = State::Ready;
    m_error.reset();
    m_sums = answer.sums;
    m_completeness = answer.completeness;
    if (answer.rowIds == m_rowIds) {
        // The same rows in the same order: their cells are exchanged in place, selection and scroll position stay. Other blocks in
        // memory are kept until their fresh rows arrive.
        const QList<int> held = m_blocks.keys();
        m_blocks.insert(0, new Block(answer.first));
        for (const int block : held) {
            if (block != 0) {
                m_wanted.insert(block);
            }
        }
        if (!m_rowIds.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        }
        if (!m_wanted.isEmpty()) {
            QTimer::singleShot(0, this, &MirrorTableModel::fetchWanted);
        }
        return;
    }
    Q_EMIT aboutToReplace();
    beginResetModel();
    m_rowIds = answer.rowIds;
    ++m_rowsGeneration; // blocks on their way belong to other rows
    m_wanted.clear();
    m_asked.clear();
    m_blocks.clear();
    m_blocks.insert(0, new Block(answer.first));
    endResetModel();
    Q_EMIT replaced();
}

const store::Row* MirrorTableModel::rowAt(int row) const
{
    if (row < 0 || static_cast<size_t>(row) >= m_rowIds.size()) {
        return nullptr;
    }
    const int number = row / kBlockRows;
    const Block* block = m_blocks.object(number);
    if (block) {
        const auto at = static_cast<size_t>(row % kBlockRows);
        return at < block->size() ? &(*block)[at] : nullptr;
    }
    if (!m_wanted.contains(number) && !m_asked.contains(number)) {
        m_wanted.insert(number);
        auto* self = const_cast<MirrorTableModel*>(this); // data() is const, asking for what it lacks is not
        QTimer::singleShot(0, self, [self] { self->fetchWanted(); });
    }
    return nullptr;
}

void MirrorTableModel::fetchWanted()
{
    if (!m_source) {
        return;
    }
    const QSet<int> wanted = std::exchange(m_wanted, {});
    for (const int block : wanted) {
        const size_t from = static_cast<size_t>(block) * kBlockRows;
        if (from >= m_rowIds.size() || m_asked.contains(block)) {
            continue;
        }
        m_asked.insert(block);
        const size_t to = std::min(m_rowIds.size(), from + kBlockRows);
        const std::vector<qint64> ids(m_rowIds.begin() + static_cast<ptrdiff_t>(from), m_rowIds.begin() + static_cast<ptrdiff_t>(to));
        m_source->rows(table(), ids, this)
            ->onFinished(this, [this, block, generation = m_rowsGeneration](const Result<std::vector<store::Row>>& rows) {
                if (generation != m_rowsGeneration) {
                    return;
                }
                m_asked.remove(block);
                if (rows) {
                    takeBlock(block, *rows);
                } else {
                    m_state = State::Failed;
                    m_error = rows.error();
                    Q_EMIT stateChanged();
                }
            });
    }
}

void MirrorTableModel::takeBlock(int block, const Block& rows)
{
    m_blocks.insert(block, new Block(rows));
    const int first = block * kBlockRows;
    const int last = qMin(rowCount(), first + kBlockRows) - 1;
    if (first <= last) {
        Q_EMIT dataChanged(index(first, 0), index(last, columnCount() - 1));
    }
}

ResultJob<std::vector<store::Row>>* MirrorTableModel::rowsOf(const std::vector<int>& rows, QObject* parent) const
{
    if (!m_source) {
        return nullptr;
    }
    std::vector<qint64> ids;
    for (const int row : rows) {
        if (row >= 0 && static_cast<size_t>(row) < m_rowIds.size()) {
            ids.push_back(m_rowIds[static_cast<size_t>(row)]);
        }
    }
    return m_source->rows(table(), ids, parent);
}

int MirrorTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rowIds.size());
}

} // namespace ch::ui
