// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/Windows.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ch::sync {

namespace {

using store::WindowProgress;

/// The last page of a window is half empty on average: a window is worth this many pages at least, and on average over the list.
/// A list that is no longer is read in one.
constexpr qint64 kPagesOfAWindow = 4;
constexpr int kUnprovenAtMost = 3;
constexpr double kReachGrows = 4;
constexpr int kReachesAtMost = 20;

} // namespace

Windows::Windows(store::ObjectList list, qint64 run, int passes, qint64 pageSize, const std::vector<WindowProgress>& kept)
    : m_pageSize(pageSize), m_passes(static_cast<size_t>(passes))
{
    for (const WindowProgress& window : kept) {
        m_windows.push_back({window});
        m_pages += (window.objects + pageSize - 1) / pageSize;
    }
    if (m_windows.empty()) {
        for (int pass = 0; pass < passes; ++pass) {
            WindowProgress whole;
            whole.list = list;
            whole.run = run;
            whole.pass = pass;
            m_windows.push_back({whole});
            m_windows.back().isChanged = true;
        }
    }
}

qint64 Windows::top(const Window& window) const
{
    return window.kept.objects > 0 ? window.kept.oldest : window.kept.before == WindowProgress::kEnd ? WindowProgress::kEnd : window.kept.before - 1;
}

double Windows::densityOf(const Window& window) const
{
    const WindowProgress& kept = window.kept;
    if (kept.objects == 0) {
        return window.density;
    }
    // A page as where it was parted from counts too: objects that were made together in one second say little of a year.
    const double pages = window.density > 0 ? static_cast<double>(m_pageSize) : 0;
    const double span = static_cast<double>(kept.newest - kept.oldest + 1) + (pages > 0 ? pages / window.density : 0);
    return (static_cast<double>(kept.objects) + pages) / span;
}

double Windows::leftIn(const Window& window) const
{
    return window.kept.ended ? 0 : densityOf(window) * static_cast<double>(top(window) - window.kept.from);
}

double Windows::thinkableIn(const Window& window) const
{
    return window.kept.ended ? 0 : std::max(densityOf(window), window.latest) * static_cast<double>(top(window) - window.kept.from);
}

std::optional<size_t> Windows::next(int atOnce)
{
    const auto underWay = std::count_if(m_windows.cbegin(), m_windows.cend(), [](const Window& window) { return window.isUnderWay; });
    auto idle = std::count_if(m_windows.cbegin(), m_windows.cend(), [this](const Window& window) { return isIdle(window); });
    // How far down the list goes is found out whether places are free or not: the estimate needs it, and a list without end is known by it.
    while (idle > 0 && m_pages >= kPagesOfAWindow && (partFrontier() || (underWay + idle < atOnce && mayPart() && partFullest()))) {
        ++idle;
    }
    if (idle == 0 || underWay >= std::max(1, atOnce)) {
        return std::nullopt;
    }
    // One that nobody has looked into goes first: it tells most.
    const auto unread = std::find_if(m_windows.begin(), m_windows.end(), [this](const Window& window) { return isIdle(window) && window.kept.objects == 0; });
    const auto found = unread != m_windows.end() ? unread : std::find_if(m_windows.begin(), m_windows.end(), [this](const Window& window) { return isIdle(window); });
    found->isUnderWay = true;
    return static_cast<size_t>(found - m_windows.begin());
}

bool Windows::mayPart() const
{
    double left = 0;
    for (const Window& window : m_windows) { // what nobody has looked into may be empty
        left += window.kept.from == WindowProgress::kBegin || window.kept.objects == 0 ? 0 : leftIn(window);
    }
    const double pages = static_cast<double>(m_pages) + left / static_cast<double>(m_pageSize);
    return static_cast<double>(m_windows.size() - m_passes + 1) <= pages / kPagesOfAWindow;
}

bool Windows::partFrontier()
{
    for (size_t i = 0; i < m_windows.size(); ++i) {
        const Window& window = m_windows[i];
        if (!isIdle(window) || window.kept.from != WindowProgress::kBegin || top(window) == WindowProgress::kEnd || top(window) <= kEarliest) {
            continue;
        }
        if (m_unproven >= std::min<qint64>(kUnprovenAtMost, m_pages / kPagesOfAWindow)) {
            continue; // is anything down there at all?
        }
        const double density = std::max(densityOf(window), 1e-9);
        const double reach = std::ceil(static_cast<double>(kPagesOfAWindow * m_pageSize) / density * std::pow(kReachGrows, m_reaches));
        const auto room = static_cast<double>(top(window) - kEarliest);
        m_reaches = std::min(m_reaches + 1, kReachesAtMost);
        ++m_unproven;
        part(i, top(window) - static_cast<qint64>(std::min(reach, room)));
        return true;
    }
    return false;
}

