// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of one subscription after the other: its items' segments, its stretches and its discounts laid over each other, valued at every
// instant at which something may have changed. One thread each; keeps its memory from one subscription to the next.
#pragma once

#include "revenue/Ledger.h"

namespace ch::revenue {

class SubscriptionRows {
public:
    SubscriptionRows(const Facts& facts, const Definition& definition, Seconds now) : m_facts(facts), m_definition(definition), m_now(now), m_valuer(facts, definition) {}

    /// Appends the rows of one subscription, oldest first; they sum to what it is worth now, item by item.
    [[nodiscard]] Status append(quint32 subscription, std::vector<Row>* rows, std::vector<LeftOut>* leftOut);

private:
    struct Mark {
        Instant instant;
        int item = -1;           ///< -1: all
        bool pause = false;
        bool silent = false;     ///< something may change, but it says nothing of certainty
        Source source = Source::CurrentState;
    };
    /// What an item is at the moment of the sweep.
    struct Running {
        Amounts amounts;
        quint32 price = kNone;
        qint64 quantity = 0;
        bool unvalued = false;
        Seconds unvaluedSince = 0;
        Seconds uncertainSince = 0;   ///< of its first uncertain row; 0: none
    };

    void gatherMarks(const SubscriptionFacts& subscription);
    void markItems(const SubscriptionFacts& subscription);
    void markDiscounts(Span discounts, int item);
    /// Of an item that is there, or gone.
    [[nodiscard]] Span discountsOf(const SubscriptionFacts& subscription, const ItemHistory& history) const;
    void markStretches(const SubscriptionFacts& subscription, const std::vector<Stretch>& stretches, bool colouring);
    /// What m_sold will bring, one by one, once the last phase of its schedule has begun. items: which each is. Nothing where no phase is booked, or where it
    /// cannot be valued.
    [[nodiscard]] std::optional<std::vector<qint64>> bookedWorths(const SubscriptionFacts& subscription, const std::vector<Ref>& items, Seconds at);
    void add(const Instant& instant, int item, bool pause, Source source, bool silent = false);
    [[nodiscard]] bool sharesUnsurely(const SubscriptionFacts& subscription, Seconds at) const;
    void valueAt(const SubscriptionFacts& subscription, Seconds at, std::vector<Running>* running, bool* approximate);
    void step(quint32 subscription, size_t from, size_t to, std::vector<Row>* rows, std::vector<LeftOut>* leftOut);
    void emitChange(Row row, const Running& was, const Running& is, std::vector<Row>* rows) const;
    [[nodiscard]] Row rowOf(quint32 subscription, size_t item, size_t from, size_t to, const Running& was, const Running& is) const;
    void reconcile(quint32 subscription, std::vector<Row>* rows);
    [[nodiscard]] Status prove(quint32 subscription, const std::vector<Row>& rows, size_t first) const;
    /// Why it cannot be valued as it stands; then it is left out with all its history.
    [[nodiscard]] ValueProblem problemNow(const SubscriptionFacts& subscription);
    void sellCurrent(const SubscriptionFacts& subscription);
    [[nodiscard]] std::vector<Amounts> worthNow(const SubscriptionFacts& subscription);

    const Facts& m_facts;
    const Definition& m_definition;
    Seconds m_now;
    Valuer m_valuer;

    std::vector<ItemHistory> m_items;
    Counting m_counting;
    std::vector<Mark> m_marks;
    std::vector<Running> m_running;
    std::vector<Running> m_next;
    std::vector<SoldItem> m_sold;
    std::vector<size_t> m_soldOf;
    std::vector<Amounts> m_expected;
};

} // namespace ch::revenue
