// SPDX-License-Identifier: GPL-3.0-or-later
// Stores the pages of a backfill, several in one transaction, in the order in which they came: a commit writes every page of the file that it
// touched, and the lists' pages touch the same ones again and again. A page waits for others while more than as many are still on their way, and
// kLongestMs at the most. Engine thread; applier and clock outlive it.
#pragma once

#include "base/Clock.h"
#include "sync/Applier.h"

#include <QPointer>
#include <deque>

namespace ch::sync {

class PageStore final : public QObject {
public:
    PageStore(Applier& applier, Clock& clock, QObject* parent) : QObject(parent), m_applier(applier), m_clock(clock) {}

    static constexpr qint64 kLongestMs = 5;

    /// A page is on its way to add(), or to missed() where it does not come.
    void expect() { ++m_expected; }
    void missed();

    /// Handed the page again, for the last time, when it is committed, or with why it is not.
    using Stored = std::function<void(const Status& status, store::BatchPtr page)>;

    /// stored is called from the event loop; never after context has died or after close. A page that cannot be stored takes those of its
    /// transaction with it.
    void add(store::BatchPtr page, QObject* context, Stored stored);
    /// What waits is not stored any more.
    void close() { m_waiting.clear(); m_isClosed = true; }

private:
    struct Waiting {
        store::BatchPtr page;
        QPointer<QObject> context;
        Stored stored;
    };

    void wake(qint64 afterMs);
    void storeSome();
    [[nodiscard]] bool areEnough() const;

    Applier& m_applier;
    Clock& m_clock;
    std::deque<Waiting> m_waiting;
    size_t m_expected = 0;
    int m_wakes = 0;            // of which the last one counts
    bool m_isAwake = false;     // at once
    bool m_isClosed = false;
};

} // namespace ch::sync
