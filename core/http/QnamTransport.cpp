// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/QnamTransport.h"

#include "base/Log.h"

#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QNetworkCookie>
#include <QNetworkCookieJar>
#include <QNetworkProxyFactory>
#include <QNetworkReply>
#include <QPointer>
#include <QSet>
#include <QSslError>
#include <algorithm>
#include <array>

namespace ch::http {

namespace qnam {

class NoCookies final : public QNetworkCookieJar {
public:
    using QNetworkCookieJar::QNetworkCookieJar;
    QList<QNetworkCookie> cookiesForUrl(const QUrl&) const override { return {}; }
    bool setCookiesFromUrl(const QList<QNetworkCookie>&, const QUrl&) override { return false; }
};

/// The system's proxy for everything but this computer: the sandbox and webhooks live here and no proxy can reach them.
class SystemProxyButNotForLoopback final : public QNetworkProxyFactory {
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override
    {
        if (isLoopbackHost(query.url().host())) {
            return {QNetworkProxy(QNetworkProxy::NoProxy)};
        }
        return systemProxyForQuery(query);
    }
};

/// Failures before a connection stood. The request may still have gone out over an earlier one: see requestSent.
bool connectionNeverStood(QNetworkReply::NetworkError code)
{
    return code == QNetworkReply::ConnectionRefusedError || code == QNetworkReply::HostNotFoundError
        || code == QNetworkReply::ProxyConnectionRefusedError || code == QNetworkReply::ProxyNotFoundError
        || code == QNetworkReply::ProxyAuthenticationRequiredError || code == QNetworkReply::SslHandshakeFailedError
        || code == QNetworkReply::ProtocolUnknownError;
}

QString networkSentence(QNetworkReply::NetworkError code, const QString& host)
{
    switch (code) {
    case QNetworkReply::HostNotFoundError:
        return QStringLiteral("The name %1 could not be found. Check the connection to the internet.").arg(host);
    case QNetworkReply::ConnectionRefusedError:
        return QStringLiteral("%1 refused the connection.").arg(host);
    case QNetworkReply::RemoteHostClosedError:
        return QStringLiteral("The connection to %1 was closed before the answer was complete.").arg(host);
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
        return QStringLiteral("The proxy on the way to %1 could not be used. Check the system's proxy settings.").arg(host);
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return QStringLiteral("The proxy on the way to %1 asks for a name and a password.").arg(host);
    default: // an enumeration of Qt's, most of whose values say no more to a person than this
        return QStringLiteral("%1 could not be reached.").arg(host);
    }
}

/// Qt reports statuses of 400 and more as errors of 201-299 and 401-499, 400 and 418 as an invalid operation, and 407 as the proxy's
/// refusal; those are answers all the same.
bool speaksOfStatus(QNetworkReply::NetworkError code, int status)
{
    if (code == QNetworkReply::NoError) {
        return true;
    }
    const bool ofStatus = (code > 200 && code < 300) || (code > 400 && code < 500) || code == QNetworkReply::ProtocolInvalidOperationError;
    return (status >= 400 && ofStatus) || (status == 407 && code == QNetworkReply::ProxyAuthenticationRequiredError);
}

QNetworkRequest networkRequestFor(const Request& request)
{
    QNetworkRequest out(request.url);
    for (const Header& header : request.headers) {
        out.setRawHeader(header.name, header.value);
    }
    if (!out.hasRawHeader("User-Agent")) {
        const QByteArray version = QCoreApplication::applicationVersion().toLatin1();
        out.setRawHeader("User-Agent", version.isEmpty() ? QByteArray("Countinghouse") : "Countinghouse/" + version);
    }
    if (!out.hasRawHeader("Accept-Language")) {
        out.setRawHeader("Accept-Language", "en"); // else Qt tells the language of the computer
    }
    out.setAttribute(QNetworkRequest::Http2AllowedAttribute, true);
    out.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    out.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    out.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    out.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    return out;
}

class QnamJob final : public ReplyJob {
public:
    QnamJob(QNetworkAccessManager& manager, QSet<QnamJob*>& alive, Clock& clock, const Request& request, QObject* parent)
        : ReplyJob(parent), m_alive(&alive), m_clock(clock), m_request(request), m_host(request.url.host())
    {
        m_alive->insert(this);
        m_timers = std::make_unique<QObject>();
        const QNetworkRequest network = networkRequestFor(request);
        if (request.method == "GET") {
            m_reply = manager.get(network);
        } else if (request.method == "POST") {
            m_reply = manager.post(network, request.body);
        } else if (request.method == "DELETE" && request.body.isEmpty()) {
            m_reply = manager.deleteResource(network);
        } else {
            m_reply = manager.sendCustomRequest(network, request.method, request.body);
        }
        connect(m_reply, &QNetworkReply::requestSent, this, [this] { m_sent = true; });
        connect(m_reply, &QNetworkReply::metaDataChanged, this, &QnamJob::headersCame);
        connect(m_reply, &QNetworkReply::readyRead, this, &QnamJob::readMore);
        connect(m_reply, &QNetworkReply::sslErrors, this, &QnamJob::noteTlsErrors);
        connect(m_reply, &QNetworkReply::finished, this, &QnamJob::replyFinished);
        m_clock.callAfter(request.deadlineMs, m_timers.get(), [this] { timeIsUp(m_request.deadlineMs); });
    }

