// SPDX-License-Identifier: GPL-3.0-or-later
// Events of subscriptions, in FactsMaker: how a subscription was after, and from previous_attributes how it was before. Arrays stand there
// whole (docs.stripe.com/api/events/object).
#include "revenue/FactsMaker.h"
#include "stripe/Parse.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace ch::revenue {

namespace {

/// The subscription as it was before: what it is with its previous attributes laid over it.
Result<stripe::Subscription> before(const QJsonObject& object, const QJsonObject& previous)
{
    QJsonObject was = object;
    for (auto field = previous.begin(); field != previous.end(); ++field) {
        if (field->isObject() && was.value(field.key()).isObject()) {
            QJsonObject inner = was.value(field.key()).toObject();
            const QJsonObject changed = field->toObject();
            for (auto part = changed.begin(); part != changed.end(); ++part) {
                inner.insert(part.key(), *part);
            }
            was.insert(field.key(), inner);
        } else {
            was.insert(field.key(), *field);
        }
    }
    return stripe::parseObject<stripe::Subscription>(QJsonDocument(was).toJson(QJsonDocument::Compact));
}

} // namespace

Span FactsMaker::sightsOf(const std::vector<stripe::SubscriptionItem>& items, Ref currency)
{
    const Span span{quint32(m_facts.sights.size()), quint32(m_facts.sights.size() + items.size())};
    for (const stripe::SubscriptionItem& item : items) {
        m_facts.sights.push_back({m_facts.ids.of(item.id), priceIndex(m_facts.ids.of(item.price.id), currency), item.quantity.value_or(1)});
    }
    return span;
}

void FactsMaker::addEvent(const stripe::Event& event, QByteArrayView json)
{
    const SubscriptionFacts* subscription = event.type.startsWith(QLatin1String("customer.subscription.")) ? known(event.objectId.toStdString()) : nullptr;
    if (subscription == nullptr) {
        return;
    }
    const QJsonObject data = QJsonDocument::fromJson(QByteArray(json.data(), json.size())).object().value(QStringLiteral("data")).toObject();
    const QJsonObject object = data.value(QStringLiteral("object")).toObject();
    const QJsonObject previous = data.value(QStringLiteral("previous_attributes")).toObject();
    const Result<stripe::Subscription> now = stripe::parseObject<stripe::Subscription>(QJsonDocument(object).toJson(QJsonDocument::Compact));
    const Result<stripe::Subscription> was = now && !previous.isEmpty() ? before(object, previous) : now;
    if (!now || !was || !now->itemsComplete) {
        return;
    }
    static const auto kStatus = [](const stripe::Subscription& s) { return subscriptionStatus(s.status.toStdString()); };
    EventFacts facts;
    facts.subscription = subscription->id;
    facts.id = m_facts.ids.of(event.id);
    facts.at = event.created;
    facts.made = event.type == QLatin1String("customer.subscription.created");
    facts.itemsChanged = previous.contains(QStringLiteral("items")) && was->itemsComplete;
    facts.itemsKept = !facts.made && !previous.contains(QStringLiteral("items"));
    facts.discountsShown = object.value(QStringLiteral("discounts")).isArray();
    const Ref currency = subscription->currency;
    facts.after = sightsOf(now->items, currency);
    if (facts.itemsChanged) {
        facts.before = sightsOf(was->items, currency);
    }
    facts.statusAfter = kStatus(*now);
    facts.statusBefore = kStatus(*was);
    facts.pauseAfter = subscriptionPause(now->pauseCollection);
    facts.pauseBefore = subscriptionPause(was->pauseCollection);
    m_facts.events.push_back(facts);
    seeDiscounts(*was, *now, facts.subscription, facts.id, facts.at);
}

} // namespace ch::revenue
