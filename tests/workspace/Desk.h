// SPDX-License-Identifier: GPL-3.0-or-later
// A workspace that has synced a simulated account over sockets and keeps it fresh by events.
#pragma once

#include "workspace/House.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace ch::test {

struct Desk {
    Desk()
    {
        open = ended(workspace::Workspace::open(keyOptions(dir.path(), stripe), vault, clock, &owner)).value();
        isRead = ended(open->sync(&owner)).has_value();
        open->startFeed();
    }
    QJsonObject ask(const QByteArray& method, const QByteArray& target, const QByteArray& body = {})
    {
        const sandbox::Reply reply = stripe.server->engine().handle({method, target, {{"Authorization", QByteArray("Bearer ") + madeKey().reveal()}}, body});
        return QJsonDocument::fromJson(reply.body).object();
    }
    bool comes(const std::function<bool()>& seen)
    {
        open->pollSoon();
        return QTest::qWaitFor(seen, kLongestMs);
    }
    /// A business of ours with one living subscription.
    store::Business single()
    {
        store::Business found;
        (void)open->reader().forEachBusiness(false, [&](const store::Business& business) {
            const bool isFit = business.status == QLatin1String("active") && !business.isConflict() && business.subscriptionIds.size() == 1;
            found = isFit && found.businessId.isEmpty() ? business : found;
        });
        return found;
    }

    Account stripe;
    QTemporaryDir dir;
    access::SessionVault vault;
    SystemClock clock;
    QObject owner;
    std::shared_ptr<workspace::Workspace> open;
    bool isRead = false;
};

} // namespace ch::test
