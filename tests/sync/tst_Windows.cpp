// SPDX-License-Identifier: GPL-3.0-or-later
// How a list is parted into windows of "created", over lists that are nothing but times.
#include "support/TestMain.h"
#include "sync/Windows.h"

#include <QtTest>
#include <algorithm>
#include <deque>
#include <map>
#include <numeric>

using namespace ch;
using namespace ch::sync;

namespace windows_test {

constexpr qint64 kToday = 1'793'491'200;
constexpr qint64 kPage = 100;

/// A list of Stripe's: objects by their number, newest first, of which only the time is told.
struct TimeList {
    std::vector<qint64> created; // newest first

    /// What a page of the window holds; the object's number is its id.
    [[nodiscard]] WindowPage page(const store::WindowProgress& window, std::map<size_t, int>* read) const
    {
        WindowPage page;
        size_t i = window.startingAfter.isEmpty() ? 0 : static_cast<size_t>(window.startingAfter.toULongLong()) + 1;
        for (; i < created.size(); ++i) {
            if (created[i] < window.from || created[i] >= window.before) {
                continue;
            }
            if (page.objects == kPage) {
                page.hasMore = true;
                break;
            }
            page.newest = page.objects == 0 ? created[i] : std::max(page.newest, created[i]);
            page.oldest = page.objects == 0 ? created[i] : std::min(page.oldest, created[i]);
            page.lastId = QString::number(i);
            ++page.objects;
            ++(*read)[i];
        }
        return page;
    }
};

struct Walked {
    int requests = 0;
    int rounds = 0;          // of atOnce requests each
    size_t windows = 0;
    std::map<size_t, int> read;
};

/// Requests are answered in the order in which they were sent, atOnce under way.
Walked walk(const TimeList& list, int atOnce)
{
    Walked walked;
    Windows windows(store::ObjectList::Customers, 1, 1, kPage, {});
    std::deque<size_t> underWay;
    while (!windows.haveEnded()) {
        while (const std::optional<size_t> next = windows.next(atOnce)) {
            underWay.push_back(*next);
        }
        for (size_t n = underWay.size(); n > 0; --n) {
            const size_t window = underWay.front();
            underWay.pop_front();
            ++walked.requests;
            windows.pageCame(window, list.page(windows.at(window), &walked.read));
            windows.pageStored(window);
            while (const std::optional<size_t> next = windows.next(atOnce)) {
                underWay.push_back(*next);
            }
        }
        ++walked.rounds;
    }
    walked.windows = windows.count();
    return walked;
}

TimeList evenly(size_t count, qint64 overSeconds)
{
    TimeList list;
    for (size_t i = 0; i < count; ++i) {
        list.created.push_back(kToday - static_cast<qint64>(static_cast<double>(i) / static_cast<double>(count) * static_cast<double>(overSeconds)));
    }
    return list;
}

TimeList together(std::vector<TimeList> lists)
{
    TimeList all;
    for (const TimeList& list : lists) {
        all.created.insert(all.created.end(), list.created.begin(), list.created.end());
    }
    std::sort(all.created.rbegin(), all.created.rend());
    return all;
}

TimeList moved(TimeList list, qint64 seconds)
{
    for (qint64& created : list.created) {
        created += seconds;
    }
    return list;
}

constexpr qint64 kYear = 365LL * 24 * 3600;

} // namespace windows_test

using namespace windows_test;

