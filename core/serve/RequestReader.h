// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes of one connection in, whole requests out, one at a time: HTTP/1.0 and 1.1 (RFC 9112) with Boost.Beast's parser. Refuses what
// is not HTTP, what is larger than the limits, and whatever two readers could understand differently (two lengths, two Hosts, a
// length beside chunks, a coding other than chunked, absolute targets). Trailers are read and dropped. No socket, no clock, one thread.
#pragma once

#include "serve/Limits.h"
#include "serve/Message.h"

#include <memory>

namespace ch::serve {

class RequestReader {
public:
    enum class Progress {
        NeedMore,  ///< everything given was looked at and the request is not whole
        Expecting, ///< the headers are there and the client waits for "100 Continue"; told once for a request
        Whole,     ///< take() has the request
        Refused    ///< refusal() says with which status; nothing can be read from this connection any more
    };

    /// limits outlives the reader.
    explicit RequestReader(const Limits& limits);
    ~RequestReader();
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    void add(const QByteArray& bytes) { m_pending += bytes; }

    /// Reads on in what was added.
    [[nodiscard]] Progress read();

    /// The request that is whole; the reader then stands at the one after it, whose bytes may have been added already.
    [[nodiscard]] Request take();

    /// Whether any byte of a request that is not whole has come.
    [[nodiscard]] bool isInsideRequest() const;

    /// Of the request that is whole: whether the client wants the connection kept, and whether it can read chunks.
    [[nodiscard]] bool keepAlive() const;
    [[nodiscard]] bool isHttp11() const;

    [[nodiscard]] const Reply& refusal() const { return m_refusal; }

private:
    class Parser;
    Progress refuse(int status, const QByteArray& why);
    Progress parseMore();
    Progress checkHeaders();
    void skipBlankLines();

    const Limits& m_limits;
    QByteArray m_pending;
    std::unique_ptr<Parser> m_parser;
    Reply m_refusal;
    bool m_refused = false;
};

} // namespace ch::serve
