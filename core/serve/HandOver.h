// SPDX-License-Identifier: GPL-3.0-or-later
// A line of text from a program that starts to one that runs: the one that runs listens at a place of its user's own (a socket in the
// session's folder, on Windows a pipe), the one that starts gives its line there and ends. Only the same user's programs reach it. What is
// received is not trusted: it is at most kLongest bytes, and who listens judges it.
// Refuses longer lines; a second listener of one place. Thread: the one that it is made in.
#pragma once

#include <QObject>
#include <QString>

class QLocalServer;
class QLocalSocket;

namespace ch::serve {

class HandOver final : public QObject {
    Q_OBJECT
public:
    static constexpr qint64 kLongest = 4'096;

    explicit HandOver(QObject* parent = nullptr);
    ~HandOver() override;

    /// False: another program listens there, or the place cannot be made. Of a program that was killed the place is taken over.
    bool listen(const QString& place);
    /// True: a running program has taken the line. Waits at most patienceMs for each step, and needs no event loop.
    [[nodiscard]] static bool give(const QString& place, const QByteArray& line, int patienceMs = 2'000);
    /// The place of what is told apart by key: a path or a pipe's name, the same for every program of this user.
    [[nodiscard]] static QString placeOf(const QByteArray& key);

Q_SIGNALS:
    void received(const QByteArray& line);

private:
    void read(QLocalSocket* socket);

    QLocalServer* m_server;
};

} // namespace ch::serve
