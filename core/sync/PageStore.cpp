// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/PageStore.h"

#include <algorithm>
#include <utility>

namespace ch::sync {

namespace {

/// Of one transaction: more save little, and the engine does nothing else meanwhile.
constexpr size_t kPagesAtOnce = 16;

} // namespace

void PageStore::add(store::BatchPtr page, QObject* context, Stored stored)
{
    m_expected -= m_expected > 0 ? 1 : 0;
    if (!m_isClosed) {
        m_waiting.push_back({std::move(page), context, std::move(stored)});
        wake(m_waiting.size() == 1 ? kLongestMs : -1);
    }
}

void PageStore::missed()
{
    m_expected -= m_expected > 0 ? 1 : 0;
    wake(-1);
}

bool PageStore::areEnough() const
{
    return !m_waiting.empty() && (m_waiting.size() >= kPagesAtOnce || m_waiting.size() >= m_expected);
}

/// At once where there are enough; else after so long, unless that is negative.
void PageStore::wake(qint64 afterMs)
{
    if (areEnough() && !std::exchange(m_isAwake, true)) {
        m_clock.callAfter(0, this, [this] { storeSome(); });
    } else if (!m_isAwake && afterMs >= 0) {
        m_clock.callAfter(afterMs, this, [this, wake = ++m_wakes] {
            if (wake == m_wakes) {
                storeSome();
            }
        });
    }
}

void PageStore::storeSome()
{
    m_isAwake = false;
    ++m_wakes;
    std::erase_if(m_waiting, [](const Waiting& waiting) { return !waiting.context; });
    const auto last = m_waiting.begin() + static_cast<qptrdiff>(std::min(m_waiting.size(), kPagesAtOnce));
    std::vector<Waiting> some(std::make_move_iterator(m_waiting.begin()), std::make_move_iterator(last));
    m_waiting.erase(m_waiting.begin(), last);
    std::vector<store::BatchPtr> pages;
    for (const Waiting& waiting : some) {
        pages.push_back(waiting.page);
    }
    if (pages.empty()) {
        return;
    }
    const Status status = m_applier.apply(pages);
    pages.clear();
    for (Waiting& waiting : some) {
        if (waiting.context && !m_isClosed) {
            waiting.stored(status, std::move(waiting.page));
        }
    }
    wake(kLongestMs);
}

} // namespace ch::sync
