// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of one kind, by number and in the order of their creation. Rows are never removed, only marked deleted, so a row's number
// is its identity for good.
//
// A large account repeats the businesses that were made up (Repeats.h): of those rows only the templates are kept. Row r of n
// templates appears again as r + n, r + 2n ..., made when asked for, and kept for good only once it is changed. So there are three
// places where a row can be: among the templates, which nothing changes once the account has begun; among the changed; among those
// added since. A reference to a row that was read may go stale by edit() of the same row, and lives for a few thousand further
// reads: no longer than a request needs. One that edit() or add() gave stays valid. One thread.
#pragma once

#include "sandbox/Copying.h"
#include "sandbox/Past.h"
#include "sandbox/RowOrder.h"
#include "sandbox/SaveFile.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ch::sandbox {

/// What all tables have in common: State knows them by this.
class AnyTable {
public:
    virtual ~AnyTable() = default;
    [[nodiscard]] virtual Kind kind() const = 0;
    [[nodiscard]] virtual Index size() const = 0;
    /// From here on what is there are templates: so many whole copies of them (1: themselves), and of one more the first few rows.
    virtual void repeat(const Repeats* repeats, Index part) = 0;
    virtual void save(SaveWriter& out) const = 0;
    virtual void load(SaveReader& in) = 0;
    /// From now on what is added and changed can be undone, once (State::rehearse).
    virtual void rehearse() = 0;
    virtual void undo() = 0;
    /// Writes enough of the templates to tell whether another program made the same.
    virtual void sample(SaveWriter& out) const = 0;
};

using Tables = std::vector<AnyTable*>;

/// Rows that need no order in time (lines). T has a visit() in RowVisit.h.
template <typename T>
class Rows : public AnyTable {
public:
    Rows(Tables& all, Kind kind) : m_kind(kind) { all.push_back(this); }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    [[nodiscard]] Kind kind() const override { return m_kind; }
    [[nodiscard]] Index size() const override { return m_made + static_cast<Index>(m_added.size()); }
    [[nodiscard]] bool holds(Index index) const { return index < size(); }

    /// The row, whose number is the size before.
    T& append(T row)
    {
        if (!m_repeats)
            ++m_made;
        std::deque<T>& to = m_repeats ? m_added : m_templates;
        to.push_back(std::move(row));
        return to.back();
    }

    [[nodiscard]] const T& operator[](Index index) const
    {
        if (index >= m_made)
            return m_added[index - m_made];
        if (const T* changed = changedRow(index))
            return *changed;
        return index < templates() ? m_templates[index] : copy(index);
    }

    /// For changing a row. What operator[] gave before may show the row as it was: take it again.
    [[nodiscard]] T& edit(Index index)
    {
        ++m_edits;
        if (!m_repeats)
            return m_templates[index];
        if (m_rehearsing && index < m_real)
            keepBefore(index);
        else if (m_past && !m_rehearsing)
            m_past->changing(index, (*this)[index]);
        if (index >= m_made)
            return m_added[index - m_made];
        const auto found = m_changed.find(index);
        return found != m_changed.end() ? found->second : m_changed.emplace(index, (*this)[index]).first->second;
    }

    /// Keeps from now on what rows were for some seconds (Past.h).
    void keepPast(const qint64& now, const qint64& moment, qint64 seconds) { m_past = std::make_unique<Past<T>>(now, moment, seconds); }
    [[nodiscard]] Past<T>* past() const { return m_past.get(); }
    /// The row as it was at an instant for which the past is kept; nullptr: it was not there yet.
    [[nodiscard]] const T* asOf(Index index, qint64 at) const
    {
        const T& present = (*this)[index];
        return m_past ? m_past->asOf(index, at, present) : &present;
    }

    /// The sum of a figure over all rows. A copy is taken to have that of its template: ask only what copying leaves as it is.
    template <typename Figure>
    [[nodiscard]] qint64 sum(Figure figure) const
    {
        qint64 sum = 0;
        for (Index i = 0; i < templates(); ++i)
            sum += qint64(figure(m_templates[i])) * qint64((m_made - i - 1) / templates() + 1);
        for (const auto& [index, row] : m_changed)
            sum += qint64(figure(row)) - qint64(figure(templateOf(index)));
        for (const T& row : m_added)
            sum += qint64(figure(row));
        return sum;
    }

    /// Grows whenever a row was handed out for changing: what was made from rows before may be out of date.
    [[nodiscard]] quint64 edits() const { return m_edits; }
    [[nodiscard]] Index templates() const { return static_cast<Index>(m_templates.size()); }
    /// How many rows there were when the account began.
    [[nodiscard]] Index made() const { return m_made; }
    [[nodiscard]] const T& templateOf(Index index) const { return m_templates[index % templates()]; }
    /// The rows made before the account began that have been changed since, by number.
    [[nodiscard]] std::vector<Index> changed() const
    {
        std::vector<Index> out;
        for (const auto& entry : m_changed)
            out.push_back(entry.first);
        std::sort(out.begin(), out.end());
        return out;
    }

    void repeat(const Repeats* repeats, Index part) override
    {
        m_repeats = repeats;
        m_made = repeated(m_kind) ? repeats->copies * templates() + part : templates();
    }

