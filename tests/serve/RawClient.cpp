// SPDX-License-Identifier: GPL-3.0-or-later
#include "RawClient.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QSocketNotifier>
#include <QtTest>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ch::test {

constexpr int kPatienceMs = 10'000;

bool waitUntil(const std::function<bool()>& condition)
{
    QTimer patience;
    patience.setSingleShot(true);
    patience.start(kPatienceMs);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    while (!condition() && patience.isActive()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return condition();
}

Ended talkToTheEnd(quint16 port, const QByteArray& bytes)
{
    Ended ended;
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        ::send(descriptor, bytes.constData(), static_cast<std::size_t>(bytes.size()), MSG_NOSIGNAL);
    }
    QSocketNotifier readable(descriptor, QSocketNotifier::Read);
    QObject::connect(&readable, &QSocketNotifier::activated, &readable, [&ended, &readable, descriptor] {
        char buffer[4096];
        const ssize_t count = ::recv(descriptor, buffer, sizeof buffer, MSG_DONTWAIT);
        if (count > 0) {
            ended.received.append(buffer, count);
            return;
        }
        readable.setEnabled(false);
        ended.orderly = count == 0;
        ended.reset = count < 0 && errno == ECONNRESET;
    });
    [[maybe_unused]] const bool inTime = waitUntil([&readable] { return !readable.isEnabled(); });
    ::close(descriptor);
    return ended;
}

RawClient::RawClient(quint16 port)
{
    m_socket.setProxy(QNetworkProxy::NoProxy);
    connect(&m_socket, &QTcpSocket::readyRead, this, [this] { take(); });
    connect(&m_socket, &QTcpSocket::disconnected, this, [this] {
        take();
        m_ended = true;
    });
    connect(&m_socket, &QTcpSocket::connected, this, [this] { m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1); });
    m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
}

void RawClient::take()
{
    if (!m_stopped && m_socket.isOpen()) {
        m_received += m_socket.readAll();
    }
}

RawClient& RawClient::send(const QByteArray& bytes)
{
    m_socket.write(bytes);
    return *this;
}

bool RawClient::waitSent()
{
    return waitUntil([this] { return m_ended || (m_socket.state() == QAbstractSocket::ConnectedState && m_socket.bytesToWrite() == 0); }) && !m_ended;
}

bool RawClient::waitFor(const QByteArray& text)
{
    return waitUntil([this, &text] { return m_received.contains(text); });
}

bool RawClient::waitEnd()
{
    return waitUntil([this] { return m_ended; });
}

QByteArray RawClient::body() const
{
    const qsizetype gap = m_received.indexOf("\r\n\r\n");
    return gap < 0 ? QByteArray() : m_received.sliced(gap + 4);
}

void RawClient::stopReading(bool stop)
{
    m_stopped = stop;
    m_socket.setReadBufferSize(stop ? 1 : 0);
    take();
}

QByteArray get(const QByteArray& target, const QByteArray& moreHeaders)
{
    return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + moreHeaders + "\r\n";
}

QByteArray post(const QByteArray& target, const QByteArray& body, const QByteArray& moreHeaders)
{
    return "POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + moreHeaders
        + "\r\n" + body;
}

} // namespace ch::test
