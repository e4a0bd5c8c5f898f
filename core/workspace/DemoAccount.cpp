// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/DemoAccount.h"

#include "access/Profiles.h"
#include "sandbox/SandboxServer.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QSemaphore>
#include <QThread>
#include <optional>

namespace ch::workspace {

namespace demo {

constexpr int kMonths = 24;
constexpr int kMostFolders = 50;

Secret makeKey()
{
    // Put together at each start: good for this one server alone.
    QByteArray random;
    for (int i = 0; i < 6; ++i) {
        random += QByteArray::number(QRandomGenerator::system()->generate(), 16).rightJustified(8, '0');
    }
    return Secret(QByteArray("sk_") + "test_" + random.left(40));
}

} // namespace demo

/// The thread of the server. Clock, account and sockets are made and destroyed in it.
class DemoAccount::Server final : public QThread {
public:
    Server(int businesses, const Secret& key) : m_businesses(businesses), m_key(key) {}

    ~Server() override
    {
        quit();
        wait();
    }

    Result<quint16> begin()
    {
        start();
        m_begun.acquire();
        return *m_port;
    }

    /// One request to the account, in its thread.
    QJsonObject ask(const QByteArray& method, const QByteArray& target, const QByteArray& body)
    {
        QJsonObject answer;
        if (!m_server) {
            return answer;
        }
        QMetaObject::invokeMethod(m_server, [&] {
            sandbox::Request request;
            request.method = method;
            request.target = target;
            request.headers = {{"Authorization", "Bearer " + m_key.reveal()}, {"Content-Type", "application/x-www-form-urlencoded"}};
            request.body = body;
            answer = QJsonDocument::fromJson(m_server->engine().handle(request).body).object();
        }, Qt::BlockingQueuedConnection);
        return answer;
    }

protected:
    void run() override
    {
        SystemClock clock;
        sandbox::Options options;
        options.businesses = m_businesses;
        options.months = demo::kMonths;
        options.accountName = QStringLiteral("Countinghouse Demo");
        options.acceptedKeys = {QString::fromLatin1(m_key.reveal())};
        sandbox::SandboxServer server(options, clock);
        m_port = server.start(0);
        m_server = *m_port ? &server : nullptr;
        m_begun.release();
        if (*m_port) {
            exec();
        }
    }

private:
    int m_businesses;
    Secret m_key;
    std::optional<Result<quint16>> m_port;
    sandbox::SandboxServer* m_server = nullptr; // lives in run(), as long as the thread
    QSemaphore m_begun;
};

DemoAccount::~DemoAccount() = default;

Result<std::unique_ptr<DemoAccount>> DemoAccount::start(const QString& dataDir, int businesses)
{
    std::unique_ptr<DemoAccount> made(new DemoAccount);
    if (const Status taken = made->takeFolder(dataDir); !taken) {
        return fail(taken.error());
    }
    if (const Status started = made->startServer(businesses); !started) {
        return fail(started.error());
    }
    return made;
}

Status DemoAccount::takeFolder(const QString& dataDir)
{
    const QDir data(dataDir);
    for (int i = 1; i <= demo::kMostFolders; ++i) {
        const QString name = i == 1 ? QStringLiteral("demo") : QStringLiteral("demo-%1").arg(i);
        m_lock = std::make_unique<QLockFile>(data.filePath(name + QStringLiteral(".lock")));
        m_lock->setStaleLockTime(0);
        if (!m_lock->tryLock(0)) {
            continue;
        }
        m_folder = data.filePath(name);
        if (!QDir(m_folder).removeRecursively()) {
            return fail(ErrorKind::Storage, QStringLiteral("The folder %1 of the demo account cannot be emptied. Check who owns it.").arg(m_folder));
        }
        return access::makePrivateDir(m_folder);
    }
    return fail(ErrorKind::Busy, QStringLiteral("Too many demo accounts are open on %1, or it cannot be written. Close one, or choose another folder with --data-dir.").arg(dataDir));
}

Status DemoAccount::startServer(int businesses)
{
    m_key = demo::makeKey();
    m_server = std::make_unique<Server>(businesses, m_key);
    const Result<quint16> port = m_server->begin();
    if (!port) {
        return fail(port.error());
    }
    m_base = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(*port));
    return {};
}

Result<Secret> DemoAccount::sendWebhooks(const QByteArray& url)
{
    if (!m_webhook.isEmpty()) {
        (void)m_server->ask("DELETE", "/v1/webhook_endpoints/" + m_webhook, {});
        m_webhook.clear();
    }
    if (url.isEmpty()) {
        return Secret();
    }
    const QJsonObject made = m_server->ask("POST", "/v1/webhook_endpoints", "enabled_events[0]=*&url=" + url.toPercentEncoding());
    m_webhook = made[QStringLiteral("id")].toString().toLatin1();
    const QByteArray secret = made[QStringLiteral("secret")].toString().toLatin1();
    return secret.isEmpty() ? Result<Secret>(fail(ErrorKind::Internal, QStringLiteral("The demo account does not send its webhooks here: %1").arg(made[QStringLiteral("error")][QStringLiteral("message")].toString())))
                            : Secret(secret);
}

} // namespace ch::workspace
