// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/MirrorSubscriptions.h"

namespace ch::revenue {

namespace {

using Reader = store::MirrorReader;

/// Percentages joined by +, as a rate: "19" is 19/100. Nothing where there is none, or one that cannot be read.
std::optional<Fraction> rateOf(std::string_view percentages)
{
    if (percentages.empty()) {
        return std::nullopt;
    }
    Fraction sum;
    while (!percentages.empty()) {
        const size_t end = std::min(percentages.find('+'), percentages.size());
        sum = sum + Fraction::fromDecimal(percentages.substr(0, end)) / Fraction(100);
        percentages.remove_prefix(std::min(end + 1, percentages.size()));
    }
    return sum.isValid() ? std::optional<Fraction>(sum) : std::nullopt;
}

void forgetIds(std::vector<DiscountSeen>* discounts)
{
    for (DiscountSeen& discount : *discounts) {
        discount.id = {};
    }
}

} // namespace

Status MirrorSubscriptions::readTypes(const QString& customerId)
{
    return m_reader.forEachHistoryCustomer(customerId, [this](const Reader::HistoryCustomer& customer) {
        const Ref ref = m_maker.refOf(customer.id);
        m_types.resize(std::max<size_t>(m_types.size(), size_t(ref) + 1), kNone);
        m_types[ref] = m_maker.refOf(customer.businessType);
    });
}

Status MirrorSubscriptions::readCustomerDiscounts(const QString& customerId)
{
    return m_reader.forEachCustomerDiscount(customerId, [this](const QString& customer, const stripe::Discount& discount) { m_customerDiscounts.insert(customer, discount); });
}

const MirrorSubscriptions::Known& MirrorSubscriptions::known(const Reader::HistoryDiscount& one, const Currency& currency)
{
    const auto [entry, isNew] = m_terms.try_emplace(std::tuple(one.terms, one.terms == 0 ? m_maker.refOf(one.couponId) : kNone, currency.ref));
    if (isNew) {
        stripe::Discount discount;
        discount.couponId = QString::fromStdString(one.couponId);
        if (one.terms != 0) {
            const Result<stripe::Coupon> coupon = m_reader.couponTerms(one.terms);
            discount.coupon = coupon ? std::optional<stripe::Coupon>(*coupon) : std::nullopt;
        }
        discount.start = 1; // of any discount: what it takes off, and for how long, does not hang on when it began
        entry->second.terms = termsOfOne(discount, m_surroundings.ofCoupons(), currency.text);
        entry->second.place = entry->second.terms ? m_maker.termsIndex(*entry->second.terms) : kNone;
        const auto coupon = couponOf(discount, m_surroundings.ofCoupons());
        entry->second.months = coupon && coupon->duration == QLatin1String("repeating") ? coupon->durationInMonths : std::nullopt;
    }
    return entry->second;
}

void MirrorSubscriptions::addDiscounts(const std::vector<Reader::HistoryDiscount>& discounts, const Currency& currency, std::vector<DiscountSeen>* into)
{
    into->clear();
    for (const Reader::HistoryDiscount& one : discounts) {
        const Known& terms = known(one, currency);
        into->push_back({one.id, &terms.terms, one.start, discountEnd(one.start, one.end != 0 ? std::optional<Seconds>(one.end) : std::nullopt, terms.months).value_or(kForever), terms.place});
    }
}

void MirrorSubscriptions::addCustomerDiscount(const Reader::HistorySubscription& one, const QString& currency)
{
    const auto discount = m_customerDiscounts.isEmpty() ? m_customerDiscounts.constEnd()
                                                        : m_customerDiscounts.constFind(QString::fromUtf8(one.customerId.data(), qsizetype(one.customerId.size())));
    m_seen.discounts.clear();
    if (discount == m_customerDiscounts.constEnd()) {
        return;
    }
    m_customerTerms = termsOfOne(*discount, m_surroundings.ofCoupons(), currency);
    m_customerDiscountId = discount->id.toStdString();
    m_seen.discounts.push_back({m_customerDiscountId, &m_customerTerms, m_customerTerms ? m_customerTerms->start : 0, m_customerTerms ? m_customerTerms->end.value_or(kForever) : kForever});
}

const MirrorSubscriptions::Currency& MirrorSubscriptions::currencyOf(std::string_view currency)
{
    const auto known = m_currencies.find(currency);
    return known != m_currencies.end() ? known->second : m_currencies.emplace(currency, Currency{QString::fromUtf8(currency.data(), qsizetype(currency.size())), m_maker.refOf(currency)}).first->second;
}

void MirrorSubscriptions::take(const Reader::HistorySubscription& one)
{
    const Currency& currency = currencyOf(one.currency);
    SubscriptionSeen& seen = m_seen;
    seen.id = one.id;
    seen.customerId = one.customerId;
    seen.currency = one.currency;
    seen.status = one.status;
    seen.cancelReason = one.cancelReason;
    seen.pause = static_cast<Pause>(one.pause);
    seen.chargedAutomatically = !one.byInvoice;
    seen.itemsComplete = one.itemsComplete;
    seen.hasOwnDiscounts = one.hasOwnDiscounts;
    seen.created = one.created;
    seen.start = one.startDate;
    seen.trialStart = one.trialStart;
    seen.trialEnd = one.trialEnd;
    seen.cancelAt = one.cancelAt;
    seen.canceledAt = one.canceledAt;
    seen.endedAt = one.endedAt;
    seen.items.resize(one.items.size());
    for (size_t i = 0; i < one.items.size(); ++i) {
        const Reader::HistoryItem& item = one.items[i];
        ItemSeen& into = seen.items[i];
        into.id = item.id;
        into.price = m_maker.priceIndex(m_maker.refOf(item.priceId), currency.ref);
        into.quantity = item.quantity.value_or(1);
        into.created = item.created;
        into.periodStart = item.periodStart;
        into.configuredRate = rateOf(item.inclusiveRates);
        into.lineRate.reset();
        addDiscounts(item.discounts, currency, &into.discounts);
    }
    if (one.hasOwnDiscounts) {
        addDiscounts(one.discounts, currency, &seen.discounts);
    } else {
        addCustomerDiscount(one, currency.text);
    }
}

void MirrorSubscriptions::add(const Reader::HistorySubscription& one)
{
    take(one);
    const Ref customer = m_maker.refOf(one.customerId);
    const Ref type = customer < m_types.size() ? m_types[customer] : kNone;
    m_maker.addSubscription(m_seen, type != kNone ? type : m_maker.refOf("unclassified"));
}

void MirrorSubscriptions::addForNow(const Reader::HistorySubscription& one)
{
    take(one);
    if (m_maker.facts().prices.size() != m_settled) {
        m_maker.settlePrices([this](const QString& id) { return price(id); });
        m_settled = m_maker.facts().prices.size();
    }
    for (ItemSeen& item : m_seen.items) {
        if (item.price != kNone && (item.configuredRate || m_maker.facts().prices[item.price].inclusive)) {
            const auto text = [](std::string_view view) { return QString::fromUtf8(view.data(), qsizetype(view.size())); };
            item.lineRate = m_surroundings.inclusiveTaxRate(text(one.customerId), text(item.id));
        }
        item.id = {};
        forgetIds(&item.discounts);
    }
    m_seen.id = m_seen.customerId = {};
    forgetIds(&m_seen.discounts);
    m_maker.addSubscription(m_seen, kNone);
}

} // namespace ch::revenue
