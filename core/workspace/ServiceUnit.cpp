// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/ServiceUnit.h"

#include <QCoreApplication>

namespace ch::workspace {

namespace service {

QString words(const char* text)
{
    return QCoreApplication::translate("ch::workspace::ServiceUnit", text);
}

/// What systemd leaves as it is in a unit's name; the rest becomes \xNN, also "-", which stands for "/" there.
bool staysAsItIs(char letter, bool isFirst)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '_' || letter == ':'
        || (letter == '.' && !isFirst);
}

/// Why systemctl could not say how the unit stands; empty where it could.
QString absence(const QByteArray& err)
{
    if (err.contains("Failed to connect to bus") || err.contains("not been booted with systemd")) {
        return words("This session is not run by systemd, so nothing can be started at login.");
    }
    if (err.contains("No such file") || err.contains("not found") || err.contains("does not exist")) {
        return words("The service is not installed: it comes with the package.");
    }
    return {};
}

} // namespace service

ServiceUnit::ServiceUnit(const QString& profile, QObject* parent) : QObject(parent), m_unit(unitOf(profile)) {}

ServiceUnit::~ServiceUnit()
{
    if (m_process != nullptr) {
        m_process->disconnect(this);
        m_process->kill();
        m_process->waitForFinished(1'000);
    }
}

QString ServiceUnit::unitOf(const QString& profile)
{
    QString name;
    const QByteArray bytes = profile.toUtf8();
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const char letter = bytes[i];
        name += service::staysAsItIs(letter, i == 0) ? QString(QLatin1Char(letter))
                                                     : QStringLiteral("\\x%1").arg(static_cast<uchar>(letter), 2, 16, QLatin1Char('0'));
    }
    return QStringLiteral("countinghouse@%1.service").arg(name);
}

void ServiceUnit::run(const QStringList& arguments, std::function<void(int, const QByteArray&, const QByteArray&)> ended)
{
    if (m_process != nullptr) {
        return; // an order at a time; the one under way tells how things stand
    }
    m_process = new QProcess(this);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
    m_process->setProcessEnvironment(environment);
    const auto end = [this, ended = std::move(ended)](int exitCode) {
        QProcess* process = m_process;
        m_process = nullptr;
        process->deleteLater();
        ended(exitCode, process->readAllStandardOutput(), process->readAllStandardError());
    };
    connect(m_process, &QProcess::finished, this, [end](int exitCode) { end(exitCode); });
    connect(m_process, &QProcess::errorOccurred, this, [end](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            end(-1);
        }
    });
    m_process->start(QStringLiteral("systemctl"), QStringList{QStringLiteral("--user")} + arguments);
}

void ServiceUnit::ask()
{
    ask(QString());
}

void ServiceUnit::ask(const QString& failure)
{
    run({QStringLiteral("is-enabled"), m_unit}, [this, failure](int exitCode, const QByteArray& out, const QByteArray& err) {
        if (exitCode < 0) {
            Q_EMIT told(State::Absent, service::words("There is no systemd here, so nothing can be started at login."));
        } else if (const QString why = service::absence(err + out); !why.isEmpty()) {
            Q_EMIT told(State::Absent, why);
        } else {
            Q_EMIT told(out.startsWith("enabled") ? State::On : State::Off, failure);
        }
    });
}

void ServiceUnit::set(bool on)
{
    run({on ? QStringLiteral("enable") : QStringLiteral("disable"), QStringLiteral("--now"), m_unit}, [this](int exitCode, const QByteArray&, const QByteArray& err) {
        ask(exitCode == 0 ? QString() : service::words("systemd refused: %1").arg(QString::fromLocal8Bit(err).trimmed()));
    });
}

} // namespace ch::workspace
