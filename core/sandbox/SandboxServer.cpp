// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/SandboxServer.h"

#include "sandbox/Deliveries.h"
#include "sandbox/FaultAnswers.h"
#include "sandbox/WebhookControl.h"
#include "serve/Poster.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QSet>

namespace ch::sandbox {

namespace server {

constexpr qint64 kWebhookMs = 10'000; // Stripe does not say how long it waits
constexpr qint64 kLongestSleepMs = 3'600'000;
constexpr qsizetype kTruthLines = 10'000;
constexpr qint64 kFurthestSeconds = 3660LL * 86'400;

serve::Limits limits()
{
    serve::Limits limits;
    limits.connections = 256;
    return limits;
}

serve::Reply json(int status, const QByteArray& body)
{
    serve::Reply reply;
    reply.status = status;
    reply.headers = {{"Content-Type", "application/json"}};
    reply.body = body;
    return reply;
}

serve::Reply json(const QJsonDocument& document)
{
    return json(200, document.toJson(QJsonDocument::Indented));
}

serve::Reply notAllowed(const QByteArray& allowed)
{
    serve::Reply reply = serve::textReply(405, "This path knows " + allowed + '.');
    reply.headers.append({"Allow", allowed});
    return reply;
}

serve::Reply counts(const Engine::Counts& counts)
{
    return json(QJsonDocument(QJsonObject{
        {QStringLiteral("customers"), counts.customers},
        {QStringLiteral("subscriptions"), counts.subscriptions},
        {QStringLiteral("subscriptions_not_canceled"), counts.subscriptionsNotCanceled},
        {QStringLiteral("invoices"), counts.invoices},
        {QStringLiteral("prices"), counts.prices},
        {QStringLiteral("products"), counts.products},
        {QStringLiteral("coupons"), counts.coupons},
        {QStringLiteral("payment_intents"), counts.paymentIntents},
        {QStringLiteral("charges"), counts.charges},
        {QStringLiteral("refunds"), counts.refunds},
        {QStringLiteral("balance_transactions"), counts.balanceTransactions},
        {QStringLiteral("events"), counts.events},
        {QStringLiteral("deleted_customers"), counts.deletedCustomers},
        {QStringLiteral("test_clock_customers"), counts.testClockCustomers},
        {QStringLiteral("test_clock_subscriptions"), counts.testClockSubscriptions},
    }));
}

// With its head, about.
qint64 roughSize(const serve::Reply& reply)
{
    qint64 size = reply.body.size() + 64;
    for (const auto& [name, value] : reply.headers) {
        size += name.size() + value.size() + 4;
    }
    return size;
}

bool isId(const QByteArray& segment, const QByteArray& before)
{
    // Ids that a caller may choose.
    static const QSet<QByteArray> named = {"coupons", "products", "plans"};
    static const QSet<QByteArray> prefixes = {"acct", "bpc", "bps", "card", "ch", "clock", "cn", "cs", "cus", "di", "evt", "ii", "il",
        "in", "inpay", "mtr", "pi", "plink", "pm", "price", "prod", "promo", "py", "re", "req", "seti", "si", "src", "sub", "txn", "we"};
    if (named.contains(before)) {
        return segment != "search";
    }
    const qsizetype underscore = segment.indexOf('_');
    return underscore > 0 && prefixes.contains(segment.first(underscore));
}

} // namespace server

QByteArray pathTemplate(const QByteArray& path)
{
    QList<QByteArray> segments = path.split('/');
    if (Engine::isPage(path) && segments.size() > 3) {
        segments[3] = "{secret}";
    }
    for (qsizetype i = 1; i < segments.size(); ++i) {
        if (server::isId(segments.at(i), segments.at(i - 1))) {
            segments[i] = "{id}";
        }
    }
    return segments.join('/');
}

SandboxServer::SandboxServer(const Options& options, Clock& clock, QObject* parent)
    : QObject(parent), m_options(options), m_clock(clock),
      m_server(clock, server::limits(), [this](const serve::Request& request, const serve::Responder& responder) { handle(request, responder); }, this)
{
}

SandboxServer::~SandboxServer() = default;

Result<quint16> SandboxServer::start(quint16 port)
{
    // The port first: when it is taken there is no point in making up an account.
    const Result<quint16> result = m_server.listen(port);
    if (!result) {
        return result;
    }
    if (m_loadFile.isEmpty()) {
        m_engine = std::make_unique<Engine>(m_options, m_clock);
    } else {
        QFile file(m_loadFile);
        if (!file.open(QIODevice::ReadOnly)) {
            m_server.close();
            return fail(ErrorKind::Storage, QStringLiteral("%1 cannot be read: %2.").arg(m_loadFile, file.errorString()));
        }
        Result<std::unique_ptr<Engine>> loaded = Engine::load(file.readAll(), m_options, m_clock);
        if (!loaded) {
            m_server.close();
            return fail(loaded.error().kind, QStringLiteral("%1 cannot be loaded. %2").arg(m_loadFile, loaded.error().message));
        }
        m_engine = std::move(*loaded);
    }
    m_engine->setBaseUrl("http://127.0.0.1:" + QByteArray::number(*result));
    return result;
}

Status SandboxServer::save() const
{
    if (m_saveFile.isEmpty()) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("There is no file to save to: start stripe-sandbox with --save FILE."));
    }
    QSaveFile file(m_saveFile);
    const QByteArray bytes = m_engine->save();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        return fail(ErrorKind::Storage, QStringLiteral("The account could not be saved to %1: %2.").arg(m_saveFile, file.errorString()));
    }
    return {};
}

