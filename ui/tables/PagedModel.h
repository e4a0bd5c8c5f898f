// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of a list that is read newest first, a page at a time as the view comes near its end. A refresh reads as many as are in memory;
// where the same rows come back in the same order the view keeps everything in its place. Answers of an earlier question are dropped. GUI
// thread.
#pragma once

#include "base/Job.h"
#include "ui/tables/RowsModel.h"

#include <QPointer>
#include <optional>
#include <utility>

namespace ch::ui {

class PagedModel : public RowsModel {
    Q_OBJECT
public:
    enum class State { Empty, Loading, Ready, Failed }; ///< Empty: nothing to read from

    using RowsModel::RowsModel;
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    /// There are older rows than those in memory.
    [[nodiscard]] bool hasMore() const { return m_more; }
    /// Asks anew, for as many rows as are there.
    virtual void refresh() = 0;

Q_SIGNALS:
    void stateChanged();
    void aboutToReplace();
    void replaced();

protected:
    State m_state = State::Empty;
    std::optional<Error> m_error;
    bool m_more = false;
};

template <typename Item>
class PagedRows : public PagedModel {
public:
    struct Page {
        std::vector<Item> items;
        bool more = false;
    };

    using PagedModel::PagedModel;

    [[nodiscard]] const Item* itemAt(int row) const { return row >= 0 && static_cast<size_t>(row) < m_items.size() ? &m_items[static_cast<size_t>(row)] : nullptr; }
    [[nodiscard]] QString objectIdAt(int row) const override { return itemAt(row) ? idOf(*itemAt(row)) : QString(); }
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_items.size()); }
    [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override { return !parent.isValid() && m_more && !m_asksOlder; }
    /// While rows are asked for anew the older ones wait for that answer.
    void fetchMore(const QModelIndex&) override
    {
        m_wantsOlder = m_asking;
        ask(true);
    }
    void refresh() override { ask(false); }

protected:
    static constexpr int kPage = 200;

    /// Null: there is nothing to read from. after: the last row in memory, or null for the newest.
    virtual ResultJob<Page>* read(const Item* after, int most, QObject* parent) = 0;
    [[nodiscard]] virtual QString idOf(const Item& item) const = 0;

    /// Another question: what is shown goes.
    void begin()
    {
        beginResetModel();
        m_items.clear();
        m_more = m_wantsOlder = m_asksOlder = false;
        m_state = State::Loading;
        endResetModel();
        ask(false);
    }

private:
    void ask(bool older)
    {
        if (m_asking && older) {
            return;
        }
        const int most = older ? kPage : qMax(kPage, static_cast<int>(m_items.size()));
        m_wantsOlder = m_wantsOlder || m_asksOlder;
        delete m_asking; // the newest question counts
        auto* job = read(older && !m_items.empty() ? &m_items.back() : nullptr, most, this);
        m_asking = job;
        m_asksOlder = job && older;
        if (!job) {
            beginResetModel();
            m_items.clear();
            m_more = false;
            m_state = State::Empty;
            endResetModel();
            Q_EMIT stateChanged();
            return;
        }
        job->onFinished(this, [this, older](const Result<Page>& page) {
            m_asking = nullptr;
            m_asksOlder = false;
            m_error = page ? std::nullopt : std::optional(page.error());
            if (page) {
                older ? append(*page) : replace(*page);
                m_more = page->more;
            }
            m_state = page ? State::Ready : m_items.empty() ? State::Failed : State::Ready;
            Q_EMIT stateChanged();
            if (std::exchange(m_wantsOlder, false) && m_more && !m_asking) {
                ask(true);
            }
        });
    }

    void append(const Page& page)
    {
        if (page.items.empty()) {
            return;
        }
        const int first = static_cast<int>(m_items.size());
        beginInsertRows({}, first, first + static_cast<int>(page.items.size()) - 1);
        m_items.insert(m_items.end(), page.items.begin(), page.items.end());
        endInsertRows();
    }

    void replace(const Page& page)
    {
        const bool sameRows = page.items.size() == m_items.size()
            && std::equal(page.items.begin(), page.items.end(), m_items.begin(), [this](const Item& a, const Item& b) { return idOf(a) == idOf(b); });
        if (sameRows) {
            m_items = page.items;
            if (!m_items.empty()) {
                Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
            }
            return;
        }
        Q_EMIT aboutToReplace();
        beginResetModel();
        m_items = page.items;
        endResetModel();
        Q_EMIT replaced();
    }

    std::vector<Item> m_items;
    QPointer<Job> m_asking;
    bool m_asksOlder = false;
    bool m_wantsOlder = false;
};

} // namespace ch::ui
