// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/FactsMaker.h"

#include "base/Money.h"

#include <algorithm>
#include <deque>

namespace ch::revenue {

namespace {

constexpr Seconds kGivenUpAtOnce = 86400; // a pause gives an invoice up an hour after it was made; dunning takes days

EndReason endReasonOf(std::string_view reason)
{
    return reason == "payment_failed" || reason == "payment_disputed" ? EndReason::PaymentFailed : EndReason::Asked;
}

/// A subscription that came as Stripe's object, with what its views point to.
struct Taken {
    SubscriptionSeen seen;
    std::deque<std::string> texts;
    std::deque<Valued<Terms>> terms;

    std::string_view keep(const QString& text) { return texts.emplace_back(text.toStdString()); }
    void discounts(const QList<stripe::Discount>& whole, const Valued<std::vector<Terms>>& all, std::vector<DiscountSeen>* into)
    {
        if (!all) {
            into->push_back({{}, &terms.emplace_back(unvalued(all.error()))});
            return;
        }
        for (size_t i = 0; i < all->size(); ++i) {
            const Terms& one = (*all)[i];
            into->push_back({keep(whole[qsizetype(i)].id), &terms.emplace_back(one), one.start, one.end.value_or(kForever)});
        }
    }
};

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

State subscriptionStatus(std::string_view status)
{
    static const std::pair<std::string_view, State> kWords[] = {{"incomplete", State::Incomplete}, {"incomplete_expired", State::Incomplete}, {"trialing", State::Trialing},
        {"active", State::Active}, {"past_due", State::PastDue}, {"canceled", State::Canceled}, {"unpaid", State::Unpaid}, {"paused", State::Paused}};
    for (const auto& [word, known] : kWords) {
        if (status == word) {
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
    return known(again(&m_lastSubscription, subscriptionId));
}

Ref FactsMaker::again(Last* last, std::string_view text)
{
    if (last->ref == kNone || last->text != text) {
        last->text = text;
        last->ref = m_facts.ids.of(text);
    }
    return last->ref;
}

SubscriptionFacts* FactsMaker::known(Ref ref)
{
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
    std::string key = terms.duration.toStdString();
    key += terms.amountOff ? 'a' : 'p';
    if (terms.amountOff) {
        key += std::to_string(*terms.amountOff);
    } else {
        key += std::to_string(static_cast<qint64>(terms.percent.numerator())) + '/' + std::to_string(static_cast<qint64>(terms.percent.denominator()));
    }
    key += '|' + terms.products.join(QLatin1Char(' ')).toStdString();
    const auto [entry, isNew] = m_terms.try_emplace(key, quint32(m_facts.terms.size()));
    if (isNew) {
        m_facts.terms.push_back(terms);
    }
    return entry->second;
}

Span FactsMaker::discountsOf(const std::vector<DiscountSeen>& seen, ValueProblem* problem)
{
    Span span{quint32(m_facts.discounts.size()), quint32(m_facts.discounts.size())};
    for (const DiscountSeen& one : seen) {
        if (!*one.terms) {
            *problem = one.terms->error();
            return span;
        }
    }
    for (const DiscountSeen& one : seen) {
        m_facts.discounts.push_back({one.place != kNone ? one.place : termsIndex(**one.terms), m_facts.ids.of(one.id), one.start, one.end});
    }
    span.to = quint32(m_facts.discounts.size());
    return span;
}

quint32 FactsMaker::rateIndex(const Fraction& rate)
{
    const Fraction sane = rate.isNegative() ? Fraction::invalid() : rate;
    const auto found = std::find(m_facts.taxRates.begin(), m_facts.taxRates.end(), sane);
    const auto index = quint32(std::distance(m_facts.taxRates.begin(), found));
    if (found == m_facts.taxRates.end()) {
        m_facts.taxRates.push_back(sane);
    }
    return index;
}

void FactsMaker::addSubscription(const stripe::Subscription& subscription, const Surroundings& surroundings, const QString& businessType)
{
    if (!subscription.testClock.isEmpty()) {
        return; // its time is not ours
    }
    Taken taken;
    SubscriptionSeen& seen = taken.seen;
    seen.id = taken.keep(subscription.id);
    seen.customerId = taken.keep(subscription.customerId);
    seen.currency = taken.keep(subscription.currency);
    seen.status = taken.keep(subscription.status);
    seen.cancelReason = taken.keep(subscription.cancellationReason);
    seen.pause = subscriptionPause(subscription.pauseCollection);
    seen.chargedAutomatically = subscription.collectionMethod != QLatin1String("send_invoice");
    seen.itemsComplete = subscription.itemsComplete;
    seen.created = subscription.created;
    seen.start = subscription.startDate;
    seen.trialStart = subscription.trialStart.value_or(0);
    seen.trialEnd = subscription.trialEnd.value_or(0);
    seen.cancelAt = subscription.cancelAt.value_or(subscription.cancelAtPeriodEnd ? std::max<Seconds>(subscription.currentPeriodEnd, 1) : 0);
    seen.canceledAt = subscription.canceledAt.value_or(0);
    seen.endedAt = subscription.endedAt.value_or(0);
    const Ref currency = m_facts.ids.of(subscription.currency);
    for (const stripe::SubscriptionItem& item : subscription.items) {
        ItemSeen& one = seen.items.emplace_back();
        one.id = taken.keep(item.id);
        one.price = priceIndex(m_facts.ids.of(item.price.id), currency);
        if (one.price != kNone && (!m_settled[one.price] || m_facts.prices[one.price].problem != ValueProblem::None)) {
            settle(one.price, wholePriceOf(item.price, surroundings, subscription.currency));
            m_facts.prices[one.price].metered = m_facts.prices[one.price].metered || item.price.usageType == QLatin1String("metered");
        }
        one.quantity = item.quantity.value_or(1);
        one.created = item.created;
        one.periodStart = item.currentPeriodStart;
        one.configuredRate = configuredInclusiveRate(item, subscription);
        const bool taxed = one.price != kNone && (one.configuredRate || m_facts.prices[one.price].inclusive);
        one.lineRate = taxed && surroundings.inclusiveTaxRate ? surroundings.inclusiveTaxRate(item.id) : std::nullopt;
        taken.discounts(item.discounts, termsOf(item.discounts, item.discountIds, surroundings, subscription.currency), &one.discounts);
    }
    seen.hasOwnDiscounts = !subscription.discounts.isEmpty() || !subscription.discountIds.isEmpty();
    if (seen.hasOwnDiscounts) {
        taken.discounts(subscription.discounts, termsOf(subscription.discounts, subscription.discountIds, surroundings, subscription.currency), &seen.discounts);
    } else if (surroundings.customerDiscount) {
        const QList<stripe::Discount> customers{*surroundings.customerDiscount};
        taken.discounts(customers, termsOf(customers, {}, surroundings, subscription.currency), &seen.discounts);
    }
    addSubscription(seen, m_facts.ids.of(businessType));
}

bool FactsMaker::isKnown(Ref currency)
{
    const auto [known, isNew] = m_knownCurrencies.try_emplace(currency, false);
    if (isNew) {
        known->second = isKnownCurrency(m_facts.ids.text(currency));
    }
    return known->second;
}

void FactsMaker::addSubscription(const SubscriptionSeen& seen, Ref businessType)
{
    Ids& ids = m_facts.ids;
    SubscriptionFacts facts;
    facts.id = ids.of(seen.id);
    facts.customer = ids.of(seen.customerId);
    facts.currency = again(&m_lastCurrency, seen.currency);
    facts.businessType = businessType;
    facts.statusName = again(&m_lastStatus, seen.status);
    facts.status = subscriptionStatus(seen.status);
    facts.pause = seen.pause;
    facts.ended = seen.status == "canceled" || seen.status == "incomplete_expired";
    facts.endReason = endReasonOf(seen.cancelReason);
    facts.chargedAutomatically = seen.chargedAutomatically;
    facts.created = seen.created;
    facts.start = seen.start != 0 ? seen.start : seen.created;
    facts.trialStart = seen.trialStart;
    facts.trialEnd = seen.trialEnd;
    facts.cancelAt = seen.cancelAt;
    facts.canceledAt = seen.canceledAt;
    facts.endedAt = seen.endedAt;
    facts.problem = seen.items.empty() ? ValueProblem::NoItems : seen.itemsComplete ? ValueProblem::None : ValueProblem::ItemsIncomplete;
    if (facts.problem == ValueProblem::None && !isKnown(facts.currency)) {
        facts.problem = ValueProblem::CurrencyUnknown;
    }
    facts.items.from = quint32(m_facts.items.size());
    bool itemDiscounts = false;
    for (const ItemSeen& one : seen.items) {
        ItemFacts item;
        item.id = ids.of(one.id);
        item.price = one.price;
        item.quantity = one.quantity;
        item.created = one.created;
        item.periodStart = one.periodStart;
        facts.problem = one.price == kNone ? ValueProblem::PriceUnknown : facts.problem;
        item.discounts = discountsOf(one.discounts, &facts.problem);
        item.taxConfigured = one.configuredRate.has_value();
        if (one.lineRate || one.configuredRate) {
            item.taxRate = rateIndex(one.lineRate ? *one.lineRate : *one.configuredRate);
        }
        if (item.taxConfigured && !one.lineRate) {
            m_lineRates.try_emplace(item.id);
        }
        itemDiscounts = itemDiscounts || !item.discounts.isEmpty();
        m_facts.items.push_back(item);
    }
    facts.items.to = quint32(m_facts.items.size());
    facts.discounts = discountsOf(seen.discounts, &facts.problem);
    for (quint32 at = facts.discounts.from; at < facts.discounts.to; ++at) {
        m_facts.discounts[at].yields = !seen.hasOwnDiscounts; // a customer's, to one that the subscription had of its own
    }
    facts.doubtful = !seen.hasOwnDiscounts && !seen.discounts.empty() && itemDiscounts;
    if (facts.id != kNone) {
        m_places.resize(std::max<size_t>(m_places.size(), size_t(facts.id) + 1), kNoPlace);
        m_places[facts.id] = quint32(m_facts.subscriptions.size());
    }
    m_facts.subscriptions.push_back(facts);
    m_firstInvoice.push_back(kForever);
}

void FactsMaker::expect(qint64 subscriptions, qint64 lines)
{
    constexpr size_t kIdsOfEach = 4; // itself, its customer, its item, its discount
    m_facts.ids.expect(size_t(subscriptions) * kIdsOfEach, size_t(subscriptions) * kIdsOfEach + size_t(lines) * 2);
    m_facts.subscriptions.reserve(size_t(subscriptions));
    m_facts.items.reserve(size_t(subscriptions));
    m_facts.lines.reserve(size_t(lines));
    m_firstInvoice.reserve(size_t(subscriptions));
}

void FactsMaker::forgetSubscriptions()
{
    m_facts.subscriptions.clear();
    m_facts.items.clear();
    m_facts.discounts.clear();
    m_firstInvoice.clear();
}

void FactsMaker::settlePrices(const std::function<std::optional<stripe::Price>(const QString&)>& price)
{
    for (quint32 i = 0; i < m_facts.prices.size(); ++i) {
        if (!m_settled[i]) {
            const std::optional<stripe::Price> found = price ? price(m_facts.ids.text(m_facts.prices[i].id)) : std::nullopt;
            settle(i, found ? priceIn(*found, m_facts.prices[i].price.currency) : Valued<stripe::Price>(unvalued(ValueProblem::PriceUnknown)));
        }
    }
    for (const ItemFacts& item : m_facts.items) {
        if (item.price != kNone && m_facts.prices[item.price].inclusive && item.taxRate == 0) {
            m_lineRates.try_emplace(item.id);
        }
    }
}

void FactsMaker::addLine(const LineSeen& line)
{
    const SubscriptionFacts* subscription = line.itemId.empty() || line.start <= 0 ? nullptr : known(line.subscriptionId);
    if (subscription == nullptr) {
        return;
    }
    LineFacts facts;
    facts.subscription = subscription->id;
    facts.item = again(&m_lastItem, line.itemId);
    facts.id = m_facts.ids.ofUnique(line.id);
    if (m_lastInvoice.text != line.invoiceId) { // its lines come together, and nobody looks for it by its text
        m_lastInvoice = {std::string(line.invoiceId), m_facts.ids.ofUnique(line.invoiceId)};
    }
    facts.invoice = m_lastInvoice.ref;
    facts.price = priceIndex(again(&m_lastPrice, line.priceId), subscription->currency);
    facts.quantity = line.quantity;
    facts.amount = line.amount;
    facts.start = line.start;
    facts.end = line.end;
    facts.flags = quint8((line.proration ? kLineProration : 0) | (line.invoiceStatus == "void" ? kLineVoided : 0) | (line.invoiceStatus == "uncollectible" ? kLineUncollectible : 0)
        | (line.invoiceStatus == "open" ? kLineOpen : 0) | (line.credit ? kLineCredit : 0));
    m_facts.lines.push_back(facts);
    if (line.amount > 0 && line.discountAmount >= line.amount) {
        m_free.insert(facts.id);
    }
    const auto rate = m_lineRates.empty() || line.proration || line.invoiceStatus == "void" ? m_lineRates.end() : m_lineRates.find(facts.item);
    if (rate != m_lineRates.end() && line.invoiceCreated > rate->second.invoiceCreated) {
        const qint64 charged = line.amount - line.discountAmount;
        const qint64 without = charged - line.inclusiveTax;
        if (charged > 0 && without > 0 && line.inclusiveTax >= 0) {
            rate->second = {line.invoiceCreated, Fraction::ratio(line.inclusiveTax, without)};
        }
    }
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
    if (invoice.givenUpAt != 0) {
        m_givenUp.emplace(std::string(invoice.id), invoice.givenUpAt > invoice.created + kGivenUpAtOnce ? kLineGivenUpLate : kLineGivenUpAtOnce);
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

} // namespace ch::revenue
