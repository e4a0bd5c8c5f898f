// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/HandOver.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>
#include <QStandardPaths>

namespace ch::serve {

namespace {

constexpr char kTaken[] = "taken\n";
constexpr int kMostWaiting = 8;
constexpr int kPatienceMs = 500;

} // namespace

HandOver::HandOver(QObject* parent) : QObject(parent), m_server(new QLocalServer(this))
{
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    m_server->setMaxPendingConnections(kMostWaiting);
    connect(m_server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket* socket = m_server->nextPendingConnection()) {
            connect(socket, &QLocalSocket::readyRead, this, [this, socket] { read(socket); });
            connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
}

HandOver::~HandOver() = default;

bool HandOver::listen(const QString& place)
{
    // Asked first: with access for the user alone, QLocalServer puts its socket in the place of another's without a word.
    QLocalSocket other;
    other.connectToServer(place);
    if (other.waitForConnected(kPatienceMs)) {
        return false;
    }
    QLocalServer::removeServer(place); // nobody answers: its program was killed
    return m_server->listen(place);
}

void HandOver::read(QLocalSocket* socket)
{
    if (!socket->canReadLine()) {
        if (socket->bytesAvailable() > kLongest) {
            socket->abort();
        }
        return;
    }
    const QByteArray line = socket->readLine(kLongest + 2);
    if (!line.endsWith('\n')) {
        socket->abort(); // longer than may be
        return;
    }
    socket->write(kTaken);
    socket->disconnectFromServer();
    Q_EMIT received(line.chopped(1));
}

bool HandOver::give(const QString& place, const QByteArray& line, int patienceMs)
{
    if (line.size() > kLongest || line.contains('\n')) {
        return false;
    }
    QLocalSocket socket;
    socket.connectToServer(place);
    if (!socket.waitForConnected(patienceMs)) {
        return false;
    }
    socket.write(line + '\n');
    socket.flush();
    while (!socket.canReadLine()) {
        if (!socket.waitForReadyRead(patienceMs)) {
            return false;
        }
    }
    return socket.readLine() == kTaken;
}

QString HandOver::placeOf(const QByteArray& key)
{
    const QString name = QStringLiteral("countinghouse-") + QString::fromLatin1(QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex().left(16));
#ifdef Q_OS_WIN
    return name;
#else
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    return QDir(folder.isEmpty() ? QDir::tempPath() : folder).filePath(name);
#endif
}

} // namespace ch::serve
