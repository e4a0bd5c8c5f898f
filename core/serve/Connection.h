// SPDX-License-Identifier: GPL-3.0-or-later
// One client: reads a request, waits for its answer, sends it, reads the next. Only one request is in the handler's hands at a time,
// so answers keep their order, and a client that pipelines without reading is not read from either. Owned by the server; owns its
// socket; deletes itself when the client has gone. Internal to this room.
#pragma once

#include "serve/Deadline.h"
#include "serve/ReplyBytes.h"
#include "serve/RequestReader.h"
#include "serve/Responder.h"

#include <QObject>
#include <functional>

class QTcpSocket;

namespace ch::serve {

class Connection final : public QObject {
    Q_OBJECT
public:
    using Handler = std::function<void(const Request&, const Responder&)>;

    /// clock, limits and handler outlive the connection; takes the socket.
    Connection(Clock& clock, const Limits& limits, const Handler& handler, QTcpSocket* socket, QObject* parent);
    ~Connection() override;

    [[nodiscard]] bool isConnected() const;

    /// Answers before any request was read, and closes.
    void refuse(const Reply& reply);

    // Called by the responder of the request that is being handled.
    void send(const Reply& reply);
    void sendSlowly(const Reply& reply, qsizetype bytesAtOnce, qint64 everyMs);
    void sendCut(const Reply& reply, qsizetype bodyBytes, Ending ending);
    void sendBytes(const QByteArray& bytes, Ending ending);
    void leave(Ending ending);
    void hang();

private:
    enum class State {
        Reading,  // waits for a request or for the rest of one
        Handling, // the handler has it, or it is being answered in steps
        Sending,  // the client takes the answer
        Closing,  // the client takes the last answer, then the connection ends
        Lingering // our side has ended; what the client still sends is thrown away
    };
    void received();
    void handleRequests();
    [[nodiscard]] bool handleNext();
    void handleOne();
    void awaitRequest();
    void watchRequest();
    void closeWith(const Reply& reply);
    void sendStep(const QByteArray& rest, qsizetype bytesAtOnce, qint64 everyMs);
    void finishAnswer();
    void written();
    void linger();
    void end(Ending ending);
    void expired();
    [[nodiscard]] AnswerForm form() const;

    Clock& m_clock;
    const Limits& m_limits;
    const Handler& m_handler;
    QTcpSocket* const m_socket;
    RequestReader m_reader;
    Deadline m_deadline;
    State m_state = State::Reading;
    Ending m_ending = Ending::Close; // how Closing ends
    bool m_insideLoop = false;    // handleRequests is running: an answer given at once is seen by its loop
    bool m_insideRequest = false; // the first byte of a request was seen, so its time is running
    bool m_mayBeSending = false;  // closing while the client may still be sending
    bool m_isHead = false;        // of the request in hand, as the next two
    bool m_isHttp11 = true;
    bool m_keepAlive = false;
};

} // namespace ch::serve
