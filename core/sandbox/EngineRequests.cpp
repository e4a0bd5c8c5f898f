// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/EngineParts.h"

namespace ch::sandbox {

namespace engine_detail {

QByteArray faultBody(const Fault& fault, const QByteArray& requestId)
{
    Json json;
    json.object().object("error");
    if (!fault.charge.isEmpty())
        json.text("charge", fault.charge);
    if (!fault.code.isEmpty())
        json.text("code", fault.code);
    if (!fault.declineCode.isEmpty())
        json.text("decline_code", fault.declineCode);
    if (!fault.code.isEmpty() && fault.code != "sandbox_unsupported")
        json.text("doc_url", "https://stripe.com/docs/error-codes/" + QByteArray(fault.code).replace('_', '-'));
    json.text("message", fault.message);
    if (!fault.param.isEmpty())
        json.text("param", fault.param);
    if (!fault.paymentIntent.isEmpty())
        json.raw("payment_intent", fault.paymentIntent);
    if (!fault.paymentMethod.isEmpty())
        json.raw("payment_method", fault.paymentMethod);
    if (!fault.setupIntent.isEmpty())
        json.raw("setup_intent", fault.setupIntent);
    if (!requestId.isEmpty())
        json.text("request_log_url", "https://dashboard.stripe.com/logs/" + requestId);
    json.text("type", fault.type).endObject().endObject();
    return json.take();
}

} // namespace engine_detail

Engine::Parts::Outcome Engine::Parts::failed(const Fault& fault, const QByteArray& requestId) const
{
    Outcome out;
    out.nameless = fault.code == "lock_timeout";
    out.status = fault.status;
    out.body = engine_detail::faultBody(fault, out.nameless ? QByteArray() : requestId);
    out.executed = !fault.beforeExecution;
    if (!fault.reason.isEmpty())
        out.extra = {{"Stripe-Rate-Limited-Reason", fault.reason}};
    return out;
}

std::optional<Fault> Engine::Parts::versionFault(const Request& request) const
{
    const QByteArray version = headerValue(request.headers, "Stripe-Version");
    if (version.isEmpty() || version == kApiVersion)
        return std::nullopt;
    Fault fault = invalid("Invalid Stripe API version: " + version + ". The simulated account answers as " + kApiVersion + " only.");
    fault.beforeExecution = true;
    return fault;
}

std::optional<Fault> Engine::Parts::prepare(const Visit& visit, Call* call) const
{
    const Endpoint& endpoint = *visit.route.endpoint;
    const Form& form = visit.form;
    if (auto fault = keyring.permit(visit.pass, endpoint.permission))
        return fault;
    if (form.tooMany) {
        Fault fault = invalid("Too many parameters.");
        fault.beforeExecution = true;
        return fault;
    }
    if (!form.clash.isEmpty()) {
        Fault fault = invalid("Invalid parameter encoding: '" + form.clash + "' is both a value and a hash.", form.clash);
        fault.beforeExecution = true;
        return fault;
    }
    if (auto fault = check(form.root, endpoint.params))
        return fault;
    const QList<QByteArray> wanted = form.root.texts("expand");
    if (const auto bad = parseExpand(wanted, endpoint.returns, &call->expand)) {
        Fault fault = invalid(bad->message, "expand");
        fault.beforeExecution = true;
        return fault;
    }
    call->path = visit.path;
    call->id = visit.route.id;
    call->second = visit.route.second;
    call->params = form.root;
    call->otherMode = visit.pass.otherMode;
    return std::nullopt;
}

/// What the request takes for itself before anything is done: the objects that it writes, and its part of what may be done to one.
std::optional<Fault> Engine::Parts::hold(const Visit& visit, const Call& call)
{
    const Endpoint& endpoint = *visit.route.endpoint;
    if (endpoint.method == "GET")
        return std::nullopt;
    if (!traffic.lock(visit.ticket, writtenObjects(endpoint, call)))
        return rateLimited(endpoint.path == "/v1/billing/meter_events" ? "resource-specific" : "lock_timeout");
    return resources ? resources->take(state, endpoint, call) : std::nullopt;
}

Engine::Parts::Outcome Engine::Parts::answer(const Visit& visit)
{
    if (!visit.route.endpoint) {
        Fault fault = invalid("Unrecognized request URL (" + visit.request.method + ": " + visit.path
                              + "). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.");
        fault.status = 404;
        fault.beforeExecution = true;
        return failed(fault, visit.requestId);
    }
    Call call;
    if (const auto fault = prepare(visit, &call))
        return failed(*fault, visit.requestId);
    if (const auto fault = hold(visit, call))
        return failed(*fault, visit.requestId);
    if (visit.pass.otherMode && visit.request.method == "POST" && call.id.isEmpty())
        return failed(invalid("The simulated account exists in one mode only: nothing can be created with a key of the other."), visit.requestId);
    if (visit.request.method != "GET") {
        if (const auto fault = calls.clockBusy(call))
            return failed(*fault, visit.requestId);
    }
    log.setRequest(visit.requestId, visit.key);
    const Answer done = (calls.*visit.route.endpoint->run)(call);
    log.setRequest({}, {});
    deliveries.takeIn(log.takeFresh());
    if (!done)
        return failed(done.error(), visit.requestId);
    return {200, *done, true, {}, false};
}

/// What is refused before anybody looks at keys of idempotency.
std::optional<Fault> Engine::Parts::admit(Visit& visit)
{
    if (auto fault = keyring.admit(visit.request, &visit.pass))
        return fault;
    const QByteArray endpoint = visit.route.endpoint ? visit.route.endpoint->method + ' ' + visit.route.endpoint->path : QByteArray();
    if (const QByteArray reason = traffic.refusal(endpoint, clock.monotonicMs()); !reason.isEmpty())
        return rateLimited(reason);
    visit.ticket = traffic.enter(endpoint);
    if (visit.key.size() > kLongestKey) {
        Fault fault = invalid("Idempotency keys can be at most 255 characters long.");
        fault.beforeExecution = true;
        return fault;
    }
    return versionFault(visit.request);
}

Engine::Parts::Outcome Engine::Parts::keyed(const Visit& visit)
{
    if (traffic.isHeld(visit.scopedKey)) {
        Fault fault = invalid("There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other "
                              "request is still going through): " + visit.key + ". Please try again later.", {}, "idempotency_key_in_use");
        fault.status = 409;
        fault.type = "idempotency_error";
        return failed(fault, visit.requestId);
    }
    const QByteArray fingerprint = Idempotency::fingerprint(visit.form.root);
    const Idempotency::Kept* first = idempotency.find(visit.scopedKey, state.now);
    if (!first) {
        traffic.holdKey(visit.ticket, visit.scopedKey);
        const Outcome outcome = answer(visit);
        if (outcome.executed)
            idempotency.keep(visit.scopedKey, {visit.path, fingerprint, visit.requestId, outcome.body, outcome.status, state.now});
        return outcome;
    }
    if (first->path == visit.path && first->fingerprint == fingerprint)
        return {first->status, first->body, true, {{"Idempotent-Replayed", "true"}, {"Original-Request", first->requestId}}, false};
    Fault fault = invalid("Keys for idempotent requests can only be used with the same "
                          + QByteArray(first->path == visit.path ? "parameters" : "endpoint and parameters")
                          + " they were first used with. Try using a key other than '" + visit.key + "' if you meant to execute a different request.");
    fault.type = "idempotency_error";
    Outcome outcome = failed(fault, visit.requestId);
    outcome.extra = {{"Original-Request", first->requestId}};
    return outcome;
}

Reply Engine::Parts::begin(const Request& request, quint64* ticket)
{
    watchClock(request);
    liveTo(clock.nowSeconds());
    state.watchedClock = kNone;
    if (Pages::owns(request.target)) // without a key, and without a place among the requests under way
        return pages.handle(request);
    Visit visit{request, request.target.split('?').constFirst(), state.id(Kind::Request, requests++), {}, {}, {}, {}, {}, 0};
    visit.route = route(request.method, visit.path);
    if (request.method == "POST")
        visit.key = headerValue(request.headers, "Idempotency-Key");
    Outcome outcome;
    if (const std::optional<Fault> stopped = admit(visit)) {
        outcome = failed(*stopped, visit.requestId);
    } else {
        visit.form = parseForm(request.target.mid(visit.path.size() + 1));
        if (!request.body.isEmpty())
            parseInto(visit.form, request.body);
        visit.scopedKey = (visit.pass.otherMode ? "other " : "own ") + visit.key;
        outcome = visit.key.isEmpty() ? answer(visit) : keyed(visit);
    }
    *ticket = visit.ticket;
    Reply reply{outcome.status, {{"Content-Type", "application/json"}}, outcome.body};
    if (!outcome.nameless)
        reply.headers.append({"Request-Id", visit.requestId});
    reply.headers.append({"Stripe-Version", QByteArray(kApiVersion)});
    if (!visit.key.isEmpty())
        reply.headers.append({"Idempotency-Key", visit.key});
    reply.headers += outcome.extra;
    return reply;
}

void Engine::Parts::answerInstead(quint64 ticket, int status, const QByteArray& body)
{
    idempotency.replace(traffic.keyOf(ticket), status, body);
}

} // namespace ch::sandbox
