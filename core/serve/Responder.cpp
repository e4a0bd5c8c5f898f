// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/Responder.h"

#include "serve/Connection.h"

#include <QPointer>

namespace ch::serve {

struct Responder::Ticket {
    QPointer<Connection> connection;
    bool used = false;

    ~Ticket()
    {
        if (!used && connection) {
            connection->send(textReply(500, "The server gave no answer."));
        }
    }
};

Responder::Responder(Connection* connection) : m_ticket(std::make_shared<Ticket>())
{
    m_ticket->connection = connection;
}

bool Responder::isOpen() const
{
    return m_ticket && !m_ticket->used && m_ticket->connection && m_ticket->connection->isConnected();
}

bool Responder::isClientThere() const
{
    return m_ticket && m_ticket->connection && m_ticket->connection->isConnected();
}

Connection* Responder::redeem() const
{
    const bool open = isOpen();
    if (m_ticket) {
        m_ticket->used = true;
    }
    return open ? m_ticket->connection.data() : nullptr;
}

void Responder::send(const Reply& reply) const
{
    if (Connection* connection = redeem()) {
        connection->send(reply);
    }
}

void Responder::sendSlowly(const Reply& reply, qsizetype bytesAtOnce, qint64 everyMs) const
{
    if (Connection* connection = redeem()) {
        connection->sendSlowly(reply, qMax<qsizetype>(1, bytesAtOnce), everyMs);
    }
}

void Responder::sendCut(const Reply& reply, qsizetype bodyBytes, Ending ending) const
{
    if (Connection* connection = redeem()) {
        connection->sendCut(reply, bodyBytes, ending);
    }
}

void Responder::sendBytes(const QByteArray& bytes, Ending ending) const
{
    if (Connection* connection = redeem()) {
        connection->sendBytes(bytes, ending);
    }
}

void Responder::leave(Ending ending) const
{
    if (Connection* connection = redeem()) {
        connection->leave(ending);
    }
}

void Responder::hang() const
{
    if (Connection* connection = redeem()) {
        connection->hang();
    }
}

} // namespace ch::serve
