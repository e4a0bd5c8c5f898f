// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/StripeClient.h"

#include "base/Log.h"
#include "base/Worker.h"
#include "stripe/ParseAnswer.h"

#include <QPointer>
#include <QRegularExpression>
#include <QSet>

namespace ch::stripe {

class StripeClient::Core {
public:
    Core(http::Client& client_, const ApiKey& key_, const QUrl& base_, StripeClient* owner_)
        : client(&client_), key(key_), base(base_), owner(owner_)
    {
    }

    /// The Safety error once the answers have contradicted the key.
    Status mayWrite() const
    {
        if (!mismatch) {
            return {};
        }
        const QString keyMode = modeName(key.mode());
        const QString answerMode = modeName(key.mode() == Mode::Live ? Mode::Test : Mode::Live);
        return fail(ErrorKind::Safety,
                    QStringLiteral("The key looks like a %1 key, but Stripe answered with %2 data. Nothing is changed until that is cleared up.").arg(keyMode, answerMode));
    }

    void watch(const AnswerShape& shape)
    {
        const bool live = key.mode() == Mode::Live;
        if (mismatch || !(live ? shape.sawTest : shape.sawLive)) {
            return;
        }
        mismatch = true;
        log::error(QStringLiteral("Stripe's answer has the other mode than the key (%1): writes are stopped").arg(modeName(key.mode())));
        if (owner) {
            Q_EMIT owner->modeMismatch(!live);
        }
    }

    /// Stripe's notices about an account or a sandbox, each once.
    void noteNotice(const QByteArray& notice)
    {
        constexpr qsizetype kMost = 50;
        if (!notice.isEmpty() && notices.size() < kMost && !notices.contains(notice)) {
            notices.insert(notice);
            log::info(QStringLiteral("Stripe notice: ") + QString::fromUtf8(notice));
        }
    }

    /// No text that leaves this room holds the key, whatever an answer or a proxy echoes.
    void maskKey(QString* text) const
    {
        const QString plain = QString::fromLatin1(key.secret().reveal());
        text->replace(plain, key.masked());
        static const QRegularExpression keyShaped(QStringLiteral("\\b((?:sk|rk|pk|rkcs|oak|whsec)_)[A-Za-z0-9_]{12,}"));
        text->replace(keyShaped, QStringLiteral("\\1\u2026"));
    }

    Error masked(Error error) const
    {
        for (QString* text : {&error.message, &error.detail, &error.code, &error.param, &error.stripeType, &error.declineCode, &error.requestId, &error.permission}) {
            maskKey(text);
        }
        return error;
    }

    QPointer<http::Client> client;
    ApiKey key;
    QUrl base;
    QPointer<StripeClient> owner;
    Worker* worker = nullptr;
    QSet<QByteArray> notices;
    bool mismatch = false;
};

namespace {

bool isWebPage(const http::Reply& reply)
{
    const QByteArray type = reply.header("Content-Type").toLower();
    return type.contains("html") || reply.body.trimmed().startsWith('<');
}

Error webPageError(const http::Reply& reply, const QString& host)
{
    Error error;
    error.kind = ErrorKind::Protocol;
    error.httpStatus = reply.status;
    error.message = QStringLiteral("The server at %1 answered with a web page, not with Stripe's data: a proxy or a login page may stand in between.").arg(host);
    error.detail = QStringLiteral("HTTP status %1, content type %2").arg(reply.status).arg(log::redacted(QString::fromLatin1(reply.header("Content-Type").left(100))));
    return error;
}

/// One call: at most two rounds of http::Client, the second only after a 2xx whose body was not whole.
class AnswerCall final : public AnswerJob {
public:
    AnswerCall(const std::shared_ptr<StripeClient::Core>& core, const http::Request& request, std::function<void(const Answer&)> beside, QObject* parent)
        : AnswerJob(parent), m_core(core), m_request(request), m_beside(std::move(beside))
    {
        send();
    }

    AnswerCall(const Error& error, QObject* parent) : AnswerJob(parent) { settle(fail(error)); }

