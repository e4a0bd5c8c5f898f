// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/Connection.h"

#include "serve/NativeSocket.h"

#include <QPointer>
#include <QTcpSocket>

namespace ch::serve {

// Beyond this the system's own buffers hold a sender back until its request's turn has come.
constexpr qint64 kReadBuffer = 64 << 10;

Connection::Connection(Clock& clock, const Limits& limits, const Handler& handler, QTcpSocket* socket, QObject* parent)
    : QObject(parent), m_clock(clock), m_limits(limits), m_handler(handler), m_socket(socket), m_reader(limits),
      m_deadline(clock, [this] { expired(); })
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(kReadBuffer);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_socket, &QTcpSocket::readyRead, this, [this] { received(); });
    connect(m_socket, &QTcpSocket::bytesWritten, this, [this] { written(); });
    connect(m_socket, &QTcpSocket::disconnected, this, &QObject::deleteLater);
    awaitRequest();
    if (!isConnected()) {
        deleteLater(); // left before it was taken: the signal has been and gone
    }
}

Connection::~Connection()
{
    m_socket->disconnect(this);
    m_socket->abort();
    if (m_insideLoop) {
        // A handler has closed the server. We are in a signal of the socket, which therefore must outlive this.
        m_socket->setParent(nullptr);
        m_socket->deleteLater();
    }
}

bool Connection::isConnected() const
{
    return m_socket->state() == QAbstractSocket::ConnectedState;
}

void Connection::received()
{
    if (m_state == State::Lingering || m_state == State::Closing) {
        m_socket->readAll();
    } else {
        handleRequests();
    }
}

void Connection::handleRequests()
{
    if (m_insideLoop) {
        return;
    }
    const QPointer<Connection> self(this);
    m_insideLoop = true;
    while (handleNext()) {
        if (!self) {
            return;
        }
    }
    if (self) {
        m_insideLoop = false;
    }
}

// One step in what the client has sent; false when there is nothing to do before more of it, or an answer, has come.
bool Connection::handleNext()
{
    if (m_state != State::Reading) {
        return false;
    }
    m_reader.add(m_socket->readAll());
    switch (m_reader.read()) {
    case RequestReader::Progress::NeedMore:
        watchRequest();
        return false;
    case RequestReader::Progress::Expecting:
        m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
        watchRequest();
        return false;
    case RequestReader::Progress::Refused:
        closeWith(m_reader.refusal());
        return false;
    case RequestReader::Progress::Whole:
        handleOne();
        return true;
    }
    return false;
}

void Connection::handleOne()
{
    m_state = State::Handling;
    m_deadline.clear();
    m_keepAlive = m_reader.keepAlive();
    m_isHttp11 = m_reader.isHttp11();
    const Request request = m_reader.take();
    m_isHead = request.method == "HEAD";
    m_handler(request, Responder(this)); // may destroy the server, and with it this
}

void Connection::awaitRequest()
{
    m_state = State::Reading;
    m_insideRequest = false;
    m_deadline.set(m_limits.idleMs);
}

void Connection::watchRequest()
{
    if (!m_insideRequest && m_reader.isInsideRequest()) {
        m_insideRequest = true;
        m_deadline.set(m_limits.requestMs);
    }
}

void Connection::refuse(const Reply& reply)
{
    closeWith(reply);
}

void Connection::closeWith(const Reply& reply)
{
    m_keepAlive = false;
    m_isHead = false;
    m_mayBeSending = true;
    send(reply);
}

AnswerForm Connection::form() const
{
    return {m_isHead, m_isHttp11, m_keepAlive, m_clock.nowMs()};
}

void Connection::send(const Reply& reply)
{
    if (!isConnected()) {
        return;
    }
    m_socket->write(headBytes(reply, form()));
    m_socket->write(bodyBytes(reply, form()));
    finishAnswer();
}

void Connection::sendSlowly(const Reply& reply, qsizetype bytesAtOnce, qint64 everyMs)
{
    sendStep(headBytes(reply, form()) + bodyBytes(reply, form()), bytesAtOnce, everyMs);
}

void Connection::sendStep(const QByteArray& rest, qsizetype bytesAtOnce, qint64 everyMs)
{
    if (!isConnected()) {
        return;
    }
    m_socket->write(rest.first(qMin(bytesAtOnce, rest.size())));
    if (rest.size() <= bytesAtOnce) {
        finishAnswer();
        return;
    }
    m_clock.callAfter(everyMs, this,
        [this, rest = rest.sliced(bytesAtOnce), bytesAtOnce, everyMs] { sendStep(rest, bytesAtOnce, everyMs); });
}

void Connection::sendCut(const Reply& reply, qsizetype bodyBytes, Ending ending)
{
    sendBytes(headBytes(reply, form()) + cutBodyBytes(reply, form(), bodyBytes), ending);
}

void Connection::sendBytes(const QByteArray& bytes, Ending ending)
{
    m_socket->write(bytes);
    m_keepAlive = false;
    m_ending = ending;
    finishAnswer();
}

void Connection::leave(Ending ending)
{
    end(ending);
}

void Connection::hang()
{
    m_deadline.clear(); // stays in Handling until the client goes
}

void Connection::finishAnswer()
{
    m_state = m_keepAlive ? State::Sending : State::Closing;
    m_deadline.set(m_limits.sendMs);
}

void Connection::written()
{
    if (m_socket->bytesToWrite() > 0) {
        return;
    }
    if (m_state == State::Sending) {
        awaitRequest();
        handleRequests();
    } else if (m_state == State::Closing && m_mayBeSending) {
        linger();
    } else if (m_state == State::Closing) {
        end(m_ending);
    }
}

void Connection::linger()
{
    m_state = State::Lingering;
    m_socket->readAll();
    endSending(m_socket->socketDescriptor());
    m_deadline.set(m_limits.lingerMs);
}

void Connection::end(Ending ending)
{
    if (ending == Ending::Reset) {
        resetOnClose(m_socket->socketDescriptor());
        m_socket->abort();
    } else {
        m_socket->disconnectFromHost();
    }
}

void Connection::expired()
{
    switch (m_state) {
    case State::Reading:
        if (m_insideRequest) {
            closeWith(textReply(408, "The request took too long."));
        } else {
            end(Ending::Close);
        }
        return;
    case State::Sending:
    case State::Closing:
        end(Ending::Reset);
        return;
    case State::Handling:
    case State::Lingering:
        end(Ending::Close);
        return;
    }
}

} // namespace ch::serve
