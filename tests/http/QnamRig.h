// SPDX-License-Identifier: GPL-3.0-or-later
// The real transport on a fake clock before real sockets on loopback, with TLS or without.
#pragma once

#include "http/LoopbackServer.h"
#include "http/QnamTransport.h"
#include "support/FakeClock.h"

#include <QProcess>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QtTest>

namespace ch::test::qnam {

/// A server that speaks TLS with a certificate that nobody trusts, and HTTP/2 as far as to say so.
class TlsServer final : public LoopbackServer {
public:
    QSslCertificate certificate;
    QSslKey key;

    /// Made afresh: a private key in the source would be found by every scanner.
    bool makeCertificate()
    {
        QTemporaryDir dir;
        QProcess openssl;
        openssl.start(QStringLiteral("openssl"), {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"), QStringLiteral("rsa:2048"),
                                                  QStringLiteral("-nodes"), QStringLiteral("-keyout"), dir.filePath(QStringLiteral("k")), QStringLiteral("-out"),
                                                  dir.filePath(QStringLiteral("c")), QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-subj"),
                                                  QStringLiteral("/CN=127.0.0.1"), QStringLiteral("-addext"), QStringLiteral("subjectAltName=IP:127.0.0.1")});
        QFile keyFile(dir.filePath(QStringLiteral("k")));
        if (!openssl.waitForFinished(60'000) || openssl.exitCode() != 0 || !keyFile.open(QFile::ReadOnly)) {
            return false;
        }
        key = QSslKey(&keyFile, QSsl::Rsa);
        certificate = QSslCertificate::fromPath(dir.filePath(QStringLiteral("c"))).value(0);
        return !certificate.isNull();
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto* const socket = new QSslSocket(this);
        QSslConfiguration offered = socket->sslConfiguration();
        offered.setAllowedNextProtocols({QSslConfiguration::ALPNProtocolHTTP2, QSslConfiguration::NextProtocolHttp1_1});
        socket->setSslConfiguration(offered);
        socket->setLocalCertificate(certificate);
        socket->setPrivateKey(key);
        serve(descriptor, socket);
        socket->startServerEncryption();
    }
};

/// The transport, and a server that answers everything with {} until a test wants otherwise.
struct Rig {
    Rig()
    {
        server.handler = [](const LoopbackServer::Seen&, QTcpSocket& socket) { socket.write(LoopbackServer::answer("200 OK", "{}")); };
    }

    http::Request request(const QByteArray& method = "GET") const
    {
        http::Request out;
        out.method = method;
        out.url = server.url();
        out.isWrite = method != "GET";
        out.headers = {{"Authorization", "Bearer not-a-key"}};
        return out;
    }

    /// Sends and waits, with time standing still.
    Result<http::Reply> send(const http::Request& asked)
    {
        std::optional<Result<http::Reply>> result;
        transport.send(asked, &owner)->onFinished(&owner, [&result](const Result<http::Reply>& outcome) { result = outcome; });
        if (!QTest::qWaitFor([&result] { return result.has_value(); }, 20'000)) {
            return fail(ErrorKind::Internal, QStringLiteral("the test got no end at all"));
        }
        return *result;
    }

    void always(const QByteArray& wire, bool close = false)
    {
        server.handler = [wire, close](const LoopbackServer::Seen&, QTcpSocket& socket) {
            socket.write(wire);
            if (close) {
                socket.disconnectFromHost();
            }
        };
    }

    FakeClock clock;
    LoopbackServer server;
    http::QnamTransport transport{clock};
    QObject owner;
};

} // namespace ch::test::qnam