    void cancel() override
    {
        if (m_round) {
            m_round->cancel(); // its end says whether a write may have been done
        } else if (!isSettled()) {
            stopped(); // the answer came, and is being read
        }
    }

private:
    /// Ends it where no round runs: what a write came to has not been read.
    void stopped()
    {
        Error error;
        error.kind = ErrorKind::Cancelled;
        error.message = QStringLiteral("Stopped before it ended.");
        end(std::move(error), false);
    }

    void send()
    {
        if (!m_core->client) {
            stopped();
            return;
        }
        ++m_rounds;
        m_round = m_core->client->send(m_request, this);
        m_round->onFinished(this, [this](const Result<http::Reply>& outcome) {
            m_round = nullptr;
            if (outcome) {
                m_attempts += outcome->attempts;
                read(*outcome);
            } else {
                end(outcome.error(), outcome.error().outcomeKnown);
            }
        });
    }

    void read(const http::Reply& reply)
    {
        m_core->noteNotice(reply.header("Stripe-Notice"));
        if (reply.status >= 200 && reply.status < 300) {
            readSuccess(reply);
        } else {
            readFailure(reply);
        }
    }

    void readSuccess(const http::Reply& reply)
    {
        if (isWebPage(reply)) {
            end(webPageError(reply, m_request.url.host()), false);
            return;
        }
        // A short one is read sooner than it is handed over.
        constexpr qsizetype kLong = 32 * 1024;
        Worker* const worker = reply.body.size() < kLong ? nullptr : m_core->worker;
        if (!worker) {
            judge(reply, looked(reply, m_attempts, m_beside));
            return;
        }
        Worker::run<Looked>(worker, this, [reply, attempts = m_attempts, beside = m_beside] { return looked(reply, attempts, beside); })
            ->onFinished(this, [this, reply](const Result<Looked>& looked) {
                if (!isSettled()) {
                    judge(reply, looked);
                }
            });
    }

    struct Looked {
        AnswerShape shape;
        Answer answer;
    };

    [[nodiscard]] static Result<Looked> looked(const http::Reply& reply, int attempts, const std::function<void(const Answer&)>& beside)
    {
        Result<AnswerShape> shape = shapeOfAnswer(reply.body);
        if (!shape) {
            return fail(shape.error());
        }
        Answer answer;
        answer.json = shape->compact;
        answer.requestId = QString::fromLatin1(reply.header("Request-Id"));
        answer.httpStatus = reply.status;
        answer.replayed = reply.header("Idempotent-Replayed").trimmed().toLower() == "true";
        answer.attempts = attempts;
        answer.receivedMs = reply.receivedMs;
        if (shape->sawLive != shape->sawTest) {
            answer.livemode = shape->sawLive;
        }
        if (beside) {
            beside(answer);
        }
        return Looked{*std::move(shape), std::move(answer)};
    }

    void judge(const http::Reply& reply, const Result<Looked>& looked)
    {
        if (!looked && looked.error().kind == ErrorKind::Cancelled) {
            stopped(); // the worker has gone; the body may well be whole
            return;
        }
        if (!looked) {
            m_inDoubt = m_inDoubt || m_request.isWrite;
            if (m_rounds == 1 && m_request.repeatable) {
                send();
                return;
            }
            Error error = looked.error();
            error.httpStatus = reply.status;
            error.requestId = QString::fromLatin1(reply.header("Request-Id"));
            end(std::move(error), false);
            return;
        }
        const auto core = m_core; // whoever hears of a mismatch may delete this job
        const AnswerShape shape = looked->shape;
        settle(looked->answer);
        core->watch(shape);
    }

