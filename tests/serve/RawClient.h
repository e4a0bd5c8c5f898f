// SPDX-License-Identifier: GPL-3.0-or-later
// A client that sends exactly the bytes it is told and keeps exactly the bytes it gets, so that it can break every rule.
#pragma once

#include <QByteArray>
#include <QTcpSocket>
#include <functional>

namespace ch::test {

/// Runs the event loop until the condition holds; false after ten seconds. (QTest::qWaitFor sleeps 10 ms a turn, which is long for
/// a conversation of many turns.)
[[nodiscard]] bool waitUntil(const std::function<bool()>& condition);

class RawClient final : public QObject {
public:
    explicit RawClient(quint16 port);

    RawClient& send(const QByteArray& bytes);

    /// Waits, in the event loop, until everything sent has left, until received() contains text, until the server has ended.
    /// False after ten seconds without, and of what is sent where the server has ended.
    [[nodiscard]] bool waitSent();
    [[nodiscard]] bool waitFor(const QByteArray& text);
    [[nodiscard]] bool waitEnd();

    [[nodiscard]] const QByteArray& received() const { return m_received; }
    [[nodiscard]] int status() const { return m_received.mid(9, 3).toInt(); }
    /// What stands after the first empty line.
    [[nodiscard]] QByteArray body() const;
    [[nodiscard]] bool isEnded() const { return m_ended; }

    /// Reads nothing more from the socket until called with false.
    void stopReading(bool stop);
    void abort() { m_socket.abort(); }

private:
    void take();
    QTcpSocket m_socket;
    QByteArray m_received;
    bool m_ended = false;
    bool m_stopped = false;
};

struct Ended {
    QByteArray received;
    bool orderly = false; ///< the stream ended
    bool reset = false;   ///< the connection was thrown away; QTcpSocket does not tell the difference
};

/// Sends the bytes and reads until the server ends the connection.
[[nodiscard]] Ended talkToTheEnd(quint16 port, const QByteArray& bytes);

/// "GET target" with a Host header, and no more.
[[nodiscard]] QByteArray get(const QByteArray& target, const QByteArray& moreHeaders = {});

/// "POST target" with a Host header and the body's length.
[[nodiscard]] QByteArray post(const QByteArray& target, const QByteArray& body, const QByteArray& moreHeaders = {});

} // namespace ch::test
