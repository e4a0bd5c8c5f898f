// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/Account.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace ch::sim {

namespace {

QByteArray dashboardKey()
{
    return QByteArray("sk_") + "test_" + QByteArray(20, 'k') + "4242";
}

sandbox::Reply asked(sandbox::Engine& engine, const QByteArray& method, const QByteArray& target, const QByteArray& body)
{
    sandbox::Request request;
    request.method = method;
    request.target = target;
    request.headers = {{"Authorization", "Bearer " + dashboardKey()}};
    request.body = body;
    return engine.handle(request);
}

sandbox::Options emptyAccount()
{
    sandbox::Options options;
    options.businesses = 0;
    options.months = 0;
    options.testClockObjects = 0;
    return options;
}

/// Products and prices as "prices ensure" makes them, and a dearer price to move to.
const QByteArray& savedAccount()
{
    static const QByteArray kSaved = [] {
        SimClock clock;
        sandbox::Engine engine(emptyAccount(), clock);
        for (const QByteArray type : {"saas", "ecommerce", "content", "api", "tool"}) {
            (void)asked(engine, "POST", "/v1/products", "id=countinghouse_" + type + "&name=" + type);
            (void)asked(engine, "POST", "/v1/prices", "product=countinghouse_" + type + "&currency=usd&unit_amount=500&recurring[interval]=month&lookup_key=countinghouse_" + type + "_monthly");
        }
        (void)asked(engine, "POST", "/v1/prices", "product=countinghouse_saas&currency=usd&unit_amount=900&recurring[interval]=month&lookup_key=dearer");
        return engine.save();
    }();
    return kSaved;
}

} // namespace

Account::Account(SimClock& clock) : m_engine(*sandbox::Engine::load(savedAccount(), emptyAccount(), clock)) {}

sandbox::Reply Account::ask(const QByteArray& method, const QByteArray& target, const QByteArray& body)
{
    return asked(*m_engine, method, target, body);
}

QList<QJsonObject> Account::all(const QByteArray& path)
{
    QList<QJsonObject> found;
    bool more = true;
    while (more) {
        QByteArray target = path + (path.contains('?') ? "&limit=100" : "?limit=100");
        if (!found.isEmpty()) {
            target += "&starting_after=" + found.last().value(QStringLiteral("id")).toString().toLatin1();
        }
        const QJsonObject page = QJsonDocument::fromJson(ask("GET", target).body).object();
        for (const QJsonValue& value : page.value(QStringLiteral("data")).toArray()) {
            found << value.toObject();
        }
        more = page.value(QStringLiteral("has_more")).toBool();
    }
    return found;
}

QList<QJsonObject> Account::customers(const QString& businessId)
{
    QList<QJsonObject> found;
    for (const QJsonObject& customer : all("/v1/customers")) {
        if (customer.value(QStringLiteral("metadata")).toObject().value(QStringLiteral("business_id")).toString() == businessId) {
            found << customer;
        }
    }
    return found;
}

QList<QJsonObject> Account::subscriptions(const QString& businessId, bool livingOnly)
{
    QList<QJsonObject> found;
    for (const QJsonObject& subscription : all("/v1/subscriptions?status=all")) {
        const bool isOfBusiness = subscription.value(QStringLiteral("metadata")).toObject().value(QStringLiteral("business_id")).toString() == businessId;
        if (isOfBusiness && !(livingOnly && isEnded(subscription))) {
            found << subscription;
        }
    }
    return found;
}

bool Account::isEnded(const QJsonObject& subscription)
{
    const QString status = subscription.value(QStringLiteral("status")).toString();
    return status == QLatin1String("canceled") || status == QLatin1String("incomplete_expired");
}

} // namespace ch::sim
