// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/ResourceLimits.h"

namespace ch::sandbox {

namespace resource_limits {

constexpr size_t kIntentUpdates = 1000, kQuantityUpdates = 200;
constexpr int kInvoicesAMinute = 10, kInvoicesADay = 20;
constexpr qint64 kHour = 3600;

/// Whether the request asks for an invoice of the subscription now.
bool invoices(const Endpoint& endpoint, const Node& params)
{
    if (endpoint.path == "/v1/invoices")
        return params.has("subscription");
    if (endpoint.method == "DELETE")
        return endpoint.path == "/v1/subscriptions/{id}" && params.boolean("invoice_now");
    return params.text("proration_behavior") == "always_invoice" || params.text("billing_cycle_anchor") == "now"
        || (params.text("trial_end") == "now" && endpoint.path.startsWith("/v1/subscriptions/")) || endpoint.path == "/v1/subscriptions/{id}/resume";
}

bool changesQuantity(const Endpoint& endpoint, const Node& params)
{
    if (endpoint.path == "/v1/subscription_items/{id}")
        return params.has("quantity");
    const Node* items = endpoint.path == "/v1/subscriptions/{id}" ? params.find("items") : nullptr;
    return items && std::any_of(items->children.begin(), items->children.end(), [](const Node& item) { return item.has("quantity"); });
}

Index subscriptionOf(const State& state, const Endpoint& endpoint, const Call& call)
{
    if (endpoint.path == "/v1/invoices")
        return state.find(Kind::Subscription, call.params.text("subscription"));
    if (endpoint.path.startsWith("/v1/subscriptions/{id}"))
        return state.find(Kind::Subscription, call.id);
    if (!endpoint.path.startsWith("/v1/subscription_items"))
        return kNone;
    const Index item = state.find(Kind::Item, call.id);
    return item == kNone ? state.find(Kind::Subscription, call.params.text("subscription")) : state.subscriptionOfItem(item);
}

bool hasManyInvoices(const State& state, const Subscription& subscription)
{
    const qint64 now = state.timeOf(subscription.customer);
    int minute = 0, day = 0;
    for (const Index row : state.invoicesOf(subscription.customer)) {
        const Invoice& invoice = state.invoices[row];
        if (invoice.subscription != subscription.self)
            continue;
        minute += invoice.created > now - 60;
        day += invoice.created > now - kDay;
    }
    return minute >= kInvoicesAMinute || day >= kInvoicesADay;
}

} // namespace resource_limits

bool ResourceLimits::isBeyond(const QByteArray& what, size_t most, qint64 now)
{
    std::deque<qint64>& times = m_lastHour[what];
    while (!times.empty() && times.front() <= now - resource_limits::kHour)
        times.pop_front();
    if (times.size() >= most)
        return true;
    times.push_back(now);
    return false;
}

std::optional<Fault> ResourceLimits::take(const State& state, const Endpoint& endpoint, const Call& call)
{
    using namespace resource_limits;
    if (endpoint.method == "GET")
        return std::nullopt;
    if (endpoint.path.startsWith("/v1/payment_intents/{id}")) {
        const bool beyond = state.find(Kind::PaymentIntent, call.id) != kNone && isBeyond(call.id, kIntentUpdates, state.now);
        return beyond ? std::optional(rateLimited("resource-specific")) : std::nullopt;
    }
    const Index subscription = subscriptionOf(state, endpoint, call);
    if (subscription == kNone)
        return std::nullopt;
    if (invoices(endpoint, call.params) && hasManyInvoices(state, state.subscriptions[subscription]))
        return rateLimited("resource-specific");
    if (changesQuantity(endpoint, call.params) && isBeyond("quantity " + QByteArray::number(subscription), kQuantityUpdates, state.now))
        return rateLimited("resource-specific");
    return std::nullopt;
}

Fault rateLimited(const QByteArray& reason)
{
    const bool lock = reason == "lock_timeout";
    Fault fault = invalid(lock ? "This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this "
                                 "error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single "
                                 "object, make your requests serially or at a lower rate. For more details, see https://stripe.com/docs/rate-limits#object-lock-timeouts."
                               : "Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.",
                          {}, lock ? "lock_timeout" : "rate_limit");
    fault.status = 429;
    fault.reason = lock ? QByteArray() : reason;
    fault.beforeExecution = true;
    return fault;
}

QList<QByteArray> writtenObjects(const Endpoint& endpoint, const Call& call)
{
    QList<QByteArray> out;
    if (endpoint.path == "/v1/billing/meter_events") {
        const Node* payload = call.params.find("payload");
        return {"meter " + call.params.text("event_name") + ' ' + (payload ? payload->text("stripe_customer_id") : QByteArray())};
    }
    if (!call.id.isEmpty())
        out.append(endpoint.path.split('/').value(2) + ' ' + call.id);
    for (const char* param : {"customer", "subscription", "invoice", "payment_intent", "charge"}) {
        if (const QByteArray id = call.params.text(param); !id.isEmpty())
            out.append(QByteArray(param) + "s " + id);
    }
    return out;
}

} // namespace ch::sandbox
