// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/MirrorTableModel.h"

#include "store/TableCache.h"

#include <algorithm>

namespace ch::ui {

namespace {

constexpr int kBlockRows = 128;
constexpr int kRowsHeld = 4096;
constexpr size_t kBlocksWanted = 3;  ///< of those that came into sight last: who drags the scroll bar is long past the others
constexpr size_t kBlocksLoading = 2;

} // namespace

MirrorTableModel::MirrorTableModel(store::Table table, QObject* parent)
    : TableModel(table, parent), m_ids(std::make_shared<const std::vector<qint32>>()), m_held(kRowsHeld)
{
    m_question.table = table;
    m_fetch.setSingleShot(true);
    m_fetch.setInterval(0);
    connect(&m_fetch, &QTimer::timeout, this, &MirrorTableModel::fetchWanted);
}

void MirrorTableModel::setSource(RowSource* source)
{
    m_source = source;
    stopAsking(true);
    m_askAgain = false;
    m_sums.reset();
    m_completeness = {};
    m_error.reset();
    m_state = State::Empty;
    m_counted = false;
    m_held.clear();
    replaceAll(std::make_shared<const std::vector<qint32>>());
    if (m_source) {
        ask(true);
    }
    Q_EMIT stateChanged();
}

void MirrorTableModel::setFilter(const store::TableFilter& filter)
{
    if (m_question.filter != filter) {
        m_question.filter = filter;
        ask(true);
    }
}

void MirrorTableModel::setOrder(const store::TableOrder& order)
{
    if (m_question.order != order) {
        m_question.order = order;
        ask(true);
    }
}

void MirrorTableModel::setMetadataKeys(const QStringList& keys)
{
    if (keys == m_question.metadataKeys) {
        return;
    }
    m_question.metadataKeys = keys;
    ++m_age;
    m_held.clear(); // rows hold a cell for each
    setExtraKeys(keys);
    ask(false);
}

bool MirrorTableModel::isFiltered() const
{
    const store::TableFilter& filter = m_question.filter;
    return !filter.text.isEmpty() || !filter.equals.empty() || !filter.customerId.isEmpty() || !filter.columns.empty();
}

void MirrorTableModel::refresh()
{
    if (m_askingIds) {
        m_askAgain = true;
        return;
    }
    ask(m_state != State::Ready);
}

void MirrorTableModel::stopAsking(bool withSums)
{
    ++m_generation;
    delete m_askingFirst; // its question stops, and says nothing any more
    delete m_askingIds;
    if (withSums) {
        delete m_askingSums;
    }
}

void MirrorTableModel::ask(bool withFirst)
{
    if (!m_source) {
        return;
    }
    stopAsking(withFirst); // the sums of rows that stay are of use
    m_askAgain = false;
    const quint64 generation = m_generation;
    if (m_state != State::Ready) {
        m_state = State::Loading;
        Q_EMIT stateChanged();
    }
    if (withFirst) {
        auto* first = m_source->first(m_question, kBlockRows, this);
        m_askingFirst = first;
        first->onFinished(this, [this, generation](const Result<FirstRows>& rows) {
            if (generation == m_generation && rows && rows->areThere && m_askingIds) {
                takeFirst(*rows); // what fails fails with the ids too, and is told then
            }
        });
    }
    auto* ids = m_source->table(m_question, kBlockRows, this);
    m_askingIds = ids;
    ids->onFinished(this, [this, generation](const Result<TableAnswer>& answer) {
        if (generation != m_generation) {
            return;
        }
        m_askingIds = nullptr;
        if (!answer) {
            failWith(answer.error());
            return;
        }
        take(*answer);
        askSums();
        Q_EMIT stateChanged();
        if (m_askAgain) {
            ask(false);
        }
    });
}

void MirrorTableModel::failWith(const Error& error)
{
    m_state = State::Failed;
    m_error = error;
    Q_EMIT stateChanged();
}

void MirrorTableModel::askSums()
{
    delete m_askingSums;
    auto* sums = m_source->sums(table(), m_ids, this);
    m_askingSums = sums;
    sums->onFinished(this, [this](const Result<std::vector<store::CurrencySum>>& added) {
        if (!added) {
            failWith(added.error());
            return;
        }
        m_sums = *added;
        Q_EMIT stateChanged();
    });
}

void MirrorTableModel::takeFirst(const FirstRows& first)
{
    m_state = State::Ready;
    m_error.reset();
    m_counted = false;
    m_sums.reset();
    auto ids = std::make_shared<std::vector<qint32>>();
    for (const store::Row& row : first.rows) {
        ids->push_back(static_cast<qint32>(row.rowId));
    }
    ++m_age;
    hold(first.rows);
    m_shown = m_question;
    replaceAll(std::move(ids));
    Q_EMIT stateChanged();
}

void MirrorTableModel::take(const TableAnswer& answer)
{
    m_state = State::Ready;
    m_error.reset();
    m_completeness = answer.completeness;
    ++m_age; // what is in memory is shown until it has been read anew
    hold(answer.first);
    const bool isSameQuestion = m_shown.filter == m_question.filter && m_shown.order == m_question.order;
    m_shown = m_question;
    m_counted = true;
    if (*answer.rowIds == *m_ids) {
        if (m_count > 0) {
            Q_EMIT dataChanged(index(0, 0), index(m_count - 1, columnCount() - 1));
        }
    } else if (isSameQuestion && m_count > 0) {
        exchange(answer.rowIds);
    } else {
        m_sums.reset();
        replaceAll(answer.rowIds);
    }
}

void MirrorTableModel::replaceAll(store::RowIds ids)
{
    Q_EMIT aboutToReplace();
    beginResetModel();
    m_ids = std::move(ids);
    m_count = static_cast<int>(m_ids->size());
    m_wanted.clear();
    m_loading.clear();
    endResetModel();
    Q_EMIT replaced();
}

// Rows come and go at the end, where that costs a view nothing, and then change places: one step however many rows are new, gone or moved.
void MirrorTableModel::exchange(store::RowIds ids)
{
    const int count = static_cast<int>(ids->size());
    if (count > m_count) {
        beginInsertRows({}, m_count, count - 1);
        m_count = count;
        endInsertRows();
    }
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const store::RowIds before = std::exchange(m_ids, std::move(ids));
    m_wanted.clear();
    mapPersistent(before);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
    if (count < m_count) {
        beginRemoveRows({}, count, m_count - 1);
        m_count = count;
        endRemoveRows();
    }
}

void MirrorTableModel::mapPersistent(const store::RowIds& before)
{
    const QModelIndexList kept = persistentIndexList();
    if (kept.isEmpty()) {
        return;
    }
    store::RowBits wanted;
    for (const QModelIndex& index : kept) {
        if (static_cast<size_t>(index.row()) < before->size()) {
            wanted.add((*before)[static_cast<size_t>(index.row())]);
        }
    }
    QHash<qint32, int> rows;
    for (size_t row = 0; row < m_ids->size(); ++row) {
        if (wanted.has((*m_ids)[row])) {
            rows.insert((*m_ids)[row], static_cast<int>(row));
        }
    }
    QModelIndexList moved;
    for (const QModelIndex& index : kept) {
        const int row = static_cast<size_t>(index.row()) < before->size() ? rows.value((*before)[static_cast<size_t>(index.row())], -1) : -1;
        moved << (row < 0 ? QModelIndex() : this->index(row, index.column()));
    }
    changePersistentIndexList(kept, moved);
}

void MirrorTableModel::hold(const std::vector<store::Row>& rows)
{
    for (const store::Row& row : rows) {
        m_held.insert(row.rowId, new Held{row, m_age});
    }
}

const store::Row* MirrorTableModel::rowAt(int row) const
{
    if (row < 0 || static_cast<size_t>(row) >= m_ids->size()) {
        return nullptr;
    }
    const Held* held = m_held.object((*m_ids)[static_cast<size_t>(row)]);
    if (!held || held->age != m_age) {
        wantBlock(row / kBlockRows);
    }
    return held ? &held->row : nullptr;
}

void MirrorTableModel::wantBlock(int block) const
{
    if (!m_wanted.empty() && m_wanted.back() == block) {
        return;
    }
    if (std::find(m_loading.begin(), m_loading.end(), block) != m_loading.end()) {
        return;
    }
    std::erase(m_wanted, block);
    m_wanted.push_back(block);
    if (m_wanted.size() > kBlocksWanted) {
        m_wanted.erase(m_wanted.begin());
    }
    if (!m_fetch.isActive()) {
        m_fetch.start();
    }
}

std::vector<qint64> MirrorTableModel::missingOf(int block) const
{
    std::vector<qint64> ids;
    const size_t from = static_cast<size_t>(block) * kBlockRows;
    for (size_t i = from; i < std::min(m_ids->size(), from + kBlockRows); ++i) {
        const Held* held = m_held.object((*m_ids)[i]);
        if (!held || held->age != m_age) {
            ids.push_back((*m_ids)[i]);
        }
    }
    return ids;
}

void MirrorTableModel::fetchWanted()
{
    while (m_source && !m_wanted.empty() && m_loading.size() < kBlocksLoading) {
        const int block = m_wanted.back();
        m_wanted.pop_back();
        const std::vector<qint64> ids = missingOf(block);
        if (ids.empty()) {
            continue;
        }
        m_loading.push_back(block);
        m_source->rows(table(), ids, m_question.metadataKeys, this)
            ->onFinished(this, [this, block, age = m_age](const Result<std::vector<store::Row>>& rows) {
                std::erase(m_loading, block);
                if (!rows) {
                    failWith(rows.error());
                } else {
                    takeBlock(block, age == m_age ? *rows : std::vector<store::Row>()); // too old: painted anew, it is asked for again
                }
                m_fetch.start();
            });
    }
}

void MirrorTableModel::takeBlock(int block, const std::vector<store::Row>& rows)
{
    hold(rows);
    const int first = block * kBlockRows;
    const int last = qMin(m_count, first + kBlockRows) - 1;
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
        if (row >= 0 && static_cast<size_t>(row) < m_ids->size()) {
            ids.push_back((*m_ids)[static_cast<size_t>(row)]);
        }
    }
    return m_source->rows(table(), ids, m_question.metadataKeys, parent);
}

store::RowIds MirrorTableModel::idsOf(const std::vector<std::pair<int, int>>& stretches) const
{
    auto ids = std::make_shared<std::vector<qint32>>();
    for (const auto& [first, last] : stretches) {
        const int end = qMin(last + 1, static_cast<int>(m_ids->size()));
        if (first < end) {
            ids->insert(ids->end(), m_ids->begin() + first, m_ids->begin() + end);
        }
    }
    return ids;
}

int MirrorTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_count;
}

} // namespace ch::ui