    void readFailure(const http::Reply& reply)
    {
        const QString requestId = QString::fromLatin1(reply.header("Request-Id"));
        if (reply.status < 400) {
            Error error;
            error.kind = ErrorKind::Protocol;
            error.httpStatus = reply.status;
            error.requestId = requestId;
            error.message = QStringLiteral("The server at %1 sent us on to another address. Stripe does not do that, and redirects are not followed.").arg(m_request.url.host());
            error.detail = QStringLiteral("HTTP status %1, to host %2").arg(QString::number(reply.status), QUrl::fromEncoded(reply.header("Location")).host());
            end(std::move(error), reply.outcomeKnown);
            return;
        }
        const bool page = isWebPage(reply);
        constexpr int kNetworkLogin = 511; // RFC 6585: a captive portal
        if (page && (reply.status < 500 || reply.status == kNetworkLogin)) {
            end(webPageError(reply, m_request.url.host()), reply.outcomeKnown && !reply.earlierAnswerLost);
            return;
        }
        const Result<AnswerShape> shape = shapeOfAnswer(reply.body);
        const bool isStripes = shape && shape->isError;
        Error error = parseError(reply.status, reply.body, requestId);
        error.replayed = reply.header("Idempotent-Replayed").trimmed().toLower() == "true";
        if (page) {
            error.detail = webPageError(reply, m_request.url.host()).detail;
        }
        // What is not Stripe's own word settles nothing; and a key "in use" means that our earlier request still runs.
        const bool settles = isStripes || !reply.earlierAnswerLost;
        const bool keyInUse = m_request.method == "POST" && error.code == QLatin1String("idempotency_key_in_use");
        if (isStripes && reply.outcomeKnown && !keyInUse && reply.status != 401 && reply.status != 403 && reply.status != 409 && reply.status != 429) {
            m_inDoubt = false; // the second round said what became of the first
        }
        end(std::move(error), reply.outcomeKnown && settles && !keyInUse);
    }

    /// known: this round's own word on whether the outcome of a write is known.
    void end(Error error, bool known)
    {
        error.outcomeKnown = !m_request.isWrite || (known && !m_inDoubt);
        settle(fail(m_core->masked(std::move(error))));
    }

    std::shared_ptr<StripeClient::Core> m_core;
    http::Request m_request;
    std::function<void(const Answer&)> m_beside;
    QPointer<http::ReplyJob> m_round;
    int m_rounds = 0;
    int m_attempts = 0;
    bool m_inDoubt = false; // a write got a 2xx that was cut off
};

Error invalidCall(const QString& message)
{
    return fail(ErrorKind::InvalidInput, message).value();
}

/// A path of ours: absolute, one slash first, nothing that leads out of it (the key would go along).
Status checkPath(const QString& path)
{
    static const QRegularExpression form(QStringLiteral("^/v[12](/[A-Za-z0-9_.~%-]+)+$"));
    const QStringList segments = path.split(QLatin1Char('/'));
    if (!form.match(path).hasMatch() || segments.contains(QLatin1String("..")) || segments.contains(QLatin1String("."))) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("This is not a path of Stripe's API."), log::redacted(path.left(200)));
    }
    return {};
}

QUrl addressOf(const QUrl& base, const QString& path, const QByteArray& query)
{
    QByteArray text = base.adjusted(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment).toEncoded();
    while (text.endsWith('/')) {
        text.chop(1);
    }
    QByteArray prefix = base.path(QUrl::FullyEncoded).toLatin1();
    while (prefix.endsWith('/')) {
        prefix.chop(1);
    }
    text += prefix + path.toLatin1();
    if (!query.isEmpty()) {
        text += '?' + query;
    }
    return QUrl::fromEncoded(text, QUrl::StrictMode);
}

Status checkIdempotencyKey(const QByteArray& key)
{
    constexpr qsizetype kLongest = 255;
    bool printable = true;
    for (const char c : key) {
        printable = printable && c > ' ' && c < 127;
    }
    if (key.isEmpty() || key.size() > kLongest || !printable) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("An idempotency key has 1 to 255 printable characters."));
    }
    return {};
}

