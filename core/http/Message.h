// SPDX-License-Identifier: GPL-3.0-or-later
// One HTTP request and its reply, as plain values. Knows no Stripe.
#pragma once

#include "base/Error.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QUrl>
#include <functional>

namespace ch::http {

struct Header {
    QByteArray name;
    QByteArray value;
    bool operator==(const Header&) const = default;
};

/// Whose work a request is, for the count of reads: what a person asked for, reading the account's lists, keeping them fresh by events, or asking
/// whose key it is.
enum class Purpose { Person, Sync, Feed, Check };
/// "person", "sync", "feed", "check".
[[nodiscard]] QString wordOf(Purpose purpose);

/// A person waits for interactive requests; they pass background ones in the queue.
enum class Priority { Interactive, Background };

struct Request {
    QByteArray method;              ///< GET, POST, DELETE
    QUrl url;
    QList<Header> headers;          ///< Authorization included; never logged
    QByteArray body;                ///< never logged
    QString pathTemplate;           ///< "/v1/customers/{id}": the limiter's endpoint and the log's path. Holds no ids
    Priority priority = Priority::Background;
    Purpose purpose = Purpose::Person; ///< of a background request the client says it
    bool isWrite = false;           ///< passes the write gate first, and an answer that is lost is "unknown"
    bool repeatable = true;         ///< false: sent once only. GET, DELETE and a POST with an idempotency key are repeatable
    qint64 deadlineMs = 80'000;     ///< for each attempt, from send to the last byte
    qint64 maxBytes = 64LL << 20;   ///< a larger body ends the attempt as Protocol
    std::function<Status()> gate;   ///< of a write: asked before each attempt, after the client's own gate; empty: yes
};

struct Reply {
    int status = 0;
    QList<Header> headers;
    QByteArray body;
    qint64 receivedMs = 0;          ///< UTC, by our clock
    int attempts = 1;               ///< how many times it was sent, this answer included
    bool outcomeKnown = true;       ///< false: a write, and neither this answer nor an earlier one says whether it was done
    bool earlierAnswerLost = false; ///< a write, and an earlier attempt may have been carried out without our hearing of it

    /// First header of that name, case-insensitive; empty when absent.
    [[nodiscard]] QByteArray header(QByteArrayView name) const;
};

/// A host that is this computer by its form alone: 127.0.0.0/8, ::1, "localhost". Names are not looked up.
[[nodiscard]] bool isLoopbackHost(const QString& host);

} // namespace ch::http
