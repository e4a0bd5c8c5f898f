// SPDX-License-Identifier: GPL-3.0-or-later
// A small HTTP/1.1 server for this computer only: it binds to 127.0.0.1, reads requests within its limits, hands each to one handler,
// and sends the answers of a connection in the order of its requests. Keep-alive, pipelining, HEAD, "Expect: 100-continue" and chunked
// request bodies are done here; which paths and methods exist is the handler's matter. No TLS, no HTTP/2, no upgrades, no files.
//
// A client that closes its sending side counts as gone. Everything runs in the thread that the server lives in: make it, move it
// (moveToThread), call listen() there, and delete it there; the clock and the handler are used in that thread too and outlive it.
#pragma once

#include "base/Clock.h"
#include "base/Error.h"
#include "serve/Limits.h"
#include "serve/Responder.h"

#include <QObject>
#include <functional>

class QTcpServer;

namespace ch::serve {

/// Called from the event loop for every whole request. Answer through the responder, at once or later.
using Handler = std::function<void(const Request&, const Responder&)>;

class Server final : public QObject {
public:
    Server(Clock& clock, const Limits& limits, Handler handler, QObject* parent = nullptr);
    ~Server() override;

    /// Starts to accept clients and returns the port; 0 asks for any free one. Fails with Busy when another program has the port,
    /// with InvalidInput when this user may not have it, else with Network.
    [[nodiscard]] Result<quint16> listen(quint16 port = 0);

    /// Throws every client out and stops listening. Answers that come later go nowhere.
    void close();

    /// 0 when it does not listen.
    [[nodiscard]] quint16 port() const;

    /// Open connections, refused ones that are being let go included.
    [[nodiscard]] int connectionCount() const;

private:
    void acceptPending();
    [[nodiscard]] bool hasRoom();

    Clock& m_clock;
    const Limits m_limits;
    const Handler m_handler;
    QTcpServer* m_listener;
    double m_room;               // requests that may come at once
    qint64 m_roomAtMs;           // monotonic
};

} // namespace ch::serve
