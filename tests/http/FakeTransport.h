// SPDX-License-Identifier: GPL-3.0-or-later
// A transport that answers from a script, in order, and remembers what was sent. A request beyond the script fails the test.
#pragma once

#include "http/Transport.h"

#include <QPointer>
#include <QtTest>
#include <deque>
#include <optional>

namespace ch::test {

class FakeTransport final : public http::Transport {
public:
    using Outcome = Result<http::Reply>;

    FakeTransport& answer(int status, const QByteArray& body = "{}", const QList<http::Header>& headers = {})
    {
        m_script.push_back(replyOf(status, body, headers));
        return *this;
    }
    /// No answer. notSent: it never left this computer.
    FakeTransport& lose(ErrorKind kind = ErrorKind::Network, bool notSent = false)
    {
        m_script.push_back(lost(kind, notSent));
        return *this;
    }
    /// The job stays open until hung.first()->end(...) or a cancel.
    FakeTransport& hang()
    {
        m_script.push_back(std::nullopt);
        return *this;
    }
    /// Asked first, for calls that run side by side.
    std::function<std::optional<Outcome>(const http::Request&)> route;

    static Outcome replyOf(int status, const QByteArray& body, const QList<http::Header>& headers = {})
    {
        http::Reply reply;
        reply.status = status;
        reply.body = body;
        reply.headers = headers;
        return reply;
    }
    static Outcome lost(ErrorKind kind = ErrorKind::Network, bool notSent = false)
    {
        Error error;
        error.kind = kind;
        error.message = QStringLiteral("lost");
        error.code = notSent ? QString::fromLatin1(http::kNotSent) : QString();
        return fail(std::move(error));
    }

    http::ReplyJob* send(const http::Request& request, QObject* parent) override
    {
        requests.append(request);
        if (route) {
            if (const auto outcome = route(request)) {
                return new SimpleJob<http::Reply>(parent, *outcome);
            }
        }
        if (m_script.empty()) {
            QTest::qFail(qPrintable(QStringLiteral("a request that nobody expected: ") + QString::fromLatin1(request.method + ' ' + request.url.toEncoded())), __FILE__, __LINE__);
            return new SimpleJob<http::Reply>(parent, lost(ErrorKind::Internal));
        }
        const std::optional<Outcome> next = m_script.front();
        m_script.pop_front();
        if (next) {
            return new SimpleJob<http::Reply>(parent, *next);
        }
        auto* const job = new SimpleJob<http::Reply>(parent);
        hung.append(job);
        return job;
    }

    [[nodiscard]] bool isUsedUp() const { return m_script.empty(); }

    QList<http::Request> requests;
    QList<QPointer<SimpleJob<http::Reply>>> hung;

private:
    std::deque<std::optional<Outcome>> m_script;
};

} // namespace ch::test
