// SPDX-License-Identifier: GPL-3.0-or-later
// Makes Facts of Stripe's objects as they pass by: first the subscriptions with what surrounds them, then, in any order, invoices and their
// lines and events. Those of subscriptions that did not come are left out. One thread.
#pragma once

#include "revenue/Facts.h"

#include <QByteArrayView>
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace ch::revenue {

// What is handed to the maker; views are read during the call only.

/// A discount with its terms, or why they are not known.
struct DiscountSeen {
    std::string_view id;
    const Valued<Terms>* terms = nullptr;
    Seconds start = 0;
    Seconds end = kForever;
    quint32 place = kNone;                  ///< of FactsMaker::termsIndex, where it was asked for before
};

struct ItemSeen {
    std::string_view id;
    quint32 price = kNone;                  ///< of FactsMaker::priceIndex
    qint64 quantity = 1;
    Seconds created = 0;
    Seconds periodStart = 0;
    std::optional<Fraction> configuredRate; ///< of inclusive tax, on the item or its subscription
    std::optional<Fraction> lineRate;       ///< that its newest line shows; where it is not given, lines that come later say it
    std::vector<DiscountSeen> discounts;
};

struct SubscriptionSeen {
    std::string_view id, customerId, currency, status, cancelReason;
    Pause pause = Pause::None;
    bool chargedAutomatically = true;
    bool itemsComplete = true;
    bool hasOwnDiscounts = false;           ///< else discounts are its customer's
    Seconds created = 0, start = 0, trialStart = 0, trialEnd = 0, cancelAt = 0, canceledAt = 0, endedAt = 0;   ///< 0: none
    std::vector<ItemSeen> items;
    std::vector<DiscountSeen> discounts;
};

/// A line with what its invoice says.
struct LineSeen {
    std::string_view id, invoiceId, invoiceStatus, priceId, subscriptionId, itemId;
    qint64 amount = 0;
    qint64 quantity = 1;
    Seconds start = 0;
    Seconds end = 0;
    bool proration = false;
    std::string_view discountIds = {};   ///< that lowered it, with blanks between
    qint64 discountAmount = 0;
    qint64 inclusiveTax = 0;
    Seconds invoiceCreated = 0;
    bool credit = false;                 ///< of a proration: it names the lines that it takes back
};

struct InvoiceSeen {
    std::string_view subscriptionId, billingReason, status;
    Seconds created = 0;
    Seconds paidAt = 0;
    std::string_view id = {};
    Seconds givenUpAt = 0;          ///< when it was voided or marked uncollectible; 0: not known
};

/// An item of a phase of a schedule, in order; views likewise.
struct PhaseItemSeen {
    std::string_view scheduleId, subscriptionId, priceId;
    bool driving = false;           ///< the schedule is still to do something
    bool cancels = false;           ///< the subscription ends with its last phase
    Seconds created = 0;
    Seconds endedAt = 0;            ///< it was released, canceled or completed; 0: not
    qint64 phase = 0;
    Seconds start = 0;
    Seconds end = 0;
    qint64 quantity = 1;
};

class FactsMaker {
public:
    void addSubscription(const stripe::Subscription& subscription, const Surroundings& surroundings, const QString& businessType);
    void addSubscription(const SubscriptionSeen& seen, Ref businessType);
    /// What has come so far.
    [[nodiscard]] const Facts& facts() const { return m_facts; }
    /// Lets go of the subscriptions that came, and keeps prices and terms.
    void forgetSubscriptions();
    /// So many subscriptions and lines are to come, about: what grows then grows once.
    void expect(qint64 subscriptions, qint64 lines);
    [[nodiscard]] Ref refOf(std::string_view text) { return m_facts.ids.of(text); }
    /// A price by its id in a currency; what it costs is settled by finish(), unless it came with an item.
    [[nodiscard]] quint32 priceIndex(Ref id, Ref currency);
    /// Where terms stand, the same for equal ones; it stays theirs.
    [[nodiscard]] quint32 termsIndex(const Terms& terms);
    /// Settles the prices of what has come so far, so that lines are looked at for the tax inside them.
    void settlePrices(const std::function<std::optional<stripe::Price>(const QString&)>& price);
    void addLine(const LineSeen& line);
    void addInvoice(const InvoiceSeen& invoice);
    /// Of customer.subscription.*; others say nothing here. One that cannot be read is passed over: what it would have said stays unknown.
    void addEvent(const stripe::Event& event, QByteArrayView json);
    void addTold(const QString& subscriptionId, const QString& itemId, const QString& priceId, qint64 quantity, ToldFacts told, const QString& evidence);
    /// Phases by schedule, in order. What a past one says of an item is told where it is certain which item it is: phases name none.
    void addPhaseItem(const PhaseItemSeen& item);
    void addPastDue(std::string_view subscriptionId, PastDueFacts pastDue, std::string_view evidence, std::string_view untilEvidence);
    /// A discount that was named anywhere, past ones too, with its coupon where it came whole. coupon: asked for the others.
    void knowDiscount(const stripe::Discount& discount);
    void knowCoupons(std::function<std::optional<stripe::Coupon>(const QString&)> coupon) { m_coupon = std::move(coupon); }
    /// customer.discount.*: the discount whole, and when it went.
    void addDiscountEvent(const stripe::Event& event, QByteArrayView json);
    /// When the subscriptions were as they came: a discount that bills show and they do not had gone by then. Not told: such a one is passed over.
    void setAsOf(Seconds asOf) { m_asOf = asOf; }
    /// A subscription that we ended ourselves.
    void addTakenDown(const QString& subscriptionId) { m_takenDown.push_back(m_facts.ids.of(subscriptionId)); }

    /// price: asked for the prices that only lines and events name. The maker is done with.
    [[nodiscard]] Facts finish(const std::function<std::optional<stripe::Price>(const QString&)>& price);

private:
    static constexpr quint32 kNoPlace = 0xffffffffU;

    [[nodiscard]] SubscriptionFacts* known(std::string_view subscriptionId);
    [[nodiscard]] SubscriptionFacts* known(Ref subscription);
    [[nodiscard]] Span discountsOf(const std::vector<DiscountSeen>& seen, ValueProblem* problem);
    [[nodiscard]] quint32 rateIndex(const Fraction& rate);
    /// Whether Stripe has such a currency.
    [[nodiscard]] bool isKnown(Ref currency);
    void settle(quint32 index, const Valued<stripe::Price>& price);
    [[nodiscard]] Span sightsOf(const std::vector<stripe::SubscriptionItem>& items, Ref currency);
    struct PhaseItem {
        Ref subscription = kNone;
        Ref schedule = kNone;
        bool driving = false;
        Seconds created = 0;
        Seconds endedAt = 0;
        qint64 phase = 0;
        Seconds start = 0;
        Seconds end = 0;
        quint32 price = kNone;
        qint64 quantity = 1;
        Ref item = kNone;           ///< which it is, once that is found
    };
    struct KnownDiscount {
        stripe::Discount discount;
        Seconds removedAt = 0;      ///< an event says so
        Ref removedBy = kNone;
    };
    /// A discount seen on a line (line is set), or put on or taken off by an event.
    struct DiscountSight {
        Ref subscription = kNone;
        Ref discount = kNone;
        Ref line = kNone;
        Ref item = kNone;           ///< of an event: kNone for the subscription's own
        Ref event = kNone;
        Seconds at = 0;
        bool on = true;
        bool stayed = false;        ///< of an event that shows it attached, and did not put it on
    };
    struct PastDiscount;
    void seeDiscounts(const stripe::Subscription& was, const stripe::Subscription& now, Ref subscription, Ref event, Seconds at);
    /// After lines are in order: discounts that are no longer attached.
    void tellPastDiscounts();
    void tellPastDiscountsOf(SubscriptionFacts* subscription, const std::vector<const DiscountSight*>& sights);
    [[nodiscard]] std::optional<PastDiscount> placed(const SubscriptionFacts& subscription, Ref discount, const std::vector<const DiscountSight*>& sights) const;
    [[nodiscard]] const EventFacts* eventAfter(const SubscriptionFacts& subscription, Seconds at) const;
    void keepPastDiscount(PastDiscount* past);
    /// The discounts of one owner in the order of its array, as far as is known: by their start, and by their places on a bill.
    [[nodiscard]] bool liesBefore(const DiscountFacts& one, const DiscountFacts& other, const std::vector<const DiscountSight*>& sights) const;
    [[nodiscard]] bool isAttached(const SubscriptionFacts& subscription, Ref discount) const;
    /// After lines are in order.
    void tellSchedules();
    void matchPhase(const SubscriptionFacts& subscription, PhaseItem* from, PhaseItem* to) const;
    void tellPhase(const PhaseItem* before, const PhaseItem* from, const PhaseItem* to);
    void tellBooked(const SubscriptionFacts& subscription, const PhaseItem* from, const PhaseItem* to);
    [[nodiscard]] std::vector<quint32> orderByCustomer();
    void joinTiers();
    void markGivenUp();
    [[nodiscard]] BesideFacts& besideOf(SubscriptionFacts* subscription);
    template <typename T>
    void orderBeside(std::vector<T>* all, Span BesideFacts::*span);
    template <typename T>
    void orderBySubscription(std::vector<T>* all, Span SubscriptionFacts::*span, Seconds T::*time, const std::vector<quint32>& places);

    Facts m_facts;
    std::vector<quint32> m_places;                          ///< of a subscription's id: its place
    std::unordered_map<quint64, quint32> m_prices;          ///< (id, currency) to place
    std::vector<bool> m_settled;                            ///< of each price
    std::unordered_map<std::string, quint32> m_terms;
    std::vector<Seconds> m_firstInvoice;                    ///< of each subscription: when its first invoice was made
    std::unordered_map<Ref, bool> m_knownCurrencies;
    std::vector<Ref> m_takenDown;
    /// The text that was looked for last: the lines of an invoice name the same things one after the other, and most subscriptions are alike.
    struct Last {
        std::string text;
        Ref ref = kNone;
    };
    [[nodiscard]] Ref again(Last* last, std::string_view text);
    Last m_lastSubscription, m_lastItem, m_lastInvoice, m_lastPrice, m_lastCurrency, m_lastStatus;
    struct LineRate {
        Seconds invoiceCreated = -1;
        Fraction rate = Fraction::invalid();
    };
    std::unordered_map<Ref, LineRate> m_lineRates;          ///< of items with tax inside: what their newest line shows
    std::vector<PhaseItem> m_phases;
    std::unordered_map<Ref, KnownDiscount> m_known;         ///< of a discount's id
    std::vector<DiscountSight> m_sights;
    std::unordered_set<Ref> m_free;                         ///< lines of which discounts left nothing: one more would not show on them
    std::function<std::optional<stripe::Coupon>(const QString&)> m_coupon;
    Seconds m_asOf = 0;
    std::unordered_map<std::string, LineFlag> m_givenUp;    ///< of an invoice's id; few are
};

} // namespace ch::revenue
