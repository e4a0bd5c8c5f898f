// SPDX-License-Identifier: GPL-3.0-or-later
// A tiny server on 127.0.0.1 that keeps each request as it came over the wire and lets the test write the answer byte by byte.
#pragma once

#include <QList>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <functional>

namespace ch::test {

class LoopbackServer : public QTcpServer {
public:
    struct Seen {
        QByteArray head; ///< request line and headers
        QByteArray body;

        [[nodiscard]] QByteArray line() const { return head.left(head.indexOf("\r\n")); }
        [[nodiscard]] QByteArray header(const QByteArray& name) const
        {
            for (const QByteArray& row : head.split('\n')) {
                const qsizetype colon = row.indexOf(':');
                if (colon > 0 && row.left(colon).trimmed().compare(name, Qt::CaseInsensitive) == 0) {
                    return row.mid(colon + 1).trimmed();
                }
            }
            return {};
        }
    };

    LoopbackServer() { listen(QHostAddress::LocalHost); }

    [[nodiscard]] QUrl url(const QString& path = QStringLiteral("/v1/x")) const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(serverPort()).arg(path));
    }

    static QByteArray answer(const QByteArray& status, const QByteArray& body, const QByteArray& headers = {})
    {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + headers + "\r\n" + body;
    }

    /// Called for each whole request.
    std::function<void(const Seen&, QTcpSocket&)> handler;
    QList<Seen> seen;

protected:
    void incomingConnection(qintptr descriptor) override { serve(descriptor, new QTcpSocket(this)); }

    void serve(qintptr descriptor, QTcpSocket* socket)
    {
        socket->setSocketDescriptor(descriptor);
        auto buffer = std::make_shared<QByteArray>();
        QObject::connect(socket, &QTcpSocket::readyRead, this, [this, socket, buffer] {
            *buffer += socket->readAll();
            takeRequests(*socket, *buffer);
        });
        QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    }

private:
    void takeRequests(QTcpSocket& socket, QByteArray& buffer)
    {
        const QPointer<QTcpSocket> alive(&socket);
        for (;;) {
            const qsizetype end = buffer.indexOf("\r\n\r\n");
            if (!alive || end < 0) {
                return;
            }
            Seen request;
            request.head = buffer.left(end + 2);
            const qsizetype length = request.header("Content-Length").toLongLong();
            if (buffer.size() < end + 4 + length) {
                return;
            }
            request.body = buffer.mid(end + 4, length);
            buffer.remove(0, end + 4 + length);
            seen.append(request);
            if (handler) {
                handler(request, socket);
            }
        }
    }
};

} // namespace ch::test
