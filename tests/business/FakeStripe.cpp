// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/FakeStripe.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace ch::test {

namespace {

QByteArray compact(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// Never ends by itself: what is on the wire while a person presses stop.
class HeldJob final : public http::ReplyJob {
public:
    explicit HeldJob(QObject* parent) : ResultJob(parent) {}
    void cancel() override
    {
        Error error;
        error.kind = ErrorKind::Cancelled;
        error.outcomeKnown = false;
        settle(fail(error));
    }
};

} // namespace

void FakeStripe::addCustomer(const QString& id, const QString& businessId)
{
    Customer customer;
    if (!businessId.isEmpty()) {
        customer.metadata = {{QStringLiteral("business_id"), businessId}, {QStringLiteral("business_type"), QStringLiteral("saas")}};
    }
    customers[id] = customer;
}

void FakeStripe::addSubscription(const QString& id, const QString& customer, const QString& status)
{
    subscriptions.insert(subscriptions.begin(), Subscription{id, customer, status, {}});
}

QString FakeStripe::statusOf(const QString& subscription) const
{
    for (const Subscription& candidate : subscriptions) {
        if (candidate.id == subscription) {
            return candidate.status;
        }
    }
    return {};
}

int FakeStripe::writes() const
{
    return static_cast<int>(std::count_if(lines.begin(), lines.end(), [](const QString& line) { return !line.startsWith(QLatin1String("GET")); }));
}

QByteArray FakeStripe::customerJson(const QString& id) const
{
    const Customer& customer = customers.at(id);
    if (customer.deleted) {
        return compact({{QStringLiteral("id"), id}, {QStringLiteral("object"), QStringLiteral("customer")}, {QStringLiteral("deleted"), true}});
    }
    return compact({{QStringLiteral("id"), id}, {QStringLiteral("object"), QStringLiteral("customer")}, {QStringLiteral("created"), 1700000000},
        {QStringLiteral("livemode"), false}, {QStringLiteral("name"), QStringLiteral("Jane Roe")}, {QStringLiteral("email"), QStringLiteral("jane.roe@example.com")},
        {QStringLiteral("metadata"), customer.metadata}, {QStringLiteral("balance"), 0}, {QStringLiteral("delinquent"), false}});
}

QByteArray FakeStripe::subscriptionJson(const QString& id) const
{
    for (const Subscription& s : subscriptions) {
        if (s.id != id) {
            continue;
        }
        const QJsonObject price{{QStringLiteral("id"), QStringLiteral("price_1")}, {QStringLiteral("object"), QStringLiteral("price")},
            {QStringLiteral("active"), true}, {QStringLiteral("currency"), QStringLiteral("usd")}, {QStringLiteral("type"), QStringLiteral("recurring")},
            {QStringLiteral("billing_scheme"), QStringLiteral("per_unit")}, {QStringLiteral("unit_amount"), 500}, {QStringLiteral("unit_amount_decimal"), QStringLiteral("500")},
            {QStringLiteral("product"), QStringLiteral("prod_1")}, {QStringLiteral("created"), 1700000000}, {QStringLiteral("livemode"), false},
            {QStringLiteral("recurring"), QJsonObject{{QStringLiteral("interval"), QStringLiteral("month")}, {QStringLiteral("interval_count"), 1}, {QStringLiteral("usage_type"), QStringLiteral("licensed")}}}};
        const QJsonObject item{{QStringLiteral("id"), QStringLiteral("si_") + id.mid(4)}, {QStringLiteral("object"), QStringLiteral("subscription_item")}, {QStringLiteral("quantity"), 1},
            {QStringLiteral("created"), 1700000000}, {QStringLiteral("current_period_start"), 1700000000}, {QStringLiteral("current_period_end"), 1800000000}, {QStringLiteral("price"), price}};
        QJsonObject object{{QStringLiteral("id"), id}, {QStringLiteral("object"), QStringLiteral("subscription")}, {QStringLiteral("customer"), s.customer},
            {QStringLiteral("status"), s.status}, {QStringLiteral("currency"), QStringLiteral("usd")}, {QStringLiteral("created"), 1700000000}, {QStringLiteral("start_date"), 1700000000},
            {QStringLiteral("livemode"), false}, {QStringLiteral("metadata"), s.metadata}, {QStringLiteral("cancel_at_period_end"), false}, {QStringLiteral("discounts"), QJsonArray()},
            {QStringLiteral("items"), QJsonObject{{QStringLiteral("object"), QStringLiteral("list")}, {QStringLiteral("data"), QJsonArray{item}}, {QStringLiteral("has_more"), false}, {QStringLiteral("url"), QStringLiteral("/v1/subscription_items")}}}};
        if (s.status == QLatin1String("canceled")) {
            object.insert(QStringLiteral("canceled_at"), 1793491200);
            object.insert(QStringLiteral("ended_at"), 1793491200);
        }
        return compact(object);
    }
    return {};
}

http::Reply FakeStripe::reply(int status, const QByteArray& body)
{
    http::Reply made;
    made.status = status;
    made.body = body;
    made.headers = {{"Request-Id", "req_" + QByteArray::number(sent)}, {"Content-Type", "application/json"}};
    return made;
}

http::Reply FakeStripe::missing(const QString& what, const QString& id)
{
    return reply(404, compact({{QStringLiteral("error"), QJsonObject{{QStringLiteral("type"), QStringLiteral("invalid_request_error")}, {QStringLiteral("code"), QStringLiteral("resource_missing")},
        {QStringLiteral("param"), QStringLiteral("id")}, {QStringLiteral("message"), QStringLiteral("No such %1: '%2'").arg(what, id)}}}}));
}

http::Reply FakeStripe::listSubscriptions(const QUrlQuery& query)
{
    const QString customer = query.queryItemValue(QStringLiteral("customer"));
    if (!customers.contains(customer)) {
        return missing(QStringLiteral("customer"), customer);
    }
    if (query.queryItemValue(QStringLiteral("status")) != QLatin1String("all")) {
        faults << QStringLiteral("list without status=all");
    }
    const QString after = query.queryItemValue(QStringLiteral("starting_after"));
    const int limit = query.queryItemValue(QStringLiteral("limit")).toInt();
    bool begun = after.isEmpty();
    bool more = false;
    QByteArray data;
    int count = 0;
    for (const Subscription& s : subscriptions) {
        if (s.customer == customer && begun && !customers[customer].deleted) {
            if (count == limit) {
                more = true;
                break;
            }
            data += (count++ ? "," : "") + subscriptionJson(s.id);
        }
        begun = begun || s.id == after;
    }
    return reply(200, "{\"object\":\"list\",\"url\":\"/v1/subscriptions\",\"has_more\":" + QByteArray(more ? "true" : "false") + ",\"data\":[" + data + "]}");
}

http::Reply FakeStripe::onSubscription(const QByteArray& method, const QString& id)
{
    for (Subscription& s : subscriptions) {
        if (s.id != id) {
            continue;
        }
        if (method == "DELETE") {
            if (s.status == QLatin1String("canceled")) {
                return missing(QStringLiteral("subscription"), id);
            }
            s.status = QStringLiteral("canceled");
        }
        return reply(200, subscriptionJson(id));
    }
    return missing(QStringLiteral("subscription"), id);
}

http::Reply FakeStripe::onCustomer(const QByteArray& method, const QString& id)
{
    const auto found = customers.find(id);
    if (found == customers.end() || (method == "DELETE" && found->second.deleted)) {
        return missing(QStringLiteral("customer"), id);
    }
    if (method == "DELETE") {
        for (const Subscription& s : subscriptions) {
            deletedWhileLive += s.customer == id && s.status != QLatin1String("canceled") && s.status != QLatin1String("incomplete_expired") ? 1 : 0;
        }
        found->second.deleted = true;
    }
    return reply(200, customerJson(id));
}

http::Reply FakeStripe::onIntent(const QByteArray& method, const QString& id)
{
    const auto found = intents.find(id);
    if (found == intents.end()) {
        return missing(QStringLiteral("payment_intent"), id);
    }
    if (method == "POST") {
        if (found->second == QLatin1String("succeeded") || found->second == QLatin1String("canceled")) {
            return reply(400, compact({{QStringLiteral("error"), QJsonObject{{QStringLiteral("type"), QStringLiteral("invalid_request_error")}, {QStringLiteral("code"), QStringLiteral("payment_intent_unexpected_state")},
                {QStringLiteral("message"), QStringLiteral("You cannot cancel this PaymentIntent because it has a status of %1.").arg(found->second)}}}}));
        }
        found->second = QStringLiteral("canceled");
    }
    return reply(200, compact({{QStringLiteral("id"), id}, {QStringLiteral("object"), QStringLiteral("payment_intent")}, {QStringLiteral("status"), found->second}, {QStringLiteral("amount"), 500},
        {QStringLiteral("currency"), QStringLiteral("usd")}, {QStringLiteral("created"), 1700000000}, {QStringLiteral("livemode"), false}, {QStringLiteral("metadata"), QJsonObject()}}));
}

http::Reply FakeStripe::answer(const http::Request& request)
{
    const QString path = request.url.path();
    const QStringList parts = path.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    if (request.method == "GET" && path == QLatin1String("/v1/subscriptions")) {
        return listSubscriptions(QUrlQuery(request.url));
    }
    if (parts.size() == 3 && parts[1] == QLatin1String("subscriptions") && request.method != "POST") {
        return onSubscription(request.method, parts[2]);
    }
    if (parts.size() == 3 && parts[1] == QLatin1String("customers") && request.method != "POST") {
        return onCustomer(request.method, parts[2]);
    }
    if (parts.size() >= 3 && parts[1] == QLatin1String("payment_intents") && (request.method == "GET") == (parts.size() == 3)) {
        return onIntent(request.method, parts[2]);
    }
    faults << QString::fromLatin1(request.method) + QLatin1Char(' ') + path;
    return reply(500, "{}");
}

http::ReplyJob* FakeStripe::send(const http::Request& request, QObject* parent)
{
    ++sent;
    lines << QString::fromLatin1(request.method) + QLatin1Char(' ') + request.url.path();
    queries << QUrlQuery(request.url.query(QUrl::FullyDecoded));
    QByteArray key;
    for (const http::Header& header : request.headers) {
        key = header.name.compare("Idempotency-Key", Qt::CaseInsensitive) == 0 ? header.value : key;
    }
    keys << key;
    if (holdWrites && request.method != "GET") {
        return new HeldJob(parent);
    }
    const Fault now = faultAt == sent ? fault : Fault::None;
    Error lost;
    lost.kind = ErrorKind::Network;
    lost.message = QStringLiteral("The connection was closed without an answer.");
    lost.outcomeKnown = request.method == "GET";
    if (now == Fault::LostBefore) {
        return new SimpleJob<http::Reply>(parent, fail(lost));
    }
    http::Reply made;
    if (!key.isEmpty() && kept.contains(key)) {
        made = kept[key];
        made.headers << http::Header{"Idempotent-Replayed", "true"};
    } else if (now == Fault::ServerError || now == Fault::RefusedError) {
        const bool refused = now == Fault::RefusedError;
        made = reply(refused ? 400 : 500, compact({{QStringLiteral("error"), QJsonObject{{QStringLiteral("type"), refused ? QStringLiteral("invalid_request_error") : QStringLiteral("api_error")},
            {QStringLiteral("message"), QStringLiteral("No.")}, {QStringLiteral("code"), refused ? QStringLiteral("status_transition_invalid") : QString()}}}}));
    } else {
        made = answer(request);
    }
    if (!key.isEmpty()) {
        kept[key] = made;
    }
    if (now == Fault::LostAfter) {
        return new SimpleJob<http::Reply>(parent, fail(lost));
    }
    return new SimpleJob<http::Reply>(parent, made);
}

} // namespace ch::test
