// SPDX-License-Identifier: GPL-3.0-or-later
// What the workspace's tests stand on: the simulated account behind a real socket, a data folder, vaults that refuse, and waiting for
// a job with the event loop running.
#pragma once

#include "sandbox/SandboxServer.h"
#include "support/Files.h"
#include "workspace/Workspace.h"

#include <QTemporaryDir>
#include <QtTest>

namespace ch::test {

inline constexpr int kLongestMs = 60'000;

/// Put together at run time; tail tells keys apart.
inline Secret madeKey(const QByteArray& tail = "4242", const QByteArray& kind = "sk", const QByteArray& mode = "test")
{
    return Secret(kind + "_" + mode + "_" + QByteArray(20, 'k') + tail);
}

template <typename T>
Result<T> ended(ResultJob<T>* job)
{
    std::optional<Result<T>> seen;
    QObject context;
    job->onFinished(&context, [&seen](const Result<T>& result) { seen = result; });
    (void)QTest::qWaitFor([&seen] { return seen.has_value(); }, kLongestMs);
    return seen ? *seen : Result<T>(fail(ErrorKind::Internal, QStringLiteral("the job never finished")));
}

/// A keychain that is not there.
class NoVault final : public access::Vault {
public:
    ResultJob<Secret>* read(const QString&, QObject* parent) override { return new SimpleJob<Secret>(parent, fail(refusal())); }
    ResultJob<bool>* write(const QString&, const Secret&, QObject* parent) override { return new SimpleJob<bool>(parent, fail(refusal())); }
    ResultJob<bool>* remove(const QString&, QObject* parent) override { return new SimpleJob<bool>(parent, fail(refusal())); }
    static Error refusal()
    {
        Error error;
        error.kind = ErrorKind::Vault;
        error.code = QStringLiteral("no_keychain");
        error.message = QStringLiteral("No keychain.");
        return error;
    }
};

struct Account {
    explicit Account(quint64 seed = 1, int businesses = 12, const std::function<void(sandbox::Options&)>& adjust = {})
    {
        sandbox::Options options;
        options.businesses = businesses;
        options.months = 4;
        options.seed = seed;
        if (adjust) {
            adjust(options);
        }
        server = std::make_unique<sandbox::SandboxServer>(options, clock);
        port = server->start().value_or(0);
    }
    [[nodiscard]] QUrl base() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port)); }

    SystemClock clock;
    std::unique_ptr<sandbox::SandboxServer> server;
    quint16 port = 0;
};

inline workspace::OpenOptions keyOptions(const QString& dataDir, const Account& account, const Secret& key = madeKey())
{
    workspace::OpenOptions options;
    options.dataDir = dataDir;
    options.apiBase = account.base();
    options.key = key;
    return options;
}

} // namespace ch::test
