// SPDX-License-Identifier: GPL-3.0-or-later
// A reply as bytes for the wire (RFC 9112). Internal to this room.
#pragma once

#include "serve/Message.h"

namespace ch::serve {

/// What decides on the form of an answer besides the answer itself.
struct AnswerForm {
    bool isHead = false;     ///< the head as for GET, no body
    bool isHttp11 = true;    ///< the client understands chunks
    bool keepAlive = false;
    qint64 nowMs = 0;        ///< for Date, UTC
};

/// Status line and headers with the empty line. A line break inside a header becomes a blank: no handler can split an answer.
[[nodiscard]] QByteArray headBytes(const Reply& reply, const AnswerForm& form);

/// The body, in chunks where headBytes says so; empty where an answer has none (HEAD, 204, 304).
[[nodiscard]] QByteArray bodyBytes(const Reply& reply, const AnswerForm& form);

/// The first count bytes of the body in the same framing, without what ends it.
[[nodiscard]] QByteArray cutBodyBytes(const Reply& reply, const AnswerForm& form, qsizetype count);

} // namespace ch::serve