qint64 SandboxServer::requestCount() const
{
    qint64 sum = 0;
    for (const qint64 count : m_requests) {
        sum += count;
    }
    return sum;
}

void SandboxServer::handle(const serve::Request& request, const serve::Responder& responder)
{
    const QByteArray path = request.path();
    if (path.startsWith("/_sandbox/")) {
        responder.send(control(request));
        pump();
        return;
    }
    ++m_requests[request.method + ' ' + pathTemplate(path)];
    const std::optional<FaultRule> fault = m_faults.strike(request.method, path);
    const Asked asked = !fault || fault->doesWork ? ask(request) : Asked();
    pump();
    if (m_latencyMs <= 0) {
        answer(asked, fault, responder);
        return;
    }
    m_clock.callAfter(m_latencyMs, this, [this, asked, fault, responder] { answer(asked, fault, responder); });
}

SandboxServer::Asked SandboxServer::ask(const serve::Request& request)
{
    endAnswered();
    Asked asked;
    Reply made = m_engine->begin({request.method, request.target, request.headers, request.body}, &asked.ticket);
    asked.reply.status = made.status;
    asked.reply.headers = std::move(made.headers);
    asked.reply.body = std::move(made.body);
    return asked;
}

// An answer that hangs or drips is under way until it has dripped out, or until its client has gone.
void SandboxServer::endAnswered()
{
    const auto over = [this](const Unanswered& one) {
        const bool ended = !one.responder.isClientThere() || (one.untilMs >= 0 && one.untilMs <= m_clock.monotonicMs());
        if (ended) {
            m_engine->end(one.ticket);
        }
        return ended;
    };
    m_unanswered.erase(std::remove_if(m_unanswered.begin(), m_unanswered.end(), over), m_unanswered.end());
}

void SandboxServer::pump()
{
    m_wake.reset();
    if (!m_engine->deliveries().anyone() && !m_engine->nextInMs(m_speed)) {
        return;
    }
    m_engine->advanceTo(m_clock.nowSeconds());
    for (Delivery& delivery : m_engine->deliveries().take()) {
        auto* poster = new serve::Poster(m_clock, {delivery.url, delivery.headers, delivery.body, server::kWebhookMs}, this);
        poster->onFinished(this, [this, number = delivery.number](const Result<int>& status) {
            m_engine->deliveries().end(number, status.value_or(0));
            pump();
        });
    }
    if (const std::optional<qint64> next = m_engine->nextInMs(m_speed)) {
        m_wake = std::make_unique<QObject>();
        m_clock.callAfter(std::clamp<qint64>(*next, 1, server::kLongestSleepMs), m_wake.get(), [this] { pump(); });
    }
}

void SandboxServer::answer(const Asked& asked, const std::optional<FaultRule>& fault, const serve::Responder& responder)
{
    if (fault) {
        spoil(asked, *fault, responder);
    } else {
        responder.send(asked.reply);
    }
    if (!fault || (fault->kind != FaultKind::Hang && fault->kind != FaultKind::Slow)) {
        m_engine->end(asked.ticket);
    }
}

