// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/Poster.h"

#include <QNetworkProxy>
#include <QTcpSocket>

namespace ch::serve {

namespace poster {

constexpr qsizetype kMostHeadBytes = 64 << 10;
constexpr qint64 kMostBodyBytes = 1 << 20; // then the status is enough
constexpr qsizetype kKeptBodyBytes = 2 << 10;
constexpr char kLastChunk[] = "0\r\n\r\n";

QByteArray written(const LoopbackUrl& to, const Poster::Letter& letter)
{
    QByteArray out = "POST " + to.target + " HTTP/1.1\r\nHost: " + to.hostHeader + "\r\nConnection: close\r\nContent-Length: "
        + QByteArray::number(letter.body.size()) + "\r\n";
    for (const auto& [name, value] : letter.headers) {
        out += name + ": " + value + "\r\n";
    }
    return out + "\r\n" + letter.body;
}

} // namespace poster

Poster::Poster(Clock& clock, Letter letter, QObject* parent) : ResultJob<int>(parent), m_clock(clock), m_letter(std::move(letter))
{
    const std::optional<LoopbackUrl> to = loopbackUrl(m_letter.url);
    if (!to) {
        settle(fail(ErrorKind::InvalidInput, QStringLiteral("%1 is not an http URL of this computer.").arg(QString::fromUtf8(m_letter.url))));
        return;
    }
    m_clock.callAfter(0, this, [this, to = *to] { start(to); });
    m_clock.callAfter(m_letter.limitMs, this, [this] {
        finish(fail(ErrorKind::Timeout, QStringLiteral("No whole answer within %1 ms.").arg(m_letter.limitMs)));
    });
}

Poster::~Poster()
{
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->abort();
    }
}

void Poster::cancel()
{
    finish(fail(ErrorKind::Cancelled, QStringLiteral("Stopped before it ended.")));
}

void Poster::start(const LoopbackUrl& to)
{
    if (isSettled()) {
        return;
    }
    m_socket = new QTcpSocket(this);
    m_socket->setProxy(QNetworkProxy::NoProxy);
    connect(m_socket, &QTcpSocket::readyRead, this, [this] { received(); });
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this] { ended(); });
    connect(m_socket, &QTcpSocket::disconnected, this, [this] { ended(); });
    connect(m_socket, &QTcpSocket::connected, this, [this, to] { m_socket->write(poster::written(to, m_letter)); });
    m_socket->connectToHost(to.host, to.port);
}

void Poster::received()
{
    const QByteArray bytes = m_socket->readAll();
    if (isSettled()) {
        return;
    }
    if (m_status == 0) {
        m_head += bytes;
        readHead();
    } else {
        m_bodyBytes += bytes.size();
        m_bodyStart = (m_bodyStart + bytes).left(poster::kKeptBodyBytes);
        m_tail = (m_tail + bytes).right(qsizetype(sizeof poster::kLastChunk) - 1);
    }
    if (m_status == 0 && m_head.size() > poster::kMostHeadBytes) {
        finish(fail(ErrorKind::Protocol, QStringLiteral("The answer's headers are too large.")));
    } else if (m_status != 0 && isWhole()) {
        finish(m_status);
    }
}

// The status and how long the body is; interim answers (100 to 199) are passed over.
void Poster::readHead()
{
    for (qsizetype end = m_head.indexOf("\r\n\r\n"); end >= 0; end = m_head.indexOf("\r\n\r\n")) {
        const QList<QByteArray> lines = m_head.first(end).split('\n');
        const QByteArray first = lines.constFirst();
        const int status = first.mid(9, 3).toInt();
        if (!first.startsWith("HTTP/1.") || first.size() < 12 || first.at(8) != ' ' || status < 100) {
            finish(fail(ErrorKind::Protocol, QStringLiteral("What answered does not speak HTTP.")));
            return;
        }
        const QByteArray rest = m_head.sliced(end + 4);
        if (status < 200) {
            m_head = rest;
            continue;
        }
        for (const QByteArray& line : lines.sliced(1)) {
            const QByteArray name = line.split(':').constFirst().trimmed().toLower();
            const QByteArray value = line.mid(line.indexOf(':') + 1).trimmed();
            if (name == "content-length") {
                m_bodyLength = value.toLongLong();
            }
            m_chunked = m_chunked || (name == "transfer-encoding" && value.toLower().endsWith("chunked"));
        }
        m_status = status;
        m_bodyBytes = rest.size();
        m_bodyStart = rest.left(poster::kKeptBodyBytes);
        m_tail = rest.right(qsizetype(sizeof poster::kLastChunk) - 1);
        return;
    }
}

bool Poster::isWhole() const
{
    const bool bodyless = m_status == 204 || m_status == 304;
    return bodyless || m_bodyBytes > poster::kMostBodyBytes || (m_chunked ? m_tail == poster::kLastChunk : m_bodyLength >= 0 && m_bodyBytes >= m_bodyLength);
}

void Poster::ended()
{
    if (!isSettled() && m_socket->bytesAvailable() > 0) {
        received();
    }
    if (m_status != 0) {
        finish(m_status);
    } else {
        finish(fail(ErrorKind::Network, m_socket->error() == QAbstractSocket::RemoteHostClosedError
                ? QStringLiteral("The connection ended without an answer.") : m_socket->errorString() + QLatin1Char('.')));
    }
}

void Poster::finish(Result<int> result)
{
    if (isSettled()) {
        return;
    }
    settle(std::move(result));
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->disconnectFromHost();
    }
}

} // namespace ch::serve
