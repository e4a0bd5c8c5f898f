// SPDX-License-Identifier: GPL-3.0-or-later
// The demo account: the sandbox's server on loopback in a thread of its own, with a key made at this start and a folder that is emptied.
// A lock keeps a second demo out of the folder; that one gets a folder of its own. Ends its thread when it goes. Made and destroyed in
// one thread, which it keeps waiting until the account is made up (some milliseconds for 300 businesses).
#pragma once

#include "base/Error.h"
#include "base/Secret.h"

#include <QLockFile>
#include <QString>
#include <QUrl>
#include <memory>

namespace ch::workspace {

class DemoAccount {
public:
    [[nodiscard]] static Result<std::unique_ptr<DemoAccount>> start(const QString& dataDir, int businesses);
    ~DemoAccount();

    [[nodiscard]] QUrl base() const { return m_base; }
    [[nodiscard]] Secret key() const { return m_key; }
    [[nodiscard]] QString folder() const { return m_folder; }
    /// Has the account send all its webhooks to a URL of this computer from now on, and to no other; empty: to none. The secret that it signs
    /// with.
    [[nodiscard]] Result<Secret> sendWebhooks(const QByteArray& url);

private:
    DemoAccount() = default;
    Status takeFolder(const QString& dataDir);
    Status startServer(int businesses);

    class Server;
    std::unique_ptr<QLockFile> m_lock;
    std::unique_ptr<Server> m_server;
    QUrl m_base;
    Secret m_key;
    QString m_folder;
    QByteArray m_webhook;   ///< id of the endpoint that is sent to; empty: none
};

} // namespace ch::workspace
