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
//   hang             no answer, until the client goes
//   slow             the answer drips: bytes=N (default 64) every ms=N (default 100)
//   truncated-json   a whole answer with half of the JSON
//   html             a page of HTML with status=N (default 502) instead of JSON
//   500              an API error; status=N for another, should-retry=yes|no adds Stripe-Should-Retry
//   429              reason=global-rate|global-concurrency|endpoint-rate|endpoint-concurrency|resource-specific (default endpoint-rate) or
//                    reason=lock_timeout (then without Request-Id, as Stripe's); retry-after=N seconds adds Retry-After
// and when:
//   path=/v1/x       paths that start so (default: all of Stripe's);  method=POST (default: all)
//   nth=N            the N-th request that matches, counted from 1
//   rate=0.05        each one with this probability, drawn from seed=N (default 1)
//   times=N          at most so often
//   work=yes|no      whether the request is carried out before it fails: default yes for lost, cut, cut-reset, cut-chunked, slow and
//                    truncated-json, no for the others
#pragma once

#include "base/Error.h"

#include <QByteArray>
#include <QList>
#include <optional>

namespace ch::sandbox {

enum class FaultKind { Reset, Close, Cut, CutReset, CutChunked, Hang, Slow, TruncatedJson, Html, ServerError, RateLimited };

struct FaultRule {
    FaultKind kind = FaultKind::Close;
    bool doesWork = false;
    int status = 500;              ///< ServerError and Html
    std::optional<bool> shouldRetry;
    QByteArray reason = "endpoint-rate";
    int retryAfterSeconds = -1;    ///< -1: no header
    int bytesAtOnce = 64;          ///< Slow, as the next
    int everyMs = 100;

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
