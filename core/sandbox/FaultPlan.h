// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong on purpose, and when: rules that the sandbox's server asks at every request. The same rules and the same requests
// in the same order give the same faults. Plain values; one thread.
//
// A rule is written KIND[,KEY=VALUE]... (the program's --fault, and the body of POST /_sandbox/faults):
//   reset            the connection is thrown away (RST) without a byte
//   close            the connection ends without a byte
//   lost             close after the work was done: the same as close,work=yes
//   cut              the body ends in its middle, short of its Content-Length
//   cut-reset        the same, with RST
//   cut-chunked      a chunked body ends in its middle, without the last chunk
//   cut-head         the connection ends in the middle of the headers
//   hang             no answer, until the client goes
//   slow             the answer drips: bytes=N (default 64) every ms=N (default 100)
//   truncated-json   a whole answer with half of the JSON
//   html             a page of HTML with status=N (default 502) instead of JSON
//   empty            no body at all; status=N (default 204)
//   redirect         status=N (default 302) to location=URL (default /v1/redirected)
//   short-length     a Content-Length of half the body that follows
//   not-gzip         Content-Encoding says gzip, the body is not
//   not-utf8         a byte in the first text of the JSON that is no UTF-8
//   duplicate-keys   the JSON begins with an id and an object that it gives again, rightly, later
//   long-header      a header of bytes=N (default 70000)
//   early-hints      103 Early Hints before the answer, which is right
//   http10           an answer of HTTP/1.0, whose body lasts to the end of the connection; right as well
//   stale            a right answer that promises to keep the connection, which ends
//   not-http         the greeting of another protocol
//   error            an error in Stripe's form: status=N (default 400), type=T (default invalid_request_error), code=C, param=P,
//                    decline-code=D, message=M (a comma as %2C), should-retry=yes|no. With it any path can answer any error of
//                    Stripe's, v2 too
//   oauth-error      an error in OAuth's form: status=N (default 400), type=T (default invalid_grant), message=M
//   500              an API error; status=N for another, should-retry=yes|no adds Stripe-Should-Retry
//   429              reason=global-rate|global-concurrency|endpoint-rate|endpoint-concurrency|resource-specific (default endpoint-rate) or
//                    reason=lock_timeout (then without Request-Id, as Stripe's); retry-after=N seconds adds Retry-After
// and when:
//   path=/v1/x       paths that start so (default: all of Stripe's);  method=POST (default: all)
//   nth=N            the N-th request that matches, counted from 1
//   rate=0.05        each one with this probability, drawn from seed=N (default 1)
//   times=N          at most so often
//   work=yes|no      whether the request is carried out before it fails: default no for reset, close, hang, html, redirect, not-http
//                    and errors (error, oauth-error, 500, 429), yes for the others
#pragma once

#include "base/Error.h"

#include <QByteArray>
#include <QList>
#include <optional>

namespace ch::sandbox {

enum class FaultKind {
    Reset, Close, Cut, CutReset, CutChunked, CutHead, Hang, Slow, TruncatedJson, Html, Empty, Redirect, ShortLength, NotGzip, NotUtf8,
    DuplicateKeys, LongHeader, EarlyHints, Http10, Stale, NotHttp, ApiError, OAuthError, ServerError, RateLimited
};

struct FaultRule {
    FaultKind kind = FaultKind::Close;
    bool doesWork = false;
    int status = 500;              ///< of the kinds that have one
    QByteArray type, code, param, declineCode, message; ///< ApiError and OAuthError; empty: none, or the default
    QByteArray location = "/v1/redirected"; ///< Redirect
    std::optional<bool> shouldRetry;
    QByteArray reason = "endpoint-rate";
    int retryAfterSeconds = -1;    ///< -1: no header
    int bytes = 0;                 ///< Slow: at once; LongHeader: in all
    int everyMs = 100;             ///< Slow

    QByteArray pathPrefix = "/";
    QByteArray method;             ///< empty: any
    qint64 nth = 0;                ///< 0: all
    qint64 perMillion = 1'000'000;
    quint64 seed = 1;
    qint64 times = 0;              ///< 0: without end

    /// Reads the written form. Fails with InvalidInput and a message that names what is wrong and what is possible.
    [[nodiscard]] static Result<FaultRule> parse(const QString& text);
};

/// A rate from 0 to 1 as text: "0.05" to 50,000. Whole and exact, so that a plan is the same on every machine.
[[nodiscard]] std::optional<qint64> perMillion(const QString& rate);

class FaultPlan {
public:
    struct Standing {
        QString text;    ///< as it was written, or empty
        FaultRule rule;
        qint64 seen = 0; ///< requests that matched path and method
        qint64 done = 0; ///< of those, how many failed
        quint64 random = 0;
    };

    void add(const FaultRule& rule, const QString& text = {});
    void clear() { m_rules.clear(); }
    [[nodiscard]] const QList<Standing>& rules() const { return m_rules; }

    /// Counts the request with every rule that it matches; the first rule that strikes is the answer.
    [[nodiscard]] std::optional<FaultRule> strike(const QByteArray& method, const QByteArray& path);

private:
    QList<Standing> m_rules;
};

} // namespace ch::sandbox