class TstWindows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aShortListCostsItsPagesAlone()
    {
        for (const size_t count : {0, 1, 99, 100, 101, 250, 400}) {
            const Walked walked = walk(evenly(count, kYear), 24);
            QCOMPARE(walked.requests, std::max(1, static_cast<int>((count + 99) / 100)));
            QCOMPARE(walked.read.size(), count);
        }
        for (const size_t count : {401, 450, 500, 640, 799}) {
            const Walked walked = walk(moved(evenly(count, kYear), -3 * kYear), 24);
            QVERIFY2(walked.requests <= static_cast<int>((count + 99) / 100) + 1, qPrintable(QStringLiteral("%1: %2").arg(count).arg(walked.requests)));
            QCOMPARE(walked.read.size(), count);
        }
    }

    /// A window whose page waits to be stored is not asked for its next one: a kill loses a page of a window at most.
    void aWindowIsAskedAgainOnceItsPageIsStored()
    {
        const TimeList list = evenly(4'000, kYear);
        std::map<size_t, int> read;
        Windows windows(store::ObjectList::Customers, 1, 1, kPage, {});
        std::deque<size_t> waiting;
        for (int page = 0; page < 30; ++page) {
            while (const std::optional<size_t> next = windows.next(8)) {
                QVERIFY(std::find(waiting.begin(), waiting.end(), *next) == waiting.end());
                windows.pageCame(*next, list.page(windows.at(*next), &read));
                waiting.push_back(*next);
            }
            QVERIFY(!waiting.empty() && waiting.size() <= 8);
            windows.pageStored(waiting.front());
            waiting.pop_front();
        }
        QVERIFY(windows.count() > 4);
    }

    void everyListIsReadOnceAndSoonByMany_data()
    {
        QTest::addColumn<TimeList>("list");
        QTest::newRow("even") << evenly(40'000, 3 * kYear);
        QTest::newRow("a long time ago") << moved(evenly(40'000, kYear / 2), -9 * kYear);
        TimeList growing;
        for (int i = 0; i < 40'000; ++i) {
            growing.created.push_back(kToday - static_cast<qint64>(std::pow(i / 40'000.0, 6) * 5 * kYear));
        }
        QTest::newRow("growing") << growing;
        TimeList shrinking;
        for (int i = 0; i < 40'000; ++i) {
            shrinking.created.push_back(kToday - 5 * kYear + static_cast<qint64>(std::pow((39'999 - i) / 40'000.0, 6) * 5 * kYear));
        }
        QTest::newRow("shrinking") << shrinking;
        QTest::newRow("an import of a day, and little since") << together({evenly(2'000, 4 * kYear), moved(evenly(38'000, 86'400), -2 * kYear)});
        QTest::newRow("two imports") << together({moved(evenly(20'000, 7'200), -kYear), moved(evenly(20'000, 7'200), -8 * kYear)});
    }

    void everyListIsReadOnceAndSoonByMany()
    {
        QFETCH(TimeList, list);
        constexpr int kAtOnce = 8;
        const Walked walked = walk(list, kAtOnce);
        QCOMPARE(walked.read.size(), list.created.size());
        for (const auto& [object, times] : walked.read) {
            QVERIFY2(times == 1, qPrintable(QString::number(object)));
        }
        const int pages = static_cast<int>(list.created.size()) / 100;
        QVERIFY2(walked.requests <= pages * 110 / 100, qPrintable(QString::number(walked.requests)));
        // At first one reads, and towards the end not all: in between every place is taken.
        QVERIFY2(walked.rounds <= pages / kAtOnce * 5 / 4 + 24, qPrintable(QStringLiteral("%1 rounds, %2 windows").arg(walked.rounds).arg(walked.windows)));
    }

    void hundredsInOneSecondAreReadByCursor()
    {
        TimeList list;
        list.created.assign(700, kToday - 1000);
        list = together({list, evenly(3'000, kYear)});
        const Walked walked = walk(list, 8);
        QCOMPARE(walked.read.size(), list.created.size());
        TimeList single;
        single.created.assign(3'000, kToday);
        QCOMPARE(walk(single, 8).read.size(), single.created.size());
        QVERIFY(walk(single, 8).requests <= 34);
    }

    /// Killed after any page it goes on with what was stored, and no page but those under way is read twice.
    void keptWindowsGoOn()
    {
        const TimeList list = evenly(4'000, kYear);
        std::map<size_t, int> read;
        std::map<qint64, store::WindowProgress> kept; // by what names them
        int lost = 0;
        for (bool ended = false; !ended;) {
            std::vector<store::WindowProgress> before;
            for (const auto& [name, window] : kept) {
                before.push_back(window);
            }
            Windows windows(store::ObjectList::Customers, 1, 1, kPage, before);
            std::vector<size_t> underWay;
            for (int pages = 0; pages < 5 && !windows.haveEnded(); ++pages) {
                while (const std::optional<size_t> next = windows.next(6)) {
                    underWay.push_back(*next);
                }
                const size_t window = underWay.front();
                underWay.erase(underWay.begin());
                windows.pageCame(window, list.page(windows.at(window), &read));
                windows.pageStored(window);
                for (const store::WindowProgress& changed : windows.takeChanged()) {
                    kept[changed.before] = changed;
                }
                ended = windows.haveEnded();
            }
            lost += static_cast<int>(underWay.size());
        }
        QCOMPARE(read.size(), list.created.size());
        QVERIFY(lost > 0);
        QVERIFY(std::all_of(read.begin(), read.end(), [](const auto& entry) { return entry.second == 1; }));
        qint64 covered = store::WindowProgress::kBegin;
        for (const auto& [before, window] : kept) {
            QVERIFY(window.ended);
            QCOMPARE(window.from, covered);
            covered = before;
        }
        QCOMPARE(covered, store::WindowProgress::kEnd);
        QVERIFY(kept.size() > 2);
    }

    void whatIsLeftIsToldOnceTheBeginningIsInSight()
    {
        const TimeList list = evenly(40'000, kYear);
        Windows windows(store::ObjectList::Customers, 1, 1, kPage, {});
        std::deque<size_t> underWay;
        std::map<size_t, int> read;
        bool wasUnknown = false;
        int told = 0;
        while (!windows.haveEnded()) {
            while (const std::optional<size_t> next = windows.next(6)) {
                underWay.push_back(*next);
            }
            const size_t window = underWay.front();
            underWay.pop_front();
            windows.pageCame(window, list.page(windows.at(window), &read));
            windows.pageStored(window);
            wasUnknown = wasUnknown || !windows.left();
            if (const std::optional<qint64> left = windows.left()) {
                const qint64 truly = 40'000 - windows.objects();
                QVERIFY2(*left >= truly / 2 - 1000 && *left <= truly * 2 + 1000, qPrintable(QStringLiteral("%1, truly %2").arg(*left).arg(truly)));
                ++told;
            }
        }
        QVERIFY(wasUnknown);
        QVERIFY2(told > 200, qPrintable(QString::number(told)));
    }
};

CH_TEST(TstWindows)
#include "tst_Windows.moc"
