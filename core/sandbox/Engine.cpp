// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Engine.h"

#include "sandbox/Deliveries.h"
#include "sandbox/Endpoints.h"
#include "sandbox/Generator.h"
#include "sandbox/Keyring.h"
#include "sandbox/Life.h"
#include "sandbox/RateLimits.h"

#include <QCryptographicHash>

namespace ch::sandbox {

namespace engine_detail {

/// The ids in a path when it fits the template.
bool fits(const QByteArray& path, const QByteArray& pattern, QList<QByteArray>* ids)
{
    ids->clear();
    const QList<QByteArray> have = path.split('/'), want = pattern.split('/');
    if (have.size() != want.size())
        return false;
    for (qsizetype i = 0; i < have.size(); ++i) {
        if (want[i].startsWith('{') && !have[i].isEmpty())
            ids->append(QByteArray::fromPercentEncoding(have[i]));
        else if (want[i] != have[i])
            return false;
    }
    return true;
}

QByteArray faultBody(const Fault& fault, const QByteArray& requestId)
{
    Json json;
    json.object().object("error");
    if (!fault.code.isEmpty())
        json.text("code", fault.code);
    if (!fault.declineCode.isEmpty())
        json.text("decline_code", fault.declineCode);
    if (!fault.code.isEmpty() && fault.code != "sandbox_unsupported")
        json.text("doc_url", "https://stripe.com/docs/error-codes/" + QByteArray(fault.code).replace('_', '-'));
    json.text("message", fault.message);
    if (!fault.param.isEmpty())
        json.text("param", fault.param);
    json.text("request_log_url", "https://dashboard.stripe.com/logs/" + requestId).text("type", fault.type).endObject().endObject();
    return json.take();
}

} // namespace engine_detail

class Engine::Parts {
public:
    Parts(const Options& options, const Clock& clock);
    Reply handle(const Request& request);

    struct Kept { // the first answer to an idempotency key
        QByteArray path, fingerprint, requestId, body;
        int status = 0;
        qint64 at = 0;
    };
    struct Outcome {
        int status = 200;
        QByteArray body;
        bool executed = false;
    };

    [[nodiscard]] Outcome answer(const Request& request, const Keyring::Pass& pass, const QByteArray& requestId, const QByteArray& key);
    [[nodiscard]] std::optional<Fault> prepare(const Request& request, const Endpoint& endpoint, const Keyring::Pass& pass, Call* call) const;
    [[nodiscard]] Outcome failed(const Fault& fault, const QByteArray& requestId) const
    {
        return {fault.status, engine_detail::faultBody(fault, requestId), !fault.beforeExecution};
    }
    /// The first of Stripe's limits that this request is beyond, as in Stripe-Rate-Limited-Reason; empty: none.
    [[nodiscard]] QByteArray beyond(const Request& request);
    [[nodiscard]] std::optional<Fault> versionFault(const Request& request) const;
    void makeUp(const Options& options);
    void forgetOldKeys();
    void liveTo(qint64 seconds);

