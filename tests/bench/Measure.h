// SPDX-License-Identifier: GPL-3.0-or-later
// What the benchmarks that are programs have in common: time, memory, and a figure beside its limit.
#pragma once

#include <QElapsedTimer>
#include <QFile>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <vector>

namespace ch::bench {

[[noreturn]] inline void giveUp(const QString& why)
{
    std::printf("  failed: %s\n", qPrintable(why));
    std::exit(2);
}

inline qint64 peakMib()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : status.readAll().split('\n')) {
            if (line.startsWith("VmHWM:")) {
                return line.mid(6).trimmed().split(' ').first().toLongLong() / 1024;
            }
        }
    }
    return 0;
}

/// Of all threads of this process.
inline double cpuMilliseconds()
{
    timespec spent{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return double(spent.tv_sec) * 1e3 + double(spent.tv_nsec) / 1e6;
}

/// Since some instant. CH_BENCH_CPU=1 counts processor time: what to look at while something else is running. Limits are in elapsed time.
inline double milliseconds()
{
    static const bool countsCpu = qEnvironmentVariableIsSet("CH_BENCH_CPU");
    static const QElapsedTimer timer = [] {
        QElapsedTimer started;
        started.start();
        return started;
    }();
    return countsCpu ? cpuMilliseconds() : double(timer.nsecsElapsed()) / 1e6;
}

inline double millisecondsOf(const std::function<bool()>& work)
{
    const double before = milliseconds();
    if (!work()) {
        giveUp(QStringLiteral("what is measured"));
    }
    return milliseconds() - before;
}

inline double bestOf(int times, const std::function<bool()>& work)
{
    double best = millisecondsOf(work);
    for (int i = 1; i < times; ++i) {
        best = std::min(best, millisecondsOf(work));
    }
    return best;
}

/// Whether all figures told so far are within their limits.
inline bool& allWithin()
{
    static bool within = true;
    return within;
}

inline void tell(const char* what, double found, double limit, const char* unit)
{
    std::printf("  %-46s %10.1f %-3s  limit %8.0f  ratio %.2f%s\n", what, found, unit, limit, found / limit, found > limit ? "   ABOVE THE LIMIT" : "");
    std::fflush(stdout);
    allWithin() = allWithin() && found <= limit;
}

/// At the sizes that the arguments name, else at three; limits hold at the last of them. What main gives back.
inline int measureSizes(int argc, char** argv, const std::function<void(int size, bool holds)>& measure)
{
    std::vector<int> sizes;
    for (int i = 1; i < argc; ++i) {
        sizes.push_back(std::atoi(argv[i]));
    }
    if (sizes.empty()) {
        sizes = {10'000, 100'000, 1'000'000};
    }
    for (size_t i = 0; i < sizes.size(); ++i) {
        measure(sizes[i], i + 1 == sizes.size());
    }
    return allWithin() ? 0 : 1;
}

} // namespace ch::bench
