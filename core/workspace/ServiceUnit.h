// SPDX-License-Identifier: GPL-3.0-or-later
// The service that keeps one profile fresh without a window, as a unit of the user's own systemd: countinghouse@PROFILE.service, which an
// installation brings. Asks and switches it by systemctl. Where there is no systemd, none for this user, or no such unit, it says so in words
// for people. Every question and order ends with told(), also after a failure. Thread: the one that it is made in.
#pragma once

#include <QObject>
#include <QProcess>
#include <QString>
#include <functional>

namespace ch::workspace {

class ServiceUnit final : public QObject {
    Q_OBJECT
public:
    enum class State { Absent, Off, On };

    explicit ServiceUnit(const QString& profile, QObject* parent = nullptr);
    ~ServiceUnit() override;

    void ask();
    /// On: from now on and at each login. Off: stopped, and not started again.
    void set(bool on);
    /// As systemd-escape writes it: "countinghouse@My\x20profile.service".
    [[nodiscard]] static QString unitOf(const QString& profile);

Q_SIGNALS:
    /// why: of Absent, and of an order that failed; else empty.
    void told(ch::workspace::ServiceUnit::State state, const QString& why);

private:
    void run(const QStringList& arguments, std::function<void(int exitCode, const QByteArray& out, const QByteArray& err)> ended);
    void ask(const QString& failure);

    QString m_unit;
    QProcess* m_process = nullptr;
};

} // namespace ch::workspace