    void save(SaveWriter& out) const override
    {
        out.plain(size() - m_made);
        for (const T& row : m_added)
            visit(out, row);
        const std::vector<Index> rows = changed();
        out.plain(static_cast<Index>(rows.size()));
        for (const Index index : rows) {
            out.plain(index);
            visit(out, m_changed.at(index));
        }
    }

    void load(SaveReader& in) override
    {
        for (Index count = in.template value<Index>(); count > 0 && in.good(); --count) {
            T row;
            visit(in, row);
            append(std::move(row));
        }
        for (Index count = in.template value<Index>(); count > 0 && in.good(); --count) {
            const auto index = in.template value<Index>();
            if (index >= m_made) {
                in.fail();
                return;
            }
            T row;
            visit(in, row);
            m_changed.insert_or_assign(index, std::move(row));
        }
    }

    void sample(SaveWriter& out) const override
    {
        constexpr Index kEach = 97;
        out.plain(m_made);
        for (Index i = 0; i < templates(); i += kEach)
            visit(out, m_templates[i]);
    }

    void rehearse() override
    {
        m_rehearsing = true;
        m_real = size();
    }

    void undo() override
    {
        for (auto& [index, row] : m_before) {
            if (!row)
                m_changed.erase(index);
            else if (index >= m_made)
                m_added[index - m_made] = std::move(*row);
            else
                m_changed.at(index) = std::move(*row);
        }
        m_before.clear();
        ++m_edits;
        while (size() > m_real)
            m_added.pop_back();
        m_rehearsing = false;
    }

protected:
    [[nodiscard]] bool rehearsing() const { return m_rehearsing; }
    [[nodiscard]] const std::deque<T>& templateRows() const { return m_templates; }
    [[nodiscard]] const std::deque<T>& addedRows() const { return m_added; }

private:
    [[nodiscard]] const T* changedRow(Index index) const
    {
        if (m_changed.empty())
            return nullptr;
        const auto found = m_changed.find(index);
        return found == m_changed.end() ? nullptr : &found->second;
    }

    void keepBefore(Index index)
    {
        if (m_before.contains(index))
            return;
        const bool kept = index >= m_made || m_changed.contains(index);
        m_before.emplace(index, kept ? std::optional<T>((*this)[index]) : std::nullopt);
    }

    const T& copy(Index index) const
    {
        constexpr size_t kKept = 4096;
        const auto found = m_copies.find(index);
        if (found != m_copies.end())
            return found->second;
        if (m_copied.size() == kKept) {
            m_copies.erase(m_copied.front());
            m_copied.pop_front();
        }
        T row = templateOf(index);
        Copying copying(*m_repeats, index / templates());
        visit(copying, row);
        m_copied.push_back(index);
        return m_copies.emplace(index, std::move(row)).first->second;
    }

    const Kind m_kind;
    std::unique_ptr<Past<T>> m_past; ///< none: it is not kept
    const Repeats* m_repeats = nullptr; ///< none: the account has not begun
    std::deque<T> m_templates, m_added;
    std::unordered_map<Index, T> m_changed;
    Index m_made = 0;
    quint64 m_edits = 0;
    std::unordered_map<Index, std::optional<T>> m_before; ///< rows as they were when the rehearsal began; none: not changed yet
    Index m_real = 0;                                     ///< how many rows there were then
    bool m_rehearsing = false;
    mutable std::unordered_map<Index, T> m_copies; ///< read lately
    mutable std::deque<Index> m_copied;            ///< oldest first
};

/// Rows with a number and an instant of their own, and their order in lists: oldest first, ties by number.
template <typename T>
class Table : public Rows<T> {
public:
    using Rows<T>::Rows;

    T& add(T row)
    {
        row.self = this->size();
        const qint64 created = row.created;
        T& added = this->append(std::move(row));
        if (m_order.begun())
            m_order.add(added.self, created);
        if (this->past() && !this->rehearsing())
            this->past()->added(added.self);
        return added;
    }

    /// When a row was created, which nothing changes later.
    [[nodiscard]] qint64 created(Index index) const
    {
        return index < this->made() ? this->templateOf(index).created : this->addedRows()[index - this->made()].created;
    }
    /// All rows, oldest first.
    [[nodiscard]] Candidates order() const { return m_order; }
    [[nodiscard]] const RowOrder& positions() const { return m_order; }
    /// Whether row a comes before row b in that order.
    [[nodiscard]] bool before(Index a, Index b) const
    {
        const qint64 at = created(a), than = created(b);
        return at != than ? at < than : a < b;
    }

    void repeat(const Repeats* repeats, Index part) override
    {
        Rows<T>::repeat(repeats, part);
        std::vector<qint64> instants;
        for (const T& row : this->templateRows())
            instants.push_back(row.created);
        m_order.begin(std::move(instants), this->made());
    }

    void undo() override
    {
        Rows<T>::undo();
        m_order.cut(this->size());
    }

    void load(SaveReader& in) override
    {
        Rows<T>::load(in);
        for (Index i = this->made(); i < this->size(); ++i)
            m_order.add(i, created(i));
    }

private:
    RowOrder m_order;
};

} // namespace ch::sandbox
