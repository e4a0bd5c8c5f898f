// SPDX-License-Identifier: GPL-3.0-or-later
// A request as it came and the reply to it, as plain values. Bytes throughout: nothing here decodes, and header values keep the
// bytes of the wire without the white space around them. Any thread.
#pragma once

#include <QByteArray>
#include <QList>
#include <QPair>

namespace ch::serve {

using Headers = QList<QPair<QByteArray, QByteArray>>;

/// The value of the first header of that name, case-insensitive; null when absent.
[[nodiscard]] QByteArray headerValue(const Headers& headers, QByteArrayView name);

struct Request {
    QByteArray method;  ///< as sent: "GET", "POST", ...
    QByteArray target;  ///< as sent: "/v1/customers?limit=3"; always starts with '/', except "*" of OPTIONS
    Headers headers;
    QByteArray body;    ///< already without chunk framing

    [[nodiscard]] QByteArray path() const;   ///< target up to the first '?', still percent-encoded
    [[nodiscard]] QByteArray query() const;  ///< after the first '?', still percent-encoded
    [[nodiscard]] QByteArray header(QByteArrayView name) const { return headerValue(headers, name); }
};

struct Reply {
    int status = 200;
    Headers headers;    ///< without Content-Length, Transfer-Encoding, Connection and Date, which the server writes
    QByteArray body;
    bool chunked = false; ///< send the body as chunks instead of with its length (HTTP/1.1 clients only)
};

/// A reply with a line of plain text; what the server itself answers to requests that it refuses.
[[nodiscard]] Reply textReply(int status, const QByteArray& line);

/// "Not Found" for 404; "Unknown" for a status without a name of its own.
[[nodiscard]] QByteArray reasonPhrase(int status);

} // namespace ch::serve
