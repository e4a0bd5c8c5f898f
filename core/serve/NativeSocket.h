// SPDX-License-Identifier: GPL-3.0-or-later
// Two things that TCP can and QTcpSocket cannot. The descriptor is QTcpSocket::socketDescriptor() of an open socket.
#pragma once

#include <QtGlobal>

namespace ch::serve {

/// Ends our side of the stream; the other side can still be read. Without it, closing while bytes lie unread makes the system send
/// RST, and a client that is still sending loses the answer that told it to stop.
void endSending(qintptr descriptor);

/// Makes the close that follows a reset (RST) instead of an end of stream.
void resetOnClose(qintptr descriptor);

} // namespace ch::serve