    ~QnamJob() override { dropReply(); }

    void cancel() override
    {
        Error error;
        error.kind = ErrorKind::Cancelled;
        error.message = QStringLiteral("Stopped before it ended.");
        error.outcomeKnown = !m_request.isWrite;
        end(fail(std::move(error)));
    }

private:
    void headersCame()
    {
        m_headersCame = true;
        m_lastByteMs = m_clock.monotonicMs();
        const qint64 announced = m_reply->header(QNetworkRequest::ContentLengthHeader).toLongLong();
        if (announced > m_request.maxBytes) {
            tooLarge();
            return;
        }
        m_body.reserve(std::clamp<qint64>(announced, 0, kReservedAtMost)); // not to be copied whenever it grows
        watchForStall();
    }

    void readMore()
    {
        m_lastByteMs = m_clock.monotonicMs();
        takeWhatCame();
        if (m_body.size() > m_request.maxBytes) {
            tooLarge();
        }
    }

    void watchForStall()
    {
        if (m_watching || isSettled()) {
            return;
        }
        m_watching = true;
        const qint64 left = QnamTransport::kStallMs - (m_clock.monotonicMs() - m_lastByteMs);
        m_clock.callAfter(left, m_timers.get(), [this] {
            m_watching = false;
            if (m_clock.monotonicMs() - m_lastByteMs >= QnamTransport::kStallMs) {
                timeIsUp(QnamTransport::kStallMs);
            } else {
                watchForStall();
            }
        });
    }

    void timeIsUp(qint64 limitMs)
    {
        const QString message = m_headersCame
            ? QStringLiteral("%1 began to answer, but did not end within %2 seconds.")
            : QStringLiteral("%1 did not answer within %2 seconds.");
        endWith(ErrorKind::Timeout, message.arg(m_host, QString::number(static_cast<double>(limitMs) / 1000)), {}, false);
    }

    void tooLarge()
    {
        endWith(ErrorKind::Protocol, QStringLiteral("The answer of %1 is larger than %2 MiB and was not read.").arg(m_host).arg(m_request.maxBytes >> 20), {},
                false);
    }

    void noteTlsErrors(const QList<QSslError>& errors)
    {
        // Not handled on purpose: Qt then ends the reply with SslHandshakeFailedError.
        for (const QSslError& error : errors) {
            m_tlsErrors << error.errorString();
        }
    }

    void takeWhatCame()
    {
        const qsizetype had = m_body.size();
        m_body.resize(had + m_reply->bytesAvailable());
        m_body.resize(had + std::max<qint64>(0, m_reply->read(m_body.data() + had, m_body.size() - had)));
    }

    void replyFinished()
    {
        takeWhatCame();
        const QNetworkReply::NetworkError code = m_reply->error();
        const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (status > 0 && speaksOfStatus(code, status)) {
            wholeAnswer(status);
        } else {
            failed(code, status);
        }
    }

    void wholeAnswer(int status)
    {
        Reply reply;
        reply.status = status;
        for (const QNetworkReply::RawHeaderPair& pair : m_reply->rawHeaderPairs()) {
            reply.headers.append({pair.first, pair.second});
        }
        reply.body = std::move(m_body);
        if (reply.body.size() > m_request.maxBytes) {
            tooLarge();
            return;
        }
        bool isNumber = false;
        const qint64 announced = reply.header("Content-Length").toLongLong(&isNumber);
        if (isNumber && reply.header("Content-Encoding").isEmpty() && announced != reply.body.size()) {
            endWith(ErrorKind::Network, networkSentence(QNetworkReply::RemoteHostClosedError, m_host),
                    QStringLiteral("%1 of %2 bytes came").arg(reply.body.size()).arg(announced), false);
            return;
        }
        end(std::move(reply));
    }

