// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong between a program and the simulated account, at the n-th request from when it was set. A 500 is kept under its
// idempotency key and replayed, as Stripe does, whether or not the work was done.
#pragma once

#include "business/SandboxHouse.h"
#include "support/SandboxWire.h"

namespace ch::test {

enum class Bad { None, LostBefore, LostAfter, ErrorBefore, ErrorAfter, Unavailable, Denied, NotSent };

class Weather {
public:
    explicit Weather(Program& program) : m_program(program)
    {
        program.transport.intercept = [this](const http::Request& request, int) { return answer(request); };
    }
    ~Weather() { m_program.transport.intercept = nullptr; }

    /// at: 1 is the next request. lasting: and all that follow.
    void set(Bad kind, int at, bool lasting = false)
    {
        m_bad = kind;
        m_left = at;
        m_lasting = lasting;
        struck = false;
    }

    /// In the account, without an answer to anybody.
    void work(const http::Request& request)
    {
        (void)m_program.stripe.engine->handle(toSandbox(request));
    }

    bool struck = false;
    int posts = 0;                ///< that reached the account
    QList<QByteArray> keys;       ///< of every POST that left the program

private:
    using Instead = std::optional<Result<http::Reply>>;

    Instead answer(const http::Request& request)
    {
        QByteArray key;
        for (const http::Header& header : request.headers) {
            key = header.name == "Idempotency-Key" ? header.value : key;
        }
        const bool isPost = request.method == "POST";
        if (isPost) {
            keys << key;
        }
        if (m_kept.contains(key)) {
            return kept();
        }
        const bool strikes = m_bad != Bad::None && (--m_left == 0 || (m_lasting && m_left < 0));
        if (!strikes) {
            posts += isPost ? 1 : 0;
            return std::nullopt;
        }
        struck = true;
        switch (m_bad) {
        case Bad::LostAfter:
            work(request);
            return lost(request, {});
        case Bad::LostBefore:
            return lost(request, {});
        case Bad::NotSent:
            return lost(request, QLatin1String(http::kNotSent));
        case Bad::ErrorAfter:
            work(request);
            [[fallthrough]];
        case Bad::ErrorBefore:
            if (isPost) {
                m_kept << key;
            }
            return error(500, "{\"error\":{\"type\":\"api_error\",\"message\":\"Sorry.\"}}");
        case Bad::Unavailable:
            return error(503, "{\"error\":{\"type\":\"api_error\",\"message\":\"Later.\"}}");
        case Bad::Denied:
            return error(403, "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"No.\"}}");
        case Bad::None:
            break;
        }
        return std::nullopt;
    }

    static Instead lost(const http::Request& request, const QString& code)
    {
        Error error;
        error.kind = ErrorKind::Network;
        error.code = code;
        error.message = QStringLiteral("The connection was closed without an answer.");
        error.outcomeKnown = request.method == "GET";
        return Result<http::Reply>(fail(error));
    }

    static Instead error(int status, const QByteArray& body)
    {
        http::Reply reply;
        reply.status = status;
        reply.body = body;
        reply.headers.append(http::Header{"Request-Id", "req_weather"});
        return Result<http::Reply>(reply);
    }

    static Instead kept()
    {
        Instead made = error(500, "{\"error\":{\"type\":\"api_error\",\"message\":\"Sorry.\"}}");
        (*made)->headers.append(http::Header{"Idempotent-Replayed", "true"});
        return made;
    }

    Program& m_program;
    Bad m_bad = Bad::None;
    int m_left = 0;
    bool m_lasting = false;
    QSet<QByteArray> m_kept;
};

/// The rows of a test that fetches "bad" (an int) and "attempts": each thing that goes wrong, with as many attempts as attemptsAt says.
inline void addWeather(const std::function<QList<int>(Bad)>& attemptsAt)
{
    QTest::addColumn<int>("bad");
    QTest::addColumn<int>("attempts");
    const QList<QPair<const char*, Bad>> kinds = {{"lost before", Bad::LostBefore}, {"lost after", Bad::LostAfter}, {"500 without work", Bad::ErrorBefore}, {"500 after work", Bad::ErrorAfter},
        {"503", Bad::Unavailable}, {"403", Bad::Denied}, {"not sent", Bad::NotSent}};
    for (const auto& [name, bad] : kinds) {
        for (const int attempts : attemptsAt(bad)) {
            QTest::addRow("%s, %d attempts", name, attempts) << static_cast<int>(bad) << attempts;
        }
    }
}

} // namespace ch::test
