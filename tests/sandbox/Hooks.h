// SPDX-License-Identifier: GPL-3.0-or-later
// Webhook endpoints of a simulated account, and its deliveries taken and answered without a socket; what several test classes share.
#pragma once

#include "sandbox/Account.h"
#include "sandbox/Deliveries.h"

#include <QMessageAuthenticationCode>

namespace ch::test {

class Hooks {
protected:
    static constexpr const char* kHook = "http://127.0.0.1:4242/hook";

    static QByteArray hook(Account& a, const QByteArray& more = "&enabled_events[]=*", const QByteArray& url = kHook)
    {
        return a.post("/v1/webhook_endpoints", "url=" + url + more).id().toLatin1();
    }
    static QList<sandbox::Delivery> take(Account& a)
    {
        a.engine.advanceTo(a.clock.nowSeconds());
        const std::vector<sandbox::Delivery> taken = a.engine.deliveries().take();
        return {taken.begin(), taken.end()};
    }
    static QJsonObject eventOf(const sandbox::Delivery& delivery) { return QJsonDocument::fromJson(delivery.body).object(); }
    static QByteArray header(const sandbox::Delivery& delivery, const QByteArray& name)
    {
        for (const auto& [key, value] : delivery.headers) {
            if (key == name)
                return value;
        }
        return {};
    }
    /// Takes and answers until nothing is due; the names of the customers told of, in their order.
    static QStringList drain(Account& a, int status = 200)
    {
        QStringList names;
        for (QList<sandbox::Delivery> due = take(a); !due.isEmpty(); due = take(a)) {
            for (const sandbox::Delivery& one : due) {
                names << eventOf(one)["data"].toObject()["object"].toObject()["name"].toString();
                a.engine.deliveries().end(one.number, status);
            }
        }
        return names;
    }
    /// As many customers, named by their numbers; the names.
    static QStringList makeMany(Account& a, int count)
    {
        QStringList names;
        for (int i = 0; i < count; ++i) {
            names << QString::number(i);
            a.makeCustomer("name=" + QByteArray::number(i));
        }
        return names;
    }
    static int pending(Account& a, const QString& id) { return a.get("/v1/events/" + id.toLatin1()).json["pending_webhooks"].toInt(-1); }
    static QByteArray hmac(const QByteArray& secret, const QByteArray& text)
    {
        return QMessageAuthenticationCode::hash(text, secret, QCryptographicHash::Sha256).toHex();
    }
    static QJsonObject report(Account& a) { return QJsonDocument::fromJson(a.engine.deliveries().report()).object(); }
};

} // namespace ch::test
