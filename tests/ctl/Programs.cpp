// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/Programs.h"

#include <QDirIterator>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QRegularExpression>
#include <QtTest>

namespace ch::test {

QStringList words(const char* line)
{
    return QString::fromUtf8(line).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

Sandbox::Sandbox(const QStringList& arguments)
{
    m_process.start(QStringLiteral(CH_BIN_DIR "/stripe-sandbox"), QStringList{QStringLiteral("--port"), QStringLiteral("0"), QStringLiteral("--speed"), QStringLiteral("0")} + arguments);
    QByteArray said;
    static const QRegularExpression kAddress(QStringLiteral("http://127\\.0\\.0\\.1:\\d+"));
    while (m_base.isEmpty() && m_process.waitForReadyRead(kPatienceMs)) {
        said += m_process.readAll();
        m_base = kAddress.match(QString::fromUtf8(said)).captured();
    }
}

Sandbox::~Sandbox()
{
    m_process.terminate();
    if (!m_process.waitForFinished(10'000)) {
        m_process.kill();
        m_process.waitForFinished(10'000);
    }
}

QJsonDocument Sandbox::ask(const QByteArray& method, const QString& path, const QByteArray& body) const
{
    QNetworkAccessManager network;
    QNetworkRequest request{QUrl(m_base + path)};
    request.setRawHeader("Authorization", "Bearer " + keyText());
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/x-www-form-urlencoded");
    const std::unique_ptr<QNetworkReply> reply(network.sendCustomRequest(request, method, body));
    (void)QTest::qWaitFor([&reply] { return reply->isFinished(); }, kPatienceMs);
    return QJsonDocument::fromJson(reply->readAll());
}

void Ctl::start(QProcess& process, const QStringList& arguments) const
{
    QProcessEnvironment environment;
    for (const QString& name : {QStringLiteral("PATH"), QStringLiteral("LD_LIBRARY_PATH"), QStringLiteral("ASAN_OPTIONS"), QStringLiteral("TSAN_OPTIONS"), QStringLiteral("UBSAN_OPTIONS"), QStringLiteral("ENABLE_PAYMENTS")}) {
        if (qEnvironmentVariableIsSet(name.toLatin1().constData())) {
            environment.insert(name, qEnvironmentVariable(name.toLatin1().constData()));
        }
    }
    environment.insert(QStringLiteral("HOME"), m_home.path());
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    environment.insert(QStringLiteral("TZ"), QStringLiteral("UTC"));
    environment.insert(QStringLiteral("no_proxy"), QStringLiteral("127.0.0.1,localhost"));
    if (!m_key.isEmpty()) {
        environment.insert(QStringLiteral("STRIPE_API_KEY"), QString::fromLatin1(m_key));
    }
    if (!m_webhookSecrets.isEmpty()) {
        environment.insert(QStringLiteral("STRIPE_WEBHOOK_SECRET"), QString::fromLatin1(m_webhookSecrets));
    }
    process.setProcessEnvironment(environment);
    QStringList all{QStringLiteral("--data-dir"), dataDir()};
    if (!m_base.isEmpty()) {
        all << QStringLiteral("--api-base") << m_base;
    }
    process.start(QStringLiteral(CH_BIN_DIR "/countinghousectl"), all + arguments);
}

Ran Ctl::run(const QStringList& arguments, const QByteArray& input)
{
    QProcess process;
    start(process, arguments);
    process.write(input);
    process.closeWriteChannel();
    Ran ran;
    if (process.waitForFinished(kPatienceMs)) {
        ran.exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    }
    ran.out = process.readAllStandardOutput();
    ran.err = process.readAllStandardError();
    m_said += ran.out + ran.err;
    return ran;
}

QStringList provision(const QString& id, const QStringList& more)
{
    return QStringList{QStringLiteral("--json"), QStringLiteral("provision"), QStringLiteral("--business-id"), id, QStringLiteral("--name"), QStringLiteral("Jane Roe's shop"),
               QStringLiteral("--type"), QStringLiteral("saas")} + more;
}

QString mirrorOf(const Ctl& ctl)
{
    QDirIterator it(ctl.dataDir(), {QStringLiteral("mirror.sqlite")}, QDir::Files, QDirIterator::Subdirectories);
    return it.hasNext() ? it.next() : QString();
}

} // namespace ch::test
