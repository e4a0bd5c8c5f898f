// SPDX-License-Identifier: GPL-3.0-or-later
// What one client may ask of a server, and whom a server believes to be talking to it. Plain value. Times in milliseconds of the
// server's clock, sizes in bytes.
#pragma once

#include <QByteArray>
#include <QList>

namespace ch::serve {

struct Limits {
    int connections = 64;             ///< open at a time; one more is answered with 503 and closed
    qsizetype headerBytes = 16 << 10; ///< request line and headers together; more is answered with 431
    qsizetype bodyBytes = 4 << 20;    ///< more is answered with 413, before the body is read where its length is announced
    qint64 idleMs = 60'000;           ///< between requests; then the connection is closed without a word
    qint64 requestMs = 20'000;        ///< from a request's first byte to its last, however they drip; then 408
    qint64 sendMs = 60'000;           ///< for a client to take a reply; then the connection is reset
    qint64 lingerMs = 2'000;          ///< to let a refused client read why, before the connection is closed
    int requestsPerSecond = 0;        ///< of all clients together; more is answered with 429, after twice as many at once. 0: any number

    /// Host headers that are answered, without port and lower case. Others get 421: a page in a browser that was led to loopback
    /// by a name of its own (DNS rebinding) is not to reach the handler.
    QList<QByteArray> hosts = {"127.0.0.1", "localhost", "[::1]"};
};

/// Whether a Host header names one of the hosts: "localhost", "LOCALHOST:12111", "[::1]:80". The port must be digits.
[[nodiscard]] bool isHostAllowed(const QByteArray& hostHeader, const QList<QByteArray>& hosts);

} // namespace ch::serve
