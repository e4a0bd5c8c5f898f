// SPDX-License-Identifier: GPL-3.0-or-later
// Between the client's requests and the simulated account's, which know nothing of each other. Only for tests that link ch::http and
// ch::sandbox.
#pragma once

#include "http/Transport.h"
#include "sandbox/Engine.h"

namespace ch::test {

inline sandbox::Request toSandbox(const http::Request& request)
{
    sandbox::Request asked;
    asked.method = request.method;
    asked.target = request.url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority);
    for (const http::Header& header : request.headers) {
        asked.headers.append({header.name, header.value});
    }
    asked.body = request.body;
    return asked;
}

inline http::Reply fromSandbox(const sandbox::Reply& answered)
{
    http::Reply reply;
    reply.status = answered.status;
    for (const auto& [name, value] : answered.headers) {
        reply.headers.append(http::Header{name, value});
    }
    reply.body = answered.body;
    return reply;
}

} // namespace ch::test
