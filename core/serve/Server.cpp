// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/Server.h"

#include "serve/Connection.h"

#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>

namespace ch::serve {

namespace {

constexpr int kSecondsAtOnce = 2;

} // namespace

Server::Server(Clock& clock, const Limits& limits, Handler handler, QObject* parent)
    : QObject(parent), m_clock(clock), m_limits(limits),
      m_handler([this, handler = std::move(handler)](const Request& request, const Responder& responder) {
          if (hasRoom()) {
              handler(request, responder);
              return;
          }
          Reply reply = textReply(429, "Too many requests.");
          reply.headers.append(qMakePair(QByteArray("Retry-After"), QByteArray("1")));
          responder.send(reply);
      }),
      m_listener(new QTcpServer(this)), m_room(kSecondsAtOnce * limits.requestsPerSecond), m_roomAtMs(clock.monotonicMs())
{
    m_listener->setMaxPendingConnections(m_limits.connections + 1);
    // Qt's 50 would make the 51st client of a burst wait a second for its next try.
    m_listener->setListenBacklogSize(qMax(128, 2 * m_limits.connections));
    connect(m_listener, &QTcpServer::newConnection, this, [this] { acceptPending(); });
    connect(m_listener, &QTcpServer::acceptError, this, [this] {
        // Qt stops accepting when the process is out of descriptors, and would not start again.
        constexpr qint64 kTryAgainMs = 200;
        m_clock.callAfter(kTryAgainMs, this, [this] { m_listener->resumeAccepting(); });
    });
}

Server::~Server()
{
    close();
}

Result<quint16> Server::listen(quint16 port)
{
    if (m_listener->listen(QHostAddress(QHostAddress::LocalHost), port)) {
        return m_listener->serverPort();
    }
    const QString number = QString::number(port);
    const QString detail = m_listener->errorString();
    switch (m_listener->serverError()) {
    case QAbstractSocket::AddressInUseError:
        return fail(ErrorKind::Busy, QStringLiteral("Port %1 of 127.0.0.1 is in use by another program. Choose another port.").arg(number),
            detail);
    case QAbstractSocket::SocketAccessError:
        return fail(ErrorKind::InvalidInput,
            QStringLiteral("Port %1 may not be opened by this user. Choose a port above 1023.").arg(number), detail);
    default:
        return fail(ErrorKind::Network, QStringLiteral("Port %1 of 127.0.0.1 could not be opened: %2").arg(number, detail), detail);
    }
}

void Server::close()
{
    m_listener->close();
    const auto connections = findChildren<Connection*>(QString(), Qt::FindDirectChildrenOnly);
    for (Connection* connection : connections) {
        delete connection;
    }
}

quint16 Server::port() const
{
    return m_listener->serverPort();
}

int Server::connectionCount() const
{
    return static_cast<int>(findChildren<Connection*>(QString(), Qt::FindDirectChildrenOnly).size());
}

// A bucket that fills with the clock and holds two seconds' worth.
bool Server::hasRoom()
{
    if (m_limits.requestsPerSecond <= 0) {
        return true;
    }
    const qint64 nowMs = m_clock.monotonicMs();
    m_room = qMin<double>(kSecondsAtOnce * m_limits.requestsPerSecond, m_room + double(nowMs - m_roomAtMs) * m_limits.requestsPerSecond / 1000);
    m_roomAtMs = nowMs;
    if (m_room < 1) {
        return false;
    }
    m_room -= 1;
    return true;
}

void Server::acceptPending()
{
    while (QTcpSocket* socket = m_listener->nextPendingConnection()) {
        const bool full = connectionCount() >= m_limits.connections;
        auto* connection = new Connection(m_clock, m_limits, m_handler, socket, this);
        if (full) {
            connection->refuse(textReply(503, "Too many connections."));
        }
    }
}

} // namespace ch::serve
