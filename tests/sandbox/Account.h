// SPDX-License-Identifier: GPL-3.0-or-later
// An engine on a fake clock, asked as a client would ask it, without a socket.
#pragma once

#include "sandbox/Engine.h"
#include "support/FakeClock.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace ch::test {

class Account {
public:
    explicit Account(const sandbox::Options& options = small()) : engine(options, clock) {}

    static sandbox::Options small()
    {
        sandbox::Options options;
        options.businesses = 120;
        options.months = 18;
        return options;
    }
    static sandbox::Options empty()
    {
        sandbox::Options options;
        options.businesses = 0;
        options.testClockObjects = 0;
        return options;
    }
    static QByteArray key(const char* kind = "sk", const char* mode = "test", const char* rest = "abcdefgh1234")
    {
        return QByteArray(kind) + '_' + mode + '_' + rest;
    }

    struct Got {
        int status = 0;
        QJsonObject json;
        QByteArray body;
        sandbox::Headers headers;
        [[nodiscard]] QJsonObject error() const { return json["error"].toObject(); }
        [[nodiscard]] QString message() const { return error()["message"].toString(); }
        [[nodiscard]] QString code() const { return error()["code"].toString(); }
        [[nodiscard]] QString param() const { return error()["param"].toString(); }
        [[nodiscard]] QString id() const { return json["id"].toString(); }
        [[nodiscard]] QJsonArray data() const { return json["data"].toArray(); }
        [[nodiscard]] QByteArray header(const char* name) const
        {
            for (const auto& header : headers) {
                if (qstricmp(header.first.constData(), name) == 0)
                    return header.second;
            }
            return {};
        }
    };

    Got send(const QByteArray& method, const QByteArray& target, const QByteArray& body = {}, const sandbox::Headers& more = {},
             const QByteArray& authorization = "Bearer " + key())
    {
        sandbox::Request request{method, target, more, body};
        if (!authorization.isEmpty())
            request.headers.append({"Authorization", authorization});
        const sandbox::Reply reply = engine.handle(request);
        return {reply.status, QJsonDocument::fromJson(reply.body).object(), reply.body, reply.headers};
    }
    Got get(const QByteArray& target) { return send("GET", target); }
    Got post(const QByteArray& target, const QByteArray& body = {}) { return send("POST", target, body); }
    Got del(const QByteArray& target) { return send("DELETE", target); }
    Got post(const QByteArray& target, const QByteArray& body, const QByteArray& idempotencyKey)
    {
        return send("POST", target, body, {{"Idempotency-Key", idempotencyKey}});
    }

    /// Every object of a list, newest first, page by page.
    QList<QJsonObject> walk(const QByteArray& path, const QByteArray& filter = {}, int limit = 100)
    {
        QList<QJsonObject> all;
        QByteArray cursor;
        for (;;) {
            const Got page = get(path + "?limit=" + QByteArray::number(limit) + (filter.isEmpty() ? "" : '&' + filter) + cursor);
            for (const QJsonValue& value : page.data())
                all.append(value.toObject());
            if (!page.json["has_more"].toBool() || page.status != 200)
                return all;
            cursor = "&starting_after=" + all.last()["id"].toString().toLatin1();
        }
    }

    /// A monthly price of so many cents; returns its id.
    QByteArray makePrice(const QByteArray& amount = "1000", const QByteArray& more = {})
    {
        return post("/v1/prices", "currency=usd&unit_amount=" + amount + "&recurring[interval]=month&product_data[name]=Thing" + more).id().toLatin1();
    }
    QByteArray makeCustomer(const QByteArray& body = "name=Someone")
    {
        return post("/v1/customers", body).id().toLatin1();
    }
    /// A customer whose card works, or fails when charged.
    QByteArray makePayer(const QByteArray& card = "pm_card_visa")
    {
        const QByteArray id = makeCustomer();
        const QByteArray method = post("/v1/payment_methods/" + card + "/attach", "customer=" + id).id().toLatin1();
        post("/v1/customers/" + id, "invoice_settings[default_payment_method]=" + method);
        return id;
    }
    Got subscribe(const QByteArray& customer, const QByteArray& price, const QByteArray& more = {})
    {
        return post("/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + price + more);
    }

    FakeClock clock;
    sandbox::Engine engine;
};

} // namespace ch::test
