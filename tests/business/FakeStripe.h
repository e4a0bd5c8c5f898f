// SPDX-License-Identifier: GPL-3.0-or-later
// The few endpoints that a take-down uses, at the transport seam, with faults at the n-th request. An unknown request fails the test.
// Behaves as Stripe does where it matters here: a second cancel is 404 though reading works, a deleted customer reads as a stub and
// its list of subscriptions is empty, a POST is kept under its idempotency key, a 500 too.
#pragma once

#include "http/Transport.h"

#include <QJsonObject>
#include <QUrlQuery>
#include <map>

namespace ch::test {

enum class Fault { None, ServerError, RefusedError, LostBefore, LostAfter };

class FakeStripe final : public http::Transport {
public:
    struct Customer {
        QJsonObject metadata;
        bool deleted = false;
    };
    struct Subscription {
        QString id;
        QString customer;
        QString status = QStringLiteral("active");
        QJsonObject metadata;
    };

    http::ReplyJob* send(const http::Request& request, QObject* parent) override;

    void addCustomer(const QString& id, const QString& businessId);
    void addSubscription(const QString& id, const QString& customer, const QString& status = QStringLiteral("active"));
    [[nodiscard]] QString statusOf(const QString& subscription) const;
    [[nodiscard]] QByteArray customerJson(const QString& id) const;
    [[nodiscard]] QByteArray subscriptionJson(const QString& id) const;

    std::map<QString, Customer> customers;
    std::vector<Subscription> subscriptions; ///< newest first
    std::map<QString, QString> intents;      ///< id, status
    std::map<QByteArray, http::Reply> kept;  ///< by idempotency key

    int faultAt = 0;                         ///< 1: the first request from now
    Fault fault = Fault::None;
    int sent = 0;
    bool holdWrites = false;                 ///< writes get no answer until their job is cancelled
    QStringList lines;                       ///< "DELETE /v1/subscriptions/sub_1"
    QList<QUrlQuery> queries;
    QList<QByteArray> keys;
    QStringList faults;                      ///< requests that this fake does not know: must stay empty
    int deletedWhileLive = 0;                ///< customers deleted that still had a subscription not ended: must stay 0

    [[nodiscard]] int writes() const;

private:
    http::Reply answer(const http::Request& request);
    http::Reply onSubscription(const QByteArray& method, const QString& id);
    http::Reply onCustomer(const QByteArray& method, const QString& id);
    http::Reply onIntent(const QByteArray& method, const QString& id);
    http::Reply listSubscriptions(const QUrlQuery& query);
    http::Reply reply(int status, const QByteArray& body);
    http::Reply missing(const QString& what, const QString& id);
};

} // namespace ch::test
