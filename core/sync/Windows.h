// SPDX-License-Identifier: GPL-3.0-or-later
// The windows of "created" in which one list is read: how it is parted, and what of it is left. Pure arithmetic over what the pages told.
//
// A list begins as one window over all of time, so that one of up to four pages costs no request more than these, and one of up to eight a single
// one more. Once it has proven long, its unread rest is parted: first what lies below the oldest object, in reaches that grow fourfold (nobody says
// when an account began), then whichever window holds most by the density of what was read of it. A window whose rest lies within one second is not
// parted: it is read by cursor.
// Windows of one pass cover all of time without gap at every moment; changed ones are to be stored together.
#pragma once

#include "store/Mirror.h"

namespace ch::sync {

struct WindowPage {
    qint64 objects = 0;
    qint64 newest = 0;      ///< created, seconds; of the objects, where there are any
    qint64 oldest = 0;
    QString lastId;
    bool hasMore = false;
};

class Windows {
public:
    /// Of Stripe's first year: no object is older, but for those of test clocks, which no list shows.
    static constexpr qint64 kEarliest = 1'262'304'000;

    /// kept: the windows that a former process left of this list; empty: it begins.
    Windows(store::ObjectList list, qint64 run, int passes, qint64 pageSize, const std::vector<store::WindowProgress>& kept);

    /// The window whose next page is to be asked for, at most atOnce at a time; what is under way is never parted. Nothing: nothing to
    /// ask for before a page is stored. A window is under way until its page is stored, so that a kill loses a page of it at most.
    [[nodiscard]] std::optional<size_t> next(int atOnce);
    /// The page of the window that next() gave has come; without hasMore it has ended.
    void pageCame(size_t window, const WindowPage& page);
    /// And is stored.
    void pageStored(size_t window) { m_windows[window].isUnderWay = false; }
    /// The page that next() gave did not come: the window is begun anew, since its cursor is gone.
    void restart(size_t window);

    [[nodiscard]] const store::WindowProgress& at(size_t window) const { return m_windows[window].kept; }
    /// Pages in a row that brought nothing older than the one before.
    [[nodiscard]] int stillPages(size_t window) const { return m_windows[window].stillPages; }
    /// Windows changed since the last call, to be stored in one transaction with the page that changed them.
    [[nodiscard]] std::vector<store::WindowProgress> takeChanged();

    [[nodiscard]] bool haveEnded() const;
    [[nodiscard]] qint64 objects() const;
    /// Objects that are left, by the density of what was read; nothing as long as the list's beginning is not in sight: what may lie below
    /// the oldest object known is a quarter of all or more.
    [[nodiscard]] std::optional<qint64> left() const;
    [[nodiscard]] size_t count() const { return m_windows.size(); }

private:
    struct Window {
        store::WindowProgress kept;
        double density = 0;     ///< objects a second where it was parted from
        double latest = 0;      ///< of its latest page: tells that it has come to where many stand close together
        int stillPages = 0;
        bool isUnderWay = false;
        bool isChanged = false;
    };
    [[nodiscard]] qint64 top(const Window& window) const;
    [[nodiscard]] double densityOf(const Window& window) const;
    [[nodiscard]] double leftIn(const Window& window) const;
    /// Rather too many: what parting goes by.
    [[nodiscard]] double thinkableIn(const Window& window) const;
    [[nodiscard]] bool isIdle(const Window& window) const { return !window.isUnderWay && !window.kept.ended; }
    /// Whether the list is long enough for one more window.
    [[nodiscard]] bool mayPart() const;
    [[nodiscard]] bool partFrontier();
    [[nodiscard]] bool partFullest();
    /// Cuts what is older than the second off the window.
    void part(size_t window, qint64 second);

    qint64 m_pageSize;
    std::vector<Window> m_windows;
    qint64 m_pages = 0;
    size_t m_passes;
    int m_reaches = 0;
    int m_unproven = 0;         ///< cuts below the oldest object since a page last showed that there is something there
};

} // namespace ch::sync