    const Clock& clock;
    State state;
    Renderer render;
    EventLog log;
    Billing billing;
    Life life;
    Calls calls;
    Deliveries deliveries;
    Keyring keyring;
    std::unique_ptr<RateLimits> limits; ///< none: no limits
    QHash<QByteArray, Kept> kept;
    quint32 requests = 0;
};

Engine::Parts::Parts(const Options& options, const Clock& clockOf)
    : clock(clockOf), state(options.seed), render(state), log(state, render), billing(state, log), life(state, log, billing), calls(state, log, billing, render),
      deliveries(state, render, clockOf),
      keyring(options, render.accountId())
{
    state.live = options.live;
    state.accountName = options.accountName.isEmpty() ? QByteArray("Harbor & Finch Businesses") : options.accountName.toUtf8();
    state.now = clock.nowSeconds();
    for (const int days : options.retryDays)
        state.retryAfter.push_back(std::max(1, days) * kDay);
    state.afterRetries = options.afterRetries == Options::Unpaid::Cancel ? AfterRetries::Cancel
        : options.afterRetries == Options::Unpaid::MarkUnpaid           ? AfterRetries::Unpaid
                                                                         : AfterRetries::PastDue;
    makeUp(options);
    if (options.rateLimits)
        limits = std::make_unique<RateLimits>(options.live ? 100 : 25, 25);
}

void Engine::Parts::makeUp(const Options& options)
{
    const Generator::Size size{std::max(0, options.businesses), options.subscriptions, std::max(1, options.templates)};
    Generator generator(state, log, billing, options.seed);
    log.watch();
    generator.run(size, options.months, [this] {
        life.takeInNew();
        life.advance(state.now);
    });
    generator.repeat(size);
    life.repeat();
    log.watch(false); // their events are dated by their own time
    generator.testClocks(std::max(0, options.testClockObjects));
    log.watch();
    life.takeInNew();
    (void)log.takeFresh(); // nobody listened yet
}

QByteArray Engine::Parts::beyond(const Request& request)
{
    if (!limits)
        return {};
    const QByteArray path = request.target.split('?').constFirst();
    QByteArray endpointName;
    for (const Endpoint& endpoint : endpoints()) {
        QList<QByteArray> ids;
        if (endpoint.method == request.method && engine_detail::fits(path, endpoint.path, &ids)) {
            endpointName = endpoint.method + ' ' + endpoint.path;
            break;
        }
    }
    return limits->take(endpointName, clock.monotonicMs());
}

void Engine::Parts::liveTo(qint64 seconds)
{
    state.now = std::max(state.now, seconds);
    life.advance(state.now);
    life.settleClocks();
    deliveries.takeIn(log.takeFresh());
}

void Engine::Parts::forgetOldKeys()
{
    for (auto it = kept.begin(); it != kept.end();)
        it = it->at <= state.now - kDay ? kept.erase(it) : std::next(it);
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

std::optional<Fault> Engine::Parts::prepare(const Request& request, const Endpoint& endpoint, const Keyring::Pass& pass, Call* call) const
{
    if (auto fault = keyring.permit(pass, endpoint.permission))
        return fault;
    Form form = parseForm(request.target.contains('?') ? request.target.mid(request.target.indexOf('?') + 1) : QByteArray());
    if (!request.body.isEmpty())
        parseInto(form, request.body);
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
    call->params = form.root;
    call->otherMode = pass.otherMode;
    return std::nullopt;
}

Engine::Parts::Outcome Engine::Parts::answer(const Request& request, const Keyring::Pass& pass, const QByteArray& requestId, const QByteArray& key)
{
    const QByteArray path = request.target.left(request.target.indexOf('?') < 0 ? request.target.size() : request.target.indexOf('?'));
    Call call;
    call.path = path;
    for (const Endpoint& endpoint : endpoints()) {
        QList<QByteArray> ids;
        if (endpoint.method != request.method || !engine_detail::fits(path, endpoint.path, &ids))
            continue;
        call.id = ids.value(0);
        call.second = ids.value(1);
        if (const auto fault = prepare(request, endpoint, pass, &call))
            return failed(*fault, requestId);
        if (pass.otherMode && request.method == "POST" && call.id.isEmpty())
            return failed(invalid("The simulated account exists in one mode only: nothing can be created with a key of the other."), requestId);
        log.setRequest(requestId, key);
        const Answer done = (calls.*endpoint.run)(call);
        log.setRequest({}, {});
        deliveries.takeIn(log.takeFresh());
        if (!done)
            return failed(done.error(), requestId);
        return {200, *done, true};
    }
    Fault fault = invalid("Unrecognized request URL (" + request.method + ": " + path
                          + "). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.");
    fault.status = 404;
    fault.beforeExecution = true;
    return failed(fault, requestId);
}

Reply Engine::Parts::handle(const Request& request)
{
    liveTo(clock.nowSeconds());
    const QByteArray requestId = state.id(Kind::Request, requests++);
    const QByteArray key = request.method == "POST" ? headerValue(request.headers, "Idempotency-Key") : QByteArray();
    Headers extra;
    Outcome outcome;
    Keyring::Pass pass;
    const auto stopped = [&]() -> std::optional<Fault> {
        if (auto fault = keyring.admit(request, &pass))
            return fault;
        if (const QByteArray reason = beyond(request); !reason.isEmpty()) {
            extra = {{"Stripe-Rate-Limited-Reason", reason}};
            Fault fault = invalid("Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.", {}, "rate_limit");
            fault.status = 429;
            return fault;
        }
        if (key.size() > 255) {
            Fault fault = invalid("Idempotency keys can be at most 255 characters long.");
            fault.beforeExecution = true;
            return fault;
        }
        return versionFault(request);
    }();
    if (stopped) {
        outcome = failed(*stopped, requestId);
    } else if (key.isEmpty()) {
        outcome = answer(request, pass, requestId, key);
    } else {
        forgetOldKeys();
        const QByteArray fingerprint = QCryptographicHash::hash(request.body, QCryptographicHash::Sha256);
        const auto first = kept.constFind(key);
        if (first == kept.constEnd()) {
            outcome = answer(request, pass, requestId, key);
            if (outcome.executed)
                kept.insert(key, {request.target, fingerprint, requestId, outcome.body, outcome.status, state.now});
        } else if (first->path == request.target && first->fingerprint == fingerprint) {
            outcome = {first->status, first->body, true};
            extra = {{"Idempotent-Replayed", "true"}, {"Original-Request", first->requestId}};
        } else {
            Fault fault = invalid("Keys for idempotent requests can only be used with the same "
                                  + QByteArray(first->path == request.target ? "parameters" : "endpoint and parameters")
                                  + " they were first used with. Try using a key other than '" + key + "' if you meant to execute a different request.");
            fault.type = "idempotency_error";
            outcome = failed(fault, requestId);
            extra = {{"Original-Request", first->requestId}};
        }
    }
    Reply reply{outcome.status, {{"Content-Type", "application/json"}, {"Request-Id", requestId}, {"Stripe-Version", kApiVersion}}, outcome.body};
    if (!key.isEmpty())
        reply.headers.append({"Idempotency-Key", key});
    reply.headers += extra;
    return reply;
}

Engine::Engine(const Options& options, const Clock& clock) : m_parts(std::make_unique<Parts>(options, clock)) {}

Engine::~Engine() = default;

Reply Engine::handle(const Request& request)
{
    return m_parts->handle(request);
}

void Engine::setBaseUrl(const QByteArray& url)
{
    m_parts->state.baseUrl = url;
}

void Engine::advanceTo(qint64 seconds)
{
    m_parts->liveTo(seconds);
}

Deliveries& Engine::deliveries()
{
    return m_parts->deliveries;
}

std::optional<qint64> Engine::nextInMs(qint64 speed) const
{
    std::optional<qint64> next = m_parts->deliveries.nextInMs(speed);
    const qint64 due = m_parts->deliveries.anyone() && speed > 0 ? m_parts->life.next() : 0;
    if (due > 0) {
        const qint64 wait = std::max<qint64>(0, (due * 1000 - m_parts->clock.nowMs() + speed - 1) / speed);
        next = next ? std::min(*next, wait) : wait;
    }
    return next;
}

Engine::Counts Engine::counts() const
{
    m_parts->liveTo(m_parts->clock.nowSeconds());
    const State& s = m_parts->state;
    const qint64 now = s.now;
    Counts counts;
    const auto plain = [&s](const auto& row) { return !s.onTestClock(row.customer); };
    counts.deletedCustomers = s.customers.sum([](const Customer& row) { return row.deleted; });
    counts.testClockCustomers = s.customers.sum([](const Customer& row) { return !row.deleted && row.clock != kNone; });
    counts.customers = s.customers.sum([](const Customer& row) { return !row.deleted && row.clock == kNone; });
    counts.testClockSubscriptions = s.subscriptions.sum([](const Subscription& row) { return row.clock != kNone; });
    counts.subscriptions = s.subscriptions.size() - counts.testClockSubscriptions;
    counts.subscriptionsNotCanceled =
        s.subscriptions.sum([](const Subscription& row) { return row.clock == kNone && row.status != SubStatus::Canceled; });
    counts.invoices = s.invoices.sum([&plain](const Invoice& row) { return !row.deleted && plain(row); });
    counts.prices = s.prices.sum([](const Price& row) { return !row.inlineMade; });
    counts.products = s.products.sum([](const Product& row) { return !row.deleted; });
    counts.coupons = s.coupons.sum([](const Coupon& row) { return !row.deleted; });
    counts.paymentIntents = s.intents.sum(plain);
    counts.charges = s.charges.sum(plain);
    counts.refunds = s.refunds.sum(plain);
    counts.balanceTransactions = s.entries.sum(plain);
    counts.events = s.events.size() - s.events.positions().upTo(now - kEventDays);
    return counts;
}

QByteArray Engine::dump() const
{
    const Parts& p = *m_parts;
    QByteArray out;
    const auto all = [&](Kind kind, Index count) {
        for (Index i = 0; i < count; ++i)
            out += p.render.object(kind, i) + '\n';
    };
    all(Kind::Product, p.state.products.size());
    all(Kind::Price, p.state.prices.size());
    all(Kind::Coupon, p.state.coupons.size());
    all(Kind::Discount, p.state.discounts.size());
    all(Kind::TestClock, p.state.clocks.size());
    all(Kind::PaymentMethod, p.state.methods.size());
    all(Kind::Customer, p.state.customers.size());
    all(Kind::Subscription, p.state.subscriptions.size());
    all(Kind::Invoice, p.state.invoices.size());
    all(Kind::PaymentIntent, p.state.intents.size());
    all(Kind::Charge, p.state.charges.size());
    all(Kind::Refund, p.state.refunds.size());
    all(Kind::CreditNote, p.state.creditNotes.size());
    all(Kind::BalanceEntry, p.state.entries.size());
    all(Kind::Event, p.state.events.size());
    return out;
}

} // namespace ch::sandbox
