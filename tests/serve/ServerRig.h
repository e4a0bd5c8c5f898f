// SPDX-License-Identifier: GPL-3.0-or-later
// A server on a fake clock that answers with what it was asked, /later when the test says so; what several test classes of it share.
#pragma once

#include "serve/RawClient.h"
#include "serve/Server.h"
#include "support/FakeClock.h"

#include <QtTest>
#include <memory>

namespace ch::test {

class ServerRig {
protected:
    quint16 start(const serve::Limits& limits = {})
    {
        m_server = std::make_unique<serve::Server>(
            m_clock, limits, [this](const serve::Request& request, const serve::Responder& responder) { handle(request, responder); });
        return m_server->listen().value_or(0);
    }

    bool allGone()
    {
        return waitUntil([this] { return m_server->connectionCount() == 0; });
    }

    /// At the end of each test.
    void clear()
    {
        m_waiting.clear();
        m_other = {};
        m_server.reset();
        m_requests.clear();
        deliverQueued();
    }

    FakeClock m_clock;
    std::unique_ptr<serve::Server> m_server;
    QList<serve::Request> m_requests;
    QList<serve::Responder> m_waiting; // requests to /later
    serve::Handler m_other;            // for paths that a test makes up

private:
    void handle(const serve::Request& request, const serve::Responder& responder)
    {
        m_requests.append(request);
        if (request.path() == "/later") {
            m_waiting.append(responder);
        } else if (m_other) {
            m_other(request, responder);
        } else {
            serve::Reply reply;
            reply.body = request.method + ' ' + request.target + ' ' + request.body;
            responder.send(reply);
        }
    }
};

} // namespace ch::test