AnswerJob* call(const std::shared_ptr<StripeClient::Core>& core, const QByteArray& method, const QString& path, const Params& params,
                const QByteArray& idempotencyKey, const CallOptions& options, QObject* parent)
{
    const bool isPost = method == "POST";
    const bool isWrite = method != "GET";
    if (const Status status = StripeClient::checkBaseUrl(core->base); !status) {
        return new AnswerCall(status.error(), parent);
    }
    if (const Status status = checkPath(path); !status) {
        return new AnswerCall(status.error(), parent);
    }
    if (const Status status = isPost ? checkIdempotencyKey(idempotencyKey) : Status(); !status) {
        return new AnswerCall(status.error(), parent);
    }
    if (const Status status = isWrite ? core->mayWrite() : Status(); !status) {
        return new AnswerCall(status.error(), parent);
    }
    http::Request request;
    request.method = method;
    request.url = addressOf(core->base, path, isPost ? QByteArray() : params.encoded());
    request.headers = {{"Authorization", "Bearer " + core->key.secret().reveal()}, {"Stripe-Version", kApiVersion}, {"Accept", "application/json"}};
    if (isPost) {
        request.body = params.encoded();
        request.headers.append(http::Header{"Content-Type", "application/x-www-form-urlencoded"});
        request.headers.append(http::Header{"Idempotency-Key", idempotencyKey});
    }
    request.pathTemplate = pathTemplate(path);
    request.priority = options.priority;
    request.purpose = options.purpose;
    request.deadlineMs = options.deadlineMs;
    request.isWrite = isWrite;
    if (isWrite) {
        // Asked again before each attempt: the answer that contradicts the key may come while this one waits.
        request.gate = [weak = std::weak_ptr(core), own = options.gate] {
            const auto alive = weak.lock();
            const Status may = alive ? alive->mayWrite() : Status();
            return may && own ? own() : may;
        };
    }
    if (!request.url.isValid() || request.url.host() != core->base.host()) {
        return new AnswerCall(invalidCall(QStringLiteral("This is not a path of Stripe's API.")), parent);
    }
    return new AnswerCall(core, request, options.beside, parent);
}

} // namespace

Status StripeClient::checkBaseUrl(const QUrl& url)
{
    const QString form = QStringLiteral("Use https://api.stripe.com, or http on this computer (http://127.0.0.1:PORT).");
    const QString scheme = url.scheme();
    if (!url.isValid() || url.host().isEmpty()) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("This is not an address of a server. ") + form);
    }
    if (!url.userInfo().isEmpty() || url.hasQuery() || url.hasFragment()) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("The address of the API may hold no name, password, ? or #. ") + form);
    }
    if (scheme == QLatin1String("https") || (scheme == QLatin1String("http") && http::isLoopbackHost(url.host()))) {
        return {};
    }
    return fail(ErrorKind::InvalidInput, QStringLiteral("The key would travel to %1 unprotected. ").arg(url.host()) + form);
}

StripeClient::StripeClient(http::Client& client, const ApiKey& key, const QUrl& baseUrl, QObject* parent)
    : QObject(parent), d(std::make_shared<Core>(client, key, baseUrl, this))
{
}

Mode StripeClient::mode() const
{
    return d->key.mode();
}

QUrl StripeClient::baseUrl() const
{
    return d->base;
}

bool StripeClient::hasModeMismatch() const
{
    return d->mismatch;
}

http::Client& StripeClient::http() const
{
    return *d->client;
}

void StripeClient::setWorker(Worker* worker)
{
    d->worker = worker;
}

Worker* StripeClient::worker() const
{
    return d->worker;
}

AnswerJob* StripeClient::fetch(const QString& path, const Params& query, const CallOptions& options, QObject* parent)
{
    return call(d, "GET", path, query, {}, options, parent);
}

AnswerJob* StripeClient::post(const QString& path, const Params& body, const QByteArray& idempotencyKey, const CallOptions& options, QObject* parent)
{
    return call(d, "POST", path, body, idempotencyKey, options, parent);
}

AnswerJob* StripeClient::remove(const QString& path, const Params& query, const CallOptions& options, QObject* parent)
{
    return call(d, "DELETE", path, query, {}, options, parent);
}

} // namespace ch::stripe
