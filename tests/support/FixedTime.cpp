// SPDX-License-Identifier: GPL-3.0-or-later
// Laid under a built program (LD_PRELOAD), it makes the program's wall clock begin at CH_TEST_NOW, seconds since 1970, and run on from there:
// so that whole programs agree on a past and a present that do not depend on the day of the test. Durations stay as they are.
#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <sys/time.h>

namespace {

using ClockGettime = int (*)(clockid_t, timespec*);

ClockGettime realClock()
{
    static const auto real = reinterpret_cast<ClockGettime>(dlsym(RTLD_NEXT, "clock_gettime"));
    return real;
}

/// What is added to the wall clock, in seconds.
time_t shift()
{
    static const time_t seconds = [] {
        const char* now = std::getenv("CH_TEST_NOW");
        timespec real{};
        realClock()(CLOCK_REALTIME, &real);
        return now == nullptr ? time_t(0) : time_t(std::atoll(now)) - real.tv_sec;
    }();
    return seconds;
}

} // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* at) noexcept
{
    const int result = realClock()(clock, at);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        at->tv_sec += shift();
    }
    return result;
}

extern "C" int gettimeofday(timeval* at, void*) noexcept
{
    timespec now{};
    const int result = clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return result;
}

extern "C" time_t time(time_t* at) noexcept
{
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (at != nullptr) {
        *at = now.tv_sec;
    }
    return now.tv_sec;
}
