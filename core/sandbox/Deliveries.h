// SPDX-License-Identifier: GPL-3.0-or-later
// Which event goes to which webhook endpoint, when, and how often it is tried. Opens no socket: whoever does takes what is due (take) and
// tells how each ended (end). One delivery at a time to each endpoint, in the order of the events where the plan says nothing else.
// Retries are on the account's wall clock: of a test account after 10 minutes, one and two hours; of a live one after 5 minutes and twice as
// long each time, up to three days. Delays are real time. Signatures are made at each attempt, with the account's present.
// The same seeds, clock, requests and outcomes give the same deliveries. One thread; owned by the engine.
#pragma once

#include "base/Clock.h"
#include "base/Error.h"
#include "sandbox/Engine.h"
#include "sandbox/Render.h"
#include "sandbox/WebhookPlan.h"

#include <deque>
#include <map>
#include <optional>
#include <set>

namespace ch::sandbox {

/// One attempt, ready to be posted.
struct Delivery {
    quint64 number = 0;
    QByteArray url, body;
    Headers headers;
};

inline constexpr size_t kMostWebhooks = 16; ///< Stripe's limit

class Deliveries {
public:
    Deliveries(State& state, const Renderer& render, const Clock& clock) : s(state), m_render(render), m_clock(clock) {}

    [[nodiscard]] const WebhookPlan& plan() const { return m_plan; }
    void setPlan(const WebhookPlan& plan);

    /// Events that have just been written down, oldest first: finds who wants them.
    void takeIn(const std::vector<Index>& events);

    /// What is to be posted now. Each must be told of with end().
    [[nodiscard]] std::vector<Delivery> take();

    /// The status of the answer, 0 when there was none. 200 to 299 is a success; all else is tried again.
    void end(quint64 number, int status);

    /// Milliseconds of real time until take() has something, as far as it can be known; nothing when nothing waits.
    [[nodiscard]] std::optional<qint64> nextInMs(qint64 speed) const;

    /// Whether any endpoint listens.
    [[nodiscard]] bool anyone() const;

    /// An endpoint for all events. Without a secret one is made up. Fails with InvalidInput as POST /v1/webhook_endpoints would.
    [[nodiscard]] Result<Index> add(const QByteArray& url, const QByteArray& secret = {});
    [[nodiscard]] QByteArray secretOf(Index endpoint) const { return s.webhooks[endpoint].secret; }
    /// A new secret; the old one signs beside it for so many seconds. Fails with NotFound.
    [[nodiscard]] Result<QByteArray> roll(const QByteArray& endpoint, qint64 overlapSeconds);
    /// Once more, to one endpoint or (empty) to each that would get it. Fails with NotFound. Not tried again.
    [[nodiscard]] Status resend(const QByteArray& event, const QByteArray& endpoint);

    /// Settings, endpoints (without secrets) and the last thousand attempts, oldest first, as JSON.
    [[nodiscard]] QByteArray report() const;

    /// The value of Stripe-Signature.
    [[nodiscard]] static QByteArray signature(const QByteArray& body, qint64 seconds, const QList<QByteArray>& secrets, bool withV0);

private:
    enum class Why { First, Retry, Duplicate, Resend };
    struct Waiting {
        quint64 number = 0;
        Index event = kNone, endpoint = kNone;
        int attempt = 1;
        Why why = Why::First;
        QByteArray body;
    };
    using Due = std::pair<qint64, quint64>; // when, and the number
    struct Line {                           // to one endpoint
        std::map<Due, Waiting> soon;        // by real time (monotonic ms)
        std::map<Due, Waiting> later;       // retries, by wall time (s)
        std::optional<std::pair<qint64, Waiting>> held; // to be overtaken; goes anyway at that real time
        bool busy = false;
        qint64 delivered = 0, failed = 0, lost = 0;
    };
    struct Attempt {
        qint64 at = 0, nextAt = 0;
        Index event = kNone, endpoint = kNone;
        int attempt = 1, status = 0;
        Why why = Why::First;
    };

    [[nodiscard]] bool wants(const WebhookEndpoint& row, const char* type) const;
    void enqueue(Line& line, Waiting what, qint64 delayMs);
    void putIn(Index event, Index endpoint, const QByteArray& body);
    [[nodiscard]] std::optional<Waiting> nextOf(Line& line);
    [[nodiscard]] Delivery made(const Waiting& what) const;
    [[nodiscard]] qint64 retryWait(int attempt) const;
    [[nodiscard]] bool strikes(qint64 perMillion);
    [[nodiscard]] Index find(const QByteArray& endpoint) const;

    State& s;
    const Renderer& m_render;
    const Clock& m_clock;
    WebhookPlan m_plan;
    std::map<Index, Line> m_lines;
    std::map<quint64, Waiting> m_out;
    std::set<std::pair<Index, Index>> m_owed; // event and endpoint, until one attempt has succeeded
    std::deque<Attempt> m_log;
    quint64 m_numbers = 0, m_rolls = 0;
};

} // namespace ch::sandbox
