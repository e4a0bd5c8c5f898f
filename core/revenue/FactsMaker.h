// SPDX-License-Identifier: GPL-3.0-or-later
// Makes Facts of Stripe's objects as they pass by: first the subscriptions with what surrounds them, then, in any order, invoices and their
// lines and events. Those of subscriptions that did not come are left out. One thread.
#pragma once

#include "revenue/Facts.h"

#include <QByteArrayView>
#include <unordered_map>

namespace ch::revenue {

/// A line with what its invoice says; views are read during the call only.
struct LineSeen {
    std::string_view id, invoiceId, invoiceStatus, priceId, subscriptionId, itemId;
    qint64 amount = 0;
    qint64 quantity = 1;
    Seconds start = 0;
    Seconds end = 0;
    bool proration = false;
};

struct InvoiceSeen {
    std::string_view subscriptionId, billingReason, status;
    Seconds created = 0;
    Seconds paidAt = 0;
    std::string_view id = {};
    Seconds givenUpAt = 0;          ///< when it was voided or marked uncollectible; 0: not known
};

class FactsMaker {
public:
    void addSubscription(const stripe::Subscription& subscription, const Surroundings& surroundings, const QString& businessType);
    void addLine(const LineSeen& line);
    void addInvoice(const InvoiceSeen& invoice);
    /// Of customer.subscription.*; others say nothing here. One that cannot be read is passed over: what it would have said stays unknown.
    void addEvent(const stripe::Event& event, QByteArrayView json);
    void addTold(const QString& subscriptionId, const QString& itemId, const QString& priceId, qint64 quantity, ToldFacts told, const QString& evidence);
    /// A subscription that we ended ourselves.
    void addTakenDown(const QString& subscriptionId) { m_takenDown.push_back(m_facts.ids.of(subscriptionId)); }

    /// price: asked for the prices that only lines and events name. The maker is done with.
    [[nodiscard]] Facts finish(const std::function<std::optional<stripe::Price>(const QString&)>& price);

private:
    [[nodiscard]] SubscriptionFacts* known(std::string_view subscriptionId);
    [[nodiscard]] ItemFacts itemOf(const stripe::SubscriptionItem& item, const stripe::Subscription& subscription, const Surroundings& surroundings, ValueProblem* problem);
    [[nodiscard]] Span discountsOf(const QList<stripe::Discount>& whole, const QStringList& ids, const Surroundings& surroundings, const CurrencyCode& currency, ValueProblem* problem);
    /// A price by its id in a currency; what it costs is settled later, unless it came with an item.
    [[nodiscard]] quint32 priceIndex(Ref id, Ref currency);
    void settle(quint32 index, const Valued<stripe::Price>& price);
    [[nodiscard]] quint32 termsIndex(const Terms& terms);
    [[nodiscard]] Span sightsOf(const std::vector<stripe::SubscriptionItem>& items, Ref currency);
    [[nodiscard]] std::vector<quint32> orderByCustomer();
    void joinTiers();
    void markGivenUp();
    template <typename T>
    void orderBySubscription(std::vector<T>* all, Span SubscriptionFacts::*span, Seconds T::*time, const std::vector<quint32>& places);

    Facts m_facts;
    std::vector<quint32> m_places;                          ///< of a subscription's id: its place
    std::unordered_map<quint64, quint32> m_prices;          ///< (id, currency) to place
    std::vector<bool> m_settled;                            ///< of each price
    std::unordered_map<std::string, quint32> m_terms;
    std::vector<Seconds> m_firstInvoice;                    ///< of each subscription: when its first invoice was made
    std::vector<Ref> m_takenDown;
    std::unordered_map<Ref, LineFlag> m_givenUp;            ///< invoices
};

} // namespace ch::revenue