void SandboxServer::spoil(const Asked& asked, const FaultRule& fault, const serve::Responder& responder)
{
    // A fault in an answer needs an answer, also where the rule says that no work is done.
    const serve::Reply whole = fault.doesWork ? asked.reply : server::json(200, R"({"object":"list","data":[],"has_more":false,"url":"/v1"})");
    switch (fault.kind) {
    case FaultKind::Reset: responder.leave(serve::Ending::Reset); return;
    case FaultKind::Close: responder.leave(serve::Ending::Close); return;
    case FaultKind::Cut: responder.sendCut(whole, whole.body.size() / 2, serve::Ending::Close); return;
    case FaultKind::CutReset: responder.sendCut(whole, whole.body.size() / 2, serve::Ending::Reset); return;
    case FaultKind::CutChunked: {
        serve::Reply chunked = whole;
        chunked.chunked = true;
        responder.sendCut(chunked, whole.body.size() / 2, serve::Ending::Close);
        return;
    }
    case FaultKind::Hang:
        responder.hang();
        m_unanswered.push_back({asked.ticket, responder, -1});
        return;
    case FaultKind::Slow: {
        const qint64 steps = server::roughSize(whole) / fault.bytes;
        responder.sendSlowly(whole, fault.bytes, fault.everyMs);
        m_unanswered.push_back({asked.ticket, responder, m_clock.monotonicMs() + steps * fault.everyMs});
        return;
    }
    case FaultKind::ServerError: {
        // Stripe keeps the 500 of a request that had begun, and replays it.
        const serve::Reply error = faultReply(fault, whole, asked.ticket != 0 ? serve::headerValue(asked.reply.headers, "Request-Id") : nextRequestId());
        m_engine->answerInstead(asked.ticket, error.status, error.body);
        responder.send(error);
        return;
    }
    default: break;
    }
    if (const QByteArray bytes = faultBytes(fault, whole); !bytes.isEmpty())
        responder.sendBytes(bytes, serve::Ending::Close);
    else
        responder.send(faultReply(fault, whole, nextRequestId()));
}

QByteArray SandboxServer::nextRequestId()
{
    return "req_Fault" + QByteArray::number(++m_faultCount).rightJustified(9, '0');
}

serve::Reply SandboxServer::control(const serve::Request& request)
{
    const QByteArray path = request.path();
    if (path == "/_sandbox/faults") {
        return controlFaults(request);
    }
    if (path == "/_sandbox/webhooks") {
        return webhookControl(m_engine->deliveries(), request);
    }
    if (path == "/_sandbox/truth" || path == "/_sandbox/advance") {
        return controlTime(request);
    }
    if (path == "/_sandbox/save") {
        if (request.method != "POST") {
            return server::notAllowed("POST");
        }
        const Status saved = save();
        return saved ? server::json(200, "{\"saved\":true}") : serve::textReply(m_saveFile.isEmpty() ? 409 : 500, saved.error().message.toUtf8());
    }
    if (path != "/_sandbox/counts" && path != "/_sandbox/requests") {
        return serve::textReply(404, "The sandbox's own paths are /_sandbox/counts, /_sandbox/requests, /_sandbox/save, /_sandbox/truth, /_sandbox/advance, /_sandbox/faults and /_sandbox/webhooks.");
    }
    if (request.method != "GET") {
        return server::notAllowed("GET");
    }
    if (path == "/_sandbox/counts") {
        return server::counts(m_engine->counts());
    }
    QJsonObject requests;
    for (auto it = m_requests.cbegin(); it != m_requests.cend(); ++it) {
        requests.insert(QString::fromUtf8(it.key()), it.value());
    }
    return server::json(QJsonDocument(requests));
}

serve::Reply SandboxServer::controlTime(const serve::Request& request)
{
    const bool told = request.path() == "/_sandbox/truth";
    if (request.method != (told ? "GET" : "POST")) {
        return server::notAllowed(told ? "GET" : "POST");
    }
    bool isNumber = false;
    const qint64 number = (told ? request.query() : request.body).trimmed().toLongLong(&isNumber);
    if ((!isNumber || number < 0) && !(told && request.query().isEmpty())) {
        return serve::textReply(400, told ? "After the ? comes the number of the first line, from 0." : "The body is an instant: seconds since 1970.");
    }
    if (told) {
        serve::Reply reply = server::json(200, m_engine->truth(number, server::kTruthLines));
        reply.headers = {{"Content-Type", "application/x-ndjson"}};
        return reply;
    }
    if (number > m_clock.nowSeconds() + server::kFurthestSeconds) {
        return serve::textReply(400, "That is more than ten years ahead.");
    }
    m_engine->advanceTo(number);
    return server::json(200, "{\"advanced\":true}");
}

serve::Reply SandboxServer::controlFaults(const serve::Request& request)
{
    if (request.method == "DELETE") {
        m_faults.clear();
    } else if (request.method == "POST") {
        FaultPlan plan = m_faults;
        for (const QString& line : QString::fromUtf8(request.body).split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
            const Result<FaultRule> rule = FaultRule::parse(line);
            if (!rule) {
                return serve::textReply(400, rule.error().message.toUtf8());
            }
            plan.add(*rule, line.trimmed());
        }
        m_faults = plan;
    } else if (request.method != "GET") {
        return server::notAllowed("GET, POST, DELETE");
    }
    QJsonArray rules;
    for (const FaultPlan::Standing& standing : m_faults.rules()) {
        rules.append(QJsonObject{{QStringLiteral("rule"), standing.text}, {QStringLiteral("seen"), standing.seen},
            {QStringLiteral("done"), standing.done}});
    }
    return server::json(QJsonDocument(rules));
}

} // namespace ch::sandbox
