// SPDX-License-Identifier: GPL-3.0-or-later
// Sends one POST to a server of this computer and tells the status of the answer. Over a socket and not over QNetworkAccessManager: that
// one sends a POST a second time when a kept connection closes, follows redirects and asks proxies, and a webhook must do none of it.
// Every request has a connection of its own. Redirects are answers like others; of an answer's body the beginning is kept.
//
// Refuses, without a byte on any wire, what loopbackUrl() does not take. Ends with Network when nobody listens or the connection ends
// before a status, with Protocol when what comes is not HTTP, with Timeout when the answer is not whole in time: for a server that gave
// no answer the error says what it did instead. Owned by its parent as every Job; one thread, the clock's.
#pragma once

#include "base/Clock.h"
#include "base/Job.h"
#include "serve/LoopbackUrl.h"
#include "serve/Message.h"

class QTcpSocket;

namespace ch::serve {

class Poster final : public ResultJob<int> {
public:
    struct Letter {
        QByteArray url;
        Headers headers; ///< besides Host, Content-Length and Connection
        QByteArray body;
        qint64 limitMs = 10'000; ///< from the start to the end of the answer
    };

    /// Starts at the next turn of the event loop. The result is the status, 100 to 999.
    Poster(Clock& clock, Letter letter, QObject* parent);
    ~Poster() override;

    void cancel() override;

    /// What came of the answer's body, at most 2 KiB: as it was sent, without chunk framing taken out. Valid at finished.
    [[nodiscard]] const QByteArray& bodyStart() const { return m_bodyStart; }

private:
    void start(const LoopbackUrl& to);
    void received();
    void readHead();
    [[nodiscard]] bool isWhole() const;
    void ended();
    void finish(Result<int> result);

    Clock& m_clock;
    const Letter m_letter;
    QTcpSocket* m_socket = nullptr;
    QByteArray m_head;         // what came of the answer, up to the end of its headers
    QByteArray m_bodyStart;
    QByteArray m_tail;         // the last bytes of a body without a length
    int m_status = 0;          // 0: not known yet
    qint64 m_bodyLength = -1;  // -1: ends with the connection, or with its last chunk
    qint64 m_bodyBytes = 0;
    bool m_chunked = false;
};

} // namespace ch::serve
