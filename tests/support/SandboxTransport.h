// SPDX-License-Identifier: GPL-3.0-or-later
// A transport that asks the simulated account directly, without a socket: the whole client on a fake clock, each answer after latencyMs. Only for tests that link
// ch::sandbox. intercept sees each request first and may answer in the account's stead.
#pragma once

#include "base/Clock.h"
#include "support/SandboxWire.h"

#include <QDateTime>
#include <QLocale>
#include <functional>
#include <optional>

namespace ch::test {

class SandboxTransport final : public http::Transport {
public:
    SandboxTransport(sandbox::Engine& engine, Clock& clock) : m_engine(engine), m_clock(clock) {}

    http::ReplyJob* send(const http::Request& request, QObject* parent) override
    {
        ++sent;
        if (intercept) {
            if (std::optional<Result<http::Reply>> instead = intercept(request, sent)) {
                return later(*std::move(instead), parent);
            }
        }
        http::Reply reply = fromSandbox(m_engine.handle(toSandbox(request)));
        if (tellsDate) {
            const QString date = QLocale::c().toString(QDateTime::fromMSecsSinceEpoch(m_clock.nowMs(), Qt::UTC), QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"));
            reply.headers.append(http::Header{"Date", date.toLatin1()});
        }
        return later(reply, parent);
    }

    int sent = 0;
    qint64 latencyMs = 1;
    bool tellsDate = false;     ///< answers say what time it is at the server, as Stripe's do
    std::function<std::optional<Result<http::Reply>>(const http::Request&, int number)> intercept;

private:
    http::ReplyJob* later(Result<http::Reply> result, QObject* parent)
    {
        auto* job = new SimpleJob<http::Reply>(parent);
        m_clock.callAfter(latencyMs, job, [job, result = std::move(result)] { job->end(result); });
        return job;
    }

    sandbox::Engine& m_engine;
    Clock& m_clock;
};

/// An answer for intercept.
inline std::optional<Result<http::Reply>> answerWith(int status, const QByteArray& body)
{
    http::Reply reply;
    reply.status = status;
    reply.body = body;
    reply.headers.append(http::Header{"Request-Id", "req_intercepted"});
    return Result<http::Reply>(reply);
}

} // namespace ch::test
