// SPDX-License-Identifier: GPL-3.0-or-later
// Stripe's API over http::Client: base URL, key, version, idempotency keys, errors. One account, one mode.
//
// Refuses base URLs that are neither https nor http on a loopback address. Watches livemode in every answer that holds one: when it
// disagrees with the key's mode, modeMismatch fires once and every write from then on ends with ErrorKind::Safety.
// Lives in the engine thread; client and clock are used, not owned.
#pragma once

#include "base/Job.h"
#include "http/Client.h"
#include "stripe/ApiKey.h"
#include "stripe/Params.h"
#include "stripe/Parse.h"

#include <QObject>

namespace ch::stripe {

inline constexpr char kApiVersion[] = "2026-10-28.endive";

/// An answer with a 2xx status whose body was read to its end as JSON.
struct Answer {
    QByteArray json;
    QString requestId;
    int httpStatus = 200;
    bool replayed = false;      ///< Idempotent-Replayed: true
    int attempts = 1;
};

template <typename T>
struct Answered {
    T object;
    Answer answer;
};

using AnswerJob = ResultJob<Answer>;

struct CallOptions {
    http::Priority priority = http::Priority::Interactive;
    qint64 deadlineMs = 80'000;
};

class StripeClient : public QObject {
    Q_OBJECT
public:
    /// InvalidInput for a base URL that is refused.
    [[nodiscard]] static Status checkBaseUrl(const QUrl& url);

    StripeClient(http::Client& client, const ApiKey& key, const QUrl& baseUrl, QObject* parent = nullptr);

    [[nodiscard]] Mode mode() const;
    [[nodiscard]] QUrl baseUrl() const;
    [[nodiscard]] bool hasModeMismatch() const;
    [[nodiscard]] http::Client& http() const;

    /// path: "/v1/customers/cus_1" (ids percent-encoded by these functions' callers through pathId). Jobs are owned by parent.
    [[nodiscard]] AnswerJob* fetch(const QString& path, const Params& query, const CallOptions& options, QObject* parent);
    /// idempotencyKey: made once for an intent and kept over its retries, at most 255 characters; required.
    [[nodiscard]] AnswerJob* post(const QString& path, const Params& body, const QByteArray& idempotencyKey, const CallOptions& options, QObject* parent);
    /// A 404 to a DELETE whose earlier attempt may have arrived is settled by the caller with a GET (Calls.h does).
    [[nodiscard]] AnswerJob* remove(const QString& path, const Params& query, const CallOptions& options, QObject* parent);

Q_SIGNALS:
    /// livemode of an answer disagrees with the key. Writes are stopped already.
    void modeMismatch(bool answeredLive);

private:
    class Private;
    std::shared_ptr<Private> d;
};

/// An id made safe for a path: percent-encoded; InvalidInput when empty or longer than 255 characters.
[[nodiscard]] Result<QString> pathId(const QString& id);

/// "/v1/customers/cus_1" -> "/v1/customers/{id}".
[[nodiscard]] QString pathTemplate(const QString& path);

/// A random version-4 UUID without braces.
[[nodiscard]] QByteArray newIdempotencyKey();

} // namespace ch::stripe
