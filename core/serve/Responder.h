// SPDX-License-Identifier: GPL-3.0-or-later
// The right to answer one request, as a value that can be copied and kept as long as one likes. The first answer counts; answering
// twice, after the client left or after the server died does nothing. When the last copy goes without an answer the client gets 500.
// Thread: the server's.
#pragma once

#include "serve/Message.h"

#include <memory>

namespace ch::serve {

class Connection;

/// How a connection ends: with the end of the stream (FIN), or thrown away (RST).
enum class Ending { Close, Reset };

class Responder {
public:
    Responder() = default; ///< answers nobody

    /// Whether an answer would still reach somebody.
    [[nodiscard]] bool isOpen() const;

    /// Whether the client is still connected, answered or not.
    [[nodiscard]] bool isClientThere() const;

    void send(const Reply& reply) const;

    // What networks and broken servers do; for tests and for the sandbox.

    /// The whole reply, bytesAtOnce (1 or more) bytes every everyMs milliseconds of the server's clock.
    void sendSlowly(const Reply& reply, qsizetype bytesAtOnce, qint64 everyMs) const;

    /// The head as for the whole reply, bodyBytes bytes of the body, then the end. Chunked replies lack their last chunk.
    void sendCut(const Reply& reply, qsizetype bodyBytes, Ending ending) const;

    /// These bytes instead of an answer, whatever they are, then the end.
    void sendBytes(const QByteArray& bytes, Ending ending) const;

    /// Ends the connection without a byte.
    void leave(Ending ending) const;

    /// Says nothing until the client goes.
    void hang() const;

private:
    friend class Connection;
    struct Ticket;
    explicit Responder(Connection* connection);
    [[nodiscard]] Connection* redeem() const;

    std::shared_ptr<Ticket> m_ticket;
};

} // namespace ch::serve
