// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/Network.h"

#include "support/SandboxWire.h"

#include <QJsonDocument>

namespace ch::sim {

namespace {

constexpr qint64 kKeyLivesMs = 24LL * 3600 * 1000;
constexpr std::array<const char*, kFates> kFateNames = {"fair", "not sent", "lost before", "lost after", "cut", "html", "429", "429 with Retry-After", "lock_timeout", "500 kept, no work",
    "500 kept, work done", "503", "403", "late"};

http::Reply made(int status, const QByteArray& body, const QByteArray& type = "application/json")
{
    http::Reply reply;
    reply.status = status;
    reply.body = body;
    reply.headers = {{"Content-Type", type}, {"Request-Id", "req_between"}};
    return reply;
}

http::Reply stripeError(int status, const char* type, const char* code)
{
    return made(status, QByteArray("{\"error\":{\"type\":\"") + type + "\",\"code\":\"" + code + "\",\"message\":\"No.\"}}");
}

Error noAnswer(const http::Request& request, ErrorKind kind, const char* code = "")
{
    Error error;
    error.kind = kind;
    error.code = QLatin1String(code);
    error.message = QStringLiteral("There was no answer.");
    error.outcomeKnown = !request.isWrite;
    return error;
}

} // namespace

Weather Weather::rough(Dice& dice)
{
    Weather weather;
    const int scale = dice.weighed({2, 3, 3, 2}) + 1;
    for (size_t fate = 1; fate < weather.perMille.size(); ++fate) {
        weather.perMille[fate] = dice.chance(500) ? dice.below(15 * scale * scale) : 0;
    }
    auto& lostAfter = weather.perMille[static_cast<size_t>(Fate::LostAfter)];
    lostAfter += 30 * scale;
    auto& denied = weather.perMille[static_cast<size_t>(Fate::Denied)];
    denied = qMin(denied, 20); // a key is refused by mistake seldom, and that ends an operation
    return weather;
}

class Network::Wire final : public http::Transport {
public:
    Wire(Network& network, int program) : m_network(network), m_program(program) {}
    http::ReplyJob* send(const http::Request& request, QObject* parent) override { return m_network.send(m_program, request, parent); }

private:
    Network& m_network;
    int m_program;
};

Network::Network(Account& account, SimClock& clock, Trace& trace, Dice dice) : m_account(account), m_clock(clock), m_trace(trace), m_dice(dice) {}

std::unique_ptr<http::Transport> Network::wireOf(int program)
{
    return std::make_unique<Wire>(*this, program);
}

Fate Network::drawn()
{
    int left = m_dice.below(1000);
    for (size_t fate = 1; fate < weather.perMille.size(); ++fate) {
        left -= weather.perMille[fate];
        if (left < 0) {
            return static_cast<Fate>(fate);
        }
    }
    return Fate::Fair;
}

qint64 Network::transit()
{
    switch (m_dice.weighed({80, 15, 5})) {
    case 0: return m_dice.from(1, 200);
    case 1: return m_dice.from(1, 3000);
    default: return m_dice.from(1, 20'000);
    }
}

void Network::say(const Message& message, const QByteArray& what)
{
    m_trace.add(m_clock.monotonicMs(), 'p' + QByteArray::number(message.program) + " #" + QByteArray::number(message.number) + ' ' + what);
}

http::ReplyJob* Network::send(int program, const http::Request& request, QObject* parent)
{
    onSending(program, request);
    const auto message = std::make_shared<Message>();
    message->request = request;
    message->program = program;
    message->number = ++m_numbers;
    message->fate = drawn();
    message->diesWithSender = m_dice.chance(300);
    for (const http::Header& header : request.headers) {
        message->key = header.name == "Idempotency-Key" ? header.value : message->key;
    }
    auto* job = new SimpleJob<http::Reply>(parent);
    message->job = job;
    say(*message, "sends " + request.method + ' ' + request.url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority) + ' ' + message->key.mid(14, 8) + " (" + kFateNames[static_cast<size_t>(message->fate)] + ')');
    m_trace.count("requests");
    m_clock.callAfter(request.deadlineMs, job, [job, error = noAnswer(request, ErrorKind::Timeout)] { job->end(fail(error)); });
    const qint64 there = message->fate == Fate::Late ? m_dice.from(60'000, static_cast<int>(kLongestMs)) : transit();
    if (message->fate == Fate::NotSent) {
        m_clock.callAfter(m_dice.from(1, 50), job, [job, error = noAnswer(request, ErrorKind::Network, http::kNotSent)] { job->end(fail(error)); });
    } else if (message->fate == Fate::LostBefore) {
        if (m_dice.chance(800)) {
            m_clock.callAfter(there, job, [job, error = noAnswer(request, ErrorKind::Network)] { job->end(fail(error)); });
        }
    } else {
        ++m_underWay;
        m_clock.callAfter(there, this, [this, message] { arrive(message); });
    }
    if (message->fate != Fate::Fair) {
        m_trace.count(QByteArray("fault: ") + kFateNames[static_cast<size_t>(message->fate)]);
    }
    onSent(program);
    return job;
}

void Network::arrive(const MessagePtr& message)
{
    --m_underWay;
    if (!message->job && message->diesWithSender) {
        say(*message, "never arrives");
        return;
    }
    if (auto reply = inBetween(*message)) {
        leave(message, *std::move(reply));
        return;
    }
    quint64 ticket = 0;
    http::Reply reply = work(*message, &ticket);
    noteEffect(*message, reply);
    if (message->fate == Fate::ErrorKeptAfter) {
        reply = stripeError(500, "api_error", "");
        if (!message->key.isEmpty()) {
            m_account.engine().answerInstead(ticket, 500, reply.body);
        }
    }
    // While it is worked on, its key is in use.
    m_clock.callAfter(m_dice.from(0, 150), this, [this, message, ticket, reply = std::move(reply)] {
        m_account.engine().end(ticket);
        leave(message, reply);
    });
}

/// Answers of what stands before the work: nothing is done by these.
std::optional<http::Reply> Network::inBetween(const Message& message)
{
    if (auto kept = keptError(message)) {
        return kept;
    }
    switch (message.fate) {
    case Fate::Html: return made(502, "<html>Bad gateway</html>", "text/html");
    case Fate::Unavailable: return stripeError(503, "api_error", "");
    case Fate::Denied: return stripeError(403, "invalid_request_error", "");
    case Fate::LockTimeout: return stripeError(429, "invalid_request_error", "lock_timeout");
    case Fate::RateLimited:
    case Fate::RateLimitedWait: {
        http::Reply reply = stripeError(429, "invalid_request_error", "rate_limit");
        reply.headers.append(http::Header{"Stripe-Rate-Limited-Reason", m_dice.chance(500) ? "global-rate" : "endpoint-rate"});
        if (message.fate == Fate::RateLimitedWait) {
            reply.headers.append(http::Header{"Retry-After", QByteArray::number(m_dice.from(1, 20))});
        }
        return reply;
    }
    case Fate::ErrorKeptBefore:
        if (!message.key.isEmpty() && !m_worked.contains(message.key)) {
            m_keptErrors.insert(message.key, {message.request.url.path(), message.request.body, m_clock.nowMs()});
            return stripeError(500, "api_error", "");
        }
        return message.key.isEmpty() ? std::optional(stripeError(500, "api_error", "")) : std::nullopt;
    case Fate::Fair:
    case Fate::NotSent:
    case Fate::LostBefore:
    case Fate::LostAfter:
    case Fate::Cut:
    case Fate::ErrorKeptAfter:
    case Fate::Late:
        return std::nullopt;
    }
    return std::nullopt;
}

std::optional<http::Reply> Network::keptError(const Message& message)
{
    const auto kept = m_keptErrors.constFind(message.key);
    if (message.key.isEmpty() || kept == m_keptErrors.constEnd() || m_clock.nowMs() - kept->atMs >= kKeyLivesMs) {
        return std::nullopt;
    }
    if (kept->path != message.request.url.path() || kept->body != message.request.body) {
        return stripeError(400, "idempotency_error", "");
    }
    http::Reply reply = stripeError(500, "api_error", "");
    reply.headers.append(http::Header{"Idempotent-Replayed", "true"});
    return reply;
}

http::Reply Network::work(const Message& message, quint64* ticket)
{
    return test::fromSandbox(m_account.engine().begin(test::toSandbox(message.request), ticket));
}

void Network::noteEffect(const Message& message, const http::Reply& reply)
{
    const bool isReplayed = !reply.header("Idempotent-Replayed").isEmpty();
    say(message, "reaches the account: " + QByteArray::number(reply.status) + (isReplayed ? " replayed" : ""));
    if (message.key.isEmpty() || isReplayed || reply.status == 409 || reply.status == 429) {
        return;
    }
    m_worked.insert(message.key);
    if (reply.status != 200) {
        return;
    }
    const QJsonObject object = QJsonDocument::fromJson(reply.body).object();
    m_effects.push_back({message.key, message.program, object.value(QStringLiteral("id")).toString()});
    onMade(message.request, object);
}

void Network::leave(const MessagePtr& message, http::Reply reply)
{
    if (!message->job) {
        say(*message, "is answered to nobody");
        return;
    }
    if (message->fate == Fate::LostAfter) {
        if (m_dice.chance(800)) { // else it hangs until its time is over
            m_clock.callAfter(transit(), message->job, [job = message->job.data(), error = noAnswer(message->request, ErrorKind::Network)] { job->end(fail(error)); });
        }
        return;
    }
    if (message->fate == Fate::Cut && reply.status == 200) {
        reply.body.truncate(m_dice.below(static_cast<int>(reply.body.size())));
    }
    m_clock.callAfter(transit(), message->job, [this, message, reply = std::move(reply)] {
        say(*message, "is answered " + QByteArray::number(reply.status));
        if (message->job) {
            message->job->end(reply);
        }
    });
}

} // namespace ch::sim
