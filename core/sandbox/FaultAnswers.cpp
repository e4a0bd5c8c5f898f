// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/FaultAnswers.h"

#include "sandbox/Json.h"

namespace ch::sandbox {

namespace fault_answers {

serve::Reply json(int status, const QByteArray& body, const QByteArray& requestId)
{
    serve::Reply reply;
    reply.status = status;
    reply.headers = {{"Content-Type", "application/json"}};
    if (!requestId.isEmpty())
        reply.headers.append({"Request-Id", requestId});
    reply.body = body;
    return reply;
}

QByteArray orElse(const QByteArray& text, const QByteArray& otherwise)
{
    return text.isEmpty() ? otherwise : text;
}

// Shape: docs.stripe.com/api/errors; those of v2 look the same, with types of their own.
serve::Reply apiError(const FaultRule& fault, const QByteArray& requestId)
{
    const bool broken = fault.kind == FaultKind::ServerError;
    Json body;
    body.object().object("error");
    if (!fault.code.isEmpty())
        body.text("code", fault.code);
    if (!fault.declineCode.isEmpty())
        body.text("decline_code", fault.declineCode);
    body.text("message", orElse(fault.message, broken ? "An unknown error occurred. This one was asked for by a fault rule of the sandbox."
                                                      : "This error was asked for by a fault rule of the sandbox."));
    if (!fault.param.isEmpty())
        body.text("param", fault.param);
    body.text("type", orElse(fault.type, broken ? "api_error" : "invalid_request_error")).endObject().endObject();
    serve::Reply reply = json(fault.status, body.take(), requestId);
    if (fault.shouldRetry)
        reply.headers.append({"Stripe-Should-Retry", QByteArray(*fault.shouldRetry ? "true" : "false")});
    return reply;
}

// Shape: RFC 6749, 5.2, as docs.stripe.com/connect/oauth-reference has it.
serve::Reply oauthError(const FaultRule& fault, const QByteArray& requestId)
{
    Json body;
    body.object().text("error", orElse(fault.type, "invalid_grant"));
    body.text("error_description", orElse(fault.message, "This error was asked for by a fault rule of the sandbox.")).endObject();
    return json(fault.status, body.take(), requestId);
}

// Shapes and reasons: docs.stripe.com/rate-limits and /error-low-level. A lock timeout was never a request: it has no id and no reason.
serve::Reply rateLimited(const FaultRule& fault, const QByteArray& requestId)
{
    serve::Reply reply;
    if (fault.reason == "lock_timeout") {
        reply = json(429,
            R"({"error":{"code":"lock_timeout","message":"This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request.","type":"invalid_request_error"}})", {});
    } else {
        reply = json(429,
            R"({"error":{"code":"rate_limit","message":"Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.","type":"invalid_request_error"}})", requestId);
        reply.headers.append({"Stripe-Rate-Limited-Reason", fault.reason});
    }
    if (fault.retryAfterSeconds >= 0)
        reply.headers.append({"Retry-After", QByteArray::number(fault.retryAfterSeconds)});
    return reply;
}

serve::Reply html(int status)
{
    serve::Reply reply;
    reply.status = status;
    reply.headers = {{"Content-Type", "text/html"}};
    reply.body = "<html>\n<head><title>Bad gateway</title></head>\n<body><h1>Bad gateway</h1>A proxy on the way says no.</body>\n</html>\n";
    return reply;
}

serve::Reply redirect(const FaultRule& fault)
{
    serve::Reply reply = serve::textReply(fault.status, "This answer is elsewhere.");
    reply.headers.append({"Location", fault.location});
    return reply;
}

// The head of a reply as it should be, but for what the caller adds to it.
QByteArray head(const QByteArray& version, const serve::Reply& reply)
{
    QByteArray head = version + ' ' + QByteArray::number(reply.status) + ' ' + serve::reasonPhrase(reply.status) + "\r\n";
    for (const auto& [name, value] : reply.headers)
        head += name + ": " + value + "\r\n";
    return head;
}

QByteArray length(qsizetype size)
{
    return "Content-Length: " + QByteArray::number(size) + "\r\n";
}

} // namespace fault_answers

serve::Reply faultReply(const FaultRule& fault, const serve::Reply& right, const QByteArray& requestId)
{
    serve::Reply reply = right;
    switch (fault.kind) {
    case FaultKind::ApiError:
    case FaultKind::ServerError: return fault_answers::apiError(fault, requestId);
    case FaultKind::OAuthError: return fault_answers::oauthError(fault, requestId);
    case FaultKind::RateLimited: return fault_answers::rateLimited(fault, requestId);
    case FaultKind::Html: return fault_answers::html(fault.status);
    case FaultKind::Redirect: return fault_answers::redirect(fault);
    case FaultKind::Empty:
        reply.status = fault.status;
        reply.body.clear();
        return reply;
    case FaultKind::TruncatedJson: reply.body.truncate(reply.body.size() / 2); return reply;
    case FaultKind::NotGzip: reply.headers.append({QByteArray("Content-Encoding"), QByteArray("gzip")}); return reply;
    case FaultKind::NotUtf8: reply.body.insert(reply.body.indexOf(":\"") + 2, '\xFF'); return reply;
    case FaultKind::DuplicateKeys: reply.body.insert(reply.body.indexOf('{') + 1, R"("id":"x_doubled","object":"doubled",)"); return reply;
    case FaultKind::LongHeader: reply.headers.append({QByteArray("X-Padding"), QByteArray(fault.bytes, 'x')}); return reply;
    default: return reply;
    }
}

QByteArray faultBytes(const FaultRule& fault, const serve::Reply& right)
{
    using namespace fault_answers;
    const QByteArray start = head("HTTP/1.1", right);
    switch (fault.kind) {
    case FaultKind::CutHead: return start.first(start.size() / 2);
    case FaultKind::ShortLength: return start + length(right.body.size() / 2) + "Connection: close\r\n\r\n" + right.body;
    case FaultKind::EarlyHints:
        return "HTTP/1.1 103 Early Hints\r\nLink: </>; rel=preload\r\n\r\n" + start + length(right.body.size()) + "Connection: close\r\n\r\n" + right.body;
    case FaultKind::Http10: return head("HTTP/1.0", right) + "\r\n" + right.body;
    case FaultKind::Stale: return start + length(right.body.size()) + "Connection: keep-alive\r\n\r\n" + right.body;
    case FaultKind::NotHttp: return "220 mail.example.com ESMTP\r\n";
    default: return {};
    }
}

} // namespace ch::sandbox