    void failed(QNetworkReply::NetworkError code, int status)
    {
        const QString detail = log::redacted(QStringLiteral("%1 (%2)").arg(m_reply->errorString()).arg(static_cast<int>(code)));
        if (code == QNetworkReply::SslHandshakeFailedError || !m_tlsErrors.isEmpty()) {
            const QString reason = m_tlsErrors.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(m_tlsErrors.join(QStringLiteral("; ")));
            endWith(ErrorKind::Tls, QStringLiteral("The certificate of %1 was not accepted%2, so nothing was sent.").arg(m_host, reason), detail, !m_sent);
            return;
        }
        if (code == QNetworkReply::UnknownContentError && status > 0) {
            endWith(ErrorKind::Protocol, QStringLiteral("The answer of %1 could not be unpacked.").arg(m_host), detail, false);
            return;
        }
        endWith(ErrorKind::Network, networkSentence(code, m_host), detail, connectionNeverStood(code) && !m_sent && !isBlind());
    }

    /// Qt 6.4.2 emits no requestSent for a POST without a body (measured), so its silent second sending cannot be told from the first.
    bool isBlind() const { return m_request.method == "POST" && m_request.body.isEmpty(); }

    void endWith(ErrorKind kind, const QString& message, const QString& detail, bool neverSent)
    {
        Error error;
        error.kind = kind;
        error.message = message;
        error.detail = detail;
        error.code = neverSent ? QString::fromLatin1(kNotSent) : QString();
        error.outcomeKnown = neverSent || !m_request.isWrite;
        end(fail(std::move(error)));
    }

    void end(Result<Reply> result)
    {
        dropReply();
        settle(std::move(result));
    }

    /// Takes the reply off, aborting it where it still runs. Later signals of it find nobody.
    void dropReply()
    {
        m_timers.reset();
        if (m_alive) {
            m_alive->remove(this);
            m_alive = nullptr;
        }
        if (m_reply) {
            m_reply->disconnect(this);
            m_reply->abort();
            m_reply->deleteLater();
            m_reply = nullptr;
        }
    }

    static constexpr qint64 kReservedAtMost = 8LL << 20; // what is announced may never come

    QSet<QnamJob*>* m_alive;
    Clock& m_clock;
    Request m_request;
    QString m_host;
    QPointer<QNetworkReply> m_reply;
    std::unique_ptr<QObject> m_timers; // context of deadline and stall watch
    QByteArray m_body;
    QStringList m_tlsErrors;
    qint64 m_lastByteMs = 0;
    bool m_sent = false;
    bool m_headersCame = false;
    bool m_watching = false;
};

} // namespace qnam

struct QnamLane {
    QnamLane()
    {
        manager.setCookieJar(new qnam::NoCookies);
        manager.setProxyFactory(new qnam::SystemProxyButNotForLoopback);
        manager.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
        manager.setAutoDeleteReplies(false);
    }

    QNetworkAccessManager manager;
    QSet<qnam::QnamJob*> alive;
};

class QnamTransport::Private {
public:
    explicit Private(Clock& clock_) : clock(clock_) {}

    /// The first with a connection left, so that few are opened; else the least busy.
    QnamLane& lane()
    {
        constexpr qsizetype kConnectionsOfALane = kConnections / kManagers;
        const auto free = std::find_if(lanes.begin(), lanes.end(), [](const QnamLane& each) { return each.alive.size() < kConnectionsOfALane; });
        return free != lanes.end() ? *free
                                   : *std::min_element(lanes.begin(), lanes.end(), [](const QnamLane& a, const QnamLane& b) { return a.alive.size() < b.alive.size(); });
    }

    Clock& clock;
    std::array<QnamLane, kManagers> lanes;
};

QnamTransport::QnamTransport(Clock& clock) : d(std::make_unique<Private>(clock)) {}

QnamTransport::~QnamTransport()
{
    for (const QnamLane& lane : d->lanes) {
        const QSet<qnam::QnamJob*> jobs = lane.alive;
        for (qnam::QnamJob* job : jobs) {
            job->cancel();
        }
    }
}

ReplyJob* QnamTransport::send(const Request& request, QObject* parent)
{
    QnamLane& lane = d->lane();
    return new qnam::QnamJob(lane.manager, lane.alive, d->clock, request, parent);
}

} // namespace ch::http
