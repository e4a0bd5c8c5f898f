// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/FactsMaker.h"

#include <algorithm>
#include <numeric>

namespace ch::revenue {

namespace {

constexpr quint32 kNoPlace = 0xffffffffU;

EndReason endReasonOf(const QString& reason)
{
    return reason == QLatin1String("payment_failed") || reason == QLatin1String("payment_disputed") ? EndReason::PaymentFailed : EndReason::Asked;
}

QString intervalText(const stripe::Price& price)
{
    return price.intervalCount == 1 ? price.interval : QStringLiteral("%1 %2").arg(price.intervalCount).arg(price.interval);
}

} // namespace

const char* sourceName(Source source)
{
    static const char* const kNames[] = {"own_log", "event", "schedule", "proration", "item_created", "renewal", "current_state", "payment"};
    return kNames[static_cast<size_t>(source)];
}

State subscriptionStatus(const QString& status)
{
    static const std::pair<const char*, State> kWords[] = {{"incomplete", State::Incomplete}, {"incomplete_expired", State::Incomplete}, {"trialing", State::Trialing},
        {"active", State::Active}, {"past_due", State::PastDue}, {"canceled", State::Canceled}, {"unpaid", State::Unpaid}, {"paused", State::Paused}};
    for (const auto& [word, known] : kWords) {
        if (status == QLatin1String(word)) {
            return known;
        }
    }
    return State::Other;
}

Pause subscriptionPause(const std::optional<stripe::PauseCollection>& pause)
{
    return !pause ? Pause::None : pause->behavior == QLatin1String("void") || pause->behavior == QLatin1String("mark_uncollectible") ? Pause::Stopped : Pause::Drafts;
}

SubscriptionFacts* FactsMaker::known(std::string_view subscriptionId)
{
    const Ref ref = m_facts.ids.of(subscriptionId);
    const quint32 place = ref < m_places.size() ? m_places[ref] : kNoPlace;
    return place == kNoPlace ? nullptr : &m_facts.subscriptions[place];
}

quint32 FactsMaker::priceIndex(Ref id, Ref currency)
{
    if (id == kNone) {
        return kNone;
    }
    const auto [entry, isNew] = m_prices.try_emplace(quint64(id) << 32 | currency, quint32(m_facts.prices.size()));
    if (isNew) {
        PriceFacts price;
        price.id = id;
        price.price.currency = m_facts.ids.text(currency);
        m_facts.prices.push_back(std::move(price));
        m_settled.push_back(false);
    }
    return entry->second;
}

void FactsMaker::settle(quint32 index, const Valued<stripe::Price>& price)
{
    PriceFacts& facts = m_facts.prices[index];
    m_settled[index] = true;
    if (!price) {
        facts.problem = price.error();
        return;
    }
    facts.price = *price;
    facts.product = m_facts.ids.of(price->productId);
    facts.interval = m_facts.ids.of(intervalText(*price));
    facts.metered = price->usageType == QLatin1String("metered");
    facts.inclusive = price->taxBehavior == QLatin1String("inclusive");
}

quint32 FactsMaker::termsIndex(const Terms& terms)
{
    std::string key = terms.duration.toStdString() + (terms.amountOff ? "a" + std::to_string(*terms.amountOff) : "p");
    if (!terms.amountOff) {
        key += std::to_string(static_cast<qint64>(terms.percent.numerator())) + '/' + std::to_string(static_cast<qint64>(terms.percent.denominator()));
    }
    key += '|' + terms.products.join(QLatin1Char(' ')).toStdString();
    const auto [entry, isNew] = m_terms.try_emplace(key, quint32(m_facts.terms.size()));
    if (isNew) {
        m_facts.terms.push_back(terms);
    }
    return entry->second;
}

Span FactsMaker::discountsOf(const QList<stripe::Discount>& whole, const QStringList& ids, const Surroundings& surroundings, const CurrencyCode& currency, ValueProblem* problem)
{
    Span span{quint32(m_facts.discounts.size()), quint32(m_facts.discounts.size())};
    const Valued<std::vector<Terms>> terms = termsOf(whole, ids, surroundings, currency);
    if (!terms) {
        *problem = terms.error();
        return span;
    }
    for (size_t i = 0; i < terms->size(); ++i) {
        const Terms& one = (*terms)[i];
        m_facts.discounts.push_back({termsIndex(one), m_facts.ids.of(whole[qsizetype(i)].id), one.start, one.end.value_or(kForever), 0, false});
    }
    span.to = quint32(m_facts.discounts.size());
    return span;
}

ItemFacts FactsMaker::itemOf(const stripe::SubscriptionItem& item, const stripe::Subscription& subscription, const Surroundings& surroundings, ValueProblem* problem)
{
    ItemFacts facts;
    facts.id = m_facts.ids.of(item.id);
    facts.price = priceIndex(m_facts.ids.of(item.price.id), m_facts.ids.of(subscription.currency));
    if (facts.price == kNone) {
        *problem = ValueProblem::PriceUnknown;
        return facts;
    }
    if (!m_settled[facts.price] || m_facts.prices[facts.price].problem != ValueProblem::None) {
        settle(facts.price, wholePriceOf(item.price, surroundings, subscription.currency));
        m_facts.prices[facts.price].metered = m_facts.prices[facts.price].metered || item.price.usageType == QLatin1String("metered");
    }
    facts.quantity = item.quantity.value_or(1);
    facts.created = item.created;
    facts.periodStart = item.currentPeriodStart;
    facts.discounts = discountsOf(item.discounts, item.discountIds, surroundings, subscription.currency, problem);
    const std::optional<Fraction> configured = configuredInclusiveRate(item, subscription);
    facts.taxConfigured = configured.has_value();
    if (facts.taxConfigured || m_facts.prices[facts.price].inclusive) {
        const std::optional<Fraction> fromLine = surroundings.inclusiveTaxRate ? surroundings.inclusiveTaxRate(item.id) : std::nullopt;
        const Fraction rate = fromLine ? *fromLine : configured.value_or(Fraction::invalid());
        const auto found = std::find(m_facts.taxRates.begin(), m_facts.taxRates.end(), rate.isNegative() ? Fraction::invalid() : rate);
        facts.taxRate = quint32(std::distance(m_facts.taxRates.begin(), found));
        if (found == m_facts.taxRates.end()) {
            m_facts.taxRates.push_back(rate);
        }
    }
    return facts;
}

void FactsMaker::addSubscription(const stripe::Subscription& subscription, const Surroundings& surroundings, const QString& businessType)
{
    if (!subscription.testClock.isEmpty()) {
        return; // its time is not ours
    }
    Ids& ids = m_facts.ids;
    SubscriptionFacts facts;
    facts.id = ids.of(subscription.id);
    facts.customer = ids.of(subscription.customerId);
    facts.currency = ids.of(subscription.currency);
    facts.businessType = ids.of(businessType);
    facts.statusName = ids.of(subscription.status);
    facts.status = subscriptionStatus(subscription.status);
    facts.pause = subscriptionPause(subscription.pauseCollection);
    facts.ended = subscription.isEnded();
    facts.endReason = endReasonOf(subscription.cancellationReason);
    facts.chargedAutomatically = subscription.collectionMethod != QLatin1String("send_invoice");
    facts.created = subscription.created;
    facts.start = subscription.startDate != 0 ? subscription.startDate : subscription.created;
    facts.trialStart = subscription.trialStart.value_or(0);
    facts.trialEnd = subscription.trialEnd.value_or(0);
    facts.cancelAt = subscription.cancelAt.value_or(subscription.cancelAtPeriodEnd ? std::max<Seconds>(subscription.currentPeriodEnd, 1) : 0);
    facts.canceledAt = subscription.canceledAt.value_or(0);
    facts.endedAt = subscription.endedAt.value_or(0);
    facts.problem = subscription.items.empty() ? ValueProblem::NoItems : subscription.itemsComplete ? ValueProblem::None : ValueProblem::ItemsIncomplete;
    facts.items.from = quint32(m_facts.items.size());
    bool itemDiscounts = false;
    for (const stripe::SubscriptionItem& item : subscription.items) {
        const ItemFacts made = itemOf(item, subscription, surroundings, &facts.problem);
        itemDiscounts = itemDiscounts || !made.discounts.isEmpty();
        m_facts.items.push_back(made);
    }
    facts.items.to = quint32(m_facts.items.size());
    const bool own = !subscription.discounts.isEmpty() || !subscription.discountIds.isEmpty();
    if (own) {
        facts.discounts = discountsOf(subscription.discounts, subscription.discountIds, surroundings, subscription.currency, &facts.problem);
    } else if (surroundings.customerDiscount) {
        facts.discounts = discountsOf({*surroundings.customerDiscount}, {}, surroundings, subscription.currency, &facts.problem);
        for (quint32 i = facts.discounts.from; i < facts.discounts.to; ++i) {
            m_facts.discounts[i].yields = true; // to one that the subscription had of its own
        }
        facts.doubtful = itemDiscounts;
    }
    m_places.resize(std::max<size_t>(m_places.size(), size_t(facts.id) + 1), kNoPlace);
    m_places[facts.id] = quint32(m_facts.subscriptions.size());
    m_facts.subscriptions.push_back(facts);
    m_firstInvoice.push_back(kForever);
}

void FactsMaker::addLine(const LineSeen& line)
{
    const SubscriptionFacts* subscription = line.itemId.empty() || line.start <= 0 ? nullptr : known(line.subscriptionId);
    if (subscription == nullptr) {
        return;
    }
    LineFacts facts;
    facts.subscription = subscription->id;
    facts.item = m_facts.ids.of(line.itemId);
    facts.id = m_facts.ids.ofUnique(line.id);
    facts.invoice = m_facts.ids.of(line.invoiceId);
    facts.price = priceIndex(m_facts.ids.of(line.priceId), subscription->currency);
    facts.quantity = line.quantity;
    facts.amount = line.amount;
    facts.start = line.start;
    facts.end = line.end;
    facts.flags = quint8((line.proration ? kLineProration : 0) | (line.invoiceStatus == "void" ? kLineVoided : 0) | (line.invoiceStatus == "uncollectible" ? kLineUncollectible : 0)
        | (line.invoiceStatus == "open" ? kLineOpen : 0));
    m_facts.lines.push_back(facts);
    for (size_t from = 0; from < line.discountIds.size() && !line.proration;) {
        const size_t to = std::min(line.discountIds.find(' ', from), line.discountIds.size());
        if (to > from) {
            m_sights.push_back({subscription->id, m_facts.ids.of(line.discountIds.substr(from, to - from)), facts.id, facts.item, kNone, facts.start, true});
        }
        from = to + 1;
    }
}

void FactsMaker::addInvoice(const InvoiceSeen& invoice)
{
    SubscriptionFacts* subscription = known(invoice.subscriptionId);
    if (subscription == nullptr) {
        return;
    }
    Seconds& first = m_firstInvoice[m_places[subscription->id]];
    if (invoice.created < first) {
        first = invoice.created;
        subscription->firstInvoicePaid = invoice.billingReason == "subscription_create" ? invoice.paidAt : 0;
    }
    const bool ofTrial = invoice.created < subscription->trialEnd && subscription->trialStart <= invoice.created;
    if (invoice.paidAt != 0 && !ofTrial && (subscription->firstPaid == 0 || invoice.paidAt < subscription->firstPaid)) {
        subscription->firstPaid = invoice.paidAt;
    }
}

void FactsMaker::addTold(const QString& subscriptionId, const QString& itemId, const QString& priceId, qint64 quantity, ToldFacts told, const QString& evidence)
{
    const SubscriptionFacts* subscription = known(subscriptionId.toStdString());
    if (subscription == nullptr) {
        return;
    }
    told.subscription = subscription->id;
    told.sight = {m_facts.ids.of(itemId), priceIndex(m_facts.ids.of(priceId), subscription->currency), quantity};
    told.evidence = m_facts.ids.of(evidence);
    m_facts.told.push_back(told);
}

void FactsMaker::addPastDue(std::string_view subscriptionId, PastDueFacts pastDue, std::string_view evidence, std::string_view untilEvidence)
{
    const SubscriptionFacts* subscription = known(subscriptionId);
    if (subscription == nullptr) {
        return;
    }
    pastDue.subscription = subscription->id;
    pastDue.evidence = m_facts.ids.of(evidence);
    pastDue.untilEvidence = m_facts.ids.of(untilEvidence);
    m_facts.pastDue.push_back(pastDue);
}

/// Subscriptions of one customer lie together. Gives the new place of each id.
std::vector<quint32> FactsMaker::orderByCustomer()
{
    std::vector<SubscriptionFacts>& all = m_facts.subscriptions;
    std::stable_sort(all.begin(), all.end(), [](const SubscriptionFacts& a, const SubscriptionFacts& b) { return a.customer < b.customer; });
    std::vector<quint32> places(m_facts.ids.size(), kNoPlace);
    for (size_t i = 0; i < all.size(); ++i) {
        places[all[i].id] = quint32(i);
    }
    return places;
}

template <typename T>
void FactsMaker::orderBySubscription(std::vector<T>* all, Span SubscriptionFacts::*span, Seconds T::*time, const std::vector<quint32>& places)
{
    std::stable_sort(all->begin(), all->end(), [&](const T& a, const T& b) {
        const quint32 left = places[a.subscription];
        const quint32 right = places[b.subscription];
        return left != right ? left < right : a.*time < b.*time;
    });
    for (size_t i = 0; i < all->size();) {
        SubscriptionFacts& owner = m_facts.subscriptions[places[(*all)[i].subscription]];
        size_t next = i;
        while (next < all->size() && (*all)[next].subscription == owner.id) {
            ++next;
        }
        owner.*span = {quint32(i), quint32(next)};
        i = next;
    }
}

BesideFacts& FactsMaker::besideOf(SubscriptionFacts* subscription)
{
    if (subscription->beside == 0) {
        subscription->beside = quint32(m_facts.beside.size());
        m_facts.beside.emplace_back();
    }
    return m_facts.beside[subscription->beside];
}

template <typename T>
void FactsMaker::orderBeside(std::vector<T>* all, Span BesideFacts::*span)
{
    std::stable_sort(all->begin(), all->end(), [&](const T& a, const T& b) {
        const quint32 left = m_places[a.subscription];
        const quint32 right = m_places[b.subscription];
        return left != right ? left < right : a.at < b.at;
    });
    for (size_t i = 0; i < all->size(); ++i) {
        Span& of = besideOf(&m_facts.subscriptions[m_places[(*all)[i].subscription]]).*span;
        of = {of.isEmpty() ? quint32(i) : of.from, quint32(i + 1)};
    }
}

Facts FactsMaker::finish(const std::function<std::optional<stripe::Price>(const QString&)>& price)
{
    for (quint32 i = 0; i < m_facts.prices.size(); ++i) {
        if (!m_settled[i]) {
            const std::optional<stripe::Price> found = price ? price(m_facts.ids.text(m_facts.prices[i].id)) : std::nullopt;
            settle(i, found ? priceIn(*found, m_facts.prices[i].price.currency) : Valued<stripe::Price>(unvalued(ValueProblem::PriceUnknown)));
        }
    }
    for (const Ref ref : m_takenDown) {
        if (ref < m_places.size() && m_places[ref] != kNoPlace) {
            m_facts.subscriptions[m_places[ref]].endReason = EndReason::TakenDown;
        }
    }
    const std::vector<quint32> places = orderByCustomer();
    orderBySubscription<LineFacts>(&m_facts.lines, &SubscriptionFacts::lines, &LineFacts::start, places);
    m_places = places;
    tellSchedules();
    tellPastDiscounts();
    orderBySubscription<EventFacts>(&m_facts.events, &SubscriptionFacts::events, &EventFacts::at, places);
    orderBySubscription<ToldFacts>(&m_facts.told, &SubscriptionFacts::told, &ToldFacts::at, places);
    orderBeside(&m_facts.pastDue, &BesideFacts::pastDue);
    orderBeside(&m_facts.booked, &BesideFacts::booked);
    orderBeside(&m_facts.doubts, &BesideFacts::doubts);
    return std::move(m_facts);
}

} // namespace ch::revenue
