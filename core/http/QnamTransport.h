// SPDX-License-Identifier: GPL-3.0-or-later
// The transport over QNetworkAccessManager. It follows no redirect (a 3xx is a reply), keeps no cookie and no cache, and takes no
// certificate that the system does not trust. The system's proxy is used, but never for this computer itself.
//
// What Qt 6.4 does behind our back and cannot be told to leave (measured; tests/http shows each): a request whose connection closes
// without an answer goes out a second time, a POST too; a chunked body that was cut short counts as success. So every POST above
// carries an idempotency key, and every body is parsed to its end.
//
// HTTP/2 is spoken where the server offers it (ALPN over TLS); then one connection carries everything. Where it does not, a
// QNetworkAccessManager has six connections to a host and lets the rest wait: so there are several managers, the next one used when those
// before it are busy (measured at 100 ms latency: 58, 100, 130 requests a second with one, two, three).
//
// Times, all on the given clock: Request::deadlineMs for the whole attempt, and kStallMs of silence once an answer has begun.
// Lives in the thread it was made in, with its jobs. Jobs that are alive when it goes end as Cancelled.
#pragma once

#include "base/Clock.h"
#include "http/Transport.h"

#include <memory>

namespace ch::http {

class QnamTransport final : public Transport {
public:
    /// An answer that began and then says nothing for so long is given up as Timeout.
    static constexpr qint64 kStallMs = 30'000;
    /// Requests beyond so many wait within Qt.
    static constexpr int kManagers = 4;
    static constexpr int kConnections = kManagers * 6;

    explicit QnamTransport(Clock& clock);
    ~QnamTransport() override;

    ReplyJob* send(const Request& request, QObject* parent) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::http
