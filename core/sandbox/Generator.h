// SPDX-License-Identifier: GPL-3.0-or-later
// Makes up the account: a catalog, coupons, and businesses that subscribe, change their minds, fail to pay and leave, each
// move made through Billing at its own time, so that invoices, statuses and dates agree with each other. Some businesses
// have a fixed part to play (see Part), so that even a small account shows every state. One use; one thread.
#pragma once

#include "sandbox/Billing.h"
#include "sandbox/Words.h"

#include <functional>

namespace ch::sandbox {

class Generator {
public:
    Generator(State& state, EventLog& log, Billing& billing, quint64 seed);
    /// How much is wanted: so many businesses, or as many as it takes to have at least so many subscriptions (0: does not matter).
    struct Size {
        qint64 businesses = 0, subscriptions = 0;
        qint64 templates = 1; ///< more businesses than this repeat the first so many
    };
    /// Makes the catalog and the businesses that are no repetition; settled is called after each, when all is written down.
    void run(const Size& size, int months, const std::function<void()>& settled);
    /// Repeats them as often as it takes. Then come objects of their own: customers on test clocks.
    void repeat(const Size& size);
    void testClocks(int count);

    /// What business number i is bound to become; by i modulo 60.
    enum class Part {
        Free, Incomplete, Expired, Trial, PastDue, Unpaid, Paused, Leaving, Deleted, ManyItems, ByInvoice, Legacy, Draft, CustomerCoupon
    };
    [[nodiscard]] static Part partOf(int business);

private:
    struct Life {
        Part part = Part::Free;
        qint64 leaves = 0;      ///< when they decide to go; 0: they stay
        bool atPeriodEnd = true;
        qint64 fails = 0;       ///< the first renewal at or after this is never paid
        SubStatus afterFailure = SubStatus::Canceled;
    };

    void catalog();
    Index product(const char* name, const char* description, const QByteArray& type);
    Index price(Index product, const QByteArray& currency, const char* amount, Interval interval, const QByteArray& lookupKey);
    void tieredPrices();
    void coupons();
    void business(int number);
    Index customer(int number, qint64 at, const QByteArray& type);
    void legacyIntent(int number, Index customer, const QByteArray& type);
    [[nodiscard]] qint64 startTime(Part part);
    [[nodiscard]] NewSubscription wish(Index customer, int number, const QByteArray& type, Part part, qint64 at);
    [[nodiscard]] ItemSpec pickItem(const QByteArray& type, const QByteArray& currency, Part part);
    [[nodiscard]] Life fate(Part part, qint64 at);
    void live(Subscription& row, const Life& life);
    /// What happens inside a period. True when the subscription has ended in it.
    bool between(Subscription& row, const Life& life, qint64 from, qint64 to);
    void changeMind(Subscription& row, qint64 at);
    void schedule(Subscription& row, qint64 at);
    void collect(Subscription& row, Invoice& invoice, const Life& life);
    void dunning(Subscription& row, Invoice& invoice, const Life& life, bool recovers);
    void afterwards(Subscription& row, int number);
    [[nodiscard]] std::array<Index, 64> sizes() const;

    State& s;
    EventLog& m_log;
    Billing& m_billing;
    Dice m_dice;
    int m_months = 0;
    qint64 m_begin = 0;
    QHash<QByteArray, Index> m_keys; ///< price by lookup key
    std::vector<Index> m_addOns, m_coupons;
    std::vector<std::array<Index, 64>> m_sizes; ///< of the tables by kind, after each business
    Index m_oldPrice = kNone;
};

} // namespace ch::sandbox
