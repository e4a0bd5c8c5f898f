// SPDX-License-Identifier: GPL-3.0-or-later
// What lies between the programs and the account: every request takes its time, may pass others, be lost before or after the work, be cut,
// or be answered by something in between. What is on the way when its program dies may still arrive. All from the dice. One thread.
//
// Assumed of the world: nothing arrives later than kLongestMs after it was sent; a 500 that Stripe answers to a POST with a key is kept under
// the key for 24 hours and replayed, to other parameters as an idempotency error (docs.stripe.com/api/idempotent_requests).
#pragma once

#include "http/Transport.h"
#include "simulation/Account.h"
#include "simulation/Dice.h"
#include "simulation/Trace.h"

#include <QHash>
#include <QPointer>
#include <functional>
#include <vector>

namespace ch::sim {

enum class Fate {
    Fair, NotSent, LostBefore, LostAfter, Cut, Html, RateLimited, RateLimitedWait, LockTimeout, ErrorKeptBefore, ErrorKeptAfter, Unavailable, Denied, Late
};
inline constexpr int kFates = 14;

/// How often each comes, of a thousand requests; Fair is the rest.
struct Weather {
    std::array<int, kFates> perMille{};
    static Weather calm() { return {}; }
    /// Somewhere between a bad day and the end of the world.
    static Weather rough(Dice& dice);
};

/// What a POST with a key brought about: once for each time that the account did work.
struct Effect {
    QByteArray key;
    int program = 0;
    QString objectId;
};

class Network final : public QObject {
public:
    static constexpr qint64 kLongestMs = 95'000;

    Network(Account& account, SimClock& clock, Trace& trace, Dice dice);

    /// The wire of one program.
    [[nodiscard]] std::unique_ptr<http::Transport> wireOf(int program);

    Weather weather;
    std::function<void(int program, const http::Request&)> onSending; ///< may throw Killed: it has not left
    std::function<void(int program)> onSent;                          ///< may throw Killed: it is on its way
    std::function<void(const http::Request&, const QJsonObject& made)> onMade;

    [[nodiscard]] const std::vector<Effect>& effects() const { return m_effects; }
    [[nodiscard]] int underWay() const { return m_underWay; }

private:
    class Wire;
    struct Message {
        QPointer<SimpleJob<http::Reply>> job;
        http::Request request;
        QByteArray key;
        Fate fate = Fate::Fair;
        int program = 0;
        qint64 number = 0;
        bool diesWithSender = false;
    };
    struct KeptError {
        QString path;
        QByteArray body;
        qint64 atMs = 0;
    };
    using MessagePtr = std::shared_ptr<Message>;

    http::ReplyJob* send(int program, const http::Request& request, QObject* parent);
    [[nodiscard]] Fate drawn();
    [[nodiscard]] qint64 transit();
    void arrive(const MessagePtr& message);
    [[nodiscard]] std::optional<http::Reply> inBetween(const Message& message);
    [[nodiscard]] std::optional<http::Reply> keptError(const Message& message);
    [[nodiscard]] http::Reply work(const Message& message, quint64* ticket);
    void noteEffect(const Message& message, const http::Reply& reply);
    void leave(const MessagePtr& message, http::Reply reply);
    void say(const Message& message, const QByteArray& what);

    Account& m_account;
    SimClock& m_clock;
    Trace& m_trace;
    Dice m_dice;
    QHash<QByteArray, KeptError> m_keptErrors;
    QSet<QByteArray> m_worked;        ///< keys that the account has carried out
    std::vector<Effect> m_effects;
    qint64 m_numbers = 0;
    int m_underWay = 0;
};

} // namespace ch::sim