bool Windows::partFullest()
{
    double fullest = 0;
    for (const Window& window : m_windows) {
        fullest = window.kept.from == WindowProgress::kBegin ? fullest : std::max(fullest, thinkableIn(window));
    }
    // One that is a good deal emptier than the fullest waits until that one's page has come.
    const double enough = std::max(static_cast<double>((kPagesOfAWindow + 1) * m_pageSize), fullest / 2);
    for (size_t i = 0; i < m_windows.size(); ++i) {
        const Window& window = m_windows[i];
        if (isIdle(window) && window.kept.objects > 0 && window.kept.from != WindowProgress::kBegin && top(window) > window.kept.from && thinkableIn(window) >= enough) {
            part(i, top(window) - (top(window) - window.kept.from) / 2);
            return true;
        }
    }
    return false;
}

void Windows::part(size_t index, qint64 second)
{
    Window older;
    older.kept.list = m_windows[index].kept.list;
    older.kept.run = m_windows[index].kept.run;
    older.kept.pass = m_windows[index].kept.pass;
    older.kept.from = m_windows[index].kept.from;
    older.kept.before = second;
    older.density = densityOf(m_windows[index]);
    older.isChanged = true;
    m_windows[index].kept.from = second;
    m_windows[index].isChanged = true;
    m_windows.push_back(older);
}

void Windows::pageCame(size_t index, const WindowPage& page)
{
    Window& window = m_windows[index];
    ++m_pages;
    if (page.objects > 0) {
        const bool isFirst = window.kept.objects == 0;
        window.latest = static_cast<double>(page.objects) / static_cast<double>(page.newest - page.oldest + 1);
        window.stillPages = !isFirst && page.oldest >= window.kept.oldest ? window.stillPages + 1 : 0;
        window.kept.newest = isFirst ? page.newest : std::max(window.kept.newest, page.newest);
        window.kept.oldest = isFirst ? page.oldest : std::min(window.kept.oldest, page.oldest);
        window.kept.objects += page.objects;
        if (window.kept.from == WindowProgress::kBegin) {
            m_unproven = 0;
        }
    }
    window.kept.ended = !page.hasMore;
    window.kept.startingAfter = page.hasMore ? page.lastId : QString();
    window.isChanged = true;
}

void Windows::restart(size_t index)
{
    Window& window = m_windows[index];
    window.kept.startingAfter.clear();
    window.kept.objects = 0;
    window.stillPages = 0;
    window.isUnderWay = false;
    window.isChanged = true;
}

std::vector<WindowProgress> Windows::takeChanged()
{
    std::vector<WindowProgress> changed;
    for (Window& window : m_windows) {
        if (std::exchange(window.isChanged, false)) {
            changed.push_back(window.kept);
        }
    }
    return changed;
}

bool Windows::haveEnded() const
{
    return std::all_of(m_windows.cbegin(), m_windows.cend(), [](const Window& window) { return window.kept.ended; });
}

qint64 Windows::objects() const
{
    qint64 sum = 0;
    for (const Window& window : m_windows) {
        sum += window.kept.objects;
    }
    return sum;
}

std::optional<qint64> Windows::left() const
{
    qint64 oldest = WindowProgress::kEnd;
    for (const Window& window : m_windows) {
        oldest = window.kept.objects > 0 ? std::min(oldest, window.kept.oldest) : oldest;
    }
    double sum = 0;
    double unproven = 0; // the list may have begun before
    for (const Window& window : m_windows) {
        if (!window.kept.ended && window.kept.from == WindowProgress::kBegin) {
            return std::nullopt;
        }
        sum += leftIn(window);
        unproven += top(window) <= oldest ? leftIn(window) : 0;
    }
    if (unproven * 4 > static_cast<double>(objects()) + sum) {
        return std::nullopt;
    }
    return static_cast<qint64>(std::min(sum, 1e15));
}

} // namespace ch::sync
