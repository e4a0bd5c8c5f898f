// SPDX-License-Identifier: GPL-3.0-or-later
// The seam to the network: one attempt, no retry, no limiter, no meaning. QnamTransport is the real one; tests hand in fakes.
// Implementations end a job with a Reply for every complete HTTP answer, whatever its status, else with an Error of kind Network,
// Timeout, Tls, Protocol (answer too large or cut off) or Cancelled. Where the request surely never left this computer, the Error's
// code is kNotSent; without it a write counts as sent. Thread: the one they were made in.
#pragma once

#include "base/Job.h"
#include "http/Message.h"

namespace ch::http {

using ReplyJob = ResultJob<Reply>;

/// Error::code of an attempt that never reached the server: refused, name not found, certificate not accepted.
inline constexpr char kNotSent[] = "unreachable";

class Transport {
public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    /// The job is owned by parent.
    virtual ReplyJob* send(const Request& request, QObject* parent) = 0;
};

} // namespace ch::http
