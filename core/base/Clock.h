// SPDX-License-Identifier: GPL-3.0-or-later
// Time as a thing that is handed in, so that the whole program runs on a fake clock in tests.
// Instants are milliseconds since 1970-01-01T00:00:00Z (UTC, int64); Stripe's are seconds, so divide by 1000 there.
#pragma once

#include <QObject>
#include <functional>

namespace ch {

class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    /// Wall time, UTC milliseconds. May jump.
    [[nodiscard]] virtual qint64 nowMs() const = 0;

    /// Never goes back; no fixed start. For durations.
    [[nodiscard]] virtual qint64 monotonicMs() const = 0;

    /// Calls fn once, from the event loop of context's thread, after at least delayMs (0: at the next turn of the loop).
    /// Never calls it when context has died: delete context to call it off. Call from context's thread.
    virtual void callAfter(qint64 delayMs, QObject* context, std::function<void()> fn) = 0;

    [[nodiscard]] qint64 nowSeconds() const { return nowMs() / 1000; }
};

/// The computer's clock. Usable from any thread.
class SystemClock final : public Clock {
public:
    [[nodiscard]] qint64 nowMs() const override;
    [[nodiscard]] qint64 monotonicMs() const override;
    void callAfter(qint64 delayMs, QObject* context, std::function<void()> fn) override;
};

} // namespace ch
