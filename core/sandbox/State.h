// SPDX-License-Identifier: GPL-3.0-or-later
// What the simulated account knows: its tables (Rows.h), and the ways to find a row in them. One thread; owned by the engine.
#pragma once

#include "sandbox/Meters.h"
#include "sandbox/Rows.h"
#include "sandbox/Table.h"

#include <QHash>
#include <map>

namespace ch::sandbox {

// Compiled once, in Tables.cpp.
extern template class Rows<Product>;
extern template class Table<Product>;
extern template class Rows<Price>;
extern template class Table<Price>;
extern template class Rows<Coupon>;
extern template class Table<Coupon>;
extern template class Rows<Discount>;
extern template class Table<Discount>;
extern template class Rows<PaymentMethod>;
extern template class Table<PaymentMethod>;
extern template class Rows<TestClock>;
extern template class Table<TestClock>;
extern template class Rows<Customer>;
extern template class Table<Customer>;
extern template class Rows<Subscription>;
extern template class Table<Subscription>;
extern template class Rows<Invoice>;
extern template class Table<Invoice>;
extern template class Rows<PaymentIntent>;
extern template class Table<PaymentIntent>;
extern template class Rows<Charge>;
extern template class Table<Charge>;
extern template class Rows<Refund>;
extern template class Table<Refund>;
extern template class Rows<BalanceEntry>;
extern template class Table<BalanceEntry>;
extern template class Rows<CreditNote>;
extern template class Table<CreditNote>;
extern template class Rows<InvoiceItem>;
extern template class Table<InvoiceItem>;
extern template class Rows<Event>;
extern template class Table<Event>;
extern template class Rows<SetupIntent>;
extern template class Table<SetupIntent>;
extern template class Rows<CheckoutSession>;
extern template class Table<CheckoutSession>;
extern template class Rows<PaymentLink>;
extern template class Table<PaymentLink>;
extern template class Rows<PortalConfiguration>;
extern template class Table<PortalConfiguration>;
extern template class Rows<PortalSession>;
extern template class Table<PortalSession>;
extern template class Rows<PromotionCode>;
extern template class Table<PromotionCode>;
extern template class Rows<Line>;
extern template class Rows<ItemOwner>;
extern template class Rows<Owned>;
/// Rows by a folded value, for each field that was searched by.
using SearchHashes = QHash<QByteArray, QHash<QByteArray, std::vector<Index>>>;

/// Everything there is. Lookups take ids as they come from a request.
class State {
public:
    explicit State(quint64 seed) : ids(seed) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    Ids ids;
    bool live = false;
    qint64 accountCreated = 0;
    qint64 now = 0; ///< set at the start of every request
    QByteArray accountName;
    std::vector<qint64> retryAfter; ///< seconds from each failed attempt to the next
    AfterRetries afterRetries = AfterRetries::Cancel;

    Tables tables; ///< every table below
    Table<Product> products{tables, Kind::Product};
    Table<Price> prices{tables, Kind::Price};
    Table<Coupon> coupons{tables, Kind::Coupon};
    Table<Discount> discounts{tables, Kind::Discount};
    Table<PaymentMethod> methods{tables, Kind::PaymentMethod};
    Table<TestClock> clocks{tables, Kind::TestClock};
    Table<Customer> customers{tables, Kind::Customer};
    Table<Subscription> subscriptions{tables, Kind::Subscription};
    Table<Invoice> invoices{tables, Kind::Invoice};
    Table<PaymentIntent> intents{tables, Kind::PaymentIntent};
    Table<Charge> charges{tables, Kind::Charge};
    Table<Refund> refunds{tables, Kind::Refund};
    Table<BalanceEntry> entries{tables, Kind::BalanceEntry};
    Table<CreditNote> creditNotes{tables, Kind::CreditNote};
    Table<CustomerEntry> customerEntries{tables, Kind::CustomerEntry};
    Table<InvoiceItem> invoiceItems{tables, Kind::InvoiceItem};
    Table<Event> events{tables, Kind::Event};
    Table<SetupIntent> setups{tables, Kind::SetupIntent};
    Table<CheckoutSession> sessions{tables, Kind::CheckoutSession};
    Table<PaymentLink> links{tables, Kind::PaymentLink};
    Table<PortalConfiguration> portalConfigurations{tables, Kind::PortalConfiguration};
    Table<PortalSession> portalSessions{tables, Kind::PortalSession};
    Table<PromotionCode> promotions{tables, Kind::PromotionCode};
    Table<Schedule> schedules{tables, Kind::Schedule};
    QHash<Index, std::vector<Index>> setupsOf, sessionsOf; ///< by customer, oldest first
    QHash<QByteArray, std::vector<Index>> promotionsByCode; ///< lower case
    QByteArray baseUrl = "http://127.0.0.1"; ///< of the pages, without a slash at the end
    Rows<Line> lines{tables, Kind::Line};
    Rows<ItemOwner> itemOwners{tables, Kind::Item};
    Rows<Owned> owned{tables, Kind::Customer}; ///< by customer
    Table<WebhookEndpoint> webhooks{tables, Kind::WebhookEndpoint};
    qint64 moment = 0;      ///< when what is being done happens: now, or earlier while the account catches up
    qint64 searchDelay = 0; ///< seconds until searches see a change
    qint64 longestDraft = 0; ///< seconds from an invoice's creation until it was finalized: none took longer
    mutable std::map<Kind, SearchHashes> searchHashes;
    qint64 clockAdvanceMs = 0; ///< how long a test clock takes to advance; 0: until it has been looked at once, or something else is asked
    qint64 monotonicMs = 0;
    Index watchedClock = kNone; ///< the test clock that this request looks at
    Meters meters{tables};
    qint64 meterDelay = 0; ///< seconds from a meter event to when it counts
    QHash<QByteArray, Index> ownIds;              ///< ids that the caller chose (products, coupons)
    QHash<QByteArray, Index> lookupKeys;          ///< to price

