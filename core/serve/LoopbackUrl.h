// SPDX-License-Identifier: GPL-3.0-or-later
// Which URLs name a server of this computer: plain http to 127.0.0.0/8, localhost or ::1. Pure function; any thread.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

namespace ch::serve {

struct LoopbackUrl {
    QString host;          ///< an address: 127.0.0.1, ::1
    quint16 port = 80;
    QByteArray hostHeader; ///< as the URL wrote it: "localhost:4242"
    QByteArray target;     ///< "/hook?x=1"
};

/// Nothing for any other scheme, host or form of URL; a user name in it is refused too. localhost is taken as 127.0.0.1, so that no name is
/// looked up.
[[nodiscard]] std::optional<LoopbackUrl> loopbackUrl(const QByteArray& url);

} // namespace ch::serve
