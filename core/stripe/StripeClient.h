// SPDX-License-Identifier: GPL-3.0-or-later
// Stripe's API over http::Client: base URL, key, version, idempotency keys, errors. One account, one mode.
//
// Refuses base URLs that are neither https nor http on a loopback address, and paths that would lead elsewhere. A 2xx counts only when
// its body is one whole JSON object: a cut-off one is asked for once more (the key makes that safe for a POST, and a DELETE may be
// repeated), and when that does not settle a write either, its outcome is unknown. Errors never hold the key. Watches livemode in every answer that holds one: when it
// disagrees with the key's mode, modeMismatch fires once and every write from then on ends with ErrorKind::Safety.
// Lives in the engine thread; the http client is used, not owned. Jobs that are alive when this goes still end.
#pragma once

#include "base/Job.h"
#include "http/Client.h"
#include "stripe/ApiKey.h"
#include "stripe/Params.h"
#include "stripe/Parse.h"

#include <QObject>

namespace ch {
class Worker;
}

namespace ch::stripe {

inline constexpr char kApiVersion[] = "2026-10-28.endive";

/// An answer with a 2xx status whose body was read to its end as JSON.
struct Answer {
    QByteArray json;            ///< compact: without white space outside strings
    QString requestId;
    int httpStatus = 200;
    bool replayed = false;      ///< Idempotent-Replayed: true
    int attempts = 1;
    qint64 receivedMs = 0;      ///< UTC, by our clock
    std::optional<bool> livemode; ///< of the object, or of the objects of a list; nothing where none says
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
    http::Purpose purpose = http::Purpose::Person; ///< whose work it is, where it is not in the background
    std::function<Status()> gate = {}; ///< of a write: asked before each attempt, after the client's own gate; empty: yes
    /// Called with an answer that is whole before the job ends, for a long one in the worker's thread: what is made of it there needs no way through
    /// this thread first. Holds nothing by reference that may go before it.
    std::function<void(const Answer& answer)> beside = {};
};

class StripeClient : public QObject {
    Q_OBJECT
public:
    class Core; ///< shared with the jobs; private to StripeClient.cpp

    /// InvalidInput for a base URL that is refused.
    [[nodiscard]] static Status checkBaseUrl(const QUrl& url);

    StripeClient(http::Client& client, const ApiKey& key, const QUrl& baseUrl, QObject* parent = nullptr);

    [[nodiscard]] Mode mode() const;
    [[nodiscard]] QUrl baseUrl() const;
    [[nodiscard]] bool hasModeMismatch() const;
    [[nodiscard]] http::Client& http() const;
    /// Reads long answers beside this thread; it outlives the jobs. Null: they are read here.
    void setWorker(Worker* worker);
    [[nodiscard]] Worker* worker() const;

    /// path: "/v1/customers/cus_1" (ids percent-encoded by these functions' callers through pathId). Jobs are owned by parent.
    [[nodiscard]] AnswerJob* fetch(const QString& path, const Params& query, const CallOptions& options, QObject* parent);
    /// idempotencyKey: made once for an intent and kept over its retries, at most 255 characters; required.
    [[nodiscard]] AnswerJob* post(const QString& path, const Params& body, const QByteArray& idempotencyKey, const CallOptions& options, QObject* parent);
    /// A 404 to a DELETE whose earlier attempt may have arrived is settled by the caller with a GET (core/business/ChangeStep does).
    [[nodiscard]] AnswerJob* remove(const QString& path, const Params& query, const CallOptions& options, QObject* parent);

Q_SIGNALS:
    /// livemode of an answer disagrees with the key. Writes are stopped already.
    void modeMismatch(bool answeredLive);

private:
    std::shared_ptr<Core> d;
};

/// An id made safe for a path: percent-encoded; InvalidInput when empty or longer than 255 characters.
[[nodiscard]] Result<QString> pathId(const QString& id);

/// "/v1/customers/cus_1" -> "/v1/customers/{id}".
[[nodiscard]] QString pathTemplate(const QString& path);

/// A random version-4 UUID without braces.
[[nodiscard]] QByteArray newIdempotencyKey();

/// What Stripe allows in that mode (docs.stripe.com/rate-limits).
[[nodiscard]] http::RateLimits limitsOf(Mode mode);

} // namespace ch::stripe