    [[nodiscard]] QByteArray id(Kind kind, Index index) const;
    [[nodiscard]] QByteArray id(const Product& row) const;
    [[nodiscard]] QByteArray id(const Coupon& row) const;
    [[nodiscard]] Index find(Kind kind, const QByteArray& id) const;
    /// Where a person pays on an object: "http://127.0.0.1:1234/pay/in_.../<secret>".
    [[nodiscard]] QByteArray pageUrl(const char* word, Kind kind, Index index) const;
    /// Whether anyone may use it now.
    [[nodiscard]] bool usable(const PromotionCode& row) const;
    /// Why this customer (kNone: somebody new) may not use it for this amount; none: nothing is in the way.
    [[nodiscard]] const char* refusalOf(const PromotionCode& row, Index customer, const QByteArray& currency, qint64 amount) const;
    /// What a session comes to when it is bought now: before and after its coupons.
    [[nodiscard]] std::pair<qint64, qint64> saleAmounts(const CheckoutSession& row) const;
    [[nodiscard]] QByteArray pageSecret(Kind kind, Index index) const;

    Customer& addCustomer(Customer row);
    Subscription& addSubscription(Subscription row);
    Invoice& addInvoice(Invoice row);
    PaymentIntent& addIntent(PaymentIntent row);
    Charge& addCharge(Charge row);
    PaymentMethod& addMethod(PaymentMethod row);
    /// Gives a payment method or an intent to a customer.
    void attach(PaymentMethod& row, Index customer);
    void attach(PaymentIntent& row, Index customer);
    Item makeItem(Index subscription);
    [[nodiscard]] const Item* item(Index number) const;
    /// Whether there is an item of this number, be it taken off its subscription since.
    [[nodiscard]] Index subscriptionOfItem(Index number) const { return itemOwners[number].subscription; }
    /// By number, not by time: a made-up past is made business by business.
    [[nodiscard]] const std::vector<Index>& subscriptionsOf(Index customer) const { return owned[customer].subscriptions; }
    [[nodiscard]] const std::vector<Index>& invoicesOf(Index customer) const { return owned[customer].invoices; }
    InvoiceItem& addInvoiceItem(InvoiceItem row);
    Schedule& addSchedule(Schedule row);
    [[nodiscard]] const std::vector<Index>& schedulesOf(Index customer) const { return owned[customer].schedules; }
    CustomerEntry& addCustomerEntry(CustomerEntry row);
    /// By number.
    [[nodiscard]] const std::vector<Index>& invoiceItemsOf(Index customer) const { return owned[customer].invoiceItems; }
    /// The invoice's lines, first to last, as numbers in lines. What they are called is Line::name.
    [[nodiscard]] std::vector<Index> linesOf(const Invoice& invoice) const;
    /// The number in lines of the line that is called so; kNone when it was taken off its invoice.
    [[nodiscard]] Index lineCalled(Index name) const;
    /// Of the endpoint that is added next, or the one that follows another secret.
    [[nodiscard]] QByteArray newWebhookSecret(const QByteArray& before = {}) const;
    [[nodiscard]] std::vector<Index> methodsOf(Index customer) const;
    [[nodiscard]] std::vector<Index> intentsOf(Index customer) const;
    [[nodiscard]] const std::vector<Index>& chargesOf(Index customer) const { return owned[customer].charges; }
    /// The method that a charge of this subscription would use, or kNone.
    [[nodiscard]] Index methodFor(const Subscription& subscription) const;
    [[nodiscard]] Index methodFor(const Invoice& invoice) const;
    /// The customer's test clock hides it and all that is its own from plain lists.
    [[nodiscard]] bool onTestClock(Index customer) const { return customer != kNone && customers[customer].clock != kNone; }
    /// What is done from now on is undone by undo(): a preview does what a request would do, looks at
    /// what became of it, and takes it back. Every table takes part; nothing else may happen in between.
    void rehearse();
    void undo();
    /// The present for an object: the frozen time of its test clock, else now.
    [[nodiscard]] qint64 timeOf(Index customer) const;

    /// What was made so far is repeated from here on, and nothing is a template any more. parts: of the last copy, which is cut short,
    /// the number of rows by kind.
    void repeat(const Repeats& wanted, const std::array<Index, 64>& parts);
    [[nodiscard]] const Repeats& repeats() const { return m_repeats; }
    /// Makes the lists by owner and by code again, from the rows.
    void reindex();

private:
    Repeats m_repeats;
};

[[nodiscard]] QByteArray metadataValue(const Metadata& metadata, const char* key);

} // namespace ch::sandbox
